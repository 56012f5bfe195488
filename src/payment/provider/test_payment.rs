//! Payments of the test gateway.

use super::contract::Capture;
use crate::money::Money;

/// How a pretended payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestState {
    /// The buyer has to act.
    Waiting,
    /// The bank is working on it.
    Processing,
    /// Promised.
    Promised,
    /// Taken.
    Taken,
    /// Refused.
    Refused,
    /// It costs the buyer nothing any more.
    Undone,
}

/// A pretended payment.
#[derive(Clone, Debug)]
pub struct TestPayment {
    /// The gateway's name for it.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// Whether it is taken once it is approved.
    pub capture: Capture,
    /// How it stands.
    pub state: TestState,
    /// What was taken of a promise so far, in minor units, while more can be taken.
    pub captured_minor: i64,
    /// What was given back, in minor units.
    pub refunded_minor: i64,
    /// Where its buyer goes on after deciding, and after giving up. Nowhere, where it was undone before it was made.
    pub ways_back: Option<WaysBack>,
}

impl TestPayment {
    /// What becomes of it once its buyer approves.
    #[must_use]
    pub fn approved(&self) -> TestState {
        approved(self.capture)
    }

    /// What was taken, in minor units.
    #[must_use]
    pub fn taken_minor(&self) -> i64 {
        match self.state {
            TestState::Taken => self.amount.minor,
            TestState::Promised => self.captured_minor,
            TestState::Waiting | TestState::Processing | TestState::Refused | TestState::Undone => 0,
        }
    }
}

/// Where the buyer of a pretended payment goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaysBack {
    /// After approving and after refusing.
    pub decided: String,
    /// After giving up.
    pub gave_up: String,
}

/// What becomes of money that a buyer approved.
pub(super) fn approved(capture: Capture) -> TestState {
    match capture {
        Capture::Automatic => TestState::Taken,
        Capture::Manual => TestState::Promised,
    }
}
