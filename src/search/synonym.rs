//! Synonyms: words that are found in each other's place.

use std::collections::HashMap;

use entity::synonym_set;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, EntityTrait, QueryOrder,
};
use serde_json::json;

use super::words::Analysis;
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, Transient};
use crate::event;

/// The most sets of synonyms.
pub const MAX_SYNONYM_SETS: usize = 2_000;
/// The most words in one set.
pub const MAX_SYNONYMS: usize = 30;
/// The longest synonym, in characters.
pub const MAX_SYNONYM_CHARS: usize = 60;
/// The most words that one synonym is made of.
const MAX_WORDS: usize = 5;

/// What the saving of synonyms needs.
const SCOPE: &str = "write_synonyms";

/// Why synonyms are refused; each has a stable code.
#[derive(Debug, thiserror::Error)]
pub enum SynonymError {
    /// More than [`MAX_SYNONYM_SETS`], or more than [`MAX_SYNONYMS`] in one.
    #[error("at most {MAX_SYNONYM_SETS} sets of at most {MAX_SYNONYMS} synonyms are kept")]
    TooMany,
    /// Fewer than two different words in a set.
    #[error("a set of synonyms needs two different ones")]
    TooFew,
    /// Empty, or longer than [`MAX_SYNONYM_CHARS`].
    #[error("a synonym has 1 to {MAX_SYNONYM_CHARS} characters and at most {MAX_WORDS} words")]
    BadWord,
    /// The actor lacks the scope.
    #[error("the scope {SCOPE} is needed")]
    Forbidden,
    /// Something unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl SynonymError {
    /// The code that clients see; none for faults.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::TooMany => Some("SYNONYM_TOO_MANY"),
            Self::TooFew => Some("SYNONYM_TOO_FEW"),
            Self::BadWord => Some("SYNONYM_INVALID"),
            Self::Forbidden => Some("ACCESS_DENIED"),
            Self::Fault(_) => None,
        }
    }
}

impl From<sea_orm::DbErr> for SynonymError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for SynonymError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Fault(fault) => fault.is_transient(),
            Self::TooMany | Self::TooFew | Self::BadWord | Self::Forbidden => false,
        }
    }
}

/// Puts these sets of synonyms in the place of all that were there. In a set, each is found for each other.
///
/// # Errors
/// [`SynonymError`].
pub async fn save_synonyms(app: &App, actor: &Actor, sets: Vec<Vec<String>>) -> Result<(), SynonymError> {
    if !actor.has_scope(SCOPE) {
        return Err(SynonymError::Forbidden);
    }
    let sets = checked(sets)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            synonym_set::Entity::delete_many().exec(&tx).await?;
            let rows = sets.iter().map(|words| synonym_set::ActiveModel {
                id: NotSet,
                words: Set(json!(words)),
                created_at: Set(now),
                updated_at: Set(now),
            });
            if !sets.is_empty() {
                synonym_set::Entity::insert_many(rows).exec_without_returning(&tx).await?;
            }
            event::record_one(&tx, now, super::EVENT_ENTITY, super::SYNONYMS_UPDATED, super::EVENT_KEY)
                .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

fn checked(sets: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, SynonymError> {
    if sets.len() > MAX_SYNONYM_SETS {
        return Err(SynonymError::TooMany);
    }
    sets.into_iter()
        .map(|set| {
            let mut words: Vec<String> = set.into_iter().map(|word| word.trim().to_lowercase()).collect();
            let is_bad = |word: &String| {
                word.is_empty()
                    || word.chars().nth(MAX_SYNONYM_CHARS).is_some()
                    || word.split_whitespace().nth(MAX_WORDS).is_some()
            };
            if words.iter().any(is_bad) {
                return Err(SynonymError::BadWord);
            }
            words.sort();
            words.dedup();
            match words.len() {
                0 | 1 => Err(SynonymError::TooFew),
                count if count > MAX_SYNONYMS => Err(SynonymError::TooMany),
                _ => Ok(words),
            }
        })
        .collect()
}

/// The sets of synonyms.
///
/// # Errors
/// The database's own.
pub async fn list_synonyms<C: ConnectionTrait>(db: &C) -> Result<Vec<Vec<String>>, Fault> {
    let rows = synonym_set::Entity::find().order_by_asc(synonym_set::Column::Id).all(db).await?;
    rows.into_iter().map(|row| Ok(serde_json::from_value(row.words)?)).collect()
}

/// Synonyms by their words.
#[derive(Debug, Default)]
pub(super) struct Synonyms {
    by_words: HashMap<Vec<String>, Vec<Vec<String>>>,
    longest: usize,
}

impl Synonyms {
    pub(super) fn new(sets: &[Vec<String>], analysis: &Analysis) -> Self {
        let mut by_words: HashMap<Vec<String>, Vec<Vec<String>>> = HashMap::new();
        for set in sets {
            let cut: Vec<Vec<String>> =
                set.iter().map(|word| analysis.words_of(word)).filter(|words| !words.is_empty()).collect();
            for words in &cut {
                let others = cut.iter().filter(|other| *other != words).cloned();
                by_words.entry(words.clone()).or_default().extend(others);
            }
        }
        let longest = by_words.keys().map(Vec::len).max().unwrap_or(0);
        Self { by_words, longest }
    }

    /// How many words the longest synonym has.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// What may stand in the place of these words.
    pub(super) fn of(&self, words: &[&str]) -> Option<&[Vec<String>]> {
        if words.is_empty() || words.len() > self.longest {
            return None;
        }
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        self.by_words.get(&words).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(sets: &[&[&str]]) -> Vec<Vec<String>> {
        sets.iter().map(|set| set.iter().map(|word| (*word).to_owned()).collect()).collect()
    }

    #[test]
    fn synonyms_are_found_by_their_words() {
        let synonyms = Synonyms::new(&sets(&[&["couch", "sofa"], &["T-Shirt", "tee"]]), &Analysis::of("EN"));
        assert_eq!(synonyms.of(&["sofa"]), Some([vec!["couch".to_owned()]].as_slice()));
        assert_eq!(synonyms.of(&["t", "shirt"]), Some([vec!["tee".to_owned()]].as_slice()));
        assert_eq!(synonyms.of(&["shirt"]), None);
        assert_eq!(synonyms.longest(), 2);
    }

    #[test]
    fn bad_synonyms_are_refused() {
        let code = |given: &[&[&str]]| checked(sets(given)).unwrap_err().code();
        assert_eq!(code(&[&["one"]]), Some("SYNONYM_TOO_FEW"));
        assert_eq!(code(&[&["One", "one "]]), Some("SYNONYM_TOO_FEW"));
        assert_eq!(code(&[&["one", " "]]), Some("SYNONYM_INVALID"));
        assert_eq!(code(&[&["one", &"x".repeat(MAX_SYNONYM_CHARS + 1)]]), Some("SYNONYM_INVALID"));
        let many: Vec<String> = (0..=MAX_SYNONYMS).map(|number| number.to_string()).collect();
        assert!(matches!(checked(vec![many]), Err(SynonymError::TooMany)));
        assert_eq!(checked(sets(&[&["B", "a"]])).unwrap(), sets(&[&["a", "b"]]));
    }
}
