//! The desk of the test gateway: its book of what moved after the payments, and what people do there without the shop.

use super::contract::{Disputed, Moved, Part, PartState, PaymentStanding, ProviderFault, Refusal};
use super::test_gateway::{Ledger, TestGateway};
use super::test_payment::{TestPayment, TestState};
use crate::money::Money;

/// Which way money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Taken,
    Returned,
}

/// A movement in the book.
pub(super) struct Entry {
    /// The name of its payment.
    payment: String,
    way: Way,
    part: Part,
}

impl Ledger {
    fn payment(&mut self, reference: &str) -> Result<&mut TestPayment, ProviderFault> {
        let payment = self.payments.values_mut().find(|payment| payment.reference == reference);
        payment.ok_or(ProviderFault::Absent)
    }

    /// What was done with a key before.
    fn done(&self, key: Option<&str>) -> Option<Moved> {
        self.moves.get(key?).cloned()
    }

    /// Takes promised money; without a key where the shop did not ask for it.
    pub(super) fn take(
        &mut self,
        reference: &str,
        amount: Money,
        key: Option<&str>,
    ) -> Result<Moved, ProviderFault> {
        if let Some(moved) = self.done(key) {
            return Ok(moved);
        }
        let payment = self.payment(reference)?;
        let captured = payment.captured_minor.saturating_add(amount.minor);
        if payment.state != TestState::Promised || captured > payment.amount.minor {
            return Err(ProviderFault::Refused(Refusal::AmountTooLarge));
        }
        payment.captured_minor = captured;
        if captured == payment.amount.minor {
            payment.state = TestState::Taken;
        }
        Ok(self.write(reference, Way::Taken, amount, key))
    }

    /// Gives taken money back.
    pub(super) fn give_back(
        &mut self,
        reference: &str,
        amount: Money,
        key: Option<&str>,
    ) -> Result<Moved, ProviderFault> {
        if let Some(moved) = self.done(key) {
            return Ok(moved);
        }
        let payment = self.payment(reference)?;
        let refunded = payment.refunded_minor.saturating_add(amount.minor);
        if refunded > payment.taken_minor() {
            return Err(ProviderFault::Refused(Refusal::AmountTooLarge));
        }
        payment.refunded_minor = refunded;
        Ok(self.write(reference, Way::Returned, amount, key))
    }

    /// Lets go what is left of a promise.
    pub(super) fn let_go(&mut self, reference: &str, key: Option<&str>) -> Result<(), ProviderFault> {
        if self.done(key).is_some() {
            return Ok(());
        }
        let payment = self.payment(reference)?;
        let mut released = payment.amount;
        match payment.state {
            TestState::Taken => return Err(ProviderFault::Refused(Refusal::AmountTooLarge)),
            // What was taken of it stays taken.
            TestState::Promised if payment.captured_minor > 0 => {
                released.minor -= payment.captured_minor;
                payment.amount.minor = payment.captured_minor;
                payment.state = TestState::Taken;
            }
            TestState::Waiting
            | TestState::Processing
            | TestState::Promised
            | TestState::Refused
            | TestState::Undone => payment.state = TestState::Undone,
        }
        self.keep(key, &Moved { reference: None, amount: released, settled: true });
        Ok(())
    }

    fn write(&mut self, payment: &str, way: Way, amount: Money, key: Option<&str>) -> Moved {
        let reference = match key {
            Some(key) => format!("test_{key}"),
            None => format!("desk_{}_{payment}", self.entries.len() + 1),
        };
        let part = Part {
            reference: reference.clone(),
            key: key.map(str::to_owned),
            of: None,
            amount,
            state: PartState::Done,
        };
        self.entries.push(Entry { payment: payment.to_owned(), way, part });
        let moved = Moved { reference: Some(reference), amount, settled: true };
        self.keep(key, &moved);
        moved
    }

    fn keep(&mut self, key: Option<&str>, moved: &Moved) {
        if let Some(key) = key {
            self.moves.insert(key.to_owned(), moved.clone());
        }
    }

    fn parts(&self, payment: &TestPayment, way: Way) -> Vec<Part> {
        let is_its = |entry: &&Entry| entry.payment == payment.reference && entry.way == way;
        self.entries.iter().filter(is_its).map(|entry| entry.part.clone()).collect()
    }
}

impl TestGateway {
    /// What no provider does: it forgets a payment. False where there is none with this name.
    pub fn forget(&self, reference: &str) -> bool {
        let mut ledger = self.ledger();
        let before = ledger.payments.len();
        ledger.payments.retain(|_, payment| payment.reference != reference);
        ledger.payments.len() < before
    }

    /// What a buyer or a bank does: a payment that waits is approved, or refused. False where none waits.
    pub fn decide(&self, reference: &str, decision: TestState) -> bool {
        let mut ledger = self.ledger();
        let waits = |payment: &&mut TestPayment| {
            payment.reference == reference
                && matches!(payment.state, TestState::Waiting | TestState::Processing)
        };
        let Some(payment) = ledger.payments.values_mut().find(waits) else { return false };
        payment.state = decision;
        true
    }

    /// What people do at the gateway's desk: promised money is taken, in minor units. The gateway's name for it; none where
    /// that much is not promised.
    pub fn take_at_desk(&self, reference: &str, minor: i64) -> Option<String> {
        self.at_desk(reference, minor, Way::Taken)
    }

    /// The same of money that goes back.
    pub fn give_back_at_desk(&self, reference: &str, minor: i64) -> Option<String> {
        self.at_desk(reference, minor, Way::Returned)
    }

    fn at_desk(&self, reference: &str, minor: i64, way: Way) -> Option<String> {
        let mut ledger = self.ledger();
        let amount = Money { minor, ..ledger.payment(reference).ok()?.amount };
        let moved = match way {
            Way::Taken => ledger.take(reference, amount, None),
            Way::Returned => ledger.give_back(reference, amount, None),
        };
        moved.ok()?.reference
    }

    /// What is left of a promise is let go at the desk, or has run out. False where nothing is promised.
    pub fn let_go_at_desk(&self, reference: &str) -> bool {
        self.ledger().let_go(reference, None).is_ok()
    }

    /// What a bank does: a refund that was done comes back, and its buyer has nothing. False where there is none with this
    /// name.
    pub fn fail_refund(&self, refund: &str) -> bool {
        let mut ledger = self.ledger();
        let is_it = |entry: &&mut Entry| {
            entry.way == Way::Returned
                && entry.part.reference == refund
                && entry.part.state == PartState::Done
        };
        let Some(entry) = ledger.entries.iter_mut().find(is_it) else { return false };
        entry.part.state = PartState::Failed;
        let (payment, minor) = (entry.payment.clone(), entry.part.amount.minor);
        let Ok(payment) = ledger.payment(&payment) else { return false };
        payment.refunded_minor -= minor;
        true
    }

    /// What a buyer does at a bank: a payment is disputed.
    pub fn dispute(&self, reference: &str) {
        self.ledger().disputed.insert(reference.to_owned());
    }

    /// What the book has of the payment with this key.
    pub(super) fn look(&self, key: &str) -> Result<PaymentStanding, ProviderFault> {
        let ledger = self.ledger();
        let payment = ledger.payments.get(key).ok_or(ProviderFault::Absent)?;
        let mut taken = ledger.parts(payment, Way::Taken);
        // What was taken at once is no entry of its own.
        if taken.is_empty() && payment.taken_minor() > 0 {
            taken.push(Part {
                reference: payment.reference.clone(),
                key: Some(key.to_owned()),
                of: None,
                amount: Money { minor: payment.taken_minor(), ..payment.amount },
                state: PartState::Done,
            });
        }
        let is_open = match payment.state {
            TestState::Waiting | TestState::Processing | TestState::Promised => true,
            TestState::Taken | TestState::Refused | TestState::Undone => false,
        };
        let is_disputed = ledger.disputed.contains(&payment.reference);
        let disputed = if is_disputed { Disputed::Yes } else { Disputed::No };
        Ok(PaymentStanding { taken, returned: ledger.parts(payment, Way::Returned), is_open, disputed })
    }
}
