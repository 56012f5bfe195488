//! What prices were made of at moments that are over. Pure rules.
//!
//! Price lists and rates are known as they were. The percentage and the rounding of a market itself are taken as they are
//! now: only lists are meant for offers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{MarketId, PriceListId, SegmentId};

use super::settings::{Market, PriceList, PriceRules, Settings};

/// What a price list was from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListVersion {
    /// Which one.
    pub id: PriceListId,
    /// From when on it was so.
    pub since: DateTime<Utc>,
    /// Where it held; `None` for every market.
    pub market: Option<MarketId>,
    /// The higher one was asked first.
    pub priority: i32,
    /// What it said; `None` from when on it was no more.
    pub list: Option<PriceList>,
}

impl Settings {
    /// What prices were made of in a market at a moment, for a buyer in these segments; nothing before there was a rate.
    #[must_use]
    pub fn rules_then(
        &self,
        market: &Market,
        at: DateTime<Utc>,
        segments: &BTreeSet<SegmentId>,
    ) -> Option<Arc<PriceRules>> {
        let known = self.versions.iter().take_while(|version| version.since <= at);
        let latest: BTreeMap<PriceListId, &ListVersion> =
            known.map(|version| (version.id, version)).collect();
        let mut there: Vec<&ListVersion> =
            latest.into_values().filter(|version| version.market.is_none_or(|of| of == market.id)).collect();
        there.sort_by_key(|version| (std::cmp::Reverse(version.priority), version.id));
        let lists = there.iter().filter_map(|version| version.list.as_ref()?.rule_for(at, segments));
        self.rules_with(market, at, lists.collect()).map(Arc::new)
    }

    /// The moments up to one at which something else became of prices in a market, in their order: lists that were changed,
    /// began or ended, and rates.
    #[must_use]
    pub fn turns(&self, market: &Market, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let lists = self.versions.iter().filter(|version| version.market.is_none_or(|of| of == market.id));
        let moments_of = |version: &ListVersion| {
            let window = version.list.as_ref().map(|list| [list.starts_at, list.ends_at]);
            window.into_iter().flatten().flatten().chain([version.since]).collect::<Vec<_>>()
        };
        let rates = self.rates.iter().filter(|rate| rate.to == market.currency).map(|rate| rate.effective_at);
        let moments: BTreeSet<DateTime<Utc>> = lists.flat_map(moments_of).chain(rates).collect();
        moments.into_iter().take_while(|moment| *moment <= until).collect()
    }
}

#[cfg(test)]
mod tests {
    use entity::market::RoundingMode;
    use entity::price_list::CompareAtMode;

    use super::*;
    use crate::market::{Rate, Rounding, find_country};
    use crate::money::Currency;

    fn at(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T00:00:00Z").parse().unwrap()
    }

    fn home() -> Market {
        Market {
            id: MarketId(1),
            handle: "us".to_owned(),
            currency: Currency::find("USD").unwrap(),
            tax_inclusive: true,
            rounding: Rounding::new(RoundingMode::Up, 10, 0).unwrap(),
            adjust_bp: 0,
            countries: vec![find_country("US").unwrap()],
            languages: Vec::new(),
            lists: Vec::new(),
        }
    }

    fn version(id: i64, since: u32, priority: i32, adjust_bp: Option<Option<i32>>) -> ListVersion {
        let list = adjust_bp.map(|adjust_bp| PriceList {
            id: PriceListId(id),
            name: "sale".into(),
            segment: None,
            adjust_bp,
            compare_at: CompareAtMode::Adjusted,
            starts_at: None,
            ends_at: None,
        });
        ListVersion { id: PriceListId(id), since: at(since), market: Some(MarketId(1)), priority, list }
    }

    #[test]
    fn lists_and_rates_are_known_as_they_were() {
        let rate = |rate_e9, day| Rate { to: Currency::find("USD").unwrap(), rate_e9, effective_at: at(day) };
        let mut windowed = version(4, 6, 9, Some(Some(-900)));
        if let Some(list) = &mut windowed.list {
            (list.starts_at, list.ends_at) = (Some(at(10)), Some(at(12)));
        }
        let elsewhere = ListVersion { market: Some(MarketId(2)), ..version(9, 4, 0, Some(None)) };
        let versions = vec![
            version(3, 3, 0, Some(Some(-100))),
            elsewhere,
            version(3, 5, 0, Some(Some(-500))),
            windowed,
            version(3, 20, 0, None),
        ];
        let settings = Settings::new(
            Currency::find("EUR").unwrap(),
            find_country("DE").unwrap(),
            home(),
            Vec::new(),
            vec![rate(2_000_000_000, 2), rate(3_000_000_000, 15)],
        )
        .with_past(versions);
        let then = |day| settings.rules_then(&home(), at(day), &BTreeSet::new());
        let told = |day| then(day).map(|rules| (rules.base_adjustment().0, rules.conversion.rate_e9));
        assert_eq!(told(1), None);
        assert_eq!(told(2), Some((0, 2_000_000_000)));
        assert_eq!(told(4), Some((-100, 2_000_000_000)));
        assert_eq!(told(9), Some((-500, 2_000_000_000)));
        assert_eq!(told(11), Some((-900, 2_000_000_000)), "the higher priority");
        assert_eq!(told(12), Some((-500, 2_000_000_000)));
        assert_eq!(told(16), Some((-500, 3_000_000_000)));
        assert_eq!(told(21), Some((0, 3_000_000_000)));
        let turns = settings.turns(&home(), at(18));
        assert_eq!(turns, [2, 3, 5, 6, 10, 12, 15].map(at));
    }
}
