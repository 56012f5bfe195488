//! The catalogue: products with their options and variants, their tags, and the collections they are grouped in.
//!
//! Tables: `product`, `product_option`, `option_value`, `variant`, `variant_option`, `product_tag`, `product_media`,
//! `collection`, `collection_member`. Invariants: shoppers reach a product that is active or unlisted and whose
//! publication has come, and find in lists only the active ones ([`is_reachable`]); a variant that was ever there keeps
//! its row and is marked as deleted, because orders and the stock ledger point to it; two variants of a product differ
//! in at least one option.

// Reading.
mod category;
mod collection_list;
mod collection_queries;
mod current_price;
mod filter;
mod list;
mod member_list;
mod option_encoding;
mod option_names;
mod option_queries;
mod plain_text;
mod product_cache;
mod queries;
mod record;
mod selection;
mod shown_media;
mod swatch;
mod swatch_cache;
mod visibility;
mod word_list;

pub use category::{MAX_CATEGORY_DEPTH, categories_by_ids, category_names, ensure_categories_in};
pub use collection_list::{CollectionSort, count_collections, list_collections};
pub use collection_queries::{collections_by_handles, collections_by_ids, member_ids};
pub use current_price::PriceBasis;
pub use filter::{MAX_FILTERS, PriceBounds, ProductFilter, ProductFilters, TooManyFilters};
pub use list::{ProductSort, list_products};
pub use member_list::{MemberRequest, MemberSort, list_members};
pub use option_names::OptionNames;
pub use option_queries::{
    Choice, OptionWithValues, SelectedOption, product_ids_by_option_ids, product_ids_by_value_ids,
};
pub use plain_text::{plain_text, truncated};
pub use product_cache::ProductCache;
pub use queries::{products_by_handles, variants_by_product_ids};
pub use record::{ProductRecord, TITLE_SEPARATOR, VariantRecord, product_records_by_ids};
pub use selection::{Assortment, NameMatch, Selection, UnknownOptions};
pub use shown_media::shown_media;
pub use swatch::{OptionSwatch, swatches_by_values};
pub use swatch_cache::SwatchCache;
pub use visibility::{is_published, is_reachable};
pub use word_list::{list_product_tags, list_product_types};

// Writing.
mod bundle;
mod collection_commands;
mod lock;
mod option_signature;

pub use bundle::{
    BundleError, Component, MAX_COMPONENT_QUANTITY, MAX_COMPONENTS, bundles_by_component_ids,
    components_by_variant_ids, products_with_bundles_of, save_components,
};
pub use collection_commands::{NewCollection, SavedCollection, save_collection};
pub(crate) use lock::{lock_products_in, products_of_sold_in};
pub(crate) use option_signature::fold;
pub use option_signature::option_signature;
