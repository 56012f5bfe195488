//! Reading variables by the kinds of their values.

use std::str::FromStr;

use secrecy::SecretString;

/// Reads variables, and keeps what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) get: &'a dyn Fn(&str) -> Option<String>,
    pub(super) errors: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(super) fn parse<T: FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.text(name) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|_| {
                self.errors.push(format!("{name} must be {expected}"));
                default
            }),
        }
    }

    pub(super) fn within(&mut self, name: &str, default: i64, least: i64, most: i64) -> i64 {
        let value = self.parse(name, default, &format!("a whole number from {least} to {most}"));
        if (least..=most).contains(&value) {
            return value;
        }
        self.errors.push(format!("{name} must be a whole number from {least} to {most}"));
        default
    }

    pub(super) fn word<T: Copy>(&mut self, name: &str, default: T, words: &[(&str, T)]) -> T {
        let Some(text) = self.text(name) else {
            return default;
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.errors.push(format!("{name} must be one of {}", words.join(", ")));
        default
    }

    pub(super) fn on_off(&mut self, name: &str, default: bool) -> bool {
        self.word(name, default, &[("on", true), ("off", false), ("true", true), ("false", false)])
    }

    pub(super) fn long_secret(&mut self, name: &str, least: usize) -> Option<SecretString> {
        let secret = self.text(name)?;
        if secret.len() < least {
            self.errors.push(format!("{name} must have at least {least} characters"));
        }
        Some(secret.into())
    }

    pub(super) fn database_url(&mut self, name: &str) -> Option<SecretString> {
        let url = self.text(name)?;
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| url.starts_with(kind)) {
            self.errors.push(format!("{name} must start with sqlite: or postgres:"));
        }
        Some(url.into())
    }
}
