//! Putting money on accounts, taking it and giving it back.

use chrono::{DateTime, Utc};
use entity::id::{CustomerId, StoreCreditAccountId};
use entity::store_credit_account as account;
use entity::store_credit_txn::{self as txn, StoreCreditTxnKind};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query, SubQueryStatement};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use super::expire::expire_in;
use crate::db::Tx;
use crate::error::Fault;
use crate::money::Money;

/// What an account pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCreditUse {
    /// Which account.
    pub account: StoreCreditAccountId,
    /// How much, in minor units of the account's currency; more than zero.
    pub amount_minor: i64,
}

/// What came of a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credited {
    /// The account as it is then.
    pub account: account::Model,
    /// Where the reference has credited the account before: how much. Nothing was changed then.
    pub known_minor: Option<i64>,
}

/// Puts money on a customer's account in its currency, which is made where there is none yet. The same reference credits
/// an account once. The caller has checked that the amount is above zero and the customer there.
///
/// Locks the account.
///
/// # Errors
/// The database's own.
pub async fn credit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    customer: CustomerId,
    reference: &str,
    amount: Money,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Credited, Fault> {
    let account = lock_account_in(tx, now, customer, amount.currency.code()).await?;
    if let Some(known) = find_entry_in(tx, account.id, StoreCreditTxnKind::Credit, reference).await? {
        return Ok(Credited { account, known_minor: Some(known.delta_minor) });
    }
    let next_expiry_at = [account.next_expiry_at, expires_at].into_iter().flatten().min();
    let balance_minor = account.balance_minor.saturating_add(amount.minor);
    let changed = account::Entity::update_many()
        .col_expr(account::Column::BalanceMinor, Expr::col(account::Column::BalanceMinor).add(amount.minor))
        .col_expr(account::Column::NextExpiryAt, Expr::val(next_expiry_at))
        .col_expr(account::Column::UpdatedAt, Expr::val(now))
        .filter(account::Column::Id.eq(account.id));
    changed.exec(tx).await?;
    let entry = entry(now, account.id, StoreCreditTxnKind::Credit, reference, amount.minor);
    let entry = txn::ActiveModel { expires_at: Set(expires_at), ..entry };
    txn::Entity::insert(entry).exec_without_returning(tx).await?;
    let account = account::Model { balance_minor, next_expiry_at, updated_at: now, ..account };
    Ok(Credited { account, known_minor: None })
}

/// A customer's account in a currency, locked; made where there is none yet.
async fn lock_account_in(
    tx: &Tx,
    now: DateTime<Utc>,
    customer: CustomerId,
    currency: &str,
) -> Result<account::Model, Fault> {
    let new = account::ActiveModel {
        id: NotSet,
        customer_id: Set(customer),
        currency: Set(currency.to_owned()),
        balance_minor: Set(0),
        next_expiry_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    account::Entity::insert(new)
        .on_conflict(
            OnConflict::columns([account::Column::CustomerId, account::Column::Currency])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    let found = account::Entity::find()
        .filter(account::Column::CustomerId.eq(customer))
        .filter(account::Column::Currency.eq(currency))
        .lock_exclusive()
        .one(tx)
        .await?;
    found.ok_or_else(|| Fault::new("an account of store credit that was just made is not there"))
}

/// Takes money from accounts, from all of them or from none: an account that has less gives none, and credit that ended
/// is not there. Returns whether all of it was taken; where not, the caller must roll back. The same reference takes from
/// an account once: told again it is taken already, unless it was given back, after which it takes no more.
///
/// Locks the accounts in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn debit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    uses: &[StoreCreditUse],
) -> Result<bool, Fault> {
    let mut uses: Vec<&StoreCreditUse> = uses.iter().filter(|used| used.amount_minor > 0).collect();
    uses.sort_by_key(|used| used.account);
    let mut entries = Vec::with_capacity(uses.len());
    for used in uses {
        let taken = take_in(tx, now, reference, used).await?;
        if !taken {
            if is_held_in(tx, used.account, reference).await? {
                continue;
            }
            let is_cleared = expire_in(tx, now, used.account).await?;
            if !is_cleared || !take_in(tx, now, reference, used).await? {
                return Ok(false);
            }
        }
        entries.push(entry(now, used.account, StoreCreditTxnKind::Debit, reference, -used.amount_minor));
    }
    write(tx, entries).await?;
    Ok(true)
}

/// Takes money from an account that has enough of which nothing has ended, and from which the reference took nothing.
async fn take_in(tx: &Tx, now: DateTime<Utc>, reference: &str, used: &StoreCreditUse) -> Result<bool, Fault> {
    let taken_before = Query::select()
        .expr(Expr::val(1))
        .from(txn::Entity)
        .and_where(txn::Column::AccountId.eq(used.account))
        .and_where(txn::Column::Kind.eq(StoreCreditTxnKind::Debit))
        .and_where(txn::Column::Reference.eq(reference))
        .to_owned();
    let taken = account::Entity::update_many()
        .col_expr(
            account::Column::BalanceMinor,
            Expr::col(account::Column::BalanceMinor).sub(used.amount_minor),
        )
        .col_expr(account::Column::UpdatedAt, Expr::val(now))
        .filter(account::Column::Id.eq(used.account))
        .filter(account::Column::BalanceMinor.gte(used.amount_minor))
        .filter(account::Column::NextExpiryAt.is_null().or(account::Column::NextExpiryAt.gt(now)))
        .filter(Expr::exists(taken_before).not())
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Whether a reference took from an account and has not given back.
pub(super) async fn is_held_in(
    tx: &Tx,
    account: StoreCreditAccountId,
    reference: &str,
) -> Result<bool, Fault> {
    let is = |kind| find_entry_in(tx, account, kind, reference);
    Ok(is(StoreCreditTxnKind::Debit).await?.is_some() && is(StoreCreditTxnKind::GiveBack).await?.is_none())
}

/// Gives back what was taken under a reference and was not given back yet. It ends when it would have ended.
///
/// Locks the accounts in the order of their keys.
///
/// # Errors
/// The database's own.
pub async fn give_back_in(tx: &Tx, now: DateTime<Utc>, reference: &str) -> Result<(), Fault> {
    let entries = txn::Entity::find()
        .filter(txn::Column::Reference.eq(reference))
        .order_by_asc(txn::Column::AccountId)
        .all(tx)
        .await?;
    let is_back = |account: StoreCreditAccountId| {
        entries.iter().any(|entry| entry.account_id == account && entry.kind == StoreCreditTxnKind::GiveBack)
    };
    let due =
        entries.iter().filter(|entry| entry.kind == StoreCreditTxnKind::Debit && !is_back(entry.account_id));
    let mut back = Vec::new();
    for taken in due {
        // It goes back to the credits that it came from: whether one of them ends is looked at before the next debit.
        let first_end = Query::select()
            .expr(Func::min(Expr::col(txn::Column::ExpiresAt)))
            .from(txn::Entity)
            .and_where(txn::Column::AccountId.eq(taken.account_id))
            .to_owned();
        account::Entity::update_many()
            .col_expr(
                account::Column::BalanceMinor,
                Expr::col(account::Column::BalanceMinor).sub(taken.delta_minor),
            )
            .col_expr(account::Column::NextExpiryAt, SubQueryStatement::from(first_end).into())
            .col_expr(account::Column::UpdatedAt, Expr::val(now))
            .filter(account::Column::Id.eq(taken.account_id))
            .exec(tx)
            .await?;
        back.push(entry(now, taken.account_id, StoreCreditTxnKind::GiveBack, reference, -taken.delta_minor));
    }
    write(tx, back).await
}

/// Puts money back on an account that paid with it. The same reference puts it back once. It does not end.
///
/// Locks the account.
///
/// # Errors
/// The database's own.
pub async fn refund_in(
    tx: &Tx,
    now: DateTime<Utc>,
    reference: &str,
    account: i64,
    amount_minor: i64,
) -> Result<(), Fault> {
    let id = StoreCreditAccountId(account);
    if find_entry_in(tx, id, StoreCreditTxnKind::Credit, reference).await?.is_some() {
        return Ok(());
    }
    let changed = account::Entity::update_many()
        .col_expr(account::Column::BalanceMinor, Expr::col(account::Column::BalanceMinor).add(amount_minor))
        .col_expr(account::Column::UpdatedAt, Expr::val(now))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    if changed.rows_affected != 1 {
        return Err(Fault::new("the account of an order's store credit is gone"));
    }
    write(tx, vec![entry(now, id, StoreCreditTxnKind::Credit, reference, amount_minor)]).await
}

/// The entry of a kind that a reference made in an account.
pub(super) async fn find_entry_in(
    tx: &Tx,
    account: StoreCreditAccountId,
    kind: StoreCreditTxnKind,
    reference: &str,
) -> Result<Option<txn::Model>, Fault> {
    let entry = txn::Entity::find()
        .filter(txn::Column::AccountId.eq(account))
        .filter(txn::Column::Kind.eq(kind))
        .filter(txn::Column::Reference.eq(reference));
    Ok(entry.one(tx).await?)
}

fn entry(
    now: DateTime<Utc>,
    account: StoreCreditAccountId,
    kind: StoreCreditTxnKind,
    reference: &str,
    delta_minor: i64,
) -> txn::ActiveModel {
    txn::ActiveModel {
        id: NotSet,
        account_id: Set(account),
        kind: Set(kind),
        delta_minor: Set(delta_minor),
        reference: Set(reference.to_owned()),
        expires_at: Set(None),
        credit_id: Set(None),
        created_at: Set(now),
    }
}

async fn write(tx: &Tx, entries: Vec<txn::ActiveModel>) -> Result<(), Fault> {
    if !entries.is_empty() {
        txn::Entity::insert_many(entries).exec_without_returning(tx).await?;
    }
    Ok(())
}
