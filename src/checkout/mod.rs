//! Checkout: from a cart to an order, once, whatever happens on the way.
//!
//! Table: `completion_attempt`. Invariants: an attempt is the single way to an order; it holds all the stock of its cart
//! or none; the key of the provider call is stored before the call; the amount taken is the order's total, or there is
//! no order and the money goes back; every step can be interrupted and taken up again by [`resume_due`].

mod attempt;
mod commit;
mod draft;
mod drive;
mod error;
mod hold;
mod obstacle;
mod prepare;
mod quote;
mod submit;

pub use attempt::{AttemptOutcome, can_become, find_outcome, public_id};
pub use drive::{complete, drive, resume_due, sweep_reservations};
pub use error::CheckoutError;
pub use obstacle::{Obstacle, ObstacleCode};
pub use prepare::prepare;
pub use quote::{CompletionFault, CompletionFaultCode};
pub use submit::{Submission, submit};
