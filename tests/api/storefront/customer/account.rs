//! Signing up and changing an account.

use entity::consent_event::{self, ConsentSource};
use entity::customer::CustomerState;
use entity::{customer, customer_credential, event};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{PASSWORD, errors, is_refused};
use crate::support::{ProductSpec, TestShop, at_once};

const UPDATE: &str = "mutation($token: String!, $customer: CustomerUpdateInput!) {
    customerUpdate(customerAccessToken: $token, customer: $customer) {
      customer { id email firstName lastName phone acceptsMarketing } customerAccessToken { accessToken }
      customerUserErrors { code field message } userErrors { field } } }";

async fn update(shop: &TestShop, token: &str, change: Value) -> Value {
    shop.ask(UPDATE, json!({ "token": token, "customer": change })).await["customerUpdate"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_made_and_read_with_its_token() {
    let shop = TestShop::open().await;
    let made = shop
        .sign_up(json!({ "email": " Ada@Example.com ", "password": PASSWORD, "firstName": " Ada ",
            "lastName": "Lovelace", "phone": "+49 (30) 901820", "acceptsMarketing": true }))
        .await;
    assert_eq!((&made["customerUserErrors"], &made["userErrors"]), (&json!([]), &json!([])));
    let expected = json!({
        "id": made["customer"]["id"], "email": "Ada@Example.com", "firstName": "Ada", "lastName": "Lovelace",
        "displayName": "Ada Lovelace", "phone": "+4930901820", "acceptsMarketing": true, "tags": [],
        "avatarUrl": null, "numberOfOrders": "0", "socialLoginProvider": null, "defaultAddress": null,
        "addresses": { "nodes": [] }, "orders": { "nodes": [], "totalCount": "0" }, "metafield": null });
    assert_eq!(made["customer"], expected);
    let token = shop.sign_in("ada@example.COM", PASSWORD).await;
    assert_eq!(shop.me(&token).await, expected);
    let row = shop.customer_row("ada@example.com").await;
    assert_eq!((row.state, row.email_verified_at), (CustomerState::Enabled, None));
    let hash =
        customer_credential::Entity::find_by_id(row.id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert!(hash.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.password_hash);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faulty_parts_are_refused_together_and_nothing_is_made() {
    let shop = TestShop::open().await;
    let good = json!({ "email": "ada@example.com", "password": PASSWORD });
    for (change, expected) in [
        (json!({ "email": "" }), vec![("BLANK", "input.email")]),
        (json!({ "email": "ada" }), vec![("INVALID", "input.email")]),
        (json!({ "password": "" }), vec![("BLANK", "input.password")]),
        (json!({ "password": "short77" }), vec![("TOO_SHORT", "input.password")]),
        (json!({ "password": "x1".repeat(65) }), vec![("TOO_LONG", "input.password")]),
        (
            json!({ "password": " leading space" }),
            vec![("PASSWORD_STARTS_OR_ENDS_WITH_WHITESPACE", "input.password")],
        ),
        (json!({ "password": "Password123" }), vec![("INVALID", "input.password")]),
        (json!({ "password": "Ada@example.com" }), vec![("INVALID", "input.password")]),
        (json!({ "firstName": "<b>Ada</b>" }), vec![("CONTAINS_HTML_TAGS", "input.firstName")]),
        (json!({ "lastName": "see https://x.example" }), vec![("CONTAINS_URL", "input.lastName")]),
        (json!({ "lastName": "x".repeat(256) }), vec![("TOO_LONG", "input.lastName")]),
        (json!({ "phone": "call me" }), vec![("INVALID", "input.phone")]),
        (
            json!({ "email": "x", "password": "y", "phone": "z" }),
            vec![("INVALID", "input.email"), ("INVALID", "input.phone"), ("TOO_SHORT", "input.password")],
        ),
    ] {
        let mut input = good.clone();
        for (key, value) in change.as_object().unwrap() {
            input[key] = value.clone();
        }
        let made = shop.sign_up(input).await;
        let expected: Vec<(String, String)> =
            expected.into_iter().map(|(code, field)| (code.to_owned(), field.to_owned())).collect();
        assert_eq!(errors(&made), expected, "{change}");
        assert_eq!(made["customer"], Value::Null);
        assert_eq!(made["userErrors"].as_array().unwrap().len(), expected.len(), "the deprecated list too");
    }
    assert_eq!(customer::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_one_account_however_many_sign_up_at_once() {
    let shop = std::sync::Arc::new(TestShop::open().await);
    let outcomes = at_once(24, |index| {
        let shop = std::sync::Arc::clone(&shop);
        let email = if index % 2 == 0 { "ada@example.com" } else { "ADA@example.com" };
        async move { shop.sign_up(json!({ "email": email, "password": PASSWORD })).await }
    })
    .await;
    let made = outcomes.iter().filter(|outcome| outcome["customer"].is_object()).count();
    assert_eq!(made, 1);
    for outcome in outcomes.iter().filter(|outcome| outcome["customer"].is_null()) {
        is_refused(outcome, "TAKEN", "input.email");
    }
    assert_eq!(customer::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_becomes_a_customer_by_a_mailed_link_only() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    shop.order_as(&mug, "Grace@example.com", None).await;
    let made = shop.sign_up(json!({ "email": "grace@example.com", "password": PASSWORD })).await;
    is_refused(&made, "CUSTOMER_DISABLED", "input.email");
    assert_eq!(made["customer"], Value::Null);
    is_refused(&shop.try_sign_in("grace@example.com", PASSWORD).await, "UNIDENTIFIED_CUSTOMER", "input");
    assert_eq!(shop.customer_row("grace@example.com").await.state, CustomerState::Guest);

    let (to, link) = shop.newest_link().await;
    assert_eq!(to, "Grace@example.com");
    assert!(link.starts_with(&format!("{}/account/activate/", shop.url)), "{link}");
    is_refused(&shop.open_link(&link, "short").await, "TOO_SHORT", "password");
    is_refused(&shop.open_link(&format!("{link}x"), PASSWORD).await, "TOKEN_INVALID", "activationUrl");
    let opened = shop.open_link(&link, PASSWORD).await;
    assert_eq!(opened["customerUserErrors"], json!([]), "{opened:#}");
    let token = opened["customerAccessToken"]["accessToken"].as_str().unwrap();
    assert_eq!(shop.order_names(token).await, ["#1001"], "the guest's orders are there");
    assert!(shop.customer_row("grace@example.com").await.email_verified_at.is_some());
    assert!(shop.is_valid(&shop.sign_in("grace@example.com", PASSWORD).await).await);
    is_refused(&shop.open_link(&link, "another sentence").await, "ALREADY_ENABLED", "");
    let taken = shop.sign_up(json!({ "email": "grace@example.com", "password": PASSWORD })).await;
    is_refused(&taken, "TAKEN", "input.email");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn activation_by_id_and_token_does_the_same() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    shop.order_as(&shop.variant_id("mug").await, "grace@example.com", None).await;
    shop.recover("grace@example.com").await;
    let (_, link) = shop.newest_link().await;
    let mut parts = link.rsplit('/');
    let (secret, number) = (parts.next().unwrap(), parts.next().unwrap());
    let query = "mutation($id: ID!, $input: CustomerActivateInput!) { customerActivate(id: $id, input: $input) {
        customer { email } customerAccessToken { accessToken } customerUserErrors { code field } userErrors { field } } }";
    let id = format!("gid://shopify/Customer/{number}");
    for (id, secret, code) in
        [(id.as_str(), "wrong", "TOKEN_INVALID"), ("gid://shopify/Customer/999", secret, "TOKEN_INVALID")]
    {
        let input = json!({ "activationToken": secret, "password": PASSWORD });
        let payload = shop.ask(query, json!({ "id": id, "input": input })).await["customerActivate"].clone();
        is_refused(&payload, code, "input.activationToken");
        assert_eq!((&payload["customer"], &payload["customerAccessToken"]), (&Value::Null, &Value::Null));
    }
    let input = json!({ "activationToken": secret, "password": PASSWORD });
    let wrong_kind = json!({ "id": "gid://shopify/Product/1", "input": input });
    assert_eq!(shop.error_code(query, wrong_kind).await, "INVALID_ID");
    let payload = shop.ask(query, json!({ "id": id, "input": input })).await["customerActivate"].clone();
    assert_eq!(payload["customer"]["email"], "grace@example.com", "{payload:#}");
    assert!(shop.is_valid(payload["customerAccessToken"]["accessToken"].as_str().unwrap()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_changes_what_they_name_and_nothing_else() {
    let shop = TestShop::open().await;
    let (id, token) = shop.signed_in("ada@example.com").await;
    let changed = update(&shop, &token, json!({ "lastName": "King", "phone": "+4930901820" })).await;
    let expected = json!({ "id": id, "email": "ada@example.com", "firstName": "Ada", "lastName": "King",
        "phone": "+4930901820", "acceptsMarketing": false });
    assert_eq!((&changed["customer"], &changed["customerAccessToken"]), (&expected, &Value::Null));
    let cleared = update(&shop, &token, json!({ "firstName": null, "phone": "" })).await["customer"].clone();
    assert_eq!((&cleared["firstName"], &cleared["phone"]), (&Value::Null, &Value::Null));
    assert_eq!(cleared["lastName"], "King");
    for granted in [true, true, false] {
        update(&shop, &token, json!({ "acceptsMarketing": granted })).await;
    }
    let words = consent_event::Entity::find().order_by_asc(consent_event::Column::Id);
    let words = words.all(shop.app.db.fresh()).await.unwrap();
    let words: Vec<(bool, ConsentSource)> = words.iter().map(|word| (word.granted, word.source)).collect();
    assert_eq!(words, [(true, ConsentSource::Profile), (false, ConsentSource::Profile)]);
    let before = shop.me(&token).await;
    is_refused(&update(&shop, &token, json!({ "email": "x" })).await, "INVALID", "customer.email");
    is_refused(
        &update(&shop, &token, json!({ "password": "short" })).await,
        "TOO_SHORT",
        "customer.password",
    );
    is_refused(&update(&shop, "wrong", json!({})).await, "TOKEN_INVALID", "customerAccessToken");
    shop.have_customer("grace@example.com").await;
    let taken = json!({ "email": "Grace@example.com", "firstName": "Eve" });
    is_refused(&update(&shop, &token, taken).await, "TAKEN", "customer.email");
    assert_eq!(shop.me(&token).await, before, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_address_is_unverified_and_ends_the_links_to_the_old_one() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let opened = shop.open_link(&link, PASSWORD).await;
    let token_after = opened["customerAccessToken"]["accessToken"].as_str().unwrap().to_owned();
    assert!(!shop.is_valid(&token).await);
    assert!(shop.customer_row("ada@example.com").await.email_verified_at.is_some());
    shop.recover("ada@example.com").await;
    let (_, old_link) = shop.newest_link().await;
    // The same address written otherwise stays verified.
    update(&shop, &token_after, json!({ "email": "ADA@example.com" })).await;
    assert!(shop.customer_row("ada@example.com").await.email_verified_at.is_some());
    update(&shop, &token_after, json!({ "email": "king@example.com" })).await;
    assert!(shop.customer_row("king@example.com").await.email_verified_at.is_none());
    is_refused(&shop.open_link(&old_link, "another sentence").await, "TOKEN_INVALID", "resetUrl");
    assert!(shop.is_valid(&shop.sign_in("king@example.com", PASSWORD).await).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_tells_who_or_with_what() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("canary@example.com").await;
    update(&shop, &token, json!({ "lastName": "Canaryname", "phone": "+4930901820" })).await;
    shop.recover("canary@example.com").await;
    let (_, link) = shop.newest_link().await;
    let secret = link.rsplit('/').next().unwrap().to_owned();
    shop.open_link(&link, "another canary sentence").await;
    let events = event::Entity::find().filter(event::Column::Entity.is_in(["customer", "one_time_token"]));
    let events = events.all(shop.app.db.fresh()).await.unwrap();
    assert!(events.len() >= 4, "{events:?}");
    let text = format!("{events:?}").to_lowercase();
    for word in ["canary", "901820", PASSWORD, &secret.to_lowercase(), &token.to_lowercase()] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let mails = entity::mail::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let text = format!("{mails:?}").to_lowercase();
    assert_eq!(mails.len(), 1);
    assert!(!text.contains("canary") && !text.contains(&secret.to_lowercase()), "{text}");
}
