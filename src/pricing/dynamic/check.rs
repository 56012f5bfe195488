//! Whether a rule makes sense. Pure rules.

use std::collections::HashSet;

use super::commands::NewRule;
use super::condition::{Condition, MAX_DEPTH, MINUTES_PER_DAY, Range};
use super::error::{PricingRuleError, PricingRuleErrorCode as Code};
use super::rule::{Bound, Change};
use crate::error::check_name;
use crate::market::{MAX_ADJUST_BP, WHOLE_BP};
use crate::money::MAX_MINOR;

/// Conditions of a rule at most.
const MAX_CONDITIONS: usize = 50;
/// Words, seasons or keys of one condition at most.
const MAX_VALUES: usize = 50;
/// Days over which sales are counted at most.
const MAX_WINDOW_DAYS: u16 = 365;
/// The largest number of days or units that a condition names.
const MAX_NUMBER: i64 = 1_000_000_000;
/// The longest time between two runs: 31 days.
const MAX_EVERY_MINUTES: i32 = 44_640;

type Checked = Result<(), PricingRuleError>;

fn refused(code: Code, field: &'static str, message: impl Into<String>) -> Checked {
    Err(PricingRuleError::refused(code, field, message))
}

/// Refuses a rule without sense, as far as that can be said without the database.
pub(super) fn check(new: &NewRule) -> Checked {
    check_name(Code::Invalid, "name", &new.name)?;
    let mut count = 0;
    check_condition(&new.condition, 0, &mut count)?;
    check_action(new)?;
    check_limits(new)?;
    if !(1..=WHOLE_BP).contains(&new.max_step_bp) {
        let message = "The largest step of a day lies above nothing and within 100 %";
        return refused(Code::StepLimitOutOfRange, "maxStepBp", message);
    }
    if !(1..=MAX_EVERY_MINUTES).contains(&new.every_minutes) {
        let message = format!("A rule runs every 1 to {MAX_EVERY_MINUTES} minutes");
        return refused(Code::OutOfRange, "everyMinutes", message);
    }
    Ok(())
}

fn check_action(new: &NewRule) -> Checked {
    match new.action.change {
        Change::Percentage(bp) if bp == 0 || bp.unsigned_abs() > WHOLE_BP.unsigned_abs() => {
            let message = "The percentage lies within 100 % on either side, and is not nothing";
            return refused(Code::PercentageOutOfRange, "action", message);
        }
        Change::Step(minor) if minor == 0 || minor.unsigned_abs() > MAX_MINOR.unsigned_abs() => {
            let message = "The step is not nothing, and one that can be counted with";
            return refused(Code::OutOfRange, "action", message);
        }
        Change::Percentage(_) | Change::Step(_) => {}
    }
    if new.action.ending.is_some_and(|ending| ending.rounding().is_none()) {
        let message = "The ending must lie below the step, and the step above nothing";
        return refused(Code::Invalid, "ending", message);
    }
    let (needed, field) = if new.action.change.is_up() {
        (new.ceiling.is_some(), "ceiling")
    } else {
        (new.floor.is_some(), "floor")
    };
    if !needed {
        let message = format!("A rule that moves prices this way needs a {field}");
        return refused(Code::LimitRequired, field, message);
    }
    Ok(())
}

fn check_limits(new: &NewRule) -> Checked {
    for (bound, field) in [(new.floor, "floor"), (new.ceiling, "ceiling")] {
        let is_in_range = match bound {
            Some(Bound::Amount(minor)) => (1..=MAX_MINOR).contains(&minor),
            Some(Bound::OverCost(bp)) => (-WHOLE_BP..=MAX_ADJUST_BP).contains(&bp),
            None => true,
        };
        if !is_in_range {
            let message = format!("The {field} must be above nothing, and one that can be counted with");
            return refused(Code::OutOfRange, field, message);
        }
    }
    let is_above = match (new.floor, new.ceiling) {
        (Some(Bound::Amount(floor)), Some(Bound::Amount(ceiling))) => floor > ceiling,
        (Some(Bound::OverCost(floor)), Some(Bound::OverCost(ceiling))) => floor > ceiling,
        // Whether an amount or a cost is more is seen variant by variant.
        _ => false,
    };
    if is_above {
        return refused(Code::FloorAboveCeiling, "floor", "The floor is above the ceiling");
    }
    Ok(())
}

fn check_condition(condition: &Condition, depth: usize, count: &mut usize) -> Checked {
    *count = count.saturating_add(1);
    if *count > MAX_CONDITIONS {
        return refused(
            Code::TooMany,
            "condition",
            format!("A rule has at most {MAX_CONDITIONS} conditions"),
        );
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            if depth >= MAX_DEPTH {
                let message = format!("Conditions are nested at most {MAX_DEPTH} deep");
                return refused(Code::TooDeep, "condition", message);
            }
            if parts.is_empty() {
                return empty();
            }
            parts.iter().try_for_each(|part| check_condition(part, depth.saturating_add(1), count))
        }
        Condition::StockCover { window_days, days: range }
        | Condition::Demand { window_days, milli_per_day: range } => {
            check_window(*window_days)?;
            check_range(*range)
        }
        Condition::Stock { units: range } | Condition::Age { days: range } => check_range(*range),
        Condition::Season(seasons) => {
            check_count(seasons.len())?;
            if seasons.iter().all(|season| season.from.exists() && season.to.exists()) {
                return Ok(());
            }
            refused(Code::Invalid, "condition", "A season begins or ends on a day that no year has")
        }
        Condition::Hours { weekdays, from_minute, to_minute } => {
            let distinct: HashSet<_> = weekdays.iter().collect();
            let is_sound = *from_minute < MINUTES_PER_DAY
                && *to_minute <= MINUTES_PER_DAY
                && from_minute != to_minute
                && distinct.len() == weekdays.len();
            if is_sound {
                return Ok(());
            }
            let message = "Hours lie within a day, are not empty, and name each weekday once";
            refused(Code::Invalid, "condition", message)
        }
        Condition::Segment(_) => Ok(()),
        Condition::ProductType(words) | Condition::Vendor(words) | Condition::Tag(words) => {
            check_count(words.len())?;
            words.iter().try_for_each(|word| check_name(Code::Invalid, "condition", word))
        }
        Condition::Collection(ids) => check_count(ids.len()),
    }
}

fn check_window(days: u16) -> Checked {
    if (1..=MAX_WINDOW_DAYS).contains(&days) {
        return Ok(());
    }
    let message = format!("Sales are counted over 1 to {MAX_WINDOW_DAYS} days");
    refused(Code::OutOfRange, "condition", message)
}

fn check_range(range: Range) -> Checked {
    if range.min.is_none() && range.max.is_none() {
        return empty();
    }
    let bounds = [range.min, range.max];
    let are_numbers = bounds.into_iter().flatten().all(|number| (-MAX_NUMBER..=MAX_NUMBER).contains(&number));
    if are_numbers && range.min.zip(range.max).is_none_or(|(min, max)| min <= max) {
        return Ok(());
    }
    refused(Code::OutOfRange, "condition", "A condition goes from a number to one that is not less")
}

fn check_count(count: usize) -> Checked {
    if count == 0 {
        return empty();
    }
    if count > MAX_VALUES {
        return refused(Code::TooMany, "condition", format!("A condition names at most {MAX_VALUES} things"));
    }
    Ok(())
}

fn empty() -> Checked {
    refused(Code::EmptyCondition, "condition", "The condition asks for nothing")
}
