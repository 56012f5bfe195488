//! Table `metaobject`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{MetaobjectDefinitionId, MetaobjectId};

/// The words of `metaobject`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MetaobjectStatus {
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "active")]
    Active,
}

/// One thing of a kind that the shop itself made up.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metaobject")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MetaobjectId,
    pub definition_id: MetaobjectDefinitionId,
    /// Its name among those of its kind.
    pub handle: String,
    pub status: MetaobjectStatus,
    /// What the shop calls it; from the display field.
    pub display_name: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
