//! Table `customer`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::CustomerId;

/// The words of `customer`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CustomerState {
    #[sea_orm(string_value = "guest")]
    Guest,
    #[sea_orm(string_value = "invited")]
    Invited,
    #[sea_orm(string_value = "enabled")]
    Enabled,
    #[sea_orm(string_value = "disabled")]
    Disabled,
    #[sea_orm(string_value = "erased")]
    Erased,
}

/// A person who buys, with or without an account.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CustomerId,
    /// Lower case, for comparing.
    pub email_norm: Option<String>,
    /// As written.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub state: CustomerState,
    /// The last word of `consent_event`.
    pub accepts_marketing: bool,
    /// When somebody last proved to read mails to the address.
    pub email_verified_at: Option<DateTimeUtc>,
    /// In which they signed up, as in LanguageCode.
    pub language: Option<String>,
    /// Their name in the merchant's own sign-in.
    pub multipass_identifier: Option<String>,
    /// Whether they pay no tax anywhere.
    pub tax_exempt: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
