//! The quote: what an attempt keeps of a cart, so that the order is what the buyer agreed to.

use std::collections::BTreeMap;

use entity::id::{AttemptId, CustomerId, DiscountId, InventoryItemId, LocationId};
use serde::{Deserialize, Serialize};

use super::draft::draft;
use crate::app::App;
use crate::cart::{CartView, sealed_token};
use crate::discount::{BuyerKey, DiscountUse};
use crate::error::Fault;
use crate::gift_card::GiftCardUse;
use crate::inventory::{Demand, Take};
use crate::order::OrderDraft;
use crate::payment::Refusal;
use crate::shipping::DeliveryOption;
use crate::store_credit::StoreCreditUse;

/// What an attempt keeps of a cart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Quote {
    /// The order to be.
    pub order: OrderDraft,
    /// The customer who was signed in.
    #[serde(default)]
    pub customer: Option<CustomerId>,
    /// Units of tracked items, summed over all lines.
    pub demand: BTreeMap<InventoryItemId, i64>,
    /// Which of these the buyer fetches, and where.
    #[serde(default)]
    pub fetched: Vec<Take>,
    /// What gift cards pay.
    #[serde(default)]
    pub gift_cards: Vec<GiftCardUse>,
    /// What store credit pays; the rest is for the provider.
    #[serde(default)]
    pub store_credit: Vec<StoreCreditUse>,
    /// The discounts that are used up.
    #[serde(default)]
    pub discounts: Vec<DiscountUse>,
    /// By what the buyer is known who uses them.
    #[serde(default)]
    pub buyer: BuyerKey,
    /// Whether the cart has metafields, which the order keeps; it cannot change them any more.
    #[serde(default)]
    pub has_metafields: bool,
    /// Where the buyer came from; earlier releases did not keep it.
    #[serde(default)]
    pub origin: Option<Origin>,
}

/// Where the buyer of an attempt came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// The cart's token, sealed.
    pub cart: String,
    /// The parameters of the cart's own page, where it was submitted there: they go with the buyer.
    pub query: Option<String>,
}

/// Why an attempt failed, as told to the buyer; the code is one of the API's completion error codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionFault {
    /// For programs.
    pub code: CompletionFaultCode,
    /// For people.
    pub message: String,
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CompletionFaultCode {
    /// The stock is gone.
    InventoryReservationError,
    /// The bank said no.
    PaymentCardDeclined,
    /// There is not enough money.
    PaymentInsufficientFunds,
    /// The provider does not know what the front end handed over.
    PaymentInvalidPaymentMethod,
    /// The payment came to nothing; the message says why.
    PaymentError,
    /// The provider could not be reached, or did not answer; what was charged goes back.
    PaymentTransientError,
    /// The provider could not be reached at all: nothing was charged.
    PaymentProviderUnreachable,
    /// Anything that has no code of its own; the message says what.
    Error,
}

/// The stock of an attempt could not be had.
pub(super) fn stock_is_gone() -> CompletionFault {
    let message = "There is not enough stock left".to_owned();
    CompletionFault { code: CompletionFaultCode::InventoryReservationError, message }
}

/// The order could not be written.
pub(super) fn order_is_not_written() -> CompletionFault {
    let message = "The order could not be placed. The money goes back".to_owned();
    CompletionFault { code: CompletionFaultCode::Error, message }
}

/// The buyer gave up, or the time ran out.
pub(super) fn payment_was_abandoned() -> CompletionFault {
    let message = "The payment was not completed. Nothing was charged".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentError, message }
}

/// The provider took another amount than the buyer agreed to.
pub(super) fn amount_is_wrong() -> CompletionFault {
    let message = "Another amount was paid than was due. The money goes back".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentError, message }
}

/// The provider does not accept what it was asked.
pub(super) fn payment_is_not_accepted() -> CompletionFault {
    let message = "The payment provider did not accept the payment. Nothing was charged".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentError, message }
}

/// There was no connection to the provider: it was asked for nothing.
pub(super) fn provider_is_out_of_reach() -> CompletionFault {
    let message = "The payment provider cannot be reached now. Nothing was charged".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentProviderUnreachable, message }
}

/// The provider did not answer for so long, or until the buyer chose otherwise, that the attempt is given up.
pub(super) fn provider_is_silent() -> CompletionFault {
    let message = "The payment provider did not answer. Whatever was charged goes back".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentTransientError, message }
}

/// The provider refused, and no money moved.
pub(super) fn refused(refusal: Refusal) -> CompletionFault {
    let (code, message) = match refusal {
        Refusal::CardDeclined => (CompletionFaultCode::PaymentCardDeclined, "The payment was declined"),
        Refusal::InsufficientFunds => {
            (CompletionFaultCode::PaymentInsufficientFunds, "There is not enough money on the account")
        }
        Refusal::InvalidPaymentMethod => {
            (CompletionFaultCode::PaymentInvalidPaymentMethod, "The payment method is not valid")
        }
        Refusal::Abandoned => return payment_was_abandoned(),
        Refusal::AmountTooLarge => return payment_is_not_accepted(),
    };
    CompletionFault { code, message: message.to_owned() }
}

/// A gift card of an attempt has less on it than when the buyer agreed.
pub(super) fn gift_card_is_spent() -> CompletionFault {
    let message = "A gift card no longer has enough on it".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentInsufficientFunds, message }
}

/// An account of store credit of an attempt has less on it than when the buyer agreed.
pub(super) fn store_credit_is_spent() -> CompletionFault {
    let message = "There is no longer enough store credit".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentInsufficientFunds, message }
}

/// A discount of an attempt was used up, or has ended, since the buyer agreed.
pub(super) fn discount_is_gone(quote: &Quote, discount: DiscountId, why: &str) -> CompletionFault {
    let applied = quote.order.applications.iter().find(|applied| applied.discount == discount);
    let name = applied.map(|applied| applied.code.as_deref().unwrap_or(&applied.title)).unwrap_or_default();
    let message = format!("The discount {name} {why}");
    CompletionFault { code: CompletionFaultCode::Error, message }
}

impl Quote {
    /// Whether both use a discount, or are paid from a gift card or an account of store credit.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        let discount = |own: &DiscountUse| other.discounts.iter().any(|used| used.discount == own.discount);
        let card =
            |own: &GiftCardUse| other.gift_cards.iter().any(|used| used.gift_card_id == own.gift_card_id);
        let account =
            |own: &StoreCreditUse| other.store_credit.iter().any(|used| used.account == own.account);
        self.discounts.iter().any(discount)
            || self.gift_cards.iter().any(card)
            || self.store_credit.iter().any(account)
    }

    /// What is left for the provider, in minor units.
    #[must_use]
    pub fn due_minor(&self) -> i64 {
        let cards = self.gift_cards.iter().map(|card| card.amount_minor);
        let credit = self.store_credit.iter().map(|credit| credit.amount_minor);
        cards.chain(credit).fold(self.order.total_minor, |due, paid| due - paid)
    }
}

/// Under which name the ledgers of gift cards and store credit, and the uses of discounts, know an attempt.
pub(super) fn reference_of(id: AttemptId) -> String {
    format!("attempt/{id}")
}

/// Units of tracked items that the buyer fetches, each item once for each place.
fn fetched(cart: &CartView) -> Vec<Take> {
    let mut units: BTreeMap<(InventoryItemId, LocationId), i64> = BTreeMap::new();
    for group in &cart.deliveries {
        let Some(place) = group.selected.as_ref().and_then(DeliveryOption::pickup_at) else { continue };
        for line in cart.lines.iter().filter(|line| group.line_ids.contains(&line.row.id)) {
            for take in line.merchandise.stock_limits().iter().filter(|take| take.tracked) {
                let units = units.entry((take.item_id, place)).or_default();
                *units = units.saturating_add(i64::from(line.row.quantity).saturating_mul(take.per_unit));
            }
        }
    }
    let take = |((item_id, location_id), quantity)| Take { item_id, location_id, quantity };
    units.into_iter().map(take).collect()
}

/// The quote of a cart without obstacles; `query` are the parameters of its own page, where it is submitted there.
///
/// # Errors
/// A fault where the server's key cannot be used.
pub(super) fn quote(app: &App, cart: &CartView, query: Option<&str>) -> Result<Quote, Fault> {
    let mut demand = Demand::new();
    for line in &cart.lines {
        for take in line.merchandise.stock_limits().iter().filter(|take| take.tracked) {
            *demand.entry(take.item_id).or_default() +=
                i64::from(line.row.quantity).saturating_mul(take.per_unit);
        }
    }
    let uses = cart.gift_cards.iter().filter(|card| card.used_minor > 0);
    let gift_cards =
        uses.map(|card| GiftCardUse { gift_card_id: card.id, amount_minor: card.used_minor }).collect();
    let credit = cart.store_credit.iter().filter(|credit| credit.used_minor > 0);
    let store_credit = credit
        .map(|credit| StoreCreditUse { account: credit.account, amount_minor: credit.used_minor })
        .collect();
    let discounts = cart.priced.applications.iter();
    let discounts =
        discounts.map(|used| DiscountUse { discount: used.discount, code_id: used.code_id }).collect();
    Ok(Quote {
        order: draft(app, cart),
        customer: cart.row.customer_id,
        demand,
        fetched: fetched(cart),
        gift_cards,
        store_credit,
        discounts,
        buyer: BuyerKey::new(&app.secret_key, cart.row.customer_id, cart.row.email.as_deref())?,
        has_metafields: cart.has_metafields,
        origin: Some(Origin { cart: sealed_token(app, &cart.token)?, query: query.map(str::to_owned) }),
    })
}
