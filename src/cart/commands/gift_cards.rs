//! The gift cards that are to pay for a cart.

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{CartId, GiftCardId};
use entity::{cart, cart_code_miss, cart_gift_card, gift_card};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::actor::Actor;
use crate::app::App;
use crate::cart::error::{CartError, CartWarning, Refusal, RefusalCode, WarningCode, WarningTarget};
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::customer::{CodeTries, CustomerError};
use crate::db::{Tx, note_passing_refusal};
use crate::error::Fault;
use crate::gift_card as cards;

/// Gift cards of a cart at most.
pub const MAX_GIFT_CARDS: usize = 10;
/// Characters of a code that was typed in at most.
const MAX_CODE_LENGTH: usize = 64;
/// Codes that may be wrong in one cart within [`MISSES_COUNT_FOR`]: nobody finds a card by trying.
const MAX_MISSES: usize = 20;
/// How long a wrong code counts.
const MISSES_COUNT_FOR: TimeDelta = TimeDelta::hours(1);

/// Adds the cards with these codes to those of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart, codes that no card has that could pay, and too many cards or wrong codes.
pub async fn add_gift_cards(
    app: &App,
    actor: &Actor,
    token: &str,
    codes: &[String],
) -> Result<Outcome, CartError> {
    change(app, actor, token, codes, Keep::All).await
}

/// Puts the cards with these codes in the place of all that a cart has.
///
/// # Errors
/// As [`add_gift_cards`].
pub async fn replace_gift_cards(
    app: &App,
    actor: &Actor,
    token: &str,
    codes: &[String],
) -> Result<Outcome, CartError> {
    change(app, actor, token, codes, Keep::None).await
}

/// Takes cards out of a cart; `None` stands for an id that is not that of a card.
///
/// # Errors
/// [`CartError`] for an unknown cart and cards that are not in it.
pub async fn remove_gift_cards(
    app: &App,
    token: &str,
    ids: &[Option<GiftCardId>],
) -> Result<Outcome, CartError> {
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let known = applied_in(&tx, cart.row.id).await?;
            let unknown = |id: &Option<GiftCardId>| id.is_none_or(|id| !known.contains(&id));
            if let Some(place) = ids.iter().position(unknown) {
                let field = ["appliedGiftCardIds", &place.to_string()];
                let message = "The gift card is not in the cart";
                return Err(CartError::refused(RefusalCode::Invalid, &field, message));
            }
            cart_gift_card::Entity::delete_many()
                .filter(cart_gift_card::Column::CartId.eq(cart.row.id))
                .filter(cart_gift_card::Column::GiftCardId.is_in(ids.iter().flatten().copied()))
                .exec(&tx)
                .await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Which of the cards that a cart has stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    All,
    None,
}

async fn change(
    app: &App,
    actor: &Actor,
    token: &str,
    codes: &[String],
    keep: Keep,
) -> Result<Outcome, CartError> {
    check(codes)?;
    let tries = count_tries(app, actor, codes).await?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let misses = misses_in(&tx, now, cart.row.id).await?;
            if misses.count >= MAX_MISSES && !codes.is_empty() {
                return Err(too_many_misses());
            }
            let looked_up = look_up(&tx, app, &cart.row, codes).await?;
            tries.take_back(&tx, looked_up.iter().filter(|(_, found)| found.is_ok()).count()).await?;
            let refusals = refusals(&looked_up);
            if !refusals.is_empty() {
                // The cart stays as it was, but the wrong codes are counted.
                count_misses_in(&tx, now, cart.row.id, misses, refusals.len()).await?;
                tx.commit().await?;
                return Err(CartError::Refused(refusals));
            }
            let mut wanted = match keep {
                Keep::All => applied_in(&tx, cart.row.id).await?,
                Keep::None => Vec::new(),
            };
            for id in looked_up.iter().filter_map(|(_, found)| found.as_ref().ok()) {
                if !wanted.contains(id) {
                    wanted.push(*id);
                }
            }
            write_in(&tx, cart.row.id, &wanted).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Applies cards to a new cart; returns how many codes are not those of a card that could pay.
pub(super) async fn apply_new_in(
    tx: &Tx,
    app: &App,
    row: &cart::Model,
    codes: &[String],
    tries: &CodeTries,
) -> Result<usize, CartError> {
    let looked_up = look_up(tx, app, row, codes).await?;
    let mut wanted: Vec<GiftCardId> = Vec::new();
    for id in looked_up.iter().filter_map(|(_, found)| found.as_ref().ok()) {
        if !wanted.contains(id) {
            wanted.push(*id);
        }
    }
    let wrong = looked_up.iter().filter(|(_, found)| found.is_err()).count();
    tries.take_back(tx, looked_up.len() - wrong).await?;
    if wrong > 0 {
        let now = app.clock.now();
        count_misses_in(tx, now, row.id, Misses { count: 0, since: now }, wrong).await?;
    }
    if !wanted.is_empty() {
        write_in(tx, row.id, &wanted).await?;
    }
    Ok(wrong)
}

/// Counts the codes that somebody tries, whatever the cart: new ones cost nothing.
///
/// # Errors
/// A refusal where too many were wrong.
pub(super) async fn count_tries(app: &App, actor: &Actor, codes: &[String]) -> Result<CodeTries, CartError> {
    let count = codes.iter().filter(|code| !code.trim().is_empty()).count();
    CodeTries::count(app, actor, count).await.map_err(|error| match error {
        CustomerError::Throttled | CustomerError::Refused(_) => too_many_misses(),
        CustomerError::Fault(fault) => fault.into(),
    })
}

fn too_many_misses() -> CartError {
    note_passing_refusal();
    let message = "Too many gift card codes were wrong: try again later";
    CartError::refused(RefusalCode::Invalid, &["giftCardCodes"], message)
}

/// What a buyer is told of codes that could not be applied to a new cart.
pub(super) fn warnings(wrong: usize) -> Option<CartWarning> {
    (wrong > 0).then(|| CartWarning {
        code: WarningCode::PaymentsGiftCardsUnavailable,
        target: WarningTarget::Cart,
        message: "A gift card code cannot be used for this cart".to_owned(),
    })
}

pub(super) fn check(codes: &[String]) -> Result<(), CartError> {
    let message = if codes.len() > MAX_GIFT_CARDS {
        "The gift card codes are too many"
    } else if codes.iter().any(|code| code.chars().count() > MAX_CODE_LENGTH) {
        "A gift card code is too long"
    } else {
        return Ok(());
    };
    Err(CartError::refused(RefusalCode::Invalid, &["giftCardCodes"], message))
}

/// Why a code cannot be used.
#[derive(Clone, Copy)]
enum Unusable {
    /// No card has it, or it pays no more; which of them, only the shop knows.
    Unknown,
    /// The card is in another currency than the cart.
    OtherCurrency,
}

/// The place of each code in the caller's list, and its card.
type LookedUp = Vec<(usize, Result<GiftCardId, Unusable>)>;

/// The cards with these codes that can pay for the cart; empty codes are left out.
async fn look_up(tx: &Tx, app: &App, row: &cart::Model, codes: &[String]) -> Result<LookedUp, Fault> {
    let (places, codes): (Vec<usize>, Vec<String>) =
        codes.iter().cloned().enumerate().filter(|(_, code)| !code.trim().is_empty()).unzip();
    let today = app.clock.now().date_naive();
    let verdict = |card: Option<gift_card::Model>| match card {
        Some(card) if cards::is_usable(&card, &row.currency, today) => Ok(card.id),
        Some(card) if cards::is_usable(&card, &card.currency, today) => Err(Unusable::OtherCurrency),
        Some(_) | None => Err(Unusable::Unknown),
    };
    let found = cards::find_by_codes(tx, &app.secret_key, &codes).await?;
    Ok(places.into_iter().zip(found.into_iter().map(verdict)).collect())
}

fn refusals(looked_up: &LookedUp) -> Vec<Refusal> {
    let refusal = |(place, found): &(usize, Result<GiftCardId, Unusable>)| {
        let message = match found {
            Ok(_) => return None,
            Err(Unusable::Unknown) => "The gift card code cannot be used",
            Err(Unusable::OtherCurrency) => "The gift card is in another currency than the cart",
        };
        Some(Refusal::new(RefusalCode::Invalid, &["giftCardCodes", &place.to_string()], message))
    };
    looked_up.iter().filter_map(refusal).collect()
}

async fn applied_in(tx: &Tx, cart_id: CartId) -> Result<Vec<GiftCardId>, Fault> {
    let rows = cart_gift_card::Entity::find()
        .filter(cart_gift_card::Column::CartId.eq(cart_id))
        .order_by_asc(cart_gift_card::Column::Position)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.gift_card_id).collect())
}

/// Writes the cards of a cart, in their order.
async fn write_in(tx: &Tx, cart_id: CartId, ids: &[GiftCardId]) -> Result<(), CartError> {
    if ids.len() > MAX_GIFT_CARDS {
        let message = format!("A cart takes at most {MAX_GIFT_CARDS} gift cards");
        return Err(CartError::refused(RefusalCode::Invalid, &["giftCardCodes"], message));
    }
    let of_cart = cart_gift_card::Column::CartId.eq(cart_id);
    cart_gift_card::Entity::delete_many().filter(of_cart).exec(tx).await?;
    if !ids.is_empty() {
        let rows = ids.iter().zip(1..).map(|(id, position)| cart_gift_card::ActiveModel {
            cart_id: Set(cart_id),
            gift_card_id: Set(*id),
            position: Set(position),
        });
        cart_gift_card::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The wrong codes of a cart that still count.
#[derive(Clone, Copy)]
struct Misses {
    count: usize,
    since: DateTime<Utc>,
}

async fn misses_in(tx: &Tx, now: DateTime<Utc>, cart_id: CartId) -> Result<Misses, Fault> {
    let row = cart_code_miss::Entity::find_by_id(cart_id).one(tx).await?;
    let counting = row.filter(|row| row.since > now - MISSES_COUNT_FOR);
    Ok(counting.map_or(Misses { count: 0, since: now }, |row| Misses {
        count: usize::try_from(row.misses).unwrap_or(MAX_MISSES),
        since: row.since,
    }))
}

async fn count_misses_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart_id: CartId,
    before: Misses,
    more: usize,
) -> Result<(), Fault> {
    let since = if before.count == 0 { now } else { before.since };
    let row = cart_code_miss::ActiveModel {
        cart_id: Set(cart_id),
        misses: Set(i32::try_from(before.count.saturating_add(more)).unwrap_or(i32::MAX)),
        since: Set(since),
    };
    let again = OnConflict::column(cart_code_miss::Column::CartId)
        .update_columns([cart_code_miss::Column::Misses, cart_code_miss::Column::Since])
        .to_owned();
    cart_code_miss::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}
