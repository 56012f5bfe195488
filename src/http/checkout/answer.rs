//! Answers of the checkout's pages: never kept by anybody, in the shop's look, with nothing in them that runs.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;

use super::frame::Frame;
use crate::app::App;
use crate::cart::CartError;
use crate::checkout::CheckoutError;
use crate::error::Fault;
use crate::wording::Tongue;

/// Nothing but our own style sheets and pictures; forms go to us; nobody shows the page within another.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Why a page is not shown.
pub(super) enum Halt {
    /// Another answer is given.
    Answer(Box<HttpResponse>),
    /// Ours.
    Fault(Fault),
}

impl From<HttpResponse> for Halt {
    fn from(answer: HttpResponse) -> Self {
        Self::Answer(Box::new(answer))
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// An answer, or why it is another.
pub(super) type Answer = Result<HttpResponse, Halt>;

/// A refusal by a cart that can be told beside its fields.
pub(super) enum Refused {
    /// The cart is being paid for, or is gone: the page knows where to lead.
    Elsewhere,
    /// For these reasons.
    Because(Vec<crate::cart::Refusal>),
}

/// What of an error is a refusal.
///
/// # Errors
/// The others.
pub(super) fn refusal(error: CartError) -> Result<Refused, Halt> {
    match error {
        CartError::NotFound | CartError::Busy => Ok(Refused::Elsewhere),
        CartError::Refused(refusals) => Ok(Refused::Because(refusals)),
        CartError::Fault(fault) => Err(fault.into()),
    }
}

impl From<CheckoutError> for Halt {
    fn from(error: CheckoutError) -> Self {
        match error {
            CheckoutError::CartNotFound | CheckoutError::BadAttemptToken => Fault::new(error).into(),
            CheckoutError::Fault(fault) => fault.into(),
        }
    }
}

/// A page with nothing but a heading and a sentence.
#[derive(Template)]
#[template(path = "checkout/message.html")]
struct MessagePage<'a> {
    frame: &'a Frame,
    title: &'a str,
    text: &'a str,
}

/// What a page with nothing but a heading and a sentence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// There is nothing at the address.
    Missing,
    /// The form came from another site.
    Foreign,
    /// The form is too large.
    TooLarge,
    /// Something went wrong inside.
    Failed,
}

/// Such a page.
pub(super) fn message(frame: &Frame, message: Message) -> HttpResponse {
    let words = frame.words;
    let (status, title, text) = match message {
        Message::Missing => (StatusCode::NOT_FOUND, &words.missing_title, &words.missing_text),
        Message::Foreign => (StatusCode::FORBIDDEN, &words.foreign_title, &words.foreign_text),
        Message::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, &words.too_large_title, &words.too_large_text),
        Message::Failed => (StatusCode::INTERNAL_SERVER_ERROR, &words.fault_title, &words.fault_text),
    };
    html(&MessagePage { frame, title, text }, status).unwrap_or_else(|_| HttpResponse::build(status).finish())
}

/// A page.
///
/// # Errors
/// Never in practice: what is shown was put together before.
pub(super) fn html(page: &impl Template, status: StatusCode) -> Answer {
    let text = page.render().map_err(Fault::new)?;
    Ok(guarded(HttpResponse::build(status))
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(text))
}

/// Leads the browser to another page of ours.
pub(super) fn see(address: &str) -> HttpResponse {
    guarded(HttpResponse::SeeOther()).insert_header((LOCATION, address)).finish()
}

/// What was asked for, or why not; what went wrong inside is logged here, once.
pub(super) async fn answered(app: &App, tongue: Option<Tongue>, answer: Answer) -> HttpResponse {
    match answer {
        Ok(answer) => answer,
        Err(Halt::Answer(answer)) => *answer,
        Err(Halt::Fault(fault)) => {
            tracing::error!(cause = ?fault, "A page of the checkout failed");
            match Frame::bare(app, tongue).await {
                Ok(frame) => message(&frame, Message::Failed),
                Err(_) => guarded(HttpResponse::InternalServerError()).finish(),
            }
        }
    }
}

fn guarded(mut answer: HttpResponseBuilder) -> HttpResponseBuilder {
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        // The address is a secret. Under `no-referrer` browsers would send forms from no origin at all.
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header(("x-content-type-options", "nosniff"))
        .insert_header(("x-robots-tag", "noindex"));
    answer
}
