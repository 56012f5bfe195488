//! Providers that do not answer: what was asked for is asked again with the same key, and done once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::TimeDelta;
use entity::order::CancelReason;
use entity::order_transaction::{self, TransactionKind, TransactionStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tokio::runtime::Handle;
use tradepost::app::App;
use tradepost::order::{self, CancelInput, CancelRefund, FinancialStatus, OrderErrorCode};

use super::{
    STAFF, TOTAL, assert_told_in_order, assert_within, capture_of, code_of, everything, only, open, promised,
    promising, refund_of, settled, status, told, view,
};
use crate::failure::figure;
use crate::payment::shop::{StripeShop, mugs};
use crate::payment::stripe::book::{Fault, Stand};
use crate::spec::peer::Asked;
use crate::support::at_once;

/// Keys with which money was asked to move, and whether the ledger had them at that moment.
type Keys = Arc<Mutex<Vec<(String, bool)>>>;

/// Asks, at the very moment at which Stripe is asked to move money, whether the key is in the ledger.
fn watching(app: Arc<OnceLock<App>>, keys: Keys) -> impl Fn(&Asked) + Send + Sync {
    let runtime = Handle::current();
    move |asked: &Asked| {
        let moves = asked.path().ends_with("/capture") || asked.path() == "/v1/refunds";
        if asked.method != "POST" || !moves {
            return;
        }
        let key = asked.header("idempotency-key").unwrap().to_owned();
        let (app, runtime, sought) = (app.get().unwrap().clone(), runtime.clone(), key.clone());
        // The stand-in's own thread is busy with the request.
        let asking = std::thread::spawn(move || {
            runtime.block_on(async move {
                let stored = order_transaction::Entity::find()
                    .filter(order_transaction::Column::IdempotencyKey.eq(sought));
                stored.one(app.db.fresh()).await.unwrap().is_some()
            })
        });
        let is_stored = asking.join().unwrap();
        keys.lock().unwrap().push((key, is_stored));
    }
}

/// The first answers to a request are lost: of an even round after it was done, of an odd one before it arrived.
fn lose(at: &StripeShop, round: usize, path: &str) {
    if round.is_multiple_of(2) {
        at.stand.fail(path, Fault::Garbage);
    } else {
        for _ in 0..3 {
            at.stand.fail(path, Fault::Status(502));
        }
    }
}

/// Nor can the provider be asked twice after that.
fn lose_looks(at: &StripeShop, round: usize, payment: &str) {
    if round.is_multiple_of(2) {
        for _ in 0..2 {
            at.stand.fail(&format!("GET /v1/payment_intents/{payment}"), Fault::Status(502));
        }
    }
}

/// Case 15: 500 captures and refunds whose answers are lost three times each; here 6.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_15_a_capture_and_a_refund_have_one_key_that_is_stored_before_it_is_asked_for() {
    let count = figure(6, 500);
    let (app, keys) = (Arc::new(OnceLock::new()), Keys::default());
    let at = promising(Stand::start_watched(watching(Arc::clone(&app), Arc::clone(&keys)))).await;
    assert!(app.set(at.shop.app.clone()).is_ok());
    let app = &at.shop.app;
    for round in 0..count {
        let (order, promise) = promised(&at).await;
        let payment = promise.provider_reference.clone().unwrap();
        lose(&at, round, "/capture");
        let capture = order::capture(app, STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
        lose_looks(&at, round, &payment);
        assert_eq!(
            (capture.status, status(app, order).await),
            (TransactionStatus::Pending, FinancialStatus::Authorized)
        );
        let again = order::capture(app, STAFF, &capture_of(&promise, 1, false)).await;
        assert_eq!(
            code_of(again),
            OrderErrorCode::AmountTooLarge,
            "what is being taken is not there any more"
        );
        settled(app).await;
        assert_eq!(status(app, order).await, FinancialStatus::Paid);

        lose(&at, round, "POST /v1/refunds");
        let refund = order::refund(app, STAFF, &refund_of(order, capture.id, TOTAL)).await.unwrap();
        lose_looks(&at, round, &payment);
        assert_eq!(refund.transactions[0].status, TransactionStatus::Pending);
        assert_eq!(
            (status(app, order).await, told(app, order, "order.refunded").await),
            (FinancialStatus::Paid, 0)
        );
        let again = order::refund(app, STAFF, &refund_of(order, capture.id, 1)).await;
        assert_eq!(code_of(again), OrderErrorCode::AmountTooLarge, "what goes back does not go back twice");
        settled(app).await;
        assert_eq!(status(app, order).await, FinancialStatus::Refunded);
        for kind in ["order.captured", "order.paid", "order.refunded"] {
            assert_eq!(told(app, order, kind).await, 1, "{kind}");
        }
        assert_told_in_order(app, order).await;
        assert_within(&view(app, order).await);
    }
    let asked = std::mem::take(&mut *keys.lock().unwrap());
    assert!(asked.iter().all(|(_, is_stored)| *is_stored), "{asked:?}");
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in &asked {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.,".contains(letter);
        assert!(key.chars().all(is_plain) && key.len() <= 108, "{key}: PayPal takes it as well");
        *times.entry(key.as_str()).or_default() += 1;
    }
    assert_eq!(times.len(), 2 * count, "one key for each capture and each refund");
    // What was done is found again, and not asked for once more.
    assert!(times.values().all(|asked| [1, 4].contains(asked)), "{times:?}");
    let taken: i64 =
        at.stand.book().intents.iter().map(|intent| intent["amount_received"].as_i64().unwrap()).sum();
    assert_eq!(taken, i64::try_from(count).unwrap() * TOTAL);
    assert_eq!((at.stand.book().refunds.len(), at.stand.book().taken()), (count, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_movement_is_asked_about_by_one_node_at_a_time_and_less_often_the_longer_it_takes() {
    let at = promising(Stand::start()).await;
    let mut other = at.shop.second_node().await;
    other.clock = at.shop.app.clock.clone();
    let nodes = [at.shop.app.clone(), other];
    let (_, promise) = promised(&at).await;
    at.stand.fail("/capture", Fault::Status(502));
    order::capture(&nodes[0], STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
    let begun = nodes[0].clock.now();
    let mut asked_at = Vec::new();
    while nodes[0].clock.now() - begun < TimeDelta::minutes(3) {
        nodes[0].clock.advance(TimeDelta::seconds(5));
        at.stand.fail("/capture", Fault::Status(502));
        let before = open(&nodes[0]).await[0].asks;
        at_once(2, |node| {
            let app = nodes[node].clone();
            async move { order::settle_due(&app).await.unwrap() }
        })
        .await;
        let after = open(&nodes[0]).await[0].asks;
        assert!(after - before <= 1, "two nodes have asked at {}", nodes[0].clock.now() - begun);
        if after > before {
            asked_at.push((nodes[0].clock.now() - begun).num_seconds());
        }
    }
    let pauses: Vec<i64> = asked_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(asked_at.len() >= 4, "{asked_at:?}");
    assert!(pauses.is_sorted() && pauses.first() < pauses.last(), "{asked_at:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rest_of_a_promise_is_let_go_once_it_is_known_what_was_taken_of_it() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, promise) = promised(&at).await;
    at.stand.fail("/capture", Fault::Garbage);
    let capture = order::capture(app, STAFF, &capture_of(&promise, 1_000, true)).await.unwrap();
    assert_eq!(capture.status, TransactionStatus::Pending);
    assert_eq!(open(app).await.len(), 2, "the capture and the rest");
    settled(app).await;
    let noted = view(app, order).await;
    let rest = only(&noted, TransactionKind::Void);
    assert_eq!((rest.status, rest.amount_minor), (TransactionStatus::Success, TOTAL - 1_000));
    assert_eq!((noted.balance().received_minor, noted.balance().capturable_minor), (1_000, 0));
    assert_eq!(status(app, order).await, FinancialStatus::PartiallyPaid);
    assert_eq!(at.stand.book().taken(), 1_000);
    assert_within(&noted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_cancelled_at_once_and_its_promise_let_go_when_the_provider_answers() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, _) = promised(&at).await;
    at.stand.fail("/cancel", Fault::Status(500));
    let input = CancelInput {
        order,
        restock: true,
        refund: CancelRefund::OriginalTenders,
        reason: CancelReason::Fraud,
        notify: false,
        staff_note: None,
    };
    let cancelled = order::cancel(app, STAFF, &input).await.unwrap().order;
    assert!(cancelled.row.cancelled_at.is_some());
    assert_eq!(only(&cancelled, TransactionKind::Void).status, TransactionStatus::Pending);
    assert_eq!(at.stand.book().states(), ["requires_capture"]);
    assert_eq!(mugs(&at.shop).await, (5_000, 0, 0));
    settled(app).await;
    assert_eq!(
        (status(app, order).await, at.stand.book().states()),
        (FinancialStatus::Voided, vec!["canceled"])
    );
    assert_eq!((told(app, order, "order.cancelled").await, told(app, order, "order.voided").await), (1, 1));
    assert_eq!(mugs(&at.shop).await, (5_000, 0, 0), "the goods are back once");
    assert_told_in_order(app, order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_a_bank_works_on_is_noted_when_it_is_told_and_free_again_when_it_fails() {
    for decided in ["succeeded", "failed"] {
        let at = StripeShop::open().await;
        let app = &at.shop.app;
        let cart = at.cart(1, super::CARD).await;
        at.shop.buy(&cart.id).await;
        let order = super::last_order(&at.shop).await;
        let sale = only(&view(app, order).await, TransactionKind::Sale);
        at.stand.change(|book| book.refund_status = Some("pending"));
        let refund = order::refund(app, STAFF, &refund_of(order, sale.id, 1_000)).await.unwrap();
        assert_eq!(refund.transactions[0].status, TransactionStatus::Pending);
        at.tell("evt_1", "charge.refund.updated", &at.stand.book().refunds[0]).await;
        assert_eq!(open(app).await.len(), 1, "what it says is not believed: the bank has not decided");
        let balance = view(app, order).await.balance();
        assert_eq!((balance.refunded_minor, balance.refundable_minor), (0, TOTAL - 1_000));

        at.stand.change(|book| book.refunds[0]["status"] = json!(decided));
        at.tell("evt_2", "charge.refund.updated", &at.stand.book().refunds[0]).await;
        assert_eq!(open(app).await, []);
        let balance = view(app, order).await.balance();
        let is_back = decided == "succeeded";
        let back = if is_back { 1_000 } else { 0 };
        assert_eq!((balance.refunded_minor, balance.refundable_minor), (back, TOTAL - back));
        let expected = if is_back { FinancialStatus::PartiallyRefunded } else { FinancialStatus::Paid };
        assert_eq!(
            (status(app, order).await, told(app, order, "order.refunded").await),
            (expected, u64::from(is_back))
        );
        // Told again, it is noted once.
        let before = everything(app).await;
        at.tell("evt_3", "charge.refund.updated", &at.stand.book().refunds[0]).await;
        assert_eq!(everything(app).await, before);
        assert_within(&view(app, order).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_provider_refuses_is_noted_and_can_be_asked_for_again() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, promise) = promised(&at).await;
    // Somebody has let it go at Stripe's own desk.
    at.stand.change(|book| book.intents[0]["status"] = json!("canceled"));
    let refused = order::capture(app, STAFF, &capture_of(&promise, 1_000, true)).await;
    assert_eq!(code_of(refused), OrderErrorCode::ProviderRefused);
    let noted = view(app, order).await;
    assert_eq!(only(&noted, TransactionKind::Capture).status, TransactionStatus::Failure);
    assert_eq!(
        only(&noted, TransactionKind::Void).status,
        TransactionStatus::Failure,
        "the rest stays promised"
    );
    assert_eq!((noted.balance().received_minor, noted.balance().capturable_minor), (0, TOTAL));
    assert_eq!((told(app, order, "order.captured").await, told(app, order, "order.paid").await), (0, 0));
    assert_within(&noted);
    // Letting go what is gone is done.
    let let_go = order::void(app, STAFF, promise.id).await.unwrap();
    assert_eq!((let_go.status, let_go.amount_minor), (TransactionStatus::Success, TOTAL));
    assert_eq!(status(app, order).await, FinancialStatus::Voided);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_takes_of_a_promise_once_lets_the_rest_go_with_it() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, promise) = promised(&at).await;
    let capture = order::capture(app, STAFF, &capture_of(&promise, 1_000, false)).await.unwrap();
    assert_eq!(capture.status, TransactionStatus::Success);
    let noted = view(app, order).await;
    let rest = only(&noted, TransactionKind::Void);
    assert_eq!((rest.status, rest.amount_minor), (TransactionStatus::Success, TOTAL - 1_000));
    assert_eq!((noted.balance().received_minor, noted.balance().capturable_minor), (1_000, 0));
    assert_eq!((status(app, order).await, open(app).await), (FinancialStatus::PartiallyPaid, Vec::new()));
    assert_within(&noted);
    let (asked, before) = (at.stand.peer.asked().len(), everything(app).await);
    let again = order::capture(app, STAFF, &capture_of(&promise, 1, false)).await;
    assert_eq!(code_of(again), OrderErrorCode::AmountTooLarge);
    assert_eq!((at.stand.peer.asked().len(), everything(app).await), (asked, before), "Stripe is not asked");
    assert_eq!(at.stand.book().taken(), 1_000);
}
