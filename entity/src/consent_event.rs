//! Table `consent_event`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::CustomerId;

/// The words of `consent_event`.`topic`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ConsentTopic {
    #[sea_orm(string_value = "email_marketing")]
    EmailMarketing,
}

/// The words of `consent_event`.`source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ConsentSource {
    #[sea_orm(string_value = "sign_up")]
    SignUp,
    #[sea_orm(string_value = "profile")]
    Profile,
    #[sea_orm(string_value = "multipass")]
    Multipass,
}

/// A customer's word on being written to; append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub customer_id: CustomerId,
    pub topic: ConsentTopic,
    pub granted: bool,
    pub source: ConsentSource,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
