//! What happens to a payment after the order.

use tradepost::payment::provider::contract::{Moved, PaymentProvider, ProviderFault, Refusal};

use super::book::Stand;
use super::{
    approved, is_absent, is_broken, is_unknown, judged, kept, money, name_of, paid_with, paypal, promised,
    refusal_of, request,
};

fn euros(text: &str) -> tradepost::money::Money {
    money(text, "EUR")
}

fn count(stand: &Stand, end: &str) -> usize {
    judged(stand).iter().filter(|asked| asked.method == "POST" && asked.path().ends_with(end)).count()
}

#[tokio::test]
async fn a_promise_is_taken_in_parts_and_never_beyond_it() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("parts", None))).await;
    let first = paypal.capture(&promise, euros("20"), "part-1").await.unwrap();
    assert!(first.settled && first.amount == euros("20"));
    let sent = judged(&stand).pop().unwrap().json();
    assert_eq!((sent["final_capture"].clone(), sent["invoice_id"].clone()), (false.into(), "part-1".into()));
    assert_eq!(paypal.capture(&promise, euros("20"), "part-1").await.unwrap(), first, "the same key");
    // PayPal would take 57.50 of 50.
    for amount in ["30.01", "35", "50", "57.50", "1000"] {
        let outcome = paypal.capture(&promise, euros(amount), "too-much").await;
        assert_eq!(refusal_of(outcome), Refusal::AmountTooLarge, "{amount}");
    }
    assert_eq!(stand.kept(), 2_000);
    paypal.capture(&promise, euros("30"), "part-2").await.unwrap();
    assert_eq!(stand.kept(), 5_000);
    assert_eq!(refusal_of(paypal.capture(&promise, euros("0.01"), "part-3").await), Refusal::AmountTooLarge);
    assert_eq!(paypal.capture(&promise, euros("20"), "part-1").await.unwrap(), first, "the same key, late");
    assert_eq!(count(&stand, "/capture"), 2);
}

#[tokio::test]
async fn a_capture_whose_answer_is_lost_is_found_again() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("lost", None))).await;
    stand.be_late("/capture");
    assert!(is_unknown(&paypal.capture(&promise, euros("50"), "all").await));
    let moved = paypal.capture(&promise, euros("50"), "all").await.unwrap();
    assert_eq!(moved.reference, Some(name_of(&stand.only_order(), "captures")));
    assert_eq!((moved.settled, stand.kept(), count(&stand, "/capture")), (true, 5_000, 1));
    let whole = judged(&stand).into_iter().find(|asked| asked.path().ends_with("/capture")).unwrap();
    assert_eq!(whole.json()["final_capture"], true);
}

#[tokio::test]
async fn a_capture_that_paypal_knows_by_its_number_is_not_made_twice() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("number", None))).await;
    stand.refuse("/capture", 422, "DUPLICATE_INVOICE_ID");
    assert!(is_unknown(&paypal.capture(&promise, euros("10"), "taken").await), "it must be somewhere");
    paypal.capture(&promise, euros("10"), "taken").await.unwrap();
    assert_eq!(stand.kept(), 1_000);
}

#[tokio::test]
async fn refusals_of_a_capture_say_why() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("refused", None))).await;
    for (issue, refusal) in [
        ("AUTHORIZATION_VOIDED", Refusal::Abandoned),
        ("AUTHORIZATION_EXPIRED", Refusal::Abandoned),
        ("AUTHORIZATION_DENIED", Refusal::CardDeclined),
        ("MAX_CAPTURE_AMOUNT_EXCEEDED", Refusal::AmountTooLarge),
        ("AUTHORIZATION_ALREADY_CAPTURED", Refusal::AmountTooLarge),
        ("PAYER_CANNOT_PAY", Refusal::CardDeclined),
    ] {
        stand.refuse("/capture", 422, issue);
        assert_eq!(refusal_of(paypal.capture(&promise, euros("10"), issue).await), refusal, "{issue}");
    }
    let wrong_currency = paypal.capture(&promise, money("10", "USD"), "usd").await;
    assert!(is_broken(&wrong_currency), "{wrong_currency:?}");
    assert!(is_broken(&paypal.capture(&promise, euros("0"), "nothing").await));
    assert!(is_absent(&paypal.capture("5O190127TN364715T", euros("10"), "nowhere").await));
    stand.book().next_status = Some("PENDING");
    let pending = paypal.capture(&promise, euros("10"), "pending").await.unwrap();
    assert!(!pending.settled);
    assert_eq!(refusal_of(paypal.capture(&promise, euros("40.01"), "rest").await), Refusal::AmountTooLarge);
    stand.book().next_status = Some("DECLINED");
    assert_eq!(refusal_of(paypal.capture(&promise, euros("10"), "declined").await), Refusal::CardDeclined);
    assert_eq!(stand.kept(), 0);
}

#[tokio::test]
async fn a_promise_is_let_go_once_and_cannot_be_taken_then() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("void", None))).await;
    stand.be_late("/void");
    assert!(is_unknown(&paypal.void(&promise, "void").await));
    for _ in 0..2 {
        assert!(paypal.void(&promise, "void").await.is_ok());
    }
    assert_eq!(refusal_of(paypal.capture(&promise, euros("50"), "late").await), Refusal::Abandoned);
    assert_eq!((stand.kept(), count(&stand, "/void")), (0, 1));

    let whole = paid_with(&stand, &paypal, &promised(request("taken", None))).await;
    let capture = paypal.capture(&whole, euros("50"), "whole").await.unwrap().reference.unwrap();
    for reference in [&whole, &capture] {
        assert_eq!(refusal_of(paypal.void(reference, "void").await), Refusal::AmountTooLarge);
    }
    assert_eq!(stand.kept(), 5_000);
    let part = paid_with(&stand, &paypal, &promised(request("part", None))).await;
    paypal.capture(&part, euros("20"), "some").await.unwrap();
    assert!(paypal.void(&part, "void").await.is_ok(), "the rest of it");
    assert_eq!(refusal_of(paypal.capture(&part, euros("30"), "rest").await), Refusal::Abandoned);
    assert_eq!(stand.kept(), 7_000);
}

#[tokio::test]
async fn an_order_that_was_only_approved_is_let_go() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let asked = request("approved", None);
    let order = approved(&stand, &paypal, &asked).await;
    assert!(paypal.void(&order, "void").await.is_ok());
    assert_eq!(refusal_of(paypal.settle(&kept(&asked, Some(&order))).await), Refusal::Abandoned);
    assert_eq!(stand.kept(), 0);
}

#[tokio::test]
async fn money_goes_back_in_parts_and_never_beyond_what_was_taken() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let capture = paid_with(&stand, &paypal, &request("refund", None)).await;
    let first = paypal.refund(&capture, euros("20"), "back-1").await.unwrap();
    assert!(first.settled && first.amount == euros("20"));
    assert_eq!(judged(&stand).pop().unwrap().json()["custom_id"], "back-1");
    assert_eq!(paypal.refund(&capture, euros("20"), "back-1").await.unwrap(), first, "the same key");
    for amount in ["30.01", "50", "1000"] {
        let outcome = paypal.refund(&capture, euros(amount), "too-much").await;
        assert_eq!(refusal_of(outcome), Refusal::AmountTooLarge, "{amount}");
    }
    assert!(is_broken(&paypal.refund(&capture, money("5", "USD"), "usd").await));
    assert!(is_broken(&paypal.refund(&capture, euros("0"), "nothing").await));
    assert_eq!(stand.kept(), 3_000);
    stand.be_late("/refund");
    assert!(is_unknown(&paypal.refund(&capture, euros("30"), "back-2").await));
    assert_eq!(paypal.refund(&capture, euros("30"), "back-2").await.unwrap().amount, euros("30"));
    assert_eq!((stand.kept(), count(&stand, "/refund")), (0, 2));
    assert_eq!(refusal_of(paypal.refund(&capture, euros("0.01"), "back-3").await), Refusal::AmountTooLarge);
    assert_eq!(paypal.refund(&capture, euros("20"), "back-1").await.unwrap(), first, "the same key, late");
}

/// Two at the same moment: what the first did is not told yet when the second looks.
#[tokio::test]
async fn of_two_refunds_that_are_too_much_together_one_is_made() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    for pair in 0..10 {
        let capture = paid_with(&stand, &paypal, &request(&format!("pair-{pair}"), None)).await;
        let (left, right) = (format!("left-{pair}"), format!("right-{pair}"));
        let (left, right) = tokio::join!(
            paypal.refund(&capture, euros("30"), &left),
            paypal.refund(&capture, euros("30"), &right)
        );
        assert_eq!(usize::from(left.is_ok()) + usize::from(right.is_ok()), 1);
        let lost = left.err().or(right.err()).unwrap();
        assert!(matches!(lost, ProviderFault::Refused(Refusal::AmountTooLarge)), "{lost:?}");
    }
    assert_eq!(stand.kept(), 10 * 2_000);
}

#[tokio::test]
async fn what_was_taken_of_a_promise_goes_back_by_any_of_its_names() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("names", None))).await;
    assert_eq!(refusal_of(paypal.refund(&promise, euros("1"), "early").await), Refusal::AmountTooLarge);
    let small = paypal.capture(&promise, euros("10"), "small").await.unwrap().reference.unwrap();
    let large = paypal.capture(&promise, euros("25"), "large").await.unwrap().reference.unwrap();
    paypal.refund(&large, euros("5"), "of-large").await.unwrap();
    paypal.refund(&small, euros("4"), "of-small").await.unwrap();
    assert_eq!(refusal_of(paypal.refund(&small, euros("6.01"), "of-small-2").await), Refusal::AmountTooLarge);
    paypal.refund(&promise, euros("18"), "of-promise").await.unwrap();
    let order = stand.only_order();
    let last = order["purchase_units"][0]["payments"]["refunds"][2]["links"][0]["href"].as_str().unwrap();
    assert!(last.ends_with(&large), "the one that has enough left");
    paypal.refund(order["id"].as_str().unwrap(), euros("6"), "of-order").await.unwrap();
    assert_eq!(stand.kept(), 200);
}

#[tokio::test]
async fn what_was_taken_goes_back_also_where_its_order_is_forgotten() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let capture = paid_with(&stand, &paypal, &request("old", None)).await;
    let order = format!("GET /v2/checkout/orders/{}", stand.only_order()["id"].as_str().unwrap());
    let forget = || stand.refuse(&order, 404, "INVALID_RESOURCE_ID");
    for (amount, key) in [("20", "old-1"), ("30", "old-2")] {
        forget();
        let back = paypal.refund(&capture, euros(amount), key).await.unwrap();
        assert!(back.settled && back.amount == euros(amount), "{back:?}");
    }
    forget();
    assert_eq!(refusal_of(paypal.refund(&capture, euros("0.01"), "old-3").await), Refusal::AmountTooLarge);
    assert_eq!(stand.kept(), 0);
}

#[tokio::test]
async fn a_promise_is_taken_also_where_its_order_is_forgotten() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let promise = paid_with(&stand, &paypal, &promised(request("old", None))).await;
    let order = format!("GET /v2/checkout/orders/{}", stand.only_order()["id"].as_str().unwrap());
    let forget = || stand.refuse(&order, 404, "INVALID_RESOURCE_ID");
    for key in ["part-1", "part-1", "part-2"] {
        forget();
        assert_eq!(paypal.capture(&promise, euros("20"), key).await.unwrap().amount, euros("20"));
    }
    assert_eq!(stand.kept(), 4_000, "the same key is the same money");
    // What was taken of it is told by the order alone.
    forget();
    assert!(is_absent(&paypal.refund(&promise, euros("1"), "back").await));
    paypal.refund(&promise, euros("1"), "back").await.unwrap();
    assert_eq!(stand.kept(), 3_900);
}

#[tokio::test]
async fn a_refund_that_waits_or_fails_is_told_as_it_is() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let capture = paid_with(&stand, &paypal, &request("slow", None)).await;
    stand.book().next_status = Some("PENDING");
    let Moved { settled, amount, .. } = paypal.refund(&capture, euros("10"), "slow").await.unwrap();
    assert!(!settled && amount == euros("10"));
    for (status, issue, refusal) in [
        (422, "CAPTURE_FULLY_REFUNDED", Refusal::AmountTooLarge),
        (422, "REFUND_AMOUNT_EXCEEDED", Refusal::AmountTooLarge),
        (422, "REFUND_FAILED_INSUFFICIENT_FUNDS", Refusal::InsufficientFunds),
    ] {
        stand.refuse("/refund", status, issue);
        assert_eq!(refusal_of(paypal.refund(&capture, euros("10"), issue).await), refusal);
    }
    stand.refuse("/refund", 422, "TRANSACTION_DISPUTED");
    assert!(is_broken(&paypal.refund(&capture, euros("10"), "disputed").await));
    stand.refuse("/refund", 409, "PREVIOUS_REQUEST_IN_PROGRESS");
    assert!(is_unknown(&paypal.refund(&capture, euros("10"), "busy").await));
    assert!(is_absent(&paypal.refund("5O190127TN364715T", euros("1"), "nowhere").await));
    assert_eq!(stand.kept(), 4_000);
}
