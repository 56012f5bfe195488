//! Content in other languages.

use entity::menu_item;
use entity::shop_policy::PolicyKind;
use entity::translation::ResourceType;
use sea_orm::EntityTrait;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::content::{self, SaveArticle, SavePage};
use tradepost::translation::{self, NewLocale};

use super::{article, page};
use crate::support::TestShop;

async fn translate(shop: &TestShop, resource: ResourceType, id: i64, texts: &[(&str, &str)]) {
    let texts = texts.iter().map(|text| (*text).into()).collect();
    translation::register(&shop.app, &Actor::System, resource, id, "FR", texts).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_is_told_in_the_language_of_the_request() {
    let shop = TestShop::open().await;
    let french = NewLocale { locale: "FR".to_owned(), published: true };
    translation::save_locales(&shop.app, &Actor::System, vec![french]).await.unwrap();
    shop.furnish_content().await;
    let about = SavePage { seo_title: Some("About".to_owned()), ..page("Hours") };
    let about = shop.has_page(about).await;
    let blog = shop.has_blog("Notes").await;
    let author = shop.has_author("Bea").await;
    let summary_html = Some("<p>Short</p>".to_owned());
    let row = shop.has_article(SaveArticle { summary_html, ..article(blog, author, "Clay") }).await;
    let policy =
        content::save_policy(&shop.app, &Actor::System, PolicyKind::Refund, "<p>Back</p>").await.unwrap();
    let item = menu_item::Entity::find().one(shop.app.db.writer()).await.unwrap().unwrap();
    let body = ("body_html", "<p>Ouvert</p>");
    translate(
        &shop,
        ResourceType::Page,
        about.id.0,
        &[("title", "Heures"), body, ("meta_title", "À propos")],
    )
    .await;
    translate(&shop, ResourceType::Blog, blog.0, &[("title", "Carnets")]).await;
    translate(
        &shop,
        ResourceType::Article,
        row.id.0,
        &[("title", "Argile"), ("summary_html", "<p>Bref</p>")],
    )
    .await;
    translate(&shop, ResourceType::Policy, policy.id.0, &[("body", "<p>Retour</p>")]).await;
    translate(&shop, ResourceType::Menu, item.menu_id.0, &[("title", "Principal")]).await;
    translate(&shop, ResourceType::MenuItem, item.id.0, &[("title", "Voir")]).await;
    let fields = "{ page(handle: \"hours\") { handle title body bodySummary seo { title } }
        blog(handle: \"notes\") { handle title articleByHandle(handle: \"clay\") { title excerpt content } }
        shop { refundPolicy { body title } } menu(handle: \"main\") { title items { title } } }";
    let in_french = shop.ask(&format!("query @inContext(language: FR) {fields}"), json!({})).await;
    assert_eq!(
        in_french,
        json!({
            "page": { "handle": "hours", "title": "Heures", "body": "<p>Ouvert</p>", "bodySummary": "Ouvert",
                "seo": { "title": "À propos" } },
            "blog": { "handle": "notes", "title": "Carnets",
                "articleByHandle": { "title": "Argile", "excerpt": "Bref", "content": "Text of Clay." } },
            "shop": { "refundPolicy": { "body": "<p>Retour</p>", "title": "Refund policy" } },
            "menu": { "title": "Principal", "items": [{ "title": "Voir" }] },
        })
    );
    let original = shop.ask(fields, json!({})).await;
    assert_eq!(original["page"]["title"], "Hours");
    assert_eq!(original["menu"], json!({ "title": "Main", "items": [{ "title": "About" }] }));
}
