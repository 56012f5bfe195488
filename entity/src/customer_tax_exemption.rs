//! Table `customer_tax_exemption`.

use sea_orm::entity::prelude::*;

use crate::id::CustomerId;

/// A place in which a customer pays no tax.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_tax_exemption")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
    /// ISO 3166-1 alpha-2 code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// Empty for the whole country.
    #[sea_orm(primary_key, auto_increment = false)]
    pub province: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
