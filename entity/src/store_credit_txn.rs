//! Table `store_credit_txn`.

use sea_orm::entity::prelude::*;

use crate::id::{StoreCreditAccountId, StoreCreditTxnId};

/// The words of `store_credit_txn`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum StoreCreditTxnKind {
    #[sea_orm(string_value = "credit")]
    Credit,
    #[sea_orm(string_value = "debit")]
    Debit,
    #[sea_orm(string_value = "give_back")]
    GiveBack,
    #[sea_orm(string_value = "expire")]
    Expire,
}

/// Every change of a balance, append-only: a balance is the sum of its deltas.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_credit_txn")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: StoreCreditTxnId,
    pub account_id: StoreCreditAccountId,
    pub kind: StoreCreditTxnKind,
    pub delta_minor: i64,
    /// What caused it, such as attempt/7.
    pub reference: String,
    /// Of a credit: until when it can be spent.
    pub expires_at: Option<DateTimeUtc>,
    /// Of an expiry: whose rest ended.
    pub credit_id: Option<StoreCreditTxnId>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
