//! Forms as browsers send them, and whose they are.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};
use url::{Url, form_urlencoded};

use crate::app::App;

/// Bytes of a form at most: all fields of the longest step at their longest.
pub(super) const MAX_FORM: usize = 64 * 1024;
/// Fields of a form at most.
const MAX_FIELDS: usize = 500;

/// What was filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a form's body, without what nobody can type: a database may refuse it.
    pub(super) fn read(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body).take(MAX_FIELDS);
        Self(fields.map(|(name, text)| (typed(&name), typed(&text))).collect())
    }

    /// What stands in a field, without the spaces around it; of two fields with a name in the first.
    pub(super) fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The same where the field is there and not empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.find(name).filter(|text| !text.is_empty())
    }

    /// Whether a field is there, or a button was pressed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The same form without a field.
    pub(super) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.trim())
    }
}

/// A text without control characters. No field has several lines: tabs and ends of lines are spaces.
fn typed(text: &str) -> String {
    let kept = |letter: char| match letter {
        letter if !letter.is_control() => Some(letter),
        letter if letter.is_whitespace() => Some(' '),
        _ => None,
    };
    text.chars().filter_map(kept).collect()
}

/// Whether a form comes from a page of this shop, or from no browser: the page's name is a secret, and this is the second
/// lock.
pub(in crate::http) fn is_own_form(app: &App, request: &HttpRequest) -> bool {
    let said = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    is_own(said("sec-fetch-site"), said(ORIGIN.as_str()), said(HOST.as_str()), &app.config.public_url)
}

fn is_own(site: Option<&str>, origin: Option<&str>, host: Option<&str>, public_url: &Url) -> bool {
    let is_our_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let is_our_origin = origin.is_none_or(|origin| {
        let is_called = || {
            let called = Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            let called = called.map(|url| url.origin().ascii_serialization());
            let called = called.as_deref().and_then(|called| called.split_once("://"));
            host.is_some() && called.map(|(_, authority)| authority) == host
        };
        origin == public_url.origin().ascii_serialization() || is_called()
    });
    is_our_site && is_our_origin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_of_a_name_counts() {
        let form = Form::read(b"email=+ada%40example.com+&email=eve&save=&empty=++");
        assert_eq!(form.text("email"), "ada@example.com");
        assert_eq!(
            (form.text("none"), form.filled("empty"), form.filled("email")),
            ("", None, Some("ada@example.com"))
        );
        assert!(form.has("save") && !form.has("pay") && !form.without("email").has("email"));
        assert!(!Form::read(&b"x=1&".repeat(600)).has("y"));
    }

    #[test]
    fn what_nobody_can_type_is_left_out() {
        let form = Form::read(b"na%00me=a%00b&code=%00&city=Bad%09Ems%0D%0A&street=%C2%85x%7F%1By&%00=z");
        assert_eq!((form.text("name"), form.text("city"), form.text("street")), ("ab", "Bad Ems", "xy"));
        assert!(form.has("code") && form.filled("code").is_none() && form.text("") == "z");
    }

    #[test]
    fn forms_of_other_sites_are_not_ours() {
        let shop = Url::parse("https://shop.example/").unwrap();
        let own = |site, origin, host| is_own(site, origin, host, &shop);
        let host = Some("shop.example");
        for (site, origin) in [
            (None, None),
            (Some("same-origin"), Some("https://shop.example")),
            (Some("none"), None),
            (None, Some("https://shop.example")),
        ] {
            assert!(own(site, origin, host), "{site:?} {origin:?}");
        }
        for (site, origin) in [
            (Some("cross-site"), None),
            (Some("same-site"), Some("https://shop.example")),
            (Some("same-origin"), Some("https://evil.example")),
            (None, Some("https://evil.example")),
            (None, Some("null")),
            (None, Some("")),
            (None, Some("https://shop.example.evil.example")),
            (None, Some("file://shop.example")),
            (None, Some("https://shop.example:444")),
        ] {
            assert!(!own(site, origin, host), "{site:?} {origin:?}");
        }
        // Under another name than the settings say, such as behind a tunnel.
        assert!(own(None, Some("http://127.0.0.1:4000"), Some("127.0.0.1:4000")));
        assert!(!own(None, Some("http://127.0.0.1:4000"), None) && !own(None, Some("null"), Some("null")));
    }
}
