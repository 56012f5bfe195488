//! Forgotten passwords.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use entity::customer::CustomerState;
use entity::{mail, one_time_token};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use super::{PASSWORD, is_refused};
use crate::support::{TestShop, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_link_sets_a_password_once_and_ends_every_session() {
    let shop = TestShop::open().await;
    let (id, token) = shop.signed_in("ada@example.com").await;
    shop.recover("Ada@example.com").await;
    let (to, link) = shop.newest_link().await;
    assert_eq!(to, "ada@example.com");
    assert!(link.starts_with(&format!("{}/account/reset/", shop.url)), "{link}");
    assert!(shop.is_valid(&token).await, "asking changes nothing");
    is_refused(&shop.open_link(&link, "password").await, "INVALID", "password");
    is_refused(
        &shop.open_link(&link.replace("/reset/", "/reset/9"), PASSWORD).await,
        "TOKEN_INVALID",
        "resetUrl",
    );
    is_refused(
        &shop.open_link("https://shop.example/elsewhere", PASSWORD).await,
        "TOKEN_INVALID",
        "resetUrl",
    );
    let opened = shop.open_link(&link, "another sentence").await;
    assert_eq!((&opened["customer"]["id"], &opened["customerUserErrors"]), (&json!(id), &json!([])));
    let fresh = opened["customerAccessToken"]["accessToken"].as_str().unwrap();
    assert!(shop.is_valid(fresh).await && !shop.is_valid(&token).await);
    let again = shop.open_link(&link, "a third sentence").await;
    is_refused(&again, "TOKEN_INVALID", "resetUrl");
    assert_eq!((&again["customer"], &again["customerAccessToken"]), (&Value::Null, &Value::Null));
    assert!(shop.is_valid(&shop.sign_in("ada@example.com", "another sentence").await).await);
    is_refused(&shop.try_sign_in("ada@example.com", PASSWORD).await, "UNIDENTIFIED_CUSTOMER", "input");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reset_by_id_and_token_does_the_same_and_an_activation_link_is_none() {
    let shop = TestShop::open().await;
    let (id, _) = shop.signed_in("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let secret = link.rsplit('/').next().unwrap();
    let query = "mutation($id: ID!, $input: CustomerResetInput!) { customerReset(id: $id, input: $input) {
        customer { id } customerAccessToken { accessToken } customerUserErrors { code field } userErrors { field } } }";
    let wrong = json!({ "id": id, "input": { "resetToken": "x", "password": PASSWORD } });
    is_refused(&shop.ask(query, wrong).await["customerReset"], "TOKEN_INVALID", "input.resetToken");
    let activation = link.replace("/reset/", "/activate/");
    is_refused(&shop.open_link(&activation, PASSWORD).await, "TOKEN_INVALID", "activationUrl");
    let right = json!({ "id": id, "input": { "resetToken": secret, "password": "another sentence" } });
    let payload = shop.ask(query, right).await["customerReset"].clone();
    assert!(payload["customerAccessToken"]["accessToken"].is_string(), "{payload:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_uses_of_one_link_at_once_succeed_once() {
    let shop = Arc::new(TestShop::open().await);
    shop.have_customer("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let outcomes = at_once(64, |index| {
        let (shop, link) = (Arc::clone(&shop), link.clone());
        async move { shop.open_link(&link, &format!("sentence number {index}")).await }
    })
    .await;
    let won: Vec<usize> = (0..64).filter(|index| outcomes[*index]["customer"].is_object()).collect();
    assert_eq!(won.len(), 1, "{won:?}");
    for (index, outcome) in outcomes.iter().enumerate().filter(|(index, _)| *index != won[0]) {
        is_refused(outcome, "TOKEN_INVALID", "resetUrl");
        assert!(outcome["customerAccessToken"].is_null(), "{index}");
    }
    shop.sign_in("ada@example.com", &format!("sentence number {}", won[0])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_link_and_one_before_a_password_change_open_nothing() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let change = "mutation($token: String!) { customerUpdate(customerAccessToken: $token,
        customer: { password: \"another sentence\" }) { customerUserErrors { code } } }";
    shop.ask(change, json!({ "token": token })).await;
    is_refused(&shop.open_link(&link, PASSWORD).await, "TOKEN_INVALID", "resetUrl");
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::ExpiresAt, Expr::val(Utc::now() - TimeDelta::seconds(1)))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    is_refused(&shop.open_link(&link, PASSWORD).await, "TOKEN_INVALID", "resetUrl");
    shop.sign_in("ada@example.com", "another sentence").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_tells_nothing_of_who_has_an_account_and_costs_the_same() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    shop.have_customer("closed@example.com").await;
    shop.set_customer_state("closed@example.com", CustomerState::Disabled).await;
    let query =
        "mutation($email: String!) { customerRecover(email: $email) { customerUserErrors { code } } }";
    // On a node of its own: a server also follows what others wrote, now and then.
    let (node, stranger) = (shop.second_node().await, tradepost::actor::Actor::stranger());
    let mut costs = Vec::new();
    for email in ["ada@example.com", "nobody@example.com", "closed@example.com"] {
        let before = node.db.statement_count();
        tradepost::customer::recover(&node, &stranger, email).await.unwrap();
        costs.push(node.db.statement_count() - before);
        shop.recover(email).await;
    }
    assert_eq!(costs[0], costs[1]);
    assert_eq!(costs[0], costs[2]);
    shop.follow_events().await;
    assert_eq!(one_time_token::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 6);
    assert_eq!(
        mail::Entity::find().count(shop.app.db.fresh()).await.unwrap(),
        2,
        "only the account is written to"
    );
    let payload = shop.ask(query, json!({ "email": "rubbish" })).await["customerRecover"].clone();
    assert_eq!(payload["customerUserErrors"][0]["code"], "INVALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_to_one_address_are_limited_whether_it_has_an_account_or_not() {
    let shop = TestShop::open().await;
    shop.have_customer("ada@example.com").await;
    let query =
        "mutation($email: String!) { customerRecover(email: $email) { customerUserErrors { code } } }";
    for email in ["ada@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            shop.recover(email).await;
        }
        assert_eq!(shop.error_code(query, json!({ "email": email })).await, "THROTTLED", "{email}");
    }
    shop.follow_events().await;
    assert_eq!(mail::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 5);
}
