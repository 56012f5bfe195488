//! Access tokens: until when they are valid, and what ends them.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use entity::customer::CustomerState;
use entity::{customer_access_token, customer_credential};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::customer::{MAX_TOKENS, find_session};
use tradepost::secret;

use super::{PASSWORD, is_refused};
use crate::support::{TestShop, at_once};

async fn renew(shop: &TestShop, token: &str) -> Value {
    let query = "mutation($token: String!) { customerAccessTokenRenew(customerAccessToken: $token) {
        customerAccessToken { accessToken expiresAt } userErrors { field message } } }";
    shop.ask(query, json!({ "token": token })).await["customerAccessTokenRenew"].clone()
}

async fn delete(shop: &TestShop, token: &str) -> Value {
    let query = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) {
        deletedAccessToken deletedCustomerAccessTokenId userErrors { field message } } }";
    shop.ask(query, json!({ "token": token })).await["customerAccessTokenDelete"].clone()
}

async fn set_expiry(shop: &TestShop, token: &str, from_now: TimeDelta) {
    customer_access_token::Entity::update_many()
        .col_expr(customer_access_token::Column::ExpiresAt, Expr::val(Utc::now() + from_now))
        .filter(customer_access_token::Column::TokenHash.eq(secret::hash_token(token)))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
}

/// Whether a second node takes a token.
async fn is_valid_elsewhere(node: &tradepost::app::App, token: &str) -> bool {
    find_session(node.db.fresh(), Utc::now(), token).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sign_in_gives_a_token_of_its_own_that_the_database_does_not_hold() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    let payload = shop.try_sign_in("ada@example.com", PASSWORD).await;
    assert_eq!((&payload["customerUserErrors"], &payload["userErrors"]), (&json!([]), &json!([])));
    let first = payload["customerAccessToken"]["accessToken"].as_str().unwrap().to_owned();
    let expires = payload["customerAccessToken"]["expiresAt"].as_str().unwrap();
    let days = (chrono::DateTime::parse_from_rfc3339(expires).unwrap().to_utc() - Utc::now()).num_hours();
    assert!((719..=720).contains(&days), "thirty days: {days}");
    let second = shop.sign_in("ada@example.com", PASSWORD).await;
    assert_ne!(first, second);
    assert!(first.len() >= 27, "160 bits");
    assert!(shop.is_valid(&first).await && shop.is_valid(&second).await);
    let rows = customer_access_token::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|row| row.token_hash == secret::hash_token(&first)));
    assert!(!format!("{rows:?}").contains(&first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_one_session_at_once_and_on_every_node() {
    let shop = TestShop::open().await;
    let other = shop.second_node().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let kept = shop.sign_in("ada@example.com", PASSWORD).await;
    assert!(is_valid_elsewhere(&other, &token).await);
    let gone = delete(&shop, &token).await;
    let expected =
        json!({ "deletedAccessToken": token, "deletedCustomerAccessTokenId": token, "userErrors": [] });
    assert_eq!(gone, expected);
    assert!(!shop.is_valid(&token).await && !is_valid_elsewhere(&other, &token).await);
    assert!(shop.is_valid(&kept).await, "the other session goes on");
    for wrong in [token.as_str(), "never was one", ""] {
        let refused = delete(&shop, wrong).await;
        assert_eq!(
            (&refused["deletedAccessToken"], refused["userErrors"].as_array().unwrap().len()),
            (&Value::Null, 1)
        );
        assert_eq!(refused["userErrors"][0]["field"], json!(["customerAccessToken"]));
        assert_eq!(renew(&shop, wrong).await["customerAccessToken"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_is_no_token_and_cannot_be_renewed() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    set_expiry(&shop, &token, TimeDelta::minutes(1)).await;
    let renewed = renew(&shop, &token).await;
    assert_eq!(renewed["customerAccessToken"]["accessToken"], token, "it stays the same token");
    assert_eq!(renewed["userErrors"], json!([]));
    let rows = customer_access_token::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert!(rows[0].expires_at > Utc::now() + TimeDelta::days(29));
    set_expiry(&shop, &token, TimeDelta::seconds(-1)).await;
    assert!(!shop.is_valid(&token).await);
    let refused = renew(&shop, &token).await;
    assert_eq!(refused["customerAccessToken"], Value::Null);
    assert_eq!(refused["userErrors"][0]["field"], json!(["customerAccessToken"]));
    assert!(!shop.is_valid(&token).await, "it has not come back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_not_renewed_for_ever() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    customer_access_token::Entity::update_many()
        .col_expr(customer_access_token::Column::CreatedAt, Expr::val(Utc::now() - TimeDelta::days(360)))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    set_expiry(&shop, &token, TimeDelta::days(1)).await;
    renew(&shop, &token).await;
    let row = customer_access_token::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    let left = row.expires_at - Utc::now();
    assert!(left > TimeDelta::days(4) && left <= TimeDelta::days(5), "a year after it was issued: {left}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_password_ends_every_session_and_begins_one() {
    let shop = TestShop::open().await;
    let other = shop.second_node().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let second = shop.sign_in("ada@example.com", PASSWORD).await;
    let query = "mutation($token: String!) { customerUpdate(customerAccessToken: $token,
        customer: { password: \"another sentence\" }) { customerAccessToken { accessToken } customerUserErrors { code } } }";
    let payload = shop.ask(query, json!({ "token": token })).await["customerUpdate"].clone();
    let fresh = payload["customerAccessToken"]["accessToken"].as_str().unwrap().to_owned();
    for old in [&token, &second] {
        assert!(!shop.is_valid(old).await && !is_valid_elsewhere(&other, old).await);
    }
    assert!(shop.is_valid(&fresh).await && is_valid_elsewhere(&other, &fresh).await);
    is_refused(&shop.try_sign_in("ada@example.com", PASSWORD).await, "UNIDENTIFIED_CUSTOMER", "input");
    assert!(shop.is_valid(&shop.sign_in("ada@example.com", "another sentence").await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_account_is_closed_at_once_and_says_no_more_than_a_wrong_password() {
    let shop = TestShop::open().await;
    let other = shop.second_node().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    shop.set_customer_state("ada@example.com", CustomerState::Disabled).await;
    assert!(!shop.is_valid(&token).await && !is_valid_elsewhere(&other, &token).await);
    let refused = shop.try_sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(refused, shop.try_sign_in("nobody@example.com", PASSWORD).await);
    assert_eq!(renew(&shop, &token).await["customerAccessToken"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_weaker_hash_is_made_anew_when_its_owner_signs_in() {
    use argon2::password_hash::PasswordHasher as _;
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    let row = shop.customer_row("ada@example.com").await;
    let weak = argon2::Argon2::from(argon2::Params::new(8, 1, 1, None).unwrap());
    let weak = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    customer_credential::Entity::update_many()
        .col_expr(customer_credential::Column::PasswordHash, Expr::val(weak.clone()))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    let hash = || async {
        let row = customer_credential::Entity::find_by_id(row.id).one(shop.app.db.fresh()).await;
        row.unwrap().unwrap().password_hash
    };
    is_refused(
        &shop.try_sign_in("ada@example.com", "wrong sentence").await,
        "UNIDENTIFIED_CUSTOMER",
        "input",
    );
    assert_eq!(hash().await, weak, "a wrong password changes nothing");
    shop.sign_in("ada@example.com", PASSWORD).await;
    let strong = hash().await;
    assert!(strong.contains("m=19456,t=2,p=1"), "{strong}");
    shop.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!(hash().await, strong, "once is enough");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_of_too_many_sessions_ends() {
    let shop = TestShop::open().await;
    let (_, first) = shop.signed_in("ada@example.com").await;
    let row = shop.customer_row("ada@example.com").await;
    let now = Utc::now();
    let others = (1..MAX_TOKENS).map(|index| customer_access_token::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        customer_id: sea_orm::ActiveValue::Set(row.id),
        token_hash: sea_orm::ActiveValue::Set(vec![u8::try_from(index).unwrap()]),
        expires_at: sea_orm::ActiveValue::Set(now + TimeDelta::days(1)),
        revoked_at: sea_orm::ActiveValue::Set(None),
        created_at: sea_orm::ActiveValue::Set(now),
    });
    customer_access_token::Entity::insert_many(others)
        .exec_without_returning(shop.app.db.writer())
        .await
        .unwrap();
    assert!(shop.is_valid(&first).await);
    let last = shop.sign_in("ada@example.com", PASSWORD).await;
    assert!(!shop.is_valid(&first).await && shop.is_valid(&last).await);
    assert_eq!(customer_access_token::Entity::find().count(shop.app.db.fresh()).await.unwrap(), MAX_TOKENS);
}

/// Who comes second sees what the first one did and would refuse it: it is told what that one was told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_out_many_times_at_once_under_a_key_is_told_one_answer() {
    let shop = Arc::new(TestShop::open().await);
    let (_, token) = shop.signed_in("ada@example.com").await;
    let query = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) {
        deletedAccessToken userErrors { message } } }";
    let body = json!({ "query": query, "variables": { "token": token } }).to_string();
    let answers = at_once(16, |_| {
        let request = shop.client.post(format!("{}/api/2026-04/graphql.json", shop.url));
        let request = request.header("content-type", "application/json").header("idempotency-key", "bye");
        let request = request.body(body.clone());
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    });
    for answer in answers.await {
        assert_eq!(
            answer["data"]["customerAccessTokenDelete"]["deletedAccessToken"],
            json!(token),
            "{answer}"
        );
    }
    assert!(!shop.is_valid(&token).await);
}
