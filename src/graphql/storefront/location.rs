//! Places at which buyers may fetch what they bought.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::id::{InventoryItemId, LocationId};
use entity::location;
use entity::metafield::OwnerType;

use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::paging::page_request;
use super::{context, text};
use crate::app::App;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::loader::{Batch, Pulse};
use crate::inventory::{self, Availability, Coordinates};
use crate::market::find_country;
use crate::page::PageRequest;

/// A place at which buyers may fetch what they bought.
#[derive(Clone)]
pub struct Location(Arc<location::Model>);

/// Where on the globe somebody is.
#[derive(InputObject, Clone, Copy)]
pub struct GeoCoordinateInput {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl From<GeoCoordinateInput> for Coordinates {
    fn from(input: GeoCoordinateInput) -> Self {
        Self { latitude: input.latitude, longitude: input.longitude }
    }
}

/// By what locations are sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocationSortKeys {
    /// By city.
    City,
    /// The nearest to `near` first; those whose place is not known last.
    Distance,
    /// By key.
    Id,
    /// By name.
    Name,
}

impl Location {
    /// The location with this key, as far as shoppers see it.
    pub(super) async fn find(ctx: &Context<'_>, id: LocationId) -> Result<Option<Self>, ApiError> {
        let db = context::of(ctx)?.app.db.reader();
        Ok(inventory::find_pickup_location(db, id).await?.map(|row| Self(Arc::new(row))))
    }

    fn coordinates(&self) -> Option<Coordinates> {
        let (latitude, longitude) = self.0.latitude_micro.zip(self.0.longitude_micro)?;
        Some(Coordinates::from_micro(latitude, longitude))
    }

    /// How far it is, where both places are known.
    fn distance(&self, near: Option<Coordinates>) -> f64 {
        self.coordinates().zip(near).map_or(f64::INFINITY, |(here, there)| here.kilometres_to(there))
    }
}

/// A place at which buyers may fetch what they bought.
#[Object]
impl Location {
    /// Where it is.
    async fn address(&self) -> LocationAddress {
        let (row, place) = (&self.0, self.coordinates());
        let address = inventory::address_of(row);
        LocationAddress {
            country: find_country(&row.country).map(|country| country.name.to_owned()),
            country_code: Some(row.country.clone()),
            formatted: address.lines(false, false),
            latitude: place.map(|place| place.latitude),
            longitude: place.map(|place| place.longitude),
            province: address.province_name().map(str::to_owned),
            address1: address.address1,
            address2: address.address2,
            city: address.city,
            phone: address.phone,
            province_code: address.province_code,
            zip: address.zip,
        }
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Location", self.0.id)
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Location, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Location, self.0.id, &identifiers).await
    }

    /// Its name for buyers.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// Where a location is.
#[derive(Clone, SimpleObject)]
pub struct LocationAddress {
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// The country's name in English.
    pub country: Option<String>,
    /// The country's two-letter code.
    pub country_code: Option<String>,
    /// The lines of the address as they go on an envelope.
    pub formatted: Vec<String>,
    /// Degrees north, where they are known.
    pub latitude: Option<f64>,
    /// Degrees east, where they are known.
    pub longitude: Option<f64>,
    /// Telephone.
    pub phone: Option<String>,
    /// State or province: its name where it is known, else its code.
    pub province: Option<String>,
    /// Code of the state or province.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

/// Whether something can be fetched at a place.
#[derive(Clone, SimpleObject)]
pub struct StoreAvailability {
    /// Whether it is there.
    pub available: bool,
    /// Where.
    pub location: Location,
    /// When an order is ready there, in words.
    pub pick_up_time: String,
    /// How many units are there; 0 where the shop does not count them.
    pub quantity_available: i32,
}

/// What is left of an item at each place.
pub type ItemAtLocations = Arc<Vec<(Location, Availability)>>;

/// What is left of items at the places where they may be fetched: two statements for all.
pub(super) fn loader(app: &App, pulse: &Pulse) -> Batch<InventoryItemId, ItemAtLocations> {
    Batch::on(&app.db, pulse, |db, ids: Vec<InventoryItemId>| async move {
        let rows = inventory::list_pickup_locations(db.reader()).await?;
        if rows.is_empty() {
            return Ok(HashMap::new());
        }
        let locations: Vec<Location> = rows.into_iter().map(|row| Location(Arc::new(row))).collect();
        let mut found = inventory::pickup_by_item_ids(db.reader(), &ids).await?;
        let at = |left: HashMap<LocationId, Availability>| {
            let at = |place: &Location| Some((place.clone(), *left.get(&place.0.id)?));
            Arc::new(locations.iter().filter_map(at).collect::<Vec<_>>())
        };
        Ok(ids.iter().filter_map(|id| Some((*id, at(found.remove(id)?)))).collect())
    })
}

/// Where a variant may be fetched: the nearest place first where `near` is given, else in the order of their keys.
pub(super) async fn store_availability(
    ctx: &Context<'_>,
    variant: &entity::variant::Model,
    near: Option<GeoCoordinateInput>,
    page: &PageRequest,
) -> Result<Connection<StoreAvailability>, ApiError> {
    let places = context::of(ctx)?.loaders.store_availability.load(variant.inventory_item_id).await?;
    let mut places: Vec<(Location, Availability)> = places.unwrap_or_default().to_vec();
    if let Some(near) = near.map(Coordinates::from) {
        places
            .sort_by(|(one, _), (other, _)| one.distance(Some(near)).total_cmp(&other.distance(Some(near))));
    }
    let at = |(location, left): (Location, Availability)| StoreAvailability {
        available: inventory::is_for_sale(variant, &left),
        pick_up_time: location.0.pickup_time.clone(),
        quantity_available: text::whole(left.counted().unwrap_or(0).max(0)),
        location,
    };
    Ok(Connection(page.page_of_list(places.into_iter().map(at).collect())))
}

/// The root field for locations.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocationQuery;

/// The root field for locations.
#[Object]
impl LocationQuery {
    /// The places at which buyers may fetch what they bought.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn locations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Where the buyer is, for the distance.")] near: Option<GeoCoordinateInput>,
        #[graphql(default_with = "Some(false)", desc = "Turned round.")] reverse: Option<bool>,
        #[graphql(default_with = "Some(LocationSortKeys::Id)", desc = "By what they are sorted.")]
        sort_key: Option<LocationSortKeys>,
    ) -> Result<Connection<Location>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let rows = inventory::list_pickup_locations(context::of(ctx)?.app.db.reader()).await?;
        let locations = rows.into_iter().map(|row| Location(Arc::new(row))).collect();
        let locations = sorted(locations, sort_key.unwrap_or(LocationSortKeys::Id), near.map(Into::into));
        Ok(Connection(page.page_of_list(locations)))
    }
}

/// Locations, which come in the order of their keys, in the order asked for.
fn sorted(mut locations: Vec<Location>, key: LocationSortKeys, near: Option<Coordinates>) -> Vec<Location> {
    match key {
        LocationSortKeys::Id => {}
        LocationSortKeys::City => locations.sort_by_key(|place| place.0.city.to_lowercase()),
        LocationSortKeys::Name => locations.sort_by_key(|place| place.0.name.to_lowercase()),
        LocationSortKeys::Distance => {
            locations.sort_by(|one, other| one.distance(near).total_cmp(&other.distance(near)));
        }
    }
    locations
}
