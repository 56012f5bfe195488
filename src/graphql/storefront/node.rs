//! Things by their global id, and what different things have in common.

use async_graphql::{Context, ID, Interface, Object};
use entity::id::{CollectionId, MediaId, OptionId, OptionValueId, OrderId, ProductId, VariantId};
use futures_util::future::try_join_all;

use super::address::MailingAddress;
use super::cart::{Cart, CartLine};
use super::collection::Collection;
use super::context;
use super::media::MediaImage;
use super::metafield::Metafield;
use super::option::{ProductOption, ProductOptionValue};
use super::order::Order;
use super::product::Product;
use super::shop::Shop;
use super::variant::ProductVariant;
use crate::graphql::error::ApiError;
use crate::graphql::id::{self, Gid};
use crate::graphql::limit;
use crate::graphql::scalar::UrlText;
use crate::{cart, order};

/// Whatever has a global id.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its global id."))]
pub enum Node {
    /// A cart.
    Cart(Cart),
    /// A line of a cart.
    CartLine(CartLine),
    /// A group of products.
    Collection(Collection),
    /// A postal address.
    MailingAddress(MailingAddress),
    /// A picture among a product's media.
    MediaImage(MediaImage),
    /// A free field of the shop's own.
    Metafield(Metafield),
    /// An order.
    Order(Order),
    /// A product.
    Product(Product),
    /// A way in which a product's variants differ.
    ProductOption(ProductOption),
    /// One choice of an option.
    ProductOptionValue(ProductOptionValue),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
}

/// Things that have a page on the storefront.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "online_store_url",
    ty = "Option<UrlText>",
    desc = "The address of its page; null while it is not on the storefront."
))]
pub enum OnlineStorePublishable {
    /// A group of products.
    Collection(Collection),
    /// A product.
    Product(Product),
}

/// Things to which a recommendation can be traced back.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "tracking_parameters",
    ty = "Option<String>",
    desc = "What to add to links so that a recommendation can be traced."
))]
pub enum Trackable {
    /// A group of products.
    Collection(Collection),
    /// A product.
    Product(Product),
}

/// The root fields that take any global id.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeQuery;

/// The root fields that take any global id.
#[Object]
impl NodeQuery {
    /// The thing with this global id; null where there is none that shoppers reach.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Node>, ApiError> {
        find(ctx, &id).await
    }

    /// The things with these global ids, in the same order; null for each that shoppers do not reach.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, ApiError> {
        limit::check_list("ids", &ids)?;
        try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// Asks the loaders, so that many ids of a type are one statement.
async fn find(ctx: &Context<'_>, id: &str) -> Result<Option<Node>, ApiError> {
    let gid = Gid::parse(id).ok_or_else(|| id::invalid("node", id))?;
    let key = || gid.number().ok_or_else(|| id::invalid(gid.kind, id));
    let app = &context::of(ctx)?.app;
    Ok(match gid.kind {
        "Cart" => cart::find_cart(app, gid.name).await?.map(Cart::new).map(Node::from),
        // The line's id carries the secret of its cart.
        "CartLine" => match gid.parameter("cart") {
            Some(token) => {
                let cart = cart::find_cart(app, token).await?.map(Cart::new);
                let key = key()?;
                cart.and_then(|cart| cart.line(key)).map(Node::from)
            }
            None => None,
        },
        "Order" => match gid.parameter("key") {
            Some(secret) => {
                order::find_order_by_key(app, OrderId(key()?), secret).await?.map(Order::new).map(Node::from)
            }
            None => None,
        },
        "Collection" => Collection::find(ctx, CollectionId(key()?)).await?.map(Node::from),
        "MediaImage" => MediaImage::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "Product" => Product::find(ctx, ProductId(key()?)).await?.map(Node::from),
        "ProductOption" => ProductOption::find(ctx, OptionId(key()?)).await?.map(Node::from),
        "ProductOptionValue" => ProductOptionValue::find(ctx, OptionValueId(key()?)).await?.map(Node::from),
        "ProductVariant" => ProductVariant::find(ctx, VariantId(key()?)).await?.map(Node::from),
        "Shop" => (key()? == context::of(ctx)?.shop.id).then_some(Node::Shop(Shop)),
        _ => None,
    })
}
