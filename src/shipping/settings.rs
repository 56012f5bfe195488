//! Reading where and how the shop delivers.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use entity::carrier_service::CarrierKind;
use entity::id::{DeliveryLocationGroupId, DeliveryMethodId, DeliveryProfileId, DeliveryZoneId, LocationId};
use entity::{
    carrier_service, delivery_group_location, delivery_location_group, delivery_method, delivery_method_rate,
    delivery_profile, delivery_profile_product, delivery_profile_variant, delivery_zone,
    delivery_zone_country, location,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::model::{
    Conditions, LocationGroup, Locations, Markup, Method, MethodRate, Profile, Serves, Settings, Site, Tier,
    Zone, ZonePlace,
};
use super::provider::{CarrierService, Endpoint, Place};
use crate::error::Fault;
use crate::market::PostcodePattern;
use crate::money::Currency;

/// The country of a zone that is everywhere.
pub(super) const EVERYWHERE: &str = "*";

/// Reads them, in a number of statements that does not depend on how many there are.
///
/// # Errors
/// The database's own.
pub async fn load_settings<C: ConnectionTrait>(db: &C) -> Result<Settings, Fault> {
    let products = delivery_profile_product::Entity::find().all(db).await?;
    let variants = delivery_profile_variant::Entity::find().all(db).await?;
    let carriers =
        carrier_service::Entity::find().filter(carrier_service::Column::Active.eq(true)).all(db).await?;
    Ok(Settings {
        profiles: profiles(db).await?,
        by_product: products.into_iter().map(|row| (row.product_id, row.profile_id)).collect(),
        by_variant: variants.into_iter().map(|row| (row.variant_id, row.profile_id)).collect(),
        carriers: carriers.into_iter().filter_map(carrier).map(|carrier| (carrier.id, carrier)).collect(),
        sites: sites(db).await?,
    })
}

/// The profiles, the default one first.
async fn profiles<C: ConnectionTrait>(db: &C) -> Result<Vec<Profile>, Fault> {
    let rows = delivery_profile::Entity::find()
        .order_by_desc(delivery_profile::Column::IsDefault)
        .order_by_asc(delivery_profile::Column::Id)
        .all(db)
        .await?;
    let mut groups = groups(db).await?;
    let profile = |row: delivery_profile::Model| Profile {
        id: row.id,
        is_default: row.is_default,
        groups: groups.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(profile).collect())
}

async fn groups<C: ConnectionTrait>(db: &C) -> Result<HashMap<DeliveryProfileId, Vec<LocationGroup>>, Fault> {
    let rows = delivery_location_group::Entity::find()
        .order_by_asc(delivery_location_group::Column::Position)
        .order_by_asc(delivery_location_group::Column::Id)
        .all(db)
        .await?;
    let mut named: HashMap<DeliveryLocationGroupId, BTreeSet<LocationId>> = HashMap::new();
    for row in delivery_group_location::Entity::find().all(db).await? {
        named.entry(row.group_id).or_default().insert(row.location_id);
    }
    let mut zones = zones(db).await?;
    let mut groups: HashMap<DeliveryProfileId, Vec<LocationGroup>> = HashMap::new();
    for row in rows {
        let locations = if row.all_locations {
            Locations::All
        } else {
            Locations::Named(named.remove(&row.id).unwrap_or_default())
        };
        let zones = zones.remove(&row.id).unwrap_or_default();
        groups.entry(row.profile_id).or_default().push(LocationGroup {
            position: row.position,
            locations,
            zones,
        });
    }
    Ok(groups)
}

async fn zones<C: ConnectionTrait>(db: &C) -> Result<HashMap<DeliveryLocationGroupId, Vec<Zone>>, Fault> {
    let rows = delivery_zone::Entity::find()
        .order_by_asc(delivery_zone::Column::Position)
        .order_by_asc(delivery_zone::Column::Id)
        .all(db)
        .await?;
    let mut places: HashMap<DeliveryZoneId, Vec<ZonePlace>> = HashMap::new();
    for row in delivery_zone_country::Entity::find().all(db).await? {
        places.entry(row.zone_id).or_default().push(place(row)?);
    }
    let mut methods = methods(db).await?;
    let mut zones: HashMap<DeliveryLocationGroupId, Vec<Zone>> = HashMap::new();
    for row in rows {
        let Some(group) = row.group_id else { continue };
        let zone = Zone {
            places: places.remove(&row.id).unwrap_or_default(),
            methods: methods.remove(&row.id).unwrap_or_default(),
        };
        zones.entry(group).or_default().push(zone);
    }
    Ok(zones)
}

fn place(row: delivery_zone_country::Model) -> Result<ZonePlace, Fault> {
    let patterns: Vec<String> = serde_json::from_value(row.postcodes)?;
    let pattern = |text: &String| {
        PostcodePattern::parse(text).ok_or_else(|| Fault::new(format!("no pattern of postal codes: {text}")))
    };
    Ok(ZonePlace {
        country: Some(row.country).filter(|country| country != EVERYWHERE),
        province: Some(row.province).filter(|province| !province.is_empty()),
        postcodes: patterns.iter().map(pattern).collect::<Result<_, _>>()?,
    })
}

async fn methods<C: ConnectionTrait>(db: &C) -> Result<HashMap<DeliveryZoneId, Vec<Method>>, Fault> {
    let rows = delivery_method::Entity::find()
        .filter(delivery_method::Column::Active.eq(true))
        .order_by_asc(delivery_method::Column::Position)
        .order_by_asc(delivery_method::Column::Id)
        .all(db)
        .await?;
    let mut tiers: HashMap<DeliveryMethodId, Vec<Tier>> = HashMap::new();
    let tier_rows = delivery_method_rate::Entity::find().order_by_asc(delivery_method_rate::Column::Position);
    for row in tier_rows.all(db).await? {
        let conditions = Conditions {
            min_subtotal_minor: row.min_subtotal_minor,
            max_subtotal_minor: row.max_subtotal_minor,
            min_weight_grams: row.min_weight_grams,
            max_weight_grams: row.max_weight_grams,
        };
        let tier = Tier { conditions, rate_minor: row.rate_minor };
        tiers.entry(row.method_id).or_default().push(tier);
    }
    let mut methods: HashMap<DeliveryZoneId, Vec<Method>> = HashMap::new();
    for row in rows {
        let zone = row.zone_id;
        let tiers = tiers.remove(&row.id).unwrap_or_default();
        methods.entry(zone).or_default().push(method(row, tiers)?);
    }
    Ok(methods)
}

fn method(row: delivery_method::Model, tiers: Vec<Tier>) -> Result<Method, Fault> {
    let currency = Currency::find(&row.currency)
        .ok_or_else(|| Fault::new(format!("a delivery method has the currency {}", row.currency)))?;
    let rate = match row.carrier_service_id {
        Some(service) => MethodRate::Carrier {
            service,
            markup: Markup { bp: row.markup_bp, minor: row.markup_minor },
            fallback_minor: row.fallback_minor,
        },
        None => MethodRate::Table { rate_minor: row.rate_minor, tiers },
    };
    Ok(Method {
        id: row.id,
        handle: row.handle,
        title: row.title,
        description: row.description,
        currency,
        conditions: Conditions {
            min_subtotal_minor: row.min_subtotal_minor,
            max_subtotal_minor: row.max_subtotal_minor,
            min_weight_grams: row.min_weight_grams,
            max_weight_grams: row.max_weight_grams,
        },
        free_from_minor: row.free_from_minor,
        rate,
    })
}

fn carrier(row: carrier_service::Model) -> Option<CarrierService> {
    let endpoint = match row.kind {
        CarrierKind::Callback => Endpoint::Callback { url: row.callback_url? },
        CarrierKind::ShipEngine => Endpoint::ShipEngine,
    };
    Some(CarrierService {
        id: row.id,
        name: row.name,
        endpoint,
        key_version: row.key_version,
        timeout: Duration::from_millis(u64::try_from(row.timeout_ms).ok()?),
        fallback_minor: row.fallback_minor,
    })
}

async fn sites<C: ConnectionTrait>(db: &C) -> Result<Vec<Site>, Fault> {
    let rows = location::Entity::find()
        .filter(location::Column::Active.eq(true))
        .order_by_asc(location::Column::Position)
        .order_by_asc(location::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(site).collect())
}

fn site(row: location::Model) -> Site {
    let words = [row.pickup_time.trim_end_matches('.'), &row.pickup_instructions];
    let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
    let pickup = row.offers_pickup.then(|| words.join(". "));
    Site {
        id: row.id,
        serves: Serves { online: row.fulfills_online, pickup },
        name: row.name,
        place: Place {
            country: row.country,
            province: row.province,
            postal_code: row.zip,
            city: Some(row.city).filter(|city| !city.is_empty()),
            address1: row.address1,
            address2: row.address2,
        },
    }
}
