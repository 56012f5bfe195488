//! Payments: what providers are sent, and what is made of their answers.

pub mod attempt;
pub mod gone;
mod late;
mod localstripe;
mod mute;
mod pace;
pub mod paypal;
mod paypal_attempt;
mod session;
pub mod shop;
mod silence;
pub mod stripe;
mod stripe_attempt;
pub mod webhook;
mod webhook_hostile;
