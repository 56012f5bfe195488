//! Multipass, with tokens that are made here from its description and not by the program.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use chrono::{TimeDelta, Utc};
use entity::customer::CustomerState;
use entity::{customer, customer_address, multipass_use};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{PASSWORD, is_refused};
use crate::support::{ProductSpec, TestShop};

const SECRET: &str = "a secret of the merchant";

async fn shop() -> TestShop {
    TestShop::open_with(|config| config.multipass_secret = Some(SECRET.into())).await
}

fn sealed(secret: &str, text: &str) -> Vec<u8> {
    let keys = Sha256::digest(secret.as_bytes());
    let mut iv = [0_u8; 16];
    rand::fill(&mut iv);
    let cipher = cbc::Encryptor::<aes::Aes128>::new_from_slices(&keys[..16], &iv).unwrap();
    let mut bytes = iv.to_vec();
    bytes.extend(cipher.encrypt_padded_vec_mut::<Pkcs7>(text.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(&keys[16..]).unwrap();
    mac.update(&bytes);
    bytes.extend(mac.finalize().into_bytes());
    bytes
}

fn token_of(claims: &Value) -> String {
    URL_SAFE.encode(sealed(SECRET, &claims.to_string()))
}

fn claims(email: &str) -> Value {
    json!({ "email": email, "created_at": Utc::now().to_rfc3339() })
}

async fn try_sign_in(shop: &TestShop, token: &str) -> Value {
    let query = "mutation($token: String!) { customerAccessTokenCreateWithMultipass(multipassToken: $token) {
        customerAccessToken { accessToken expiresAt } customerUserErrors { code field message } } }";
    shop.ask(query, json!({ "token": token })).await["customerAccessTokenCreateWithMultipass"].clone()
}

async fn sign_in(shop: &TestShop, claims: &Value) -> String {
    let payload = try_sign_in(shop, &token_of(claims)).await;
    let token = payload["customerAccessToken"]["accessToken"].as_str();
    token.unwrap_or_else(|| panic!("{payload:#}")).to_owned()
}

async fn refuses(shop: &TestShop, token: &str) {
    let payload = try_sign_in(shop, token).await;
    is_refused(&payload, "INVALID_MULTIPASS_REQUEST", "multipassToken");
    assert_eq!(payload["customerAccessToken"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_merchants_word_makes_an_account_and_fills_it() {
    let shop = shop().await;
    let mut vouched = claims("Ada@example.com");
    vouched["first_name"] = json!("Ada");
    vouched["last_name"] = json!("Lovelace");
    vouched["identifier"] = json!("crm-7");
    vouched["tag_string"] = json!("vip, Wholesale,VIP");
    vouched["return_to"] = json!("https://shop.example/cart");
    vouched["addresses"] = json!([
        { "address1": "1 King St", "city": "Toronto", "country": "Canada", "province": "Ontario", "zip": "M5H" },
        { "address1": "Invalidenstr. 1", "city": "Berlin", "country_code": "DE", "default": true },
    ]);
    let token = sign_in(&shop, &vouched).await;
    let me = shop.me(&token).await;
    assert_eq!((&me["email"], &me["displayName"]), (&json!("Ada@example.com"), &json!("Ada Lovelace")));
    assert_eq!(me["tags"], json!(["vip", "Wholesale"]));
    assert_eq!(me["addresses"]["nodes"].as_array().unwrap().len(), 2);
    assert_eq!(me["defaultAddress"]["city"], "Berlin");
    // The same words once more add nothing.
    vouched["created_at"] = json!((Utc::now() - TimeDelta::seconds(1)).to_rfc3339());
    let again = sign_in(&shop, &vouched).await;
    assert_eq!(shop.me(&again).await["id"], me["id"]);
    assert_eq!(customer_address::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 2);
    // The identifier finds them under another address too.
    let mut moved = claims("king@example.com");
    moved["identifier"] = json!("crm-7");
    let moved = shop.me(&sign_in(&shop, &moved).await).await;
    assert_eq!((&moved["id"], &moved["email"]), (&me["id"], &json!("king@example.com")));
    assert_eq!(customer::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_are_old_early_used_broken_or_anothers_are_refused() {
    let shop = shop().await;
    let at = |seconds: i64| json!({ "email": "ada@example.com", "created_at": (Utc::now() + TimeDelta::seconds(seconds)).to_rfc3339() });
    let good = sealed(SECRET, &claims("ada@example.com").to_string());
    let mut tampered = good.clone();
    tampered[20] ^= 1;
    let mut unsigned = good.clone();
    *unsigned.last_mut().unwrap() ^= 1;
    for token in [
        token_of(&at(-16 * 60)),
        token_of(&at(6 * 60)),
        token_of(&json!({ "email": "ada@example.com" })),
        token_of(&json!({ "created_at": Utc::now().to_rfc3339() })),
        token_of(&claims("rubbish")),
        token_of(&json!(["ada@example.com"])),
        URL_SAFE.encode(sealed("another secret", &claims("ada@example.com").to_string())),
        URL_SAFE.encode(sealed(SECRET, "no json")),
        URL_SAFE.encode(tampered),
        URL_SAFE.encode(unsigned),
        URL_SAFE.encode(&good[..good.len() - 1]),
        String::new(),
        "rubbish".to_owned(),
    ] {
        refuses(&shop, &token).await;
    }
    assert_eq!(customer::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
    assert_eq!(multipass_use::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
    let token = URL_SAFE.encode(&good);
    assert!(try_sign_in(&shop, &token).await["customerAccessToken"]["accessToken"].is_string());
    refuses(&shop, &token).await;
    refuses(&shop, token.trim_end_matches('=')).await;
    refuses(&shop, &STANDARD.encode(&good)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_bound_to_an_address_is_good_from_there_only() {
    let shop = shop().await;
    let mut bound = claims("ada@example.com");
    bound["remote_ip"] = json!("203.0.113.7");
    refuses(&shop, &token_of(&bound)).await;
    bound["remote_ip"] = json!("127.0.0.1");
    sign_in(&shop, &bound).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_are_closed_or_anothers_stay_so() {
    let shop = shop().await;
    shop.have_customer("closed@example.com").await;
    shop.set_customer_state("closed@example.com", CustomerState::Disabled).await;
    refuses(&shop, &token_of(&claims("closed@example.com"))).await;
    assert_eq!(shop.customer_row("closed@example.com").await.state, CustomerState::Disabled);
    let with = |email: &str, identifier: &str| {
        let mut claims = claims(email);
        claims["identifier"] = json!(identifier);
        claims
    };
    sign_in(&shop, &with("ada@example.com", "7")).await;
    refuses(&shop, &token_of(&with("ada@example.com", "8"))).await;
    sign_in(&shop, &with("bob@example.com", "9")).await;
    refuses(&shop, &token_of(&with("bob@example.com", "7"))).await;
    assert_eq!(shop.customer_row("ada@example.com").await.multipass_identifier.as_deref(), Some("7"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_chose_a_password_for_an_address_that_was_not_theirs_is_locked_out() {
    let shop = shop().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    // Somebody takes the address of another, who then buys as a guest.
    let (_, thief) = shop.signed_in("ada@example.com").await;
    shop.order_as(&shop.variant_id("mug").await, "ada@example.com", None).await;
    assert_eq!(shop.order_names(&thief).await, Vec::<String>::new());
    let owner = sign_in(&shop, &claims("ada@example.com")).await;
    assert!(!shop.is_valid(&thief).await);
    is_refused(&shop.try_sign_in("ada@example.com", PASSWORD).await, "UNIDENTIFIED_CUSTOMER", "input");
    shop.follow_events().await;
    assert_eq!(shop.order_names(&owner).await, ["#1001"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_secret_there_is_no_multipass() {
    let shop = TestShop::open().await;
    refuses(&shop, &token_of(&claims("ada@example.com"))).await;
}
