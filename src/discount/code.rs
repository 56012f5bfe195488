//! Codes: when two are the same, and which can be one.

use std::collections::HashSet;

use super::error::{DiscountError, DiscountErrorCode};

/// Characters of a code at most.
pub const MAX_CODE_LENGTH: usize = 255;

/// A code as it is compared with others: without its case and the space around it.
#[must_use]
pub fn fold_code(code: &str) -> String {
    code.trim().to_lowercase()
}

/// Codes as the shop writes them and as they are compared, in their order.
///
/// # Errors
/// [`DiscountError`] for codes that are blank, too long, hold control characters or are named twice.
pub(super) fn check_codes(codes: &[String]) -> Result<Vec<(String, String)>, DiscountError> {
    let refused = |code, message: String| Err(DiscountError::refused(code, "codes", message));
    let mut seen = HashSet::new();
    let mut checked = Vec::with_capacity(codes.len());
    for code in codes {
        let (written, folded) = (code.trim().to_owned(), fold_code(code));
        if written.is_empty() {
            return refused(DiscountErrorCode::Blank, "A code must not be blank".to_owned());
        }
        // Some letters become longer in lower case.
        if written.chars().count().max(folded.chars().count()) > MAX_CODE_LENGTH {
            let message = format!("A code has at most {MAX_CODE_LENGTH} characters");
            return refused(DiscountErrorCode::TooLong, message);
        }
        if written.chars().any(char::is_control) {
            return refused(
                DiscountErrorCode::Invalid,
                "A code holds characters that nobody types".to_owned(),
            );
        }
        if !seen.insert(folded.clone()) {
            return refused(DiscountErrorCode::Duplicate, format!("The code {written} is named twice"));
        }
        checked.push((written, folded));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_without_case_and_surrounding_space() {
        for (code, folded) in [(" Summer ", "summer"), ("GRÖßE", "größe"), ("a b", "a b"), ("\t10%\n", "10%")]
        {
            assert_eq!(fold_code(code), folded);
        }
    }

    #[test]
    fn a_code_is_something_that_can_be_typed() {
        let check = |codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
            check_codes(&codes).map_err(|error| error.code().unwrap())
        };
        assert_eq!(check(&[" VIP ", "x"]), Ok(vec![("VIP".into(), "vip".into()), ("x".into(), "x".into())]));
        assert_eq!(check(&[]), Ok(Vec::new()));
        assert_eq!(check(&["ok", " "]), Err(DiscountErrorCode::Blank));
        assert!(check(&[&"x".repeat(MAX_CODE_LENGTH)]).is_ok());
        assert_eq!(check(&[&"x".repeat(MAX_CODE_LENGTH + 1)]), Err(DiscountErrorCode::TooLong));
        assert_eq!(check(&["a\u{0}b"]), Err(DiscountErrorCode::Invalid));
        assert_eq!(check(&["VIP", " vip"]), Err(DiscountErrorCode::Duplicate));
    }
}
