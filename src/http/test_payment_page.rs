//! The demo's page on which buyers decide a pretended payment, as a bank's challenge is decided elsewhere. It is there under
//! the demo flag only.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, LOCATION, REFERRER_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use url::form_urlencoded;

use super::checkout::form::is_own_form;
use super::page::{failed, html, missing};
use crate::app::App;
use crate::error::Fault;
use crate::payment::{TestPayment, TestState};

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";
/// Under `no-referrer` browsers would send forms from no origin at all.
const REFERRER: &str = "same-origin";

#[derive(Template)]
#[template(path = "test_payment.html")]
struct TestPaymentPage {
    shop: String,
    amount: String,
    give_up: String,
}

/// A payment that waits for its buyer, with a button for each decision. Of one that is decided: the way back.
pub async fn show(app: web::Data<App>, reference: web::Path<String>) -> HttpResponse {
    match page(&app, &reference).await {
        Ok(answer) => answer,
        Err(fault) => failed(&fault),
    }
}

/// Decides a payment that waits, as the pressed button says, and leads its buyer back. What was decided before stays.
pub async fn decide(
    app: web::Data<App>,
    request: HttpRequest,
    reference: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let Some(payment) = find(&app, &reference) else { return missing("payment") };
    if !is_own_form(&app, &request) {
        tracing::warn!("A decision on a test payment came from another site's page");
        return HttpResponse::Forbidden().content_type("text/plain").body("This form is not of this shop\n");
    }
    let pressed = form_urlencoded::parse(&body).find_map(|(button, _)| match button.as_ref() {
        "approve" => Some(payment.approved()),
        "refuse" => Some(TestState::Refused),
        _ => None,
    });
    let Some(decision) = pressed else {
        return HttpResponse::BadRequest().content_type("text/plain").body("Approve or refuse\n");
    };
    if let Some(gateway) = app.payments.test_gateway() {
        gateway.decide(&payment.reference, decision);
    }
    go_back(&payment)
}

async fn page(app: &App, reference: &str) -> Result<HttpResponse, Fault> {
    let Some(payment) = find(app, reference) else { return Ok(missing("payment")) };
    let give_up = match (payment.state, &payment.ways_back) {
        (TestState::Waiting | TestState::Processing, Some(ways)) => ways.gave_up.clone(),
        (
            TestState::Waiting
            | TestState::Processing
            | TestState::Promised
            | TestState::Taken
            | TestState::Refused
            | TestState::Undone,
            _,
        ) => return Ok(go_back(&payment)),
    };
    let shop = app.shop().await?.name.clone();
    let told = TestPaymentPage { shop, amount: payment.amount.for_people(), give_up };
    let mut answer = html(&told, HttpResponse::Ok());
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static(REFERRER));
    Ok(answer)
}

fn find(app: &App, reference: &str) -> Option<TestPayment> {
    app.payments.test_gateway()?.payment(reference)
}

fn go_back(payment: &TestPayment) -> HttpResponse {
    match &payment.ways_back {
        Some(ways) => HttpResponse::SeeOther().insert_header((LOCATION, ways.decided.as_str())).finish(),
        None => missing("payment"),
    }
}
