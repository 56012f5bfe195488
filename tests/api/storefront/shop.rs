//! The shop, whom it serves, and the directives on operations and fragments.

use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::store::{self, NewShop};
use tradepost::translation::{NewLocale, save_locales};

use crate::support::TestShop;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shop_tells_its_name_its_money_and_where_it_delivers() {
    let shop = TestShop::open().await;
    let query =
        "{ shop { id name description moneyFormat shipsToCountries primaryDomain { host url sslEnabled }
        paymentSettings { countryCode currencyCode enabledPresentmentCurrencies acceptedCardBrands
          supportedDigitalWallets shopifyPaymentsAccountId } metafield(key: \"a\") { value } }
        paymentMethods { provider needsToken test } }";
    let expected = json!({
        "shop": {
            "id": "gid://shopify/Shop/1", "name": "My shop", "description": null, "moneyFormat": "€{{amount}}",
            "shipsToCountries": ["DE", "US"],
            "primaryDomain": { "host": shop.url.trim_start_matches("http://"), "url": shop.url, "sslEnabled": false },
            "paymentSettings": {
                "countryCode": "DE", "currencyCode": "EUR", "enabledPresentmentCurrencies": ["EUR"],
                "acceptedCardBrands": [], "supportedDigitalWallets": [], "shopifyPaymentsAccountId": null },
            "metafield": null },
        "paymentMethods": [
            { "provider": "manual", "needsToken": false, "test": false },
            { "provider": "test", "needsToken": true, "test": true }],
    });
    assert_eq!(shop.ask(query, json!({})).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_not_the_demo_has_no_test_gateway() {
    let shop = TestShop::open_with(|config| config.demo = false).await;
    let methods = shop.ask("{ paymentMethods { provider } }", json!({})).await;
    assert_eq!(methods["paymentMethods"], json!([{ "provider": "manual" }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_of_another_currency_prices_in_it() {
    let shop = TestShop::open().await;
    let currency = tradepost::money::Currency::find("JPY").unwrap();
    let new = NewShop { currency, country: "JP".to_owned(), language: "JA".to_owned(), ..NewShop::default() };
    store::replace_shop(&shop.app, &new).await.unwrap();
    shop.import("Handle,Variant Price\ntea,1200\n").await;
    let query = "{ shop { moneyFormat } localization { country { isoCode } language { isoCode } }
        product(handle: \"tea\") { priceRange { minVariantPrice { amount currencyCode } } } }";
    let expected = json!({
        "shop": { "moneyFormat": "¥{{amount_no_decimals}}" },
        "localization": { "country": { "isoCode": "JP" }, "language": { "isoCode": "JA" } },
        "product": { "priceRange": { "minVariantPrice": { "amount": "1200.0", "currencyCode": "JPY" } } },
    });
    assert_eq!(shop.ask(query, json!({})).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_localization_is_the_shops_own_unless_another_is_asked_for() {
    let shop = TestShop::open().await;
    let query = "{ localization {
        country { isoCode name unitSystem currency { isoCode name symbol } defaultLanguage { isoCode }
          availableLanguages { isoCode } }
        language { isoCode name endonymName }
        availableCountries { isoCode } availableLanguages { isoCode } } }";
    let expected = json!({
        "country": {
            "isoCode": "DE", "name": "Germany", "unitSystem": "METRIC_SYSTEM", "defaultLanguage": { "isoCode": "EN" },
            "currency": { "isoCode": "EUR", "name": "Euro", "symbol": "€" },
            "availableLanguages": [{ "isoCode": "EN" }] },
        "language": { "isoCode": "EN", "name": "English", "endonymName": "English" },
        "availableCountries": [{ "isoCode": "DE" }, { "isoCode": "US" }],
        "availableLanguages": [{ "isoCode": "EN" }],
    });
    assert_eq!(shop.ask(query, json!({})).await["localization"], expected);
}

const CONTEXT: &str = "{ localization { country { isoCode unitSystem } language { isoCode endonymName } } }";

fn american() -> Value {
    json!({ "localization": {
        "country": { "isoCode": "US", "unitSystem": "IMPERIAL_SYSTEM" },
        "language": { "isoCode": "DE", "endonymName": "Deutsch" } } })
}

fn own() -> Value {
    json!({ "localization": {
        "country": { "isoCode": "DE", "unitSystem": "METRIC_SYSTEM" },
        "language": { "isoCode": "EN", "endonymName": "English" } } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_context_takes_literals_variables_and_their_defaults() {
    let shop = TestShop::open().await;
    let german = vec![NewLocale { locale: "DE".to_owned(), published: true }];
    save_locales(&shop.app, &Actor::System, german).await.unwrap();
    let literal = format!("query @inContext(country: US, language: DE) {CONTEXT}");
    assert_eq!(shop.ask(&literal, json!({})).await, american());
    let variable = format!(
        "query($country: CountryCode, $language: LanguageCode) \
         @inContext(country: $country, language: $language) {CONTEXT}"
    );
    assert_eq!(shop.ask(&variable, json!({ "country": "US", "language": "DE" })).await, american());
    assert_eq!(shop.ask(&variable, json!({})).await, own());
    assert_eq!(shop.ask(&variable, json!({ "country": null })).await, own());
    let default = format!(
        "query Storefront($country: CountryCode = US, $language: LanguageCode! = DE) \
         @inContext(country: $country, language: $language) {CONTEXT}"
    );
    assert_eq!(shop.ask(&default, json!({})).await, american());
    let given = shop.ask(&default, json!({ "country": "DE", "language": "EN" })).await;
    assert_eq!(given, own());
    let bare = format!("query @inContext {CONTEXT}");
    assert_eq!(shop.ask(&bare, json!({})).await, own());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_context_of_a_mutation_gives_a_cart_its_country() {
    let shop = TestShop::open().await;
    let mutation = "mutation($country: CountryCode) @inContext(country: $country) {
        cartCreate { cart { buyerIdentity { countryCode } } } }";
    for (country, expected) in [(json!("US"), "US"), (Value::Null, "DE")] {
        let made = shop.ask(mutation, json!({ "country": country })).await;
        assert_eq!(made["cartCreate"]["cart"]["buyerIdentity"]["countryCode"], expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_context_with_words_that_are_none_is_refused() {
    let shop = TestShop::open().await;
    let variable = format!("query($country: CountryCode) @inContext(country: $country) {CONTEXT}");
    for (query, variables) in [
        (format!("query @inContext(country: XX) {CONTEXT}"), json!({})),
        (format!("query @inContext(country: 7) {CONTEXT}"), json!({})),
        (format!("query @inContext(continent: EU) {CONTEXT}"), json!({})),
        (format!("query @elsewhere {CONTEXT}"), json!({})),
        (variable.clone(), json!({ "country": "XX" })),
        (variable, json!({ "country": 7 })),
        ("{ shop { name @inContext(country: US) } }".to_owned(), json!({})),
    ] {
        assert_eq!(shop.error_code(&query, variables).await, "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defer_is_accepted_on_fragments_and_answered_at_once() {
    let shop = TestShop::open().await;
    let expected = json!({ "shop": { "id": "gid://shopify/Shop/1", "name": "My shop" } });
    for query in [
        "{ shop { id ...Parts @defer } } fragment Parts on Shop { name }",
        "{ shop { id ... @defer { name } } }",
        "{ shop { id ... on Shop @defer(if: true, label: \"later\") { name } } }",
        "query($wait: Boolean) { shop { id ... @defer(if: $wait) { name } } }",
    ] {
        assert_eq!(shop.ask(query, json!({})).await, expected, "{query}");
    }
    for query in ["{ shop { name @defer } }", "{ shop { ... @defer(when: true) { name } } }"] {
        assert_eq!(shop.error_code(query, json!({})).await, "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
}
