//! Which passwords a customer may choose.

use std::collections::HashSet;
use std::sync::LazyLock;

use secrecy::{ExposeSecret, SecretString};

use super::Email;
use super::error::{CustomerError, CustomerRefusalCode};

/// Characters of a password at least.
pub const MIN_PASSWORD_LENGTH: usize = 8;
/// Characters of a password at most. Longer than what other shops take: a sentence is a good password.
pub const MAX_PASSWORD_LENGTH: usize = 128;

/// Passwords that are guessed first, in lower case.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// Refuses a password that is too short, too long, begins or ends with a space, is guessed first, or is the customer's
/// own address.
pub(super) fn check_password(password: &SecretString, email: Option<&Email>) -> Result<(), CustomerError> {
    use CustomerRefusalCode as Code;
    let text = password.expose_secret();
    let length = text.chars().count();
    let refused = |code, message: String| Err(CustomerError::refused(code, &["password"], message));
    if text.is_empty() {
        return refused(Code::Blank, "A password is required".to_owned());
    }
    if text.trim() != text {
        let message = "A password must not begin or end with a space".to_owned();
        return refused(Code::PasswordStartsOrEndsWithWhitespace, message);
    }
    if length < MIN_PASSWORD_LENGTH {
        return refused(Code::TooShort, format!("A password has at least {MIN_PASSWORD_LENGTH} characters"));
    }
    if length > MAX_PASSWORD_LENGTH {
        return refused(Code::TooLong, format!("A password has at most {MAX_PASSWORD_LENGTH} characters"));
    }
    let lower = text.to_lowercase();
    if COMMON.contains(lower.as_str()) || is_one_letter(&lower) {
        return refused(Code::Invalid, "The password is among those that are guessed first".to_owned());
    }
    if email.is_some_and(|email| email.normalized() == lower) {
        return refused(Code::Invalid, "The password must not be the e-mail address".to_owned());
    }
    Ok(())
}

/// Whether a text is the same letter again and again.
fn is_one_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| letters.all(|letter| letter == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(password: &str) -> Option<CustomerRefusalCode> {
        let email = Email::parse("ada@example.com").unwrap();
        match check_password(&password.to_owned().into(), Some(&email)) {
            Ok(()) => None,
            Err(CustomerError::Refused(refusals)) => Some(refusals[0].code),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn passwords_have_a_length_and_are_not_guessed_first() {
        use CustomerRefusalCode as Code;
        for (password, expected) in [
            ("", Some(Code::Blank)),
            ("short77", Some(Code::TooShort)),
            ("short-77", None),
            ("ßßüüäöéè", None),
            (" leading-space", Some(Code::PasswordStartsOrEndsWithWhitespace)),
            ("trailing-space\t", Some(Code::PasswordStartsOrEndsWithWhitespace)),
            ("a sentence with spaces", None),
            ("password", Some(Code::Invalid)),
            ("PassWord", Some(Code::Invalid)),
            ("12345678", Some(Code::Invalid)),
            ("aaaaaaaaaaaa", Some(Code::Invalid)),
            ("Ada@Example.com", Some(Code::Invalid)),
        ] {
            assert_eq!(code(password), expected, "{password}");
        }
        assert_eq!(code(&"x1".repeat(64)), None);
        assert_eq!(code(&format!("{}y", "x1".repeat(64))), Some(Code::TooLong));
    }

    #[test]
    fn the_list_holds_what_the_length_does_not_refuse_anyway() {
        assert!(COMMON.len() >= 300, "{}", COMMON.len());
        for password in COMMON.iter() {
            assert_eq!(*password, password.to_lowercase());
            assert!(password.chars().count() >= MIN_PASSWORD_LENGTH, "{password}");
        }
    }
}
