//! Providers that do not answer, or answer with nonsense.

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::json;
use tradepost::checkout;
use tradepost::payment::TestState;

use super::attempt::{gateway, row, shop_with_mug, submitted};
use super::shop::mugs;
use crate::support::TestShop;

fn states(shop: &TestShop) -> Vec<TestState> {
    gateway(shop).payments().iter().map(|payment| payment.state).collect()
}

/// Lets the recovery job run every five seconds for a while.
async fn wait(shop: &TestShop, time: TimeDelta) {
    let until = shop.app.clock.now() + time;
    while shop.app.clock.now() < until {
        shop.app.clock.advance(TimeDelta::seconds(5));
        checkout::resume_due(&shop.app).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_no_provider_ever_acknowledges_is_given_up_after_half_an_hour() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "silent").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionProcessing");
    wait(&shop, TimeDelta::seconds(29 * 60 + 30)).await;
    let waiting = row(&shop, &attempt).await;
    assert_eq!((waiting.state, waiting.provider_reference), (AttemptState::Paying, None));
    assert!(waiting.asks > 3, "it was asked for: {}", waiting.asks);

    wait(&shop, TimeDelta::seconds(90)).await;
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_TRANSIENT_ERROR");
    assert_eq!(shop.orders().await, []);
    assert_eq!(mugs(&shop).await, (10, 0, 0));
    assert_eq!(states(&shop), [TestState::Undone], "should it arrive after all, it comes to nothing");
    shop.pay(&cart.id, &cart.total, "approve").await;
    shop.buy(&cart.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_its_provider_does_not_understand_fails_at_once() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "broken").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_ERROR");
    assert_eq!(
        failed["errors"][0]["message"],
        "The payment provider did not accept the payment. Nothing was charged"
    );
    assert_eq!((shop.orders().await, states(&shop)), (vec![], vec![]));
    assert_eq!(mugs(&shop).await, (10, 0, 0));
    assert_eq!(row(&shop, &attempt).await.asks, 1, "nobody asks again");
    shop.pay(&cart.id, &cart.total, "approve").await;
    shop.buy(&cart.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_provider_cannot_be_reached_fails_at_once_and_can_be_made_otherwise() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 10, "unreachable").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    let error = json!({ "code": "PAYMENT_TRANSIENT_ERROR",
        "message": "The payment provider cannot be reached now. Nothing was charged" });
    assert_eq!(failed["errors"], json!([error]));
    assert_eq!((shop.orders().await, states(&shop)), (vec![], vec![]));
    assert_eq!(mugs(&shop).await, (10, 0, 0), "nothing is held");
    assert_eq!(row(&shop, &attempt).await.asks, 1, "nobody asks again");
    shop.pay(&cart.id, &cart.total, "approve").await;
    shop.buy(&cart.id).await;
    assert_eq!(mugs(&shop).await, (0, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_may_have_been_made_is_not_failed_where_its_provider_cannot_be_asked_any_more() {
    for cannot in ["unreachable", "broken"] {
        let (shop, mug) = shop_with_mug().await;
        let cart = shop.ready_cart(&mug, 2, "silent").await;
        let attempt = submitted(&shop, &cart.id, "first").await;
        let becomes = async |token: &str| {
            completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::ProviderToken, Expr::val(token))
                .exec(shop.app.db.writer())
                .await
                .unwrap();
        };
        becomes(cannot).await;
        wait(&shop, TimeDelta::seconds(60)).await;
        let waiting = row(&shop, &attempt).await;
        assert_eq!((waiting.state, waiting.provider_reference), (AttemptState::Paying, None), "{cannot}");
        assert!(waiting.asks > 1, "{cannot}: it was asked for");
        assert_eq!(mugs(&shop).await, (8, 2, 0), "{cannot}");
        becomes("approve").await;
        wait(&shop, TimeDelta::seconds(30)).await;
        assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess", "{cannot}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_its_provider_knows_in_another_account_is_not_taken_for_undone() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "foreign").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionActionRequired");
    let given_up = checkout::give_up(&shop.app, &attempt).await.unwrap().unwrap();
    assert_eq!(given_up, checkout::AttemptOutcome::Processing, "it may still be paid there");
    wait(&shop, TimeDelta::seconds(60)).await;
    assert_eq!(row(&shop, &attempt).await.state, AttemptState::Returning);
    assert_eq!(states(&shop), [TestState::Waiting]);
    // The keys are the old ones again.
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::ProviderToken, Expr::val("action"))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    wait(&shop, TimeDelta::seconds(30)).await;
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionFailed");
    assert_eq!((states(&shop), mugs(&shop).await), (vec![TestState::Undone], (10, 0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_its_provider_has_forgotten_is_given_back_and_is_no_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "processing").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    assert!(gateway(&shop).forget(&reference));
    wait(&shop, TimeDelta::seconds(30)).await;
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_TRANSIENT_ERROR");
    assert_eq!(states(&shop), [TestState::Undone]);
    assert_eq!(shop.orders().await, []);
    assert_eq!(mugs(&shop).await, (10, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_forgotten_while_its_buyer_is_away_waits_until_the_time_is_over() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    assert!(gateway(&shop).forget(&reference));
    wait(&shop, TimeDelta::minutes(29)).await;
    assert_eq!(row(&shop, &attempt).await.state, AttemptState::ActionRequired);
    wait(&shop, TimeDelta::minutes(2)).await;
    assert_eq!(shop.attempt(&attempt).await["errors"][0]["code"], "PAYMENT_ERROR");
    assert_eq!((shop.orders().await, mugs(&shop).await), (vec![], (10, 0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_whose_way_to_pay_was_turned_off_is_told_so_and_nothing_is_held() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "approve").await;
    let mut config = shop.app.config.as_ref().clone();
    config.demo = false;
    let without = tradepost::app::App::open(config).await.unwrap();
    let token = cart.id.rsplit('/').next().unwrap();
    let refused = checkout::submit(&without, token, "first").await.unwrap();
    let checkout::Submission::Refused(obstacles) = refused else { panic!("{refused:?}") };
    let codes: Vec<_> = obstacles.iter().map(|obstacle| obstacle.code).collect();
    assert_eq!(codes, [checkout::ObstacleCode::PaymentUnavailable]);
    let pay = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) { result { __typename } } }";
    let here = shop.ask(pay, json!({ "id": cart.id })).await;
    assert_eq!(here["cartPrepareForCompletion"]["result"]["__typename"], "CartStatusReady");
    assert_eq!((mugs(&shop).await, shop.reservations().await), ((10, 0, 0), vec![]));
}
