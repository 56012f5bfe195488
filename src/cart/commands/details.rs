//! What a cart says besides its lines: note, words of the front end, buyer, bill, payment.

use serde::{Deserialize, Serialize};

use super::addresses::{self, MAX_ADDRESSES, NewAddress};
use super::discount_codes;
use super::identity::{name_customer, session_of};
use crate::app::App;
use crate::cart::agreed;
use crate::cart::error::{CartError, CartWarning, Refusal, RefusalCode, WarningCode, WarningTarget};
use crate::cart::line::{Attributes, attributes_fit};
use crate::cart::load::load_in;
use crate::cart::lock::{LockedCart, lock_cart, segments_of};
use crate::cart::rules::enter_market;
use crate::cart::settle::settled;
use crate::cart::view::{CartView, Outcome};
use crate::customer::Email;
use crate::error::Fault;
use crate::market::Address;
use crate::money::Currency;
use crate::payment::{FREE, Payment, PaymentError};

/// Characters of a note at most.
pub const MAX_NOTE_LENGTH: usize = 5_000;
/// Characters of a telephone number at most.
const MAX_PHONE_LENGTH: usize = 40;

/// Where addresses stand in the input of an identity.
const PREFERENCES: [&str; 2] = ["buyerIdentity", "deliveryAddressPreferences"];

/// Who buys; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct BuyerIdentity {
    /// As typed in; an empty text takes the address out.
    pub email: Option<String>,
    /// As typed in; an empty text takes the number out.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<&'static str>,
    /// What the buyer prefers.
    pub preferences: Option<Preferences>,
    /// The signed-in customer's token; an inner `None` takes the customer out.
    pub customer_access_token: Option<Option<String>>,
    /// A company's place, which nobody can have: the shop does not sell to companies.
    pub company_location_id: Option<String>,
    /// Where the cart may go; these take the place of the addresses that it has, and the first is selected.
    pub addresses: Option<Vec<NewAddress>>,
}

/// What a buyer prefers; kept for the front end, which alone acts on it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preferences {
    /// Names of wallets.
    pub wallet: Option<Vec<String>>,
    /// Names of delivery methods.
    pub delivery_method: Vec<String>,
    /// Handles of places to pick up from.
    pub pickup_handle: Vec<String>,
    /// Country, latitude and longitude, as written.
    pub coordinates: Option<(String, serde_json::Number, serde_json::Number)>,
}

/// What becomes of the price that the buyer was told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// It stays what they agreed to.
    Kept,
    /// They agree to what the cart costs now.
    Given,
}

/// Begins a transaction, locks a cart, changes its row and writes it back.
pub(super) async fn change(
    app: &App,
    token: &str,
    agreement: Agreement,
    change: impl Fn(&mut LockedCart) -> Result<(), CartError>,
    check: impl Fn(&CartView) -> Result<(), CartError>,
) -> Result<Outcome, CartError> {
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            change(&mut cart)?;
            let mut view = load_in(&tx, now, &rules, cart.clone(), token).await?;
            check(&view)?;
            match agreement {
                Agreement::Kept => agreed::carry_on(&mut cart.row)?,
                Agreement::Given => agreed::give(&mut cart.row, &view)?,
            }
            cart.save(&tx, app).await?;
            view.row = cart.row;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { cart: view, warnings: Vec::new() })
        })
        .await?;
    settled(app, outcome).await
}

/// Sets the note; an empty one takes it out.
///
/// # Errors
/// [`CartError`] for an unknown cart and a note that is too long.
pub async fn update_note(app: &App, token: &str, note: Option<&str>) -> Result<Outcome, CartError> {
    check_note(note)?;
    let set = |cart: &mut LockedCart| {
        cart.row.note = note.filter(|note| !note.is_empty()).map(str::to_owned);
        Ok(())
    };
    change(app, token, Agreement::Kept, set, |_| Ok(())).await
}

/// Sets the words of the front end.
///
/// # Errors
/// [`CartError`] for an unknown cart and words that are too many or too long.
pub async fn update_attributes(
    app: &App,
    token: &str,
    attributes: &Attributes,
) -> Result<Outcome, CartError> {
    check_attributes(attributes)?;
    let set = |cart: &mut LockedCart| {
        cart.row.attributes = serde_json::to_value(attributes).map_err(Fault::from)?;
        Ok(())
    };
    change(app, token, Agreement::Kept, set, |_| Ok(())).await
}

/// Sets who buys. Another customer and another country may be in other segments and another market: all prices and
/// discounts are those of the new buyer then, and what is not sold to them, or no longer taken off, is told.
///
/// # Errors
/// [`CartError`] for an unknown cart and for an address, number or token that makes no sense.
pub async fn update_buyer_identity(
    app: &App,
    token: &str,
    identity: &BuyerIdentity,
) -> Result<Outcome, CartError> {
    check_identity(identity)?;
    // Read beside the transaction: the token may end meanwhile, but then it could have a moment later.
    let session = session_of(app.db.fresh(), app.clock.now(), identity).await?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let before = (cart.row.customer_id, cart.row.country.clone(), cart.row.email.clone());
            name_customer(&mut cart.row, identity, session.as_ref());
            apply_identity(&mut cart.row, identity)?;
            if cart.row.customer_id != before.0 {
                cart.segments = segments_of(&tx, cart.row.customer_id).await?;
            }
            if let Some(addresses) = &identity.addresses {
                addresses::replace_in(&tx, now, &cart.row, addresses).await?;
            }
            // Another country may be in another market.
            enter_market(&mut cart.row, &rules, &cart.segments, now);
            cart.save(&tx, app).await?;
            let cart = load_in(&tx, now, &rules, cart, token).await?;
            tx.commit().await?;
            let after = (cart.row.customer_id, cart.row.country.clone(), cart.row.email.clone());
            let warnings = if before == after { Vec::new() } else { buyer_warnings(&cart) };
            Ok::<_, CartError>(Outcome { cart, warnings })
        })
        .await?;
    settled(app, outcome).await
}

/// What a new buyer should know: which lines are not sold to them, and which codes take nothing off for them.
pub(super) fn buyer_warnings(cart: &CartView) -> Vec<CartWarning> {
    let unsold = cart.unsold.iter().map(|line| CartWarning {
        code: WarningCode::MerchandiseOutOfStock,
        target: WarningTarget::Line(*line),
        message: "A product in the cart is not sold to this buyer".to_owned(),
    });
    unsold.chain(discount_codes::warnings(cart)).collect()
}

/// Sets where the bill goes; `None` takes it out.
///
/// # Errors
/// [`CartError`] for an unknown cart and a faulty address.
pub async fn update_billing_address(
    app: &App,
    token: &str,
    address: Option<&Address>,
) -> Result<Outcome, CartError> {
    check_billing(address, &["billingAddress"])?;
    let set = |cart: &mut LockedCart| {
        cart.row.billing_address = address.map(serde_json::to_value).transpose().map_err(Fault::from)?;
        Ok(())
    };
    change(app, token, Agreement::Kept, set, |_| Ok(())).await
}

/// Sets how the buyer means to pay, and where the bill goes if that is said with it.
///
/// # Errors
/// [`CartError`] for an unknown or empty cart, another currency, a provider that is off or lacks its token, and a free
/// payment of a cart that costs something.
pub async fn update_payment(
    app: &App,
    token: &str,
    payment: &Payment,
    billing: Option<&Address>,
) -> Result<Outcome, CartError> {
    check_billing(billing, &["payment", "billingAddress"])?;
    app.payments.check(payment).map_err(|error| match error {
        PaymentError::MethodUnavailable => {
            CartError::refused(RefusalCode::PaymentMethodNotSupported, &["payment"], error.to_string())
        }
        PaymentError::TokenMissing => {
            CartError::refused(RefusalCode::InvalidPayment, &["payment"], error.to_string())
        }
    })?;
    let set = |cart: &mut LockedCart| {
        if payment.currency != cart.row.currency || Currency::find(&payment.currency).is_none() {
            let message = "The payment is in another currency than the cart";
            let field = ["payment", "amount", "currencyCode"];
            return Err(CartError::refused(RefusalCode::InvalidPayment, &field, message));
        }
        cart.row.payment = Some(serde_json::to_value(payment).map_err(Fault::from)?);
        if let Some(billing) = billing {
            cart.row.billing_address = Some(serde_json::to_value(billing).map_err(Fault::from)?);
        }
        Ok(())
    };
    let check = |cart: &CartView| {
        if cart.lines.is_empty() {
            let code = RefusalCode::InvalidPaymentEmptyCart;
            return Err(CartError::refused(code, &["payment"], "There is nothing in the cart to pay for"));
        }
        if payment.provider == FREE && cart.due_minor() > 0 {
            let message = "The cart is not free";
            let field = ["payment", "freePaymentMethod"];
            return Err(CartError::refused(RefusalCode::InvalidPayment, &field, message));
        }
        Ok(())
    };
    change(app, token, Agreement::Given, set, check).await
}

pub(super) fn check_note(note: Option<&str>) -> Result<(), CartError> {
    if note.is_some_and(|note| note.chars().count() > MAX_NOTE_LENGTH) {
        let message = format!("A note has at most {MAX_NOTE_LENGTH} characters");
        return Err(CartError::refused(RefusalCode::NoteTooLong, &["note"], message));
    }
    Ok(())
}

pub(super) fn check_attributes(attributes: &Attributes) -> Result<(), CartError> {
    if attributes_fit(attributes) {
        return Ok(());
    }
    let message = "The attributes are too many or too long";
    Err(CartError::refused(RefusalCode::Invalid, &["attributes"], message))
}

pub(super) fn check_identity(identity: &BuyerIdentity) -> Result<(), CartError> {
    let given = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let mut refusals = Vec::new();
    if given(&identity.email).is_some_and(|email| Email::parse(&email).is_none()) {
        let field = ["buyerIdentity", "email"];
        refusals.push(Refusal::new(RefusalCode::Invalid, &field, "The e-mail address is not valid"));
    }
    let is_phone = |phone: &str| {
        phone.len() <= MAX_PHONE_LENGTH
            && phone.chars().any(|letter| letter.is_ascii_digit())
            && phone.chars().all(|letter| letter.is_ascii_digit() || " +-().x/".contains(letter))
    };
    if given(&identity.phone).is_some_and(|phone| !is_phone(&phone)) {
        let field = ["buyerIdentity", "phone"];
        refusals.push(Refusal::new(RefusalCode::Invalid, &field, "The telephone number is not valid"));
    }
    if given(&identity.company_location_id).is_some() {
        let field = ["buyerIdentity", "companyLocationId"];
        let message = "The company location does not exist";
        refusals.push(Refusal::new(RefusalCode::InvalidCompanyLocation, &field, message));
    }
    let addresses = identity.addresses.as_deref().unwrap_or_default();
    if addresses.len() > MAX_ADDRESSES {
        let message = format!("A cart has at most {MAX_ADDRESSES} addresses");
        refusals.push(Refusal::new(RefusalCode::TooManyDeliveryAddresses, &PREFERENCES, message));
    }
    refusals.extend(addresses::refusals_of(addresses).into_iter().map(|refusal| {
        // `addresses.2.address.deliveryAddress` is `deliveryAddressPreferences.2.deliveryAddress` here.
        let inner = refusal.field.into_iter().skip(1).filter(|part| part != "address");
        Refusal { field: PREFERENCES.map(str::to_owned).into_iter().chain(inner).collect(), ..refusal }
    }));
    if refusals.is_empty() { Ok(()) } else { Err(CartError::Refused(refusals)) }
}

pub(super) fn apply_identity(row: &mut entity::cart::Model, identity: &BuyerIdentity) -> Result<(), Fault> {
    let tidy = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(email) = &identity.email {
        row.email = tidy(email);
    }
    if let Some(phone) = &identity.phone {
        row.phone = tidy(phone);
    }
    if let Some(country) = identity.country {
        country.clone_into(&mut row.country);
    }
    if let Some(preferences) = &identity.preferences {
        row.preferences = Some(serde_json::to_value(preferences)?);
    }
    Ok(())
}

fn check_billing(address: Option<&Address>, field: &[&str]) -> Result<(), CartError> {
    let refusals: Vec<Refusal> = address
        .iter()
        .flat_map(|address| address.faults())
        .map(|fault| {
            let name = fault.field.name();
            let field: Vec<&str> = field.iter().copied().chain([name]).collect();
            Refusal::new(RefusalCode::Invalid, &field, format!("{name} is not valid"))
        })
        .collect();
    if refusals.is_empty() { Ok(()) } else { Err(CartError::Refused(refusals)) }
}
