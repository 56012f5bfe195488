//! All markets as they were last read, and which of them a country belongs to. Pure rules.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{MarketId, PriceListId};
use entity::price_list::CompareAtMode;

use super::conversion::Conversion;
use super::country::{CountryInfo, find_country};
use super::language::{LanguageInfo, find_language};
use super::rounding::Rounding;
use crate::money::Currency;

/// Countries that are sold to alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
    /// Its key.
    pub id: MarketId,
    /// Its name for programs.
    pub handle: String,
    /// Of all prices in it.
    pub currency: Currency,
    /// Whether its prices already hold the tax.
    pub tax_inclusive: bool,
    /// For computed prices.
    pub rounding: Rounding,
    /// Added to base prices for which no list says another percentage.
    pub adjust_bp: i32,
    /// The countries in it, sorted.
    pub countries: Vec<&'static CountryInfo>,
    /// The languages spoken in it; all of the shop's where there is none.
    pub languages: Vec<String>,
    /// Its price lists, also those whose time has not come, the highest priority first.
    pub lists: Vec<PriceList>,
}

impl Market {
    /// Whether a language that the shop speaks is spoken there.
    #[must_use]
    pub fn speaks(&self, language: &str) -> bool {
        self.languages.is_empty() || self.languages.iter().any(|spoken| spoken == language)
    }

    /// The language to answer in: the asked one where it is spoken there, else the shop's own, else the first of the
    /// market's.
    #[must_use]
    pub fn language_for(
        &self,
        own: &'static LanguageInfo,
        asked: Option<&'static LanguageInfo>,
    ) -> &'static LanguageInfo {
        if let Some(asked) = asked.filter(|asked| self.speaks(asked.code)) {
            return asked;
        }
        let first = self.languages.first().and_then(|code| find_language(code));
        first.filter(|_| !self.speaks(own.code)).unwrap_or(own)
    }
}

/// A price list of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// Its key.
    pub id: PriceListId,
    /// Added to base prices; `None` where the list only has prices of its own.
    pub adjust_bp: Option<i32>,
    /// What becomes of the prices that base prices are compared with.
    pub compare_at: CompareAtMode,
    /// From when on it holds.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub ends_at: Option<DateTime<Utc>>,
}

impl PriceList {
    fn holds_at(&self, now: DateTime<Utc>) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end)
    }
}

/// What one unit of the shop's currency is worth from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In which currency.
    pub to: Currency,
    /// In billionths.
    pub rate_e9: i64,
    /// From when on.
    pub effective_at: DateTime<Utc>,
}

/// The markets of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Of the base prices.
    currency: Currency,
    /// Of the shop's seat.
    country: &'static CountryInfo,
    /// Whom no other serves is served by this one.
    primary: Arc<Market>,
    /// The active ones, the primary one too.
    markets: Vec<Arc<Market>>,
    /// Of the countries in active markets.
    by_country: HashMap<&'static str, Arc<Market>>,
    rates: Vec<Rate>,
}

/// The market of a buyer, and what prices are made of there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedMarket {
    /// The market.
    pub market: Arc<Market>,
    /// The country that is served: the one asked for, or the shop's own where that is in no market.
    pub country: &'static CountryInfo,
    /// Of all prices.
    pub currency: Currency,
    /// What prices are made of.
    pub prices: Arc<PriceRules>,
}

/// What prices are made of: lists that are asked in their order, then base prices, changed and converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRules {
    /// The lists that hold now, the highest priority first.
    pub lists: Vec<ListRule>,
    /// Added to base prices where no list says another percentage.
    pub adjust_bp: i32,
    /// From the shop's currency to the market's.
    pub conversion: Conversion,
}

/// What a price list says of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListRule {
    /// Its key.
    pub id: PriceListId,
    /// Added to base prices; `None` where the list only has prices of its own.
    pub adjust_bp: Option<i32>,
    /// What becomes of the prices that base prices are compared with.
    pub compare_at: CompareAtMode,
}

impl PriceRules {
    /// Base prices as they are.
    #[must_use]
    pub fn base(currency: Currency) -> Self {
        Self { lists: Vec::new(), adjust_bp: 0, conversion: Conversion::none(currency) }
    }

    /// What is added to base prices: the percentage of the first list that has one, else the market's; and what that list
    /// says of prices that they are compared with.
    #[must_use]
    pub fn base_adjustment(&self) -> (i32, CompareAtMode) {
        let adjusting = self.lists.iter().find_map(|list| list.adjust_bp.map(|bp| (bp, list.compare_at)));
        adjusting.unwrap_or((self.adjust_bp, CompareAtMode::Adjusted))
    }

    /// The lists whose own prices count: those up to the first that changes all base prices.
    pub fn fixing_lists(&self) -> impl Iterator<Item = &ListRule> {
        let last = self.lists.iter().position(|list| list.adjust_bp.is_some());
        self.lists.iter().take(last.map_or(usize::MAX, |last| last.saturating_add(1)))
    }
}

impl Settings {
    /// Puts the settings together. Of two active markets with the same country the first counts.
    #[must_use]
    pub fn new(
        currency: Currency,
        country: &'static CountryInfo,
        primary: Market,
        others: Vec<Market>,
        rates: Vec<Rate>,
    ) -> Self {
        let primary = Arc::new(primary);
        let markets: Vec<Arc<Market>> =
            std::iter::once(Arc::clone(&primary)).chain(others.into_iter().map(Arc::new)).collect();
        let mut by_country = HashMap::new();
        for market in &markets {
            for country in &market.countries {
                by_country.entry(country.code).or_insert_with(|| Arc::clone(market));
            }
        }
        Self { currency, country, primary, markets, by_country, rates }
    }

    /// The currency of the base prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The market of whom no other serves.
    #[must_use]
    pub fn primary(&self) -> &Arc<Market> {
        &self.primary
    }

    /// The active markets, the primary one first.
    #[must_use]
    pub fn markets(&self) -> &[Arc<Market>] {
        &self.markets
    }

    /// Whether the shop has divided the world: without a second market the primary one serves every country.
    #[must_use]
    pub fn is_divided(&self) -> bool {
        self.markets.len() > 1
    }

    /// The countries of all active markets, sorted.
    #[must_use]
    pub fn countries(&self) -> Vec<&'static CountryInfo> {
        let mut countries: Vec<_> =
            self.markets.iter().flat_map(|market| market.countries.iter().copied()).collect();
        countries.sort_by_key(|country| country.code);
        countries.dedup();
        countries
    }

    /// The currencies that can be paid in now, sorted by code.
    #[must_use]
    pub fn currencies(&self, now: DateTime<Utc>) -> Vec<Currency> {
        let mut currencies: Vec<Currency> =
            self.markets.iter().map(|market| self.rules_of(market, now).0.conversion.to).collect();
        currencies.sort_by_key(|currency| currency.code());
        currencies.dedup();
        currencies
    }

    /// The rate from the shop's currency that holds at a moment.
    fn rate_to(&self, to: Currency, now: DateTime<Utc>) -> Option<i64> {
        if to == self.currency {
            return Some(super::conversion::RATE_ONE_E9);
        }
        let holding = self.rates.iter().filter(|rate| rate.to == to && rate.effective_at <= now);
        holding.max_by_key(|rate| rate.effective_at).map(|rate| rate.rate_e9)
    }

    /// What prices are made of in a market. One whose currency has no rate yet is served as the primary one, and that, at
    /// worst, at base prices: commands keep either from happening.
    fn rules_of<'a>(&'a self, market: &'a Arc<Market>, now: DateTime<Utc>) -> (PriceRules, &'a Arc<Market>) {
        let rules = |market: &Market| {
            let rate_e9 = self.rate_to(market.currency, now)?;
            let lists = market.lists.iter().filter(|list| list.holds_at(now)).map(|list| ListRule {
                id: list.id,
                adjust_bp: list.adjust_bp,
                compare_at: list.compare_at,
            });
            Some(PriceRules {
                lists: lists.collect(),
                adjust_bp: market.adjust_bp,
                conversion: Conversion {
                    from: self.currency,
                    to: market.currency,
                    rate_e9,
                    rounding: market.rounding,
                },
            })
        };
        if let Some(rules) = rules(market) {
            return (rules, market);
        }
        let rules = rules(&self.primary).unwrap_or_else(|| PriceRules::base(self.currency));
        (rules, &self.primary)
    }
}

/// The market of a country. An unknown country, and one that no market of a divided world serves, is served by the
/// primary market as the shop's own country is.
#[must_use]
pub fn resolve(settings: &Settings, country: &str, now: DateTime<Utc>) -> ResolvedMarket {
    let market = settings.by_country.get(country);
    let (rules, used) = settings.rules_of(market.unwrap_or(&settings.primary), now);
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

    use super::*;

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
}
