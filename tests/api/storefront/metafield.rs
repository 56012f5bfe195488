//! Metafields: what shoppers read of them, and which they write on their carts.

use entity::metafield::{self, OwnerType};
use entity::metafield_definition::StorefrontAccess;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::metafield::{
    MetafieldError, MetafieldIdentifier, NewDefinition, NewMetafield, Validations, delete, save_definition,
    save_metafields,
};

use crate::support::{ProductSpec, TestShop, at_once, refusals};

/// A definition of products that shoppers read.
pub(super) fn open_definition(key: &str, kind: &str) -> NewDefinition {
    NewDefinition {
        owner_type: OwnerType::Product,
        namespace: "custom".to_owned(),
        key: key.to_owned(),
        name: key.to_owned(),
        description: Some(format!("about {key}")),
        kind: kind.to_owned(),
        validations: Validations::default(),
        storefront_access: StorefrontAccess::PublicRead,
    }
}

pub(super) async fn define(shop: &TestShop, new: NewDefinition) {
    save_definition(&shop.app, &Actor::System, new).await.unwrap();
}

/// A metafield of the namespace `custom`.
pub(super) fn field(owner: (OwnerType, i64), key: &str, kind: &str, value: &str) -> NewMetafield {
    NewMetafield {
        owner,
        namespace: "custom".to_owned(),
        key: key.to_owned(),
        kind: Some(kind.to_owned()),
        value: value.to_owned(),
    }
}

pub(super) async fn save(shop: &TestShop, new: Vec<NewMetafield>) -> Vec<metafield::Model> {
    save_metafields(&shop.app, &Actor::System, new).await.unwrap()
}

pub(super) async fn product(shop: &TestShop, handle: &str) -> (OwnerType, i64) {
    (OwnerType::Product, shop.product_row(handle).await.id.0)
}

async fn rows(shop: &TestShop) -> Vec<metafield::Model> {
    metafield::Entity::find().all(shop.app.db.fresh()).await.unwrap()
}

async fn value_of(shop: &TestShop, handle: &str, key: &str) -> Value {
    let query = "query($handle: String!, $key: String!) { product(handle: $handle) {
        metafield(key: $key) { value } } }";
    let found = shop.ask(query, json!({ "handle": handle, "key": key })).await;
    found["product"]["metafield"]["value"].clone()
}

/// Codes and fields of a refusal, with the element where there is one.
fn codes(outcome: Result<Vec<metafield::Model>, MetafieldError>) -> Vec<(String, Option<usize>, String)> {
    match outcome {
        Err(MetafieldError::Refused(refusals)) => refusals
            .into_iter()
            .map(|refusal| (refusal.code.name().to_owned(), refusal.index, refusal.field))
            .collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_metafield_tells_all_that_there_is_about_it() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("plate")]).await;
    define(&shop, open_definition("goes_with", "product_reference")).await;
    let (mug, plate) = (product(&shop, "mug").await, shop.product_id("plate").await);
    let saved = save(&shop, vec![field(mug, "goes_with", "product_reference", &plate)]).await;
    let query = "{ product(handle: \"mug\") { metafield(namespace: \"custom\", key: \"goes_with\") {
        __typename createdAt description id key namespace type updatedAt value
        parentResource { __typename ... on Product { handle } }
        reference { __typename ... on Product { handle } } references(first: 3) { nodes { __typename } } } } }";
    let found = shop.ask(query, json!({})).await["product"]["metafield"].clone();
    let time = saved[0].created_at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert_eq!(
        found,
        json!({
            "__typename": "Metafield", "createdAt": time, "description": "about goes_with",
            "id": format!("gid://shopify/Metafield/{}", saved[0].id), "key": "goes_with", "namespace": "custom",
            "type": "product_reference", "updatedAt": time, "value": plate,
            "parentResource": { "__typename": "Product", "handle": "mug" },
            "reference": { "__typename": "Product", "handle": "plate" }, "references": null,
        })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shoppers_read_only_what_a_definition_opens() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = product(&shop, "mug").await;
    let text = "single_line_text_field";
    let keys = ["open", "closed", "undefined"];
    save(&shop, keys.iter().map(|key| field(mug, key, text, key)).collect()).await;
    define(&shop, open_definition("open", text)).await;
    let closed =
        NewDefinition { storefront_access: StorefrontAccess::None, ..open_definition("closed", text) };
    define(&shop, closed.clone()).await;
    // A definition for other owners opens nothing here.
    let other = NewDefinition { owner_type: OwnerType::Collection, ..open_definition("undefined", text) };
    define(&shop, other).await;
    for (key, expected) in [("open", json!("open")), ("closed", Value::Null), ("undefined", Value::Null)] {
        assert_eq!(value_of(&shop, "mug", key).await, expected, "{key}");
    }
    let all = "{ product(handle: \"mug\") { metafields(identifiers: [{ key: \"closed\" },
        { key: \"open\", namespace: \"custom\" }, { key: \"open\", namespace: \"other\" }, { key: \"open\" }]) { value } } }";
    let found = shop.ask(all, json!({})).await["product"]["metafields"].clone();
    assert_eq!(found, json!([null, { "value": "open" }, null, { "value": "open" }]));
    // By its id neither.
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Metafield { key } } }";
    let ids: Vec<String> =
        rows(&shop).await.iter().map(|row| format!("gid://shopify/Metafield/{}", row.id)).collect();
    let found = shop.ask(nodes, json!({ "ids": ids })).await["nodes"].clone();
    assert_eq!(found, json!([{ "key": "open" }, null, null]));
    // Opened later, it is read from then on.
    define(&shop, NewDefinition { storefront_access: StorefrontAccess::PublicRead, ..closed }).await;
    assert_eq!(value_of(&shop, "mug", "closed").await, json!("closed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metafield_of_a_draft_is_not_found_by_its_id() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec { status: "draft", ..ProductSpec::new("secret") }]).await;
    define(&shop, open_definition("care", "single_line_text_field")).await;
    let owner = product(&shop, "secret").await;
    let saved = save(&shop, vec![field(owner, "care", "single_line_text_field", "wash")]).await;
    let id = format!("gid://shopify/Metafield/{}", saved[0].id);
    let found = shop.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(found["node"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_lead_only_to_what_shoppers_reach() {
    let shop = TestShop::open().await;
    let draft = ProductSpec { status: "draft", ..ProductSpec::new("draft") };
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("plate"), draft]).await;
    let collection = shop.collect("kitchen", &["mug"]).await;
    define(&shop, open_definition("hidden", "product_reference")).await;
    define(&shop, open_definition("set", "list.product_reference")).await;
    define(&shop, open_definition("part", "variant_reference")).await;
    define(&shop, open_definition("shelf", "collection_reference")).await;
    define(&shop, open_definition("words", "list.single_line_text_field")).await;
    let (draft, plate) = (shop.product_id("draft").await, shop.product_id("plate").await);
    let list = json!([draft, plate, shop.product_id("mug").await]).to_string();
    let mug = product(&shop, "mug").await;
    save(
        &shop,
        vec![
            field(mug, "hidden", "product_reference", &draft),
            field(mug, "set", "list.product_reference", &list),
            field(mug, "part", "variant_reference", &shop.variant_id("plate").await),
            field(mug, "shelf", "collection_reference", &collection),
            field(mug, "words", "list.single_line_text_field", r#"["a","b"]"#),
        ],
    )
    .await;
    let query = "query($after: String) { product(handle: \"mug\") {
        hidden: metafield(key: \"hidden\") { reference { __typename } }
        set: metafield(key: \"set\") { reference { __typename } references(first: 1, after: $after) {
            edges { cursor node { ... on Product { handle } } } nodes { ... on Product { handle } }
            pageInfo { hasNextPage hasPreviousPage } } }
        part: metafield(key: \"part\") { reference { ... on ProductVariant { product { handle } } } }
        shelf: metafield(key: \"shelf\") { reference { ... on Collection { handle } } }
        words: metafield(key: \"words\") { value reference { __typename } references(first: 1) { nodes { __typename } } }
    } }";
    let found = shop.ask(query, json!({})).await["product"].clone();
    assert_eq!(found["hidden"], json!({ "reference": null }));
    assert_eq!(found["set"]["reference"], Value::Null);
    let set = &found["set"]["references"];
    assert_eq!(set["nodes"], json!([{ "handle": "plate" }]));
    assert_eq!(set["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": false }));
    assert_eq!(found["part"], json!({ "reference": { "product": { "handle": "plate" } } }));
    assert_eq!(found["shelf"], json!({ "reference": { "handle": "kitchen" } }));
    assert_eq!(found["words"], json!({ "value": r#"["a","b"]"#, "reference": null, "references": null }));
    let after = set["edges"][0]["cursor"].clone();
    let found = shop.ask(query, json!({ "after": after })).await["product"]["set"]["references"].clone();
    assert_eq!(found["nodes"], json!([{ "handle": "mug" }]));
    assert_eq!(found["pageInfo"], json!({ "hasNextPage": false, "hasPreviousPage": true }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metafields_of_a_list_and_what_they_name_take_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> =
        (0..24).map(|index| ProductSpec::new(&format!("p-{index:02}"))).collect();
    shop.have(&products).await;
    define(&shop, open_definition("one", "product_reference")).await;
    define(&shop, open_definition("two", "list.product_reference")).await;
    define(&shop, open_definition("three", "variant_reference")).await;
    for index in 0..24 {
        let owner = product(&shop, &format!("p-{index:02}")).await;
        let next = format!("p-{:02}", (index + 1) % 24);
        let other = format!("p-{:02}", (index + 7) % 24);
        let list = json!([shop.product_id(&next).await, shop.product_id(&other).await]).to_string();
        save(
            &shop,
            vec![
                field(owner, "one", "product_reference", &shop.product_id(&next).await),
                field(owner, "two", "list.product_reference", &list),
                field(owner, "three", "variant_reference", &shop.variant_id(&other).await),
            ],
        )
        .await;
    }
    let query = "query($first: Int!) { products(first: $first) { nodes { handle
        one: metafield(key: \"one\") { value reference { ... on Product { handle title } } }
        two: metafield(key: \"two\") { references(first: 10) { nodes { ... on Product { handle } } } }
        three: metafield(key: \"three\") { reference { ... on ProductVariant { id price { amount } } } } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let all = shop.statements_of(query, json!({ "first": 24 })).await;
    println!("metafields: {one} statements for 1 product, {all} for 24");
    assert_eq!(one, all);
    assert!(all <= 6, "{all}");
    let found = shop.ask(query, json!({ "first": 24 })).await;
    let last = &found["products"]["nodes"][23];
    assert_eq!(last["one"]["reference"]["handle"], "p-00");
    assert_eq!(last["two"]["references"]["nodes"], json!([{ "handle": "p-00" }, { "handle": "p-06" }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metafields_that_make_no_sense_are_refused_and_change_nothing() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = product(&shop, "mug").await;
    define(&shop, open_definition("size", "number_integer")).await;
    save(&shop, vec![field(mug, "size", "number_integer", "7")]).await;
    let before = rows(&shop).await;
    let text = "single_line_text_field";
    let untyped = NewMetafield { kind: None, ..field(mug, "free", text, "x") };
    let spaced = NewMetafield { namespace: "a b c".to_owned(), ..field(mug, "free", text, "x") };
    for (new, expected) in [
        (vec![field(mug, "size", text, "7")], vec![("INVALID_TYPE", Some(0), "type")]),
        (vec![field(mug, "size", "number_integer", "many")], vec![("INVALID_VALUE", Some(0), "value")]),
        (vec![field(mug, "free", "string", "x")], vec![("INVALID_TYPE", Some(0), "type")]),
        (vec![untyped], vec![("BLANK", Some(0), "type")]),
        (vec![spaced], vec![("INVALID_VALUE", Some(0), "namespace")]),
        (vec![field(mug, "x", text, "x")], vec![("TOO_SHORT", Some(0), "key")]),
        (
            vec![field((OwnerType::Product, 999), "free", text, "x")],
            vec![("INVALID_OWNER", Some(0), "ownerId")],
        ),
        (
            vec![field((OwnerType::Company, 1), "free", text, "x")],
            vec![("INVALID_OWNER", Some(0), "ownerId")],
        ),
        (
            vec![field(mug, "ref", "product_reference", "gid://shopify/Product/999")],
            vec![("INVALID_VALUE", Some(0), "value")],
        ),
        (
            vec![
                field(mug, "free", text, "fine"),
                field(mug, "other", text, ""),
                field(mug, "free", text, "x"),
            ],
            vec![("INVALID_VALUE", Some(2), "key")],
        ),
        (
            vec![field(mug, "free", text, "fine"), field(mug, "other", text, "")],
            vec![("BLANK", Some(1), "value")],
        ),
        (vec![field(mug, "free", text, "x"); 26], vec![("LESS_THAN_OR_EQUAL_TO", None, "metafields")]),
    ] {
        let refused = codes(save_metafields(&shop.app, &Actor::System, new).await);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(code, index, field)| (code.to_owned(), index, field.to_owned()))
            .collect();
        assert_eq!(refused, expected);
        assert_eq!(rows(&shop).await, before);
    }
    let nobody = Actor::stranger();
    let outcome = save_metafields(&shop.app, &nobody, vec![field(mug, "free", text, "x")]).await;
    assert!(matches!(outcome, Err(MetafieldError::Forbidden("write_metafields"))));
    // A definition cannot say another type than the values have.
    let outcome = save_definition(&shop.app, &Actor::System, open_definition("size", "number_decimal")).await;
    assert_eq!(codes(outcome.map(|_| Vec::new())), [("INVALID_TYPE".to_owned(), None, "type".to_owned())]);
    assert_eq!(value_of(&shop, "mug", "size").await, json!("7"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saving_again_replaces_and_deleting_removes() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = product(&shop, "mug").await;
    define(&shop, open_definition("size", "number_integer")).await;
    let first = save(&shop, vec![field(mug, "size", "number_integer", "07")]).await;
    assert_eq!(value_of(&shop, "mug", "size").await, json!("7"));
    let second = save(&shop, vec![NewMetafield { kind: None, ..field(mug, "size", "", "8") }]).await;
    assert_eq!((first[0].id, second[0].value_num), (second[0].id, Some(8_000_000)));
    assert_eq!(value_of(&shop, "mug", "size").await, json!("8"));
    let identifier =
        |key: &str| MetafieldIdentifier { owner: mug, namespace: "custom".to_owned(), key: key.to_owned() };
    let deleted =
        delete(&shop.app, &Actor::System, vec![identifier("none"), identifier("size")]).await.unwrap();
    assert_eq!(deleted, [false, true]);
    assert_eq!(value_of(&shop, "mug", "size").await, Value::Null);
    assert_eq!(rows(&shop).await, []);
}

const SET: &str =
    "mutation($metafields: [CartMetafieldsSetInput!]!) { cartMetafieldsSet(metafields: $metafields) {
    metafields { key namespace type value parentResource { ... on Cart { id } } }
    userErrors { code elementIndex field message } } }";
const DELETE: &str = "mutation($input: CartMetafieldDeleteInput!) { cartMetafieldDelete(input: $input) {
    deletedId userErrors { code field message } } }";

async fn cart_of(shop: &TestShop) -> String {
    let made = shop.cart_with(&shop.variant_id("mug").await, 1).await;
    made["cart"]["id"].as_str().unwrap().to_owned()
}

async fn on_cart(shop: &TestShop, id: &str, keys: &[&str]) -> Value {
    let identifiers: Vec<Value> = keys.iter().map(|key| json!({ "key": key })).collect();
    let query = "query($id: ID!, $keys: [HasMetafieldsIdentifier!]!) { cart(id: $id) {
        metafields(identifiers: $keys) { value } } }";
    shop.ask(query, json!({ "id": id, "keys": identifiers })).await["cart"]["metafields"].clone()
}

fn wish(cart: &str, key: &str, kind: &str, value: &str) -> Value {
    json!({ "ownerId": cart, "key": key, "type": kind, "value": value })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shoppers_write_read_and_delete_metafields_of_their_cart() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let (mine, yours) = (cart_of(&shop).await, cart_of(&shop).await);
    let input = json!([
        wish(&mine, "gift.message", "multi_line_text_field", "For you"),
        wish(&mine, "wrap", "boolean", "true"),
    ]);
    let answer = shop.ask(SET, json!({ "metafields": input })).await["cartMetafieldsSet"].clone();
    let of = json!({ "id": mine });
    assert_eq!(
        answer,
        json!({ "userErrors": [], "metafields": [
            { "key": "message", "namespace": "gift", "type": "multi_line_text_field", "value": "For you",
              "parentResource": of },
            { "key": "wrap", "namespace": "custom", "type": "boolean", "value": "true", "parentResource": of },
        ] })
    );
    assert_eq!(on_cart(&shop, &mine, &["wrap"]).await, json!([{ "value": "true" }]));
    assert_eq!(on_cart(&shop, &yours, &["wrap"]).await, json!([null]));
    // A metafield's number alone opens nothing.
    let ids: Vec<String> =
        rows(&shop).await.iter().map(|row| format!("gid://shopify/Metafield/{}", row.id)).collect();
    let found = shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await;
    assert_eq!(found["nodes"], json!([null, null]));
    let number = rows(&shop).await[1].id;
    let remove = |cart: &str, key: &str| json!({ "input": { "ownerId": cart, "key": key } });
    let deleted = shop.ask(DELETE, remove(&yours, "wrap")).await["cartMetafieldDelete"].clone();
    assert_eq!(refusals(&deleted), [("METAFIELD_DOES_NOT_EXIST", "input.key".to_owned())]);
    let deleted = shop.ask(DELETE, remove(&mine, "wrap")).await["cartMetafieldDelete"].clone();
    let id = format!("gid://shopify/Metafield/{number}");
    assert_eq!(deleted, json!({ "deletedId": id, "userErrors": [] }));
    assert_eq!(on_cart(&shop, &mine, &["wrap"]).await, json!([null]));
    assert_eq!(rows(&shop).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cart_metafields_that_make_no_sense_are_refused_and_change_nothing() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = cart_of(&shop).await;
    let text = "single_line_text_field";
    define(
        &shop,
        NewDefinition {
            owner_type: OwnerType::Cart,
            storefront_access: StorefrontAccess::None,
            ..open_definition("score", "number_integer")
        },
    )
    .await;
    let stranger = format!("gid://shopify/Cart/{}", "A".repeat(27));
    let good = wish(&cart, "fine", text, "x");
    for (input, expected) in [
        (json!([wish(&stranger, "fine", text, "x")]), vec![("INVALID_OWNER", "metafields.0.ownerId")]),
        (json!([good, wish("rubbish", "fine", text, "x")]), vec![("INVALID_OWNER", "metafields.1.ownerId")]),
        (
            json!([wish("gid://shopify/Product/1", "fine", text, "x")]),
            vec![("INVALID_OWNER", "metafields.0.ownerId")],
        ),
        (
            json!([good, wish(&cart, "size", "number_integer", "x")]),
            vec![("INVALID_VALUE", "metafields.1.value")],
        ),
        (json!([wish(&cart, "size", "number", "1")]), vec![("INVALID_TYPE", "metafields.0.type")]),
        (json!([wish(&cart, "size", text, " ")]), vec![("BLANK", "metafields.0.value")]),
        (json!([wish(&cart, "$app.size", text, "x")]), vec![("APP_NOT_AUTHORIZED", "metafields.0.key")]),
        (
            json!([wish(&cart, "score", "number_integer", "1")]),
            vec![("APP_NOT_AUTHORIZED", "metafields.0.key")],
        ),
        (json!([wish(&cart, "", text, "x")]), vec![("BLANK", "metafields.0.key")]),
        (json!([wish(&cart, "x".repeat(65).as_str(), text, "x")]), vec![("TOO_LONG", "metafields.0.key")]),
        (json!(vec![good.clone(); 26]), vec![("LESS_THAN_OR_EQUAL_TO", "metafields")]),
        (json!([good, good]), vec![("INVALID_VALUE", "metafields.1.key")]),
    ] {
        let answer = shop.ask(SET, json!({ "metafields": input })).await["cartMetafieldsSet"].clone();
        let expected: Vec<_> = expected.into_iter().map(|(code, field)| (code, field.to_owned())).collect();
        assert_eq!(refusals(&answer), expected, "{answer:#}");
        assert_eq!(answer["metafields"], Value::Null);
        assert_eq!(rows(&shop).await, []);
    }
    for (input, expected) in [
        (json!({ "ownerId": stranger, "key": "fine" }), ("INVALID_OWNER", "input.ownerId")),
        (json!({ "ownerId": "x", "key": "fine" }), ("INVALID_OWNER", "input.ownerId")),
        (json!({ "ownerId": cart, "key": "fine" }), ("METAFIELD_DOES_NOT_EXIST", "input.key")),
        (json!({ "ownerId": cart, "key": "score" }), ("APP_NOT_AUTHORIZED", "input.key")),
    ] {
        let answer = shop.ask(DELETE, json!({ "input": input })).await["cartMetafieldDelete"].clone();
        assert_eq!(refusals(&answer), [(expected.0, expected.1.to_owned())]);
        assert_eq!(answer["deletedId"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_has_a_limited_number_of_metafields() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = cart_of(&shop).await;
    let batch = |from: usize| -> Vec<Value> {
        (from..from + 25)
            .map(|index| wish(&cart, &format!("key{index}"), "number_integer", &index.to_string()))
            .collect()
    };
    for from in (0..250).step_by(25) {
        let answer = shop.ask(SET, json!({ "metafields": batch(from) })).await;
        assert_eq!(answer["cartMetafieldsSet"]["userErrors"], json!([]));
    }
    let one_more = json!({ "metafields": [wish(&cart, "key250", "number_integer", "1")] });
    let answer = shop.ask(SET, one_more).await["cartMetafieldsSet"].clone();
    assert_eq!(refusals(&answer), [("LESS_THAN_OR_EQUAL_TO", "metafields".to_owned())]);
    // One that is there already can still be changed.
    let again = json!({ "metafields": [wish(&cart, "key249", "number_integer", "1")] });
    assert_eq!(shop.ask(SET, again).await["cartMetafieldsSet"]["userErrors"], json!([]));
    assert_eq!(rows(&shop).await.len(), 250);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metafields_of_a_cart_hold_a_limited_number_of_characters() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = cart_of(&shop).await;
    let long = "x".repeat(60_000);
    let mut codes = Vec::new();
    for index in 0..9 {
        let input =
            json!({ "metafields": [wish(&cart, &format!("key{index}"), "single_line_text_field", &long)] });
        let answer = shop.ask(SET, input).await["cartMetafieldsSet"].clone();
        codes.extend(refusals(&answer).iter().map(|(code, _)| (index, (*code).to_owned())));
    }
    assert_eq!(codes, [(8, "LESS_THAN_OR_EQUAL_TO".to_owned())]);
    assert_eq!(rows(&shop).await.len(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_can_begin_with_metafields() {
    let shop = TestShop::open().await;
    let create = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id
        metafield(key: \"wrap\") { value type } } userErrors { code field message } } }";
    let input = |kind: &str| {
        json!({ "input": { "metafields": [
        { "key": "gift.message", "type": "single_line_text_field", "value": "hello" },
        { "key": "wrap", "type": kind, "value": "true" }] } })
    };
    let made = shop.ask(create, input("boolean")).await["cartCreate"].clone();
    assert_eq!(made["userErrors"], json!([]));
    assert_eq!(made["cart"]["metafield"], json!({ "value": "true", "type": "boolean" }));
    let refused = shop.ask(create, input("number_integer")).await["cartCreate"].clone();
    assert_eq!(refusals(&refused), [("INVALID_METAFIELDS", "input.metafields.1.value".to_owned())]);
    assert_eq!(refused["cart"], Value::Null);
    assert_eq!(rows(&shop).await.len(), 2);
    assert_eq!(entity::cart::Entity::find().all(shop.app.db.fresh()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_keeps_the_metafields_of_its_cart_and_shows_those_that_are_opened() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    let input = json!([
        wish(&cart.id, "wrap", "boolean", "true"),
        wish(&cart.id, "mood", "single_line_text_field", "good"),
        wish(&cart.id, "approved", "boolean", "true"),
        wish(&cart.id, "points", "single_line_text_field", "many"),
    ]);
    let set = shop.ask(SET, json!({ "metafields": input })).await;
    assert_eq!(set["cartMetafieldsSet"]["userErrors"], json!([]));
    let of_order = |definition| NewDefinition { owner_type: OwnerType::Order, ..definition };
    define(&shop, of_order(open_definition("wrap", "boolean"))).await;
    // What the shop writes on orders, for itself or as something else, no cart writes for it.
    let closed =
        NewDefinition { storefront_access: StorefrontAccess::None, ..open_definition("approved", "boolean") };
    define(&shop, of_order(closed)).await;
    define(&shop, of_order(open_definition("points", "number_integer"))).await;
    let order = shop.buy(&cart.id).await["orderId"].clone();
    let kept = rows(&shop).await.into_iter().filter(|row| row.owner_type == OwnerType::Order);
    let kept: Vec<(String, String)> = kept.map(|row| (row.key, row.value_text)).collect();
    assert_eq!(kept, [("wrap".into(), "true".into()), ("mood".into(), "good".into())]);
    let query = "query($id: ID!) { node(id: $id) { ... on Order {
        wrap: metafield(key: \"wrap\") { value parentResource { ... on Order { name } } }
        mood: metafield(key: \"mood\") { value } } } }";
    let shown = shop.ask(query, json!({ "id": order })).await["node"].clone();
    assert_eq!(shown["wrap"]["value"], "true");
    assert!(shown["wrap"]["parentResource"]["name"].is_string(), "{shown:#}");
    assert_eq!(shown["mood"], Value::Null);
    // The cart is gone: nothing can be written on it any more.
    let late = json!({ "metafields": [wish(&cart.id, "late", "boolean", "true")] });
    let answer = shop.ask(SET, late).await["cartMetafieldsSet"].clone();
    assert_eq!(refusals(&answer), [("INVALID_OWNER", "metafields.0.ownerId".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metafields_of_a_cart_go_with_it() {
    let shop = TestShop::open_with(|config| config.cart_time = chrono::TimeDelta::zero()).await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let input = json!({ "input": { "metafields": [{ "key": "wrap", "type": "boolean", "value": "true" }] } });
    shop.ask("mutation($input: CartInput) { cartCreate(input: $input) { cart { id } } }", input).await;
    let mug = product(&shop, "mug").await;
    save(&shop, vec![field(mug, "wrap", "boolean", "true")]).await;
    assert_eq!(rows(&shop).await.len(), 2);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(tradepost::cart::purge_expired(&shop.app).await.unwrap(), 1);
    let left: Vec<OwnerType> = rows(&shop).await.iter().map(|row| row.owner_type).collect();
    assert_eq!(left, [OwnerType::Product]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shoppers_who_write_at_once_do_not_pass_the_limit_together() {
    let shop = std::sync::Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = cart_of(&shop).await;
    let batch = |from: usize| -> Vec<Value> {
        (from..from + 25)
            .map(|index| wish(&cart, &format!("key{index}"), "number_integer", &index.to_string()))
            .collect()
    };
    for from in (0..225).step_by(25) {
        shop.ask(SET, json!({ "metafields": batch(from) })).await;
    }
    let outcomes = at_once(4, |index| {
        let (shop, input) = (std::sync::Arc::clone(&shop), batch(1_000 + index * 25));
        async move {
            let answer = shop.ask(SET, json!({ "metafields": input })).await["cartMetafieldsSet"].clone();
            refusals(&answer).first().map(|(code, _)| (*code).to_owned())
        }
    })
    .await;
    let refused = outcomes.iter().flatten().filter(|code| *code == "LESS_THAN_OR_EQUAL_TO").count();
    assert_eq!(
        (refused, outcomes.iter().filter(|outcome| outcome.is_none()).count()),
        (3, 1),
        "{outcomes:?}"
    );
    assert_eq!(rows(&shop).await.len(), 250);
}
