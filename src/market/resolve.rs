//! Which market a country belongs to, and what prices are made of there. Pure rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::SegmentId;

use super::country::find_country;
use super::settings::{ResolvedMarket, Settings};

/// The market of a country for a buyer of whom nothing is known. An unknown country, and one that no market of a divided
/// world serves, is served by the primary market as the shop's own country is.
#[must_use]
pub fn resolve(settings: &Settings, country: &str, now: DateTime<Utc>) -> ResolvedMarket {
    resolve_for(settings, country, now, &BTreeSet::new())
}

/// The same for a buyer in these segments, for whom the price lists of them hold, too.
#[must_use]
pub fn resolve_for(
    settings: &Settings,
    country: &str,
    now: DateTime<Utc>,
    segments: &BTreeSet<SegmentId>,
) -> ResolvedMarket {
    let market = settings.by_country.get(country);
    let (rules, used) = settings.rules_of(market.unwrap_or(&settings.primary), now, segments);
    let is_served = market.is_some_and(|market| Arc::ptr_eq(market, used)) || !settings.is_divided();
    let country = find_country(country).filter(|_| is_served).unwrap_or(settings.country);
    ResolvedMarket {
        market: Arc::clone(used),
        country,
        currency: rules.conversion.to,
        prices: Arc::new(rules),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use entity::id::{MarketId, PriceListId};
    use entity::price_list::CompareAtMode;

    use super::*;
    use crate::market::{Market, PriceList, PriceRules, Rate, Rounding, find_language};
    use crate::money::Currency;

    fn currency(code: &str) -> Currency {
        Currency::find(code).unwrap()
    }

    fn market(id: i64, handle: &str, code: &str, countries: &[&str]) -> Market {
        Market {
            id: MarketId(id),
            handle: handle.to_owned(),
            currency: currency(code),
            tax_inclusive: true,
            rounding: Rounding::MINOR_UNIT,
            adjust_bp: 0,
            countries: countries.iter().filter_map(|code| find_country(code)).collect(),
            languages: Vec::new(),
            lists: Vec::new(),
        }
    }

    fn list(id: i64, adjust_bp: Option<i32>) -> PriceList {
        PriceList {
            id: PriceListId(id),
            name: "by hand".into(),
            segment: None,
            adjust_bp,
            compare_at: CompareAtMode::Adjusted,
            starts_at: None,
            ends_at: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn settings(others: Vec<Market>, rates: Vec<Rate>) -> Settings {
        let home = market(1, "de", "EUR", &["DE"]);
        Settings::new(currency("EUR"), find_country("DE").unwrap(), home, others, rates)
    }

    fn rate(code: &str, rate_e9: i64, days: i64) -> Rate {
        Rate { to: currency(code), rate_e9, effective_at: now() + TimeDelta::days(days) }
    }

    #[test]
    fn one_market_serves_every_country() {
        let settings = settings(Vec::new(), Vec::new());
        for (asked, served) in [("DE", "DE"), ("US", "US"), ("", "DE"), ("XX", "DE")] {
            let resolved = resolve(&settings, asked, now());
            assert_eq!((resolved.market.handle.as_str(), resolved.country.code), ("de", served), "{asked}");
            assert_eq!(resolved.currency.code(), "EUR");
            assert_eq!(*resolved.prices, PriceRules::base(currency("EUR")));
        }
    }

    #[test]
    fn in_a_divided_world_who_has_no_market_is_served_at_home() {
        let us = market(2, "us", "USD", &["US"]);
        let settings = settings(vec![us], vec![rate("USD", 1_080_000_000, -1)]);
        for (asked, handle, served, code) in [
            ("US", "us", "US", "USD"),
            ("DE", "de", "DE", "EUR"),
            ("BR", "de", "DE", "EUR"),
            ("xx", "de", "DE", "EUR"),
        ] {
            let resolved = resolve(&settings, asked, now());
            let found = (resolved.market.handle.as_str(), resolved.country.code, resolved.currency.code());
            assert_eq!(found, (handle, served, code), "{asked}");
        }
        let codes: Vec<&str> = settings.countries().iter().map(|country| country.code).collect();
        assert_eq!(codes, ["DE", "US"]);
        assert_eq!(settings.currencies(now()), [currency("EUR"), currency("USD")]);
    }

    #[test]
    fn the_newest_rate_whose_time_has_come_counts() {
        let us = market(2, "us", "USD", &["US"]);
        let rates = vec![rate("USD", 3, 1), rate("USD", 2, -1), rate("USD", 1, -2), rate("JPY", 9, -1)];
        let settings = settings(vec![us], rates);
        let rate_at =
            |days| resolve(&settings, "US", now() + TimeDelta::days(days)).prices.conversion.rate_e9;
        assert_eq!((rate_at(0), rate_at(1), rate_at(-2)), (2, 3, 1));
    }

    #[test]
    fn a_market_without_a_rate_is_served_at_home() {
        let us = market(2, "us", "USD", &["US"]);
        let settings = settings(vec![us], vec![rate("USD", 1, 1)]);
        let resolved = resolve(&settings, "US", now());
        assert_eq!((resolved.market.handle.as_str(), resolved.country.code), ("de", "DE"));
        assert_eq!(resolved.currency.code(), "EUR");
        assert_eq!(settings.currencies(now()), [currency("EUR")]);
    }

    #[test]
    fn a_market_with_languages_of_its_own_answers_in_them() {
        let [en, ja, de] = ["EN", "JA", "DE"].map(|code| find_language(code).unwrap());
        let mut japan = market(2, "jp", "JPY", &["JP"]);
        assert_eq!(japan.language_for(en, None), en);
        assert_eq!(japan.language_for(en, Some(de)), de);
        japan.languages = vec!["JA".to_owned()];
        assert_eq!(japan.language_for(en, None), ja);
        assert_eq!(japan.language_for(en, Some(de)), ja);
        assert_eq!(japan.language_for(ja, Some(ja)), ja);
        japan.languages.push("EN".to_owned());
        assert_eq!(japan.language_for(en, Some(de)), en);
    }

    #[test]
    fn lists_hold_in_their_time_and_those_behind_a_percentage_fix_nothing() {
        let mut us = market(2, "us", "EUR", &["US"]);
        us.adjust_bp = 100;
        let over = PriceList { ends_at: Some(now()), ..list(7, Some(1)) };
        let coming = PriceList { starts_at: Some(now() + TimeDelta::seconds(1)), ..list(8, Some(2)) };
        us.lists = vec![over, coming, list(3, None), list(4, Some(-500)), list(5, Some(900)), list(6, None)];
        let settings = settings(vec![us], Vec::new());
        let prices = resolve(&settings, "US", now()).prices;
        assert_eq!(prices.lists.iter().map(|list| list.id.0).collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert_eq!(prices.fixing_lists().map(|list| list.id.0).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(prices.base_adjustment(), (-500, CompareAtMode::Adjusted));
        assert_eq!(resolve(&settings, "DE", now()).prices.base_adjustment(), (0, CompareAtMode::Adjusted));
    }

    #[test]
    fn lists_of_a_segment_hold_for_its_members_by_their_priority() {
        let mut us = market(2, "us", "EUR", &["US"]);
        let of = |segment, id, bp| PriceList { segment: Some(SegmentId(segment)), ..list(id, bp) };
        us.lists = vec![of(1, 3, None), list(4, Some(-100)), of(2, 5, Some(-500))];
        let settings = settings(vec![us], Vec::new());
        assert!(settings.asks_for_segments());
        let lists = |segments: &[i64]| {
            let segments = segments.iter().copied().map(SegmentId).collect();
            let prices = resolve_for(&settings, "US", now(), &segments).prices;
            prices.lists.iter().map(|list| list.id.0).collect::<Vec<_>>()
        };
        assert_eq!(lists(&[]), [4]);
        assert_eq!(lists(&[1]), [3, 4]);
        assert_eq!(lists(&[2]), [4, 5]);
        assert_eq!(lists(&[1, 2, 9]), [3, 4, 5]);
    }
}
