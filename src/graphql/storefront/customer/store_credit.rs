//! The store credit of a customer.

use async_graphql::{ID, SimpleObject};

use crate::graphql::id;
use crate::graphql::storefront::money::MoneyV2;
use crate::store_credit;

/// Money that the shop owes to a customer, in one currency.
#[derive(Clone, Debug, SimpleObject)]
pub struct StoreCreditAccount {
    /// What can be spent.
    pub balance: MoneyV2,
    /// Its global id.
    pub id: ID,
}

impl From<store_credit::Account> for StoreCreditAccount {
    fn from(account: store_credit::Account) -> Self {
        Self { balance: account.balance.into(), id: id::encode("StoreCreditAccount", account.id) }
    }
}
