//! Media that values of metafields and metaobjects name, by their own keys.

use entity::id::MediaId;
use entity::metafield::OwnerType;
use entity::metafield_definition::StorefrontAccess;
use entity::metaobject::MetaobjectStatus;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content::{SaveArticle, SavePage};
use tradepost::media::{MediaDetails, save_file, save_model, save_picture, save_video};
use tradepost::metafield::{
    FieldDefinition, NewDefinition, NewMetaobject, NewMetaobjectDefinition, Validations, save_metaobject,
    save_metaobject_definition,
};

use super::{article, page};
use crate::storefront::metafield::{define, field, open_definition, save};
use crate::support::picture::{film, png};
use crate::support::{ProductSpec, TestShop};

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

fn number(gid: &str) -> i64 {
    gid.rsplit('/').next().unwrap().parse().unwrap()
}

fn gid(kind: &str, id: MediaId) -> String {
    format!("gid://shopify/{kind}/{id}")
}

async fn file(shop: &TestShop, name: &str) -> String {
    let bytes = format!("%PDF-1.7 {name}");
    gid("GenericFile", save_file(&shop.app, bytes.as_bytes(), MediaDetails::default()).await.unwrap())
}

/// Which of these global ids lead to something.
async fn reached(shop: &TestShop, ids: &[String]) -> Vec<bool> {
    let nodes = shop.ask(NODES, json!({ "ids": ids })).await["nodes"].clone();
    let is_there = |(id, node): (&String, &Value)| {
        assert!(node.is_null() || node["id"] == *id, "{node}");
        !node.is_null()
    };
    ids.iter().zip(nodes.as_array().unwrap()).map(is_there).collect()
}

fn definition(owner_type: OwnerType, key: &str, kind: &str) -> NewDefinition {
    NewDefinition { owner_type, ..open_definition(key, kind) }
}

/// An owner of every kind that shoppers reach, and a page and an article among them.
async fn owners(shop: &TestShop) -> (Vec<(OwnerType, i64)>, SavePage, SaveArticle) {
    shop.have(&[ProductSpec::new("lamp")]).await;
    let page_row = shop.has_page(page("About")).await;
    let (blog, author) = (shop.has_blog("News").await, shop.has_author("Ada").await);
    let article_row = shop.has_article(article(blog, author, "First")).await;
    let (us, _) = shop.sell_abroad().await;
    let owners = vec![
        (OwnerType::Product, shop.product_row("lamp").await.id.0),
        (OwnerType::Variant, number(&shop.variant_id("lamp").await)),
        (OwnerType::Page, page_row.id.0),
        (OwnerType::Article, article_row.id.0),
        (OwnerType::Collection, number(&shop.collect("light", &["lamp"]).await)),
        (OwnerType::Blog, blog.0),
        (OwnerType::Shop, shop.app.shop().await.unwrap().id),
        (OwnerType::Market, us.0),
    ];
    let hidden_page = SavePage { id: Some(page_row.id), published_at: None, ..page("About") };
    let article = article(blog, author, "First");
    (owners, hidden_page, SaveArticle { id: Some(article_row.id), published_at: None, ..article })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_reached_while_a_value_that_shoppers_read_names_it() {
    let shop = TestShop::open().await;
    let (owners, hidden_page, hidden_article) = owners(&shop).await;
    let (mut named, mut listed) = (Vec::new(), Vec::new());
    for (place, _) in owners.iter().enumerate() {
        named.push(file(&shop, &format!("named {place}")).await);
        listed.push(file(&shop, &format!("listed {place}")).await);
    }
    let other = file(&shop, "other").await;
    let all: Vec<String> = named.iter().chain(&listed).cloned().collect();
    assert_eq!(reached(&shop, &all).await, vec![false; 16]);
    for (place, owner) in owners.iter().enumerate() {
        define(&shop, definition(owner.0, "manual", "file_reference")).await;
        define(&shop, definition(owner.0, "papers", "list.file_reference")).await;
        let list = json!([other, listed[place]]).to_string();
        let manual = field(*owner, "manual", "file_reference", &named[place]);
        save(&shop, vec![manual, field(*owner, "papers", "list.file_reference", &list)]).await;
    }
    assert_eq!(reached(&shop, &all).await, vec![true; 16]);
    let one = shop.statements_of(NODES, json!({ "ids": all[..1] })).await;
    let sixteen = shop.statements_of(NODES, json!({ "ids": all })).await;
    assert_eq!((one, sixteen), (2, 2), "the files, and whether they are shown");
    // Who does not reach the owner does not reach its files: the product with its variant, the page and the article.
    shop.have(&[ProductSpec { status: "draft", ..ProductSpec::new("lamp") }]).await;
    shop.has_page(hidden_page).await;
    shop.has_article(hidden_article).await;
    let expected = [false, false, false, false, true, true, true, true];
    assert_eq!(reached(&shop, &named).await, expected);
    assert_eq!(reached(&shop, &listed).await, expected);
    // Nor who does not read the value.
    for (key, kind) in [("manual", "file_reference"), ("papers", "list.file_reference")] {
        let closed = StorefrontAccess::None;
        define(&shop, NewDefinition { storefront_access: closed, ..definition(OwnerType::Shop, key, kind) })
            .await;
    }
    let expected = [false, false, false, false, true, true, false, true];
    assert_eq!(reached(&shop, &named).await, expected);
    assert_eq!(reached(&shop, &listed).await, expected);
}

fn part(key: &str, kind: &str) -> FieldDefinition {
    let (name, kind) = (key.to_owned(), kind.to_owned());
    let validations = Validations::default();
    FieldDefinition { key: key.to_owned(), name, description: None, kind, required: false, validations }
}

fn maker_kind(fields: Vec<FieldDefinition>, storefront_access: StorefrontAccess) -> NewMetaobjectDefinition {
    NewMetaobjectDefinition {
        kind: "maker".to_owned(),
        name: "Maker".to_owned(),
        description: None,
        fields,
        display_key: None,
        storefront_access,
        publishable: true,
        url_handle: None,
        seo_title_key: None,
        seo_description_key: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_of_all_kinds_are_reached_while_a_metaobject_that_shoppers_read_names_them() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let none = MediaDetails::default;
    let all = [
        gid("MediaImage", save_picture(app, &png(4, 4), None).await.unwrap()),
        gid("Video", save_video(app, &film(1_000), none()).await.unwrap()),
        gid("Model3d", save_model(app, b"glTF\x02\0\0\0\x0c\0\0\0", none()).await.unwrap()),
        file(&shop, "papers").await,
    ];
    let define = async |fields, access| {
        save_metaobject_definition(app, &Actor::System, maker_kind(fields, access)).await.unwrap();
    };
    let make = async |status| {
        let list = json!(all[1..]).to_string();
        let fields = vec![("sign".to_owned(), all[0].clone()), ("more".to_owned(), list)];
        let new = NewMetaobject { kind: "maker".to_owned(), handle: "kettle".to_owned(), status, fields };
        save_metaobject(app, &Actor::System, new).await.unwrap();
    };
    let fields = || vec![part("sign", "file_reference"), part("more", "list.file_reference")];
    define(fields(), StorefrontAccess::PublicRead).await;
    assert_eq!(reached(&shop, &all).await, [false; 4]);
    make(MetaobjectStatus::Draft).await;
    assert_eq!(reached(&shop, &all).await, [false; 4], "a draft");
    make(MetaobjectStatus::Active).await;
    let nodes = shop.ask(NODES, json!({ "ids": all })).await["nodes"].clone();
    let kinds: Vec<&str> =
        nodes.as_array().unwrap().iter().map(|node| node["__typename"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["MediaImage", "Video", "Model3d", "GenericFile"]);
    // Under the name of another kind there is nothing.
    let wrong = [all[0].replace("MediaImage", "GenericFile"), all[3].replace("GenericFile", "MediaImage")];
    assert_eq!(reached(&shop, &wrong).await, [false; 2]);
    define(fields(), StorefrontAccess::None).await;
    assert_eq!(reached(&shop, &all).await, [false; 4], "a closed kind");
    define(vec![part("more", "list.file_reference")], StorefrontAccess::PublicRead).await;
    assert_eq!(reached(&shop, &all).await, [false, true, true, true], "a field that is no more");
}
