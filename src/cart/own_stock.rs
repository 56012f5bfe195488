//! What the buyer of a cart holds already: it does not stand in their own way. An attempt that waits for them in another
//! cart is given up as soon as its units are needed, and whoever submits a cart again is led to its attempt.

use std::collections::HashMap;

use entity::cart;
use entity::id::{InventoryItemId, LocationId, VariantId};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::merchandise::Merchandise;
use crate::error::Fault;

/// Units of a shelf that the buyer's own attempts hold.
#[derive(FromQueryResult)]
struct OwnUnits {
    item_id: InventoryItemId,
    location_id: LocationId,
    units: i64,
}

/// Adds to merchandise what the buyer holds of it: in the attempt of this cart, which may have begun, or become the order,
/// after the cart's row was read; and in attempts of other carts of its signed-in customer that wait for them. An e-mail
/// address alone names nobody here. No statement where there is enough without it.
pub(super) async fn add_own_stock<C: ConnectionTrait>(
    db: &C,
    row: &cart::Model,
    wanted: impl Iterator<Item = (VariantId, i32)>,
    merchandise: &mut HashMap<VariantId, Merchandise>,
) -> Result<(), Fault> {
    if !is_short(wanted, merchandise) {
        return Ok(());
    }
    let customer = row.customer_id.map(|customer| customer.0);
    let values: [Value; 2] = [row.id.0.into(), customer.into()];
    let sql = "SELECT r.item_id, r.location_id, CAST(SUM(r.quantity) AS bigint) AS units \
         FROM completion_attempt a JOIN reservation r ON r.attempt_id = a.id \
         WHERE (a.cart_id = $1 AND a.state <> 'failed' AND r.state IN ('held', 'converted')) \
            OR (a.cart_id IN (SELECT c.id FROM cart c WHERE c.customer_id = $2 AND c.id <> $1) \
                AND a.state = 'action_required' AND r.state = 'held') \
         GROUP BY r.item_id, r.location_id";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    for own in OwnUnits::find_by_statement(statement).all(db).await? {
        for merchandise in merchandise.values_mut() {
            add(merchandise, &own);
            merchandise.parts.iter_mut().for_each(|part| add(&mut part.merchandise, &own));
        }
    }
    Ok(())
}

fn add(merchandise: &mut Merchandise, own: &OwnUnits) {
    if merchandise.item.id == own.item_id {
        let here = merchandise.levels.iter_mut().find(|level| level.location_id == own.location_id);
        if let Some(room) = here.and_then(|level| level.room.as_mut()) {
            *room = room.saturating_add(own.units);
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
