//! What Stripe's refusals mean to the shop.

use serde::Deserialize;

use crate::payment::provider::contract::{ProviderFault, Refusal};

/// The kinds of refusals, as Stripe names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Kind {
    /// The buyer's bank, or Stripe's own check of the card.
    #[serde(rename = "card_error")]
    Card,
    /// The key was used for another request.
    #[serde(rename = "idempotency_error")]
    Idempotency,
    /// The request makes no sense as things stand.
    #[serde(rename = "invalid_request_error")]
    InvalidRequest,
    /// Any other, also those of tomorrow.
    #[serde(other)]
    Other,
}

/// A refusal: Stripe's words for it, without its sentences, which may repeat what was sent.
#[derive(Clone, Debug)]
pub(super) struct No {
    pub(super) status: u16,
    pub(super) kind: Kind,
    pub(super) code: String,
    pub(super) decline_code: String,
    pub(super) param: String,
}

impl No {
    /// A refusal that tells nothing but its status.
    pub(super) fn without_reason(status: u16) -> Self {
        let nothing = String::new;
        Self { status, kind: Kind::Other, code: nothing(), decline_code: nothing(), param: nothing() }
    }

    /// For the log.
    pub(super) fn told(&self) -> String {
        let words = [&self.code, &self.decline_code, &self.param];
        let words = words.into_iter().filter(|word| !word.is_empty()).map(String::as_str);
        format!("status {} {:?} {}", self.status, self.kind, words.collect::<Vec<_>>().join(" "))
    }

    /// Whether the payment stands otherwise than the request supposes.
    pub(super) fn is_about_state(&self) -> bool {
        self.kind == Kind::InvalidRequest && self.code == "payment_intent_unexpected_state"
    }

    /// Whether more was asked for than there is.
    pub(super) fn is_about_amount(&self) -> bool {
        let codes = ["amount_too_large", "charge_already_refunded"];
        let params = ["amount", "amount_to_capture"];
        self.kind == Kind::InvalidRequest
            && (codes.contains(&self.code.as_str()) || params.contains(&self.param.as_str()))
    }

    /// Whether it is about what the buyer pays with.
    pub(super) fn is_about_method(&self) -> bool {
        let codes = ["payment_method_unexpected_state", "payment_method_unactivated", "token_already_used"];
        let is_param = ["payment_method", "card", "token", "source"]
            .iter()
            .any(|name| self.param == *name || self.param.starts_with(&format!("{name}[")));
        self.kind == Kind::InvalidRequest && (is_param || codes.contains(&self.code.as_str()))
    }
}

impl From<No> for ProviderFault {
    fn from(no: No) -> Self {
        match no.kind {
            Kind::Card => Self::Refused(declined(&no.code, &no.decline_code)),
            Kind::InvalidRequest if no.status == 404 => Self::Absent,
            Kind::Idempotency | Kind::InvalidRequest | Kind::Other => Self::Broken(no.told()),
        }
    }
}

/// Why a card was declined, by the code of the error and that of the bank.
pub(super) fn declined(code: &str, decline_code: &str) -> Refusal {
    match (code, decline_code) {
        (_, "insufficient_funds" | "withdrawal_count_limit_exceeded") | ("insufficient_funds", _) => {
            Refusal::InsufficientFunds
        }
        ("token_already_used" | "payment_method_unactivated", _) => Refusal::InvalidPaymentMethod,
        _ => Refusal::CardDeclined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(status: u16, kind: Kind, code: &str, decline_code: &str, param: &str) -> No {
        let word = str::to_owned;
        No { status, kind, code: word(code), decline_code: word(decline_code), param: word(param) }
    }

    #[test]
    fn the_code_of_the_bank_says_why() {
        for (code, decline_code, refusal) in [
            ("card_declined", "generic_decline", Refusal::CardDeclined),
            ("card_declined", "insufficient_funds", Refusal::InsufficientFunds),
            ("card_declined", "lost_card", Refusal::CardDeclined),
            ("expired_card", "", Refusal::CardDeclined),
            ("incorrect_cvc", "", Refusal::CardDeclined),
            ("payment_intent_authentication_failure", "", Refusal::CardDeclined),
            ("token_already_used", "", Refusal::InvalidPaymentMethod),
            ("", "", Refusal::CardDeclined),
        ] {
            assert_eq!(declined(code, decline_code), refusal, "{code} {decline_code}");
        }
    }

    #[test]
    fn refusals_become_faults_of_ours() {
        let fault = |status, kind, code, param| ProviderFault::from(no(status, kind, code, "", param));
        assert!(matches!(
            fault(402, Kind::Card, "expired_card", ""),
            ProviderFault::Refused(Refusal::CardDeclined)
        ));
        assert!(matches!(
            fault(404, Kind::InvalidRequest, "resource_missing", "intent"),
            ProviderFault::Absent
        ));
        assert!(matches!(fault(400, Kind::Idempotency, "", ""), ProviderFault::Broken(_)));
        assert!(matches!(
            fault(400, Kind::InvalidRequest, "parameter_unknown", ""),
            ProviderFault::Broken(_)
        ));
        assert!(matches!(ProviderFault::from(No::without_reason(401)), ProviderFault::Broken(_)));
    }

    #[test]
    fn what_a_refusal_is_about_is_known_by_its_code_or_its_field() {
        let of = |code, param| no(400, Kind::InvalidRequest, code, "", param);
        assert!(of("", "payment_method").is_about_method() && of("", "card[token]").is_about_method());
        assert!(!of("", "payment_method_types").is_about_method());
        assert!(of("charge_already_refunded", "").is_about_amount() && of("", "amount").is_about_amount());
        assert!(of("payment_intent_unexpected_state", "").is_about_state());
        assert!(!no(402, Kind::Card, "", "", "amount").is_about_amount());
    }
}
