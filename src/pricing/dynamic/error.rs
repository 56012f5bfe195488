//! What is refused when pricing rules are changed, simulated and run.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope of pricing rules.
const SCOPE: &str = "write_price_rules";

/// Why something was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PricingRuleError {
    /// The actor may not do anything with pricing rules.
    #[error("pricing rules need the scope {SCOPE}")]
    Forbidden,
    /// It makes no sense.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: PricingRuleErrorCode,
        /// Which part of the input.
        field: &'static str,
        /// For people.
        message: String,
    },
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricingRuleErrorCode {
    /// A text that is empty or too long, a day that no year has, a rounding without sense.
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

impl PricingRuleError {
    pub(super) fn refused(
        code: PricingRuleErrorCode,
        field: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<PricingRuleErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for PricingRuleError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<serde_json::Error> for PricingRuleError {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for PricingRuleError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not do anything with pricing rules.
pub(super) fn check_scope(actor: &Actor) -> Result<(), PricingRuleError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(PricingRuleError::Forbidden) }
}
