//! What texts may hold.

use super::error::ContentError;

/// The longest handle.
pub const MAX_HANDLE_CHARS: usize = 255;
/// The longest title or name.
pub const MAX_TITLE_CHARS: usize = 255;
/// The longest text of a few sentences, such as a description for search engines.
pub const MAX_LINE_CHARS: usize = 5_000;
/// The longest text with markup.
pub const MAX_HTML_CHARS: usize = 512 * 1024;

/// A text that must be there, without white space around it.
pub(super) fn required(field: &'static str, text: &str, most: usize) -> Result<String, ContentError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ContentError::Blank { field });
    }
    within(field, text, most)
}

/// A text that may be left out; an empty one is.
pub(super) fn optional(
    field: &'static str,
    text: Option<&str>,
    most: usize,
) -> Result<Option<String>, ContentError> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => within(field, text, most).map(Some),
        None => Ok(None),
    }
}

/// A text that is not too long and that each database can hold.
pub(super) fn within(field: &'static str, text: &str, most: usize) -> Result<String, ContentError> {
    if text.chars().nth(most).is_some() {
        return Err(ContentError::TooLong { field, most });
    }
    if text.contains('\0') {
        return Err(ContentError::Invalid { field, reason: "holds a sign that no text has" });
    }
    Ok(text.to_owned())
}

/// A name in addresses: the given one, or one made of the title.
pub(super) fn handle(given: Option<&str>, title: &str) -> Result<String, ContentError> {
    const FIELD: &str = "handle";
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else {
        let made = handle_of_title(title);
        return if made.is_empty() { Err(ContentError::Blank { field: FIELD }) } else { Ok(made) };
    };
    let handle = within(FIELD, given, MAX_HANDLE_CHARS)?;
    let fits = |sign: char| is_plain(sign) || matches!(sign, '-' | '_');
    if handle.chars().all(fits) && handle.starts_with(is_plain) {
        Ok(handle)
    } else {
        let reason =
            "may hold small letters, digits, hyphens and underscores, and begins with one of the first two";
        Err(ContentError::Invalid { field: FIELD, reason })
    }
}

/// A letter that has no smaller form, or a digit.
fn is_plain(sign: char) -> bool {
    sign.is_alphanumeric() && sign.to_lowercase().eq(std::iter::once(sign))
}

/// The words of a title with hyphens between them.
fn handle_of_title(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|sign: char| !is_plain(sign)).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    let cut: String = joined.chars().take(MAX_HANDLE_CHARS).collect();
    cut.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T: std::fmt::Debug>(outcome: Result<T, ContentError>) -> &'static str {
        outcome.unwrap_err().code().unwrap()
    }

    #[test]
    fn a_handle_is_taken_as_given_or_made_of_the_title() {
        assert_eq!(handle(Some("about-us_2"), "x").unwrap(), "about-us_2");
        assert_eq!(handle(None, "  About & Around: Us!  ").unwrap(), "about-around-us");
        assert_eq!(handle(Some("  "), "Über 9 Dinge").unwrap(), "über-9-dinge");
        assert_eq!(handle(None, &"a b".repeat(200)).unwrap().chars().count(), 255);
        assert_eq!(code(handle(None, "!?")), "BLANK");
        assert_eq!(code(handle(Some(&"a".repeat(256)), "x")), "TOO_LONG");
        for bad in ["About", "a b", "a/b", "-a", "_a", "a?b", "a.b", "ÄB", "a\0b", "..", "a%2f"] {
            assert_eq!(code(handle(Some(bad), "x")), "INVALID", "{bad}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_measured_in_characters() {
        assert_eq!(required("title", " é ", 1).unwrap(), "é");
        assert_eq!(code(required("title", " \n", 9)), "BLANK");
        assert_eq!(code(required("title", "éé", 1)), "TOO_LONG");
        assert_eq!(code(required("title", "a\0", 9)), "INVALID");
        assert_eq!(optional("bio", Some("  "), 9).unwrap(), None);
        assert_eq!(optional("bio", Some(" x "), 9).unwrap().as_deref(), Some("x"));
    }
}
