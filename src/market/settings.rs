//! All markets as they were last read, and what prices are made of in them. Pure rules.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{MarketId, PriceListId, SegmentId};
use entity::price_list::CompareAtMode;

use super::conversion::Conversion;
use super::country::CountryInfo;
use super::language::{LanguageInfo, find_language};
use super::past::ListVersion;
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
    /// The price lists that hold in it, also those of segments and those whose time has not come; the highest priority
    /// first, of equal ones the older.
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

/// A price list of a market, or of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    /// Its key.
    pub id: PriceListId,
    /// For staff.
    pub name: Arc<str>,
    /// Whom it is for; `None` for everybody.
    pub segment: Option<SegmentId>,
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
    /// What it says at a moment to somebody in these segments; nothing where it does not hold for them.
    pub(super) fn rule_for(&self, now: DateTime<Utc>, segments: &BTreeSet<SegmentId>) -> Option<ListRule> {
        let holds =
            self.starts_at.is_none_or(|start| start <= now) && self.ends_at.is_none_or(|end| now < end);
        let is_theirs = self.segment.is_none_or(|segment| segments.contains(&segment));
        (holds && is_theirs).then(|| ListRule {
            id: self.id,
            name: Arc::clone(&self.name),
            adjust_bp: self.adjust_bp,
            compare_at: self.compare_at,
        })
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
    pub(super) country: &'static CountryInfo,
    /// Whom no other serves is served by this one.
    pub(super) primary: Arc<Market>,
    /// The active ones, the primary one too.
    markets: Vec<Arc<Market>>,
    /// Of the countries in active markets.
    pub(super) by_country: HashMap<&'static str, Arc<Market>>,
    pub(super) rates: Vec<Rate>,
    /// What the price lists were and are, in the order in which they became so.
    pub(super) versions: Vec<ListVersion>,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRule {
    /// Its key.
    pub id: PriceListId,
    /// For staff.
    pub name: Arc<str>,
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
        Self { currency, country, primary, markets, by_country, rates, versions: Vec::new() }
    }

    /// The same with what the price lists were, in the order in which they became so.
    #[must_use]
    pub fn with_past(mut self, versions: Vec<ListVersion>) -> Self {
        self.versions = versions;
        self
    }

    /// Whether any price list is for a segment only: else it makes no difference to prices who buys.
    #[must_use]
    pub fn asks_for_segments(&self) -> bool {
        self.markets.iter().flat_map(|market| &market.lists).any(|list| list.segment.is_some())
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
        let mut currencies: Vec<Currency> = self
            .markets
            .iter()
            .map(|market| self.rules_of(market, now, &BTreeSet::new()).0.conversion.to)
            .collect();
        currencies.sort_by_key(|currency| currency.code());
        currencies.dedup();
        currencies
    }

    /// The rate from the shop's currency that holds at a moment.
    pub(super) fn rate_to(&self, to: Currency, now: DateTime<Utc>) -> Option<i64> {
        if to == self.currency {
            return Some(super::conversion::RATE_ONE_E9);
        }
        let holding = self.rates.iter().filter(|rate| rate.to == to && rate.effective_at <= now);
        holding.max_by_key(|rate| rate.effective_at).map(|rate| rate.rate_e9)
    }

    /// What prices are made of in a market. One whose currency has no rate yet is served as the primary one, and that, at
    /// worst, at base prices: commands keep either from happening.
    pub(super) fn rules_of<'a>(
        &'a self,
        market: &'a Arc<Market>,
        now: DateTime<Utc>,
        segments: &BTreeSet<SegmentId>,
    ) -> (PriceRules, &'a Arc<Market>) {
        let rules = |market: &Market| {
            let lists = market.lists.iter().filter_map(|list| list.rule_for(now, segments));
            self.rules_with(market, now, lists.collect())
        };
        if let Some(rules) = rules(market) {
            return (rules, market);
        }
        let rules = rules(&self.primary).unwrap_or_else(|| PriceRules::base(self.currency));
        (rules, &self.primary)
    }

    /// Prices made with these lists and the rate of a moment; nothing where there is none.
    pub(super) fn rules_with(
        &self,
        market: &Market,
        at: DateTime<Utc>,
        lists: Vec<ListRule>,
    ) -> Option<PriceRules> {
        let rate_e9 = self.rate_to(market.currency, at)?;
        Some(PriceRules {
            lists,
            adjust_bp: market.adjust_bp,
            conversion: Conversion {
                from: self.currency,
                to: market.currency,
                rate_e9,
                rounding: market.rounding,
            },
        })
    }
}
