//! The mutations that complete a cart.

use async_graphql::{Context, ID, Object};

use super::result::{
    CartOperationError, CartPrepareForCompletionPayload, CartPrepareForCompletionResult, CartStatusNotReady,
    CartStatusReady, CartSubmitForCompletionPayload, CartSubmitForCompletionResult, SubmissionError,
    SubmitAlreadyAccepted, SubmitFailed, SubmitSuccess,
};
use crate::app::App;
use crate::cart;
use crate::checkout::{self, CheckoutError, Submission};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::UrlText;
use crate::graphql::storefront::cart::{Cart, CartUserError, token_of};
use crate::graphql::storefront::code::CartErrorCode;
use crate::graphql::storefront::context;

/// Mutations that complete carts.
#[derive(Default)]
pub struct CheckoutMutation;

/// Mutations that complete carts.
#[Object]
impl CheckoutMutation {
    /// Tells whether a cart can be ordered as it stands. Holds nothing; where it can, the total that is told is what the
    /// buyer agrees to.
    async fn cart_prepare_for_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartPrepareForCompletionPayload>, ApiError> {
        let payload = match checkout::prepare(&context::of(ctx)?.app, token_of(&cart_id)?).await {
            Ok((cart, obstacles)) => {
                let cart = Some(Cart::new(cart));
                let errors: Vec<CartOperationError> =
                    obstacles.iter().map(CartOperationError::from).collect();
                let result = if errors.is_empty() {
                    CartPrepareForCompletionResult::Ready(CartStatusReady { cart })
                } else {
                    CartPrepareForCompletionResult::NotReady(CartStatusNotReady { cart, errors })
                };
                CartPrepareForCompletionPayload { result: Some(result), user_errors: Vec::new() }
            }
            Err(error) => {
                CartPrepareForCompletionPayload { result: None, user_errors: vec![refusal_of(error)?] }
            }
        };
        Ok(Some(payload))
    }

    /// Orders a cart. The same token on the same cart is the same attempt, however often it is sent.
    async fn cart_submit_for_completion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The caller's own name for this attempt.")] attempt_token: String,
        #[graphql(desc = "The cart's global id.")] cart_id: ID,
    ) -> Result<Option<CartSubmitForCompletionPayload>, ApiError> {
        let app = &context::of(ctx)?.app;
        let token = token_of(&cart_id)?;
        let page = UrlText(app.config.url_of(&format!("/checkout/{}", cart::page_token(app, token)?)));
        let payload = match Box::pin(checkout::submit_and_complete(app, token, &attempt_token, None)).await {
            Ok(submission) => CartSubmitForCompletionPayload {
                result: Some(submitted(app, submission, token, page).await?),
                user_errors: Vec::new(),
            },
            Err(error) => {
                CartSubmitForCompletionPayload { result: None, user_errors: vec![refusal_of(error)?] }
            }
        };
        Ok(Some(payload))
    }
}

async fn submitted(
    app: &App,
    submission: Submission,
    token: &str,
    page: UrlText,
) -> Result<CartSubmitForCompletionResult, ApiError> {
    Ok(match submission {
        Submission::Accepted(id) => {
            let attempt_id = checkout::public_id(app, id)?;
            CartSubmitForCompletionResult::Success(SubmitSuccess { attempt_id, redirect_url: page })
        }
        Submission::Already(id) => {
            let attempt_id = checkout::public_id(app, id)?;
            CartSubmitForCompletionResult::AlreadyAccepted(SubmitAlreadyAccepted { attempt_id })
        }
        Submission::Refused(obstacles) => CartSubmitForCompletionResult::Failed(SubmitFailed {
            checkout_url: Some(page),
            errors: obstacles.into_iter().map(|obstacle| SubmissionError::of(obstacle, token)).collect(),
        }),
    })
}

fn refusal_of(error: CheckoutError) -> Result<CartUserError, ApiError> {
    let field = match &error {
        CheckoutError::CartNotFound => "cartId",
        CheckoutError::BadAttemptToken => "attemptToken",
        CheckoutError::Fault(_) => "",
    };
    if let CheckoutError::Fault(fault) = error {
        return Err(fault.into());
    }
    let message = match error {
        CheckoutError::CartNotFound => "The specified cart does not exist.".to_owned(),
        other => other.to_string(),
    };
    Ok(CartUserError { code: Some(CartErrorCode::Invalid), field: Some(vec![field.to_owned()]), message })
}
