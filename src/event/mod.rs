//! Events: what happened, written in the transaction that did it, read by consumers that each keep their own place.
//!
//! Tables: `event`, `event_consumer`. Invariants: an event exists if and only if its transaction committed; a consumer
//! sees each event at least once and in the order of the transactions; `entity_seq` counts from 1 for each thing.

mod dispatch;
mod feed;
mod record;

pub use dispatch::{Consumer, dispatch};
pub use feed::{Feed, Place, Tail, horizon};
pub use record::{NewEvent, record, record_each, record_in_turn, record_one};
