//! What search engines are told.

use async_graphql::SimpleObject;

/// What search engines are told about a page.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "SEO")]
pub struct Seo {
    /// A sentence or two about the page.
    pub description: Option<String>,
    /// The page's title.
    pub title: Option<String>,
}
