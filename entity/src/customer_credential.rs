//! Table `customer_credential`.

use sea_orm::entity::prelude::*;

use crate::id::CustomerId;

/// A customer's password.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_credential")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
    /// argon2id in PHC form.
    pub password_hash: String,
    /// When the password was last chosen.
    pub changed_at: DateTimeUtc,
    /// When it was last hashed.
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
