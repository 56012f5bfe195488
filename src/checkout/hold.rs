//! What an attempt holds: stock, the use of discounts, money on gift cards and store credit.

use chrono::{DateTime, Utc};
use entity::id::AttemptId;

use super::quote::{
    CompletionFault, Quote, discount_is_gone, gift_card_is_spent, reference_of, store_credit_is_spent,
};
use crate::app::App;
use crate::db::Tx;
use crate::discount::{self, Claimed};
use crate::error::Fault;
use crate::inventory::{self, Held, Shortage};
use crate::{gift_card, store_credit};

/// What came of holding all that an attempt takes.
pub(super) enum Taken {
    /// It is held.
    All,
    /// There is too little stock; nothing is held.
    Short(Vec<Shortage>),
    /// Something else is used by others: the caller rolls back.
    Used(CompletionFault),
    /// Something is not to be had at all: the caller rolls back.
    Never(CompletionFault),
}

/// Holds all that an attempt takes, before the provider is asked: a refund is worse than a refusal.
///
/// Locks the levels, then discounts, gift cards and accounts.
///
/// # Errors
/// The database's own.
pub(super) async fn take_in(tx: &Tx, app: &App, id: AttemptId, quote: &Quote) -> Result<Taken, Fault> {
    let now = app.clock.now();
    let expires_at = now + app.config.reservation_time;
    match inventory::reserve_in(tx, now, id, &quote.demand, &quote.fetched, expires_at).await? {
        Held::All => claim_in(tx, now, id, quote).await,
        Held::Short(missing) => Ok(Taken::Short(missing)),
    }
}

/// Uses the discounts of an attempt up and takes what gift cards and store credit pay: all of it, or the caller rolls
/// back and tells why. No statement where there is nothing of the kind.
///
/// Locks discounts, then gift cards, then accounts, each in the order of their keys.
async fn claim_in(tx: &Tx, now: DateTime<Utc>, id: AttemptId, quote: &Quote) -> Result<Taken, Fault> {
    let reference = reference_of(id);
    let gone = |discount, why| discount_is_gone(quote, discount, why);
    match discount::claim_in(tx, now, &reference, &quote.buyer, &quote.discounts).await? {
        Claimed::All => {}
        Claimed::UsedUp(discount) => {
            return Ok(Taken::Used(gone(discount, "was used as often as it may be")));
        }
        Claimed::UsedByCustomer(discount) => {
            return Ok(Taken::Used(gone(discount, "was used by this buyer already")));
        }
        Claimed::Inactive(discount) => return Ok(Taken::Never(gone(discount, "is no longer given"))),
    }
    if !gift_card::debit_in(tx, now, &reference, &quote.gift_cards).await? {
        return Ok(Taken::Used(gift_card_is_spent()));
    }
    if !store_credit::debit_in(tx, now, &reference, &quote.store_credit).await? {
        return Ok(Taken::Used(store_credit_is_spent()));
    }
    Ok(Taken::All)
}

/// Gives back what [`claim_in`] has taken, in the same order.
pub(super) async fn release_in(
    tx: &Tx,
    now: DateTime<Utc>,
    id: AttemptId,
    quote: &Quote,
) -> Result<(), Fault> {
    let reference = reference_of(id);
    if !quote.discounts.is_empty() {
        discount::release_in(tx, now, &reference).await?;
    }
    if !quote.gift_cards.is_empty() {
        gift_card::give_back_in(tx, now, &reference).await?;
    }
    if !quote.store_credit.is_empty() {
        store_credit::give_back_in(tx, now, &reference).await?;
    }
    Ok(())
}
