//! Turning events into mails to be sent.

use chrono::{DateTime, Utc};
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

/// A mail about an order that an event asks for.
struct Asked {
    kind: MailKind,
    order: i64,
    refund: Option<i64>,
    at: DateTime<Utc>,
}

/// What an event asks to be told about an order.
fn asked(event: &event::Model) -> Option<Asked> {
    let is_wished = event.payload.get("notify").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let refund = event.payload.get("refund").and_then(serde_json::Value::as_i64);
    let (kind, refund) = match event.kind.as_str() {
        "order.placed" => (MailKind::OrderConfirmation, None),
        "order.refunded" if is_wished => (MailKind::OrderRefund, Some(refund?)),
        "order.cancelled" if is_wished => (MailKind::OrderCancellation, None),
        _ => return None,
    };
    Some(Asked { kind, order: event.entity_id, refund, at: event.created_at })
}

/// An order without an address of its buyer asks for nothing. However often an event comes, its mail is written once.
async fn about_orders(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    for asked in events.iter().filter_map(asked) {
        let values: Vec<Value> =
            vec![asked.kind.to_value().into(), asked.at.into(), asked.order.into(), asked.refund.into()];
        // The database is not asked of which type a value is that it only writes.
        let sql = "INSERT INTO mail (kind, order_id, refund_id, state, attempts, run_at, created_at) \
                   SELECT CAST($1 AS TEXT), orders.id, refund.id, 'waiting', 0, $2, $2 \
                   FROM orders LEFT JOIN refund ON refund.order_id = orders.id AND refund.id = $4 \
                   WHERE orders.id = $3 AND orders.email <> '' \
                   AND (CAST($4 AS BIGINT) IS NULL OR refund.id IS NOT NULL) \
                   ON CONFLICT DO NOTHING";
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}
