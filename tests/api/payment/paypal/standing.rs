//! What PayPal's books have of a payment, whoever moved its money.

use serde_json::json;
use tradepost::payment::provider::contract::{Disputed, Part, PartState, PaymentProvider, PaymentStanding};

use super::book::Stand;
use super::{is_absent, is_unknown, judged, kept, money, paid_with, paypal, promised, request};

fn part(reference: &str, key: Option<&str>, of: Option<&str>, text: &str) -> Part {
    Part {
        reference: reference.to_owned(),
        key: key.map(str::to_owned),
        of: of.map(str::to_owned),
        amount: money(text, "EUR"),
        state: PartState::Done,
    }
}

fn standing(taken: Vec<Part>, returned: Vec<Part>, is_open: bool) -> PaymentStanding {
    PaymentStanding { taken, returned, is_open, disputed: Disputed::Untold }
}

fn id_of(stand: &Stand) -> String {
    stand.only_order()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_moved_at_paypals_desk_is_told_from_what_the_shop_asked_for() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let attempt = promised(request("key-1", None));
    let promise = paid_with(&stand, &paypal, &attempt).await;
    let payment = kept(&attempt, Some(&promise));
    assert_eq!(paypal.standing(&payment).await.unwrap(), standing(vec![], vec![], true));
    let order = id_of(&stand);
    let own = paypal.capture(&promise, money("20", "EUR"), "capture-1").await.unwrap().reference.unwrap();
    stand.book().take_at_desk(&order, "DESKCAPTURE1", 1_500);
    let taken = vec![part(&own, Some("capture-1"), None, "20"), part("DESKCAPTURE1", None, None, "15")];
    assert_eq!(paypal.standing(&payment).await.unwrap(), standing(taken.clone(), vec![], true));

    let back = paypal.refund(&own, money("5", "EUR"), "refund-1").await.unwrap().reference.unwrap();
    stand.book().give_back_at_desk(&order, "DESKCAPTURE1", "DESKREFUND1", 400, false);
    stand.book().let_go_at_desk(&order);
    let mut returned = vec![
        part(&back, Some("refund-1"), Some(&own), "5"),
        part("DESKREFUND1", None, Some("DESKCAPTURE1"), "4"),
    ];
    assert_eq!(paypal.standing(&payment).await.unwrap(), standing(taken.clone(), returned.clone(), false));
    // What goes back without a refund, as by a dispute, has the name of its capture.
    stand.book().mark_refunded(&order, "DESKCAPTURE1", "REFUNDED");
    returned.push(part("DESKCAPTURE1", None, Some("DESKCAPTURE1"), "11"));
    assert_eq!(paypal.standing(&payment).await.unwrap(), standing(taken, returned, false));
    judged(&stand);
}

#[tokio::test]
async fn what_was_taken_at_once_is_known_by_its_capture() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let attempt = request("key-1", None);
    let capture = paid_with(&stand, &paypal, &attempt).await;
    let taken = vec![part(&capture, None, None, "50")];
    for reference in [capture.clone(), id_of(&stand)] {
        let told = paypal.standing(&kept(&attempt, Some(&reference))).await.unwrap();
        assert_eq!(told, standing(taken.clone(), vec![], false), "{reference}");
    }
}

#[tokio::test]
async fn a_promise_that_ran_out_is_over() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let attempt = promised(request("key-1", None));
    let promise = paid_with(&stand, &paypal, &attempt).await;
    let order = id_of(&stand);
    let until = |time: &str| {
        let mut book = stand.book();
        let unit = &mut book.orders.get_mut(&order).unwrap()["purchase_units"][0];
        unit["payments"]["authorizations"][0]["expiration_time"] = json!(time);
    };
    for (time, is_open) in [("2999-01-01T00:00:00Z", true), ("2020-01-01T00:00:00Z", false)] {
        until(time);
        let told = paypal.standing(&kept(&attempt, Some(&promise))).await.unwrap();
        assert_eq!(told, standing(vec![], vec![], is_open), "{time}");
    }
}

#[tokio::test]
async fn looking_changes_nothing_and_an_unknown_payment_is_in_no_books() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let attempt = request("key-1", None);
    let capture = paid_with(&stand, &paypal, &attempt).await;
    let asked = judged(&stand).len();
    let other = request("key-2", None);
    for payment in [kept(&other, Some(&capture)), kept(&other, Some("5O190127TN364715T")), kept(&other, None)]
    {
        assert!(is_absent(&paypal.standing(&payment).await), "{payment:?}");
    }
    stand.refuse(&id_of(&stand), 500, "");
    assert!(is_unknown(&paypal.standing(&kept(&attempt, Some(&capture))).await));
    let since = judged(&stand).split_off(asked);
    assert!(since.iter().all(|asked| asked.method == "GET"), "{since:?}");
    assert_eq!(stand.kept(), 5_000);
}
