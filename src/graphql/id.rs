//! Global ids: `gid://shopify/Product/123`, because clients build and parse such ids.

use super::error::ApiError;

const PREFIX: &str = "gid://shopify/";

/// A decoded global id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gid<'a> {
    /// The type's name.
    pub kind: &'a str,
    /// What names the thing: a number for most types, a secret for a cart.
    pub name: &'a str,
    /// What follows a question mark.
    pub query: Option<&'a str>,
}

impl<'a> Gid<'a> {
    /// Takes a global id apart.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.strip_prefix(PREFIX)?.split_once('/')?;
        let (name, query) = rest.split_once('?').map_or((rest, None), |(name, query)| (name, Some(query)));
        let is_name = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_name && !name.is_empty() && !name.contains('/')).then_some(Self { kind, name, query })
    }

    /// The number, for ids that are numbers.
    #[must_use]
    pub fn number(&self) -> Option<i64> {
        self.name.parse().ok().filter(|number| *number > 0)
    }

    /// The value of a query parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query?
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value))
    }
}

/// The global id of a thing.
#[must_use]
pub fn encode(kind: &str, name: impl std::fmt::Display) -> async_graphql::ID {
    async_graphql::ID(format!("{PREFIX}{kind}/{name}"))
}

/// The number in a global id that must be of this type.
///
/// # Errors
/// `INVALID_ID` for everything else.
pub fn decode(kind: &str, id: &str) -> Result<i64, ApiError> {
    Gid::parse(id)
        .filter(|gid| gid.kind == kind)
        .and_then(|gid| gid.number())
        .ok_or_else(|| invalid(kind, id))
}

/// The refusal of an id.
#[must_use]
pub fn invalid(kind: &str, id: &str) -> ApiError {
    let shown: String = id.chars().take(100).collect();
    ApiError::bad_input("INVALID_ID", format!("'{shown}' is not the id of a {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_apart() {
        assert_eq!(decode("Product", "gid://shopify/Product/12").unwrap(), 12);
        let gid = Gid::parse("gid://shopify/Order/7?key=abc&x=1").unwrap();
        assert_eq!((gid.kind, gid.number(), gid.parameter("key")), ("Order", Some(7), Some("abc")));
        assert_eq!(Gid::parse("gid://shopify/Cart/AbC123").unwrap().name, "AbC123");
    }

    #[test]
    fn what_is_no_id_of_the_type_is_refused() {
        for text in [
            "",
            "12",
            "gid://shopify/Product",
            "gid://shopify/Product/",
            "gid://shopify/Product/x",
            "gid://shopify/Product/0",
            "gid://shopify/Product/-1",
            "gid://shopify/Product/99999999999999999999",
            "gid://other/Product/1",
            "gid://shopify/Collection/1",
            "gid://shopify/Product/1/2",
        ] {
            assert!(decode("Product", text).is_err(), "{text}");
        }
    }
}
