//! Table `location`.

use sea_orm::entity::prelude::*;

use crate::id::LocationId;

/// A place where stock lies.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "location")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: LocationId,
    pub name: String,
    pub country: String,
    pub active: bool,
    /// Whether online orders take stock from here.
    pub fulfills_online: bool,
    /// The first with enough stock serves an order.
    pub position: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
