//! How many units of a variant are sold at once: pure rules.

use entity::quantity_rule;

use super::tier::{MAX_LINE_QUANTITY, Tier, tier_for};
use crate::catalog::PriceBasis;
use crate::store::BASE_PRICE_LIST;

/// How many units are sold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantityRule {
    /// The least.
    pub minimum: i32,
    /// The most, where there is a limit.
    pub maximum: Option<i32>,
    /// The step between two quantities.
    pub increment: i32,
}

/// What is wrong with a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityFault {
    /// Fewer than so many.
    BelowMinimum(i32),
    /// More than so many.
    AboveMaximum(i32),
    /// Not a multiple of so many.
    BetweenSteps(i32),
}

impl QuantityRule {
    /// Any number of units.
    pub const ANY: Self = Self { minimum: 1, maximum: None, increment: 1 };

    /// What is wrong with a quantity of one line.
    #[must_use]
    pub fn fault(self, quantity: i32) -> Option<QuantityFault> {
        let most = self.maximum.unwrap_or(MAX_LINE_QUANTITY).min(MAX_LINE_QUANTITY);
        if quantity < self.minimum {
            Some(QuantityFault::BelowMinimum(self.minimum))
        } else if quantity > most {
            Some(QuantityFault::AboveMaximum(most))
        } else if quantity.checked_rem(self.increment).unwrap_or(0) != 0 {
            Some(QuantityFault::BetweenSteps(self.increment))
        } else {
            None
        }
    }
}

/// The rule for a variant in a market: that of its first list with one, else that of the base prices. `rows` may hold
/// rules of all lists.
#[must_use]
pub fn quantity_rule(rows: &[quantity_rule::Model], basis: &PriceBasis) -> QuantityRule {
    let lists = basis.rules.lists.iter().map(|list| list.id).chain([BASE_PRICE_LIST]);
    let rule = |list| rows.iter().find(|row| row.price_list_id == list);
    lists.into_iter().find_map(rule).map_or(QuantityRule::ANY, |row| QuantityRule {
        minimum: row.minimum,
        maximum: row.maximum,
        increment: row.increment,
    })
}

/// The prices that hold from a larger quantity on than the price of one unit does.
#[must_use]
pub fn quantity_breaks(tiers: &[Tier]) -> Vec<Tier> {
    let first = tier_for(tiers, 1).map_or(1, |tier| tier.min_quantity);
    tiers.iter().filter(|tier| tier.min_quantity > first).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::DateTime;
    use entity::id::{PriceListId, VariantId};
    use entity::price_list::CompareAtMode;

    use super::*;
    use crate::market::{ListRule, PriceRules};
    use crate::money::Currency;

    fn row(list: i64, minimum: i32) -> quantity_rule::Model {
        quantity_rule::Model {
            price_list_id: PriceListId(list),
            variant_id: VariantId(1),
            minimum,
            maximum: None,
            increment: 1,
        }
    }

    #[test]
    fn the_first_list_with_a_rule_counts_then_the_base_prices() {
        let list = |id| ListRule {
            id: PriceListId(id),
            name: "".into(),
            adjust_bp: None,
            compare_at: CompareAtMode::Adjusted,
        };
        let rules =
            PriceRules { lists: vec![list(3), list(4)], ..PriceRules::base(Currency::find("EUR").unwrap()) };
        let basis = PriceBasis { rules: Arc::new(rules), now: DateTime::UNIX_EPOCH };
        let minimum = |rows: &[quantity_rule::Model]| quantity_rule(rows, &basis).minimum;
        assert_eq!(minimum(&[row(0, 2), row(9, 7)]), 2);
        assert_eq!(minimum(&[row(0, 2), row(4, 6), row(9, 7)]), 6);
        assert_eq!(minimum(&[row(4, 6), row(3, 12)]), 12);
        assert_eq!(quantity_rule(&[row(9, 7)], &basis), QuantityRule::ANY);
    }

    #[test]
    fn quantities_meet_the_least_the_most_and_the_step() {
        let rule = QuantityRule { minimum: 6, maximum: Some(24), increment: 6 };
        for (quantity, fault) in [
            (0, Some(QuantityFault::BelowMinimum(6))),
            (5, Some(QuantityFault::BelowMinimum(6))),
            (6, None),
            (7, Some(QuantityFault::BetweenSteps(6))),
            (24, None),
            (25, Some(QuantityFault::AboveMaximum(24))),
        ] {
            assert_eq!(rule.fault(quantity), fault, "{quantity}");
        }
        assert_eq!(QuantityRule::ANY.fault(0), Some(QuantityFault::BelowMinimum(1)));
        assert_eq!(QuantityRule::ANY.fault(MAX_LINE_QUANTITY), None);
        let too_many = QuantityFault::AboveMaximum(MAX_LINE_QUANTITY);
        assert_eq!(QuantityRule::ANY.fault(MAX_LINE_QUANTITY + 1), Some(too_many));
    }

    #[test]
    fn breaks_are_the_prices_of_more_than_one() {
        let tier = |min_quantity| Tier { min_quantity, amount_minor: 1, compare_at_minor: None };
        assert_eq!(quantity_breaks(&[tier(1), tier(10), tier(50)]), [tier(10), tier(50)]);
        assert_eq!(quantity_breaks(&[tier(1)]), []);
        assert_eq!(quantity_breaks(&[tier(10)]), [tier(10)]);
    }
}
