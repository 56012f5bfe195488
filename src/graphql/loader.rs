//! Batching: the fields of one level ask one by one, the database is asked once.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use ::dataloader::BatchFn;
use ::dataloader::cached::Loader;
use tokio::sync::Notify;

use super::error::ApiError;
use crate::error::Fault;

/// More keys than this go into a further statement: a database takes so many parameters and no more.
const KEYS_PER_STATEMENT: usize = 10_000;
/// How often a value is asked for again when the field that was fetching it was given up.
const TRIES: usize = 3;
/// For how many turns the crate waits itself: all who were let through together add their keys in the first.
const YIELDS: usize = 2;

/// The pulse of a request: whether its fields still move, and the gate where those wait that want a batch.
///
/// Fields are told the end of a batch one after the other. One that went on at once would read its next batch before its
/// siblings could add their keys. So each load waits at the gate, and [`Pulse::run`] opens it when nothing moves any more.
#[derive(Clone, Default)]
pub struct Pulse(Arc<PulseState>);

#[derive(Default)]
struct PulseState {
    beats: AtomicU64,
    waiting: AtomicU64,
    gate: Notify,
}

impl Pulse {
    fn beat(&self) {
        self.0.beats.fetch_add(1, Ordering::Relaxed);
    }

    async fn wait_at_gate(&self) {
        let opened = self.0.gate.notified();
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        opened.await;
    }

    /// Lets everybody through who waits; tells whether there was anybody.
    fn open_gate(&self) -> bool {
        let anybody = self.0.waiting.swap(0, Ordering::Relaxed) > 0;
        self.0.gate.notify_waiters();
        anybody
    }

    /// Runs a request whose loaders have this pulse. Without it no load ever ends.
    pub async fn run<F: Future>(&self, request: F) -> F::Output {
        let mut request = pin!(request);
        let run = std::future::poll_fn(|context| {
            loop {
                let before = self.0.beats.load(Ordering::Relaxed);
                if let Poll::Ready(output) = request.as_mut().poll(context) {
                    return Poll::Ready(output);
                }
                let moved = self.0.beats.load(Ordering::Relaxed) != before;
                if !moved && !self.open_gate() {
                    return Poll::Pending;
                }
            }
        });
        // Without tokio's budget, which would hold some fields back while others go on.
        tokio::task::unconstrained(run).await
    }
}

type Fetched<K, V> = Pin<Box<dyn Future<Output = Result<HashMap<K, V>, Fault>> + Send>>;
type Answer<V> = Result<Option<V>, Arc<Fault>>;

/// The statement of a batch.
pub struct Fetch<K, V>(Box<dyn Fn(Vec<K>) -> Fetched<K, V> + Send + Sync>);

impl<K, V> BatchFn<K, Answer<V>> for Fetch<K, V>
where
    K: Eq + Hash + Clone + Send + Sync,
    V: Clone + Send,
{
    async fn load(&mut self, keys: &[K]) -> HashMap<K, Answer<V>> {
        let mut answers = HashMap::with_capacity(keys.len());
        for keys in keys.chunks(KEYS_PER_STATEMENT) {
            match (self.0)(keys.to_vec()).await {
                Ok(mut found) => answers.extend(keys.iter().map(|key| (key.clone(), Ok(found.remove(key))))),
                Err(fault) => {
                    let fault = Arc::new(fault);
                    answers.extend(keys.iter().map(|key| (key.clone(), Err(Arc::clone(&fault)))));
                }
            }
        }
        answers
    }
}

/// A loader of one request, which remembers what it loaded: a thin coat over the `dataloader` crate, whose own `load`
/// panics on a missing key.
pub struct Batch<K, V>
where
    K: Eq + Hash + Clone + Debug + Send + Sync,
    V: Clone + Send,
{
    loader: Loader<K, Answer<V>, Fetch<K, V>>,
    pulse: Pulse,
}

impl<K, V> Batch<K, V>
where
    K: Eq + Hash + Clone + Debug + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// A loader that fetches with this function; keys that it leaves out have no value. All loaders of a request share
    /// one pulse.
    pub fn new<F>(pulse: &Pulse, fetch: impl Fn(Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<HashMap<K, V>, Fault>> + Send + 'static,
    {
        let fetch = Fetch(Box::new(move |keys| Box::pin(fetch(keys)) as Fetched<K, V>));
        let loader = Loader::new(fetch).with_max_batch_size(usize::MAX).with_yield_count(YIELDS);
        Self { loader, pulse: pulse.clone() }
    }

    /// The same where the function needs something of the application's, such as its database, which is cloned for each
    /// batch.
    pub fn on<S, F>(source: &S, pulse: &Pulse, fetch: impl Fn(S, Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        S: Clone + Send + Sync + 'static,
        F: Future<Output = Result<HashMap<K, V>, Fault>> + Send + 'static,
    {
        let source = source.clone();
        Self::new(pulse, move |keys| fetch(source.clone(), keys))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// The database's own.
    pub async fn load(&self, key: K) -> Result<Option<V>, ApiError> {
        self.pulse.beat();
        self.pulse.wait_at_gate().await;
        let answer = self.answer(key).await;
        self.pulse.beat();
        Ok(answer??)
    }

    /// Every key gets an answer. Without one, the field that was fetching the batch was given up because a field beside
    /// it failed: whoever still waits asks again.
    async fn answer(&self, key: K) -> Result<Answer<V>, Fault> {
        for _ in 1..TRIES {
            if let Ok(answer) = self.loader.try_load(key.clone()).await {
                return Ok(answer);
            }
        }
        Ok(self.loader.try_load(key).await?)
    }

    /// Hands over values that were loaded in another way.
    pub async fn know(&self, values: impl IntoIterator<Item = (K, V)>) {
        self.loader.prime_many(values.into_iter().map(|(key, value)| (key, Ok(Some(value))))).await;
    }

    /// The value of a key that must be there.
    ///
    /// # Errors
    /// The database's own, and a fault where it is missing.
    pub async fn get(&self, key: K) -> Result<V, ApiError> {
        let missing = format!("{key:?} is gone");
        self.load(key).await?.ok_or_else(|| Fault::new(missing).into())
    }
}

/// Values that many fields hold at once.
pub fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> HashMap<K, Arc<V>> {
    found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect()
}
