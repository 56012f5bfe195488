//! Signing in by multipass.

use chrono::{DateTime, Utc};
use entity::consent_event::ConsentSource;
use entity::customer::{self, CustomerState};
use entity::{customer_credential, customer_tag, multipass_use};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

use super::address::{self, AddressChange};
use super::attempt::{self, Attempt, TOKEN_ADDRESS};
use super::credential::{lock, record_in};
use super::error::{CustomerError, CustomerRefusalCode};
use super::multipass::{Claims, LARGEST_LEAD, LONGEST_AGE, Opened, is_fresh, open};
use super::profile::Check;
use super::session::{self, IssuedToken};
use super::{Email, consent, one_time};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, violates};
use crate::market::Address;

/// Tags of a token at most.
const MAX_TAGS: usize = 50;
/// Characters of a tag and of an identifier at most.
const MAX_TEXT_LENGTH: usize = 255;
/// Addresses of a token at most.
const MAX_CLAIMED_ADDRESSES: usize = 10;

/// What a token says, checked.
struct Checked {
    email: Email,
    first_name: Option<String>,
    last_name: Option<String>,
    identifier: Option<String>,
    tags: Vec<String>,
    addresses: Vec<(Address, bool)>,
}

/// Signs in the customer for whom a token of the merchant vouches; makes an account where there is none.
///
/// The merchant's word counts as a proof of the address, like a mailed link: a guest's orders belong to the account from
/// then on, and whoever chose a password for the address before it was proved is locked out.
///
/// # Errors
/// [`CustomerRefusalCode::InvalidMultipassRequest`] for whatever cannot be used: a wrong seal, a token that is old or was
/// used, an account that is disabled or has another identifier; [`CustomerError::Throttled`] after too many.
pub async fn sign_in_with_multipass(
    app: &App,
    actor: &Actor,
    token: &str,
) -> Result<IssuedToken, CustomerError> {
    let caller = attempt::buyer_address(app, actor).await?;
    let attempt = Attempt::by_caller(app, TOKEN_ADDRESS, caller)?;
    attempt::count(app, attempt.as_slice()).await?;
    let secret = app.config.multipass_secret.as_ref().ok_or_else(invalid)?;
    let opened = open(secret, token).ok_or_else(invalid)?;
    let is_elsewhere = opened.claims.remote_ip.is_some_and(|bound| Some(bound) != caller);
    if is_elsewhere || !is_fresh(opened.claims.created_at, app.clock.now()) {
        return Err(invalid());
    }
    let checked = check(&opened.claims)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            use_up(&tx, &opened).await?;
            let (customer, is_new) = admit(&tx, now, &checked).await?;
            if is_new {
                consent::note_in(&tx, now, customer.id, false, ConsentSource::Multipass).await?;
            }
            fill_book(&tx, now, &customer, &checked.addresses).await?;
            tag(&tx, &customer, &checked.tags).await?;
            let issued = session::issue_in(&tx, now, customer.id).await?;
            record_in(&tx, now, "customer.signed_in_by_multipass", &customer).await?;
            if let Some(attempt) = &attempt {
                attempt::take_back(&tx, attempt).await?;
            }
            tx.commit().await?;
            Ok(issued)
        })
        .await
}

fn check(claims: &Claims) -> Result<Checked, CustomerError> {
    let mut check = Check::default();
    let email = check.email(&claims.email);
    let first_name = check.name("firstName", claims.first_name.clone());
    let last_name = check.name("lastName", claims.last_name.clone());
    let identifier = claims.identifier.clone().filter(|text| !text.is_empty());
    let tags: Vec<String> = claims
        .tag_string
        .iter()
        .flat_map(|text| text.split(','))
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect();
    let is_long = |text: &String| text.chars().count() > MAX_TEXT_LENGTH;
    let too_much = tags.len() > MAX_TAGS
        || claims.addresses.len() > MAX_CLAIMED_ADDRESSES
        || tags.iter().chain(&identifier).any(is_long);
    let addresses = claims
        .addresses
        .iter()
        .map(|claimed| (AddressChange::from(claimed).applied_to(Address::default()), claimed.is_default))
        .filter(|(address, _)| *address != Address::default())
        .collect();
    match email {
        Some(email) if check.refusals.is_empty() && !too_much => {
            Ok(Checked { email, first_name, last_name, identifier, tags, addresses })
        }
        _ => Err(invalid()),
    }
}

/// A token is good once.
async fn use_up(tx: &Tx, opened: &Opened) -> Result<(), CustomerError> {
    let row = multipass_use::ActiveModel {
        token_hash: Set(opened.token_hash.clone()),
        expires_at: Set(opened.claims.created_at + LONGEST_AGE + LARGEST_LEAD),
    };
    let once = OnConflict::column(multipass_use::Column::TokenHash).do_nothing().to_owned();
    let written = multipass_use::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await;
    match written {
        Ok(1) => Ok(()),
        Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => Err(invalid()),
        Err(error) => Err(error.into()),
    }
}

/// The customer that is meant, locked and able to sign in, and whether it is new.
async fn admit(
    tx: &Tx,
    now: DateTime<Utc>,
    checked: &Checked,
) -> Result<(customer::Model, bool), CustomerError> {
    let by_identifier = match &checked.identifier {
        Some(identifier) => {
            customer::Entity::find()
                .filter(customer::Column::MultipassIdentifier.eq(identifier))
                .lock_exclusive()
                .one(tx)
                .await?
        }
        None => None,
    };
    if let Some(known) = by_identifier {
        return Ok((welcome(tx, now, known, checked).await?, false));
    }
    let email_norm = checked.email.normalized();
    let new = customer::ActiveModel {
        id: NotSet,
        email_norm: Set(Some(email_norm.clone())),
        email: Set(Some(checked.email.as_str().to_owned())),
        phone: Set(None),
        first_name: Set(checked.first_name.clone()),
        last_name: Set(checked.last_name.clone()),
        state: Set(CustomerState::Enabled),
        accepts_marketing: Set(false),
        email_verified_at: Set(Some(now)),
        language: Set(None),
        multipass_identifier: Set(checked.identifier.clone()),
        tax_exempt: Set(false),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let unless_known = OnConflict::column(customer::Column::EmailNorm).do_nothing().to_owned();
    match customer::Entity::insert(new).on_conflict(unless_known).exec_with_returning(tx).await {
        Ok(row) => return Ok((row, true)),
        Err(sea_orm::DbErr::RecordNotInserted | sea_orm::DbErr::RecordNotFound(_)) => {}
        Err(error) => return Err(taken_or_fault(error)),
    }
    let known = customer::Entity::find().filter(customer::Column::EmailNorm.eq(email_norm)).one(tx).await?;
    let known = lock(tx, known.ok_or_else(invalid)?.id).await?.ok_or_else(invalid)?;
    let is_other = known.multipass_identifier.is_some() && known.multipass_identifier != checked.identifier;
    if is_other && checked.identifier.is_some() {
        return Err(invalid());
    }
    Ok((welcome(tx, now, known, checked).await?, false))
}

/// Lets a customer in who is there already.
async fn welcome(
    tx: &Tx,
    now: DateTime<Utc>,
    known: customer::Model,
    checked: &Checked,
) -> Result<customer::Model, CustomerError> {
    match known.state {
        CustomerState::Guest | CustomerState::Invited | CustomerState::Enabled => {}
        CustomerState::Disabled | CustomerState::Erased => return Err(invalid()),
    }
    let moves = known.email_norm.as_deref() != Some(checked.email.normalized().as_str());
    if moves || known.email_verified_at.is_none() {
        one_time::revoke_all_in(tx, now, known.id).await?;
    }
    if known.email_verified_at.is_none() {
        // The password was chosen by somebody who never proved to own the address.
        customer_credential::Entity::delete_by_id(known.id).exec(tx).await?;
        session::revoke_all_in(tx, now, known.id).await?;
    }
    let mut row = known.clone().into_active_model();
    row.state = Set(CustomerState::Enabled);
    row.email_norm = Set(Some(checked.email.normalized()));
    row.email = Set(Some(checked.email.as_str().to_owned()));
    row.email_verified_at = Set(Some(now));
    row.first_name = Set(checked.first_name.clone().or(known.first_name));
    row.last_name = Set(checked.last_name.clone().or(known.last_name));
    row.multipass_identifier = Set(checked.identifier.clone().or(known.multipass_identifier));
    row.updated_at = Set(now);
    row.update(tx).await.map_err(taken_or_fault)
}

fn taken_or_fault(error: sea_orm::DbErr) -> CustomerError {
    let is_taken = violates(&error, "customer_email_unique", "customer.email_norm")
        || violates(&error, "customer_multipass_unique", "customer.multipass_identifier");
    if is_taken { invalid() } else { Fault::from(error).into() }
}

/// Adds the addresses that are not there yet; those that no book takes are left out.
async fn fill_book(
    tx: &Tx,
    now: DateTime<Utc>,
    customer: &customer::Model,
    addresses: &[(Address, bool)],
) -> Result<(), CustomerError> {
    if addresses.is_empty() {
        return Ok(());
    }
    let mut known = address::list_addresses(tx, customer.id).await?;
    for (address, is_default) in addresses {
        let id = match known.iter().find(|known| known.address == *address) {
            Some(known) => known.id,
            None => match address::insert_in(tx, now, customer.id, &known, address).await {
                Ok(row) => {
                    let id = row.id;
                    known.push(row.try_into()?);
                    id
                }
                Err(CustomerError::Refused(_)) => continue,
                Err(error) => return Err(error),
            },
        };
        if *is_default {
            address::set_default_in(tx, customer.id, id).await?;
        }
    }
    Ok(())
}

async fn tag(tx: &Tx, customer: &customer::Model, tags: &[String]) -> Result<(), CustomerError> {
    let mut seen = std::collections::BTreeMap::new();
    for tag in tags {
        seen.entry(tag.to_lowercase()).or_insert_with(|| tag.clone());
    }
    if seen.is_empty() {
        return Ok(());
    }
    let rows = seen.into_iter().map(|(tag_norm, tag)| customer_tag::ActiveModel {
        customer_id: Set(customer.id),
        tag_norm: Set(tag_norm),
        tag: Set(tag),
    });
    let unless_known = OnConflict::columns([customer_tag::Column::CustomerId, customer_tag::Column::TagNorm])
        .do_nothing()
        .to_owned();
    customer_tag::Entity::insert_many(rows).on_conflict(unless_known).exec_without_returning(tx).await?;
    Ok(())
}

fn invalid() -> CustomerError {
    let message = "The multipass token cannot be used";
    CustomerError::refused(CustomerRefusalCode::InvalidMultipassRequest, &["multipassToken"], message)
}
