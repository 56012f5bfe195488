//! Loading a cart whole: its row, its lines, its details, what those outside have said about it; and pricing it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use entity::id::{CartId, VariantId};
use entity::{cart, cart_line};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::answers::Answers;
use super::details::{Details, details_and_lines_in, details_in};
use super::lock::{self, KnownCart};
use super::merchandise::{Extent, Merchandise, merchandise_by_ids};
use super::own_stock::add_own_stock;
use super::pricing::{Quoted, Unpriced, quote};
use super::rules::{Rules, Terms, enter_market};
use super::settle::settle;
use super::view::{CartLineView, CartView, fallbacks_of, gift_cards_of, store_credit_of};
use crate::app::App;
use crate::error::Fault;
use crate::pricing::tier_for;

/// The open cart with this token. Carriers and the tax provider are asked what they were not asked yet.
///
/// # Errors
/// The database's own.
pub async fn find_cart(app: &App, token: &str) -> Result<Option<CartView>, Fault> {
    find_with(app, token, Extent::Priced).await
}

/// As [`find_cart`], with the pictures and options that a page shows.
///
/// # Errors
/// The database's own.
pub async fn find_cart_to_show(app: &App, token: &str) -> Result<Option<CartView>, Fault> {
    find_with(app, token, Extent::WithCopies).await
}

async fn find_with(app: &App, token: &str, extent: Extent) -> Result<Option<CartView>, Fault> {
    let now = app.clock.now();
    let rules = app.rules().await?;
    let db = app.db.fresh();
    match lock::find_row(db, token).await? {
        Some(cart) if lock::is_open(&cart.row, now) => {
            let cart = load_with(db, now, &rules, cart, token, (extent, Answers::default())).await?;
            Ok(Some(settle(app, cart).await?))
        }
        _ => Ok(None),
    }
}

/// The cart with this key, however it stands, for staff: it has no token. Nobody outside is asked.
///
/// # Errors
/// The database's own.
pub async fn find_cart_by_id(app: &App, id: CartId) -> Result<Option<CartView>, Fault> {
    let rules = app.rules().await?;
    let db = app.db.fresh();
    match lock::find_row_by_id(db, id).await? {
        Some(cart) => Ok(Some(load_in(db, app.clock.now(), &rules, cart, "").await?)),
        None => Ok(None),
    }
}

/// The lines of a cart in their order.
pub(super) async fn lines_in<C: ConnectionTrait>(db: &C, id: CartId) -> Result<Vec<cart_line::Model>, Fault> {
    let lines = cart_line::Entity::find().filter(cart_line::Column::CartId.eq(id));
    Ok(lines.order_by_asc(cart_line::Column::Id).all(db).await?)
}

/// Loads and prices a cart whose row is at hand.
///
/// # Errors
/// The database's own, and a fault where the sums cannot be counted.
pub(crate) async fn load_in<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    rules: &Rules,
    cart: impl Into<KnownCart>,
    token: &str,
) -> Result<CartView, Fault> {
    load_with(db, now, rules, cart, token, (Extent::Priced, Answers::default())).await
}

/// As [`load_in`], with what an order copies besides, and with the answers that a look at the cart has just had.
///
/// # Errors
/// As [`load_in`].
pub(crate) async fn load_for_order<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    rules: &Rules,
    cart: impl Into<KnownCart>,
    token: &str,
    answers: Answers,
) -> Result<CartView, Fault> {
    load_with(db, now, rules, cart, token, (Extent::WithCopies, answers)).await
}

async fn load_with<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    rules: &Rules,
    cart: impl Into<KnownCart>,
    token: &str,
    (extent, answers): (Extent, Answers),
) -> Result<CartView, Fault> {
    let KnownCart { mut row, segments } = cart.into();
    let terms = enter_market(&mut row, rules, &segments, now);
    let (details, lines) = details_and_lines_in(db, &terms, &row).await?;
    let ids: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
    let mut merchandise = merchandise_by_ids(db, &terms, &ids, extent).await?;
    let wanted = lines.iter().map(|line| (line.variant_id, line.quantity));
    add_own_stock(db, now, &row, wanted, &mut merchandise).await?;
    assemble_with(db, &terms, row, token, Parts { details, lines, merchandise }, answers).await
}

/// What a cart is put together from.
struct Parts {
    details: Details,
    lines: Vec<cart_line::Model>,
    merchandise: HashMap<VariantId, Merchandise>,
}

/// Puts a cart together from lines and merchandise that are at hand.
pub(super) async fn assemble<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    row: cart::Model,
    token: &str,
    lines: Vec<cart_line::Model>,
    merchandise: HashMap<VariantId, Merchandise>,
) -> Result<CartView, Fault> {
    let details = details_in(db, terms, &row).await?;
    assemble_with(db, terms, row, token, Parts { details, lines, merchandise }, Answers::default()).await
}

async fn assemble_with<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    row: cart::Model,
    token: &str,
    Parts { details, lines, merchandise }: Parts,
    mut answers: Answers,
) -> Result<CartView, Fault> {
    let now = terms.basis.now;
    let (mut shown, mut unsold) = (Vec::with_capacity(lines.len()), Vec::new());
    for line in lines {
        match merchandise.get(&line.variant_id) {
            Some(merchandise)
                if merchandise.is_sold(now) && tier_for(&merchandise.tiers, line.quantity).is_some() =>
            {
                shown.push((line, merchandise.clone()));
            }
            _ => unsold.push(line.id),
        }
    }
    let unpriced = Unpriced {
        terms,
        row: &row,
        details: &details,
        lines: shown.iter().map(|(line, merchandise)| (line, merchandise)).collect(),
    };
    let mut quoted = quote(&unpriced, &answers)?;
    // What carriers say decides about what the tax provider is asked: so it is looked for twice at most.
    while !quoted.missing.is_nothing() && answers.find_in(db, terms, &quoted.missing).await? {
        quoted = quote(&unpriced, &answers)?;
    }
    let Quoted { deliveries, priced, priced_from, taxes, missing } = quoted;
    let lines = shown
        .into_iter()
        .zip(&priced.lines)
        .map(|((row, merchandise), priced)| {
            let attributes = serde_json::from_value(row.attributes.clone())?;
            Ok(CartLineView { row, attributes, merchandise, priced: priced.clone() })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    let parse = |json: &Option<serde_json::Value>| json.clone().map(serde_json::from_value).transpose();
    Ok(CartView {
        token: token.to_owned(),
        attributes: serde_json::from_value(row.attributes.clone())?,
        billing_address: parse(&row.billing_address)?,
        payment: row.payment.clone().map(serde_json::from_value).transpose()?,
        row,
        lines,
        unsold,
        addresses: details.addresses.clone(),
        gift_cards: gift_cards_of(&details, &priced),
        store_credit: store_credit_of(&details, &priced),
        has_metafields: details.has_metafields,
        fallback: fallbacks_of(&deliveries, &taxes),
        deliveries,
        priced,
        taxes,
        priced_from: Arc::new(priced_from),
        details: Arc::new(details),
        terms: terms.clone(),
        answers,
        missing,
        steps: OnceLock::new(),
    })
}
