//! Table `shop_policy`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::PolicyId;

/// The words of `shop_policy`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    #[sea_orm(string_value = "contact_information")]
    ContactInformation,
    #[sea_orm(string_value = "legal_notice")]
    LegalNotice,
    #[sea_orm(string_value = "privacy")]
    Privacy,
    #[sea_orm(string_value = "refund")]
    Refund,
    #[sea_orm(string_value = "shipping")]
    Shipping,
    #[sea_orm(string_value = "subscription")]
    Subscription,
    #[sea_orm(string_value = "terms_of_sale")]
    TermsOfSale,
    #[sea_orm(string_value = "terms_of_service")]
    TermsOfService,
}

/// What the shop promises and demands, in one field of law.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shop_policy")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PolicyId,
    pub kind: PolicyKind,
    pub body_html: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
