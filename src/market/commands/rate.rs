//! Setting and deleting the rates between currencies.

use chrono::{DateTime, Utc};
use entity::market::MarketStatus;
use entity::{fx_rate, market, shop};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::lock_in;
use super::market::has_rate_in;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{NewEvent, record};
use crate::market::conversion::MAX_RATE_E9;
use crate::market::error::{MarketError, MarketErrorCode};
use crate::money::Currency;

/// Rates of a shop at most, past ones too: twenty currencies each day for a year.
const MAX_RATES: u64 = 7_500;

/// A rate as it shall be.
#[derive(Clone, Copy, Debug)]
pub struct NewRate {
    /// Of which currency.
    pub from: Currency,
    /// In which currency.
    pub to: Currency,
    /// What a unit of `from` is worth in `to`, in billionths.
    pub rate_e9: i64,
    /// From when on; `None` for now.
    pub effective_at: Option<DateTime<Utc>>,
}

/// Sets a rate from a moment on. Carts are priced by it from their next look on; orders keep their prices.
///
/// # Errors
/// [`MarketError`] for a rate that is not above zero or too large, and one from a currency to itself.
pub async fn save_rate(app: &App, actor: &Actor, new: NewRate) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    if !(1..=MAX_RATE_E9).contains(&new.rate_e9) {
        let message = "The rate must be above zero and at most a million";
        return Err(MarketError::refused(MarketErrorCode::OutOfRange, "rate", message));
    }
    if new.from == new.to {
        let message = "A currency has no rate to itself";
        return Err(MarketError::refused(MarketErrorCode::Invalid, "to", message));
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            if fx_rate::Entity::find().count(&tx).await? >= MAX_RATES {
                let message = format!("A shop keeps at most {MAX_RATES} rates: old ones can be deleted");
                return Err(MarketError::refused(MarketErrorCode::TooMany, "rate", message));
            }
            let row = fx_rate::ActiveModel {
                from_currency: Set(new.from.code().to_owned()),
                to_currency: Set(new.to.code().to_owned()),
                effective_at: Set(new.effective_at.unwrap_or(now)),
                rate_e9: Set(new.rate_e9),
            };
            let again = OnConflict::columns([
                fx_rate::Column::FromCurrency,
                fx_rate::Column::ToCurrency,
                fx_rate::Column::EffectiveAt,
            ])
            .update_column(fx_rate::Column::RateE9)
            .to_owned();
            fx_rate::Entity::insert(row).on_conflict(again).exec_without_returning(&tx).await?;
            record_in(&tx, now, new.to).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Deletes the rate that holds from a moment on.
///
/// # Errors
/// [`MarketError`] for an unknown rate, and the last one that an active market has.
pub async fn delete_rate(
    app: &App,
    actor: &Actor,
    from: Currency,
    to: Currency,
    effective_at: DateTime<Utc>,
) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            let key = (from.code().to_owned(), to.code().to_owned(), effective_at);
            if fx_rate::Entity::delete_by_id(key).exec(&tx).await?.rows_affected == 0 {
                let message = "There is no such rate";
                return Err(MarketError::refused(MarketErrorCode::UnknownRate, "rate", message));
            }
            if is_missed_in(&tx, now, &shop, from, to).await? {
                let message = "An active market has no other rate";
                return Err(MarketError::refused(MarketErrorCode::RateInUse, "rate", message));
            }
            record_in(&tx, now, to).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Whether an active market is left without a rate.
async fn is_missed_in(
    tx: &Tx,
    now: DateTime<Utc>,
    shop: &shop::Model,
    from: Currency,
    to: Currency,
) -> Result<bool, Fault> {
    if shop.currency != from.code() || has_rate_in(tx, now, from.code(), to.code()).await? {
        return Ok(false);
    }
    let markets = market::Entity::find()
        .filter(market::Column::Status.eq(MarketStatus::Active))
        .filter(market::Column::BaseCurrency.eq(to.code()));
    Ok(markets.count(tx).await? > 0)
}

/// The prices of every market in the currency are others now.
async fn record_in(tx: &Tx, now: DateTime<Utc>, to: Currency) -> Result<(), Fault> {
    let markets = market::Entity::find().filter(market::Column::BaseCurrency.eq(to.code())).all(tx).await?;
    let events = markets.iter().map(|market| NewEvent { entity_id: market.id.0, payload: json!({}) });
    record(tx, now, "market", "market.updated", events.collect()).await?;
    Ok(())
}
