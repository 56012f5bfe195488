//! How the sample shop delivers: the zones of `shop.json`, and what `delivery.json` says about bulky goods and pickup.

use anyhow::{Context, ensure};
use entity::id::ProductId;
use entity::{delivery_profile, location, product};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::inventory::{self, NewLocation};
use tradepost::market::Address;
use tradepost::money::Currency;
use tradepost::shipping::{
    self, Conditions, Locations, NewLocationGroup, NewMethod, NewMethodRate, NewPickup, NewProfile,
    NewRegion, NewZone, Tier,
};
use tradepost::store;

/// A zone of `shop.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleZone {
    name: String,
    countries: Vec<String>,
    methods: Vec<SampleMethod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleMethod {
    handle: String,
    title: String,
    description: String,
    price_minor: i64,
    free_from_minor: Option<i64>,
}

/// `delivery.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleDelivery {
    location: SampleLocation,
    profile: SampleProfile,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleLocation {
    name: String,
    address1: String,
    city: String,
    zip: String,
    country: String,
    latitude_micro: i32,
    longitude_micro: i32,
    ready: String,
    instructions: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleProfile {
    name: String,
    products: Vec<String>,
    zones: Vec<SampleTieredZone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTieredZone {
    name: String,
    places: Vec<SamplePlace>,
    methods: Vec<SampleTieredMethod>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SamplePlace {
    country: Option<String>,
    #[serde(default)]
    postcodes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTieredMethod {
    handle: String,
    title: String,
    description: String,
    tiers: Vec<SampleTier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleTier {
    max_weight_grams: Option<i64>,
    rate_minor: i64,
}

/// Lays the zones of the default profile.
///
/// # Errors
/// When they make no sense, and the database's own.
pub async fn lay_zones(app: &App, currency: Currency, sample: &[SampleZone]) -> anyhow::Result<()> {
    let method = |method: &SampleMethod| NewMethod {
        description: method.description.clone(),
        free_from_minor: method.free_from_minor,
        ..NewMethod::flat(&method.handle, &method.title, currency, method.price_minor)
    };
    let zone = |zone: &SampleZone| NewZone {
        name: zone.name.clone(),
        regions: zone.countries.iter().map(|code| NewRegion::country(code)).collect(),
        methods: zone.methods.iter().map(method).collect(),
    };
    shipping::replace_delivery_zones(app, &Actor::System, sample.iter().map(zone).collect()).await?;
    Ok(())
}

/// Lays the profile of the bulky goods and where orders are fetched; what is there already is brought to the same state.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App, sample: &SampleDelivery) -> anyhow::Result<()> {
    load_location(app, &sample.location).await.context("the sample location")?;
    load_profile(app, &sample.profile).await.context("the sample delivery profile")
}

async fn load_location(app: &App, sample: &SampleLocation) -> anyhow::Result<()> {
    let first =
        location::Entity::find().order_by_asc(location::Column::Position).one(app.db.writer()).await?;
    let new = NewLocation {
        id: first.map(|location| location.id),
        name: sample.name.clone(),
        address: Address {
            address1: Some(sample.address1.clone()),
            city: Some(sample.city.clone()),
            zip: Some(sample.zip.clone()),
            country_code: Some(sample.country.clone()),
            ..Address::default()
        },
        coordinates: Some((sample.latitude_micro, sample.longitude_micro)),
        active: true,
        fulfills_online: true,
        offers_pickup: true,
        pickup_time: sample.ready.clone(),
    };
    let id = inventory::save_location(app, &Actor::System, &new).await?;
    let pickup = NewPickup { ready: sample.ready.clone(), instructions: sample.instructions.clone() };
    shipping::save_pickup(app, &Actor::System, id, Some(&pickup)).await?;
    Ok(())
}

async fn load_profile(app: &App, sample: &SampleProfile) -> anyhow::Result<()> {
    let currency = store::get_shop(app.db.writer()).await?.currency;
    let currency = Currency::find(&currency).context("the shop's currency is unknown")?;
    let known = delivery_profile::Entity::find().filter(delivery_profile::Column::Name.eq(&sample.name));
    let zones = sample.zones.iter().map(|zone| tiered_zone(zone, currency)).collect();
    let new = NewProfile {
        id: known.one(app.db.writer()).await?.map(|profile| profile.id),
        name: sample.name.clone(),
        groups: vec![NewLocationGroup { locations: Locations::All, zones }],
    };
    let id = shipping::save_profile(app, &Actor::System, &new).await?;
    let products = product::Entity::find().filter(product::Column::Handle.is_in(&sample.products));
    let products: Vec<ProductId> =
        products.all(app.db.writer()).await?.into_iter().map(|product| product.id).collect();
    ensure!(products.len() == sample.products.len(), "it names products that are not there");
    shipping::assign_products(app, &Actor::System, Some(id), &products).await?;
    Ok(())
}

fn tiered_zone(zone: &SampleTieredZone, currency: Currency) -> NewZone {
    let tier = |tier: &SampleTier| Tier {
        conditions: Conditions { max_weight_grams: tier.max_weight_grams, ..Conditions::default() },
        rate_minor: tier.rate_minor,
    };
    let method = |method: &SampleTieredMethod| NewMethod {
        description: method.description.clone(),
        rate: NewMethodRate::Tiers(method.tiers.iter().map(tier).collect()),
        ..NewMethod::flat(&method.handle, &method.title, currency, 0)
    };
    let region = |place: &SamplePlace| NewRegion {
        country: place.country.clone(),
        province: None,
        postcodes: place.postcodes.clone(),
    };
    NewZone {
        name: zone.name.clone(),
        regions: zone.places.iter().map(region).collect(),
        methods: zone.methods.iter().map(method).collect(),
    }
}
