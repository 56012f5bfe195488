//! Table `order_line`.

use sea_orm::entity::prelude::*;

use crate::id::{OrderId, OrderLineId, ProductId, VariantId};

/// A line of an order: copies, so that later edits of a product change nothing.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderLineId,
    pub order_id: OrderId,
    pub position: i32,
    pub product_id: Option<ProductId>,
    pub variant_id: Option<VariantId>,
    pub title: String,
    pub variant_title: String,
    pub sku: Option<String>,
    pub vendor: String,
    pub image_url: Option<String>,
    /// List of {name, value}.
    #[sea_orm(column_type = "JsonBinary")]
    pub options: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    pub requires_shipping: bool,
    pub taxable: bool,
    pub quantity: i32,
    pub unit_minor: i64,
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub total_minor: i64,
    /// All its taxes.
    pub tax_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
