//! How a payment stands: what Stripe tells of it, in our words.

use super::amount::from_wire;
use super::refusal::declined;
use super::wire::{Expandable, Intent, Status};
use crate::money::Money;
use crate::payment::provider::contract::{Action, ProviderFault, Refusal};

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The money was taken: what of it has not been given back.
    Taken(Money),
    /// The money can be taken.
    Promised(Money),
    /// The buyer has to act.
    Waiting(Action),
    /// The bank has not decided.
    Processing,
    /// It was refused, and could be tried again with something else.
    Refused(Refusal),
    /// It is over.
    Closed(Refusal),
}

/// What a payment says of itself.
pub(super) fn standing(intent: &Intent) -> Result<Standing, ProviderFault> {
    let refusal = intent.last_payment_error.as_ref().map(|error| {
        declined(error.code.as_deref().unwrap_or_default(), error.decline_code.as_deref().unwrap_or_default())
    });
    Ok(match intent.status {
        Status::Succeeded => Standing::Taken(money(kept(intent), intent)?),
        Status::RequiresCapture => Standing::Promised(money(intent.amount_capturable, intent)?),
        Status::RequiresAction => Standing::Waiting(action(intent)),
        Status::Processing => Standing::Processing,
        Status::RequiresPaymentMethod | Status::RequiresConfirmation => {
            Standing::Refused(refusal.unwrap_or(Refusal::InvalidPaymentMethod))
        }
        Status::Canceled => Standing::Closed(refusal.unwrap_or(Refusal::Abandoned)),
        Status::Other => return Err(ProviderFault::Unknown("the payment is in a new state".to_owned())),
    })
}

/// What was taken and not given back. A part that was never taken counts among what a charge says was given back.
pub(super) fn kept(intent: &Intent) -> Option<i64> {
    let received = intent.amount_received?;
    match &intent.latest_charge {
        Some(Expandable::Whole(charge)) => {
            Some(received.min(charge.amount.checked_sub(charge.amount_refunded)?))
        }
        Some(Expandable::Name(_)) | None => Some(received),
    }
}

fn money(wire: Option<i64>, intent: &Intent) -> Result<Money, ProviderFault> {
    wire.filter(|wire| *wire >= 0)
        .and_then(|wire| from_wire(wire, &intent.currency))
        .ok_or_else(|| ProviderFault::Unknown("the amount cannot be read".to_owned()))
}

fn action(intent: &Intent) -> Action {
    let redirect = intent.next_action.as_ref().and_then(|action| action.redirect_to_url.as_ref());
    Action {
        url: redirect.and_then(|redirect| redirect.url.clone()),
        client_secret: intent.client_secret.clone(),
        expires_at: None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::money::Currency;

    fn read(change: Value) -> Result<Standing, ProviderFault> {
        let mut intent = json!({ "id": "pi_1", "amount": 1_000, "amount_capturable": 0, "amount_received": 0,
            "currency": "eur", "status": "succeeded", "client_secret": "pi_1_secret_2" });
        intent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        standing(&serde_json::from_value(intent).unwrap())
    }

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::find("EUR").unwrap())
    }

    #[test]
    fn each_state_of_a_payment_means_one_thing() {
        let is = |change: Value, expected: Standing| assert_eq!(read(change).unwrap(), expected);
        is(json!({ "amount_received": 1_000 }), Standing::Taken(euros(1_000)));
        let promised = json!({ "status": "requires_capture", "amount_capturable": 900 });
        is(promised, Standing::Promised(euros(900)));
        is(json!({ "status": "processing" }), Standing::Processing);
        is(json!({ "status": "canceled" }), Standing::Closed(Refusal::Abandoned));
        is(json!({ "status": "requires_payment_method" }), Standing::Refused(Refusal::InvalidPaymentMethod));
        let error = json!({ "code": "card_declined", "decline_code": "insufficient_funds" });
        let declined = json!({ "status": "requires_payment_method", "last_payment_error": error });
        is(declined, Standing::Refused(Refusal::InsufficientFunds));
        let url = Some("https://bank.example/3ds".to_owned());
        let next =
            json!({ "type": "redirect_to_url", "redirect_to_url": { "url": url, "return_url": null } });
        let action = |url| Action { url, client_secret: Some("pi_1_secret_2".to_owned()), expires_at: None };
        is(json!({ "status": "requires_action", "next_action": next }), Standing::Waiting(action(url)));
        let sdk = json!({ "type": "use_stripe_sdk", "use_stripe_sdk": {} });
        is(json!({ "status": "requires_action", "next_action": sdk }), Standing::Waiting(action(None)));
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        for change in [
            json!({ "status": "a_new_one" }),
            json!({ "amount_received": null }),
            json!({ "amount_received": -1 }),
            json!({ "amount_received": 1_000, "currency": "zzz" }),
            json!({ "status": "requires_capture", "amount_capturable": null }),
        ] {
            assert!(matches!(read(change.clone()), Err(ProviderFault::Unknown(_))), "{change}");
        }
    }

    #[test]
    fn money_that_went_back_is_not_counted_as_taken() {
        let taken = |received: i64, refunded: i64| {
            let charge = json!({ "id": "ch_1", "amount": 1_000, "amount_refunded": refunded });
            read(json!({ "amount_received": received, "latest_charge": charge })).unwrap()
        };
        assert_eq!(taken(1_000, 0), Standing::Taken(euros(1_000)));
        assert_eq!(taken(1_000, 400), Standing::Taken(euros(600)));
        assert_eq!(taken(1_000, 1_000), Standing::Taken(euros(0)));
        assert_eq!(taken(700, 300), Standing::Taken(euros(700)), "300 were never taken");
        assert_eq!(taken(700, 500), Standing::Taken(euros(500)));
        let by_name = read(json!({ "amount_received": 1_000, "latest_charge": "ch_1" })).unwrap();
        assert_eq!(by_name, Standing::Taken(euros(1_000)));
    }
}
