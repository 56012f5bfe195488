//! Prices for a time to come, told in the days and hours of the place where the shop is.

use chrono::{DateTime, NaiveDateTime, Utc};
use entity::id::{PriceListId, VariantId};
use entity::price;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::fixed::removal_of;
use super::{change_prices, check_list_scope};
use crate::actor::Actor;
use crate::app::App;
use crate::market::{MarketError, MarketErrorCode, check_count};
use crate::market::{lock_in, lock_products_in, record_prices_in};
use crate::money::Money;
use crate::pricing::write::{PriceChange, Reason, write_prices_in};
use crate::store::TimeZone;

/// A price for a time to come.
#[derive(Clone, Copy, Debug)]
pub struct ScheduledPrice {
    /// Of which variant.
    pub variant_id: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// What one unit costs.
    pub amount: Money,
    /// What it is compared with while on sale.
    pub compare_at: Option<Money>,
    /// From when on it holds, by the clocks in the shop's time zone.
    pub from: NaiveDateTime,
    /// Until when it holds, by the same clocks; `None` for good.
    pub to: Option<NaiveDateTime>,
}

/// A price that was scheduled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledKey {
    /// Of which variant.
    pub variant_id: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// From when on it holds.
    pub valid_from: DateTime<Utc>,
}

/// Schedules prices of a list, or base prices. They begin and end by themselves: an hour that the clocks leave out begins
/// with the next that there is, of one that they show twice the first is meant.
///
/// Locks the shop, then the products.
///
/// # Errors
/// As [`super::fixed::save_fixed_prices`], and for times beyond what can be told.
pub async fn schedule_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    prices: &[ScheduledPrice],
) -> Result<(), MarketError> {
    check_list_scope(actor, list)?;
    check_count(prices.len())?;
    change_prices(app, actor, list, Reason::Scheduled, |target| {
        let amounts = prices.iter().flat_map(|price| [Some(price.amount), price.compare_at]).flatten();
        target.check_currency(amounts)?;
        let zone = TimeZone::of(&target.shop)?;
        let moment = |field, local| {
            let beyond =
                || MarketError::refused(MarketErrorCode::OutOfRange, field, "The time is too far away");
            zone.moment_of(local).ok_or_else(beyond)
        };
        let change = |price: &ScheduledPrice| {
            Ok(PriceChange {
                variant: price.variant_id,
                list: target.list.id,
                currency: target.currency,
                min_quantity: price.min_quantity,
                amount_minor: Some(price.amount.minor),
                compare_at_minor: price.compare_at.map(|money| money.minor),
                valid_from: moment("from", price.from)?,
                valid_to: price.to.map(|to| moment("to", to)).transpose()?,
            })
        };
        prices.iter().map(change).collect()
    })
    .await
}

/// Takes scheduled prices back: those that end by themselves, and those whose time has not come. A lasting price that
/// holds is none of them, because something must be the price.
///
/// Locks the shop, then the products.
///
/// # Errors
/// [`MarketError`] for an unknown list, and a price that is not there or cannot be taken away.
pub async fn cancel_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    prices: &[ScheduledKey],
) -> Result<(), MarketError> {
    check_list_scope(actor, list)?;
    check_count(prices.len())?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let now = app.clock.now();
            let products =
                lock_products_in(&tx, prices.iter().map(|price| price.variant_id).collect()).await?;
            let rows = price::Entity::find()
                .filter(price::Column::PriceListId.eq(list))
                .filter(price::Column::VariantId.is_in(prices.iter().map(|price| price.variant_id)))
                .all(&tx)
                .await?;
            let mut changes = Vec::with_capacity(prices.len());
            for wanted in prices {
                let is_wanted = |row: &&price::Model| {
                    (row.variant_id, row.min_quantity, row.valid_from)
                        == (wanted.variant_id, wanted.min_quantity, wanted.valid_from)
                        && (row.valid_to.is_some() || row.valid_from > now)
                };
                let row = rows.iter().find(is_wanted).ok_or_else(unknown_price)?;
                changes.push(removal_of(row)?);
            }
            write_prices_in(&tx, now, actor, Reason::Removed, &changes).await?;
            record_prices_in(&tx, now, list, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn unknown_price() -> MarketError {
    let message = "There is no such scheduled price";
    MarketError::refused(MarketErrorCode::UnknownPrice, "prices", message)
}
