//! The rows of `inventory_level` and `inventory_ledger`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, LocationId};
use entity::inventory_ledger::{self, LedgerReason, StockState};
use entity::inventory_level;
use entity::variant::InventoryPolicy;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::statement::{insert, padded_lists};
use super::variant::SavedVariants;
use crate::db::Tx;
use crate::inventory::Backorder;

/// What the ledger says caused a change.
const REFERENCE: &str = "product import";

/// What is wished for the levels of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wish {
    /// Units for sale at the location; empty leaves them.
    quantity: Option<i64>,
    /// Whether it may be sold past zero.
    backorder: bool,
    /// How far, where that is allowed; empty leaves it.
    limit: Option<i64>,
    /// Whether nothing may be left for sale anywhere.
    gone: bool,
}

/// Sets what is for sale of the tracked items to what the file says, and of those of buried variants to nothing.
///
/// Locks the levels of the items in the order of their keys. What is held for carts and orders is not touched.
pub(super) async fn save_stock(
    tx: &Tx,
    now: DateTime<Utc>,
    location: LocationId,
    variants: &SavedVariants<'_>,
) -> Result<(), DbErr> {
    tx.note_stock();
    let mut wishes: HashMap<InventoryItemId, Wish> = HashMap::new();
    for variant in variants.kept.iter().filter(|variant| variant.draft.tracked) {
        let backorder = variant.draft.policy == InventoryPolicy::Continue;
        let (quantity, limit) = (variant.draft.quantity, variant.draft.backorder_limit);
        wishes.insert(variant.item_id, Wish { quantity, backorder, limit, gone: false });
    }
    let nothing = Wish { quantity: None, backorder: false, limit: None, gone: true };
    wishes.extend(variants.gone.iter().map(|item| (*item, nothing)));
    let existing = variants.kept.iter().filter(|variant| !variant.is_new).map(|variant| variant.item_id);
    let mut existing: Vec<InventoryItemId> = existing.chain(variants.gone.iter().copied()).collect();
    existing.retain(|item| wishes.contains_key(item));
    existing.sort_unstable();
    let mut levels = Vec::new();
    for items in padded_lists(&existing) {
        let locked = inventory_level::Entity::find()
            .filter(inventory_level::Column::ItemId.is_in(items))
            .order_by_asc(inventory_level::Column::ItemId)
            .order_by_asc(inventory_level::Column::LocationId)
            .lock_exclusive();
        levels.extend(locked.all(tx).await?);
    }
    let changes = plan(now, location, wishes, levels);
    let entries =
        changes.iter().filter(|change| change.delta != 0).map(|change| inventory_ledger::ActiveModel {
            id: NotSet,
            item_id: Set(change.level.item_id),
            location_id: Set(change.level.location_id),
            state: Set(StockState::Available),
            delta: Set(change.delta),
            reason: Set(LedgerReason::Import),
            reference: Set(REFERENCE.to_owned()),
            created_at: Set(now),
        });
    let entries = entries.collect();
    let update = OnConflict::columns([inventory_level::Column::ItemId, inventory_level::Column::LocationId])
        .update_columns([
            inventory_level::Column::OnHand,
            inventory_level::Column::Available,
            inventory_level::Column::Backorder,
            inventory_level::Column::BackorderLimit,
            inventory_level::Column::UpdatedAt,
        ])
        .to_owned();
    let levels = changes.into_iter().map(|change| change.level.into_active_model());
    insert(tx, levels.collect(), Some(update)).await?;
    insert(tx, entries, None).await
}

/// A level as it shall be, and by how much its units for sale change.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    level: inventory_level::Model,
    delta: i64,
}

/// The levels that change, in the order of their keys.
fn plan(
    now: DateTime<Utc>,
    location: LocationId,
    wishes: HashMap<InventoryItemId, Wish>,
    levels: Vec<inventory_level::Model>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut bare = wishes.clone();
    for mut level in levels {
        let Some(wish) = wishes.get(&level.item_id) else { continue };
        if level.location_id == location {
            bare.remove(&level.item_id);
        }
        let wished = wish.quantity.filter(|_| level.location_id == location);
        let kept = level.backorder_limit.filter(|_| level.backorder);
        let limit = wish.limit.or(kept).filter(|_| wish.backorder);
        let mut available = if wish.gone { 0 } else { wished.unwrap_or(level.available) };
        // Sold further past zero while that was allowed: from now on nothing is for sale.
        match Backorder::of(wish.backorder, limit) {
            Backorder::Never => available = available.max(0),
            Backorder::UpTo(limit) => available = available.max(-limit),
            Backorder::Unlimited => {}
        }
        let delta = available - level.available;
        if delta != 0 || (level.backorder, level.backorder_limit) != (wish.backorder, limit) {
            level.available = available;
            level.on_hand += delta;
            level.backorder = wish.backorder;
            level.backorder_limit = limit;
            level.updated_at = now;
            changes.push(Change { level, delta });
        }
    }
    for (item_id, wish) in bare.into_iter().filter(|(_, wish)| !wish.gone) {
        let available = wish.quantity.unwrap_or(0);
        let level = inventory_level::Model {
            item_id,
            location_id: location,
            on_hand: available,
            available,
            committed: 0,
            reserved: 0,
            damaged: 0,
            safety: 0,
            quality_control: 0,
            incoming: 0,
            backorder: wish.backorder,
            updated_at: now,
            backorder_limit: wish.limit.filter(|_| wish.backorder),
        };
        changes.push(Change { level, delta: available });
    }
    changes.sort_by_key(|change| (change.level.item_id, change.level.location_id));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: LocationId = LocationId(1);
    const THERE: LocationId = LocationId(2);

    fn level(item: i64, location_id: LocationId, available: i64, backorder: bool) -> inventory_level::Model {
        inventory_level::Model {
            item_id: InventoryItemId(item),
            location_id,
            on_hand: available + 3,
            available,
            committed: 1,
            reserved: 2,
            damaged: 0,
            safety: 0,
            quality_control: 0,
            incoming: 0,
            backorder,
            updated_at: DateTime::UNIX_EPOCH,
            backorder_limit: None,
        }
    }

    /// Item, place, on hand, available, backorder, delta.
    fn planned(wish: Wish, levels: Vec<inventory_level::Model>) -> Vec<(LocationId, i64, i64, bool, i64)> {
        let changes = plan(Utc::now(), HERE, HashMap::from([(InventoryItemId(7), wish)]), levels);
        let told = |change: Change| {
            let level = change.level;
            assert_eq!(level.on_hand, level.available + level.committed + level.reserved);
            (level.location_id, level.on_hand, level.available, level.backorder, change.delta)
        };
        changes.into_iter().map(told).collect()
    }

    fn wish(quantity: Option<i64>, backorder: bool) -> Wish {
        Wish { quantity, backorder, limit: None, gone: false }
    }

    #[test]
    fn units_are_set_at_the_location_and_held_ones_stay() {
        assert_eq!(planned(wish(Some(5), false), vec![]), [(HERE, 5, 5, false, 5)]);
        assert_eq!(planned(wish(None, true), vec![]), [(HERE, 0, 0, true, 0)]);
        assert_eq!(planned(wish(Some(5), false), vec![level(7, HERE, 8, false)]), [(HERE, 8, 5, false, -3)]);
        assert_eq!(
            planned(wish(Some(5), false), vec![level(7, HERE, 5, false), level(7, THERE, 9, false)]),
            [],
            "nothing changes, least of all elsewhere"
        );
        assert_eq!(planned(wish(Some(5), false), vec![level(7, THERE, 9, false)]), [(HERE, 5, 5, false, 5)]);
        assert_eq!(planned(wish(None, false), vec![level(7, HERE, 8, false)]), []);
    }

    #[test]
    fn what_may_no_longer_be_sold_past_zero_is_lifted_to_zero() {
        assert_eq!(planned(wish(None, true), vec![level(7, HERE, 8, false)]), [(HERE, 11, 8, true, 0)]);
        assert_eq!(planned(wish(Some(-4), true), vec![level(7, HERE, 0, true)]), [(HERE, -1, -4, true, -4)]);
        assert_eq!(planned(wish(None, false), vec![level(7, HERE, -4, true)]), [(HERE, 3, 0, false, 4)]);
    }

    #[test]
    fn a_cap_stays_until_the_file_says_another_or_forbids_to_sell_past_zero() {
        let capped =
            |limit| inventory_level::Model { backorder_limit: Some(limit), ..level(7, HERE, -2, true) };
        let limits = |wish, level: inventory_level::Model| -> Vec<(Option<i64>, i64)> {
            let changes = plan(Utc::now(), HERE, HashMap::from([(InventoryItemId(7), wish)]), vec![level]);
            changes.iter().map(|change| (change.level.backorder_limit, change.level.available)).collect()
        };
        let up_to = |limit| Wish { limit: Some(limit), ..wish(None, true) };
        assert_eq!(limits(wish(None, true), capped(5)), []);
        assert_eq!(limits(up_to(9), capped(5)), [(Some(9), -2)]);
        assert_eq!(limits(up_to(1), capped(5)), [(Some(1), -1)], "no more than may be is promised");
        assert_eq!(limits(up_to(3), level(7, HERE, 4, false)), [(Some(3), 4)]);
        assert_eq!(limits(wish(None, false), capped(5)), [(None, 0)]);
        assert_eq!(limits(wish(None, true), level(7, HERE, 4, false)), [(None, 4)]);
    }

    #[test]
    fn nothing_of_a_buried_variant_is_for_sale_anywhere() {
        let gone = Wish { quantity: None, backorder: false, limit: None, gone: true };
        assert_eq!(planned(gone, vec![]), []);
        assert_eq!(
            planned(gone, vec![level(7, HERE, 8, true), level(7, THERE, 2, false)]),
            [(HERE, 3, 0, false, -8), (THERE, 3, 0, false, -2)]
        );
    }
}
