//! Settings of the media store.

use secrecy::SecretString;
use url::Url;

use super::{Reader, is_on_this_machine};

/// How many bytes of resized pictures are kept where nothing else is said: 4 GiB.
const DEFAULT_VARIANT_MEGABYTES: i64 = 4_096;
/// The region where none is said: what servers that are not Amazon's take.
const DEFAULT_REGION: &str = "us-east-1";

/// Where media are kept, and how much of what can be made again.
#[derive(Clone, Debug)]
pub struct MediaSettings {
    /// `MEDIA_URL` and the settings of its bucket.
    pub place: MediaPlace,
    /// `MEDIA_VARIANTS_MEGABYTES`: the most bytes of resized pictures that are kept.
    pub variant_bytes: u64,
}

/// Where media are kept.
#[derive(Clone, Debug)]
pub enum MediaPlace {
    /// In the data folder.
    Folder,
    /// In a bucket.
    S3(S3Settings),
}

/// A bucket of a server that speaks S3.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The bucket's name.
    pub bucket: String,
    /// Before the names of all files; may be empty.
    pub prefix: String,
    /// `MEDIA_S3_ENDPOINT`; Amazon's own where it is missing.
    pub endpoint: Option<Url>,
    /// `MEDIA_S3_REGION`.
    pub region: String,
    /// `MEDIA_S3_ACCESS_KEY_ID`.
    pub access_key_id: SecretString,
    /// `MEDIA_S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self { place: MediaPlace::Folder, variant_bytes: megabytes(DEFAULT_VARIANT_MEGABYTES) }
    }
}

fn megabytes(count: i64) -> u64 {
    count.unsigned_abs() << 20
}

impl MediaSettings {
    pub(super) fn read(read: &mut Reader<'_>) -> Self {
        let place = place(read);
        let kept = read.within("MEDIA_VARIANTS_MEGABYTES", DEFAULT_VARIANT_MEGABYTES, 1, 100_000_000);
        Self { place, variant_bytes: megabytes(kept) }
    }
}

fn place(read: &mut Reader<'_>) -> MediaPlace {
    let endpoint = endpoint(read);
    let region = read.text("MEDIA_S3_REGION").unwrap_or_else(|| DEFAULT_REGION.to_owned());
    if !region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        read.errors.push("MEDIA_S3_REGION must be a region's name, such as eu-central-1".to_owned());
    }
    let Some(text) = read.text("MEDIA_URL") else {
        return MediaPlace::Folder;
    };
    let mut secret = |name: &str| {
        let value = read.text(name);
        if value.is_none() {
            read.errors.push(format!("{name} must be set where MEDIA_URL is"));
        }
        SecretString::from(value.unwrap_or_default())
    };
    let (access_key_id, secret_access_key) =
        (secret("MEDIA_S3_ACCESS_KEY_ID"), secret("MEDIA_S3_SECRET_ACCESS_KEY"));
    let url = Url::parse(&text).ok().filter(|url| {
        let is_bare = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        url.scheme() == "s3" && url.has_host() && is_bare && url.query().is_none() && url.fragment().is_none()
    });
    let Some(url) = url else {
        read.errors.push("MEDIA_URL must be s3://BUCKET or s3://BUCKET/PREFIX".to_owned());
        return MediaPlace::Folder;
    };
    MediaPlace::S3(S3Settings {
        bucket: url.host_str().unwrap_or_default().to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        endpoint,
        region,
        access_key_id,
        secret_access_key,
    })
}

fn endpoint(read: &mut Reader<'_>) -> Option<Url> {
    let text = read.text("MEDIA_S3_ENDPOINT")?;
    let endpoint = Url::parse(&text).ok().filter(|url| match url.scheme() {
        "https" => url.has_host(),
        // Keys and files must not cross a network in the clear.
        "http" => is_on_this_machine(url),
        _ => false,
    });
    if endpoint.is_none() {
        let expected = "an https address, or an http address on this machine";
        read.errors.push(format!("MEDIA_S3_ENDPOINT must be {expected}"));
    }
    endpoint
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (MediaSettings, Vec<String>) {
        let get =
            |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let mut reader = Reader { get: &get, errors: Vec::new() };
        let settings = MediaSettings::read(&mut reader);
        (settings, reader.errors)
    }

    const KEYS: [(&str, &str); 2] =
        [("MEDIA_S3_ACCESS_KEY_ID", "key"), ("MEDIA_S3_SECRET_ACCESS_KEY", "hunter2")];

    #[test]
    fn media_are_kept_in_the_data_folder_unless_a_bucket_is_named() {
        assert!(
            matches!(read(&[]), (MediaSettings { place: MediaPlace::Folder, .. }, errors) if errors.is_empty())
        );
        let url = ("MEDIA_URL", "s3://shop-media/a/b/");
        let (settings, errors) =
            read(&[url, KEYS[0], KEYS[1], ("MEDIA_S3_ENDPOINT", "http://127.0.0.1:9000")]);
        assert_eq!(errors, [""; 0]);
        assert!(!format!("{settings:?}").contains("hunter2"));
        let MediaPlace::S3(bucket) = settings.place else { panic!("no bucket") };
        assert_eq!((bucket.bucket.as_str(), bucket.prefix.as_str()), ("shop-media", "a/b"));
        assert_eq!(
            (bucket.region.as_str(), bucket.secret_access_key.expose_secret()),
            ("us-east-1", "hunter2")
        );
    }

    #[test]
    fn a_bucket_needs_its_keys_and_an_address_that_is_not_overheard() {
        let (_, errors) = read(&[("MEDIA_URL", "s3://shop")]);
        assert_eq!(
            errors,
            [
                "MEDIA_S3_ACCESS_KEY_ID must be set where MEDIA_URL is",
                "MEDIA_S3_SECRET_ACCESS_KEY must be set where MEDIA_URL is"
            ]
        );
        for endpoint in ["http://192.0.2.1:9000", "http://minio.example", "ftp://127.0.0.1", "minio"] {
            let (_, errors) = read(&[("MEDIA_S3_ENDPOINT", endpoint)]);
            assert!(errors[0].starts_with("MEDIA_S3_ENDPOINT must be an https address"), "{endpoint}");
        }
        for url in ["shop", "https://shop", "s3://", "s3://key:hunter2@shop", "s3://shop?x=1"] {
            let (_, errors) = read(&[("MEDIA_URL", url), KEYS[0], KEYS[1]]);
            assert_eq!(errors, ["MEDIA_URL must be s3://BUCKET or s3://BUCKET/PREFIX"], "{url}");
        }
    }
}
