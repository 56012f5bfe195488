//! What of a refund is refused.

use std::collections::BTreeMap;

use entity::id::OrderLineId;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};

use super::error::{OrderError, OrderErrorCode, refused};
use super::queries::OrderView;
use super::refund::{RefundInput, RefundTransactionInput, ShippingRefund};
use super::refund_rest::is_from_outside;
use super::suggest::{is_refundable, refunded_quantity, shipping_left_minor};
use crate::db::Tx;
use crate::inventory;
use crate::payment::MANUAL;

/// Characters of a note at most.
const MAX_NOTE: usize = 5_000;

/// Refuses what cannot be, before anything is written.
pub(super) fn check(view: &OrderView, input: &RefundInput) -> Result<(), OrderError> {
    let invalid = |field: &[&str], message: &str| Err(refused(OrderErrorCode::Invalid, field, message));
    if input.currency.as_ref().is_some_and(|currency| *currency != view.row.currency) {
        return invalid(&["currency"], "The order is in another currency");
    }
    if input.note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        return invalid(&["note"], "The note is too long");
    }
    let is_empty = input.lines.is_empty() && input.transactions.is_empty() && input.shipping.is_none();
    if is_empty && input.to_store_credit.is_none() {
        return invalid(&[], "There is nothing to give back");
    }
    check_amounts(view, input)?;
    let mut wanted: BTreeMap<OrderLineId, i32> = BTreeMap::new();
    for (place, line) in input.lines.iter().enumerate() {
        let place = place.to_string();
        let field = ["refundLineItems", place.as_str(), "quantity"];
        if line.quantity <= 0 {
            return invalid(&field, "The quantity must be above zero");
        }
        let Some(row) = view.lines.iter().find(|row| row.id == line.line) else {
            return invalid(&["refundLineItems", place.as_str(), "lineItemId"], "The order has no such line");
        };
        let sum = wanted.entry(row.id).or_default();
        *sum = sum.saturating_add(line.quantity);
        if *sum > row.quantity - refunded_quantity(view, row.id) {
            let message = "The line has not that many units left";
            return Err(refused(OrderErrorCode::LineQuantity, &field, message));
        }
    }
    Ok(())
}

/// Refuses amounts that are not above zero, and more than is left of the deliveries.
fn check_amounts(view: &OrderView, input: &RefundInput) -> Result<(), OrderError> {
    let code = OrderErrorCode::AmountNotPositive;
    let nothing = |field: &[&str]| Err(refused(code, field, "The amount must be above zero"));
    if let Some(place) = input.transactions.iter().position(|part| part.amount_minor <= 0) {
        return nothing(&["transactions", &place.to_string(), "amount"]);
    }
    if input.to_store_credit.is_some_and(|credit| credit.amount_minor <= 0) {
        return nothing(&["refundMethods"]);
    }
    match input.shipping {
        Some(ShippingRefund::Amount(minor)) if minor <= 0 => nothing(&["shipping", "amount"]),
        Some(ShippingRefund::Amount(minor)) if minor > shipping_left_minor(view) => {
            let message = "There is not that much left of the deliveries";
            Err(refused(OrderErrorCode::AmountTooLarge, &["shipping", "amount"], message))
        }
        None | Some(ShippingRefund::Full | ShippingRefund::Amount(_)) => Ok(()),
    }
}

/// Refuses locations that there are not.
pub(super) async fn check_locations(tx: &Tx, input: &RefundInput) -> Result<(), OrderError> {
    for (place, line) in input.lines.iter().enumerate() {
        if let Some(location) = line.location
            && !inventory::is_location(tx, location).await?
        {
            let place = place.to_string();
            let field = ["refundLineItems", place.as_str(), "locationId"];
            return Err(refused(OrderErrorCode::Invalid, &field, "There is no such location"));
        }
    }
    Ok(())
}

/// The payment by which money goes back.
pub(super) fn parent_of<'a>(
    view: &'a OrderView,
    part: &RefundTransactionInput,
    place: usize,
) -> Result<&'a Model, OrderError> {
    // Staff name the ways on which money comes in outside as they like.
    let is_by =
        |row: &Model, gateway: &str| row.gateway == gateway || (gateway == MANUAL && is_from_outside(row));
    let is_meant = |row: &&Model| match (part.parent, &part.gateway) {
        (Some(id), _) => row.id == id,
        (None, Some(gateway)) => is_by(row, gateway) && is_refundable(row),
        (None, None) => is_refundable(row),
    };
    let took = |row: &&Model| {
        matches!(row.kind, TransactionKind::Sale | TransactionKind::Capture)
            && row.status == TransactionStatus::Success
    };
    let place = place.to_string();
    let Some(parent) = view.transactions.iter().filter(took).find(is_meant) else {
        let field = ["transactions", place.as_str(), "parentId"];
        let message = "The transaction took no money of this order";
        return Err(refused(OrderErrorCode::NotRefundable, &field, message));
    };
    if part.gateway.as_ref().is_some_and(|gateway| !is_by(parent, gateway)) {
        let field = ["transactions", place.as_str(), "gateway"];
        let message = "The transaction is of another gateway";
        return Err(refused(OrderErrorCode::Invalid, &field, message));
    }
    Ok(parent)
}
