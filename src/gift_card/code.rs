//! Codes of gift cards: how they are made, compared and kept.

use std::fmt::Write;

use crate::error::Fault;
use crate::secret::SecretKey;

/// For which purpose the digest of a code is made.
const PURPOSE: &str = "gift card";
/// Letters and digits that nobody takes for one another.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a code that is made here: 16 of 32 kinds are 80 bits.
const LENGTH: usize = 16;
/// Characters of a code that the shop brings along, at least.
const MIN_LENGTH: usize = 8;
/// Characters of a code that the shop brings along, at most.
const MAX_LENGTH: usize = 20;
/// Characters of a code by which its owner tells it from others.
pub const LAST_CHARACTERS: usize = 4;

/// A fresh unguessable code.
pub(super) fn new_code() -> String {
    let mut bytes = [0_u8; LENGTH];
    rand::fill(&mut bytes);
    // 256 is a multiple of 32: every character is as likely.
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|byte| char::from(*byte))
        .collect()
}

/// The form in which codes are compared: without spaces and hyphens, in capitals.
pub(super) fn normal(code: &str) -> String {
    code.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

/// Whether a normal code is one that the shop may bring along.
pub(super) fn is_allowed(normal: &str) -> bool {
    (MIN_LENGTH..=MAX_LENGTH).contains(&normal.len())
        && normal.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a card can have a code that was typed in: what cannot be one need not be looked for.
#[must_use]
pub fn can_be_code(text: &str) -> bool {
    is_allowed(&normal(text))
}

/// The form in which a normal code is kept.
pub(super) fn digest(key: &SecretKey, normal: &str) -> Result<Vec<u8>, Fault> {
    key.digest(PURPOSE, normal)
}

/// The end of a normal code.
pub(super) fn last_characters(normal: &str) -> String {
    let count = normal.chars().count();
    normal.chars().skip(count.saturating_sub(LAST_CHARACTERS)).flat_map(char::to_lowercase).collect()
}

/// A normal code in groups of four, as people read it.
pub(super) fn grouped(normal: &str) -> String {
    normal.chars().enumerate().fold(String::new(), |mut text, (place, letter)| {
        let gap = if place > 0 && place % 4 == 0 { " " } else { "" };
        let _ = write!(text, "{gap}{letter}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_without_spaces_hyphens_and_case() {
        assert_eq!(normal(" abcd-EFGH 23 45 "), "ABCDEFGH2345");
        assert_eq!(last_characters("ABCDEFGH2345"), "2345");
        assert_eq!(last_characters("ABCDEFGHXYZW"), "xyzw");
        assert_eq!(grouped("ABCDEFGH23"), "ABCD EFGH 23");
    }

    #[test]
    fn fresh_codes_differ_and_are_allowed() {
        let codes: std::collections::HashSet<String> = (0..1000).map(|_| new_code()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(
            codes.iter().all(|code| code.len() == 16 && is_allowed(code) && normal(&grouped(code)) == *code)
        );
    }

    #[test]
    fn codes_that_are_short_long_or_strange_are_not_allowed() {
        for code in ["", "ABCDEFG", "ABCDEFGHIJKLMNOPQRSTU", "ABCDEFG!", "ÄBCDEFGH"] {
            assert!(!is_allowed(code) && !can_be_code(code), "{code}");
        }
        assert!(can_be_code(" abcd-efgh "));
    }
}
