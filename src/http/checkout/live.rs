//! Pages of what is still to come: whoever reads them can look again, and decides whether the page does so by itself. A page
//! that does says how it is stopped, as WCAG 2.2.1 wants.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, REFRESH};
use url::form_urlencoded;

use crate::error::Fault;

/// The parameter by which a page is asked to look again by itself, or not to.
pub(super) const LIVE: &str = "live";
const ON: &str = "1";
const OFF: &str = "0";

/// What a page does that was asked for without the parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unasked {
    /// It stays as it is.
    Rests,
    /// It looks again by itself.
    LooksAgain,
}

/// How a page is looked at again.
pub(super) struct Live {
    /// Whether it looks again by itself.
    pub(super) is_on: bool,
    /// Its address.
    pub(super) again: String,
    /// Its address where it does the other thing.
    pub(super) switch: String,
}

impl Live {
    /// For a page with an address of its own, by the parameters that it was asked for with.
    pub(super) fn of(address: &str, query: &str, unasked: Unasked) -> Self {
        let usual = unasked == Unasked::LooksAgain;
        let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == LIVE);
        let is_on = asked.map_or(usual, |(_, value)| value == ON);
        let at = |is_on: bool| {
            if is_on == usual {
                return address.to_owned();
            }
            let mark = if address.contains('?') { '&' } else { '?' };
            format!("{address}{mark}{LIVE}={}", if is_on { ON } else { OFF })
        };
        Self { is_on, again: at(is_on), switch: at(!is_on) }
    }

    /// Lets the browser look again after so many seconds, where it shall.
    ///
    /// # Errors
    /// Never in practice: addresses of ours are ASCII.
    pub(super) fn refresh(&self, mut answer: HttpResponse, seconds: u32) -> Result<HttpResponse, Fault> {
        if self.is_on {
            let value = HeaderValue::from_str(&format!("{seconds}; url={}", self.again));
            answer.headers_mut().insert(REFRESH, value.map_err(Fault::new)?);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_does_what_it_is_asked_and_offers_the_other_thing() {
        for (address, query, unasked, expected) in [
            ("/a", "", Unasked::Rests, (false, "/a", "/a?live=1")),
            ("/a?k=1", "x=1&live=1", Unasked::Rests, (true, "/a?k=1&live=1", "/a?k=1")),
            ("/a?k=1", "live=0", Unasked::Rests, (false, "/a?k=1", "/a?k=1&live=1")),
            ("/a", "x=1", Unasked::LooksAgain, (true, "/a", "/a?live=0")),
            ("/a", "live=0", Unasked::LooksAgain, (false, "/a?live=0", "/a")),
            ("/a", "live=x&live=1", Unasked::LooksAgain, (false, "/a?live=0", "/a")),
        ] {
            let live = Live::of(address, query, unasked);
            assert_eq!((live.is_on, &*live.again, &*live.switch), expected, "{address} {query}");
        }
    }

    #[test]
    fn only_a_page_that_shall_is_loaded_again() {
        let refreshed = |query: &str| {
            let live = Live::of("/a?k=1", query, Unasked::Rests);
            let answer = live.refresh(HttpResponse::Ok().finish(), 60).unwrap();
            answer.headers().get(REFRESH).map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!((refreshed(""), refreshed("live=1").as_deref()), (None, Some("60; url=/a?k=1&live=1")));
    }
}
