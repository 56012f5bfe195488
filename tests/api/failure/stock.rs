//! The last units, and who gets them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use entity::completion_attempt::AttemptState;
use tradepost::checkout;
use tradepost::payment::TestState;

use super::{Books, bought, figure, is_sold_out, ready_carts, reconciled, tell};
use crate::payment::attempt::{gateway, row, submitted};
use crate::payment::shop::mugs;
use crate::support::{ProductSpec, TestShop, at_once};

/// Looks at the stock all the time; tells the least that was ever available.
fn watch(shop: &Arc<TestShop>, is_over: &Arc<AtomicBool>) -> tokio::task::JoinHandle<i64> {
    let (shop, is_over) = (Arc::clone(shop), Arc::clone(is_over));
    tokio::spawn(async move {
        let mut least = i64::MAX;
        while !is_over.load(Ordering::Relaxed) {
            least = least.min(mugs(&shop).await.0);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        least
    })
}

/// Case 1: 500 buyers of 100 units, with 20 seeds; here 150 of 30, with one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_01_the_last_units_are_sold_once_and_no_more() {
    let (buyers, units) = (figure(150, 500), figure(30, 100));
    for seed in 0..figure(1, 20) {
        let shop = Arc::new(TestShop::open().await);
        let stock = i64::try_from(units).unwrap();
        shop.have(&[ProductSpec::new("mug").stock(stock)]).await;
        let carts = Arc::new(ready_carts(&shop, &shop.variant_id("mug").await, buyers, "approve").await);
        let is_over = Arc::new(AtomicBool::new(false));
        let watching = watch(&shop, &is_over);
        let outcomes = at_once(buyers, |buyer| {
            let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
            async move {
                // Each seed has the buyers come in another order.
                let place = (buyer * (2 * seed + 7)) % 31;
                tokio::time::sleep(Duration::from_millis(u64::try_from(place).unwrap())).await;
                bought(&shop, &carts[buyer]).await
            }
        })
        .await;
        is_over.store(true, Ordering::Relaxed);
        let least = watching.await.unwrap();
        let ordered = outcomes.iter().filter(|outcome| outcome["__typename"] == "CartCompletionSuccess");
        assert_eq!(ordered.count(), units);
        let refused = outcomes.iter().filter(|outcome| is_sold_out(outcome)).count();
        assert_eq!(refused, buyers - units, "{outcomes:#?}");
        assert!(least >= 0, "{least} were available");
        assert_eq!(mugs(&shop).await, (0, 0, stock));
        let books = reconciled(&shop).await;
        assert_eq!(books, Books { orders: units, taken: units, given_back: 0 }, "nobody is charged in vain");
        tell(&format!("case 1, seed {seed}: {buyers} buyers of {units} units: {books:?}"));
    }
}

/// Case 2: 50 buyers pay for 10 units. The bank takes so long that the stock that was held for the payment has gone to
/// the next buyers by then; all 50 payments come about in the end. The figure is that of the case, with the bank's half
/// hour in place of 2 s.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_02_who_paid_when_the_stock_was_gone_gets_the_money_back_within_a_minute() {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").stock(10)]).await;
    let mug = shop.variant_id("mug").await;
    let mut attempts = Vec::new();
    for round in 0..5 {
        if round > 0 {
            shop.app.clock.advance(TimeDelta::minutes(31));
            assert_eq!(checkout::sweep_reservations(&shop.app).await.unwrap(), 10);
        }
        for _ in 0..10 {
            let cart = shop.ready_cart(&mug, 1, "processing").await;
            attempts.push(submitted(&shop, &cart.id, "token").await);
        }
        assert_eq!(mugs(&shop).await, (0, 10, 0));
    }
    for attempt in &attempts {
        let reference = row(&shop, attempt).await.provider_reference.unwrap();
        assert!(gateway(&shop).decide(&reference, TestState::Taken));
    }
    let began = shop.app.clock.now();
    loop {
        checkout::resume_due(&shop.app).await.unwrap();
        let mut open = 0;
        for attempt in &attempts {
            let state = row(&shop, attempt).await.state;
            open += usize::from(!matches!(state, AttemptState::Done | AttemptState::Failed));
        }
        if open == 0 {
            break;
        }
        shop.app.clock.advance(TimeDelta::seconds(5));
        assert!(shop.app.clock.now() - began <= TimeDelta::seconds(60), "{open} are open after a minute");
    }
    let books = reconciled(&shop).await;
    assert_eq!(books, Books { orders: 10, taken: 10, given_back: 40 });
    assert_eq!(mugs(&shop).await, (0, 0, 10));
    let mut sold_out = 0;
    for attempt in &attempts {
        sold_out += usize::from(is_sold_out(&shop.attempt(attempt).await));
    }
    assert_eq!(sold_out, 40, "each is told why");
    tell(&format!("case 2: 50 late payments for 10 units: {books:?}"));
}
