//! Checkout: from a cart to an order, once, whatever happens on the way.
//!
//! Tables: `completion_attempt`, `payment_session`. Invariants: an attempt is the single way to an order; it holds all the
//! stock of its cart or none; the key of the provider call is stored before the call; the amount taken is the order's
//! total, or there is no order and the money goes back; every step can be interrupted and taken up again by
//! [`resume_due`], and a provider that does not answer keeps waiting its own only; a buyer is not blocked by an earlier
//! attempt that waits for them, or of whose payment nothing was heard; what is paid for an attempt that has ended goes
//! back; what was promised in a session and no attempt has claimed is let go by [`close_sessions`].

mod ask;
mod attempt;
mod begin;
mod commit;
mod draft;
mod drive;
mod end;
mod error;
mod event;
mod hands;
mod hold;
mod late;
mod lease;
mod make_way;
mod obstacle;
mod pay;
mod prepare;
mod quote;
mod resume;
mod session;
mod standing;
mod submit;
mod unclaimed;

pub use attempt::{AttemptOutcome, BuyerAction, can_become, find_outcome, public_id};
pub use drive::{come_back, complete, drive, give_up, poll, sweep_reservations};
pub use error::CheckoutError;
pub use event::{handle_events, handle_soon};
pub use late::{UNDO, undo_late};
pub use make_way::{Way, make_way, make_way_for, update_payment};
pub use obstacle::{Obstacle, ObstacleCode, Shortage, obstacles};
pub use prepare::prepare;
pub use quote::{CompletionFault, CompletionFaultCode};
pub use resume::resume_due;
pub use session::open_session;
pub use standing::{CartStanding, FailedAttempt, WayBack, find_way_back, standing_of};
pub use submit::{Submission, submit, submit_and_complete};
pub use unclaimed::close_sessions;
