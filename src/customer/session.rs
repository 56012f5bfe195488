//! Signing in and out: access tokens.

use chrono::{DateTime, TimeDelta, Utc};
use entity::customer::{self, CustomerState};
use entity::id::{CustomerId, CustomerTokenId};
use entity::{customer_access_token, customer_credential};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, Select,
};
use secrecy::SecretString;

use super::attempt::{self, Attempt, SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS};
use super::error::{CustomerError, CustomerRefusalCode};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::secret;
use crate::secret::password::is_outdated;

/// How long an access token is valid, from when it is issued or renewed.
pub const TOKEN_TIME: TimeDelta = TimeDelta::days(30);
/// How long it can be renewed at most, from when it was issued.
pub const LONGEST_TOKEN_TIME: TimeDelta = TimeDelta::days(365);
/// Valid tokens of a customer at most: a further one ends the oldest.
pub const MAX_TOKENS: u64 = 50;

/// An access token, told this once.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// The secret.
    pub token: String,
    /// Until when it is valid.
    pub expires_at: DateTime<Utc>,
}

/// A signed-in customer.
#[derive(Clone, Debug)]
pub struct Session {
    /// By which token.
    pub token_id: CustomerTokenId,
    /// Who.
    pub customer: customer::Model,
}

#[derive(FromQueryResult)]
struct SessionRow {
    #[sea_orm(nested)]
    customer: customer::Model,
    token_id: CustomerTokenId,
}

pub(super) fn live_sessions(now: DateTime<Utc>) -> Select<customer::Entity> {
    let tokens = customer::Entity::belongs_to(customer_access_token::Entity)
        .from(customer::Column::Id)
        .to(customer_access_token::Column::CustomerId)
        .into();
    customer::Entity::find()
        .expr_as(Expr::col((customer_access_token::Entity, customer_access_token::Column::Id)), "token_id")
        .join(JoinType::InnerJoin, tokens)
        .filter(customer_access_token::Column::RevokedAt.is_null())
        .filter(customer_access_token::Column::ExpiresAt.gt(now))
        .filter(customer::Column::State.eq(CustomerState::Enabled))
}

async fn one_session<C: ConnectionTrait>(
    db: &C,
    select: Select<customer::Entity>,
) -> Result<Option<Session>, Fault> {
    let row = select.into_model::<SessionRow>().one(db).await?;
    Ok(row.map(|row| Session { token_id: row.token_id, customer: row.customer }))
}

/// Who is signed in with this token; nobody for one that is wrong, expired or revoked, nor where the account is disabled.
/// One statement.
///
/// # Errors
/// The database's own.
pub async fn find_session<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    token: &str,
) -> Result<Option<Session>, Fault> {
    let by_hash = customer_access_token::Column::TokenHash.eq(secret::hash_token(token));
    one_session(db, live_sessions(now).filter(by_hash)).await
}

/// As [`find_session`], by the token's key: for a cart, which keeps that.
///
/// # Errors
/// The database's own.
pub async fn find_session_by_id<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    id: CustomerTokenId,
) -> Result<Option<Session>, Fault> {
    one_session(db, live_sessions(now).filter(customer_access_token::Column::Id.eq(id))).await
}

/// Who is signed in with this token, locked until the transaction ends.
///
/// # Errors
/// A refusal where nobody is.
pub(super) async fn lock_session(tx: &Tx, now: DateTime<Utc>, token: &str) -> Result<Session, CustomerError> {
    let by_hash = customer_access_token::Column::TokenHash.eq(secret::hash_token(token));
    let select = live_sessions(now).filter(by_hash).lock_exclusive();
    one_session(tx, select).await?.ok_or_else(CustomerError::not_signed_in)
}

#[derive(FromQueryResult)]
struct Known {
    id: CustomerId,
    password_hash: String,
}

/// The account with this e-mail address that has a password.
async fn find_known<C: ConnectionTrait>(db: &C, email_norm: &str) -> Result<Option<Known>, Fault> {
    let credentials = customer::Entity::belongs_to(customer_credential::Entity)
        .from(customer::Column::Id)
        .to(customer_credential::Column::CustomerId)
        .into();
    let known = customer::Entity::find()
        .select_only()
        .column(customer::Column::Id)
        .column_as(
            Expr::col((customer_credential::Entity, customer_credential::Column::PasswordHash)),
            "password_hash",
        )
        .join(JoinType::InnerJoin, credentials)
        .filter(customer::Column::EmailNorm.eq(email_norm))
        .filter(customer::Column::State.eq(CustomerState::Enabled))
        .into_model::<Known>()
        .one(db)
        .await?;
    Ok(known)
}

/// Signs a customer in.
///
/// An unknown address and one without a password cost the same work as a wrong password, so neither the answer nor its
/// time tells which it was.
///
/// # Errors
/// A refusal as unidentified for whatever does not fit together; [`CustomerError::Throttled`] after too many tries.
pub async fn sign_in(
    app: &App,
    actor: &Actor,
    email: &str,
    password: SecretString,
) -> Result<IssuedToken, CustomerError> {
    let account = Attempt::on_account(app, SIGN_IN_ACCOUNT, email)?;
    let caller = attempt::buyer_address(app, actor).await?;
    let caller = Attempt::by_caller(app, SIGN_IN_ADDRESS, caller)?;
    let attempts: Vec<Attempt> = [Some(account.clone()), caller.clone()].into_iter().flatten().collect();
    attempt::count(app, &attempts).await?;
    let known = find_known(app.db.fresh(), &email.trim().to_lowercase()).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let matches = app.passwords.verify(password.clone(), hash).await?;
    let Some(known) = known.filter(|_| matches) else {
        tracing::warn!("A customer could not be signed in");
        return Err(unidentified());
    };
    let better = match is_outdated(&known.password_hash) {
        true => Some(app.passwords.hash(password).await?),
        false => None,
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_unchanged(&tx, &known).await?;
            if let Some(hash) = &better {
                customer_credential::ActiveModel {
                    customer_id: Set(known.id),
                    password_hash: Set(hash.clone()),
                    changed_at: NotSet,
                    updated_at: Set(now),
                }
                .update(&tx)
                .await?;
            }
            let issued = issue_in(&tx, now, known.id).await?;
            attempt::forget(&tx, &account).await?;
            if let Some(caller) = &caller {
                attempt::take_back(&tx, caller).await?;
            }
            tx.commit().await?;
            Ok(issued)
        })
        .await
}

/// Locks the account and refuses it where the password was changed since it was compared, or the account disabled: the
/// token would outlive the change.
async fn lock_unchanged(tx: &Tx, known: &Known) -> Result<(), CustomerError> {
    let row = customer::Entity::find_by_id(known.id).lock_exclusive().one(tx).await?;
    let credential = customer_credential::Entity::find_by_id(known.id).one(tx).await?;
    let is_enabled = row.is_some_and(|row| row.state == CustomerState::Enabled);
    let is_same = credential.is_some_and(|credential| credential.password_hash == known.password_hash);
    if is_enabled && is_same { Ok(()) } else { Err(unidentified()) }
}

fn unidentified() -> CustomerError {
    let message = "Nobody has this e-mail address and this password";
    CustomerError::refused(CustomerRefusalCode::UnidentifiedCustomer, &[], message)
}

/// Issues a token for a customer whose row is locked; the oldest ends where there would be too many.
pub(super) async fn issue_in(tx: &Tx, now: DateTime<Utc>, id: CustomerId) -> Result<IssuedToken, Fault> {
    let issued = IssuedToken { token: secret::new_token(), expires_at: now + TOKEN_TIME };
    let row = customer_access_token::ActiveModel {
        id: NotSet,
        customer_id: Set(id),
        token_hash: Set(secret::hash_token(&issued.token)),
        expires_at: Set(issued.expires_at),
        revoked_at: Set(None),
        created_at: Set(now),
    };
    customer_access_token::Entity::insert(row).exec_without_returning(tx).await?;
    let newest = Query::select()
        .column(customer_access_token::Column::Id)
        .from(customer_access_token::Entity)
        .and_where(Expr::col(customer_access_token::Column::CustomerId).eq(id))
        .order_by(customer_access_token::Column::Id, sea_orm::Order::Desc)
        .limit(MAX_TOKENS)
        .to_owned();
    customer_access_token::Entity::delete_many()
        .filter(customer_access_token::Column::CustomerId.eq(id))
        .filter(Expr::col(customer_access_token::Column::Id).not_in_subquery(newest))
        .exec(tx)
        .await?;
    Ok(issued)
}

/// Ends every session of a customer.
pub(super) async fn revoke_all_in(tx: &Tx, now: DateTime<Utc>, id: CustomerId) -> Result<(), Fault> {
    customer_access_token::Entity::update_many()
        .col_expr(customer_access_token::Column::RevokedAt, Expr::val(now))
        .filter(customer_access_token::Column::CustomerId.eq(id))
        .filter(customer_access_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets a valid token live longer, up to [`LONGEST_TOKEN_TIME`] after it was issued. It stays the same token.
///
/// # Errors
/// A refusal for one that is not valid.
pub async fn renew(app: &App, token: &str) -> Result<IssuedToken, CustomerError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let session = lock_session(&tx, now, token).await?;
            let row = customer_access_token::Entity::find_by_id(session.token_id).one(&tx).await?;
            let row = row.ok_or_else(CustomerError::not_signed_in)?;
            let wanted = Ord::min(now + TOKEN_TIME, row.created_at + LONGEST_TOKEN_TIME);
            let expires_at = Ord::max(wanted, row.expires_at);
            let mut row: customer_access_token::ActiveModel = row.into();
            row.expires_at = Set(expires_at);
            row.update(&tx).await?;
            tx.commit().await?;
            Ok(IssuedToken { token: token.to_owned(), expires_at })
        })
        .await
}

/// Ends the session of a token.
///
/// # Errors
/// A refusal for a token that is not valid.
pub async fn sign_out(app: &App, token: &str) -> Result<(), CustomerError> {
    let now = app.clock.now();
    let tx = app.begin().await?;
    let ended = customer_access_token::Entity::update_many()
        .col_expr(customer_access_token::Column::RevokedAt, Expr::val(now))
        .filter(customer_access_token::Column::TokenHash.eq(secret::hash_token(token)))
        .filter(customer_access_token::Column::RevokedAt.is_null())
        .filter(customer_access_token::Column::ExpiresAt.gt(now))
        .exec(&tx)
        .await?;
    if ended.rows_affected != 1 {
        return Err(CustomerError::not_signed_in());
    }
    tx.commit().await?;
    Ok(())
}
