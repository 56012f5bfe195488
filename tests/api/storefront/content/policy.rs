//! Policies.

use entity::shop_policy::PolicyKind;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content;

use crate::support::TestShop;

const POLICIES: &str =
    "{ shop { privacyPolicy { ...P } refundPolicy { ...P } shippingPolicy { ...P } termsOfService { ...P }
    termsOfSale { ...P } legalNotice { ...P } contactInformation { ...P }
    subscriptionPolicy { id handle title url body } } }
  fragment P on ShopPolicy { id handle title url body }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_without_policies_has_words_about_subscriptions_only() {
    let shop = TestShop::open().await;
    let found = shop.ask(POLICIES, json!({})).await["shop"].clone();
    for (name, policy) in found.as_object().unwrap() {
        if name != "subscriptionPolicy" {
            assert_eq!(*policy, Value::Null, "{name}");
        }
    }
    let default = &found["subscriptionPolicy"];
    assert_eq!(default["id"], Value::Null);
    assert_eq!(default["handle"], "subscription-policy");
    assert_eq!(default["title"], "Subscription policy");
    assert_eq!(default["url"], format!("{}/policies/subscription-policy", shop.url));
    assert!(default["body"].as_str().unwrap().contains("subscription"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_policy_is_found_by_its_field_and_by_its_id() {
    let shop = TestShop::open().await;
    let fields = [
        ("privacyPolicy", PolicyKind::Privacy, "privacy-policy", "Privacy policy"),
        ("refundPolicy", PolicyKind::Refund, "refund-policy", "Refund policy"),
        ("shippingPolicy", PolicyKind::Shipping, "shipping-policy", "Shipping policy"),
        ("termsOfService", PolicyKind::TermsOfService, "terms-of-service", "Terms of service"),
        ("termsOfSale", PolicyKind::TermsOfSale, "terms-of-sale", "Terms of sale"),
        ("legalNotice", PolicyKind::LegalNotice, "legal-notice", "Legal notice"),
        ("contactInformation", PolicyKind::ContactInformation, "contact-information", "Contact information"),
        ("subscriptionPolicy", PolicyKind::Subscription, "subscription-policy", "Subscription policy"),
    ];
    let mut ids = Vec::new();
    for (field, kind, ..) in fields {
        let saved = content::save_policy(&shop.app, &Actor::System, kind, &format!("<p>{field}</p>")).await;
        ids.push(format!("gid://shopify/ShopPolicy/{}", saved.unwrap().id));
    }
    let found = shop.ask(POLICIES, json!({})).await["shop"].clone();
    for ((field, _, handle, title), id) in fields.iter().zip(&ids) {
        assert_eq!(
            found[field],
            json!({ "id": id, "handle": handle, "title": title, "body": format!("<p>{field}</p>"),
                "url": format!("{}/policies/{handle}", shop.url) })
        );
    }
    let by_id = shop
        .ask("query($id: ID!) { node(id: $id) { id ... on ShopPolicy { handle } } }", json!({ "id": ids[1] }))
        .await;
    assert_eq!(by_id["node"], json!({ "id": ids[1], "handle": "refund-policy" }));
    assert!(shop.statements_of(POLICIES, json!({})).await <= 1, "all policies are one statement");

    // Saving again changes the same one; deleting the subscription policy brings the general words back.
    content::save_policy(&shop.app, &Actor::System, PolicyKind::Refund, "<p>Newer</p>").await.unwrap();
    content::delete_policy(&shop.app, &Actor::System, PolicyKind::Subscription).await.unwrap();
    let found = shop.ask(POLICIES, json!({})).await["shop"].clone();
    assert_eq!(
        (&found["refundPolicy"]["id"], &found["refundPolicy"]["body"]),
        (&json!(ids[1]), &json!("<p>Newer</p>"))
    );
    assert_eq!(found["subscriptionPolicy"]["id"], Value::Null);
    let gone = content::delete_policy(&shop.app, &Actor::System, PolicyKind::Subscription).await.unwrap_err();
    assert_eq!(gone.code(), Some("NOT_FOUND"));
    let blank = content::save_policy(&shop.app, &Actor::System, PolicyKind::Refund, " \n").await.unwrap_err();
    assert_eq!(blank.code(), Some("BLANK"));
}
