//! Opening accounts and changing them.

use async_graphql::{Context, ID, Object};
use entity::id::CustomerId;
use entity::one_time_token::OneTimePurpose;

use super::input::{CustomerActivateInput, CustomerCreateInput, CustomerResetInput, CustomerUpdateInput};
use super::payload::{
    CustomerActivateByUrlPayload, CustomerActivatePayload, CustomerCreatePayload, CustomerRecoverPayload,
    CustomerResetByUrlPayload, CustomerResetPayload, CustomerUpdatePayload, Naming, Parts, answer,
};
use super::types::Customer;
use crate::customer::{self, ProfileChange, Redemption};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::graphql::storefront::context;

/// A link by its parts; an address that is no such link is nobody's, with no secret in it.
fn redemption(purpose: OneTimePurpose, url: &UrlText, password: String) -> Redemption {
    let (customer_id, token) = customer::read_link(purpose, &url.0).unwrap_or((CustomerId(0), String::new()));
    Redemption { customer_id, token, password: password.into() }
}

/// Mutations that open and change accounts.
#[derive(Default)]
pub struct CustomerMutation;

/// Mutations that open and change accounts.
#[Object]
impl CustomerMutation {
    /// Activates an account with the secret of a mailed link, and signs its customer in.
    async fn customer_activate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's global id.")] id: ID,
        #[graphql(desc = "The secret, and the password that is chosen.")] input: CustomerActivateInput,
    ) -> Result<Option<CustomerActivatePayload>, ApiError> {
        let request = context::of(ctx)?;
        let link = Redemption {
            customer_id: CustomerId(id::decode("Customer", &id)?),
            token: input.activation_token,
            password: input.password.into(),
        };
        let signed_in = customer::activate(&request.app, &request.actor, &link).await;
        answer(signed_in, &Naming { prefix: Some("input"), token: "activationToken" }, Parts::from)
    }

    /// Activates an account with a mailed link, and signs its customer in.
    async fn customer_activate_by_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link.")] activation_url: UrlText,
        #[graphql(desc = "The password that is chosen.")] password: String,
    ) -> Result<Option<CustomerActivateByUrlPayload>, ApiError> {
        let request = context::of(ctx)?;
        let link = redemption(OneTimePurpose::Activation, &activation_url, password);
        let signed_in = customer::activate(&request.app, &request.actor, &link).await;
        answer(signed_in, &Naming { prefix: None, token: "activationUrl" }, Parts::from)
    }

    /// Makes an account. An address that has only bought as a guest is sent a mail with which it can be made.
    async fn customer_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs up.")] input: CustomerCreateInput,
    ) -> Result<Option<CustomerCreatePayload>, ApiError> {
        let request = context::of(ctx)?;
        let new = input.in_language(request.language.code);
        let made = customer::create(&request.app, &request.actor, new).await;
        answer(made, &Naming::within("input"), |row| Parts {
            customer: Some(Customer::new(row)),
            ..Parts::default()
        })
    }

    /// Has a link to a new password sent. The answer is the same for an address that nobody has.
    async fn customer_recover(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's e-mail address.")] email: String,
    ) -> Result<Option<CustomerRecoverPayload>, ApiError> {
        let request = context::of(ctx)?;
        let asked = customer::recover(&request.app, &request.actor, &email).await;
        answer(asked, &Naming::plain(), |()| Parts::default())
    }

    /// Sets a new password with the secret of a mailed link: ends every session and begins one.
    async fn customer_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's global id.")] id: ID,
        #[graphql(desc = "The secret, and the password that is chosen.")] input: CustomerResetInput,
    ) -> Result<Option<CustomerResetPayload>, ApiError> {
        let request = context::of(ctx)?;
        let link = Redemption {
            customer_id: CustomerId(id::decode("Customer", &id)?),
            token: input.reset_token,
            password: input.password.into(),
        };
        let signed_in = customer::reset(&request.app, &request.actor, &link).await;
        answer(signed_in, &Naming { prefix: Some("input"), token: "resetToken" }, Parts::from)
    }

    /// Sets a new password with a mailed link: ends every session and begins one.
    async fn customer_reset_by_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password that is chosen.")] password: String,
        #[graphql(desc = "The link.")] reset_url: UrlText,
    ) -> Result<Option<CustomerResetByUrlPayload>, ApiError> {
        let request = context::of(ctx)?;
        let link = redemption(OneTimePurpose::Recovery, &reset_url, password);
        let signed_in = customer::reset(&request.app, &request.actor, &link).await;
        answer(signed_in, &Naming { prefix: None, token: "resetUrl" }, Parts::from)
    }

    /// Changes a customer. Another password ends every session and answers a fresh token.
    async fn customer_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] customer: CustomerUpdateInput,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
    ) -> Result<Option<CustomerUpdatePayload>, ApiError> {
        let request = context::of(ctx)?;
        let change = ProfileChange::from(customer);
        let changed = customer::update(&request.app, &request.actor, &customer_access_token, &change).await;
        answer(changed, &Naming::within("customer"), |(row, issued)| Parts {
            customer: Some(Customer::new(row)),
            token: issued.map(Into::into),
            ..Parts::default()
        })
    }
}
