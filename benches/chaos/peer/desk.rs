//! Where the provider is asked: keys as Stripe documents them, delays, cuts, and the one way to the books.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::act::{self, Form, refusal, value};
use super::book::{Book, Intent, Saved, Status};
use super::ledger::{Entry, Ledger};
use super::method::Later;
use super::tell::Event;
use super::weather::{Millis, Weather};
use super::wire::{Reply, Request};
use crate::dice::Dice;

/// What happened at the desk.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub requests: u64,
    /// Answers to what was done that nobody got.
    pub cut: u64,
    /// Requests that were answered with 503.
    pub failed: u64,
    /// Answers that were given before.
    pub replayed: u64,
    /// Requests whose key was in use.
    pub conflicts: u64,
    /// The keys under which each buyer was to be charged.
    pub keys: BTreeMap<String, BTreeSet<String>>,
    /// How often each of these was sent.
    pub payments: HashMap<String, u32>,
    /// Events that were taken.
    pub told: u64,
    /// Events that were answered with 4xx.
    pub refused: u64,
    /// Events that were answered with 5xx.
    pub broken: u64,
    /// Events that got no answer.
    pub unheard: u64,
    /// Events that were never taken.
    pub given_up: u64,
}

struct State {
    book: Book,
    ledger: Ledger,
    /// Keys that are in use.
    busy: HashSet<String>,
    dice: Dice,
    weather: Weather,
    tally: Tally,
    hook: Option<SocketAddr>,
    events: u64,
}

/// The provider's desk.
pub struct Desk {
    state: Mutex<State>,
    out: UnboundedSender<Event>,
    /// Events that have not been taken yet.
    pub waiting: AtomicU64,
    pub path: PathBuf,
}

/// How a key stands when it is sent.
enum Key {
    New,
    Told(Reply),
}

impl Desk {
    pub fn open(path: &Path, seed: u64, out: UnboundedSender<Event>) -> Self {
        let (ledger, entries) = Ledger::open(path);
        let mut book = Book::default();
        entries.into_iter().for_each(|entry| book.apply(entry));
        let state = State {
            book,
            ledger,
            busy: HashSet::new(),
            dice: Dice::new(seed, 0x9ee8),
            weather: Weather::default(),
            tally: Tally::default(),
            hook: None,
            events: 0,
        };
        Self { state: Mutex::new(state), out, waiting: AtomicU64::new(0), path: path.to_owned() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the books.
    pub fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&self.lock().book)
    }

    pub fn tally(&self) -> Tally {
        self.lock().tally.clone()
    }

    pub fn set_weather(&self, weather: Weather) {
        self.lock().weather = weather;
    }

    pub fn lead_to(&self, hook: SocketAddr) {
        self.lock().hook = Some(hook);
    }

    pub fn hook(&self) -> Option<SocketAddr> {
        self.lock().hook
    }

    /// After which pauses an event is told; nothing where it is not told at all.
    pub fn tellings(&self) -> Vec<Duration> {
        let mut state = self.lock();
        let State { dice, weather, .. } = &mut *state;
        if dice.happens(weather.untold) {
            return Vec::new();
        }
        let copies = dice.range(weather.copies);
        (0..copies).map(|_| dice.millis(weather.told_after)).collect()
    }

    pub fn note_told(&self, status: Option<u16>) {
        let mut state = self.lock();
        let tally = &mut state.tally;
        match status {
            Some(200..300) => tally.told += 1,
            Some(500..) => tally.broken += 1,
            Some(_) => tally.refused += 1,
            None => tally.unheard += 1,
        }
    }

    pub fn note_given_up(&self) {
        self.lock().tally.given_up += 1;
    }

    /// Answers a request, in the provider's own time.
    pub async fn answer(self: Arc<Self>, request: Request) -> Reply {
        let weather = {
            let mut state = self.lock();
            state.tally.requests += 1;
            state.weather.clone()
        };
        self.pause(weather.before).await;
        if self.lock().dice.happens(weather.failing) {
            self.lock().tally.failed += 1;
            let (status, body) = refusal(503, "api_error", "", "");
            return Reply::told(status, body);
        }
        let reply = if request.method == "GET" {
            self.show(&request, &weather)
        } else {
            Arc::clone(&self).change(&request, &weather).await
        };
        self.pause(weather.after).await;
        reply
    }

    async fn pause(&self, range: Millis) {
        let pause = self.lock().dice.millis(range);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    fn show(&self, request: &Request, weather: &Weather) -> Reply {
        let parts = request.parts();
        let query = request.query();
        let of = |name: &str| value(&query, name);
        let list = |data: Vec<serde_json::Value>, has_more: bool| {
            Reply::told(
                200,
                serde_json::json!({ "object": "list", "url": request.path(), "data": data,
                "has_more": has_more }),
            )
        };
        let missing = |what: &str| {
            let (status, body) = refusal(404, "invalid_request_error", "resource_missing", what);
            Reply::told(status, body)
        };
        let mut state = self.lock();
        let book = &state.book;
        let (reply, is_list) = match parts.as_slice() {
            ["payment_intents"] => {
                let since = of("created[gte]").and_then(|since| since.parse().ok()).unwrap_or(0);
                let limit = of("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10);
                let (data, has_more) = book.page(since, of("starting_after"), limit);
                (list(data, has_more), true)
            }
            ["payment_intents", "search"] => {
                let key = of("query").and_then(|query| query.split('\'').nth(3)).unwrap_or_default();
                (list(book.with_key(key), false), true)
            }
            ["payment_intents", id] => match book.intent(id) {
                Some(intent) => (Reply::told(200, book.whole(intent)), false),
                None => (missing("intent"), false),
            },
            ["refunds"] => {
                let of_intent = book
                    .refunds()
                    .iter()
                    .rev()
                    .filter(|refund| of("payment_intent").is_none_or(|intent| refund.intent == intent));
                (list(of_intent.map(super::book::Refund::json).collect(), false), true)
            }
            ["refunds", id] => match book.refunds().iter().find(|refund| refund.id == *id) {
                Some(refund) => (Reply::told(200, refund.json()), false),
                None => (missing("refund"), false),
            },
            _ => {
                let (status, body) = refusal(404, "invalid_request_error", "", "");
                (Reply::told(status, body), false)
            }
        };
        if (is_list && weather.cut_lists) || state.dice.happens(weather.cut) {
            state.tally.cut += 1;
            return Reply::Cut;
        }
        reply
    }

    async fn change(self: Arc<Self>, request: &Request, weather: &Weather) -> Reply {
        let Some(key) = request.header("idempotency-key").map(str::to_owned) else {
            let (status, body) = refusal(400, "invalid_request_error", "", "idempotency_key");
            return Reply::told(status, body);
        };
        let form = request.form();
        let print = format!("{} {}", request.path(), request.body());
        let reply = match self.enter(&key, &print, request, &form) {
            Key::Told(reply) => reply,
            Key::New => {
                self.pause(weather.bank).await;
                let (reply, decided) = self.carry_out(&key, print, &request.parts(), &form);
                if let Some((id, later)) = decided {
                    self.decide_later(id, later);
                }
                reply
            }
        };
        if self.is_cut(&key, &request.parts(), weather) { Reply::Cut } else { reply }
    }

    /// Looks a key up, and takes it where it is new.
    fn enter(&self, key: &str, print: &str, request: &Request, form: &Form) -> Key {
        let mut state = self.lock();
        if let (["payment_intents"], Some(email)) = (request.parts().as_slice(), value(form, "receipt_email"))
        {
            state.tally.keys.entry(email.to_owned()).or_default().insert(key.to_owned());
            *state.tally.payments.entry(key.to_owned()).or_default() += 1;
        }
        let known =
            state.book.saved(key).map(|saved| (saved.print == print, saved.status, saved.body.clone()));
        match known {
            Some((true, status, body)) => {
                state.tally.replayed += 1;
                Key::Told(Reply::Told { status, body, replayed: true })
            }
            Some((false, ..)) => {
                let (status, body) = refusal(400, "idempotency_error", "", "");
                Key::Told(Reply::told(status, body))
            }
            None if !state.busy.insert(key.to_owned()) => {
                state.tally.conflicts += 1;
                let (status, body) = refusal(409, "idempotency_error", "idempotency_key_in_use", "");
                Key::Told(Reply::told(status, body))
            }
            None => Key::New,
        }
    }

    /// Does what is asked: the ledger first, then the books, then the events.
    fn carry_out(
        &self,
        key: &str,
        print: String,
        path: &[&str],
        form: &Form,
    ) -> (Reply, Option<(String, Later)>) {
        let mut state = self.lock();
        let act = act::act(&state.book, path, form);
        let saved = Saved { key: key.to_owned(), print, status: act.status, body: act.body.clone() };
        let id = act.intent.as_ref().map(|intent| intent.id.clone());
        state.write(act.intent, act.refund, Some(saved));
        state.busy.remove(key);
        if let Some(id) = &id {
            for kind in act.kinds {
                let event = state.event(kind, id);
                self.put(event);
            }
        }
        (Reply::told(act.status, act.body), id.zip(act.later))
    }

    fn is_cut(&self, key: &str, path: &[&str], weather: &Weather) -> bool {
        let mut state = self.lock();
        let is_early = matches!(path, ["payment_intents"])
            && state.tally.payments.get(key).is_some_and(|times| *times <= weather.cut_payments);
        let is_cut = is_early || state.dice.happens(weather.cut);
        state.tally.cut += u64::from(is_cut);
        is_cut
    }

    fn decide_later(self: &Arc<Self>, id: String, later: Later) {
        let desk = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(later.after).await;
            if let Some(event) = desk.decide(&id, later.paid) {
                desk.put(event);
            }
        });
    }

    /// The buyer or the bank decides; the event that tells it, which is not told yet. `None` where there is nothing to
    /// decide any more.
    pub fn decide(&self, id: &str, paid: bool) -> Option<Event> {
        let mut state = self.lock();
        let waits = |intent: &&Intent| matches!(intent.status, Status::RequiresAction | Status::Processing);
        let mut intent = state.book.intent(id).filter(waits)?.clone();
        let kind = if paid {
            intent.pay();
            act::paid_kind(&intent)
        } else {
            intent.decline("generic_decline");
            "payment_intent.payment_failed"
        };
        state.write(Some(intent), None, None);
        Some(state.event(kind, id))
    }

    /// An event about a payment as it stands.
    pub fn event(&self, kind: &str, id: &str) -> Event {
        self.lock().event(kind, id)
    }

    /// Has an event told as the weather is.
    pub fn put(&self, event: Event) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        // Whoever tells it is gone only when all is over.
        let _ = self.out.send(event);
    }
}

impl State {
    fn write(&mut self, intent: Option<Intent>, refund: Option<super::book::Refund>, saved: Option<Saved>) {
        let entry = Entry { at: chrono::Utc::now().timestamp_millis(), intent, refund, saved };
        self.ledger.append(&entry);
        self.book.apply(entry);
    }

    fn event(&mut self, kind: &str, id: &str) -> Event {
        self.events += 1;
        let name = format!("evt_{}_{}", chrono::Utc::now().timestamp_millis(), self.events);
        let intent = self.book.intent(id).unwrap();
        Event::about(&name, kind, intent, self.book.refunded(id))
    }
}
