//! Case 11: the webhook, three times, and the buyer in two windows, within ten milliseconds.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Context, Outcome};
use crate::buyer::{Buyer, Ended, Submitted};
use crate::dice::Dice;
use crate::peer::method::CHALLENGE;
use crate::peer::{Event, Weather, tell};
use crate::stage::{Stage, together};

/// Carts whose moment comes together.
const WAVE: usize = 20;
/// How far apart they are, in milliseconds: five before, five after.
const WITHIN: (u64, u64) = (0, 10);
const PATIENCE: Duration = Duration::from_secs(30);

/// What those heard who were there.
struct Heard {
    /// The answers to the webhook.
    hooks: Vec<Option<u16>>,
    /// The order that the page led to.
    page: Option<i64>,
    /// The order that the API told.
    api: Ended,
}

pub async fn run(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let count = context.figure(100, 1_000);
    let stage = context.stage("same-moment").await.with_weather(Weather::silent());
    let mut dice = Dice::new(context.seed, 11);
    let (mut agreed, mut broken) = (0, 0);
    for wave in 0..count / WAVE {
        let waiting = waiting(&stage, wave).await;
        let mut moments = Vec::new();
        for (buyer, attempt) in waiting {
            let intent = stage.peer.payment_of(&buyer.email).unwrap();
            let event = stage.peer.decide(&intent.id, true).unwrap();
            let pauses = std::array::from_fn(|_| dice.millis(WITHIN));
            moments.push(moment(stage.server.addr, buyer, attempt, Arc::new(event), pauses));
        }
        for heard in together(moments).await {
            broken += heard.hooks.iter().filter(|status| **status != Some(200)).count();
            let is_agreed = heard.page.is_some_and(|order| heard.api == Ended::Ordered(order));
            agreed += usize::from(is_agreed);
            outcome.must(is_agreed, format!("the page told {:?}, the API {:?}", heard.page, heard.api));
        }
    }
    outcome.tell(format!("{count} carts: in {agreed} both windows were told of the same order"));
    outcome.must(broken == 0, format!("{broken} webhooks were not answered with 200"));
    let found = outcome.close(&stage, Duration::from_secs(60)).await;
    let books = (found.orders, found.captures, found.returned, found.refunded);
    outcome.same("orders, captures and refunds", books, (count, count, 0, 0));
    let kept = stage.books.number("SELECT COUNT(*) FROM provider_event").await;
    outcome.same("events that were kept", kept, i64::try_from(count).unwrap());
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// Buyers whose banks wait for their answer, each with their attempt.
async fn waiting(stage: &Stage, wave: usize) -> Vec<(Buyer, String)> {
    let lines = stage.goods.lines(&["mug"]);
    let of = |_| (lines.clone(), json!({}), CHALLENGE.to_owned());
    let carts = stage.carts(&format!("moment-{wave}"), WAVE, of).await;
    let submitting = carts.into_iter().map(|(mut buyer, cart)| async move {
        match buyer.submit(&cart, "once").await.unwrap() {
            Submitted::Attempt(attempt) => (buyer, attempt),
            Submitted::Refused(codes) => panic!("a cart was refused: {codes:?}"),
        }
    });
    together(submitting.collect()).await
}

async fn moment(
    addr: SocketAddr,
    mut buyer: Buyer,
    attempt: String,
    event: Arc<Event>,
    pauses: [Duration; 5],
) -> Heard {
    let mut other = buyer.window(addr);
    let [first, second, third, page, api] = pauses;
    let hook = |pause| {
        let event = Arc::clone(&event);
        async move {
            tokio::time::sleep(pause).await;
            tell::post(addr, &event).await
        }
    };
    let (first, second, third, page, api) = tokio::join!(
        hook(first),
        hook(second),
        hook(third),
        async {
            tokio::time::sleep(page).await;
            page_of(&mut other, &attempt).await
        },
        async {
            tokio::time::sleep(api).await;
            buyer.end(&attempt, PATIENCE).await.unwrap_or(Ended::Open)
        },
    );
    Heard { hooks: vec![first, second, third], page, api }
}

/// Looks at the page until it leads to the order, as it does by itself in a browser.
async fn page_of(buyer: &mut Buyer, attempt: &str) -> Option<i64> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match buyer.come_back(attempt).await {
            Ok(Some(order)) => return Some(order),
            Ok(None) => tokio::time::sleep(Duration::from_millis(200)).await,
            Err(_) => return None,
        }
    }
    None
}
