//! What is told more than once, or in another order than it happened.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::id::OrderId;
use entity::order_transaction::{TransactionKind, TransactionStatus};
use serde_json::{Value, json};
use tradepost::checkout;
use tradepost::order::{self, FinancialStatus, OrderErrorCode};

use super::{
    STAFF, TOTAL, assert_told_in_order, assert_within, capture_of, code_of, last_order, open, promised,
    promising, refund_of, status, told, view,
};
use crate::failure::figure;
use crate::payment::shop::{StripeShop, hook, signature};
use crate::payment::stripe::book::{Fault, Stand};
use crate::payment::stripe::{self, judged};
use crate::payment::webhook::events;
use crate::support::{ProductSpec, TestShop, at_once};

/// How many come with the same news.
const TIMES: usize = 20;

/// Case 13: 20 people at once note that the money came.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn case_13_a_payment_that_twenty_note_at_once_is_noted_and_told_once() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(1_000)]).await;
    let mug = shop.variant_id("mug").await;
    for _ in 0..figure(4, 50) {
        let cart = shop.ready_cart(&mug, 1, "manual").await;
        shop.buy(&cart.id).await;
        let order = last_order(&shop).await;
        assert_eq!(status(&shop.app, order).await, FinancialStatus::Pending);
        let outcomes = at_once(TIMES, |_| {
            let app = shop.app.clone();
            async move { order::mark_as_paid(&app, STAFF, order).await.map(|_| ()) }
        })
        .await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!((done.len(), refused.len()), (1, TIMES - 1));
        assert!(refused.into_iter().all(|refused| code_of(refused) == OrderErrorCode::AlreadyPaid));
        assert_eq!(status(&shop.app, order).await, FinancialStatus::Paid);
        assert_eq!(view(&shop.app, order).await.transactions.len(), 1);
        for kind in ["order.paid", "order.payment_received"] {
            assert_eq!(told(&shop.app, order, kind).await, 1, "{kind}");
        }
        assert_told_in_order(&shop.app, order).await;
    }
}

/// Case 13: a capture whose answer was lost, and the same event of it 20 times at once, or 20 events.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn case_13_a_capture_that_is_told_of_twenty_times_at_once_is_noted_once() {
    let at = Arc::new(promising(Stand::start()).await);
    let app = &at.shop.app;
    for round in 0..figure(4, 50) {
        let (order, promise) = promised(&at).await;
        at.stand.fail("/capture", Fault::Garbage);
        let capture = order::capture(app, STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
        assert_eq!(capture.status, TransactionStatus::Pending);
        let differ = !round.is_multiple_of(2);
        let answers = at_once(TIMES, |index| {
            let at = Arc::clone(&at);
            let id = if differ { format!("evt_{round}_{index}") } else { format!("evt_{round}") };
            async move {
                let body = at.event(&id, "payment_intent.succeeded", &at.intent(round));
                let header = signature(stripe::WEBHOOK_SECRET, at.shop.app.clock.now(), body.as_bytes());
                hook(&at.shop, "stripe", &[("stripe-signature", header)], body).await.status
            }
        })
        .await;
        assert_eq!(answers, [200; TIMES]);
        all_handled(&at).await;
        assert_eq!(open(app).await, []);
        assert_eq!(status(app, order).await, FinancialStatus::Paid);
        assert_eq!((told(app, order, "order.captured").await, told(app, order, "order.paid").await), (1, 1));
        assert_told_in_order(app, order).await;
        assert_within(&view(app, order).await);
    }
    let captures = judged(&at.stand).iter().filter(|asked| asked.path().ends_with("/capture")).count();
    assert_eq!(captures, figure(4, 50), "what was taken is found, and not asked for again");
}

/// Waits until all that was told is handled: what others were busy with is taken up some seconds later.
async fn all_handled(at: &StripeShop) {
    for _ in 0..300 {
        if events(&at.shop).await.iter().all(|event| event.handled_at.is_some()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        at.shop.app.clock.advance(TimeDelta::seconds(1));
        checkout::handle_events(&at.shop.app).await.unwrap();
    }
    panic!("{:#?}", events(&at.shop).await);
}

pub(super) const KINDS: [&str; 4] = [
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "charge.refunded",
    "payment_intent.canceled",
];

/// All orders of four things, by their places.
pub(super) fn orders_of_four() -> Vec<[usize; 4]> {
    let mut all = Vec::new();
    for number in 0..256 {
        let places = [number / 64, number / 16 % 4, number / 4 % 4, number % 4];
        if (0..4).all(|place| places.contains(&place)) {
            all.push(places);
        }
    }
    all
}

/// What Stripe shows in an event of this kind.
pub(super) fn object_of(kind: &str, intent: &Value) -> Value {
    if kind != "charge.refunded" {
        return intent.clone();
    }
    json!({ "id": intent["latest_charge"], "object": "charge", "amount": intent["amount"],
        "amount_refunded": intent["amount"], "refunded": true, "payment_intent": intent["id"],
        "metadata": intent["metadata"] })
}

/// How far the money of an order has come; it never goes back.
fn progress(status: FinancialStatus) -> u8 {
    match status {
        FinancialStatus::Pending | FinancialStatus::Authorized => 0,
        FinancialStatus::PartiallyPaid => 1,
        FinancialStatus::Paid | FinancialStatus::Voided => 2,
        FinancialStatus::PartiallyRefunded => 3,
        FinancialStatus::Refunded => 4,
    }
}

/// What staff have asked for, and Stripe has done without the shop knowing it yet.
#[derive(Clone, Copy, Debug)]
enum Truth {
    Taken,
    GivenBack,
    LetGo,
}

/// An order of which this is true.
async fn order_of(at: &StripeShop, truth: Truth) -> OrderId {
    let app = &at.shop.app;
    let (order, promise) = promised(at).await;
    match truth {
        Truth::Taken => {
            at.stand.fail("/capture", Fault::Garbage);
            order::capture(app, STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
        }
        Truth::GivenBack => {
            let capture = order::capture(app, STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
            at.stand.fail("POST /v1/refunds", Fault::Garbage);
            order::refund(app, STAFF, &refund_of(order, capture.id, TOTAL)).await.unwrap();
        }
        Truth::LetGo => {
            at.stand.fail("/cancel", Fault::Garbage);
            order::void(app, STAFF, promise.id).await.unwrap();
        }
    }
    order
}

/// Case 14: all 24 orders of {authorized, captured, refunded, cancelled late}, for what staff had done last: only the truth
/// counts, which is asked for, and the same things are told of the order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_14_what_is_told_of_an_order_in_any_order_ends_alike_and_never_leads_back() {
    let orders = orders_of_four();
    assert_eq!(orders.len(), 24);
    for (truth, expected, last) in [
        (Truth::Taken, FinancialStatus::Paid, "order.paid"),
        (Truth::GivenBack, FinancialStatus::Refunded, "order.refunded"),
        (Truth::LetGo, FinancialStatus::Voided, "order.voided"),
    ] {
        let at = promising(Stand::start()).await;
        let app = &at.shop.app;
        for (round, places) in orders.iter().enumerate() {
            let order = order_of(&at, truth).await;
            assert_eq!(open(app).await.len(), 1, "{truth:?}: nobody knows it yet");
            let mut far = progress(status(app, order).await);
            for place in places {
                let kind = KINDS[*place];
                at.tell(&format!("evt_{round}_{place}"), kind, &object_of(kind, &at.intent(round))).await;
                let now = progress(status(app, order).await);
                assert!(now >= far, "{truth:?} {places:?}: back by {kind}");
                far = now;
            }
            assert_eq!(
                (status(app, order).await, open(app).await),
                (expected, Vec::new()),
                "{truth:?} {places:?}"
            );
            assert_eq!(told(app, order, last).await, 1, "{truth:?} {places:?}");
            let view = view(app, order).await;
            assert!(
                view.transactions.iter().all(|row| row.status == TransactionStatus::Success),
                "{places:?}"
            );
            assert_within(&view);
            assert_told_in_order(app, order).await;
        }
        let all = i64::try_from(orders.len()).unwrap() * TOTAL;
        let expected = if matches!(truth, Truth::Taken) { all } else { 0 };
        assert_eq!(at.stand.book().taken(), expected, "{truth:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_paid_in_parts_is_told_as_paid_once() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let app = &shop.app;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    shop.buy(&cart.id).await;
    let order = last_order(&shop).await;
    for (amount_minor, paid) in [(Some(700_i64), 0), (Some(1_000), 0), (None, 1)] {
        let name = Some("Cash".to_owned());
        order::record_manual_payment(app, STAFF, order, amount_minor, name, None).await.unwrap();
        assert_eq!(told(app, order, "order.paid").await, paid);
    }
    assert_eq!(status(app, order).await, FinancialStatus::Paid);
    let over = order::record_manual_payment(app, STAFF, order, Some(1_i64), None, None).await;
    assert_eq!(code_of(over), OrderErrorCode::AlreadyPaid);
    let taken: Vec<i64> = view(app, order)
        .await
        .transactions
        .iter()
        .filter(|row| row.kind == TransactionKind::Sale && row.status == TransactionStatus::Success)
        .map(|row| row.amount_minor)
        .collect();
    assert_eq!(taken, [700, 1_000, 40]);
    assert_eq!(told(app, order, "order.paid").await, 1);
    assert_told_in_order(app, order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_told_as_paid_when_it_is_placed_or_once_the_money_is_there() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let (app, mug) = (&shop.app, shop.variant_id("mug").await);
    for (payment, is_paid) in [("approve", true), ("authorize", false), ("manual", false)] {
        let cart = shop.ready_cart(&mug, 1, payment).await;
        shop.buy(&cart.id).await;
        let order = last_order(&shop).await;
        assert_eq!(told(app, order, "order.placed").await, 1, "{payment}");
        assert_eq!(told(app, order, "order.paid").await, u64::from(is_paid), "{payment}");
        let placed = view(app, order).await.transactions.remove(0);
        match payment {
            "authorize" => {
                drop(order::capture(app, STAFF, &capture_of(&placed, TOTAL, false)).await.unwrap())
            }
            "manual" => drop(order::mark_as_paid(app, STAFF, order).await.unwrap()),
            _ => {}
        }
        assert_eq!(status(app, order).await, FinancialStatus::Paid, "{payment}");
        assert_eq!(told(app, order, "order.paid").await, 1, "{payment}");
        assert_told_in_order(app, order).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_costs_nothing_and_what_a_gift_card_pays_is_told_as_paid_when_it_is_placed() {
    let shop = TestShop::open().await;
    let mut gift = ProductSpec::new("gift").price("0.00").stock(10);
    gift.variants.iter_mut().for_each(|variant| variant.requires_shipping = false);
    shop.have(&[gift, ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let app = &shop.app;
    let card = shop.gift_card(TOTAL).await;
    for (handle, codes, total) in [("gift", json!([]), 0), ("mug", json!([card.code]), TOTAL)] {
        let cart = shop
            .make_cart(json!({
                "lines": [{ "merchandiseId": shop.variant_id(handle).await, "quantity": 1 }],
                "giftCardCodes": codes,
                "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" },
                "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                    "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                    "zip": "10115", "countryCode": "DE" } } }] },
            }))
            .await;
        shop.buy(cart["id"].as_str().unwrap()).await;
        let order = last_order(&shop).await;
        assert_eq!(view(app, order).await.row.total_minor, total);
        assert_eq!(told(app, order, "order.paid").await, 1, "{handle}");
        assert_eq!(status(app, order).await, FinancialStatus::Paid, "{handle}");
        assert_told_in_order(app, order).await;
    }
}
