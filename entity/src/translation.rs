//! Table `translation`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::TranslationId;

/// The words of `translation`.`resource_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ResourceType {
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "variant")]
    Variant,
    #[sea_orm(string_value = "product_option")]
    ProductOption,
    #[sea_orm(string_value = "option_value")]
    OptionValue,
    #[sea_orm(string_value = "collection")]
    Collection,
    #[sea_orm(string_value = "page")]
    Page,
    #[sea_orm(string_value = "blog")]
    Blog,
    #[sea_orm(string_value = "article")]
    Article,
    #[sea_orm(string_value = "shop")]
    Shop,
    #[sea_orm(string_value = "policy")]
    Policy,
    #[sea_orm(string_value = "menu")]
    Menu,
    #[sea_orm(string_value = "menu_item")]
    MenuItem,
    #[sea_orm(string_value = "media")]
    Media,
    #[sea_orm(string_value = "metafield")]
    Metafield,
    #[sea_orm(string_value = "metaobject")]
    Metaobject,
    #[sea_orm(string_value = "delivery_method")]
    DeliveryMethod,
    #[sea_orm(string_value = "location")]
    Location,
    #[sea_orm(string_value = "selling_plan_group")]
    SellingPlanGroup,
    #[sea_orm(string_value = "selling_plan")]
    SellingPlan,
}

/// A text of a thing in another language.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "translation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TranslationId,
    pub resource_type: ResourceType,
    /// Key of the thing in its own table.
    pub resource_id: i64,
    /// Which of its texts, such as title or body_html.
    pub key: String,
    /// As in LanguageCode.
    pub locale: String,
    pub value: String,
    /// SHA-256 of the text it was made from; tells when that changed.
    pub source_digest: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
