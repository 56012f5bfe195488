//! The queries that follow a cart to its order.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::OrderId;

use super::result::{
    CartCompletionAttemptResult, CartCompletionFailed, CartCompletionProcessing, CartCompletionSuccess,
    CompletionError,
};
use crate::checkout::{self, AttemptOutcome};
use crate::graphql::error::ApiError;
use crate::graphql::id::{decode, encode};
use crate::graphql::scalar::{DateTime, UrlText};
use crate::graphql::storefront::context;
use crate::graphql::storefront::order::{Order, status_url};
use crate::order;

/// After how many milliseconds to ask again.
const POLL_DELAY: i32 = 500;

/// A way to pay that the shop offers. An addition of this server.
#[derive(SimpleObject)]
pub struct PaymentMethod {
    /// Its name for programs, for `CartProviderPaymentMethodInput`.
    pub provider: String,
    /// Its name for buyers.
    pub title: String,
    /// Whether the provider's own front end must hand over a token first.
    pub needs_token: bool,
    /// Whether no real money moves.
    pub test: bool,
}

/// Queries that follow a cart to its order.
#[derive(Default)]
pub struct CheckoutQuery;

/// Queries that follow a cart to its order.
#[Object]
impl CheckoutQuery {
    /// How an attempt stands; none for a wrong id.
    async fn cart_completion_attempt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As `cartSubmitForCompletion` told it.")] attempt_id: String,
    ) -> Result<Option<CartCompletionAttemptResult>, ApiError> {
        let app = &context::of(ctx)?.app;
        let Some(outcome) = checkout::find_outcome(app, &attempt_id).await? else {
            return Ok(None);
        };
        let id = attempt_id;
        Ok(Some(match outcome {
            AttemptOutcome::Processing => CartCompletionAttemptResult::Processing(CartCompletionProcessing {
                id,
                poll_delay: POLL_DELAY,
            }),
            AttemptOutcome::Failed(faults) => {
                let errors = faults.into_iter().map(CompletionError::from).collect();
                CartCompletionAttemptResult::Failed(CartCompletionFailed { errors, id })
            }
            AttemptOutcome::Done { order_id, at } => {
                let key = order::key_of(app, order_id)?;
                CartCompletionAttemptResult::Success(CartCompletionSuccess {
                    completed_at: Some(DateTime(at)),
                    id,
                    order_id: encode("Order", format!("{order_id}?key={key}")),
                    order_url: UrlText(status_url(app, order_id)?),
                })
            }
        }))
    }

    /// An order, for whoever knows its key; none for a wrong key. An addition of this server.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id.")] id: ID,
        #[graphql(desc = "Its key, as `cartCompletionAttempt` told it within the order's id.")] key: String,
    ) -> Result<Option<Order>, ApiError> {
        let found =
            order::find_order_by_key(&context::of(ctx)?.app, OrderId(decode("Order", &id)?), &key).await?;
        Ok(found.map(Order::new))
    }

    /// The ways to pay that the shop offers. An addition of this server.
    async fn payment_methods(&self, ctx: &Context<'_>) -> Result<Vec<PaymentMethod>, ApiError> {
        let providers = context::of(ctx)?.app.payments.iter();
        Ok(providers
            .map(|provider| PaymentMethod {
                provider: provider.name().to_owned(),
                title: provider.title().to_owned(),
                needs_token: provider.needs_token(),
                test: provider.is_test(),
            })
            .collect())
    }
}
