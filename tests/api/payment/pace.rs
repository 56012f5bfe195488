//! When an attempt is looked at next, whatever its buyer and its driver did before.

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use tradepost::app::App;
use tradepost::checkout;
use tradepost::payment::TestState;

use super::attempt::{gateway, row, shop_with_mug, submitted};
use super::mute::{Mute, accepted, attempt_of};
use super::shop::{StripeShop, mugs};

/// Polls of a page that looks again every three seconds, for five minutes.
const POLLS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_polled_for_minutes_and_left_has_their_order_within_half_a_minute() {
    for kind in ["action", "processing"] {
        let (shop, mug) = shop_with_mug().await;
        let cart = shop.ready_cart(&mug, 1, kind).await;
        let attempt = submitted(&shop, &cart.id, "first").await;
        for _ in 0..POLLS {
            shop.app.clock.advance(TimeDelta::seconds(3));
            checkout::poll(&shop.app, &attempt).await.unwrap();
        }
        let waiting = row(&shop, &attempt).await;
        assert!(waiting.asks > 80, "{kind}: each poll asked: {}", waiting.asks);
        assert!(gateway(&shop).decide(&waiting.provider_reference.unwrap(), TestState::Taken));
        shop.app.clock.advance(TimeDelta::seconds(30));
        assert_eq!(checkout::resume_due(&shop.app).await.unwrap(), 1, "{kind}");
        assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess", "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_for_which_nobody_waits_any_more_is_looked_at_every_ten_minutes() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::Asks, Expr::val(100))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    for (minutes, pause) in [(29, 30), (2, 600)] {
        shop.app.clock.advance(TimeDelta::minutes(minutes));
        assert_eq!(checkout::resume_due(&shop.app).await.unwrap(), 1);
        let next = shop.app.clock.now() + TimeDelta::seconds(pause);
        assert_eq!(row(&shop, &attempt).await.ask_at, Some(next), "after {minutes} minutes more");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_whose_driver_was_killed_is_taken_up_when_its_lease_is_over_whatever_the_pause_was() {
    let at = StripeShop::open().await;
    let id = accepted(&at.shop, &at.cart(1, Some("pm_card_visa")).await).await;
    // It was looked at so often that its turn would be in ten minutes.
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::Asks, Expr::val(100))
        .col_expr(
            completion_attempt::Column::AskAt,
            Expr::val(at.shop.app.clock.now() + TimeDelta::minutes(10)),
        )
        .exec(at.shop.app.db.writer())
        .await
        .unwrap();
    let mute = Mute::start();
    let mut config = at.shop.app.config.as_ref().clone();
    config.stripe.api_url = mute.url();
    let mut other = App::open(config).await.unwrap();
    other.clock = at.shop.app.clock.clone();
    let is_driven = async {
        while attempt_of(&other, id).await.lease_until.is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        driven = checkout::drive(&other, id) => panic!("Stripe answers nothing: {driven:?}"),
        () = is_driven => {}
    }
    let left = attempt_of(&other, id).await;
    assert_eq!((left.state, left.asks), (AttemptState::Paying, 101));
    at.shop.app.clock.advance(TimeDelta::seconds(13));
    assert_eq!(checkout::resume_due(&at.shop.app).await.unwrap(), 1);
    assert_eq!(attempt_of(&other, id).await.state, AttemptState::Done);
    assert_eq!((at.stand.book().taken(), at.shop.orders().await.len()), (1_740, 1));
    assert_eq!(mugs(&at.shop).await, (9, 0, 1));
}
