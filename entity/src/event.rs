//! Table `event`.

use sea_orm::entity::prelude::*;

/// What happened, written in the transaction that did it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// Orders events by the transactions that wrote them.
    pub tx_id: i64,
    /// The kind of thing, such as order.
    pub entity: String,
    pub entity_id: i64,
    /// From 1 for each thing: a consumer can drop what is stale.
    pub entity_seq: i64,
    /// What happened, such as order.placed.
    pub kind: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
