//! Changing the content: what is refused, and what is told.

use entity::event;
use entity::id::{ArticleId, AuthorId, BlogId, PageId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::content::{self, MAX_HTML_CHARS, SaveArticle, SaveAuthor, SaveBlog, SavePage};

use super::{article, nobody, page};
use crate::support::TestShop;

async fn events(shop: &TestShop, entity: &str) -> Vec<(String, i64)> {
    let rows = event::Entity::find()
        .filter(event::Column::Entity.eq(entity))
        .order_by_asc(event::Column::Seq)
        .all(shop.app.db.writer())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.kind, row.entity_id)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_cannot_be_kept_is_refused_and_nothing_changes() {
    let shop = TestShop::open().await;
    let kept = shop.has_page(page("Kept")).await;
    let other = shop.has_page(page("Other")).await;
    let change = |page: SavePage| SavePage { id: Some(kept.id), ..page };
    for (new, code, field) in [
        (change(SavePage { handle: Some("other".to_owned()), ..page("Kept") }), "TAKEN", Some("handle")),
        (page("Kept"), "TAKEN", Some("handle")),
        (change(page(" ")), "BLANK", Some("title")),
        (change(page(&"x".repeat(256))), "TOO_LONG", Some("title")),
        (
            change(SavePage { handle: Some("Not a handle".to_owned()), ..page("Kept") }),
            "INVALID",
            Some("handle"),
        ),
        (
            change(SavePage { body_html: "x".repeat(MAX_HTML_CHARS + 1), ..page("Kept") }),
            "TOO_LONG",
            Some("body"),
        ),
        (change(SavePage { body_html: "a\0b".to_owned(), ..page("Kept") }), "INVALID", Some("body")),
        (SavePage { id: Some(PageId(99_999)), ..page("Nobody") }, "NOT_FOUND", None),
    ] {
        let error = content::save_page(&shop.app, &Actor::System, new).await.unwrap_err();
        assert_eq!((error.code(), error.field()), (Some(code), field), "{error}");
    }
    let error = content::save_page(&shop.app, &nobody(), page("Mine")).await.unwrap_err();
    assert_eq!(error.code(), Some("ACCESS_DENIED"));
    let error = content::delete_page(&shop.app, &nobody(), kept.id).await.unwrap_err();
    assert_eq!(error.code(), Some("ACCESS_DENIED"));
    let listed = shop.ask("{ pages(first: 9) { nodes { title handle } } }", json!({})).await;
    assert_eq!(
        listed["pages"]["nodes"],
        json!([{ "title": "Kept", "handle": "kept" }, { "title": "Other", "handle": "other" }])
    );
    let told: Vec<_> = [kept.id, other.id].map(|id| ("page.updated".to_owned(), id.0)).into();
    assert_eq!(events(&shop, "page").await, told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_and_deletions_are_told_and_seen_at_once() {
    let shop = TestShop::open().await;
    let row = shop.has_page(page("Hours")).await;
    let renamed = SavePage { id: Some(row.id), handle: Some("times".to_owned()), ..page("Times") };
    let renamed = content::save_page(&shop.app, &Actor::System, renamed).await.unwrap();
    assert_eq!((renamed.id, renamed.created_at), (row.id, row.created_at));
    let found = shop
        .ask("{ page(handle: \"times\") { title } old: page(handle: \"hours\") { title } }", json!({}))
        .await;
    assert_eq!(found, json!({ "page": { "title": "Times" }, "old": null }));
    content::delete_page(&shop.app, &Actor::System, row.id).await.unwrap();
    assert_eq!(shop.ask("{ page(handle: \"times\") { title } }", json!({})).await["page"], json!(null));
    let gone = content::delete_page(&shop.app, &Actor::System, row.id).await.unwrap_err();
    assert_eq!(gone.code(), Some("NOT_FOUND"));
    let told = ["page.updated", "page.updated", "page.deleted"].map(|kind| (kind.to_owned(), row.id.0));
    assert_eq!(events(&shop, "page").await, told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_of_articles_are_unique_within_their_blog() {
    let shop = TestShop::open().await;
    let (news, notes) = (shop.has_blog("News").await, shop.has_blog("Notes").await);
    let author = shop.has_author("Ada").await;
    let first = shop.has_article(article(news, author, "Hello")).await;
    shop.has_article(article(notes, author, "Hello")).await;
    let saves = async |new: SaveArticle| {
        content::save_article(&shop.app, &Actor::System, new).await.unwrap_err().code().unwrap()
    };
    assert_eq!(saves(article(news, author, "Hello")).await, "TAKEN");
    assert_eq!(saves(article(BlogId(99_999), author, "x")).await, "NOT_FOUND");
    assert_eq!(saves(article(news, AuthorId(99_999), "x")).await, "NOT_FOUND");
    let image = Some(entity::id::MediaId(99_999));
    assert_eq!(saves(SaveArticle { image, ..article(news, author, "x") }).await, "NOT_FOUND");
    assert_eq!(
        saves(SaveArticle { id: Some(ArticleId(99_999)), ..article(news, author, "x") }).await,
        "NOT_FOUND"
    );
    let tags = vec!["t".to_owned(); 251];
    assert_eq!(saves(SaveArticle { tags, ..article(news, author, "x") }).await, "TOO_MANY");
    let twice = SaveBlog { title: "News".to_owned(), ..SaveBlog::default() };
    assert_eq!(content::save_blog(&shop.app, &Actor::System, twice).await.unwrap_err().code(), Some("TAKEN"));
    let twice = SaveAuthor { name: "Ada".to_owned(), ..SaveAuthor::default() };
    assert_eq!(
        content::save_author(&shop.app, &Actor::System, twice).await.unwrap_err().code(),
        Some("TAKEN")
    );
    let in_use = content::delete_author(&shop.app, &Actor::System, author).await.unwrap_err();
    assert_eq!(in_use.code(), Some("IN_USE"));

    // A blog takes its articles along, and says so.
    content::delete_blog(&shop.app, &Actor::System, news).await.unwrap();
    let left = shop.ask("{ articles(first: 9) { nodes { blog { handle } } } }", json!({})).await;
    assert_eq!(left["articles"]["nodes"], json!([{ "blog": { "handle": "notes" } }]));
    assert!(events(&shop, "article").await.contains(&("article.deleted".to_owned(), first.id.0)));
}
