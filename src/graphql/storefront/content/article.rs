//! Articles and who wrote them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::{ArticleId, BlogId};
use entity::metafield::OwnerType;
use entity::translation::ResourceType;
use entity::{article, article_author};
use futures_util::future::try_join_all;

use super::blog::Blog;
use super::comment::Comment;
use crate::content::{self, ArticleRequest, ArticleSort, CommentRequest};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, Html, UrlText};
use crate::graphql::storefront::code::ArticleSortKeys;
use crate::graphql::storefront::image::Image;
use crate::graphql::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::paging::{page_request, search_query};
use crate::graphql::storefront::seo::Seo;
use crate::graphql::storefront::{context, text, translation};
use crate::page::{PageRequest, SortKind};

/// A text in a blog.
#[derive(Clone, Debug)]
pub struct Article(pub Arc<article::Model>);

impl Article {
    /// The article with this key, as far as shoppers reach it.
    pub(crate) async fn find(ctx: &Context<'_>, id: ArticleId) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let article = request.loaders.content.articles.load(id).await?;
        Ok(article.filter(|article| content::is_published_article(article, request.now)).map(Self))
    }

    /// The article of a blog with this handle, as far as shoppers reach it.
    pub(super) async fn find_by_handle(
        ctx: &Context<'_>,
        blog: BlogId,
        handle: String,
    ) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let article = request.loaders.content.articles_by_handle.load((blog, handle)).await?;
        Ok(article.filter(|article| content::is_published_article(article, request.now)).map(Self))
    }

    /// The articles with these keys in the same order; those that shoppers do not reach are left out.
    pub(crate) async fn find_all(ctx: &Context<'_>, ids: Vec<ArticleId>) -> Result<Vec<Self>, ApiError> {
        let found = try_join_all(ids.into_iter().map(|id| Self::find(ctx, id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Its key.
    pub(crate) fn key(&self) -> ArticleId {
        self.0.id
    }

    /// Its path on the storefront.
    pub(super) async fn path(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        let blog = context::of(ctx)?.loaders.content.blogs.get(self.0.blog_id).await?;
        Ok(format!("/blogs/{}/{}", blog.handle, self.0.handle))
    }

    async fn text(&self, ctx: &Context<'_>, key: &str, original: &str) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Article, self.0.id, key, original).await
    }

    async fn summary(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        let summary = self.0.summary_html.as_deref();
        translation::optional_text(ctx, ResourceType::Article, self.0.id, "summary_html", summary).await
    }

    async fn writer(&self, ctx: &Context<'_>) -> Result<ArticleAuthor, ApiError> {
        Ok(ArticleAuthor(context::of(ctx)?.loaders.content.authors.get(self.0.author_id).await?))
    }
}

/// A text in a blog.
#[Object]
impl Article {
    /// Who wrote it.
    #[graphql(deprecation = "Use `authorV2`.")]
    async fn author(&self, ctx: &Context<'_>) -> Result<ArticleAuthor, ApiError> {
        self.writer(ctx).await
    }

    /// Who wrote it.
    async fn author_v2(&self, ctx: &Context<'_>) -> Result<Option<ArticleAuthor>, ApiError> {
        self.writer(ctx).await.map(Some)
    }

    /// The blog that it belongs to.
    async fn blog(&self, ctx: &Context<'_>) -> Result<Blog, ApiError> {
        Ok(Blog(context::of(ctx)?.loaders.content.blogs.get(self.0.blog_id).await?))
    }

    /// What readers wrote below it, as far as the shop let it stand, oldest first.
    async fn comments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<Comment>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let wanted = CommentRequest { article: self.0.id, page: page.sorted_by(SortKind::Key)? };
        Ok(Connection(context::of(ctx)?.loaders.content.comment_lists.get(wanted).await?.map(Comment)))
    }

    /// Its text without the markup.
    async fn content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> Result<String, ApiError> {
        Ok(text::description(&self.text(ctx, "body_html", &self.0.body_html).await?, truncate_at))
    }

    /// Its text.
    async fn content_html(&self, ctx: &Context<'_>) -> Result<Html, ApiError> {
        Ok(Html(self.text(ctx, "body_html", &self.0.body_html).await?))
    }

    /// What lists show of it, without the markup.
    async fn excerpt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> Result<Option<String>, ApiError> {
        Ok(self.summary(ctx).await?.map(|summary| text::description(&summary, truncate_at)))
    }

    /// What lists show of it.
    async fn excerpt_html(&self, ctx: &Context<'_>) -> Result<Option<Html>, ApiError> {
        Ok(self.summary(ctx).await?.map(Html))
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("Article", self.0.id)
    }

    /// Its picture.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        match self.0.media_id {
            Some(picture) => Ok(context::of(ctx)?.loaders.media.load(picture).await?.map(Image)),
            None => Ok(None),
        }
    }

    /// The metafield with this key.
    pub(crate) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Article, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(crate) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Article, self.0.id, &identifiers).await
    }

    /// The address of its page; null while it is not on the storefront.
    pub(crate) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let request = context::of(ctx)?;
        match content::is_published_article(&self.0, request.now) {
            true => Ok(Some(UrlText(request.app.config.url_of(&self.path(ctx).await?)))),
            false => Ok(None),
        }
    }

    /// When shoppers first reached it.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at.unwrap_or(self.0.created_at))
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Option<Seo>, ApiError> {
        let (title, description) = (self.0.seo_title.as_deref(), self.0.seo_description.as_deref());
        Seo::of(ctx, ResourceType::Article, self.0.id.0, title, description).await.map(Some)
    }

    /// What it is about.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        let tags = context::of(ctx)?.loaders.content.tags_of.load(self.0.id).await?;
        Ok(tags.map(|tags| tags.as_ref().clone()).unwrap_or_default())
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.text(ctx, "title", &self.0.title).await
    }

    /// What to add to links so that a recommendation can be traced; null outside of a search.
    pub(crate) async fn tracking_parameters(&self) -> Option<String> {
        None
    }
}

/// Somebody who writes articles.
#[derive(Clone, Debug)]
pub struct ArticleAuthor(pub(super) Arc<article_author::Model>);

/// Somebody who writes articles.
#[Object]
impl ArticleAuthor {
    /// A few words about them.
    async fn bio(&self) -> Option<&str> {
        self.0.bio.as_deref()
    }

    /// An address that readers may write to; empty where they gave none.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Their first name.
    async fn first_name(&self) -> &str {
        &self.0.first_name
    }

    /// Their last name.
    async fn last_name(&self) -> &str {
        &self.0.last_name
    }

    /// Their whole name.
    async fn name(&self) -> &str {
        &self.0.name
    }
}

/// A page of the articles of a blog, or of all.
pub(super) async fn article_list(
    ctx: &Context<'_>,
    blog: Option<BlogId>,
    sort_key: Option<ArticleSortKeys>,
    query: Option<&str>,
    page: PageRequest,
) -> Result<Connection<Article>, ApiError> {
    let sort = match sort_key.unwrap_or(ArticleSortKeys::Id) {
        ArticleSortKeys::Author => ArticleSort::Author,
        ArticleSortKeys::BlogTitle => ArticleSort::BlogTitle,
        ArticleSortKeys::Id | ArticleSortKeys::Relevance => ArticleSort::Id,
        ArticleSortKeys::PublishedAt => ArticleSort::PublishedAt,
        ArticleSortKeys::Title => ArticleSort::Title,
        ArticleSortKeys::UpdatedAt => ArticleSort::UpdatedAt,
    };
    let page = page.sorted_by(sort.kind())?;
    let wanted = ArticleRequest { blog, sort, search: search_query(query)?, page };
    Ok(Connection(context::of(ctx)?.loaders.content.article_lists.get(wanted).await?.map(Article)))
}

/// The root fields about articles.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArticleQuery;

/// The root fields about articles.
#[Object]
impl ArticleQuery {
    /// An article.
    async fn article(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Article>, ApiError> {
        Article::find(ctx, ArticleId(id::decode("Article", &id)?)).await
    }

    /// The articles on the storefront, of all blogs.
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
        article_list(ctx, None, sort_key, query.as_deref(), page).await
    }
}
