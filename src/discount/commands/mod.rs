//! Changing discounts. Commands that change a rule lock the shop's row first, so that two of them never decide on what the
//! other is changing; each locks the row of its discount.

pub(super) mod codes;
pub(super) mod save;
pub(super) mod status;

use chrono::{DateTime, Utc};
use entity::discount::{self, DiscountMethod, DiscountStatus};
use entity::id::DiscountId;
use entity::shop;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use super::error::{DiscountError, DiscountErrorCode};
use crate::db::Tx;
use crate::error::Fault;
use crate::store::lock_version_in;

/// Discounts that apply by themselves and are not over at most: each is tried on each cart.
const MAX_AUTOMATIC: u64 = 50;

/// Locks the shop and notes that its discounts change: what every process remembers of them is old from the commit on.
async fn lock_in(tx: &Tx) -> Result<shop::Model, Fault> {
    lock_version_in(tx, shop::Column::DiscountVersion).await
}

/// Locks a discount that is not deleted, and notes that it changes.
async fn touch_in(tx: &Tx, now: DateTime<Utc>, id: DiscountId) -> Result<discount::Model, DiscountError> {
    let touched = discount::Entity::update_many()
        .col_expr(discount::Column::UpdatedAt, Expr::val(now))
        .filter(discount::Column::Id.eq(id))
        .filter(discount::Column::DeletedAt.is_null())
        .exec_with_returning(tx)
        .await?;
    touched.into_iter().next().ok_or_else(DiscountError::not_found)
}

/// Refuses one more discount that applies by itself where there are enough of them.
async fn check_automatic_in(
    tx: &Tx,
    now: DateTime<Utc>,
    except: Option<DiscountId>,
) -> Result<(), DiscountError> {
    let not_over =
        Condition::any().add(discount::Column::EndsAt.is_null()).add(discount::Column::EndsAt.gt(now));
    let mut others = discount::Entity::find()
        .filter(discount::Column::Method.eq(DiscountMethod::Automatic))
        .filter(discount::Column::Status.eq(DiscountStatus::Active))
        .filter(discount::Column::DeletedAt.is_null())
        .filter(not_over);
    if let Some(id) = except {
        others = others.filter(discount::Column::Id.ne(id));
    }
    if others.count(tx).await? < MAX_AUTOMATIC {
        return Ok(());
    }
    let message = format!("At most {MAX_AUTOMATIC} discounts can apply by themselves at a time");
    Err(DiscountError::refused(DiscountErrorCode::TooMany, "method", message))
}
