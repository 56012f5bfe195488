//! Changing menus.

use std::collections::{HashMap, HashSet};

use entity::id::{
    ArticleId, BlogId, CollectionId, MenuId, MenuItemId, MetaobjectId, PageId, PolicyId, ProductId,
};
use entity::menu_item::MenuItemKind;
use entity::{menu, menu_item};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement, Value,
};
use serde_json::json;

use super::check;
use super::error::{ContentError, NAVIGATION, Unique, require};
use super::redirect::is_target;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event;

/// How many levels a menu has at most.
pub const MAX_MENU_LEVELS: usize = 3;
/// How many items a menu has at most, on all levels together.
pub const MAX_MENU_ITEMS: usize = 500;
/// The most tags that narrow down a collection.
const MAX_TAGS: usize = 50;
/// The longest address of a link.
const MAX_URL_CHARS: usize = 2_048;

const UNIQUE: Unique = Unique { constraint: "menu_handle_unique", columns: "menu.handle", field: "handle" };

/// Where an item leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuTarget {
    /// The shop's first page.
    Frontpage,
    /// The list of collections.
    Collections,
    /// The list of all products.
    Catalog,
    /// The search.
    Search,
    /// The customer's own account.
    CustomerAccountPage,
    /// A collection.
    Collection(CollectionId),
    /// A product.
    Product(ProductId),
    /// A page.
    Page(PageId),
    /// A blog.
    Blog(BlogId),
    /// An article.
    Article(ArticleId),
    /// A policy.
    ShopPolicy(PolicyId),
    /// A thing of a kind that the shop made up.
    Metaobject(MetaobjectId),
    /// An address: a path of the shop, or one elsewhere.
    Http(String),
}

impl MenuTarget {
    fn kind(&self) -> MenuItemKind {
        match self {
            Self::Frontpage => MenuItemKind::Frontpage,
            Self::Collections => MenuItemKind::Collections,
            Self::Catalog => MenuItemKind::Catalog,
            Self::Search => MenuItemKind::Search,
            Self::CustomerAccountPage => MenuItemKind::CustomerAccountPage,
            Self::Collection(_) => MenuItemKind::Collection,
            Self::Product(_) => MenuItemKind::Product,
            Self::Page(_) => MenuItemKind::Page,
            Self::Blog(_) => MenuItemKind::Blog,
            Self::Article(_) => MenuItemKind::Article,
            Self::ShopPolicy(_) => MenuItemKind::ShopPolicy,
            Self::Metaobject(_) => MenuItemKind::Metaobject,
            Self::Http(_) => MenuItemKind::Http,
        }
    }

    /// The table and the key of the thing it leads to.
    fn thing(&self) -> Option<(&'static str, i64)> {
        match self {
            Self::Collection(id) => Some(("collection", id.0)),
            Self::Product(id) => Some(("product", id.0)),
            Self::Page(id) => Some(("page", id.0)),
            Self::Blog(id) => Some(("blog", id.0)),
            Self::Article(id) => Some(("article", id.0)),
            Self::ShopPolicy(id) => Some(("shop_policy", id.0)),
            Self::Metaobject(id) => Some(("metaobject", id.0)),
            Self::Frontpage
            | Self::Collections
            | Self::Catalog
            | Self::Search
            | Self::CustomerAccountPage
            | Self::Http(_) => None,
        }
    }

    fn url(&self) -> Option<&str> {
        match self {
            Self::Http(url) => Some(url),
            _ => None,
        }
    }
}

/// An item as it shall be, with those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMenuItem {
    /// The item of this menu that it was before, whose key and translations it keeps; a new one without.
    pub id: Option<MenuItemId>,
    /// What shoppers read.
    pub title: String,
    /// Where it leads.
    pub target: MenuTarget,
    /// Tags that narrow down a collection.
    pub tags: Vec<String>,
    /// The items below it.
    pub items: Vec<NewMenuItem>,
}

/// A menu as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMenu {
    /// The menu to replace; a new one without.
    pub id: Option<MenuId>,
    /// By which front ends ask for it; made of the title without.
    pub handle: Option<String>,
    /// Its name.
    pub title: String,
    /// The items at the top.
    pub items: Vec<NewMenuItem>,
}

/// An item that was checked, in a list in which parents come before those below them.
struct FlatItem {
    id: Option<MenuItemId>,
    /// Place of the item above in the list.
    parent: Option<usize>,
    position: i32,
    title: String,
    target: MenuTarget,
    tags: Vec<String>,
}

/// Saves a menu with all its items: makes it, or replaces the one with this key.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, too many items or levels, a handle that is taken, a menu, an item or a
/// thing to lead to that is not there.
pub async fn replace_menu(app: &App, actor: &Actor, new: NewMenu) -> Result<menu::Model, ContentError> {
    require(actor, NAVIGATION)?;
    let title = check::required("title", &new.title, check::MAX_TITLE_CHARS)?;
    let handle = check::handle(new.handle.as_deref(), &title)?;
    let items = checked_items(&new.items)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut row = menu::ActiveModel {
                id: new.id.map_or(NotSet, Unchanged),
                handle: Set(handle.clone()),
                title: Set(title.clone()),
                created_at: NotSet,
                updated_at: Set(now),
            };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "menu", UNIQUE))?;
            check_things(&tx, &items).await?;
            replace_items(&tx, saved.id, &items).await?;
            event::record_one(&tx, now, "menu", "menu.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

fn checked_items(items: &[NewMenuItem]) -> Result<Vec<FlatItem>, ContentError> {
    let mut flat: Vec<FlatItem> = Vec::new();
    let mut level: Vec<(Option<usize>, &[NewMenuItem])> = vec![(None, items)];
    for _ in 0..MAX_MENU_LEVELS {
        let mut next = Vec::new();
        for (parent, siblings) in level {
            for (position, item) in (1..).zip(siblings) {
                if flat.len() >= MAX_MENU_ITEMS {
                    return Err(ContentError::TooMany { field: "items", most: MAX_MENU_ITEMS });
                }
                next.push((Some(flat.len()), item.items.as_slice()));
                flat.push(checked_item(item, parent, position)?);
            }
        }
        level = next;
    }
    if level.iter().any(|(_, siblings)| !siblings.is_empty()) {
        return Err(ContentError::TooDeep);
    }
    let mut seen = HashSet::new();
    if flat.iter().filter_map(|item| item.id).any(|id| !seen.insert(id)) {
        return Err(ContentError::Invalid { field: "items", reason: "name an item twice" });
    }
    Ok(flat)
}

fn checked_item(item: &NewMenuItem, parent: Option<usize>, position: i32) -> Result<FlatItem, ContentError> {
    if item.tags.len() > MAX_TAGS {
        return Err(ContentError::TooMany { field: "tags", most: MAX_TAGS });
    }
    if let MenuTarget::Http(url) = &item.target {
        check::required("url", url, MAX_URL_CHARS)?;
        if !is_target(url) && !is_contact(url) {
            let reason = "is neither a path, nor a web address, nor a mail address or telephone number";
            return Err(ContentError::Invalid { field: "url", reason });
        }
    }
    let tags = item.tags.iter().map(|tag| check::required("tags", tag, check::MAX_TITLE_CHARS));
    Ok(FlatItem {
        id: item.id,
        parent,
        position,
        title: check::required("title", &item.title, check::MAX_TITLE_CHARS)?,
        target: item.target.clone(),
        tags: tags.collect::<Result<_, _>>()?,
    })
}

/// Whether a link starts a letter or a call.
fn is_contact(url: &str) -> bool {
    ["mailto:", "tel:"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        && !url.contains(|sign: char| sign.is_whitespace() || sign.is_control())
}

/// One statement for each kind of thing.
async fn check_things(tx: &Tx, items: &[FlatItem]) -> Result<(), ContentError> {
    let mut wanted: HashMap<&'static str, HashSet<i64>> = HashMap::new();
    for (table, id) in items.iter().filter_map(|item| item.target.thing()) {
        wanted.entry(table).or_default().insert(id);
    }
    for (table, ids) in wanted {
        let values: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
        let places: Vec<String> = (1..=values.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT id FROM {table} WHERE id IN ({})", places.join(", "));
        let found = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        if tx.query_all_raw(found).await?.len() < ids.len() {
            return Err(ContentError::NotFound { what: table });
        }
    }
    Ok(())
}

async fn replace_items(tx: &Tx, menu: MenuId, items: &[FlatItem]) -> Result<(), ContentError> {
    let before: HashSet<MenuItemId> = menu_item::Entity::find()
        .filter(menu_item::Column::MenuId.eq(menu))
        .select_only()
        .column(menu_item::Column::Id)
        .into_tuple()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    if items.iter().filter_map(|item| item.id).any(|id| !before.contains(&id)) {
        return Err(ContentError::NotFound { what: "menu item" });
    }
    menu_item::Entity::delete_many().filter(menu_item::Column::MenuId.eq(menu)).exec(tx).await?;
    let mut ids: Vec<MenuItemId> = Vec::with_capacity(items.len());
    for item in items {
        let row = menu_item::ActiveModel {
            id: item.id.map_or(NotSet, Set),
            menu_id: Set(menu),
            parent_id: Set(item.parent.and_then(|parent| ids.get(parent).copied())),
            position: Set(item.position),
            title: Set(item.title.clone()),
            kind: Set(item.target.kind()),
            resource_id: Set(item.target.thing().map(|(_, id)| id)),
            url: Set(item.target.url().map(str::to_owned)),
            tags: Set(json!(item.tags)),
        };
        ids.push(row.insert(tx).await?.id);
    }
    Ok(())
}

/// Deletes a menu with its items.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_menu(app: &App, actor: &Actor, id: MenuId) -> Result<(), ContentError> {
    require(actor, NAVIGATION)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if menu::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "menu" });
            }
            event::record_one(&tx, app.clock.now(), "menu", "menu.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(title: &str, items: Vec<NewMenuItem>) -> NewMenuItem {
        NewMenuItem { id: None, title: title.to_owned(), target: MenuTarget::Search, tags: Vec::new(), items }
    }

    fn code(items: &[NewMenuItem]) -> &'static str {
        checked_items(items).map(|_| ()).unwrap_err().code().unwrap()
    }

    #[test]
    fn three_levels_are_laid_flat_and_a_fourth_is_refused() {
        let three = item("a", vec![item("b", vec![item("c", vec![])]), item("d", vec![])]);
        let flat = checked_items(&[three.clone(), item("e", vec![])]).unwrap();
        let seen: Vec<_> =
            flat.iter().map(|item| (item.title.as_str(), item.parent, item.position)).collect();
        assert_eq!(
            seen,
            [("a", None, 1), ("e", None, 2), ("b", Some(0), 1), ("d", Some(0), 2), ("c", Some(2), 1)]
        );
        assert_eq!(code(&[item("top", vec![three])]), "NESTING_TOO_DEEP");
    }

    #[test]
    fn items_are_counted_on_all_levels() {
        let many = vec![item("x", vec![]); MAX_MENU_ITEMS - 1];
        assert_eq!(checked_items(&[item("top", many.clone())]).unwrap().len(), MAX_MENU_ITEMS);
        assert_eq!(code(&[item("top", many), item("one more", vec![])]), "TOO_MANY");
    }

    #[test]
    fn links_lead_to_paths_web_addresses_and_people() {
        let link =
            |url: &str| NewMenuItem { target: MenuTarget::Http(url.to_owned()), ..item("link", Vec::new()) };
        for good in ["/x", "https://a.example/b?c#d", "mailto:a@b.example", "tel:+4930123"] {
            assert!(checked_items(&[link(good)]).is_ok(), "{good}");
        }
        for bad in ["javascript:alert(1)", "x", "//evil.example", "data:text/html,x", "mailto:", "tel:1 2"] {
            assert_eq!(code(&[link(bad)]), "INVALID", "{bad}");
        }
        assert_eq!(code(&[link(" ")]), "BLANK");
    }
}
