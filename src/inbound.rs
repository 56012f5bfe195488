//! Messages that others send by themselves: what came, and whether it came in time.

use std::fmt;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

/// How far the time of a message may be from ours, either way: one that was overheard is of no use for longer.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A message as it came in.
pub struct Inbound<'a> {
    /// Looks a header up by its lower-case name.
    pub header: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The body before anything was done to it.
    pub body: &'a [u8],
    /// The moment.
    pub now: DateTime<Utc>,
}

impl Inbound<'_> {
    /// Whether it was sent just now.
    #[must_use]
    pub fn is_timely<Tz: TimeZone>(&self, sent_at: DateTime<Tz>) -> bool {
        self.now.signed_duration_since(sent_at).abs() <= TOLERANCE
    }
}

impl fmt::Debug for Inbound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_timely_for_five_minutes_either_way() {
        let inbound = Inbound { header: &|_| None, body: b"secret", now: DateTime::UNIX_EPOCH };
        for seconds in [-300, 0, 300] {
            assert!(inbound.is_timely(inbound.now + TimeDelta::seconds(seconds)), "{seconds}");
        }
        for seconds in [-301, 301] {
            assert!(!inbound.is_timely(inbound.now + TimeDelta::seconds(seconds)), "{seconds}");
        }
        assert_eq!(format!("{inbound:?}"), "Inbound { bytes: 6, .. }");
    }
}
