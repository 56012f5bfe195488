//! Changing translations and languages.

use std::collections::BTreeMap;

use entity::translation::ResourceType;
use entity::{shop_locale, translation};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::error::TranslationError;
use crate::actor::Actor;
use crate::app::App;
use crate::event::{self, NewEvent};
use crate::market::{LanguageInfo, find_language};
use crate::secret;

/// What an actor needs for translations.
const TRANSLATE: &str = "write_translations";
/// What an actor needs for languages.
const LOCALES: &str = "write_locales";
/// Texts of one thing that are saved at once at most.
const MAX_TEXTS: usize = 250;
/// Characters of a text's key at most.
const MAX_KEY_LENGTH: usize = 64;
/// Bytes of a text at most.
const MAX_VALUE_BYTES: usize = 512 * 1024;

/// A translated text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewText {
    /// Which of the thing's texts.
    pub key: String,
    /// What it is called in the other language.
    pub value: String,
    /// The text that was translated, to know later whether it has changed.
    pub source: Option<String>,
}

impl<K: Into<String>, V: Into<String>> From<(K, V)> for NewText {
    fn from((key, value): (K, V)) -> Self {
        Self { key: key.into(), value: value.into(), source: None }
    }
}

/// A language that the shop shall speak besides its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLocale {
    /// As in LanguageCode.
    pub locale: String,
    /// Whether shoppers can ask for it.
    pub published: bool,
}

/// Saves texts of a thing in a language; those that are there already are replaced, others stay. Whether the thing
/// exists is for the caller to know.
///
/// # Errors
/// [`TranslationError`] for an unknown language, the shop's own, one that it does not speak, and for texts that are empty
/// or too long.
pub async fn register(
    app: &App,
    actor: &Actor,
    resource: ResourceType,
    id: i64,
    locale: &str,
    texts: Vec<NewText>,
) -> Result<(), TranslationError> {
    may(actor, TRANSLATE)?;
    check(&texts)?;
    let locale = other_language(app, locale).await?.code;
    // The last one of a key counts: an insert must not hit the same row twice.
    let texts: BTreeMap<&str, &NewText> = texts.iter().map(|text| (text.key.as_str(), text)).collect();
    if texts.is_empty() {
        return Ok(());
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            if shop_locale::Entity::find_by_id(locale).one(&tx).await?.is_none() {
                return Err(TranslationError::LocaleNotEnabled(locale.to_owned()));
            }
            let rows = texts.values().map(|text| translation::ActiveModel {
                id: NotSet,
                resource_type: Set(resource),
                resource_id: Set(id),
                key: Set(text.key.clone()),
                locale: Set(locale.to_owned()),
                value: Set(text.value.clone()),
                source_digest: Set(text.source.as_ref().map(|text| secret::hex_digest(text.as_bytes()))),
                created_at: Set(now),
                updated_at: Set(now),
            });
            let update = OnConflict::columns([
                translation::Column::ResourceType,
                translation::Column::ResourceId,
                translation::Column::Locale,
                translation::Column::Key,
            ])
            .update_columns([
                translation::Column::Value,
                translation::Column::SourceDigest,
                translation::Column::UpdatedAt,
            ])
            .to_owned();
            translation::Entity::insert_many(rows).on_conflict(update).exec_without_returning(&tx).await?;
            event::record(
                &tx,
                now,
                "translation",
                "translation.updated",
                vec![changed(resource, id, locale)],
            )
            .await?;
            tx.commit().await?;
            app.translations.forget_thing(resource, id);
            Ok(())
        })
        .await
}

/// Takes texts of a thing in a language away; the originals are shown in their place.
///
/// # Errors
/// [`TranslationError`] for an unknown language and the shop's own.
pub async fn remove(
    app: &App,
    actor: &Actor,
    resource: ResourceType,
    id: i64,
    locale: &str,
    keys: &[String],
) -> Result<(), TranslationError> {
    may(actor, TRANSLATE)?;
    if keys.len() > MAX_TEXTS {
        return Err(TranslationError::TooMany);
    }
    let locale = other_language(app, locale).await?.code;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let removed = translation::Entity::delete_many()
                .filter(translation::Column::ResourceType.eq(resource))
                .filter(translation::Column::ResourceId.eq(id))
                .filter(translation::Column::Locale.eq(locale))
                .filter(translation::Column::Key.is_in(keys.iter().map(String::as_str)))
                .exec(&tx)
                .await?;
            if removed.rows_affected > 0 {
                let event = changed(resource, id, locale);
                event::record(&tx, now, "translation", "translation.removed", vec![event]).await?;
            }
            tx.commit().await?;
            app.translations.forget_thing(resource, id);
            Ok(())
        })
        .await
}

/// Sets which languages the shop speaks besides its own. A language that is left out is spoken no more; its texts are
/// kept for the day on which it comes back.
///
/// # Errors
/// [`TranslationError`] for an unknown language and the shop's own.
pub async fn save_locales(app: &App, actor: &Actor, locales: Vec<NewLocale>) -> Result<(), TranslationError> {
    may(actor, LOCALES)?;
    let mut wanted: BTreeMap<&'static str, bool> = BTreeMap::new();
    for new in &locales {
        wanted.insert(other_language(app, &new.locale).await?.code, new.published);
    }
    let shop = app.shop().await?.id;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            shop_locale::Entity::delete_many()
                .filter(shop_locale::Column::Locale.is_not_in(wanted.keys().copied()))
                .exec(&tx)
                .await?;
            if !wanted.is_empty() {
                let rows = wanted.iter().map(|(locale, published)| shop_locale::ActiveModel {
                    locale: Set((*locale).to_owned()),
                    published: Set(*published),
                    created_at: Set(now),
                    updated_at: Set(now),
                });
                let update = OnConflict::column(shop_locale::Column::Locale)
                    .update_columns([shop_locale::Column::Published, shop_locale::Column::UpdatedAt])
                    .to_owned();
                shop_locale::Entity::insert_many(rows)
                    .on_conflict(update)
                    .exec_without_returning(&tx)
                    .await?;
            }
            event::record_one(&tx, now, "shop", "shop.locales_updated", shop).await?;
            tx.commit().await?;
            app.translations.forget_languages();
            Ok(())
        })
        .await
}

fn may(actor: &Actor, scope: &'static str) -> Result<(), TranslationError> {
    if actor.has_scope(scope) { Ok(()) } else { Err(TranslationError::Forbidden(scope)) }
}

fn check(texts: &[NewText]) -> Result<(), TranslationError> {
    if texts.len() > MAX_TEXTS {
        return Err(TranslationError::TooMany);
    }
    for text in texts {
        if text.key.trim().is_empty() || text.value.trim().is_empty() {
            return Err(TranslationError::Blank);
        }
        if text.key.chars().count() > MAX_KEY_LENGTH || text.value.len() > MAX_VALUE_BYTES {
            return Err(TranslationError::TooLong(text.key.chars().take(MAX_KEY_LENGTH).collect()));
        }
    }
    Ok(())
}

/// The language with this code, if it is not the shop's own.
async fn other_language(app: &App, code: &str) -> Result<&'static LanguageInfo, TranslationError> {
    let language = find_language(code)
        .ok_or_else(|| TranslationError::UnknownLocale(code.chars().take(20).collect()))?;
    if app.shop().await?.language == language.code {
        return Err(TranslationError::OwnLocale(language.code.to_owned()));
    }
    Ok(language)
}

fn changed(resource: ResourceType, id: i64, locale: &str) -> NewEvent {
    NewEvent { entity_id: id, payload: json!({ "resourceType": resource, "locale": locale }) }
}
