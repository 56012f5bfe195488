//! Work that is done once, however many ask for it at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::transform::{Shown, TransformError};

type Outcome = Result<Shown, TransformError>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// Works under way, by name.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<String, Flight>>>);

impl Flights {
    /// How many are under way.
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Joins the work with this name, or begins it. It is brought to its end even if nobody waits any more.
    pub(super) async fn join<F>(&self, name: &str, work: impl FnOnce() -> F) -> Outcome
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let flight = {
            let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(flight) = running.get(name) {
                flight.clone()
            } else {
                let landing = Landing { flights: self.clone(), name: name.to_owned() };
                let work = work();
                let task = tokio::spawn(async move {
                    let _landing = landing;
                    work.await
                });
                let flight = task
                    .map(|ended| ended.unwrap_or_else(|error| Err(TransformError::fault(error))))
                    .boxed()
                    .shared();
                running.insert(name.to_owned(), flight.clone());
                flight
            }
        };
        flight.await
    }
}

/// Takes the work off the list when it has ended, in whichever way.
struct Landing {
    flights: Flights,
    name: String,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
