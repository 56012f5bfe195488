//! Opening a mailed link: activating an account, choosing a new password.

use entity::customer::{self, CustomerState};
use entity::id::CustomerId;
use entity::one_time_token::OneTimePurpose;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use secrecy::SecretString;

use super::attempt::{self, Attempt, TOKEN_ADDRESS};
use super::credential::{awaits_activation, lock, record_in, set_password_in};
use super::error::{CustomerError, CustomerRefusalCode};
use super::password::check_password;
use super::session::{self, IssuedToken};
use super::{Email, one_time};
use crate::actor::Actor;
use crate::app::App;

/// A link that is opened.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// Whose.
    pub customer_id: CustomerId,
    /// The secret in it.
    pub token: String,
    /// The password that is chosen.
    pub password: SecretString,
}

/// A customer who has just been signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub customer: customer::Model,
    /// With which token.
    pub token: IssuedToken,
}

/// Opens an invitation: the account can be used from now on, and its address counts as verified.
///
/// # Errors
/// [`CustomerRefusalCode::TokenInvalid`] for a wrong, used or expired token, [`CustomerRefusalCode::AlreadyEnabled`] for
/// who holds the right one of an account that is active, refusals of the password.
pub async fn activate(app: &App, actor: &Actor, link: &Redemption) -> Result<SignedIn, CustomerError> {
    redeem(app, actor, link, OneTimePurpose::Activation).await
}

/// Sets a new password by a mailed link: ends every session, and the address counts as verified.
///
/// # Errors
/// [`CustomerRefusalCode::TokenInvalid`] for a wrong, used or expired token, refusals of the password.
pub async fn reset(app: &App, actor: &Actor, link: &Redemption) -> Result<SignedIn, CustomerError> {
    redeem(app, actor, link, OneTimePurpose::Recovery).await
}

async fn redeem(
    app: &App,
    actor: &Actor,
    link: &Redemption,
    purpose: OneTimePurpose,
) -> Result<SignedIn, CustomerError> {
    let caller = attempt::buyer_address(app, actor).await?;
    let attempt = Attempt::by_caller(app, TOKEN_ADDRESS, caller)?;
    attempt::count(app, attempt.as_slice()).await?;
    let db = app.db.fresh();
    let token = one_time::find(db, link.customer_id, purpose, &link.token).await?.ok_or_else(invalid)?;
    let row = customer::Entity::find_by_id(link.customer_id).one(db).await?.ok_or_else(invalid)?;
    check_state(purpose, row.state)?;
    if !one_time::is_live(&token, app.clock.now()) {
        return Err(invalid());
    }
    let email = row.email.as_deref().and_then(Email::parse);
    check_password(&link.password, email.as_ref())?;
    let hash = app.passwords.hash(link.password.clone()).await?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = lock(&tx, link.customer_id).await?.ok_or_else(invalid)?;
            check_state(purpose, row.state)?;
            if !one_time::use_in(&tx, now, token.id).await? {
                return Err(invalid());
            }
            set_password_in(&tx, now, row.id, &hash).await?;
            let mut row: customer::ActiveModel = row.into();
            row.state = Set(CustomerState::Enabled);
            row.email_verified_at = Set(Some(now));
            row.updated_at = Set(now);
            let customer = row.update(&tx).await?;
            let issued = session::issue_in(&tx, now, customer.id).await?;
            let kind = match purpose {
                OneTimePurpose::Activation => "customer.activated",
                OneTimePurpose::Recovery => "customer.password_reset",
            };
            record_in(&tx, now, kind, &customer).await?;
            if let Some(attempt) = &attempt {
                attempt::take_back(&tx, attempt).await?;
            }
            tx.commit().await?;
            Ok(SignedIn { customer, token: issued })
        })
        .await
}

fn check_state(purpose: OneTimePurpose, state: CustomerState) -> Result<(), CustomerError> {
    match (purpose, state) {
        (OneTimePurpose::Activation, CustomerState::Enabled) => {
            let message = "The account has been activated already";
            Err(CustomerError::refused(CustomerRefusalCode::AlreadyEnabled, &[], message))
        }
        (OneTimePurpose::Activation, state) if awaits_activation(state) => Ok(()),
        (OneTimePurpose::Recovery, CustomerState::Enabled) => Ok(()),
        (OneTimePurpose::Activation | OneTimePurpose::Recovery, _) => Err(invalid()),
    }
}

fn invalid() -> CustomerError {
    let message = "The link is wrong, was used already, or has expired";
    CustomerError::refused(CustomerRefusalCode::TokenInvalid, &["token"], message)
}
