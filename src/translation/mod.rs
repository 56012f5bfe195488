//! Translations: the texts of things in the other languages that the shop speaks, and which languages those are.
//!
//! Tables: `translation`, `shop_locale`. The shop's own language is `shop`.`language`; it is always spoken and has no row.
//! Invariants: a text has one translation per language; only languages of `shop_locale` are translated into; shoppers
//! read a language only while it is published, and the original wherever a translation is missing.

mod cache;
mod commands;
mod error;
mod queries;

pub use cache::{TextKey, Texts, TranslationCache};
pub use commands::{NewLocale, NewText, register, remove, save_locales};
pub use error::TranslationError;
pub use queries::translations_by_resources;

use std::sync::Arc;

use crate::app::App;
use crate::error::Fault;
use crate::market::LanguageInfo;

/// The languages that shoppers can ask for: the shop's own first, then the published ones by code.
///
/// # Errors
/// The database's own.
pub async fn published_languages(app: &App) -> Result<Arc<Vec<&'static LanguageInfo>>, Fault> {
    app.translations.languages(&app.db, &app.shop().await?.language).await
}

/// The language to answer in: the asked one where it is published, the shop's own otherwise. No statement where the
/// shop's own is asked for.
///
/// # Errors
/// The database's own, and a fault where the shop's own language is unknown.
pub async fn language_for(
    app: &App,
    own: &'static LanguageInfo,
    asked: Option<&'static LanguageInfo>,
) -> Result<&'static LanguageInfo, Fault> {
    match asked {
        Some(asked) if asked != own => {
            let spoken = app.translations.languages(&app.db, own.code).await?;
            Ok(if spoken.contains(&asked) { asked } else { own })
        }
        _ => Ok(own),
    }
}
