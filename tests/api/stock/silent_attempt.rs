//! A buyer is not kept from buying by an earlier attempt of their own of whose payment nothing was heard, nor by what
//! was held past its time.

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};
use tradepost::checkout::{self, Submission, Way};
use tradepost::discount::NewDiscount;
use tradepost::payment::TestState;
use tradepost::pricing::engine::Value as Off;

use super::{customer, levels, ready_as, token_of};
use crate::payment::attempt::{gateway, row, submitted};
use crate::payment::shop::{StripeShop, mugs, pay_by};
use crate::payment::stripe::book::{Fault, Stand};
use crate::support::discount::{coded, off_order};
use crate::support::{ProductSpec, ReadyCart, TestShop};

async fn shop_with_mugs(stock: i64) -> (TestShop, String) {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(stock)]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

/// How many payments were undone, and how many were taken.
fn payments(shop: &TestShop) -> (usize, usize) {
    let payments = gateway(shop).payments();
    let count = |state| payments.iter().filter(|payment| payment.state == state).count();
    (count(TestState::Undone), count(TestState::Taken))
}

/// Submits a cart of whose payment nothing is heard; returns the attempt's public id.
async fn unheard(shop: &TestShop, cart: &ReadyCart) -> String {
    let attempt = submitted(shop, &cart.id, "first").await;
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionProcessing");
    let waiting = row(shop, &attempt).await;
    assert_eq!((waiting.state, waiting.provider_reference), (AttemptState::Paying, None));
    attempt
}

/// Accepts a cart without driving its attempt.
async fn accepted(shop: &TestShop, cart: &ReadyCart) -> AttemptId {
    match checkout::submit(&shop.app, token_of(&cart.id), "later").await.unwrap() {
        Submission::Accepted(id) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_of_whose_payment_nothing_was_heard_pays_the_last_unit_otherwise_at_once() {
    let (shop, mug) = shop_with_mugs(1).await;
    let cart = shop.ready_cart(&mug, 1, "silent").await;
    let first = unheard(&shop, &cart).await;
    assert_eq!(levels(&shop, "mug").await, (0, 1, 0));
    shop.pay(&cart.id, &cart.total, "approve").await;
    assert_eq!(payments(&shop), (1, 0), "should the first one arrive after all, it comes to nothing");
    assert_eq!(levels(&shop, "mug").await, (1, 0, 0));
    let failed = shop.attempt(&first).await;
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_TRANSIENT_ERROR", "{failed:#}");
    shop.buy(&cart.id).await;
    assert_eq!((shop.orders().await.len(), payments(&shop)), (1, (1, 1)));
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_of_whose_payment_nothing_was_heard_buys_the_last_unit_with_another_cart() {
    let (shop, mug) = shop_with_mugs(1).await;
    let ada = customer(&shop, "ada@example.com").await;
    let left = ready_as(&shop, &ada, &mug, 1, "silent").await;
    let first = unheard(&shop, &left).await;
    let other = ready_as(&shop, &ada, &mug, 1, "approve").await;
    shop.buy(&other.id).await;
    assert_eq!(row(&shop, &first).await.state, AttemptState::Failed);
    assert_eq!((shop.orders().await.len(), payments(&shop)), (1, (1, 1)));
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_being_asked_for_at_this_moment_is_not_given_up() {
    let (shop, mug) = shop_with_mugs(1).await;
    let cart = shop.ready_cart(&mug, 1, "silent").await;
    unheard(&shop, &cart).await;
    let lease = async |until: DateTime<Utc>| {
        completion_attempt::Entity::update_many()
            .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(until))
            .exec(shop.app.db.writer())
            .await
            .unwrap();
    };
    lease(shop.app.clock.now() + TimeDelta::seconds(12)).await;
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Blocked);
    assert_eq!((levels(&shop, "mug").await, payments(&shop)), ((0, 1, 0), (0, 0)));
    shop.app.clock.advance(TimeDelta::seconds(12));
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Free);
    assert_eq!((levels(&shop, "mug").await, payments(&shop)), ((1, 0, 0), (1, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripes_key_is_used_up_before_the_cart_is_paid_otherwise() {
    let at = StripeShop::at(Stand::start(), 1, |_| {}).await;
    let cart = at.cart(1, Some("pm_card_visa")).await;
    at.stand.fail("POST /v1/payment_intents", Fault::Status(503));
    at.stand.fail("GET /v1/payment_intents", Fault::Status(503));
    let first = unheard(&at.shop, &cart).await;
    let paid = pay_by(&at.shop, &cart.id, (&cart.total, "EUR"), "stripe", Some("pm_card_visa")).await;
    assert_eq!(paid["userErrors"], json!([]));
    assert_eq!(at.stand.book().states(), ["canceled"], "a late request finds its key used up");
    assert_eq!(row(&at.shop, &first).await.state, AttemptState::Failed);
    at.shop.buy(&cart.id).await;
    assert_eq!((at.stand.book().taken(), at.shop.orders().await.len()), (1_740, 1));
    assert_eq!(mugs(&at.shop).await, (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stripe_took_without_an_answer_wins_over_paying_otherwise() {
    let at = StripeShop::at(Stand::start(), 1, |_| {}).await;
    let cart = at.cart(1, Some("pm_card_visa")).await;
    at.stand.fail("POST /v1/payment_intents", Fault::Garbage);
    at.stand.fail("GET /v1/payment_intents", Fault::Status(503));
    let first = unheard(&at.shop, &cart).await;
    let refused = pay_by(&at.shop, &cart.id, (&cart.total, "EUR"), "test", Some("approve")).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID", "field": ["cartId"] }]), "it is an order");
    assert_eq!(at.shop.attempt(&first).await["__typename"], "CartCompletionSuccess");
    assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (1_740, 0));
    assert_eq!((at.shop.orders().await.len(), mugs(&at.shop).await), (1, (0, 0, 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_of_a_customers_own_that_expired_count_once() {
    let (shop, mug) = shop_with_mugs(1).await;
    let ada = customer(&shop, "ada@example.com").await;
    let left = ready_as(&shop, &ada, &mug, 1, "action").await;
    submitted(&shop, &left.id, "first").await;
    entity::reservation::Entity::update_many()
        .col_expr(entity::reservation::Column::ExpiresAt, Expr::val(shop.app.clock.now()))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 2 }],
        "buyerIdentity": { "customerAccessToken": ada } });
    let made = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!(made["warnings"][0]["code"], "MERCHANDISE_NOT_ENOUGH_STOCK", "{made:#}");
    assert_eq!(made["cart"]["totalQuantity"], 1);
    // To anybody else it is free as well.
    assert_eq!(shop.cart_with(&mug, 1).await["warnings"], json!([]));
}

/// A cart of a signed-in customer that uses a discount code and a gift card, paid for what is left.
async fn ready_with(
    shop: &TestShop,
    customer: &str,
    mug: &str,
    (code, card): (&[&str], &[&str]),
    payment: (&str, &str),
) -> ReadyCart {
    let input = json!({
        "lines": [{ "merchandiseId": mug, "quantity": 1 }], "discountCodes": code, "giftCardCodes": card,
        "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE", "customerAccessToken": customer },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "countryCode": "DE" } } }] },
    });
    let cart = shop.make_cart(input).await;
    let id = cart["id"].as_str().unwrap().to_owned();
    shop.pay(&id, payment.0, payment.1).await;
    ReadyCart { id, total: payment.0.to_owned() }
}

async fn outcome(shop: &TestShop, id: AttemptId) -> Value {
    checkout::drive(&shop.app, id).await.unwrap();
    shop.attempt(&checkout::public_id(&shop.app, id).unwrap()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discount_or_gift_card_that_a_customers_own_attempt_holds_is_had_by_their_later_one() {
    for by_card in [false, true] {
        let (shop, mug) = shop_with_mugs(10).await;
        let once = NewDiscount { usage_limit: Some(1), ..off_order(Off::Amount(500)) };
        shop.discount(&coded("ONE", once)).await;
        let card = shop.gift_card(500).await;
        let uses: (&[&str], &[&str]) = if by_card { (&[], &[&card.code]) } else { (&["ONE"], &[]) };
        let (ada, eve) = (customer(&shop, "ada@example.com").await, customer(&shop, "eve@example.com").await);
        // All were accepted while it was there: 12.50 and 4.90 for the delivery, less 5.00.
        let (paid, at_the_bank) = (("12.40", "approve"), ("12.40", "action"));
        let other = accepted(&shop, &ready_with(&shop, &ada, &mug, uses, paid).await).await;
        let stranger = accepted(&shop, &ready_with(&shop, &eve, &mug, uses, paid).await).await;
        let left = ready_with(&shop, &ada, &mug, uses, at_the_bank).await;
        let first = submitted(&shop, &left.id, "first").await;
        assert_eq!(row(&shop, &first).await.state, AttemptState::ActionRequired);

        let code = if by_card { "PAYMENT_INSUFFICIENT_FUNDS" } else { "ERROR" };
        assert_eq!(outcome(&shop, stranger).await["errors"][0]["code"], code, "it is not theirs");
        assert_eq!(row(&shop, &first).await.state, AttemptState::ActionRequired);
        assert_eq!(outcome(&shop, other).await["__typename"], "CartCompletionSuccess", "{by_card}");
        assert_eq!(row(&shop, &first).await.state, AttemptState::Failed);
        assert_eq!((shop.orders().await.len(), payments(&shop)), (1, (1, 1)));
        assert_eq!(levels(&shop, "mug").await, (9, 0, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_shares_nothing_with_what_is_missing_goes_on() {
    let (shop, mug) = shop_with_mugs(10).await;
    let once = NewDiscount { usage_limit: Some(1), ..off_order(Off::Amount(500)) };
    let discount = shop.discount(&coded("ONE", once)).await;
    let ada = customer(&shop, "ada@example.com").await;
    let other = ready_with(&shop, &ada, &mug, (&["ONE"], &[]), ("12.40", "approve")).await;
    let other = accepted(&shop, &other).await;
    let waiting = ready_as(&shop, &ada, &mug, 1, "action").await;
    let waiting = submitted(&shop, &waiting.id, "first").await;
    let eve = customer(&shop, "eve@example.com").await;
    let hers = ready_with(&shop, &eve, &mug, (&["ONE"], &[]), ("12.40", "approve")).await;
    shop.buy(&hers.id).await;
    assert_eq!(outcome(&shop, other).await["errors"][0]["code"], "ERROR");
    assert_eq!(row(&shop, &waiting).await.state, AttemptState::ActionRequired);
    assert_eq!(shop.discount_row(discount).await.usage_count, 1);
}
