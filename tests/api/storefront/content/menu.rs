//! Menus.

use entity::id::{CollectionId, ProductId};
use entity::shop_policy::PolicyKind;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content::{self, MenuTarget, NewMenu, NewMenuItem, SavePage};

use super::{article, page};
use crate::support::{ProductSpec, TestShop};

fn item(title: &str, target: MenuTarget) -> NewMenuItem {
    NewMenuItem { id: None, title: title.to_owned(), target, tags: Vec::new(), items: Vec::new() }
}

fn menu(handle: &str, items: Vec<NewMenuItem>) -> NewMenu {
    NewMenu { id: None, handle: Some(handle.to_owned()), title: handle.to_uppercase(), items }
}

fn number(id: &str) -> i64 {
    id.rsplit('/').next().unwrap().parse().unwrap()
}

const MENU: &str =
    "query($handle: String!) { menu(handle: $handle) { id handle title itemsCount items { ...Item
    items { ...Item items { ...Item items { title } } } } } }
  fragment Item on MenuItem { id title type url tags resourceId resource { __typename
    ... on Product { handle } ... on Collection { handle } ... on Page { handle } ... on Blog { handle }
    ... on Article { handle } ... on ShopPolicy { handle } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_item_leads_to_an_absolute_address() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let product = ProductId(number(&shop.product_id("mug").await));
    let collection = CollectionId(number(&shop.collect("cups", &["mug"]).await));
    let about = shop.has_page(page("About")).await;
    let blog = shop.has_blog("News").await;
    let author = shop.has_author("Ada").await;
    let row = shop.has_article(article(blog, author, "First")).await;
    let policy =
        content::save_policy(&shop.app, &Actor::System, PolicyKind::Privacy, "<p>Secret.</p>").await.unwrap();
    let items = vec![
        item("Home", MenuTarget::Frontpage),
        item("Collections", MenuTarget::Collections),
        item("All", MenuTarget::Catalog),
        item("Search", MenuTarget::Search),
        item("Account", MenuTarget::CustomerAccountPage),
        NewMenuItem { tags: vec!["blue".to_owned()], ..item("Cups", MenuTarget::Collection(collection)) },
        item("Mug", MenuTarget::Product(product)),
        item("About", MenuTarget::Page(about.id)),
        item("News", MenuTarget::Blog(blog)),
        item("First", MenuTarget::Article(row.id)),
        item("Privacy", MenuTarget::ShopPolicy(policy.id)),
        item("Elsewhere", MenuTarget::Http("https://other.example/x?y=1".to_owned())),
        item("Path", MenuTarget::Http("/custom".to_owned())),
    ];
    content::replace_menu(&shop.app, &Actor::System, menu("main", items)).await.unwrap();
    let found = shop.ask(MENU, json!({ "handle": "main" })).await["menu"].clone();
    assert_eq!(
        (&found["handle"], &found["title"], &found["itemsCount"]),
        (&json!("main"), &json!("MAIN"), &json!(13))
    );
    let seen: Vec<Value> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            json!([
                item["type"],
                item["url"],
                item["resourceId"],
                item["resource"]["__typename"],
                item["resource"]["handle"]
            ])
        })
        .collect();
    let at = |path: &str| format!("{}{path}", shop.url);
    let gid = |kind: &str, id: i64| format!("gid://shopify/{kind}/{id}");
    assert_eq!(
        seen,
        [
            json!(["FRONTPAGE", at("/"), null, null, null]),
            json!(["COLLECTIONS", at("/collections"), null, null, null]),
            json!(["CATALOG", at("/collections/all"), null, null, null]),
            json!(["SEARCH", at("/search"), null, null, null]),
            json!(["CUSTOMER_ACCOUNT_PAGE", at("/account"), null, null, null]),
            json!([
                "COLLECTION",
                at("/collections/cups"),
                gid("Collection", collection.0),
                "Collection",
                "cups"
            ]),
            json!(["PRODUCT", at("/products/mug"), gid("Product", product.0), "Product", "mug"]),
            json!(["PAGE", at("/pages/about"), gid("Page", about.id.0), "Page", "about"]),
            json!(["BLOG", at("/blogs/news"), gid("Blog", blog.0), "Blog", "news"]),
            json!(["ARTICLE", at("/blogs/news/first"), gid("Article", row.id.0), "Article", "first"]),
            json!([
                "SHOP_POLICY",
                at("/policies/privacy-policy"),
                gid("ShopPolicy", policy.id.0),
                "ShopPolicy",
                "privacy-policy"
            ]),
            json!(["HTTP", "https://other.example/x?y=1", null, null, null]),
            json!(["HTTP", at("/custom"), null, null, null]),
        ]
    );
    assert_eq!(found["items"][5]["tags"], json!(["blue"]));
    assert_eq!(shop.ask(MENU, json!({ "handle": "nothing" })).await, json!({ "menu": null }));

    // A page that is withdrawn is no longer led to.
    let withdrawn = SavePage { id: Some(about.id), published_at: None, ..page("About") };
    content::save_page(&shop.app, &Actor::System, withdrawn).await.unwrap();
    let found = shop.ask(MENU, json!({ "handle": "main" })).await["menu"]["items"][7].clone();
    assert_eq!(
        (&found["url"], &found["resource"], &found["title"]),
        (&Value::Null, &Value::Null, &json!("About"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_menu_is_a_tree_that_takes_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let mut small = Vec::new();
    let mut large = Vec::new();
    for number in 0..24 {
        let about = shop.has_page(page(&format!("Page {number}"))).await;
        let leaf = item(&format!("Leaf {number}"), MenuTarget::Page(about.id));
        let middle = NewMenuItem { items: vec![leaf], ..item("Middle", MenuTarget::Page(about.id)) };
        let top =
            NewMenuItem { items: vec![middle], ..item(&format!("Top {number}"), MenuTarget::Page(about.id)) };
        if number == 0 {
            small.push(top.clone());
        }
        large.push(top);
    }
    content::replace_menu(&shop.app, &Actor::System, menu("small", small)).await.unwrap();
    content::replace_menu(&shop.app, &Actor::System, menu("large", large)).await.unwrap();
    let found = shop.ask(MENU, json!({ "handle": "large" })).await["menu"].clone();
    assert_eq!(found["itemsCount"], 72);
    let tops: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["title"].clone()).collect();
    assert_eq!(tops, (0..24).map(|number| format!("Top {number}")).collect::<Vec<_>>());
    let leaf = &found["items"][23]["items"][0]["items"][0];
    assert_eq!(leaf["title"], "Leaf 23");
    assert_eq!(leaf["url"], format!("{}/pages/page-23", shop.url));
    assert_eq!(leaf["items"], json!([]));
    let few = shop.statements_of(MENU, json!({ "handle": "small" })).await;
    let many = shop.statements_of(MENU, json!({ "handle": "large" })).await;
    assert_eq!(few, many);
    assert!(many <= 3, "{many}");

    // An item is a node of its own, with those below it.
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on MenuItem { title items { title } } ... on Menu { handle } } }";
    let by_id = shop
        .ask(nodes, json!({ "ids": [found["items"][3]["id"], found["id"], "gid://shopify/MenuItem/99999"] }))
        .await;
    assert_eq!(
        by_id["nodes"][0],
        json!({ "id": found["items"][3]["id"], "title": "Top 3", "items": [{ "title": "Middle" }] })
    );
    assert_eq!(by_id["nodes"][1], json!({ "id": found["id"], "handle": "large" }));
    assert_eq!(by_id["nodes"][2], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_a_menu_keeps_the_keys_of_items_that_stay() {
    let shop = TestShop::open().await;
    let items = vec![item("One", MenuTarget::Search), item("Two", MenuTarget::Catalog)];
    let saved = content::replace_menu(&shop.app, &Actor::System, menu("main", items)).await.unwrap();
    let before = shop.ask(MENU, json!({ "handle": "main" })).await["menu"].clone();
    let two = entity::id::MenuItemId(number(before["items"][1]["id"].as_str().unwrap()));
    let kept = NewMenuItem { id: Some(two), ..item("Two, renamed", MenuTarget::Catalog) };
    let items = vec![NewMenuItem { items: vec![kept], ..item("Three", MenuTarget::Frontpage) }];
    let replaced = NewMenu { id: Some(saved.id), ..menu("main", items) };
    content::replace_menu(&shop.app, &Actor::System, replaced).await.unwrap();
    let after = shop.ask(MENU, json!({ "handle": "main" })).await["menu"].clone();
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["itemsCount"], 2);
    assert_eq!(after["items"][0]["items"][0]["id"], before["items"][1]["id"]);
    assert_eq!(after["items"][0]["items"][0]["title"], "Two, renamed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_menu_that_makes_no_sense_is_refused_and_nothing_changes() {
    let shop = TestShop::open().await;
    let saved =
        content::replace_menu(&shop.app, &Actor::System, menu("main", vec![item("One", MenuTarget::Search)]))
            .await
            .unwrap();
    let other =
        content::replace_menu(&shop.app, &Actor::System, menu("other", vec![item("X", MenuTarget::Search)]));
    other.await.unwrap();
    let before = shop.ask(MENU, json!({ "handle": "main" })).await;
    let of_other = shop.ask(MENU, json!({ "handle": "other" })).await["menu"]["items"][0]["id"].clone();
    let of_other = entity::id::MenuItemId(number(of_other.as_str().unwrap()));
    let deep = (0..3).fold(item("Leaf", MenuTarget::Search), |below, _| NewMenuItem {
        items: vec![below],
        ..item("Level", MenuTarget::Search)
    });
    let refused = |items: Vec<NewMenuItem>| NewMenu { id: Some(saved.id), ..menu("main", items) };
    for (new, code) in [
        (refused(vec![deep]), "NESTING_TOO_DEEP"),
        (refused(vec![item(" ", MenuTarget::Search)]), "BLANK"),
        (refused(vec![item("x", MenuTarget::Http("javascript:alert(1)".to_owned()))]), "INVALID"),
        (refused(vec![item("x", MenuTarget::Collection(CollectionId(99_999)))]), "NOT_FOUND"),
        (refused(vec![NewMenuItem { id: Some(of_other), ..item("x", MenuTarget::Search) }]), "NOT_FOUND"),
        (NewMenu { handle: Some("other".to_owned()), ..refused(vec![]) }, "TAKEN"),
        (NewMenu { id: Some(entity::id::MenuId(99_999)), ..menu("new", vec![]) }, "NOT_FOUND"),
    ] {
        let error = content::replace_menu(&shop.app, &Actor::System, new).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{error}");
    }
    assert_eq!(shop.ask(MENU, json!({ "handle": "main" })).await, before);
    assert_eq!(shop.ask(MENU, json!({ "handle": "new" })).await["menu"], Value::Null);
}
