//! What a variant costs in a market: pure rules over its price rows, which were loaded up front.

use std::cmp::Reverse;

use entity::id::PriceListId;
use entity::price;
use entity::price_list::CompareAtMode;

use super::tier::{Tier, tier_for};
use crate::catalog::PriceBasis;
use crate::market::PriceRules;
use crate::money::{Currency, Money};
use crate::store::BASE_PRICE_LIST;

/// The least and the most of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: Money,
    /// The most.
    pub max: Money,
}

/// Between which prices a product's variants lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRanges {
    /// The prices of one unit.
    pub amount: Range,
    /// The prices they are compared with, where there are any.
    pub compare_at: Option<Range>,
}

/// What a variant costs, in the order of quantities; empty where it has no price, and where its price cannot be counted
/// with in the market's currency. `rows` may hold prices of all lists, currencies and times.
///
/// The lists of the market are asked in their order. The prices that a list has of its own count from their smallest
/// quantity on; below it the next list is asked. A list with a percentage, and the market at last, makes prices of the
/// base prices: changed by the percentage, converted, rounded by the market's rule.
#[must_use]
pub fn tiers(rows: &[price::Model], basis: &PriceBasis) -> Vec<Tier> {
    let rules = &*basis.rules;
    let mut tiers: Vec<Tier> = Vec::new();
    let mut below = i32::MAX;
    for list in rules.fixing_lists() {
        let fixed = holding(rows, list.id, rules.conversion.to, basis);
        below = add_below(&mut tiers, fixed.iter().map(|row| Some(as_it_is(row))), below);
    }
    let base = holding(rows, BASE_PRICE_LIST, rules.conversion.from, basis);
    add_below(&mut tiers, base.iter().map(|row| made_of(row, rules)), below);
    tiers.sort_unstable_by_key(|tier| tier.min_quantity);
    tiers
}

/// What one unit of a variant costs.
#[must_use]
pub fn unit_price(rows: &[price::Model], basis: &PriceBasis) -> Option<Tier> {
    tier_for(&tiers(rows, basis), 1)
}

/// Adds the tiers of smaller quantities than those that are there; returns the smallest quantity that is there then.
fn add_below(tiers: &mut Vec<Tier>, more: impl Iterator<Item = Option<Tier>>, below: i32) -> i32 {
    tiers.extend(more.flatten().filter(|tier| tier.min_quantity < below));
    tiers.iter().map(|tier| tier.min_quantity).min().unwrap_or(below).min(below)
}

/// The rows of a list that hold: for each quantity the newest.
pub(super) fn holding<'a>(
    rows: &'a [price::Model],
    list: PriceListId,
    currency: Currency,
    basis: &PriceBasis,
) -> Vec<&'a price::Model> {
    let holds = |row: &&price::Model| {
        row.price_list_id == list
            && row.currency == currency.code()
            && row.valid_from <= basis.now
            && row.valid_to.is_none_or(|end| end > basis.now)
    };
    let mut held: Vec<&price::Model> = rows.iter().filter(holds).collect();
    held.sort_by_key(|row| (row.min_quantity, Reverse(row.valid_from)));
    held.dedup_by_key(|row| row.min_quantity);
    held
}

pub(super) fn as_it_is(row: &price::Model) -> Tier {
    Tier {
        min_quantity: row.min_quantity,
        amount_minor: row.amount_minor,
        compare_at_minor: higher(row.compare_at_minor, row.amount_minor),
    }
}

/// What a price is compared with: only something higher says that it is on sale.
fn higher(compare_at_minor: Option<i64>, amount_minor: i64) -> Option<i64> {
    compare_at_minor.filter(|compared| *compared > amount_minor)
}

/// The price made of a base price.
pub(super) fn made_of(row: &price::Model, rules: &PriceRules) -> Option<Tier> {
    let (adjust_bp, compare_at) = rules.base_adjustment();
    let price = |minor| rules.conversion.price(minor, adjust_bp);
    let compare_at_minor = match compare_at {
        CompareAtMode::Adjusted => row.compare_at_minor.and_then(price),
        CompareAtMode::Hidden => None,
    };
    let amount_minor = price(row.amount_minor)?;
    let compare_at_minor = higher(compare_at_minor, amount_minor);
    Some(Tier { min_quantity: row.min_quantity, amount_minor, compare_at_minor })
}

/// Between which prices these lie; none where there are none.
pub fn ranges(tiers: impl IntoIterator<Item = Tier>, currency: Currency) -> Option<PriceRanges> {
    let widen = |range: Option<Range>, minor: i64| {
        let money = Money::new(minor, currency);
        Some(match range {
            Some(range) => Range {
                min: if minor < range.min.minor { money } else { range.min },
                max: if minor > range.max.minor { money } else { range.max },
            },
            None => Range { min: money, max: money },
        })
    };
    let (mut amount, mut compare_at) = (None, None);
    for tier in tiers {
        amount = widen(amount, tier.amount_minor);
        if let Some(minor) = tier.compare_at_minor {
            compare_at = widen(compare_at, minor);
        }
    }
    amount.map(|amount| PriceRanges { amount, compare_at })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, TimeDelta, Utc};
    use entity::id::VariantId;
    use entity::market::RoundingMode;

    use super::*;
    use crate::market::{Conversion, ListRule, RATE_ONE_E9, Rounding};

    fn now() -> DateTime<Utc> {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn row(list: i64, currency: &str, min_quantity: i32, amount_minor: i64) -> price::Model {
        price::Model {
            variant_id: VariantId(1),
            price_list_id: PriceListId(list),
            currency: currency.to_owned(),
            min_quantity,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
            amount_minor,
            compare_at_minor: None,
        }
    }

    fn list(id: i64, adjust_bp: Option<i32>) -> ListRule {
        ListRule { id: PriceListId(id), name: "list".into(), adjust_bp, compare_at: CompareAtMode::Adjusted }
    }

    fn currency(code: &str) -> Currency {
        Currency::find(code).unwrap()
    }

    /// Euros at two dollars each, rounded to .99.
    fn dollars(lists: Vec<ListRule>, adjust_bp: i32) -> PriceBasis {
        let conversion = Conversion {
            from: currency("EUR"),
            to: currency("USD"),
            rate_e9: 2 * RATE_ONE_E9,
            rounding: Rounding::new(RoundingMode::Nearest, 100, 99).unwrap(),
        };
        PriceBasis { rules: Arc::new(PriceRules { lists, adjust_bp, conversion }), now: now() }
    }

    fn euros() -> PriceBasis {
        PriceBasis { rules: Arc::new(PriceRules::base(currency("EUR"))), now: now() }
    }

    fn costs(rows: &[price::Model], basis: &PriceBasis) -> Vec<(i32, i64)> {
        tiers(rows, basis).into_iter().map(|tier| (tier.min_quantity, tier.amount_minor)).collect()
    }

    #[test]
    fn at_home_base_prices_are_as_they_are() {
        let rows =
            [row(0, "EUR", 10, 900), row(0, "EUR", 1, 1_000), row(7, "EUR", 1, 1), row(0, "USD", 1, 2)];
        assert_eq!(costs(&rows, &euros()), [(1, 1_000), (10, 900)]);
        assert_eq!(unit_price(&rows, &euros()).map(|tier| tier.amount_minor), Some(1_000));
        assert_eq!(unit_price(&rows[..1], &euros()), None);
    }

    #[test]
    fn a_price_of_the_list_comes_before_its_percentage_and_that_before_the_base_price() {
        let base = row(0, "EUR", 1, 1_000);
        let rows = [base.clone(), row(3, "USD", 1, 1_234), row(4, "USD", 1, 777)];
        assert_eq!(costs(&rows, &dollars(vec![list(3, None)], 0)), [(1, 1_234)]);
        assert_eq!(costs(&rows, &dollars(vec![list(3, Some(-5_000))], 0)), [(1, 1_234)]);
        assert_eq!(costs(&rows, &dollars(vec![list(5, None), list(4, None)], 0)), [(1, 777)]);
        assert_eq!(costs(&rows, &dollars(vec![list(5, Some(-5_000)), list(4, None)], 0)), [(1, 999)]);
        assert_eq!(costs(&rows, &dollars(vec![list(5, None)], 0)), [(1, 1_999)]);
        assert_eq!(
            costs(&rows, &dollars(vec![list(5, None)], 1_000)),
            [(1, 2_199)],
            "the market's own percentage"
        );
        assert_eq!(costs(&rows, &dollars(vec![list(5, Some(0))], 1_000)), [(1, 1_999)]);
        assert_eq!(costs(&[row(3, "EUR", 1, 5), base], &dollars(vec![list(3, None)], 0)), [(1, 1_999)]);
    }

    #[test]
    fn breaks_stay_and_those_of_a_list_count_from_their_smallest_on() {
        let base = [row(0, "EUR", 1, 1_000), row(0, "EUR", 5, 900), row(0, "EUR", 20, 800)];
        assert_eq!(costs(&base, &dollars(Vec::new(), 0)), [(1, 1_999), (5, 1_799), (20, 1_599)]);
        let with = |own: &[price::Model]| [base.as_slice(), own].concat();
        let basis = dollars(vec![list(3, None)], 0);
        let breaks = [row(3, "USD", 10, 1_500), row(3, "USD", 50, 1_000)];
        assert_eq!(costs(&with(&breaks), &basis), [(1, 1_999), (5, 1_799), (10, 1_500), (50, 1_000)]);
        assert_eq!(costs(&with(&[row(3, "USD", 1, 1_900)]), &basis), [(1, 1_900)]);
    }

    #[test]
    fn of_rows_that_hold_the_newest_counts() {
        let past = price::Model { valid_to: Some(now()), ..row(0, "EUR", 1, 1) };
        let coming = price::Model { valid_from: now() + TimeDelta::seconds(1), ..row(0, "EUR", 1, 2) };
        let newer = price::Model { valid_from: now(), ..row(0, "EUR", 1, 3) };
        assert_eq!(costs(&[row(0, "EUR", 1, 4), newer, past, coming], &euros()), [(1, 3)]);
    }

    #[test]
    fn what_a_price_is_compared_with_is_made_alike_or_hidden() {
        let sale = price::Model { compare_at_minor: Some(2_000), ..row(0, "EUR", 1, 1_000) };
        let compared =
            |basis: &PriceBasis| unit_price(std::slice::from_ref(&sale), basis).unwrap().compare_at_minor;
        assert_eq!(compared(&euros()), Some(2_000));
        assert_eq!(compared(&dollars(vec![list(3, Some(-5_000))], 0)), Some(1_999));
        let hiding = ListRule { compare_at: CompareAtMode::Hidden, ..list(3, Some(-5_000)) };
        assert_eq!(compared(&dollars(vec![hiding.clone()], 0)), None);
        let lower = price::Model { compare_at_minor: Some(1_000), ..sale.clone() };
        assert_eq!(unit_price(&[lower], &euros()).unwrap().compare_at_minor, None, "nothing is reduced");
        let own = price::Model { compare_at_minor: Some(7), ..row(3, "USD", 1, 5) };
        let basis = dollars(vec![ListRule { adjust_bp: None, ..hiding }], 0);
        assert_eq!(unit_price(&[sale.clone(), own], &basis).unwrap().compare_at_minor, Some(7));
    }

    #[test]
    fn ranges_hold_the_least_and_the_most() {
        let tier = |amount_minor, compare_at_minor| Tier { min_quantity: 1, amount_minor, compare_at_minor };
        let found = ranges([tier(5, None), tier(3, Some(9)), tier(4, Some(8))], currency("EUR")).unwrap();
        assert_eq!((found.amount.min.minor, found.amount.max.minor), (3, 5));
        assert_eq!(found.compare_at.map(|range| (range.min.minor, range.max.minor)), Some((8, 9)));
        assert_eq!(ranges([], currency("EUR")), None);
    }
}
