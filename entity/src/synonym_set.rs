//! Table `synonym_set`.

use sea_orm::entity::prelude::*;

use crate::id::SynonymSetId;

/// Words that are found in each other's place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "synonym_set")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: SynonymSetId,
    /// List of words in lower case.
    #[sea_orm(column_type = "JsonBinary")]
    pub words: Json,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
