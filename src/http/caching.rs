//! Who may keep an answer, and for how long.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::Response;

use super::actor::{PRIVATE_HEADER, PUBLIC_HEADER};
use crate::config::{Config, CorsOrigins, StorefrontTokens};
use crate::error::Fault;
use crate::graphql::storefront::Reach;
use crate::secret;

/// What is for the caller alone, and whatever was refused.
pub const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
/// How long an answer may be shown after its time while it is asked for again, in seconds.
const STALE_SECONDS: u64 = 60;
/// Digits of the digest that make an `ETag`.
const ETAG_DIGITS: usize = 32;

/// An answer with what caches are to know. One that holds the public catalogue only, and no error, may be kept by
/// anybody for the time that the settings say; an answer to GET has an `ETag`, and is left out where the caller has it.
///
/// # Errors
/// Where the answer cannot be written.
pub fn answer(
    config: &Config,
    request: &HttpRequest,
    reach: Reach,
    response: &Response,
) -> Result<HttpResponse, Fault> {
    let body = serde_json::to_vec(response)?;
    if reach == Reach::Private || !response.errors.is_empty() {
        return Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, PRIVATE))
            .body(body));
    }
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, lifetime(config.cache_time.as_secs())))
        .insert_header((VARY, vary(config.storefront_tokens)));
    if config.cors_origins == CorsOrigins::Any {
        // Also where no page asks: a cache hands the answer to one later.
        answer.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
    }
    if request.method() != Method::GET {
        return Ok(answer.body(body));
    }
    let digest = secret::hex_digest(&body);
    // Weak: on its way the answer is compressed in one of several ways.
    let etag = format!("W/\"{}\"", digest.get(..ETAG_DIGITS).unwrap_or(&digest));
    answer.insert_header((ETAG, etag.as_str()));
    Ok(if is_known(request, &etag) {
        answer.status(actix_web::http::StatusCode::NOT_MODIFIED).finish()
    } else {
        answer.body(body)
    })
}

fn lifetime(seconds: u64) -> String {
    match seconds {
        0 => "public, no-cache".to_owned(),
        seconds => format!("public, max-age={seconds}, stale-while-revalidate={STALE_SECONDS}"),
    }
}

/// What else the answer depends on. Where front ends need a token, a cache must not hand an answer to one without.
fn vary(tokens: StorefrontTokens) -> String {
    let mut names = vec!["Accept-Encoding"];
    if tokens == StorefrontTokens::Required {
        names.extend([PUBLIC_HEADER, PRIVATE_HEADER]);
    }
    names.join(", ")
}

/// Whether the caller has an answer: tags are compared weakly (RFC 9110, section 13.1.2).
fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let lists = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || bare(tag) == bare(etag))
}
