//! Changing taxes. Each command that decides on rates or classes locks the shop's row first, so that two of them never
//! decide on what the other is changing.

pub(super) mod class;
pub(super) mod exemption;
pub(super) mod rate;
pub(super) mod settings;
pub(super) mod variant;

use entity::id::TaxClassId;
use entity::{shop, tax_class};
use sea_orm::EntityTrait;

use super::error::{TaxError, TaxErrorCode};
use crate::db::Tx;
use crate::error::Fault;
use crate::market::{find_country, find_province};
use crate::store::lock_version_in;

/// Locks the shop and notes that its taxes change: what every process remembers of them is old from the commit on.
async fn lock_in(tx: &Tx) -> Result<shop::Model, Fault> {
    lock_version_in(tx, shop::Column::TaxVersion).await
}

/// The country must exist, and the province in it.
fn check_place(country: &str, province: Option<&str>) -> Result<(), TaxError> {
    if find_country(country).is_none() {
        let message = format!("There is no country {country}");
        return Err(TaxError::refused(TaxErrorCode::UnknownCountry, "country", message));
    }
    match province {
        Some(province) if find_province(country, province).is_none() => {
            let message = format!("{country} has no province {province}");
            Err(TaxError::refused(TaxErrorCode::UnknownProvince, "province", message))
        }
        _ => Ok(()),
    }
}

async fn check_class_in(tx: &Tx, class: TaxClassId) -> Result<(), TaxError> {
    match tax_class::Entity::find_by_id(class).one(tx).await? {
        Some(_) => Ok(()),
        None => Err(unknown_class()),
    }
}

fn unknown_class() -> TaxError {
    TaxError::refused(TaxErrorCode::UnknownTaxClass, "taxClass", "The tax class does not exist")
}
