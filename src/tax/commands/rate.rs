//! Making, changing and deleting tax rates.

use chrono::{DateTime, Utc};
use entity::id::{TaxClassId, TaxRateId};
use entity::tax_rate;
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{check_class_in, check_place, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::check_name;
use crate::event::record_one;
use crate::market::PostcodePattern;
use crate::tax::error::{TaxError, TaxErrorCode};

/// Rates of a shop at most.
const MAX_RATES: u64 = 50_000;
/// The whole price, in millionths.
const WHOLE_E6: i64 = 1_000_000;
/// The largest priority.
const MAX_PRIORITY: i32 = 100;

/// A rate as it shall be.
#[derive(Clone, Debug)]
pub struct NewTaxRate {
    /// Which one; `None` for a new one.
    pub id: Option<TaxRateId>,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// ISO 3166-2 code without the country; `None` for the whole country.
    pub province: Option<String>,
    /// A postal code, the beginning of some as `101*`, or a range as `10115..10999`; `None` for all.
    pub postcode: Option<String>,
    /// Of which goods; `None` for the standard.
    pub class: Option<TaxClassId>,
    /// For buyers, such as VAT.
    pub title: String,
    /// Who takes it; `None` for the country or province that it is for, such as US-NY.
    pub jurisdiction: Option<String>,
    /// In millionths, from nothing to the whole.
    pub rate_e6: i64,
    /// Whether it is taken of the net and the simple taxes together.
    pub compound: bool,
    /// Whether it is taken of deliveries too.
    pub on_shipping: bool,
    /// Of rates with the same one the most specific holds; others add up.
    pub priority: i32,
    /// From when on it holds; `None` for since ever.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub valid_to: Option<DateTime<Utc>>,
}

/// Makes a rate, or changes one. Carts are taxed by it from their next look on; orders keep their taxes.
///
/// # Errors
/// [`TaxError`] for numbers, texts, times and places that make no sense, unknown classes and rates, and where another rate
/// of the same place, class and priority holds at the same time.
pub async fn save_tax_rate(app: &App, actor: &Actor, new: &NewTaxRate) -> Result<TaxRateId, TaxError> {
    TaxError::check_scope(actor)?;
    let pattern = check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            check_against_in(&tx, new, pattern.as_ref()).await?;
            let row = row_of(new, pattern.as_ref(), now);
            let saved = match new.id {
                Some(_) => row.update(&tx).await?,
                None => row.insert(&tx).await?,
            };
            record_one(&tx, now, "tax_rate", "tax_rate.updated", saved.id).await?;
            tx.commit().await?;
            Ok::<_, TaxError>(saved.id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Deletes a rate. Orders keep their taxes.
///
/// # Errors
/// [`TaxError`] for an unknown rate.
pub async fn delete_tax_rate(app: &App, actor: &Actor, id: TaxRateId) -> Result<(), TaxError> {
    TaxError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            if tax_rate::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(unknown_rate());
            }
            record_one(&tx, now, "tax_rate", "tax_rate.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn unknown_rate() -> TaxError {
    TaxError::refused(TaxErrorCode::UnknownTaxRate, "id", "The tax rate does not exist")
}

/// What can be said without the database; returns the postal codes that are meant.
fn check(new: &NewTaxRate) -> Result<Option<PostcodePattern>, TaxError> {
    check_place(&new.country, new.province.as_deref())?;
    check_name(TaxErrorCode::Invalid, "title", &new.title)?;
    if let Some(jurisdiction) = &new.jurisdiction {
        check_name(TaxErrorCode::Invalid, "jurisdiction", jurisdiction)?;
    }
    if !(0..=WHOLE_E6).contains(&new.rate_e6) {
        let message = "The rate must lie between 0 % and 100 %";
        return Err(TaxError::refused(TaxErrorCode::RateOutOfRange, "rate", message));
    }
    if !(0..=MAX_PRIORITY).contains(&new.priority) {
        let message = format!("The priority must lie between 0 and {MAX_PRIORITY}");
        return Err(TaxError::refused(TaxErrorCode::Invalid, "priority", message));
    }
    if let (Some(from), Some(to)) = (new.valid_from, new.valid_to)
        && to <= from
    {
        let message = "The rate would end before it begins";
        return Err(TaxError::refused(TaxErrorCode::WindowBackwards, "validTo", message));
    }
    let invalid = || {
        let message = "Postal codes are told as 10115, 101* or 10115..10999";
        TaxError::refused(TaxErrorCode::InvalidPostcode, "postcode", message)
    };
    new.postcode.as_deref().map(|text| PostcodePattern::parse(text).ok_or_else(invalid)).transpose()
}

/// What needs the database.
async fn check_against_in(
    tx: &Tx,
    new: &NewTaxRate,
    pattern: Option<&PostcodePattern>,
) -> Result<(), TaxError> {
    if let Some(class) = new.class {
        check_class_in(tx, class).await?;
    }
    match new.id {
        Some(id) => {
            tax_rate::Entity::find_by_id(id).one(tx).await?.ok_or_else(unknown_rate)?;
        }
        None if tax_rate::Entity::find().count(tx).await? >= MAX_RATES => {
            let message = format!("A shop has at most {MAX_RATES} tax rates");
            return Err(TaxError::refused(TaxErrorCode::TooMany, "taxRate", message));
        }
        None => {}
    }
    let of_class = match new.class {
        Some(class) => tax_rate::Column::TaxClassId.eq(class),
        None => tax_rate::Column::TaxClassId.is_null(),
    };
    let alike = tax_rate::Entity::find()
        .filter(tax_rate::Column::Country.eq(&new.country))
        .filter(tax_rate::Column::Province.eq(new.province.as_deref().unwrap_or_default()))
        .filter(tax_rate::Column::Priority.eq(new.priority))
        .filter(of_class)
        .all(tx)
        .await?;
    let overlaps = |row: &&tax_rate::Model| {
        Some(row.id) != new.id
            && row.valid_to.is_none_or(|end| new.valid_from.is_none_or(|from| from < end))
            && new.valid_to.is_none_or(|end| row.valid_from.is_none_or(|from| from < end))
            && match (pattern, PostcodePattern::parse(&row.postcode)) {
                (None, None) => true,
                (Some(pattern), Some(other)) => pattern.clashes(&other),
                (None, Some(_)) | (Some(_), None) => false,
            }
    };
    match alike.iter().find(overlaps) {
        None => Ok(()),
        Some(other) => {
            let message =
                format!("Tax rate {} holds for the same place and goods at the same time", other.id);
            Err(TaxError::refused(TaxErrorCode::OverlappingWindows, "validFrom", message))
        }
    }
}

fn row_of(new: &NewTaxRate, pattern: Option<&PostcodePattern>, now: DateTime<Utc>) -> tax_rate::ActiveModel {
    let place = || match &new.province {
        Some(province) => format!("{}-{province}", new.country),
        None => new.country.clone(),
    };
    tax_rate::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        country: Set(new.country.clone()),
        province: Set(new.province.clone().unwrap_or_default()),
        postcode: Set(pattern.map(PostcodePattern::to_string).unwrap_or_default()),
        tax_class_id: Set(new.class),
        title: Set(new.title.trim().to_owned()),
        jurisdiction: Set(new.jurisdiction.clone().unwrap_or_else(place)),
        rate_e6: Set(new.rate_e6),
        compound: Set(new.compound),
        on_shipping: Set(new.on_shipping),
        priority: Set(new.priority),
        valid_from: Set(new.valid_from),
        valid_to: Set(new.valid_to),
        created_at: if new.id.is_none() { Set(now) } else { NotSet },
        updated_at: Set(now),
    }
}
