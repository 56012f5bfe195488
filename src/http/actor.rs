//! Who asks: found once from the token that a request shows.

use actix_web::HttpRequest;
use entity::access_token::AccessTokenKind;

use crate::actor::Actor;
use crate::app::App;
use crate::config::StorefrontTokens;
use crate::error::Fault;
use crate::store;

/// Headers in which front ends show their token: the public one and the one of servers.
const STOREFRONT_HEADERS: [&str; 2] =
    ["x-shopify-storefront-access-token", "shopify-storefront-private-token"];
/// The header in which back-office programs show theirs.
const ADMIN_HEADER: &str = "x-shopify-access-token";

fn header<'a>(request: &'a HttpRequest, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| request.headers().get(*name)).and_then(|value| value.to_str().ok())
}

/// The shopper who asks; `None` where the shop wants a valid token and there is none.
///
/// # Errors
/// The database's own.
pub async fn shopper(app: &App, request: &HttpRequest) -> Result<Option<Actor>, Fault> {
    let known = match header(request, &STOREFRONT_HEADERS) {
        // Looking a token up costs a statement: where none is needed it is not looked at.
        Some(token) if app.config.storefront_tokens == StorefrontTokens::Required => {
            store::find_access_token(app.db.reader(), app.clock.now(), AccessTokenKind::Storefront, token)
                .await?
        }
        _ => None,
    };
    Ok(match (app.config.storefront_tokens, known) {
        (StorefrontTokens::Required, None) => None,
        (_, token) => Some(Actor::Shopper { token: token.map(|token| token.id) }),
    })
}

/// The back-office program that asks, if its token is valid.
///
/// # Errors
/// The database's own.
pub async fn admin(app: &App, request: &HttpRequest) -> Result<Option<Actor>, Fault> {
    let Some(token) = header(request, &[ADMIN_HEADER]) else {
        return Ok(None);
    };
    let known =
        store::find_access_token(app.db.fresh(), app.clock.now(), AccessTokenKind::Admin, token).await?;
    known
        .map(|token| {
            let scopes = serde_json::from_value(token.scopes)?;
            Ok(Actor::Admin { token: token.id, scopes })
        })
        .transpose()
}
