//! Where payment providers send buyers back to, after they approved, passed a challenge or gave up. What comes with the
//! address is not believed: the attempt asks the provider.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::answer::{Answer, Message, answered, html, message, see};
use super::form::is_own_form;
use super::frame::Frame;
use super::kept::Kept;
use super::live::{Live, Unasked};
use super::told;
use super::visit::{attempt_path, order_path, payment_path};
use crate::app::App;
use crate::checkout::{self, AttemptOutcome, WayBack};
use crate::error::Fault;
use crate::html::is_web_address;
use crate::wording::Tongue;

/// How long an answer is held while a payment is being completed: most end before, and their buyers see no page between.
const HELD: Duration = Duration::from_secs(10);
/// How often it is looked meanwhile.
const LOOKED_EVERY: Duration = Duration::from_millis(500);
/// Seconds until the page looks again: enough to read it, and to find out how that is stopped.
const SECONDS: u32 = 20;

#[derive(Template)]
#[template(path = "checkout/attempt.html")]
struct AttemptPage<'a> {
    frame: &'a Frame,
    title: &'a str,
    lines: Vec<String>,
    /// How it is looked at again, where the payment may still move.
    live: Option<&'a Live>,
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
        return Ok(message(&Frame::of_shop(app, asked).await?, Message::Missing));
    };
    let kept = Kept::of(way.query.as_deref().unwrap_or_default()).with_returned(request.query_string());
    let tongue = kept.tongue().unwrap_or_else(|| Tongue::of(&way.language));
    // Providers lead back with GET, whose address is a secret; a form can come from anywhere.
    if request.method() == actix_web::http::Method::POST && !is_own_form(app, request) {
        tracing::warn!("A form of an attempt came from another site's page");
        return Ok(message(&Frame::of_shop(app, Some(tongue)).await?, Message::Foreign));
    }
    let live = Live::of(&kept.onto(&attempt_path(app, id)), request.query_string(), Unasked::LooksAgain);
    let outcome = match back {
        Back::Acted => checkout::come_back(app, id).await?,
        Back::GaveUp => checkout::give_up(app, id).await?,
    };
    let outcome = match outcome {
        Some(AttemptOutcome::Processing) if live.is_on => settled(app, id).await?,
        outcome => outcome,
    };
    let frame = Frame::of_shop(app, Some(tongue)).await?;
    match outcome {
        None => Ok(message(&frame, Message::Missing)),
        Some(AttemptOutcome::Done { order_id, .. }) => Ok(see(&kept.onto(&order_path(app, order_id)?))),
        Some(outcome) => told_of(&Told { app, frame, kept, id, way, live }, outcome),
    }
}

/// How an attempt that is being completed stands once it has ended or waits for its buyer, or when the time is over.
async fn settled(app: &App, id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    let looks = async {
        loop {
            tokio::time::sleep(LOOKED_EVERY).await;
            let outcome = checkout::poll(app, id).await?;
            if !matches!(outcome, Some(AttemptOutcome::Processing)) {
                return Ok(outcome);
            }
        }
    };
    tokio::time::timeout(HELD, looks).await.unwrap_or(Ok(Some(AttemptOutcome::Processing)))
}

/// What the page of an attempt is made of.
struct Told<'a> {
    app: &'a App,
    frame: Frame,
    kept: Kept,
    id: &'a str,
    way: WayBack,
    live: Live,
}

fn told_of(about: &Told<'_>, outcome: AttemptOutcome) -> Answer {
    let Told { app, frame, kept, id, way, live } = about;
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
            live: None,
            go_on: None,
            cancel: None,
            back: payment,
        },
        AttemptOutcome::ActionRequired { action, .. } => AttemptPage {
            frame,
            title: &words.attempt_title,
            lines: vec![words.attempt_waiting.clone()],
            live: Some(live),
            go_on: action.url.filter(|url| is_web_address(url)),
            cancel: Some(kept.onto(&format!("{}/cancel", attempt_path(app, id)))),
            back: None,
        },
        AttemptOutcome::Processing | AttemptOutcome::Done { .. } => AttemptPage {
            frame,
            title: &words.attempt_title,
            lines: vec![words.attempt_processing.clone()],
            live: Some(live),
            go_on: None,
            cancel: None,
            back: None,
        },
    };
    let answer = html(&page, StatusCode::OK)?;
    let Some(live) = page.live else { return Ok(answer) };
    Ok(live.refresh(answer, SECONDS)?)
}
