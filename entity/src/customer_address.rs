//! Table `customer_address`.

use sea_orm::entity::prelude::*;

use crate::id::{CustomerAddressId, CustomerId};

/// An address in a customer's address book.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_address")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CustomerAddressId,
    pub customer_id: CustomerId,
    /// The fields of a postal address.
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Json,
    /// Equal for equal addresses.
    pub digest: String,
    pub is_default: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
