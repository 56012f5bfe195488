//! The answers that Stripe gives, as far as they are read.

use std::collections::HashMap;

use serde::Deserialize;

/// The name under which a payment carries the key of its attempt.
pub(super) const ATTEMPT_KEY: &str = "attempt_key";
/// The name under which a payment made for a front end carries the key of that session.
pub(super) const SESSION_KEY: &str = "session_key";
/// The name under which a capture or a refund carries its key.
pub(super) const MOVE_KEY: &str = "move_key";

/// Names and texts that we hang on things.
pub(super) type Metadata = HashMap<String, String>;

/// `payment_intent`.
#[derive(Clone, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) amount_capturable: Option<i64>,
    pub(super) amount_received: Option<i64>,
    pub(super) currency: String,
    pub(super) status: Status,
    pub(super) client_secret: Option<String>,
    metadata: Option<Metadata>,
    pub(super) next_action: Option<NextAction>,
    pub(super) last_payment_error: Option<PaymentError>,
    pub(super) latest_charge: Option<Expandable<Charge>>,
}

/// How a `payment_intent` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Canceled,
    Processing,
    RequiresAction,
    RequiresCapture,
    RequiresConfirmation,
    RequiresPaymentMethod,
    Succeeded,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

impl Status {
    /// For keys: what is asked of a payment in another state is another request.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Canceled => "canceled",
            Self::Processing => "processing",
            Self::RequiresAction => "requires_action",
            Self::RequiresCapture => "requires_capture",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::Succeeded => "succeeded",
            Self::Other => "other",
        }
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct NextAction {
    pub(super) redirect_to_url: Option<Redirect>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Redirect {
    pub(super) url: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(super) struct PaymentError {
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
}

/// A thing, or only its name.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Name(String),
    Whole(Box<T>),
}

/// `charge`.
#[derive(Clone, Deserialize)]
pub(super) struct Charge {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) amount_refunded: i64,
    pub(super) disputed: Option<bool>,
}

/// `checkout.session`.
#[derive(Clone, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) client_reference_id: Option<String>,
    pub(super) created: i64,
    pub(super) expires_at: i64,
    pub(super) payment_intent: Option<Expandable<Intent>>,
    pub(super) status: Option<SessionStatus>,
    pub(super) url: Option<String>,
}

/// How a `checkout.session` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SessionStatus {
    Complete,
    Expired,
    Open,
    /// One of tomorrow.
    #[serde(other)]
    Other,
}

/// `refund`.
#[derive(Clone, Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: Option<String>,
    pub(super) metadata: Option<Metadata>,
}

/// `payment_method`.
#[derive(Deserialize)]
pub(super) struct Method {
    pub(super) id: String,
}

/// A page of a list, or of what a search found.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

impl Intent {
    /// A text that we hung on it.
    pub(super) fn hung(&self, name: &str) -> Option<&str> {
        let text = self.metadata.as_ref()?.get(name)?;
        (!text.is_empty()).then_some(text)
    }

    /// Whether it is the payment of the attempt with this key.
    pub(super) fn is_of(&self, key: &str) -> bool {
        self.hung(ATTEMPT_KEY) == Some(key)
    }

    /// Whether it was made for a front end with this key.
    pub(super) fn is_session(&self, key: &str) -> bool {
        self.hung(SESSION_KEY) == Some(key)
    }

    /// Whether it was made for a front end and belongs to no attempt yet.
    pub(super) fn is_free(&self) -> bool {
        self.hung(SESSION_KEY).is_some() && self.hung(ATTEMPT_KEY).is_none()
    }
}

/// Whether a text is one of Stripe's names for its things, such as `pi_123`, with this beginning.
pub(super) fn is_name(text: &str, beginning: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MAX_NAME_LENGTH
        && text.strip_prefix(beginning).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_plain))
}

/// Characters of such a name at most, as Stripe documents it.
const MAX_NAME_LENGTH: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_paths() {
        assert!(is_name("pi_3Mtw", "pi_") && is_name("cs_test_a1", "cs_"));
        for other in ["pi_", "pi_1/../x", "pm_1", "", "pi_1?x", "pi_ü", &format!("pi_{}", "1".repeat(253))] {
            assert!(!is_name(other, "pi_"), "{other}");
        }
    }
}
