//! Redirects.

use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content::{self, SaveRedirect};

use crate::support::{TestShop, at_once};

async fn save(shop: &TestShop, path: &str, target: &str) -> Result<(), &'static str> {
    let redirect = SaveRedirect { id: None, path: path.to_owned(), target: target.to_owned() };
    let saved = content::save_redirect(&shop.app, &Actor::System, redirect).await;
    saved.map(|_| ()).map_err(|error| error.code().unwrap())
}

async fn found(shop: &TestShop, query: &str) -> Value {
    let document =
        "query($query: String) { urlRedirects(first: 9, query: $query) { nodes { path target } } }";
    shop.ask(document, json!({ "query": query })).await["urlRedirects"]["nodes"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_found_by_its_path_as_front_ends_ask_for_it() {
    let shop = TestShop::open().await;
    save(&shop, "/old-mug", "/products/mug").await.unwrap();
    save(&shop, "/News/2020?page=2", "/blogs/news").await.unwrap();
    save(&shop, "/away", "https://other.example/x").await.unwrap();
    let mug = json!([{ "path": "/old-mug", "target": "/products/mug" }]);
    for query in [
        "path:/old-mug",
        "path:\"/old-mug\"",
        "path:/OLD-mug",
        "target:/products/mug",
        "/old-mug",
        "path:/old*",
    ] {
        assert_eq!(found(&shop, query).await, mug, "{query}");
    }
    let news = json!([{ "path": "/News/2020?page=2", "target": "/blogs/news" }]);
    assert_eq!(found(&shop, "path:/news/2020?page=2").await, news);
    assert_eq!(found(&shop, "path:/old").await, json!([]));
    assert_eq!(found(&shop, "path:/old-mug AND target:/elsewhere").await, json!([]));
    assert_eq!(found(&shop, "").await.as_array().unwrap().len(), 3);
    let page = shop
        .ask("{ urlRedirects(first: 1, reverse: true) { edges { node { id path } } pageInfo { hasNextPage } } }", json!({}))
        .await["urlRedirects"]
        .clone();
    assert_eq!(
        (&page["edges"][0]["node"]["path"], &page["pageInfo"]["hasNextPage"]),
        (&json!("/away"), &json!(true))
    );
    let id = &page["edges"][0]["node"]["id"];
    let node = shop
        .ask("query($id: ID!) { node(id: $id) { ... on UrlRedirect { target } } }", json!({ "id": id }))
        .await;
    assert_eq!(node["node"]["target"], "https://other.example/x");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_that_leads_in_a_circle_or_nowhere_is_refused() {
    let shop = TestShop::open().await;
    save(&shop, "/a", "/b").await.unwrap();
    save(&shop, "/b", "/c#part").await.unwrap();
    let here = format!("{}/a", shop.url);
    for (path, target, code) in [
        ("/c", "/a", "REDIRECT_LOOP"),
        ("/c", "/c", "REDIRECT_LOOP"),
        ("/c", here.as_str(), "REDIRECT_LOOP"),
        ("/a", "/x", "TAKEN"),
        ("a", "/x", "INVALID"),
        ("//a", "/x", "INVALID"),
        ("/", "/x", "INVALID"),
        ("", "/x", "BLANK"),
        ("/x", "", "BLANK"),
        ("/x", "javascript:alert(1)", "INVALID"),
        ("/x", "//evil.example", "INVALID"),
    ] {
        assert_eq!(save(&shop, path, target).await, Err(code), "{path} to {target}");
    }
    assert_eq!(found(&shop, "").await.as_array().unwrap().len(), 2);
    // Turning a redirect round is no circle: it replaces itself.
    let all = shop.ask("{ urlRedirects(first: 1) { nodes { id } } }", json!({})).await;
    let id =
        all["urlRedirects"]["nodes"][0]["id"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let turned =
        SaveRedirect { id: Some(entity::id::RedirectId(id)), path: "/c".to_owned(), target: "/d".to_owned() };
    content::save_redirect(&shop.app, &Actor::System, turned).await.unwrap();
    content::delete_redirect(&shop.app, &Actor::System, entity::id::RedirectId(id)).await.unwrap();
    assert_eq!(found(&shop, "").await, json!([{ "path": "/b", "target": "/c#part" }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_saved_at_the_same_time_never_close_a_circle() {
    let shop = TestShop::open().await;
    let app = shop.app.clone();
    let outcomes = at_once(8, |index| {
        let app = app.clone();
        async move {
            let redirect =
                SaveRedirect { id: None, path: format!("/{index}"), target: format!("/{}", (index + 1) % 8) };
            content::save_redirect(&app, &Actor::System, redirect).await.map_err(|error| error.code())
        }
    })
    .await;
    let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused, [Some("REDIRECT_LOOP")], "just the last one would have closed it");
}
