//! Making, changing and deleting the price lists of markets and of segments.

use chrono::{DateTime, Utc};
use entity::id::{MarketId, PriceListId, SegmentId};
use entity::price_list::CompareAtMode;
use entity::{market, price_list, price_list_history, segment};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
};

use super::market::unknown_market;
use super::{check_percentage, lock_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, check_name};
use crate::event::record_one;
use crate::market::error::{MarketError, MarketErrorCode};
use crate::money::Currency;

/// Price lists of a market at most, and of segments that hold in every market.
const MAX_LISTS: u64 = 50;

/// A price list as it shall be.
#[derive(Clone, Debug)]
pub struct NewPriceList {
    /// Which one is changed; `None` makes one.
    pub id: Option<PriceListId>,
    /// For staff.
    pub name: String,
    /// Where it holds; `None` for every market, which only a list of a segment may.
    pub market: Option<MarketId>,
    /// Whom it is for; `None` for everybody.
    pub segment: Option<SegmentId>,
    /// Of its own prices: that of its market. Those of a list without a market hold where the currency is theirs; its
    /// percentage holds everywhere.
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

/// Makes a price list of a market or of a segment, or changes one.
///
/// # Errors
/// [`MarketError`] for an unknown market, segment or list, a list for everybody everywhere, another currency than the
/// market's or than the list had, a percentage out of its range and an end before its beginning.
pub async fn save_price_list(
    app: &App,
    actor: &Actor,
    new: &NewPriceList,
) -> Result<PriceListId, MarketError> {
    MarketError::check_scope(actor)?;
    check(new)?;
    let id = app
        .db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let now = app.clock.now();
            check_home_in(&tx, new).await?;
            let known = match new.id {
                Some(id) => Some(list_in(&tx, id).await?),
                None => None,
            };
            check_currency_in(&tx, new, known.as_ref()).await?;
            let saved = write_in(&tx, now, new, known.as_ref()).await?;
            note_in(&tx, now, std::slice::from_ref(&saved), Noted::Saved).await?;
            record_one(&tx, now, "price_list", "price_list.updated", saved.id).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(saved.id)
        })
        .await?;
    app.forget_shop();
    Ok(id)
}

/// Deletes a price list with its prices.
///
/// # Errors
/// [`MarketError`] for an unknown list and that of the base prices.
pub async fn delete_price_list(app: &App, actor: &Actor, id: PriceListId) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let now = app.clock.now();
            let known = list_in(&tx, id).await?;
            note_in(&tx, now, &[known], Noted::Removed).await?;
            price_list::Entity::delete_by_id(id).exec(&tx).await?;
            record_one(&tx, now, "price_list", "price_list.deleted", id).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// A price list of a market or a segment: the list of the base prices is none.
///
/// # Errors
/// [`MarketErrorCode::UnknownPriceList`], and the database's own.
pub(crate) async fn list_in<C: ConnectionTrait>(
    db: &C,
    id: PriceListId,
) -> Result<price_list::Model, MarketError> {
    let is_ours = Condition::any()
        .add(price_list::Column::MarketId.is_not_null())
        .add(price_list::Column::SegmentId.is_not_null());
    price_list::Entity::find_by_id(id).filter(is_ours).one(db).await?.ok_or_else(unknown_list)
}

/// What became of a price list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// It is new, or another.
    Saved,
    /// It is no more.
    Removed,
}

/// Notes the state of price lists: what prices were made of in the past is known by it.
pub(super) async fn note_in(
    tx: &Tx,
    now: DateTime<Utc>,
    lists: &[price_list::Model],
    noted: Noted,
) -> Result<(), Fault> {
    if lists.is_empty() {
        return Ok(());
    }
    let rows = lists.iter().map(|list| price_list_history::ActiveModel {
        id: NotSet,
        price_list_id: Set(list.id),
        market_id: Set(list.market_id),
        segment_id: Set(list.segment_id),
        parent_adjust_bp: Set(list.parent_adjust_bp),
        compare_at_mode: Set(list.compare_at_mode),
        priority: Set(list.priority),
        starts_at: Set(list.starts_at),
        ends_at: Set(list.ends_at),
        removed: Set(noted == Noted::Removed),
        recorded_at: Set(now),
    });
    price_list_history::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) fn unknown_list() -> MarketError {
    let message = "The price list does not exist";
    MarketError::refused(MarketErrorCode::UnknownPriceList, "priceList", message)
}

fn check(new: &NewPriceList) -> Result<(), MarketError> {
    check_name(MarketErrorCode::Invalid, "name", &new.name)?;
    if let Some(adjust_bp) = new.adjust_bp {
        check_percentage("adjustBp", adjust_bp)?;
    }
    if new.starts_at.zip(new.ends_at).is_some_and(|(start, end)| end <= start) {
        let message = "The list would end before it starts";
        return Err(MarketError::refused(MarketErrorCode::WindowBackwards, "endsAt", message));
    }
    Ok(())
}

/// A list must be somewhere, or for somebody.
async fn check_home_in(tx: &Tx, new: &NewPriceList) -> Result<(), MarketError> {
    if new.market.is_none() && new.segment.is_none() {
        let message = "A price list needs a market or a segment";
        return Err(MarketError::refused(MarketErrorCode::Invalid, "market", message));
    }
    if let Some(id) = new.segment
        && segment::Entity::find_by_id(id).one(tx).await?.is_none()
    {
        let message = "The segment does not exist";
        return Err(MarketError::refused(MarketErrorCode::UnknownSegment, "segment", message));
    }
    Ok(())
}

async fn check_currency_in(
    tx: &Tx,
    new: &NewPriceList,
    known: Option<&price_list::Model>,
) -> Result<(), MarketError> {
    let of_market = match new.market {
        Some(id) => {
            let market = market::Entity::find_by_id(id).one(tx).await?.ok_or_else(unknown_market)?;
            Some(market.base_currency)
        }
        None => None,
    };
    let given = new.currency.code();
    let expected = of_market.or_else(|| known.map(|known| known.currency.clone()));
    let is_expected = |code: &String| code == given;
    if expected.as_ref().is_none_or(is_expected) && known.is_none_or(|known| known.currency == given) {
        return Ok(());
    }
    let message = format!("The prices of this list are in {}", expected.as_deref().unwrap_or(given));
    Err(MarketError::refused(MarketErrorCode::CurrencyMismatch, "currency", message))
}

async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &NewPriceList,
    known: Option<&price_list::Model>,
) -> Result<price_list::Model, MarketError> {
    let is_moved = known.is_none_or(|known| known.market_id != new.market);
    let beside = match new.market {
        Some(market) => price_list::Column::MarketId.eq(market),
        None => price_list::Column::MarketId.is_null().and(price_list::Column::SegmentId.is_not_null()),
    };
    if is_moved && price_list::Entity::find().filter(beside).count(tx).await? >= MAX_LISTS {
        let message = format!("There are at most {MAX_LISTS} price lists in a market");
        return Err(MarketError::refused(MarketErrorCode::TooMany, "market", message));
    }
    let row = price_list::ActiveModel {
        id: known.map_or(NotSet, |known| Set(known.id)),
        name: Set(new.name.trim().to_owned()),
        currency: Set(new.currency.code().to_owned()),
        market_id: Set(new.market),
        segment_id: Set(new.segment),
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
    Ok(saved.map_err(Fault::from)?)
}
