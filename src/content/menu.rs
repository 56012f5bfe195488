//! Reading menus: a menu and all its items, two statements for any number of menus.

use std::collections::HashMap;
use std::sync::Arc;

use entity::id::{MenuId, MenuItemId};
use entity::menu_item::MenuItemKind;
use entity::{menu, menu_item};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::Fault;

/// A menu with its items.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuTree {
    /// The menu.
    pub menu: menu::Model,
    /// All its items, siblings in their order.
    pub items: Vec<Arc<menu_item::Model>>,
}

impl MenuTree {
    /// The items below one, or those at the top.
    pub fn below(&self, parent: Option<MenuItemId>) -> impl Iterator<Item = &Arc<menu_item::Model>> {
        self.items.iter().filter(move |item| item.parent_id == parent)
    }

    /// The item with this key.
    #[must_use]
    pub fn item(&self, id: MenuItemId) -> Option<&Arc<menu_item::Model>> {
        self.items.iter().find(|item| item.id == id)
    }
}

/// Where an item leads that leads to no particular thing: a path of the shop, or a whole address.
#[must_use]
pub fn fixed_address(item: &menu_item::Model) -> Option<&str> {
    match item.kind {
        MenuItemKind::Frontpage => Some("/"),
        MenuItemKind::Collections => Some("/collections"),
        MenuItemKind::Catalog => Some("/collections/all"),
        MenuItemKind::Search => Some("/search"),
        MenuItemKind::CustomerAccountPage => Some("/account"),
        MenuItemKind::Http => item.url.as_deref(),
        MenuItemKind::Collection
        | MenuItemKind::Product
        | MenuItemKind::Page
        | MenuItemKind::Blog
        | MenuItemKind::Article
        | MenuItemKind::ShopPolicy
        | MenuItemKind::Metaobject => None,
    }
}

/// Menus by key.
///
/// # Errors
/// The database's own.
pub async fn menus_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[MenuId],
) -> Result<HashMap<MenuId, MenuTree>, Fault> {
    let menus = menu::Entity::find().filter(menu::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(with_items(db, menus).await?.into_iter().map(|tree| (tree.menu.id, tree)).collect())
}

/// Menus by handle.
///
/// # Errors
/// The database's own.
pub async fn menus_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, MenuTree>, Fault> {
    let wanted = menu::Column::Handle.is_in(handles.iter().map(String::as_str));
    let menus = menu::Entity::find().filter(wanted).all(db).await?;
    Ok(with_items(db, menus).await?.into_iter().map(|tree| (tree.menu.handle.clone(), tree)).collect())
}

/// The menus that items belong to, by the keys of the items: three statements.
///
/// # Errors
/// The database's own.
pub async fn menus_by_item_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[MenuItemId],
) -> Result<HashMap<MenuItemId, Arc<MenuTree>>, Fault> {
    let wanted = menu_item::Column::Id.is_in(ids.iter().copied());
    let items = menu_item::Entity::find().filter(wanted).all(db).await?;
    let menus: Vec<MenuId> = items.iter().map(|item| item.menu_id).collect();
    let menus: HashMap<MenuId, Arc<MenuTree>> =
        menus_by_ids(db, &menus).await?.into_iter().map(|(id, tree)| (id, Arc::new(tree))).collect();
    Ok(items
        .into_iter()
        .filter_map(|item| menus.get(&item.menu_id).map(|tree| (item.id, Arc::clone(tree))))
        .collect())
}

async fn with_items<C: ConnectionTrait>(db: &C, menus: Vec<menu::Model>) -> Result<Vec<MenuTree>, Fault> {
    if menus.is_empty() {
        return Ok(Vec::new());
    }
    let items = menu_item::Entity::find()
        .filter(menu_item::Column::MenuId.is_in(menus.iter().map(|menu| menu.id)))
        .order_by_asc(menu_item::Column::Position)
        .order_by_asc(menu_item::Column::Id)
        .all(db)
        .await?;
    let mut by_menu: HashMap<MenuId, Vec<Arc<menu_item::Model>>> = HashMap::new();
    for item in items {
        by_menu.entry(item.menu_id).or_default().push(Arc::new(item));
    }
    Ok(menus
        .into_iter()
        .map(|menu| {
            let items = by_menu.remove(&menu.id).unwrap_or_default();
            MenuTree { menu, items }
        })
        .collect())
}
