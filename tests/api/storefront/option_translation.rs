//! Options, their values and titles of variants in the languages that the shop speaks.

use entity::translation::ResourceType;
use entity::{option_value, product_option};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::translation::register;

use super::translation::speak;
use crate::support::{ProductSpec, TestShop};

const FRENCH: [(&str, &str); 4] =
    [("Size", "Taille"), ("Color", "Couleur"), ("Red", "Rouge"), ("Blue", "Bleu")];

/// Everything in which names of options are.
const NAMES: &str = "options { name values optionValues { name } }
    variants(first: 9) { nodes { title selectedOptions { name value } } }
    variantBySelectedOptions(selectedOptions: [{ name: \"Size\", value: \"S\" }, { name: \"Color\", value: \"Red\" }]) { id }";

/// Gives options and values that are called so other names in a language.
async fn call(shop: &TestShop, locale: &str, names: &[(&str, &str)]) {
    let db = shop.app.db.fresh();
    let options = product_option::Entity::find().all(db).await.unwrap().into_iter();
    let options = options.map(|row| (ResourceType::ProductOption, row.id.0, row.name));
    let values = option_value::Entity::find().all(db).await.unwrap().into_iter();
    let values = values.map(|row| (ResourceType::OptionValue, row.id.0, row.name));
    for (kind, id, original) in options.chain(values) {
        if let Some((_, name)) = names.iter().find(|(known, _)| *known == original) {
            register(&shop.app, &Actor::System, kind, id, locale, vec![("name", *name).into()])
                .await
                .unwrap();
        }
    }
}

fn shirt(handle: &str) -> ProductSpec {
    ProductSpec::new(handle).in_sizes_and_colors(&["S", "M"], &["Red", "Blue"])
}

async fn with_french_shirt() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[shirt("shirt"), ProductSpec::new("mug")]).await;
    speak(&shop, &[("FR", true)]).await;
    call(&shop, "FR", &FRENCH).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn options_values_and_titles_come_in_the_language_asked_for() {
    let shop = with_french_shirt().await;
    let ask = async |language: &str| {
        let query = format!(
            "query @inContext(language: {language}) {{ product(handle: \"shirt\") {{
               options {{ name values optionValues {{ name firstSelectableVariant {{ title }} }} }}
               variants(first: 2) {{ nodes {{ title selectedOptions {{ name value }} }} }} }}
             mug: product(handle: \"mug\") {{ variants(first: 1) {{ nodes {{ title }} }} }} }}"
        );
        shop.ask(&query, json!({})).await
    };
    let expected = |size: &str, color: &str, red: &str, blue: &str| {
        let variant = |value: &str| {
            let options = json!([{ "name": size, "value": "S" }, { "name": color, "value": value }]);
            json!({ "title": format!("S / {value}"), "selectedOptions": options })
        };
        let value =
            |name: &str, first: &str| json!({ "name": name, "firstSelectableVariant": { "title": first } });
        let (first, second) = (format!("S / {red}"), format!("S / {blue}"));
        let sizes = [value("S", &first), value("M", &format!("M / {red}"))];
        json!({ "product": {
            "options": [
                { "name": size, "values": ["S", "M"], "optionValues": sizes },
                { "name": color, "values": [red, blue], "optionValues": [value(red, &first), value(blue, &second)] }],
            "variants": { "nodes": [variant(red), variant(blue)] } },
            "mug": { "variants": { "nodes": [{ "title": "Default Title" }] } } })
    };
    assert_eq!(ask("FR").await, expected("Taille", "Couleur", "Rouge", "Bleu"));
    assert_eq!(ask("EN").await, expected("Size", "Color", "Red", "Blue"));
    // In a cart too.
    let cart = shop.cart_with(&shop.variant_ids("shirt").await[1], 1).await;
    let query = "query($id: ID!) @inContext(language: FR) { cart(id: $id) { lines(first: 1) { nodes {
        merchandise { ... on ProductVariant { title } } } } } }";
    let line =
        shop.ask(query, json!({ "id": cart["cart"]["id"] })).await["cart"]["lines"]["nodes"][0].clone();
    assert_eq!(line["merchandise"]["title"], "S / Bleu");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_title_that_is_not_made_of_values_stays() {
    let shop = with_french_shirt().await;
    let id = shop.variant_rows("shirt").await[0].id;
    let row = entity::variant::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    let mut row: entity::variant::ActiveModel = row.into();
    row.title = sea_orm::ActiveValue::Set("The small one".to_owned());
    // Before anybody has looked at it.
    sea_orm::ActiveModelTrait::update(row, shop.app.db.writer()).await.unwrap();
    let query = "query @inContext(language: FR) { product(handle: \"shirt\") { variants(first: 2) { nodes { title } } } }";
    let expected = json!({ "nodes": [{ "title": "The small one" }, { "title": "S / Bleu" }] });
    assert_eq!(shop.ask(query, json!({})).await["product"]["variants"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_is_selected_by_translated_and_by_original_names() {
    let shop = with_french_shirt().await;
    let ids = shop.variant_ids("shirt").await;
    let ask = async |language: &str, chosen: [(&str, &str); 2], any_case: bool| {
        let query = format!(
            "query($o: [SelectedOptionInput!]!, $c: Boolean!) @inContext(language: {language}) {{
             product(handle: \"shirt\") {{
               exact: variantBySelectedOptions(selectedOptions: $o, caseInsensitiveMatch: $c) {{ id }}
               first: selectedOrFirstAvailableVariant(selectedOptions: $o, ignoreUnknownOptions: false,
                 caseInsensitiveMatch: $c) {{ id }}
               beside: adjacentVariants(selectedOptions: $o, ignoreUnknownOptions: false,
                 caseInsensitiveMatch: $c) {{ id }} }} }}"
        );
        let chosen = chosen.map(|(name, value)| json!({ "name": name, "value": value }));
        shop.ask(&query, json!({ "o": chosen, "c": any_case })).await["product"].clone()
    };
    let id = |place: usize| json!({ "id": ids[place] });
    // M and blue is the last; beside it lie S and blue, and M and red.
    let last = json!({ "exact": id(3), "first": id(3), "beside": [id(1), id(2)] });
    for chosen in [
        [("Taille", "M"), ("Couleur", "Bleu")],
        [("Size", "M"), ("Color", "Blue")],
        [("Couleur", "Blue"), ("Size", "M")],
    ] {
        assert_eq!(ask("FR", chosen, false).await, last, "{chosen:?}");
    }
    assert_eq!(ask("FR", [("TAILLE", "m"), ("couleur", "BLEU")], true).await, last);
    assert_eq!(ask("EN", [("Size", "M"), ("Color", "Blue")], false).await, last);
    // Unknown names select nothing: the first is shown, and those beside it.
    let first = json!({ "exact": Value::Null, "first": id(0), "beside": [id(1), id(2)] });
    assert_eq!(ask("FR", [("Taille", "M"), ("Couleur", "Vert")], false).await, first);
    assert_eq!(ask("FR", [("TAILLE", "M"), ("Couleur", "Bleu")], false).await, first);
    assert_eq!(ask("EN", [("Taille", "M"), ("Couleur", "Bleu")], false).await, first, "another language");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_options_cost_nothing_in_the_shops_own_language_and_the_same_for_any_number_of_products() {
    let shop = TestShop::open().await;
    let shirts: Vec<ProductSpec> = (0..24).map(|number| shirt(&format!("shirt-{number:02}"))).collect();
    shop.have(&shirts).await;
    let locales = ["FR", "IT", "ES", "NL", "PT_PT", "SV"];
    speak(&shop, &locales.map(|locale| (locale, true))).await;
    call(&shop, "FR", &FRENCH).await;
    let query = |language: &str, fields: &str| {
        format!(
            "query($first: Int!) @inContext(language: {language}) {{ products(first: $first) {{ nodes {{ {fields} }} }} }}"
        )
    };
    let own = shop.statements_of(&query("EN", NAMES), json!({ "first": 24 })).await;
    let without = shop.statements_of(&query("EN", "handle"), json!({ "first": 24 })).await;
    assert_eq!(own, without);
    // Each language is asked for once, so that nothing of it is remembered. The node also follows what others write now
    // and then: the least of some tries counts.
    let least = async |languages: &[&str], first: i32| {
        let mut least = u64::MAX;
        for language in languages {
            let statements =
                shop.statements_of_first(&query(language, NAMES), json!({ "first": first })).await;
            least = least.min(statements);
        }
        least
    };
    let (few, many) = (least(&locales[..3], 2).await, least(&locales[3..], 24).await);
    assert_eq!(few, many);
    assert!(many <= own + 2, "{many} instead of {own}");
    assert_eq!(shop.statements_of(&query("FR", NAMES), json!({ "first": 24 })).await, own, "remembered");
}
