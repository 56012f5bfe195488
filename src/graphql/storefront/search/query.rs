//! Asking the search.

use async_graphql::{Context, Object};

use super::input::{all_unless_named, limit};
use super::result::SearchResultItemConnection;
use super::suggestion::PredictiveSearchResult;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::code::{
    PredictiveSearchLimitScope, PredictiveSearchType, SearchPrefixQueryType, SearchSortKeys, SearchType,
    SearchUnavailableProductsType, SearchableField,
};
use crate::graphql::storefront::context;
use crate::graphql::storefront::filter::{self, ProductFilter};
use crate::graphql::storefront::paging::{check_search, page_request};
use crate::search::{
    ItemQuery, ItemType, LimitScope, PredictiveQuery, PredictiveType, SearchSort, Unavailable,
};

/// The root fields about searching.
#[derive(Clone, Copy, Debug, Default)]
pub struct SearchRoot;

/// The root fields about searching.
#[Object]
impl SearchRoot {
    /// What is suggested for the beginning of a search: things, and words to search for.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn predictive_search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The greatest number of suggestions, from 1 to 10; 10 where it is left out.")] limit: Option<
            i32,
        >,
        #[graphql(
            desc = "Whether the limit counts all suggestions together or those of each kind; together where \
            it is left out."
        )]
        limit_scope: Option<PredictiveSearchLimitScope>,
        #[graphql(desc = "What was typed so far.")] query: String,
        #[graphql(desc = "Where it is looked for; everywhere where it is left out.")]
        searchable_fields: Option<Vec<SearchableField>>,
        #[graphql(desc = "What is suggested; things and words of every kind where it is left out.")]
        types: Option<Vec<PredictiveSearchType>>,
        #[graphql(
            desc = "What happens to products of which nothing is left; they come last where it is left out."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Result<Option<PredictiveSearchResult>, ApiError> {
        check_search(&query)?;
        let asked = PredictiveQuery {
            text: query,
            limit: self::limit(limit)?,
            limit_scope: limit_scope.map_or(LimitScope::All, Into::into),
            types: all_unless_named(types, &PREDICTIVE_TYPES),
            fields: all_unless_named(searchable_fields, &[]),
            unavailable: unavailable_products.map_or(Unavailable::Last, Into::into),
        };
        PredictiveSearchResult::of(ctx, asked).await.map(Some)
    }

    /// What a shopper's words find among products, pages and articles.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(
            desc = "Whether the last word may be the beginning of one; it may not where it is left out."
        )]
        prefix: Option<SearchPrefixQueryType>,
        #[graphql(desc = "Only products with these properties; pages and articles have none of them.")]
        product_filters: Option<Vec<ProductFilter>>,
        #[graphql(desc = "The words, in the search grammar.")] query: String,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(
            desc = "What is found is sorted by this.",
            default_with = "Some(SearchSortKeys::Relevance)"
        )]
        sort_key: Option<SearchSortKeys>,
        #[graphql(desc = "What is looked for; things of every kind where it is left out.")] types: Option<
            Vec<SearchType>,
        >,
        #[graphql(
            desc = "What happens to products of which nothing is left; they come last where it is left out."
        )]
        unavailable_products: Option<SearchUnavailableProductsType>,
    ) -> Result<SearchResultItemConnection, ApiError> {
        check_search(&query)?;
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let sort = sort_key.map_or(SearchSort::Relevance, Into::into);
        let asked = ItemQuery {
            text: query,
            types: all_unless_named(types, &ITEM_TYPES),
            filters: filter::decoded(product_filters, &context::of(ctx)?.prices)?,
            unavailable: unavailable_products.map_or(Unavailable::Last, Into::into),
            prefix: prefix == Some(SearchPrefixQueryType::Last),
            sort,
            page: page.sorted_by(sort.kind())?,
            facets: ctx.look_ahead().field("productFilters").exists(),
        };
        SearchResultItemConnection::of(ctx, asked).await
    }
}

const ITEM_TYPES: [ItemType; 3] = [ItemType::Product, ItemType::Page, ItemType::Article];

const PREDICTIVE_TYPES: [PredictiveType; 5] = [
    PredictiveType::Product,
    PredictiveType::Collection,
    PredictiveType::Page,
    PredictiveType::Article,
    PredictiveType::Query,
];
