//! The query parameters that a visitor came with: they go along through every step, such as those by which a shop tells
//! where its buyers come from.

use url::form_urlencoded;

use super::live::LIVE;
use crate::wording::Tongue;

/// Bytes of kept parameters at most; those that no longer fit are left behind.
const MAX_LENGTH: usize = 2_000;
/// By which the pages are asked for in another language.
const LOCALE: &str = "locale";
/// What is never kept: by the one orders are opened, by the other a single page looks again by itself.
const NEVER: [&str; 2] = ["key", LIVE];
/// What payment providers hang on the address on the way back.
const PROVIDERS: [&str; 8] = [
    "token",
    "PayerID",
    "ba_token",
    "payment_intent",
    "payment_intent_client_secret",
    "redirect_status",
    "session_id",
    "source_type",
];

/// Parameters, written anew so that nothing in them is read as anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept(String);

impl Kept {
    /// Those of an address.
    pub(super) fn of(query: &str) -> Self {
        Self::default().with(query, &[])
    }

    /// These, and those under other names with which a buyer comes back from a payment provider.
    pub(super) fn with_returned(&self, query: &str) -> Self {
        self.with(query, &PROVIDERS)
    }

    fn with(&self, query: &str, left_out: &[&str]) -> Self {
        let known: Vec<String> =
            form_urlencoded::parse(self.0.as_bytes()).map(|(name, _)| name.into_owned()).collect();
        let mut text = self.0.clone();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_left_out = NEVER.iter().chain(left_out).any(|other| *other == name);
            if is_left_out || known.iter().any(|known| *known == name) {
                continue;
            }
            let pair = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            if text.len() + pair.len() + 1 > MAX_LENGTH {
                continue;
            }
            if !text.is_empty() {
                text.push('&');
            }
            text.push_str(&pair);
        }
        Self(text)
    }

    /// As they stand in an address, without a question mark; empty where there are none.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// An address of ours with them.
    pub(super) fn onto(&self, address: &str) -> String {
        match (self.0.is_empty(), address.contains('?')) {
            (true, _) => address.to_owned(),
            (false, false) => format!("{address}?{}", self.0),
            (false, true) => format!("{address}&{}", self.0),
        }
    }

    /// The language that they ask for.
    pub(super) fn tongue(&self) -> Option<Tongue> {
        let locale = form_urlencoded::parse(self.0.as_bytes()).find(|(name, _)| name == LOCALE)?.1;
        let tongue = Tongue::of(&locale);
        // Of another language than ours that of the cart is better than English.
        locale.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(tongue.tag())).then_some(tongue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_kept_and_written_anew() {
        let kept = Kept::of("utm_source=a%20b&x&q=%26%3D%22%3E&key=secret&token=1&live=1&x=again&=");
        assert_eq!(kept.as_str(), "utm_source=a+b&x=&q=%26%3D%22%3E&token=1&x=again&=");
        assert_eq!(kept.onto("/checkout/p"), format!("/checkout/p?{}", kept.as_str()));
        assert_eq!(kept.onto("/orders/1?key=k"), format!("/orders/1?key=k&{}", kept.as_str()));
        assert_eq!(Kept::of("").onto("/checkout/p"), "/checkout/p");
        assert_eq!(Kept::of("//evil.example/%0d%0aX:1").as_str(), "%2F%2Fevil.example%2F%0D%0AX%3A1=");
    }

    #[test]
    fn what_comes_later_joins_under_other_names_only() {
        let kept = Kept::of("a=1&b=2").with_returned("a=9&c=3&redirect_status=succeeded&token=EC-1");
        assert_eq!(kept.as_str(), "a=1&b=2&c=3");
    }

    #[test]
    fn too_many_parameters_are_left_behind() {
        let many: String = (0..500).map(|number| format!("p{number}=x&")).collect();
        let kept = Kept::of(&many);
        assert!(kept.as_str().len() <= MAX_LENGTH && kept.as_str().starts_with("p0=x&p1=x"));
        let long = format!("a=1&b={}&locale=de&c={}", "x".repeat(2_000), "y".repeat(1_900));
        let kept = Kept::of(&long);
        assert_eq!(kept.as_str(), format!("a=1&locale=de&c={}", "y".repeat(1_900)));
        assert_eq!(kept.tongue(), Some(Tongue::De), "what stands behind a long one is kept");
    }

    #[test]
    fn the_language_is_one_of_ours_or_none() {
        for (query, expected) in [
            ("locale=de", Some(Tongue::De)),
            ("a=1&locale=fr-CA", Some(Tongue::Fr)),
            ("locale=EN", Some(Tongue::En)),
            ("locale=it", None),
            ("locale=", None),
            ("locale=%C3%A4", None),
            ("a=de", None),
        ] {
            assert_eq!(Kept::of(query).tongue(), expected, "{query}");
        }
    }
}
