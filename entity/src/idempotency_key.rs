//! Table `idempotency_key`.

use sea_orm::entity::prelude::*;

/// A request that was carried out under a caller's key, and the answer that it was given.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Whose key, and for what.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The same key with another request is an error.
    pub request_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    /// Sealed; `None` while the request is carried out, and for an answer that is not kept.
    pub answer: Option<Vec<u8>>,
    /// When the request had its answer.
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
