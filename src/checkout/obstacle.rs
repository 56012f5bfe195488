//! What keeps a cart from being ordered: a pure rule over the loaded cart.

use std::collections::HashMap;

use entity::id::{CartLineId, InventoryItemId};

use crate::cart::{self, CartView, ChangedPart, PriceChange, StockLimit, TaxStanding};
use crate::customer::Email;
use crate::error::Fault;
use crate::market::{AddressField, FaultKind};
use crate::money::Money;
use crate::payment::{FREE, Registry};

/// Something that keeps a cart from being ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// For programs.
    pub code: ObstacleCode,
    /// For people.
    pub message: String,
    /// The amount that is another than the buyer was told, where that is the reason.
    pub change: Option<PriceChange>,
    /// What there is too little of, where that is the reason.
    pub shortage: Option<Shortage>,
}

/// Too little of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Of which line.
    pub line: CartLineId,
    /// The product's title.
    pub title: String,
    /// Units that are left.
    pub left: i64,
}

impl Obstacle {
    fn new(code: ObstacleCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), change: None, shortage: None }
    }

    /// Whether it goes away once the buyer has been told it.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.code == ObstacleCode::PriceChanged
    }
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
    /// The buyer was told another price.
    PriceChanged,
    /// The taxes are not known.
    TaxesUnknown,
    /// A delivery has no price yet.
    DeliveryUnknown,
}

/// Everything that keeps a cart from being ordered, in the order in which a buyer would meet it.
///
/// # Errors
/// A fault where what the buyer was told cannot be read.
pub fn obstacles(cart: &CartView, payments: &Registry) -> Result<Vec<Obstacle>, Fault> {
    let mut found = Vec::new();
    let mut add = |code, message: &str| found.push(Obstacle::new(code, message));
    if cart.lines.is_empty() {
        add(ObstacleCode::EmptyCart, "The cart is empty");
    }
    for _ in &cart.unsold {
        add(ObstacleCode::NotPublished, "A product in the cart is no longer sold");
    }
    match cart.row.email.as_deref().map(Email::parse) {
        None => add(ObstacleCode::EmailRequired, "An e-mail address is required"),
        Some(None) => add(ObstacleCode::EmailInvalid, "The e-mail address is not valid"),
        Some(Some(_)) => {}
    }
    let delivery = delivery_obstacles(cart);
    let is_placed = delivery.is_empty();
    found.extend(delivery);
    found.extend(stock_obstacles(cart));
    // Before it is known where it goes, the taxes cannot be.
    if is_placed && !cart.lines.is_empty() {
        found.extend(tax_obstacle(cart));
    }
    found.extend(payment_obstacles(cart, payments)?);
    Ok(found)
}

/// Taxes that are not known are never taken for none.
fn tax_obstacle(cart: &CartView) -> Option<Obstacle> {
    let unknown = |message: &str| Some(Obstacle::new(ObstacleCode::TaxesUnknown, message));
    match &cart.taxes {
        TaxStanding::Unknown => unknown("The taxes are not known: the address says too little"),
        TaxStanding::Refused(reason) => unknown(&format!("The taxes are not known: {reason}")),
        TaxStanding::Estimated if cart.is_unsettled() => unknown("The taxes are not known yet"),
        TaxStanding::Known | TaxStanding::Estimated | TaxStanding::Fallback => None,
    }
}

fn delivery_obstacles(cart: &CartView) -> Vec<Obstacle> {
    if !cart.needs_delivery() {
        return Vec::new();
    }
    let Some(address) = cart.addresses.iter().find(|address| address.selected) else {
        let message = "An address to deliver to is required";
        return vec![Obstacle::new(ObstacleCode::DeliveryAddressRequired, message)];
    };
    let faults = address.address.delivery_faults();
    if !faults.is_empty() {
        return faults
            .into_iter()
            .map(|fault| match fault.kind {
                FaultKind::Required => Obstacle::new(
                    ObstacleCode::DeliveryFieldRequired(fault.field),
                    format!("{} is required", fault.field.name()),
                ),
                FaultKind::TooLong
                | FaultKind::Html
                | FaultKind::Url
                | FaultKind::UnknownCountry
                | FaultKind::UnknownProvince => Obstacle::new(
                    ObstacleCode::DeliveryFieldInvalid(fault.field),
                    format!("{} is not valid", fault.field.name()),
                ),
            })
            .collect();
    }
    if cart.deliveries.is_empty() || cart.deliveries.iter().any(|group| group.selected.is_none()) {
        let message = "The shop does not deliver to this address";
        return vec![Obstacle::new(ObstacleCode::NoDeliveryAvailable, message)];
    }
    if cart.has_unasked_carriers() {
        let message = "What the delivery costs is not known yet";
        return vec![Obstacle::new(ObstacleCode::DeliveryUnknown, message)];
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
            let obstacle = if units <= 0 {
                Obstacle::new(ObstacleCode::OutOfStock, format!("{title} is sold out"))
            } else {
                Obstacle::new(ObstacleCode::NotEnoughStock, format!("Only {units} of {title} can be had"))
            };
            let shortage = Some(Shortage { line: line.row.id, title: title.clone(), left: units.max(0) });
            found.push(Obstacle { shortage, ..obstacle });
        }
    }
    found
}

/// What keeps a cart from being paid: no way to pay, or another price than the buyer was told or agreed to pay.
fn payment_obstacles(cart: &CartView, payments: &Registry) -> Result<Vec<Obstacle>, Fault> {
    let due = cart.due_minor();
    let Some(payment) = &cart.payment else {
        if due > 0 {
            return Ok(vec![Obstacle::new(ObstacleCode::PaymentRequired, "A way to pay is required")]);
        }
        return if cart::is_stale(cart)? { change_obstacles(cart) } else { Ok(Vec::new()) };
    };
    if payments.check(payment).is_err() || (payment.provider == FREE && due > 0) {
        let message = "This way to pay is not available";
        return Ok(vec![Obstacle::new(ObstacleCode::PaymentUnavailable, message)]);
    }
    if payment.amount_minor == due && payment.currency == cart.row.currency {
        return if cart::is_stale(cart)? { change_obstacles(cart) } else { Ok(Vec::new()) };
    }
    let message = "The cart costs another amount than the payment is for";
    let mut found = vec![Obstacle::new(ObstacleCode::UnacceptableAmount, message)];
    found.extend(change_obstacles(cart)?);
    Ok(found)
}

/// Each amount that is another than the buyer was told.
fn change_obstacles(cart: &CartView) -> Result<Vec<Obstacle>, Fault> {
    let told = |amount: Money| format!("{amount} {}", amount.currency);
    let obstacle = |change: PriceChange| {
        let what = match &change.part {
            ChangedPart::Unit(_, title) => format!("One of {title} costs"),
            ChangedPart::Line(_, title) => format!("{title} costs"),
            ChangedPart::Delivery => "The delivery costs".to_owned(),
            ChangedPart::Tax => "The tax is".to_owned(),
            ChangedPart::Total => "The cart costs".to_owned(),
        };
        let message = format!("{what} {} now, and was {}", told(change.is), told(change.was));
        Obstacle { change: Some(change), ..Obstacle::new(ObstacleCode::PriceChanged, message) }
    };
    Ok(cart::price_changes(cart)?.into_iter().map(obstacle).collect())
}
