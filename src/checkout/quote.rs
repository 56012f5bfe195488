//! The quote: what an attempt keeps of a cart, so that the order is what the buyer agreed to.

use std::collections::BTreeMap;

use entity::id::{AttemptId, CustomerId, InventoryItemId};
use entity::shop;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::cart::{CartLineView, CartView};
use crate::gift_card::GiftCardUse;
use crate::inventory::Demand;
use crate::order::{DraftLine, DraftShipping, OrderDraft};

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
    /// What gift cards pay; the rest is for the provider.
    #[serde(default)]
    pub gift_cards: Vec<GiftCardUse>,
    /// Whether the cart has metafields, which the order keeps; it cannot change them any more.
    #[serde(default)]
    pub has_metafields: bool,
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
}

/// The stock of an attempt could not be had.
pub(super) fn stock_is_gone() -> CompletionFault {
    let message = "There is not enough stock left".to_owned();
    CompletionFault { code: CompletionFaultCode::InventoryReservationError, message }
}

/// A gift card of an attempt has less on it than when the buyer agreed.
pub(super) fn gift_card_is_spent() -> CompletionFault {
    let message = "A gift card no longer has enough on it".to_owned();
    CompletionFault { code: CompletionFaultCode::PaymentInsufficientFunds, message }
}

impl Quote {
    /// What is left for the provider, in minor units.
    #[must_use]
    pub fn due_minor(&self) -> i64 {
        self.gift_cards.iter().fold(self.order.total_minor, |due, card| due - card.amount_minor)
    }
}

/// Under which name the ledger of gift cards knows an attempt.
pub(super) fn gift_card_reference(id: AttemptId) -> String {
    format!("attempt/{id}")
}

/// The quote of a cart without obstacles.
#[must_use]
pub fn quote(app: &App, shop: &shop::Model, cart: &CartView) -> Quote {
    let mut demand = Demand::new();
    for line in &cart.lines {
        for take in line.merchandise.stock_limits().iter().filter(|take| take.tracked) {
            *demand.entry(take.item_id).or_default() +=
                i64::from(line.row.quantity).saturating_mul(take.per_unit);
        }
    }
    let address =
        cart.addresses.iter().find(|address| address.selected).map(|address| address.address.clone());
    let shipping_address = address.filter(|_| cart.needs_delivery());
    let shipping =
        cart.delivery.as_ref().and_then(|group| group.selected.as_ref()).map(|option| DraftShipping {
            title: option.title.clone(),
            handle: option.handle.clone(),
            amount_minor: option.cost_minor,
        });
    let order = OrderDraft {
        email: cart.row.email.clone().unwrap_or_default(),
        phone: cart.row.phone.clone(),
        currency: cart.row.currency.clone(),
        country: cart.row.country.clone(),
        language: cart.row.language.clone(),
        lines: cart.lines.iter().map(|line| draft_line(app, line)).collect(),
        billing_address: cart.billing_address.clone().or_else(|| shipping_address.clone()),
        shipping_address,
        shipping,
        subtotal_minor: cart.priced.subtotal_minor,
        discount_minor: cart.priced.discount_minor,
        shipping_minor: cart.priced.shipping_minor.unwrap_or(0),
        tax_minor: cart.priced.tax_minor,
        total_minor: cart.priced.total_minor,
        taxes_included: shop.taxes_included,
        note: cart.row.note.clone(),
        attributes: cart.attributes.clone(),
        source_identifier: cart.payment.as_ref().and_then(|payment| payment.source_identifier.clone()),
    };
    let uses = cart.gift_cards.iter().filter(|card| card.used_minor > 0);
    let gift_cards =
        uses.map(|card| GiftCardUse { gift_card_id: card.id, amount_minor: card.used_minor }).collect();
    Quote { order, customer: cart.row.customer_id, demand, gift_cards, has_metafields: cart.has_metafields }
}

fn draft_line(app: &App, line: &CartLineView) -> DraftLine {
    let merchandise = &line.merchandise;
    DraftLine {
        product_id: merchandise.product.id,
        variant_id: merchandise.variant.id,
        title: merchandise.product.title.clone(),
        variant_title: merchandise.variant.title.clone(),
        sku: merchandise.variant.sku.clone(),
        vendor: merchandise.product.vendor.clone(),
        image_url: merchandise.copies.image.as_deref().map(|image| app.media_url(image)),
        options: merchandise.copies.options.clone(),
        attributes: line.attributes.clone(),
        requires_shipping: merchandise.item.requires_shipping,
        taxable: merchandise.variant.taxable,
        quantity: line.row.quantity,
        unit_minor: line.priced.unit_minor,
        subtotal_minor: line.priced.subtotal_minor,
        discount_minor: line.priced.discount_minor,
        total_minor: line.priced.total_minor,
    }
}
