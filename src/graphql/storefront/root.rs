//! The roots of the storefront schema.

use async_graphql::{EmptySubscription, MergedObject, Schema};

use super::cart::{CartMutation, CartQuery, DisplayableError};
use super::checkout::{CheckoutMutation, CheckoutQuery};
use super::collection::CollectionQuery;
use super::metafield::HasMetafields;
use super::node::{NodeQuery, OnlineStorePublishable, Trackable};
use super::product_query::ProductQuery;
use super::shop::ShopQuery;
use crate::graphql::directive::{Defer, InContext};

/// The schema of the storefront API.
pub type StorefrontSchema = Schema<QueryRoot, Mutation, EmptySubscription>;

/// Everything that shoppers can ask for.
#[derive(Default, MergedObject)]
pub struct QueryRoot(ShopQuery, ProductQuery, CollectionQuery, NodeQuery, CartQuery, CheckoutQuery);

/// Everything that shoppers can do.
#[derive(Default, MergedObject)]
pub struct Mutation(CartMutation, CheckoutMutation);

/// Builds the schema.
#[must_use]
pub fn schema() -> StorefrontSchema {
    Schema::build(QueryRoot::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<HasMetafields>()
        .register_output_type::<OnlineStorePublishable>()
        .register_output_type::<Trackable>()
        .register_output_type::<DisplayableError>()
        .directive(InContext)
        .directive(Defer)
        .disable_suggestions()
        .finish()
}
