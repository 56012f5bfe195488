//! What the clients of a case saw.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Told {
    lost: u64,
    replayed: u64,
    faults: BTreeMap<String, u64>,
    orders: BTreeSet<i64>,
}

/// What all clients of a case saw together.
#[derive(Default)]
pub struct Seen(Mutex<Told>);

impl Seen {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request got no answer.
    pub fn note_lost(&self) {
        self.lock().lost += 1;
    }

    /// An answer was given before, under the same idempotency key.
    pub fn note_replayed(&self) {
        self.lock().replayed += 1;
    }

    /// The server failed: a status that is no success, or an error in the place of data.
    pub fn note_fault(&self, what: &str) {
        *self.lock().faults.entry(what.to_owned()).or_default() += 1;
    }

    /// Somebody was told of an order.
    pub fn note_order(&self, order: i64) {
        self.lock().orders.insert(order);
    }

    pub fn lost(&self) -> u64 {
        self.lock().lost
    }

    pub fn replayed(&self) -> u64 {
        self.lock().replayed
    }

    /// Each failure with how often it was seen.
    pub fn faults(&self) -> BTreeMap<String, u64> {
        self.lock().faults.clone()
    }

    /// The orders that somebody was told of.
    pub fn orders(&self) -> BTreeSet<i64> {
        self.lock().orders.clone()
    }
}
