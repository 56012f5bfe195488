//! The address book.

use async_graphql::{Context, ID, Object};

use super::payload::{
    CustomerAddressCreatePayload, CustomerAddressDeletePayload, CustomerAddressUpdatePayload,
    CustomerDefaultAddressUpdatePayload, Naming, Parts, answer,
};
use super::types::Customer;
use crate::customer::{self, AddressChange, BookAddress};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::address::{MailingAddress, MailingAddressInput, customer_address_id};
use crate::graphql::storefront::context;

fn address(address: BookAddress) -> Parts {
    Parts { address: Some(MailingAddress::in_book(&address)), ..Parts::default() }
}

/// Mutations of the address book.
#[derive(Default)]
pub struct CustomerAddressMutation;

/// Mutations of the address book.
#[Object]
impl CustomerAddressMutation {
    /// Adds an address. The first one becomes the default.
    async fn customer_address_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "address", desc = "The address.")] input: MailingAddressInput,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
    ) -> Result<Option<CustomerAddressCreatePayload>, ApiError> {
        let (app, change) = (&context::of(ctx)?.app, AddressChange::from(input));
        let made = customer::create_address(app, &customer_access_token, &change).await;
        answer(made, &Naming::plain(), address)
    }

    /// Takes an address out.
    async fn customer_address_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
        #[graphql(desc = "The address's global id.")] id: ID,
    ) -> Result<Option<CustomerAddressDeletePayload>, ApiError> {
        let (app, key) = (&context::of(ctx)?.app, customer_address_id(&id));
        let gone = customer::delete_address(app, &customer_access_token, key).await;
        answer(gone, &Naming::plain(), |()| Parts { deleted: Some(id.0), ..Parts::default() })
    }

    /// Changes an address; what is left out stays, and an empty text takes a value out.
    async fn customer_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "address", desc = "What to change.")] input: MailingAddressInput,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
        #[graphql(desc = "The address's global id.")] id: ID,
    ) -> Result<Option<CustomerAddressUpdatePayload>, ApiError> {
        let (app, change) = (&context::of(ctx)?.app, AddressChange::from(input));
        let changed =
            customer::update_address(app, &customer_access_token, customer_address_id(&id), &change).await;
        answer(changed, &Naming::plain(), address)
    }

    /// Chooses the address that is used where nothing else is said.
    async fn customer_default_address_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address's global id.")] address_id: ID,
        #[graphql(desc = "The customer's access token.")] customer_access_token: String,
    ) -> Result<Option<CustomerDefaultAddressUpdatePayload>, ApiError> {
        let (app, key) = (&context::of(ctx)?.app, customer_address_id(&address_id));
        let chosen = customer::set_default_address(app, &customer_access_token, key).await;
        answer(chosen, &Naming::plain(), |row| Parts {
            customer: Some(Customer::new(row)),
            ..Parts::default()
        })
    }
}
