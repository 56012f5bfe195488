//! Payments on Stripe's own page.

use tradepost::payment::provider::contract::{PayOutcome, PaymentProvider, Refusal};

use super::book::{Fault, Stand};
use super::{
    field, fields, is_unknown, judged, kept, long_ago, paid, promised, refusal_of, request, steps, stripe,
};

const PAGE: Option<&str> = Some("cs_test_1");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_without_a_token_is_sent_to_stripes_page() {
    let stand = Stand::start();
    let attempt = request("key-1", None);
    for _ in 0..2 {
        let outcome = stripe(&stand).pay(&attempt).await.unwrap();
        let PayOutcome::ActionRequired { reference, action } = outcome else { panic!("{outcome:?}") };
        assert_eq!((reference.as_str(), action.client_secret), ("cs_test_1", None));
        assert_eq!(action.url.as_deref(), Some("https://checkout.stripe.com/c/pay/cs_test_1"));
        let lasts = action.expires_at.unwrap() - attempt.begun_at;
        assert!((44..=45).contains(&lasts.num_minutes()), "{lasts}: half an hour at least");
    }
    assert_eq!((stand.book().sessions.len(), stand.book().taken()), (1, 0));
    let asked = judged(&stand);
    assert_eq!(asked[0].header("idempotency-key"), Some("key-1"));
    let sent = fields(&asked[0]);
    for (name, value) in [
        ("mode", "payment"),
        ("client_reference_id", "key-1"),
        ("metadata[attempt_key]", "key-1"),
        ("payment_intent_data[metadata][attempt_key]", "key-1"),
        ("payment_intent_data[capture_method]", "manual"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "5000"),
        ("line_items[0][price_data][product_data][name]", "Tools & more"),
        ("success_url", "https://shop.example/checkout/return?attempt=7"),
        ("cancel_url", "https://shop.example/checkout/cancel?attempt=7"),
        ("customer_email", "buyer@example.com"),
        ("locale", "de"),
    ] {
        assert_eq!(field(&sent, name), Some(value), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_paid_on_the_page_is_taken_when_the_attempt_asks() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let automatic = request("key-1", None);
    stripe.pay(&automatic).await.unwrap();
    let waiting = stripe.settle(&kept(&automatic, PAGE)).await.unwrap();
    assert!(matches!(waiting, PayOutcome::ActionRequired { .. }), "{waiting:?}");
    stand.change(|book| book.pay_on_page(0));
    assert_eq!(stand.book().taken(), 0, "stock is claimed before money is taken");
    for reference in [PAGE, None, Some("pi_1")] {
        assert_eq!(stripe.settle(&kept(&automatic, reference)).await.unwrap(), paid("pi_1", "50", true));
    }
    assert_eq!(stripe.pay(&automatic).await.unwrap(), paid("pi_1", "50", true), "the buyer submits again");
    assert_eq!(stand.book().taken(), 5_000);
    assert_eq!(steps(&stand).iter().filter(|step| step.ends_with("/capture")).count(), 1);
    let manual = promised(request("key-2", None));
    stripe.pay(&manual).await.unwrap();
    stand.change(|book| book.pay_on_page(1));
    assert_eq!(stripe.settle(&kept(&manual, Some("cs_test_2"))).await.unwrap(), paid("pi_2", "50", false));
    assert_eq!(stand.book().taken(), 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_ran_out_or_belongs_to_another_attempt_pays_nothing() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", None);
    stripe.pay(&attempt).await.unwrap();
    let other = request("key-2", None);
    assert!(stripe.settle(&kept(&other, PAGE)).await.is_err());
    stripe.undo(&kept(&other, PAGE)).await.unwrap();
    assert_eq!(stand.book().sessions[0]["status"], "open");
    stripe.void("cs_test_1", "void-1").await.unwrap();
    assert_eq!(stand.book().sessions[0]["status"], "expired");
    assert_eq!(refusal_of(stripe.settle(&kept(&attempt, PAGE)).await), Refusal::Abandoned);
    assert_eq!(refusal_of(stripe.pay(&attempt).await), Refusal::Abandoned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_answer_was_lost_is_made_once_and_found() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", None);
    stand.fail("sessions", Fault::Late);
    assert!(is_unknown(&stripe.pay(&attempt).await));
    let found = stripe.settle(&kept(&attempt, None)).await.unwrap();
    assert!(matches!(&found, PayOutcome::ActionRequired { reference, .. } if reference == "cs_test_1"));
    assert_eq!(stripe.pay(&attempt).await.unwrap(), found);
    assert_eq!(stand.book().sessions.len(), 1);
    stand.change(|book| book.pay_on_page(0));
    stand.change(|book| book.forget_keys());
    let late = long_ago(attempt);
    assert_eq!(stripe.pay(&late).await.unwrap(), paid("pi_1", "50", true));
    judged(&stand);
}
