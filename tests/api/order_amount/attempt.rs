//! Attempts that fail give everything back, and those of an earlier release go on.

use entity::completion_attempt::{self, AttemptState};
use entity::discount_redemption::RedemptionState;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::checkout::{self, AttemptOutcome};
use tradepost::discount::NewDiscount;
use tradepost::market::delete_market;
use tradepost::pricing::engine;

use super::{add_card, beside_all, cart_to, cost, due, furnished, only_order, pay_with_credit};
use crate::support::discount::{coded, off_order};
use crate::support::{ProductSpec, TestShop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_payment_gives_discounts_cards_and_credit_back() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 300).await;
    let id = cart_to(&shop, "DE", &["FIVE"], Some(&token)).await;
    add_card(&shop, &id, 1_000).await;
    pay_with_credit(&shop, &id, "2.00").await;
    let cart = cost(&shop, &id).await;
    shop.pay(&id, due(&cart), "decline").await;
    let submitted = shop.submit(&id, "first").await;
    let outcome = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(outcome["errors"][0]["code"], "PAYMENT_CARD_DECLINED");
    let uses = shop.redemptions().await;
    assert!(uses.len() == 2 && uses.iter().all(|used| used.state == RedemptionState::Released));
    for used in &uses {
        assert_eq!(shop.discount_row(used.discount_id).await.usage_count, 0);
    }
    assert_eq!(cost(&shop, &id).await, cart, "the card and the credit have what they had");
    assert_eq!(shop.orders().await, []);

    // A buyer who does not come back from the bank.
    shop.pay(&id, due(&cart), "action").await;
    let submitted = shop.submit(&id, "left").await;
    let left = submitted["result"]["attemptId"].as_str().unwrap();
    assert_eq!(shop.attempt(left).await["__typename"], "CartCompletionActionRequired");
    assert_ne!(cost(&shop, &id).await, cart, "the card and the credit are used");
    let AttemptOutcome::Failed(_) = checkout::give_up(&shop.app, left).await.unwrap().unwrap() else {
        panic!()
    };
    assert_eq!(cost(&shop, &id).await, cart);
    for used in &shop.redemptions().await {
        assert_eq!(used.state, RedemptionState::Released);
        assert_eq!(shop.discount_row(used.discount_id).await.usage_count, 0);
    }

    shop.pay(&id, due(&cart), "approve").await;
    let submitted = shop.submit(&id, "second").await;
    let outcome = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{outcome}");
    shop.order_adds_up(only_order(&shop).await.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_whose_discount_was_used_up_meanwhile_fails_and_holds_nothing() {
    let shop = furnished().await;
    let last = NewDiscount { usage_limit: Some(1), ..off_order(engine::Value::Amount(100)) };
    shop.discount(&coded("LAST", beside_all("The last one", last))).await;
    let (first, second) =
        (cart_to(&shop, "DE", &["LAST"], None).await, cart_to(&shop, "DE", &["LAST"], None).await);
    let amount = cost(&shop, &first).await;
    for id in [&first, &second] {
        shop.pay(id, due(&amount), "decline").await;
    }
    let submitted = shop.submit(&second, "before").await;
    let attempt = submitted["result"]["attemptId"].as_str().unwrap().split_once('-').unwrap().0;
    let attempt: i64 = attempt.parse().unwrap();
    shop.pay(&first, due(&amount), "approve").await;
    shop.buy(&first).await;
    // A further attempt of the second cart, accepted while the discount could still be had.
    let row = completion_attempt::Entity::find_by_id(entity::id::AttemptId(attempt));
    let row = row.one(shop.app.db.fresh()).await.unwrap().unwrap();
    let again = completion_attempt::ActiveModel {
        id: NotSet,
        token: Set("again".to_owned()),
        idempotency_key: Set("another key".to_owned()),
        state: Set(AttemptState::Accepted),
        errors: Set(json!([])),
        ..row.into_active_model().reset_all()
    };
    let again = again.insert(shop.app.db.writer()).await.unwrap();
    checkout::drive(&shop.app, again.id).await.unwrap();
    let failed =
        completion_attempt::Entity::find_by_id(again.id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!(failed.state, AttemptState::Failed);
    assert_eq!(failed.errors[0]["code"], "ERROR");
    assert_eq!(failed.errors[0]["message"], "The discount LAST was used as often as it may be");
    assert_eq!(shop.orders().await.len(), 1);
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (7, 0, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_of_an_earlier_release_still_becomes_its_order() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "decline").await;
    let submitted = shop.submit(&cart.id, "token").await;
    let attempt_id = submitted["result"]["attemptId"].as_str().unwrap();
    let id = entity::id::AttemptId(attempt_id.split_once('-').unwrap().0.parse().unwrap());
    let row = completion_attempt::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    let mut quote = row.quote.clone();
    for part in ["store_credit", "discounts", "buyer", "fetched"] {
        quote.as_object_mut().unwrap().remove(part).unwrap();
    }
    let order = quote["order"].as_object_mut().unwrap();
    for part in [
        "market",
        "fx_rate_e9",
        "applications",
        "shipping_discount_minor",
        "tax_fallback",
        "delivery_fallback",
    ] {
        order.remove(part).unwrap();
    }
    let mut delivery = order["shipping"][0].clone();
    for part in ["allocations", "taxes"] {
        delivery.as_object_mut().unwrap().remove(part).unwrap();
        order["lines"][0].as_object_mut().unwrap().remove(part).unwrap();
    }
    order["shipping"] = delivery;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::Quote, Expr::val(quote))
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Accepted))
        .col_expr(completion_attempt::Column::ProviderToken, Expr::val("approve"))
        .filter(completion_attempt::Column::Id.eq(id))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    checkout::drive(&shop.app, id).await.unwrap();
    assert_eq!(shop.attempt(attempt_id).await["__typename"], "CartCompletionSuccess");
    let order = only_order(&shop).await;
    shop.order_adds_up(order.id).await;
    assert_eq!((order.total_minor, order.shipping_minor, order.market_id), (2_990, 490, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_whose_market_was_deleted_meanwhile_still_becomes_its_order() {
    let shop = TestShop::open().await;
    let product = |handle: &str| ProductSpec::new(handle).price("12.50").stock(10);
    shop.have(&[product("mug"), product("pin")]).await;
    let abroad = shop.sell_untaxed_prices_in(&["US"]).await;
    let id = cart_to(&shop, "US", &[], None).await;
    shop.pay(&id, due(&cost(&shop, &id).await), "decline").await;
    let submitted = shop.submit(&id, "token").await;
    let attempt_id = submitted["result"]["attemptId"].as_str().unwrap();
    let attempt = entity::id::AttemptId(attempt_id.split_once('-').unwrap().0.parse().unwrap());
    // As it was before the bank said anything; then it takes the money.
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Accepted))
        .col_expr(completion_attempt::Column::ProviderToken, Expr::val("approve"))
        .filter(completion_attempt::Column::Id.eq(attempt))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    delete_market(&shop.app, &Actor::System, abroad).await.unwrap();
    checkout::drive(&shop.app, attempt).await.unwrap();
    assert_eq!(shop.attempt(attempt_id).await["__typename"], "CartCompletionSuccess");
    let order = only_order(&shop).await;
    shop.order_adds_up(order.id).await;
    assert_eq!(order.market_id, None);
}
