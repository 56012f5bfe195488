//! Searching: results, and suggestions while somebody types.

mod input;
mod query;
mod result;
mod suggestion;
mod tracked;

pub use query::SearchRoot;
pub use result::{SearchResultItem, SearchResultItemConnection};
pub use suggestion::{PredictiveSearchResult, SearchQuerySuggestion};
