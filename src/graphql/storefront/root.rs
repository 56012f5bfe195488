//! The roots of the storefront schema.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, EmptySubscription, MergedObject, OutputType, Positioned, Schema, ServerError,
    ServerResult, Value,
};

use super::cart::{BaseCartLine, CartMutation, CartQuery, DisplayableError};
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

/// Says that the interface `BaseCartLine` implements the interface `Node`: there is no attribute to say it with.
struct CartLineNode;

impl OutputType for CartLineNode {
    fn type_name() -> Cow<'static, str> {
        <BaseCartLine as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.add_implements(&Self::type_name(), "Node");
        <BaseCartLine as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        Err(ServerError::new("only a declaration", Some(field.pos)))
    }
}

/// Builds the schema.
#[must_use]
pub fn schema() -> StorefrontSchema {
    Schema::build(QueryRoot::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<HasMetafields>()
        .register_output_type::<OnlineStorePublishable>()
        .register_output_type::<Trackable>()
        .register_output_type::<DisplayableError>()
        .register_output_type::<CartLineNode>()
        .directive(InContext)
        .directive(Defer)
        .disable_suggestions()
        .finish()
}
