//! What people and banks do at a provider's, without the shop: its event makes the shop look, and the ledger has it then.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::completion_attempt::CaptureMode;
use entity::id::OrderId;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use serde_json::json;
use tradepost::app::App;
use tradepost::checkout;
use tradepost::order::{self, FinancialStatus, OrderErrorCode};
use tradepost::payment::TestState;

use super::race::cancel_of;
use super::told::{KINDS, object_of, orders_of_four};
use super::{
    STAFF, TOTAL, assert_told_in_order, assert_within, capture_of, code_of, everything, last_order, only,
    open, promised, promising, refund_of, status, told, view,
};
use crate::payment::attempt::{gateway, row, shop_with_mug, submitted};
use crate::payment::shop::{PayPalShop, StripeShop};
use crate::payment::stripe::book::{Fault, Stand};
use crate::payment::webhook::{self, events, handled};
use crate::support::{TestShop, at_once};

/// How many come with the same news.
const TIMES: usize = 20;

/// An order of a mug that the test gateway has taken or promised, and the gateway's name for the payment.
async fn ordered(shop: &TestShop, mug: &str, payment: &str) -> (OrderId, String) {
    let cart = shop.ready_cart(mug, 1, payment).await;
    shop.buy(&cart.id).await;
    let order = last_order(shop).await;
    let first = view(&shop.app, order).await.transactions.remove(0);
    (order, first.provider_reference.unwrap())
}

/// The gateway tells that something is new about a payment.
async fn tell(shop: &TestShop, id: &str, payment: &str) {
    tell_of(shop, "payment", id, payment).await;
}

/// The same of what goes back, or is disputed.
async fn tell_of(shop: &TestShop, kind: &str, id: &str, payment: &str) {
    let body = json!({ "id": id, "kind": kind, "reference": payment }).to_string();
    assert_eq!(webhook::tell(shop, &body).await, 200);
    handled(shop).await;
}

/// The amounts of all movements of a kind that were done.
async fn done(app: &App, order: OrderId, kind: TransactionKind) -> Vec<i64> {
    let rows = view(app, order).await.transactions;
    let is_done = |row: &&Model| row.kind == kind && row.status == TransactionStatus::Success;
    rows.iter().filter(is_done).map(|row| row.amount_minor).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_taken_at_the_desk_is_taken_of_the_order() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    let (order, payment) = ordered(&shop, &mug, "authorize").await;
    let name = gateway(&shop).take_at_desk(&payment, 1_000).unwrap();
    assert_eq!(status(app, order).await, FinancialStatus::Authorized, "nobody has told of it");
    tell(&shop, "evt_1", &payment).await;
    let noted = view(app, order).await;
    let (promise, capture) =
        (only(&noted, TransactionKind::Authorization), only(&noted, TransactionKind::Capture));
    assert_eq!((capture.status, capture.amount_minor), (TransactionStatus::Success, 1_000));
    assert_eq!(capture.provider_reference.as_deref(), Some(name.as_str()));
    assert_eq!((capture.idempotency_key, capture.asks), (format!("outside/test/{name}/1000"), 0));
    assert_eq!((noted.balance().received_minor, noted.balance().capturable_minor), (1_000, 740));
    assert_eq!(status(app, order).await, FinancialStatus::PartiallyPaid);
    assert_eq!((told(app, order, "order.captured").await, told(app, order, "order.paid").await), (1, 0));

    gateway(&shop).take_at_desk(&payment, 740).unwrap();
    tell(&shop, "evt_2", &payment).await;
    assert_eq!(status(app, order).await, FinancialStatus::Paid);
    assert_eq!((told(app, order, "order.captured").await, told(app, order, "order.paid").await), (2, 1));
    let again = order::capture(app, STAFF, &capture_of(&promise, 1, false)).await;
    assert_eq!(code_of(again), OrderErrorCode::AmountTooLarge);
    // What others took goes back as what the shop took.
    order::refund(app, STAFF, &refund_of(order, capture.id, 1_000)).await.unwrap();
    assert_eq!(gateway(&shop).payment(&payment).unwrap().refunded_minor, 1_000);
    let before = everything(app).await;
    tell(&shop, "evt_3", &payment).await;
    assert_eq!(everything(app).await, before, "all of it is known");
    assert_within(&view(app, order).await);
    assert_told_in_order(app, order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_goes_back_at_the_desk_goes_back_of_the_order_without_a_mail() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    let (order, payment) = ordered(&shop, &mug, "approve").await;
    for (round, (amount, expected)) in
        [(500, FinancialStatus::PartiallyRefunded), (TOTAL - 500, FinancialStatus::Refunded)]
            .into_iter()
            .enumerate()
    {
        gateway(&shop).give_back_at_desk(&payment, amount).unwrap();
        tell_of(&shop, "refund", &format!("evt_{round}"), &payment).await;
        let noted = view(app, order).await;
        assert_eq!(status(app, order).await, expected);
        assert_eq!(noted.refunds.len(), round + 1);
        assert!(noted.refunds.iter().all(|refund| !refund.notify && refund.shipping_minor == 0));
        assert_eq!(noted.refunded_of_minor(noted.refunds[round].id), amount);
        assert_eq!(noted.balance().outstanding_minor, 0, "nothing is owed for it");
        assert_eq!(told(app, order, "order.refunded").await, u64::try_from(round).unwrap() + 1);
        assert_within(&noted);
    }
    assert_eq!(done(app, order, TransactionKind::Refund).await, [500, TOTAL - 500]);
    let sale = only(&view(app, order).await, TransactionKind::Sale);
    let over = order::refund(app, STAFF, &refund_of(order, sale.id, 1)).await;
    assert_eq!(code_of(over), OrderErrorCode::AmountTooLarge);
    assert_told_in_order(app, order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_that_is_let_go_at_the_desk_or_runs_out_is_over() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    for taken in [0, 1_000] {
        let (order, payment) = ordered(&shop, &mug, "authorize").await;
        let promise = only(&view(app, order).await, TransactionKind::Authorization);
        if taken > 0 {
            order::capture(app, STAFF, &capture_of(&promise, taken, false)).await.unwrap();
        }
        assert!(gateway(&shop).let_go_at_desk(&payment));
        tell(&shop, &format!("evt_{taken}"), &payment).await;
        let expected = if taken > 0 { FinancialStatus::PartiallyPaid } else { FinancialStatus::Voided };
        assert_eq!(status(app, order).await, expected);
        let noted = view(app, order).await;
        assert_eq!(only(&noted, TransactionKind::Void).amount_minor, TOTAL - taken);
        assert_eq!((noted.balance().received_minor, noted.balance().capturable_minor), (taken, 0));
        assert_eq!(told(app, order, "order.voided").await, 1);
        let late = order::capture(app, STAFF, &capture_of(&promise, 1, false)).await;
        assert_eq!(code_of(late), OrderErrorCode::AmountTooLarge);
        let late = order::void(app, STAFF, promise.id).await;
        assert_eq!(code_of(late), OrderErrorCode::NotVoidable);
        assert_within(&view(app, order).await);
        assert_told_in_order(app, order).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_fails_after_it_was_done_can_be_made_again() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    let (order, payment) = ordered(&shop, &mug, "approve").await;
    let sale = only(&view(app, order).await, TransactionKind::Sale);
    let made = order::refund(app, STAFF, &refund_of(order, sale.id, 1_000)).await.unwrap();
    gateway(&shop).give_back_at_desk(&payment, 740).unwrap();
    tell_of(&shop, "refund", "evt_1", &payment).await;
    assert_eq!(status(app, order).await, FinancialStatus::Refunded);

    let own = made.transactions[0].provider_reference.clone().unwrap();
    assert!(gateway(&shop).fail_refund(&own));
    for id in ["evt_2", "evt_3"] {
        tell_of(&shop, "refund", id, &payment).await;
        let noted = view(app, order).await;
        let failed = noted.transactions.iter().find(|row| row.id == made.transactions[0].id).unwrap();
        assert_eq!((failed.status, failed.amount_minor), (TransactionStatus::Failure, 1_000));
        assert_eq!(status(app, order).await, FinancialStatus::PartiallyRefunded);
        assert_eq!((noted.balance().refunded_minor, noted.balance().refundable_minor), (740, 1_000));
        assert_eq!(told(app, order, "order.refund_failed").await, 1);
        assert_within(&noted);
    }
    order::refund(app, STAFF, &refund_of(order, sale.id, 1_000)).await.unwrap();
    assert_eq!(status(app, order).await, FinancialStatus::Refunded);
    assert_eq!(gateway(&shop).payment(&payment).unwrap().refunded_minor, TOTAL, "this time it went back");
    assert_told_in_order(app, order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_its_buyer_disputes_is_told_once() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    let (order, payment) = ordered(&shop, &mug, "approve").await;
    tell(&shop, "evt_1", &payment).await;
    assert_eq!(view(app, order).await.row.disputed_at, None);
    gateway(&shop).dispute(&payment);
    let since = app.clock.now();
    for id in ["evt_2", "evt_3"] {
        tell_of(&shop, "dispute", id, &payment).await;
        let noted = view(app, order).await;
        // PostgreSQL keeps microseconds.
        let until = (noted.row.disputed_at.unwrap() - since).num_milliseconds();
        assert_eq!((until, told(app, order, "order.disputed").await), (0, 1), "{id}");
        assert_eq!(status(app, order).await, FinancialStatus::Paid, "no money has moved");
        app.clock.advance(TimeDelta::minutes(1));
    }
    assert_told_in_order(app, order).await;
}

/// Waits until all that was told is handled.
async fn all_handled(shop: &TestShop) {
    for _ in 0..300 {
        if events(shop).await.iter().all(|event| event.handled_at.is_some()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        shop.app.clock.advance(TimeDelta::seconds(1));
        checkout::handle_events(&shop.app).await.unwrap();
    }
    panic!("{:#?}", events(shop).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_twenty_events_tell_at_once_is_written_once() {
    let (shop, mug) = shop_with_mug().await;
    let shop = Arc::new(shop);
    let app = &shop.app;
    for (round, differ) in [false, true].into_iter().enumerate() {
        let (taken, payment) = ordered(&shop, &mug, "authorize").await;
        gateway(&shop).take_at_desk(&payment, 1_000).unwrap();
        gateway(&shop).give_back_at_desk(&payment, 700).unwrap();
        gateway(&shop).let_go_at_desk(&payment);
        gateway(&shop).dispute(&payment);
        let answers = at_once(TIMES, |index| {
            let (shop, payment) = (Arc::clone(&shop), payment.clone());
            let id = if differ { format!("evt_{round}_{index}") } else { format!("evt_{round}") };
            async move {
                let body = json!({ "id": id, "reference": payment }).to_string();
                webhook::tell(&shop, &body).await
            }
        })
        .await;
        assert_eq!(answers, [200; TIMES]);
        all_handled(&shop).await;
        for (kind, amount) in
            [(TransactionKind::Capture, 1_000), (TransactionKind::Void, 740), (TransactionKind::Refund, 700)]
        {
            assert_eq!(done(app, taken, kind).await, [amount], "{kind:?}");
        }
        for kind in ["order.captured", "order.voided", "order.refunded", "order.disputed"] {
            assert_eq!(told(app, taken, kind).await, 1, "{kind}");
        }
        let noted = view(app, taken).await;
        assert_eq!(noted.refunds.len(), 1);
        assert_within(&noted);
        assert_told_in_order(app, taken).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_write_the_same_news_once() {
    let at = promising(Stand::start()).await;
    let nodes = [at.shop.app.clone(), at.shop.second_node().await];
    let (order, _) = promised(&at).await;
    at.stand.change(|book| {
        book.take_at_desk(0, TOTAL);
        book.give_back_at_desk(0, 500);
        book.give_back_at_desk(0, 300);
    });
    let outcomes = at_once(10, |index| {
        let app = nodes[index % 2].clone();
        async move { order::note_outside(&app, order, None).await.unwrap() }
    })
    .await;
    assert_eq!(outcomes, [true; 10]);
    let app = &at.shop.app;
    assert_eq!(done(app, order, TransactionKind::Capture).await, [TOTAL]);
    let mut back = done(app, order, TransactionKind::Refund).await;
    back.sort_unstable();
    assert_eq!(back, [300, 500]);
    assert_within(&view(app, order).await);
    assert_told_in_order(app, order).await;
}

/// What was done at Stripe's desk, or by Stripe itself.
#[derive(Clone, Copy, Debug)]
enum Truth {
    Taken,
    GivenBack,
    LetGo,
}

/// Case 14 once more: all 24 orders of {authorized, captured, refunded, cancelled}, for what others did without the shop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_14_what_others_did_ends_alike_in_whatever_order_it_is_told() {
    for (truth, expected, kinds) in [
        (Truth::Taken, FinancialStatus::Paid, ["order.captured", "order.paid"].as_slice()),
        (Truth::GivenBack, FinancialStatus::Refunded, &["order.captured", "order.paid", "order.refunded"]),
        (Truth::LetGo, FinancialStatus::Voided, &["order.voided"]),
    ] {
        let at = promising(Stand::start()).await;
        let app = &at.shop.app;
        for (round, places) in orders_of_four().into_iter().enumerate() {
            let (order, _) = promised(&at).await;
            at.stand.change(|book| match truth {
                Truth::Taken => book.take_at_desk(round, TOTAL),
                Truth::GivenBack => {
                    book.take_at_desk(round, TOTAL);
                    book.give_back_at_desk(round, TOTAL);
                }
                Truth::LetGo => book.let_go_at_desk(round),
            });
            for place in places {
                let kind = KINDS[place];
                at.tell(&format!("evt_{round}_{place}"), kind, &object_of(kind, &at.intent(round))).await;
                assert_eq!(status(app, order).await, expected, "{truth:?} {places:?}: {kind}");
            }
            for kind in kinds {
                assert_eq!(told(app, order, kind).await, 1, "{truth:?} {places:?}: {kind}");
            }
            let noted = view(app, order).await;
            let count = if matches!(truth, Truth::GivenBack) { 3 } else { 2 };
            assert_eq!(noted.transactions.len(), count, "{truth:?} {places:?}");
            assert_within(&noted);
            assert_told_in_order(app, order).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_order_gives_back_what_was_taken_of_its_promise_at_the_desk() {
    let (shop, mug) = shop_with_mug().await;
    let app = &shop.app;
    for taken in [1_000, TOTAL] {
        let (order, payment) = ordered(&shop, &mug, "authorize").await;
        gateway(&shop).take_at_desk(&payment, taken).unwrap();
        // Nobody has told of it.
        let cancelled = order::cancel(app, STAFF, &cancel_of(order)).await.unwrap();
        assert!(!cancelled.is_refused);
        let kept = gateway(&shop).payment(&payment).unwrap();
        assert_eq!((kept.state, kept.taken_minor(), kept.refunded_minor), (TestState::Taken, taken, taken));
        let balance = view(app, order).await.balance();
        assert_eq!((balance.received_minor, balance.refunded_minor), (taken, taken));
        assert_eq!((balance.capturable_minor, balance.refundable_minor), (0, 0));
        assert_eq!((status(app, order).await, open(app).await), (FinancialStatus::Refunded, Vec::new()));
        assert_within(&view(app, order).await);
        assert_told_in_order(app, order).await;
    }
    // What went back there does not go back twice.
    let (order, payment) = ordered(&shop, &mug, "approve").await;
    gateway(&shop).give_back_at_desk(&payment, 500).unwrap();
    assert!(!order::cancel(app, STAFF, &cancel_of(order)).await.unwrap().is_refused);
    assert_eq!(done(app, order, TransactionKind::Refund).await, [500, TOTAL - 500]);
    assert_eq!(gateway(&shop).payment(&payment).unwrap().refunded_minor, TOTAL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shop_asked_for_and_was_not_answered_is_not_noted_twice() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, promise) = promised(&at).await;
    at.stand.fail("/capture", Fault::Garbage);
    let capture = order::capture(app, STAFF, &capture_of(&promise, TOTAL, true)).await.unwrap();
    assert_eq!(capture.status, TransactionStatus::Pending);
    at.stand.change(|book| drop(book.give_back_at_desk(0, 500)));
    let before = everything(app).await;
    assert!(
        !order::note_outside(app, order, None).await.unwrap(),
        "it is not known yet what went back of what"
    );
    assert_eq!(everything(app).await, before);
    at.tell("evt_1", "charge.refunded", &object_of("charge.refunded", &at.intent(0))).await;
    assert_eq!(status(app, order).await, FinancialStatus::PartiallyRefunded);
    let noted = view(app, order).await;
    assert_eq!(only(&noted, TransactionKind::Capture).id, capture.id);
    assert_eq!(only(&noted, TransactionKind::Refund).parent_id, Some(capture.id));
    assert_eq!((noted.balance().received_minor, noted.balance().refunded_minor), (TOTAL, 500));
    assert_within(&noted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_cannot_be_looked_up_now_is_looked_up_again() {
    let at = promising(Stand::start()).await;
    let app = &at.shop.app;
    let (order, _) = promised(&at).await;
    at.stand.change(|book| book.take_at_desk(0, TOTAL));
    let before = everything(app).await;
    for path in ["GET /v1/payment_intents/pi_1", "GET /v1/refunds"] {
        at.stand.fail(path, Fault::Status(502));
        assert!(!order::note_outside(app, order, None).await.unwrap(), "{path}");
        assert_eq!(everything(app).await, before);
    }
    assert!(order::note_outside(app, order, None).await.unwrap());
    assert_eq!(status(app, order).await, FinancialStatus::Paid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_payment_has_is_never_written_down() {
    let at = StripeShop::open().await;
    let app = &at.shop.app;
    let cart = at.cart(1, super::CARD).await;
    at.shop.buy(&cart.id).await;
    let order = last_order(&at.shop).await;
    at.stand.change(|book| drop(book.give_back_at_desk(0, TOTAL + 260)));
    at.tell("evt_1", "charge.refunded", &object_of("charge.refunded", &at.intent(0))).await;
    assert_eq!(status(app, order).await, FinancialStatus::Refunded);
    assert_eq!(done(app, order, TransactionKind::Refund).await, [TOTAL]);
    let before = everything(app).await;
    at.tell("evt_2", "charge.refunded", &object_of("charge.refunded", &at.intent(0))).await;
    assert_eq!(everything(app).await, before);
    assert_within(&view(app, order).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_money_that_was_taken_later_is_found_by_the_name_of_that() {
    let at = PayPalShop::open_with(|config| config.payment.capture = CaptureMode::Manual).await;
    let app = &at.shop.app;
    let cart = at.cart(1, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let paypals = row(&at.shop, &attempt).await.provider_reference.unwrap();
    at.stand.approve(&paypals);
    checkout::come_back(app, &attempt).await.unwrap();
    let order = last_order(&at.shop).await;
    let promise = only(&view(app, order).await, TransactionKind::Authorization);
    let capture = order::capture(app, STAFF, &capture_of(&promise, 1_000, false)).await.unwrap();
    let name = capture.provider_reference.clone().unwrap();

    at.stand.book().give_back_at_desk(&paypals, &name, "DESKREFUND1", 400, false);
    let refund = at.stand.order(&paypals)["purchase_units"][0]["payments"]["refunds"][0].clone();
    assert!(refund.get("custom_id").is_none(), "nothing of ours hangs on it");
    at.tell("WH-1", "PAYMENT.CAPTURE.REFUNDED", &refund).await;
    let back = only(&view(app, order).await, TransactionKind::Refund);
    assert_eq!((back.parent_id, back.amount_minor), (Some(capture.id), 400));
    assert_eq!(back.provider_reference.as_deref(), Some("DESKREFUND1"));

    let disputed = json!([{ "seller_transaction_id": name }]);
    let dispute = json!({ "dispute_id": "PP-D-1", "disputed_transactions": disputed });
    at.tell("WH-2", "CUSTOMER.DISPUTE.CREATED", &dispute).await;
    assert_eq!(told(app, order, "order.disputed").await, 1);

    at.stand.book().take_at_desk(&paypals, "DESKCAPTURE1", 300);
    at.stand.book().let_go_at_desk(&paypals);
    let authorization =
        at.stand.order(&paypals)["purchase_units"][0]["payments"]["authorizations"][0].clone();
    at.tell("WH-3", "PAYMENT.AUTHORIZATION.VOIDED", &authorization).await;
    assert_eq!(done(app, order, TransactionKind::Capture).await, [1_000, 300]);
    assert_eq!(done(app, order, TransactionKind::Void).await, [TOTAL - 1_300]);
    assert_eq!(told(app, order, "order.disputed").await, 1);
    assert_within(&view(app, order).await);
    assert_told_in_order(app, order).await;
}
