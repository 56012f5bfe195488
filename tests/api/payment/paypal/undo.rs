//! Payments that must cost the buyer nothing, whatever came of them.

use serde_json::json;
use tradepost::payment::provider::contract::{PayRequest, PaymentProvider, Refusal};

use super::book::Stand;
use super::{
    approved, is_broken, is_unknown, judged, kept, money, name_of, paid_with, paypal, promised, refusal_of,
    request,
};

#[tokio::test]
async fn what_was_taken_goes_back_whole_by_either_name() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("taken", None);
    let capture = paid_with(&stand, &paypal, &asked).await;
    stand.be_late("/refund");
    assert!(is_unknown(&paypal.undo(&kept(&asked, Some(&capture))).await));
    let order = stand.only_order()["id"].as_str().unwrap().to_owned();
    for reference in [&capture, &order] {
        assert!(paypal.undo(&kept(&asked, Some(reference))).await.is_ok());
    }
    assert_eq!(stand.kept(), 0);
    let refunds = judged(&stand).iter().filter(|asked| asked.path().ends_with("/refund")).count();
    assert_eq!(refunds, 1);
    assert_eq!(refusal_of(paypal.settle(&kept(&asked, Some(&order))).await), Refusal::Abandoned);

    let part = request("part", None);
    let capture = paid_with(&stand, &paypal, &part).await;
    paypal.refund(&capture, money("20", "EUR"), "some").await.unwrap();
    assert!(paypal.undo(&kept(&part, Some(&capture))).await.is_ok());
    assert_eq!(stand.kept(), 0, "the rest, and no more");
}

#[tokio::test]
async fn a_refund_that_fails_after_it_was_told_is_made_anew_once() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("bounced", None);
    let capture = paid_with(&stand, &paypal, &asked).await;
    let payment = kept(&asked, Some(&capture));
    stand.book().next_status = Some("PENDING");
    for (place, status) in [(0, "FAILED"), (1, "CANCELLED")] {
        for _ in 0..2 {
            assert!(paypal.undo(&payment).await.is_ok());
            assert_eq!(stand.kept(), 0);
        }
        stand.bounce(place, status);
        assert_eq!(stand.kept(), 5_000, "the money is here again");
        // The first answer is given again: it is not believed.
        let first = format!("GET /v2/payments/refunds/{}", name_of(&stand.only_order(), "refunds"));
        for status in [403, 404, 500] {
            stand.refuse(&first, status, "");
            assert!(is_unknown(&paypal.undo(&payment).await), "{status}");
        }
    }
    assert!(paypal.undo(&payment).await.is_ok());
    assert_eq!(stand.kept(), 0);
    let order = stand.only_order();
    let refunds = order["purchase_units"][0]["payments"]["refunds"].as_array().unwrap().clone();
    let name = |place: usize| refunds[place]["id"].as_str().unwrap();
    let asked = judged(&stand);
    let asked = asked.iter().filter(|asked| asked.path().ends_with("/refund"));
    let mut keys: Vec<&str> = asked.map(|asked| asked.header("paypal-request-id").unwrap()).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut expected = [&*capture, name(0), name(1)].map(|name| format!("bounced/undo/{name}"));
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(refunds.len(), 3);
}

#[tokio::test]
async fn a_refund_that_fails_at_once_is_tried_a_few_times_only() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("refused", None);
    let capture = paid_with(&stand, &paypal, &asked).await;
    stand.book().refunds_fail = true;
    for _ in 0..2 {
        assert!(is_broken(&paypal.undo(&kept(&asked, Some(&capture))).await));
        let order = stand.only_order();
        assert_eq!(order["purchase_units"][0]["payments"]["refunds"].as_array().unwrap().len(), 4);
    }
    assert_eq!(stand.kept(), 5_000);
}

#[tokio::test]
async fn a_promise_is_let_go_and_what_was_taken_of_it_goes_back() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = promised(request("promise", None));
    let promise = paid_with(&stand, &paypal, &asked).await;
    assert!(paypal.undo(&kept(&asked, Some(&promise))).await.is_ok());
    assert_eq!(stand.only_order()["purchase_units"][0]["payments"]["authorizations"][0]["status"], "VOIDED");

    let mixed = promised(request("mixed", None));
    let promise = paid_with(&stand, &paypal, &mixed).await;
    paypal.capture(&promise, money("20", "EUR"), "some").await.unwrap();
    assert!(paypal.undo(&kept(&mixed, Some(&promise))).await.is_ok());
    assert_eq!(stand.kept(), 0);
    assert!(paypal.capture(&promise, money("30", "EUR"), "rest").await.is_err(), "nothing is left of it");
}

#[tokio::test]
async fn an_approved_order_is_closed_to_requests_that_are_still_on_their_way() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for asked in [request("capture", None), promised(request("promise", None))] {
        let order = approved(&stand, &paypal, &asked).await;
        let payment = kept(&asked, Some(&order));
        for _ in 0..2 {
            assert!(paypal.undo(&payment).await.is_ok());
        }
        // The late request of a driver that was given up: PayPal refuses it.
        assert_eq!(refusal_of(paypal.settle(&payment).await), Refusal::Abandoned);
        let other = if asked.key == "capture" { "AUTHORIZE" } else { "CAPTURE" };
        assert_eq!(stand.order(&order)["intent"], other);
    }
    assert_eq!(judged(&stand).iter().filter(|asked| asked.method == "PATCH").count(), 2);
    assert_eq!(stand.kept(), 0);
}

#[tokio::test]
async fn an_order_that_was_taken_while_it_was_to_be_closed_goes_back() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("overtaken", None);
    let order = approved(&stand, &paypal, &asked).await;
    stand.be_late("/capture");
    assert!(is_unknown(&paypal.settle(&kept(&asked, Some(&order))).await));
    assert!(paypal.undo(&kept(&asked, Some(&order))).await.is_ok());
    assert_eq!(stand.kept(), 0);
    assert!(!name_of(&stand.only_order(), "refunds").is_empty());
}

#[tokio::test]
async fn what_nobody_paid_needs_nothing() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let unknown = request("unknown", None);
    assert!(paypal.undo(&kept(&unknown, None)).await.is_ok());
    assert!(paypal.undo(&kept(&unknown, Some("5O190127TN364715T"))).await.is_ok());
    stand.be_late("/orders");
    assert!(is_unknown(&paypal.pay(&unknown).await));
    assert!(paypal.undo(&kept(&unknown, None)).await.is_ok(), "nobody was told where to approve it");
    let order = stand.only_order()["id"].as_str().unwrap().to_owned();
    assert!(paypal.undo(&kept(&unknown, Some(&order))).await.is_ok());
    assert!(judged(&stand).iter().all(|asked| asked.method != "PATCH"));

    let declined = request("declined", None);
    let order = approved(&stand, &paypal, &declined).await;
    stand.book().next_status = Some("DECLINED");
    assert_eq!(refusal_of(paypal.settle(&kept(&declined, Some(&order))).await), Refusal::CardDeclined);
    assert!(paypal.undo(&kept(&declined, Some(&order))).await.is_ok());
}

#[tokio::test]
async fn what_belongs_to_another_attempt_stays() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("owner", None);
    let capture = paid_with(&stand, &paypal, &asked).await;
    let order = stand.only_order()["id"].as_str().unwrap().to_owned();
    for reference in [&capture, &order] {
        let other = PayRequest { key: "thief".to_owned(), ..asked.clone() };
        assert!(paypal.undo(&kept(&other, Some(reference))).await.is_ok());
    }
    let session = paypal.session(&request("basket", None)).await.unwrap().reference;
    stand.approve(&session);
    let thief = request("thief", Some(&session));
    assert!(paypal.undo(&kept(&thief, None)).await.is_ok());
    assert_eq!((stand.kept(), stand.order(&session)["intent"].clone()), (5_000, json!("CAPTURE")));
}

#[tokio::test]
async fn money_that_a_bank_is_working_on_is_given_back_when_it_has_come() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("pending", None);
    let order = approved(&stand, &paypal, &asked).await;
    stand.book().next_status = Some("PENDING");
    let payment = kept(&asked, Some(&order));
    paypal.settle(&payment).await.unwrap();
    assert!(is_unknown(&paypal.undo(&payment).await));
    let status = "/purchase_units/0/payments/captures/0/status";
    *stand.book().orders.get_mut(&order).unwrap().pointer_mut(status).unwrap() = json!("COMPLETED");
    assert_eq!(stand.kept(), 5_000);
    assert!(paypal.undo(&payment).await.is_ok());
    assert_eq!(stand.kept(), 0);
}
