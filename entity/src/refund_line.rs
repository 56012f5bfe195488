//! Table `refund_line`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{LocationId, OrderLineId, RefundId, RefundLineId};

/// The words of `refund_line`.`restock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum Restock {
    #[sea_orm(string_value = "no_restock")]
    NoRestock,
    #[sea_orm(string_value = "cancel")]
    Cancel,
    #[sea_orm(string_value = "return")]
    Return,
}

/// Units of a line that came back or were never sent.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RefundLineId,
    pub refund_id: RefundId,
    pub order_line_id: OrderLineId,
    pub quantity: i32,
    /// Their share of the line after discounts.
    pub subtotal_minor: i64,
    /// Their share of the line's taxes.
    pub tax_minor: i64,
    pub restock: Restock,
    /// Where they lie again; while the refund waits, where they are wished.
    pub location_id: Option<LocationId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
