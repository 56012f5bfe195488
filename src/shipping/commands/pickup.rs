//! Saying where buyers may fetch their orders.

use entity::id::LocationId;
use entity::location;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::{check_text, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::event::record_one;
use crate::shipping::error::{DeliveryError, DeliveryErrorCode};

/// What buyers should know who fetch an order.
#[derive(Clone, Debug)]
pub struct NewPickup {
    /// When an order is ready, in words.
    pub ready: String,
    /// Anything else, such as opening hours.
    pub instructions: String,
}

/// Lets buyers fetch orders at a location; none for no longer.
///
/// # Errors
/// [`DeliveryError`] for texts that are too long and unknown locations.
pub async fn save_pickup(
    app: &App,
    actor: &Actor,
    id: LocationId,
    pickup: Option<&NewPickup>,
) -> Result<(), DeliveryError> {
    DeliveryError::check_scope(actor)?;
    if let Some(pickup) = pickup {
        check_text("ready", &pickup.ready)?;
        check_text("instructions", &pickup.instructions)?;
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let Some(known) = location::Entity::find_by_id(id).one(&tx).await? else {
                let message = "The location does not exist";
                return Err(DeliveryError::refused(DeliveryErrorCode::UnknownLocation, "location", message));
            };
            let mut row = known.into_active_model();
            row.offers_pickup = Set(pickup.is_some());
            if let Some(pickup) = pickup {
                row.pickup_time = Set(pickup.ready.trim().to_owned());
                row.pickup_instructions = Set(pickup.instructions.trim().to_owned());
            }
            row.updated_at = Set(now);
            row.update(&tx).await?;
            record_one(&tx, now, "location", "location.updated", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}
