//! The words of the API as the search understands them.

use std::collections::BTreeSet;

use crate::graphql::error::ApiError;
use crate::graphql::storefront::code::{
    PredictiveSearchLimitScope, PredictiveSearchType, SearchSortKeys, SearchType,
    SearchUnavailableProductsType, SearchableField,
};
use crate::search::{self, ItemType, LimitScope, PredictiveType, SearchSort, Unavailable};

/// The most suggestions that are made at once, and as many as are made unless fewer are asked for.
const MAX_SUGGESTIONS: usize = 10;

impl From<SearchType> for ItemType {
    fn from(kind: SearchType) -> Self {
        match kind {
            SearchType::Article => Self::Article,
            SearchType::Page => Self::Page,
            SearchType::Product => Self::Product,
        }
    }
}

impl From<SearchSortKeys> for SearchSort {
    fn from(key: SearchSortKeys) -> Self {
        match key {
            SearchSortKeys::Price => Self::Price,
            SearchSortKeys::Relevance => Self::Relevance,
        }
    }
}

impl From<SearchUnavailableProductsType> for Unavailable {
    fn from(kind: SearchUnavailableProductsType) -> Self {
        match kind {
            SearchUnavailableProductsType::Hide => Self::Hide,
            SearchUnavailableProductsType::Last => Self::Last,
            SearchUnavailableProductsType::Show => Self::Show,
        }
    }
}

impl From<PredictiveSearchType> for PredictiveType {
    fn from(kind: PredictiveSearchType) -> Self {
        match kind {
            PredictiveSearchType::Article => Self::Article,
            PredictiveSearchType::Collection => Self::Collection,
            PredictiveSearchType::Page => Self::Page,
            PredictiveSearchType::Product => Self::Product,
            PredictiveSearchType::Query => Self::Query,
        }
    }
}

impl From<PredictiveSearchLimitScope> for LimitScope {
    fn from(scope: PredictiveSearchLimitScope) -> Self {
        match scope {
            PredictiveSearchLimitScope::All => Self::All,
            PredictiveSearchLimitScope::Each => Self::Each,
        }
    }
}

impl From<SearchableField> for search::SearchableField {
    fn from(field: SearchableField) -> Self {
        match field {
            SearchableField::Author => Self::Author,
            SearchableField::Body => Self::Body,
            SearchableField::ProductType => Self::ProductType,
            SearchableField::Tag => Self::Tag,
            SearchableField::Title => Self::Title,
            SearchableField::VariantsBarcode => Self::VariantsBarcode,
            SearchableField::VariantsSku => Self::VariantsSku,
            SearchableField::VariantsTitle => Self::VariantsTitle,
            SearchableField::Vendor => Self::Vendor,
        }
    }
}

/// Kinds of things, each once; all of them where none is named.
pub(super) fn all_unless_named<K: Into<T>, T: Copy + Ord>(named: Option<Vec<K>>, all: &[T]) -> Vec<T> {
    let named: BTreeSet<T> = named.unwrap_or_default().into_iter().map(Into::into).collect();
    if named.is_empty() { all.to_vec() } else { named.into_iter().collect() }
}

/// The greatest number of suggestions.
///
/// # Errors
/// `BAD_PAGE` for what is not between 1 and [`MAX_SUGGESTIONS`].
pub(super) fn limit(limit: Option<i32>) -> Result<usize, ApiError> {
    let Some(limit) = limit else {
        return Ok(MAX_SUGGESTIONS);
    };
    let fits = usize::try_from(limit).ok().filter(|limit| (1..=MAX_SUGGESTIONS).contains(limit));
    let refused =
        || ApiError::bad_input("BAD_PAGE", format!("limit must be between 1 and {MAX_SUGGESTIONS}"));
    fits.ok_or_else(refused)
}
