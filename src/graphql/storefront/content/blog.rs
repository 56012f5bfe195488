//! Blogs.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::blog;
use entity::id::BlogId;
use entity::metafield::OwnerType;
use entity::translation::ResourceType;

use super::article::{Article, ArticleAuthor, article_list};
use crate::content::{self, BlogSort};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::graphql::storefront::code::{ArticleSortKeys, BlogSortKeys};
use crate::graphql::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::paging::{page_request, search_query};
use crate::graphql::storefront::seo::Seo;
use crate::graphql::storefront::{context, translation};

/// A series of articles.
#[derive(Clone, Debug)]
pub struct Blog(pub Arc<blog::Model>);

impl Blog {
    /// The blog with this key.
    pub(crate) async fn find(ctx: &Context<'_>, id: BlogId) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.blogs.load(id).await?.map(Self))
    }

    /// The blog with this handle.
    pub(crate) async fn find_by_handle(ctx: &Context<'_>, handle: String) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.blogs_by_handle.load(handle).await?.map(Self))
    }

    /// Its path on the storefront.
    pub(super) fn path(&self) -> String {
        format!("/blogs/{}", self.0.handle)
    }
}

/// A series of articles, such as news or recipes.
#[Object]
impl Blog {
    /// The article with this handle; null where the blog has none that shoppers reach.
    async fn article_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The article's name in addresses.")] handle: String,
    ) -> Result<Option<Article>, ApiError> {
        Article::find_by_handle(ctx, self.0.id, handle).await
    }

    /// Its articles.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn articles(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(
            desc = "Words of the title or of the author's name, or a whole tag; fields: title, author, blog_title, tag, tag_not, handle, id, created_at, updated_at, published_at."
        )]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(ArticleSortKeys::Id)")]
        sort_key: Option<ArticleSortKeys>,
    ) -> Result<Connection<Article>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        article_list(ctx, Some(self.0.id), sort_key, query.as_deref(), page).await
    }

    /// Who wrote the articles that shoppers reach.
    async fn authors(&self, ctx: &Context<'_>) -> Result<Vec<ArticleAuthor>, ApiError> {
        let authors = context::of(ctx)?.loaders.content.authors_of.load(self.0.id).await?.unwrap_or_default();
        Ok(authors.iter().cloned().map(ArticleAuthor).collect())
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("Blog", self.0.id)
    }

    /// The metafield with this key.
    pub(crate) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Blog, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(crate) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Blog, self.0.id, &identifiers).await
    }

    /// The address of its page.
    pub(crate) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        Ok(Some(UrlText(context::of(ctx)?.app.config.url_of(&self.path()))))
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Option<Seo>, ApiError> {
        let (title, description) = (self.0.seo_title.as_deref(), self.0.seo_description.as_deref());
        Seo::of(ctx, ResourceType::Blog, self.0.id.0, title, description).await.map(Some)
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Blog, self.0.id, "title", &self.0.title).await
    }
}

/// The root fields about blogs.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlogQuery;

/// The root fields about blogs.
#[Object]
impl BlogQuery {
    /// A blog, by its id or else by its handle.
    async fn blog(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: Option<String>,
        #[graphql(desc = "Its global id.")] id: Option<ID>,
    ) -> Result<Option<Blog>, ApiError> {
        match (id, handle) {
            (Some(id), _) => Blog::find(ctx, BlogId(id::decode("Blog", &id)?)).await,
            (None, Some(handle)) => Blog::find_by_handle(ctx, handle).await,
            (None, None) => Ok(None),
        }
    }

    /// A blog, by its handle.
    #[graphql(deprecation = "Use `blog(handle:)`.")]
    async fn blog_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: String,
    ) -> Result<Option<Blog>, ApiError> {
        Blog::find_by_handle(ctx, handle).await
    }

    /// The shop's blogs.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn blogs(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(desc = "Words of the title; fields: title, handle, id, created_at, updated_at.")]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(BlogSortKeys::Id)")]
        sort_key: Option<BlogSortKeys>,
    ) -> Result<Connection<Blog>, ApiError> {
        let sort = match sort_key.unwrap_or(BlogSortKeys::Id) {
            BlogSortKeys::Handle => BlogSort::Handle,
            BlogSortKeys::Id | BlogSortKeys::Relevance => BlogSort::Id,
            BlogSortKeys::Title => BlogSort::Title,
        };
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(sort.kind())?;
        let search = search_query(query.as_deref())?;
        let db = context::of(ctx)?.app.db.reader();
        Ok(Connection(content::list_blogs(db, sort, &search, &page).await?.map(|row| Blog(row.into()))))
    }
}
