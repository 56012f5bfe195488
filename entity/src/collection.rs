//! Table `collection`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{CollectionId, MediaId};

/// The words of `collection`.`sort_order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CollectionSortOrder {
    #[sea_orm(string_value = "manual")]
    Manual,
    #[sea_orm(string_value = "best_selling")]
    BestSelling,
    #[sea_orm(string_value = "title")]
    Title,
    #[sea_orm(string_value = "price")]
    Price,
    #[sea_orm(string_value = "created")]
    Created,
}

/// A group of products with a page of its own.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "collection")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CollectionId,
    pub handle: String,
    pub title: String,
    /// Lower-case title, compared byte by byte on each database.
    pub title_sort: String,
    pub description_html: String,
    pub sort_order: CollectionSortOrder,
    pub media_id: Option<MediaId>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    pub published_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
