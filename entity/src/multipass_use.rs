//! Table `multipass_use`.

use sea_orm::entity::prelude::*;

/// A multipass token that was used up.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "multipass_use")]
pub struct Model {
    /// SHA-256 of the sealed bytes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// From when on the token is refused for its age anyway.
    pub expires_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
