//! Limits on what strangers may try: per account and per address of the caller.
//!
//! The counters are in the database, so all nodes share them, and each try counts before it is made: a hundred at once
//! are a hundred. An account is counted by the e-mail address as typed, whether anybody has it or not; so being refused
//! tells nothing. The rows hold keyed digests only.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use entity::access_token::AccessTokenKind;
use entity::attempt_counter;
use entity::id::CartId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};

use super::error::CustomerError;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::store;

/// The purpose of the digests.
const PURPOSE: &str = "attempt";
/// Of an IPv6 address so many bits name the caller: the rest is the caller's to choose.
const IPV6_CALLER_BITS: u32 = 64;

/// Something that may be tried so often within a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    what: &'static str,
    most: i64,
    within: TimeDelta,
}

/// Signing in to one account, counted until it succeeds.
pub(super) const SIGN_IN_ACCOUNT: Limit =
    Limit { what: "sign in account", most: 10, within: TimeDelta::minutes(15) };
/// Failing to sign in from one address. Generous: many buyers may share one.
pub(super) const SIGN_IN_ADDRESS: Limit =
    Limit { what: "sign in address", most: 100, within: TimeDelta::minutes(15) };
/// Choosing an e-mail address for an account, from one address.
pub(super) const SIGN_UP_ADDRESS: Limit =
    Limit { what: "sign up address", most: 100, within: TimeDelta::hours(1) };
/// Mails to one mailbox that somebody asked for.
pub(super) const MAIL_ACCOUNT: Limit = Limit { what: "mail account", most: 5, within: TimeDelta::hours(1) };
/// Mails that were asked for from one address.
pub(super) const MAIL_ADDRESS: Limit = Limit { what: "mail address", most: 100, within: TimeDelta::hours(1) };
/// Wrong links, tokens and multipass tokens from one address.
pub(super) const TOKEN_ADDRESS: Limit =
    Limit { what: "token address", most: 100, within: TimeDelta::minutes(15) };

/// Codes of gift cards that are not right, from one address: the carts that one makes are one's own to choose.
const CODE_ADDRESS: Limit = Limit { what: "gift card address", most: 100, within: TimeDelta::minutes(15) };

/// Codes of whatever kind that are not right, typed into a page from one address. Apart from the others: a code of a
/// discount that was misspelt is no try for a gift card.
const TYPED_CODE_ADDRESS: Limit =
    Limit { what: "typed code address", most: 100, within: TimeDelta::minutes(15) };

/// Sessions with payment providers that are opened for one cart.
const SESSION_CART: Limit = Limit { what: "payment session cart", most: 30, within: TimeDelta::hours(1) };
/// The same from one address. Generous: many buyers may share one, such as that of a front end's own server.
const SESSION_ADDRESS: Limit =
    Limit { what: "payment session address", most: 3_000, within: TimeDelta::hours(1) };

/// Tries: a limit, on or by whom, and how many.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    limit: Limit,
    key_hash: Vec<u8>,
    times: i64,
}

impl Attempt {
    /// On the account with this e-mail address, as typed.
    pub(super) fn on_account(app: &App, limit: Limit, email: &str) -> Result<Self, Fault> {
        Self::of(app, limit, &email.trim().to_lowercase())
    }

    /// By whoever calls; none where the address is not known.
    pub(super) fn by_caller(app: &App, limit: Limit, caller: Option<IpAddr>) -> Result<Option<Self>, Fault> {
        let name = |caller| match caller {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => (address.to_bits() >> (128 - IPV6_CALLER_BITS)).to_string(),
        };
        caller.map(|caller| Self::of(app, limit, &name(caller))).transpose()
    }

    fn of(app: &App, limit: Limit, whom: &str) -> Result<Self, Fault> {
        let thing = format!("{}/{whom}", limit.what);
        Ok(Self { limit, key_hash: app.secret_key.keyed_digest(PURPOSE, thing.as_bytes())?, times: 1 })
    }
}

/// Codes that a caller is about to try: all of them count, until it is known which are right.
#[derive(Clone, Debug)]
pub struct CodeTries(Option<Attempt>);

impl CodeTries {
    /// Counts so many codes of gift cards of a caller; without codes no statement is run.
    ///
    /// # Errors
    /// [`CustomerError::Throttled`] where the caller was wrong too often already.
    pub async fn count(app: &App, actor: &Actor, codes: usize) -> Result<Self, CustomerError> {
        Self::count_under(app, actor, CODE_ADDRESS, codes).await
    }

    /// Counts a code of whatever kind that a caller typed into a page.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub async fn count_typed(app: &App, actor: &Actor) -> Result<Self, CustomerError> {
        Self::count_under(app, actor, TYPED_CODE_ADDRESS, 1).await
    }

    async fn count_under(
        app: &App,
        actor: &Actor,
        limit: Limit,
        codes: usize,
    ) -> Result<Self, CustomerError> {
        if codes == 0 {
            return Ok(Self(None));
        }
        let times = i64::try_from(codes).map_err(Fault::new)?;
        let attempt = Attempt::by_caller(app, limit, buyer_address(app, actor).await?)?;
        let attempt = attempt.map(|attempt| Attempt { times, ..attempt });
        count(app, attempt.as_slice()).await?;
        Ok(Self(attempt))
    }

    /// Takes those back that were right.
    ///
    /// # Errors
    /// The database's own.
    pub async fn take_back<C: ConnectionTrait>(&self, db: &C, right: usize) -> Result<(), Fault> {
        match &self.0 {
            Some(attempt) if right > 0 => {
                let times = i64::try_from(right).map_err(Fault::new)?;
                take_back(db, &Attempt { times, ..attempt.clone() }).await
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Counts a session with a payment provider that a caller is about to open for a cart.
///
/// # Errors
/// [`CustomerError::Throttled`] where that was done too often already.
pub async fn count_session(app: &App, actor: &Actor, cart: CartId) -> Result<(), CustomerError> {
    let by_caller = Attempt::by_caller(app, SESSION_ADDRESS, buyer_address(app, actor).await?)?;
    let on_cart = Attempt::of(app, SESSION_CART, &cart.to_string())?;
    let attempts: Vec<Attempt> = by_caller.into_iter().chain([on_cart]).collect();
    count(app, &attempts).await
}

/// The address of whoever stands in front of the shop: the buyer whom a front end's server names, if its private token is
/// valid, else the caller.
///
/// # Errors
/// The database's own.
pub async fn buyer_address(app: &App, actor: &Actor) -> Result<Option<IpAddr>, Fault> {
    let Actor::Shopper { origin, .. } = actor else {
        return Ok(None);
    };
    if let Some((address, token_hash)) = &origin.vouched {
        let kinds = [AccessTokenKind::StorefrontPrivate];
        let now = app.clock.now();
        let token =
            store::find_access_token_by_hash(app.db.reader(), now, &kinds, token_hash.clone()).await?;
        if token.is_some() {
            return Ok(Some(address.to_canonical()));
        }
    }
    Ok(origin.address)
}

/// Counts tries before they are made. One statement.
///
/// # Errors
/// [`CustomerError::Throttled`] where one of them was made too often already.
pub(super) async fn count(app: &App, attempts: &[Attempt]) -> Result<(), CustomerError> {
    let mut attempts: Vec<&Attempt> = attempts.iter().collect();
    // In the same order everywhere: rows are locked one by one.
    attempts.sort_by(|one, other| one.key_hash.cmp(&other.key_hash));
    let counts = app.db.retry(|| count_in(app, &attempts)).await?;
    let is_over = |(key_hash, count): &(Vec<u8>, i64)| {
        attempts.iter().any(|attempt| attempt.key_hash == *key_hash && *count > attempt.limit.most)
    };
    if counts.iter().any(is_over) {
        tracing::warn!("An account or an address was tried too often");
        return Err(CustomerError::Throttled);
    }
    Ok(())
}

async fn count_in(app: &App, attempts: &[&Attempt]) -> Result<Vec<(Vec<u8>, i64)>, Fault> {
    if attempts.is_empty() {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    let mut values: Vec<Value> = vec![now.into()];
    let mut rows = Vec::with_capacity(attempts.len());
    for attempt in attempts {
        values.push(attempt.key_hash.clone().into());
        values.push(attempt.times.into());
        values.push((now + attempt.limit.within).into());
        rows.push(format!("(${}, ${}, ${})", values.len() - 2, values.len() - 1, values.len()));
    }
    let sql = format!(
        "INSERT INTO attempt_counter (key_hash, count, resets_at) VALUES {} \
         ON CONFLICT (key_hash) DO UPDATE SET \
           count = CASE WHEN attempt_counter.resets_at <= $1 THEN excluded.count \
                        ELSE attempt_counter.count + excluded.count END, \
           resets_at = CASE WHEN attempt_counter.resets_at <= $1 THEN excluded.resets_at \
                            ELSE attempt_counter.resets_at END \
         RETURNING key_hash, count",
        rows.join(", ")
    );
    let db = app.db.writer();
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let read = |row: &sea_orm::QueryResult| Ok((row.try_get("", "key_hash")?, row.try_get("", "count")?));
    rows.iter().map(read).collect()
}

/// Counts from zero on: the try succeeded.
pub(super) async fn forget<C: ConnectionTrait>(db: &C, attempt: &Attempt) -> Result<(), Fault> {
    attempt_counter::Entity::delete_by_id(attempt.key_hash.clone()).exec(db).await?;
    Ok(())
}

/// Takes tries back: they succeeded, but others of the same caller may not have.
pub(super) async fn take_back<C: ConnectionTrait>(db: &C, attempt: &Attempt) -> Result<(), Fault> {
    attempt_counter::Entity::update_many()
        .col_expr(
            attempt_counter::Column::Count,
            Expr::col(attempt_counter::Column::Count).sub(attempt.times),
        )
        .filter(attempt_counter::Column::KeyHash.eq(attempt.key_hash.clone()))
        .filter(attempt_counter::Column::Count.gte(attempt.times))
        .exec(db)
        .await?;
    Ok(())
}

/// Drops counters that count from zero anyway.
pub(super) async fn purge<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<u64, Fault> {
    let over = attempt_counter::Entity::delete_many().filter(attempt_counter::Column::ResetsAt.lte(now));
    Ok(over.exec(db).await?.rows_affected)
}
