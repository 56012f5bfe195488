//! The answers that PayPal gives, as far as they are read.

use serde::Deserialize;
use url::Url;

use crate::config::is_on_this_machine;

/// `money`: the value is a decimal text.
#[derive(Clone, Deserialize)]
pub(super) struct Amount {
    pub(super) currency_code: String,
    pub(super) value: String,
}

/// `order`. A short form of it tells only its name and its state.
#[derive(Clone, Deserialize)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) status: OrderStatus,
    pub(super) intent: Option<Intent>,
    pub(super) create_time: Option<String>,
    #[serde(default)]
    pub(super) purchase_units: Vec<Unit>,
    #[serde(default)]
    pub(super) links: Vec<Link>,
    /// Whose pages its links may lead to.
    #[serde(skip)]
    pages: Pages,
}

/// Whose pages buyers are sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pages {
    /// PayPal's.
    #[default]
    PayPals,
    /// Also those of this machine, where a stand-in is asked in PayPal's place.
    OrOfThisMachine,
}

impl Pages {
    /// By where the API is.
    pub(super) fn of(api: &Url) -> Self {
        if is_on_this_machine(api) { Self::OrOfThisMachine } else { Self::PayPals }
    }

    fn have(self, address: &str) -> bool {
        match self {
            Self::PayPals => is_paypals(address),
            Self::OrOfThisMachine => is_paypals(address) || is_local(address),
        }
    }
}

/// How an `order` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum OrderStatus {
    Created,
    Saved,
    Approved,
    Voided,
    Completed,
    PayerActionRequired,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// What becomes of an approved order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Intent {
    Capture,
    Authorize,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// `purchase_unit`: an order of ours has one.
#[derive(Clone, Deserialize)]
pub(super) struct Unit {
    pub(super) amount: Option<Amount>,
    pub(super) custom_id: Option<String>,
    pub(super) payments: Option<Payments>,
}

/// `payment_collection`.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Payments {
    #[serde(default)]
    pub(super) authorizations: Vec<Authorization>,
    #[serde(default)]
    pub(super) captures: Vec<Capture>,
    #[serde(default)]
    pub(super) refunds: Vec<Refund>,
}

/// `authorization`: promised money.
#[derive(Clone, Deserialize)]
pub(super) struct Authorization {
    pub(super) id: String,
    pub(super) status: Option<AuthorizationStatus>,
    pub(super) amount: Option<Amount>,
    pub(super) custom_id: Option<String>,
    /// When the promise runs out.
    pub(super) expiration_time: Option<String>,
    pub(super) supplementary_data: Option<Supplement>,
}

/// How an `authorization` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum AuthorizationStatus {
    Created,
    Captured,
    Denied,
    PartiallyCaptured,
    Voided,
    Pending,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// `capture`: money that was taken.
#[derive(Clone, Deserialize)]
pub(super) struct Capture {
    pub(super) id: String,
    pub(super) status: Option<CaptureStatus>,
    pub(super) amount: Option<Amount>,
    pub(super) custom_id: Option<String>,
    pub(super) invoice_id: Option<String>,
    pub(super) supplementary_data: Option<Supplement>,
}

/// How a `capture` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CaptureStatus {
    Completed,
    Declined,
    PartiallyRefunded,
    Pending,
    Refunded,
    Failed,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// `refund`: money that went back.
#[derive(Clone, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) status: Option<RefundStatus>,
    pub(super) amount: Option<Amount>,
    pub(super) custom_id: Option<String>,
    #[serde(default)]
    pub(super) links: Vec<Link>,
}

/// How a `refund` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum RefundStatus {
    Cancelled,
    Failed,
    Pending,
    Completed,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// `supplementary_data`.
#[derive(Clone, Deserialize)]
pub(super) struct Supplement {
    pub(super) related_ids: Option<RelatedIds>,
}

#[derive(Clone, Deserialize)]
pub(super) struct RelatedIds {
    pub(super) order_id: Option<String>,
}

/// `link_description`.
#[derive(Clone, Deserialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) rel: String,
}

impl Order {
    /// What it is for; none where there is not exactly one thing, as in an order of somebody else's.
    pub(super) fn unit(&self) -> Option<&Unit> {
        match self.purchase_units.as_slice() {
            [unit] => Some(unit),
            _ => None,
        }
    }

    /// Whose it is. What was taken or promised tells it: it keeps what hung on the order at that moment, while what
    /// hangs on an order that is not completed may still change.
    pub(super) fn owner(&self) -> Option<&str> {
        let unit = self.unit()?;
        let payments = unit.payments.as_ref();
        let promised = payments.and_then(|payments| payments.authorizations.first()?.custom_id.as_deref());
        let taken = payments.and_then(|payments| payments.captures.first()?.custom_id.as_deref());
        promised.or(taken).or(unit.custom_id.as_deref())
    }

    /// Whether it is the payment of the attempt with this key.
    pub(super) fn is_of(&self, key: &str) -> bool {
        self.owner() == Some(key)
    }

    /// The same with links to these pages.
    pub(super) fn shown_on(self, pages: Pages) -> Self {
        Self { pages, ..self }
    }

    /// The address of a link, where it leads to PayPal, or to what stands in for it.
    pub(super) fn link(&self, rel: &str) -> Option<String> {
        let link = self.links.iter().find(|link| link.rel == rel && self.pages.have(&link.href))?;
        Some(link.href.clone())
    }

    pub(super) fn payments(&self) -> Option<&Payments> {
        self.unit()?.payments.as_ref()
    }
}

impl Refund {
    /// Whether no money goes back by it.
    pub(super) fn is_void(&self) -> bool {
        matches!(self.status, Some(RefundStatus::Failed | RefundStatus::Cancelled))
    }

    /// Whether it gives a capture back.
    pub(super) fn is_of(&self, capture: &str) -> bool {
        self.links.iter().any(|link| link.rel == "up" && link.href.rsplit('/').next() == Some(capture))
    }
}

impl Supplement {
    pub(super) fn order_id(&self) -> Option<&str> {
        self.related_ids.as_ref()?.order_id.as_deref().filter(|id| is_name(id))
    }
}

/// Whether an address is a page or a file of PayPal's.
pub(super) fn is_paypals(address: &str) -> bool {
    let Some(url) = plain_url(address) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let is_host = host == "paypal.com" || host.ends_with(".paypal.com");
    url.scheme() == "https" && url.port().is_none() && is_host
}

/// Whether an address is a page of this machine.
fn is_local(address: &str) -> bool {
    plain_url(address).is_some_and(|url| matches!(url.scheme(), "http" | "https") && is_on_this_machine(&url))
}

/// An address that names no user.
fn plain_url(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| url.username().is_empty() && url.password().is_none())
}

/// Whether a text is one of PayPal's names for its things, such as `5O190127TN364715T`.
pub(super) fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    !text.is_empty() && text.len() <= MAX_NAME_LENGTH && text.bytes().all(is_plain)
}

/// Characters of such a name at most, as PayPal documents it.
const MAX_NAME_LENGTH: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_paths() {
        assert!(is_name("5O190127TN364715T"));
        for other in ["", "5O19/../x", "5o190127", "5O19?x", "5O19 ", &"A".repeat(37)] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn only_addresses_of_paypal_are_paypals() {
        for good in [
            "https://www.paypal.com/checkoutnow?token=5O190127TN364715T",
            "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77",
            "https://paypal.com/",
        ] {
            assert!(is_paypals(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:4242/",
            "http://www.paypal.com/",
            "https://www.paypal.com.example/",
            "https://evilpaypal.com/",
            "https://www.paypal.com@evil.example/",
            "https://user@www.paypal.com/",
            "https://www.paypal.com:8443/",
            "https://evil.example/?paypal.com",
            "//www.paypal.com/",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!is_paypals(bad), "{bad}");
        }
    }

    #[test]
    fn only_a_stand_in_on_this_machine_has_pages_on_it() {
        let pages = |api: &str| Pages::of(&Url::parse(api).unwrap());
        let (real, stand_in) = (pages("https://api-m.paypal.com/"), pages("http://127.0.0.1:4242/"));
        for local in ["http://127.0.0.1:4242/checkoutnow?token=1", "http://localhost:1/", "https://[::1]/"] {
            assert!(stand_in.have(local) && !real.have(local), "{local}");
        }
        for bad in [
            "http://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "http://user@127.0.0.1/",
            "ftp://127.0.0.1/",
            "//127.0.0.1/",
            "javascript:alert(1)",
        ] {
            assert!(!stand_in.have(bad) && !real.have(bad), "{bad}");
        }
        let paypals = "https://www.paypal.com/checkoutnow?token=5O190127TN364715T";
        assert!(stand_in.have(paypals) && real.have(paypals));
    }
}
