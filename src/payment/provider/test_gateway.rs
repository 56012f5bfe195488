//! The demo's test gateway: the token says what happens. It exists under the demo flag only.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::contract::{
    Action, Capture, EventMeaning, Inbound, MethodInfo, Moved, Paid, PayOutcome, PayRequest, PaymentProvider,
    PaymentRef, ProviderEvent, ProviderFault, Refusal, Session, WebhookFault,
};
use crate::money::{Currency, Money};
use crate::secret;

/// What buyers read.
const TITLE: &str = "Test payment (tokens: approve, authorize, action, processing, decline, insufficient_funds, \
                     overcharge, timeout, silent, broken)";
/// The token of a payment of which nothing is ever heard.
const SILENT: &str = "silent";
/// The header of a webhook's signature.
const SIGNATURE_HEADER: &str = "test-signature";

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

#[derive(Default)]
struct Ledger {
    /// By the key of the attempt.
    payments: HashMap<String, TestPayment>,
    /// What was captured, let go and given back, by its key.
    moves: HashMap<String, Moved>,
    /// What was promised in sessions, by its reference.
    sessions: HashMap<String, TestSession>,
}

/// What was promised in a session: an attempt takes it, or it is let go.
struct TestSession {
    amount: Money,
    state: TestState,
}

/// Takes pretended money and keeps a ledger of it in memory.
pub struct TestGateway {
    ledger: Mutex<Ledger>,
    page: String,
    webhook_secret: String,
}

/// A webhook's body.
#[derive(Deserialize)]
struct Event {
    id: String,
    reference: Option<String>,
    key: Option<String>,
}

impl TestGateway {
    /// With the page on which buyers approve.
    pub(super) fn new(page: String) -> Self {
        Self { ledger: Mutex::default(), page, webhook_secret: secret::new_token() }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All payments.
    #[must_use]
    pub fn payments(&self) -> Vec<TestPayment> {
        self.ledger().payments.values().cloned().collect()
    }

    /// The payment with this name.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Option<TestPayment> {
        self.ledger().payments.values().find(|payment| payment.reference == reference).cloned()
    }

    /// How what was promised in a session with this name stands: promised, taken by an attempt, or undone.
    #[must_use]
    pub fn session_state(&self, reference: &str) -> Option<TestState> {
        self.ledger().sessions.get(reference).map(|session| session.state)
    }

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

    /// The signature of a webhook with this body.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.webhook_secret.as_bytes()) else {
            return secret::new_token();
        };
        mac.update(body);
        secret::hex_digest(&mac.finalize().into_bytes())
    }

    fn outcome(&self, payment: &TestPayment) -> Result<PayOutcome, ProviderFault> {
        let reference = payment.reference.clone();
        let paid = |captured| {
            let reference = Some(reference.clone());
            Ok(PayOutcome::Paid(Paid { reference, amount: payment.amount, captured }))
        };
        match payment.state {
            TestState::Taken => paid(true),
            TestState::Promised => paid(false),
            TestState::Waiting => {
                let url = Some(format!("{}/{reference}", self.page));
                let action =
                    Action { url, client_secret: Some(format!("{reference}_secret")), expires_at: None };
                Ok(PayOutcome::ActionRequired { reference, action })
            }
            TestState::Processing => Ok(PayOutcome::Processing { reference }),
            TestState::Refused => Err(ProviderFault::Refused(Refusal::CardDeclined)),
            TestState::Undone => Err(ProviderFault::Refused(Refusal::Abandoned)),
        }
    }
}

/// What becomes of money that a buyer approved.
fn approved(capture: Capture) -> TestState {
    match capture {
        Capture::Automatic => TestState::Taken,
        Capture::Manual => TestState::Promised,
    }
}

#[async_trait]
impl PaymentProvider for TestGateway {
    fn info(&self) -> MethodInfo {
        MethodInfo {
            name: "test",
            title: TITLE.to_owned(),
            instructions: None,
            is_test: true,
            needs_token: true,
            publishable_key: Some("test_public".to_owned()),
        }
    }

    fn takes(&self, _: Currency) -> bool {
        true
    }

    async fn pay(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        let mut ledger = self.ledger();
        if let Some(payment) = ledger.payments.get(&request.key) {
            return self.outcome(payment);
        }
        let token = request.token.as_deref().unwrap_or_default();
        let mut amount = request.amount;
        let state = match token {
            "approve" | "timeout" => approved(request.capture),
            "authorize" => TestState::Promised,
            "action" => TestState::Waiting,
            "processing" => TestState::Processing,
            "overcharge" => {
                amount.minor = amount.minor.saturating_add(1);
                approved(request.capture)
            }
            "decline" => return Err(ProviderFault::Refused(Refusal::CardDeclined)),
            "insufficient_funds" => return Err(ProviderFault::Refused(Refusal::InsufficientFunds)),
            SILENT => return Err(ProviderFault::Unknown("no answer in time".to_owned())),
            "broken" => return Err(ProviderFault::Broken("the token says so".to_owned())),
            // Of a session: its amount must be the attempt's, and no other attempt has it.
            session => match ledger.sessions.get_mut(session) {
                Some(promised) if promised.amount == amount && promised.state == TestState::Promised => {
                    promised.state = TestState::Taken;
                    approved(request.capture)
                }
                _ => return Err(ProviderFault::Refused(Refusal::InvalidPaymentMethod)),
            },
        };
        let reference = format!("test_{}", request.key);
        let ways_back = WaysBack { decided: request.return_url.clone(), gave_up: request.cancel_url.clone() };
        let payment = TestPayment {
            reference,
            amount,
            capture: request.capture,
            state,
            captured_minor: 0,
            refunded_minor: 0,
            ways_back: Some(ways_back),
        };
        let outcome = self.outcome(&payment);
        ledger.payments.insert(request.key.clone(), payment);
        // The money is taken and the answer is lost.
        if token == "timeout" { Err(ProviderFault::Unknown("no answer in time".to_owned())) } else { outcome }
    }

    async fn settle(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
        let ledger = self.ledger();
        match ledger.payments.get(&payment.key) {
            Some(payment) => self.outcome(payment),
            None if payment.token.as_deref() == Some(SILENT) => {
                Err(ProviderFault::Unknown("no answer in time".to_owned()))
            }
            None => Err(ProviderFault::Absent),
        }
    }

    async fn capture(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        let mut ledger = self.ledger();
        if let Some(moved) = ledger.moves.get(key) {
            return Ok(moved.clone());
        }
        let payment = find(&mut ledger, reference)?;
        let captured = payment.captured_minor.saturating_add(amount.minor);
        if payment.state != TestState::Promised || captured > payment.amount.minor {
            return Err(ProviderFault::Refused(Refusal::AmountTooLarge));
        }
        payment.captured_minor = captured;
        if captured == payment.amount.minor {
            payment.state = TestState::Taken;
        }
        Ok(note(&mut ledger, key, amount))
    }

    async fn void(&self, reference: &str, key: &str) -> Result<(), ProviderFault> {
        let mut ledger = self.ledger();
        if ledger.moves.contains_key(key) {
            return Ok(());
        }
        let payment = find(&mut ledger, reference)?;
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
        note(&mut ledger, key, released);
        Ok(())
    }

    async fn refund(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        let mut ledger = self.ledger();
        if let Some(moved) = ledger.moves.get(key) {
            return Ok(moved.clone());
        }
        let payment = find(&mut ledger, reference)?;
        let refunded = payment.refunded_minor.saturating_add(amount.minor);
        if refunded > payment.taken_minor() {
            return Err(ProviderFault::Refused(Refusal::AmountTooLarge));
        }
        payment.refunded_minor = refunded;
        Ok(note(&mut ledger, key, amount))
    }

    async fn undo(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        let mut ledger = self.ledger();
        let nothing = || TestPayment {
            reference: format!("test_{}", payment.key),
            amount: payment.amount,
            capture: payment.capture,
            state: TestState::Undone,
            captured_minor: 0,
            refunded_minor: 0,
            ways_back: None,
        };
        // Also where it is not known: a call that is still on its way comes to nothing.
        ledger.payments.entry(payment.key.clone()).or_insert_with(nothing).state = TestState::Undone;
        Ok(())
    }

    async fn session(&self, request: &PayRequest) -> Result<Session, ProviderFault> {
        let reference = format!("session_{}", request.key);
        let promised = TestSession { amount: request.amount, state: TestState::Promised };
        self.ledger().sessions.insert(reference.clone(), promised);
        Ok(Session {
            client_secret: Some(format!("{reference}_secret")),
            reference,
            publishable_key: self.info().publishable_key,
            approve_url: None,
        })
    }

    async fn undo_session(&self, session: &PaymentRef) -> Result<(), ProviderFault> {
        let mut ledger = self.ledger();
        let reference = session.reference.as_ref().ok_or(ProviderFault::Absent)?;
        let promised = ledger.sessions.get_mut(reference).ok_or(ProviderFault::Absent)?;
        if promised.state == TestState::Promised {
            promised.state = TestState::Undone;
        }
        Ok(())
    }

    async fn read_event(&self, inbound: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault> {
        let signature = (inbound.header)(SIGNATURE_HEADER).ok_or(WebhookFault::Forged)?;
        if !bool::from(self.sign(inbound.body).as_bytes().ct_eq(signature.as_bytes())) {
            return Err(WebhookFault::Forged);
        }
        let event: Event = serde_json::from_slice(inbound.body).map_err(|_| WebhookFault::Unreadable)?;
        let (reference, key) = (event.reference, event.key);
        let (kind, meaning) = ("payment".to_owned(), EventMeaning::Payment);
        Ok(ProviderEvent { id: event.id, kind, reference, key, meaning })
    }
}

fn find<'a>(ledger: &'a mut Ledger, reference: &str) -> Result<&'a mut TestPayment, ProviderFault> {
    let payment = ledger.payments.values_mut().find(|payment| payment.reference == reference);
    payment.ok_or(ProviderFault::Absent)
}

fn note(ledger: &mut Ledger, key: &str, amount: Money) -> Moved {
    let moved = Moved { reference: Some(format!("test_{key}")), amount, settled: true };
    ledger.moves.insert(key.to_owned(), moved.clone());
    moved
}
