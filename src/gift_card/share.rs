//! Which cards pay, and how much each: pure rules.

use chrono::NaiveDate;
use entity::gift_card;

/// Whether a card is taken on a day for a cart in this currency.
#[must_use]
pub fn is_usable(card: &gift_card::Model, currency: &str, today: NaiveDate) -> bool {
    // Dates in this form are in the order of their texts.
    let expired = card.expires_on.as_deref().is_some_and(|last| last < today.to_string().as_str());
    card.disabled_at.is_none() && !expired && card.currency == currency
}

/// How much each balance pays of a total: the first as much as it can, the next what is left.
#[must_use]
pub fn share(total_minor: i64, balances: &[i64]) -> Vec<i64> {
    let mut rest = total_minor.max(0);
    balances
        .iter()
        .map(|balance| {
            let used = Ord::min(rest, (*balance).max(0));
            rest -= used;
            used
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_card_pays_first() {
        assert_eq!(share(50, &[30, 30, 30]), [30, 20, 0]);
        assert_eq!(share(50, &[0, 100]), [0, 50]);
        assert_eq!(share(0, &[10]), [0]);
        assert_eq!(share(-5, &[10]), [0]);
        assert_eq!(share(50, &[]), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn cards_never_pay_more_than_they_have_nor_than_is_due(
            total in 0_i64..1_000_000,
            balances in proptest::collection::vec(0_i64..500_000, 0..10),
        ) {
            let used = share(total, &balances);
            prop_assert!(used.iter().zip(&balances).all(|(used, balance)| *used >= 0 && used <= balance));
            let sum: i64 = used.iter().sum();
            prop_assert_eq!(sum, total.min(balances.iter().sum()));
        }
    }
}
