//! Using discounts up and giving them back, in the transaction of whoever buys.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::discount::{self, DiscountStatus};
use entity::discount_code;
use entity::discount_redemption::{self, RedemptionState};
use entity::id::{DiscountCodeId, DiscountId, OrderId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};
use serde::{Deserialize, Serialize};

use super::usage::BuyerKey;
use crate::db::{Tx, inline_table};
use crate::error::Fault;

/// A use of a discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountUse {
    /// Which one.
    pub discount: DiscountId,
    /// By which code.
    pub code_id: Option<DiscountCodeId>,
}

/// What came of a claim. Unless it was for all, the caller must roll back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// All of them were.
    All,
    /// This one was used as often as it may be.
    UsedUp(DiscountId),
    /// The buyer has used this one, or is using it elsewhere.
    UsedByCustomer(DiscountId),
    /// This one has ended, was switched off or deleted, or its code was taken away.
    Inactive(DiscountId),
}

/// Uses discounts up for an attempt to buy: all of them, or the caller rolls back. The same reference uses a discount up
/// once, however often it is claimed. Nothing is asked of the database where nothing is used; else it takes a statement,
/// and one for each discount and each code.
///
/// Locks the redemptions, then the discounts, then the codes, each in the order of the discounts' keys.
///
/// # Errors
/// The database's own, and a fault where the attempt has given one of them back already.
pub async fn claim_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    buyer: &BuyerKey,
    uses: &[DiscountUse],
) -> Result<Claimed, Fault> {
    let mut uses: BTreeMap<DiscountId, Option<DiscountCodeId>> =
        uses.iter().map(|used| (used.discount, used.code_id)).collect();
    if uses.is_empty() {
        return Ok(Claimed::All);
    }
    let written = write_in(tx, now, reference, buyer, &uses).await?;
    if written.len() < uses.len() {
        let repeated = live_in(tx, reference).await?;
        let refused = uses.keys().find(|id| !written.contains(id) && !repeated.contains(id));
        if let Some(id) = refused {
            return Ok(Claimed::UsedByCustomer(*id));
        }
        uses.retain(|id, _| written.contains(id));
    }
    for id in uses.keys() {
        if let Some(refused) = count_in(tx, now, *id).await? {
            return Ok(refused);
        }
    }
    for (id, code) in &uses {
        let Some(code) = code else { continue };
        let counted = discount_code::Entity::update_many()
            .col_expr(
                discount_code::Column::UsageCount,
                Expr::col(discount_code::Column::UsageCount).add(1_i64),
            )
            .filter(discount_code::Column::Id.eq(*code))
            .filter(discount_code::Column::DiscountId.eq(*id))
            .exec(tx)
            .await?;
        if counted.rows_affected != 1 {
            return Ok(Claimed::Inactive(*id));
        }
    }
    Ok(Claimed::All)
}

/// Gives back what an attempt has claimed and neither given back nor redeemed.
///
/// Locks as [`claim_in`] does.
///
/// # Errors
/// The database's own.
pub async fn release_in(tx: &Tx, now: DateTime<Utc>, reference: &str) -> Result<(), Fault> {
    let released = discount_redemption::Entity::update_many()
        .col_expr(discount_redemption::Column::State, Expr::val(RedemptionState::Released))
        .col_expr(discount_redemption::Column::UpdatedAt, Expr::val(now))
        .filter(discount_redemption::Column::Reference.eq(reference))
        .filter(discount_redemption::Column::State.eq(RedemptionState::Claimed))
        .exec_with_returning(tx)
        .await?;
    let uses: BTreeMap<DiscountId, Option<DiscountCodeId>> =
        released.into_iter().map(|row| (row.discount_id, row.code_id)).collect();
    for id in uses.keys() {
        discount::Entity::update_many()
            .col_expr(discount::Column::UsageCount, Expr::col(discount::Column::UsageCount).sub(1_i64))
            .filter(discount::Column::Id.eq(*id))
            .exec(tx)
            .await?;
    }
    for code in uses.values().flatten() {
        discount_code::Entity::update_many()
            .col_expr(
                discount_code::Column::UsageCount,
                Expr::col(discount_code::Column::UsageCount).sub(1_i64),
            )
            .filter(discount_code::Column::Id.eq(*code))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Notes that what an attempt has claimed was used by an order: it is given back no more.
///
/// # Errors
/// The database's own.
pub async fn redeem_in(tx: &Tx, now: DateTime<Utc>, reference: &str, order_id: OrderId) -> Result<(), Fault> {
    discount_redemption::Entity::update_many()
        .col_expr(discount_redemption::Column::State, Expr::val(RedemptionState::Redeemed))
        .col_expr(discount_redemption::Column::OrderId, Expr::val(order_id))
        .col_expr(discount_redemption::Column::UpdatedAt, Expr::val(now))
        .filter(discount_redemption::Column::Reference.eq(reference))
        .filter(discount_redemption::Column::State.eq(RedemptionState::Claimed))
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes a redemption for each use; those that are there already, and those that the buyer may not have again, are left
/// out. Returns the discounts whose redemptions were written.
async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    buyer: &BuyerKey,
    uses: &BTreeMap<DiscountId, Option<DiscountCodeId>>,
) -> Result<BTreeSet<DiscountId>, Fault> {
    let backend = tx.get_database_backend();
    let mut values: Vec<Value> = vec![
        reference.into(),
        buyer.customer.map(|id| id.0).into(),
        buyer.email_digest.clone().into(),
        now.into(),
    ];
    let rows = uses.iter().map(|(id, code)| vec![id.0.into(), code.map(|code| code.0).into()]);
    let columns = [("discount_id", "bigint"), ("code_id", "bigint")];
    let used = inline_table(backend, "used", &columns, rows, &mut values);
    // The discount itself says whether a buyer may use it once.
    let sql = format!(
        "INSERT INTO discount_redemption (discount_id, code_id, reference, customer_id, email_digest, is_once, state, \
                created_at, updated_at) \
         SELECT d.id, c.id, $1, $2, $3, d.once_per_customer, 'claimed', $4, $4 \
         FROM {used} JOIN discount d ON d.id = used.discount_id \
              LEFT JOIN discount_code c ON c.id = used.code_id AND c.discount_id = d.id \
         WHERE TRUE ORDER BY d.id ON CONFLICT DO NOTHING RETURNING discount_id"
    );
    let written = tx.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    written
        .into_iter()
        .map(|row| Ok(DiscountId(row.try_get_by_index(0)?)))
        .collect::<Result<_, sea_orm::DbErr>>()
        .map_err(Fault::from)
}

/// The discounts that an attempt has claimed already.
async fn live_in(tx: &Tx, reference: &str) -> Result<BTreeSet<DiscountId>, Fault> {
    let rows = discount_redemption::Entity::find()
        .filter(discount_redemption::Column::Reference.eq(reference))
        .all(tx)
        .await?;
    if rows.iter().any(|row| row.state == RedemptionState::Released) {
        return Err(Fault::new("an attempt that gave its discounts back claims them again"));
    }
    Ok(rows.into_iter().map(|row| row.discount_id).collect())
}

/// Counts a use of a discount, or tells why it cannot be used.
async fn count_in(tx: &Tx, now: DateTime<Utc>, id: DiscountId) -> Result<Option<Claimed>, Fault> {
    let before_end =
        Condition::any().add(discount::Column::EndsAt.is_null()).add(discount::Column::EndsAt.gt(now));
    let within_limit = Condition::any()
        .add(discount::Column::UsageLimit.is_null())
        .add(Expr::col(discount::Column::UsageCount).lt(Expr::col(discount::Column::UsageLimit)));
    let counted = discount::Entity::update_many()
        .col_expr(discount::Column::UsageCount, Expr::col(discount::Column::UsageCount).add(1_i64))
        .filter(discount::Column::Id.eq(id))
        .filter(discount::Column::Status.eq(DiscountStatus::Active))
        .filter(discount::Column::DeletedAt.is_null())
        .filter(discount::Column::StartsAt.lte(now))
        .filter(before_end)
        .filter(within_limit)
        .exec(tx)
        .await?;
    if counted.rows_affected == 1 {
        return Ok(None);
    }
    let row = discount::Entity::find_by_id(id).one(tx).await?;
    let is_used_up = row.is_some_and(|row| {
        row.status == DiscountStatus::Active
            && row.deleted_at.is_none()
            && row.usage_limit.is_some_and(|limit| row.usage_count >= limit)
    });
    Ok(Some(if is_used_up { Claimed::UsedUp(id) } else { Claimed::Inactive(id) }))
}
