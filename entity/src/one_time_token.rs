//! Table `one_time_token`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{CustomerId, OneTimeTokenId};

/// The words of `one_time_token`.`purpose`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum OneTimePurpose {
    #[sea_orm(string_value = "activation")]
    Activation,
    #[sea_orm(string_value = "recovery")]
    Recovery,
}

/// A secret in a mailed link, good for one use.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_token")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OneTimeTokenId,
    /// Empty for an unknown address: then it opens nothing.
    pub customer_id: Option<CustomerId>,
    pub purpose: OneTimePurpose,
    /// The secret is derived from it with the server's key.
    pub nonce: Vec<u8>,
    /// SHA-256 of the secret.
    pub token_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
