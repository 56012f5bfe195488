//! Giving guests' orders to the customer whose address they were placed with, once it is verified.

use entity::event;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::db::Tx;
use crate::error::Fault;
use crate::event::Consumer;

/// Links orders without a customer when a customer's address was verified, and when such an order was placed beside that.
pub const LINK_TO_CUSTOMER: Consumer =
    Consumer { name: "order.link_to_customer", handle: |tx, events| Box::pin(link(tx, events)) };

async fn link(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let is_verified = |event: &&event::Model| {
        event.entity == "customer" && event.payload.get("verified") == Some(&serde_json::Value::Bool(true))
    };
    let customers = events.iter().filter(is_verified).map(|event| event.entity_id);
    link_where(tx, "customer.id", customers.collect()).await?;
    let orders = events.iter().filter(|event| event.kind == "order.placed").map(|event| event.entity_id);
    link_where(tx, "orders.id", orders.collect()).await
}

async fn link_where(tx: &Tx, column: &str, ids: Vec<i64>) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "UPDATE orders SET customer_id = customer.id FROM customer \
         WHERE orders.customer_id IS NULL AND orders.email_norm = customer.email_norm \
           AND customer.email_verified_at IS NOT NULL AND customer.state = 'enabled' \
           AND {column} IN ({})",
        places.join(", ")
    );
    let values: Vec<Value> = ids.into_iter().map(Value::from).collect();
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}
