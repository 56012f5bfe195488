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
    /// Reads a form's body.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().take(MAX_FIELDS).collect())
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

    fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.trim())
    }
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
        assert!(form.has("save") && !form.has("pay"));
        assert!(!Form::read(&b"x=1&".repeat(600)).has("y"));
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
