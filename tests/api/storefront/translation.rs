//! Texts in the languages that the shop speaks.

use entity::translation::{self, ResourceType};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::translation::{NewLocale, NewText, register, remove, save_locales};

use super::metafield::{define, field, open_definition, product, save};
use crate::support::{ProductSpec, TestShop};

pub(super) async fn speak(shop: &TestShop, locales: &[(&str, bool)]) {
    let locales = locales
        .iter()
        .map(|(locale, published)| NewLocale { locale: (*locale).to_owned(), published: *published });
    save_locales(&shop.app, &Actor::System, locales.collect()).await.unwrap();
}

async fn translate(shop: &TestShop, resource: ResourceType, id: i64, texts: &[(&str, &str)]) {
    let texts = texts.iter().map(|text| NewText::from(*text)).collect();
    register(&shop.app, &Actor::System, resource, id, "FR", texts).await.unwrap();
}

async fn title(shop: &TestShop, language: &str) -> Value {
    let query = format!(
        "query @inContext(language: {language}) {{ product(handle: \"mug\") {{ title }} \
         localization {{ language {{ isoCode }} }} }}"
    );
    let found = shop.ask(&query, json!({})).await;
    json!([found["product"]["title"], found["localization"]["language"]["isoCode"]])
}

async fn with_french_mug() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    speak(&shop, &[("FR", true)]).await;
    let id = shop.product_row("mug").await.id.0;
    translate(&shop, ResourceType::Product, id, &[("title", "Tasse")]).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_come_in_the_language_asked_for_where_it_is_published() {
    let shop = with_french_mug().await;
    let original = shop.product_row("mug").await.title;
    assert_eq!(title(&shop, "FR").await, json!(["Tasse", "FR"]));
    assert_eq!(title(&shop, "EN").await, json!([original, "EN"]));
    // Not spoken: the shop's own.
    assert_eq!(title(&shop, "JA").await, json!([original, "EN"]));
    let languages =
        "{ localization { availableLanguages { isoCode } country { availableLanguages { isoCode } } } }";
    let found = shop.ask(languages, json!({})).await["localization"].clone();
    let spoken = json!([{ "isoCode": "EN" }, { "isoCode": "FR" }]);
    assert_eq!(found, json!({ "availableLanguages": spoken, "country": { "availableLanguages": spoken } }));
    // Spoken no more.
    speak(&shop, &[("FR", false), ("DE", true)]).await;
    assert_eq!(title(&shop, "FR").await, json!([original, "EN"]));
    assert_eq!(title(&shop, "DE").await, json!([original, "DE"]));
    speak(&shop, &[("FR", true)]).await;
    assert_eq!(title(&shop, "FR").await, json!(["Tasse", "FR"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_translation_is_read_at_once_and_on_other_nodes_when_they_hear_of_it() {
    let shop = with_french_mug().await;
    assert_eq!(title(&shop, "FR").await[0], "Tasse");
    let id = shop.product_row("mug").await.id.0;
    translate(&shop, ResourceType::Product, id, &[("title", "Gobelet")]).await;
    assert_eq!(title(&shop, "FR").await[0], "Gobelet");
    let other = shop.second_node().await;
    register(&other, &Actor::System, ResourceType::Product, id, "FR", vec![("title", "Mug").into()])
        .await
        .unwrap();
    shop.app.follow().await.unwrap();
    assert_eq!(title(&shop, "FR").await[0], "Mug");
    remove(&shop.app, &Actor::System, ResourceType::Product, id, "FR", &["title".to_owned()]).await.unwrap();
    assert_eq!(title(&shop, "FR").await[0], json!(shop.product_row("mug").await.title));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_kinds_of_texts_are_translated() {
    let shop = with_french_mug().await;
    let id = shop.product_row("mug").await.id.0;
    let texts = [("body_html", "<p>Une <b>tasse</b></p>")];
    translate(&shop, ResourceType::Product, id, &texts).await;
    let collection = shop.collect("kitchen", &["mug"]).await;
    let number: i64 = collection.rsplit('/').next().unwrap().parse().unwrap();
    let texts = [("title", "Cuisine"), ("body_html", "<p>Tout</p>")];
    translate(&shop, ResourceType::Collection, number, &texts).await;
    define(&shop, open_definition("care", "single_line_text_field")).await;
    let mug = product(&shop, "mug").await;
    let saved = save(&shop, vec![field(mug, "care", "single_line_text_field", "wash")]).await;
    translate(&shop, ResourceType::Metafield, saved[0].id.0, &[("value", "laver")]).await;
    let query = "query @inContext(language: FR) {
        product(handle: \"mug\") { title description descriptionHtml metafield(key: \"care\") { value } }
        collection(handle: \"kitchen\") { title description descriptionHtml } }";
    assert_eq!(
        shop.ask(query, json!({})).await,
        json!({
            "product": { "title": "Tasse", "description": "Une tasse", "descriptionHtml": "<p>Une <b>tasse</b></p>",
                "metafield": { "value": "laver" } },
            "collection": { "title": "Cuisine", "description": "Tout", "descriptionHtml": "<p>Tout</p>" },
        })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn translations_cost_nothing_in_the_shops_own_language_and_one_statement_in_another() {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> =
        (0..24).map(|index| ProductSpec::new(&format!("p-{index:02}"))).collect();
    shop.have(&products).await;
    let query = |language: &str| {
        format!(
            "query($first: Int!) @inContext(language: {language}) {{ products(first: $first) {{ nodes {{ title \
             description }} }} }}"
        )
    };
    speak(&shop, &[("FR", true)]).await;
    // The node also follows what others write now and then: the least of some tries is what an answer costs.
    let least = async |language: &str| {
        let mut least = u64::MAX;
        for _ in 0..5 {
            least = least.min(shop.statements_of(&query(language), json!({ "first": 24 })).await);
        }
        least
    };
    let own = least("EN").await;
    let id = shop.product_row("p-00").await.id.0;
    let mut first = u64::MAX;
    for title in ["un", "deux", "trois", "quatre", "cinq"] {
        translate(&shop, ResourceType::Product, id, &[("title", title)]).await;
        shop.ask(&query("EN"), json!({ "first": 24 })).await;
        first = first.min(shop.statements_of_first(&query("FR"), json!({ "first": 24 })).await);
    }
    assert_eq!(first, own + 1, "what was forgotten is read again by one statement");
    assert_eq!(least("FR").await, own, "what is remembered costs nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn translations_that_make_no_sense_are_refused_and_change_nothing() {
    let shop = with_french_mug().await;
    let id = shop.product_row("mug").await.id.0;
    let rows = || async { translation::Entity::find().all(shop.app.db.fresh()).await.unwrap() };
    let before = rows().await;
    let long = "x".repeat(512 * 1024 + 1);
    for (locale, texts, code) in [
        ("XX", vec![("title", "a")], "INVALID_LOCALE"),
        ("EN", vec![("title", "a")], "INVALID_LOCALE_FOR_SHOP"),
        ("DE", vec![("title", "a")], "LOCALE_NOT_ENABLED"),
        ("FR", vec![("title", " ")], "BLANK"),
        ("FR", vec![("", "a")], "BLANK"),
        ("FR", vec![("title", long.as_str())], "TOO_LONG"),
        ("FR", vec![("title", "a"); 251], "TOO_MANY"),
    ] {
        let texts = texts.into_iter().map(NewText::from).collect();
        let outcome = register(&shop.app, &Actor::System, ResourceType::Product, id, locale, texts).await;
        assert_eq!(outcome.unwrap_err().code(), code);
        assert_eq!(rows().await, before);
    }
    let nobody = Actor::stranger();
    let texts = vec![NewText::from(("title", "a"))];
    let outcome = register(&shop.app, &nobody, ResourceType::Product, id, "FR", texts).await;
    assert_eq!(outcome.unwrap_err().code(), "ACCESS_DENIED");
    for (locale, code) in [("EN", "INVALID_LOCALE_FOR_SHOP"), ("XX", "INVALID_LOCALE")] {
        let locales = vec![NewLocale { locale: locale.to_owned(), published: true }];
        assert_eq!(save_locales(&shop.app, &Actor::System, locales).await.unwrap_err().code(), code);
    }
    assert_eq!(rows().await, before);
    assert_eq!(title(&shop, "FR").await[0], "Tasse");
}
