//! Payments that the buyer confirms in Stripe's own front end, before the cart is submitted.

use serde_json::json;
use tradepost::payment::provider::contract::{PayOutcome, PayRequest, PaymentProvider, Refusal};

use super::book::{Fault, Stand};
use super::{
    field, fields, is_unknown, judged, kept, money, paid, promised, refusal_of, request, steps, stripe,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_front_end_confirms_is_promised_until_the_attempt_takes_it() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for _ in 0..2 {
        let session = stripe.session(&request("session-1", None)).await.unwrap();
        assert_eq!(session.reference, "pi_1");
        assert_eq!(session.client_secret.as_deref(), Some("pi_1_secret_x"));
        assert_eq!(session.publishable_key.as_deref(), Some("pk_test_of_the_tests"));
        assert_eq!(session.approve_url, None);
    }
    let sent = fields(&judged(&stand)[0]);
    assert_eq!(field(&sent, "capture_method"), Some("manual"));
    assert_eq!((field(&sent, "confirm"), field(&sent, "metadata[attempt_key]")), (None, None));
    stand.change(|book| book.approve(0));
    assert_eq!(stand.book().taken(), 0);
    let attempt = request("key-1", Some("pi_1"));
    for _ in 0..3 {
        assert_eq!(stripe.pay(&attempt).await.unwrap(), paid("pi_1", "50", true));
        assert_eq!(stripe.settle(&kept(&attempt, None)).await.unwrap(), paid("pi_1", "50", true));
    }
    assert_eq!(stand.book().taken(), 5_000);
    let captures = steps(&stand).iter().filter(|step| step.ends_with("/capture")).count();
    assert_eq!(captures, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_stays_one_where_staff_take_the_money_later() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.session(&request("session-1", None)).await.unwrap();
    stand.change(|book| book.approve(0));
    let attempt = promised(request("key-1", Some("pi_1")));
    assert_eq!(stripe.pay(&attempt).await.unwrap(), paid("pi_1", "50", false));
    assert_eq!(stand.book().taken(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_payment_of_a_cheap_cart_does_not_pay_a_dear_one() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.session(&request("session-1", None)).await.unwrap();
    stand.change(|book| book.approve(0));
    for amount in [money("51", "EUR"), money("49", "EUR"), money("50", "USD")] {
        let attempt = PayRequest { amount, ..request("key-1", Some("pi_1")) };
        assert_eq!(refusal_of(stripe.pay(&attempt).await), Refusal::InvalidPaymentMethod, "{amount}");
    }
    assert_eq!(stand.book().taken(), 0);
    assert_eq!(stand.book().states(), ["requires_capture"], "it is left to the cart that it belongs to");
    assert!(steps(&stand).iter().skip(1).all(|step| step.starts_with("GET")), "nothing was changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_payment_pays_one_attempt_also_when_two_reach_for_it() {
    let stand = Stand::start();
    for round in 0..20 {
        let key = |name: &str| format!("{name}-{round}");
        let session = stripe(&stand).session(&request(&key("session"), None)).await.unwrap();
        stand.change(|book| book.approve(round));
        let attempts: Vec<PayRequest> =
            (0..4).map(|place| request(&key(&format!("key-{place}")), Some(&session.reference))).collect();
        let adapter = stripe(&stand);
        let outcomes =
            futures_util::future::join_all(attempts.iter().map(|attempt| adapter.pay(attempt))).await;
        let mut won = 0;
        for (attempt, outcome) in attempts.iter().zip(outcomes) {
            match outcome {
                Ok(PayOutcome::Paid(_)) => won += 1,
                other => {
                    assert_eq!(refusal_of(other), Refusal::InvalidPaymentMethod);
                    // What the loser gives back is not the winner's.
                    adapter.undo(&kept(attempt, None)).await.unwrap();
                }
            }
        }
        assert_eq!(won, 1);
    }
    assert_eq!(stand.book().taken(), 20 * 5_000);
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_not_from_a_session_of_ours_or_not_confirmed_is_refused() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.session(&request("session-1", None)).await.unwrap();
    let outcome = stripe.pay(&request("key-1", Some("pi_1"))).await;
    assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod);
    assert_eq!(stand.book().states(), ["requires_payment_method"], "the buyer can still confirm it");
    stand.change(|book| book.refuse(0, "expired_card"));
    assert_eq!(refusal_of(stripe.pay(&request("key-1", Some("pi_1"))).await), Refusal::CardDeclined);
    stand.change(|book| book.approve(0));
    stand.change(|book| book.intents[0]["metadata"] = json!({}));
    let outcome = stripe.pay(&request("key-2", Some("pi_1"))).await;
    assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod, "made by somebody else's program");
    stripe.undo(&kept(&request("key-2", Some("pi_1")), Some("pi_1"))).await.unwrap();
    assert_eq!(stand.book().states(), ["requires_capture"], "and not ours to give back");
    let unknown = stripe.pay(&request("key-3", Some("pi_none"))).await;
    assert_eq!(refusal_of(unknown), Refusal::InvalidPaymentMethod);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_taken_with_a_lost_answer_is_found_by_the_token() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for place in 0..3 {
        stripe.session(&request(&format!("session-{place}"), None)).await.unwrap();
        stand.change(|book| book.approve(place));
    }
    let attempt = request("key-1", Some("pi_1"));
    stand.fail("pi_1/capture", Fault::Late);
    assert!(is_unknown(&stripe.pay(&attempt).await));
    assert_eq!(stand.book().taken(), 5_000);
    assert_eq!(stripe.settle(&kept(&attempt, None)).await.unwrap(), paid("pi_1", "50", true));
    let attempt = request("key-2", Some("pi_2"));
    stand.fail("pi_2/capture", Fault::Late);
    assert!(is_unknown(&stripe.pay(&attempt).await));
    stripe.undo(&kept(&attempt, None)).await.unwrap();
    assert_eq!(stand.book().taken(), 5_000);
    // The answer to the claim itself is lost.
    let attempt = request("key-3", Some("pi_3"));
    stand.fail("POST /v1/payment_intents/pi_3", Fault::Late);
    assert!(is_unknown(&stripe.pay(&attempt).await));
    assert_eq!(stripe.pay(&attempt).await.unwrap(), paid("pi_3", "50", true));
    assert_eq!(stand.book().taken(), 10_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_no_attempt_took_is_closed_and_one_that_was_taken_is_left() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let opened = |place: usize| request(&format!("session-{place}"), None);
    for place in 0..4 {
        stripe.session(&opened(place)).await.unwrap();
    }
    stand.change(|book| {
        book.approve(1);
        book.approve(2);
    });
    stripe.pay(&request("key-1", Some("pi_3"))).await.unwrap();
    let session = |place: usize| kept(&opened(place), Some(&format!("pi_{}", place + 1)));
    for _ in 0..2 {
        for place in 0..3 {
            stripe.undo_session(&session(place)).await.unwrap();
        }
    }
    let states = ["canceled", "canceled", "succeeded", "requires_payment_method"];
    assert_eq!(stand.book().states(), states);
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (5_000, 0));
    assert_eq!(
        refusal_of(stripe.pay(&request("key-2", Some("pi_2"))).await),
        Refusal::InvalidPaymentMethod,
        "an attempt that comes too late"
    );
    // Of a session with another key nothing is closed, and not of what is not known.
    stripe.undo_session(&kept(&opened(7), Some("pi_4"))).await.unwrap();
    stripe.undo_session(&kept(&opened(7), Some("pi_none"))).await.unwrap();
    assert_eq!(stand.book().states(), states);
    stand.fail("pi_4/cancel", Fault::Status(500));
    assert!(is_unknown(&stripe.undo_session(&session(3)).await));
    stripe.undo_session(&session(3)).await.unwrap();
    assert_eq!(stand.book().states(), ["canceled", "canceled", "succeeded", "canceled"]);
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_closed_while_an_attempt_takes_it_is_paid_for_or_closed() {
    for round in 0..20 {
        let stand = Stand::start();
        let adapter = stripe(&stand);
        let opened = request("session-1", None);
        adapter.session(&opened).await.unwrap();
        stand.change(|book| book.approve(0));
        let (attempt, session) = (request("key-1", Some("pi_1")), kept(&opened, Some("pi_1")));
        let (outcome, closed) = tokio::join!(adapter.pay(&attempt), adapter.undo_session(&session));
        closed.unwrap();
        let taken = stand.book().taken();
        match outcome {
            Ok(PayOutcome::Paid(_)) => assert_eq!(taken, 5_000, "round {round}"),
            other => {
                assert!(!is_unknown(&other), "{other:?}");
                assert_eq!(taken, 0, "round {round}");
            }
        }
        judged(&stand);
    }
}
