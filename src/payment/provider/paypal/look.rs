//! What PayPal's books have of a payment, whoever moved its money.

use chrono::{DateTime, Utc};

use super::amount::from_wire;
use super::client::Call;
use super::find::{Found, Kind};
use super::standing::unreadable;
use super::wire::{
    Amount, Authorization, AuthorizationStatus, Capture, CaptureStatus, Order, OrderStatus, Payments, Refund,
    RefundStatus,
};
use crate::clock::Clock;
use crate::money::Money;
use crate::payment::provider::contract::{
    Disputed, Part, PartState, PaymentRef, PaymentStanding, ProviderFault,
};

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::standing`]. Of an order that PayPal has forgotten only
    /// what is asked for by its own name is known.
    pub(super) async fn look(&self, payment: &PaymentRef) -> Result<PaymentStanding, ProviderFault> {
        let reference = payment.reference.as_deref().ok_or(ProviderFault::Absent)?;
        let found = self.named(reference, [Kind::Capture, Kind::Authorization, Kind::Order]).await?;
        let order = self.order_behind(&found).await?;
        let owner = match (&order, &found) {
            (Some(order), _) => order.owner(),
            (None, Found::Capture(capture)) => capture.custom_id.as_deref(),
            (None, Found::Authorization(promise)) => promise.custom_id.as_deref(),
            (None, Found::Order(order)) => order.owner(),
        };
        if owner != Some(payment.key.as_str()) {
            return Err(ProviderFault::Absent);
        }
        let payments = match (&order, found) {
            (Some(order), _) => payments_of(order)?,
            (None, Found::Capture(capture)) => Payments { captures: vec![*capture], ..Payments::default() },
            (None, Found::Authorization(promise)) => {
                Payments { authorizations: vec![*promise], ..Payments::default() }
            }
            (None, Found::Order(order)) => payments_of(&order)?,
        };
        standing_of(&payments, Clock::System.now())
    }
}

/// What was promised, taken and given back of an order; nothing of one that is over before.
fn payments_of(order: &Order) -> Result<Payments, ProviderFault> {
    match (order.payments(), order.status) {
        (Some(payments), _) => Ok(payments.clone()),
        (None, OrderStatus::Voided) => Ok(Payments::default()),
        (
            None,
            OrderStatus::Created
            | OrderStatus::Saved
            | OrderStatus::Approved
            | OrderStatus::Completed
            | OrderStatus::PayerActionRequired
            | OrderStatus::Other,
        ) => Err(ProviderFault::Unknown("the order does not tell its payments".to_owned())),
    }
}

fn standing_of(payments: &Payments, now: DateTime<Utc>) -> Result<PaymentStanding, ProviderFault> {
    let taken = payments.captures.iter().map(taken_by).collect::<Result<Vec<_>, _>>()?;
    let mut returned = Vec::new();
    for refund in &payments.refunds {
        returned.push(returned_by(refund, payments)?);
    }
    for capture in payments.captures.iter().filter(|part| part.status == Some(CaptureStatus::Refunded)) {
        returned.extend(untold_rest(capture, &returned)?);
    }
    let is_open = payments.authorizations.iter().any(|promise| promise.is_open(payments, now))
        || taken.iter().any(|part| part.state == PartState::UnderWay);
    // Disputes are asked for elsewhere, by keys with more rights.
    Ok(PaymentStanding { taken, returned, is_open, disputed: Disputed::Untold })
}

fn taken_by(capture: &Capture) -> Result<Part, ProviderFault> {
    Ok(Part {
        reference: capture.id.clone(),
        key: capture.invoice_id.clone(),
        of: None,
        amount: read(capture.amount.as_ref())?,
        state: match capture.status {
            Some(CaptureStatus::Completed | CaptureStatus::PartiallyRefunded | CaptureStatus::Refunded) => {
                PartState::Done
            }
            Some(CaptureStatus::Declined | CaptureStatus::Failed) => PartState::Failed,
            Some(CaptureStatus::Pending | CaptureStatus::Other) | None => PartState::UnderWay,
        },
    })
}

fn returned_by(refund: &Refund, payments: &Payments) -> Result<Part, ProviderFault> {
    let of = match payments.captures.as_slice() {
        [capture] => Some(capture),
        captures => captures.iter().find(|capture| refund.is_of(&capture.id)),
    };
    Ok(Part {
        reference: refund.id.clone(),
        key: refund.custom_id.clone(),
        of: of.map(|capture| capture.id.clone()),
        amount: read(refund.amount.as_ref())?,
        state: match refund.status {
            Some(RefundStatus::Completed) => PartState::Done,
            Some(RefundStatus::Failed | RefundStatus::Cancelled) => PartState::Failed,
            Some(RefundStatus::Pending | RefundStatus::Other) | None => PartState::UnderWay,
        },
    })
}

/// What went back of a capture without a refund that tells it, as by a dispute. It has the name of the capture.
fn untold_rest(capture: &Capture, returned: &[Part]) -> Result<Option<Part>, ProviderFault> {
    let amount = read(capture.amount.as_ref())?;
    let is_its = |part: &&Part| part.of.as_ref() == Some(&capture.id) && part.state != PartState::Failed;
    let told: i64 = returned.iter().filter(is_its).map(|part| part.amount.minor).sum();
    let rest = Part {
        reference: capture.id.clone(),
        key: None,
        of: Some(capture.id.clone()),
        amount: Money::new(amount.minor - told, amount.currency),
        state: PartState::Done,
    };
    Ok((rest.amount.minor > 0).then_some(rest))
}

impl Authorization {
    /// Whether more can be taken of it. One that was taken by what PayPal does not tell may be anything.
    fn is_open(&self, payments: &Payments, now: DateTime<Utc>) -> bool {
        let until = self.expiration_time.as_deref().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        match self.status {
            Some(AuthorizationStatus::Voided | AuthorizationStatus::Denied) => false,
            Some(AuthorizationStatus::Captured) => payments.captures.is_empty(),
            Some(AuthorizationStatus::Created | AuthorizationStatus::PartiallyCaptured) => {
                until.is_none_or(|until| now < until)
            }
            Some(AuthorizationStatus::Pending | AuthorizationStatus::Other) | None => true,
        }
    }
}

fn read(amount: Option<&Amount>) -> Result<Money, ProviderFault> {
    amount.and_then(from_wire).ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: &str = "2026-11-25T12:00:00Z";

    fn told(payments: Value) -> PaymentStanding {
        let now = DateTime::parse_from_rfc3339(NOW).unwrap().with_timezone(&Utc);
        standing_of(&serde_json::from_value(payments).unwrap(), now).unwrap()
    }

    fn amount(value: &str) -> Value {
        json!({ "currency_code": "EUR", "value": value })
    }

    fn promise(status: &str, until: &str) -> Value {
        json!({ "authorizations": [{ "id": "PROMISE1", "status": status, "amount": amount("10.00"),
            "expiration_time": until }] })
    }

    #[test]
    fn a_promise_is_open_until_it_is_taken_let_go_or_has_run_out() {
        for (status, until, is_open) in [
            ("CREATED", "2026-11-26T00:00:00Z", true),
            ("PARTIALLY_CAPTURED", "2026-11-26T00:00:00Z", true),
            ("CREATED", NOW, false),
            ("CREATED", "no time", true),
            ("PENDING", "2026-11-24T00:00:00Z", true),
            ("VOIDED", "2026-11-26T00:00:00Z", false),
            ("DENIED", "2026-11-26T00:00:00Z", false),
            ("A_NEW_ONE", "2026-11-24T00:00:00Z", true),
            // What took it is not told.
            ("CAPTURED", "2026-11-26T00:00:00Z", true),
        ] {
            assert_eq!(told(promise(status, until)).is_open, is_open, "{status} {until}");
        }
        let mut taken = promise("CAPTURED", "2026-11-26T00:00:00Z");
        taken["captures"] = json!([{ "id": "CAPTURE1", "status": "COMPLETED", "amount": amount("4.00") }]);
        assert!(!told(taken.clone()).is_open);
        taken["captures"][0]["status"] = json!("PENDING");
        assert!(told(taken).is_open, "it may be declined");
    }

    #[test]
    fn what_went_back_is_told_by_its_capture_also_where_no_refund_tells_it() {
        let up = |id: &str| json!([{ "rel": "up", "href": format!("https://api-m.paypal.com/v2/payments/captures/{id}") }]);
        let standing = told(json!({
            "captures": [{ "id": "A", "status": "REFUNDED", "amount": amount("6.00") },
                { "id": "B", "status": "PARTIALLY_REFUNDED", "amount": amount("4.00"), "invoice_id": "a-key" },
                { "id": "C", "status": "DECLINED", "amount": amount("1.00") }],
            "refunds": [{ "id": "R1", "status": "COMPLETED", "amount": amount("2.00"), "links": up("A") },
                { "id": "R2", "status": "FAILED", "amount": amount("1.00"), "links": up("A") },
                { "id": "R3", "status": "PENDING", "amount": amount("1.50"), "links": up("B"), "custom_id": "k" }],
        }));
        let of = |parts: &[Part]| -> Vec<(String, Option<String>, i64, PartState)> {
            let told = |part: &Part| (part.reference.clone(), part.of.clone(), part.amount.minor, part.state);
            parts.iter().map(told).collect()
        };
        let own = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(&standing.taken),
            [
                ("A".to_owned(), None, 600, PartState::Done),
                ("B".to_owned(), None, 400, PartState::Done),
                ("C".to_owned(), None, 100, PartState::Failed),
            ]
        );
        assert_eq!(
            of(&standing.returned),
            [
                ("R1".to_owned(), own("A"), 200, PartState::Done),
                ("R2".to_owned(), own("A"), 100, PartState::Failed),
                ("R3".to_owned(), own("B"), 150, PartState::UnderWay),
                ("A".to_owned(), own("A"), 400, PartState::Done),
            ]
        );
        assert_eq!(
            (standing.taken[1].key.clone(), standing.returned[2].key.clone()),
            (own("a-key"), own("k"))
        );
        assert!(!standing.is_open && standing.disputed == Disputed::Untold);
    }
}
