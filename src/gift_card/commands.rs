//! Issuing gift cards and taking them out of use.

use chrono::NaiveDate;
use entity::gift_card;
use entity::gift_card_txn::GiftCardTxnKind;
use entity::id::GiftCardId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use super::code::{digest, grouped, is_allowed, last_characters, new_code, normal};
use super::error::GiftCardError;
use super::ledger::{GiftCardUse, entry, write};
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, violates};
use crate::money::Money;

/// What the ledger calls the cause of a card's first entry.
const ISSUED: &str = "issue";
/// What an actor must be allowed to do.
const SCOPE: &str = "write_gift_cards";

/// A gift card to be issued.
#[derive(Clone, Debug)]
pub struct NewGiftCard {
    /// The shop's own code; `None` for a fresh one.
    pub code: Option<String>,
    /// What it is worth.
    pub amount: Money,
    /// The last day on which it is taken.
    pub expires_on: Option<NaiveDate>,
}

/// A gift card that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedGiftCard {
    /// Its key.
    pub id: GiftCardId,
    /// Its code in groups of four; it cannot be told again.
    pub code: String,
}

/// Issues a gift card.
///
/// # Errors
/// [`GiftCardError`] for a code that is not allowed or is taken, and an amount that is not above zero.
pub async fn issue(app: &App, actor: &Actor, new: &NewGiftCard) -> Result<IssuedGiftCard, GiftCardError> {
    check_scope(actor)?;
    if new.amount.minor <= 0 {
        return Err(GiftCardError::InvalidAmount);
    }
    let code = new.code.as_deref().map_or_else(new_code, normal);
    if !is_allowed(&code) {
        return Err(GiftCardError::InvalidCode);
    }
    let code_hash = digest(&app.secret_key, &code)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = gift_card::ActiveModel {
                id: NotSet,
                code_hash: Set(code_hash.clone()),
                last_characters: Set(last_characters(&code)),
                currency: Set(new.amount.currency.code().to_owned()),
                initial_minor: Set(new.amount.minor),
                balance_minor: Set(new.amount.minor),
                expires_on: Set(new.expires_on.map(|date| date.to_string())),
                disabled_at: Set(None),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let card = row.insert(&tx).await.map_err(|error| {
                if violates(&error, "gift_card_code_unique", "gift_card.code_hash") {
                    GiftCardError::CodeTaken
                } else {
                    error.into()
                }
            })?;
            let worth = GiftCardUse { gift_card_id: card.id, amount_minor: new.amount.minor };
            write(&tx, vec![entry(now, GiftCardTxnKind::Issue, ISSUED, &worth, worth.amount_minor)]).await?;
            tx.commit().await?;
            Ok(IssuedGiftCard { id: card.id, code: grouped(&code) })
        })
        .await
}

/// Takes a gift card out of use; what it is worth stays in the books.
///
/// # Errors
/// [`GiftCardError::NotFound`] for an unknown card.
pub async fn disable(app: &App, actor: &Actor, id: GiftCardId) -> Result<(), GiftCardError> {
    check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let done = gift_card::Entity::update_many()
                .col_expr(gift_card::Column::DisabledAt, Expr::val(now))
                .col_expr(gift_card::Column::UpdatedAt, Expr::val(now))
                .filter(gift_card::Column::Id.eq(id))
                .exec(&tx)
                .await?;
            tx.commit().await?;
            if done.rows_affected == 1 { Ok(()) } else { Err(GiftCardError::NotFound) }
        })
        .await
}

fn check_scope(actor: &Actor) -> Result<(), Fault> {
    if actor.has_scope(SCOPE) {
        return Ok(());
    }
    Err(Fault::new(format!("gift cards need the scope {SCOPE}")))
}
