//! Saving a location.

use entity::id::LocationId;
use entity::{location, shop};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, QueryOrder, QuerySelect};

use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, Transient};
use crate::event;
use crate::market::{Address, AddressFault};
use crate::store::lock_version_in;

/// Characters of a name and of the words about the pickup time at most.
const MAX_TEXT: usize = 255;
/// Millionths of a degree from the equator to a pole.
const MAX_LATITUDE: i32 = 90_000_000;
/// Millionths of a degree from Greenwich half round the globe.
const MAX_LONGITUDE: i32 = 180_000_000;

/// A location as it shall be.
#[derive(Clone, Debug)]
pub struct NewLocation {
    /// Which one; `None` for a new one.
    pub id: Option<LocationId>,
    /// Its name for buyers.
    pub name: String,
    /// Where it is; the country is needed, names of persons are not kept.
    pub address: Address,
    /// Millionths of a degree north and east.
    pub coordinates: Option<(i32, i32)>,
    /// Whether it is in use.
    pub active: bool,
    /// Whether online orders take stock from it.
    pub fulfills_online: bool,
    /// Whether buyers may fetch orders there.
    pub offers_pickup: bool,
    /// When an order is ready there, in words.
    pub pickup_time: String,
}

/// Why a location cannot be as it shall be.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// No name, or a text that is too long.
    #[error(
        "a name and the words about the pickup time have at most {MAX_TEXT} characters, a name at least one"
    )]
    InvalidText,
    /// The address makes no sense, or names no country.
    #[error("the address is not valid")]
    InvalidAddress(Vec<AddressFault>),
    /// Beyond the poles or round the globe.
    #[error("the coordinates are not on the globe")]
    InvalidCoordinates,
    /// There is no such location.
    #[error("the location does not exist")]
    NotFound,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for LocationError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for LocationError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Saves a location: changes the one with its key, or makes it and puts it behind the others.
///
/// # Errors
/// [`LocationError`] for an unknown key and for what makes no sense.
pub async fn save_location(app: &App, actor: &Actor, new: &NewLocation) -> Result<LocationId, LocationError> {
    if !actor.has_scope("write_locations") {
        return Err(Fault::new("saving a location needs the scope write_locations").into());
    }
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_version_in(&tx, shop::Column::DeliveryVersion).await?;
            let last = lock_others(&tx).await?;
            let mut row = location::ActiveModel {
                id: NotSet,
                name: Set(new.name.trim().to_owned()),
                country: Set(new.address.country_code.clone().unwrap_or_default()),
                active: Set(new.active),
                fulfills_online: Set(new.fulfills_online),
                position: NotSet,
                address1: Set(new.address.address1.clone()),
                address2: Set(new.address.address2.clone()),
                city: Set(new.address.city.clone().unwrap_or_default()),
                province: Set(new.address.province_code.clone()),
                zip: Set(new.address.zip.clone()),
                phone: Set(new.address.phone.clone()),
                latitude_micro: Set(new.coordinates.map(|(latitude, _)| latitude)),
                longitude_micro: Set(new.coordinates.map(|(_, longitude)| longitude)),
                offers_pickup: Set(new.offers_pickup),
                pickup_time: Set(new.pickup_time.trim().to_owned()),
                pickup_instructions: NotSet,
                created_at: NotSet,
                updated_at: Set(now),
            };
            let id = if let Some(id) = new.id {
                row.id = Unchanged(id);
                match row.update(&tx).await {
                    Ok(saved) => saved.id,
                    Err(DbErr::RecordNotUpdated) => return Err(LocationError::NotFound),
                    Err(error) => return Err(error.into()),
                }
            } else {
                row.position = Set(last + 1);
                row.created_at = Set(now);
                row.insert(&tx).await?.id
            };
            event::record_one(&tx, now, "location", "location.updated", id).await?;
            tx.commit().await?;
            Ok::<_, LocationError>(id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Locks all locations, in the order of their keys; returns the last place.
async fn lock_others(tx: &Tx) -> Result<i32, DbErr> {
    let rows = location::Entity::find().order_by_asc(location::Column::Id).lock_exclusive().all(tx).await?;
    Ok(rows.iter().map(|row| row.position).max().unwrap_or(0))
}

fn check(new: &NewLocation) -> Result<(), LocationError> {
    let fits = |text: &str| text.chars().count() <= MAX_TEXT;
    if new.name.trim().is_empty() || !fits(&new.name) || !fits(&new.pickup_time) {
        return Err(LocationError::InvalidText);
    }
    let faults = new.address.faults();
    if !faults.is_empty() || new.address.country_code.is_none() {
        return Err(LocationError::InvalidAddress(faults));
    }
    let on_globe = |(latitude, longitude): (i32, i32)| {
        (-MAX_LATITUDE..=MAX_LATITUDE).contains(&latitude)
            && (-MAX_LONGITUDE..=MAX_LONGITUDE).contains(&longitude)
    };
    if new.coordinates.is_some_and(|coordinates| !on_globe(coordinates)) {
        return Err(LocationError::InvalidCoordinates);
    }
    Ok(())
}
