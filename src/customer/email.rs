//! E-mail addresses as a type.

/// The longest address, after RFC 5321.
const MAX_LENGTH: usize = 254;

/// An e-mail address that looks like one: something, an at sign, a domain. Whether it exists only a mail can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address; spaces around it are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, domain) = text.rsplit_once('@')?;
        let is_label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        };
        let is_name = !name.is_empty()
            && !name.starts_with('.')
            && !name.ends_with('.')
            && name.chars().all(|letter| {
                !letter.is_whitespace() && !letter.is_control() && !"@<>(),;:\\\"[]".contains(letter)
            });
        let fits = text.len() <= MAX_LENGTH && domain.contains('.') && domain.split('.').all(is_label);
        (is_name && fits).then(|| Self(text.to_owned()))
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For comparing.
    #[must_use]
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in ["ada@example.com", " Ada.L+x@sub.example.co ", "ünï@exämple.de", "a@b-c.io"] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "a b@example.com",
            "ada@exa mple.com",
            "ada@.com",
            "ada@example..com",
            "<ada@example.com>",
            "ada@-x.com",
            "a\u{0}@x.com",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(250))).is_none());
        assert_eq!(Email::parse("Ada@Example.com").unwrap().normalized(), "ada@example.com");
    }
}
