//! Counting which products are ordered together.

use std::collections::{BTreeMap, HashSet};

use entity::{co_purchase, event, event_consumer};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QuerySelect, Statement, Value};
use serde::Deserialize;

use crate::app::App;
use crate::db::{Tx, inline_table};
use crate::error::Fault;
use crate::event::Consumer;

/// Counts an order's products as bought together.
pub const CO_PURCHASE: Consumer =
    Consumer { name: "recommendation.co_purchase", handle: |tx, events| Box::pin(count(tx, events)) };

/// Of an order with more products, the first ones count: pairs grow with the square.
const MAX_PAIRED: usize = 20;
/// Pairs that one statement writes at most.
const PAIRS_PER_STATEMENT: usize = 500;

#[derive(Deserialize)]
struct Placed {
    sold: Vec<(i64, i64)>,
}

async fn count(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let mut pairs: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "order.placed") {
        let placed = serde_json::from_value::<Placed>(event.payload.clone())?;
        for pair in pairs_of(placed.sold.into_iter().map(|(product, _)| product)) {
            *pairs.entry(pair).or_default() += 1;
        }
    }
    // In the order of the keys, so that the rows are always locked in the same order.
    let pairs: Vec<((i64, i64), i64)> = pairs.into_iter().collect();
    for chunk in pairs.chunks(PAIRS_PER_STATEMENT) {
        add(tx, chunk).await?;
    }
    Ok(())
}

/// The products of an order two by two, each pair both ways round.
fn pairs_of(products: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut seen = HashSet::new();
    let products: Vec<i64> = products.filter(|product| seen.insert(*product)).take(MAX_PAIRED).collect();
    let others = |product: i64| products.iter().map(move |other| (product, *other));
    products.iter().flat_map(|product| others(*product)).filter(|(product, other)| product != other).collect()
}

async fn add(tx: &Tx, pairs: &[((i64, i64), i64)]) -> Result<(), Fault> {
    let backend = tx.get_database_backend();
    let mut values: Vec<Value> = Vec::with_capacity(pairs.len() * 3);
    let rows = pairs
        .iter()
        .map(|((product, other), orders)| vec![(*product).into(), (*other).into(), (*orders).into()]);
    let columns = [("product_id", "bigint"), ("other_id", "bigint"), ("order_count", "bigint")];
    let new = inline_table(backend, "m", &columns, rows, &mut values);
    // A product may be gone by the time its order is counted.
    let sql = format!(
        "INSERT INTO co_purchase (product_id, other_id, order_count) \
         SELECT m.product_id, m.other_id, m.order_count FROM {new} \
         WHERE EXISTS (SELECT 1 FROM product WHERE id = m.product_id) \
           AND EXISTS (SELECT 1 FROM product WHERE id = m.other_id) \
         ON CONFLICT (product_id, other_id) \
         DO UPDATE SET order_count = co_purchase.order_count + excluded.order_count"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// Counts anew, from the orders, what is bought together, and returns how many pairs there are.
///
/// Locks the consumer's place: orders whose events it has not seen yet are left for it to count.
///
/// # Errors
/// The database's own.
pub async fn rebuild(app: &App) -> Result<u64, Fault> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let place = event_consumer::Entity::find_by_id(CO_PURCHASE.name);
            let place = match tx.get_database_backend() {
                DbBackend::Postgres => place.lock_exclusive().one(&tx).await?,
                _ => place.one(&tx).await?,
            };
            // Without a place nothing was ever counted: the consumer will begin with the first event.
            let Some(place) = place else {
                return Ok(0);
            };
            co_purchase::Entity::delete_many().exec(&tx).await?;
            let pairs = tx.execute_raw(counted_from_orders(tx.get_database_backend(), &place)).await?;
            tx.commit().await?;
            Ok(pairs.rows_affected())
        })
        .await
}

fn counted_from_orders(backend: DbBackend, place: &event_consumer::Model) -> Statement {
    let sql = format!(
        "WITH placed AS ( \
           SELECT order_id, product_id, \
                  ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY MIN(position)) AS place \
           FROM order_line \
           WHERE product_id IS NOT NULL AND NOT EXISTS ( \
             SELECT 1 FROM event WHERE entity = 'order' AND entity_id = order_line.order_id \
               AND kind = 'order.placed' AND (tx_id > $1 OR (tx_id = $1 AND seq > $2))) \
           GROUP BY order_id, product_id) \
         INSERT INTO co_purchase (product_id, other_id, order_count) \
         SELECT one.product_id, other.product_id, COUNT(*) \
         FROM placed AS one JOIN placed AS other \
           ON other.order_id = one.order_id AND other.product_id <> one.product_id \
         WHERE one.place <= {MAX_PAIRED} AND other.place <= {MAX_PAIRED} \
         GROUP BY one.product_id, other.product_id"
    );
    Statement::from_sql_and_values(backend, sql, [place.tx_id.into(), place.seq.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_counts_once_both_ways_round() {
        assert_eq!(pairs_of([].into_iter()), []);
        assert_eq!(pairs_of([7].into_iter()), []);
        assert_eq!(pairs_of([7, 7].into_iter()), []);
        assert_eq!(pairs_of([7, 9, 7].into_iter()), [(7, 9), (9, 7)]);
        assert_eq!(pairs_of([1, 2, 3].into_iter()), [(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)]);
    }

    #[test]
    fn of_a_large_order_the_first_products_count() {
        let pairs = pairs_of(1..=100);
        assert_eq!(pairs.len(), MAX_PAIRED * (MAX_PAIRED - 1));
        assert!(pairs.iter().all(|(product, other)| *product <= 20 && *other <= 20));
    }
}
