//! Making, changing and deleting carrier services.

use std::time::Duration;

use entity::carrier_service::CarrierKind;
use entity::id::CarrierServiceId;
use entity::{carrier_service, delivery_method, delivery_quote};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use super::{check_amount, check_name, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::record_one;
use crate::shipping::error::{DeliveryError, DeliveryErrorCode};
use crate::shipping::provider::{AddressRange, Endpoint, check_callback_url};
use crate::shipping::quote::signing_key;

/// Carrier services of a shop at most.
const MAX_CARRIERS: u64 = 50;
/// The longest that an answer may be waited for.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an answer is waited for where nothing else is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3);
/// Characters of an address at most.
const MAX_URL_LENGTH: usize = 2_048;

/// A carrier service as it shall be.
#[derive(Clone, Debug)]
pub struct NewCarrierService {
    /// Which one; none for a new one.
    pub id: Option<CarrierServiceId>,
    /// For staff; no other has it.
    pub name: String,
    /// How it is reached.
    pub endpoint: Endpoint,
    /// How long an answer is waited for; none for three seconds.
    pub timeout: Option<Duration>,
    /// What a delivery costs, in minor units of the shop's currency, where there is no answer and the method says nothing.
    pub fallback_minor: Option<i64>,
    /// Whether it is asked. The methods of one that is not are not offered.
    pub active: bool,
}

/// A carrier service that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCarrierService {
    /// Its key.
    pub id: CarrierServiceId,
    /// The key by which it can tell that a request is the shop's: the HMAC-SHA256 of the body under it, in base64, is in
    /// the header `x-tradepost-hmac-sha256`.
    pub signing_key: String,
}

/// Makes a carrier service, or changes the one with its key. What it said before is forgotten.
///
/// # Errors
/// [`DeliveryError`] for texts, amounts and times out of their range, a name that another has, an address that may not be
/// called, and an unknown key.
pub async fn save_carrier_service(
    app: &App,
    actor: &Actor,
    new: &NewCarrierService,
) -> Result<SavedCarrierService, DeliveryError> {
    DeliveryError::check_scope(actor)?;
    let timeout_ms = check(app, new)?;
    let saved = app
        .db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let row = write_in(&tx, app, new, timeout_ms).await?;
            forget_answers_in(&tx, row.id).await?;
            record_one(&tx, app.clock.now(), "carrier_service", "carrier_service.updated", row.id).await?;
            tx.commit().await?;
            Ok::<_, DeliveryError>(row)
        })
        .await?;
    app.forget_shop();
    app.carriers.circuits.succeeded(saved.id);
    Ok(SavedCarrierService { id: saved.id, signing_key: signing_key(app, saved.id, saved.key_version)? })
}

/// Replaces the key that signs the requests to a carrier service: the old one is worth nothing at once.
///
/// # Errors
/// [`DeliveryError`] for an unknown service.
pub async fn replace_carrier_key(
    app: &App,
    actor: &Actor,
    id: CarrierServiceId,
) -> Result<SavedCarrierService, DeliveryError> {
    DeliveryError::check_scope(actor)?;
    let version = app
        .db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let known =
                carrier_service::Entity::find_by_id(id).one(&tx).await?.ok_or_else(unknown_carrier)?;
            let version = known.key_version.saturating_add(1);
            let mut row = known.into_active_model();
            row.key_version = Set(version);
            row.updated_at = Set(app.clock.now());
            row.update(&tx).await?;
            tx.commit().await?;
            Ok::<_, DeliveryError>(version)
        })
        .await?;
    app.forget_shop();
    Ok(SavedCarrierService { id, signing_key: signing_key(app, id, version)? })
}

/// Deletes a carrier service.
///
/// # Errors
/// [`DeliveryError`] for an unknown service and one that a method needs.
pub async fn delete_carrier_service(
    app: &App,
    actor: &Actor,
    id: CarrierServiceId,
) -> Result<(), DeliveryError> {
    DeliveryError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let methods = delivery_method::Column::CarrierServiceId.eq(id);
            if delivery_method::Entity::find().filter(methods).count(&tx).await? > 0 {
                let message = "A delivery method needs the carrier service";
                return Err(DeliveryError::refused(DeliveryErrorCode::CarrierInUse, "id", message));
            }
            if carrier_service::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(unknown_carrier());
            }
            record_one(&tx, app.clock.now(), "carrier_service", "carrier_service.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn unknown_carrier() -> DeliveryError {
    DeliveryError::refused(DeliveryErrorCode::UnknownCarrier, "id", "The carrier service does not exist")
}

/// Refuses what makes no sense; returns the time-out in milliseconds.
fn check(app: &App, new: &NewCarrierService) -> Result<i32, DeliveryError> {
    check_name("name", &new.name)?;
    if let Some(minor) = new.fallback_minor {
        check_amount("fallback", minor)?;
    }
    match &new.endpoint {
        Endpoint::Callback { url } => {
            let refused = |message: String| {
                DeliveryError::refused(DeliveryErrorCode::InvalidCallbackUrl, "url", message)
            };
            if url.len() > MAX_URL_LENGTH {
                return Err(refused(format!("The address must have at most {MAX_URL_LENGTH} characters")));
            }
            check_callback_url(AddressRange::of(app.config.environment), url)
                .map_err(|error| refused(error.to_string()))?;
        }
        Endpoint::ShipEngine => {}
    }
    let timeout = new.timeout.unwrap_or(DEFAULT_TIMEOUT);
    let timeout_ms = i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX);
    if timeout_ms < 1 || timeout > MAX_TIMEOUT {
        let message = "An answer may be waited for from a millisecond to ten seconds";
        return Err(DeliveryError::refused(DeliveryErrorCode::OutOfRange, "timeout", message));
    }
    Ok(timeout_ms)
}

async fn write_in(
    tx: &Tx,
    app: &App,
    new: &NewCarrierService,
    timeout_ms: i32,
) -> Result<carrier_service::Model, DeliveryError> {
    let now = app.clock.now();
    let others = carrier_service::Entity::find().all(tx).await?;
    let name = new.name.trim();
    if others.iter().any(|other| other.name == name && Some(other.id) != new.id) {
        let message = "Another carrier service has the name";
        return Err(DeliveryError::refused(DeliveryErrorCode::Duplicate, "name", message));
    }
    let (kind, callback_url) = match &new.endpoint {
        Endpoint::Callback { url } => (CarrierKind::Callback, Some(url.clone())),
        Endpoint::ShipEngine => (CarrierKind::ShipEngine, None),
    };
    let mut row = carrier_service::ActiveModel {
        id: NotSet,
        name: Set(name.to_owned()),
        kind: Set(kind),
        callback_url: Set(callback_url),
        key_version: NotSet,
        timeout_ms: Set(timeout_ms),
        fallback_minor: Set(new.fallback_minor),
        active: Set(new.active),
        created_at: NotSet,
        updated_at: Set(now),
    };
    if let Some(id) = new.id {
        if !others.iter().any(|other| other.id == id) {
            return Err(unknown_carrier());
        }
        row.id = sea_orm::ActiveValue::Unchanged(id);
        return Ok(row.update(tx).await?);
    }
    if u64::try_from(others.len()).unwrap_or(u64::MAX) >= MAX_CARRIERS {
        let message = format!("A shop has at most {MAX_CARRIERS} carrier services");
        return Err(DeliveryError::refused(DeliveryErrorCode::TooMany, "id", message));
    }
    row.key_version = Set(1);
    row.created_at = Set(now);
    Ok(row.insert(tx).await?)
}

async fn forget_answers_in(tx: &Tx, id: CarrierServiceId) -> Result<(), DeliveryError> {
    let answers = delivery_quote::Column::CarrierServiceId.eq(id);
    delivery_quote::Entity::delete_many().filter(answers).exec(tx).await?;
    Ok(())
}
