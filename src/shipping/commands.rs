//! Changing where and how the shop delivers.

use entity::{delivery_method, delivery_profile, delivery_zone, delivery_zone_country};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, EntityTrait};

use crate::app::App;
use crate::error::Fault;
use crate::store;

/// Countries that are served at the same rates.
#[derive(Clone, Debug)]
pub struct NewZone {
    /// For staff.
    pub name: String,
    /// ISO 3166-1 alpha-2 codes.
    pub countries: Vec<String>,
    /// How the shop delivers there.
    pub methods: Vec<NewMethod>,
}

/// A way to deliver.
#[derive(Clone, Debug)]
pub struct NewMethod {
    /// Its name for programs.
    pub handle: String,
    /// Its name for buyers.
    pub title: String,
    /// What buyers should know.
    pub description: String,
    /// In minor units of the shop's currency.
    pub rate_minor: i64,
    /// The subtotal from which it is free.
    pub free_from_minor: Option<i64>,
}

/// Replaces the zones and methods of the shop's only profile.
///
/// # Errors
/// The database's own; nothing is changed then.
pub async fn replace_delivery_zones(app: &App, zones: &[NewZone]) -> Result<(), Fault> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let currency = store::get_shop(&tx).await?.currency;
            delivery_profile::Entity::delete_many().exec(&tx).await?;
            let profile = delivery_profile::ActiveModel {
                id: NotSet,
                name: Set("General".to_owned()),
                is_default: Set(true),
            };
            let profile = profile.insert(&tx).await?;
            for (zone, position) in zones.iter().zip(1..) {
                let row = delivery_zone::ActiveModel {
                    id: NotSet,
                    profile_id: Set(profile.id),
                    name: Set(zone.name.clone()),
                    position: Set(position),
                };
                let zone_id = row.insert(&tx).await?.id;
                let countries = zone.countries.iter().map(|country| delivery_zone_country::ActiveModel {
                    zone_id: Set(zone_id),
                    country: Set(country.clone()),
                    province: Set(String::new()),
                });
                delivery_zone_country::Entity::insert_many(countries).exec_without_returning(&tx).await?;
                let methods =
                    zone.methods.iter().zip(1..).map(|(method, position)| delivery_method::ActiveModel {
                        id: NotSet,
                        zone_id: Set(zone_id),
                        handle: Set(method.handle.clone()),
                        title: Set(method.title.clone()),
                        description: Set(method.description.clone()),
                        currency: Set(currency.clone()),
                        rate_minor: Set(method.rate_minor),
                        free_from_minor: Set(method.free_from_minor),
                        min_subtotal_minor: Set(None),
                        max_subtotal_minor: Set(None),
                        min_weight_grams: Set(None),
                        max_weight_grams: Set(None),
                        position: Set(position),
                        active: Set(true),
                    });
                delivery_method::Entity::insert_many(methods).exec_without_returning(&tx).await?;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
}
