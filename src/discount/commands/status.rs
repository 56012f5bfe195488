//! Switching discounts on and off, and deleting them.

use entity::discount::{self, DiscountMethod, DiscountStatus};
use entity::discount_code;
use entity::id::DiscountId;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{check_automatic_in, lock_in, touch_in};
use crate::actor::Actor;
use crate::app::App;
use crate::discount::error::DiscountError;
use crate::event::record_one;

/// Switches a discount on; it holds within its time.
///
/// # Errors
/// [`DiscountError`] for an unknown discount, and one too many that applies by itself.
pub async fn activate(app: &App, actor: &Actor, id: DiscountId) -> Result<(), DiscountError> {
    switch(app, actor, id, DiscountStatus::Active).await
}

/// Switches a discount off; attempts that use it already go on with it.
///
/// # Errors
/// [`DiscountError`] for an unknown discount.
pub async fn deactivate(app: &App, actor: &Actor, id: DiscountId) -> Result<(), DiscountError> {
    switch(app, actor, id, DiscountStatus::Disabled).await
}

async fn switch(
    app: &App,
    actor: &Actor,
    id: DiscountId,
    status: DiscountStatus,
) -> Result<(), DiscountError> {
    DiscountError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let known = touch_in(&tx, now, id).await?;
            if status == DiscountStatus::Active && known.method == DiscountMethod::Automatic {
                check_automatic_in(&tx, now, Some(id)).await?;
            }
            discount::ActiveModel { id: Set(id), status: Set(status), ..Default::default() }
                .update(&tx)
                .await?;
            record_one(&tx, now, "discount", "discount.updated", id).await?;
            tx.commit().await?;
            Ok::<_, DiscountError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Deletes a discount. Its row stays for the orders that name it; its codes are free again.
///
/// # Errors
/// [`DiscountError`] for an unknown discount.
pub async fn delete(app: &App, actor: &Actor, id: DiscountId) -> Result<(), DiscountError> {
    DiscountError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            touch_in(&tx, now, id).await?;
            let row = discount::ActiveModel {
                id: Set(id),
                status: Set(DiscountStatus::Disabled),
                deleted_at: Set(Some(now)),
                ..Default::default()
            };
            row.update(&tx).await?;
            discount_code::Entity::delete_many()
                .filter(discount_code::Column::DiscountId.eq(id))
                .exec(&tx)
                .await?;
            record_one(&tx, now, "discount", "discount.deleted", id).await?;
            tx.commit().await?;
            Ok::<_, DiscountError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}
