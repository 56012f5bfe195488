//! The customer behind a cart: named by an access token, and what the cart may take from their address book.
//!
//! A cart remembers whose it is and by which token that was said. Orders made of it belong to the customer; what the
//! customer's account holds is only read while that token is valid, so signing out closes it here too.

use chrono::{DateTime, Utc};
use entity::cart;
use entity::id::CustomerAddressId;
use sea_orm::ConnectionTrait;

use super::details::BuyerIdentity;
use crate::cart::error::{CartError, RefusalCode};
use crate::customer::{self, Session};
use crate::error::Fault;
use crate::market::Address;

/// Where the fields of an address come from.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a cart has few, and each is held for a moment")]
pub enum AddressSource {
    /// They are written out.
    Written(Address),
    /// The signed-in customer's address book; `None` where the caller's id is not that of such an address.
    Book(Option<CustomerAddressId>),
}

/// Who is signed in with the token that an identity shows, if it shows one.
///
/// # Errors
/// A refusal for a token that is not valid.
pub(super) async fn session_of<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    identity: &BuyerIdentity,
) -> Result<Option<Session>, CartError> {
    let Some(Some(token)) = &identity.customer_access_token else {
        return Ok(None);
    };
    let session = customer::find_session(db, now, token).await?;
    let invalid = || {
        let field = ["buyerIdentity", "customerAccessToken"];
        CartError::refused(RefusalCode::Invalid, &field, "The customer is not signed in")
    };
    session.map(Some).ok_or_else(invalid)
}

/// Names the customer of a cart, or takes them out with the address and number that came with them. The wish to pay with
/// store credit is that of the customer who said it.
///
/// A customer's own address and number stand in where the identity gives none.
pub(super) fn name_customer(row: &mut cart::Model, identity: &BuyerIdentity, session: Option<&Session>) {
    match (&identity.customer_access_token, session) {
        (Some(Some(_)), Some(session)) => {
            if row.customer_id != Some(session.customer.id) {
                forget_store_credit(row);
            }
            row.customer_id = Some(session.customer.id);
            row.customer_token_id = Some(session.token_id);
            if identity.email.is_none() {
                row.email.clone_from(&session.customer.email);
            }
            if identity.phone.is_none() && session.customer.phone.is_some() {
                row.phone.clone_from(&session.customer.phone);
            }
        }
        (Some(None), _) if row.customer_id.is_some() => {
            forget_store_credit(row);
            row.customer_id = None;
            row.customer_token_id = None;
            if identity.email.is_none() {
                row.email = None;
            }
            if identity.phone.is_none() {
                row.phone = None;
            }
        }
        (Some(_) | None, _) => {}
    }
}

/// Takes the wish to pay with store credit out: whoever comes next has not said it of their own.
fn forget_store_credit(row: &mut cart::Model) {
    row.store_credit_minor = None;
    row.store_credit_currency = None;
}

/// The addresses that these sources mean, in the same order. Without one from the book no statement is run.
///
/// # Errors
/// A refusal for an address that is not in the book of the cart's customer, or while nobody is signed in.
pub(super) async fn addresses_of<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: &cart::Model,
    sources: &[(usize, &AddressSource)],
) -> Result<Vec<Address>, CartError> {
    let is_book = |source: &AddressSource| match source {
        AddressSource::Book(_) => true,
        AddressSource::Written(_) => false,
    };
    let session = match row.customer_token_id {
        Some(id) if sources.iter().any(|(_, source)| is_book(source)) => {
            customer::find_session_by_id(db, now, id).await?
        }
        Some(_) | None => None,
    };
    let book = match session {
        Some(session) => customer::list_addresses(db, session.customer.id).await?,
        None => Vec::new(),
    };
    let address = |(place, source): &(usize, &AddressSource)| match source {
        AddressSource::Written(address) => Ok(address.clone()),
        AddressSource::Book(id) => {
            let known = book.iter().find(|known| Some(known.id) == *id);
            known.map(|known| known.address.clone()).ok_or_else(|| unknown(*place))
        }
    };
    sources.iter().map(address).collect()
}

fn unknown(place: usize) -> CartError {
    let field = ["addresses", &place.to_string(), "address", "copyFromCustomerAddressId"];
    let message = "The customer has no such address";
    CartError::refused(RefusalCode::InvalidDeliveryAddressId, &field, message)
}

/// The customer of a cart, while the token by which they were named is valid.
///
/// # Errors
/// The database's own.
pub async fn find_customer_of<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    row: &cart::Model,
) -> Result<Option<entity::customer::Model>, Fault> {
    let Some(token) = row.customer_token_id else {
        return Ok(None);
    };
    let session = customer::find_session_by_id(db, now, token).await?;
    Ok(session.map(|session| session.customer).filter(|customer| Some(customer.id) == row.customer_id))
}
