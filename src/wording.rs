//! Wording: the languages that pages and mails speak, and how amounts, days and countries are written in them.
//!
//! Whoever speaks keeps the phrases: a struct of them, and a JSON file for each language that has all of them and no others.

mod amount;
mod country;
mod day;

use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use crate::error::Fault;

/// A language that pages and mails speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// English, also for whoever speaks none of the others.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::En, Self::De, Self::Fr, Self::Es];

    /// The language with this name, as carts (`DE`, `PT_BR`) or browsers (`de-AT`) write it; English for any other.
    #[must_use]
    pub fn of(language: &str) -> Self {
        let first = language.trim().split(['-', '_']).next().unwrap_or_default();
        let is_named = |tongue: &Self| tongue.tag().eq_ignore_ascii_case(first);
        Self::ALL.into_iter().find(is_named).unwrap_or_default()
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
        }
    }
}

/// The phrases of somebody who speaks all languages, one JSON file for each; read when the first of them is asked for.
pub struct Texts<T> {
    files: [&'static str; Tongue::ALL.len()],
    read: OnceLock<Result<Phrases<T>, serde_json::Error>>,
}

impl<T> Texts<T> {
    /// The phrases in these files, in the order of [`Tongue::ALL`].
    #[must_use]
    pub const fn new(files: [&'static str; Tongue::ALL.len()]) -> Self {
        Self { files, read: OnceLock::new() }
    }
}

impl<T: DeserializeOwned> Texts<T> {
    /// The phrases in a language.
    ///
    /// # Errors
    /// When a file is no JSON or lacks a phrase; never in practice, where the files are part of the program and a test
    /// reads them.
    pub fn of(&self, tongue: Tongue) -> Result<&T, Fault> {
        let read = self.read.get_or_init(|| Phrases::read(self.files));
        read.as_ref().map(|phrases| phrases.of(tongue)).map_err(Fault::new)
    }
}

struct Phrases<T> {
    en: T,
    de: T,
    fr: T,
    es: T,
}

impl<T: DeserializeOwned> Phrases<T> {
    fn read([en, de, fr, es]: [&str; Tongue::ALL.len()]) -> Result<Self, serde_json::Error> {
        Ok(Self {
            en: serde_json::from_str(en)?,
            de: serde_json::from_str(de)?,
            fr: serde_json::from_str(fr)?,
            es: serde_json::from_str(es)?,
        })
    }
}

impl<T> Phrases<T> {
    fn of(&self, tongue: Tongue) -> &T {
        match tongue {
            Tongue::En => &self.en,
            Tongue::De => &self.de,
            Tongue::Fr => &self.fr,
            Tongue::Es => &self.es,
        }
    }
}

/// A phrase with what belongs in its gaps: `Pay {amount}`. What is put in is not read again; a gap that nobody fills stays.
#[must_use]
pub fn fill(phrase: &str, parts: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let gap = after.split_once('}').and_then(|(name, behind)| {
            let (_, part) = parts.iter().find(|(known, _)| *known == name)?;
            Some((*part, behind))
        });
        rest = match gap {
            Some((part, behind)) => {
                filled.push_str(part);
                behind
            }
            None => {
                filled.push('{');
                after
            }
        };
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_how_carts_and_browsers_write_them() {
        for (language, expected) in [
            ("DE", Tongue::De),
            ("de-AT", Tongue::De),
            ("fr_CA", Tongue::Fr),
            (" es ", Tongue::Es),
            ("EN", Tongue::En),
            ("PT_BR", Tongue::En),
            ("den", Tongue::En),
            ("", Tongue::En),
        ] {
            assert_eq!(Tongue::of(language), expected, "{language}");
        }
    }

    #[test]
    fn gaps_are_filled_once() {
        assert_eq!(fill("Pay {amount} now", &[("amount", "€5.00")]), "Pay €5.00 now");
        assert_eq!(fill("{a}{b}{a}", &[("a", "{b}"), ("b", "2")]), "{b}2{b}");
        assert_eq!(fill("{unknown} { } {", &[("a", "1")]), "{unknown} { } {");
        assert_eq!(fill("", &[]), "");
    }

    #[test]
    fn phrases_are_read_in_the_order_of_the_languages() {
        let texts = Texts::<String>::new(["\"one\"", "\"eins\"", "\"un\"", "\"uno\""]);
        assert_eq!(
            Tongue::ALL.map(|tongue| texts.of(tongue).unwrap().as_str()),
            ["one", "eins", "un", "uno"]
        );
        let numbers = Texts::<String>::new(["1", "2", "3", "4"]);
        assert!(Tongue::ALL.into_iter().all(|tongue| numbers.of(tongue).is_err()));
    }
}
