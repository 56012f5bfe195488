//! How a payment stands: what PayPal tells of it, in our words.

use chrono::{DateTime, TimeDelta, Utc};

use super::amount::from_wire;
use super::wire::{
    Amount, AuthorizationStatus, Capture, CaptureStatus, Order, OrderStatus, Payments, Refund,
};
use crate::money::Money;
use crate::payment::provider::contract::{Action, ProviderFault, Refusal};

/// How long an order waits for the buyer. A merchant can have a longer time, which does no harm.
pub(super) const ORDER_LASTS: TimeDelta = TimeDelta::hours(3);

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The buyer has to approve.
    Waiting(Action),
    /// The buyer approved, and nothing was taken or promised yet.
    Approved,
    /// PayPal or a bank has not decided.
    Processing,
    /// The money can be taken.
    Promised {
        /// The name of the promise.
        reference: String,
        /// All that was promised.
        amount: Money,
    },
    /// The money was taken.
    Taken {
        /// The name of what was taken, or of the promise from which it was.
        reference: String,
        /// What of it has not been given back.
        kept: Money,
    },
    /// It is over.
    Closed(Refusal),
}

/// What an order says of itself.
pub(super) fn standing(order: &Order) -> Result<Standing, ProviderFault> {
    match order.status {
        OrderStatus::Created | OrderStatus::Saved | OrderStatus::PayerActionRequired => {
            Ok(Standing::Waiting(action(order)))
        }
        OrderStatus::Approved => Ok(Standing::Approved),
        OrderStatus::Voided => Ok(Standing::Closed(Refusal::Abandoned)),
        OrderStatus::Completed => match order.payments() {
            Some(payments) => outcome(order, payments),
            None => Err(unknown("the order does not tell its payments")),
        },
        OrderStatus::Other => Err(unknown("the order is in a new state")),
    }
}

fn outcome(order: &Order, payments: &Payments) -> Result<Standing, ProviderFault> {
    let promise = payments.authorizations.first();
    if payments.captures.iter().any(Capture::is_taken) {
        let reference = match (payments.captures.as_slice(), promise) {
            (_, Some(promise)) => &promise.id,
            ([capture], None) => &capture.id,
            (_, None) => &order.id,
        };
        let kept = payments.kept().ok_or_else(unreadable)?;
        return Ok(Standing::Taken { reference: reference.clone(), kept });
    }
    if payments.captures.iter().any(|capture| capture.status == Some(CaptureStatus::Pending)) {
        return Ok(Standing::Processing);
    }
    if let Some(promise) = promise {
        return match promise.status {
            Some(AuthorizationStatus::Created | AuthorizationStatus::PartiallyCaptured) => {
                let amount = promise.amount.as_ref().and_then(from_wire).ok_or_else(unreadable)?;
                Ok(Standing::Promised { reference: promise.id.clone(), amount })
            }
            Some(AuthorizationStatus::Pending) => Ok(Standing::Processing),
            Some(AuthorizationStatus::Denied) => Ok(Standing::Closed(Refusal::CardDeclined)),
            Some(AuthorizationStatus::Voided) => Ok(Standing::Closed(Refusal::Abandoned)),
            Some(AuthorizationStatus::Captured | AuthorizationStatus::Other) | None => {
                Err(unknown("the promise is in a new state"))
            }
        };
    }
    let is_refused =
        |capture: &Capture| matches!(capture.status, Some(CaptureStatus::Declined | CaptureStatus::Failed));
    match payments.captures.as_slice() {
        [] => Err(unknown("the order does not tell its payments")),
        captures if captures.iter().all(is_refused) => Ok(Standing::Closed(Refusal::CardDeclined)),
        _ => Err(unknown("what was taken is in a new state")),
    }
}

/// What a buyer has to do about an order.
pub(super) fn action(order: &Order) -> Action {
    let made_at = order.create_time.as_deref().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
    Action {
        url: order.link("payer-action").or_else(|| order.link("approve")),
        client_secret: None,
        expires_at: made_at.map(|made_at| made_at.with_timezone(&Utc) + ORDER_LASTS),
    }
}

/// What an order is for.
pub(super) fn amount_of(order: &Order) -> Option<Money> {
    money(order.unit()?.amount.as_ref())
}

fn money(amount: Option<&Amount>) -> Option<Money> {
    from_wire(amount?)
}

impl Capture {
    /// Whether money moved by it, also where it went back since.
    pub(super) fn is_taken(&self) -> bool {
        use CaptureStatus::{Completed, PartiallyRefunded, Refunded};
        matches!(self.status, Some(Completed | PartiallyRefunded | Refunded))
    }
}

impl Payments {
    /// What was taken and not given back. None where that cannot be told.
    fn kept(&self) -> Option<Money> {
        let mut sum: Option<Money> = None;
        for capture in self.captures.iter().filter(|capture| capture.is_taken()) {
            let kept = self.kept_of(capture)?;
            sum = Some(match sum {
                None => kept,
                Some(sum) => added(sum, kept)?,
            });
        }
        sum
    }

    /// The same of one capture.
    pub(super) fn kept_of(&self, capture: &Capture) -> Option<Money> {
        let taken = money(capture.amount.as_ref())?;
        if capture.status == Some(CaptureStatus::Refunded) {
            return Some(Money::new(0, taken.currency));
        }
        // With one capture there is no need to see which one a refund belongs to.
        let is_alone = self.captures.len() == 1;
        let is_its = |refund: &&Refund| !refund.is_void() && (is_alone || refund.is_of(&capture.id));
        let mut kept = taken;
        for refund in self.refunds.iter().filter(is_its) {
            let back = money(refund.amount.as_ref())?;
            kept = added(kept, Money::new(back.minor.checked_neg()?, back.currency))?;
        }
        let is_told = capture.status != Some(CaptureStatus::PartiallyRefunded) || kept != taken;
        (is_told && kept.minor >= 0).then_some(kept)
    }
}

/// A sum; none of two currencies.
pub(super) fn added(left: Money, right: Money) -> Option<Money> {
    let minor = left.minor.checked_add(right.minor)?;
    (left.currency == right.currency).then(|| Money::new(minor, left.currency))
}

fn unknown(what: &str) -> ProviderFault {
    ProviderFault::Unknown(what.to_owned())
}

pub(super) fn unreadable() -> ProviderFault {
    unknown("the amount cannot be read")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::money::Currency;

    fn read(status: &str, payments: &Value) -> Result<Standing, ProviderFault> {
        let unit = json!({ "custom_id": "a-key", "amount": amount("10.00"), "payments": payments });
        let links = json!([{ "rel": "self", "href": "https://api-m.paypal.com/v2/checkout/orders/1" },
            { "rel": "payer-action", "href": "https://www.paypal.com/checkoutnow?token=1" }]);
        let order = json!({ "id": "ORDER1", "status": status, "intent": "CAPTURE",
            "create_time": "2026-11-25T10:00:00Z", "purchase_units": [unit], "links": links });
        standing(&serde_json::from_value(order).unwrap())
    }

    fn amount(value: &str) -> Value {
        json!({ "currency_code": "EUR", "value": value })
    }

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::find("EUR").unwrap())
    }

    fn captured(status: &str, refunds: &Value) -> Result<Standing, ProviderFault> {
        let capture = json!({ "id": "CAPTURE1", "status": status, "amount": amount("10.00") });
        read("COMPLETED", &json!({ "captures": [capture], "refunds": refunds }))
    }

    fn promised(status: &str) -> Result<Standing, ProviderFault> {
        let promise = json!({ "id": "PROMISE1", "status": status, "amount": amount("10.00") });
        read("COMPLETED", &json!({ "authorizations": [promise] }))
    }

    #[test]
    fn each_state_of_an_order_means_one_thing() {
        let nothing = json!({});
        for status in ["CREATED", "SAVED", "PAYER_ACTION_REQUIRED"] {
            let Standing::Waiting(action) = read(status, &nothing).unwrap() else { panic!("{status}") };
            assert_eq!(action.url.as_deref(), Some("https://www.paypal.com/checkoutnow?token=1"));
            assert_eq!(action.expires_at.unwrap().to_rfc3339(), "2026-11-25T13:00:00+00:00");
        }
        assert_eq!(read("APPROVED", &nothing).unwrap(), Standing::Approved);
        assert_eq!(read("VOIDED", &nothing).unwrap(), Standing::Closed(Refusal::Abandoned));
        for status in ["COMPLETED", "A_NEW_ONE"] {
            assert!(matches!(read(status, &nothing), Err(ProviderFault::Unknown(_))), "{status}");
        }
    }

    #[test]
    fn each_state_of_what_was_taken_means_one_thing() {
        let none = json!([]);
        let taken = |minor| Standing::Taken { reference: "CAPTURE1".to_owned(), kept: euros(minor) };
        assert_eq!(captured("COMPLETED", &none).unwrap(), taken(1_000));
        assert_eq!(captured("REFUNDED", &none).unwrap(), taken(0));
        assert_eq!(captured("PENDING", &none).unwrap(), Standing::Processing);
        for status in ["DECLINED", "FAILED"] {
            assert_eq!(captured(status, &none).unwrap(), Standing::Closed(Refusal::CardDeclined));
        }
        let refund = |status: &str| json!({ "id": "REFUND1", "status": status, "amount": amount("4.00") });
        let refunds = json!([refund("COMPLETED"), refund("FAILED"), refund("CANCELLED")]);
        assert_eq!(captured("PARTIALLY_REFUNDED", &refunds).unwrap(), taken(600));
        assert_eq!(captured("COMPLETED", &json!([refund("PENDING")])).unwrap(), taken(600));
        for (status, refunds) in [
            ("A_NEW_ONE", none.clone()),
            ("PARTIALLY_REFUNDED", none),
            ("COMPLETED", json!([refund("COMPLETED"), refund("COMPLETED"), refund("COMPLETED")])),
        ] {
            let told = captured(status, &refunds);
            assert!(matches!(told, Err(ProviderFault::Unknown(_))), "{status} {refunds}");
        }
    }

    #[test]
    fn each_state_of_a_promise_means_one_thing() {
        let promise = Standing::Promised { reference: "PROMISE1".to_owned(), amount: euros(1_000) };
        assert_eq!(promised("CREATED").unwrap(), promise);
        assert_eq!(promised("PENDING").unwrap(), Standing::Processing);
        assert_eq!(promised("DENIED").unwrap(), Standing::Closed(Refusal::CardDeclined));
        assert_eq!(promised("VOIDED").unwrap(), Standing::Closed(Refusal::Abandoned));
        for status in ["CAPTURED", "A_NEW_ONE"] {
            assert!(matches!(promised(status), Err(ProviderFault::Unknown(_))), "{status}");
        }
    }

    #[test]
    fn parts_of_a_promise_are_added_and_their_refunds_told_apart() {
        let capture = |id: &str, status: &str, value: &str| json!({ "id": id, "status": status, "amount": amount(value) });
        let up = |id: &str| json!([{ "rel": "up", "href": format!("https://api-m.paypal.com/v2/payments/captures/{id}") }]);
        let payments = json!({
            "authorizations": [{ "id": "PROMISE1", "status": "PARTIALLY_CAPTURED", "amount": amount("10.00") }],
            "captures": [capture("A", "REFUNDED", "3.00"), capture("B", "PARTIALLY_REFUNDED", "4.00"),
                capture("C", "DECLINED", "2.00")],
            "refunds": [{ "id": "R1", "status": "COMPLETED", "amount": amount("3.00"), "links": up("A") },
                { "id": "R2", "status": "COMPLETED", "amount": amount("1.50"), "links": up("B") }],
        });
        let taken = Standing::Taken { reference: "PROMISE1".to_owned(), kept: euros(250) };
        assert_eq!(read("COMPLETED", &payments).unwrap(), taken);
    }
}
