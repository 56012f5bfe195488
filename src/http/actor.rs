//! Who asks: found once from the token that a request shows.

use std::net::IpAddr;

use actix_web::HttpRequest;
use entity::access_token::AccessTokenKind;

use crate::actor::{Actor, Origin};
use crate::app::App;
use crate::config::{Network, StorefrontTokens};
use crate::error::Fault;
use crate::{secret, store};

/// The header in which front ends show their token.
pub const PUBLIC_HEADER: &str = "x-shopify-storefront-access-token";
/// The header in which the servers of front ends show theirs.
pub const PRIVATE_HEADER: &str = "shopify-storefront-private-token";
/// The header in which the servers of front ends name the buyer's address.
const BUYER_HEADER: &str = "shopify-storefront-buyer-ip";
/// The header in which proxies write down the way.
const FORWARDED_HEADER: &str = "x-forwarded-for";
/// What may be shown in the public header.
const PUBLIC_KINDS: [AccessTokenKind; 1] = [AccessTokenKind::Storefront];
/// What may be shown in the private one.
const PRIVATE_KINDS: [AccessTokenKind; 2] = [AccessTokenKind::Storefront, AccessTokenKind::StorefrontPrivate];
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
    let known = match header(request, &[PUBLIC_HEADER, PRIVATE_HEADER]) {
        // Looking a token up costs a statement: where none is needed it is not looked at.
        Some(token) if app.config.storefront_tokens == StorefrontTokens::Required => {
            let is_public = request.headers().contains_key(PUBLIC_HEADER);
            let kinds = if is_public { PUBLIC_KINDS.as_slice() } else { &PRIVATE_KINDS };
            store::find_access_token(app.db.reader(), app.clock.now(), kinds, token).await?
        }
        _ => None,
    };
    Ok(match (app.config.storefront_tokens, known) {
        (StorefrontTokens::Required, None) => None,
        (_, token) => {
            Some(Actor::Shopper { token: token.map(|token| token.id), origin: origin(app, request) })
        }
    })
}

/// Whoever visits a page: the tokens of front ends mean nothing there.
pub fn visitor(app: &App, request: &HttpRequest) -> Actor {
    Actor::Shopper { token: None, origin: origin(app, request) }
}

/// Where a request comes from.
fn origin(app: &App, request: &HttpRequest) -> Origin {
    let forwarded = header(request, &[FORWARDED_HEADER]).unwrap_or_default();
    let named = header(request, &[BUYER_HEADER]).and_then(|text| text.trim().parse().ok());
    let vouched = named.zip(header(request, &[PRIVATE_HEADER]).map(secret::hash_token));
    let peer = request.peer_addr().map(|peer| peer.ip());
    Origin { address: peer.map(|peer| caller(peer, forwarded, &app.config.trusted_proxies)), vouched }
}

/// Who called: the last address of the way that is no trusted proxy. What stands before it anybody can have written.
fn caller(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
    let mut caller = peer.to_canonical();
    let mut way = forwarded.rsplit(',').map(|hop| hop.trim().parse::<IpAddr>());
    while trusted.iter().any(|network| network.contains(caller)) {
        match way.next() {
            Some(Ok(hop)) => caller = hop.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    caller
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
        store::find_access_token(app.db.fresh(), app.clock.now(), &[AccessTokenKind::Admin], token).await?;
    known
        .map(|token| {
            let scopes = serde_json::from_value(token.scopes)?;
            Ok(Actor::Admin { token: token.id, scopes })
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller_of(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        caller(peer.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn what_callers_write_of_themselves_is_believed_from_trusted_proxies_only() {
        assert_eq!(caller_of("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(caller_of("203.0.113.9", "198.51.100.1", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(caller_of("10.1.2.3", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(caller_of("::ffff:10.1.2.3", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn the_last_stranger_on_the_way_is_who_called() {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"];
        assert_eq!(caller_of("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", &trusted), "198.51.100.1");
        assert_eq!(caller_of("2001:db8::1", "6.6.6.6,198.51.100.1", &trusted), "198.51.100.1");
        assert_eq!(caller_of("10.0.0.1", "", &trusted), "10.0.0.1");
        assert_eq!(caller_of("10.0.0.1", "198.51.100.1, rubbish", &trusted), "10.0.0.1");
    }
}
