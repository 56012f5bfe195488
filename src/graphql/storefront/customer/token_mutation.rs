//! Signing in and out.

use async_graphql::{Context, Object};

use super::input::CustomerAccessTokenCreateInput;
use super::payload::{
    CustomerAccessTokenCreatePayload, CustomerAccessTokenCreateWithMultipassPayload,
    CustomerAccessTokenDeletePayload, CustomerAccessTokenRenewPayload, Naming, Parts, answer,
};
use crate::customer::{self, IssuedToken};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::context;

fn token(issued: IssuedToken) -> Parts {
    Parts { token: Some(issued.into()), ..Parts::default() }
}

/// Mutations that sign customers in and out.
#[derive(Default)]
pub struct CustomerTokenMutation;

/// Mutations that sign customers in and out.
#[Object]
impl CustomerTokenMutation {
    /// Signs a customer in.
    async fn customer_access_token_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With what.")] input: CustomerAccessTokenCreateInput,
    ) -> Result<Option<CustomerAccessTokenCreatePayload>, ApiError> {
        let request = context::of(ctx)?;
        let issued =
            customer::sign_in(&request.app, &request.actor, &input.email, input.password.into()).await;
        answer(issued, &Naming::within("input"), token)
    }

    /// Signs in a customer for whom the merchant's own sign-in vouches.
    async fn customer_access_token_create_with_multipass(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the merchant's own sign-in sealed.")] multipass_token: String,
    ) -> Result<Option<CustomerAccessTokenCreateWithMultipassPayload>, ApiError> {
        let request = context::of(ctx)?;
        let issued = customer::sign_in_with_multipass(&request.app, &request.actor, &multipass_token).await;
        answer(issued, &Naming::plain(), token)
    }

    /// Signs a customer out: the token is not valid from this moment on.
    async fn customer_access_token_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] customer_access_token: String,
    ) -> Result<Option<CustomerAccessTokenDeletePayload>, ApiError> {
        let ended = customer::sign_out(&context::of(ctx)?.app, &customer_access_token).await;
        answer(ended, &Naming::plain(), |()| Parts {
            deleted: Some(customer_access_token),
            ..Parts::default()
        })
    }

    /// Lets a token live longer. One that has expired stays so.
    async fn customer_access_token_renew(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] customer_access_token: String,
    ) -> Result<Option<CustomerAccessTokenRenewPayload>, ApiError> {
        let renewed = customer::renew(&context::of(ctx)?.app, &customer_access_token).await;
        answer(renewed, &Naming::plain(), token)
    }
}
