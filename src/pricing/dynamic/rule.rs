//! A rule as it decides: what it does to a price, and within which limits. Pure rules.

use entity::id::{PriceListId, PricingRuleId};
use entity::market::RoundingMode;
use entity::pricing_rule as row;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::condition::Condition;
use crate::error::Fault;
use crate::market::{Rounding, WHOLE_BP};
use crate::money::Currency;

/// What a rule does to a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The change.
    pub change: Change,
    /// As what the new price ends; to the nearest minor unit where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// A change of a price, up where it is above zero and down where it is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Change {
    /// In hundredths of a percent of the price as it stands.
    Percentage(i32),
    /// In minor units.
    Step(i64),
}

impl Change {
    /// Whether it makes a price higher.
    #[must_use]
    pub fn is_up(self) -> bool {
        match self {
            Self::Percentage(bp) => bp > 0,
            Self::Step(minor) => minor > 0,
        }
    }

    /// The changed price as `numerator / denominator` minor units, which may lie below zero.
    pub(super) fn of(self, minor: i64) -> (i128, i128) {
        match self {
            Self::Percentage(bp) => {
                (i128::from(minor) * (i128::from(WHOLE_BP) + i128::from(bp)), i128::from(WHOLE_BP))
            }
            Self::Step(step) => (i128::from(minor) + i128::from(step), 1),
        }
    }
}

/// A [`Rounding`] as rules keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ending {
    /// Which way.
    pub mode: RoundingMode,
    /// The distance between two amounts, in minor units.
    pub step_minor: i64,
    /// What the amounts leave when divided by the step.
    pub ending_minor: i64,
}

impl Ending {
    /// The rule for rounding, unless it makes no sense.
    #[must_use]
    pub fn rounding(self) -> Option<Rounding> {
        Rounding::new(self.mode, self.step_minor, self.ending_minor)
    }
}

/// A limit of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Bound {
    /// So many minor units.
    Amount(i64),
    /// So many hundredths of a percent above what a unit costs the shop.
    OverCost(i32),
}

impl Bound {
    /// The limit in minor units, rounded up as a floor and down as a ceiling; `None` where it depends on a cost that is
    /// not known.
    pub(super) fn minor(self, cost_minor: Option<i64>, side: Side) -> Option<i64> {
        let bp = match self {
            Self::Amount(minor) => return Some(minor),
            Self::OverCost(bp) => bp,
        };
        let numerator = i128::from(cost_minor?) * (i128::from(WHOLE_BP) + i128::from(bp));
        let whole = i128::from(WHOLE_BP);
        let minor = match side {
            Side::Floor => (numerator + whole - 1).div_euclid(whole),
            Side::Ceiling => numerator.div_euclid(whole),
        };
        Some(i64::try_from(minor).unwrap_or(i64::MAX))
    }
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Floor,
    Ceiling,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its key.
    pub id: PricingRuleId,
    /// For staff.
    pub name: String,
    /// Whose prices it changes.
    pub list: PriceListId,
    /// Of the list.
    pub currency: Currency,
    /// When it does.
    pub condition: Condition,
    /// What it does.
    pub action: Action,
    /// No price becomes less.
    pub floor: Option<Bound>,
    /// No price becomes more.
    pub ceiling: Option<Bound>,
    /// How far all rules together move a price within a day, in hundredths of a percent of what it was before.
    pub max_step_bp: i32,
    /// The higher one goes first.
    pub priority: i32,
}

/// What the digest of a rule is made of: whatever a simulation depends on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    list: PriceListId,
    currency: &'a str,
    condition: &'a Condition,
    action: Action,
    floor: Option<Bound>,
    ceiling: Option<Bound>,
    max_step_bp: i32,
    priority: i32,
}

impl Rule {
    /// Reads a rule's row.
    pub(super) fn from_row(row: &row::Model) -> Result<Self, Fault> {
        let bound = |bound: &Option<serde_json::Value>| bound.clone().map(serde_json::from_value).transpose();
        let currency = Currency::find(&row.currency)
            .ok_or_else(|| Fault::new(format!("pricing rule {} is in {}", row.id, row.currency)))?;
        Ok(Self {
            id: row.id,
            name: row.name.clone(),
            list: row.price_list_id,
            currency,
            condition: serde_json::from_value(row.condition.clone())?,
            action: serde_json::from_value(row.action.clone())?,
            floor: bound(&row.floor)?,
            ceiling: bound(&row.ceiling)?,
            max_step_bp: row.max_step_bp,
            priority: row.priority,
        })
    }

    /// A digest of what the rule says: equal for rules that decide alike.
    pub fn digest(&self) -> Result<String, Fault> {
        let said = Said {
            list: self.list,
            currency: self.currency.code(),
            condition: &self.condition,
            action: self.action,
            floor: self.floor,
            ceiling: self.ceiling,
            max_step_bp: self.max_step_bp,
            priority: self.priority,
        };
        let digest = Sha256::digest(serde_json::to_vec(&said)?);
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
