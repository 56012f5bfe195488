//! What Stripe's books have of a payment, whoever moved its money.

use super::amount::from_wire;
use super::client::Call;
use super::find::Found;
use super::standing::kept;
use super::wire::{Charge, Expandable, Intent, MOVE_KEY, Page, Refund, Status};
use crate::money::Money;
use crate::outbound::field;
use crate::payment::provider::contract::{
    Disputed, Part, PartState, PaymentRef, PaymentStanding, ProviderFault,
};

/// Refunds of one payment that are looked through, as many as a page may have.
const PAGE: &str = "100";

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::standing`].
    pub(super) async fn look(&self, payment: &PaymentRef) -> Result<PaymentStanding, ProviderFault> {
        let intent = match self.locate(payment).await? {
            Some(Found::Intent(intent)) => *intent,
            Some(Found::Page(page)) => match page.payment_intent {
                Some(Expandable::Whole(intent)) => *intent,
                Some(Expandable::Name(id)) => self.intent(&id).await?,
                None => return Err(ProviderFault::Absent),
            },
            None => return Err(ProviderFault::Absent),
        };
        if !intent.is_of(&payment.key) {
            return Err(ProviderFault::Absent);
        }
        let refunds = if received(&intent) > 0 { self.refunds_of(&intent.id).await? } else { Vec::new() };
        standing_of(&intent, refunds)
    }

    /// The refunds of a payment, the newest first.
    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, ProviderFault> {
        let query = vec![field("payment_intent", intent), field("limit", PAGE)];
        let page: Page<Refund> = self.get(&["v1", "refunds"], &query).await?;
        if page.has_more {
            return Err(ProviderFault::Unknown("there are too many refunds".to_owned()));
        }
        Ok(page.data)
    }
}

fn received(intent: &Intent) -> i64 {
    intent.amount_received.unwrap_or_default()
}

fn standing_of(intent: &Intent, refunds: Vec<Refund>) -> Result<PaymentStanding, ProviderFault> {
    let is_open = match intent.status {
        Status::Succeeded | Status::Canceled => false,
        Status::RequiresCapture
        | Status::Processing
        | Status::RequiresAction
        | Status::RequiresConfirmation
        | Status::RequiresPaymentMethod => true,
        Status::Other => return Err(ProviderFault::Unknown("the payment is in a new state".to_owned())),
    };
    let charge = match &intent.latest_charge {
        Some(Expandable::Whole(charge)) => Some(charge.as_ref()),
        Some(Expandable::Name(_)) | None => None,
    };
    let disputed = match charge.and_then(|charge| charge.disputed) {
        Some(true) => Disputed::Yes,
        Some(false) => Disputed::No,
        None => Disputed::Untold,
    };
    let name = name_of_taken(intent, charge);
    let taken = Part {
        reference: name.clone(),
        key: intent.hung(MOVE_KEY).map(str::to_owned),
        of: None,
        amount: read(received(intent), intent)?,
        state: PartState::Done,
    };
    let returned = returned(intent, refunds, &name)?;
    let taken = if taken.amount.minor > 0 { vec![taken] } else { Vec::new() };
    Ok(PaymentStanding { taken, returned, is_open, disputed })
}

/// The name by which what was taken is known, as when it is taken.
fn name_of_taken(intent: &Intent, charge: Option<&Charge>) -> String {
    match (charge, &intent.latest_charge) {
        (Some(charge), _) => charge.id.clone(),
        (None, Some(Expandable::Name(id))) => id.clone(),
        (None, Some(Expandable::Whole(_)) | None) => intent.id.clone(),
    }
}

/// What went back, the newest first. A part of a promise that was never taken may be among the refunds as the oldest: what
/// the charge says altogether tells it from money that went back.
fn returned(intent: &Intent, refunds: Vec<Refund>, taken: &str) -> Result<Vec<Part>, ProviderFault> {
    let mut left = received(intent) - kept(intent).ok_or_else(unreadable)?;
    let mut parts = Vec::new();
    for refund in refunds {
        let wire = if refund.is_void() { refund.amount } else { refund.amount.min(left) };
        if !refund.is_void() {
            left -= wire;
        }
        if wire <= 0 {
            continue;
        }
        parts.push(Part {
            key: refund.metadata.as_ref().and_then(|hung| hung.get(MOVE_KEY)).cloned(),
            of: Some(taken.to_owned()),
            amount: read(wire, intent)?,
            state: match refund.status.as_deref() {
                Some("succeeded") => PartState::Done,
                _ if refund.is_void() => PartState::Failed,
                _ => PartState::UnderWay,
            },
            reference: refund.id,
        });
    }
    Ok(parts)
}

fn read(wire: i64, intent: &Intent) -> Result<Money, ProviderFault> {
    from_wire(wire, &intent.currency).filter(|money| money.minor >= 0).ok_or_else(unreadable)
}

fn unreadable() -> ProviderFault {
    ProviderFault::Unknown("the amount cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What was taken, what went back with its state, and whether it is open.
    type Told = (Vec<i64>, Vec<(String, i64, PartState)>, bool);

    fn told(change: &Value, refunds: &Value) -> Result<Told, ProviderFault> {
        let mut intent = json!({ "id": "pi_1", "amount": 1_000, "amount_capturable": 0, "amount_received": 1_000,
            "currency": "eur", "status": "succeeded", "latest_charge": { "id": "ch_1", "amount": 1_000,
            "amount_refunded": 0, "disputed": false } });
        intent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refunds = serde_json::from_value(refunds.clone()).unwrap();
        let standing = standing_of(&serde_json::from_value(intent).unwrap(), refunds)?;
        let taken = standing.taken.iter().map(|part| part.amount.minor).collect();
        let back = standing.returned.into_iter().map(|part| (part.reference, part.amount.minor, part.state));
        Ok((taken, back.collect(), standing.is_open))
    }

    fn refund(id: &str, amount: i64, status: &str) -> Value {
        json!({ "id": id, "amount": amount, "currency": "eur", "status": status })
    }

    fn charge(refunded: i64) -> Value {
        json!({ "id": "ch_1", "amount": 1_000, "amount_refunded": refunded, "disputed": false })
    }

    #[test]
    fn a_promise_is_open_until_it_is_taken_or_over() {
        let none = json!([]);
        let state = |status: &str, received: i64| {
            let change = json!({ "status": status, "amount_received": received, "latest_charge": null });
            told(&change, &none)
        };
        assert_eq!(state("requires_capture", 0).unwrap(), (vec![], vec![], true));
        assert_eq!(state("requires_capture", 400).unwrap(), (vec![400], vec![], true));
        assert_eq!(state("succeeded", 400).unwrap(), (vec![400], vec![], false));
        assert_eq!(state("canceled", 0).unwrap(), (vec![], vec![], false));
        assert_eq!(state("processing", 0).unwrap(), (vec![], vec![], true));
        assert!(matches!(state("a_new_one", 0), Err(ProviderFault::Unknown(_))));
    }

    #[test]
    fn what_was_never_taken_did_not_go_back() {
        // 600 of 1,000 were taken and 400 let go, which Stripe writes down as a refund; then 150 and 50 went back.
        let change = json!({ "amount_received": 600, "latest_charge": charge(600) });
        let refunds = json!([
            refund("re_3", 50, "pending"),
            refund("re_2", 150, "succeeded"),
            refund("re_1", 400, "succeeded")
        ]);
        let back =
            vec![("re_3".to_owned(), 50, PartState::UnderWay), ("re_2".to_owned(), 150, PartState::Done)];
        assert_eq!(told(&change, &refunds).unwrap(), (vec![600], back, false));
    }

    #[test]
    fn a_refund_that_failed_is_told_though_it_is_not_counted() {
        let refunds = json!([refund("re_2", 300, "succeeded"), refund("re_1", 700, "failed")]);
        let back =
            vec![("re_2".to_owned(), 300, PartState::Done), ("re_1".to_owned(), 700, PartState::Failed)];
        let told = told(&json!({ "latest_charge": charge(300) }), &refunds).unwrap();
        assert_eq!(told, (vec![1_000], back, false));
    }
}
