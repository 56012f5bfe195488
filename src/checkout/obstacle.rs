//! What keeps a cart from being ordered: a pure rule over the loaded cart.

use std::collections::HashMap;

use entity::id::InventoryItemId;

use crate::cart::{CartView, StockLimit};
use crate::customer::Email;
use crate::market::{AddressField, FaultKind};
use crate::payment::{FREE, Registry};

/// Something that keeps a cart from being ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// For programs.
    pub code: ObstacleCode,
    /// For people.
    pub message: String,
}

/// The obstacles by name; each is one of the API's submission error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleCode {
    /// There is nothing in the cart.
    EmptyCart,
    /// No e-mail address.
    EmailRequired,
    /// Not an e-mail address.
    EmailInvalid,
    /// No address to deliver to.
    DeliveryAddressRequired,
    /// A field of the address is missing.
    DeliveryFieldRequired(AddressField),
    /// A field of the address is not what it should be.
    DeliveryFieldInvalid(AddressField),
    /// The shop does not deliver there.
    NoDeliveryAvailable,
    /// Not enough of a product.
    NotEnoughStock,
    /// Nothing of a product.
    OutOfStock,
    /// A product is no longer sold.
    NotPublished,
    /// No way to pay was chosen.
    PaymentRequired,
    /// The way to pay is off.
    PaymentUnavailable,
    /// The buyer agreed to another amount.
    UnacceptableAmount,
}

/// Everything that keeps a cart from being ordered, in the order in which a buyer would meet it.
#[must_use]
pub fn obstacles(cart: &CartView, payments: &Registry) -> Vec<Obstacle> {
    let mut found = Vec::new();
    let mut add = |code, message: String| found.push(Obstacle { code, message });
    if cart.lines.is_empty() {
        add(ObstacleCode::EmptyCart, "The cart is empty".to_owned());
    }
    for _ in &cart.unsold {
        add(ObstacleCode::NotPublished, "A product in the cart is no longer sold".to_owned());
    }
    match cart.row.email.as_deref().map(Email::parse) {
        None => add(ObstacleCode::EmailRequired, "An e-mail address is required".to_owned()),
        Some(None) => add(ObstacleCode::EmailInvalid, "The e-mail address is not valid".to_owned()),
        Some(Some(_)) => {}
    }
    found.extend(delivery_obstacles(cart));
    found.extend(stock_obstacles(cart));
    found.extend(payment_obstacle(cart, payments));
    found
}

fn delivery_obstacles(cart: &CartView) -> Vec<Obstacle> {
    if !cart.needs_delivery() {
        return Vec::new();
    }
    let Some(address) = cart.addresses.iter().find(|address| address.selected) else {
        let message = "An address to deliver to is required".to_owned();
        return vec![Obstacle { code: ObstacleCode::DeliveryAddressRequired, message }];
    };
    let faults = address.address.delivery_faults();
    if !faults.is_empty() {
        return faults
            .into_iter()
            .map(|fault| match fault.kind {
                FaultKind::Required => Obstacle {
                    code: ObstacleCode::DeliveryFieldRequired(fault.field),
                    message: format!("{} is required", fault.field.name()),
                },
                FaultKind::TooLong
                | FaultKind::Html
                | FaultKind::Url
                | FaultKind::UnknownCountry
                | FaultKind::UnknownProvince => Obstacle {
                    code: ObstacleCode::DeliveryFieldInvalid(fault.field),
                    message: format!("{} is not valid", fault.field.name()),
                },
            })
            .collect();
    }
    if cart.delivery.as_ref().is_none_or(|group| group.selected.is_none()) {
        let message = "The shop does not deliver to this address".to_owned();
        return vec![Obstacle { code: ObstacleCode::NoDeliveryAvailable, message }];
    }
    Vec::new()
}

/// Sums the lines of each item first: two lines may share one.
fn stock_obstacles(cart: &CartView) -> Vec<Obstacle> {
    let mut wanted: HashMap<InventoryItemId, i64> = HashMap::new();
    for line in &cart.lines {
        for take in line.merchandise.stock_limits() {
            *wanted.entry(take.item_id).or_default() +=
                i64::from(line.row.quantity).saturating_mul(take.per_unit);
        }
    }
    let mut found = Vec::new();
    for line in &cart.lines {
        let limits = line.merchandise.stock_limits();
        let is_short = |limit: &&StockLimit| {
            limit.units.is_some_and(|units| wanted.get(&limit.item_id).is_some_and(|wanted| *wanted > units))
        };
        // Of a bundle, what its scarcest component allows.
        let units_of = |limit: &StockLimit| limit.units.unwrap_or(0) / limit.per_unit;
        if let Some(units) = limits.iter().filter(is_short).map(units_of).min() {
            let title = &line.merchandise.product.title;
            found.push(if units <= 0 {
                Obstacle { code: ObstacleCode::OutOfStock, message: format!("{title} is sold out") }
            } else {
                let message = format!("Only {units} of {title} can be had");
                Obstacle { code: ObstacleCode::NotEnoughStock, message }
            });
        }
    }
    found
}

fn payment_obstacle(cart: &CartView, payments: &Registry) -> Option<Obstacle> {
    let total = cart.due_minor();
    let Some(payment) = &cart.payment else {
        let message = "A way to pay is required".to_owned();
        return (total > 0).then_some(Obstacle { code: ObstacleCode::PaymentRequired, message });
    };
    if payments.check(payment).is_err() || (payment.provider == FREE && total > 0) {
        let message = "This way to pay is not available".to_owned();
        return Some(Obstacle { code: ObstacleCode::PaymentUnavailable, message });
    }
    let agreed = payment.amount_minor == total && payment.currency == cart.row.currency;
    (!agreed).then(|| Obstacle {
        code: ObstacleCode::UnacceptableAmount,
        message: "The cart costs another amount than the payment is for".to_owned(),
    })
}
