//! Payments: what providers are sent, and what is made of their answers.

pub mod attempt;
mod localstripe;
mod paypal;
mod stripe;
mod webhook;
