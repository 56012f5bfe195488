//! Where a cart may go, as clients of earlier versions send it: within the buyer's identity.

use async_graphql::{ID, InputObject};

use crate::cart::{AddressSource, NewAddress};
use crate::graphql::storefront::address::{MailingAddressInput, customer_address_id};
use crate::graphql::storefront::code::DeliveryAddressValidationStrategy;
use crate::market::Address;

/// Where a cart may go, in the form of earlier versions. One of the two addresses is given.
#[derive(InputObject)]
pub struct DeliveryAddressInput {
    /// One of the signed-in customer's.
    pub customer_address_id: Option<ID>,
    /// Written out.
    pub delivery_address: Option<MailingAddressInput>,
    /// How strictly it is checked.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub delivery_address_validation_strategy: Option<DeliveryAddressValidationStrategy>,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: Option<bool>,
}

impl DeliveryAddressInput {
    /// The address that is meant; none where none is given.
    pub(super) fn address(self) -> Option<NewAddress> {
        let book = self.customer_address_id.map(|id| AddressSource::Book(customer_address_id(&id)));
        let written = self.delivery_address.map(Address::from).map(AddressSource::Written);
        Some(NewAddress {
            address: book.or(written)?,
            selected: false,
            one_time_use: self.one_time_use.unwrap_or(false),
            strict: super::input::is_strict(self.delivery_address_validation_strategy),
        })
    }
}
