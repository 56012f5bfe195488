//! What buyers pay with: the name says what becomes of it.

use std::time::Duration;

/// Charged at once.
pub const CARD: &str = "pm_card_visa";
/// Declined by the bank.
pub const DECLINED: &str = "pm_card_chargeDeclined";
/// Asks the buyer something, and waits for the case to say what they answered.
pub const CHALLENGE: &str = "pm_challenge";
/// Waits for the case to say what the bank decided.
pub const BANK: &str = "pm_bank";

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Charged,
    /// With the bank's reason.
    Declined(&'static str),
    /// The buyer has to act, and does so by themselves where a time is told.
    Challenge(Option<Later>),
    /// The bank takes its time, and decides by itself where one is told.
    Bank(Option<Later>),
}

/// What is decided by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Later {
    pub after: Duration,
    pub paid: bool,
}

impl Method {
    /// Reads `pm_bank_paid_2000`, `pm_challenge_refused_500` and the names above; `None` for any other name.
    pub fn read(name: &str) -> Option<Self> {
        match name {
            CARD => return Some(Self::Charged),
            DECLINED => return Some(Self::Declined("generic_decline")),
            "pm_card_chargeDeclinedInsufficientFunds" => return Some(Self::Declined("insufficient_funds")),
            CHALLENGE => return Some(Self::Challenge(None)),
            BANK => return Some(Self::Bank(None)),
            _ => {}
        }
        let parts: Vec<&str> = name.split('_').collect();
        let ["pm", kind, outcome, millis] = parts.as_slice() else { return None };
        let paid = match *outcome {
            "paid" => true,
            "refused" => false,
            _ => return None,
        };
        let later = Some(Later { after: Duration::from_millis(millis.parse().ok()?), paid });
        match *kind {
            "challenge" => Some(Self::Challenge(later)),
            "bank" => Some(Self::Bank(later)),
            _ => None,
        }
    }
}
