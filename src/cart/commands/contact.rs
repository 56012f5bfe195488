//! Who buys and where it goes, as a page asks for it in one form.

use entity::cart_address;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::addresses::{self, NewAddress};
use super::details::{BuyerIdentity, apply_identity, buyer_warnings, check_identity};
use super::identity::AddressSource;
use crate::app::App;
use crate::cart::error::CartError;
use crate::cart::load::load_in;
use crate::cart::lock::lock_cart;
use crate::cart::rules::enter_market;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::db::Tx;
use crate::error::Fault;
use crate::market::Address;

/// What a buyer writes into such a form.
#[derive(Clone, Debug)]
pub struct Contact {
    /// As typed in.
    pub email: String,
    /// As typed in; an empty text takes the number out.
    pub phone: String,
    /// ISO 3166-1 alpha-2; where it is delivered to, or where the buyer is.
    pub country: Option<&'static str>,
    /// The language that the buyer reads, as in LanguageCode.
    pub language: Option<&'static str>,
    /// Where it goes; `None` where it goes nowhere.
    pub address: Option<Address>,
}

/// Writes down who buys and where it goes. The selected address becomes this one, so that how it is delivered stays
/// chosen; the first address of a cart is selected.
///
/// # Errors
/// [`CartError`] for an unknown cart and for an address or number that makes no sense.
pub async fn enter_contact(app: &App, token: &str, contact: &Contact) -> Result<Outcome, CartError> {
    let identity = BuyerIdentity {
        email: Some(contact.email.clone()),
        phone: Some(contact.phone.clone()),
        country: contact.country,
        ..BuyerIdentity::default()
    };
    check_identity(&identity)?;
    let address = contact.address.clone().map(|address| NewAddress {
        address: AddressSource::Written(address),
        selected: true,
        one_time_use: false,
        strict: true,
    });
    addresses::check(address.as_slice())?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let before = (cart.row.country.clone(), cart.row.email.clone());
            apply_identity(&mut cart.row, &identity)?;
            if let Some(language) = contact.language {
                language.clone_into(&mut cart.row.language);
            }
            if let Some(new) = &address
                && !rewrite_in(&tx, &cart.row, contact).await?
            {
                addresses::insert_in(&tx, now, &cart.row, std::slice::from_ref(new), false).await?;
            }
            // Another country may be in another market.
            enter_market(&mut cart.row, &rules, &cart.segments, now);
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            let after = (cart.row.country.clone(), cart.row.email.clone());
            let warnings = if before == after { Vec::new() } else { buyer_warnings(&cart) };
            Ok::<_, CartError>(Outcome { cart, warnings })
        })
        .await?;
    settled(app, outcome).await
}

/// Writes the address over the selected one; tells whether there is one.
async fn rewrite_in(tx: &Tx, cart: &entity::cart::Model, contact: &Contact) -> Result<bool, Fault> {
    let selected = cart_address::Entity::find()
        .filter(cart_address::Column::CartId.eq(cart.id))
        .filter(cart_address::Column::Selected.eq(true))
        .one(tx)
        .await?;
    let Some(row) = selected else { return Ok(false) };
    let address = serde_json::to_value(&contact.address)?;
    if row.address != address {
        let mut row: cart_address::ActiveModel = row.into();
        row.address = Set(address);
        row.strict = Set(true);
        row.update(tx).await?;
    }
    Ok(true)
}
