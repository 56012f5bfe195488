//! The codes of discounts.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::discount::DiscountMethod;
use entity::discount_code;
use entity::id::DiscountId;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::touch_in;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::discount::code::{check_codes, fold_code};
use crate::discount::error::{DiscountError, DiscountErrorCode};
use crate::error::violates;

/// Codes that are added or removed at once at most. A discount may have hundreds of thousands.
pub const MAX_CODES_AT_ONCE: usize = 100;

/// Adds codes to a code discount: all of them or none.
///
/// Locks the discount.
///
/// # Errors
/// [`DiscountError`] for an unknown discount and one that applies by itself; codes that are none, too many, blank, too
/// long or named twice; and codes that a discount has already, this one or another.
pub async fn add_codes(
    app: &App,
    actor: &Actor,
    id: DiscountId,
    codes: &[String],
) -> Result<(), DiscountError> {
    DiscountError::check_scope(actor)?;
    check_count(codes)?;
    let codes = check_codes(codes)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let known = touch_in(&tx, now, id).await?;
            if known.method != DiscountMethod::Code {
                let message = "A discount that applies by itself has no codes";
                return Err(DiscountError::refused(DiscountErrorCode::MethodMismatch, "codes", message));
            }
            if let Some(taken) = owners_in(&tx, &codes).await?.into_iter().next() {
                return Err(taken_by_another(&taken.code));
            }
            write_in(&tx, now, id, &codes).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Takes codes from a discount; those that it does not have are passed over. Returns how many it had. Uses that were made
/// of them stay counted.
///
/// Locks the discount.
///
/// # Errors
/// [`DiscountError`] for an unknown discount, and codes that are none or too many.
pub async fn remove_codes(
    app: &App,
    actor: &Actor,
    id: DiscountId,
    codes: &[String],
) -> Result<u64, DiscountError> {
    DiscountError::check_scope(actor)?;
    check_count(codes)?;
    let folded: HashSet<String> = codes.iter().map(|code| fold_code(code)).collect();
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            touch_in(&tx, app.clock.now(), id).await?;
            let removed = discount_code::Entity::delete_many()
                .filter(discount_code::Column::DiscountId.eq(id))
                .filter(discount_code::Column::CodeNorm.is_in(folded.iter()))
                .exec(&tx)
                .await?;
            tx.commit().await?;
            Ok(removed.rows_affected)
        })
        .await
}

/// Adds codes, as written and as compared, to a discount whose row is locked; those that it has already stay.
pub(super) async fn insert_in(
    tx: &Tx,
    now: DateTime<Utc>,
    id: DiscountId,
    codes: &[(String, String)],
) -> Result<(), DiscountError> {
    let owners = owners_in(tx, codes).await?;
    if let Some(taken) = owners.iter().find(|row| row.discount_id != id) {
        return Err(taken_by_another(&taken.code));
    }
    let is_new = |(_, folded): &&(String, String)| !owners.iter().any(|row| row.code_norm == *folded);
    let new: Vec<(String, String)> = codes.iter().filter(is_new).cloned().collect();
    write_in(tx, now, id, &new).await
}

async fn owners_in(tx: &Tx, codes: &[(String, String)]) -> Result<Vec<discount_code::Model>, DiscountError> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let named = discount_code::Column::CodeNorm.is_in(codes.iter().map(|(_, folded)| folded.as_str()));
    Ok(discount_code::Entity::find().filter(named).all(tx).await?)
}

async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    id: DiscountId,
    codes: &[(String, String)],
) -> Result<(), DiscountError> {
    if codes.is_empty() {
        return Ok(());
    }
    let rows = codes.iter().map(|(code, folded)| discount_code::ActiveModel {
        id: NotSet,
        discount_id: Set(id),
        code: Set(code.clone()),
        code_norm: Set(folded.clone()),
        usage_count: Set(0),
        created_at: Set(now),
    });
    let written = discount_code::Entity::insert_many(rows).exec_without_returning(tx).await;
    written.map(|_| ()).map_err(|error| {
        // Somebody else added one of them since we looked.
        if violates(&error, "discount_code_unique", "discount_code.code_norm") {
            let message = "A discount has one of the codes";
            DiscountError::refused(DiscountErrorCode::Taken, "codes", message)
        } else {
            error.into()
        }
    })
}

fn check_count(codes: &[String]) -> Result<(), DiscountError> {
    if (1..=MAX_CODES_AT_ONCE).contains(&codes.len()) {
        return Ok(());
    }
    let message = format!("From 1 to {MAX_CODES_AT_ONCE} codes can be given at once");
    Err(DiscountError::refused(DiscountErrorCode::TooMany, "codes", message))
}

fn taken_by_another(code: &str) -> DiscountError {
    DiscountError::refused(DiscountErrorCode::Taken, "codes", format!("A discount has the code {code}"))
}
