//! The token with which PayPal is asked.

use futures_util::future::join_all;
use serde_json::json;
use tradepost::payment::provider::contract::{PayOutcome, PaymentProvider};

use super::book::Stand;
use super::{is_broken, is_unknown, paypal, paypal_with, request, settings};
use crate::spec::peer::{Answer, Peer};

fn sign_ins(stand: &Stand) -> usize {
    stand.peer.asked_for("POST", "/v1/oauth2/token").len()
}

#[tokio::test]
async fn one_token_serves_many_requests_and_one_of_them_asks_for_it() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let requests: Vec<_> = (0..20).map(|number| request(&format!("many-{number}"), None)).collect();
    for outcome in join_all(requests.iter().map(|asked| paypal.pay(asked))).await {
        assert!(matches!(outcome, Ok(PayOutcome::ActionRequired { .. })), "{outcome:?}");
    }
    assert_eq!((sign_ins(&stand), stand.book().orders.len()), (1, 20));
}

#[tokio::test]
async fn a_token_is_not_used_shortly_before_its_end() {
    let stand = Stand::start();
    stand.book().token_seconds = 60;
    let paypal = paypal(&stand);
    for number in 1..=3 {
        paypal.pay(&request(&format!("short-{number}"), None)).await.unwrap();
        assert_eq!(sign_ins(&stand), number);
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_replaced_once() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    paypal.pay(&request("before", None)).await.unwrap();
    stand.book().tokens += 1;
    paypal.pay(&request("after", None)).await.unwrap();
    assert_eq!(sign_ins(&stand), 2);
    for _ in 0..2 {
        stand.refuse("/orders", 401, "");
    }
    assert!(is_broken(&paypal.pay(&request("refused", None)).await), "the keys do not open it");
    assert_eq!((sign_ins(&stand), stand.book().orders.len()), (3, 2));
}

#[tokio::test]
async fn wrong_keys_are_told_and_do_not_show() {
    let stand = Stand::start();
    let mut wrong = settings(&stand.peer.url);
    wrong.client_secret = "hunter2".to_owned().into();
    let outcome = paypal_with(&wrong).pay(&request("wrong", None)).await;
    assert!(is_broken(&outcome), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("hunter2"));
    assert_eq!(stand.peer.asked().len(), 1, "nothing else was asked");
}

#[tokio::test]
async fn without_a_token_nothing_is_known() {
    for answer in [
        Answer::json(503, &json!({})),
        Answer::text(200, "<html>"),
        Answer::json(200, &json!({ "access_token": "a\nb", "expires_in": 9 })),
        Answer::json(200, &json!({ "access_token": "a", "expires_in": 9 })).too_late(),
    ] {
        let told = format!("{answer:?}");
        let peer = Peer::start(move |_| answer.clone());
        let outcome = paypal_with(&settings(&peer.url)).pay(&request("none", None)).await;
        assert!(is_unknown(&outcome), "{told} {outcome:?}");
        assert_eq!(peer.asked().len(), 1);
    }
}
