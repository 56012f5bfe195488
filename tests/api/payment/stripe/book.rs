//! A stand-in of Stripe that keeps a book: payments, pages and refunds, and the answers it gave to each key, as Stripe
//! documents it. What money it holds is judged by the tests; that it answers in Stripe's form, by Stripe's description.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::{field, fields};
use crate::spec::peer::{Answer, Asked, Peer};

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is done, and the answer comes too late.
    Late,
    /// It is done, and the answer cannot be read.
    Garbage,
    /// Nothing is done; the answer has this status.
    Status(u16),
}

type Saved = (String, u16, Value);
type Reply = (u16, Value);

#[derive(Clone, Default)]
pub struct Book {
    pub intents: Vec<Value>,
    pub sessions: Vec<Value>,
    pub refunds: Vec<Value>,
    /// What was answered to which key.
    saved: HashMap<String, Saved>,
    faults: Vec<(String, Fault)>,
    /// What was answered: method, path, status and body.
    pub answered: Vec<(String, String, u16, Value)>,
    /// What becomes of refunds.
    pub refund_status: Option<&'static str>,
    /// Whether buyers dispute what was taken.
    pub disputed: bool,
    /// Somebody gives all back by hand, just before the next refund.
    pub is_refunded_by_hand: bool,
    count: usize,
}

/// The stand-in.
pub struct Stand {
    pub peer: Peer,
    book: Arc<Mutex<Book>>,
}

impl Stand {
    pub fn start() -> Self {
        Self::start_watched(|_| {})
    }

    /// The same; each request is shown to somebody before anything is done about it.
    pub fn start_watched(watch: impl Fn(&Asked) + Send + Sync + 'static) -> Self {
        let book = Arc::<Mutex<Book>>::default();
        let kept = Arc::clone(&book);
        let peer = Peer::start(move |asked| {
            watch(asked);
            lock(&kept).answer(asked)
        });
        Self { peer, book }
    }

    /// The book as it stands; a copy, so that one statement may look at it twice.
    pub fn book(&self) -> Book {
        lock(&self.book).clone()
    }

    pub fn change(&self, change: impl FnOnce(&mut Book)) {
        change(&mut lock(&self.book));
    }

    /// The next request whose method and path end so goes wrong.
    pub fn fail(&self, path: &str, fault: Fault) {
        self.change(|book| book.faults.push((path.to_owned(), fault)));
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Book {
    /// The money that is here, in Stripe's units: taken and not given back.
    pub fn taken(&self) -> i64 {
        let refunded: i64 = self.intents.iter().map(|intent| self.refunded(intent)).sum();
        self.intents.iter().map(|intent| intent["amount_received"].as_i64().unwrap()).sum::<i64>() - refunded
    }

    /// The states of all payments, in the order in which they were made.
    pub fn states(&self) -> Vec<&str> {
        self.intents.iter().map(|intent| intent["status"].as_str().unwrap()).collect()
    }

    /// Stripe forgets keys after a day.
    pub fn forget_keys(&mut self) {
        self.saved.clear();
    }

    /// The buyer passes the challenge, confirms in the front end, or the bank decides well.
    pub fn approve(&mut self, place: usize) {
        let intent = &mut self.intents[place];
        let open = ["requires_action", "requires_payment_method", "processing"];
        assert!(open.contains(&intent["status"].as_str().unwrap()), "{intent}");
        pay(intent);
    }

    /// The buyer fails the challenge, or the bank says no.
    pub fn refuse(&mut self, place: usize, code: &str) {
        let intent = &mut self.intents[place];
        intent["status"] = json!("requires_payment_method");
        intent["last_payment_error"] = json!({ "type": "card_error", "code": code });
    }

    /// The buyer pays on the page.
    pub fn pay_on_page(&mut self, place: usize) {
        let session = self.sessions[place].clone();
        assert_eq!(session["status"], "open");
        let mut intent = self.new_intent(&session["currency"], session["amount_total"].as_i64().unwrap());
        intent["capture_method"] = json!("manual");
        intent["metadata"] = session["metadata"].clone();
        pay(&mut intent);
        self.sessions[place]["status"] = json!("complete");
        self.sessions[place]["payment_intent"] = intent["id"].clone();
        self.intents.push(intent);
    }

    fn new_intent(&mut self, currency: &Value, amount: i64) -> Value {
        self.count += 1;
        let id = format!("pi_{}", self.count);
        json!({ "id": id, "object": "payment_intent", "amount": amount, "amount_capturable": 0,
            "amount_received": 0, "capture_method": "automatic", "client_secret": format!("{id}_secret_x"),
            "confirmation_method": "automatic", "created": now(), "currency": currency, "livemode": false,
            "last_payment_error": null, "latest_charge": null, "metadata": {}, "next_action": null,
            "payment_method_types": ["card"], "status": "requires_payment_method" })
    }

    fn answer(&mut self, asked: &Asked) -> Answer {
        let target = format!("{} {}", asked.method, asked.path());
        let fault = self.faults.iter().position(|(path, _)| target.ends_with(path.as_str()));
        let fault = fault.map(|place| self.faults.remove(place).1);
        if let Some(Fault::Status(status)) = fault {
            let words = json!({ "error": { "type": "api_error", "message": "the words of a buyer" } });
            return Answer::json(status, &words);
        }
        let print = format!("{} {} {}", asked.method, asked.target, asked.body);
        let key = asked.header("idempotency-key").map(str::to_owned);
        let before = key.as_ref().and_then(|key| self.saved.get(key)).cloned();
        let ((status, body), again) = match before {
            Some((same, status, body)) if same == print => ((status, body), true),
            Some(_) => (refusal(400, "idempotency_error", "", ""), false),
            None => (self.act(asked), false),
        };
        if let (Some(key), false) = (key, again) {
            self.saved.entry(key).or_insert((print, status, body.clone()));
        }
        self.answered.push((asked.method.clone(), asked.path().to_owned(), status, body.clone()));
        let mut answer = Answer::json(status, &body);
        if again {
            answer.headers.push(("idempotent-replayed".to_owned(), "true".to_owned()));
        }
        match fault {
            Some(Fault::Late) => answer.too_late(),
            Some(Fault::Garbage) => Answer::text(200, "<html>done</html>"),
            Some(Fault::Status(_)) | None => answer,
        }
    }

    fn act(&mut self, asked: &Asked) -> Reply {
        let parts: Vec<&str> = asked.path().trim_start_matches("/v1/").split('/').collect();
        let form = fields(asked);
        match (asked.method.as_str(), parts.as_slice()) {
            ("POST", ["payment_methods"]) => (
                200,
                json!({ "id": "pm_card_visa", "object": "payment_method",
                "billing_details": {}, "created": now(), "livemode": false, "type": "card" }),
            ),
            ("POST", ["payment_intents"]) => self.create(&form),
            ("GET", ["payment_intents"]) => {
                (200, list("/v1/payment_intents", self.intents.iter().rev().cloned().collect()))
            }
            ("GET", ["payment_intents", "search"]) => {
                let query = query_of(asked, "query");
                let key = query.split('\'').nth(3).unwrap().to_owned();
                let is_it = |intent: &&Value| intent["metadata"]["attempt_key"] == key.as_str();
                let found: Vec<Value> = self.intents.iter().filter(is_it).cloned().collect();
                (
                    200,
                    json!({ "object": "search_result", "url": "/v1/payment_intents/search", "has_more": false,
                    "next_page": null, "data": found }),
                )
            }
            (method, ["payment_intents", id, rest @ ..]) => {
                let Some(place) = self.intents.iter().position(|intent| intent["id"] == *id) else {
                    return refusal(404, "invalid_request_error", "resource_missing", "intent");
                };
                match (method, rest) {
                    ("GET", []) => (200, self.whole(&self.intents[place])),
                    ("POST", []) => {
                        hang(&mut self.intents[place], &form);
                        (200, self.intents[place].clone())
                    }
                    ("POST", ["capture"]) => self.capture(place, &form),
                    ("POST", ["cancel"]) => self.cancel(place),
                    _ => panic!("{method} {}", asked.target),
                }
            }
            ("POST", ["checkout", "sessions"]) => self.open(&form),
            ("GET", ["checkout", "sessions"]) => {
                (200, list("/v1/checkout/sessions", self.sessions.iter().rev().cloned().collect()))
            }
            (_, ["checkout", "sessions", id, rest @ ..]) => {
                let place = self.sessions.iter().position(|session| session["id"] == *id).unwrap();
                let session = &mut self.sessions[place];
                match rest {
                    ["expire"] if session["status"] != "open" => {
                        return refusal(400, "invalid_request_error", "", "");
                    }
                    ["expire"] => {
                        session["status"] = json!("expired");
                        session["url"] = Value::Null;
                    }
                    _ => {}
                }
                let mut session = session.clone();
                let paid = self.intents.iter().find(|intent| intent["id"] == session["payment_intent"]);
                if let (Some(intent), []) = (paid, rest) {
                    session["payment_intent"] = self.whole(intent);
                }
                (200, session)
            }
            ("POST", ["refunds"]) => self.refund(&form),
            ("GET", ["refunds"]) => {
                let intent = query_of(asked, "payment_intent");
                let of = |refund: &&Value| refund["payment_intent"] == intent.as_str();
                (200, list("/v1/refunds", self.refunds.iter().rev().filter(of).cloned().collect()))
            }
            ("GET", ["refunds", id]) => {
                (200, self.refunds.iter().find(|refund| refund["id"] == *id).unwrap().clone())
            }
            (method, _) => panic!("{method} {}", asked.target),
        }
    }

    fn create(&mut self, form: &[(String, String)]) -> Reply {
        let of = |name: &str| value(form, name);
        let mut intent = self.new_intent(&json!(of("currency").unwrap()), number(of("amount")));
        intent["capture_method"] = json!(of("capture_method").unwrap());
        hang(&mut intent, form);
        let declined = |code: &str| refusal_of_bank(402, code);
        let reply = match of("payment_method") {
            None => (200, intent.clone()),
            Some("pm_card_visa") => {
                pay(&mut intent);
                (200, intent.clone())
            }
            Some("pm_card_authenticationRequired") => {
                intent["status"] = json!("requires_action");
                let to =
                    json!({ "url": "https://hooks.stripe.com/3d_secure_2", "return_url": of("return_url") });
                intent["next_action"] = json!({ "type": "redirect_to_url", "redirect_to_url": to });
                (200, intent.clone())
            }
            Some("pm_slow_bank") => {
                intent["status"] = json!("processing");
                (200, intent.clone())
            }
            Some("pm_card_chargeDeclined") => declined("generic_decline"),
            Some("pm_card_chargeDeclinedInsufficientFunds") => declined("insufficient_funds"),
            Some(_) => {
                return refusal(400, "invalid_request_error", "resource_missing", "payment_method");
            }
        };
        self.intents.push(intent);
        reply
    }

    fn capture(&mut self, place: usize, form: &[(String, String)]) -> Reply {
        let intent = &mut self.intents[place];
        let amount = number(value(form, "amount_to_capture"));
        if intent["status"] != "requires_capture" {
            return refusal(400, "invalid_request_error", "payment_intent_unexpected_state", "");
        }
        if amount > intent["amount_capturable"].as_i64().unwrap() {
            return refusal(400, "invalid_request_error", "amount_too_large", "amount_to_capture");
        }
        intent["status"] = json!("succeeded");
        intent["amount_received"] = json!(amount);
        intent["amount_capturable"] = json!(0);
        hang(intent, form);
        (200, intent.clone())
    }

    fn cancel(&mut self, place: usize) -> Reply {
        let intent = &mut self.intents[place];
        if ["succeeded", "canceled", "processing"].contains(&intent["status"].as_str().unwrap()) {
            return refusal(400, "invalid_request_error", "payment_intent_unexpected_state", "");
        }
        intent["status"] = json!("canceled");
        intent["amount_capturable"] = json!(0);
        (200, intent.clone())
    }

    /// What went back of a payment, and did not come back.
    fn refunded(&self, intent: &Value) -> i64 {
        let is_void = |refund: &Value| refund["status"] == "failed" || refund["status"] == "canceled";
        let of = |refund: &&Value| refund["payment_intent"] == intent["id"] && !is_void(refund);
        self.refunds.iter().filter(of).map(|refund| refund["amount"].as_i64().unwrap()).sum()
    }

    fn refund(&mut self, form: &[(String, String)]) -> Reply {
        let id = value(form, "payment_intent").unwrap();
        let intent = self.intents.iter().find(|intent| intent["id"] == id).unwrap().clone();
        if std::mem::take(&mut self.is_refunded_by_hand) {
            self.refund(&[("payment_intent".to_owned(), id.to_owned())]);
        }
        let left = intent["amount_received"].as_i64().unwrap() - self.refunded(&intent);
        let amount = value(form, "amount").map_or(left, |amount| amount.parse().unwrap());
        if left == 0 {
            return refusal(400, "invalid_request_error", "charge_already_refunded", "");
        }
        if amount > left || amount <= 0 {
            return refusal(400, "invalid_request_error", "", "amount");
        }
        let mut refund = json!({ "id": format!("re_{}", self.refunds.len() + 1), "object": "refund",
            "amount": amount, "created": now(), "currency": intent["currency"], "payment_intent": id,
            "status": self.refund_status.unwrap_or("succeeded"), "metadata": {} });
        hang(&mut refund, form);
        self.refunds.push(refund.clone());
        (200, refund)
    }

    fn open(&mut self, form: &[(String, String)]) -> Reply {
        let of = |name: &str| value(form, name).unwrap();
        let id = format!("cs_test_{}", self.sessions.len() + 1);
        let mut session = json!({ "id": id, "object": "checkout.session",
            "amount_total": number(value(form, "line_items[0][price_data][unit_amount]")),
            "automatic_tax": { "enabled": false, "status": null }, "client_reference_id": of("client_reference_id"),
            "created": now(), "currency": of("line_items[0][price_data][currency]"), "custom_fields": [],
            "custom_text": { "shipping_address": null, "submit": null }, "expires_at": number(value(form, "expires_at")),
            "livemode": false, "metadata": {}, "mode": "payment", "payment_intent": null,
            "payment_method_types": ["card"], "payment_status": "unpaid", "shipping_options": [],
            "status": "open", "success_url": of("success_url"),
            "url": format!("https://checkout.stripe.com/c/pay/{id}") });
        hang(&mut session, form);
        self.sessions.push(session.clone());
        (200, session)
    }

    /// A payment with its charge, which says how much of it went back.
    fn whole(&self, intent: &Value) -> Value {
        let mut whole = intent.clone();
        let (amount, received) = (&intent["amount"], intent["amount_received"].as_i64().unwrap());
        if intent["latest_charge"].is_string() {
            let released = if received > 0 { amount.as_i64().unwrap() - received } else { 0 };
            let refunded = released + self.refunded(intent);
            whole["latest_charge"] = json!({ "id": intent["latest_charge"], "object": "charge", "amount": amount,
                "amount_captured": received, "amount_refunded": refunded, "billing_details": {},
                "captured": received > 0, "created": now(), "currency": intent["currency"], "disputed": self.disputed,
                "livemode": false, "metadata": {}, "paid": true, "refunded": refunded == *amount,
                "status": "succeeded" });
        }
        whole
    }
}

/// The bank says yes.
fn pay(intent: &mut Value) {
    let amount = intent["amount"].clone();
    intent["next_action"] = Value::Null;
    intent["latest_charge"] = json!(intent["id"].as_str().unwrap().replace("pi_", "ch_"));
    if intent["capture_method"] == "manual" {
        intent["status"] = json!("requires_capture");
        intent["amount_capturable"] = amount;
    } else {
        intent["status"] = json!("succeeded");
        intent["amount_received"] = amount;
    }
}

fn hang(thing: &mut Value, form: &[(String, String)]) {
    for (name, text) in form {
        if let Some(name) = name.strip_prefix("metadata[") {
            thing["metadata"][name.trim_end_matches(']')] = json!(text);
        }
    }
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    field(form, name)
}

fn number(text: Option<&str>) -> i64 {
    text.unwrap().parse().unwrap()
}

fn query_of(asked: &Asked, name: &str) -> String {
    let query = asked.target.split_once('?').unwrap().1;
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(own, _)| own == name);
    found.unwrap().1.into_owned()
}

fn list(url: &str, data: Vec<Value>) -> Value {
    json!({ "object": "list", "url": url, "has_more": false, "data": data })
}

fn refusal(status: u16, kind: &str, code: &str, param: &str) -> Reply {
    let mut error = json!({ "type": kind, "message": "the words of a buyer" });
    for (name, text) in [("code", code), ("param", param)] {
        if !text.is_empty() {
            error[name] = json!(text);
        }
    }
    (status, json!({ "error": error }))
}

fn refusal_of_bank(status: u16, decline_code: &str) -> Reply {
    let error = json!({ "type": "card_error", "code": "card_declined", "decline_code": decline_code,
        "message": "the words of a buyer" });
    (status, json!({ "error": error }))
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
