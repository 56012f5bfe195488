//! What Stripe's books have of a payment, whoever moved its money.

use serde_json::json;
use tradepost::payment::provider::contract::{
    Disputed, Part, PartState, PaymentProvider, PaymentStanding, ProviderFault,
};

use super::book::{Fault, Stand};
use super::{is_unknown, judged, kept, money, promised, request, stripe};

const CARD: Option<&str> = Some("pm_card_visa");

fn part(reference: &str, key: Option<&str>, of: Option<&str>, text: &str, state: PartState) -> Part {
    Part {
        reference: reference.to_owned(),
        key: key.map(str::to_owned),
        of: of.map(str::to_owned),
        amount: money(text, "EUR"),
        state,
    }
}

fn standing(taken: Vec<Part>, returned: Vec<Part>, is_open: bool) -> PaymentStanding {
    PaymentStanding { taken, returned, is_open, disputed: Disputed::No }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_moved_at_stripes_desk_is_told_from_what_the_shop_asked_for() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = promised(request("key-1", CARD));
    stripe.pay(&attempt).await.unwrap();
    let payment = kept(&attempt, Some("pi_1"));
    assert_eq!(stripe.standing(&payment).await.unwrap(), standing(vec![], vec![], true));
    stand.change(|book| book.take_at_desk(0, 3_000));
    let taken = vec![part("ch_1", None, None, "30", PartState::Done)];
    assert_eq!(stripe.standing(&payment).await.unwrap(), standing(taken.clone(), vec![], false));

    stripe.refund("pi_1", money("10", "EUR"), "refund-1").await.unwrap();
    stand.change(|book| {
        book.give_back_at_desk(0, 500);
        book.give_back_at_desk(0, 700);
        book.refunds[2]["status"] = json!("pending");
    });
    let of = Some("ch_1");
    let mut returned = vec![
        part("re_3", None, of, "7", PartState::UnderWay),
        part("re_2", None, of, "5", PartState::Done),
        part("re_1", Some("refund-1"), of, "10", PartState::Done),
    ];
    assert_eq!(
        stripe.standing(&payment).await.unwrap(),
        standing(taken.clone(), returned.clone(), false),
        "what was never taken is not among it"
    );
    stand.change(|book| book.refunds[0]["status"] = json!("failed"));
    returned[2].state = PartState::Failed;
    assert_eq!(stripe.standing(&payment).await.unwrap(), standing(taken, returned, false));
    judged(&stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shop_took_has_its_key() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = promised(request("key-1", CARD));
    stripe.pay(&attempt).await.unwrap();
    stripe.capture("pi_1", money("50", "EUR"), "capture-1").await.unwrap();
    let taken = vec![part("ch_1", Some("capture-1"), None, "50", PartState::Done)];
    assert_eq!(stripe.standing(&kept(&attempt, Some("pi_1"))).await.unwrap(), standing(taken, vec![], false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_that_ran_out_and_a_dispute_are_told() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = promised(request("key-1", CARD));
    stripe.pay(&attempt).await.unwrap();
    let payment = kept(&attempt, Some("pi_1"));
    stand.change(|book| book.disputed = true);
    assert_eq!(stripe.standing(&payment).await.unwrap().disputed, Disputed::Yes);
    stand.change(|book| book.disputed = false);
    stand.change(|book| book.let_go_at_desk(0));
    assert_eq!(stripe.standing(&payment).await.unwrap(), standing(vec![], vec![], false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_changes_nothing_and_an_unknown_payment_is_in_no_books() {
    let stand = Stand::start();
    let stripe = stripe(&stand);
    let attempt = request("key-1", CARD);
    stripe.pay(&attempt).await.unwrap();
    let asked = judged(&stand).len();
    let other = request("key-2", CARD);
    for payment in [kept(&other, Some("pi_1")), kept(&other, Some("pi_9")), kept(&other, Some("order 7"))] {
        assert!(matches!(stripe.standing(&payment).await, Err(ProviderFault::Absent)), "{payment:?}");
    }
    for path in ["payment_intents/pi_1", "refunds"] {
        stand.fail(path, Fault::Status(500));
        assert!(is_unknown(&stripe.standing(&kept(&attempt, Some("pi_1"))).await), "{path}");
    }
    stripe.standing(&kept(&attempt, Some("pi_1"))).await.unwrap();
    let since = judged(&stand).split_off(asked);
    assert!(since.iter().all(|asked| asked.method == "GET"), "{since:?}");
    assert_eq!(stand.book().taken(), 5_000);
}
