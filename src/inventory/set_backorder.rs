//! Setting how far below zero a shelf may be sold.

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, LocationId};
use entity::inventory_ledger::{self, LedgerReason, StockState};
use entity::variant::{self, InventoryPolicy};
use entity::{inventory_level, location};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use super::backorder::Backorder;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, Transient};
use crate::event;

/// Units below zero that may be promised at most.
const MAX_LIMIT: i64 = 1_000_000_000;
/// What the ledger says caused the entry.
const REFERENCE: &str = "backorder policy";

/// Why a shelf cannot be sold so far past zero.
#[derive(Debug, thiserror::Error)]
pub enum BackorderError {
    /// The cap is below zero or too large.
    #[error("the cap must be from 0 to {MAX_LIMIT} units")]
    InvalidLimit,
    /// There is no such item or no such location.
    #[error("the item or the location does not exist")]
    NotFound,
    /// More is promised already: that many units.
    #[error("{0} units are promised already: their stock must come in first")]
    PromisedAlready(i64),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for BackorderError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for BackorderError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Sets how far below zero the units of an item at a location may be sold; a shelf that was never filled is made, empty.
/// The policy of the item's variant follows: it goes on selling while one of its shelves does.
///
/// Locks the variant, then the level.
///
/// # Errors
/// [`BackorderError`] for an unknown item or location, a cap that makes no sense, and one that more units are below
/// already.
pub async fn set_backorder(
    app: &App,
    actor: &Actor,
    item: InventoryItemId,
    location: LocationId,
    backorder: Backorder,
) -> Result<(), BackorderError> {
    if !actor.has_scope("write_inventory") {
        return Err(Fault::new("setting a backorder policy needs the scope write_inventory").into());
    }
    let (is_allowed, limit) = match backorder {
        Backorder::Never => (false, None),
        Backorder::Unlimited => (true, None),
        Backorder::UpTo(limit) if (0..=MAX_LIMIT).contains(&limit) => (true, Some(limit)),
        Backorder::UpTo(_) => return Err(BackorderError::InvalidLimit),
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let of_item = variant::Entity::find().filter(variant::Column::InventoryItemId.eq(item));
            let variant = of_item.lock_exclusive().one(&tx).await?.ok_or(BackorderError::NotFound)?;
            let level = inventory_level::Entity::find_by_id((item, location)).lock_exclusive().one(&tx);
            match level.await? {
                Some(level) => {
                    let promised = (-level.available).max(0);
                    let most = match backorder {
                        Backorder::Never => Some(0),
                        Backorder::Unlimited => None,
                        Backorder::UpTo(limit) => Some(limit),
                    };
                    if most.is_some_and(|most| promised > most) {
                        return Err(BackorderError::PromisedAlready(promised));
                    }
                    if Backorder::of(level.backorder, level.backorder_limit) == backorder {
                        return Ok(());
                    }
                    update_in(&tx, now, (item, location), is_allowed, limit).await?;
                }
                None => insert_in(&tx, now, (item, location), is_allowed, limit).await?,
            }
            note_in(&tx, now, item, location).await?;
            follow_in(&tx, &variant).await?;
            event::record_one(&tx, now, "product", "product.updated", variant.product_id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

async fn update_in(
    tx: &Tx,
    now: DateTime<Utc>,
    (item, location): (InventoryItemId, LocationId),
    is_allowed: bool,
    limit: Option<i64>,
) -> Result<(), DbErr> {
    inventory_level::Entity::update_many()
        .col_expr(inventory_level::Column::Backorder, Expr::val(is_allowed))
        .col_expr(inventory_level::Column::BackorderLimit, Expr::val(limit))
        .col_expr(inventory_level::Column::UpdatedAt, Expr::val(now))
        .filter(inventory_level::Column::ItemId.eq(item))
        .filter(inventory_level::Column::LocationId.eq(location))
        .exec(tx)
        .await?;
    Ok(())
}

async fn insert_in(
    tx: &Tx,
    now: DateTime<Utc>,
    (item, location): (InventoryItemId, LocationId),
    is_allowed: bool,
    limit: Option<i64>,
) -> Result<(), BackorderError> {
    if location::Entity::find_by_id(location).count(tx).await? == 0 {
        return Err(BackorderError::NotFound);
    }
    let level = inventory_level::ActiveModel {
        item_id: Set(item),
        location_id: Set(location),
        backorder: Set(is_allowed),
        backorder_limit: Set(limit),
        updated_at: Set(now),
        ..Default::default()
    };
    inventory_level::Entity::insert(level).exec_without_returning(tx).await?;
    Ok(())
}

/// An entry that moves nothing: whoever follows the ledger looks at the item anew, and at the bundles that it is in.
async fn note_in(
    tx: &Tx,
    now: DateTime<Utc>,
    item: InventoryItemId,
    location: LocationId,
) -> Result<(), DbErr> {
    tx.note_stock();
    let entry = inventory_ledger::ActiveModel {
        id: NotSet,
        item_id: Set(item),
        location_id: Set(location),
        state: Set(StockState::Available),
        delta: Set(0),
        reason: Set(LedgerReason::Correction),
        reference: Set(REFERENCE.to_owned()),
        created_at: Set(now),
    };
    inventory_ledger::Entity::insert(entry).exec_without_returning(tx).await?;
    Ok(())
}

/// The variant's own policy says whether any of its shelves goes on selling.
async fn follow_in(tx: &Tx, variant: &variant::Model) -> Result<(), DbErr> {
    let going_on = inventory_level::Entity::find()
        .filter(inventory_level::Column::ItemId.eq(variant.inventory_item_id))
        .filter(inventory_level::Column::Backorder.eq(true));
    let policy =
        if going_on.count(tx).await? > 0 { InventoryPolicy::Continue } else { InventoryPolicy::Deny };
    if variant.inventory_policy != policy {
        variant::Entity::update_many()
            .col_expr(variant::Column::InventoryPolicy, Expr::val(policy))
            .filter(variant::Column::Id.eq(variant.id))
            .exec(tx)
            .await?;
    }
    Ok(())
}
