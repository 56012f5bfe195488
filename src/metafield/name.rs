//! Namespaces and keys.

use super::DEFAULT_NAMESPACE;
use super::error::{FaultCode, FieldRefusal, ValueFault};

/// Characters of a namespace, from and to.
const NAMESPACE_LENGTH: std::ops::RangeInclusive<usize> = 3..=255;
/// Characters of a key, from and to.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Takes `namespace.key` apart; a key alone is of the namespace `custom`.
#[must_use]
pub fn split_key(text: &str) -> (String, String) {
    let (namespace, key) = text.split_once('.').unwrap_or((DEFAULT_NAMESPACE, text));
    (namespace.to_owned(), key.to_owned())
}

/// Whether a namespace and a key can be used.
///
/// # Errors
/// The first reason against each of them.
pub(super) fn check(index: Option<usize>, namespace: &str, key: &str) -> Result<(), Vec<FieldRefusal>> {
    let mut refusals = Vec::new();
    // Elsewhere such names belong to a program that was installed; here there are none.
    if namespace.starts_with('$') || namespace.starts_with("app--") {
        let message = "Namespaces of apps do not exist here";
        refusals.push(ValueFault::new(FaultCode::AppNotAuthorized, message).at(index, "namespace"));
    } else if let Err(fault) = check_word(namespace, &NAMESPACE_LENGTH) {
        refusals.push(fault.at(index, "namespace"));
    }
    if let Err(fault) = check_word(key, &KEY_LENGTH) {
        refusals.push(fault.at(index, "key"));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Whether a word can name a kind of metaobject, one of its fields or one of them.
///
/// # Errors
/// The reason against it.
pub(super) fn check_name(word: &str) -> Result<(), ValueFault> {
    check_word(word, &(1..=*NAMESPACE_LENGTH.end()))
}

fn check_word(word: &str, length: &std::ops::RangeInclusive<usize>) -> Result<(), ValueFault> {
    let count = word.chars().count();
    if count == 0 {
        return Err(ValueFault::new(FaultCode::Blank, "A name is missing"));
    }
    if count < *length.start() {
        let message = format!("The name has fewer than {} characters", length.start());
        return Err(ValueFault::new(FaultCode::TooShort, message));
    }
    if count > *length.end() {
        let message = format!("The name has more than {} characters", length.end());
        return Err(ValueFault::new(FaultCode::TooLong, message));
    }
    if !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        let message = "The name may hold letters, digits, hyphens and underscores";
        return Err(ValueFault::new(FaultCode::InvalidValue, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_apart_at_the_first_point() {
        assert_eq!(split_key("custom.care"), ("custom".to_owned(), "care".to_owned()));
        assert_eq!(split_key("care"), ("custom".to_owned(), "care".to_owned()));
        assert_eq!(split_key("a.b.c"), ("a".to_owned(), "b.c".to_owned()));
    }

    #[test]
    fn names_are_words_of_some_length() {
        let codes = |namespace: &str, key: &str| match check(None, namespace, key) {
            Ok(()) => Vec::new(),
            Err(refusals) => refusals.iter().map(|refusal| refusal.code.name()).collect(),
        };
        assert_eq!(codes("custom", "care-2_a"), [""; 0]);
        assert_eq!(codes("cu", "c"), ["TOO_SHORT", "TOO_SHORT"]);
        assert_eq!(codes("", ""), ["BLANK", "BLANK"]);
        assert_eq!(codes(&"x".repeat(256), &"y".repeat(65)), ["TOO_LONG", "TOO_LONG"]);
        assert_eq!(codes("cus tom", "b.c"), ["INVALID_VALUE", "INVALID_VALUE"]);
        assert_eq!(codes("$app", "care"), ["APP_NOT_AUTHORIZED"]);
        assert_eq!(codes("$app:x", "care"), ["APP_NOT_AUTHORIZED"]);
    }
}
