//! Events that come too early, too often, or in the wrong order.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use entity::completion_attempt::AttemptState;
use entity::{event, order_transaction, provider_event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::payment::TestState;

use super::{Books, figure, reconciled, tell};
use crate::payment::attempt::{gateway, row, submitted};
use crate::payment::shop::{StripeShop, financial_status, mugs};
use crate::payment::stripe::book::Stand;
use crate::payment::webhook;
use crate::support::{ProductSpec, TestShop, at_once};

async fn with_mug(shop: TestShop) -> (Arc<TestShop>, String) {
    let shop = Arc::new(shop);
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(1_000)]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

/// How often it was told that an order was placed.
async fn told_as_placed(shop: &TestShop) -> u64 {
    let placed = event::Entity::find().filter(event::Column::Kind.eq("order.placed"));
    placed.count(shop.app.db.fresh()).await.unwrap()
}

/// Case 12: while a payment waits for its buyer or its bank, whatever is told of it makes no order and uses up no number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_12_a_premature_event_burns_no_order_number() {
    let (shop, mug) = with_mug(TestShop::open().await).await;
    let mut waiting = Vec::new();
    for (round, token) in ["action", "processing"].into_iter().cycle().take(figure(6, 50)).enumerate() {
        let cart = shop.ready_cart(&mug, 1, token).await;
        let attempt = submitted(&shop, &cart.id, "token").await;
        let kept = row(&shop, &attempt).await;
        for claim in ["requires_action", "processing", "succeeded"] {
            let body = json!({ "id": format!("evt_{round}_{claim}"), "type": claim, "status": claim,
                "reference": kept.provider_reference, "key": kept.idempotency_key });
            assert_eq!(webhook::tell(&shop, &body.to_string()).await, 200);
            webhook::handled(&shop).await;
        }
        waiting.push((attempt, kept));
    }
    assert_eq!(shop.orders().await, []);
    assert_eq!(told_as_placed(&shop).await, 0);
    for (attempt, before) in &waiting {
        assert_eq!(row(&shop, attempt).await.state, before.state, "it waits as before");
    }
    let other = shop.ready_cart(&mug, 1, "approve").await;
    shop.buy(&other.id).await;
    assert_eq!(shop.orders().await[0].name, "#1001", "the first number");
    for (place, (attempt, kept)) in waiting.iter().enumerate() {
        let reference = kept.provider_reference.as_deref().unwrap();
        assert!(gateway(&shop).decide(reference, TestState::Taken));
        let body = json!({ "id": format!("evt_paid_{place}"), "reference": reference }).to_string();
        assert_eq!(webhook::tell(&shop, &body).await, 200);
        webhook::handled(&shop).await;
        let order = row(&shop, attempt).await.order_id;
        let placed = shop.orders().await.into_iter().find(|placed| Some(placed.id) == order).unwrap();
        assert_eq!(placed.name, format!("#{}", 1002 + place), "and no number in between is missing");
    }
}

/// Case 13: the same event 20 times at once, and 20 events about the same payment at once, make one order that is told
/// once; a mail and a message to others are made of what is told, once each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_13_an_event_that_comes_twenty_times_settles_a_payment_once() {
    let (shop, mug) = with_mug(TestShop::open_at(Utc::now()).await).await;
    let rounds = figure(4, 50);
    for round in 0..rounds {
        let cart = shop.ready_cart(&mug, 1, "processing").await;
        let attempt = submitted(&shop, &cart.id, "token").await;
        let reference = row(&shop, &attempt).await.provider_reference.unwrap();
        assert!(gateway(&shop).decide(&reference, TestState::Taken));
        // In every other round they differ, as when a provider tells of each step.
        let differ = round % 2 == 1;
        let answers = at_once(20, |index| {
            let (shop, reference) = (Arc::clone(&shop), reference.clone());
            let id = if differ { format!("evt_{round}_{index}") } else { format!("evt_{round}") };
            async move {
                let body = json!({ "id": id, "reference": reference }).to_string();
                webhook::tell(&shop, &body).await
            }
        })
        .await;
        assert_eq!(answers, [200; 20]);
        for _ in 0..1_000 {
            if row(&shop, &attempt).await.state == AttemptState::Done {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(row(&shop, &attempt).await.state, AttemptState::Done);
        let about = provider_event::Entity::find()
            .filter(provider_event::Column::Reference.eq(&reference))
            .count(shop.app.db.fresh())
            .await
            .unwrap();
        assert_eq!(about, if differ { 20 } else { 1 }, "each event is kept once");
    }
    // Whoever was too late to take the attempt up comes back to it.
    shop.app.clock.advance(TimeDelta::seconds(4));
    while tradepost::checkout::handle_events(&shop.app).await.unwrap() > 0 {}
    webhook::handled(&shop).await;
    let books = reconciled(&shop).await;
    assert_eq!(books, Books { orders: rounds, taken: rounds, given_back: 0 });
    let rows = order_transaction::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    let rounds = u64::try_from(rounds).unwrap();
    assert_eq!((rows, told_as_placed(&shop).await), (rounds, rounds));
    tell(&format!("case 13: {rounds} payments told of 20 times at once: {books:?}"));
}

/// All orders of these.
fn permutations(of: &[&'static str]) -> Vec<Vec<&'static str>> {
    if of.len() < 2 {
        return vec![of.to_vec()];
    }
    let mut all = Vec::new();
    for (place, first) in of.iter().enumerate() {
        let rest = [&of[..place], &of[place + 1..]].concat();
        all.extend(permutations(&rest).into_iter().map(|tail| [&[*first][..], &tail].concat()));
    }
    all
}

/// How far an attempt is; it never goes back.
fn progress(state: AttemptState) -> u8 {
    match state {
        AttemptState::Accepted | AttemptState::Holding => 0,
        AttemptState::Paying | AttemptState::ActionRequired => 1,
        AttemptState::Committing => 2,
        AttemptState::Returning => 3,
        AttemptState::Done | AttemptState::Failed => 4,
    }
}

const KINDS: [&str; 4] = [
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "charge.refunded",
    "payment_intent.canceled",
];

/// What Stripe shows in an event of this kind.
fn object_of(kind: &str, intent: &Value) -> Value {
    if kind != "charge.refunded" {
        return intent.clone();
    }
    json!({ "id": intent["id"].as_str().unwrap().replace("pi_", "ch_"), "object": "charge", "amount": intent["amount"],
        "amount_refunded": intent["amount"], "refunded": true, "payment_intent": intent["id"],
        "metadata": intent["metadata"] })
}

/// Case 14: all 24 orders of {authorized, captured, refunded, cancelled late}, once where the money is there in truth and
/// once where the payment was cancelled in truth: only the truth counts, which is asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_14_events_in_any_order_end_alike_and_never_lead_back() {
    for is_paid in [true, false] {
        let at = StripeShop::at(Stand::start(), 100, |_| {}).await;
        let orders = permutations(&KINDS);
        assert_eq!(orders.len(), 24);
        for (round, kinds) in orders.iter().enumerate() {
            let cart = at.cart(1, Some("pm_card_authenticationRequired")).await;
            let attempt = submitted(&at.shop, &cart.id, "token").await;
            at.stand.change(|book| {
                if is_paid { book.approve(round) } else { book.intents[round]["status"] = json!("canceled") }
            });
            let mut far = progress(row(&at.shop, &attempt).await.state);
            for kind in kinds {
                let object = object_of(kind, &at.intent(round));
                at.tell(&format!("evt_{round}_{}", kind.replace('.', "_")), kind, &object).await;
                let now = progress(row(&at.shop, &attempt).await.state);
                assert!(now >= far, "{kinds:?}: back by {kind}");
                far = now;
            }
            let outcome = at.shop.attempt(&attempt).await;
            if is_paid {
                assert_eq!(financial_status(&at.shop, &outcome).await, "PAID", "{kinds:?}: {outcome:#}");
            } else {
                assert_eq!(outcome["errors"][0]["code"], "PAYMENT_ERROR", "{kinds:?}: {outcome:#}");
            }
        }
        let paid = if is_paid { 24 } else { 0 };
        assert_eq!(at.shop.orders().await.len(), paid);
        let paid = i64::try_from(paid).unwrap();
        assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (paid * 1_740, 0));
        assert_eq!(mugs(&at.shop).await, (100 - paid, 0, paid));
    }
}
