//! Table `store_credit_account`.

use sea_orm::entity::prelude::*;

use crate::id::{CustomerId, StoreCreditAccountId};

/// Money that the shop owes to a customer, in one currency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_credit_account")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: StoreCreditAccountId,
    pub customer_id: CustomerId,
    /// ISO 4217 code.
    pub currency: String,
    /// What is left: the sum of its ledger.
    pub balance_minor: i64,
    /// No credit ends before it; empty where none ends.
    pub next_expiry_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
