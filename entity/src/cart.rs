//! Table `cart`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{CartId, CustomerId, CustomerTokenId};

/// The words of `cart`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CartState {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "completed")]
    Completed,
}

/// What a shopper intends to buy.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CartId,
    /// SHA-256 of the token in the cart's public id.
    pub token_hash: Vec<u8>,
    pub state: CartState,
    pub currency: String,
    /// The buyer's country.
    pub country: String,
    pub language: String,
    pub customer_id: Option<CustomerId>,
    /// By which the customer was named.
    pub customer_token_id: Option<CustomerTokenId>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub note: Option<String>,
    /// List of {key, value}.
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    /// What the buyer prefers for delivery and wallets.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub preferences: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub billing_address: Option<Json>,
    /// How the buyer means to pay.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub payment: Option<Json>,
    /// What store credit is to pay at most.
    pub store_credit_minor: Option<i64>,
    /// In which currency that is.
    pub store_credit_currency: Option<String>,
    /// What the buyer was told that it costs.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub agreed: Option<Json>,
    /// Grows with each change.
    pub revision: i64,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
