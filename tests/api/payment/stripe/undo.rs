//! Payments that come to nothing cost nothing.

use serde_json::json;
use tradepost::payment::provider::contract::{PaymentProvider, ProviderFault, Refusal};

use super::book::{Fault, Stand};
use super::{is_broken, is_unknown, judged, kept, promised, refusal_of, request, stripe};

const CARD: Option<&str> = Some("pm_card_visa");
const CHALLENGE: Option<&str> = Some("pm_card_authenticationRequired");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_came_of_a_payment_it_is_let_go_or_given_back_once() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for (place, (attempt, state)) in [
        (request("taken", CARD), "succeeded"),
        (promised(request("promised", CARD)), "canceled"),
        (request("challenge", CHALLENGE), "canceled"),
    ]
    .into_iter()
    .enumerate()
    {
        let reference = format!("pi_{}", place + 1);
        stripe.pay(&attempt).await.unwrap();
        for reference in [Some(reference.as_str()), None, Some(reference.as_str())] {
            stripe.undo(&kept(&attempt, reference)).await.unwrap();
        }
        assert_eq!(stand.book().intents[place]["status"], state, "{}", attempt.key);
        let outcome = stripe.settle(&kept(&attempt, Some(&reference))).await;
        assert_eq!(refusal_of(outcome), Refusal::Abandoned, "{}", attempt.key);
    }
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 1));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_closed_or_what_was_paid_on_it_goes_back() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let open = request("open", None);
    stripe.pay(&open).await.unwrap();
    let paid = request("paid", None);
    stripe.pay(&paid).await.unwrap();
    stand.change(|book| book.pay_on_page(1));
    let taken = request("taken", None);
    stripe.pay(&taken).await.unwrap();
    stand.change(|book| book.pay_on_page(2));
    stripe.settle(&kept(&taken, Some("cs_test_3"))).await.unwrap();
    assert_eq!(stand.book().taken(), 5_000);
    for _ in 0..2 {
        stripe.undo(&kept(&open, Some("cs_test_1"))).await.unwrap();
        stripe.undo(&kept(&paid, Some("cs_test_2"))).await.unwrap();
        stripe.undo(&kept(&taken, Some("cs_test_3"))).await.unwrap();
    }
    assert_eq!(stand.book().sessions[0]["status"], "expired");
    assert_eq!(stand.book().states(), ["canceled", "succeeded"]);
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 1));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_may_exist_is_found_and_undone() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let card = request("card", CARD);
    stand.fail("payment_intents", Fault::Late);
    assert!(is_unknown(&stripe.pay(&card).await));
    let page = request("page", None);
    stand.fail("sessions", Fault::Late);
    assert!(is_unknown(&stripe.pay(&page).await));
    assert_eq!(stand.book().taken(), 5_000);
    for _ in 0..2 {
        stripe.undo(&kept(&card, None)).await.unwrap();
        stripe.undo(&kept(&page, None)).await.unwrap();
    }
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 1));
    assert_eq!(stand.book().sessions[0]["status"], "expired");
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_arrives_after_its_payment_was_undone_comes_to_nothing() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for attempt in [request("card", CARD), request("page", None)] {
        stripe.undo(&kept(&attempt, None)).await.unwrap();
        assert!(is_broken(&stripe.pay(&attempt).await), "the key is used up");
        assert!(matches!(stripe.settle(&kept(&attempt, None)).await, Err(ProviderFault::Absent)));
    }
    assert_eq!((stand.book().taken(), stand.book().sessions.len()), (0, 0));
    assert!(stand.book().states().iter().all(|state| *state == "canceled"));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_being_worked_on_is_not_taken_for_undone() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("card", CARD);
    // Stripe answers so while a request with the same key runs.
    stand.fail("payment_intents", Fault::Status(409));
    assert!(is_unknown(&stripe.undo(&kept(&attempt, None)).await));
    stripe.pay(&attempt).await.unwrap();
    for path in ["payment_intents", "payment_intents/pi_1", "refunds"] {
        stand.fail(path, Fault::Status(500));
        assert!(is_unknown(&stripe.undo(&kept(&attempt, None)).await), "{path}");
    }
    stand.fail("refunds", Fault::Late);
    assert!(is_unknown(&stripe.undo(&kept(&attempt, Some("pi_1"))).await));
    stripe.undo(&kept(&attempt, Some("pi_1"))).await.unwrap();
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_does_not_undo_the_payment_of_another() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    stripe.pay(&request("winner", CARD)).await.unwrap();
    let loser = request("loser", CARD);
    stripe.undo(&kept(&loser, Some("pi_1"))).await.unwrap();
    assert!(matches!(stripe.settle(&kept(&loser, Some("pi_1"))).await, Err(ProviderFault::Absent)));
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (5_000, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_fails_after_it_was_told_is_made_anew_once() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("card", CARD);
    stripe.pay(&attempt).await.unwrap();
    let payment = kept(&attempt, Some("pi_1"));
    stand.change(|book| book.refund_status = Some("pending"));
    stripe.undo(&payment).await.unwrap();
    stand.change(|book| book.refund_status = None);
    for (place, state) in [(0, "failed"), (1, "canceled")] {
        stand.change(|book| book.refunds[place]["status"] = json!(state));
        assert_eq!(stand.book().taken(), 5_000, "the money is here again");
        // The first answer is given again for a day: it is not believed.
        for status in [404, 500] {
            stand.fail("GET /v1/refunds/re_1", Fault::Status(status));
            assert!(is_unknown(&stripe.undo(&payment).await), "{status}");
        }
        for _ in 0..2 {
            stripe.undo(&payment).await.unwrap();
            assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, place + 2));
        }
    }
    let refunds = judged(&stand);
    let refunds = refunds.iter().filter(|asked| asked.method == "POST" && asked.path() == "/v1/refunds");
    let mut keys: Vec<&str> = refunds.map(|asked| asked.header("idempotency-key").unwrap()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys, ["card/undo", "card/undo/re_1", "card/undo/re_2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_comes_back_again_and_again_is_left_to_people() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("card", CARD);
    stripe.pay(&attempt).await.unwrap();
    stand.change(|book| book.refund_status = Some("failed"));
    for made in [1, 2, 3, 4, 4, 4] {
        assert!(is_broken(&stripe.undo(&kept(&attempt, Some("pi_1"))).await));
        assert_eq!(stand.book().refunds.len(), made);
    }
    assert_eq!(stand.book().taken(), 5_000);
    // After a day the keys are forgotten.
    stand.change(|book| {
        book.refund_status = None;
        book.forget_keys();
    });
    stripe.undo(&kept(&attempt, Some("pi_1"))).await.unwrap();
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_staff_gave_back_by_hand_counts_until_it_fails() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("card", CARD);
    stripe.pay(&attempt).await.unwrap();
    let payment = kept(&attempt, Some("pi_1"));
    stand.change(|book| book.is_refunded_by_hand = true);
    stripe.undo(&payment).await.unwrap();
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 1));
    stand.change(|book| book.refunds[0]["status"] = json!("failed"));
    // That all was given back is what Stripe says again, as long as it knows the key.
    assert!(is_unknown(&stripe.undo(&payment).await));
    stand.change(|book| book.forget_keys());
    stripe.undo(&payment).await.unwrap();
    assert_eq!((stand.book().taken(), stand.book().refunds.len()), (0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_the_bank_refuses_is_told() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("card", CARD);
    stripe.pay(&attempt).await.unwrap();
    stand.change(|book| book.refund_status = Some("failed"));
    assert!(is_broken(&stripe.undo(&kept(&attempt, Some("pi_1"))).await));
    assert_eq!(stand.book().refunds[0]["metadata"], json!({ "move_key": "card/undo" }));
}
