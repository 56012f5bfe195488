//! Taxes: which rates hold where, for what and for whom, and what a provider says instead.
//!
//! Tables: `tax_class`, `tax_rate`, `customer_tax_exemption`, `market_tax`, `tax_quote`, and the columns for taxes of
//! `shop`, `variant` and `customer`. Invariants: a rate lies between nothing and the whole price; of two rates of one
//! place, class and priority never both hold at a moment; a class that is used is not deleted; a tax that should be known
//! and is not is never taken for none.
//!
//! # How a cart gets its taxes
//! 1. [`Table::rules`] says what the shop's own rates are at a [`Place`]: the selected delivery address or the pickup
//!    location, else the country alone, which makes an estimate. [`TaxHole`] is a refusal.
//! 2. Where the shop asks a provider ([`Table::provider`]), the cart is priced with these rules first: discounts do not
//!    depend on taxes. [`request_for`] makes of the priced cart what the provider is asked; `None` means that there is
//!    nothing to ask, and the rules stand.
//! 3. [`find_quote`] finds the answer by [`TaxRequest::key`]. With [`TaxAnswer::into_source`] in the place of the rates the
//!    cart is priced anew.
//! 4. Without an answer the cart shows the shop's own rates as an estimate. After the transaction [`ask`] asks, keeps the
//!    answer, and the cart is priced anew; or it says what holds instead: with [`Fallback::TableRates`] the shop's own
//!    rates stand and the order is flagged, with [`Fallback::Refuse`] there is no order, for the reason
//!    [`TAXES_UNAVAILABLE`].

mod answer;
mod commands;
mod error;
mod exemption;
mod hole;
pub mod provider;
mod question;
mod quote;
mod request;
mod table;

pub use answer::{TaxAmount, TaxAnswer};
pub use commands::class::{NewTaxClass, delete_tax_class, save_tax_class};
pub use commands::exemption::set_tax_exemption;
pub use commands::rate::{NewTaxRate, delete_tax_rate, save_tax_rate};
pub use commands::settings::{NewTaxSettings, save_tax_settings};
pub use commands::variant::set_tax_class;
pub use entity::shop::{TaxFallback as Fallback, TaxProviderKind, TaxRoundingMode, TaxUnmatched};
pub use error::{TaxError, TaxErrorCode};
pub use exemption::{Exemption, exemption_of};
pub use hole::{ZoneHole, holes};
pub use question::{Place, TaxHole, TaxQuestion};
pub use quote::{TAXES_UNAVAILABLE, TaxAnswerOrFallback, ask, find_quote, purge_quotes};
pub use request::{TaxAddress, TaxGoods, TaxRequest, TaxRequestLine, request_for};
pub use table::{Table, load_table};
