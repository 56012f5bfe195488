//! What customers say of themselves.

use entity::customer;

use super::Email;
use super::error::{CustomerRefusal, CustomerRefusalCode as Code};

/// Characters of a name at most.
const MAX_NAME_LENGTH: usize = 255;
/// Digits of a telephone number, after E.164.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// What to call a customer: their name, or else how they can be reached.
#[must_use]
pub fn display_name(row: &customer::Model) -> String {
    let names: Vec<&str> =
        [&row.first_name, &row.last_name].into_iter().flatten().map(String::as_str).collect();
    if names.is_empty() {
        return row.email.clone().or_else(|| row.phone.clone()).unwrap_or_default();
    }
    names.join(" ")
}

/// A telephone number without what only people need: spaces, dashes, brackets.
fn plain_phone(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !" -./()".contains(*letter)).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    let fits = PHONE_DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(plain)
}

/// Collects what is wrong with the parts of an input.
#[derive(Debug, Default)]
pub(super) struct Check {
    pub(super) refusals: Vec<CustomerRefusal>,
}

impl Check {
    fn refuse(&mut self, code: Code, field: &str, message: &str) {
        self.refusals.push(CustomerRefusal::new(code, &[field], message));
    }

    /// An e-mail address.
    pub(super) fn email(&mut self, text: &str) -> Option<Email> {
        let email = Email::parse(text);
        if text.trim().is_empty() {
            self.refuse(Code::Blank, "email", "An e-mail address is required");
        } else if email.is_none() {
            self.refuse(Code::Invalid, "email", "The e-mail address is not valid");
        }
        email
    }

    /// A name; an empty one is none.
    pub(super) fn name(&mut self, field: &str, text: Option<String>) -> Option<String> {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())?;
        if text.chars().count() > MAX_NAME_LENGTH {
            self.refuse(Code::TooLong, field, &format!("A name has at most {MAX_NAME_LENGTH} characters"));
        } else if text.contains('<') && text.contains('>') {
            self.refuse(Code::ContainsHtmlTags, field, "A name must not contain HTML tags");
        } else if text.contains("://") || text.to_lowercase().contains("www.") {
            self.refuse(Code::ContainsUrl, field, "A name must not contain a web address");
        } else if text.chars().any(char::is_control) {
            self.refuse(Code::Invalid, field, "A name must not contain control characters");
        }
        Some(text)
    }

    /// A telephone number; an empty one is none.
    pub(super) fn phone(&mut self, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let phone = plain_phone(text.trim());
        if phone.is_none() {
            self.refuse(Code::Invalid, "phone", "The telephone number is not valid");
        }
        phone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_kept_plain() {
        assert_eq!(plain_phone("+49 (30) 901820").as_deref(), Some("+4930901820"));
        assert_eq!(plain_phone("030/901-820").as_deref(), Some("030901820"));
        for bad in ["", "+", "1234", "call me", "+49x30901820", "++4930901820", "1234567890123456"] {
            assert_eq!(plain_phone(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_hold_no_markup_and_no_addresses() {
        let code = |text: &str| {
            let mut check = Check::default();
            check.name("firstName", Some(text.to_owned()));
            check.refusals.first().map(|refusal| refusal.code)
        };
        assert_eq!(code("Ada-Marie O'Neil"), None);
        assert_eq!(code("<b>Ada</b>"), Some(Code::ContainsHtmlTags));
        assert_eq!(code("win at https://x.example"), Some(Code::ContainsUrl));
        assert_eq!(code("Www.x.example"), Some(Code::ContainsUrl));
        assert_eq!(code("Ada\r\nBcc: x"), Some(Code::Invalid));
        assert_eq!(code(&"x".repeat(256)), Some(Code::TooLong));
    }
}
