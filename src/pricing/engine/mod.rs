//! The engine: one pure function that prices a cart, and says why.
//!
//! Prices, then discounts on lines, then discounts on what is left of the order, then deliveries and the discounts on
//! them, then taxes, then tenders. All in whole minor units; what is spread is spread by largest remainder, so that every
//! sum holds to the unit; and no amount depends on the order of the lines.

mod allocate;
mod answer;
mod basic;
mod best;
mod buy_amount;
mod buy_x_get_y;
mod candidate;
mod combine;
mod eligible;
mod explain;
mod lines;
mod model;
mod order;
mod price;
mod settle;
mod shipping;
mod tax;
mod trace;

pub(crate) use allocate::spread;
pub use answer::{
    Allocation, Application, CodeOutcome, Inapplicable, PriceError, PricedCart, PricedDelivery, PricedLine,
    TargetSelection, TaxLine,
};
pub(super) use explain::percent;
pub use model::{
    AnsweredTax, Buy, Buyer, CartToPrice, CombinesWith, DeliveryToPrice, DiscountClass, DiscountMethod,
    DiscountRule, Effect, ForCustomers, LineToPrice, Requirement, Spread, Targets, TaxRate, TaxRounding,
    TaxRules, TaxSource, TypedCode, Usage, Value,
};
pub use price::price;
pub use trace::{Step, StepKind, Subject, Trace};

#[cfg(test)]
mod tests;
