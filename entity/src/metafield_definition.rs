//! Table `metafield_definition`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::MetafieldDefinitionId;
use crate::metafield::OwnerType;

/// The words of `metafield_definition`.`storefront_access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum StorefrontAccess {
    #[sea_orm(string_value = "none")]
    None,
    #[sea_orm(string_value = "public_read")]
    PublicRead,
}

/// What a metafield of one kind of owner means and may hold.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metafield_definition")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MetafieldDefinitionId,
    pub owner_type: OwnerType,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its name within the group.
    pub key: String,
    /// What the shop calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Name of the type, such as number_integer or list.color.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// What its values keep to: least, most, pattern, choices.
    #[sea_orm(column_type = "JsonBinary")]
    pub validations: Json,
    pub storefront_access: StorefrontAccess,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
