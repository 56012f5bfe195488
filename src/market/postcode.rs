//! Patterns of postal codes, for zones of delivery and tax. Pure rules.

use std::fmt;

/// Characters of a pattern at most.
const MAX_LENGTH: usize = 32;

/// Which postal codes are meant: one (`10115`), those that begin alike (`SW1*`), or a range (`10000..19999`).
///
/// Codes are compared in capitals, without spaces and hyphens. A code that is longer than the ends of a range is compared
/// by its beginning, so that `10115-1234` lies in the range above.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PostcodePattern {
    /// This one.
    Exact(String),
    /// All that begin so.
    Prefix(String),
    /// All from the first to the last, both included; the ends are equally long.
    Range(String, String),
}

/// A postal code as it is compared: in capitals, without spaces and hyphens.
#[must_use]
pub fn normalize_postcode(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_uppercase)
        .collect()
}

impl PostcodePattern {
    /// Reads a pattern; `None` for what is none: nothing but a star, ends of different lengths or in the wrong order, other
    /// characters than letters and digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = |text: &str| {
            let code = normalize_postcode(text);
            let is_one = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_one.then_some(code)
        };
        if text.len() > MAX_LENGTH {
            return None;
        }
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (code(first)?, code(last)?);
            let numeric = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
            let is_range = first.len() == last.len() && first <= last && numeric(&first) == numeric(&last);
            return is_range.then_some(Self::Range(first, last));
        }
        match text.trim().strip_suffix('*') {
            Some(beginning) => code(beginning).map(Self::Prefix),
            None => code(text).map(Self::Exact),
        }
    }

    /// Whether a postal code is meant; the code is as [`normalize_postcode`] makes it.
    #[must_use]
    pub fn matches(&self, postcode: &str) -> bool {
        match self {
            Self::Exact(code) => postcode == code,
            Self::Prefix(beginning) => postcode.starts_with(beginning.as_str()),
            Self::Range(first, last) => {
                let same_kind = |beginning: &&str| {
                    let numeric = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
                    numeric(beginning) == numeric(first)
                };
                postcode
                    .get(..first.len())
                    .filter(same_kind)
                    .is_some_and(|beginning| (first.as_str()..=last.as_str()).contains(&beginning))
            }
        }
    }

    /// How closely it is meant: of several patterns that match a code, the one with the largest is the closest. A code
    /// before a longer beginning before a shorter one; a range counts as what its ends begin with alike.
    #[must_use]
    pub fn closeness(&self) -> usize {
        match self {
            Self::Exact(_) => usize::MAX,
            Self::Prefix(beginning) => beginning.len(),
            Self::Range(first, last) => {
                first.bytes().zip(last.bytes()).take_while(|(one, other)| one == other).count()
            }
        }
    }

    /// Whether a code could match both, and neither is closer: then it is unclear which of them holds.
    #[must_use]
    pub fn clashes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Range(first, last), Self::Range(other_first, other_last)) => {
                first.len() == other_first.len() && first <= other_last && other_first <= last
            }
            _ => self == other,
        }
    }
}

impl fmt::Display for PostcodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(code) => f.write_str(code),
            Self::Prefix(beginning) => write!(f, "{beginning}*"),
            Self::Range(first, last) => write!(f, "{first}..{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, postcode: &str) -> bool {
        PostcodePattern::parse(pattern).unwrap().matches(&normalize_postcode(postcode))
    }

    #[test]
    fn codes_are_compared_without_spaces_hyphens_and_case() {
        assert!(matches("SW1A 1AA", "sw1a1aa") && matches("00-950", "00 950") && matches("sw1*", "SW1A 2AA"));
        assert!(!matches("SW1*", "SW2A 2AA") && !matches("10115", "101155") && !matches("1*", ""));
    }

    #[test]
    fn ranges_hold_both_ends_and_longer_codes_by_their_beginning() {
        assert!(matches("10000..19999", "10000") && matches("10000..19999", "19999"));
        assert!(!matches("10000..19999", "20000") && !matches("10000..19999", "09999"));
        assert!(matches("10000..19999", "10115-1234") && !matches("10000..19999", "1011"));
        assert!(!matches("10000..19999", "1A115") && matches("AB10..AB39", "AB25 1XY"));
        assert!(!matches("10000..19999", "1äöüß"));
    }

    #[test]
    fn what_is_no_pattern_is_not_read() {
        let rubbish = [
            "", "*", " ", "..", "1..", "..2", "100..99", "1..22", "1..A", "1*2", "1%", "1**", "1..2..3",
            "ÄÖ*",
        ];
        for text in rubbish {
            assert_eq!(PostcodePattern::parse(text), None, "{text}");
        }
        for (text, shown) in [("sw1 *", "SW1*"), (" 10115 ", "10115"), ("1000 - 1 .. 1000-9", "10001..10009")]
        {
            assert_eq!(PostcodePattern::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn the_closest_pattern_is_told_and_clashes_are() {
        let pattern = |text| PostcodePattern::parse(text).unwrap();
        let closeness = |text| pattern(text).closeness();
        assert!(closeness("10115") > closeness("1011*") && closeness("1011*") > closeness("10100..10199"));
        assert!(closeness("10100..10199") > closeness("1*"));
        assert!(pattern("1*").clashes(&pattern("1 *")) && !pattern("1*").clashes(&pattern("10*")));
        assert!(pattern("10000..19999").clashes(&pattern("19999..20000")));
        assert!(!pattern("10000..19999").clashes(&pattern("20000..29999")));
    }
}
