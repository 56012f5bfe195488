//! Dynamic pricing: rules that change the prices of a list by themselves.
//!
//! Tables: `pricing_rule`, `pricing_run`, `pricing_run_change`; it writes `price` through [`super::write_prices_in`].
//! Invariants: a rule changes prices only while it is active, and is activated only after what it says was simulated; of
//! the active rules of a list that match a variant only the first by priority changes its prices; a price that a rule
//! writes lies within its floor and ceiling, above zero, and within the rule's largest step from where it would stand had
//! no rule moved it within the day; a rule changes prices that its list has of its own and that were not set for a while,
//! never those of gift cards; a run goes on where it was cut short, on one node at a time; each change is kept with its
//! reason and can be taken back.

mod batch;
mod catalogue;
mod check;
mod commands;
mod condition;
mod decide;
#[cfg(test)]
mod decide_tests;
mod error;
mod facts;
mod revert;
mod rule;
mod run;
mod sales;
mod simulate;
mod told;

pub use commands::{NewRule, activate, archive, pause, save_rule};
pub use condition::{Condition, MAX_DEPTH, Range, Season, YearDay};
pub use decide::{Decision, Why, decide};
pub use error::{PricingRuleError, PricingRuleErrorCode};
pub use facts::{Facts, Moment, Standing};
pub use revert::{KeptPrice, Reverted, revert_run};
pub use rule::{Action, Bound, Change, Ending, Rule};
pub use run::{Ran, run_due, run_rule};
pub use simulate::{SimulatedPrice, Simulation, simulate};
