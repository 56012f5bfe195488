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
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    pub city: String,
    /// Code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    pub phone: Option<String>,
    /// Millionths of a degree north.
    pub latitude_micro: Option<i32>,
    /// Millionths of a degree east.
    pub longitude_micro: Option<i32>,
    /// Whether buyers may fetch orders here.
    pub offers_pickup: bool,
    /// When an order is ready here, in words.
    pub pickup_time: String,
    /// What buyers should know who fetch an order here.
    pub pickup_instructions: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
