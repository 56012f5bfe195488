//! A payment provider of our own: it speaks the part of Stripe's API that the shop uses where buyers hand over a
//! payment method, keeps a ledger that outlives it, and behaves as badly as it is told to.
//!
//! What it knows of keys is what Stripe documents: the same key with the same request gets the first answer again,
//! marked as such; with another request it is refused; while the first is under way there is a conflict. The judge of a
//! case is its ledger: a line for each change, made to last before anybody is told.

mod act;
mod book;
mod desk;
mod ledger;
pub mod method;
pub mod tell;
mod weather;
mod wire;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

pub use book::{Intent, Status};
pub use desk::Tally;
pub use tell::Event;
pub use weather::Weather;

use book::Book;
use desk::Desk;

/// A provider that runs until it is dropped, on a thread of its own.
pub struct Peer {
    pub url: String,
    desk: Arc<Desk>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    /// Starts a provider whose ledger lies in a folder; what it holds is known.
    pub fn start(folder: &Path, seed: u64) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (out, events) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk::open(&folder.join("provider.ledger"), seed, out));
        let (stop, stopped) = oneshot::channel::<()>();
        let own = Arc::clone(&desk);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    () = wire::serve(listener, Arc::clone(&own)) => {}
                    () = tell::run(own, events) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { url, desk, stop: Some(stop), thread: Some(thread) }
    }

    /// Where the shop is told of events.
    pub fn lead_to(&self, shop: SocketAddr) {
        self.desk.lead_to(shop);
    }

    /// How it behaves from now on.
    pub fn set_weather(&self, weather: Weather) {
        self.desk.set_weather(weather);
    }

    pub fn tally(&self) -> Tally {
        self.desk.tally()
    }

    /// How many events have not been taken yet.
    pub fn waiting(&self) -> u64 {
        self.desk.waiting.load(Ordering::Relaxed)
    }

    /// All payments, each with what went back of it.
    pub fn payments(&self) -> Vec<(Intent, i64)> {
        self.desk.read(payments_of)
    }

    /// The same as the ledger has it.
    pub fn written_payments(&self) -> Vec<(Intent, i64)> {
        let mut book = Book::default();
        ledger::replay(&self.desk.path).into_iter().for_each(|entry| book.apply(entry));
        payments_of(&book)
    }

    /// The last payment of the buyer with this address.
    pub fn payment_of(&self, email: &str) -> Option<Intent> {
        let is_theirs = |intent: &&Intent| intent.email.as_deref() == Some(email);
        self.desk.read(|book| book.intents().iter().rev().find(is_theirs).cloned())
    }

    /// The buyer or the bank decides, and nobody is told: the event that tells it. `None` where there is nothing to
    /// decide.
    pub fn decide(&self, id: &str, paid: bool) -> Option<Event> {
        self.desk.decide(id, paid)
    }

    /// An event about a payment as it stands, which nobody is told.
    pub fn event(&self, kind: &str, id: &str) -> Event {
        self.desk.event(kind, id)
    }
}

fn payments_of(book: &Book) -> Vec<(Intent, i64)> {
    book.intents().iter().map(|intent| (intent.clone(), book.refunded(&intent.id))).collect()
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
