//! What is suggested while somebody types.

use async_graphql::{Context, Object, SimpleObject};
use futures_util::future::try_join_all;
use futures_util::try_join;

use super::tracked::{Found, Tracked, parameters};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::collection::Collection;
use crate::graphql::storefront::content::article::Article;
use crate::graphql::storefront::content::page::Page;
use crate::graphql::storefront::context;
use crate::graphql::storefront::product::Product;
use crate::search::{PredictiveQuery, Suggestion};

/// Words that somebody who types might mean.
#[derive(Clone, Debug)]
pub struct SearchQuerySuggestion {
    suggestion: Suggestion,
    parameters: String,
}

/// Words that somebody who types might mean.
#[Object]
impl SearchQuerySuggestion {
    /// The words in HTML: what was typed so far within `mark`, the rest within `span`.
    async fn styled_text(&self) -> &str {
        &self.suggestion.styled_text
    }

    /// The words.
    async fn text(&self) -> &str {
        &self.suggestion.text
    }

    /// What to add to links so that a visit can be traced to the suggestion.
    pub(in crate::graphql::storefront) async fn tracking_parameters(&self) -> Option<String> {
        Some(self.parameters.clone())
    }
}

/// What is suggested while somebody types, the best first.
#[derive(SimpleObject)]
pub struct PredictiveSearchResult {
    /// Posts of blogs.
    articles: Vec<Tracked<Article>>,
    /// Groups of products.
    collections: Vec<Tracked<Collection>>,
    /// Pages that the shop wrote.
    pages: Vec<Tracked<Page>>,
    /// Things for sale.
    products: Vec<Tracked<Product>>,
    /// Words to search for.
    queries: Vec<SearchQuerySuggestion>,
}

impl PredictiveSearchResult {
    /// Asks the search.
    pub(super) async fn of(ctx: &Context<'_>, asked: PredictiveQuery) -> Result<Self, ApiError> {
        let request = context::of(ctx)?;
        let text = asked.text.clone();
        let found = Found::Suggestion(&text);
        let hits = request.app.search.predictive(&request.app, request.now, asked).await?;
        let collections = hits.collections.into_iter().map(|id| Collection::find(ctx, id));
        let (articles, collections, pages, products) = try_join!(
            Article::find_all(ctx, hits.articles),
            try_join_all(collections),
            Page::find_all(ctx, hits.pages),
            Product::find_all(ctx, hits.products),
        )?;
        let queries = (1..).zip(hits.queries).map(|(place, suggestion)| SearchQuerySuggestion {
            suggestion,
            parameters: parameters(found, place),
        });
        Ok(Self {
            articles: Tracked::all(articles, found),
            collections: Tracked::all(collections.into_iter().flatten().collect(), found),
            pages: Tracked::all(pages, found),
            products: Tracked::all(products, found),
            queries: queries.collect(),
        })
    }
}
