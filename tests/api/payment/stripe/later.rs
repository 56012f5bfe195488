//! After the order: taking promised money, letting it go, giving it back.

use tradepost::payment::provider::contract::{Moved, PaymentProvider, ProviderFault, Refusal};

use super::book::{Fault, Stand};
use super::{field, fields, is_broken, is_unknown, judged, money, promised, refusal_of, request, stripe};

const CARD: Option<&str> = Some("pm_card_visa");

fn moved(reference: &str, text: &str, settled: bool) -> Moved {
    Moved { reference: Some(reference.to_owned()), amount: money(text, "EUR"), settled }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_promise_is_taken_once() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&promised(request("key-1", CARD))).await.unwrap();
    let too_much = stripe.capture("pi_1", money("50.01", "EUR"), "capture-0").await;
    assert_eq!(refusal_of(too_much), Refusal::AmountTooLarge);
    assert!(is_broken(&stripe.capture("pi_1", money("30", "USD"), "capture-0").await), "another currency");
    assert!(is_broken(&stripe.capture("pi_1", money("0", "EUR"), "capture-0").await));
    assert_eq!(stand.book().taken(), 0);
    for _ in 0..2 {
        let taken = stripe.capture("pi_1", money("30", "EUR"), "capture-1").await.unwrap();
        assert_eq!(taken, moved("ch_1", "30", true));
    }
    let again = stripe.capture("pi_1", money("20", "EUR"), "capture-2").await;
    assert_eq!(refusal_of(again), Refusal::AmountTooLarge, "Stripe takes from a promise once");
    assert_eq!(stand.book().taken(), 3_000);
    let asked = judged(&stand);
    let capture = asked.iter().find(|asked| asked.path().ends_with("/capture")).unwrap();
    assert_eq!(capture.header("idempotency-key"), Some("capture-1"));
    assert_eq!(field(&fields(capture), "amount_to_capture"), Some("3000"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_capture_whose_answer_was_lost_is_not_made_again() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&promised(request("key-1", CARD))).await.unwrap();
    stand.fail("/capture", Fault::Late);
    assert!(is_unknown(&stripe.capture("pi_1", money("50", "EUR"), "capture-1").await));
    stand.change(|book| book.forget_keys());
    let taken = stripe.capture("pi_1", money("50", "EUR"), "capture-1").await.unwrap();
    assert_eq!(taken, moved("ch_1", "50", true));
    assert_eq!(stand.book().taken(), 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_is_let_go_and_taken_money_is_not() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&promised(request("key-1", CARD))).await.unwrap();
    for _ in 0..2 {
        stripe.void("pi_1", "void-1").await.unwrap();
    }
    let gone = stripe.capture("pi_1", money("50", "EUR"), "capture-1").await;
    assert_eq!(refusal_of(gone), Refusal::Abandoned);
    stripe.pay(&request("key-2", CARD)).await.unwrap();
    assert!(matches!(stripe.void("pi_2", "void-2").await, Err(ProviderFault::Refused(_))));
    assert_eq!(stand.book().states(), ["canceled", "succeeded"]);
    assert!(matches!(stripe.void("pi_3", "void-3").await, Err(ProviderFault::Absent)));
    assert!(matches!(stripe.void("order 7", "void-4").await, Err(ProviderFault::Absent)));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_in_parts_and_never_more_than_was_taken() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&promised(request("key-1", CARD))).await.unwrap();
    let nothing = stripe.refund("pi_1", money("1", "EUR"), "refund-0").await;
    assert_eq!(refusal_of(nothing), Refusal::AmountTooLarge, "a promise is let go, not given back");
    stripe.capture("pi_1", money("40", "EUR"), "capture-1").await.unwrap();
    let too_much = stripe.refund("pi_1", money("40.01", "EUR"), "refund-0").await;
    assert_eq!(refusal_of(too_much), Refusal::AmountTooLarge, "10 were never taken");
    for _ in 0..2 {
        let back = stripe.refund("pi_1", money("15", "EUR"), "refund-1").await.unwrap();
        assert_eq!(back, moved("re_1", "15", true));
    }
    stand.change(|book| book.forget_keys());
    let late = stripe.refund("pi_1", money("15", "EUR"), "refund-1").await.unwrap();
    assert_eq!(late, moved("re_1", "15", true), "however late it is asked for");
    assert!(is_broken(&stripe.refund("pi_1", money("5", "USD"), "refund-2").await));
    assert!(is_broken(&stripe.refund("pi_1", money("0", "EUR"), "refund-2").await));
    let back = stripe.refund("pi_1", money("25", "EUR"), "refund-2").await.unwrap();
    assert_eq!(back, moved("re_2", "25", true));
    let over = stripe.refund("pi_1", money("0.01", "EUR"), "refund-3").await;
    assert_eq!(refusal_of(over), Refusal::AmountTooLarge);
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 2));
    judged(&stand);
}

/// Failure case 16, as far as it is the adapter's: the shop's ledger refuses the second before it asks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_refunds_that_are_too_much_together_one_is_refused() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for round in 0..20 {
        stripe.pay(&request(&format!("key-{round}"), CARD)).await.unwrap();
        let (intent, first, second) =
            (format!("pi_{}", round + 1), format!("{round}-a"), format!("{round}-b"));
        let (first, second) = tokio::join!(
            stripe.refund(&intent, money("30", "EUR"), &first),
            stripe.refund(&intent, money("30", "EUR"), &second),
        );
        let refused = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(
            matches!(refused.as_slice(), [ProviderFault::Refused(Refusal::AmountTooLarge)]),
            "{refused:?}"
        );
    }
    assert_eq!(stand.book().taken(), 20 * 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_under_way_is_told_from_one_that_is_done_and_one_that_failed() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&request("key-1", CARD)).await.unwrap();
    stand.change(|book| book.refund_status = Some("pending"));
    let back = stripe.refund("pi_1", money("15", "EUR"), "refund-1").await.unwrap();
    assert_eq!(back, moved("re_1", "15", false));
    stand.change(|book| book.refunds[0]["status"] = "succeeded".into());
    let back = stripe.refund("pi_1", money("15", "EUR"), "refund-1").await.unwrap();
    assert_eq!(back, moved("re_1", "15", true), "asking again tells how it went on");
    stand.change(|book| book.refunds[0]["status"] = "failed".into());
    let failed = stripe.refund("pi_1", money("15", "EUR"), "refund-1").await;
    assert_eq!(refusal_of(failed), Refusal::CardDeclined);
}
