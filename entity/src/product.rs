//! Table `product`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{ProductCategoryId, ProductId};

/// The words of `product`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ProductStatus {
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "archived")]
    Archived,
    #[sea_orm(string_value = "unlisted")]
    Unlisted,
}

/// Something the shop sells, in one or more variants.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ProductId,
    /// Name in addresses.
    pub handle: String,
    pub title: String,
    /// Lower-case title, compared byte by byte on each database.
    pub title_sort: String,
    pub description_html: String,
    pub vendor: String,
    pub product_type: String,
    /// Of which kind it is.
    pub category_id: Option<ProductCategoryId>,
    pub status: ProductStatus,
    pub is_gift_card: bool,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// Empty while the product is not on the storefront.
    pub published_at: Option<DateTimeUtc>,
    /// Lowest base price of a variant, for sorting lists.
    pub min_price_minor: i64,
    /// Units sold; a projection of order events.
    pub sold_quantity: i64,
    /// Digest of the rows last imported, to skip what did not change.
    pub import_digest: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
