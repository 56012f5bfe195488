//! Writing a profile that was checked.

use entity::id::{DeliveryLocationGroupId, DeliveryProfileId, DeliveryZoneId};
use entity::{
    delivery_group_location, delivery_location_group, delivery_method, delivery_method_rate,
    delivery_profile, delivery_zone, delivery_zone_country,
};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::profile::find_default_profile;
use crate::db::Tx;
use crate::error::Fault;
use crate::market::PostcodePattern;
use crate::shipping::model::{Conditions, Locations, Markup, Tier};
use crate::shipping::new::{NewMethod, NewMethodRate, NewProfile, NewRegion, NewZone};
use crate::shipping::settings::EVERYWHERE;

/// Writes a profile in the place of what it was.
pub(super) async fn write_in(
    tx: &Tx,
    new: &NewProfile,
    known: Option<delivery_profile::Model>,
) -> Result<DeliveryProfileId, Fault> {
    let id = match known {
        Some(known) => {
            let id = known.id;
            let mut row = known.into_active_model();
            row.name = Set(new.name.trim().to_owned());
            row.update(tx).await?;
            // Zones, places, methods and tiers go with it.
            let groups = delivery_location_group::Column::ProfileId.eq(id);
            delivery_location_group::Entity::delete_many().filter(groups).exec(tx).await?;
            id
        }
        None => {
            let is_first = find_default_profile(tx).await?.is_none();
            let row = delivery_profile::ActiveModel {
                id: NotSet,
                name: Set(new.name.trim().to_owned()),
                is_default: Set(is_first),
            };
            row.insert(tx).await?.id
        }
    };
    for (group, position) in new.groups.iter().zip(1..) {
        let row = delivery_location_group::ActiveModel {
            id: NotSet,
            profile_id: Set(id),
            position: Set(position),
            all_locations: Set(group.locations == Locations::All),
        };
        let group_id = row.insert(tx).await?.id;
        if let Locations::Named(named) = &group.locations {
            let rows = named.iter().map(|location| delivery_group_location::ActiveModel {
                group_id: Set(group_id),
                location_id: Set(*location),
            });
            delivery_group_location::Entity::insert_many(rows).exec_without_returning(tx).await?;
        }
        for (zone, position) in group.zones.iter().zip(1..) {
            write_zone_in(tx, (id, group_id), zone, position).await?;
        }
    }
    Ok(id)
}

async fn write_zone_in(
    tx: &Tx,
    (profile_id, group_id): (DeliveryProfileId, DeliveryLocationGroupId),
    zone: &NewZone,
    position: i32,
) -> Result<(), Fault> {
    let row = delivery_zone::ActiveModel {
        id: NotSet,
        profile_id: Set(profile_id),
        name: Set(zone.name.trim().to_owned()),
        position: Set(position),
        group_id: Set(Some(group_id)),
    };
    let zone_id = row.insert(tx).await?.id;
    let places = zone.regions.iter().map(|region| place_of(zone_id, region));
    delivery_zone_country::Entity::insert_many(places).exec_without_returning(tx).await?;
    for (method, position) in zone.methods.iter().zip(1..) {
        write_method_in(tx, zone_id, method, position).await?;
    }
    Ok(())
}

fn place_of(zone_id: DeliveryZoneId, region: &NewRegion) -> delivery_zone_country::ActiveModel {
    let patterns = region.postcodes.iter().filter_map(|text| PostcodePattern::parse(text));
    let patterns: Vec<String> = patterns.map(|pattern| pattern.to_string()).collect();
    delivery_zone_country::ActiveModel {
        zone_id: Set(zone_id),
        country: Set(region.country.clone().unwrap_or_else(|| EVERYWHERE.to_owned())),
        province: Set(region.province.clone().unwrap_or_default()),
        postcodes: Set(serde_json::json!(patterns)),
    }
}

async fn write_method_in(
    tx: &Tx,
    zone_id: DeliveryZoneId,
    new: &NewMethod,
    position: i32,
) -> Result<(), Fault> {
    let Conditions { min_subtotal_minor, max_subtotal_minor, min_weight_grams, max_weight_grams } =
        new.conditions;
    let (rate_minor, tiers, carrier) = match &new.rate {
        NewMethodRate::Flat(minor) => (*minor, &[] as &[Tier], None),
        NewMethodRate::Tiers(tiers) => {
            (tiers.first().map_or(0, |tier| tier.rate_minor), tiers.as_slice(), None)
        }
        NewMethodRate::Carrier { service, markup, fallback_minor } => {
            (0, &[] as &[Tier], Some((*service, *markup, *fallback_minor)))
        }
    };
    let markup = carrier.map_or(Markup::default(), |(_, markup, _)| markup);
    let row = delivery_method::ActiveModel {
        id: NotSet,
        zone_id: Set(zone_id),
        handle: Set(new.handle.clone()),
        title: Set(new.title.trim().to_owned()),
        description: Set(new.description.trim().to_owned()),
        currency: Set(new.currency.code().to_owned()),
        rate_minor: Set(rate_minor),
        free_from_minor: Set(new.free_from_minor),
        min_subtotal_minor: Set(min_subtotal_minor),
        max_subtotal_minor: Set(max_subtotal_minor),
        min_weight_grams: Set(min_weight_grams),
        max_weight_grams: Set(max_weight_grams),
        position: Set(position),
        active: Set(true),
        carrier_service_id: Set(carrier.map(|(service, _, _)| service)),
        markup_bp: Set(markup.bp),
        markup_minor: Set(markup.minor),
        fallback_minor: Set(carrier.and_then(|(_, _, fallback)| fallback)),
    };
    let method_id = row.insert(tx).await?.id;
    if tiers.is_empty() {
        return Ok(());
    }
    let rows = tiers.iter().zip(1..).map(|(tier, position)| delivery_method_rate::ActiveModel {
        method_id: Set(method_id),
        position: Set(position),
        rate_minor: Set(tier.rate_minor),
        min_subtotal_minor: Set(tier.conditions.min_subtotal_minor),
        max_subtotal_minor: Set(tier.conditions.max_subtotal_minor),
        min_weight_grams: Set(tier.conditions.min_weight_grams),
        max_weight_grams: Set(tier.conditions.max_weight_grams),
    });
    delivery_method_rate::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
