//! The explorer page.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};

use crate::secret;

const PAGE: &str = include_str!("graphiql.html");
const ENDPOINT: &str = "/api/2026-04/graphql.json";

/// The page, with a policy that lets only its own scripts run.
pub async fn page() -> HttpResponse {
    let nonce = secret::new_token();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; font-src data:; \
         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("x-content-type-options", "nosniff"))
        .body(PAGE.replace("{{ENDPOINT}}", ENDPOINT).replace("{{NONCE}}", &nonce))
}
