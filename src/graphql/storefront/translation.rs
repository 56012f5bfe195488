//! Texts in the language of the request.

use async_graphql::Context;
use entity::translation::ResourceType;

use super::context;
use crate::app::App;
use crate::graphql::error::ApiError;
use crate::graphql::loader::{Batch, Pulse};
use crate::translation::{TextKey, Texts};

/// The loader of translations: one statement for the things of a level, none for those that the process remembers.
pub(super) fn loader(app: &App, pulse: &Pulse) -> Batch<TextKey, Texts> {
    Batch::on(app, pulse, |app, keys| async move { app.translations.texts(&app.db, &keys).await })
}

/// A text of a thing in the request's language, or the original where it was not translated. No statement where the
/// request is in the shop's own language.
///
/// # Errors
/// The database's own.
pub(super) async fn text(
    ctx: &Context<'_>,
    resource: ResourceType,
    id: impl Into<i64>,
    key: &str,
    original: &str,
) -> Result<String, ApiError> {
    Ok(translated(ctx, resource, id, key).await?.unwrap_or_else(|| original.to_owned()))
}

/// As [`text`], for a text that may be missing; what is missing is not translated.
///
/// # Errors
/// The database's own.
pub(super) async fn optional_text(
    ctx: &Context<'_>,
    resource: ResourceType,
    id: impl Into<i64>,
    key: &str,
    original: Option<&str>,
) -> Result<Option<String>, ApiError> {
    match original {
        Some(original) => text(ctx, resource, id, key, original).await.map(Some),
        None => Ok(None),
    }
}

/// Whether the request is in the shop's own language, in which nothing is translated.
///
/// # Errors
/// A fault where the request has no context.
pub(super) fn is_original(ctx: &Context<'_>) -> Result<bool, ApiError> {
    let request = context::of(ctx)?;
    Ok(request.language.code == request.shop.language)
}

/// The translation of a text of a thing into the request's language, if there is one.
///
/// # Errors
/// The database's own.
pub(super) async fn translated(
    ctx: &Context<'_>,
    resource: ResourceType,
    id: impl Into<i64>,
    key: &str,
) -> Result<Option<String>, ApiError> {
    if is_original(ctx)? {
        return Ok(None);
    }
    let request = context::of(ctx)?;
    let thing = (resource, id.into(), request.language.code);
    let texts = match request.app.translations.peek(&thing) {
        Some(texts) => Some(texts),
        None => request.loaders.translations.load(thing).await?,
    };
    Ok(texts.and_then(|texts| texts.get(key).cloned()))
}
