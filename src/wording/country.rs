//! What countries are called in a language. The names are those of Unicode's CLDR, but for a few that are no longer there.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Tongue;

type Names = HashMap<String, String>;

static GERMAN: LazyLock<Names> = LazyLock::new(|| read(include_str!("countries_de.json")));
static FRENCH: LazyLock<Names> = LazyLock::new(|| read(include_str!("countries_fr.json")));
static SPANISH: LazyLock<Names> = LazyLock::new(|| read(include_str!("countries_es.json")));

/// The names by code. The files are part of the program, and a test reads them.
fn read(file: &str) -> Names {
    serde_json::from_str(file).unwrap_or_default()
}

impl Tongue {
    /// The name of the country with this ISO 3166-1 alpha-2 code, where it is another than the English one, which
    /// `market` has.
    #[must_use]
    pub fn country(self, code: &str) -> Option<&'static str> {
        let names = match self {
            Self::En => return None,
            Self::De => &GERMAN,
            Self::Fr => &FRENCH,
            Self::Es => &SPANISH,
        };
        names.get(code).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_the_same_countries() {
        let codes = |names: &'static Names| {
            let mut codes: Vec<&str> = names.keys().map(String::as_str).collect();
            codes.sort_unstable();
            codes
        };
        assert!(GERMAN.len() > 200 && GERMAN.values().all(|name| !name.is_empty()));
        assert_eq!(codes(&GERMAN), codes(&FRENCH));
        assert_eq!(codes(&GERMAN), codes(&SPANISH));
        let names = [Tongue::De, Tongue::Fr, Tongue::Es].map(|tongue| tongue.country("DE").unwrap());
        assert_eq!(names, ["Deutschland", "Allemagne", "Alemania"]);
        assert_eq!((Tongue::En.country("DE"), Tongue::De.country("de")), (None, None));
    }
}
