//! Making an account.

use entity::consent_event::ConsentSource;
use entity::customer::{self, CustomerState};
use entity::one_time_token::OneTimePurpose;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};
use secrecy::SecretString;

use super::attempt::{self, Attempt, MAIL_ACCOUNT, SIGN_UP_ADDRESS};
use super::credential::{awaits_activation, record_in, set_password_in};
use super::error::{CustomerError, CustomerRefusalCode};
use super::password::check_password;
use super::profile::Check;
use super::{Email, consent, one_time};
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;

/// Somebody who signs up.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// As typed in.
    pub email: String,
    /// With which they will sign in.
    pub password: SecretString,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// As typed in.
    pub phone: Option<String>,
    /// Whether they agree to be written to; `None` where they said nothing.
    pub accepts_marketing: Option<bool>,
    /// As in LanguageCode.
    pub language: &'static str,
}

/// An input that was checked.
struct Checked {
    email: Email,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
}

fn check(new: &NewCustomer) -> Result<Checked, CustomerError> {
    let mut check = Check::default();
    let email = check.email(&new.email);
    let first_name = check.name("firstName", new.first_name.clone());
    let last_name = check.name("lastName", new.last_name.clone());
    let phone = check.phone(new.phone.clone());
    match check_password(&new.password, email.as_ref()) {
        Err(CustomerError::Refused(refusals)) => check.refusals.extend(refusals),
        other => other?,
    }
    match email {
        Some(email) if check.refusals.is_empty() => Ok(Checked { email, first_name, last_name, phone }),
        _ => Err(CustomerError::Refused(check.refusals)),
    }
}

/// Makes an account, which can be used at once. Its address counts as unverified until a mailed link was opened: orders
/// that somebody placed with the address as a guest do not belong to it before.
///
/// An address that has only bought as a guest gets no account by this, but a mail with a link that makes one: its orders
/// are there already, and only who reads its mails may see them. The password given here is not kept.
///
/// # Errors
/// [`CustomerRefusalCode::Taken`] for the address of an account, [`CustomerRefusalCode::CustomerDisabled`] where a mail
/// was sent, refusals for faulty parts, [`CustomerError::Throttled`] after too many tries.
pub async fn create(app: &App, actor: &Actor, new: NewCustomer) -> Result<customer::Model, CustomerError> {
    let checked = check(&new)?;
    let caller = attempt::buyer_address(app, actor).await?;
    let attempts: Vec<Attempt> = Attempt::by_caller(app, SIGN_UP_ADDRESS, caller)?.into_iter().collect();
    attempt::count(app, &attempts).await?;
    if let Some(known) = find_by_email(app.db.fresh(), &checked.email).await? {
        return Err(refuse_known(app, &known, &checked.email).await?);
    }
    let hash = app.passwords.hash(new.password.clone()).await?;
    let made = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let inserted = customer::Entity::insert(row_of(app, &new, &checked))
                .on_conflict(OnConflict::column(customer::Column::EmailNorm).do_nothing().to_owned())
                .exec_with_returning(&tx)
                .await;
            let row = match inserted {
                Ok(row) => row,
                // Somebody was faster.
                Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) => return Ok(None),
                Err(error) => return Err(CustomerError::from(error)),
            };
            set_password_in(&tx, now, row.id, &hash).await?;
            if let Some(granted) = new.accepts_marketing {
                consent::note_in(&tx, now, row.id, granted, ConsentSource::SignUp).await?;
            }
            record_in(&tx, now, "customer.created", &row).await?;
            tx.commit().await?;
            Ok(Some(row))
        })
        .await?;
    match made {
        Some(row) => Ok(row),
        None => {
            let known = find_by_email(app.db.writer(), &checked.email).await?;
            let known = known.ok_or_else(|| Fault::new("a taken address has no customer"))?;
            Err(refuse_known(app, &known, &checked.email).await?)
        }
    }
}

fn row_of(app: &App, new: &NewCustomer, checked: &Checked) -> customer::ActiveModel {
    let now = app.clock.now();
    customer::ActiveModel {
        id: NotSet,
        email_norm: Set(Some(checked.email.normalized())),
        email: Set(Some(checked.email.as_str().to_owned())),
        phone: Set(checked.phone.clone()),
        first_name: Set(checked.first_name.clone()),
        last_name: Set(checked.last_name.clone()),
        state: Set(CustomerState::Enabled),
        accepts_marketing: Set(new.accepts_marketing.unwrap_or(false)),
        email_verified_at: Set(None),
        language: Set(Some(new.language.to_owned())),
        multipass_identifier: Set(None),
        tax_exempt: Set(false),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// The customer with this address, whatever their state.
pub(super) async fn find_by_email<C: ConnectionTrait>(
    db: &C,
    email: &Email,
) -> Result<Option<customer::Model>, Fault> {
    let found = customer::Entity::find().filter(customer::Column::EmailNorm.eq(email.normalized()));
    Ok(found.one(db).await?)
}

/// What somebody is told who signs up with the address of a customer; a guest is sent an invitation.
async fn refuse_known(
    app: &App,
    known: &customer::Model,
    email: &Email,
) -> Result<CustomerError, CustomerError> {
    if !awaits_activation(known.state) {
        let message = "The e-mail address has an account already";
        return Ok(CustomerError::refused(CustomerRefusalCode::Taken, &["email"], message));
    }
    attempt::count(app, &[Attempt::on_account(app, MAIL_ACCOUNT, email.as_str())?]).await?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            one_time::issue_in(&tx, app, Some(known.id), OneTimePurpose::Activation).await?;
            tx.commit().await?;
            Ok::<_, CustomerError>(())
        })
        .await?;
    let message = format!(
        "A mail was sent to {}: open its link to verify the address and to choose a password",
        email.as_str()
    );
    Ok(CustomerError::refused(CustomerRefusalCode::CustomerDisabled, &["email"], message))
}
