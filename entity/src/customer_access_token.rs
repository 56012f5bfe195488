//! Table `customer_access_token`.

use sea_orm::entity::prelude::*;

use crate::id::{CustomerId, CustomerTokenId};

/// A signed-in customer's bearer secret.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_access_token")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CustomerTokenId,
    pub customer_id: CustomerId,
    /// SHA-256 of the secret; the secret itself is never stored.
    pub token_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
