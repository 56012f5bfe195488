//! Table `collection_member`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{CollectionId, ProductId};

/// The words of `collection_member`.`source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MemberSource {
    #[sea_orm(string_value = "manual")]
    Manual,
    #[sea_orm(string_value = "rule")]
    Rule,
}

/// A product's place in a collection.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "collection_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection_id: CollectionId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// From 1.
    pub position: i64,
    pub source: MemberSource,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
