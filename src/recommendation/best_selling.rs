//! Counting the units that each product sold.

use std::collections::BTreeMap;

use entity::event;
use sea_orm::{ConnectionTrait, Statement, Value};
use serde::Deserialize;

use crate::db::{Tx, inline_table};
use crate::error::Fault;
use crate::event::Consumer;

/// Adds what an order sold to its products.
pub const BEST_SELLING: Consumer =
    Consumer { name: "recommendation.best_selling", handle: |tx, events| Box::pin(count(tx, events)) };

/// Products that one statement updates at most.
const PRODUCTS_PER_STATEMENT: usize = 500;

#[derive(Deserialize)]
struct Placed {
    sold: Vec<(i64, i64)>,
}

async fn count(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let mut sold: BTreeMap<i64, i64> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "order.placed") {
        for (product, quantity) in serde_json::from_value::<Placed>(event.payload.clone())?.sold {
            *sold.entry(product).or_default() += quantity;
        }
    }
    let sold: Vec<(i64, i64)> = sold.into_iter().collect();
    for chunk in sold.chunks(PRODUCTS_PER_STATEMENT) {
        let mut values: Vec<Value> = Vec::with_capacity(chunk.len() * 2);
        let rows =
            chunk.iter().map(|(product, quantity)| vec![Value::from(*product), Value::from(*quantity)]);
        let columns = [("id", "bigint"), ("quantity", "bigint")];
        let sold = inline_table(tx.get_database_backend(), "m", &columns, rows, &mut values);
        let sql = format!(
            "UPDATE product SET sold_quantity = sold_quantity + m.quantity FROM {sold} WHERE product.id = m.id"
        );
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}
