//! What is refused when pricing rules are changed, simulated and run.

use crate::error::{CommandCode, CommandError};

/// Why something about pricing rules was refused. Nothing was changed.
pub type PricingRuleError = CommandError<PricingRuleErrorCode>;

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricingRuleErrorCode {
    /// A text that is empty, too long or not in its form, a day that no year has, a rounding without sense.
    Invalid,
    /// A condition, or a part of one, that asks for nothing.
    EmptyCondition,
    /// Conditions that are nested too deep.
    TooDeep,
    /// More of something than there may be.
    TooMany,
    /// An amount or a number out of its range.
    OutOfRange,
    /// A percentage that is nothing or more than everything.
    PercentageOutOfRange,
    /// A largest step of a day that is nothing or more than everything.
    StepLimitOutOfRange,
    /// A rule that lowers prices has no floor, or one that raises them no ceiling.
    LimitRequired,
    /// The floor is above the ceiling.
    FloorAboveCeiling,
    /// There is no such price list.
    UnknownPriceList,
    /// Amounts are in the currency of the list.
    CurrencyMismatch,
    /// There is no such segment.
    UnknownSegment,
    /// There is no such collection.
    UnknownCollection,
    /// There is no such rule.
    UnknownRule,
    /// There is no such run.
    UnknownRun,
    /// The rule is in a state from which it cannot get there.
    WrongState,
    /// What the rule says was not simulated.
    SimulationRequired,
    /// Somebody changed the rule meanwhile.
    ChangedMeanwhile,
    /// The rule is at work.
    RunInProgress,
}

impl PricingRuleErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::EmptyCondition => "EMPTY_CONDITION",
            Self::TooDeep => "TOO_DEEP",
            Self::TooMany => "TOO_MANY",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::PercentageOutOfRange => "PERCENTAGE_OUT_OF_RANGE",
            Self::StepLimitOutOfRange => "STEP_LIMIT_OUT_OF_RANGE",
            Self::LimitRequired => "LIMIT_REQUIRED",
            Self::FloorAboveCeiling => "FLOOR_ABOVE_CEILING",
            Self::UnknownPriceList => "UNKNOWN_PRICE_LIST",
            Self::CurrencyMismatch => "CURRENCY_MISMATCH",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::UnknownCollection => "UNKNOWN_COLLECTION",
            Self::UnknownRule => "UNKNOWN_RULE",
            Self::UnknownRun => "UNKNOWN_RUN",
            Self::WrongState => "WRONG_STATE",
            Self::SimulationRequired => "SIMULATION_REQUIRED",
            Self::ChangedMeanwhile => "CHANGED_MEANWHILE",
            Self::RunInProgress => "RUN_IN_PROGRESS",
        }
    }
}

impl CommandCode for PricingRuleErrorCode {
    const SCOPE: &'static str = "write_price_rules";

    fn forbidden() -> String {
        format!("pricing rules need the scope {}", Self::SCOPE)
    }
}
