//! A provider that takes every request and never answers: it keeps waiting its own payments only.

use std::net::TcpListener;
use std::time::Duration;

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use entity::payment_session::{self, PaymentSessionState};
use entity::provider_event::{self, ProviderEventMeaning};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};
use tradepost::app::App;
use tradepost::checkout::{self, Submission};
use tradepost::payment::TestState;

use super::attempt::{gateway, row, submitted};
use super::shop::{StripeShop, pay_in_session};
use super::stripe::book::Stand;
use crate::support::{ReadyCart, TestShop};

/// More than are asked side by side.
const MANY: usize = 9;
/// What is not kept waiting is done long before the run ends.
const SOON: Duration = Duration::from_secs(6);

/// Somebody who listens and never says a word, for as long as this is kept.
pub struct Mute(TcpListener);

impl Mute {
    pub fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub fn url(&self) -> url::Url {
        url::Url::parse(&format!("http://{}", self.0.local_addr().unwrap())).unwrap()
    }
}

/// A shop whose Stripe never answers, but for the test gateway all is well; with a hundred mugs.
async fn shop_with_mute() -> (StripeShop, Mute) {
    let mute = Mute::start();
    let at = StripeShop::at(Stand::start(), 100, |config| config.stripe.api_url = mute.url()).await;
    (at, mute)
}

/// Accepts a cart without driving its attempt.
pub async fn accepted(shop: &TestShop, cart: &ReadyCart) -> AttemptId {
    let token = cart.id.rsplit('/').next().unwrap();
    match checkout::submit(&shop.app, token, "token").await.unwrap() {
        Submission::Accepted(id) => id,
        other => panic!("{other:?}"),
    }
}

pub async fn attempt_of(app: &App, id: AttemptId) -> completion_attempt::Model {
    completion_attempt::Entity::find_by_id(id).one(app.db.fresh()).await.unwrap().unwrap()
}

/// Waits until a question is answered with yes, but not for long.
async fn soon(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, asking).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recovery_takes_up_what_is_of_others_and_ends_while_a_provider_never_answers() {
    let (at, _mute) = shop_with_mute().await;
    let shop = &at.shop;
    for _ in 0..MANY {
        let cart = at.cart(1, Some("pm_card_visa")).await;
        accepted(shop, &cart).await;
    }
    let mut others = Vec::new();
    for _ in 0..2 {
        others.push(accepted(shop, &shop.ready_cart(&at.mug, 1, "approve").await).await);
    }
    // The money of one of the same provider was taken before its process was killed.
    let taken = accepted(shop, &at.cart(1, Some("pm_card_visa")).await).await;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Committing))
        .filter(completion_attempt::Column::Id.eq(taken))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    others.push(taken);

    shop.app.clock.advance(TimeDelta::seconds(10));
    let app = shop.app.clone();
    let running = tokio::spawn(async move { checkout::resume_due(&app).await.unwrap() });
    let all_are_done = async || {
        let mut done = 0;
        for id in &others {
            done += usize::from(attempt_of(&shop.app, *id).await.state == AttemptState::Done);
        }
        done == others.len()
    };
    assert!(soon(all_are_done).await, "they wait for nobody");
    assert!(!running.is_finished(), "the others do");
    let ended = tokio::time::timeout(Duration::from_secs(15), running).await;
    assert_eq!(ended.expect("a run ends").unwrap(), MANY + 3);
    assert_eq!(shop.orders().await.len(), 3);
    let asks = completion_attempt::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let asked = asks.iter().filter(|attempt| attempt.provider == "stripe" && attempt.id != taken);
    let asked = asked.filter(|attempt| attempt.asks > 0).count();
    assert_eq!(asked, 4, "so many at once, and no more are kept waiting by them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_a_provider_that_never_answers_keep_no_others_waiting() {
    let (at, _mute) = shop_with_mute().await;
    let shop = &at.shop;
    let cart = shop.ready_cart(&at.mug, 1, "processing").await;
    let attempt = submitted(shop, &cart.id, "token").await;
    let waiting = row(shop, &attempt).await;
    assert!(gateway(shop).decide(waiting.provider_reference.as_ref().unwrap(), TestState::Taken));
    let event = async |number: usize, gateway: &str, key: &str| {
        let event = provider_event::ActiveModel {
            id: NotSet,
            gateway: Set(gateway.to_owned()),
            event_id: Set(format!("evt_{number}")),
            kind: Set("payment".to_owned()),
            meaning: Set(ProviderEventMeaning::Payment),
            reference: Set(None),
            attempt_key: Set(Some(key.to_owned())),
            received_at: Set(shop.app.clock.now()),
            handled_at: Set(None),
        };
        event.insert(shop.app.db.writer()).await.unwrap();
    };
    for number in 1..=MANY {
        let id = accepted(shop, &at.cart(1, Some("pm_card_visa")).await).await;
        event(number, "stripe", &attempt_of(&shop.app, id).await.idempotency_key).await;
    }
    shop.app.clock.advance(TimeDelta::seconds(1));
    event(MANY + 1, "test", &waiting.idempotency_key).await;
    shop.app.clock.advance(TimeDelta::seconds(4));
    let app = shop.app.clone();
    let running = tokio::spawn(async move { checkout::handle_events(&app).await.unwrap() });
    let is_done = async || row(shop, &attempt).await.state == AttemptState::Done;
    assert!(soon(is_done).await, "it waits for nobody");
    assert!(!running.is_finished(), "the others do");
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_of_a_provider_that_never_answers_keep_no_others_waiting() {
    let (at, _mute) = shop_with_mute().await;
    let shop = &at.shop;
    let cart = shop.ready_cart(&at.mug, 1, "manual").await;
    let opened = pay_in_session(shop, &cart.id, (&cart.total, "EUR"), "test").await;
    let session = opened["providerSession"]["reference"].as_str().unwrap().to_owned();
    let first = payment_session::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    for number in 1..=MANY {
        let silent = payment_session::ActiveModel {
            id: NotSet,
            cart_id: Set(None),
            provider: Set("stripe".to_owned()),
            session_key: Set(format!("session/{number}")),
            reference: Set(format!("pi_{number}")),
            amount_minor: Set(1_740),
            currency: Set("EUR".to_owned()),
            capture: Set(first.capture),
            state: Set(PaymentSessionState::Open),
            opened_at: Set(first.opened_at),
            look_at: Set(first.look_at - TimeDelta::minutes(1)),
            ended_at: Set(None),
        };
        silent.insert(shop.app.db.writer()).await.unwrap();
    }
    shop.app.clock.advance(TimeDelta::hours(24));
    let app = shop.app.clone();
    let running = tokio::spawn(async move { checkout::close_sessions(&app).await.unwrap() });
    let is_closed = async || gateway(shop).session_state(&session) == Some(TestState::Undone);
    assert!(soon(is_closed).await, "it waits for nobody");
    assert!(!running.is_finished(), "the others do");
    running.abort();
}
