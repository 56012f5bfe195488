//! Reading store credit.

use chrono::{DateTime, Utc};
use entity::id::{CustomerId, StoreCreditAccountId};
use entity::store_credit_account as row;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::expire::entries_of;
use super::lot::Holdings;
use crate::error::Fault;
use crate::money::{Currency, Money};

/// An account of a customer, and what can be spent of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its key.
    pub id: StoreCreditAccountId,
    /// What can be spent: credit that has ended is not in it.
    pub balance: Money,
}

/// The accounts of a customer by currency: one statement, and one more for each account of which something has ended
/// that was not cleared away yet.
///
/// # Errors
/// The database's own.
pub async fn accounts_of<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    customer: CustomerId,
) -> Result<Vec<Account>, Fault> {
    let rows = row::Entity::find().filter(row::Column::CustomerId.eq(customer));
    let mut accounts = Vec::new();
    for row in rows.order_by_asc(row::Column::Currency).all(db).await? {
        accounts.push(account(db, now, &row).await?);
    }
    Ok(accounts)
}

/// The account of a customer in a currency: one statement, and one more as [`accounts_of`] has it.
///
/// # Errors
/// The database's own.
pub async fn find_account<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    customer: CustomerId,
    currency: Currency,
) -> Result<Option<Account>, Fault> {
    let row = row::Entity::find()
        .filter(row::Column::CustomerId.eq(customer))
        .filter(row::Column::Currency.eq(currency.code()));
    match row.one(db).await? {
        Some(row) => Ok(Some(account(db, now, &row).await?)),
        None => Ok(None),
    }
}

async fn account<C: ConnectionTrait>(db: &C, now: DateTime<Utc>, row: &row::Model) -> Result<Account, Fault> {
    let currency = Currency::find(&row.currency)
        .ok_or_else(|| Fault::new(format!("an account of store credit is in {}", row.currency)))?;
    let over_minor = if row.next_expiry_at.is_some_and(|end| end <= now) {
        Holdings::at(&entries_of(db, row.id).await?, now).over_minor()
    } else {
        0
    };
    Ok(Account { id: row.id, balance: Money::new(row.balance_minor - over_minor, currency) })
}

/// Whether an account pays for a cart in this currency.
#[must_use]
pub fn is_usable(account: &Account, currency: Currency) -> bool {
    account.balance.currency == currency && account.balance.minor > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_pays_in_its_own_currency_while_something_is_left() {
        let euros = Currency::find("EUR").unwrap();
        let account = |minor| Account { id: StoreCreditAccountId(1), balance: Money::new(minor, euros) };
        assert!(is_usable(&account(1), euros));
        assert!(!is_usable(&account(0), euros));
        assert!(!is_usable(&account(1), Currency::find("USD").unwrap()));
    }
}
