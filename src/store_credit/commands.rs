//! Staff put money on accounts and take it.

use chrono::{DateTime, Utc};
use entity::customer::{self, CustomerState};
use entity::id::{CustomerId, StoreCreditAccountId};
use entity::store_credit_account as account;
use entity::store_credit_txn::StoreCreditTxnKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::error::{StoreCreditError, StoreCreditErrorCode};
use super::ledger::{StoreCreditUse, credit_in, debit_in, find_entry_in, is_held_in};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::record_one;
use crate::money::{MAX_MINOR, Money};

/// Characters of a reference at most.
const MAX_REFERENCE_LENGTH: usize = 255;

/// Money for a customer.
#[derive(Clone, Debug)]
pub struct Credit {
    /// Whose.
    pub customer: CustomerId,
    /// How much; above zero.
    pub amount: Money,
    /// What for, such as refund/12. The same one credits once.
    pub reference: String,
    /// Until when it can be spent; `None` for as long as it lasts.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Money that a customer loses.
#[derive(Clone, Debug)]
pub struct Debit {
    /// Whose.
    pub customer: CustomerId,
    /// How much; above zero.
    pub amount: Money,
    /// What for. The same one debits once.
    pub reference: String,
}

/// An account that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its key.
    pub account: StoreCreditAccountId,
    /// What is left, in minor units.
    pub balance_minor: i64,
}

/// Puts money on a customer's account in the amount's currency, which is made where there is none yet. Told again with
/// the same reference and amount it does nothing.
///
/// Locks the account.
///
/// # Errors
/// [`StoreCreditError`] for an unknown customer, an amount that is not above zero or too large, an end that is over, and
/// a reference that was used for another amount.
pub async fn credit(app: &App, actor: &Actor, input: &Credit) -> Result<Changed, StoreCreditError> {
    StoreCreditError::check_scope(actor)?;
    check(input.amount, &input.reference)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            if input.expires_at.is_some_and(|end| end <= now) {
                let message = "The credit would have ended already";
                return refused(StoreCreditErrorCode::EndsInThePast, "expiresAt", message);
            }
            let tx = app.begin().await?;
            check_customer_in(&tx, input.customer).await?;
            let (customer, reference) = (input.customer, &input.reference);
            let credited = credit_in(&tx, now, customer, reference, input.amount, input.expires_at).await?;
            let account = credited.account;
            let changed = Changed { account: account.id, balance_minor: account.balance_minor };
            if let Some(known) = credited.known_minor {
                return if known == input.amount.minor { Ok(changed) } else { Err(reference_taken()) };
            }
            if account.balance_minor > MAX_MINOR {
                let message = "The customer would have more than can be counted with";
                return refused(StoreCreditErrorCode::OutOfRange, "amount", message);
            }
            record_one(&tx, now, "store_credit_account", "store_credit.changed", account.id).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
}

/// Takes money from a customer's account in the amount's currency. Told again with the same reference and amount it does
/// nothing.
///
/// Locks the account.
///
/// # Errors
/// [`StoreCreditError`] for an unknown customer, an amount that is not above zero or more than the customer has, and a
/// reference that was used for another amount.
pub async fn debit(app: &App, actor: &Actor, input: &Debit) -> Result<Changed, StoreCreditError> {
    StoreCreditError::check_scope(actor)?;
    check(input.amount, &input.reference)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            check_customer_in(&tx, input.customer).await?;
            let Some(found) = lock_account_in(&tx, input).await? else {
                return Err(insufficient());
            };
            let kind = StoreCreditTxnKind::Debit;
            if let Some(known) = find_entry_in(&tx, found.id, kind, &input.reference).await? {
                let is_same = known.delta_minor == -input.amount.minor;
                if is_same && is_held_in(&tx, found.id, &input.reference).await? {
                    return Ok(Changed { account: found.id, balance_minor: found.balance_minor });
                }
                return Err(reference_taken());
            }
            let used = StoreCreditUse { account: found.id, amount_minor: input.amount.minor };
            if !debit_in(&tx, now, &input.reference, &[used]).await? {
                return Err(insufficient());
            }
            let left = lock_account_in(&tx, input).await?.map_or(0, |account| account.balance_minor);
            record_one(&tx, now, "store_credit_account", "store_credit.changed", found.id).await?;
            tx.commit().await?;
            Ok(Changed { account: found.id, balance_minor: left })
        })
        .await
}

async fn lock_account_in(tx: &Tx, input: &Debit) -> Result<Option<account::Model>, StoreCreditError> {
    let account = account::Entity::find()
        .filter(account::Column::CustomerId.eq(input.customer))
        .filter(account::Column::Currency.eq(input.amount.currency.code()));
    Ok(account.lock_exclusive().one(tx).await?)
}

fn check(amount: Money, reference: &str) -> Result<(), StoreCreditError> {
    if !(1..=MAX_MINOR).contains(&amount.minor) {
        let message = "The amount must be above zero, and one that can be counted with";
        return refused(StoreCreditErrorCode::OutOfRange, "amount", message);
    }
    if reference.trim().is_empty() || reference.chars().count() > MAX_REFERENCE_LENGTH {
        let message = format!("The reference must have from 1 to {MAX_REFERENCE_LENGTH} characters");
        return refused(StoreCreditErrorCode::Invalid, "reference", message);
    }
    Ok(())
}

async fn check_customer_in(tx: &Tx, id: CustomerId) -> Result<(), StoreCreditError> {
    let known = customer::Entity::find_by_id(id).one(tx).await?;
    if known.is_some_and(|customer| customer.state != CustomerState::Erased) {
        return Ok(());
    }
    refused(StoreCreditErrorCode::UnknownCustomer, "customer", "The customer does not exist")
}

fn refused<T>(
    code: StoreCreditErrorCode,
    field: &'static str,
    message: impl Into<String>,
) -> Result<T, StoreCreditError> {
    Err(StoreCreditError::refused(code, field, message))
}

fn insufficient() -> StoreCreditError {
    let message = "The customer has less store credit than that";
    StoreCreditError::refused(StoreCreditErrorCode::InsufficientFunds, "amount", message)
}

fn reference_taken() -> StoreCreditError {
    let message = "The reference was used for another amount";
    StoreCreditError::refused(StoreCreditErrorCode::ReferenceTaken, "reference", message)
}
