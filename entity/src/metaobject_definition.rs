//! Table `metaobject_definition`.

use sea_orm::entity::prelude::*;

use crate::id::MetaobjectDefinitionId;
use crate::metafield_definition::StorefrontAccess;

/// A kind of thing that the shop itself made up.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "metaobject_definition")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MetaobjectDefinitionId,
    /// Name of the kind, such as maker.
    #[sea_orm(column_name = "type")]
    pub kind: String,
    /// What the shop calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// List of {key, name, description, type, required, validations}.
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    /// The field that an entry is called by.
    pub display_key: Option<String>,
    pub storefront_access: StorefrontAccess,
    /// Whether an entry may be a draft.
    pub publishable: bool,
    /// Name of its pages in addresses, where entries have a page.
    pub url_handle: Option<String>,
    /// The field that search engines take for the title.
    pub seo_title_key: Option<String>,
    /// The field that search engines take for the description.
    pub seo_description_key: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
