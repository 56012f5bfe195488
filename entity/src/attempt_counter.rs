//! Table `attempt_counter`.

use sea_orm::entity::prelude::*;

/// How often something was tried that is limited.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt_counter")]
pub struct Model {
    /// Keyed digest of what is tried and by or on whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    pub count: i64,
    /// From when on it counts from zero.
    pub resets_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
