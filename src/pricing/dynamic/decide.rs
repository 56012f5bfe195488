//! What a rule makes of a price. Pure rules, in whole numbers only.
//!
//! The change is computed exactly and rounded once, to the rule's ending or to minor units; then the limits hold it: the
//! floor, the ceiling, and the largest step of a day, which is counted from where the price would stand had no rule moved
//! it within the day. Where a limit cuts the change, the new price still ends as the rule says if an amount within the
//! limits does. A price is never moved the other way than the rule says, and never to an amount outside its limits: where
//! that leaves none, it stays.

use entity::id::PricingRuleId;
use entity::market::RoundingMode;
use serde_json::json;

use super::facts::{Facts, Moment, Standing};
use super::rule::{Bound, Change, Rule, Side};
use super::told::{Telling, Told};
use crate::market::{Rounding, WHOLE_BP};
use crate::money::MAX_MINOR;
use crate::pricing::engine::{StepKind, Trace};

/// What a rule makes of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It becomes another.
    Changed {
        /// What one unit costs then.
        amount_minor: i64,
        /// What it is compared with then: as before, or nothing where that is no longer more than the price.
        compare_at_minor: Option<i64>,
    },
    /// It stays.
    Stays(Why),
}

/// Why a price stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// The condition does not hold.
    NotMatched,
    /// A rule that goes first matches too.
    Outranked(PricingRuleId),
    /// Somebody set it for a while.
    Temporary,
    /// A limit is told by the cost of a unit, which is not known in the list's currency.
    NoCost,
    /// It lies at its floor, or the floor leaves no other.
    Floor,
    /// It lies at its ceiling, or the ceiling leaves no other.
    Ceiling,
    /// The rules have moved it as far as they may within a day.
    StepLimit,
    /// Rounded, it is the same.
    Same,
}

impl Why {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotMatched => "NOT_MATCHED",
            Self::Outranked(_) => "OUTRANKED",
            Self::Temporary => "TEMPORARY",
            Self::NoCost => "NO_COST",
            Self::Floor => "FLOOR",
            Self::Ceiling => "CEILING",
            Self::StepLimit => "STEP_LIMIT",
            Self::Same => "SAME",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::NotMatched => "The condition does not hold".to_owned(),
            Self::Outranked(id) => format!("Rule {id} goes first and matches too"),
            Self::Temporary => "The price was set for a while".to_owned(),
            Self::NoCost => "What a unit costs the shop is not known".to_owned(),
            Self::Floor => "The floor leaves no other price".to_owned(),
            Self::Ceiling => "The ceiling leaves no other price".to_owned(),
            Self::StepLimit => "The rules have moved the price as far as they may within a day".to_owned(),
            Self::Same => "Rounded, the price is the same".to_owned(),
        }
    }
}

/// What a rule makes of a price of a variant, if no other rule goes first.
#[must_use]
pub fn decide(
    rule: &Rule,
    facts: &Facts,
    standing: &Standing,
    moment: &Moment,
    trace: &mut Trace,
) -> Decision {
    let mut told = Told::of(&rule.name, trace);
    let decision = decided(rule, facts, standing, moment, &mut told);
    let before_minor = Some(standing.amount_minor);
    told.step(StepKind::PricingRule, || match decision {
        Decision::Changed { amount_minor, .. } => Telling {
            applied: true,
            message: "The rule changes the price".to_owned(),
            before_minor,
            after_minor: Some(amount_minor),
            data: json!({ "rule": rule.id, "action": rule.action }),
        },
        Decision::Stays(why) => Telling {
            applied: false,
            message: why.words(),
            before_minor,
            after_minor: before_minor,
            data: json!({ "rule": rule.id, "why": why.as_str() }),
        },
    });
    decision
}

/// The first of these rules, which are in their order, that matches a variant.
pub(super) fn first_match<'a>(rules: &'a [Rule], facts: &Facts, moment: &Moment) -> Option<&'a Rule> {
    rules
        .iter()
        .find(|rule| rule.condition.holds(facts, moment, &mut Told::of(&rule.name, &mut Trace::off())))
}

fn decided(
    rule: &Rule,
    facts: &Facts,
    standing: &Standing,
    moment: &Moment,
    told: &mut Told<'_>,
) -> Decision {
    if standing.is_temporary {
        return Decision::Stays(Why::Temporary);
    }
    if !rule.condition.holds(facts, moment, told) {
        return Decision::Stays(Why::NotMatched);
    }
    let Some(limits) = Limits::of(rule, facts, standing, told) else {
        return Decision::Stays(Why::NoCost);
    };
    let current = standing.amount_minor;
    let target = target(rule, current, told);
    match limits.hold(rule, current, target) {
        Ok(amount_minor) => {
            let compare_at_minor = standing.compare_at_minor.filter(|minor| *minor > amount_minor);
            Decision::Changed { amount_minor, compare_at_minor }
        }
        Err(why) => Decision::Stays(why),
    }
}

/// The price that the rule aims at, before its limits.
fn target(rule: &Rule, current: i64, told: &mut Told<'_>) -> i64 {
    let rounding = rule.action.ending.and_then(|ending| ending.rounding()).unwrap_or(Rounding::MINOR_UNIT);
    let (numerator, denominator) = rule.action.change.of(current);
    let target = if numerator <= 0 {
        0
    } else {
        rounding.round(numerator, denominator).unwrap_or(MAX_MINOR).min(MAX_MINOR)
    };
    told.step(StepKind::Adjustment, || Telling {
        applied: target != current,
        message: match rule.action.change {
            Change::Percentage(bp) => format!("The price changes by {bp} hundredths of a percent, rounded"),
            Change::Step(minor) => format!("The price changes by {minor} minor units, rounded"),
        },
        before_minor: Some(current),
        after_minor: Some(target),
        data: json!(rule.action),
    });
    target
}

/// Between which amounts the new price must lie, and which limit says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limits {
    low: (i64, Why),
    high: (i64, Why),
}

impl Limits {
    /// The limits of a price; `None` where a cost that is needed is not known.
    fn of(rule: &Rule, facts: &Facts, standing: &Standing, told: &mut Told<'_>) -> Option<Self> {
        let bound = |bound: Option<Bound>, side| match bound {
            Some(bound) => bound.minor(facts.cost_minor, side).map(Some),
            None => Some(None),
        };
        let floor = bound(rule.floor, Side::Floor)?;
        let ceiling = bound(rule.ceiling, Side::Ceiling)?;
        // Where the price would stand had no rule moved it within the day.
        let anchor = i128::from(standing.amount_minor) - i128::from(standing.moved_minor);
        let (whole, step_bp) = (i128::from(WHOLE_BP), i128::from(rule.max_step_bp));
        let small = |minor: i128| i64::try_from(minor.clamp(0, i128::from(MAX_MINOR))).unwrap_or(MAX_MINOR);
        let least = small((anchor * (whole - step_bp) + whole - 1).div_euclid(whole));
        let most = small((anchor * (whole + step_bp)).div_euclid(whole));
        told.step(StepKind::Limit, || Telling {
            applied: true,
            message: "The new price must keep to these limits".to_owned(),
            before_minor: None,
            after_minor: None,
            data: json!({ "floor": floor, "ceiling": ceiling, "leastOfDay": least, "mostOfDay": most }),
        });
        let (floor, ceiling) = (floor.unwrap_or(1).max(1), ceiling.unwrap_or(MAX_MINOR));
        Some(Self {
            low: if least > floor { (least, Why::StepLimit) } else { (floor, Why::Floor) },
            high: if most < ceiling { (most, Why::StepLimit) } else { (ceiling, Why::Ceiling) },
        })
    }

    /// The price within the limits that comes nearest to the target, or why there is none.
    fn hold(&self, rule: &Rule, current: i64, target: i64) -> Result<i64, Why> {
        let is_up = rule.action.change.is_up();
        let cut_by = if target > self.high.0 {
            Some(self.high.1)
        } else if target < self.low.0 {
            Some(self.low.1)
        } else {
            None
        };
        if self.low.0 > self.high.0 {
            // What the rule runs against: upwards from above, downwards from below.
            return Err(if is_up { self.high.1 } else { self.low.1 });
        }
        let held = target.clamp(self.low.0, self.high.0);
        let ended = if held == target { held } else { self.with_ending(rule, held) };
        let is_moved = |minor: &i64| *minor != current && (*minor > current) == is_up;
        [ended, held].into_iter().find(is_moved).ok_or(cut_by.unwrap_or(Why::Same))
    }

    /// The amount next to a limit, inside of it, that ends as the rule says; the limit itself where there is none.
    fn with_ending(&self, rule: &Rule, limit: i64) -> i64 {
        let inwards = if limit == self.high.0 { RoundingMode::Down } else { RoundingMode::Up };
        let ending = rule.action.ending;
        let rounding =
            ending.and_then(|ending| Rounding::new(inwards, ending.step_minor, ending.ending_minor));
        let ended = rounding.and_then(|rounding| rounding.round(i128::from(limit), 1));
        ended.filter(|minor| (self.low.0..=self.high.0).contains(minor)).unwrap_or(limit)
    }
}
