//! Table `price`.

use sea_orm::entity::prelude::*;

use crate::id::{PriceListId, VariantId};

/// What one unit of a variant costs, from a quantity and a moment on.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub price_list_id: PriceListId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub min_quantity: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: DateTimeUtc,
    pub valid_to: Option<DateTimeUtc>,
    /// Minor units of the currency.
    pub amount_minor: i64,
    /// The price it is compared with while on sale.
    pub compare_at_minor: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
