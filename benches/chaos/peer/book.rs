//! What the provider knows: payments, refunds, and what it answered to which key.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ledger::Entry;

/// Under which name a payment carries the key of its attempt.
pub const ATTEMPT_KEY: &str = "attempt_key";

/// How a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Canceled,
    Processing,
    RequiresAction,
    RequiresCapture,
    RequiresPaymentMethod,
    Succeeded,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    /// Whether the money is only promised until it is captured.
    pub manual: bool,
    pub status: Status,
    pub received: i64,
    pub metadata: BTreeMap<String, String>,
    /// The buyer's address, by which the cases know whose payment it is.
    pub email: Option<String>,
    pub return_url: Option<String>,
    /// The bank's last no.
    pub decline_code: Option<String>,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub created: i64,
    pub intent: String,
    pub amount: i64,
    pub currency: String,
    pub metadata: BTreeMap<String, String>,
}

/// What was answered to a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    pub key: String,
    /// What was asked: the same key for something else is refused.
    pub print: String,
    pub status: u16,
    pub body: Value,
}

/// All of it.
#[derive(Default)]
pub struct Book {
    intents: Vec<Intent>,
    places: HashMap<String, usize>,
    refunds: Vec<Refund>,
    saved: HashMap<String, Saved>,
}

impl Intent {
    /// The key of its attempt.
    pub fn key(&self) -> Option<&str> {
        self.metadata.get(ATTEMPT_KEY).map(String::as_str)
    }

    /// The bank, or the buyer, says yes.
    pub fn pay(&mut self) {
        self.decline_code = None;
        if self.manual {
            self.status = Status::RequiresCapture;
        } else {
            self.status = Status::Succeeded;
            self.received = self.amount;
        }
    }

    /// The bank, or the buyer, says no.
    pub fn decline(&mut self, code: &str) {
        self.status = Status::RequiresPaymentMethod;
        self.decline_code = Some(code.to_owned());
    }

    /// As Stripe writes it, with its charge by name.
    pub fn json(&self) -> Value {
        let error = self
            .decline_code
            .as_ref()
            .map(|code| json!({ "type": "card_error", "code": "card_declined", "decline_code": code }));
        let next = (self.status == Status::RequiresAction).then(|| {
            let url = format!("https://bank.invalid/{}", self.id);
            json!({ "type": "redirect_to_url",
                "redirect_to_url": { "url": url, "return_url": self.return_url } })
        });
        let promised = if self.status == Status::RequiresCapture { self.amount } else { 0 };
        let charge = (promised > 0 || self.received > 0).then(|| self.charge());
        json!({ "id": self.id, "object": "payment_intent", "amount": self.amount,
            "amount_capturable": promised, "amount_received": self.received,
            "capture_method": if self.manual { "manual" } else { "automatic" },
            "client_secret": format!("{}_secret_x", self.id), "confirmation_method": "automatic",
            "created": self.created, "currency": self.currency, "last_payment_error": error,
            "latest_charge": charge, "livemode": false, "metadata": self.metadata, "next_action": next,
            "payment_method_types": ["card"], "receipt_email": self.email, "status": self.status })
    }

    fn charge(&self) -> String {
        self.id.replace("pi_", "ch_")
    }
}

impl Refund {
    /// As Stripe writes it.
    pub fn json(&self) -> Value {
        json!({ "id": self.id, "object": "refund", "amount": self.amount, "created": self.created,
            "currency": self.currency, "payment_intent": self.intent, "status": "succeeded",
            "metadata": self.metadata })
    }
}

impl Book {
    /// Takes in what was written to the ledger.
    pub fn apply(&mut self, entry: Entry) {
        if let Some(intent) = entry.intent {
            match self.places.get(&intent.id).copied() {
                Some(place) => self.intents[place] = intent,
                None => {
                    self.places.insert(intent.id.clone(), self.intents.len());
                    self.intents.push(intent);
                }
            }
        }
        self.refunds.extend(entry.refund);
        if let Some(saved) = entry.saved {
            self.saved.insert(saved.key.clone(), saved);
        }
    }

    /// All payments in the order in which they were made.
    pub fn intents(&self) -> &[Intent] {
        &self.intents
    }

    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    pub fn intent(&self, id: &str) -> Option<&Intent> {
        self.places.get(id).map(|place| &self.intents[*place])
    }

    pub fn saved(&self, key: &str) -> Option<&Saved> {
        self.saved.get(key)
    }

    /// What of a payment went back.
    pub fn refunded(&self, id: &str) -> i64 {
        self.refunds.iter().filter(|refund| refund.intent == id).map(|refund| refund.amount).sum()
    }

    /// A payment with its charge in full, which says how much of it went back.
    pub fn whole(&self, intent: &Intent) -> Value {
        let mut whole = intent.json();
        if whole["latest_charge"].is_string() {
            let refunded = self.refunded(&intent.id);
            // What was never taken of a promise counts among what went back.
            let released = if intent.received > 0 { intent.amount - intent.received } else { 0 };
            whole["latest_charge"] = json!({ "id": intent.charge(), "object": "charge", "amount": intent.amount,
                "amount_captured": intent.received, "amount_refunded": released + refunded,
                "captured": intent.received > 0, "currency": intent.currency, "livemode": false,
                "paid": true, "status": "succeeded" });
        }
        whole
    }

    /// A page of the payments since a time, the newest first, and whether there are more.
    pub fn page(&self, since: i64, after: Option<&str>, limit: usize) -> (Vec<Value>, bool) {
        let end = after.and_then(|id| self.places.get(id).copied()).unwrap_or(self.intents.len());
        let mut fitting = self.intents[..end].iter().rev().filter(|intent| intent.created >= since);
        let page: Vec<Value> = fitting.by_ref().take(limit).map(Intent::json).collect();
        let has_more = fitting.next().is_some();
        (page, has_more)
    }

    /// The payments that carry a key.
    pub fn with_key(&self, key: &str) -> Vec<Value> {
        self.intents.iter().filter(|intent| intent.key() == Some(key)).map(Intent::json).collect()
    }
}
