//! Where the shop sells, in which currencies and languages.

use entity::market::MarketStatus;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::market::{NewMarket, find_language};
use tradepost::translation::{NewLocale, save_locales};

use crate::support::TestShop;
use crate::support::market::market;

const COUNTRIES: &str =
    "{ localization { availableCountries { isoCode currency { isoCode symbol name } unitSystem name
    market { handle } defaultLanguage { isoCode } availableLanguages { isoCode } } } }";

async fn speak(shop: &TestShop, published: &[&str], hidden: &[&str]) {
    let locale = |published| move |code: &&str| NewLocale { locale: (*code).to_owned(), published };
    let locales = published.iter().map(locale(true)).chain(hidden.iter().map(locale(false)));
    save_locales(&shop.app, &Actor::System, locales.collect()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_without_other_markets_sells_where_it_delivers() {
    let shop = TestShop::open().await;
    let answer = shop.ask(COUNTRIES, json!({})).await;
    let countries = answer["localization"]["availableCountries"].as_array().unwrap();
    let shown = |country: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&country["isoCode"]), text(&country["currency"]["isoCode"]), text(&country["market"]["handle"]))
    };
    let expected = [("DE", "EUR", "de"), ("US", "EUR", "de")].map(|(a, b, c)| (a.into(), b.into(), c.into()));
    assert_eq!(countries.iter().map(shown).collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_country_tells_its_market_its_currency_and_its_languages() {
    let shop = TestShop::open().await;
    shop.sell_abroad().await;
    speak(&shop, &["JA", "FR"], &["ES"]).await;
    let japan = NewMarket { languages: vec![find_language("JA").unwrap()], ..market("jp", "JPY", &["JP"]) };
    shop.sell_in(&japan).await;
    let draft = NewMarket { status: MarketStatus::Draft, ..market("later", "EUR", &["FR"]) };
    shop.sell_in(&draft).await;
    let languages =
        |codes: &[&str]| json!(codes.iter().map(|code| json!({ "isoCode": code })).collect::<Vec<_>>());
    let expected = json!([
        { "isoCode": "DE", "currency": { "isoCode": "EUR", "symbol": "€", "name": "Euro" },
          "unitSystem": "METRIC_SYSTEM", "name": "Germany", "market": { "handle": "de" },
          "defaultLanguage": { "isoCode": "EN" }, "availableLanguages": languages(&["EN", "FR", "JA"]) },
        { "isoCode": "JP", "currency": { "isoCode": "JPY", "symbol": "¥", "name": "Japanese Yen" },
          "unitSystem": "METRIC_SYSTEM", "name": "Japan", "market": { "handle": "jp" },
          "defaultLanguage": { "isoCode": "JA" }, "availableLanguages": languages(&["JA"]) },
        { "isoCode": "US", "currency": { "isoCode": "USD", "symbol": "$", "name": "US Dollar" },
          "unitSystem": "IMPERIAL_SYSTEM", "name": "United States", "market": { "handle": "us" },
          "defaultLanguage": { "isoCode": "EN" }, "availableLanguages": languages(&["EN", "FR", "JA"]) },
    ]);
    assert_eq!(shop.ask(COUNTRIES, json!({})).await["localization"]["availableCountries"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_context_falls_back_to_what_is_served_and_spoken() {
    let shop = TestShop::open().await;
    shop.sell_abroad().await;
    speak(&shop, &["FR"], &["ES"]).await;
    let query = "query($country: CountryCode, $language: LanguageCode)
        @inContext(country: $country, language: $language) { localization {
        country { isoCode currency { isoCode } } language { isoCode } market { id handle metafield(key: \"a\") { value } }
        availableLanguages { isoCode } } shop { paymentSettings { currencyCode enabledPresentmentCurrencies } } }";
    for (country, language, expected) in [
        (Value::Null, Value::Null, ("DE", "EUR", "EN", "de")),
        (json!("US"), json!("FR"), ("US", "USD", "FR", "us")),
        (json!("US"), json!("ES"), ("US", "USD", "EN", "us")),
        (json!("JP"), json!("DE"), ("JP", "JPY", "EN", "jp")),
        (json!("BR"), json!("FR"), ("DE", "EUR", "FR", "de")),
    ] {
        let answer = shop.ask(query, json!({ "country": country, "language": language })).await;
        let context = &answer["localization"];
        let found = (
            context["country"]["isoCode"].as_str().unwrap(),
            context["country"]["currency"]["isoCode"].as_str().unwrap(),
            context["language"]["isoCode"].as_str().unwrap(),
            context["market"]["handle"].as_str().unwrap(),
        );
        assert_eq!(found, expected, "{country} {language}");
        assert_eq!(context["availableLanguages"], json!([{ "isoCode": "EN" }, { "isoCode": "FR" }]));
        assert_eq!(context["market"]["metafield"], Value::Null);
        let settings = &answer["shop"]["paymentSettings"];
        assert_eq!(settings["currencyCode"], "EUR", "the shop's own, wherever the buyer is");
        assert_eq!(settings["enabledPresentmentCurrencies"], json!(["EUR", "JPY", "USD"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_active_market_is_found_by_its_id() {
    let shop = TestShop::open().await;
    let (us, _) = shop.sell_abroad().await;
    let query =
        "query($id: ID!) { node(id: $id) { __typename id ... on Market { handle metafields(identifiers: [
        { key: \"a\" }]) { value } } } }";
    let id = format!("gid://shopify/Market/{us}");
    let expected = json!({ "__typename": "Market", "id": id, "handle": "us", "metafields": [null] });
    assert_eq!(shop.ask(query, json!({ "id": id })).await["node"], expected);
    let draft = NewMarket { status: MarketStatus::Draft, ..market("later", "EUR", &["FR"]) };
    let draft = format!("gid://shopify/Market/{}", shop.sell_in(&draft).await);
    assert_eq!(shop.ask(query, json!({ "id": draft })).await["node"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_context_may_name_buyer_location_and_consent() {
    let shop = TestShop::open().await;
    let query = "query($consent: VisitorConsent) @inContext(country: DE, preferredLocationId: \"gid://shopify/Location/1\",
        visitorConsent: $consent) { localization { country { isoCode } } }";
    let consent = json!({ "analytics": true, "marketing": false, "preferences": true, "saleOfData": false });
    let expected = json!({ "localization": { "country": { "isoCode": "DE" } } });
    assert_eq!(shop.ask(query, json!({ "consent": consent })).await, expected);
    let buyer = "query($token: String!) @inContext(buyer: { customerAccessToken: $token,
        companyLocationId: \"gid://shopify/CompanyLocation/1\" }) { localization { country { isoCode } } }";
    assert_eq!(shop.ask(buyer, json!({ "token": "unknown" })).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telling_where_the_shop_sells_takes_few_statements() {
    let shop = TestShop::open().await;
    let query = "{ localization { country { isoCode } language { isoCode } market { handle }
        availableLanguages { isoCode } availableCountries { isoCode currency { isoCode } availableLanguages { isoCode }
          market { handle } } } }";
    let one_market = shop.statements_of(query, json!({})).await;
    assert!(one_market <= 1, "{one_market}");
    shop.sell_abroad().await;
    assert_eq!(shop.statements_of(query, json!({})).await, 0);
}
