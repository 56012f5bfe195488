//! What PayPal's refusals mean to the shop.

use crate::payment::provider::contract::{ProviderFault, Refusal};

/// A refusal: PayPal's words for it, without its sentences, which may repeat what was sent.
#[derive(Clone, Debug)]
pub(super) struct No {
    pub(super) status: u16,
    /// The kind, such as `UNPROCESSABLE_ENTITY`.
    pub(super) name: String,
    /// What is wrong, such as `INSTRUMENT_DECLINED`.
    pub(super) issue: String,
}

impl No {
    /// A refusal that tells nothing but its status.
    pub(super) fn without_reason(status: u16) -> Self {
        Self { status, name: String::new(), issue: String::new() }
    }

    /// For the log.
    pub(super) fn told(&self) -> String {
        format!("status {} {} {}", self.status, self.name, self.issue)
    }

    /// Whether the shop's keys do not open what was asked for.
    pub(super) fn is_about_keys(&self) -> bool {
        matches!(self.status, 401 | 403)
    }

    /// Whether the payment stands otherwise than the request supposes: looking at it tells more.
    pub(super) fn is_about_state(&self) -> bool {
        const ISSUES: [&str; 10] = [
            "ACTION_DOES_NOT_MATCH_INTENT",
            "AUTHORIZATION_ALREADY_CAPTURED",
            "AUTHORIZATION_VOIDED",
            "DUPLICATE_INVOICE_ID",
            "MAX_AUTHORIZATION_COUNT_EXCEEDED",
            "ORDER_ALREADY_AUTHORIZED",
            "ORDER_ALREADY_CAPTURED",
            "ORDER_ALREADY_COMPLETED",
            "ORDER_COMPLETED_OR_VOIDED",
            "ORDER_NOT_APPROVED",
        ];
        ISSUES.contains(&self.issue.as_str())
    }

    /// Whether the buyer has to go to PayPal once more.
    pub(super) fn wants_the_buyer(&self) -> bool {
        ["PAYER_ACTION_REQUIRED", "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING"].contains(&self.issue.as_str())
    }

    /// Whether an answer is still being made.
    fn is_under_way(&self) -> bool {
        ["ORDER_COMPLETION_IN_PROGRESS", "PREVIOUS_REQUEST_IN_PROGRESS"].contains(&self.issue.as_str())
    }
}

impl From<No> for ProviderFault {
    fn from(no: No) -> Self {
        if no.is_under_way() {
            return Self::Unknown(no.told());
        }
        match (no.status, meaning(&no.issue)) {
            (404, _) => Self::Absent,
            (_, Some(refusal)) => Self::Refused(refusal),
            (_, None) => Self::Broken(no.told()),
        }
    }
}

/// Why money did not move, where the issue is about the money and not about the request.
fn meaning(issue: &str) -> Option<Refusal> {
    Some(match issue {
        "AUTHORIZATION_DENIED"
        | "CARD_EXPIRED"
        | "COMPLIANCE_VIOLATION"
        | "DECLINED_DUE_TO_RELATED_TXN"
        | "DOMESTIC_TRANSACTION_REQUIRED"
        | "INSTRUMENT_DECLINED"
        | "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED"
        | "PAYEE_BLOCKED_TRANSACTION"
        | "PAYER_ACCOUNT_LOCKED_OR_CLOSED"
        | "PAYER_ACCOUNT_RESTRICTED"
        | "PAYER_CANNOT_PAY"
        | "PAYMENT_SOURCE_CANNOT_BE_USED"
        | "PAYMENT_SOURCE_DECLINED_BY_PROCESSOR"
        | "PAYMENT_SOURCE_INFO_CANNOT_BE_VERIFIED"
        | "TRANSACTION_BLOCKED_BY_PAYEE"
        | "TRANSACTION_LIMIT_EXCEEDED"
        | "TRANSACTION_REFUSED" => Refusal::CardDeclined,
        "REFUND_FAILED_INSUFFICIENT_FUNDS" => Refusal::InsufficientFunds,
        "AGREEMENT_ALREADY_CANCELLED"
        | "BILLING_AGREEMENT_NOT_FOUND"
        | "INVALID_PAYER_ID"
        | "PAYMENT_SOURCE_MISMATCH" => Refusal::InvalidPaymentMethod,
        "AUTHORIZATION_EXPIRED"
        | "AUTHORIZATION_VOIDED"
        | "ORDER_EXPIRED"
        | "PREVIOUSLY_VOIDED"
        | "TOKEN_EXPIRED" => Refusal::Abandoned,
        "AUTHORIZATION_ALREADY_CAPTURED"
        | "AUTHORIZATION_AMOUNT_EXCEEDED"
        | "CANNOT_BE_VOIDED"
        | "CAPTURE_FULLY_REFUNDED"
        | "MAX_CAPTURE_AMOUNT_EXCEEDED"
        | "MAX_CAPTURE_COUNT_EXCEEDED"
        | "MAX_NUMBER_OF_REFUNDS_EXCEEDED"
        | "PREVIOUSLY_CAPTURED"
        | "REFUND_AMOUNT_EXCEEDED" => Refusal::AmountTooLarge,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(status: u16, issue: &str) -> ProviderFault {
        No { status, name: "UNPROCESSABLE_ENTITY".to_owned(), issue: issue.to_owned() }.into()
    }

    #[test]
    fn issues_about_the_money_are_refusals() {
        for (issue, refusal) in [
            ("INSTRUMENT_DECLINED", Refusal::CardDeclined),
            ("PAYER_CANNOT_PAY", Refusal::CardDeclined),
            ("TRANSACTION_REFUSED", Refusal::CardDeclined),
            ("REFUND_AMOUNT_EXCEEDED", Refusal::AmountTooLarge),
            ("CAPTURE_FULLY_REFUNDED", Refusal::AmountTooLarge),
            ("MAX_CAPTURE_AMOUNT_EXCEEDED", Refusal::AmountTooLarge),
            ("AUTHORIZATION_VOIDED", Refusal::Abandoned),
            ("ORDER_EXPIRED", Refusal::Abandoned),
            ("REFUND_FAILED_INSUFFICIENT_FUNDS", Refusal::InsufficientFunds),
        ] {
            assert!(matches!(fault(422, issue), ProviderFault::Refused(told) if told == refusal), "{issue}");
        }
    }

    #[test]
    fn other_refusals_say_what_can_be_done_about_them() {
        assert!(matches!(fault(404, "INVALID_RESOURCE_ID"), ProviderFault::Absent));
        assert!(matches!(fault(422, "ORDER_COMPLETION_IN_PROGRESS"), ProviderFault::Unknown(_)));
        for (status, issue) in
            [(400, "INVALID_STRING_LENGTH"), (401, ""), (403, "PERMISSION_DENIED"), (422, "NEW")]
        {
            assert!(matches!(fault(status, issue), ProviderFault::Broken(_)), "{status} {issue}");
        }
    }
}
