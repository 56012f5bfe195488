//! What a case plays on: a copy of the shop, the server, the provider, and what the clients saw.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::books::Books;
use super::buyer::{Buyer, Cart, Ended, Trouble};
use super::ground::{Goods, Ground, Place};
use super::peer::tell::WEBHOOK_SECRET;
use super::peer::{Peer, Weather};
use super::seen::Seen;
use super::server::{Server, Settings};

/// Carts that are made at once.
const HANDS: usize = 12;

/// A running shop; all of it goes when it is dropped.
pub struct Stage {
    // The server first: it must not outlive what it needs.
    pub server: Server,
    pub peer: Peer,
    pub books: Books,
    pub goods: Goods,
    pub seen: Arc<Seen>,
    _place: Place,
}

impl Stage {
    pub async fn open(ground: &Ground, what: &str, seed: u64) -> Self {
        Self::open_with(ground, what, seed, Vec::new()).await
    }

    /// The same with further settings of the server.
    pub async fn open_with(ground: &Ground, what: &str, seed: u64, more: Vec<(String, String)>) -> Self {
        let place = ground.copy(what).await;
        let peer = Peer::start(&place.folder, seed);
        let mut variables: Vec<(String, String)> = [
            ("STRIPE_SECRET_KEY", "sk_test_of_the_chaos"),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("STRIPE_API_URL", peer.url.as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        variables.extend(more);
        let settings = Settings { folder: place.folder.clone(), database: place.database.clone(), variables };
        let server = Server::start(settings).await;
        peer.lead_to(server.addr);
        let books = Books::at(&place.database);
        Self { server, peer, books, goods: ground.goods.clone(), seen: Arc::default(), _place: place }
    }

    pub fn with_weather(self, weather: Weather) -> Self {
        self.peer.set_weather(weather);
        self
    }

    pub fn buyer(&self, name: impl std::fmt::Display) -> Buyer {
        Buyer::new(self.server.addr, &self.seen, name)
    }

    /// Buyers with carts that are ready to be ordered. `of` says what the one with this number buys, what else is in
    /// the cart, and with what it is paid.
    pub async fn carts(
        &self,
        what: &str,
        count: usize,
        of: impl Fn(usize) -> (Value, Value, String),
    ) -> Vec<(Buyer, Cart)> {
        let making = (0..count).map(|number| {
            let mut buyer = self.buyer(format_args!("{what}-{number}"));
            let (lines, more, method) = of(number);
            async move {
                let cart = buyer.ready(&lines, &more, &method).await;
                let cart = cart.unwrap_or_else(|trouble| panic!("no cart was made: {trouble:?}"));
                (buyer, cart)
            }
        });
        stream::iter(making).buffered(HANDS).collect().await
    }

    /// Buyers of one unit of a product each.
    pub async fn carts_of(&self, what: &str, count: usize, handle: &str, method: &str) -> Vec<(Buyer, Cart)> {
        let lines = self.goods.lines(&[handle]);
        self.carts(what, count, |_| (lines.clone(), json!({}), method.to_owned())).await
    }

    /// Has all of them submit at the same moment and wait for what comes of it.
    pub async fn buy_together(&self, carts: Vec<(Buyer, Cart)>, patience: Duration) -> Vec<Ended> {
        let buying = carts.into_iter().map(|(mut buyer, cart)| async move {
            let ended = buyer.buy(&cart, patience).await;
            // What the server failed at is told of in what was seen.
            ended.unwrap_or_else(|trouble| match trouble {
                Trouble::Refused(codes) => Ended::Refused(codes),
                Trouble::Lost | Trouble::Fault(_) => Ended::Open,
            })
        });
        together(buying.collect()).await
    }

    /// Waits until nothing is under way any more: no attempt, no event. How long it took; what is still open where it
    /// took too long.
    pub async fn settle(&self, patience: Duration) -> Result<Duration, String> {
        let began = Instant::now();
        loop {
            let books = self.books.open().await;
            let (attempts, events) = (books.open_attempts().await.len(), books.open_events().await);
            books.close().await;
            let untold = self.peer.waiting();
            if attempts == 0 && events == 0 && untold == 0 {
                return Ok(began.elapsed());
            }
            if began.elapsed() > patience {
                return Err(format!(
                    "after {patience:?} there are {attempts} open attempts, {events} open events and {untold} \
                     that were not taken"
                ));
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

/// Begins everything at the same moment and returns what came of each.
pub async fn together<T, F>(work: Vec<F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(work.len()));
    let tasks: Vec<_> = work
        .into_iter()
        .map(|work| {
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                work.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(tasks.len());
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
