//! The storefront API: what shoppers and their front ends see.

pub mod address;
pub mod cart;
pub mod checkout;
pub mod code;
pub mod collection;
pub mod context;
pub mod filter;
pub mod image;
pub mod loaders;
pub mod localization;
pub mod media;
pub mod metafield;
pub mod money;
pub mod node;
pub mod option;
pub mod order;
pub mod paging;
pub mod product;
pub mod product_query;
pub mod seo;
pub mod shop;
pub(crate) mod text;
pub mod variant;

mod root;

pub use context::{Buyer, RequestContext, buyer_of};
pub use root::{Mutation, QueryRoot, StorefrontSchema, schema};
