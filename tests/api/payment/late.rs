//! What is paid for an attempt that another driver has ended meanwhile.

use std::sync::{Arc, OnceLock};

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::job;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::runtime::Handle;
use tradepost::app::{App, job_kinds};
use tradepost::checkout;
use tradepost::job::Runner;

use super::attempt::{row, submitted};
use super::shop::StripeShop;
use super::stripe::book::{Fault, Stand};
use crate::spec::peer::Asked;

/// Ends the attempt at the very moment at which Stripe is asked for its payment.
fn ending(app: Arc<OnceLock<App>>) -> impl Fn(&Asked) + Send + Sync {
    let runtime = Handle::current();
    move |asked: &Asked| {
        if (asked.method.as_str(), asked.path()) != ("POST", "/v1/payment_intents") {
            return;
        }
        let key = asked.header("idempotency-key").unwrap().to_owned();
        let (app, runtime) = (app.get().unwrap().clone(), runtime.clone());
        // The stand-in's own thread is busy with the request.
        let ending = std::thread::spawn(move || {
            runtime.block_on(async move {
                completion_attempt::Entity::update_many()
                    .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Failed))
                    .filter(completion_attempt::Column::IdempotencyKey.eq(key))
                    .exec(app.db.writer())
                    .await
                    .unwrap();
            });
        });
        ending.join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_a_late_driver_cannot_give_back_at_once_goes_back_by_a_job() {
    let app = Arc::new(OnceLock::new());
    let at = StripeShop::at(Stand::start_watched(ending(Arc::clone(&app))), 10, |_| {}).await;
    assert!(app.set(at.shop.app.clone()).is_ok());
    let cart = at.cart(1, Some("pm_card_visa")).await;
    for _ in 0..3 {
        at.stand.fail("POST /v1/refunds", Fault::Status(500));
    }
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let failed = row(&at.shop, &attempt).await;
    assert_eq!(failed.state, AttemptState::Failed);
    assert_eq!(failed.provider_reference.as_deref(), Some("pi_1"), "by this name it can be given back");
    assert_eq!((at.stand.book().taken(), at.shop.orders().await), (1_740, vec![]));

    let runner = Runner::new(at.shop.app.clone(), job_kinds());
    let mut seconds = 0;
    while at.stand.book().taken() > 0 {
        at.shop.app.clock.advance(TimeDelta::seconds(5));
        seconds += 5;
        runner.run_due().await.unwrap();
        assert!(seconds <= 60, "it is tried again until it is done");
    }
    assert_eq!(at.stand.book().refunds.len(), 1);
    let left = job::Entity::find().filter(job::Column::Kind.eq(checkout::UNDO));
    assert_eq!(left.all(at.shop.app.db.fresh()).await.unwrap(), [], "the work is done");
}
