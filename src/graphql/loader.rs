//! Batching: the fields of one level ask one by one, the database is asked once.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;

use ::dataloader::BatchFn;
use ::dataloader::cached::Loader;

use super::error::ApiError;
use crate::error::Fault;

/// More keys than this go into a further statement: a database takes so many parameters and no more.
const KEYS_PER_STATEMENT: usize = 10_000;
/// How often a value is asked for again when the field that was fetching it was given up.
const TRIES: usize = 3;
/// How often a batch lets others run before it asks: enough for the siblings of a level to add their keys.
const YIELDS: usize = 3;

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
pub struct Batch<K, V>(Loader<K, Answer<V>, Fetch<K, V>>)
where
    K: Eq + Hash + Clone + Debug + Send + Sync,
    V: Clone + Send;

impl<K, V> Batch<K, V>
where
    K: Eq + Hash + Clone + Debug + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// A loader that fetches with this function; keys that it leaves out have no value.
    pub fn new<F>(fetch: impl Fn(Vec<K>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<HashMap<K, V>, Fault>> + Send + 'static,
    {
        let fetch = Fetch(Box::new(move |keys| Box::pin(fetch(keys)) as Fetched<K, V>));
        Self(Loader::new(fetch).with_max_batch_size(usize::MAX).with_yield_count(YIELDS))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// The database's own.
    pub async fn load(&self, key: K) -> Result<Option<V>, ApiError> {
        // Every key gets an answer. Without one, the field that was fetching the batch was given up because a field
        // beside it failed: whoever still waits asks again.
        for _ in 1..TRIES {
            if let Ok(answer) = self.0.try_load(key.clone()).await {
                return Ok(answer?);
            }
        }
        Ok(self.0.try_load(key).await.map_err(Fault::from)??)
    }

    /// Hands over values that were loaded in another way.
    pub async fn know(&self, values: impl IntoIterator<Item = (K, V)>) {
        self.0.prime_many(values.into_iter().map(|(key, value)| (key, Ok(Some(value))))).await;
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
