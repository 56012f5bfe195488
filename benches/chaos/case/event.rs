//! Cases 12 and 13: events that come too early, and the same event again and again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::{Context, Outcome};
use crate::buyer::{Buyer, Submitted};
use crate::peer::method::{BANK, CARD, CHALLENGE};
use crate::peer::{Weather, tell};
use crate::stage::{Stage, together};

/// How often the same event comes at once.
const TIMES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

/// Buyers whose payments wait to be decided, by their attempts.
async fn waiting(stage: &Stage, what: &str, count: usize, methods: &[&str]) -> Vec<(Buyer, String)> {
    let lines = stage.goods.lines(&["mug"]);
    let of = |number: usize| (lines.clone(), json!({}), methods[number % methods.len()].to_owned());
    let mut waiting = Vec::with_capacity(count);
    for (mut buyer, cart) in stage.carts(what, count, of).await {
        match buyer.submit(&cart, "once").await.unwrap() {
            Submitted::Attempt(attempt) => waiting.push((buyer, attempt)),
            Submitted::Refused(codes) => panic!("a cart was refused: {codes:?}"),
        }
    }
    waiting
}

/// Tells an event and makes sure that it was taken.
async fn told(stage: &Stage, outcome: &mut Outcome, kind: &str, intent: &str) {
    let status = tell::post(stage.server.addr, &stage.peer.event(kind, intent)).await;
    outcome.must(status == Some(200), format!("{kind} was answered with {status:?}"));
}

/// Case 12: whatever is told of payments that wait, there is no order and no number is used up.
pub async fn run_premature(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let count = context.figure(12, 100);
    let stage = context.stage("premature").await.with_weather(Weather::silent());
    let waiting = waiting(&stage, "early", count, &[CHALLENGE, BANK]).await;
    let mut intents = Vec::new();
    for (buyer, _) in &waiting {
        let intent = stage.peer.payment_of(&buyer.email).unwrap();
        for kind in
            ["payment_intent.requires_action", "payment_intent.processing", "payment_intent.succeeded"]
        {
            told(&stage, &mut outcome, kind, &intent.id).await;
        }
        intents.push(intent.id);
    }
    // Those that nobody could handle at once are taken up within some seconds.
    let began = std::time::Instant::now();
    while began.elapsed() < PATIENCE {
        let books = stage.books.open().await;
        let open = books.open_events().await;
        books.close().await;
        if open == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    outcome.same("orders while all wait", stage.books.number("SELECT COUNT(*) FROM orders").await, 0);
    let other = stage.carts_of("other", 1, "mug", CARD).await;
    let ended = stage.buy_together(other, PATIENCE).await;
    outcome.must(ended[0].is_order(), format!("who pays at once has no order: {:?}", ended[0]));
    let first = stage.books.number("SELECT MIN(number) FROM orders").await;
    for intent in &intents {
        stage.peer.decide(intent, true).unwrap();
        told(&stage, &mut outcome, "payment_intent.succeeded", intent).await;
    }
    outcome.tell(format!("{count} payments that waited, {} events that came too early", count * 3));
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("orders in the end", found.orders, count + 1);
    outcome.same("the first number", first, 1_001);
    let last = stage.books.number("SELECT MAX(number) FROM orders").await;
    outcome.same("the last number", last, 1_001 + i64::try_from(count).unwrap());
    outcome.nobody_saw_a_failure(&stage);
    outcome
}

/// Case 13: the same event 20 times at once settles a payment once.
pub async fn run_repeated(context: &Context) -> Outcome {
    let mut outcome = Outcome::default();
    let count = context.figure(10, 100);
    let stage = context.stage("repeated").await.with_weather(Weather::silent());
    for (buyer, _) in waiting(&stage, "again", count, &[BANK]).await {
        let intent = stage.peer.payment_of(&buyer.email).unwrap();
        let event = Arc::new(stage.peer.decide(&intent.id, true).unwrap());
        let addr = stage.server.addr;
        let telling = (0..TIMES).map(|_| {
            let event = Arc::clone(&event);
            async move { tell::post(addr, &event).await }
        });
        let statuses = together(telling.collect()).await;
        let broken = statuses.iter().filter(|status| **status != Some(200)).count();
        outcome.must(broken == 0, format!("{broken} of {TIMES} were not answered with 200"));
    }
    outcome.tell(format!("{count} payments, the same event {TIMES} times each"));
    let found = outcome.close(&stage, PATIENCE).await;
    outcome.same("orders and captures", (found.orders, found.captures), (count, count));
    let books = stage.books.open().await;
    let expected = i64::try_from(count).unwrap();
    for (what, sql) in [
        ("events that were kept", "SELECT COUNT(*) FROM provider_event"),
        ("movements of money", "SELECT COUNT(*) FROM order_transaction"),
        ("orders that were told of", "SELECT COUNT(*) FROM event WHERE kind = 'order.placed'"),
    ] {
        outcome.same(what, books.number(sql).await, expected);
    }
    books.close().await;
    outcome.nobody_saw_a_failure(&stage);
    outcome
}
