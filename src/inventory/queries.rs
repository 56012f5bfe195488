//! Reading stock.

use std::collections::HashMap;

use entity::id::{InventoryItemId, LocationId, ProductId};
use entity::location;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
};

use super::availability::{Availability, Source, available_together};
use crate::error::Fault;

/// Locations at which buyers may fetch orders, as far as they are shown.
const MAX_PICKUP_LOCATIONS: u64 = 1_000;

/// How much is left of each variant's item, for all variants of products: one statement. Of a bundle's item as many as
/// its components allow.
///
/// # Errors
/// The database's own.
pub async fn availability_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, HashMap<InventoryItemId, Availability>>, Fault> {
    let rows = sources(db, ids).await?;
    let products: HashMap<InventoryItemId, ProductId> =
        rows.iter().map(|row| (row.item_id, row.product_id)).collect();
    let mut found: HashMap<ProductId, HashMap<InventoryItemId, Availability>> = HashMap::new();
    for (item, availability) in by_item(&rows) {
        if let Some(product) = products.get(&item) {
            found.entry(*product).or_default().insert(item, availability);
        }
    }
    Ok(found)
}

fn by_item(rows: &[SourceRow]) -> HashMap<InventoryItemId, Availability> {
    let mut grouped: HashMap<InventoryItemId, Vec<Source>> = HashMap::new();
    for row in rows {
        grouped.entry(row.item_id).or_default().push(row.source());
    }
    grouped.into_iter().map(|(item, sources)| (item, available_together(&sources))).collect()
}

/// What an item's units are taken from: its own shelves, or those of a component.
#[derive(FromQueryResult)]
struct SourceRow {
    item_id: InventoryItemId,
    product_id: ProductId,
    per_unit: i32,
    is_gone: bool,
    tracked: bool,
    available: i64,
    /// Units that may be promised below zero, over the shelves that have a cap.
    promised: i64,
    /// Shelves without a cap.
    unlimited: i64,
}

impl SourceRow {
    fn source(&self) -> Source {
        Source {
            per_unit: i64::from(self.per_unit),
            tracked: self.tracked,
            available: if self.is_gone { 0 } else { self.available },
            room: (self.unlimited == 0).then_some(self.available.saturating_add(self.promised)),
            is_gone: self.is_gone,
        }
    }
}

/// Columns of how far the level `l` may be sold past zero, where the condition holds: by its cap, and whether without one.
fn promises(condition: &str) -> [String; 2] {
    [
        format!("CASE WHEN {condition} AND l.backorder THEN COALESCE(l.backorder_limit, 0) ELSE 0 END"),
        format!("CASE WHEN {condition} AND l.backorder AND l.backorder_limit IS NULL THEN 1 ELSE 0 END"),
    ]
}

/// The text of a table of sources: the item of each variant that fits itself, and of each bundle its components' items.
fn source_table(condition: &str) -> String {
    format!(
        "(SELECT b.inventory_item_id AS item_id, b.product_id, b.inventory_item_id AS source_id, 0 AS per_unit, \
            FALSE AS is_gone FROM variant b WHERE {condition} \
          UNION ALL SELECT b.inventory_item_id, b.product_id, p.inventory_item_id, c.quantity, \
            (p.deleted_at IS NOT NULL) FROM variant b \
            JOIN variant_component c ON c.parent_id = b.id JOIN variant p ON p.id = c.component_id \
            WHERE {condition}) AS s"
    )
}

fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

async fn sources<C: ConnectionTrait>(db: &C, ids: &[ProductId]) -> Result<Vec<SourceRow>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let table = source_table(&format!("b.product_id IN ({}) AND b.deleted_at IS NULL", places(1, ids.len())));
    let ids: Vec<Value> = ids.iter().map(|id| Value::from(id.0)).collect();
    let [promised, unlimited] = promises("lo.id IS NOT NULL");
    let sql = format!(
        "SELECT s.item_id, s.product_id, s.per_unit, s.is_gone, i.tracked, \
           CAST(COALESCE(SUM(CASE WHEN lo.id IS NOT NULL THEN l.available ELSE 0 END), 0) AS bigint) AS available, \
           CAST(SUM({promised}) AS bigint) AS promised, CAST(SUM({unlimited}) AS bigint) AS unlimited \
         FROM {table} JOIN inventory_item i ON i.id = s.source_id \
         LEFT JOIN inventory_level l ON l.item_id = i.id \
         LEFT JOIN location lo ON lo.id = l.location_id AND lo.active AND lo.fulfills_online \
         GROUP BY s.item_id, s.product_id, s.source_id, s.per_unit, s.is_gone, i.tracked"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, ids);
    Ok(SourceRow::find_by_statement(statement).all(db).await?)
}

/// The active locations at which buyers may fetch orders, in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn list_pickup_locations<C: ConnectionTrait>(db: &C) -> Result<Vec<location::Model>, Fault> {
    Ok(location::Entity::find()
        .filter(location::Column::Active.eq(true))
        .filter(location::Column::OffersPickup.eq(true))
        .order_by_asc(location::Column::Id)
        .limit(MAX_PICKUP_LOCATIONS)
        .all(db)
        .await?)
}

/// The location with this key, in use or not.
///
/// # Errors
/// The database's own.
pub async fn find_location<C: ConnectionTrait>(
    db: &C,
    id: LocationId,
) -> Result<Option<location::Model>, Fault> {
    Ok(location::Entity::find_by_id(id).one(db).await?)
}

/// An active location at which buyers may fetch orders.
///
/// # Errors
/// The database's own.
pub async fn find_pickup_location<C: ConnectionTrait>(
    db: &C,
    id: LocationId,
) -> Result<Option<location::Model>, Fault> {
    let location = location::Entity::find_by_id(id)
        .filter(location::Column::Active.eq(true))
        .filter(location::Column::OffersPickup.eq(true));
    Ok(location.one(db).await?)
}

#[derive(FromQueryResult)]
struct PlacedRow {
    location_id: LocationId,
    #[sea_orm(nested)]
    source: SourceRow,
}

/// How much is left of items at each location at which buyers may fetch orders: one statement.
///
/// # Errors
/// The database's own.
pub async fn pickup_by_item_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[InventoryItemId],
) -> Result<HashMap<InventoryItemId, HashMap<LocationId, Availability>>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let table = source_table(&format!("b.inventory_item_id IN ({})", places(1, ids.len())));
    let [promised, unlimited] = promises("TRUE");
    let sql = format!(
        "SELECT lo.id AS location_id, s.item_id, s.product_id, s.per_unit, s.is_gone, i.tracked, \
           COALESCE(l.available, 0) AS available, \
           CAST({promised} AS bigint) AS promised, CAST({unlimited} AS bigint) AS unlimited \
         FROM {table} JOIN inventory_item i ON i.id = s.source_id \
         JOIN location lo ON lo.active AND lo.offers_pickup \
         LEFT JOIN inventory_level l ON l.item_id = i.id AND l.location_id = lo.id"
    );
    let values: Vec<Value> = ids.iter().map(|id| Value::from(id.0)).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let mut grouped: HashMap<InventoryItemId, HashMap<LocationId, Vec<Source>>> = HashMap::new();
    for row in PlacedRow::find_by_statement(statement).all(db).await? {
        let of_item = grouped.entry(row.source.item_id).or_default();
        of_item.entry(row.location_id).or_default().push(row.source.source());
    }
    let together = |sources: HashMap<LocationId, Vec<Source>>| {
        sources.into_iter().map(|(place, sources)| (place, available_together(&sources))).collect()
    };
    Ok(grouped.into_iter().map(|(item, sources)| (item, together(sources))).collect())
}
