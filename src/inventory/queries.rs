//! Reading stock.

use std::collections::HashMap;

use entity::id::{InventoryItemId, ProductId};
use entity::{inventory_item, inventory_level, location, variant};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use super::Availability;
use crate::error::Fault;

/// Inventory items by key.
///
/// # Errors
/// The database's own.
pub async fn items_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[InventoryItemId],
) -> Result<HashMap<InventoryItemId, inventory_item::Model>, Fault> {
    let wanted = inventory_item::Column::Id.is_in(ids.iter().copied());
    let rows = inventory_item::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// How much is left of items: one statement.
///
/// # Errors
/// The database's own.
pub async fn availability_by_item_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[InventoryItemId],
) -> Result<HashMap<InventoryItemId, Availability>, Fault> {
    let mut query = availability();
    query.cond_where(inventory_item::Column::Id.is_in(ids.iter().copied()));
    let mut by_item = HashMap::with_capacity(ids.len());
    for row in db.query_all(&query).await? {
        let (item, availability) = read(row.try_get_many_by_index()?);
        by_item.insert(item, availability);
    }
    Ok(by_item)
}

/// How much is left of each variant's item, for all variants of products: one statement.
///
/// # Errors
/// The database's own.
pub async fn availability_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, HashMap<InventoryItemId, Availability>>, Fault> {
    let mut query = availability();
    let of_variant = variant::Column::InventoryItemId
        .into_expr()
        .equals((inventory_item::Entity, inventory_item::Column::Id));
    query
        .expr(variant::Column::ProductId.into_expr())
        .inner_join(variant::Entity, of_variant)
        .cond_where(variant::Column::ProductId.is_in(ids.iter().copied()))
        .cond_where(variant::Column::DeletedAt.is_null())
        .add_group_by([variant::Column::ProductId.into_expr()]);
    let mut by_product: HashMap<ProductId, HashMap<InventoryItemId, Availability>> = HashMap::new();
    for row in db.query_all(&query).await? {
        let (item, availability) = read(row.try_get_many_by_index()?);
        by_product.entry(row.try_get_by_index(4)?).or_default().insert(item, availability);
    }
    Ok(by_product)
}

/// An item, whether it is counted, its units, and how many locations sell it past zero.
type Row = (InventoryItemId, bool, i64, i64);

fn read((item, tracked, available, backorders): Row) -> (InventoryItemId, Availability) {
    (item, Availability { tracked, available, continue_selling: backorders > 0 })
}

/// Selects a [`Row`] for each item; an item without levels has zero units.
fn availability() -> SelectStatement {
    let at_location = location::Column::Id
        .into_expr()
        .equals((inventory_level::Entity, inventory_level::Column::LocationId));
    let sells_online = Condition::all()
        .add(at_location)
        .add(location::Column::Active.eq(true))
        .add(location::Column::FulfillsOnline.eq(true));
    let units =
        Expr::case(location::Column::Id.is_not_null(), inventory_level::Column::Available.into_expr());
    let backorder = Condition::all()
        .add(location::Column::Id.is_not_null())
        .add(inventory_level::Column::Backorder.eq(true));
    let sum = |case: Expr| case.sum().cast_as("bigint");
    Query::select()
        .expr(inventory_item::Column::Id.into_expr())
        .expr(inventory_item::Column::Tracked.into_expr())
        .expr(sum(units.finally(0_i64).into()))
        .expr(sum(Expr::case(backorder, 1_i64).finally(0_i64).into()))
        .from(inventory_item::Entity)
        .left_join(
            inventory_level::Entity,
            inventory_level::Column::ItemId
                .into_expr()
                .equals((inventory_item::Entity, inventory_item::Column::Id)),
        )
        .left_join(location::Entity, sells_online)
        .add_group_by([inventory_item::Column::Id.into_expr(), inventory_item::Column::Tracked.into_expr()])
        .take()
}
