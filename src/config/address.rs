//! Where the shop is on the web, and who may call it from there.

use std::net::SocketAddr;

use url::{Host, Url};

use super::Reader;

/// Which pages may call the API from a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Any, without credentials.
    Any,
    /// These.
    Only(Vec<String>),
}

/// Whether an address is one of this machine's own: what is sent there crosses no network.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `STOREFRONT_URL`.
pub(super) fn storefront_url(read: &mut Reader<'_>, public_url: &Url) -> Url {
    let Some(text) = read.text("STOREFRONT_URL") else {
        return public_url.clone();
    };
    Url::parse(&text).ok().filter(is_place).unwrap_or_else(|| {
        read.errors.push("STOREFRONT_URL must be an http or https address without a query".to_owned());
        public_url.clone()
    })
}

/// `PUBLIC_URL`.
pub(super) fn public_url(read: &mut Reader<'_>, http_addr: SocketAddr, scheme: &str) -> Url {
    let text = read.text("PUBLIC_URL").unwrap_or_else(|| format!("{scheme}://{http_addr}"));
    Url::parse(&text).ok().filter(is_place).unwrap_or_else(|| {
        read.errors.push("PUBLIC_URL must be an http or https address without a query".to_owned());
        #[expect(clippy::unwrap_used, reason = "a literal that parses")]
        Url::parse("http://127.0.0.1:4000").unwrap()
    })
}

/// Whether paths can be put behind an address.
fn is_place(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
}

/// `CORS_ORIGINS`.
pub(super) fn cors_origins(read: &mut Reader<'_>) -> CorsOrigins {
    let Some(text) = read.text("CORS_ORIGINS").filter(|text| text != "*") else {
        return CorsOrigins::Any;
    };
    let origins: Vec<String> = text.split(',').map(|origin| origin.trim().to_owned()).collect();
    let is_origin = |origin: &String| {
        Url::parse(origin)
            .is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == *origin)
    };
    if !origins.iter().all(is_origin) {
        let expected = "* or origins such as https://shop.example.com, separated by commas";
        read.errors.push(format!("CORS_ORIGINS must be {expected}"));
    }
    CorsOrigins::Only(origins)
}
