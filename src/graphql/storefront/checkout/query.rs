//! The queries that follow a cart to its order.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::OrderId;

use super::result::{
    CartCompletionAction, CartCompletionActionRequired, CartCompletionAttemptResult, CartCompletionFailed,
    CartCompletionProcessing, CartCompletionSuccess, CompletePaymentChallenge, CompletionError,
};
use crate::checkout::{self, AttemptOutcome};
use crate::graphql::error::ApiError;
use crate::graphql::id::{decode, encode};
use crate::graphql::scalar::{DateTime, UrlText};
use crate::graphql::storefront::cart::token_of;
use crate::graphql::storefront::context;
use crate::graphql::storefront::order::{Order, status_url};
use crate::money::{Currency, Money};
use crate::payment::MethodInfo;
use crate::{cart, order};

/// After how many milliseconds to ask again.
const POLL_DELAY: i32 = 500;

/// A way to pay that the shop offers. An addition of this server.
#[derive(SimpleObject)]
pub struct PaymentMethod {
    /// Its name for programs, for `CartProviderPaymentMethodInput`.
    pub provider: String,
    /// Its name for buyers.
    pub title: String,
    /// What a buyer who pays this way outside has to do after the order.
    pub instructions: Option<String>,
    /// Whether the provider's own front end must hand over a token first.
    pub needs_token: bool,
    /// The provider's public key of this shop, for its own front end.
    pub publishable_key: Option<String>,
    /// Whether no real money moves.
    pub test: bool,
}

impl From<MethodInfo> for PaymentMethod {
    fn from(info: MethodInfo) -> Self {
        Self {
            provider: info.name.to_owned(),
            title: info.title,
            instructions: info.instructions,
            needs_token: info.needs_token,
            publishable_key: info.publishable_key,
            test: info.is_test,
        }
    }
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
        let Some(outcome) = Box::pin(checkout::poll(app, &attempt_id)).await? else {
            return Ok(None);
        };
        let id = attempt_id;
        Ok(Some(match outcome {
            AttemptOutcome::Processing => CartCompletionAttemptResult::Processing(CartCompletionProcessing {
                id,
                poll_delay: POLL_DELAY,
            }),
            AttemptOutcome::ActionRequired { action, provider, until } => {
                let challenge = CompletePaymentChallenge {
                    redirect_url: action.url.map(UrlText),
                    client_secret: action.client_secret,
                    provider,
                    until: until.map(DateTime),
                };
                let action = Some(CartCompletionAction::CompletePaymentChallenge(challenge));
                CartCompletionAttemptResult::ActionRequired(CartCompletionActionRequired { action, id })
            }
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
    async fn payment_methods(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those by which this cart can be paid: none for an unknown cart.")]
        cart_id: Option<ID>,
    ) -> Result<Vec<PaymentMethod>, ApiError> {
        let app = &context::of(ctx)?.app;
        let due = match cart_id {
            Some(id) => match Box::pin(cart::find_cart(app, token_of(&id)?)).await? {
                Some(cart) => {
                    let currency = Currency::find(&cart.row.currency);
                    currency.map(|currency| Money::new(cart.due_minor(), currency))
                }
                None => return Ok(Vec::new()),
            },
            None => None,
        };
        let fitting = app.payments.iter().filter(|provider| due.is_none_or(|due| provider.takes(due)));
        Ok(fitting.map(|provider| PaymentMethod::from(provider.info())).collect())
    }
}
