//! Where a payment provider sends buyers back to, after they approved, passed a challenge or gave up. What comes with the
//! address is not believed: the attempt asks the provider.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::page::{self, failed, html};
use crate::app::App;
use crate::checkout::{self, AttemptOutcome};
use crate::error::Fault;
use crate::graphql::storefront::status_url;

#[derive(Template)]
#[template(path = "attempt.html")]
struct AttemptPage {
    shop: String,
    title: &'static str,
    lines: Vec<String>,
    /// Whether it looks again by itself.
    waits: bool,
}

/// What the buyer came back from.
#[derive(Clone, Copy)]
enum Back {
    Acted,
    GaveUp,
}

/// The attempt goes on; its buyer is led to the order, or told what to do.
pub async fn back(app: web::Data<App>, id: web::Path<String>) -> HttpResponse {
    respond(&app, &id, Back::Acted).await
}

/// The attempt ends, unless it was paid all the same; its buyer is told so.
pub async fn cancel(app: web::Data<App>, id: web::Path<String>) -> HttpResponse {
    respond(&app, &id, Back::GaveUp).await
}

async fn respond(app: &App, id: &str, back: Back) -> HttpResponse {
    match Box::pin(answer(app, id, back)).await {
        Ok(answer) => answer,
        Err(fault) => failed(&fault),
    }
}

async fn answer(app: &App, id: &str, back: Back) -> Result<HttpResponse, Fault> {
    let outcome = match back {
        Back::Acted => checkout::come_back(app, id).await?,
        Back::GaveUp => checkout::give_up(app, id).await?,
    };
    let shop = app.shop().await?.name.clone();
    let told = |title, lines, waits| AttemptPage { shop, title, lines, waits };
    let page = match outcome {
        None => return Ok(page::missing("payment")),
        Some(AttemptOutcome::Done { order_id, .. }) => {
            return Ok(see(&status_url(app, order_id)?));
        }
        Some(AttemptOutcome::Processing) => told(
            "Payment",
            vec!["The payment is being completed. This page looks again by itself.".to_owned()],
            true,
        ),
        Some(AttemptOutcome::ActionRequired { .. }) => told(
            "Payment",
            vec![
                "The payment is not completed yet. Go on where you were asked to, or return to the shop."
                    .to_owned(),
            ],
            true,
        ),
        Some(AttemptOutcome::Failed(faults)) => {
            let mut lines: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            lines.push(
                "No order was placed. The cart is as it was: return to the shop to try again.".to_owned(),
            );
            told("The payment did not come about", lines, false)
        }
    };
    Ok(html(&page, HttpResponse::Ok()))
}

fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}
