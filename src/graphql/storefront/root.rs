//! The roots of the storefront schema.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, EmptySubscription, MergedObject, OutputType, Positioned, Schema, SchemaBuilder,
    ServerError, ServerResult, ValidationMode, Value,
};

use super::cart::{
    BaseCartLine, CartCodeMutation, CartMetafieldMutation, CartMutation, CartQuery, DisplayableError,
};
use super::checkout::{CheckoutMutation, CheckoutQuery};
use super::collection::CollectionQuery;
use super::content::ContentQuery;
use super::customer::{CustomerAddressMutation, CustomerMutation, CustomerQuery, CustomerTokenMutation};
use super::location::LocationQuery;
use super::metafield::HasMetafields;
use super::metaobject::MetaobjectQuery;
use super::node::{NodeQuery, OnlineStorePublishable, Trackable};
use super::product_query::ProductQuery;
use super::recommendation::RecommendationQuery;
use super::search::SearchRoot;
use super::shop::ShopQuery;
use super::shop_pay::ShopPayMutation;
use crate::graphql::directive::{Defer, Idempotent, InContext};

/// The schema of the storefront API.
pub type StorefrontSchema = Schema<QueryRoot, Mutation, EmptySubscription>;

/// Everything that shoppers can ask for.
#[derive(Default, MergedObject)]
pub struct QueryRoot(
    ShopQuery,
    ProductQuery,
    CollectionQuery,
    NodeQuery,
    CartQuery,
    CheckoutQuery,
    RecommendationQuery,
    SearchRoot,
    ContentQuery,
    MetaobjectQuery,
    LocationQuery,
    CustomerQuery,
);

/// Everything that shoppers can do.
#[derive(Default, MergedObject)]
pub struct Mutation(
    CartMutation,
    CheckoutMutation,
    CartMetafieldMutation,
    CartCodeMutation,
    ShopPayMutation,
    CustomerMutation,
    CustomerTokenMutation,
    CustomerAddressMutation,
);

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

/// The schema for documents as they come, and for those that passed validation before.
pub struct Schemas {
    /// Validates each document.
    pub strict: StorefrontSchema,
    /// Takes documents that are known to be valid; whatever depends on variables is checked while it runs.
    pub validated: StorefrontSchema,
}

impl Default for Schemas {
    fn default() -> Self {
        Self { strict: schema(), validated: builder().validation_mode(ValidationMode::Fast).finish() }
    }
}

/// Builds the schema.
#[must_use]
pub fn schema() -> StorefrontSchema {
    builder().finish()
}

fn builder() -> SchemaBuilder<QueryRoot, Mutation, EmptySubscription> {
    Schema::build(QueryRoot::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<HasMetafields>()
        .register_output_type::<OnlineStorePublishable>()
        .register_output_type::<Trackable>()
        .register_output_type::<DisplayableError>()
        .register_output_type::<CartLineNode>()
        .directive(InContext)
        .directive(Defer)
        .directive(Idempotent)
        .disable_suggestions()
}
