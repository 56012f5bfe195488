//! How a cart stands on its way to an order, for its own page; and the way back from an attempt to that page.

use chrono::{DateTime, Utc};
use entity::id::{AttemptId, OrderId};

use super::attempt::{AttemptOutcome, find, last_of, outcome_of};
use super::quote::{CompletionFault, Quote};
use crate::app::App;
use crate::cart::{CartView, opened_token, page_token};
use crate::error::Fault;

/// How a cart stands on its way to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartStanding {
    /// It was never submitted.
    Unsubmitted,
    /// An attempt is under way.
    UnderWay(AttemptId),
    /// The last attempt came to nothing.
    Failed(FailedAttempt),
    /// It became an order.
    Ordered(OrderId),
}

/// An attempt that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAttempt {
    /// Why.
    pub faults: Vec<CompletionFault>,
    ended_at: DateTime<Utc>,
}

impl FailedAttempt {
    /// Whether the cart is still as it was then: after a change it is no news.
    #[must_use]
    pub fn is_news(&self, cart: &CartView) -> bool {
        self.ended_at >= cart.row.updated_at
    }
}

/// How the cart with this token stands, whether there is one or not: one statement.
///
/// # Errors
/// The database's own.
pub async fn standing_of(app: &App, token: &str) -> Result<CartStanding, Fault> {
    let last = last_of(app, token).await?;
    let Some(last) = last else { return Ok(CartStanding::Unsubmitted) };
    Ok(match outcome_of(&last)? {
        AttemptOutcome::Processing | AttemptOutcome::ActionRequired { .. } => CartStanding::UnderWay(last.id),
        AttemptOutcome::Failed(faults) => {
            CartStanding::Failed(FailedAttempt { faults, ended_at: last.updated_at })
        }
        AttemptOutcome::Done { order_id, .. } => CartStanding::Ordered(order_id),
    })
}

/// The way from an attempt back to where its buyer came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayBack {
    /// The name of the cart's page; none where the attempt is of an earlier release.
    pub page: Option<String>,
    /// The parameters of the page's address, where the cart was submitted there.
    pub query: Option<String>,
    /// The buyer's language.
    pub language: String,
}

/// The way back from the attempt with this public id; `None` for an id that was never given.
///
/// # Errors
/// The database's own.
pub async fn find_way_back(app: &App, public_id: &str) -> Result<Option<WayBack>, Fault> {
    let Some(attempt) = find(app, public_id).await? else { return Ok(None) };
    let quote: Quote = serde_json::from_value(attempt.quote)?;
    let (sealed, query) = quote.origin.map(|origin| (origin.cart, origin.query)).unzip();
    let token = sealed.map(|sealed| opened_token(app, &sealed)).transpose()?.flatten();
    Ok(Some(WayBack {
        page: token.map(|token| page_token(app, &token)).transpose()?,
        query: query.flatten(),
        language: quote.order.language,
    }))
}
