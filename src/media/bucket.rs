//! A bucket that speaks S3.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use secrecy::ExposeSecret;

use crate::config::S3Settings;

/// Opens the bucket that the settings name. It is not asked.
pub(super) fn open_bucket(settings: &S3Settings) -> Result<Arc<dyn ObjectStore>, anyhow::Error> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(settings.access_key_id.expose_secret())
        .with_secret_access_key(settings.secret_access_key.expose_secret())
        .with_disable_tagging(true);
    if let Some(endpoint) = &settings.endpoint {
        // Plain http reaches this machine only: the settings refuse it elsewhere.
        builder = builder
            .with_endpoint(endpoint.as_str().trim_end_matches('/'))
            .with_allow_http(endpoint.scheme() == "http");
    }
    let bucket = builder.build()?;
    Ok(if settings.prefix.is_empty() {
        Arc::new(bucket)
    } else {
        Arc::new(PrefixStore::new(bucket, settings.prefix.as_str()))
    })
}
