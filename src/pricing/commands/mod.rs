//! Setting and taking away prices. Each command locks the shop's row first and asks for the time after that, so that no
//! price is written for a moment that [`super::pass_boundaries`] has passed already.

pub(super) mod fixed;
pub(super) mod scheduled;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, VariantId};
use entity::{price_list, shop};
use sea_orm::EntityTrait;

use super::write::{PriceChange, Reason, write_prices_in};
use crate::actor::Actor;
use crate::app::App;
use crate::market::{
    BASE_PRICE_SCOPE, MarketError, MarketErrorCode, list_in, lock_in, lock_products_in, record_prices_in,
    unknown_list,
};
use crate::money::Currency;
use crate::store::BASE_PRICE_LIST;

/// A list whose prices are about to change.
struct Target {
    shop: shop::Model,
    list: price_list::Model,
    currency: Currency,
}

/// Refuses who may not change the prices of a list.
fn check_list_scope(actor: &Actor, list: PriceListId) -> Result<(), MarketError> {
    if list != BASE_PRICE_LIST {
        return MarketError::check_scope(actor);
    }
    if actor.has_scope(BASE_PRICE_SCOPE) { Ok(()) } else { Err(MarketError::Forbidden) }
}

/// Changes prices of a list, in one transaction.
async fn change_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    reason: Reason,
    changes_of: impl Fn(&Target) -> Result<Vec<PriceChange>, MarketError>,
) -> Result<(), MarketError> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            let now = app.clock.now();
            let list = match list {
                BASE_PRICE_LIST => {
                    price_list::Entity::find_by_id(list).one(&tx).await?.ok_or_else(unknown_list)?
                }
                list => list_in(&tx, list).await?,
            };
            let currency = Currency::find(&list.currency).ok_or_else(unknown_list)?;
            let target = Target { shop, list, currency };
            let changes = changes_of(&target)?;
            check_once(&changes)?;
            let products =
                lock_products_in(&tx, changes.iter().map(|change| change.variant).collect()).await?;
            write_prices_in(&tx, now, actor, reason, &changes).await?;
            record_prices_in(&tx, now, target.list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// Refuses a price that is given twice.
fn check_once(changes: &[PriceChange]) -> Result<(), MarketError> {
    let mut seen: HashSet<(VariantId, i32, DateTime<Utc>)> = HashSet::new();
    match changes.iter().find(|change| !seen.insert((change.variant, change.min_quantity, change.valid_from)))
    {
        Some(twice) => {
            let message = format!("Variant {} has two prices for the same quantity", twice.variant);
            Err(MarketError::refused(MarketErrorCode::Duplicate, "prices", message))
        }
        None => Ok(()),
    }
}

impl Target {
    /// Refuses amounts that are not in the currency of the list.
    fn check_currency(
        &self,
        amounts: impl IntoIterator<Item = crate::money::Money>,
    ) -> Result<(), MarketError> {
        if amounts.into_iter().all(|money| money.currency == self.currency) {
            return Ok(());
        }
        let message = format!("The prices of this list are in {}", self.list.currency);
        Err(MarketError::refused(MarketErrorCode::CurrencyMismatch, "amount", message))
    }
}
