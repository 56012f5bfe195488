//! Table `order_address`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{OrderAddressId, OrderId};

/// The words of `order_address`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum OrderAddressKind {
    #[sea_orm(string_value = "shipping")]
    Shipping,
    #[sea_orm(string_value = "billing")]
    Billing,
}

/// An order's own copy of an address.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_address")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderAddressId,
    pub order_id: OrderId,
    pub kind: OrderAddressKind,
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
