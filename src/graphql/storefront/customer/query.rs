//! Asking for a customer.

use async_graphql::{Context, Object};

use super::types::Customer;
use crate::customer;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::context;

/// Queries for customers.
#[derive(Default)]
pub struct CustomerQuery;

/// Queries for customers.
#[Object]
impl CustomerQuery {
    /// The customer who is signed in with this token; null for one that is not valid.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
    ) -> Result<Option<Customer>, ApiError> {
        let request = context::of(ctx)?;
        let session =
            customer::find_session(request.app.db.fresh(), request.now, &customer_access_token).await?;
        Ok(session.map(|session| Customer::new(session.customer)))
    }
}
