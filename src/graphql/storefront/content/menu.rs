//! Menus.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Union};
use entity::id::{
    ArticleId, BlogId, CollectionId, MenuId, MenuItemId, MetaobjectId, PageId, PolicyId, ProductId,
};
use entity::menu_item::{self, MenuItemKind};
use entity::translation::ResourceType;

use super::article::Article;
use super::blog::Blog;
use super::page::Page;
use super::policy::ShopPolicy;
use crate::content::{self, MenuTree};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::graphql::storefront::code::MenuItemType;
use crate::graphql::storefront::collection::Collection;
use crate::graphql::storefront::metaobject::Metaobject;
use crate::graphql::storefront::product::Product;
use crate::graphql::storefront::{context, text, translation};

/// A tree of links.
#[derive(Clone, Debug)]
pub struct Menu(Arc<MenuTree>);

impl Menu {
    /// The menu with this key.
    pub(crate) async fn find(ctx: &Context<'_>, id: MenuId) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.menus.load(id).await?.map(Self))
    }
}

/// A tree of links that front ends show, such as the main menu.
#[Object]
impl Menu {
    /// By which front ends ask for it.
    async fn handle(&self) -> &str {
        &self.0.menu.handle
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("Menu", self.0.menu.id)
    }

    /// The items at the top.
    async fn items(&self) -> Vec<MenuItem> {
        MenuItem::below(&self.0, None)
    }

    /// How many items there are on all levels.
    async fn items_count(&self) -> i32 {
        text::whole(i64::try_from(self.0.items.len()).unwrap_or(i64::MAX))
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Menu, self.0.menu.id, "title", &self.0.menu.title).await
    }
}

/// A link in a menu.
#[derive(Clone, Debug)]
pub struct MenuItem {
    tree: Arc<MenuTree>,
    item: Arc<menu_item::Model>,
}

impl MenuItem {
    /// The item with this key.
    pub(crate) async fn find(ctx: &Context<'_>, id: MenuItemId) -> Result<Option<Self>, ApiError> {
        let tree = context::of(ctx)?.loaders.content.menus_by_item.load(id).await?;
        Ok(tree.and_then(|tree| {
            let item = tree.item(id).map(Arc::clone)?;
            Some(Self { tree, item })
        }))
    }

    fn below(tree: &Arc<MenuTree>, parent: Option<MenuItemId>) -> Vec<Self> {
        let item = |item: &Arc<menu_item::Model>| Self { tree: Arc::clone(tree), item: Arc::clone(item) };
        tree.below(parent).map(item).collect()
    }

    /// The thing it leads to, as far as shoppers reach it.
    async fn thing(&self, ctx: &Context<'_>) -> Result<Option<MenuItemResource>, ApiError> {
        let Some(id) = self.item.resource_id else {
            return Ok(None);
        };
        Ok(match self.item.kind {
            MenuItemKind::Collection => Collection::find(ctx, CollectionId(id)).await?.map(Into::into),
            MenuItemKind::Product => Product::find(ctx, ProductId(id)).await?.map(Into::into),
            MenuItemKind::Page => Page::find(ctx, PageId(id)).await?.map(Into::into),
            MenuItemKind::Blog => Blog::find(ctx, BlogId(id)).await?.map(Into::into),
            MenuItemKind::Article => Article::find(ctx, ArticleId(id)).await?.map(Into::into),
            MenuItemKind::ShopPolicy => ShopPolicy::find(ctx, PolicyId(id)).await?.map(Into::into),
            MenuItemKind::Metaobject => Metaobject::find(ctx, MetaobjectId(id)).await?.map(Into::into),
            MenuItemKind::Frontpage
            | MenuItemKind::Collections
            | MenuItemKind::Catalog
            | MenuItemKind::Search
            | MenuItemKind::CustomerAccountPage
            | MenuItemKind::Http => None,
        })
    }
}

/// A link in a menu.
#[Object]
impl MenuItem {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("MenuItem", self.item.id)
    }

    /// The items below it.
    async fn items(&self) -> Vec<MenuItem> {
        Self::below(&self.tree, Some(self.item.id))
    }

    /// The thing it leads to; null for other links and while shoppers do not reach it.
    async fn resource(&self, ctx: &Context<'_>) -> Result<Option<MenuItemResource>, ApiError> {
        self.thing(ctx).await
    }

    /// The global id of the thing it leads to.
    async fn resource_id(&self) -> Option<ID> {
        let kind = type_of(self.item.kind)?;
        Some(id::encode(kind, self.item.resource_id?))
    }

    /// Tags that narrow down a collection.
    async fn tags(&self) -> Vec<String> {
        let tags = self.item.tags.as_array().into_iter().flatten();
        tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    }

    /// What shoppers read.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::MenuItem, self.item.id, "title", &self.item.title).await
    }

    /// Where it leads.
    #[graphql(name = "type")]
    async fn kind(&self) -> MenuItemType {
        match self.item.kind {
            MenuItemKind::Article => MenuItemType::Article,
            MenuItemKind::Blog => MenuItemType::Blog,
            MenuItemKind::Catalog => MenuItemType::Catalog,
            MenuItemKind::Collection => MenuItemType::Collection,
            MenuItemKind::Collections => MenuItemType::Collections,
            MenuItemKind::CustomerAccountPage => MenuItemType::CustomerAccountPage,
            MenuItemKind::Frontpage => MenuItemType::Frontpage,
            MenuItemKind::Http => MenuItemType::Http,
            MenuItemKind::Metaobject => MenuItemType::Metaobject,
            MenuItemKind::Page => MenuItemType::Page,
            MenuItemKind::Product => MenuItemType::Product,
            MenuItemKind::Search => MenuItemType::Search,
            MenuItemKind::ShopPolicy => MenuItemType::ShopPolicy,
        }
    }

    /// The address it leads to; null while shoppers do not reach the thing.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let address = match (content::fixed_address(&self.item), self.thing(ctx).await?) {
            (Some(address), _) => Some(address.to_owned()),
            (None, Some(thing)) => thing.address(ctx).await?,
            (None, None) => None,
        };
        let config = &context::of(ctx)?.app.config;
        let absolute = |path: String| if path.starts_with('/') { config.url_of(&path) } else { path };
        Ok(address.map(absolute).map(UrlText))
    }
}

/// A thing that a menu can lead to.
#[derive(Clone, Union)]
pub enum MenuItemResource {
    /// An article.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A collection.
    Collection(Collection),
    /// A thing of a kind that the shop made up.
    Metaobject(Metaobject),
    /// A page.
    Page(Page),
    /// A product.
    Product(Product),
    /// A policy.
    ShopPolicy(ShopPolicy),
}

impl MenuItemResource {
    /// Its path on the storefront, or its whole address; none for a thing without a page.
    async fn address(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        Ok(match self {
            Self::Article(article) => Some(article.path(ctx).await?),
            Self::Blog(blog) => Some(blog.path()),
            Self::Collection(collection) => Some(format!("/collections/{}", collection.0.handle)),
            Self::Metaobject(object) => object.online_store_url(ctx).await?.map(|url| url.0),
            Self::Page(page) => Some(page.path()),
            Self::Product(product) => Some(format!("/products/{}", product.row().handle)),
            Self::ShopPolicy(policy) => Some(policy.path()),
        })
    }
}

/// The name in global ids of what such an item leads to.
fn type_of(kind: MenuItemKind) -> Option<&'static str> {
    match kind {
        MenuItemKind::Collection => Some("Collection"),
        MenuItemKind::Product => Some("Product"),
        MenuItemKind::Page => Some("Page"),
        MenuItemKind::Blog => Some("Blog"),
        MenuItemKind::Article => Some("Article"),
        MenuItemKind::ShopPolicy => Some("ShopPolicy"),
        MenuItemKind::Metaobject => Some("Metaobject"),
        MenuItemKind::Frontpage
        | MenuItemKind::Collections
        | MenuItemKind::Catalog
        | MenuItemKind::Search
        | MenuItemKind::CustomerAccountPage
        | MenuItemKind::Http => None,
    }
}

/// The root fields about menus.
#[derive(Clone, Copy, Debug, Default)]
pub struct MenuQuery;

/// The root fields about menus.
#[Object]
impl MenuQuery {
    /// A menu, by its handle.
    async fn menu(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By which it is asked for.")] handle: String,
    ) -> Result<Option<Menu>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.menus_by_handle.load(handle).await?.map(Menu))
    }
}
