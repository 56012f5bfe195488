//! Reading the shop and its tokens.

use chrono::{DateTime, Utc};
use entity::access_token::{self, AccessTokenKind};
use entity::shop;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::error::Fault;
use crate::secret;

/// The one row of `shop`.
pub(super) const SHOP_ID: i64 = 1;

/// The shop, if it has been set up.
///
/// # Errors
/// The database's own.
pub async fn find_shop<C: ConnectionTrait>(db: &C) -> Result<Option<shop::Model>, Fault> {
    Ok(shop::Entity::find_by_id(SHOP_ID).one(db).await?)
}

/// The shop.
///
/// # Errors
/// The database's own, and when the shop has not been set up.
pub async fn get_shop<C: ConnectionTrait>(db: &C) -> Result<shop::Model, Fault> {
    find_shop(db).await?.ok_or_else(|| Fault::new("the shop is not set up: run tradepost migrate"))
}

/// The token that was shown, if it is valid now and of one of these kinds.
///
/// # Errors
/// The database's own.
pub async fn find_access_token<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    kinds: &[AccessTokenKind],
    token: &str,
) -> Result<Option<access_token::Model>, Fault> {
    find_access_token_by_hash(db, now, kinds, secret::hash_token(token)).await
}

/// The token with this hash, if it is valid now and of one of these kinds.
///
/// # Errors
/// The database's own.
pub async fn find_access_token_by_hash<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    kinds: &[AccessTokenKind],
    token_hash: Vec<u8>,
) -> Result<Option<access_token::Model>, Fault> {
    let found = access_token::Entity::find()
        .filter(access_token::Column::TokenHash.eq(token_hash))
        .filter(access_token::Column::Kind.is_in(kinds.iter().copied()))
        .filter(access_token::Column::RevokedAt.is_null())
        .filter(
            Condition::any()
                .add(access_token::Column::ExpiresAt.is_null())
                .add(access_token::Column::ExpiresAt.gt(now)),
        )
        .one(db)
        .await?;
    Ok(found)
}
