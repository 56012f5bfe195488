//! Table `gift_card_txn`.

use sea_orm::entity::prelude::*;

use crate::id::{GiftCardId, GiftCardTxnId};

/// The words of `gift_card_txn`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum GiftCardTxnKind {
    #[sea_orm(string_value = "issue")]
    Issue,
    #[sea_orm(string_value = "debit")]
    Debit,
    #[sea_orm(string_value = "give_back")]
    GiveBack,
}

/// Every change of a balance, append-only: a balance is the sum of its deltas.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gift_card_txn")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: GiftCardTxnId,
    pub gift_card_id: GiftCardId,
    pub kind: GiftCardTxnKind,
    pub delta_minor: i64,
    /// What caused it, such as attempt/7.
    pub reference: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
