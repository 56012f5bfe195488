//! What translating refuses.

use sea_orm::DbErr;

use crate::error::{Fault, Transient};

/// Why translations or languages were refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TranslationError {
    /// The actor may not.
    #[error("this needs the scope {0}")]
    Forbidden(&'static str),
    /// There is no such language.
    #[error("the language {0} is unknown")]
    UnknownLocale(String),
    /// The language is the shop's own: its texts are the originals.
    #[error("{0} is the shop's own language")]
    OwnLocale(String),
    /// The shop does not speak the language.
    #[error("the shop does not speak {0}")]
    LocaleNotEnabled(String),
    /// A key or a text is empty.
    #[error("a translation's key or text is empty")]
    Blank,
    /// A key or a text is too long.
    #[error("the translation of {0} is too long")]
    TooLong(String),
    /// There are too many at once.
    #[error("these are too many translations at once")]
    TooMany,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl TranslationError {
    /// The refusal for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "ACCESS_DENIED",
            Self::UnknownLocale(_) => "INVALID_LOCALE",
            Self::OwnLocale(_) => "INVALID_LOCALE_FOR_SHOP",
            Self::LocaleNotEnabled(_) => "LOCALE_NOT_ENABLED",
            Self::Blank => "BLANK",
            Self::TooLong(_) => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
            Self::Fault(_) => "INTERNAL_ERROR",
        }
    }
}

impl From<DbErr> for TranslationError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for TranslationError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}
