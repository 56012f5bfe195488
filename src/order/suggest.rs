//! What could go back: pure rules.

use std::collections::BTreeMap;

use entity::id::OrderLineId;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};

use super::capture::left_minor;
use super::queries::OrderView;
use super::refund::{
    GIFT_CARD_GATEWAY, RefundLineInput, RefundTransactionInput, STORE_CREDIT_GATEWAY, ShippingRefund,
};
use super::refund_share::share_of;

/// What could go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuggestedRefund {
    /// Of the lines after discounts, in minor units.
    pub subtotal_minor: i64,
    /// Of their taxes.
    pub tax_minor: i64,
    /// Of the deliveries, with their taxes.
    pub shipping_minor: i64,
    /// All of it, but never more than was taken and has not gone back.
    pub total_minor: i64,
    /// By which payments.
    pub transactions: Vec<RefundTransactionInput>,
}

/// Whether a transaction took money that can go back.
#[must_use]
pub fn is_refundable(row: &Model) -> bool {
    matches!(row.kind, TransactionKind::Sale | TransactionKind::Capture)
        && row.status == TransactionStatus::Success
        && left_minor(row) > 0
}

/// Units of a line that went back.
#[must_use]
pub fn refunded_quantity(view: &OrderView, line: OrderLineId) -> i32 {
    let lines = view.refund_lines.iter().filter(|row| row.order_line_id == line);
    lines.fold(0, |sum, row| sum.saturating_add(row.quantity))
}

/// What goes back for these units and deliveries, and by which payments: gift cards and store credit last.
#[must_use]
pub fn suggest_refund(
    view: &OrderView,
    lines: &[RefundLineInput],
    shipping: Option<ShippingRefund>,
) -> SuggestedRefund {
    let mut suggested = SuggestedRefund::default();
    let mut back: BTreeMap<OrderLineId, i32> = BTreeMap::new();
    for input in lines {
        let Some(line) = view.lines.iter().find(|line| line.id == input.line) else { continue };
        let before = back.entry(line.id).or_insert_with(|| refunded_quantity(view, line.id));
        let quantity = input.quantity.clamp(0, (line.quantity - *before).max(0));
        let share = share_of(line, *before, quantity);
        *before += quantity;
        suggested.subtotal_minor += share.subtotal_minor;
        suggested.tax_minor += share.tax_minor;
    }
    let shipping_left = shipping_left_minor(view);
    suggested.shipping_minor = match shipping {
        None => 0,
        Some(ShippingRefund::Full) => shipping_left,
        Some(ShippingRefund::Amount(minor)) => minor.clamp(0, shipping_left),
    };
    let added_tax = if view.row.taxes_included { 0 } else { suggested.tax_minor };
    let wished = suggested.subtotal_minor + added_tax + suggested.shipping_minor;
    suggested.transactions = spread(&view.transactions, wished);
    suggested.total_minor = suggested.transactions.iter().map(|part| part.amount_minor).sum();
    suggested
}

/// Spreads an amount over the payments that have something left: providers first, then store credit, then gift cards.
pub(super) fn spread(ledger: &[Model], amount_minor: i64) -> Vec<RefundTransactionInput> {
    let mut rows: Vec<&Model> = ledger.iter().filter(|row| is_refundable(row)).collect();
    rows.sort_by_key(|row| match row.gateway.as_str() {
        GIFT_CARD_GATEWAY => 2,
        STORE_CREDIT_GATEWAY => 1,
        _ => 0,
    });
    let mut missing = amount_minor;
    let mut parts = Vec::new();
    for row in rows {
        let amount_minor = missing.min(left_minor(row));
        if amount_minor > 0 {
            missing -= amount_minor;
            let gateway = Some(row.gateway.clone());
            parts.push(RefundTransactionInput { parent: Some(row.id), gateway, amount_minor });
        }
    }
    parts
}

/// What of the deliveries has not gone back, with the taxes added to them.
pub(super) fn shipping_left_minor(view: &OrderView) -> i64 {
    let taxes: i64 = view.shipping.iter().map(|line| line.tax_minor).sum();
    let added = if view.row.taxes_included { 0 } else { taxes };
    let back: i64 = view.refunds.iter().map(|refund| refund.shipping_minor).sum();
    (view.discounted_shipping_minor() + added - back).max(0)
}

#[cfg(test)]
mod tests {
    use entity::id::{OrderId, OrderTransactionId, RefundId, RefundLineId};
    use entity::refund;
    use entity::refund_line::{self, Restock};

    use super::*;
    use crate::order::sample::{line, transaction, view};

    fn units(line: i64, quantity: i32) -> RefundLineInput {
        RefundLineInput { line: OrderLineId(line), quantity, restock: Restock::NoRestock, location: None }
    }

    fn sale(id: i64, gateway: &str, amount_minor: i64) -> Model {
        transaction(id, TransactionKind::Sale, TransactionStatus::Success, gateway, amount_minor)
    }

    fn parts(suggested: &SuggestedRefund) -> Vec<(OrderTransactionId, i64)> {
        let parent = |part: &RefundTransactionInput| part.parent.map(|parent| (parent, part.amount_minor));
        suggested.transactions.iter().filter_map(parent).collect()
    }

    /// Three units for 10.00 and 1.90 of taxes, delivered for 5.00 and 0.95: 17.85, of which 5.00 were on a gift card.
    fn order() -> OrderView {
        let money = vec![sale(1, GIFT_CARD_GATEWAY, 500), sale(2, "stripe", 1_285)];
        view(vec![line(1, 3, 1_000, 190)], 500, 95, money)
    }

    #[test]
    fn a_unit_goes_back_with_its_tax_to_the_provider_first() {
        let suggested = suggest_refund(&order(), &[units(1, 1)], None);
        assert_eq!((suggested.subtotal_minor, suggested.tax_minor), (333, 63));
        assert_eq!(suggested.total_minor, 396);
        assert_eq!(parts(&suggested), [(OrderTransactionId(2), 396)]);
    }

    #[test]
    fn all_of_an_order_is_all_that_was_paid() {
        let suggested = suggest_refund(&order(), &[units(1, 3)], Some(ShippingRefund::Full));
        assert_eq!(suggested.shipping_minor, 595);
        assert_eq!(suggested.total_minor, 1_785);
        assert_eq!(parts(&suggested), [(OrderTransactionId(2), 1_285), (OrderTransactionId(1), 500)]);
    }

    #[test]
    fn taxes_that_prices_hold_are_not_given_back_twice() {
        let mut view = order();
        view.row.taxes_included = true;
        let suggested = suggest_refund(&view, &[units(1, 3)], Some(ShippingRefund::Full));
        assert_eq!((suggested.total_minor, suggested.tax_minor), (1_500, 190));
    }

    #[test]
    fn the_same_line_twice_is_the_sum_of_its_units() {
        let twice = suggest_refund(&order(), &[units(1, 1), units(1, 2)], None);
        let once = suggest_refund(&order(), &[units(1, 3)], None);
        assert_eq!(twice, once);
    }

    #[test]
    fn what_went_back_or_is_on_its_way_does_not_go_back_again() {
        let mut view = order();
        view.refunds = vec![refund::Model {
            id: RefundId(1),
            order_id: OrderId(1),
            note: None,
            currency: "EUR".to_owned(),
            shipping_minor: 400,
            notify: false,
            created_at: chrono::DateTime::UNIX_EPOCH,
            waits: false,
            credit_expires_at: None,
        }];
        view.refund_lines = vec![refund_line::Model {
            id: RefundLineId(1),
            refund_id: RefundId(1),
            order_line_id: OrderLineId(1),
            quantity: 2,
            subtotal_minor: 667,
            tax_minor: 127,
            restock: Restock::NoRestock,
            location_id: None,
        }];
        for row in &mut view.transactions {
            row.used_minor = if row.gateway == "stripe" { 1_194 } else { 0 };
        }
        let suggested = suggest_refund(&view, &[units(1, 3)], Some(ShippingRefund::Full));
        assert_eq!((suggested.subtotal_minor, suggested.tax_minor), (333, 63));
        assert_eq!(suggested.shipping_minor, 195);
        assert_eq!(parts(&suggested), [(OrderTransactionId(2), 91), (OrderTransactionId(1), 500)]);
        assert_eq!(suggested.total_minor, 591);
    }

    #[test]
    fn what_was_only_promised_or_is_awaited_does_not_go_back() {
        let promise =
            transaction(1, TransactionKind::Authorization, TransactionStatus::Success, "stripe", 1_000);
        let awaited = transaction(2, TransactionKind::Sale, TransactionStatus::Pending, "manual", 1_000);
        let view = view(vec![line(1, 1, 2_000, 0)], 0, 0, vec![promise, awaited]);
        let suggested = suggest_refund(&view, &[units(1, 1)], None);
        assert_eq!((suggested.subtotal_minor, suggested.total_minor), (2_000, 0));
        assert_eq!(parts(&suggested), []);
    }
}
