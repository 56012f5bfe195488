//! Payments that the buyer approves on PayPal's page.

use serde_json::json;
use tradepost::payment::provider::contract::{PayOutcome, PayRequest, PaymentProvider, Refusal};

use super::book::{CLIENT_ID, Stand};
use super::{
    approved, hours_ago, is_absent, is_broken, is_unknown, is_unsent, judged, kept, money, name_of, paid,
    paypal, paypal_with, promised, refusal_of, request, settings, steps,
};
use crate::payment::gone::answering_once;

#[tokio::test]
async fn a_buyer_is_sent_to_paypal_and_pays_when_he_is_back() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("buyer", None);
    let PayOutcome::ActionRequired { reference, action } = paypal.pay(&asked).await.unwrap() else {
        panic!("nobody approved yet");
    };
    let page = format!("https://www.sandbox.paypal.com/checkoutnow?token={reference}");
    assert_eq!(action.url, Some(page));
    assert_eq!(action.expires_at.unwrap().to_rfc3339(), "2026-11-25T13:00:00+00:00");
    let sent = judged(&stand).remove(0);
    assert_eq!(sent.header("paypal-request-id"), Some("buyer"));
    let experience = json!({ "return_url": asked.return_url, "cancel_url": asked.cancel_url, "locale": "de-CH",
        "user_action": "PAY_NOW", "shipping_preference": "NO_SHIPPING", "brand_name": "Tools & more" });
    let amount = json!({ "currency_code": "EUR", "value": "50.00" });
    let expected = json!({ "intent": "CAPTURE", "purchase_units": [{ "custom_id": "buyer", "amount": amount }],
        "payment_source": { "paypal": { "experience_context": experience } } });
    assert_eq!(sent.json(), expected, "and no address of the buyer's");

    let payment = kept(&asked, Some(&reference));
    let waiting = paypal.settle(&payment).await.unwrap();
    assert!(matches!(waiting, PayOutcome::ActionRequired { .. }), "{waiting:?}");
    assert_eq!(stand.kept(), 0);
    stand.approve(&reference);
    let outcome = paypal.settle(&payment).await.unwrap();
    let capture = name_of(&stand.only_order(), "captures");
    assert_eq!(outcome, paid(&capture, "50", true));
    assert_eq!(judged(&stand).last().unwrap().header("paypal-request-id"), Some("buyer/capture"));
    for _ in 0..2 {
        assert_eq!(paypal.settle(&payment).await.unwrap(), outcome, "asking again takes nothing more");
        assert_eq!(paypal.settle(&kept(&asked, Some(&capture))).await.unwrap(), outcome, "by either name");
        assert_eq!(paypal.pay(&asked).await.unwrap(), outcome, "also with the same key");
    }
    assert_eq!(stand.kept(), 5_000);
}

#[tokio::test]
async fn money_is_promised_where_it_is_to_be_taken_later() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = promised(request("later", None));
    let order = approved(&stand, &paypal, &asked).await;
    let outcome = paypal.settle(&kept(&asked, Some(&order))).await.unwrap();
    let promise = name_of(&stand.only_order(), "authorizations");
    assert_eq!(outcome, paid(&promise, "50", false));
    assert_eq!(paypal.settle(&kept(&asked, Some(&promise))).await.unwrap(), outcome);
    assert_eq!(stand.kept(), 0);
    assert_eq!(stand.only_order()["intent"], "AUTHORIZE");
}

#[tokio::test]
async fn an_answer_that_is_lost_costs_nobody_anything() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("lost", None);
    stand.be_late("/orders");
    assert!(is_unknown(&paypal.pay(&asked).await));
    assert!(is_absent(&paypal.settle(&kept(&asked, None)).await), "nobody was told where to approve it");
    let order = approved(&stand, &paypal, &asked).await;
    assert_eq!(stand.only_order()["id"], order, "the same key is the same order");

    stand.be_late("/capture");
    let payment = kept(&asked, Some(&order));
    assert!(is_unknown(&paypal.settle(&payment).await));
    let capture = name_of(&stand.only_order(), "captures");
    assert_eq!(paypal.settle(&payment).await.unwrap(), paid(&capture, "50", true));
    assert_eq!(stand.kept(), 5_000, "taken once");
    let captures = judged(&stand).iter().filter(|asked| asked.path().ends_with("/capture")).count();
    assert_eq!(captures, 1);
}

#[tokio::test]
async fn what_decides_nothing_is_unknown_and_can_be_repeated() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("busy", None);
    for (status, issue) in [(409, "PREVIOUS_REQUEST_IN_PROGRESS"), (429, ""), (500, ""), (503, "")] {
        stand.refuse("/orders", status, issue);
        assert!(is_unknown(&paypal.pay(&asked).await), "{status}");
    }
    let order = approved(&stand, &paypal, &asked).await;
    for (status, issue) in [(409, ""), (422, "ORDER_COMPLETION_IN_PROGRESS"), (500, "")] {
        stand.refuse("/capture", status, issue);
        assert!(is_unknown(&paypal.settle(&kept(&asked, Some(&order))).await), "{status}");
    }
    let outcome = paypal.settle(&kept(&asked, Some(&order))).await.unwrap();
    assert!(matches!(outcome, PayOutcome::Paid(_)));
    assert_eq!(stand.kept(), 5_000);
}

#[tokio::test]
async fn what_was_not_sent_is_told_from_what_may_have_been_done() {
    // It is gone before anybody can sign in, or after that: signing in asks for nothing.
    let gone: [fn() -> String; 2] = [
        || "http://127.0.0.1:1".to_owned(),
        || answering_once(&json!({ "access_token": "A21AA-1", "expires_in": 9 })),
    ];
    for gone in gone {
        let nobody = || paypal_with(&settings(&gone()));
        for token in [None, Some("5O190127TN364715T")] {
            let outcome = nobody().pay(&request("unsent", token)).await;
            assert!(is_unsent(&outcome), "{token:?} {outcome:?}");
        }
        let euro = money("1", "EUR");
        assert!(is_unsent(&nobody().session(&request("unsent", None)).await));
        assert!(is_unsent(&nobody().capture("5O190127TN364715T", euro, "capture").await));
        assert!(is_unsent(&nobody().refund("5O190127TN364715T", euro, "refund").await));
        assert!(is_unsent(&nobody().void("5O190127TN364715T", "void").await));
    }
}

#[tokio::test]
async fn money_that_was_taken_and_may_not_be_looked_at_is_unknown() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for status in [403, 404] {
        let asked = request(&format!("key-{status}"), None);
        let order = approved(&stand, &paypal, &asked).await;
        stand.book().refused_look = Some(status);
        let outcome = paypal.settle(&kept(&asked, Some(&order))).await;
        assert!(is_unknown(&outcome), "{status} {outcome:?}");
        let capture = name_of(&stand.order(&order), "captures");
        let outcome = paypal.settle(&kept(&asked, Some(&order))).await.unwrap();
        assert_eq!(outcome, paid(&capture, "50", true));
    }
    assert_eq!(stand.kept(), 10_000);
}

#[tokio::test]
async fn a_payment_that_is_declined_takes_nothing() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for (place, issue) in
        ["INSTRUMENT_DECLINED", "PAYER_CANNOT_PAY", "TRANSACTION_REFUSED"].into_iter().enumerate()
    {
        let asked = request(&format!("declined-{place}"), None);
        let order = approved(&stand, &paypal, &asked).await;
        stand.refuse("/capture", 422, issue);
        let refusal = refusal_of(paypal.settle(&kept(&asked, Some(&order))).await);
        assert_eq!(refusal, Refusal::CardDeclined, "{issue}");
    }
    for (place, status) in ["DECLINED", "FAILED"].into_iter().enumerate() {
        let asked = request(&format!("failed-{place}"), None);
        let order = approved(&stand, &paypal, &asked).await;
        stand.book().next_status = Some(status);
        let payment = kept(&asked, Some(&order));
        assert_eq!(refusal_of(paypal.settle(&payment).await), Refusal::CardDeclined, "{status}");
        assert_eq!(refusal_of(paypal.settle(&payment).await), Refusal::CardDeclined, "{status} again");
    }
    let asked = promised(request("denied", None));
    let order = approved(&stand, &paypal, &asked).await;
    stand.book().next_status = Some("DENIED");
    assert_eq!(refusal_of(paypal.settle(&kept(&asked, Some(&order))).await), Refusal::CardDeclined);
    assert_eq!(stand.kept(), 0);
}

#[tokio::test]
async fn a_payment_that_is_looked_at_by_paypal_is_waited_for() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("pending", None);
    let order = approved(&stand, &paypal, &asked).await;
    stand.book().next_status = Some("PENDING");
    let payment = kept(&asked, Some(&order));
    let processing = PayOutcome::Processing { reference: order.clone() };
    assert_eq!(paypal.settle(&payment).await.unwrap(), processing);
    assert_eq!(paypal.settle(&payment).await.unwrap(), processing);
    let unit = "/purchase_units/0/payments/captures/0/status";
    *stand.book().orders.get_mut(&order).unwrap().pointer_mut(unit).unwrap() = json!("COMPLETED");
    let capture = name_of(&stand.only_order(), "captures");
    assert_eq!(paypal.settle(&payment).await.unwrap(), paid(&capture, "50", true));
}

#[tokio::test]
async fn a_buyer_who_has_to_choose_once_more_is_sent_back() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("again", None);
    let order = approved(&stand, &paypal, &asked).await;
    stand.refuse("/capture", 422, "PAYER_ACTION_REQUIRED");
    let outcome = paypal.settle(&kept(&asked, Some(&order))).await.unwrap();
    let PayOutcome::ActionRequired { reference, action } = outcome else { panic!("{outcome:?}") };
    assert!(reference == order && action.url.unwrap().contains(&order));
    stand.refuse("/capture", 422, "ORDER_NOT_APPROVED");
    stand.book().orders.get_mut(&order).unwrap()["status"] = json!("PAYER_ACTION_REQUIRED");
    let outcome = paypal.settle(&kept(&asked, Some(&order))).await.unwrap();
    assert!(matches!(outcome, PayOutcome::ActionRequired { .. }));
}

#[tokio::test]
async fn an_order_of_another_amount_or_currency_is_not_taken() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("amount", None);
    let order = approved(&stand, &paypal, &asked).await;
    for amount in [money("49.99", "EUR"), money("50.01", "EUR"), money("50", "USD")] {
        let other = PayRequest { amount, ..asked.clone() };
        let outcome = paypal.settle(&kept(&other, Some(&order))).await;
        assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod, "{amount:?}");
    }
    let other = promised(asked.clone());
    assert_eq!(refusal_of(paypal.settle(&kept(&other, Some(&order))).await), Refusal::Abandoned);
    let foreign = request("foreign", None);
    assert!(is_absent(&paypal.settle(&kept(&foreign, Some(&order))).await), "it is another attempt's");
    assert_eq!((stand.kept(), stand.only_order()["status"].clone()), (0, json!("APPROVED")));
    // Whoever asks compares the amount: what was taken is told as it is.
    let payment = kept(&asked, Some(&order));
    let outcome = paypal.settle(&payment).await.unwrap();
    let other = PayRequest { amount: money("49.99", "EUR"), ..asked };
    assert_eq!(paypal.settle(&kept(&other, Some(&order))).await.unwrap(), outcome);
}

#[tokio::test]
async fn an_order_that_paypal_does_not_know_is_absent_or_forgotten() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let young = request("young", None);
    assert!(is_absent(&paypal.settle(&kept(&young, Some("5O190127TN364715T"))).await));
    let names = ["GET checkout orders", "GET payments captures", "GET payments authorizations"];
    assert_eq!(steps(&stand), names, "it may be a name of each kind");
    for name in ["../../v1/oauth2/token", "5o190127", "", "5O19?x=1"] {
        assert!(is_absent(&paypal.settle(&kept(&young, Some(name))).await), "{name}");
    }
    assert_eq!(steps(&stand).len(), 3, "such names are not asked for");
    let old = hours_ago(request("old", None), 4);
    let outcome = paypal.settle(&kept(&old, Some("5O190127TN364715T"))).await;
    assert_eq!(refusal_of(outcome), Refusal::Abandoned);
    let order = approved(&stand, &paypal, &young).await;
    stand.book().orders.get_mut(&order).unwrap()["status"] = json!("VOIDED");
    assert_eq!(refusal_of(paypal.settle(&kept(&young, Some(&order))).await), Refusal::Abandoned);
}

#[tokio::test]
async fn no_order_is_made_when_its_key_may_be_forgotten() {
    let stand = Stand::start();
    let outcome = paypal(&stand).pay(&hours_ago(request("late", None), 6)).await;
    assert_eq!(refusal_of(outcome), Refusal::Abandoned);
    assert!(stand.peer.asked().is_empty());
}

#[tokio::test]
async fn currencies_are_sent_in_their_own_places() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for (text, code, value) in
        [("990", "JPY", "990"), ("990", "HUF", "990"), ("30", "TWD", "30"), ("9.9", "USD", "9.90")]
    {
        let asked = PayRequest { amount: money(text, code), ..request(&format!("in-{code}"), None) };
        paypal.pay(&asked).await.unwrap();
        let sent = judged(&stand).pop().unwrap().json()["purchase_units"][0]["amount"].clone();
        assert_eq!(sent, json!({ "currency_code": code, "value": value }));
        assert!(paypal.takes(asked.amount), "{code}");
    }
    let before = stand.peer.asked().len();
    for (text, code) in [("990.5", "HUF"), ("1.5", "TWD"), ("5", "KWD"), ("0", "EUR")] {
        let asked = PayRequest { amount: money(text, code), ..request("untakable", None) };
        assert!(is_broken(&paypal.pay(&asked).await), "{text} {code}");
        assert!(is_broken(&paypal.session(&asked).await), "{text} {code}");
    }
    assert!(!paypal.takes(money("5", "KWD")));
    assert_eq!(stand.peer.asked().len(), before);
}

#[tokio::test]
async fn a_page_that_is_not_paypals_is_not_shown_to_buyers() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("page", None);
    let PayOutcome::ActionRequired { reference, .. } = paypal.pay(&asked).await.unwrap() else { panic!() };
    // The API is on this machine here: what stands in for PayPal may have its own page there.
    let own = format!("{}/checkoutnow?token={reference}", stand.peer.url);
    for (page, expected) in [
        ("https://paypal.com.evil.example/", None),
        ("http://localhost.evil.example/", None),
        (&*own, Some(own.clone())),
    ] {
        let links = json!([{ "rel": "payer-action", "href": page, "method": "GET" }]);
        stand.book().orders.get_mut(&reference).unwrap()["links"] = links;
        let outcome = paypal.settle(&kept(&asked, Some(&reference))).await.unwrap();
        let PayOutcome::ActionRequired { action, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(action.url, expected, "{page}");
        assert_eq!(
            paypal.pay(&asked).await.unwrap(),
            paypal.settle(&kept(&asked, Some(&reference))).await.unwrap()
        );
    }
}

#[tokio::test]
async fn what_front_ends_may_know_is_the_id_of_the_client() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let info = paypal.info();
    assert_eq!((info.name, info.is_test, info.needs_token), ("paypal", true, false));
    assert_eq!(info.publishable_key.as_deref(), Some(CLIENT_ID));
    let text = format!("{paypal:?} {:?}", super::settings(&stand.peer.url));
    assert!(!text.contains(super::SECRET));
}
