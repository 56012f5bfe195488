//! Making, changing and deleting profiles.

use std::collections::BTreeSet;

use entity::id::{CarrierServiceId, DeliveryProfileId, LocationId};
use entity::{carrier_service, delivery_profile, location, market, shop};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::check::check;
use super::lock_in;
use super::write::write_in;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::record_one;
use crate::money::Currency;
use crate::shipping::error::{DeliveryError, DeliveryErrorCode};
use crate::shipping::model::Locations;
use crate::shipping::new::{NewLocationGroup, NewMethod, NewMethodRate, NewProfile, NewZone};

/// Profiles of a shop at most.
const MAX_PROFILES: u64 = 100;
/// The name of a profile that was never given one.
const GENERAL: &str = "General";

/// Makes a profile, or changes the one with its key: what it had before is replaced. Carts are delivered by it from their
/// next look on; the first profile of a shop is its default one.
///
/// # Errors
/// [`DeliveryError`] for what makes no sense, and for profiles, locations and carriers that are not there.
pub async fn save_profile(
    app: &App,
    actor: &Actor,
    new: &NewProfile,
) -> Result<DeliveryProfileId, DeliveryError> {
    DeliveryError::check_scope(actor)?;
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            let known = known_in(&tx, new.id).await?;
            check_against_in(&tx, &shop, new).await?;
            let id = write_in(&tx, new, known).await?;
            record_one(&tx, now, "delivery_profile", "delivery_profile.updated", id).await?;
            tx.commit().await?;
            Ok::<_, DeliveryError>(id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Replaces the zones of the default profile, which delivers from all locations then; makes it where there is none.
///
/// # Errors
/// As [`save_profile`].
pub async fn replace_delivery_zones(
    app: &App,
    actor: &Actor,
    zones: Vec<NewZone>,
) -> Result<DeliveryProfileId, DeliveryError> {
    let default = find_default_profile(app.db.writer()).await?;
    let new = NewProfile {
        id: default.as_ref().map(|profile| profile.id),
        name: default.map_or_else(|| GENERAL.to_owned(), |profile| profile.name),
        groups: vec![NewLocationGroup { locations: Locations::All, zones }],
    };
    save_profile(app, actor, &new).await
}

/// Deletes a profile. What it delivered is delivered by the default one.
///
/// # Errors
/// [`DeliveryError`] for an unknown profile and the default one.
pub async fn delete_profile(app: &App, actor: &Actor, id: DeliveryProfileId) -> Result<(), DeliveryError> {
    DeliveryError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let known =
                delivery_profile::Entity::find_by_id(id).one(&tx).await?.ok_or_else(unknown_profile)?;
            if known.is_default {
                let message = "The default profile cannot be deleted";
                return Err(DeliveryError::refused(DeliveryErrorCode::DefaultProfile, "id", message));
            }
            delivery_profile::Entity::delete_by_id(id).exec(&tx).await?;
            record_one(&tx, now, "delivery_profile", "delivery_profile.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// The profile that delivers what no other does.
///
/// # Errors
/// The database's own.
pub async fn find_default_profile<C: ConnectionTrait>(
    db: &C,
) -> Result<Option<delivery_profile::Model>, Fault> {
    let default = delivery_profile::Entity::find().filter(delivery_profile::Column::IsDefault.eq(true));
    Ok(default.one(db).await?)
}

pub(super) fn unknown_profile() -> DeliveryError {
    let message = "The delivery profile does not exist";
    DeliveryError::refused(DeliveryErrorCode::UnknownProfile, "profile", message)
}

async fn known_in(
    tx: &Tx,
    id: Option<DeliveryProfileId>,
) -> Result<Option<delivery_profile::Model>, DeliveryError> {
    if let Some(id) = id {
        let known = delivery_profile::Entity::find_by_id(id).one(tx).await?;
        return Ok(Some(known.ok_or_else(unknown_profile)?));
    }
    if delivery_profile::Entity::find().count(tx).await? >= MAX_PROFILES {
        let message = format!("A shop has at most {MAX_PROFILES} profiles");
        return Err(DeliveryError::refused(DeliveryErrorCode::TooMany, "id", message));
    }
    Ok(None)
}

/// What only the database can say: whether the locations, carriers and currencies are there.
async fn check_against_in(tx: &Tx, shop: &shop::Model, new: &NewProfile) -> Result<(), DeliveryError> {
    let named = |group: &NewLocationGroup| match &group.locations {
        Locations::All => BTreeSet::new(),
        Locations::Named(named) => named.clone(),
    };
    let locations: BTreeSet<LocationId> = new.groups.iter().flat_map(named).collect();
    if !locations.is_empty() {
        let known = location::Entity::find().filter(location::Column::Id.is_in(locations.iter().copied()));
        if known.count(tx).await? != u64::try_from(locations.len()).unwrap_or(u64::MAX) {
            let message = "A location does not exist";
            return Err(DeliveryError::refused(DeliveryErrorCode::UnknownLocation, "groups", message));
        }
    }
    let methods = || new.groups.iter().flat_map(|group| &group.zones).flat_map(|zone| &zone.methods);
    let service = |method: &NewMethod| match &method.rate {
        NewMethodRate::Flat(_) | NewMethodRate::Tiers(_) => None,
        NewMethodRate::Carrier { service, .. } => Some(*service),
    };
    let services: BTreeSet<CarrierServiceId> = methods().filter_map(service).collect();
    if !services.is_empty() {
        let known = carrier_service::Entity::find()
            .filter(carrier_service::Column::Id.is_in(services.iter().copied()));
        if known.count(tx).await? != u64::try_from(services.len()).unwrap_or(u64::MAX) {
            let message = "A carrier service does not exist";
            return Err(DeliveryError::refused(DeliveryErrorCode::UnknownCarrier, "groups", message));
        }
    }
    let foreign: BTreeSet<&str> =
        methods().map(|method| method.currency.code()).filter(|code| *code != shop.currency).collect();
    check_currencies_in(tx, &foreign).await
}

async fn check_currencies_in(tx: &Tx, foreign: &BTreeSet<&str>) -> Result<(), DeliveryError> {
    if foreign.is_empty() {
        return Ok(());
    }
    let known: Vec<String> = market::Entity::find()
        .select_only()
        .column(market::Column::BaseCurrency)
        .distinct()
        .into_tuple()
        .all(tx)
        .await?;
    let is_unknown = |code: &&&str| !known.iter().any(|known| known == **code);
    let Some(code) = foreign.iter().find(is_unknown) else { return Ok(()) };
    let name = Currency::find(code).map_or_else(String::new, |currency| currency.name().to_owned());
    let message = format!("Neither the shop nor a market has the currency {name}");
    Err(DeliveryError::refused(DeliveryErrorCode::CurrencyMismatch, "groups", message))
}
