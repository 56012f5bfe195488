//! From a cart to an order.

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use entity::inventory_ledger::{self, StockState};
use entity::order_transaction::{self, TransactionStatus};
use entity::reservation::ReservationState;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::checkout;

use crate::support::{ProductSpec, TestShop};

const ORDER: &str = "query($id: ID!, $key: String!) { order(id: $id, key: $key) {
    id name orderNumber email currencyCode financialStatus fulfillmentStatus
    subtotalPrice { amount } totalShippingPrice { amount } totalTax { amount } totalPrice { amount currencyCode }
    shippingAddress { formatted(withName: true) } billingAddress { city }
    lineItems(first: 10) { nodes { title quantity originalTotalPrice { amount } discountedTotalPrice { amount }
        variant { id } } } } }";

/// The number and the key in an order's id.
fn parts(order_id: &str) -> (i64, String) {
    let rest = order_id.strip_prefix("gid://shopify/Order/").unwrap();
    let (number, key) = rest.split_once("?key=").unwrap();
    (number.parse().unwrap(), key.to_owned())
}

async fn shop_with_mug(stock: i64) -> (TestShop, String) {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(stock)]).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant)
}

async fn attempt_row(shop: &TestShop, attempt_id: &str) -> completion_attempt::Model {
    let id: i64 = attempt_id.split_once('-').unwrap().0.parse().unwrap();
    completion_attempt::Entity::find_by_id(AttemptId(id)).one(shop.app.db.fresh()).await.unwrap().unwrap()
}

/// Puts an attempt back to where an interruption would have left it.
async fn leave_at(shop: &TestShop, id: AttemptId, state: AttemptState) {
    let long_ago = shop.app.clock.now() - TimeDelta::minutes(2);
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(state))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(long_ago))
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Some(long_ago)))
        .filter(completion_attempt::Column::Id.eq(id))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_becomes_an_order_whose_amounts_add_up() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 3, "manual").await;
    assert_eq!(cart.total, "42.4", "3 x 12.50 and 4.90 for the delivery");

    let prepared = shop
        .ask(
            "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) {
                result { __typename ... on CartStatusReady { cart { id } } } userErrors { code } } }",
            json!({ "id": cart.id }),
        )
        .await;
    assert_eq!(prepared["cartPrepareForCompletion"]["result"]["__typename"], "CartStatusReady");

    let outcome = shop.buy(&cart.id).await;
    let order_id = outcome["orderId"].as_str().unwrap();
    let (_, key) = parts(order_id);
    let order = shop.ask(ORDER, json!({ "id": order_id, "key": key })).await["order"].clone();
    assert_eq!(order["id"], order_id);
    assert_eq!(order["name"], "#1001");
    assert_eq!(order["email"], "ada@example.com");
    assert_eq!(order["subtotalPrice"]["amount"], "37.5");
    assert_eq!(order["totalShippingPrice"]["amount"], "4.9");
    assert_eq!(order["totalPrice"], json!({ "amount": "42.4", "currencyCode": "EUR" }));
    assert_eq!(order["totalTax"]["amount"], "0.0");
    assert_eq!(order["financialStatus"], "PENDING");
    assert_eq!(order["fulfillmentStatus"], "UNFULFILLED");
    assert_eq!(
        order["shippingAddress"]["formatted"],
        json!(["Ada Lovelace", "Invalidenstr. 1", "10115 Berlin", "Germany"])
    );
    assert_eq!(
        order["billingAddress"]["city"], "Berlin",
        "without one of its own the bill goes where the parcel goes"
    );
    assert_eq!(
        order["lineItems"]["nodes"],
        json!([{ "title": "mug", "quantity": 3, "originalTotalPrice": { "amount": "37.5" },
                 "discountedTotalPrice": { "amount": "37.5" }, "variant": { "id": mug } }])
    );

    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed, level.on_hand), (7, 0, 3, 10));
    let gone = shop.ask("query($id: ID!) { cart(id: $id) { id } }", json!({ "id": cart.id })).await;
    assert_eq!(gone["cart"], Value::Null, "a cart that was ordered is no cart any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_read_with_its_key_only() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let outcome = shop.buy(&cart.id).await;
    let order_id = outcome["orderId"].as_str().unwrap();
    let (number, key) = parts(order_id);

    for wrong in ["", "x", &key[1..], &format!("{key}x")] {
        let answer = shop.ask(ORDER, json!({ "id": order_id, "key": wrong })).await;
        assert_eq!(answer["order"], Value::Null, "{wrong}");
    }
    let node = "query($id: ID!) { node(id: $id) { ... on Order { name } } }";
    let bare = format!("gid://shopify/Order/{number}");
    assert_eq!(shop.ask(node, json!({ "id": bare })).await["node"], Value::Null);
    assert_eq!(shop.ask(node, json!({ "id": order_id })).await["node"]["name"], "#1001");
    let next = format!("gid://shopify/Order/{}?key={key}", number + 1);
    assert_eq!(shop.ask(node, json!({ "id": next })).await["node"], Value::Null);

    let page = |url: String| async { shop.client.get(url).send().await.unwrap() };
    let good = page(outcome["orderUrl"].as_str().unwrap().to_owned()).await;
    assert_eq!(good.status(), 200);
    assert!(good.text().await.unwrap().contains("#1001"));
    assert_eq!(page(format!("{}/orders/{number}?key=x", shop.url)).await.status(), 404);
    assert_eq!(page(format!("{}/orders/{number}", shop.url)).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_keeps_what_was_bought_when_the_product_changes() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let outcome = shop.buy(&cart.id).await;
    shop.have(&[ProductSpec { title: "Renamed".to_owned(), ..ProductSpec::new("mug").price("99.00") }]).await;
    let order_id = outcome["orderId"].as_str().unwrap();
    let order = shop.ask(ORDER, json!({ "id": order_id, "key": parts(order_id).1 })).await["order"].clone();
    assert_eq!(order["lineItems"]["nodes"][0]["title"], "mug");
    assert_eq!(order["totalPrice"]["amount"], "17.4");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_token_gives_the_same_order() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "approve").await;
    let first = shop.submit(&cart.id, "token").await["result"].clone();
    let again = shop.submit(&cart.id, "token").await["result"].clone();
    let other = shop.submit(&cart.id, "another token").await["result"].clone();
    assert_eq!(first["__typename"], "SubmitSuccess");
    for later in [again, other] {
        assert_eq!(later["__typename"], "SubmitAlreadyAccepted");
        assert_eq!(later["attemptId"], first["attemptId"]);
    }
    let orders = shop.orders().await;
    assert_eq!(orders.len(), 1);
    assert!(orders[0].test, "the test gateway's orders say so");
    assert_eq!(shop.level("mug").await.committed, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_captured_payment_makes_the_order_paid() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "approve").await;
    let outcome = shop.buy(&cart.id).await;
    let order_id = outcome["orderId"].as_str().unwrap();
    let order = shop.ask(ORDER, json!({ "id": order_id, "key": parts(order_id).1 })).await["order"].clone();
    assert_eq!(order["financialStatus"], "PAID");
    let transactions = order_transaction::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(transactions.len(), 1);
    assert_eq!(transactions[0].amount_minor, 1740);
    assert_eq!(transactions[0].status, TransactionStatus::Success);
    assert_eq!(transactions[0].gateway, "test");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_declined_payment_leaves_no_trace_but_its_attempt_and_the_cart_can_be_paid_otherwise() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 4, "decline").await;
    for (token, code) in [
        ("decline", "PAYMENT_CARD_DECLINED"),
        ("insufficient_funds", "PAYMENT_INSUFFICIENT_FUNDS"),
        ("rubbish", "PAYMENT_INVALID_PAYMENT_METHOD"),
    ] {
        shop.pay(&cart.id, &cart.total, token).await;
        let submitted = shop.submit(&cart.id, token).await["result"].clone();
        let outcome = shop.attempt(submitted["attemptId"].as_str().unwrap()).await;
        assert_eq!(outcome["__typename"], "CartCompletionFailed", "{outcome}");
        assert_eq!(outcome["errors"][0]["code"], code);
        let repeated = shop.submit(&cart.id, token).await["result"].clone();
        assert_eq!(repeated["attemptId"], submitted["attemptId"], "the same token stays the same attempt");
    }
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (10, 0, 0));
    assert_eq!(shop.orders().await, []);

    shop.pay(&cart.id, &cart.total, "approve").await;
    shop.buy(&cart.id).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_settled_by_asking_the_provider() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "timeout").await;
    shop.buy(&cart.id).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_a_cart_from_being_ordered_is_told_and_nothing_is_held() {
    let (shop, mug) = shop_with_mug(2).await;
    let created = shop.cart_with(&mug, 2).await;
    let id = created["cart"]["id"].as_str().unwrap().to_owned();
    let codes = |result: &Value| -> Vec<String> {
        let errors = result["result"]["errors"].as_array().unwrap_or_else(|| panic!("{result:#}"));
        errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
    };
    let prepare = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) {
        result { __typename ... on CartStatusNotReady { errors { code message } } } userErrors { code field } } }";
    let expected = ["BUYER_IDENTITY_EMAIL_REQUIRED", "DELIVERY_ADDRESS_REQUIRED", "PAYMENTS_METHOD_REQUIRED"];
    let prepared = shop.ask(prepare, json!({ "id": id })).await["cartPrepareForCompletion"].clone();
    assert_eq!(codes(&prepared), expected);
    let submitted = shop.submit(&id, "token").await;
    assert_eq!(submitted["result"]["__typename"], "SubmitFailed");
    assert_eq!(codes(&submitted), expected);

    let cart = shop.ready_cart(&mug, 2, "manual").await;
    shop.pay(&cart.id, "1.00", "manual").await;
    assert_eq!(codes(&shop.submit(&cart.id, "cheap").await), ["PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"]);

    let other = shop.ready_cart(&mug, 1, "manual").await;
    shop.buy(&other.id).await;
    shop.pay(&cart.id, &cart.total, "manual").await;
    assert_eq!(codes(&shop.submit(&cart.id, "short").await), ["MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE"]);
    assert_eq!(shop.orders().await.len(), 1);
    assert!(shop.reservations().await.iter().all(|held| held.state == ReservationState::Converted));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_cart_or_token_is_refused() {
    let (shop, mug) = shop_with_mug(2).await;
    let wrong = shop.submit("gid://shopify/Cart/nobodyknowsthis", "token").await;
    assert_eq!(wrong["result"], Value::Null);
    assert_eq!(wrong["userErrors"][0]["code"], "INVALID");
    assert_eq!(wrong["userErrors"][0]["field"], json!(["cartId"]));
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    for token in [String::new(), "x".repeat(256)] {
        let refused = shop.submit(&cart.id, &token).await;
        assert_eq!(refused["userErrors"][0]["field"], json!(["attemptToken"]));
    }
    for id in ["", "1", "1-", "1-wrong", "x-y", "99999999999999999999-x"] {
        assert_eq!(shop.attempt(id).await, Value::Null, "{id}");
    }
    assert_eq!(shop.orders().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_cannot_be_changed_while_it_is_paid() {
    let (shop, mug) = shop_with_mug(10).await;
    let cart = shop.ready_cart(&mug, 1, "decline").await;
    let submitted = shop.submit(&cart.id, "token").await["result"].clone();
    let row = attempt_row(&shop, submitted["attemptId"].as_str().unwrap()).await;
    leave_at(&shop, row.id, AttemptState::Paying).await;
    let note = "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"x\") { cart { id } userErrors { code field } } }";
    let refused = shop.ask(note, json!({ "id": cart.id })).await["cartNoteUpdate"].clone();
    assert_eq!(refused["cart"], Value::Null);
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID", "field": ["cartId"] }]));
    assert_eq!(
        shop.attempt(submitted["attemptId"].as_str().unwrap()).await["__typename"],
        "CartCompletionProcessing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_was_interrupted_is_taken_up_wherever_it_stood() {
    for state in [AttemptState::Accepted, AttemptState::Paying, AttemptState::Committing] {
        let (shop, mug) = shop_with_mug(10).await;
        let cart = shop.ready_cart(&mug, 2, "decline").await;
        let submitted = shop.submit(&cart.id, "token").await["result"].clone();
        let attempt_id = submitted["attemptId"].as_str().unwrap();
        let row = attempt_row(&shop, attempt_id).await;
        // The payment would succeed the next time it is asked for.
        completion_attempt::Entity::update_many()
            .col_expr(completion_attempt::Column::ProviderToken, Expr::val("approve"))
            .filter(completion_attempt::Column::Id.eq(row.id))
            .exec(shop.app.db.writer())
            .await
            .unwrap();
        leave_at(&shop, row.id, state).await;
        assert_eq!(checkout::resume_due(&shop.app).await.unwrap(), 1);
        let outcome = shop.attempt(attempt_id).await;
        assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{state:?}: {outcome}");
        assert_eq!(shop.orders().await.len(), 1);
        let level = shop.level("mug").await;
        assert_eq!((level.available, level.reserved, level.committed), (8, 0, 2), "{state:?}");
        assert_eq!(checkout::resume_due(&shop.app).await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_when_the_stock_is_gone_by_the_time_it_was_taken() {
    let (shop, mug) = shop_with_mug(2).await;
    let cart = shop.ready_cart(&mug, 2, "decline").await;
    let submitted = shop.submit(&cart.id, "token").await["result"].clone();
    let attempt_id = submitted["attemptId"].as_str().unwrap();
    let row = attempt_row(&shop, attempt_id).await;
    let rival = shop.ready_cart(&mug, 1, "manual").await;
    shop.buy(&rival.id).await;
    // The first buyer's money has been taken, and the stock that was held for it has run out of its time.
    leave_at(&shop, row.id, AttemptState::Committing).await;
    checkout::resume_due(&shop.app).await.unwrap();
    let outcome = shop.attempt(attempt_id).await;
    assert_eq!(outcome["__typename"], "CartCompletionFailed");
    assert_eq!(outcome["errors"][0]["code"], "INVENTORY_RESERVATION_ERROR");
    assert_eq!(shop.orders().await.len(), 1);
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (1, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_held_past_its_time_is_sold_whether_it_was_swept_or_not() {
    for is_swept in [false, true] {
        let (shop, mug) = shop_with_mug(1).await;
        let cart = shop.ready_cart(&mug, 1, "decline").await;
        let submitted = shop.submit(&cart.id, "token").await["result"].clone();
        let row = attempt_row(&shop, submitted["attemptId"].as_str().unwrap()).await;
        let rival = shop.ready_cart(&mug, 1, "manual").await;
        // The first buyer is asked something by the bank and does not come back.
        leave_at(&shop, row.id, AttemptState::Accepted).await;
        hold_only(&shop, row.id).await;
        assert_eq!(shop.level("mug").await.available, 0);
        let early = shop.submit(&rival.id, "early").await;
        assert_eq!(early["result"]["errors"][0]["code"], "MERCHANDISE_OUT_OF_STOCK", "{early:#}");
        expire(&shop).await;
        let swept = if is_swept { checkout::sweep_reservations(&shop.app).await.unwrap() } else { 0 };
        assert_eq!(swept, usize::from(is_swept));
        shop.buy(&rival.id).await;
        assert_eq!(checkout::sweep_reservations(&shop.app).await.unwrap(), 0);
        let level = shop.level("mug").await;
        assert_eq!((level.available, level.reserved, level.committed), (0, 0, 1));
    }
}

/// Takes an accepted attempt as far as its stock.
async fn hold_only(shop: &TestShop, id: AttemptId) {
    let tx = shop.app.begin().await.unwrap();
    let item = shop.variant_rows("mug").await[0].inventory_item_id;
    let demand = std::iter::once((item, 1)).collect();
    let now = shop.app.clock.now();
    let held = tradepost::inventory::reserve_in(&tx, now, id, &demand, &[], now + TimeDelta::minutes(15))
        .await
        .unwrap();
    assert_eq!(held, tradepost::inventory::Held::All);
    tx.commit().await.unwrap();
}

async fn expire(shop: &TestShop) {
    entity::reservation::Entity::update_many()
        .col_expr(
            entity::reservation::Column::ExpiresAt,
            Expr::val(shop.app.clock.now() - TimeDelta::seconds(1)),
        )
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expired_reservations_are_free_to_the_next_reservation_before_any_sweep() {
    let (shop, mug) = shop_with_mug(1).await;
    let cart = shop.ready_cart(&mug, 1, "decline").await;
    let submitted = shop.submit(&cart.id, "token").await["result"].clone();
    let first = attempt_row(&shop, submitted["attemptId"].as_str().unwrap()).await.id;
    hold_only(&shop, first).await;
    expire(&shop).await;
    hold_only(&shop, first).await;
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved), (0, 1));
    let states: Vec<ReservationState> =
        shop.reservations().await.into_iter().map(|held| held.state).collect();
    assert_eq!(states, [ReservationState::Released, ReservationState::Expired, ReservationState::Held]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_state_of_the_stock_is_the_sum_of_its_ledger() {
    let (shop, mug) = shop_with_mug(10).await;
    for (payment, quantity) in [("approve", 1), ("decline", 2), ("manual", 3)] {
        let cart = shop.ready_cart(&mug, quantity, payment).await;
        shop.submit(&cart.id, "token").await;
    }
    let level = shop.level("mug").await;
    let ledger = inventory_ledger::Entity::find()
        .filter(inventory_ledger::Column::ItemId.eq(level.item_id))
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    let sum =
        |state| ledger.iter().filter(|entry| entry.state == state).map(|entry| entry.delta).sum::<i64>();
    assert_eq!((level.available, level.reserved, level.committed), (6, 0, 4));
    assert_eq!(sum(StockState::Available), level.available);
    assert_eq!(sum(StockState::Reserved), level.reserved);
    assert_eq!(sum(StockState::Committed), level.committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_test_gateway_is_off_outside_the_demo() {
    let shop = TestShop::open_with(|config| config.demo = false).await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let methods = shop.ask("{ paymentMethods { provider test } }", json!({})).await;
    assert_eq!(methods["paymentMethods"], json!([{ "provider": "manual", "test": false }]));
    let pay = "mutation($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
        userErrors { code } } }";
    let payment = json!({ "amount": { "amount": cart.total, "currencyCode": "EUR" },
        "providerPaymentMethod": { "provider": "test", "token": "approve" } });
    let refused = shop.ask(pay, json!({ "id": cart.id, "payment": payment })).await;
    assert_eq!(
        refused["cartPaymentUpdate"]["userErrors"],
        json!([{ "code": "PAYMENT_METHOD_NOT_SUPPORTED" }])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_shipped_needs_no_address_and_what_costs_nothing_no_payment() {
    let shop = TestShop::open().await;
    let mut pattern = ProductSpec::new("pattern").price("0.00");
    pattern.variants[0].requires_shipping = false;
    pattern.variants[0].stock = None;
    shop.have(&[pattern]).await;
    let variant = shop.variant_id("pattern").await;
    let created = shop
        .ask(
            "mutation($lines: [CartLineInput!]) { cartCreate(input: { lines: $lines,
                buyerIdentity: { email: \"ada@example.com\" } }) { cart { id } userErrors { code } } }",
            json!({ "lines": [{ "merchandiseId": variant, "quantity": 2 }] }),
        )
        .await;
    let outcome = shop.buy(created["cartCreate"]["cart"]["id"].as_str().unwrap()).await;
    let order_id = outcome["orderId"].as_str().unwrap();
    let order = shop.ask(ORDER, json!({ "id": order_id, "key": parts(order_id).1 })).await["order"].clone();
    assert_eq!(order["financialStatus"], "PAID");
    assert_eq!(order["totalPrice"]["amount"], "0.0");
    assert_eq!(order["shippingAddress"], Value::Null);
}
