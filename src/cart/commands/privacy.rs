//! Carts without the person: copies of them, and taking the person out.

use std::collections::BTreeSet;

use entity::cart::{self, CartState};
use entity::id::{CartId, VariantId};
use entity::{cart_address, cart_code, cart_delivery_choice, cart_gift_card};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::discount_codes;
use super::lines::lines_of;
use super::write_lines::write_lines;
use crate::app::App;
use crate::cart::error::CartError;
use crate::cart::line::Line;
use crate::cart::load::{assemble, lines_in, load_in};
use crate::cart::lock::{find_row, is_open, lock_cart};
use crate::cart::merchandise::{Extent, merchandise_by_ids};
use crate::cart::rules::enter_market;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::db::Tx;
use crate::error::Fault;
use crate::secret;

/// Makes a cart like another one: the same lines, words of the front end, discount codes, country and language, but
/// nothing of the person: no identity, note, address, bill, payment or gift card.
///
/// # Errors
/// [`CartError::NotFound`] for an unknown cart.
pub async fn clone_cart(app: &App, token: &str) -> Result<Outcome, CartError> {
    let new_token = secret::new_token();
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let source = find_row(&tx, token).await?.map(|cart| cart.row).filter(|row| is_open(row, now));
            let source = source.ok_or(CartError::NotFound)?;
            let before = lines_in(&tx, source.id).await?;
            let codes = codes_in(&tx, source.id).await?;
            let lines: Vec<Line> =
                lines_of(&before)?.into_iter().map(|line| Line { id: None, ..line }).collect();
            let mut row = cart::Model {
                token_hash: secret::hash_token(&new_token),
                state: CartState::Open,
                revision: 1,
                expires_at: now + app.config.cart_time,
                created_at: now,
                updated_at: now,
                ..source
            };
            forget_person(&mut row);
            let terms = enter_market(&mut row, &rules, &BTreeSet::new(), now);
            let row = cart::ActiveModel { id: NotSet, ..row.into_active_model().reset_all() };
            let row = row.insert(&tx).await?;
            discount_codes::insert_in(&tx, row.id, &codes).await?;
            let ids: Vec<VariantId> = lines.iter().map(|line| line.variant_id).collect();
            let rows = write_lines(&tx, row.id, Vec::new(), lines).await?;
            let merchandise = merchandise_by_ids(&tx, &terms, &ids, Extent::Priced).await?;
            let cart = assemble(&tx, &terms, row, &new_token, rows, merchandise).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Takes the person out of a cart: identity, note, preferences, addresses with the delivery chosen for them, bill,
/// payment, gift cards and the wish to pay with store credit.
///
/// # Errors
/// [`CartError`] for an unknown cart and one that is being paid for.
pub async fn remove_personal_data(app: &App, token: &str) -> Result<Outcome, CartError> {
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let id = cart.row.id;
            forget_person(&mut cart.row);
            cart.segments.clear();
            let addresses = cart_address::Column::CartId.eq(id);
            cart_address::Entity::delete_many().filter(addresses).exec(&tx).await?;
            let choices = cart_delivery_choice::Column::CartId.eq(id);
            cart_delivery_choice::Entity::delete_many().filter(choices).exec(&tx).await?;
            let cards = cart_gift_card::Column::CartId.eq(id);
            cart_gift_card::Entity::delete_many().filter(cards).exec(&tx).await?;
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// The codes that were typed into a cart, in their order.
async fn codes_in(tx: &Tx, id: CartId) -> Result<Vec<String>, Fault> {
    let codes = cart_code::Entity::find().filter(cart_code::Column::CartId.eq(id));
    let rows = codes.order_by_asc(cart_code::Column::Position).all(tx).await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}

fn forget_person(row: &mut cart::Model) {
    row.customer_id = None;
    row.customer_token_id = None;
    row.email = None;
    row.phone = None;
    row.note = None;
    row.preferences = None;
    row.billing_address = None;
    row.payment = None;
    row.store_credit_minor = None;
    row.store_credit_currency = None;
    row.agreed = None;
}
