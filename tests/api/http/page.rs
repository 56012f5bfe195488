//! Pictures, and what a watchman asks.

use reqwest::Method;
use reqwest::header::IF_NONE_MATCH;
use serde_json::json;

use super::{get, send};
use crate::support::TestShop;

/// The smallest picture: one transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_tells_that_it_lives_and_can_sell_and_what_it_did() {
    let shop = TestShop::open().await;
    let (live, ready) = (get(&shop, "/healthz").await, get(&shop, "/readyz").await);
    assert_eq!((live.status, live.body.as_str()), (200, "ok\n"));
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
    shop.ask("{ shop { name } }", json!({})).await;
    get(&shop, "/checkout/a-secret-of-somebody").await;
    let metrics = get(&shop, "/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    assert!(metrics.body.contains("http_requests_total"), "{}", metrics.body);
    assert!(metrics.body.contains("route=\"/checkout/{page}\""), "{}", metrics.body);
    assert!(!metrics.body.contains("a-secret-of-somebody"), "an address may hold a secret");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_shown_and_may_be_kept() {
    let shop = TestShop::open().await;
    let stored = shop.app.media.put(GIF).await.unwrap();
    let path = format!("/media/{}", stored.key);
    let answer = shop.client.get(format!("{}{path}", shop.url)).send().await.unwrap();
    let headers = answer.headers().clone();
    assert_eq!((answer.status().as_u16(), answer.bytes().await.unwrap().as_ref()), (200, GIF));
    assert_eq!(headers["content-type"], "image/gif");
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let tag = headers["etag"].to_str().unwrap();
    for known in [tag, "*", &format!("\"other\", {tag}")] {
        let answer = send(&shop, Method::GET, &path, &[(IF_NONE_MATCH.as_str(), known)], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
    }
    let other = send(&shop, Method::GET, &path, &[(IF_NONE_MATCH.as_str(), "\"other\"")], "").await;
    assert_eq!(other.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_no_picture_are_not_found() {
    let shop = TestShop::open().await;
    shop.app.media.put(GIF).await.unwrap();
    let media = shop.app.config.data_dir.join("media");
    std::fs::write(media.join("secret.txt"), "a secret").unwrap();
    std::fs::write(shop.app.config.data_dir.join(format!("{}.png", "a".repeat(32))), "a secret").unwrap();
    let (unknown, above) = (format!("{}.png", "0".repeat(32)), format!("..%2f{}.png", "a".repeat(32)));
    for name in [
        "secret.txt",
        "..%2ftradepost.db",
        "%2e%2e%2ftradepost.db",
        "..%5ctradepost.db",
        "%2fetc%2fpasswd",
        "..",
        ".",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%00.png",
        "x.gif%00.png",
        "",
        &unknown,
        &above,
    ] {
        let answer = get(&shop, &format!("/media/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
        assert!(!answer.body.contains("a secret"));
    }
}
