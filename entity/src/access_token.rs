//! Table `access_token`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::AccessTokenId;

/// The words of `access_token`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum AccessTokenKind {
    #[sea_orm(string_value = "storefront")]
    Storefront,
    #[sea_orm(string_value = "storefront_private")]
    StorefrontPrivate,
    #[sea_orm(string_value = "admin")]
    Admin,
}

/// A bearer secret of a front end or of a back-office program.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "access_token")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AccessTokenId,
    pub kind: AccessTokenKind,
    /// What the token is for, in the owner's words.
    pub name: String,
    /// SHA-256 of the secret; the secret itself is never stored.
    pub token_hash: Vec<u8>,
    /// List of scope names.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Json,
    pub expires_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
