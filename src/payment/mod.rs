//! Payments: the providers that take money, behind one trait.
//!
//! Owns no table: what a provider did is kept by the attempt that asked for it and by the order's transactions.
//! Invariants: every call carries an idempotency key that was stored before the call; a time-out is never taken for a
//! failure, the provider is asked what happened; a provider that is not configured is off, never pretended.

mod method;
pub mod provider;

pub use method::{FREE, Payment, PaymentError};
pub use provider::{Charge, ChargeRequest, Decline, Provider, ProviderError, Registry};
