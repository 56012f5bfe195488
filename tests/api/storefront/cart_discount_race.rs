//! Limits of discounts: they hold whoever buys at once, and what was claimed is given back once.

use std::sync::Arc;

use entity::discount_code;
use entity::discount_redemption::RedemptionState;
use entity::id::OrderId;
use entity::reservation::ReservationState;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::Value as Json;
use tradepost::actor::Actor;
use tradepost::checkout::{Submission, drive, submit};
use tradepost::discount::{
    BuyerKey, Claimed, DiscountUse, NewDiscount, claim_in, deactivate, find_codes, redeem_in, release_in,
    remove_codes, update,
};
use tradepost::pricing::engine::Value;

use super::price::signed_in;
use crate::support::discount::{WITH_ALL, coded, off_order};
use crate::support::{ProductSpec, TestShop, at_once};

async fn shop_with_mug() -> (Arc<TestShop>, String) {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(1_000)]).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant)
}

/// What became of submissions: how many are orders, and the codes of the others' errors.
async fn buy_at_once(shop: &Arc<TestShop>, carts: &[String]) -> (usize, Vec<String>) {
    let outcomes = at_once(carts.len(), |index| {
        let (shop, cart) = (Arc::clone(shop), carts[index].clone());
        async move {
            let submitted = shop.submit(&cart, "token").await["result"].clone();
            match submitted["attemptId"].as_str() {
                Some(attempt) => shop.attempt(attempt).await,
                None => submitted,
            }
        }
    })
    .await;
    let ordered = outcomes.iter().filter(|outcome| outcome["__typename"] == "CartCompletionSuccess").count();
    let errors = outcomes.iter().filter_map(|outcome| outcome["errors"][0]["code"].as_str());
    (ordered, errors.map(str::to_owned).collect())
}

async fn warnings_of(shop: &TestShop, variant: &str, email: &str, code: &str) -> Json {
    let id = shop.ready_cart_with_codes(variant, email, &[]).await;
    let payload = shop.type_codes(&id, &[code]).await;
    payload["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_buyers_of_one_use_make_one_order() {
    let (shop, mug) = shop_with_mug().await;
    let once = NewDiscount { usage_limit: Some(1), ..off_order(Value::Percentage(5_000)) };
    let id = shop.discount(&coded("ONE", once)).await;
    let mut carts = Vec::new();
    for buyer in 0..64 {
        carts.push(shop.ready_cart_with_codes(&mug, &format!("buyer{buyer}@example.com"), &["ONE"]).await);
    }
    let (ordered, errors) = buy_at_once(&shop, &carts).await;
    assert_eq!((ordered, errors.len()), (1, 63), "{errors:?}");
    let orders = shop.orders().await;
    assert_eq!((orders.len(), orders[0].discount_minor), (1, 500));
    assert_eq!(shop.discount_row(id).await.usage_count, 1);
    let uses = shop.redemptions().await;
    let live: Vec<_> = uses.iter().filter(|used| used.state != RedemptionState::Released).collect();
    assert_eq!(live.len(), 1, "{uses:#?}");
    assert_eq!((live[0].state, live[0].order_id), (RedemptionState::Redeemed, Some(orders[0].id)));
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (999, 0, 1), "the losers hold nothing");
    assert!(shop.reservations().await.iter().all(|held| held.state != ReservationState::Held));

    // The loser's failure touches nobody: without the code the cart is bought.
    let loser = {
        let mut open = Vec::new();
        for cart in &carts {
            if !shop.cart(cart).await.is_null() {
                open.push(cart);
            }
        }
        assert_eq!(open.len(), 63);
        open[0]
    };
    let payload = shop.type_codes(loser, &[]).await;
    let total = payload["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap();
    shop.pay(loser, total, "approve").await;
    shop.submit(loser, "again").await;
    assert_eq!(shop.orders().await.len(), 2);
    assert_eq!(shop.discount_row(id).await.usage_count, 1);
    assert_eq!(
        warnings_of(&shop, &mug, "late@example.com", "ONE").await,
        serde_json::json!(["DISCOUNT_USAGE_LIMIT_REACHED"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_uses_a_discount_once_however_many_carts_are_ordered_at_once() {
    let (shop, mug) = shop_with_mug().await;
    let once = NewDiscount { once_per_customer: true, ..off_order(Value::Percentage(1_000)) };
    let id = shop.discount(&coded("WELCOME", once)).await;
    let (_, token) = signed_in(&shop, "ada@example.com").await;
    let mut carts = Vec::new();
    for cart in 0..24 {
        let email = if cart % 2 == 0 { "ada@example.com" } else { " Ada@Example.com" };
        carts.push(shop.ready_cart_with_codes(&mug, email, &["WELCOME"]).await);
    }
    let (ordered, errors) = buy_at_once(&shop, &carts).await;
    assert_eq!((ordered, errors.len()), (1, 23), "{errors:?}");
    assert_eq!(shop.discount_row(id).await.usage_count, 1);

    let used = serde_json::json!(["DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED"]);
    assert_eq!(warnings_of(&shop, &mug, "ADA@example.com", "welcome").await, used);
    assert_eq!(warnings_of(&shop, &mug, "eve@example.com", "WELCOME").await, serde_json::json!([]));
    let cart = shop.ready_cart_with_codes(&mug, "ada@example.com", &[]).await;
    let identity =
        ("buyerIdentity", "CartBuyerIdentityInput!", serde_json::json!({ "customerAccessToken": token }));
    shop.change_cart("cartBuyerIdentityUpdate", &[("cartId", "ID!", serde_json::json!(cart)), identity])
        .await;
    let payload = shop.type_codes(&cart, &["WELCOME"]).await;
    assert_eq!(payload["warnings"][0]["code"], used[0], "an account of the same address is the same buyer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_declined_gives_the_use_back() {
    let (shop, mug) = shop_with_mug().await;
    let once =
        NewDiscount { usage_limit: Some(1), once_per_customer: true, ..off_order(Value::Percentage(1_000)) };
    let id = shop.discount(&coded("ONE", once)).await;
    let cart = shop.ready_cart_with_codes(&mug, "ada@example.com", &["ONE"]).await;
    let total = shop.cart(&cart).await["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
    shop.pay(&cart, &total, "decline").await;
    let submitted = shop.submit(&cart, "first").await;
    let failed = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    assert_eq!(shop.discount_row(id).await.usage_count, 0);
    assert_eq!(shop.cart(&cart).await["discountCodes"][0]["applicable"], true);
    shop.pay(&cart, &total, "approve").await;
    let submitted = shop.submit(&cart, "second").await;
    let done = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(done["__typename"], "CartCompletionSuccess", "{done:#}");
    assert_eq!(shop.discount_row(id).await.usage_count, 1);
    let states: Vec<_> = shop.redemptions().await.iter().map(|used| used.state).collect();
    assert_eq!(states, [RedemptionState::Released, RedemptionState::Redeemed]);
}

async fn claim(shop: &TestShop, reference: &str, buyer: &BuyerKey, uses: &[DiscountUse]) -> Claimed {
    let claim = || async {
        let tx = shop.app.begin().await?;
        let claimed = claim_in(&tx, shop.app.clock.now(), reference, buyer, uses).await?;
        if claimed == Claimed::All {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok::<_, tradepost::error::Fault>(claimed)
    };
    shop.app.db.retry(claim).await.unwrap()
}

async fn release(shop: &TestShop, reference: &str) {
    let tx = shop.app.begin().await.unwrap();
    release_in(&tx, shop.app.clock.now(), reference).await.unwrap();
    tx.commit().await.unwrap();
}

fn guest(name: &str) -> BuyerKey {
    BuyerKey { customer: None, email_digest: Some(name.to_owned()) }
}

async fn code_uses(shop: &TestShop) -> Vec<i64> {
    let codes = discount_code::Entity::find().order_by_asc(discount_code::Column::Id);
    codes.all(shop.app.db.fresh()).await.unwrap().iter().map(|code| code.usage_count).collect()
}

async fn uses_of(shop: &TestShop, codes: &[&str]) -> Vec<DiscountUse> {
    let folded: Vec<String> = codes.iter().map(|code| code.to_lowercase()).collect();
    let found = find_codes(shop.app.db.fresh(), &folded).await.unwrap();
    folded.iter().map(|code| DiscountUse { discount: found[code].0, code_id: Some(found[code].1) }).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_claims_once_and_gives_back_once() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let limited =
        NewDiscount { usage_limit: Some(2), combines_with: WITH_ALL, ..off_order(Value::Amount(100)) };
    let first = shop.discount(&coded("A", limited.clone())).await;
    let second = shop.discount(&coded("B", NewDiscount { usage_limit: Some(1), ..limited.clone() })).await;
    let uses = uses_of(&shop, &["B", "A"]).await;
    let counts = async || {
        (
            shop.discount_row(first).await.usage_count,
            shop.discount_row(second).await.usage_count,
            code_uses(&shop).await,
        )
    };

    let tx = app.begin().await.unwrap();
    let begun = app.db.statement_count();
    assert_eq!(claim_in(&tx, app.clock.now(), "attempt/0", &guest("x"), &[]).await.unwrap(), Claimed::All);
    assert_eq!(app.db.statement_count(), begun, "a cart without discounts costs nothing");
    tx.rollback().await.unwrap();

    assert_eq!(claim(&shop, "attempt/1", &guest("ada"), &uses).await, Claimed::All);
    assert_eq!(counts().await, (1, 1, vec![1, 1]));
    assert_eq!(claim(&shop, "attempt/1", &guest("ada"), &uses).await, Claimed::All);
    assert_eq!(counts().await, (1, 1, vec![1, 1]), "the same attempt claims once");
    assert_eq!(claim(&shop, "attempt/2", &guest("eve"), &uses).await, Claimed::UsedUp(second));
    assert_eq!(counts().await, (1, 1, vec![1, 1]), "all or nothing");
    assert_eq!(claim(&shop, "attempt/2", &guest("eve"), &uses[1..]).await, Claimed::All);
    assert_eq!(counts().await, (2, 1, vec![2, 1]));

    release(&shop, "attempt/1").await;
    release(&shop, "attempt/1").await;
    assert_eq!(counts().await, (1, 0, vec![1, 0]), "it gives back once");
    let tx = app.begin().await.unwrap();
    assert!(claim_in(&tx, app.clock.now(), "attempt/1", &guest("ada"), &uses).await.is_err());
    tx.rollback().await.unwrap();

    let tx = app.begin().await.unwrap();
    let nobody = redeem_in(&tx, app.clock.now(), "attempt/9", OrderId(1)).await;
    assert!(nobody.is_ok(), "nothing was claimed, nothing is redeemed");
    tx.commit().await.unwrap();

    let below = NewDiscount { usage_limit: Some(1), ..coded("A", limited.clone()) };
    update(app, &Actor::System, first, &below).await.unwrap();
    assert_eq!(claim(&shop, "attempt/3", &guest("bob"), &uses[1..]).await, Claimed::UsedUp(first));
    update(app, &Actor::System, first, &NewDiscount { usage_limit: None, ..below.clone() }).await.unwrap();
    assert_eq!(claim(&shop, "attempt/3", &guest("bob"), &uses[1..]).await, Claimed::All);
    let refused = update(app, &Actor::System, first, &below).await.unwrap_err();
    assert_eq!(refused.code().map(|code| code.as_str()), Some("USAGE_LIMIT_OUT_OF_RANGE"));
    assert_eq!(shop.discount_row(first).await.usage_limit, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_ended_or_was_taken_away_cannot_be_claimed() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let now = app.clock.now();
    let new = |code: &str| coded(code, off_order(Value::Amount(100)));
    let over = shop.discount(&NewDiscount { ends_at: Some(now), ..new("OVER") }).await;
    let soon =
        shop.discount(&NewDiscount { starts_at: now + chrono::TimeDelta::hours(1), ..new("SOON") }).await;
    let paused = shop.discount(&new("PAUSED")).await;
    deactivate(app, &Actor::System, paused).await.unwrap();
    let uncoded = shop.discount(&new("UNCODED")).await;
    let uses = uses_of(&shop, &["OVER", "SOON", "PAUSED", "UNCODED"]).await;
    remove_codes(app, &Actor::System, uncoded, &["uncoded".to_owned()]).await.unwrap();
    for (used, id) in uses.iter().zip([over, soon, paused, uncoded]) {
        assert_eq!(claim(&shop, "attempt/1", &guest("ada"), &[*used]).await, Claimed::Inactive(id));
        assert_eq!(shop.discount_row(id).await.usage_count, 0);
    }
    assert_eq!(shop.redemptions().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limits_hold_for_claims_of_several_discounts_that_cross_each_other() {
    let shop = Arc::new(TestShop::open().await);
    let limited = |limit| NewDiscount {
        usage_limit: Some(limit),
        combines_with: WITH_ALL,
        ..off_order(Value::Amount(100))
    };
    let first = shop.discount(&coded("A", limited(20))).await;
    let second = shop.discount(&coded("B", limited(30))).await;
    let once = shop
        .discount(&coded("C", NewDiscount { once_per_customer: true, ..off_order(Value::Amount(100)) }))
        .await;
    let uses = Arc::new(uses_of(&shop, &["A", "B", "C"]).await);
    let outcomes = at_once(64, |index| {
        let (shop, uses) = (Arc::clone(&shop), Arc::clone(&uses));
        async move {
            let chosen: Vec<DiscountUse> = match index % 3 {
                0 => vec![uses[0], uses[1]],
                1 => vec![uses[1], uses[0]],
                _ => vec![uses[2], uses[1]],
            };
            claim(&shop, &format!("attempt/{index}"), &guest("ada"), &chosen).await
        }
    })
    .await;
    let count = |claimed: Claimed| outcomes.iter().filter(|outcome| **outcome == claimed).count();
    let mut used = Vec::new();
    for id in [first, second, once] {
        used.push(shop.discount_row(id).await.usage_count);
    }
    assert_eq!(used[0], 20, "{outcomes:?}");
    assert_eq!(used[2], 1, "one buyer, one use");
    assert_eq!(used[1], 21, "with each of the others");
    assert_eq!(count(Claimed::All), 21);
    assert_eq!(count(Claimed::UsedByCustomer(once)), 20);
    assert_eq!(count(Claimed::UsedUp(first)), 23);
    assert_eq!(code_uses(&shop).await, used);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_is_being_paid_still_shows_the_discount_that_it_uses_up() {
    let (shop, mug) = shop_with_mug().await;
    let once = NewDiscount { usage_limit: Some(1), once_per_customer: true, ..off_order(Value::Amount(500)) };
    let id = shop.discount(&coded("ONE", once)).await;
    let cart = shop.ready_cart_with_codes(&mug, "ada@example.com", &["ONE"]).await;
    let late = shop.ready_cart_with_codes(&mug, "ada@example.com", &["ONE"]).await;
    let submitted = submit(&shop.app, cart.rsplit('/').next().unwrap(), "token").await.unwrap();
    let Submission::Accepted(attempt) = submitted else { panic!("{submitted:?}") };
    let buyer = BuyerKey::new(&shop.app.secret_key, None, Some("ada@example.com")).unwrap();
    let uses = uses_of(&shop, &["ONE"]).await;
    assert_eq!(claim(&shop, &format!("attempt/{attempt}"), &buyer, &uses).await, Claimed::All);
    assert_eq!(shop.cart(&cart).await["discountCodes"][0]["applicable"], true);
    assert_eq!(shop.cart(&late).await["discountCodes"][0]["applicable"], false, "the other cart has lost it");
    drive(&shop.app, attempt).await.unwrap();
    assert_eq!(shop.orders().await[0].discount_minor, 500);
    assert_eq!(shop.discount_row(id).await.usage_count, 1, "claimed twice by one attempt, used once");
}
