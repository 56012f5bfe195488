//! What a buyer saw before they ordered: the payment form carries it, so that nothing else is ordered than that.

use entity::id::VariantId;
use serde::Serialize;

use super::words::Words;
use crate::cart::{Attributes, CartView};
use crate::error::Fault;
use crate::market::Address;
use crate::secret;

/// What is ordered, by whom, where it goes and how. Not the cart's revision: choosing how to pay raises it.
#[derive(Serialize)]
struct Order<'a> {
    lines: Vec<(VariantId, i32, &'a Attributes)>,
    contact: [Option<&'a str>; 2],
    address: Option<&'a Address>,
    /// The handle of each delivery.
    deliveries: Vec<Option<&'a str>>,
}

/// What a form carries: the amounts in words, and a digest of all else that the page shows.
///
/// # Errors
/// Never in practice.
pub(super) fn seen_of(cart: &CartView) -> Result<String, Fault> {
    let is_delivered = cart.needs_delivery();
    let order = Order {
        lines: cart
            .lines
            .iter()
            .map(|line| (line.row.variant_id, line.row.quantity, &line.attributes))
            .collect(),
        contact: [cart.row.email.as_deref(), cart.row.phone.as_deref()],
        address: cart
            .addresses
            .iter()
            .find(|address| address.selected && is_delivered)
            .map(|selected| &selected.address),
        deliveries: cart
            .deliveries
            .iter()
            .map(|group| group.selected.as_ref().map(|option| option.handle.as_str()))
            .collect(),
    };
    let digest = secret::hex_digest(&serde_json::to_vec(&order)?);
    Ok(format!("{} {} {} {digest}", cart.priced.total_minor, cart.due_minor(), cart.row.currency))
}

/// What the buyer is told where they saw something else than there is.
pub(super) fn change<'a>(words: &'a Words, saw: &str, is: &str) -> Option<&'a str> {
    let amounts = |seen: &str| seen.rsplit_once(' ').map(|(amounts, _)| amounts.to_owned());
    if saw == is {
        None
    } else if amounts(saw) == amounts(is) {
        Some(&words.changed_order)
    } else {
        Some(&words.changed_amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::checkout::words::WORDS;
    use crate::wording::Tongue;

    #[test]
    fn another_amount_is_told_before_anything_else() {
        let words = WORDS.of(Tongue::En).unwrap();
        let told = |saw: &str| change(words, saw, "100 90 EUR abc");
        assert_eq!(told("100 90 EUR abc"), None);
        assert_eq!(told("100 90 EUR abd"), Some(words.changed_order.as_str()));
        for other in ["100 100 EUR abc", "100 90 USD abd", "100 90 EUR", "rubbish", "x y"] {
            assert_eq!(told(other), Some(words.changed_amount.as_str()), "{other}");
        }
    }
}
