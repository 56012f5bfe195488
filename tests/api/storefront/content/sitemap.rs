//! The sitemap.

use chrono::Utc;
use entity::media::{self, MediaStatus};
use entity::product_media;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Statement};
use serde_json::{Value, json};
use tradepost::content::SavePage;
use tradepost::media::{MediaDetails, save_picture, save_video};

use super::{article, page};
use crate::support::picture::{film, png};
use crate::support::{ProductSpec, TestShop};

const SITEMAP: &str =
    "query($type: SitemapType!, $page: Int!) { sitemap(type: $type) { pagesCount { count precision }
    resources(page: $page) { hasNextPage items { __typename handle updatedAt
      ... on SitemapResource { title image { alt filepath updatedAt } } } } } }";

async fn handles(shop: &TestShop, kind: &str, page: i32) -> (Value, Value, Vec<String>) {
    let found = shop.ask(SITEMAP, json!({ "type": kind, "page": page })).await["sitemap"].clone();
    let items = found["resources"]["items"].as_array().unwrap();
    let handles = items.iter().map(|item| item["handle"].as_str().unwrap().to_owned()).collect();
    (found["pagesCount"]["count"].clone(), found["resources"]["hasNextPage"].clone(), handles)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sitemap_holds_what_shoppers_reach() {
    let shop = TestShop::open().await;
    let with_status = |handle: &str, status| ProductSpec { status, ..ProductSpec::new(handle) };
    let mut mug = ProductSpec::new("mug");
    mug.images = 2;
    shop.have(&[mug, with_status("draft", "draft"), with_status("unlisted", "unlisted")]).await;
    shop.collect("cups", &["mug"]).await;
    shop.has_page(page("About")).await;
    shop.has_page(SavePage { published_at: None, ..page("Hidden") }).await;
    let blog = shop.has_blog("News").await;
    let author = shop.has_author("Ada").await;
    shop.has_article(article(blog, author, "First")).await;
    for (kind, expected) in [
        ("PRODUCT", vec!["mug"]),
        ("COLLECTION", vec!["cups"]),
        ("PAGE", vec!["about"]),
        ("BLOG", vec!["news"]),
        ("ARTICLE", vec!["first"]),
        ("METAOBJECT", vec![]),
    ] {
        let (count, more, found) = handles(&shop, kind, 1).await;
        assert_eq!(
            (found, more),
            (expected.iter().map(ToString::to_string).collect(), json!(false)),
            "{kind}"
        );
        assert_eq!(count, json!(i32::from(!expected.is_empty())), "{kind}");
        // Beyond the end, and before the beginning.
        assert_eq!(handles(&shop, kind, 2).await.2, Vec::<String>::new());
        assert_eq!(handles(&shop, kind, 0).await.2, Vec::<String>::new());
        assert_eq!(handles(&shop, kind, i32::MAX).await.2, Vec::<String>::new());
    }
    let product = shop.ask(SITEMAP, json!({ "type": "PRODUCT", "page": 1 })).await["sitemap"].clone();
    let item = &product["resources"]["items"][0];
    assert_eq!((&item["__typename"], &item["title"]), (&json!("SitemapResource"), &json!("mug")));
    assert_eq!(item["image"]["filepath"], Value::Null, "the picture lies elsewhere");
    assert!(item["image"]["updatedAt"].is_string());
    let negative = shop.ask(SITEMAP, json!({ "type": "PAGE", "page": -1 })).await;
    assert_eq!(negative["sitemap"]["resources"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_sitemap_is_read_page_by_page_with_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let db = shop.app.db.writer();
    let now = Utc::now();
    // 700 pages with a gap, one in ten of them a draft.
    for number in (1..=300).chain(501..=900) {
        let published = if number % 10 == 0 { None } else { Some(now) };
        let sql = "INSERT INTO page (id, handle, title, title_sort, body_html, published_at, created_at, updated_at) \
                   VALUES ($1, $2, $2, $2, '', $3, $4, $4)";
        let handle = format!("page-{number}");
        let values = [i64::from(number).into(), handle.into(), published.into(), now.into()];
        db.execute_raw(Statement::from_sql_and_values(shop.app.db.backend(), sql, values)).await.unwrap();
    }
    let mut all = Vec::new();
    let mut number = 1;
    loop {
        let (count, more, found) = handles(&shop, "PAGE", number).await;
        assert_eq!(count, 4);
        assert!(found.len() <= 250);
        all.extend(found);
        if more == json!(false) {
            break;
        }
        number += 1;
    }
    assert_eq!(number, 4);
    let expected = (1..=300).chain(501..=900).filter(|number| number % 10 != 0);
    assert_eq!(all, expected.map(|number| format!("page-{number}")).collect::<Vec<_>>());
    let first = shop.statements_of(SITEMAP, json!({ "type": "PAGE", "page": 1 })).await;
    let last = shop.statements_of(SITEMAP, json!({ "type": "PAGE", "page": 4 })).await;
    assert_eq!(first, last);
    assert!(last <= 3, "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picture_of_a_product_is_one_that_can_be_shown() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let db = shop.app.db.writer();
    let alt = |text: &str| Some(text.to_owned());
    let details = MediaDetails { alt: alt("A film"), preview: None };
    let film = save_video(&shop.app, &film(1_000), details).await.unwrap();
    let broken = save_picture(&shop.app, &png(4, 4), alt("Broken")).await.unwrap();
    let mut row = media::Entity::find_by_id(broken).one(db).await.unwrap().unwrap().into_active_model();
    row.status = Set(MediaStatus::Failed);
    row.update(db).await.unwrap();
    let first = save_picture(&shop.app, &png(5, 5), alt("First")).await.unwrap();
    let second = save_picture(&shop.app, &png(6, 6), alt("Second")).await.unwrap();
    let product_id = shop.product_row("mug").await.id;
    for (position, media_id) in (1..).zip([film, broken, first, second]) {
        let link = product_media::ActiveModel {
            product_id: Set(product_id),
            media_id: Set(media_id),
            position: Set(position),
        };
        link.insert(db).await.unwrap();
    }
    let found = shop.ask(SITEMAP, json!({ "type": "PRODUCT", "page": 1 })).await["sitemap"].clone();
    assert_eq!(found["resources"]["items"][0]["image"]["alt"], "First");
}
