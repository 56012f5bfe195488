//! A stand-in of PayPal that keeps a book: orders, promises, captures and refunds as PayPal documents them, requests with
//! the same id answered with how things stand. It can be told to refuse, to hesitate, or to be too late with an answer to
//! what it did.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tradepost::money::{Currency, Money};

use crate::spec::peer::{Answer, Asked, Peer};

pub const CLIENT_ID: &str =
    "AeA1QIZXiflr1_-r0U2UbWTziOWX1GRQer5jkUq4ZfWT5qwb6qQRPq7jDtv57TL4POEEezGLdutcxnkJ";
pub const SECRET: &str = "ECYYrrSHdKfk_Q0EdvzdGkzj58a66kKaUQ5dZAEv4HvvtDId2_DpSuYDB088BZxGuMji7G4OFUnPog6p";
pub const WEBHOOK_ID: &str = "1JE4291016473214C";

/// What PayPal keeps.
#[derive(Default)]
pub struct Book {
    pub orders: BTreeMap<String, Value>,
    /// What was made by a request with an id, by its path and the id.
    requests: HashMap<(String, String), String>,
    /// How refunds were told of when they were made: a request with the same id is answered with it again.
    told: HashMap<String, Value>,
    names: usize,
    /// How many tokens were given: only the last one is good.
    pub tokens: usize,
    pub token_seconds: u64,
    /// How the next capture or promise stands; completed without one.
    pub next_status: Option<&'static str>,
    /// The next capture or promise is told in short, and a look at its order is refused with this status.
    pub refused_look: Option<u16>,
    /// No bank takes a refund.
    pub refunds_fail: bool,
    /// Whose the next order becomes that is taken, just before it is.
    pub overtaken_by: Option<&'static str>,
    /// Refusals of requests whose method and path end so: the status and the issue, each once.
    refusals: Vec<(String, u16, &'static str)>,
    /// Methods and paths whose answer comes too late, each once: it is done nevertheless.
    late: Vec<String>,
    /// Methods and paths whose answer is lost on its way, each once: it is done nevertheless.
    lost: Vec<String>,
    /// When orders say that they were made; long ago without one.
    pub create_time: Option<String>,
    /// Signatures that PayPal gave, and the body under each.
    pub signed: HashMap<String, String>,
}

pub struct Stand {
    pub peer: Peer,
    book: Arc<Mutex<Book>>,
}

impl Stand {
    pub fn start() -> Self {
        let book = Arc::new(Mutex::new(Book { token_seconds: 32_400, ..Book::default() }));
        let kept = Arc::clone(&book);
        let peer = Peer::start(move |asked| kept.lock().unwrap().answer(asked));
        Self { peer, book }
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }

    /// What the buyer does on PayPal's page.
    pub fn approve(&self, id: &str) {
        self.book().orders.get_mut(id).unwrap()["status"] = json!("APPROVED");
    }

    pub fn refuse(&self, path: &str, status: u16, issue: &'static str) {
        self.book().refusals.push((path.to_owned(), status, issue));
    }

    pub fn be_late(&self, path: &str) {
        self.book().late.push(path.to_owned());
    }

    pub fn lose(&self, path: &str) {
        self.book().lost.push(path.to_owned());
    }

    pub fn order(&self, id: &str) -> Value {
        self.book().orders[id].clone()
    }

    /// The bank of the buyer sends a refund of the only order back: its money is here again.
    pub fn bounce(&self, place: usize, status: &str) {
        let mut book = self.book();
        let order = book.orders.values_mut().next().unwrap();
        let payments = &mut order["purchase_units"][0]["payments"];
        payments["refunds"][place]["status"] = json!(status);
        payments["captures"][0]["status"] = json!("COMPLETED");
    }

    /// The only order there is.
    pub fn only_order(&self) -> Value {
        let book = self.book();
        assert_eq!(book.orders.len(), 1);
        book.orders.values().next().unwrap().clone()
    }

    /// What the buyer pays in the end, in cents: what was taken and did not go back.
    pub fn kept(&self) -> i64 {
        let book = self.book();
        let all = |kind: &str| -> Vec<Value> {
            book.orders.values().flat_map(|order| listed(order, kind)).collect()
        };
        let taken: i64 = all("captures").iter().filter(|capture| moved(capture)).map(cents).sum();
        taken - all("refunds").iter().filter(|refund| went(refund)).map(cents).sum::<i64>()
    }
}

fn listed(order: &Value, kind: &str) -> Vec<Value> {
    order["purchase_units"][0]["payments"][kind].as_array().cloned().unwrap_or_default()
}

fn moved(capture: &Value) -> bool {
    !["PENDING", "DECLINED", "FAILED"].contains(&capture["status"].as_str().unwrap())
}

fn went(refund: &Value) -> bool {
    !["FAILED", "CANCELLED"].contains(&refund["status"].as_str().unwrap())
}

fn cents(thing: &Value) -> i64 {
    let currency = Currency::find(thing["amount"]["currency_code"].as_str().unwrap()).unwrap();
    Money::parse(thing["amount"]["value"].as_str().unwrap(), currency).unwrap().minor
}

fn euros(cents: i64) -> Value {
    json!({ "currency_code": "EUR", "value": format!("{}.{:02}", cents / 100, cents % 100) })
}

pub fn refusal(status: u16, issue: &str) -> Answer {
    let name = match status {
        400 => "INVALID_REQUEST",
        401 => "AUTHENTICATION_FAILURE",
        403 => "NOT_AUTHORIZED",
        404 => "RESOURCE_NOT_FOUND",
        409 => "RESOURCE_CONFLICT",
        422 => "UNPROCESSABLE_ENTITY",
        429 => "RATE_LIMIT_REACHED",
        _ => "INTERNAL_SERVER_ERROR",
    };
    let details = json!([{ "issue": issue, "description": "Words for people." }]);
    let body = json!({ "name": name, "message": "Words for people.", "debug_id": "90957fca61718", "details": details });
    Answer::json(status, &body)
}

impl Book {
    fn answer(&mut self, asked: &Asked) -> Answer {
        if asked.path() == "/v1/oauth2/token" {
            return self.sign_in(asked);
        }
        if asked.header("authorization") != Some(&format!("Bearer A21AA-{}", self.tokens)) {
            return refusal(401, "");
        }
        let target = format!("{} {}", asked.method, asked.path());
        if let Some(place) = self.refusals.iter().position(|(path, ..)| target.ends_with(path.as_str())) {
            let (_, status, issue) = self.refusals.remove(place);
            return refusal(status, issue);
        }
        let answer = self.act(asked);
        if let Some(place) = self.lost.iter().position(|path| target.ends_with(path.as_str())) {
            self.lost.remove(place);
            return Answer::text(502, "<html>lost</html>");
        }
        match self.late.iter().position(|path| target.ends_with(path.as_str())) {
            Some(place) => {
                self.late.remove(place);
                answer.too_late()
            }
            None => answer,
        }
    }

    fn sign_in(&mut self, asked: &Asked) -> Answer {
        let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{SECRET}")));
        if asked.header("authorization") != Some(&expected) || asked.body != "grant_type=client_credentials" {
            return Answer::json(401, &json!({ "error": "invalid_client" }));
        }
        self.tokens += 1;
        let token = format!("A21AA-{}", self.tokens);
        let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds });
        Answer::json(200, &body)
    }

    fn act(&mut self, asked: &Asked) -> Answer {
        let path: Vec<&str> = asked.path().split('/').skip(2).collect();
        match (asked.method.as_str(), path.as_slice()) {
            ("POST", ["notifications", "verify-webhook-signature"]) => self.verify(asked),
            ("POST", ["checkout", "orders"]) => self.open(asked),
            (_, ["checkout", "orders", id, ..]) if !self.orders.contains_key(*id) => {
                refusal(404, "INVALID_RESOURCE_ID")
            }
            ("GET", ["checkout", "orders", id]) => Answer::json(200, &self.orders[*id]),
            ("PATCH", ["checkout", "orders", id]) => self.patch(id, &asked.json()),
            ("POST", ["checkout", "orders", id, "capture"]) => self.take(asked, id, "CAPTURE"),
            ("POST", ["checkout", "orders", id, "authorize"]) => self.take(asked, id, "AUTHORIZE"),
            (method, ["payments", kind, id, rest @ ..]) => match self.find(kind, id) {
                Some(order) => self.pay(method, asked, &order, id, rest),
                None => refusal(404, "INVALID_RESOURCE_ID"),
            },
            _ => refusal(404, "INVALID_RESOURCE_ID"),
        }
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("{:017}", 70_000 + self.names).replace('7', "T")
    }

    /// What an earlier request with this id made.
    fn replayed(&self, asked: &Asked) -> Option<String> {
        let id = asked.header("paypal-request-id")?.to_owned();
        self.requests.get(&(asked.path().to_owned(), id)).cloned()
    }

    fn remember(&mut self, asked: &Asked, made: &str) {
        if let Some(id) = asked.header("paypal-request-id") {
            self.requests.insert((asked.path().to_owned(), id.to_owned()), made.to_owned());
        }
    }

    fn open(&mut self, asked: &Asked) -> Answer {
        if let Some(id) = self.replayed(asked) {
            return Answer::json(200, &self.orders[&id]);
        }
        let (id, body) = (self.name(), asked.json());
        let mut unit = body["purchase_units"][0].clone();
        unit["reference_id"] = json!("default");
        let page = format!("https://www.sandbox.paypal.com/checkoutnow?token={id}");
        let own = format!("https://api-m.sandbox.paypal.com/v2/checkout/orders/{id}");
        let order = json!({
            "id": id, "intent": body["intent"], "status": "PAYER_ACTION_REQUIRED", "purchase_units": [unit],
            "create_time": self.create_time.as_deref().unwrap_or("2026-11-25T10:00:00Z"),
            "links": [{ "href": own, "rel": "self", "method": "GET" },
                { "href": page, "rel": "payer-action", "method": "GET" }],
        });
        self.remember(asked, &id);
        self.orders.insert(id, order.clone());
        Answer::json(201, &order)
    }

    fn patch(&mut self, id: &str, changes: &Value) -> Answer {
        let order = self.orders.get_mut(id).unwrap();
        if order["status"] == "COMPLETED" {
            return refusal(422, "ORDER_ALREADY_COMPLETED");
        }
        for change in changes.as_array().unwrap() {
            assert_eq!(change["op"], "replace");
            match change["path"].as_str().unwrap() {
                "/intent" => order["intent"] = change["value"].clone(),
                "/purchase_units/@reference_id=='default'/custom_id" => {
                    order["purchase_units"][0]["custom_id"] = change["value"].clone();
                }
                _ => return refusal(422, "NOT_PATCHABLE"),
            }
        }
        Answer::text(204, "")
    }

    fn take(&mut self, asked: &Asked, id: &str, intent: &str) -> Answer {
        if self.replayed(asked).is_some() {
            return Answer::json(200, &self.orders[id]);
        }
        let order = &self.orders[id];
        if order["intent"] != intent {
            return refusal(422, "ACTION_DOES_NOT_MATCH_INTENT");
        }
        match order["status"].as_str().unwrap() {
            "APPROVED" => {}
            "COMPLETED" if intent == "CAPTURE" => return refusal(422, "ORDER_ALREADY_CAPTURED"),
            "COMPLETED" => return refusal(422, "ORDER_ALREADY_AUTHORIZED"),
            _ => return refusal(422, "ORDER_NOT_APPROVED"),
        }
        let name = self.name();
        self.remember(asked, &name);
        let (next, other) = (self.next_status.take(), self.overtaken_by.take());
        let order = self.orders.get_mut(id).unwrap();
        order["status"] = json!("COMPLETED");
        let unit = &mut order["purchase_units"][0];
        if let Some(other) = other {
            unit["custom_id"] = json!(other);
        }
        let mut made = json!({ "id": name, "amount": unit["amount"], "custom_id": unit["custom_id"],
            "create_time": "2026-11-25T10:05:00Z" });
        if intent == "CAPTURE" {
            made["status"] = json!(next.unwrap_or("COMPLETED"));
            made["final_capture"] = json!(true);
            unit["payments"] = json!({ "captures": [made] });
        } else {
            made["status"] = json!(next.unwrap_or("CREATED"));
            unit["payments"] = json!({ "authorizations": [made] });
        }
        let answer = Answer::json(201, order);
        let Some(status) = self.refused_look.take() else { return answer };
        self.refusals.push((format!("GET /v2/checkout/orders/{id}"), status, ""));
        Answer::json(201, &json!({ "id": id, "status": "COMPLETED" }))
    }

    /// The order that has a promise or a capture with this name.
    fn find(&self, kind: &str, id: &str) -> Option<String> {
        let has = |order: &Value| listed(order, kind).iter().any(|thing| thing["id"] == id);
        self.orders.iter().find(|(_, order)| has(order)).map(|(id, _)| id.clone())
    }

    fn pay(&mut self, method: &str, asked: &Asked, order: &str, id: &str, rest: &[&str]) -> Answer {
        let payments = self.orders[order]["purchase_units"][0]["payments"].clone();
        let kind = asked.path().split('/').nth(3).unwrap();
        let things = payments[kind].as_array().unwrap();
        let place = things.iter().position(|thing| thing["id"] == id).unwrap();
        let mut thing = things[place].clone();
        match (method, rest) {
            ("GET", []) => {
                if kind != "refunds" {
                    thing["supplementary_data"] = json!({ "related_ids": { "order_id": order } });
                }
                Answer::json(200, &thing)
            }
            ("POST", ["void"]) => match thing["status"].as_str().unwrap() {
                "VOIDED" => refusal(422, "PREVIOUSLY_VOIDED"),
                "CAPTURED" => refusal(422, "PREVIOUSLY_CAPTURED"),
                _ => {
                    *self.thing(order, "authorizations", place) = with(thing, "status", json!("VOIDED"));
                    Answer::text(204, "")
                }
            },
            ("POST", ["capture"]) => self.take_part(asked, order, place, &thing, &payments),
            ("POST", ["refund"]) => self.refund(asked, order, place, &thing, &payments),
            _ => refusal(404, "INVALID_RESOURCE_ID"),
        }
    }

    fn thing(&mut self, order: &str, kind: &str, place: usize) -> &mut Value {
        &mut self.orders.get_mut(order).unwrap()["purchase_units"][0]["payments"][kind][place]
    }

    fn add(&mut self, order: &str, kind: &str, thing: &Value) {
        let list = &mut self.orders.get_mut(order).unwrap()["purchase_units"][0]["payments"][kind];
        if list.is_null() {
            *list = json!([]);
        }
        list.as_array_mut().unwrap().push(thing.clone());
    }

    /// PayPal takes up to 115 per cent of what was promised.
    fn take_part(
        &mut self,
        asked: &Asked,
        order: &str,
        place: usize,
        promise: &Value,
        payments: &Value,
    ) -> Answer {
        let captures = payments["captures"].as_array().cloned().unwrap_or_default();
        if let Some(made) = self.replayed(asked) {
            return Answer::json(201, captures.iter().find(|capture| capture["id"] == made).unwrap());
        }
        let body = asked.json();
        match promise["status"].as_str().unwrap() {
            "CAPTURED" => return refusal(422, "AUTHORIZATION_ALREADY_CAPTURED"),
            "VOIDED" => return refusal(422, "AUTHORIZATION_VOIDED"),
            "DENIED" => return refusal(422, "AUTHORIZATION_DENIED"),
            _ => {}
        }
        if captures.iter().any(|capture| capture["invoice_id"] == body["invoice_id"]) {
            return refusal(422, "DUPLICATE_INVOICE_ID");
        }
        let sum = captures.iter().filter(|capture| moved(capture)).map(cents).sum::<i64>() + cents(&body);
        if sum * 100 > cents(promise) * 115 {
            return refusal(422, "MAX_CAPTURE_AMOUNT_EXCEEDED");
        }
        let name = self.name();
        self.remember(asked, &name);
        let status = self.next_status.take().unwrap_or("COMPLETED");
        let capture = json!({ "id": name, "status": status, "amount": body["amount"],
            "custom_id": promise["custom_id"], "invoice_id": body["invoice_id"],
            "final_capture": body["final_capture"] });
        self.add(order, "captures", &capture);
        let is_all = sum >= cents(promise) || body["final_capture"] == true;
        let status = if is_all { "CAPTURED" } else { "PARTIALLY_CAPTURED" };
        *self.thing(order, "authorizations", place) = with(promise.clone(), "status", json!(status));
        Answer::json(201, &capture)
    }

    fn refund(
        &mut self,
        asked: &Asked,
        order: &str,
        place: usize,
        capture: &Value,
        payments: &Value,
    ) -> Answer {
        let refunds = payments["refunds"].as_array().cloned().unwrap_or_default();
        if let Some(made) = self.replayed(asked) {
            return Answer::json(201, &self.told[&made]);
        }
        match capture["status"].as_str().unwrap() {
            "REFUNDED" => return refusal(422, "CAPTURE_FULLY_REFUNDED"),
            "PENDING" => return refusal(422, "PENDING_CAPTURE"),
            _ => {}
        }
        let up = format!(
            "https://api-m.sandbox.paypal.com/v2/payments/captures/{}",
            capture["id"].as_str().unwrap()
        );
        let is_own = |refund: &&Value| refund["links"][0]["href"] == up && went(refund);
        let own: i64 = refunds.iter().filter(is_own).map(cents).sum();
        let (rest, body) = (cents(capture) - own, asked.json());
        let amount = if body["amount"].is_null() { rest } else { cents(&body) };
        if amount > rest {
            return refusal(422, "REFUND_AMOUNT_EXCEEDED");
        }
        let name = self.name();
        self.remember(asked, &name);
        let usual = if self.refunds_fail { "FAILED" } else { "COMPLETED" };
        let status = self.next_status.take().unwrap_or(usual);
        let refund = json!({ "id": name, "status": status, "amount": euros(amount),
            "custom_id": body["custom_id"], "links": [{ "rel": "up", "method": "GET", "href": up }] });
        self.add(order, "refunds", &refund);
        self.told.insert(name, refund.clone());
        if went(&refund) {
            let status = if amount == rest { "REFUNDED" } else { "PARTIALLY_REFUNDED" };
            *self.thing(order, "captures", place) = with(capture.clone(), "status", json!(status));
        }
        Answer::json(201, &refund)
    }

    /// PayPal takes the body as it stands in the request: written anew it would have another check sum.
    fn verify(&self, asked: &Asked) -> Answer {
        let told = asked.json();
        let is_right = told["webhook_id"] == WEBHOOK_ID
            && self
                .signed
                .get(told["transmission_sig"].as_str().unwrap())
                .is_some_and(|body| asked.body.ends_with(&format!(",\"webhook_event\":{body}}}")));
        let status = if is_right { "SUCCESS" } else { "FAILURE" };
        Answer::json(200, &json!({ "verification_status": status }))
    }
}

fn with(mut thing: Value, name: &str, value: Value) -> Value {
    thing[name] = value;
    thing
}
