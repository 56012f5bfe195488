//! Notifications: mails to customers and buyers, made when events ask for them. No domain imports this one.
//!
//! Table: `mail`. Invariants: an event asks for one mail at most, and an order for one of each kind, one for each
//! refund and one of each kind for each parcel; a row holds keys, never an address, a text or a secret,
//! all of which are read or derived when the mail is sent or shown; one node at a time sends a mail, so it is sent twice
//! only where a node dies between the server's yes and noting it, under the same message id; without a mail server mails
//! are kept. A mail whose link can no longer be used is dropped.

mod compose;
mod consumer;
mod mailer;
mod order_letter;
mod outbox;
mod parcel_news;
mod send;
mod words;

pub use compose::Letter;
pub use consumer::MAILS;
pub use mailer::Mailer;
pub use outbox::{MailView, list_mails, show_mail};
pub use send::send_due;
