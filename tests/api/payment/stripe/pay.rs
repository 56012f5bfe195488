//! Payments that the shop confirms with what a front end handed over.

use std::collections::BTreeSet;

use serde_json::json;
use tradepost::payment::provider::contract::{
    Action, Capture, PayOutcome, PayRequest, PaymentProvider, ProviderFault, Refusal,
};

use super::book::{Fault, Stand};
use super::{
    SECRET, field, fields, is_broken, is_unknown, is_unsent, judged, kept, long_ago, money, paid, promised,
    refusal_of, request, steps, stripe, stripe_at,
};
use crate::payment::gone::answering_once;
use crate::spec::Spec;

const CARD: Option<&str> = Some("pm_card_visa");
const CHALLENGE: Option<&str> = Some("pm_card_authenticationRequired");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_charged_by_a_request_as_stripe_describes_it() {
    let stand = Stand::start();
    let outcome = stripe(&stand).pay(&request("key-1", CARD)).await.unwrap();
    assert_eq!(outcome, paid("pi_1", "50", true));
    assert_eq!(stand.book().taken(), 5_000);
    let asked = judged(&stand);
    assert_eq!((asked.len(), asked[0].target.as_str()), (1, "/v1/payment_intents"));
    assert_eq!(asked[0].header("idempotency-key"), Some("key-1"));
    let fields = fields(&asked[0]);
    for (name, value) in [
        ("amount", "5000"),
        ("currency", "eur"),
        ("confirm", "true"),
        ("payment_method", "pm_card_visa"),
        ("capture_method", "automatic"),
        ("automatic_payment_methods[enabled]", "true"),
        ("return_url", "https://shop.example/checkout/return?attempt=7"),
        ("metadata[attempt_key]", "key-1"),
        ("description", "Tools & more"),
        ("receipt_email", "buyer@example.com"),
    ] {
        assert_eq!(field(&fields, name), Some(value), "{name}");
    }
    let anonymous = PayRequest { email: None, ..promised(request("key-2", CARD)) };
    assert_eq!(stripe(&stand).pay(&anonymous).await.unwrap(), paid("pi_2", "50", false));
    let second = self::fields(&judged(&stand)[1]);
    assert_eq!(field(&second, "capture_method"), Some("manual"));
    assert_eq!(field(&second, "receipt_email"), None);
    assert_eq!(stand.book().taken(), 5_000, "a promise takes nothing");
}

/// The stand-in must answer as Stripe describes its answers, or what the tests prove with it is nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stand_in_answers_as_stripe_describes() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let card = request("key-1", CARD);
    stripe.pay(&card).await.unwrap();
    stripe.settle(&kept(&card, None)).await.unwrap();
    stripe.pay(&request("key-2", Some("pm_card_chargeDeclined"))).await.unwrap_err();
    stripe.pay(&request("key-3", CHALLENGE)).await.unwrap();
    let page = request("key-4", None);
    stripe.pay(&page).await.unwrap();
    stripe.settle(&kept(&page, None)).await.unwrap();
    stand.change(|book| book.pay_on_page(0));
    stripe.settle(&kept(&page, Some("cs_test_1"))).await.unwrap();
    stripe.refund("pi_1", money("20", "EUR"), "refund-1").await.unwrap();
    stripe.refund("pi_1", money("20", "EUR"), "refund-1").await.unwrap();
    stripe.undo(&kept(&request("key-5", CARD), None)).await.unwrap();
    stripe.pay(&request("key-6", Some("tok_visa"))).await.unwrap();
    stripe.pay(&request("key-7", Some("pi_none"))).await.unwrap_err();
    stripe.undo(&kept(&request("key-8", None), None)).await.unwrap();
    stripe.undo(&kept(&card, Some("pi_1"))).await.unwrap();
    stand.change(|book| book.refunds[1]["status"] = json!("failed"));
    stripe.undo(&kept(&card, Some("pi_1"))).await.unwrap();
    let spec = Spec::load("stripe.json").unwrap();
    let mut judged = BTreeSet::new();
    let answered = std::mem::take(&mut stand.book().answered);
    for (method, path, status, body) in answered {
        let kind: Vec<&str> =
            path.split('/').filter(|part| *part == "v1" || !part.contains(char::is_numeric)).collect();
        if judged.insert((method.clone(), kind.join("/"), status, body["status"].to_string())) {
            assert_eq!(spec.check_answer(&method, &path, status, &body), [""; 0], "{method} {path}: {body}");
        }
    }
    assert!(judged.len() >= 15, "{judged:?}");
    assert!(!spec.check_form("POST", "/v1/payment_intents", "currency=eur").is_empty());
    let wrong = "amount=12.5&currency=eur&capture_method=later";
    assert_eq!(
        spec.check_form("POST", "/v1/payment_intents", wrong).len(),
        2,
        "the judge sees what is wrong"
    );
    assert!(!spec.check_parameters("GET", "/v1/payment_intents?created[gte]=today").is_empty());
    assert!(!spec.check_answer("POST", "/v1/refunds", 200, &json!({ "id": "re_1" })).is_empty());
}

/// Failure case 27: judged by what Stripe receives, not by what comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripe_receives_each_currency_with_its_own_decimals() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for (text, code, wire) in [
        ("12.34", "EUR", "1234"),
        ("500", "JPY", "500"),
        ("500", "KRW", "500"),
        ("1.23", "KWD", "1230"),
        ("5.12", "BHD", "5120"),
        ("5.12", "JOD", "5120"),
        ("5.12", "OMR", "5120"),
        ("5.12", "TND", "5120"),
        ("5", "ISK", "500"),
        ("5", "UGX", "500"),
        ("10.45", "HUF", "1045"),
        ("800.45", "TWD", "80045"),
        ("10", "MGA", "10"),
    ] {
        let amount = money(text, code);
        assert!(stripe.takes(amount), "{code}");
        let of =
            |way: &str, token| PayRequest { amount, ..promised(request(&format!("{code}-{way}"), token)) };
        let before = stand.peer.asked().len();
        let PayOutcome::Paid(card) = stripe.pay(&of("card", CARD)).await.unwrap() else { panic!("{code}") };
        assert_eq!((card.amount, card.captured), (amount, false), "{code}");
        let reference = card.reference.unwrap();
        let moved = stripe.capture(&reference, amount, &format!("{code}-capture")).await.unwrap();
        assert_eq!(moved.amount, amount, "{code}");
        let moved = stripe.refund(&reference, amount, &format!("{code}-refund")).await.unwrap();
        assert_eq!(moved.amount, amount, "{code}");
        stripe.pay(&of("page", None)).await.unwrap();
        stripe.session(&of("session", None)).await.unwrap();
        let sent: Vec<(String, String)> = judged(&stand)[before..].iter().flat_map(fields).collect();
        let amounts = |name: &str| sent.iter().filter(|(own, _)| own.ends_with(name)).collect::<Vec<_>>();
        let told: Vec<_> =
            ["amount", "amount_to_capture", "[unit_amount]"].into_iter().flat_map(amounts).collect();
        assert_eq!(told.len(), 5, "{code} {told:?}");
        assert!(told.iter().all(|(_, told)| told == wire), "{code} {told:?}");
        let currencies = [amounts("currency"), amounts("[currency]")].concat();
        assert!(currencies.iter().all(|(_, told)| *told == code.to_lowercase()), "{currencies:?}");
    }
    let before = stand.peer.asked().len();
    for (text, code) in [("1.234", "KWD"), ("10.5", "MGA"), ("0", "EUR")] {
        let odd = PayRequest { amount: money(text, code), ..request("odd", CARD) };
        assert!(
            is_broken(&stripe.pay(&odd).await) && is_broken(&stripe.session(&odd).await),
            "{text} {code}"
        );
    }
    assert_eq!(stand.peer.asked().len(), before, "what cannot be sent exactly is not sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_card_says_why_and_takes_nothing() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for (token, refusal) in [
        ("pm_card_chargeDeclined", Refusal::CardDeclined),
        ("pm_card_chargeDeclinedInsufficientFunds", Refusal::InsufficientFunds),
        ("pm_of_somebody_else", Refusal::InvalidPaymentMethod),
    ] {
        let refused = request(token, Some(token));
        assert_eq!(refusal_of(stripe.pay(&refused).await), refusal, "{token}");
        assert_eq!(refusal_of(stripe.pay(&refused).await), refusal, "{token}: again");
    }
    let before = stand.peer.asked().len();
    for senseless in ["visa", "pm_", "pm_1/../../v1/refunds", "../x", "pi_1?x=1", "seti_1", "pm_1 pm_2"] {
        let outcome = stripe.pay(&request("key", Some(senseless))).await;
        assert_eq!(refusal_of(outcome), Refusal::InvalidPaymentMethod, "{senseless}");
    }
    assert_eq!(stand.peer.asked().len(), before, "what is no name of Stripe's is not sent");
    assert_eq!(stand.book().taken(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_handed_on_and_the_payment_goes_on_after_it() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let action = |id: &str| {
        let url = Some("https://hooks.stripe.com/3d_secure_2".to_owned());
        let action = Action { url, client_secret: Some(format!("{id}_secret_x")), expires_at: None };
        PayOutcome::ActionRequired { reference: id.to_owned(), action }
    };
    let automatic = request("key-1", CHALLENGE);
    let manual = promised(request("key-2", CHALLENGE));
    assert_eq!(stripe.pay(&automatic).await.unwrap(), action("pi_1"));
    assert_eq!(stripe.pay(&manual).await.unwrap(), action("pi_2"));
    assert_eq!(stripe.settle(&kept(&automatic, Some("pi_1"))).await.unwrap(), action("pi_1"));
    stand.change(|book| book.approve(0));
    stand.change(|book| book.approve(1));
    assert_eq!(
        stripe.pay(&automatic).await.unwrap(),
        paid("pi_1", "50", true),
        "the old answer is not believed"
    );
    for _ in 0..2 {
        assert_eq!(stripe.settle(&kept(&automatic, Some("pi_1"))).await.unwrap(), paid("pi_1", "50", true));
        assert_eq!(stripe.settle(&kept(&manual, Some("pi_2"))).await.unwrap(), paid("pi_2", "50", false));
    }
    assert_eq!((stand.book().taken(), stand.book().intents.len()), (5_000, 2));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_challenge_closes_the_payment_so_that_nobody_pays_it_later() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", CHALLENGE);
    stripe.pay(&attempt).await.unwrap();
    stand.change(|book| book.refuse(0, "payment_intent_authentication_failure"));
    for _ in 0..2 {
        let outcome = stripe.settle(&kept(&attempt, Some("pi_1"))).await;
        assert_eq!(refusal_of(outcome), Refusal::CardDeclined);
        assert_eq!(stand.book().states(), ["canceled"]);
    }
    // The buyer pays after all, at the very moment in which the payment is closed.
    let attempt = request("key-2", CHALLENGE);
    stripe.pay(&attempt).await.unwrap();
    stand.change(|book| book.refuse(1, "payment_intent_authentication_failure"));
    stand.fail("pi_2/cancel", Fault::Late);
    assert!(
        is_unknown(&stripe.settle(&kept(&attempt, Some("pi_2"))).await),
        "it may have been paid meanwhile"
    );
    assert_eq!(refusal_of(stripe.settle(&kept(&attempt, Some("pi_2"))).await), Refusal::CardDeclined);
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bank_that_takes_its_time_is_waited_for() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", Some("pm_slow_bank"));
    let processing = PayOutcome::Processing { reference: "pi_1".to_owned() };
    assert_eq!(stripe.pay(&attempt).await.unwrap(), processing);
    assert_eq!(stripe.settle(&kept(&attempt, Some("pi_1"))).await.unwrap(), processing);
    assert!(is_unknown(&stripe.undo(&kept(&attempt, Some("pi_1"))).await), "it cannot be given back yet");
    stand.change(|book| book.approve(0));
    assert_eq!(stripe.settle(&kept(&attempt, Some("pi_1"))).await.unwrap(), paid("pi_1", "50", true));
    stripe.undo(&kept(&attempt, Some("pi_1"))).await.unwrap();
    assert_eq!(stand.book().taken(), 0, "the refusal to the earlier request is not repeated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_answer_was_lost_is_made_once_and_found() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for (place, fault) in [Fault::Late, Fault::Garbage].into_iter().enumerate() {
        let attempt = request(&format!("key-{place}"), CARD);
        let reference = format!("pi_{}", place + 1);
        stand.fail("payment_intents", fault);
        assert!(is_unknown(&stripe.pay(&attempt).await));
        assert_eq!(stripe.settle(&kept(&attempt, None)).await.unwrap(), paid(&reference, "50", true));
        for _ in 0..3 {
            assert_eq!(stripe.pay(&attempt).await.unwrap(), paid(&reference, "50", true));
        }
    }
    assert_eq!((stand.book().taken(), stand.book().intents.len()), (10_000, 2));
    let never_sent = request("key-9", CARD);
    assert!(matches!(stripe.settle(&kept(&never_sent, None)).await, Err(ProviderFault::Absent)));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_means_one_payment_and_proves_nothing_after_a_day() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let first = request("key-1", CARD);
    stripe.pay(&first).await.unwrap();
    let other = PayRequest { amount: money("60", "EUR"), ..first.clone() };
    assert!(is_broken(&stripe.pay(&other).await), "the same key for another amount");
    stand.change(|book| book.forget_keys());
    assert_eq!(stripe.pay(&long_ago(first)).await.unwrap(), paid("pi_1", "50", true));
    let late = long_ago(request("key-2", CARD));
    assert_eq!(refusal_of(stripe.pay(&late).await), Refusal::Abandoned);
    assert_eq!((stand.book().taken(), stand.book().intents.len()), (5_000, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_a_wallet_becomes_a_payment_method_first() {
    let stand = Stand::start();
    let attempt = request("key-1", Some("tok_visa"));
    for _ in 0..2 {
        assert_eq!(stripe(&stand).pay(&attempt).await.unwrap(), paid("pi_1", "50", true));
    }
    let made = ["POST /v1/payment_methods", "POST /v1/payment_intents"];
    assert_eq!(steps(&stand)[..2], made);
    assert_eq!(stand.book().taken(), 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_is_told_from_a_no_and_repeats_nothing_that_was_said() {
    let stand = Stand::start();
    let adapter = stripe(&stand);
    for status in [409, 429, 500, 502, 503, 302] {
        stand.fail("payment_intents", Fault::Status(status));
        let outcome = adapter.pay(&request("key", CARD)).await;
        assert!(is_unknown(&outcome), "{status} {outcome:?}");
        stand.fail("pi_x", Fault::Status(status));
        assert!(is_unknown(&adapter.refund("pi_x", money("1", "EUR"), "refund").await), "{status}");
    }
    for status in [401, 403] {
        stand.fail("payment_intents", Fault::Status(status));
        let outcome = adapter.pay(&request("key", CARD)).await;
        assert!(is_broken(&outcome), "{status} {outcome:?}");
        let told = outcome.unwrap_err().to_string();
        assert!(!told.contains("buyer") && !told.contains(SECRET), "{told}");
    }
    assert_eq!(stand.book().taken(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_sent_is_told_from_what_may_have_been_done() {
    let nobody = stripe_at("http://127.0.0.1:1/");
    assert!(!format!("{nobody:?}").contains(SECRET));
    for token in [CARD, None, Some("tok_visa"), Some("pi_1")] {
        let outcome = nobody.pay(&request("key", token)).await;
        assert!(is_unsent(&outcome), "{token:?} {outcome:?}");
    }
    let euro = money("1", "EUR");
    assert!(is_unsent(&nobody.session(&request("key", None)).await));
    assert!(is_unsent(&nobody.capture("pi_1", euro, "capture").await));
    assert!(is_unsent(&nobody.refund("pi_1", euro, "refund").await));
    assert!(is_unsent(&nobody.void("cs_test_1", "void").await));
    assert!(is_unsent(&nobody.settle(&kept(&request("key", CARD), Some("pi_1"))).await));
    assert!(is_unsent(&nobody.undo(&kept(&request("key", CARD), None)).await));
    let late = nobody.pay(&long_ago(request("key", CARD))).await;
    assert!(is_unknown(&late), "it may have been made in time: {late:?}");

    let intent = json!({ "id": "pi_1", "amount": 5_000, "amount_received": 5_000, "currency": "eur",
        "status": "succeeded" });
    let refund = stripe_at(&answering_once(&intent)).refund("pi_1", euro, "refund").await;
    assert!(is_unknown(&refund), "Stripe was asked before: {refund:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_that_may_not_be_looked_at_any_more_is_unknown() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", CARD);
    stripe.pay(&attempt).await.unwrap();
    for status in [401, 403, 404] {
        stand.fail("GET /v1/payment_intents/pi_1", Fault::Status(status));
        let outcome = stripe.pay(&attempt).await;
        assert!(is_unknown(&outcome), "{status} {outcome:?}");
    }
    assert_eq!(stripe.pay(&attempt).await.unwrap(), paid("pi_1", "50", true));
    assert_eq!(stand.book().taken(), 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_stripe_would_refuse_costs_nobody_the_payment() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    for (place, email) in ["bücher@example.com", "a..b@example.com", "a.@example.com"].into_iter().enumerate()
    {
        for (token, name) in [(CARD, "receipt_email"), (None, "customer_email")] {
            let asked = request(&format!("{name}-{place}"), token);
            stripe.pay(&PayRequest { email: Some(email.to_owned()), ..asked }).await.unwrap();
            let sent = fields(&judged(&stand).pop().unwrap());
            assert_eq!(field(&sent, name), None, "{email}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_amount_than_was_asked_for_is_told_and_not_taken() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", CHALLENGE);
    stripe.pay(&attempt).await.unwrap();
    stand.change(|book| {
        book.intents[0]["capture_method"] = json!("manual");
        book.intents[0]["amount"] = json!(4_000);
        book.approve(0);
    });
    let told = stripe.settle(&kept(&attempt, Some("pi_1"))).await.unwrap();
    assert_eq!(told, paid("pi_1", "40", false), "whoever asked compares it");
    stand.change(|book| book.intents[0]["currency"] = json!("usd"));
    let PayOutcome::Paid(told) = stripe.settle(&kept(&attempt, Some("pi_1"))).await.unwrap() else {
        panic!()
    };
    assert_eq!((told.amount, told.captured), (money("40", "USD"), false));
    assert_eq!(stand.book().taken(), 0);
    assert_eq!(attempt.capture, Capture::Automatic);
}
