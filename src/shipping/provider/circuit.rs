//! Who has failed so often that nobody asks for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::CarrierServiceId;

/// Failures in a row after which nobody asks.
pub const FAILURES: u32 = 4;
/// How long nobody asks then.
pub const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// The carriers that failed of late, as this process saw it; cheap to clone, all clones know the same.
#[derive(Clone, Debug, Default)]
pub struct Circuits(Arc<Mutex<HashMap<CarrierServiceId, Failing>>>);

#[derive(Clone, Copy, Debug)]
struct Failing {
    in_a_row: u32,
    last: DateTime<Utc>,
}

impl Circuits {
    /// Whether the carrier may be asked: it did not fail so often of late, or the pause is over. One failure after the
    /// pause is enough for the next.
    #[must_use]
    pub fn allows(&self, carrier: CarrierServiceId, now: DateTime<Utc>) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&carrier).is_none_or(|failing| failing.in_a_row < FAILURES || now >= failing.last + PAUSE)
    }

    /// The carrier has answered.
    pub fn succeeded(&self, carrier: CarrierServiceId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&carrier);
    }

    /// The carrier has not answered as it should.
    pub fn failed(&self, carrier: CarrierServiceId, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failing = known.entry(carrier).or_insert(Failing { in_a_row: 0, last: now });
        *failing = Failing { in_a_row: failing.in_a_row.saturating_add(1), last: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_that_fails_in_a_row_is_not_asked_for_a_minute() {
        let (circuits, carrier, now) = (Circuits::default(), CarrierServiceId(1), DateTime::UNIX_EPOCH);
        for _ in 1..FAILURES {
            circuits.failed(carrier, now);
        }
        assert!(circuits.allows(carrier, now));
        circuits.failed(carrier, now);
        assert!(!circuits.allows(carrier, now) && circuits.allows(CarrierServiceId(2), now));
        let later = now + PAUSE;
        assert!(circuits.allows(carrier, later));
        circuits.failed(carrier, later);
        assert!(!circuits.allows(carrier, later), "one more is enough");
        circuits.succeeded(carrier);
        circuits.failed(carrier, later);
        assert!(circuits.allows(carrier, later), "it answered meanwhile");
    }
}
