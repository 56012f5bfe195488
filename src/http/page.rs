//! Pages for people beside the checkout: how they are answered. Server-rendered, no script.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use askama::Template;

use crate::error::Fault;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "missing.html")]
struct MissingPage {
    what: &'static str,
}

/// Says that there is no such thing.
pub(super) fn missing(what: &'static str) -> HttpResponse {
    html(&MissingPage { what }, HttpResponse::NotFound())
}

pub(super) fn html(page: &impl Template, mut answer: actix_web::HttpResponseBuilder) -> HttpResponse {
    match page.render() {
        Ok(text) => answer
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header(("x-content-type-options", "nosniff"))
            .body(text),
        Err(error) => failed(&Fault::new(error)),
    }
}

pub(super) fn failed(fault: &Fault) -> HttpResponse {
    tracing::error!(cause = ?fault, "A page failed");
    HttpResponse::InternalServerError().content_type("text/plain").body("Internal error\n")
}
