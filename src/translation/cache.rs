//! Translations and languages remembered by this process.
//!
//! What this process wrote is forgotten at once, what another node wrote when its event arrives
//! ([`TranslationCache::forget`]) and at the latest when it is too old.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::event;
use entity::translation::ResourceType;
use moka::sync::Cache;

use super::queries::{published_locales, translations_by_resources};
use crate::db::Database;
use crate::error::Fault;
use crate::market::{LanguageInfo, find_language};

/// Things and languages that are remembered at most.
const MAX_TEXTS: u64 = 100_000;
/// How long a text is remembered at most.
const TEXT_AGE: Duration = Duration::from_secs(60);
/// How long the languages are remembered at most.
const LOCALE_AGE: Duration = Duration::from_secs(5);

/// A thing and a language's code.
pub type TextKey = (ResourceType, i64, &'static str);
/// The translated texts of a thing in a language, by key; empty where there are none.
pub type Texts = Arc<HashMap<String, String>>;

/// When the languages were read, for which own language, and which there are.
type ReadLanguages = (Instant, String, Arc<Vec<&'static LanguageInfo>>);

/// Translations and languages as last read; cheap to clone.
#[derive(Clone)]
pub struct TranslationCache {
    texts: Cache<TextKey, Texts>,
    languages: Arc<RwLock<Option<ReadLanguages>>>,
    /// Grows whenever something is forgotten: what was read before is not remembered after.
    epoch: Arc<AtomicU64>,
}

impl Default for TranslationCache {
    fn default() -> Self {
        Self {
            texts: Cache::builder().max_capacity(MAX_TEXTS).time_to_live(TEXT_AGE).build(),
            languages: Arc::default(),
            epoch: Arc::default(),
        }
    }
}

impl TranslationCache {
    /// The texts of a thing, if they are remembered.
    #[must_use]
    pub fn peek(&self, key: &TextKey) -> Option<Texts> {
        self.texts.get(key)
    }

    /// The texts of things; at most one statement. Every key gets an answer.
    ///
    /// # Errors
    /// The database's own.
    pub async fn texts(&self, db: &Database, keys: &[TextKey]) -> Result<HashMap<TextKey, Texts>, Fault> {
        let mut found = HashMap::with_capacity(keys.len());
        let mut missing = Vec::new();
        for key in keys {
            match self.texts.get(key) {
                Some(texts) => {
                    found.insert(*key, texts);
                }
                None => missing.push(*key),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let mut read = translations_by_resources(db.fresh(), &missing).await?;
        for key in missing {
            let texts: Texts = Arc::new(read.remove(&key).unwrap_or_default());
            self.texts.insert(key, Arc::clone(&texts));
            if self.epoch.load(Ordering::Acquire) != epoch {
                self.texts.invalidate(&key);
            }
            found.insert(key, texts);
        }
        Ok(found)
    }

    /// The languages that shoppers can ask for, the shop's own first.
    ///
    /// # Errors
    /// The database's own.
    pub async fn languages(
        &self,
        db: &Database,
        own: &str,
    ) -> Result<Arc<Vec<&'static LanguageInfo>>, Fault> {
        if let Some((read_at, of, languages)) =
            self.languages.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && read_at.elapsed() < LOCALE_AGE
            && of == own
        {
            return Ok(Arc::clone(languages));
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let codes = published_locales(db.fresh()).await?;
        let others = codes.iter().map(String::as_str).filter(|code| *code != own);
        let languages: Vec<_> = std::iter::once(own).chain(others).filter_map(find_language).collect();
        let languages = Arc::new(languages);
        let mut remembered = self.languages.write().unwrap_or_else(PoisonError::into_inner);
        if self.epoch.load(Ordering::Acquire) == epoch {
            *remembered = Some((Instant::now(), own.to_owned(), Arc::clone(&languages)));
        }
        Ok(languages)
    }

    /// Forgets what an event says has changed; other events are none of its business.
    pub fn forget(&self, event: &event::Model) {
        match event.entity.as_str() {
            "translation" => {
                let resource = event.payload.get("resourceType").cloned();
                match resource.and_then(|name| serde_json::from_value(name).ok()) {
                    Some(resource) => self.forget_thing(resource, event.entity_id),
                    None => self.forget_all(),
                }
            }
            "shop" => self.forget_languages(),
            _ => {}
        }
    }

    /// Forgets the texts of a thing in every language.
    pub fn forget_thing(&self, resource: ResourceType, id: i64) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        // The languages asked for are few: those that are spoken, which the cache holds anyhow.
        for language in crate::market::LANGUAGES {
            self.texts.invalidate(&(resource, id, language.code));
        }
    }

    /// Forgets which languages the shop speaks.
    pub fn forget_languages(&self) {
        let mut remembered = self.languages.write().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        *remembered = None;
    }

    fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.texts.invalidate_all();
    }
}
