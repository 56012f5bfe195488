//! Making, changing and deleting the price lists of markets.

use chrono::{DateTime, Utc};
use entity::id::{MarketId, PriceListId};
use entity::price_list::CompareAtMode;
use entity::{market, price_list};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::market::unknown_market;
use super::{check_name, check_percentage, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::record_one;
use crate::market::error::{MarketError, MarketErrorCode, check_scope};
use crate::money::Currency;

/// Price lists of a market at most.
const MAX_LISTS: u64 = 50;

/// A price list as it shall be.
#[derive(Clone, Debug)]
pub struct NewPriceList {
    /// Which one is changed; `None` makes one.
    pub id: Option<PriceListId>,
    /// For staff.
    pub name: String,
    /// Where it holds.
    pub market: MarketId,
    /// Of its prices: that of its market.
    pub currency: Currency,
    /// Added to base prices, in hundredths of a percent; `None` where the list only has prices of its own.
    pub adjust_bp: Option<i32>,
    /// What becomes of the prices that base prices are compared with.
    pub compare_at: CompareAtMode,
    /// The higher one is asked first.
    pub priority: i32,
    /// From when on it holds.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub ends_at: Option<DateTime<Utc>>,
}

/// Makes a price list of a market, or changes one.
///
/// # Errors
/// [`MarketError`] for an unknown market or list, another currency than the market's or than the list had, a percentage
/// out of its range and an end before its beginning.
pub async fn save_price_list(
    app: &App,
    actor: &Actor,
    new: &NewPriceList,
) -> Result<PriceListId, MarketError> {
    check_scope(actor)?;
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let market = market::Entity::find_by_id(new.market).one(&tx).await?.ok_or_else(unknown_market)?;
            let known = match new.id {
                Some(id) => Some(list_of_market_in(&tx, id).await?),
                None => None,
            };
            check_currency(new, &market, known.as_ref())?;
            let id = write_in(&tx, now, new, known.as_ref()).await?;
            record_one(&tx, now, "price_list", "price_list.updated", id).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Deletes a price list of a market with its prices.
///
/// # Errors
/// [`MarketError`] for an unknown list and that of the base prices.
pub async fn delete_price_list(app: &App, actor: &Actor, id: PriceListId) -> Result<(), MarketError> {
    check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let known = list_of_market_in(&tx, id).await?;
            price_list::Entity::delete_by_id(known.id).exec(&tx).await?;
            record_one(&tx, now, "price_list", "price_list.deleted", id).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// A price list of a market: the list of the base prices is none.
pub(super) async fn list_of_market_in<C: ConnectionTrait>(
    db: &C,
    id: PriceListId,
) -> Result<price_list::Model, MarketError> {
    let known =
        price_list::Entity::find_by_id(id).filter(price_list::Column::MarketId.is_not_null()).one(db).await?;
    known.ok_or_else(unknown_list)
}

pub(super) fn unknown_list() -> MarketError {
    let message = "The price list does not exist";
    MarketError::refused(MarketErrorCode::UnknownPriceList, "priceList", message)
}

fn check(new: &NewPriceList) -> Result<(), MarketError> {
    check_name("name", &new.name)?;
    if let Some(adjust_bp) = new.adjust_bp {
        check_percentage("adjustBp", adjust_bp)?;
    }
    if new.starts_at.zip(new.ends_at).is_some_and(|(start, end)| end <= start) {
        let message = "The list would end before it starts";
        return Err(MarketError::refused(MarketErrorCode::WindowBackwards, "endsAt", message));
    }
    Ok(())
}

fn check_currency(
    new: &NewPriceList,
    market: &market::Model,
    known: Option<&price_list::Model>,
) -> Result<(), MarketError> {
    let code = new.currency.code();
    if market.base_currency == code && known.is_none_or(|known| known.currency == code) {
        return Ok(());
    }
    let message = format!("The prices of this list are in {}", market.base_currency);
    Err(MarketError::refused(MarketErrorCode::CurrencyMismatch, "currency", message))
}

async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &NewPriceList,
    known: Option<&price_list::Model>,
) -> Result<PriceListId, MarketError> {
    let is_moved = known.is_none_or(|known| known.market_id != Some(new.market));
    let beside = price_list::Entity::find().filter(price_list::Column::MarketId.eq(new.market));
    if is_moved && beside.count(tx).await? >= MAX_LISTS {
        let message = format!("A market has at most {MAX_LISTS} price lists");
        return Err(MarketError::refused(MarketErrorCode::TooMany, "market", message));
    }
    let row = price_list::ActiveModel {
        id: known.map_or(NotSet, |known| Set(known.id)),
        name: Set(new.name.trim().to_owned()),
        currency: Set(new.currency.code().to_owned()),
        market_id: Set(Some(new.market)),
        parent_adjust_bp: Set(new.adjust_bp),
        compare_at_mode: Set(new.compare_at),
        priority: Set(new.priority),
        starts_at: Set(new.starts_at),
        ends_at: Set(new.ends_at),
        created_at: Set(known.map_or(now, |known| known.created_at)),
        updated_at: Set(now),
    };
    let saved = match known {
        Some(_) => row.update(tx).await,
        None => row.insert(tx).await,
    };
    Ok(saved.map_err(Fault::from)?.id)
}
