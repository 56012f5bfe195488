//! All tax rates, kept in memory until one changes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{MarketId, TaxClassId, TaxRateId};
use entity::{market_tax, shop, tax_class, tax_rate};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

use super::exemption::Exemption;
use super::question::{Place, TaxHole, TaxQuestion};
use super::{Fallback, TaxProviderKind, TaxRoundingMode, TaxUnmatched};
use crate::error::Fault;
use crate::market::{COUNTRIES_WITHOUT_POSTCODE, PostcodePattern, normalize_postcode};
use crate::pricing::engine::{TaxRate, TaxRounding, TaxRules, TaxSource};
use crate::store;

/// The tax rates of the shop, and what it does about them.
#[derive(Clone, Debug)]
pub struct Table {
    rounding: TaxRoundingMode,
    roundings: BTreeMap<MarketId, TaxRoundingMode>,
    provider: TaxProviderKind,
    fallback: Fallback,
    unmatched: TaxUnmatched,
    /// What a provider calls the goods of each class.
    classes: BTreeMap<TaxClassId, Option<String>>,
    countries: HashMap<String, Country>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            rounding: TaxRoundingMode::Line,
            roundings: BTreeMap::new(),
            provider: TaxProviderKind::None,
            fallback: Fallback::Refuse,
            unmatched: TaxUnmatched::Untaxed,
            classes: BTreeMap::new(),
            countries: HashMap::new(),
        }
    }
}

/// The rates of a country.
#[derive(Clone, Debug, Default)]
pub(super) struct Country {
    /// Those that are for no province in particular.
    nationwide: Vec<Rule>,
    provinces: HashMap<String, Vec<Rule>>,
}

/// A rate, and where and when it holds.
#[derive(Clone, Debug)]
struct Rule {
    rate: Arc<TaxRate>,
    /// Of a standard rate, the same for goods of each class, which it holds for where their own class has none.
    stand_ins: BTreeMap<TaxClassId, Arc<TaxRate>>,
    in_province: bool,
    /// None for all.
    postcodes: Option<PostcodePattern>,
    priority: i32,
    valid_from: Option<DateTime<Utc>>,
    valid_to: Option<DateTime<Utc>>,
}

impl Table {
    /// What the shop's own rates are.
    ///
    /// Of rates with the same priority the most specific holds: one for the postal code before one for the province before
    /// one for the country. Rates with different priorities add up, as those of a federation and its states do. Goods of
    /// a class are taxed by the rates of the class, and by the standard ones of each priority where it has none.
    ///
    /// Where only the country is known and the rates are for parts of it, the taxes are not known yet. Nor are they where
    /// the shop asks a provider and has no rates of its own for the place.
    ///
    /// # Errors
    /// [`TaxHole`] where the country has rates of which none is for the address, and the shop does not sell untaxed there.
    pub fn rules(&self, question: &TaxQuestion<'_>) -> Result<TaxRules, TaxHole> {
        let with = |exempt: bool, source: TaxSource| TaxRules {
            included: question.included,
            rounding: self.rounding_in(question.market),
            exempt,
            source,
        };
        let Some(place) = question.place else {
            return Ok(with(false, TaxSource::Unknown));
        };
        let asks = self.provider != TaxProviderKind::None;
        // A provider knows no exemption from one tax of several.
        let everywhere = *question.exemption == Exemption::Everywhere;
        if everywhere || (asks && question.exemption.covers_place(place)) {
            return Ok(with(true, TaxSource::Rates(Vec::new())));
        }
        let country = self.countries.get(&place.country);
        let matching = country.map(|country| country.matching(place, question.now)).unwrap_or_default();
        if matching.is_empty() {
            return match country {
                // The provider knows; that the shop's own table says nothing does not mean that there is no tax.
                _ if asks => Ok(with(false, TaxSource::Unknown)),
                Some(country) => {
                    self.unmatched(country, place, question.now).map(|source| with(false, source))
                }
                None => Ok(with(false, TaxSource::Rates(Vec::new()))),
            };
        }
        let covers = |rule: &&Rule| {
            let province = place.province.as_deref().filter(|_| rule.in_province);
            question.exemption.covers(&place.country, province)
        };
        let mut rates = Vec::new();
        let mut is_exempt = false;
        for class in std::iter::once(None).chain(self.classes.keys().map(|class| Some(*class))) {
            let chosen = chosen(&matching, class);
            is_exempt |= chosen.iter().any(covers);
            let due = chosen.into_iter().filter(|rule| !covers(rule));
            rates.extend(due.filter_map(|rule| Some((rule.priority, rule.rate_for(class)?))));
        }
        rates.sort_by_key(|(priority, rate)| (rate.compound, *priority, rate.id, rate.class));
        let rates: Vec<Arc<TaxRate>> = rates.into_iter().map(|(_, rate)| Arc::clone(rate)).collect();
        Ok(with(is_exempt && rates.is_empty(), TaxSource::Rates(rates)))
    }

    /// Whether the shop has said anything about taxes: it has rates, or asks a provider. A shop that has not tells none.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        !self.countries.is_empty() || self.provider != TaxProviderKind::None
    }

    /// Who says what the taxes are.
    #[must_use]
    pub fn provider(&self) -> TaxProviderKind {
        self.provider
    }

    /// What holds while the provider does not answer.
    #[must_use]
    pub fn fallback(&self) -> Fallback {
        self.fallback
    }

    /// What the provider calls the goods of a class.
    pub(super) fn provider_code(&self, class: TaxClassId) -> Option<&str> {
        self.classes.get(&class)?.as_deref()
    }

    pub(super) fn countries(&self) -> impl Iterator<Item = (&str, &Country)> {
        self.countries.iter().map(|(code, country)| (code.as_str(), country))
    }

    fn rounding_in(&self, market: MarketId) -> TaxRounding {
        match self.roundings.get(&market).unwrap_or(&self.rounding) {
            TaxRoundingMode::Line => TaxRounding::Line,
            TaxRoundingMode::Order => TaxRounding::Order,
        }
    }

    /// What holds where no rate of the country is for the place.
    fn unmatched(&self, country: &Country, place: &Place, now: DateTime<Utc>) -> Result<TaxSource, TaxHole> {
        let valid = || country.rules().filter(|rule| rule.is_valid(now));
        let untaxed = TaxSource::Rates(Vec::new());
        if valid().next().is_none() {
            return Ok(untaxed);
        }
        let needs_postcode = !COUNTRIES_WITHOUT_POSTCODE.contains(&place.country.as_str());
        let could_match = |rule: &Rule| {
            (rule.in_province && place.province.is_none())
                || (rule.postcodes.is_some() && place.postcode.is_none() && needs_postcode)
        };
        if valid().any(could_match) {
            return Ok(TaxSource::Unknown);
        }
        match self.unmatched {
            TaxUnmatched::Untaxed => Ok(untaxed),
            TaxUnmatched::Refuse => {
                Err(TaxHole { country: place.country.clone(), province: place.province.clone() })
            }
        }
    }
}

impl Country {
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.nationwide.iter().chain(self.provinces.values().flatten())
    }

    fn matching(&self, place: &Place, now: DateTime<Utc>) -> Vec<&Rule> {
        let postcode = place.postcode.as_deref().map(|code| postcode_in(&place.country, code));
        let in_province = place.province.as_ref().and_then(|province| self.provinces.get(province));
        let rules = self.nationwide.iter().chain(in_province.into_iter().flatten());
        rules
            .filter(|rule| rule.is_valid(now))
            .filter(|rule| {
                let matches = |pattern: &PostcodePattern| {
                    postcode.as_ref().is_some_and(|postcode| pattern.matches(postcode))
                };
                rule.postcodes.as_ref().is_none_or(matches)
            })
            .collect()
    }

    /// The provinces that have rates at a moment, where none is for the whole country and there is one at all.
    pub(super) fn partial_at(&self, now: DateTime<Utc>) -> Option<Vec<String>> {
        let is_whole = |rule: &Rule| rule.is_valid(now) && rule.postcodes.is_none();
        if self.nationwide.iter().any(is_whole) || !self.rules().any(|rule| rule.is_valid(now)) {
            return None;
        }
        let with_rates =
            self.provinces.iter().filter(|(_, rules)| rules.iter().any(|rule| rule.is_valid(now)));
        let provinces: BTreeSet<String> = with_rates.map(|(province, _)| province.clone()).collect();
        Some(provinces.into_iter().collect())
    }
}

impl Rule {
    fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.valid_from.is_none_or(|from| from <= now) && self.valid_to.is_none_or(|to| now < to)
    }

    /// Of two the greater is for less.
    fn specificity(&self) -> (Option<(bool, usize)>, bool, Reverse<TaxRateId>) {
        let closeness = self.postcodes.as_ref().map(|pattern| (self.in_province, pattern.closeness()));
        (closeness, self.in_province, Reverse(self.rate.id))
    }

    fn rate_for(&self, class: Option<TaxClassId>) -> Option<&Arc<TaxRate>> {
        if self.rate.class == class { Some(&self.rate) } else { self.stand_ins.get(&class?) }
    }
}

/// The rules that hold for goods of a class: the most specific one of each priority.
fn chosen<'a>(matching: &[&'a Rule], class: Option<TaxClassId>) -> Vec<&'a Rule> {
    let mut by_priority: BTreeMap<i32, &Rule> = BTreeMap::new();
    let candidates =
        matching.iter().copied().filter(|rule| rule.rate.class == class || rule.rate.class.is_none());
    for rule in candidates {
        let rank = |rule: &Rule| (rule.rate.class == class, rule.specificity());
        let best = by_priority.entry(rule.priority).or_insert(rule);
        if rank(rule) > rank(best) {
            *best = rule;
        }
    }
    by_priority.into_values().collect()
}

/// A postal code as patterns are compared with it. The last four digits of an American one say nothing about taxes.
fn postcode_in(country: &str, code: &str) -> String {
    let mut code = normalize_postcode(code);
    if country == "US" && code.len() == 9 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        code.truncate(5);
    }
    code
}

/// Reads all rates and settings.
///
/// # Errors
/// The database's own, and a fault where a stored pattern of postal codes cannot be read.
pub async fn load_table<C: ConnectionTrait>(db: &C) -> Result<Table, Fault> {
    let shop = store::get_shop(db).await?;
    let roundings = market_tax::Entity::find().all(db).await?;
    let classes = tax_class::Entity::find().all(db).await?;
    let rates = tax_rate::Entity::find().order_by_asc(tax_rate::Column::Id).all(db).await?;
    table_of(&shop, roundings, classes, rates)
}

fn table_of(
    shop: &shop::Model,
    roundings: Vec<market_tax::Model>,
    classes: Vec<tax_class::Model>,
    rates: Vec<tax_rate::Model>,
) -> Result<Table, Fault> {
    let mut table = Table {
        rounding: shop.tax_rounding,
        roundings: roundings.into_iter().map(|row| (row.market_id, row.rounding)).collect(),
        provider: shop.tax_provider,
        fallback: shop.tax_fallback,
        unmatched: shop.tax_unmatched,
        classes: classes.into_iter().map(|row| (row.id, row.provider_code)).collect(),
        countries: HashMap::new(),
    };
    for row in rates {
        let unreadable = || Fault::new(format!("the postal codes of tax rate {} cannot be read", row.id));
        let postcodes = match row.postcode.as_str() {
            "" => None,
            pattern => Some(PostcodePattern::parse(pattern).ok_or_else(unreadable)?),
        };
        let country = table.countries.entry(row.country.clone()).or_default();
        let rules = match row.province.as_str() {
            "" => &mut country.nationwide,
            province => country.provinces.entry(province.to_owned()).or_default(),
        };
        rules.push(rule_of(&table.classes, row, postcodes));
    }
    Ok(table)
}

fn rule_of(
    classes: &BTreeMap<TaxClassId, Option<String>>,
    row: tax_rate::Model,
    postcodes: Option<PostcodePattern>,
) -> Rule {
    let rate = TaxRate {
        id: row.id,
        title: row.title,
        jurisdiction: row.jurisdiction,
        rate_e6: row.rate_e6,
        compound: row.compound,
        class: row.tax_class_id,
        on_shipping: row.on_shipping,
    };
    let stands_in = row.tax_class_id.is_none();
    let stand_in = |class: &TaxClassId| (*class, Arc::new(TaxRate { class: Some(*class), ..rate.clone() }));
    Rule {
        stand_ins: classes.keys().filter(|_| stands_in).map(stand_in).collect(),
        rate: Arc::new(rate),
        in_province: !row.province.is_empty(),
        postcodes,
        priority: row.priority,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    }
}

#[cfg(test)]
mod tests;
