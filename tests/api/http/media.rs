//! Files of the media store: pictures as they are wanted, films in parts, and what nobody gets.

use std::path::PathBuf;

use entity::media;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait, PaginatorTrait};
use tradepost::media::{MediaDetails, save_picture, save_video};

use super::send;
use crate::support::picture::{bomb, film, jpeg, png};
use crate::support::skip::skipped;
use crate::support::{TestShop, at_once};

struct File {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl File {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Type, width and height of a picture.
    fn picture(&self) -> (&str, u32, u32) {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        let picture = image::load_from_memory(&self.bytes).unwrap();
        (self.header("content-type"), picture.width(), picture.height())
    }
}

async fn fetch(shop: &TestShop, method: Method, path: &str, headers: &[(&str, &str)]) -> File {
    let mut request = shop.client.request(method, format!("{}{path}", shop.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    File { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
}

async fn get(shop: &TestShop, path: &str) -> File {
    fetch(shop, Method::GET, path, &[]).await
}

/// Stores a picture and returns its path.
async fn stored(shop: &TestShop, bytes: &[u8]) -> String {
    format!("/media/{}", shop.app.media.put(bytes).await.unwrap().key)
}

/// The resized pictures that are kept.
fn kept(shop: &TestShop) -> Vec<PathBuf> {
    let Ok(folders) = std::fs::read_dir(shop.app.config.data_dir.join("media/variants/1")) else {
        return Vec::new();
    };
    let files = |folder: std::fs::DirEntry| std::fs::read_dir(folder.path()).unwrap();
    folders.flat_map(|folder| files(folder.unwrap())).map(|file| file.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_resized_as_it_is_wanted_and_kept() {
    let shop = TestShop::open().await;
    let path = stored(&shop, &png(400, 300)).await;
    for (query, expected) in [
        ("width=100", ("image/png", 100, 75)),
        ("height=30", ("image/png", 40, 30)),
        ("width=100&height=100", ("image/png", 100, 75)),
        ("width=100&height=100&crop=center", ("image/png", 100, 100)),
        ("width=50&scale=2", ("image/png", 100, 75)),
        ("width=100&format=jpg", ("image/jpeg", 100, 75)),
        ("width=100&format=pjpg&v=17", ("image/jpeg", 100, 75)),
        ("format=webp", ("image/webp", 400, 300)),
        ("width=4000&height=4000&crop=top", ("image/png", 300, 300)),
    ] {
        let file = get(&shop, &format!("{path}?{query}")).await;
        assert_eq!(file.picture(), expected, "{query}");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(file.header("access-control-allow-origin"), "*");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
    assert_eq!(kept(&shop).len(), 6, "equal outcomes are one: {:?}", kept(&shop));
    let first = get(&shop, &format!("{path}?width=100")).await;
    let again = get(&shop, &format!("{path}?width=100&height=90")).await;
    assert_eq!((&first.bytes, first.header("etag")), (&again.bytes, again.header("etag")));
    assert_ne!(first.header("etag"), get(&shop, &path).await.header("etag"));
    let tag = first.header("etag");
    for known in [tag, "*", &format!("W/{tag}"), &format!("\"other\", {tag}")] {
        let file = fetch(&shop, Method::GET, &format!("{path}?width=100"), &[("if-none-match", known)]).await;
        assert_eq!((file.status.as_u16(), file.bytes.len()), (304, 0), "{known}");
    }
    let head = fetch(&shop, Method::HEAD, &format!("{path}?width=100"), &[]).await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), first.bytes.len().to_string());
    // What was made can go: it is made again.
    std::fs::remove_dir_all(shop.app.config.data_dir.join("media/variants")).unwrap();
    assert_eq!(get(&shop, &format!("{path}?width=100")).await.bytes, first.bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_is_cut_where_it_is_wanted() {
    let shop = TestShop::open().await;
    let path = stored(&shop, &jpeg(400, 200)).await;
    for (crop, is_wanted) in [("left", [true, false]), ("right", [false, true])] {
        let file = get(&shop, &format!("{path}?width=60&height=60&crop={crop}")).await;
        assert_eq!(file.picture(), ("image/jpeg", 60, 60));
        let picture = image::load_from_memory(&file.bytes).unwrap().into_rgb8();
        let [red, _, blue] = picture.get_pixel(30, 30).0;
        assert_eq!([red > 200, blue > 200], is_wanted, "{crop}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wishes_that_make_no_sense_are_left_aside() {
    let shop = TestShop::open().await;
    let bytes = png(40, 30);
    let path = stored(&shop, &bytes).await;
    let original = get(&shop, &path).await;
    for query in [
        "width=abc",
        "width=0",
        "width=-1",
        "width=1.5",
        "width=99999999999999999999",
        "width=40",
        "width=4000",
        "crop=center",
        "format=svg",
        "format=png",
        "scale=3",
        "width[]=3",
        "%ff=%fe&width=%00",
        "&&==&",
    ] {
        let file = get(&shop, &format!("{path}?{query}")).await;
        assert_eq!((file.status.as_u16(), &file.bytes), (200, &bytes), "{query}");
        assert_eq!(file.header("etag"), original.header("etag"));
    }
    assert_eq!(kept(&shop), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_moves_stays_as_it_is() {
    let shop = TestShop::open().await;
    let frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\x02\0\x02\0\0\x02\x02\x44\x01\0";
    let moving = [&b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xff\xff\xff"[..], frame, frame, b"\x3b"].concat();
    let path = stored(&shop, &moving).await;
    for query in ["", "?width=1", "?format=jpg"] {
        let file = get(&shop, &format!("{path}{query}")).await;
        assert_eq!((file.header("content-type"), &file.bytes), ("image/gif", &moving), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wanted_by_many_at_once_is_made_once() {
    let shop = TestShop::open().await;
    let path = stored(&shop, &png(800, 600)).await;
    let (client, url) = (shop.client.clone(), format!("{}{path}?width=333", shop.url));
    let answers = at_once(24, |_| {
        let (client, url) = (client.clone(), url.clone());
        async move { client.get(url).send().await.unwrap().bytes().await.unwrap() }
    })
    .await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(image::load_from_memory(&answers[0]).unwrap().width(), 333);
    assert_eq!(kept(&shop).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bomb_is_neither_stored_nor_decoded() {
    let shop = TestShop::open().await;
    let refused = save_picture(&shop.app, &bomb(), None).await.unwrap_err();
    assert_eq!(refused.code(), "IMAGE_TOO_LARGE");
    let svg = save_picture(&shop.app, b"<svg onload=\"alert(1)\"/>", None).await.unwrap_err();
    assert_eq!(svg.code(), "UNKNOWN_PICTURE_KIND");
    assert_eq!(media::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
    assert!(!shop.app.config.data_dir.join("media").exists(), "nothing was written");

    // Were it there all the same, it is refused by its header.
    stored(&shop, &png(4, 4)).await;
    let (claims, broken) = (format!("{}.png", "a".repeat(32)), format!("{}.jpg", "b".repeat(32)));
    let folder = shop.app.config.data_dir.join("media");
    std::fs::write(folder.join(&claims), bomb()).unwrap();
    std::fs::write(folder.join(&broken), &jpeg(400, 300)[..600]).unwrap();
    for (name, code) in [(&claims, "IMAGE_TOO_LARGE"), (&broken, "IMAGE_UNREADABLE")] {
        for query in ["width=10", "format=webp", "width=10&height=10&crop=center"] {
            let answer = send(&shop, Method::GET, &format!("/media/{name}?{query}"), &[], "").await;
            assert_eq!((answer.status, answer.code()), (422, code.to_owned()), "{query}");
            assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        }
    }
    assert_eq!(kept(&shop), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_film_is_sent_in_the_parts_that_are_asked_for() {
    let shop = TestShop::open().await;
    let film = film(5 * 1024 * 1024);
    let id = save_video(&shop.app, &film, MediaDetails::default()).await.unwrap();
    let row = media::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    let path = format!("/media/{}", row.storage_key.unwrap());
    let size = film.len();
    let whole = get(&shop, &path).await;
    assert_eq!((whole.status.as_u16(), whole.bytes == film), (200, true));
    assert_eq!((whole.header("content-type"), whole.header("accept-ranges")), ("video/mp4", "bytes"));
    assert_eq!(whole.header("content-length"), size.to_string());
    let same = get(&shop, &format!("{path}?width=10")).await;
    assert!(same.bytes == film, "a film is not resized");
    let tag = whole.header("etag");
    for (range, part) in [
        ("bytes=0-99", 0..100),
        ("bytes=100-", 100..size),
        ("bytes=-10", size - 10..size),
        ("bytes=5-999999999", 5..size),
    ] {
        let file = fetch(&shop, Method::GET, &path, &[("range", range), ("accept-encoding", "gzip")]).await;
        assert_eq!((file.status.as_u16(), file.bytes == film[part.clone()]), (206, true), "{range}");
        let expected = format!("bytes {}-{}/{size}", part.start, part.end - 1);
        assert_eq!(file.header("content-range"), expected);
    }
    let same = fetch(&shop, Method::GET, &path, &[("range", "bytes=0-9"), ("if-range", tag)]).await;
    assert_eq!(same.status, 206);
    let changed =
        fetch(&shop, Method::GET, &path, &[("range", "bytes=0-9"), ("if-range", "\"other\"")]).await;
    assert_eq!((changed.status.as_u16(), changed.bytes.len()), (200, size));
    for range in ["bytes=9-5", "bytes=0-1,4-5", "lines=1-2", "bytes=x-"] {
        let file = fetch(&shop, Method::GET, &path, &[("range", range)]).await;
        assert_eq!((file.status.as_u16(), file.bytes.len()), (200, size), "{range}");
    }
    let beyond = fetch(&shop, Method::GET, &path, &[("range", "bytes=999999999-")]).await;
    assert_eq!((beyond.status.as_u16(), beyond.bytes.len()), (416, 0));
    assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
    let head = fetch(&shop, Method::HEAD, &path, &[]).await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), size.to_string());
    let none = format!("/media/{}.mp4", "0".repeat(32));
    for method in [Method::GET, Method::HEAD] {
        assert_eq!(fetch(&shop, method, &none, &[("range", "bytes=0-1")]).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_could_do_harm_are_downloaded_not_shown() {
    let shop = TestShop::open().await;
    let id =
        tradepost::media::save_file(&shop.app, b"%PDF-1.7 words", MediaDetails::default()).await.unwrap();
    let row = media::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    let file = get(&shop, &format!("/media/{}", row.storage_key.unwrap())).await;
    assert_eq!((file.status.as_u16(), file.bytes.as_slice()), (200, &b"%PDF-1.7 words"[..]));
    assert_eq!(file.header("content-disposition"), "attachment");
    assert_eq!(file.header("content-type"), "application/pdf");
    let refused =
        tradepost::media::save_file(&shop.app, b"<script>alert(1)</script>", MediaDetails::default());
    assert_eq!(refused.await.unwrap_err().code(), "WRONG_FILE_KIND");
}

/// Runs where TEST_S3_ENDPOINT names a server that speaks S3 with a bucket "tradepost-test", keys "test" and "test".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_are_kept_in_a_bucket_where_one_is_named() {
    let Ok(endpoint) = std::env::var("TEST_S3_ENDPOINT") else {
        return skipped("no TEST_S3_ENDPOINT; start a server that speaks S3 and set it");
    };
    let prefix = tradepost::secret::new_token();
    let bucket = tradepost::config::S3Settings {
        bucket: "tradepost-test".to_owned(),
        prefix,
        endpoint: Some(url::Url::parse(&endpoint).unwrap()),
        region: "us-east-1".to_owned(),
        access_key_id: "test".into(),
        secret_access_key: "test".into(),
    };
    let shop = TestShop::open_with(|config| {
        config.media.place = tradepost::config::MediaPlace::S3(bucket);
    })
    .await;
    let bytes = png(400, 300);
    let path = stored(&shop, &bytes).await;
    assert_eq!(stored(&shop, &bytes).await, path);
    assert_eq!(get(&shop, &path).await.bytes, bytes);
    for _ in 0..2 {
        assert_eq!(get(&shop, &format!("{path}?width=100")).await.picture(), ("image/png", 100, 75));
    }
    let part = fetch(&shop, Method::GET, &path, &[("range", "bytes=1-3")]).await;
    assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, &b"PNG"[..]));
    assert_eq!(get(&shop, &format!("/media/{}.png", "0".repeat(32))).await.status, 404);
    assert!(!shop.app.config.data_dir.join("media").exists());
}
