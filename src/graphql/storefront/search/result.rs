//! What a search finds.

use std::collections::HashMap;
use std::hash::Hash;

use async_graphql::{Context, Object, Union};
use futures_util::try_join;

use super::tracked::{Found, Tracked};
use crate::graphql::connection::{Edge, PageInfo};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::content::article::Article;
use crate::graphql::storefront::content::page::Page as ContentPage;
use crate::graphql::storefront::context;
use crate::graphql::storefront::facet::Filter;
use crate::graphql::storefront::product::Product;
use crate::page::Page;
use crate::search::{Hit, ItemQuery};

/// A thing that a search can find.
#[derive(Clone, Union)]
pub enum SearchResultItem {
    /// A post of a blog.
    Article(Tracked<Article>),
    /// A page that the shop wrote.
    Page(Tracked<ContentPage>),
    /// A product.
    Product(Tracked<Product>),
}

/// A page of found things.
pub struct SearchResultItemConnection {
    page: Page<SearchResultItem>,
    filters: Vec<Filter>,
    total: u64,
}

impl SearchResultItemConnection {
    /// Asks the search.
    pub(super) async fn of(ctx: &Context<'_>, asked: ItemQuery) -> Result<Self, ApiError> {
        let request = context::of(ctx)?;
        let query = asked.text.clone();
        let hits = request.app.search.items(&request.app, request.now, asked).await?;
        let (page, filters) =
            try_join!(items(ctx, hits.page, &query), Filter::all_of(ctx, hits.facets, hits.total))?;
        Ok(Self { page, filters, total: hits.total })
    }
}

/// The things of a page; those that shoppers do not reach any more are left out.
async fn items(ctx: &Context<'_>, page: Page<Hit>, query: &str) -> Result<Page<SearchResultItem>, ApiError> {
    let (mut products, mut pages, mut articles) = (Vec::new(), Vec::new(), Vec::new());
    for (_, hit) in &page.items {
        match hit {
            Hit::Product(id) => products.push(*id),
            Hit::Page(id) => pages.push(*id),
            Hit::Article(id) => articles.push(*id),
        }
    }
    let (products, pages, articles) = try_join!(
        Product::find_all(ctx, products),
        ContentPage::find_all(ctx, pages),
        Article::find_all(ctx, articles),
    )?;
    let mut products = keyed(products, |product| product.row().id);
    let mut pages = keyed(pages, ContentPage::key);
    let mut articles = keyed(articles, Article::key);
    let found = Found::Result(query);
    let items = (1..).zip(page.items).filter_map(|(place, (cursor, hit))| {
        let item = match hit {
            Hit::Product(id) => SearchResultItem::Product(Tracked::at(place, products.remove(&id)?, found)),
            Hit::Page(id) => SearchResultItem::Page(Tracked::at(place, pages.remove(&id)?, found)),
            Hit::Article(id) => SearchResultItem::Article(Tracked::at(place, articles.remove(&id)?, found)),
        };
        Some((cursor, item))
    });
    Ok(Page { items: items.collect(), has_next: page.has_next, has_previous: page.has_previous })
}

fn keyed<K: Eq + Hash, T>(things: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, T> {
    things.into_iter().map(|thing| (key(&thing), thing)).collect()
}

/// A page of found things.
#[Object]
impl SearchResultItemConnection {
    /// The things with their places.
    async fn edges(&self) -> Vec<Edge<SearchResultItem>> {
        Edge::all_of(&self.page)
    }

    /// The things.
    async fn nodes(&self) -> Vec<&SearchResultItem> {
        self.page.items.iter().map(|(_, item)| item).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// The filters that the found products can be narrowed by.
    async fn product_filters(&self) -> &[Filter] {
        &self.filters
    }

    /// How many things were found in all.
    async fn total_count(&self) -> i32 {
        i32::try_from(self.total).unwrap_or(i32::MAX)
    }
}
