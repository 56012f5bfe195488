//! Blogs and articles.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::content::{self, SaveArticle, SaveAuthor};

use super::{article, future};
use crate::support::TestShop;

/// One pixel.
const PICTURE: &[u8] = include_bytes!("../../../../demo/images/logo.png");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_shows_all_it_has() {
    let shop = TestShop::open().await;
    let blog = shop.has_blog("News").await;
    let author = SaveAuthor {
        name: "Ada Byron".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Byron".to_owned(),
        email: "ada@example.com".to_owned(),
        bio: Some("Counts.".to_owned()),
        ..SaveAuthor::default()
    };
    let author = content::save_author(&shop.app, &Actor::System, author).await.unwrap().id;
    let image = tradepost::media::save_picture(&shop.app, PICTURE, Some("A sign".to_owned())).await.unwrap();
    let published_at = Utc::now() - TimeDelta::days(2);
    let row = shop
        .has_article(SaveArticle {
            body_html: "<p>One <b>two</b></p><p>three</p>".to_owned(),
            summary_html: Some("<p>In short: numbers</p>".to_owned()),
            image: Some(image),
            tags: vec!["Maths".to_owned(), "engines".to_owned(), "MATHS".to_owned()],
            seo_description: Some("Numbers".to_owned()),
            published_at: Some(published_at),
            ..article(blog, author, "Counting on")
        })
        .await;
    let query = "query($id: ID!) { article(id: $id) {
        id handle title content short: content(truncateAt: 7) contentHtml excerpt cut: excerpt(truncateAt: 8) excerptHtml
        tags publishedAt onlineStoreUrl trackingParameters seo { title description } image { altText width }
        author { name firstName lastName email bio } authorV2 { name } blog { handle title }
        comments(first: 2) { nodes { id } } metafield(key: \"x\") { value } } }";
    let id = format!("gid://shopify/Article/{}", row.id);
    let found = shop.ask(query, json!({ "id": id })).await["article"].clone();
    let expected = json!({
        "id": id, "handle": "counting-on", "title": "Counting on",
        "content": "One two three", "short": "One ...", "contentHtml": "<p>One <b>two</b></p><p>three</p>",
        "excerpt": "In short: numbers", "cut": "In sh...", "excerptHtml": "<p>In short: numbers</p>",
        "tags": ["engines", "Maths"],
        "publishedAt": published_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "onlineStoreUrl": format!("{}/blogs/news/counting-on", shop.url), "trackingParameters": null,
        "seo": { "title": null, "description": "Numbers" }, "image": { "altText": "A sign", "width": 900 },
        "author": { "name": "Ada Byron", "firstName": "Ada", "lastName": "Byron", "email": "ada@example.com", "bio": "Counts." },
        "authorV2": { "name": "Ada Byron" }, "blog": { "handle": "news", "title": "News" },
        "comments": { "nodes": [] }, "metafield": null,
    });
    assert_eq!(found, expected);
    let by_handle = shop
        .ask(
            "{ blog(handle: \"news\") { id title handle onlineStoreUrl authors { name }
                articleByHandle(handle: \"counting-on\") { id } missing: articleByHandle(handle: \"off\") { id } }
              blogByHandle(handle: \"news\") { title } }",
            json!({}),
        )
        .await;
    assert_eq!(
        by_handle,
        json!({
            "blog": { "id": format!("gid://shopify/Blog/{blog}"), "title": "News", "handle": "news",
                "onlineStoreUrl": format!("{}/blogs/news", shop.url), "authors": [{ "name": "Ada Byron" }],
                "articleByHandle": { "id": id }, "missing": null },
            "blogByHandle": { "title": "News" },
        })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_that_are_not_published_yet_are_nowhere_and_their_authors_neither() {
    let shop = TestShop::open().await;
    let blog = shop.has_blog("News").await;
    let (open, hidden) = (shop.has_author("Open").await, shop.has_author("Hidden").await);
    shop.has_article(article(blog, open, "Out")).await;
    let draft = SaveArticle { published_at: None, ..article(blog, hidden, "Draft") };
    let tomorrow = SaveArticle { published_at: future(), ..article(blog, hidden, "Tomorrow") };
    for article in [draft, tomorrow] {
        let row = shop.has_article(article).await;
        let query = "query($id: ID!, $handle: String!) { article(id: $id) { id } node(id: $id) { id }
            blog(handle: \"news\") { articleByHandle(handle: $handle) { id } } }";
        let id = format!("gid://shopify/Article/{}", row.id);
        let found = shop.ask(query, json!({ "id": id, "handle": row.handle })).await;
        let nothing = json!({ "article": null, "node": null, "blog": { "articleByHandle": null } });
        assert_eq!(found, nothing, "{}", row.handle);
    }
    let lists = shop
        .ask(
            "{ articles(first: 9) { nodes { title } } blog(handle: \"news\") { authors { name }
                articles(first: 9) { nodes { title } } } }",
            json!({}),
        )
        .await;
    let only = json!({ "nodes": [{ "title": "Out" }] });
    assert_eq!(
        lists,
        json!({ "articles": only, "blog": { "authors": [{ "name": "Open" }], "articles": only } })
    );
}

async fn titles(shop: &TestShop, arguments: &str) -> Vec<String> {
    let found = shop.ask(&format!("{{ articles({arguments}) {{ nodes {{ title }} }} }}"), json!({})).await;
    let nodes = found["articles"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
}

/// Four articles in two blogs by two authors.
async fn library() -> TestShop {
    let shop = TestShop::open().await;
    let (zoo, art) = (shop.has_blog("Zoo").await, shop.has_blog("Art").await);
    let (bea, al) = (shop.has_author("Bea Ford").await, shop.has_author("Al").await);
    for (blog, author, title, days, tag) in [
        (zoo, bea, "Lions", 1, "big"),
        (art, al, "Clay", 3, "soft"),
        (zoo, al, "Ants", 2, "small"),
        (art, bea, "paint", 4, "soft"),
    ] {
        shop.has_article(SaveArticle {
            published_at: Some(Utc::now() - TimeDelta::days(days)),
            tags: vec![tag.to_owned()],
            ..article(blog, author, title)
        })
        .await;
    }
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_are_listed_in_every_order() {
    let shop = library().await;
    for (sort, expected) in [
        ("ID", ["Lions", "Clay", "Ants", "paint"]),
        ("RELEVANCE", ["Lions", "Clay", "Ants", "paint"]),
        ("UPDATED_AT", ["Lions", "Clay", "Ants", "paint"]),
        ("TITLE", ["Ants", "Clay", "Lions", "paint"]),
        ("PUBLISHED_AT", ["paint", "Clay", "Ants", "Lions"]),
        ("AUTHOR", ["Clay", "Ants", "Lions", "paint"]),
        ("BLOG_TITLE", ["Clay", "paint", "Lions", "Ants"]),
    ] {
        assert_eq!(titles(&shop, &format!("first: 9, sortKey: {sort}")).await, expected, "{sort}");
        let mut turned = expected;
        turned.reverse();
        assert_eq!(
            titles(&shop, &format!("first: 9, sortKey: {sort}, reverse: true")).await,
            turned,
            "{sort}"
        );
        // Page by page it is the same list, forwards and backwards.
        let page = format!(
            "query($first: Int, $last: Int, $after: String, $before: String) {{
               articles(first: $first, last: $last, after: $after, before: $before, sortKey: {sort}) {{
                 nodes {{ title }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let first = shop.ask(&page, json!({ "first": 3 })).await["articles"].clone();
        let rest = shop.ask(&page, json!({ "first": 3, "after": first["pageInfo"]["endCursor"] })).await;
        let rest = rest["articles"].clone();
        assert_eq!(rest["nodes"], json!([{ "title": expected[3] }]), "{sort}");
        assert_eq!(
            (&first["pageInfo"]["hasNextPage"], &rest["pageInfo"]["hasNextPage"]),
            (&json!(true), &json!(false))
        );
        let back = shop.ask(&page, json!({ "last": 2, "before": rest["pageInfo"]["startCursor"] })).await;
        assert_eq!(
            back["articles"]["nodes"],
            json!([{ "title": expected[1] }, { "title": expected[2] }]),
            "{sort}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_are_searched() {
    let shop = library().await;
    for (query, expected) in [
        ("clay", vec!["Clay"]),
        ("SOFT", vec!["Clay", "paint"]),
        ("sof", vec![]),
        ("bea", vec!["Lions", "paint"]),
        ("bea big", vec!["Lions"]),
        ("-bea", vec!["Clay", "Ants"]),
        ("title:bea", vec![]),
        ("author:Bea", vec!["Lions", "paint"]),
        ("author:\"Bea Ford\" blog_title:Art", vec!["paint"]),
        ("tag:SOFT", vec!["Clay", "paint"]),
        ("tag:s*", vec!["Clay", "Ants", "paint"]),
        ("tag_not:soft", vec!["Lions", "Ants"]),
        ("-tag:soft AND -ants", vec!["Lions"]),
        ("tag:100%", vec![]),
        ("updated_at:<2000-01-01", vec![]),
    ] {
        assert_eq!(titles(&shop, &format!("first: 9, query: {query:?}")).await, expected, "{query}");
    }
    let of_blog = "{ blog(handle: \"zoo\") { articles(first: 9, query: \"tag:small OR tag:soft\") { nodes { title } } } }";
    let found = shop.ask(of_blog, json!({})).await;
    assert_eq!(found["blog"]["articles"]["nodes"], json!([{ "title": "Ants" }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blogs_are_listed_searched_and_sorted() {
    let shop = library().await;
    let handles = async |arguments: &str| {
        let found = shop.ask(&format!("{{ blogs({arguments}) {{ nodes {{ handle }} }} }}"), json!({})).await;
        let nodes = found["blogs"]["nodes"].as_array().unwrap().clone();
        nodes.iter().map(|node| node["handle"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(handles("first: 9").await, ["zoo", "art"]);
    assert_eq!(handles("first: 9, sortKey: TITLE").await, ["art", "zoo"]);
    assert_eq!(handles("first: 1, sortKey: HANDLE, reverse: true").await, ["zoo"]);
    assert_eq!(handles("first: 9, query: \"title:art\"").await, ["art"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blogs_with_their_articles_take_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let author = shop.has_author("Ada").await;
    for number in 0..12 {
        let blog = shop.has_blog(&format!("Blog {number}")).await;
        for title in ["One", "Two", "Three"] {
            let tags = vec!["tag".to_owned()];
            shop.has_article(SaveArticle { tags, ..article(blog, author, title) }).await;
        }
    }
    let query = "query($first: Int!) { blogs(first: $first) { nodes { title authors { name }
        articleByHandle(handle: \"two\") { id }
        articles(first: 2, sortKey: PUBLISHED_AT, reverse: true) { nodes { title tags onlineStoreUrl image { url }
          authorV2 { name } blog { handle } comments(first: 3) { nodes { id } } } pageInfo { hasNextPage } } } } }";
    let all = shop.ask(query, json!({ "first": 12 })).await;
    for blog in all["blogs"]["nodes"].as_array().unwrap() {
        let titles: Vec<_> =
            blog["articles"]["nodes"].as_array().unwrap().iter().map(|node| &node["title"]).collect();
        assert_eq!(titles, ["Three", "Two"]);
        assert_eq!(blog["articles"]["pageInfo"]["hasNextPage"], true);
    }
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let twelve = shop.statements_of(query, json!({ "first": 12 })).await;
    assert_eq!(one, twelve);
    assert!(twelve <= 8, "{twelve}");
}
