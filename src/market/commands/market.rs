//! Making, changing and deleting markets.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::MarketId;
use entity::market::MarketStatus;
use entity::{fx_rate, market, market_locale, market_region, price_list, shop};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::price_list::{Noted, note_in};
use super::{check_percentage, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, check_name};
use crate::event::record_one;
use crate::market::error::{MarketError, MarketErrorCode};
use crate::market::{CountryInfo, LanguageInfo, Rounding, find_province};
use crate::money::Currency;

/// Markets of a shop at most.
const MAX_MARKETS: u64 = 250;
/// Countries and provinces of a market at most.
const MAX_REGIONS: usize = 1_000;
/// Languages of a market at most.
const MAX_LANGUAGES: usize = 100;

/// A market as it shall be.
#[derive(Clone, Debug)]
pub struct NewMarket {
    /// Its name for programs, by which it is found when it exists: small letters, digits and hyphens.
    pub handle: String,
    /// For staff.
    pub name: String,
    /// Whether shoppers see it.
    pub status: MarketStatus,
    /// Of all prices in it.
    pub currency: Currency,
    /// Where it is. Only the primary market may be nowhere.
    pub regions: Vec<Region>,
    /// The languages spoken in it; without any, all of the shop's.
    pub languages: Vec<&'static LanguageInfo>,
    /// Whether its prices already hold the tax.
    pub tax_inclusive: bool,
    /// For computed prices.
    pub rounding: Rounding,
    /// Added to base prices, in hundredths of a percent.
    pub adjust_bp: i32,
}

/// A country, or one province of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    /// The country.
    pub country: &'static CountryInfo,
    /// The province's code; `None` for the whole country.
    pub province: Option<String>,
}

impl Region {
    /// A whole country.
    #[must_use]
    pub fn whole(country: &'static CountryInfo) -> Self {
        Self { country, province: None }
    }

    fn name(&self) -> String {
        match &self.province {
            Some(province) => format!("{}-{province}", self.country.code),
            None => self.country.code.to_owned(),
        }
    }
}

/// Makes a market, or changes the one with its handle. Carts of its countries are priced by it from their next look on.
///
/// # Errors
/// [`MarketError`] for texts and percentages out of their range, regions that are unknown or in another active market, a
/// currency other than that of the market's price lists, or one without a rate.
pub async fn save_market(app: &App, actor: &Actor, new: &NewMarket) -> Result<MarketId, MarketError> {
    MarketError::check_scope(actor)?;
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            let known =
                market::Entity::find().filter(market::Column::Handle.eq(&new.handle)).one(&tx).await?;
            check_against_in(&tx, now, &shop, new, known.as_ref()).await?;
            let id = write_in(&tx, now, new, known).await?;
            record_one(&tx, now, "market", "market.updated", id).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Deletes a market with its price lists and their prices. Its countries are served by the primary market.
///
/// # Errors
/// [`MarketError`] for an unknown market and the primary one.
pub async fn delete_market(app: &App, actor: &Actor, id: MarketId) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let known = market::Entity::find_by_id(id).one(&tx).await?.ok_or_else(unknown_market)?;
            if known.is_primary {
                let message = "The primary market cannot be deleted";
                return Err(MarketError::refused(MarketErrorCode::PrimaryMarket, "id", message));
            }
            let lists =
                price_list::Entity::find().filter(price_list::Column::MarketId.eq(id)).all(&tx).await?;
            note_in(&tx, now, &lists, Noted::Removed).await?;
            market::Entity::delete_by_id(id).exec(&tx).await?;
            record_one(&tx, now, "market", "market.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

pub(super) fn unknown_market() -> MarketError {
    MarketError::refused(MarketErrorCode::UnknownMarket, "market", "The market does not exist")
}

/// What can be said without the database.
fn check(new: &NewMarket) -> Result<(), MarketError> {
    check_name(MarketErrorCode::Invalid, "name", &new.name)?;
    check_name(MarketErrorCode::Invalid, "handle", &new.handle)?;
    let is_handle = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !new.handle.chars().all(is_handle) {
        let message = "The handle may hold small letters, digits and hyphens only";
        return Err(MarketError::refused(MarketErrorCode::Invalid, "handle", message));
    }
    check_percentage("adjustBp", new.adjust_bp)?;
    for (field, length, most) in
        [("regions", new.regions.len(), MAX_REGIONS), ("languages", new.languages.len(), MAX_LANGUAGES)]
    {
        if length > most {
            let message = format!("A market has at most {most} {field}");
            return Err(MarketError::refused(MarketErrorCode::TooMany, field, message));
        }
    }
    let mut seen = HashSet::new();
    if let Some(twice) = new.languages.iter().find(|language| !seen.insert(language.code)) {
        let message = format!("{} is named twice", twice.name);
        return Err(MarketError::refused(MarketErrorCode::Duplicate, "languages", message));
    }
    check_regions(&new.regions)
}

fn check_regions(regions: &[Region]) -> Result<(), MarketError> {
    let mut seen = HashSet::new();
    for region in regions {
        let known = |province: &String| find_province(region.country.code, province).is_some();
        if region.province.as_ref().is_some_and(|province| !known(province)) {
            let message = format!("{} is not a province", region.name());
            return Err(MarketError::refused(MarketErrorCode::UnknownProvince, "regions", message));
        }
        if !seen.insert(region) {
            let message = format!("{} is named twice", region.name());
            return Err(MarketError::refused(MarketErrorCode::Duplicate, "regions", message));
        }
    }
    Ok(())
}

/// What only the database can tell.
async fn check_against_in(
    tx: &Tx,
    now: DateTime<Utc>,
    shop: &shop::Model,
    new: &NewMarket,
    known: Option<&market::Model>,
) -> Result<(), MarketError> {
    let is_primary = known.is_some_and(|known| known.is_primary);
    if known.is_none() && market::Entity::find().count(tx).await? >= MAX_MARKETS {
        let message = format!("A shop has at most {MAX_MARKETS} markets");
        return Err(MarketError::refused(MarketErrorCode::TooMany, "handle", message));
    }
    if is_primary && new.status != MarketStatus::Active {
        let message = "The primary market cannot be a draft";
        return Err(MarketError::refused(MarketErrorCode::PrimaryMarket, "status", message));
    }
    if !is_primary && new.regions.is_empty() {
        let message = "A market needs a country";
        return Err(MarketError::refused(MarketErrorCode::NoRegion, "regions", message));
    }
    if let Some(known) = known {
        let lists = price_list::Entity::find()
            .filter(price_list::Column::MarketId.eq(known.id))
            .filter(price_list::Column::Currency.ne(new.currency.code()));
        if lists.count(tx).await? > 0 {
            let message = "The market has price lists in another currency";
            return Err(MarketError::refused(MarketErrorCode::CurrencyMismatch, "currency", message));
        }
    }
    if new.status == MarketStatus::Active {
        if !has_rate_in(tx, now, &shop.currency, new.currency.code()).await? {
            let message = format!("There is no rate from {} to {}", shop.currency, new.currency);
            return Err(MarketError::refused(MarketErrorCode::NoRate, "currency", message));
        }
        check_free_in(tx, new, known.map(|known| known.id)).await?;
    }
    Ok(())
}

/// Whether a rate between the currencies holds now.
pub(super) async fn has_rate_in<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    from: &str,
    to: &str,
) -> Result<bool, Fault> {
    if from == to {
        return Ok(true);
    }
    let rates = fx_rate::Entity::find()
        .filter(fx_rate::Column::FromCurrency.eq(from))
        .filter(fx_rate::Column::ToCurrency.eq(to))
        .filter(fx_rate::Column::EffectiveAt.lte(now));
    Ok(rates.count(db).await? > 0)
}

/// Refuses regions that overlap with those of another active market: a country overlaps with each of its provinces.
async fn check_free_in(tx: &Tx, new: &NewMarket, own: Option<MarketId>) -> Result<(), MarketError> {
    let countries: HashSet<&str> = new.regions.iter().map(|region| region.country.code).collect();
    let taken = market_region::Entity::find()
        .filter(market_region::Column::Active.eq(true))
        .filter(market_region::Column::Country.is_in(countries))
        .all(tx)
        .await?;
    let others = || taken.iter().filter(|row| Some(row.market_id) != own);
    let overlaps = |region: &&Region| {
        let province = region.province.as_deref().unwrap_or_default();
        others().any(|row| {
            row.country == region.country.code
                && (row.province == province || row.province.is_empty() || province.is_empty())
        })
    };
    match new.regions.iter().find(overlaps) {
        Some(region) => {
            let message = format!("{} is in another active market", region.name());
            Err(MarketError::refused(MarketErrorCode::RegionTaken, "regions", message))
        }
        None => Ok(()),
    }
}

async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &NewMarket,
    known: Option<market::Model>,
) -> Result<MarketId, Fault> {
    let row = market::ActiveModel {
        id: known.as_ref().map_or(NotSet, |known| Set(known.id)),
        handle: Set(new.handle.clone()),
        name: Set(new.name.trim().to_owned()),
        status: Set(new.status),
        is_primary: Set(known.as_ref().is_some_and(|known| known.is_primary)),
        base_currency: Set(new.currency.code().to_owned()),
        tax_inclusive: Set(new.tax_inclusive),
        rounding_mode: Set(new.rounding.mode()),
        rounding_step_minor: Set(new.rounding.step()),
        rounding_ending_minor: Set(new.rounding.ending()),
        price_adjust_bp: Set(new.adjust_bp),
        created_at: Set(known.as_ref().map_or(now, |known| known.created_at)),
        updated_at: Set(now),
    };
    let id = match known {
        Some(_) => row.update(tx).await?.id,
        None => row.insert(tx).await?.id,
    };
    market_region::Entity::delete_many().filter(market_region::Column::MarketId.eq(id)).exec(tx).await?;
    let regions: Vec<_> = new
        .regions
        .iter()
        .map(|region| market_region::ActiveModel {
            market_id: Set(id),
            country: Set(region.country.code.to_owned()),
            province: Set(region.province.clone().unwrap_or_default()),
            active: Set(new.status == MarketStatus::Active),
        })
        .collect();
    if !regions.is_empty() {
        market_region::Entity::insert_many(regions).exec_without_returning(tx).await?;
    }
    market_locale::Entity::delete_many().filter(market_locale::Column::MarketId.eq(id)).exec(tx).await?;
    let locales: Vec<_> = new
        .languages
        .iter()
        .map(|language| market_locale::ActiveModel {
            market_id: Set(id),
            locale: Set(language.code.to_owned()),
        })
        .collect();
    if !locales.is_empty() {
        market_locale::Entity::insert_many(locales).exec_without_returning(tx).await?;
    }
    Ok(id)
}
