//! Jobs: work that can wait, fail and be tried again, on one node at a time.
//!
//! Table: `job`. Invariants: a job holds keys, never data; running it twice does no harm; while a node works on one it
//! has it on lease, and a job whose lease ran out is anybody's again. Recurring work is a job with a unique key that is
//! put back after each run. Work that asks somebody outside keeps waiting only what is of its kind.

mod queue;
mod runner;

pub use queue::{JobFailed, Leased, enqueue};
pub use runner::{JobKind, Runner, Running};
