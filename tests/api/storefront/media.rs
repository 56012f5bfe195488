//! Media of all kinds, and pictures as they are wanted.

use entity::id::MediaId;
use entity::media::{MediaKind, MediaStatus};
use entity::{media, product_media};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::media::{MediaDetails, save_external_video, save_file, save_model, save_picture, save_video};

use crate::support::picture::{film, jpeg, png};
use crate::support::{ProductSpec, TestShop};

/// Binary glTF as far as the store looks at it.
const GLB: &[u8] = b"glTF\x02\0\0\0\x0c\0\0\0";
const MEDIA: &str = "media(first: 9) { nodes { __typename alt id mediaContentType
    previewImage { url width height }
    ... on MediaImage { image { altText url width height } }
    ... on Video { sources { format height mimeType url width } }
    ... on ExternalVideo { embedUrl embeddedUrl host originUrl }
    ... on Model3d { sources { filesize format mimeType url } } } }";

async fn row(shop: &TestShop, id: MediaId) -> media::Model {
    media::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap()
}

async fn address(shop: &TestShop, id: MediaId) -> String {
    format!("{}/media/{}", shop.url, row(shop, id).await.storage_key.unwrap())
}

/// Puts media on a product that has none, before anybody has looked at it.
async fn show(shop: &TestShop, handle: &str, media: &[MediaId]) {
    let product_id = shop.product_row(handle).await.id;
    for (position, media_id) in (1..).zip(media) {
        let link = product_media::ActiveModel {
            product_id: Set(product_id),
            media_id: Set(*media_id),
            position: Set(position),
        };
        link.insert(shop.app.db.writer()).await.unwrap();
    }
}

fn details(alt: &str, preview: Option<MediaId>) -> MediaDetails {
    MediaDetails { alt: Some(alt.to_owned()), preview }
}

/// A product with a film, a film elsewhere, a model and a picture, in this order.
async fn shop_with_media() -> (TestShop, [MediaId; 4]) {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("lamp"), ProductSpec::new("mug")]).await;
    let app = &shop.app;
    let poster = save_picture(app, &png(64, 36), None).await.unwrap();
    let film = save_video(app, &film(1_000), details("It shines", Some(poster))).await.unwrap();
    let tube =
        save_external_video(app, "https://youtu.be/aB3-_xyz012", details("Unboxed", None)).await.unwrap();
    let model = save_model(app, GLB, details("To turn", Some(poster))).await.unwrap();
    let picture = save_picture(app, &png(400, 300), Some("A lamp".to_owned())).await.unwrap();
    let all = [film, tube, model, picture];
    show(&shop, "lamp", &all).await;
    (shop, all)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_shows_media_of_every_kind_in_their_places() {
    let (shop, ids) = shop_with_media().await;
    let query = format!("{{ product(handle: \"lamp\") {{ {MEDIA} }} }}");
    let nodes = shop.ask(&query, json!({})).await["product"]["media"]["nodes"].clone();
    let gid = |kind: &str, place: usize| format!("gid://shopify/{kind}/{}", ids[place]);
    let (film, model) = (address(&shop, ids[0]).await, address(&shop, ids[2]).await);
    let picture = address(&shop, ids[3]).await;
    let poster = row(&shop, ids[0]).await.preview_media_id.unwrap();
    let poster = json!({ "url": address(&shop, poster).await, "width": 64, "height": 36 });
    let size = row(&shop, ids[0]).await.byte_size.unwrap();
    assert!(size > 1_000);
    let tube = "https://www.youtube.com/embed/aB3-_xyz012";
    let shown = json!({ "url": picture, "width": 400, "height": 300 });
    assert_eq!(
        nodes,
        json!([
            { "__typename": "Video", "alt": "It shines", "id": gid("Video", 0), "mediaContentType": "VIDEO",
              "previewImage": poster, "sources": [{ "format": "mp4", "height": 360, "mimeType": "video/mp4",
                "url": film, "width": 640 }] },
            { "__typename": "ExternalVideo", "alt": "Unboxed", "id": gid("ExternalVideo", 1),
              "mediaContentType": "EXTERNAL_VIDEO", "previewImage": null, "embedUrl": tube, "embeddedUrl": tube,
              "host": "YOUTUBE", "originUrl": "https://www.youtube.com/watch?v=aB3-_xyz012" },
            { "__typename": "Model3d", "alt": "To turn", "id": gid("Model3d", 2), "mediaContentType": "MODEL_3D",
              "previewImage": poster, "sources": [{ "filesize": 12, "format": "glb",
                "mimeType": "model/gltf-binary", "url": model }] },
            { "__typename": "MediaImage", "alt": "A lamp", "id": gid("MediaImage", 3), "mediaContentType": "IMAGE",
              "previewImage": shown, "image": { "altText": "A lamp", "url": picture, "width": 400, "height": 300 } },
        ])
    );
    for (url, bytes) in [(&film, usize::try_from(size).unwrap()), (&model, GLB.len())] {
        let file = shop.client.get(url).send().await.unwrap();
        assert_eq!((file.status().as_u16(), file.bytes().await.unwrap().len()), (200, bytes));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_of_a_product_are_pictures() {
    let (shop, ids) = shop_with_media().await;
    let query = "{ product(handle: \"lamp\") { featuredImage { url }
        images(first: 9) { nodes { url } } variants(first: 1) { nodes { image { url } } }
        newest: media(first: 2, sortKey: ID, reverse: true) { nodes { id } pageInfo { hasNextPage } } } }";
    let product = shop.ask(query, json!({})).await["product"].clone();
    let picture = json!({ "url": address(&shop, ids[3]).await });
    assert_eq!(product["featuredImage"], picture);
    assert_eq!(product["images"]["nodes"], json!([picture]));
    assert_eq!(product["variants"]["nodes"], json!([{ "image": picture }]));
    let newest = [("MediaImage", ids[3]), ("Model3d", ids[2])]
        .map(|(kind, id)| json!({ "id": format!("gid://shopify/{kind}/{id}") }));
    assert_eq!(product["newest"], json!({ "nodes": newest, "pageInfo": { "hasNextPage": true } }));
    let cart = shop.cart_with(&shop.variant_id("lamp").await, 1).await;
    let query = "query($id: ID!) { cart(id: $id) { lines(first: 1) { nodes { merchandise {
        ... on ProductVariant { image { url } } } } } } }";
    let lines = shop.ask(query, json!({ "id": cart["cart"]["id"] })).await["cart"]["lines"].clone();
    assert_eq!(lines["nodes"][0]["merchandise"]["image"], picture);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_are_found_by_their_ids_while_something_shows_them() {
    let (shop, ids) = shop_with_media().await;
    let gid = |kind: &str, id: MediaId| format!("gid://shopify/{kind}/{id}");
    let kinds = ["Video", "ExternalVideo", "Model3d", "MediaImage"];
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on MediaPresentation { asJson(format: IMAGE) viewer: asJson(format: MODEL_VIEWER) } } }";
    let asked: Vec<String> = kinds.iter().zip(ids).map(|(kind, id)| gid(kind, id)).collect();
    let nodes = shop.ask(query, json!({ "ids": asked })).await["nodes"].clone();
    for (place, kind) in kinds.iter().enumerate() {
        assert_eq!(nodes[place], json!({ "__typename": kind, "id": asked[place] }));
    }
    // Under the name of another kind there is nothing, nor for what nothing shows.
    let poster = row(&shop, ids[0]).await.preview_media_id.unwrap();
    let file = save_file(&shop.app, b"%PDF-1.7 words", MediaDetails::default()).await.unwrap();
    let hidden = [
        gid("MediaImage", ids[0]),
        gid("Video", ids[3]),
        gid("GenericFile", ids[3]),
        gid("MediaImage", poster),
        gid("MediaPresentation", poster),
        gid("GenericFile", file),
        gid("Video", MediaId(999_999)),
    ];
    let nodes = shop.ask(query, json!({ "ids": hidden })).await["nodes"].clone();
    assert_eq!(nodes, json!(vec![Value::Null; hidden.len()]));

    let presented = [gid("MediaPresentation", ids[2]), gid("MediaPresentation", ids[1])];
    let nodes = shop.ask(query, json!({ "ids": presented })).await["nodes"].clone();
    let (model, poster) = (address(&shop, ids[2]).await, address(&shop, poster).await);
    assert_eq!(nodes[0]["asJson"], json!({ "alt": "To turn", "src": poster, "width": 64, "height": 36 }));
    assert_eq!(nodes[0]["viewer"], json!({ "alt": "To turn", "src": model, "poster": poster }));
    assert_eq!((&nodes[1]["asJson"], &nodes[1]["viewer"]), (&Value::Null, &Value::Null));
    let query = "{ product(handle: \"lamp\") { media(first: 1, reverse: true) { nodes { presentation {
        id asJson(format: IMAGE) viewer: asJson(format: MODEL_VIEWER) } } } } }";
    let shown = shop.ask(query, json!({})).await["product"]["media"]["nodes"][0]["presentation"].clone();
    let picture = address(&shop, ids[3]).await;
    assert_eq!(
        shown,
        json!({ "id": gid("MediaPresentation", ids[3]), "viewer": null,
            "asJson": { "alt": "A lamp", "src": picture, "width": 400, "height": 300 } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shopper_who_names_files_in_a_cart_is_shown_only_what_is_shown_anyway() {
    let (shop, ids) = shop_with_media().await;
    let secret = save_file(&shop.app, b"%PDF-1.7 paid for", MediaDetails::default()).await.unwrap();
    let hidden = save_picture(&shop.app, &png(10, 10), Some("next season".to_owned())).await.unwrap();
    let gid = |kind: &str, id: MediaId| format!("gid://shopify/{kind}/{id}");
    let files = [gid("GenericFile", secret), gid("MediaImage", hidden), gid("MediaImage", ids[3])];
    let wish = |key: &str, kind: &str, value: String| json!({ "key": key, "type": kind, "value": value });
    let create = "mutation($input: CartInput) { cartCreate(input: $input) { userErrors { code field } cart {
        metafields(identifiers: [{ key: \"paper\" }, { key: \"hidden\" }, { key: \"shown\" }, { key: \"all\" }]) {
            reference { ... on Node { id } ... on GenericFile { url } }
            references(first: 9) { nodes { ... on Node { id } } } } } } }";
    let metafields = json!([
        wish("paper", "file_reference", files[0].clone()),
        wish("hidden", "file_reference", files[1].clone()),
        wish("shown", "file_reference", files[2].clone()),
        wish("all", "list.file_reference", json!(files).to_string()),
    ]);
    let made = shop.ask(create, json!({ "input": { "metafields": metafields } })).await["cartCreate"].clone();
    assert_eq!(made["userErrors"], json!([]));
    let read = &made["cart"]["metafields"];
    assert_eq!((&read[0]["reference"], &read[1]["reference"]), (&Value::Null, &Value::Null));
    assert_eq!(read[2]["reference"], json!({ "id": files[2] }), "a product shows it");
    assert_eq!(read[3]["references"]["nodes"], json!([{ "id": files[2] }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_that_are_not_ready_are_not_shown() {
    let (shop, ids) = shop_with_media().await;
    for (id, status) in [(ids[0], MediaStatus::Processing), (ids[3], MediaStatus::Failed)] {
        let mut row = row(&shop, id).await.into_active_model();
        row.status = Set(status);
        row.update(shop.app.db.writer()).await.unwrap();
    }
    let query =
        "{ product(handle: \"lamp\") { featuredImage { url } media(first: 9) { nodes { __typename } } } }";
    let expected = json!({ "featuredImage": null,
        "media": { "nodes": [{ "__typename": "ExternalVideo" }, { "__typename": "Model3d" }] } });
    assert_eq!(shop.ask(query, json!({})).await["product"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_of_a_wish_leads_to_the_picture_as_wished() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let picture = save_picture(&shop.app, &jpeg(600, 400), None).await.unwrap();
    show(&shop, "mug", &[picture]).await;
    let query = "{ product(handle: \"mug\") { featuredImage { url src originalSrc thumbhash width height
        small: url(transform: { maxWidth: 150 })
        square: url(transform: { maxWidth: 50, maxHeight: 50, crop: TOP, scale: 2 })
        png: url(transform: { maxWidth: 30, preferredContentType: PNG })
        huge: url(transform: { maxWidth: 5000, maxHeight: 5000 })
        nonsense: url(transform: { maxWidth: -3, maxHeight: 0, scale: 99 })
        old: transformedSrc(maxWidth: 90, maxHeight: 90, crop: LEFT, preferredContentType: WEBP) } } }";
    let image = shop.ask(query, json!({})).await["product"]["featuredImage"].clone();
    let original = address(&shop, picture).await;
    for (name, query) in [
        ("url", ""),
        ("src", ""),
        ("originalSrc", ""),
        ("nonsense", ""),
        ("small", "?width=150"),
        ("square", "?width=100&height=100&crop=top"),
        ("png", "?width=30&format=png"),
        ("huge", "?width=5000&height=5000"),
        ("old", "?width=90&height=90&crop=left&format=webp"),
    ] {
        assert_eq!(image[name], json!(format!("{original}{query}")), "{name}");
    }
    assert_eq!((&image["width"], &image["height"]), (&json!(600), &json!(400)), "those of the original");
    let hash = image["thumbhash"].as_str().unwrap();
    assert!((20..60).contains(&hash.len()), "{hash}");
    for (name, size) in
        [("small", (150, 100)), ("square", (100, 100)), ("png", (30, 20)), ("huge", (600, 400))]
    {
        let bytes =
            shop.client.get(image[name].as_str().unwrap()).send().await.unwrap().bytes().await.unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), size, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_of_a_picture_elsewhere_gets_the_wish_as_parameters() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec { images: 1, ..ProductSpec::new("mug") }]).await;
    let query = "{ product(handle: \"mug\") { featuredImage { url thumbhash
        small: url(transform: { maxWidth: 150, preferredContentType: WEBP })
        square: url(transform: { maxWidth: 50, maxHeight: 50, crop: CENTER, scale: 2 })
        nothing: url(transform: { preferredContentType: JPG }) } } }";
    let address = "https://pictures.example/mug-0.png";
    assert_eq!(
        shop.ask(query, json!({})).await["product"]["featuredImage"],
        json!({ "url": address, "thumbhash": null, "nothing": address,
            "small": format!("{address}?width=150"),
            "square": format!("{address}?width=100&height=100&crop=center") })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_medium_is_refused_and_leaves_nothing() {
    let shop = TestShop::open().await;
    let app = &shop.app;
    let none = MediaDetails::default;
    let png = png(4, 4);
    let codes = [
        save_video(app, &png, none()).await.unwrap_err().code(),
        save_video(app, b"\0\0\0\x14ftypisom\0\0\0\0\0\0\0\0", none()).await.unwrap_err().code(),
        save_model(app, &png, none()).await.unwrap_err().code(),
        save_file(app, &png, none()).await.unwrap_err().code(),
        save_picture(app, GLB, None).await.unwrap_err().code(),
        save_picture(app, &vec![0; tradepost::media::MAX_BYTES + 1], None).await.unwrap_err().code(),
        save_external_video(app, "https://evil.example/watch?v=aB3-_xyz012", none())
            .await
            .unwrap_err()
            .code(),
        save_external_video(app, "javascript:alert(1)", none()).await.unwrap_err().code(),
    ];
    assert_eq!(
        codes,
        [
            "WRONG_FILE_KIND",
            "WRONG_FILE_KIND",
            "WRONG_FILE_KIND",
            "WRONG_FILE_KIND",
            "UNKNOWN_PICTURE_KIND",
            "FILE_TOO_LARGE",
            "UNKNOWN_VIDEO_HOST",
            "UNKNOWN_VIDEO_HOST"
        ]
    );
    assert_eq!(media::Entity::find().count(app.db.fresh()).await.unwrap(), 0);
    assert!(!app.config.data_dir.join("media").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_of_all_kinds_take_no_statement_each() {
    let (shop, _) = shop_with_media().await;
    let query = format!("{{ product(handle: \"lamp\") {{ {MEDIA} }} }}");
    let count = shop.statements_of(&query, json!({})).await;
    assert!(count <= 2, "{count}: the product is remembered, previews are one statement");
    assert_eq!(row(&shop, MediaId(1)).await.kind, MediaKind::Image);
}
