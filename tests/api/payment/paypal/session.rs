//! Orders that the buyer approves in PayPal's own front end, before the cart is submitted.

use futures_util::future::join_all;
use serde_json::json;
use tradepost::payment::provider::PayPal;
use tradepost::payment::provider::contract::{PayOutcome, PayRequest, PaymentProvider, Refusal};

use super::book::{CLIENT_ID, Stand};
use super::{
    is_absent, is_unknown, judged, kept, money, name_of, paid, paypal, promised, refusal_of, request,
};

/// An order that the buyer approved. Its name is the token.
async fn handed_over(stand: &Stand, paypal: &PayPal, key: &str) -> String {
    let session = paypal.session(&request(key, None)).await.unwrap();
    stand.approve(&session.reference);
    session.reference
}

#[tokio::test]
async fn an_order_that_was_approved_in_a_front_end_is_taken_by_the_attempt() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let session = paypal.session(&request("basket", None)).await.unwrap();
    assert_eq!(session.publishable_key.as_deref(), Some(CLIENT_ID));
    assert!(session.client_secret.is_none() && session.approve_url.unwrap().contains(&session.reference));
    let again = paypal.session(&request("basket", None)).await.unwrap();
    assert_eq!(again.reference, session.reference, "the same key is the same session");
    stand.approve(&session.reference);
    assert_eq!(stand.kept(), 0, "approving takes nothing");

    let asked = request("attempt", Some(&session.reference));
    let outcome = paypal.pay(&asked).await.unwrap();
    let capture = name_of(&stand.only_order(), "captures");
    assert_eq!(outcome, paid(&capture, "50", true));
    assert_eq!(stand.only_order()["purchase_units"][0]["payments"]["captures"][0]["custom_id"], "attempt");
    assert_eq!(paypal.pay(&asked).await.unwrap(), outcome);
    assert_eq!(paypal.settle(&kept(&asked, None)).await.unwrap(), outcome, "found by what was handed over");
    assert_eq!(paypal.settle(&kept(&asked, Some(&capture))).await.unwrap(), outcome);
    assert_eq!(stand.kept(), 5_000);
    let other = request("other", Some(&session.reference));
    assert_eq!(refusal_of(paypal.pay(&other).await), Refusal::InvalidPaymentMethod, "it is used");
    assert!(is_absent(&paypal.settle(&kept(&other, None)).await));
    judged(&stand);
}

#[tokio::test]
async fn an_attempt_promises_what_a_session_meant_to_take() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let token = handed_over(&stand, &paypal, "basket").await;
    let outcome = paypal.pay(&promised(request("attempt", Some(&token)))).await.unwrap();
    assert_eq!(outcome, paid(&name_of(&stand.only_order(), "authorizations"), "50", false));
    judged(&stand);
}

#[tokio::test]
async fn what_is_not_such_an_order_is_refused_and_left_alone() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let token = handed_over(&stand, &paypal, "basket").await;
    let before = stand.order(&token);
    for amount in [money("49.99", "EUR"), money("50", "USD"), money("50.01", "EUR")] {
        let asked = PayRequest { amount, ..request("cheaper", Some(&token)) };
        assert_eq!(refusal_of(paypal.pay(&asked).await), Refusal::InvalidPaymentMethod, "{amount:?}");
    }
    let unapproved = paypal.session(&request("unapproved", None)).await.unwrap().reference;
    let attempts = super::approved(&stand, &paypal, &request("somebody", None)).await;
    let elsewhere = super::approved(&stand, &paypal, &request("elsewhere", None)).await;
    stand.book().orders.get_mut(&elsewhere).unwrap()["purchase_units"][0]["custom_id"] = json!(null);
    let asked_before = stand.peer.asked().len();
    for token in [&unapproved, &attempts, &elsewhere, "5O190127TN364715T"] {
        let outcome = paypal.pay(&request("attempt", Some(token))).await;
        assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod, "{token}");
    }
    assert_eq!(stand.peer.asked().len(), asked_before + 4, "each was looked at and no more");
    for token in ["pi_3Mtw", "../../x", "5O19 01", "ü"] {
        let outcome = paypal.pay(&request("attempt", Some(token))).await;
        assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod, "{token}");
    }
    assert_eq!(stand.peer.asked().len(), asked_before + 4, "such words are not asked for");
    assert_eq!((stand.order(&token), stand.kept()), (before, 0));
}

#[tokio::test]
async fn of_many_attempts_with_one_order_one_is_paid() {
    for round in 0..10 {
        let stand = Stand::start();
        let paypal = paypal(&stand);
        let token = handed_over(&stand, &paypal, "basket").await;
        let attempts: Vec<_> =
            (0..8).map(|number| request(&format!("attempt-{round}-{number}"), Some(&token))).collect();
        let outcomes = join_all(attempts.iter().map(|asked| paypal.pay(asked))).await;
        let at_once = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let mut owners = 0;
        for (asked, outcome) in attempts.iter().zip(outcomes) {
            let later = paypal.settle(&kept(asked, None)).await;
            match outcome {
                Ok(outcome) => assert_eq!(later.unwrap(), outcome),
                Err(fault) => assert!(!is_unknown::<()>(&Err(fault))),
            }
            owners += usize::from(paypal.settle(&kept(asked, None)).await.is_ok());
        }
        assert!(at_once <= 1);
        assert_eq!((owners, stand.kept()), (1, 5_000), "round {round}");
    }
}

/// The worst order of things: both claim, and the one whose claim was overwritten takes the money.
#[tokio::test]
async fn what_was_taken_belongs_to_the_claim_that_it_carries() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let token = handed_over(&stand, &paypal, "basket").await;
    let (first, second) = (request("first", Some(&token)), request("second", Some(&token)));
    stand.book().overtaken_by = Some("second");
    assert_eq!(refusal_of(paypal.pay(&first).await), Refusal::InvalidPaymentMethod);
    assert_eq!(stand.kept(), 5_000, "taken by the first one's request");
    assert!(is_absent(&paypal.settle(&kept(&first, None)).await));
    assert!(paypal.undo(&kept(&first, None)).await.is_ok());
    let outcome = paypal.pay(&second).await.unwrap();
    assert_eq!(outcome, paid(&name_of(&stand.only_order(), "captures"), "50", true));
    assert_eq!(stand.kept(), 5_000, "the first gave nothing of the second's back");
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_made_again_or_found() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for is_made in [false, true] {
        let token = handed_over(&stand, &paypal, &format!("basket-{is_made}")).await;
        let asked = request(&format!("attempt-{is_made}"), Some(&token));
        let claim = format!("PATCH /v2/checkout/orders/{token}");
        if is_made {
            stand.be_late(&claim)
        } else {
            stand.refuse(&claim, 500, "")
        }
        assert!(is_unknown(&paypal.pay(&asked).await));
        let settled = paypal.settle(&kept(&asked, None)).await;
        assert_eq!(settled.is_ok(), is_made, "otherwise it is nobody's yet: {settled:?}");
        assert!(matches!(paypal.pay(&asked).await, Ok(PayOutcome::Paid(_))));
    }
    assert_eq!(stand.kept(), 10_000);
    judged(&stand);
}

#[tokio::test]
async fn a_session_that_no_attempt_took_is_closed_without_asking_for_anything() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let token = handed_over(&stand, &paypal, "basket").await;
    let (before, asked) = (stand.order(&token), stand.peer.asked().len());
    paypal.undo_session(&kept(&request("basket", None), Some(&token))).await.unwrap();
    assert_eq!((stand.order(&token), stand.peer.asked().len()), (before, asked));
    assert_eq!(stand.kept(), 0, "approving took nothing");
    let capture = paypal.pay(&request("attempt", Some(&token))).await.unwrap();
    paypal.undo_session(&kept(&request("basket", None), Some(&token))).await.unwrap();
    assert_eq!(paypal.settle(&kept(&request("attempt", Some(&token)), None)).await.unwrap(), capture);
    assert_eq!(stand.kept(), 5_000, "what an attempt took is its own");
}
