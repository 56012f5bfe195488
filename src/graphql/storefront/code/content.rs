//! Sorting and kinds of the shop's own content.

use async_graphql::Enum;

/// What articles can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArticleSortKeys {
    /// The name of who wrote it, alphabetically.
    Author,
    /// The title of its blog, alphabetically.
    BlogTitle,
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// The moment of publication.
    PublishedAt,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
    /// The moment of the last change.
    UpdatedAt,
}

/// What blogs can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlogSortKeys {
    /// The name in addresses, alphabetically.
    Handle,
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
}

/// What pages can be ordered by.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageSortKeys {
    /// The internal number; a stable order that means nothing to shoppers.
    Id,
    /// Closeness to the search words; without any, it says nothing.
    Relevance,
    /// The title, alphabetically.
    Title,
    /// The moment of the last change.
    UpdatedAt,
}

/// Where an item of a menu leads.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MenuItemType {
    /// An article.
    Article,
    /// A blog.
    Blog,
    /// The list of all products.
    Catalog,
    /// A collection.
    Collection,
    /// The list of collections.
    Collections,
    /// The customer's own account.
    CustomerAccountPage,
    /// The shop's first page.
    Frontpage,
    /// Any address.
    Http,
    /// A thing of a kind that the shop made up.
    Metaobject,
    /// A page.
    Page,
    /// A product.
    Product,
    /// The search.
    Search,
    /// A policy.
    ShopPolicy,
}

/// What kind of things a sitemap holds.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SitemapType {
    /// Articles.
    Article,
    /// Blogs.
    Blog,
    /// Collections.
    Collection,
    /// Things of the shop's own kinds that have a page.
    Metaobject,
    /// Pages.
    Page,
    /// Products.
    Product,
}
