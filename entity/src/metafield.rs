//! Table `metafield`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::MetafieldId;

/// The words of `metafield`.`owner_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum OwnerType {
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "variant")]
    Variant,
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
    #[sea_orm(string_value = "cart")]
    Cart,
    #[sea_orm(string_value = "order")]
    Order,
    #[sea_orm(string_value = "customer")]
    Customer,
    #[sea_orm(string_value = "location")]
    Location,
    #[sea_orm(string_value = "market")]
    Market,
    #[sea_orm(string_value = "company")]
    Company,
    #[sea_orm(string_value = "company_location")]
    CompanyLocation,
    #[sea_orm(string_value = "selling_plan")]
    SellingPlan,
}

/// A free field of one thing.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metafield")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MetafieldId,
    pub owner_type: OwnerType,
    /// Key of the owner in its own table.
    pub owner_id: i64,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its name within the group.
    pub key: String,
    /// Name of the type.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// The value in its normal form.
    pub value_text: String,
    /// The value in millionths, where it is a number; for filters.
    pub value_num: Option<i64>,
    /// The value as a moment, where it is one; for filters.
    pub value_time: Option<DateTimeUtc>,
    /// Key of the thing that the value names, where it names one.
    pub ref_id: Option<i64>,
    /// SHA-256 of the value in hexadecimal; for filters by equality.
    pub digest: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
