//! Orders for the tests of pure rules.

use chrono::{DateTime, Utc};
use entity::id::{OrderId, OrderLineId, OrderTransactionId};
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use entity::{order, order_line, order_shipping_line};

use super::queries::OrderView;

const THEN: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// A row of a ledger that nothing was taken of.
pub(super) fn transaction(
    id: i64,
    kind: TransactionKind,
    status: TransactionStatus,
    gateway: &str,
    amount_minor: i64,
) -> Model {
    Model {
        id: OrderTransactionId(id),
        order_id: OrderId(1),
        parent_id: None,
        kind,
        status,
        gateway: gateway.to_owned(),
        amount_minor,
        currency: "EUR".to_owned(),
        provider_reference: None,
        idempotency_key: format!("key{id}"),
        created_at: THEN,
        used_minor: 0,
        refund_id: None,
        ask_at: None,
        asks: 0,
        lease_until: None,
        to_credit: false,
        error_code: None,
    }
}

/// A line of these amounts after discounts.
pub(super) fn line(id: i64, quantity: i32, total_minor: i64, tax_minor: i64) -> order_line::Model {
    order_line::Model {
        id: OrderLineId(id),
        order_id: OrderId(1),
        position: 1,
        product_id: None,
        variant_id: None,
        title: String::new(),
        variant_title: String::new(),
        sku: None,
        vendor: String::new(),
        image_url: None,
        options: serde_json::json!([]),
        attributes: serde_json::json!([]),
        requires_shipping: true,
        taxable: true,
        quantity,
        unit_minor: 0,
        subtotal_minor: total_minor,
        discount_minor: 0,
        total_minor,
        tax_minor,
    }
}

/// An order of these lines and a delivery, which are taxed on top.
pub(super) fn view(
    lines: Vec<order_line::Model>,
    shipping_minor: i64,
    shipping_tax_minor: i64,
    transactions: Vec<Model>,
) -> OrderView {
    let subtotal_minor = lines.iter().map(|line| line.total_minor).sum();
    let tax_minor = lines.iter().map(|line| line.tax_minor).sum::<i64>() + shipping_tax_minor;
    let shipping = order_shipping_line::Model {
        id: 1,
        order_id: OrderId(1),
        title: String::new(),
        method_handle: String::new(),
        amount_minor: shipping_minor,
        position: 1,
        discount_minor: 0,
        tax_minor: shipping_tax_minor,
    };
    OrderView {
        row: row(subtotal_minor, shipping_minor, tax_minor),
        lines,
        addresses: Vec::new(),
        shipping: vec![shipping],
        applications: Vec::new(),
        line_discounts: Vec::new(),
        shipping_discounts: Vec::new(),
        taxes: Vec::new(),
        transactions,
        refunds: Vec::new(),
        refund_lines: Vec::new(),
    }
}

fn row(subtotal_minor: i64, shipping_minor: i64, tax_minor: i64) -> order::Model {
    order::Model {
        id: OrderId(1),
        number: 1001,
        name: "#1001".to_owned(),
        cart_id: None,
        customer_id: None,
        email: None,
        email_norm: None,
        phone: None,
        currency: "EUR".to_owned(),
        country: "DE".to_owned(),
        language: "DE".to_owned(),
        subtotal_minor,
        discount_minor: 0,
        shipping_minor,
        tax_minor,
        total_minor: subtotal_minor + shipping_minor + tax_minor,
        taxes_included: false,
        note: None,
        attributes: serde_json::json!([]),
        source_identifier: None,
        test: false,
        shipping_discount_minor: 0,
        market_id: None,
        fx_rate_e9: None,
        tax_fallback: false,
        delivery_fallback: false,
        processed_at: THEN,
        cancelled_at: None,
        closed_at: None,
        cancel_reason: None,
        staff_note: None,
        disputed_at: None,
        created_at: THEN,
        updated_at: THEN,
    }
}
