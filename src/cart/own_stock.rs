//! What is held and yet to be had: by the buyer of a cart, who does not stand in their own way, and by anybody past its
//! time. An attempt in another cart that waits for its buyer, or for a provider of which nothing is heard, is given up as
//! soon as its units are needed, and whoever submits a cart again is led to its attempt; whoever reserves ends what has
//! expired, swept or not.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::cart;
use entity::id::{InventoryItemId, LocationId, VariantId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::merchandise::Merchandise;
use crate::error::Fault;

/// Units of a shelf that are held and yet to be had.
#[derive(FromQueryResult)]
struct HeldUnits {
    item_id: InventoryItemId,
    location_id: LocationId,
    units: i64,
}

/// Adds to merchandise what is held of it and yet to be had: in the attempt of this cart, which may have begun, or become
/// the order, after the cart's row was read; in attempts of other carts of its signed-in customer that make way for them
/// (as `checkout::make_way` tells); and by anybody, where its time has run out. An e-mail address alone names nobody here.
/// No statement where there is enough without it.
pub(super) async fn add_own_stock<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: &cart::Model,
    wanted: impl Iterator<Item = (VariantId, i32)>,
    merchandise: &mut HashMap<VariantId, Merchandise>,
) -> Result<(), Fault> {
    if !is_short(wanted, merchandise) {
        return Ok(());
    }
    let items: BTreeSet<InventoryItemId> =
        merchandise.values().flat_map(Merchandise::stock_limits).map(|limit| limit.item_id).collect();
    let customer = row.customer_id.map(|customer| customer.0);
    let mut values: Vec<Value> = vec![row.id.0.into(), customer.into(), now.into()];
    values.extend(items.iter().map(|item| Value::from(item.0)));
    let items: Vec<String> = (4..=values.len()).map(|place| format!("${place}")).collect();
    // Each reservation once, for whatever reason: one of the buyer's own may have expired.
    let sql = format!(
        "SELECT h.item_id, h.location_id, CAST(SUM(h.quantity) AS bigint) AS units FROM ( \
           SELECT r.id, r.item_id, r.location_id, r.quantity \
             FROM completion_attempt a JOIN reservation r ON r.attempt_id = a.id \
             WHERE (a.cart_id = $1 AND a.state <> 'failed' AND r.state IN ('held', 'converted')) \
                OR (a.cart_id IN (SELECT c.id FROM cart c WHERE c.customer_id = $2 AND c.id <> $1) \
                    AND (a.state = 'action_required' OR (a.state = 'paying' AND a.provider_reference IS NULL \
                      AND (a.lease_until IS NULL OR a.lease_until <= $3))) AND r.state = 'held') \
           UNION \
           SELECT r.id, r.item_id, r.location_id, r.quantity FROM reservation r \
             WHERE r.item_id IN ({}) AND r.state = 'held' AND r.expires_at <= $3) AS h \
         GROUP BY h.item_id, h.location_id",
        items.join(", ")
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    for held in HeldUnits::find_by_statement(statement).all(db).await? {
        for merchandise in merchandise.values_mut() {
            add(merchandise, &held);
            merchandise.parts.iter_mut().for_each(|part| add(&mut part.merchandise, &held));
        }
    }
    Ok(())
}

fn add(merchandise: &mut Merchandise, held: &HeldUnits) {
    if merchandise.item.id == held.item_id {
        let here = merchandise.levels.iter_mut().find(|level| level.location_id == held.location_id);
        if let Some(room) = here.and_then(|level| level.room.as_mut()) {
            *room = room.saturating_add(held.units);
        }
    }
}

/// Whether more is wanted of an item, summed over all lines, than may be sold.
fn is_short(
    wanted: impl Iterator<Item = (VariantId, i32)>,
    merchandise: &HashMap<VariantId, Merchandise>,
) -> bool {
    let mut left: HashMap<InventoryItemId, i64> = HashMap::new();
    for (variant, quantity) in wanted {
        for limit in merchandise.get(&variant).map(Merchandise::stock_limits).unwrap_or_default() {
            let Some(units) = limit.units else { continue };
            let left = left.entry(limit.item_id).or_insert(units);
            *left = left.saturating_sub(limit.per_unit.saturating_mul(i64::from(quantity)));
        }
    }
    left.values().any(|left| *left < 0)
}
