//! The admin API: what staff and their programs see. Its own types, its own scopes.

mod cart;
mod money;
mod order;
mod price_trace;
mod product_variant;
mod shop;

use async_graphql::{Context, EmptySubscription, MergedObject, Schema};

use crate::actor::Actor;
use crate::app::App;
use crate::graphql::directive::Idempotent;
use crate::graphql::error::ApiError;

/// The scope that reading orders needs; carts are orders to be.
const READ_ORDERS: &str = "read_orders";

/// The schema of the admin API.
pub type AdminSchema = Schema<QueryRoot, Mutation, EmptySubscription>;

/// What one request knows.
pub struct AdminContext {
    /// The running shop.
    pub app: App,
    /// Who asks.
    pub actor: Actor,
}

/// Everything that staff can ask for.
#[derive(Default, MergedObject)]
pub struct QueryRoot(
    shop::ShopQuery,
    order::OrderQuery,
    cart::CartQuery,
    product_variant::ProductVariantQuery,
);

/// Everything that staff can do.
#[derive(Default, MergedObject)]
pub struct Mutation(order::OrderMutation);

/// Builds the schema.
#[must_use]
pub fn schema() -> AdminSchema {
    Schema::build(QueryRoot::default(), Mutation::default(), EmptySubscription).directive(Idempotent).finish()
}

/// The shop, for a caller that may do what the scope names.
///
/// # Errors
/// `ACCESS_DENIED` for others.
fn allowed<'a>(ctx: &Context<'a>, scope: &str) -> Result<&'a App, ApiError> {
    let context = ctx.data_unchecked::<AdminContext>();
    if context.actor.has_scope(scope) {
        return Ok(&context.app);
    }
    tracing::warn!(scope, "An admin request lacked a scope");
    Err(ApiError::bad_input("ACCESS_DENIED", format!("The token lacks the scope {scope}")))
}
