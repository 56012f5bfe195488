//! The demo's test gateway: the token says what happens. It exists under the demo flag only.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::contract::{
    Action, EventMeaning, Inbound, MethodInfo, Moved, Paid, PayOutcome, PayRequest, PaymentProvider,
    PaymentRef, PaymentStanding, ProviderEvent, ProviderFault, Refusal, Session, WebhookFault,
};
use super::test_desk::Entry;
use super::test_payment::{TestPayment, TestState, WaysBack, approved};
use crate::money::Money;
use crate::secret;

/// What buyers read.
const TITLE: &str = "Test payment (tokens: approve, authorize, action, processing, decline, insufficient_funds, \
                     overcharge, timeout, silent, foreign, unreachable, broken)";
/// The token of a payment of which nothing is ever heard.
const SILENT: &str = "silent";
/// The token of a payment that can be undone only in another account.
const FOREIGN: &str = "foreign";
/// The header of a webhook's signature.
const SIGNATURE_HEADER: &str = "test-signature";

#[derive(Default)]
pub(super) struct Ledger {
    /// By the key of the attempt.
    pub(super) payments: HashMap<String, TestPayment>,
    /// What was captured, let go and given back, by its key.
    pub(super) moves: HashMap<String, Moved>,
    /// What was captured and given back, also at the desk, in its order.
    pub(super) entries: Vec<Entry>,
    /// The names of payments that are disputed.
    pub(super) disputed: HashSet<String>,
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
    /// `refund`, `dispute`, or anything else for what is told of the payment itself.
    #[serde(default = "about_payment")]
    kind: String,
    reference: Option<String>,
    key: Option<String>,
}

fn about_payment() -> String {
    "payment".to_owned()
}

impl TestGateway {
    /// With the page on which buyers approve.
    pub(super) fn new(page: String) -> Self {
        Self { ledger: Mutex::default(), page, webhook_secret: secret::new_token() }
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
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

    fn takes(&self, _: Money) -> bool {
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
            "action" | FOREIGN => TestState::Waiting,
            "processing" => TestState::Processing,
            "overcharge" => {
                amount.minor = amount.minor.saturating_add(1);
                approved(request.capture)
            }
            "decline" => return Err(ProviderFault::Refused(Refusal::CardDeclined)),
            "insufficient_funds" => return Err(ProviderFault::Refused(Refusal::InsufficientFunds)),
            SILENT => return Err(ProviderFault::Unknown("no answer in time".to_owned())),
            "unreachable" => return Err(ProviderFault::Unsent),
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

    async fn standing(&self, payment: &PaymentRef) -> Result<PaymentStanding, ProviderFault> {
        self.look(&payment.key)
    }

    async fn capture(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.ledger().take(reference, amount, Some(key))
    }

    async fn void(&self, reference: &str, key: &str) -> Result<(), ProviderFault> {
        self.ledger().let_go(reference, Some(key))
    }

    async fn refund(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.ledger().give_back(reference, amount, Some(key))
    }

    async fn undo(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        if payment.token.as_deref() == Some(FOREIGN) {
            return Err(ProviderFault::Absent);
        }
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
        let meaning = match event.kind.as_str() {
            "refund" => EventMeaning::Refund,
            "dispute" => EventMeaning::Dispute,
            _ => EventMeaning::Payment,
        };
        let Event { id, kind, reference, key } = event;
        Ok(ProviderEvent { id, kind, reference, key, meaning })
    }
}
