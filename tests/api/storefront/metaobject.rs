//! Metaobjects as shoppers read them.

use entity::metafield_definition::StorefrontAccess;
use entity::metaobject::MetaobjectStatus;
use entity::metaobject_field;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::metafield::{
    FieldDefinition, MetafieldError, NewMetaobject, NewMetaobjectDefinition, Validations, delete_metaobject,
    save_metaobject, save_metaobject_definition,
};

use super::metafield::{define, field, open_definition, product, save};
use crate::support::{ProductSpec, TestShop};

fn part(key: &str, kind: &str) -> FieldDefinition {
    FieldDefinition {
        key: key.to_owned(),
        name: key.to_owned(),
        description: None,
        kind: kind.to_owned(),
        required: key == "name",
        validations: Validations::default(),
    }
}

fn maker_kind() -> NewMetaobjectDefinition {
    NewMetaobjectDefinition {
        kind: "maker".to_owned(),
        name: "Maker".to_owned(),
        description: None,
        fields: vec![
            part("name", "single_line_text_field"),
            part("since", "number_integer"),
            part("known_for", "list.product_reference"),
            part("friend", "metaobject_reference"),
        ],
        display_key: Some("name".to_owned()),
        storefront_access: StorefrontAccess::PublicRead,
        publishable: true,
        url_handle: Some("makers".to_owned()),
        seo_title_key: Some("name".to_owned()),
        seo_description_key: None,
    }
}

async fn define_kind(shop: &TestShop, kind: NewMetaobjectDefinition) {
    save_metaobject_definition(&shop.app, &Actor::System, kind).await.unwrap();
}

fn maker(handle: &str, status: MetaobjectStatus, fields: &[(&str, &str)]) -> NewMetaobject {
    NewMetaobject {
        kind: "maker".to_owned(),
        handle: handle.to_owned(),
        status,
        fields: fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

async fn make(shop: &TestShop, new: NewMetaobject) -> String {
    let saved = save_metaobject(&shop.app, &Actor::System, new).await.unwrap();
    format!("gid://shopify/Metaobject/{}", saved.id)
}

async fn values(shop: &TestShop) -> Vec<metaobject_field::Model> {
    metaobject_field::Entity::find().all(shop.app.db.fresh()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_metaobject_tells_all_its_fields() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec { status: "draft", ..ProductSpec::new("draft") }]).await;
    define_kind(&shop, maker_kind()).await;
    let known = json!([shop.product_id("draft").await, shop.product_id("mug").await]).to_string();
    let fields = [("name", "Kettle & Larch"), ("known_for", known.as_str())];
    let id = make(&shop, maker("kettle", MetaobjectStatus::Active, &fields)).await;
    let query = "query($id: ID, $handle: MetaobjectHandleInput) { metaobject(id: $id, handle: $handle) {
        id handle type onlineStoreUrl name: field(key: \"name\") { key type value }
        none: field(key: \"none\") { key } seo { title { value } description { value } }
        fields { key type value reference { __typename }
          references(first: 5) { nodes { ... on Product { handle } } } } } }";
    let by_id = shop.ask(query, json!({ "id": id })).await["metaobject"].clone();
    let field = |key: &str, kind: &str, value: Value, references: Value| json!({ "key": key, "type": kind, "value": value, "reference": null, "references": references });
    assert_eq!(
        by_id,
        json!({
            "id": id, "handle": "kettle", "type": "maker", "onlineStoreUrl": format!("{}/pages/makers/kettle", shop.url),
            "name": { "key": "name", "type": "single_line_text_field", "value": "Kettle & Larch" }, "none": null,
            "seo": { "title": { "value": "Kettle & Larch" }, "description": null },
            "fields": [
                field("name", "single_line_text_field", json!("Kettle & Larch"), Value::Null),
                field("since", "number_integer", Value::Null, Value::Null),
                field("known_for", "list.product_reference", json!(known), json!({ "nodes": [{ "handle": "mug" }] })),
                field("friend", "metaobject_reference", Value::Null, Value::Null),
            ],
        })
    );
    let name = json!({ "handle": { "type": "maker", "handle": "kettle" } });
    assert_eq!(shop.ask(query, name).await["metaobject"], by_id);
    let node = "query($id: ID!) { node(id: $id) { ... on Metaobject { handle } } }";
    assert_eq!(shop.ask(node, json!({ "id": id })).await["node"], json!({ "handle": "kettle" }));
    for nothing in [
        json!({ "handle": { "type": "maker", "handle": "nobody" } }),
        json!({ "handle": { "type": "thing", "handle": "kettle" } }),
        json!({ "id": "gid://shopify/Metaobject/999" }),
        json!({}),
    ] {
        assert_eq!(shop.ask(query, nothing).await["metaobject"], Value::Null);
    }
    assert_eq!(shop.error_code(query, json!({ "id": "gid://shopify/Product/1" })).await, "INVALID_ID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_and_closed_kinds_are_seen_nowhere() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    define_kind(&shop, maker_kind()).await;
    define(&shop, open_definition("maker", "metaobject_reference")).await;
    let draft = make(&shop, maker("draft", MetaobjectStatus::Draft, &[("name", "Draft")])).await;
    let shown =
        make(&shop, maker("shown", MetaobjectStatus::Active, &[("name", "Shown"), ("friend", &draft)])).await;
    let mug = product(&shop, "mug").await;
    save(&shop, vec![field(mug, "maker", "metaobject_reference", &draft)]).await;
    let query = "query($draft: ID!, $shown: ID!) {
        draft: metaobject(id: $draft) { handle }
        byName: metaobject(handle: { type: \"maker\", handle: \"draft\" }) { handle }
        shown: metaobject(id: $shown) { handle friend: field(key: \"friend\") { reference { __typename } } }
        node(id: $draft) { id }
        list: metaobjects(type: \"maker\", first: 5) { nodes { handle } }
        product(handle: \"mug\") { metafield(key: \"maker\") { reference { __typename } } } }";
    let ids = json!({ "draft": draft, "shown": shown });
    assert_eq!(
        shop.ask(query, ids.clone()).await,
        json!({
            "draft": null, "byName": null, "shown": { "handle": "shown", "friend": { "reference": null } },
            "node": null, "list": { "nodes": [{ "handle": "shown" }] },
            "product": { "metafield": { "reference": null } },
        })
    );
    define_kind(&shop, NewMetaobjectDefinition { storefront_access: StorefrontAccess::None, ..maker_kind() })
        .await;
    let closed = shop.ask(query, ids).await;
    assert_eq!((&closed["shown"], &closed["list"]["nodes"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_metaobjects_of_a_kind_are_paged_in_both_orders() {
    let shop = TestShop::open().await;
    define_kind(&shop, maker_kind()).await;
    for name in ["a", "b", "c"] {
        make(&shop, maker(name, MetaobjectStatus::Active, &[("name", name)])).await;
    }
    // Changed last, made first.
    make(&shop, maker("a", MetaobjectStatus::Active, &[("name", "again")])).await;
    let query = "query($key: String, $reverse: Boolean, $first: Int, $last: Int, $after: String) {
        metaobjects(type: \"maker\", sortKey: $key, reverse: $reverse, first: $first, last: $last, after: $after) {
          edges { cursor node { handle } } nodes { handle } pageInfo { hasNextPage endCursor } } }";
    let handles = |found: &Value| -> Vec<String> {
        let nodes = found["metaobjects"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["handle"].as_str().unwrap().to_owned()).collect()
    };
    let first = shop.ask(query, json!({ "first": 2 })).await;
    assert_eq!(handles(&first), ["a", "b"]);
    assert_eq!(first["metaobjects"]["pageInfo"]["hasNextPage"], true);
    let after = first["metaobjects"]["pageInfo"]["endCursor"].clone();
    assert_eq!(handles(&shop.ask(query, json!({ "first": 2, "after": after })).await), ["c"]);
    let by_change = json!({ "first": 5, "key": "updated_at" });
    assert_eq!(handles(&shop.ask(query, by_change).await), ["b", "c", "a"]);
    let turned = json!({ "first": 5, "key": "updated_at", "reverse": true });
    assert_eq!(handles(&shop.ask(query, turned).await), ["a", "c", "b"]);
    assert_eq!(handles(&shop.ask(query, json!({ "last": 2 })).await), ["b", "c"]);
    for (wrong, code) in [
        (json!({ "first": 1, "key": "color" }), "INVALID_SORT_KEY"),
        (json!({}), "BAD_PAGE"),
        (json!({ "first": 1, "key": "updated_at", "after": after }), "BAD_PAGE"),
    ] {
        assert_eq!(shop.error_code(query, wrong).await, code);
    }
    let other = "{ metaobjects(type: \"thing\", first: 3) { nodes { id } } }";
    assert_eq!(shop.ask(other, json!({})).await["metaobjects"]["nodes"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_metaobjects_takes_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    define_kind(&shop, maker_kind()).await;
    let mut before = make(&shop, maker("m-00", MetaobjectStatus::Active, &[("name", "0")])).await;
    for index in 1..20 {
        let name = format!("m-{index:02}");
        let new =
            maker(&name, MetaobjectStatus::Active, &[("name", name.as_str()), ("friend", before.as_str())]);
        before = make(&shop, new).await;
    }
    let query =
        "query($first: Int!) { metaobjects(type: \"maker\", first: $first, reverse: true) { nodes { handle
        fields { key value reference { ... on Metaobject { handle fields { value } } } } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let all = shop.statements_of(query, json!({ "first": 19 })).await;
    println!("metaobjects: {one} statements for 1, {all} for 19");
    assert_eq!(one, all);
    assert!(all <= 4, "{all}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metaobjects_that_make_no_sense_are_refused_and_change_nothing() {
    let shop = TestShop::open().await;
    define_kind(&shop, maker_kind()).await;
    make(&shop, maker("kettle", MetaobjectStatus::Active, &[("name", "Kettle"), ("since", "2004")])).await;
    let before = values(&shop).await;
    let active = MetaobjectStatus::Active;
    for (new, expected) in [
        (maker("kettle", active, &[("since", "2005")]), ("BLANK", "name")),
        (maker("kettle", active, &[("name", "K"), ("since", "old")]), ("INVALID_VALUE", "since")),
        (maker("kettle", active, &[("name", "K"), ("color", "red")]), ("INVALID_VALUE", "color")),
        (maker("kettle", active, &[("name", "K"), ("name", "L")]), ("INVALID_VALUE", "name")),
        (
            maker("kettle", active, &[("name", "K"), ("friend", "gid://shopify/Metaobject/999")]),
            ("INVALID_VALUE", "friend"),
        ),
        (maker("two words", active, &[("name", "K")]), ("INVALID_VALUE", "handle")),
        (NewMetaobject { kind: "thing".to_owned(), ..maker("a", active, &[]) }, ("INVALID_TYPE", "type")),
    ] {
        let refused = match save_metaobject(&shop.app, &Actor::System, new).await {
            Err(MetafieldError::Refused(refusals)) => refusals,
            other => panic!("not refused: {other:?}"),
        };
        let refused: Vec<_> =
            refused.iter().map(|refusal| (refusal.code.name(), refusal.field.as_str())).collect();
        assert_eq!(refused, [expected]);
        assert_eq!(values(&shop).await, before);
    }
    let mut other_type = maker_kind();
    other_type.fields[1].kind = "date".to_owned();
    let refused = save_metaobject_definition(&shop.app, &Actor::System, other_type).await;
    assert!(matches!(refused, Err(MetafieldError::Refused(_))));
    assert_eq!(values(&shop).await, before);
    // A field that is left out takes its values with it.
    let mut smaller = maker_kind();
    smaller.fields.remove(1);
    define_kind(&shop, smaller).await;
    let keys: Vec<String> = values(&shop).await.into_iter().map(|value| value.key).collect();
    assert_eq!(keys, ["name"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_metaobject_is_gone_where_it_was_named() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    define_kind(&shop, maker_kind()).await;
    define(&shop, open_definition("maker", "metaobject_reference")).await;
    let id = make(&shop, maker("kettle", MetaobjectStatus::Active, &[("name", "Kettle")])).await;
    let mug = product(&shop, "mug").await;
    save(&shop, vec![field(mug, "maker", "metaobject_reference", &id)]).await;
    let query = "{ product(handle: \"mug\") { metafield(key: \"maker\") { reference { ... on Metaobject { handle } } } } }";
    let before = shop.ask(query, json!({})).await;
    assert_eq!(before["product"]["metafield"]["reference"], json!({ "handle": "kettle" }));
    let number = entity::id::MetaobjectId(id.rsplit('/').next().unwrap().parse().unwrap());
    assert!(delete_metaobject(&shop.app, &Actor::System, number).await.unwrap());
    assert!(!delete_metaobject(&shop.app, &Actor::System, number).await.unwrap());
    let after = shop.ask(query, json!({})).await;
    assert_eq!(after["product"]["metafield"], json!({ "reference": null }));
    assert_eq!(values(&shop).await, []);
}
