//! Names: of things that a merchant makes, and titles and handles.

use super::{CommandCode, CommandError};

/// Characters of a name, a title or a handle at most.
pub(crate) const MAX_NAME: usize = 255;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameFault {
    /// It is empty, or space only.
    Blank,
    /// It has more than [`MAX_NAME`] characters.
    TooLong,
    /// It holds a control character, such as a line break.
    Control,
}

/// What is wrong with a name, for who has words of its own for it.
pub(crate) fn name_fault(name: &str) -> Option<NameFault> {
    if name.trim().is_empty() {
        Some(NameFault::Blank)
    } else if name.chars().count() > MAX_NAME {
        Some(NameFault::TooLong)
    } else if name.chars().any(char::is_control) {
        Some(NameFault::Control)
    } else {
        None
    }
}

/// Refuses a name with which something is wrong.
pub(crate) fn check_name<C: CommandCode>(
    code: C,
    field: &'static str,
    name: &str,
) -> Result<(), CommandError<C>> {
    let message = match name_fault(name) {
        None => return Ok(()),
        Some(NameFault::Blank | NameFault::TooLong) => {
            format!("The {field} must have from 1 to {MAX_NAME} characters")
        }
        Some(NameFault::Control) => format!("The {field} must not contain control characters"),
    };
    Err(CommandError::refused(code, field, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Invalid;

    impl CommandCode for Invalid {
        const SCOPE: &'static str = "write_names";

        fn forbidden() -> String {
            format!("names need the scope {}", Self::SCOPE)
        }
    }

    #[test]
    fn a_name_is_neither_blank_nor_long_nor_holds_control_characters() {
        let (longest, longer) = ("ü".repeat(MAX_NAME), "x".repeat(MAX_NAME + 1));
        for (name, fault) in [
            ("a", None),
            (" Müller & Söhne 🍵 ", None),
            (longest.as_str(), None),
            ("", Some(NameFault::Blank)),
            (" \u{a0} ", Some(NameFault::Blank)),
            ("\n", Some(NameFault::Blank)),
            (longer.as_str(), Some(NameFault::TooLong)),
            ("two\nlines", Some(NameFault::Control)),
            ("tab\t", Some(NameFault::Control)),
            ("nul\0", Some(NameFault::Control)),
            ("next line\u{85}", Some(NameFault::Control)),
        ] {
            assert_eq!(name_fault(name), fault, "{name:?}");
        }
    }

    #[test]
    fn a_name_is_refused_in_the_words_of_its_field() {
        assert!(check_name(Invalid, "title", "Tea").is_ok());
        let longer = "x".repeat(MAX_NAME + 1);
        for (name, expected) in [
            (" ", "The title must have from 1 to 255 characters"),
            (longer.as_str(), "The title must have from 1 to 255 characters"),
            ("Tea\u{7}", "The title must not contain control characters"),
        ] {
            match check_name(Invalid, "title", name).unwrap_err() {
                CommandError::Refused { code, field, message } => {
                    assert_eq!((code, &*field, message.as_str()), (Invalid, "title", expected));
                }
                other => panic!("{name:?}: {other:?}"),
            }
        }
    }
}
