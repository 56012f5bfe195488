//! Table `webhook_receipt`.

use sea_orm::entity::prelude::*;

/// Messages that providers sent, so that none has its effect twice.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_receipt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub provider: String,
    /// The provider's name for the message, or the digest of its signed text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_key: String,
    pub received_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
