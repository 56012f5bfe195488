//! Changing what a customer says of themselves.

use entity::consent_event::ConsentSource;
use entity::customer;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use secrecy::SecretString;

use super::attempt::{self, Attempt, SIGN_UP_ADDRESS};
use super::credential::{record_in, set_password_in};
use super::error::{CustomerError, CustomerRefusalCode};
use super::password::check_password;
use super::profile::Check;
use super::session::{self, IssuedToken, find_session, lock_session};
use super::{Email, consent, one_time};
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, violates};

/// A change of a customer; what is `None` stays. An inner `None` takes the value out.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Another address, as typed in.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<Option<String>>,
    /// Family name.
    pub last_name: Option<Option<String>>,
    /// As typed in.
    pub phone: Option<Option<String>>,
    /// Whether they agree to be written to.
    pub accepts_marketing: Option<bool>,
    /// Another password.
    pub password: Option<SecretString>,
}

/// A change that was checked.
struct Checked {
    email: Option<Email>,
    first_name: Option<Option<String>>,
    last_name: Option<Option<String>>,
    phone: Option<Option<String>>,
}

fn check(change: &ProfileChange, current: Option<&str>) -> Result<Checked, CustomerError> {
    let mut check = Check::default();
    let email = change.email.as_deref().and_then(|text| check.email(text));
    let first_name = change.first_name.clone().map(|name| check.name("firstName", name));
    let last_name = change.last_name.clone().map(|name| check.name("lastName", name));
    let phone = change.phone.clone().map(|phone| check.phone(phone));
    let own = email.clone().or_else(|| current.and_then(Email::parse));
    if let Some(password) = &change.password {
        match check_password(password, own.as_ref()) {
            Err(CustomerError::Refused(refusals)) => check.refusals.extend(refusals),
            other => other?,
        }
    }
    if check.refusals.is_empty() {
        return Ok(Checked { email, first_name, last_name, phone });
    }
    Err(CustomerError::Refused(check.refusals))
}

/// Changes a customer. Another password ends every session and answers a new token; another address is unverified and
/// makes the links useless that were mailed to the old one.
///
/// # Errors
/// Refusals for a token that is not valid, faulty parts, and an address that is [`CustomerRefusalCode::Taken`];
/// [`CustomerError::Throttled`] after too many tries of addresses.
pub async fn update(
    app: &App,
    actor: &Actor,
    token: &str,
    change: &ProfileChange,
) -> Result<(customer::Model, Option<IssuedToken>), CustomerError> {
    let session = find_session(app.db.fresh(), app.clock.now(), token).await?;
    let session = session.ok_or_else(CustomerError::not_signed_in)?;
    let checked = check(change, session.customer.email.as_deref())?;
    if checked.email.is_some() {
        let caller = attempt::buyer_address(app, actor).await?;
        attempt::count(app, Attempt::by_caller(app, SIGN_UP_ADDRESS, caller)?.as_slice()).await?;
    }
    let hash = match &change.password {
        Some(password) => Some(app.passwords.hash(password.clone()).await?),
        None => None,
    };
    app.db.retry(|| update_once(app, token, change, &checked, hash.as_deref())).await
}

async fn update_once(
    app: &App,
    token: &str,
    change: &ProfileChange,
    checked: &Checked,
    hash: Option<&str>,
) -> Result<(customer::Model, Option<IssuedToken>), CustomerError> {
    let now = app.clock.now();
    let tx = app.begin().await?;
    let before = lock_session(&tx, now, token).await?.customer;
    let moves = checked.email.as_ref().is_some_and(|email| Some(email.normalized()) != before.email_norm);
    let consents = change.accepts_marketing.filter(|granted| *granted != before.accepts_marketing);
    let mut row = before.clone().into_active_model();
    if let Some(email) = &checked.email {
        row.email_norm = Set(Some(email.normalized()));
        row.email = Set(Some(email.as_str().to_owned()));
    }
    if moves {
        row.email_verified_at = Set(None);
    }
    checked.first_name.clone().into_iter().for_each(|name| row.first_name = Set(name));
    checked.last_name.clone().into_iter().for_each(|name| row.last_name = Set(name));
    checked.phone.clone().into_iter().for_each(|phone| row.phone = Set(phone));
    consents.into_iter().for_each(|granted| row.accepts_marketing = Set(granted));
    row.updated_at = Set(now);
    let customer = row.update(&tx).await.map_err(|error| {
        if violates(&error, "customer_email_unique", "customer.email_norm") {
            let message = "The e-mail address has an account already";
            return CustomerError::refused(CustomerRefusalCode::Taken, &["email"], message);
        }
        Fault::from(error).into()
    })?;
    if moves {
        one_time::revoke_all_in(&tx, now, customer.id).await?;
    }
    if let Some(granted) = consents {
        consent::note_in(&tx, now, customer.id, granted, ConsentSource::Profile).await?;
    }
    let issued = match hash {
        Some(hash) => {
            set_password_in(&tx, now, customer.id, hash).await?;
            Some(session::issue_in(&tx, now, customer.id).await?)
        }
        None => None,
    };
    record_in(&tx, now, "customer.updated", &customer).await?;
    tx.commit().await?;
    Ok((customer, issued))
}
