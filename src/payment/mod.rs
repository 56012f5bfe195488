//! Payments: the providers that take money, behind one trait, and what they tell by webhooks.
//!
//! Table: `provider_event`. What a provider did is kept by the attempt that asked for it and by the order's
//! transactions. Invariants: every call carries an idempotency key that was stored before the call; a time-out is never
//! taken for a failure, the provider is asked what happened; an event is kept once and never believed; a provider that is
//! not configured is off, never pretended.

mod inbox;
mod method;
pub mod provider;

pub use inbox::{Receipt, ReceiveError, mark_handled, open_events, purge_events, receive_event};
pub use method::{FREE, Payment, PaymentError};
pub use provider::contract::{
    Action, Capture, Disputed, EventMeaning, Inbound, MethodInfo, Moved, Paid, Part, PartState, PayOutcome,
    PayRequest, PaymentProvider, PaymentRef, PaymentStanding, ProviderEvent, ProviderFault, ProviderKeys,
    Refusal, Session, WebhookFault,
};
pub use provider::{MANUAL, Registry, TestGateway, TestPayment, TestState, WaysBack};
