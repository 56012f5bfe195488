//! One-time tokens: the secrets in mailed links.
//!
//! A token is derived from a random number in its row with the server's key. So the mail can be made at any time, and
//! neither the database nor an event ever holds the secret.

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{CustomerId, OneTimeTokenId};
use entity::one_time_token::{self, OneTimePurpose};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};
use url::Url;

use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event;
use crate::secret;

/// How long an invitation to activate an account is good.
pub const ACTIVATION_TIME: TimeDelta = TimeDelta::days(30);
/// How long a way to a new password is good.
pub const RECOVERY_TIME: TimeDelta = TimeDelta::hours(24);
/// Bytes of the random number.
const NONCE_LENGTH: usize = 16;

fn derivation(purpose: OneTimePurpose) -> &'static str {
    match purpose {
        OneTimePurpose::Activation => "customer activation",
        OneTimePurpose::Recovery => "customer recovery",
    }
}

/// The word in the address of a link.
fn word(purpose: OneTimePurpose) -> &'static str {
    match purpose {
        OneTimePurpose::Activation => "activate",
        OneTimePurpose::Recovery => "reset",
    }
}

fn secret_of(app: &App, row: &one_time_token::Model) -> Result<String, Fault> {
    app.secret_key.derive_from(derivation(row.purpose), &row.nonce)
}

/// The address of the link that a mail holds; none for a token that opens nothing.
///
/// # Errors
/// Never in practice.
pub fn link_of(app: &App, row: &one_time_token::Model) -> Result<Option<String>, Fault> {
    let Some(id) = row.customer_id else {
        return Ok(None);
    };
    let path = format!("/account/{}/{id}/{}", word(row.purpose), secret_of(app, row)?);
    Ok(Some(app.config.storefront_url_of(&path)))
}

/// Reads an address that [`link_of`] made, on whatever host the front end is.
#[must_use]
pub fn read_link(purpose: OneTimePurpose, url: &str) -> Option<(CustomerId, String)> {
    let url = Url::parse(url).ok()?;
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [.., account, verb, id, token] if *account == "account" && *verb == word(purpose) => {
            Some((CustomerId(id.parse().ok()?), (*token).to_owned()))
        }
        _ => None,
    }
}

/// Whether a token can still be used.
#[must_use]
pub fn is_live(row: &one_time_token::Model, now: DateTime<Utc>) -> bool {
    row.used_at.is_none() && row.revoked_at.is_none() && row.expires_at > now
}

/// Issues a token and records that its mail is asked for. Without a customer it opens nothing and no mail is sent: the
/// same work is done for an address that nobody has.
pub(super) async fn issue_in(
    tx: &Tx,
    app: &App,
    customer_id: Option<CustomerId>,
    purpose: OneTimePurpose,
) -> Result<OneTimeTokenId, Fault> {
    let now = app.clock.now();
    let mut nonce = [0_u8; NONCE_LENGTH];
    rand::fill(&mut nonce);
    let (kind, time) = match purpose {
        OneTimePurpose::Activation => ("customer.activation_requested", ACTIVATION_TIME),
        OneTimePurpose::Recovery => ("customer.recovery_requested", RECOVERY_TIME),
    };
    let token = app.secret_key.derive_from(derivation(purpose), &nonce)?;
    let row = one_time_token::ActiveModel {
        id: NotSet,
        customer_id: Set(customer_id),
        purpose: Set(purpose),
        nonce: Set(nonce.to_vec()),
        token_hash: Set(secret::hash_token(&token)),
        expires_at: Set(now + time),
        used_at: Set(None),
        revoked_at: Set(None),
        created_at: Set(now),
    };
    let id = row.insert(tx).await?.id;
    event::record_one(tx, now, "one_time_token", kind, id).await?;
    Ok(id)
}

/// A customer's token, used or not, whatever became of it; none for a wrong one.
pub(super) async fn find<C: ConnectionTrait>(
    db: &C,
    customer_id: CustomerId,
    purpose: OneTimePurpose,
    token: &str,
) -> Result<Option<one_time_token::Model>, Fault> {
    let found = one_time_token::Entity::find()
        .filter(one_time_token::Column::TokenHash.eq(secret::hash_token(token)))
        .filter(one_time_token::Column::CustomerId.eq(customer_id))
        .filter(one_time_token::Column::Purpose.eq(purpose))
        .one(db)
        .await?;
    Ok(found)
}

/// Uses a token up; false where somebody was faster, or it can no longer be used.
pub(super) async fn use_in(tx: &Tx, now: DateTime<Utc>, id: OneTimeTokenId) -> Result<bool, Fault> {
    let used = one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::UsedAt, Expr::val(now))
        .filter(one_time_token::Column::Id.eq(id))
        .filter(one_time_token::Column::UsedAt.is_null())
        .filter(one_time_token::Column::RevokedAt.is_null())
        .filter(one_time_token::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

/// Makes every unused token of a customer useless.
pub(super) async fn revoke_all_in(tx: &Tx, now: DateTime<Utc>, id: CustomerId) -> Result<(), Fault> {
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::RevokedAt, Expr::val(now))
        .filter(one_time_token::Column::CustomerId.eq(id))
        .filter(one_time_token::Column::UsedAt.is_null())
        .filter(one_time_token::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_on_every_host() {
        let read = |url: &str| read_link(OneTimePurpose::Recovery, url);
        let expected = Some((CustomerId(7), "aB3".to_owned()));
        assert_eq!(read("https://shop.example/account/reset/7/aB3"), expected);
        assert_eq!(read("http://localhost:3000/de/account/reset/7/aB3/?syclid=x"), expected);
        for bad in [
            "",
            "rubbish",
            "https://shop.example/account/activate/7/aB3",
            "https://shop.example/account/reset/7",
            "https://shop.example/account/reset/x/aB3",
            "https://shop.example/reset/7/aB3",
            "mailto:ada@example.com",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
