//! Where payment providers send buyers back to, after they approved, passed a challenge or gave up. What comes with the
//! address is not believed: the attempt asks the provider.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::answer::{Answer, Message, answered, html, message, see};
use super::form::is_own_form;
use super::frame::Frame;
use super::kept::Kept;
use super::told;
use super::visit::{attempt_path, payment_path};
use crate::app::App;
use crate::checkout::{self, AttemptOutcome, WayBack};
use crate::graphql::storefront::status_url;
use crate::html::is_web_address;
use crate::wording::Tongue;

#[derive(Template)]
#[template(path = "checkout/attempt.html")]
struct AttemptPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    lines: Vec<String>,
    /// Whether it looks again by itself.
    waits: bool,
    /// Where the buyer goes on.
    go_on: Option<String>,
    /// Where they give up.
    cancel: Option<String>,
    /// Where they come from.
    back: Option<String>,
}

/// What the buyer came back from.
#[derive(Clone, Copy)]
enum Back {
    Acted,
    GaveUp,
}

/// The attempt goes on; its buyer is led to the order, or told what to do.
pub async fn back(app: web::Data<App>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    respond(&app, &request, &id, Back::Acted).await
}

/// The attempt ends, unless it was paid all the same; its buyer is told so.
pub async fn cancel(app: web::Data<App>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    respond(&app, &request, &id, Back::GaveUp).await
}

async fn respond(app: &App, request: &HttpRequest, id: &str, back: Back) -> HttpResponse {
    let asked = Kept::of(request.query_string()).tongue();
    let answer = Box::pin(answer(app, request, id, back)).await;
    answered(app, asked, answer).await
}

async fn answer(app: &App, request: &HttpRequest, id: &str, back: Back) -> Answer {
    let Some(way) = checkout::find_way_back(app, id).await? else {
        let asked = Kept::of(request.query_string()).tongue();
        return Ok(message(&Frame::of_shop(app, asked.unwrap_or_default()).await?, Message::Missing));
    };
    let kept = Kept::of(way.query.as_deref().unwrap_or_default()).with_returned(request.query_string());
    let tongue = kept.tongue().unwrap_or_else(|| Tongue::of(&way.language));
    // Providers lead back with GET, whose address is a secret; a form can come from anywhere.
    if request.method() == actix_web::http::Method::POST && !is_own_form(app, request) {
        tracing::warn!("A form of an attempt came from another site's page");
        return Ok(message(&Frame::of_shop(app, tongue).await?, Message::Foreign));
    }
    let outcome = match back {
        Back::Acted => checkout::come_back(app, id).await?,
        Back::GaveUp => checkout::give_up(app, id).await?,
    };
    let frame = Frame::of_shop(app, tongue).await?;
    match outcome {
        None => Ok(message(&frame, Message::Missing)),
        Some(AttemptOutcome::Done { order_id, .. }) => Ok(see(&kept.onto(&status_url(app, order_id)?))),
        Some(outcome) => told_of(app, &frame, &kept, id, &way, outcome),
    }
}

fn told_of(
    app: &App,
    frame: &Frame,
    kept: &Kept,
    id: &str,
    way: &WayBack,
    outcome: AttemptOutcome,
) -> Answer {
    let words = frame.words;
    let payment = way.page.as_ref().map(|page| kept.onto(&payment_path(app, page)));
    // Who submitted the cart on its page reads there why it came to nothing.
    let was_there = payment.as_ref().filter(|_| way.query.is_some());
    if let (AttemptOutcome::Failed(_), Some(payment)) = (&outcome, was_there) {
        return Ok(see(payment));
    }
    let page = match outcome {
        AttemptOutcome::Failed(faults) => AttemptPage {
            frame,
            title: &words.failed_title,
            lines: faults
                .iter()
                .map(|fault| told::fault(frame, fault))
                .chain([words.no_order.clone()])
                .collect(),
            waits: false,
            go_on: None,
            cancel: None,
            back: payment,
        },
        AttemptOutcome::ActionRequired { action, .. } => AttemptPage {
            frame,
            title: &words.attempt_title,
            lines: vec![words.attempt_waiting.clone()],
            waits: true,
            go_on: action.url.filter(|url| is_web_address(url)),
            cancel: Some(kept.onto(&format!("{}/cancel", attempt_path(app, id)))),
            back: None,
        },
        AttemptOutcome::Processing | AttemptOutcome::Done { .. } => AttemptPage {
            frame,
            title: &words.attempt_title,
            lines: vec![words.attempt_processing.clone()],
            waits: true,
            go_on: None,
            cancel: None,
            back: None,
        },
    };
    html(&page, StatusCode::OK)
}
