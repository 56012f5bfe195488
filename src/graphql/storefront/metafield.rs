//! Metafields: free fields of the shop's own. None can exist yet, and the types say so.

use std::convert::Infallible;

use async_graphql::{ID, InputObject, Interface, SimpleObject};

use super::cart::Cart;
use super::collection::Collection;
use super::order::Order;
use super::product::Product;
use super::shop::Shop;
use super::variant::ProductVariant;
use crate::graphql::error::ApiError;
use crate::graphql::limit;
use crate::graphql::scalar::DateTime;

/// Things that carry metafields.
#[derive(Clone, Interface)]
#[graphql(
    field(
        name = "metafield",
        ty = "Option<Metafield>",
        desc = "The metafield with this key.",
        arg(name = "key", ty = "String", desc = "Its key within the namespace."),
        arg(name = "namespace", ty = "Option<String>", desc = "The group of fields it belongs to.")
    ),
    field(
        name = "metafields",
        ty = "Vec<Option<Metafield>>",
        desc = "The metafields with these keys, null for each that is not there.",
        arg(name = "identifiers", ty = "Vec<HasMetafieldsIdentifier>", desc = "Which ones.")
    )
)]
pub enum HasMetafields {
    /// A cart.
    Cart(Cart),
    /// A group of products.
    Collection(Collection),
    /// An order.
    Order(Order),
    /// A product.
    Product(Product),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
}

/// Which metafield is wanted.
#[derive(Clone, Debug, InputObject)]
pub struct HasMetafieldsIdentifier {
    /// Its key within the namespace.
    pub key: String,
    /// The group of fields it belongs to.
    pub namespace: Option<String>,
}

/// A free field of the shop's own. There is none yet, so this type has no value.
#[derive(Clone, Debug, SimpleObject)]
pub struct Metafield {
    /// When it was added.
    pub created_at: DateTime,
    /// What it is for.
    pub description: Option<String>,
    /// Its global id.
    #[graphql(owned)]
    pub id: ID,
    /// Its key within the namespace.
    pub key: String,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// What kind of value it holds.
    #[graphql(name = "type")]
    pub kind: String,
    /// When it last changed.
    pub updated_at: DateTime,
    /// Its value as text.
    pub value: String,
    /// What no value can be made of.
    #[graphql(skip)]
    pub never: Infallible,
}

/// The answer to a list of identifiers while there are no metafields.
///
/// # Errors
/// `LIST_TOO_LONG`.
pub(super) fn none_of(identifiers: &[HasMetafieldsIdentifier]) -> Result<Vec<Option<Metafield>>, ApiError> {
    limit::check_list("identifiers", identifiers)?;
    Ok(vec![None; identifiers.len()])
}
