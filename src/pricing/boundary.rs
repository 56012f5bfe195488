//! What follows when a price begins or ends by itself: lists sorted by price, searches, caches and whoever else reads the
//! events of products.
//!
//! What shoppers are told and pay is computed at each look and needs none of this.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, ProductId};
use entity::{price_boundary, price_list, shop};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement,
};

use super::lowest::refresh_lowest_in;
use crate::app::App;
use crate::catalog::lock_products_in;
use crate::error::Fault;
use crate::event::record_each;

/// The one row of the table.
const BOUNDARY_ID: i64 = 1;
/// Products of one transaction, so that others get their turn while a great many change at midnight.
const BATCH: usize = 500;

/// What begins or ends between two moments.
#[derive(Debug, Default)]
struct Crossed {
    products: Vec<ProductId>,
    lists: Vec<PriceListId>,
}

/// Tells of the products whose prices, or the price lists that they are on, began or ended since the last time, and
/// stores their lowest base prices anew. Returns how many products there were. What was told before a crash is told again.
///
/// # Errors
/// The database's own.
pub async fn pass_boundaries(app: &App) -> Result<usize, Fault> {
    let passed = passed_at(app.db.fresh()).await?;
    let now = app.clock.now();
    // Looking first spares an idle node the write lock.
    let seen = crossed(app.db.fresh(), passed, now).await?;
    if seen.products.is_empty() && seen.lists.is_empty() {
        return Ok(0);
    }
    let (now, crossed) = app.db.retry(|| look(app, passed)).await?;
    for products in crossed.products.chunks(BATCH) {
        app.db.retry(|| tell(app, now, products)).await?;
    }
    app.db.retry(|| finish(app, now, &crossed.lists)).await?;
    Ok(crossed.products.len())
}

/// Looks once more while no command writes prices: whoever writes later asks for the time later.
async fn look(app: &App, passed: DateTime<Utc>) -> Result<(DateTime<Utc>, Crossed), Fault> {
    let tx = app.begin().await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        shop::Entity::find().lock_exclusive().all(&tx).await?;
    }
    let now = app.clock.now();
    let crossed = crossed(&tx, passed, now).await?;
    tx.commit().await?;
    Ok((now, crossed))
}

async fn passed_at<C: ConnectionTrait>(db: &C) -> Result<DateTime<Utc>, Fault> {
    let row = price_boundary::Entity::find_by_id(BOUNDARY_ID).one(db).await?;
    Ok(row.map_or(DateTime::UNIX_EPOCH, |row| row.passed_at))
}

/// What begins or ends after a moment and up to another.
async fn crossed<C: ConnectionTrait>(
    db: &C,
    after: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Crossed, Fault> {
    let between = |column: price_list::Column| column.gt(after).and(column.lte(until));
    let lists: Vec<PriceListId> = price_list::Entity::find()
        .select_only()
        .column(price_list::Column::Id)
        .filter(
            Condition::any()
                .add(between(price_list::Column::StartsAt))
                .add(between(price_list::Column::EndsAt)),
        )
        .into_tuple()
        .all(db)
        .await?;
    let of_lists: Vec<String> = lists.iter().map(PriceListId::to_string).collect();
    // UNION, so that each part finds its index.
    let sql = format!(
        "SELECT DISTINCT v.product_id AS id FROM variant v JOIN ( \
           SELECT variant_id FROM price WHERE valid_from > $1 AND valid_from <= $2 \
           UNION SELECT variant_id FROM price WHERE valid_to > $1 AND valid_to <= $2 \
           UNION SELECT variant_id FROM price WHERE price_list_id IN ({}) \
         ) crossed ON crossed.variant_id = v.id WHERE v.deleted_at IS NULL ORDER BY 1",
        if of_lists.is_empty() { "NULL".to_owned() } else { of_lists.join(", ") },
    );
    let values = [after.into(), until.into()];
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let ids = rows.iter().map(|row| row.try_get::<i64>("", "id").map(ProductId));
    let products: BTreeSet<ProductId> = ids.collect::<Result<_, _>>()?;
    Ok(Crossed { products: products.into_iter().collect(), lists })
}

async fn tell(app: &App, now: DateTime<Utc>, products: &[ProductId]) -> Result<(), Fault> {
    let tx = app.begin().await?;
    let products = lock_products_in(&tx, products.iter().copied()).await?;
    refresh_lowest_in(&tx, now, &products).await?;
    record_each(&tx, now, "product", "product.prices_changed", products).await?;
    tx.commit().await?;
    Ok(())
}

/// Tells of the lists, and notes how far it went.
async fn finish(app: &App, now: DateTime<Utc>, lists: &[PriceListId]) -> Result<(), Fault> {
    let tx = app.begin().await?;
    record_each(&tx, now, "price_list", "price_list.window_passed", lists.iter().copied()).await?;
    let row = price_boundary::ActiveModel { id: Set(BOUNDARY_ID), passed_at: Set(now) };
    let again = OnConflict::column(price_boundary::Column::Id)
        .update_column(price_boundary::Column::PassedAt)
        .to_owned();
    price_boundary::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
    tx.commit().await?;
    Ok(())
}
