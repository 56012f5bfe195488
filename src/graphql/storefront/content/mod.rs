//! The shop's own content: pages, blogs, menus, policies, redirects, the sitemap and the brand.

pub mod article;
pub mod blog;
pub mod brand;
pub mod comment;
pub mod loaders;
pub mod menu;
pub mod page;
pub mod policy;
pub mod redirect;
pub mod sitemap;
pub mod version;

use async_graphql::MergedObject;

/// The root fields about the shop's own content.
#[derive(Clone, Copy, Debug, Default, MergedObject)]
pub struct ContentQuery(
    page::PageQuery,
    blog::BlogQuery,
    article::ArticleQuery,
    menu::MenuQuery,
    redirect::RedirectQuery,
    sitemap::SitemapQuery,
    version::VersionQuery,
);
