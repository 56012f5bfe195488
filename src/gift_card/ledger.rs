//! Taking money from cards and giving it back.

use chrono::{DateTime, Utc};
use entity::gift_card;
use entity::gift_card_txn::{self, GiftCardTxnKind};
use entity::id::GiftCardId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::error::Fault;

/// What a card pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiftCardUse {
    /// Which card.
    pub gift_card_id: GiftCardId,
    /// How much, in minor units of the card's currency; more than zero.
    pub amount_minor: i64,
}

/// Takes money from cards, from all of them or from none: a card that has less, has expired or was disabled gives none.
/// Returns whether all of it was taken; where not, the caller must roll back. The same reference takes once.
///
/// Locks the cards in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn debit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    uses: &[GiftCardUse],
) -> Result<bool, Fault> {
    let mut uses: Vec<&GiftCardUse> = uses.iter().filter(|used| used.amount_minor > 0).collect();
    uses.sort_by_key(|used| used.gift_card_id);
    let today = now.date_naive().to_string();
    for used in &uses {
        let valid = Condition::any()
            .add(gift_card::Column::ExpiresOn.is_null())
            .add(gift_card::Column::ExpiresOn.gte(today.as_str()));
        let taken = gift_card::Entity::update_many()
            .col_expr(
                gift_card::Column::BalanceMinor,
                Expr::col(gift_card::Column::BalanceMinor).sub(used.amount_minor),
            )
            .col_expr(gift_card::Column::UpdatedAt, Expr::val(now))
            .filter(gift_card::Column::Id.eq(used.gift_card_id))
            .filter(gift_card::Column::BalanceMinor.gte(used.amount_minor))
            .filter(gift_card::Column::DisabledAt.is_null())
            .filter(valid)
            .exec(tx)
            .await?;
        if taken.rows_affected != 1 {
            return Ok(false);
        }
    }
    let entries =
        uses.iter().map(|used| entry(now, GiftCardTxnKind::Debit, reference, used, -used.amount_minor));
    write(tx, entries.collect()).await?;
    Ok(true)
}

/// Gives back what was taken under a reference and was not given back yet.
///
/// Locks the cards in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn give_back_in(tx: &Tx, now: DateTime<Utc>, reference: &str) -> Result<(), Fault> {
    let entries = gift_card_txn::Entity::find()
        .filter(gift_card_txn::Column::Reference.eq(reference))
        .order_by_asc(gift_card_txn::Column::GiftCardId)
        .all(tx)
        .await?;
    let is_back = |card: GiftCardId| {
        entries.iter().any(|entry| entry.gift_card_id == card && entry.kind == GiftCardTxnKind::GiveBack)
    };
    let due: Vec<GiftCardUse> = entries
        .iter()
        .filter(|entry| entry.kind == GiftCardTxnKind::Debit && !is_back(entry.gift_card_id))
        .map(|entry| GiftCardUse { gift_card_id: entry.gift_card_id, amount_minor: -entry.delta_minor })
        .collect();
    for back in &due {
        gift_card::Entity::update_many()
            .col_expr(
                gift_card::Column::BalanceMinor,
                Expr::col(gift_card::Column::BalanceMinor).add(back.amount_minor),
            )
            .col_expr(gift_card::Column::UpdatedAt, Expr::val(now))
            .filter(gift_card::Column::Id.eq(back.gift_card_id))
            .exec(tx)
            .await?;
    }
    let back =
        due.iter().map(|back| entry(now, GiftCardTxnKind::GiveBack, reference, back, back.amount_minor));
    write(tx, back.collect()).await
}

/// Puts money back on a card that paid with it. The same reference puts it back once.
///
/// Locks the card.
///
/// # Errors
/// The database's own; among them the refusal of more than the card was issued with.
pub async fn refund_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    back: &GiftCardUse,
) -> Result<(), Fault> {
    let known = gift_card_txn::Entity::find()
        .filter(gift_card_txn::Column::Reference.eq(reference))
        .filter(gift_card_txn::Column::GiftCardId.eq(back.gift_card_id))
        .one(tx)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let changed = gift_card::Entity::update_many()
        .col_expr(
            gift_card::Column::BalanceMinor,
            Expr::col(gift_card::Column::BalanceMinor).add(back.amount_minor),
        )
        .col_expr(gift_card::Column::UpdatedAt, Expr::val(now))
        .filter(gift_card::Column::Id.eq(back.gift_card_id))
        .exec(tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(Fault::new("the gift card of an order is gone"));
    }
    write(tx, vec![entry(now, GiftCardTxnKind::GiveBack, reference, back, back.amount_minor)]).await
}

pub(super) fn entry(
    now: DateTime<Utc>,
    kind: GiftCardTxnKind,
    reference: &str,
    used: &GiftCardUse,
    delta_minor: i64,
) -> gift_card_txn::ActiveModel {
    gift_card_txn::ActiveModel {
        id: NotSet,
        gift_card_id: Set(used.gift_card_id),
        kind: Set(kind),
        delta_minor: Set(delta_minor),
        reference: Set(reference.to_owned()),
        created_at: Set(now),
    }
}

pub(super) async fn write(tx: &Tx, entries: Vec<gift_card_txn::ActiveModel>) -> Result<(), Fault> {
    if !entries.is_empty() {
        gift_card_txn::Entity::insert_many(entries).exec_without_returning(tx).await?;
    }
    Ok(())
}
