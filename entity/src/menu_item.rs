//! Table `menu_item`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{MenuId, MenuItemId};

/// The words of `menu_item`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MenuItemKind {
    #[sea_orm(string_value = "frontpage")]
    Frontpage,
    #[sea_orm(string_value = "collections")]
    Collections,
    #[sea_orm(string_value = "catalog")]
    Catalog,
    #[sea_orm(string_value = "search")]
    Search,
    #[sea_orm(string_value = "customer_account_page")]
    CustomerAccountPage,
    #[sea_orm(string_value = "collection")]
    Collection,
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "page")]
    Page,
    #[sea_orm(string_value = "blog")]
    Blog,
    #[sea_orm(string_value = "article")]
    Article,
    #[sea_orm(string_value = "shop_policy")]
    ShopPolicy,
    #[sea_orm(string_value = "metaobject")]
    Metaobject,
    #[sea_orm(string_value = "http")]
    Http,
}

/// A link in a menu.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "menu_item")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MenuItemId,
    pub menu_id: MenuId,
    /// The item above, empty at the top.
    pub parent_id: Option<MenuItemId>,
    /// From 1 among its siblings.
    pub position: i32,
    pub title: String,
    pub kind: MenuItemKind,
    /// Key of the thing it leads to, in the table that the kind names.
    pub resource_id: Option<i64>,
    /// Where a link of kind http leads.
    pub url: Option<String>,
    /// List of tags that narrow down a collection.
    pub tags: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
