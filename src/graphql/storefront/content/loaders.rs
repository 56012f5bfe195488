//! The loaders of content.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{ArticleId, AuthorId, BlogId, CommentId, MenuId, MenuItemId, PageId, PolicyId, RedirectId};
use entity::shop_policy::PolicyKind;
use entity::{article, article_author, article_comment, blog, page, shop_policy, url_redirect};

use crate::content::{self, ArticleRequest, CommentRequest, MenuTree};
use crate::db::Database;
use crate::graphql::loader::{Batch, Pulse, shared};
use crate::page::Page;

/// The loaders of content. A key without a value has none; lists of such a key are empty.
pub struct ContentLoaders {
    /// Pages, published or not.
    pub pages: Batch<PageId, Arc<page::Model>>,
    /// Pages by handle, published or not.
    pub pages_by_handle: Batch<String, Arc<page::Model>>,
    /// Blogs.
    pub blogs: Batch<BlogId, Arc<blog::Model>>,
    /// Blogs by handle.
    pub blogs_by_handle: Batch<String, Arc<blog::Model>>,
    /// Articles, published or not.
    pub articles: Batch<ArticleId, Arc<article::Model>>,
    /// Articles by blog and handle, published or not.
    pub articles_by_handle: Batch<(BlogId, String), Arc<article::Model>>,
    /// Pages of lists of articles.
    pub article_lists: Batch<ArticleRequest, Page<Arc<article::Model>>>,
    /// The tags of an article.
    pub tags_of: Batch<ArticleId, Arc<Vec<String>>>,
    /// Who writes.
    pub authors: Batch<AuthorId, Arc<article_author::Model>>,
    /// Who writes for a blog.
    pub authors_of: Batch<BlogId, Arc<Vec<Arc<article_author::Model>>>>,
    /// Approved comments.
    pub comments: Batch<CommentId, Arc<article_comment::Model>>,
    /// Pages of the comments below an article.
    pub comment_lists: Batch<CommentRequest, Page<Arc<article_comment::Model>>>,
    /// Menus with their items.
    pub menus: Batch<MenuId, Arc<MenuTree>>,
    /// Menus with their items, by handle.
    pub menus_by_handle: Batch<String, Arc<MenuTree>>,
    /// The menu that an item belongs to.
    pub menus_by_item: Batch<MenuItemId, Arc<MenuTree>>,
    /// Policies that the shop has written.
    pub policies: Batch<PolicyId, Arc<shop_policy::Model>>,
    /// Policies that the shop has written, by kind.
    pub policies_by_kind: Batch<PolicyKind, Arc<shop_policy::Model>>,
    /// Redirects.
    pub redirects: Batch<RedirectId, Arc<url_redirect::Model>>,
}

impl ContentLoaders {
    /// Fresh loaders, for what is published at this moment.
    #[must_use]
    pub fn new(db: &Database, pulse: &Pulse, now: DateTime<Utc>) -> Self {
        Self {
            pages: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::pages_by_ids(db.reader(), &ids).await?))
            }),
            pages_by_handle: Batch::on(db, pulse, move |db, handles| async move {
                Ok(shared(content::pages_by_handles(db.reader(), &handles).await?))
            }),
            blogs: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::blogs_by_ids(db.reader(), &ids).await?))
            }),
            blogs_by_handle: Batch::on(db, pulse, move |db, handles| async move {
                Ok(shared(content::blogs_by_handles(db.reader(), &handles).await?))
            }),
            articles: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::articles_by_ids(db.reader(), &ids).await?))
            }),
            articles_by_handle: Batch::on(db, pulse, move |db, handles| async move {
                Ok(shared(content::articles_by_handles(db.reader(), &handles).await?))
            }),
            article_lists: Batch::on(db, pulse, move |db, requests: Vec<ArticleRequest>| async move {
                let pages = content::list_articles(db.reader(), now, &requests).await?;
                Ok(requests.into_iter().zip(pages.into_iter().map(|page| page.map(Arc::new))).collect())
            }),
            tags_of: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::tags_by_article_ids(db.reader(), &ids).await?))
            }),
            authors: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::authors_by_ids(db.reader(), &ids).await?))
            }),
            authors_of: Batch::on(db, pulse, move |db, ids: Vec<BlogId>| async move {
                let found = content::authors_by_blog_ids(db.reader(), now, &ids).await?;
                let authors = |rows: Vec<article_author::Model>| rows.into_iter().map(Arc::new).collect();
                Ok(shared(found.into_iter().map(|(blog, rows)| (blog, authors(rows))).collect()))
            }),
            comments: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::comments_by_ids(db.reader(), &ids).await?))
            }),
            comment_lists: Batch::on(db, pulse, move |db, requests: Vec<CommentRequest>| async move {
                let pages = content::list_comments(db.reader(), &requests).await?;
                Ok(requests.into_iter().zip(pages.into_iter().map(|page| page.map(Arc::new))).collect())
            }),
            menus: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::menus_by_ids(db.reader(), &ids).await?))
            }),
            menus_by_handle: Batch::on(db, pulse, move |db, handles| async move {
                Ok(shared(content::menus_by_handles(db.reader(), &handles).await?))
            }),
            menus_by_item: Batch::on(db, pulse, move |db, ids| async move {
                content::menus_by_item_ids(db.reader(), &ids).await
            }),
            policies: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::policies_by_ids(db.reader(), &ids).await?))
            }),
            policies_by_kind: Batch::on(db, pulse, move |db, kinds| async move {
                Ok(shared(content::policies_by_kinds(db.reader(), &kinds).await?))
            }),
            redirects: Batch::on(db, pulse, move |db, ids| async move {
                Ok(shared(content::redirects_by_ids(db.reader(), &ids).await?))
            }),
        }
    }
}
