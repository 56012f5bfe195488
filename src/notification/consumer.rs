//! Turning events into mails to be sent.

use entity::event;
use entity::mail::MailKind;
use sea_orm::{ActiveEnum, ConnectionTrait, Statement, Value};

use crate::db::Tx;
use crate::error::Fault;
use crate::event::Consumer;

/// Writes down the mails that events ask for.
pub const MAILS: Consumer =
    Consumer { name: "notification.mail", handle: |tx, events| Box::pin(write_down(tx, events)) };

/// The kinds of events that ask for a mail with a link to an account.
const ASKING: [&str; 2] = ["customer.activation_requested", "customer.recovery_requested"];
/// How events write that a parcel has arrived.
const DELIVERED: &str = "delivered";

async fn write_down(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    about_orders(tx, events).await?;
    about_accounts(tx, events).await
}

/// A token without a customer asks for nothing: its address is nobody's.
async fn about_accounts(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let asking: Vec<&event::Model> =
        events.iter().filter(|event| ASKING.contains(&event.kind.as_str())).collect();
    let Some(last) = asking.last() else {
        return Ok(());
    };
    let mut values: Vec<Value> = vec![last.created_at.into()];
    let places: Vec<String> = asking
        .iter()
        .map(|event| {
            values.push(event.entity_id.into());
            format!("${}", values.len())
        })
        .collect();
    let sql = format!(
        "INSERT INTO mail (kind, token_id, state, attempts, run_at, created_at) \
         SELECT purpose, id, 'waiting', 0, $1, $1 FROM one_time_token \
         WHERE customer_id IS NOT NULL AND id IN ({}) ORDER BY id ON CONFLICT (token_id) DO NOTHING",
        places.join(", ")
    );
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// The order of an event that asks for a confirmation.
fn placed(event: &event::Model) -> Option<i64> {
    (event.kind == "order.placed").then_some(event.entity_id)
}

/// What else an event asks to be told about an order.
struct Asked {
    kind: MailKind,
    order: i64,
    refund: Option<i64>,
    label: Option<i64>,
}

/// What else an event asks to be told: of refunds and cancellations where staff wish it, of parcels by itself.
fn asked(event: &event::Model) -> Option<Asked> {
    let payload = &event.payload;
    let is_wished = payload.get("notify").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let number = |name: &str| payload.get(name).and_then(serde_json::Value::as_i64);
    let of_order = |kind| Asked { kind, order: event.entity_id, refund: None, label: None };
    let of_parcel =
        |kind| Some(Asked { kind, order: number("orderId")?, refund: None, label: Some(event.entity_id) });
    match event.kind.as_str() {
        "order.refunded" if is_wished => {
            Some(Asked { refund: Some(number("refund")?), ..of_order(MailKind::OrderRefund) })
        }
        "order.cancelled" if is_wished => Some(of_order(MailKind::OrderCancellation)),
        "label.bought" => of_parcel(MailKind::ParcelAnnounced),
        "parcel.moved" if payload.get("status").is_some_and(|status| status == DELIVERED) => {
            of_parcel(MailKind::ParcelDelivered)
        }
        _ => None,
    }
}

/// An order without an address of its buyer asks for nothing. However often an event comes, its mail is written once.
async fn about_orders(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let backend = tx.get_database_backend();
    let orders: Vec<i64> = events.iter().filter_map(placed).collect();
    if let Some(last) = events.last().filter(|_| !orders.is_empty()) {
        let places: Vec<String> = (2..).take(orders.len()).map(|place: usize| format!("${place}")).collect();
        let sql = format!(
            "INSERT INTO mail (kind, order_id, state, attempts, run_at, created_at) \
             SELECT 'order_confirmation', id, 'waiting', 0, $1, $1 FROM orders \
             WHERE email <> '' AND id IN ({}) ORDER BY id ON CONFLICT DO NOTHING",
            places.join(", ")
        );
        let values = [Value::from(last.created_at)].into_iter().chain(orders.into_iter().map(Value::from));
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    for event in events {
        let Some(asked) = asked(event) else { continue };
        let (kind, at) = (asked.kind.to_value(), event.created_at);
        let values: [Value; 5] =
            [kind.into(), at.into(), asked.order.into(), asked.refund.into(), asked.label.into()];
        // A refund or a parcel that is not of the order asks for nothing either.
        let sql = "INSERT INTO mail (kind, order_id, refund_id, label_id, state, attempts, run_at, created_at) \
                   SELECT CAST($1 AS TEXT), orders.id, refund.id, label.id, 'waiting', 0, $2, $2 \
                   FROM orders LEFT JOIN refund ON refund.order_id = orders.id AND refund.id = $4 \
                   LEFT JOIN shipping_label AS label ON label.order_id = orders.id AND label.id = $5 \
                   WHERE orders.id = $3 AND orders.email <> '' \
                   AND (CAST($4 AS BIGINT) IS NULL OR refund.id IS NOT NULL) \
                   AND (CAST($5 AS BIGINT) IS NULL OR label.id IS NOT NULL) ON CONFLICT DO NOTHING";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}
