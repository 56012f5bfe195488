//! What strangers may try, how often, and what they learn from it.

use entity::access_token::AccessTokenKind;
use entity::attempt_counter;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};
use tradepost::store;

use super::{PASSWORD, is_refused};
use crate::support::{TestShop, at_once};

/// Five tries in one document, each under an alias.
fn five_tries(email: &str, password: &str) -> String {
    let tries: Vec<String> = (0..5)
        .map(|index| {
            format!(
                "a{index}: customerAccessTokenCreate(input: {{ email: \"{email}\", password: \"{password}{index}\" }}) {{
                 customerAccessToken {{ accessToken }} customerUserErrors {{ code }} }}"
            )
        })
        .collect();
    format!("mutation {{ {} }}", tries.join(" "))
}

fn codes(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_alias_of_a_document_counts_as_a_try() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    for _ in 0..2 {
        let answer = shop.send(&five_tries("ada@example.com", "wrong sentence "), json!({})).await;
        assert_eq!(codes(&answer), Vec::<String>::new(), "{answer:#}");
        assert_eq!(answer["data"]["a4"]["customerUserErrors"][0]["code"], "UNIDENTIFIED_CUSTOMER");
    }
    let answer = shop.send(&five_tries("Ada@Example.com", "wrong sentence "), json!({})).await;
    assert_eq!(codes(&answer), vec!["THROTTLED"; 5], "{answer:#}");
    let query =
        "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
        customerAccessToken { accessToken } customerUserErrors { code } } }";
    let right = json!({ "input": { "email": "ada@example.com", "password": PASSWORD } });
    assert_eq!(shop.error_code(query, right.clone()).await, "THROTTLED", "not even the right one");
    let nobody = shop.sign_in_after_failures("nobody@example.com", 10).await;
    assert_eq!(
        nobody,
        shop.send(query, right.clone()).await["errors"][0]["message"],
        "an unknown address is told the same"
    );
    // The window passes.
    attempt_counter::Entity::update_many()
        .col_expr(attempt_counter::Column::ResetsAt, Expr::val(chrono::Utc::now()))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    assert!(shop.is_valid(&shop.sign_in("ada@example.com", PASSWORD).await).await);
}

impl TestShop {
    /// Fails to sign in so often, then returns the message of one more try.
    async fn sign_in_after_failures(&self, email: &str, failures: usize) -> Value {
        for _ in 0..failures {
            is_refused(&self.try_sign_in(email, "wrong sentence").await, "UNIDENTIFIED_CUSTOMER", "input");
        }
        let query =
            "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
            customerUserErrors { code } } }";
        let input = json!({ "input": { "email": email, "password": "wrong sentence" } });
        self.send(query, input).await["errors"][0]["message"].clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_five_tries_in_a_document_are_refused_before_any_is_made() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    let tries: Vec<String> = (0..100)
        .map(|index| {
            format!(
                "a{index}: customerAccessTokenCreate(input: {{ email: \"ada@example.com\", password: \"w{index}\" }}) {{
                 customerUserErrors {{ code }} }}"
            )
        })
        .collect();
    let document = format!("mutation {{ {} }}", tries.join(" "));
    assert_eq!(shop.error_code(&document, json!({})).await, "DOCUMENT_TOO_COMPLEX");
    assert!(shop.is_valid(&shop.sign_in("ada@example.com", PASSWORD).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_at_once_are_all_counted_on_every_node() {
    let shop = std::sync::Arc::new(TestShop::open().await);
    shop.have_customer("ada@example.com").await;
    let other = shop.second_node().await;
    let actor = tradepost::actor::Actor::System;
    let outcomes =
        at_once(40, |index| {
            let app = if index % 2 == 0 { shop.app.clone() } else { other.clone() };
            let actor = actor.clone();
            async move {
                tradepost::customer::sign_in(&app, &actor, "ada@example.com", "wrong sentence".into()).await
            }
        })
        .await;
    let refused = |outcome: &Result<_, tradepost::customer::CustomerError>| {
        matches!(outcome, Err(tradepost::customer::CustomerError::Refused(_)))
    };
    let throttled = |outcome: &Result<_, tradepost::customer::CustomerError>| {
        matches!(outcome, Err(tradepost::customer::CustomerError::Throttled))
    };
    assert_eq!(outcomes.iter().filter(|outcome| refused(outcome)).count(), 10);
    assert_eq!(outcomes.iter().filter(|outcome| throttled(outcome)).count(), 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_success_takes_its_own_try_back() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    for _ in 0..3 {
        for _ in 0..8 {
            shop.try_sign_in("ada@example.com", "wrong sentence").await;
        }
        shop.sign_in("ada@example.com", PASSWORD).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_that_tries_many_accounts_is_stopped_and_cannot_claim_another() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    let private = store::create_access_token(&shop.app, AccessTokenKind::StorefrontPrivate, "server", &[])
        .await
        .unwrap();
    let public =
        store::create_access_token(&shop.app, AccessTokenKind::Storefront, "page", &[]).await.unwrap();
    attempt_counter_of_this_machine(&shop, 100).await;
    let query =
        "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
        customerAccessToken { accessToken } customerUserErrors { code } } }";
    let body = json!({ "query": query,
        "variables": { "input": { "email": "ada@example.com", "password": PASSWORD } } });
    let try_with = |headers: Vec<(&'static str, String)>| {
        let mut request = shop.client.post(format!("{}/api/2026-04/graphql.json", shop.url)).json(&body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let buyer = ("shopify-storefront-buyer-ip", "203.0.113.7".to_owned());
    for headers in [
        vec![],
        vec![("x-forwarded-for", "203.0.113.7".to_owned())],
        vec![buyer.clone()],
        vec![buyer.clone(), ("shopify-storefront-private-token", "wrong".to_owned())],
        vec![buyer.clone(), ("shopify-storefront-private-token", public)],
    ] {
        let answer = try_with(headers.clone()).await;
        assert_eq!(codes(&answer), ["THROTTLED"], "{headers:?}");
    }
    let answer = try_with(vec![buyer, ("shopify-storefront-private-token", private)]).await;
    let token = &answer["data"]["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"];
    assert!(token.is_string(), "the buyer behind a server that vouches is another: {answer:#}");
}

/// Fails so often from this machine, each time on another account.
async fn attempt_counter_of_this_machine(shop: &TestShop, failures: usize) {
    for start in (0..failures).step_by(5) {
        let tries: Vec<String> = (start..start + 5)
            .map(|index| {
                format!(
                    "a{index}: customerAccessTokenCreate(input: {{ email: \"u{index}@example.com\", password: \"wrong\" }}) {{
                     customerUserErrors {{ code }} }}"
                )
            })
            .collect();
        let answer = shop.send(&format!("mutation {{ {} }}", tries.join(" ")), json!({})).await;
        assert_eq!(codes(&answer), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_trusted_proxy_each_caller_has_their_own_limit() {
    let shop =
        TestShop::open_with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let fail = |caller: &'static str, index: usize| {
        let query =
            "mutation($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
            customerUserErrors { code } } }";
        let input = json!({ "email": format!("u{index}@example.com"), "password": "wrong" });
        let request = shop
            .client
            .post(format!("{}/api/2026-04/graphql.json", shop.url))
            .header("x-forwarded-for", format!("10.9.9.9, {caller}"))
            .json(&json!({ "query": query, "variables": { "input": input } }));
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    for index in 0..100 {
        assert_eq!(codes(&fail("203.0.113.1", index).await), Vec::<String>::new());
    }
    assert_eq!(codes(&fail("203.0.113.1", 200).await), ["THROTTLED"]);
    assert_eq!(codes(&fail("203.0.113.2", 201).await), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_hold_no_addresses() {
    let shop = TestShop::open().await;
    shop.try_sign_in("canary@example.com", "wrong sentence").await;
    let rows = attempt_counter::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(rows.len(), 2, "one for the account, one for the address");
    assert!(rows.iter().all(|row| row.key_hash.len() == 32 && row.count == 1));
}
