//! Mutations under a key: sent again, answered again, done once.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use entity::access_token::AccessTokenKind;
use entity::{cart, idempotency_key};
use reqwest::Method;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::{Value, json};
use tradepost::config::StorefrontTokens;
use tradepost::{db, store};

use super::{Answer, ENDPOINT, send};
use crate::support::{ProductSpec, TestShop, at_once};

const JSON: (&str, &str) = ("content-type", "application/json");
/// A key as clients make them.
const KEY: &str = "0192f0c5-7a8e-7000-8000-000000000000";
const CREATE: &str =
    "mutation($note: String) { cartCreate(input: { note: $note }) { cart { id note } userErrors { code } } }";
const ADD: &str = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
    cart { totalQuantity } userErrors { code } } }";
const SUBMIT: &str = "mutation($id: ID!, $token: String!) {
    cartSubmitForCompletion(cartId: $id, attemptToken: $token) { result { __typename
        ... on SubmitSuccess { attemptId } ... on SubmitAlreadyAccepted { attemptId } } } }";

async fn ask(shop: &TestShop, headers: &[(&str, &str)], query: &str, variables: Value) -> Answer {
    let mut all = vec![JSON];
    all.extend(headers);
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer = send(shop, Method::POST, ENDPOINT, &all, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

async fn keyed(shop: &TestShop, key: &str, query: &str, variables: Value) -> Answer {
    ask(shop, &[("idempotency-key", key)], query, variables).await
}

/// An answer that was made now.
fn fresh(answer: &Answer) -> Value {
    assert_eq!(answer.header("idempotency-replayed"), None, "{}", answer.body);
    let answer = answer.json();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    answer["data"].clone()
}

/// Asserts that the second answer is the first one again.
fn is_replay(first: &Answer, again: &Answer) {
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    for name in ["content-type", "cache-control"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
}

async fn carts(shop: &TestShop) -> usize {
    cart::Entity::find().all(shop.app.db.fresh()).await.unwrap().len()
}

async fn rows(shop: &TestShop) -> Vec<idempotency_key::Model> {
    idempotency_key::Entity::find().all(shop.app.db.fresh()).await.unwrap()
}

async fn change_rows(shop: &TestShop, set: &str, values: Vec<sea_orm::Value>) {
    let sql = format!("UPDATE idempotency_key SET {set}");
    let statement = Statement::from_sql_and_values(shop.app.db.backend(), sql, values);
    shop.app.db.writer().execute_raw(statement).await.unwrap();
}

async fn shop_with_mug() -> (TestShop, String) {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").stock(10)]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

fn one_more(cart: &str, mug: &str) -> Value {
    json!({ "id": cart, "lines": [{ "merchandiseId": mug, "quantity": 1 }] })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_that_is_sent_again_is_answered_byte_for_byte_and_done_once() {
    let (shop, mug) = shop_with_mug().await;
    let made = keyed(&shop, KEY, CREATE, json!({ "note": "é \"quoted\"" })).await;
    let id = fresh(&made)["cartCreate"]["cart"]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        is_replay(&made, &keyed(&shop, KEY, CREATE, json!({ "note": "é \"quoted\"" })).await);
    }
    assert_eq!(carts(&shop).await, 1);

    let added = keyed(&shop, "add", ADD, one_more(&id, &mug)).await;
    assert_eq!(fresh(&added)["cartLinesAdd"]["cart"]["totalQuantity"], 1);
    is_replay(&added, &keyed(&shop, "add", ADD, one_more(&id, &mug)).await);
    assert_eq!(shop.cart(&id).await["totalQuantity"], 1);
    let without = shop.ask(ADD, one_more(&id, &mug)).await;
    assert_eq!(without["cartLinesAdd"]["cart"]["totalQuantity"], 2, "without a key it is another one");

    let ready = shop.ready_cart(&mug, 1, "approve").await;
    let submission = json!({ "id": ready.id, "token": "token" });
    let submitted = keyed(&shop, "submit", SUBMIT, submission.clone()).await;
    assert_eq!(fresh(&submitted)["cartSubmitForCompletion"]["result"]["__typename"], "SubmitSuccess");
    is_replay(&submitted, &keyed(&shop, "submit", SUBMIT, submission).await);
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(shop.level("mug").await.committed, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_request_under_the_same_key_is_refused_and_not_run() {
    let (shop, mug) = shop_with_mug().await;
    let made = keyed(&shop, KEY, CREATE, json!({ "note": "a" })).await;
    let id = fresh(&made)["cartCreate"]["cart"]["id"].as_str().unwrap().to_owned();
    let others = [
        (CREATE.to_owned(), json!({ "note": "b" })),
        (CREATE.to_owned(), json!({})),
        (format!("{CREATE} "), json!({ "note": "a" })),
        (ADD.to_owned(), one_more(&id, &mug)),
    ];
    for (query, variables) in others {
        let refused = keyed(&shop, KEY, &query, variables).await;
        assert_eq!(refused.code(), "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(refused.header("idempotency-replayed"), None);
        assert!(!refused.body.contains(&id), "it tells nothing of the first answer");
    }
    assert_eq!(carts(&shop).await, 1);
    assert_eq!(shop.cart(&id).await["totalQuantity"], 0);
    is_replay(&made, &keyed(&shop, KEY, CREATE, json!({ "note": "a" })).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_at_once_runs_once() {
    let (shop, mug) = shop_with_mug().await;
    let shop = Arc::new(shop);
    let id = shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned();
    let ready = shop.ready_cart(&mug, 1, "approve").await.id;
    for (query, variables) in
        [(ADD, one_more(&id, &mug)), (CREATE, json!({})), (SUBMIT, json!({ "id": ready, "token": "token" }))]
    {
        let before = carts(&shop).await;
        let key = format!("{KEY}{}", query.len());
        let answers = at_once(32, |_| {
            let (shop, key, variables) = (Arc::clone(&shop), key.clone(), variables.clone());
            async move { keyed(&shop, &key, query, variables).await }
        })
        .await;
        let made: Vec<_> =
            answers.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).collect();
        assert_eq!(made.len(), 1, "{:#?}", made.iter().map(|answer| &answer.body).collect::<Vec<_>>());
        fresh(made[0]);
        assert!(answers.iter().all(|answer| answer.body == made[0].body));
        assert_eq!(carts(&shop).await - before, usize::from(query == CREATE));
    }
    assert_eq!(shop.cart(&id).await["totalQuantity"], 1);
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stands_on_a_field_as_well() {
    let shop = TestShop::open().await;
    let literal = "mutation { cartCreate @idempotent(key: \"a-key-in-a-document\") { cart { id } } }";
    let made = ask(&shop, &[], literal, json!({})).await;
    fresh(&made);
    is_replay(&made, &ask(&shop, &[], literal, json!({})).await);
    let other = "mutation { cartCreate @idempotent(key: \"a-key-in-a-document\") { cart { id note } } }";
    assert_eq!(ask(&shop, &[], other, json!({})).await.code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_has_one_key_wherever_it_stands() {
    let shop = TestShop::open().await;
    let two = "mutation($a: String!, $b: String!) {
        a: cartCreate @idempotent(key: $a) { cart { id } } ...B }
        fragment B on Mutation { b: cartCreate @idempotent(key: $b) { cart { id } } }";
    let variables = json!({ "a": "key-a", "b": "key-a" });
    let made = ask(&shop, &[], two, variables.clone()).await;
    let data = fresh(&made);
    assert_ne!(data["a"], data["b"]);
    is_replay(&made, &ask(&shop, &[], two, variables.clone()).await);
    is_replay(&made, &keyed(&shop, "key-a", two, variables.clone()).await);
    // Two keys would be one for the pair, under which neither mutation would be found again.
    let refused = ask(&shop, &[], two, json!({ "a": "key-b", "b": "key-c" })).await;
    assert_eq!(refused.code(), "IDEMPOTENCY_KEY_INVALID");
    assert_eq!(keyed(&shop, "header", two, variables).await.code(), "IDEMPOTENCY_KEY_INVALID");
    assert_eq!((carts(&shop).await, rows(&shop).await.len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_none_are_refused_before_anything_is_run() {
    let shop = TestShop::open().await;
    let long = "k".repeat(256);
    for key in ["", "a b", "a\tb", &*long] {
        assert_eq!(keyed(&shop, key, CREATE, json!({})).await.code(), "IDEMPOTENCY_KEY_INVALID", "{key:?}");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    assert_eq!(ask(&shop, &twice, CREATE, json!({})).await.code(), "IDEMPOTENCY_KEY_INVALID");
    let marked = "mutation($key: String!) { cartCreate @idempotent(key: $key) { cart { id } } }";
    for key in ["", "ä", "a b", &*long] {
        let refused = ask(&shop, &[], marked, json!({ "key": key })).await;
        assert_eq!(refused.code(), "IDEMPOTENCY_KEY_INVALID", "{key:?}");
    }
    assert_eq!((carts(&shop).await, rows(&shop).await.len()), (0, 0));
    fresh(&keyed(&shop, &long[1..], CREATE, json!({})).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_take_no_notice_of_a_key() {
    let shop = TestShop::open().await;
    let query = "{ shop { name } }";
    let marked = "{ shop @idempotent(key: \"k\") { name } }";
    for (key, query) in
        [(KEY, query), ("not a key", query), (KEY, marked), (KEY, "{ localization { country { isoCode } } }")]
    {
        fresh(&keyed(&shop, key, query, json!({})).await);
    }
    assert_eq!(rows(&shop).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_meets_the_key_of_another_caller() {
    let shop = TestShop::open_with(|config| config.storefront_tokens = StorefrontTokens::Required).await;
    let mut made = Vec::new();
    for _ in 0..2 {
        let kind = AccessTokenKind::Storefront;
        let token = store::create_access_token(&shop.app, kind, "test", &[]).await.unwrap();
        let headers = [("idempotency-key", KEY), ("x-shopify-storefront-access-token", token.as_str())];
        let first = ask(&shop, &headers, CREATE, json!({})).await;
        is_replay(&first, &ask(&shop, &headers, CREATE, json!({})).await);
        made.push(fresh(&first));
    }
    assert_ne!(made[0], made[1]);

    let proxies = |config: &mut tradepost::config::Config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    let shop = TestShop::open_with(proxies).await;
    let from = |address: &'static str, key: &'static str| {
        let shop = &shop;
        async move {
            let headers = [("x-forwarded-for", address), ("idempotency-key", key)];
            ask(shop, &headers, CREATE, json!({})).await
        }
    };
    // A key that comes to anybody's mind must not lead to the cart of somebody else.
    let (ada, bob) = (from("192.0.2.1", "1").await, from("192.0.2.2", "1").await);
    assert_ne!(fresh(&ada), fresh(&bob));
    is_replay(&ada, &from("192.0.2.1", "1").await);
    // One that only its maker knows is theirs wherever they are.
    let at_home = from("192.0.2.1", KEY).await;
    is_replay(&at_home, &from("192.0.2.2", KEY).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_forgotten_after_a_day() {
    let shop = TestShop::open_at(Utc::now()).await;
    let made = keyed(&shop, KEY, CREATE, json!({})).await;
    shop.app.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    is_replay(&made, &keyed(&shop, KEY, CREATE, json!({})).await);
    shop.app.clock.advance(TimeDelta::seconds(1));
    // Another request, and the old row still there.
    let later = keyed(&shop, KEY, CREATE, json!({ "note": "later" })).await;
    assert_ne!(fresh(&made), fresh(&later));
    is_replay(&later, &keyed(&shop, KEY, CREATE, json!({ "note": "later" })).await);
    assert_eq!(rows(&shop).await.len(), 1);
    keyed(&shop, "another", CREATE, json!({})).await;
    assert_eq!(db::purge_claims(&shop.app.db, shop.app.clock.now()).await.unwrap(), 0);
    shop.app.clock.advance(TimeDelta::hours(24));
    assert_eq!(db::purge_claims(&shop.app.db, shop.app.clock.now()).await.unwrap(), 2);
    assert_eq!(rows(&shop).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_carried_out_by_a_process_that_died_is_never_run_again() {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").stock(10)]).await;
    let ready = shop.ready_cart(&shop.variant_id("mug").await, 1, "approve").await;
    let submission = json!({ "id": ready.id, "token": "token" });
    fresh(&keyed(&shop, KEY, SUBMIT, submission.clone()).await);
    let made = fresh(&keyed(&shop, "create", CREATE, json!({})).await);
    let before = carts(&shop).await;
    // As if the process had ended between the commit and the answer.
    change_rows(&shop, "answer = NULL, ended_at = NULL", Vec::new()).await;
    let going_on = keyed(&shop, KEY, SUBMIT, submission.clone()).await;
    assert_eq!(going_on.code(), "IDEMPOTENCY_IN_PROGRESS", "it may still be at work");
    shop.app.clock.advance(TimeDelta::seconds(61));
    for _ in 0..2 {
        assert_eq!(keyed(&shop, KEY, SUBMIT, submission.clone()).await.code(), "IDEMPOTENCY_ANSWER_LOST");
        assert_eq!(keyed(&shop, "create", CREATE, json!({})).await.code(), "IDEMPOTENCY_ANSWER_LOST");
        let other = keyed(&shop, "create", CREATE, json!({ "note": "b" })).await;
        assert_eq!(other.code(), "IDEMPOTENCY_KEY_REUSED");
    }
    assert_eq!((shop.orders().await.len(), carts(&shop).await), (1, before));
    // The result is there to be asked for.
    let id = made["cartCreate"]["cart"]["id"].as_str().unwrap();
    assert_eq!(shop.cart(id).await["id"], id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_waits_for_one_under_way_is_told_its_answer() {
    let shop = Arc::new(TestShop::open().await);
    let made = keyed(&shop, KEY, CREATE, json!({})).await;
    let row = rows(&shop).await.remove(0);
    change_rows(&shop, "answer = NULL, ended_at = NULL", Vec::new()).await;
    let waiting = tokio::spawn({
        let shop = Arc::clone(&shop);
        async move { keyed(&shop, KEY, CREATE, json!({})).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    change_rows(&shop, "answer = $1, ended_at = $2", vec![row.answer.into(), row.ended_at.into()]).await;
    is_replay(&made, &waiting.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_an_answer_and_what_never_ran_is_none() {
    let shop = TestShop::open().await;
    let note = "n".repeat(5_001);
    let refused = keyed(&shop, KEY, CREATE, json!({ "note": note })).await;
    assert_eq!(fresh(&refused)["cartCreate"]["userErrors"].as_array().unwrap().len(), 1);
    is_replay(&refused, &keyed(&shop, KEY, CREATE, json!({ "note": note })).await);
    assert_eq!(keyed(&shop, KEY, CREATE, json!({})).await.code(), "IDEMPOTENCY_KEY_REUSED");
    let (broken, unknown) = ("mutation { cartCreate { cart { nothing } } }", "mutation { nothing }");
    for query in [broken, unknown] {
        assert_eq!(keyed(&shop, "new", query, json!({})).await.code(), "GRAPHQL_VALIDATION_FAILED");
    }
    fresh(&keyed(&shop, "new", CREATE, json!({})).await);
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_passes_is_not_the_answer_for_ever() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "approve").await;
    let changed = shop
        .change_cart(
            "cartLinesAdd",
            &[
                ("cartId", "ID!", json!(cart.id)),
                ("lines", "[CartLineInput!]!", json!([{ "merchandiseId": mug }])),
            ],
        )
        .await;
    let submission = json!({ "id": cart.id, "token": "token" });
    let submitted = |answer: &Answer| {
        fresh(answer)["cartSubmitForCompletion"]["result"]["__typename"].as_str().unwrap().to_owned()
    };
    let refused = keyed(&shop, KEY, SUBMIT, submission.clone()).await;
    assert_eq!(submitted(&refused), "SubmitFailed", "the payment is for another amount");
    let total = changed["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap();
    shop.pay(&cart.id, total, "approve").await;
    let accepted = keyed(&shop, KEY, SUBMIT, submission.clone()).await;
    assert_eq!(submitted(&accepted), "SubmitSuccess");
    is_replay(&accepted, &keyed(&shop, KEY, SUBMIT, submission).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_too_large_is_not_kept_and_not_made_again() {
    let shop = TestShop::open().await;
    let again = (0..30).map(|number| format!("a{number}: attributes {{ value }} ")).collect::<String>();
    let query = format!(
        "mutation($attributes: [AttributeInput!]!) {{ cartCreate(input: {{ attributes: $attributes }}) {{
            cart {{ {again} }} userErrors {{ code }} }} }}"
    );
    let attributes: Vec<_> =
        (0..4).map(|number| json!({ "key": number.to_string(), "value": "v".repeat(5_000) })).collect();
    let made = keyed(&shop, KEY, &query, json!({ "attributes": attributes })).await;
    assert!(fresh(&made)["cartCreate"]["cart"].is_object() && made.body.len() > 256 * 1024);
    let lost = keyed(&shop, KEY, &query, json!({ "attributes": attributes })).await;
    assert_eq!(lost.code(), "IDEMPOTENCY_ANSWER_LOST");
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_lie_in_the_database_sealed() {
    let shop = TestShop::open().await;
    let made = keyed(&shop, KEY, CREATE, json!({ "note": "a note to be found" })).await;
    fresh(&made);
    let row = rows(&shop).await.remove(0);
    let kept = row.answer.unwrap();
    for known in ["a note to be found", "gid://", "cartCreate"] {
        assert!(!kept.windows(known.len()).any(|part| part == known.as_bytes()), "{known}");
    }
    assert!(!format!("{} {}", row.scope, row.key).contains(KEY));
    // One that was changed is none.
    change_rows(&shop, "answer = $1", vec![vec![7_u8; 100].into()]).await;
    assert_eq!(
        keyed(&shop, KEY, CREATE, json!({ "note": "a note to be found" })).await.code(),
        "IDEMPOTENCY_ANSWER_LOST"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_costs_three_statements_and_a_replay_one() {
    let (shop, mug) = shop_with_mug().await;
    let id = shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned();
    let mut least = [u64::MAX; 3];
    for round in 0..4 {
        let key = format!("round-{round}");
        for (place, key) in [None, Some(&*key), Some(&*key)].into_iter().enumerate() {
            let headers: Vec<_> = key.iter().map(|key| ("idempotency-key", *key)).collect();
            let before = shop.app.db.statement_count();
            ask(&shop, &headers, ADD, one_more(&id, &mug)).await;
            least[place] = least[place].min(shop.app.db.statement_count() - before);
        }
    }
    let [without, with, replay] = least;
    assert_eq!((with - without, replay), (3, 1), "{least:?}");
    assert_eq!(shop.cart(&id).await["totalQuantity"], 8);
}
