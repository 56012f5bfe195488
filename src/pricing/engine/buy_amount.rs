//! Buy X get Y where the units that are bought must be worth an amount, all together so many times as the offer is used.
//!
//! Units that could be bought as well as got make this a knapsack: whichever are bought must reach the amount and should
//! save little. All ways of buying them are compared while there are at most [`MAX_ASSIGNMENTS`]. Beyond, a fixed number
//! of fillings is compared for a number of uses that grows with the logarithm of the most: the dearest units are got that
//! still leave enough to be bought, with and without the few dearest, or the cheapest are. That plan is legal, and misses
//! the best by little where there are many units.

use super::answer::Inapplicable;
use super::buy_x_get_y::{Offer, Plan, Role, Run};

/// Ways of buying that are compared at most for the exact answer.
pub(super) const MAX_ASSIGNMENTS: u64 = 4_096;

/// Numbers of uses that are all tried where there are no more.
const MAX_USES_TRIED: i64 = 16;

/// How many of the dearest units are passed over, at most, when an offer is filled.
const MAX_PASSED_OVER: usize = 3;

/// The best plan where units worth `amount` must be bought for each use.
///
/// # Errors
/// [`Inapplicable::SubtotalTooSmall`] where they do not suffice for one.
pub(super) fn plan(runs: &[Run], amount: i64, offer: &Offer, limit: u64) -> Result<Plan, Inapplicable> {
    let bought = Bought { only: worth(runs, Role::Buy), both: worth(runs, Role::Both), amount };
    let most = ((bought.only + bought.both) / amount).min(offer.uses.unwrap_or(i64::MAX));
    if most < 1 {
        return Err(Inapplicable::SubtotalTooSmall);
    }
    let ways = runs
        .iter()
        .filter(|run| is_choice(run))
        .try_fold(1_u64, |ways, run| ways.checked_mul(u64::try_from(run.units).ok()?.checked_add(1)?));
    Ok(match ways {
        Some(ways) if ways <= limit => all_ways(runs, &bought, offer),
        _ => fillings(runs, &bought, offer, most),
    })
}

/// What can be bought.
struct Bought {
    /// The worth of the units that can only be bought.
    only: i64,
    /// The worth of those that can be bought or got.
    both: i64,
    /// What must be bought for one use.
    amount: i64,
}

/// What the units of a part cost.
fn worth(runs: &[Run], role: Role) -> i64 {
    // Never more than the lines cost, which is counted with already.
    runs.iter().filter(|run| run.role == role).map(|run| run.units * run.unit_minor).sum()
}

/// Whether it matters if the units of a run are bought or got: those that save nothing are better bought.
fn is_choice(run: &Run) -> bool {
    run.role == Role::Both && run.off_minor > 0
}

/// Compares all ways of buying.
fn all_ways(runs: &[Run], bought: &Bought, offer: &Offer) -> Plan {
    let mut kept: Vec<i64> = runs
        .iter()
        .map(|run| if run.role == Role::Both && !is_choice(run) { run.units } else { 0 })
        .collect();
    let mut best = Plan::default();
    loop {
        let worth: i64 = runs.iter().zip(&kept).map(|(run, kept)| run.unit_minor * kept).sum();
        let uses = ((bought.only + worth) / bought.amount).min(offer.uses.unwrap_or(i64::MAX));
        let plan = Plan::dearest(runs, got_with(uses, offer), |place, run, _| {
            run.units - kept.get(place).copied().unwrap_or(0)
        });
        keep_better(&mut best, plan);
        if !next_way(runs, &mut kept) {
            return best;
        }
    }
}

/// Counts one up: the next way of buying, or none.
fn next_way(runs: &[Run], kept: &mut [i64]) -> bool {
    for (run, kept) in runs.iter().zip(kept).filter(|(run, _)| is_choice(run)) {
        if *kept < run.units {
            *kept += 1;
            return true;
        }
        *kept = 0;
    }
    false
}

/// How many units may be got with so many uses.
fn got_with(uses: i64, offer: &Offer) -> i64 {
    uses.saturating_mul(offer.get_quantity.max(0))
}

/// Keeps the plan that saves more; of equal ones the earlier, but one that gets something rather than none.
fn keep_better(best: &mut Plan, plan: Plan) {
    let gets_first = |plan: &Plan| plan.got.iter().any(|got| *got > 0);
    if plan.off_minor > best.off_minor || (best.off_minor == 0 && gets_first(&plan) && !gets_first(best)) {
        *best = plan;
    }
}

/// Compares some fillings for some numbers of uses.
fn fillings(runs: &[Run], bought: &Bought, offer: &Offer, most: i64) -> Plan {
    let choices: Vec<usize> =
        runs.iter().enumerate().filter(|(_, run)| is_choice(run)).map(|(place, _)| place).collect();
    let mut best = Plan::default();
    let mut with = |uses: i64| {
        let mut off_minor = 0;
        for passed in 0..=MAX_PASSED_OVER.min(choices.len().saturating_sub(1)) {
            let (first, rest) = choices.split_at_checked(passed).unwrap_or((&[], choices.as_slice()));
            let plan = fill(runs, bought, offer, uses, rest.iter().chain(first));
            off_minor = plan.off_minor.max(off_minor);
            keep_better(&mut best, plan);
        }
        let plan = fill(runs, bought, offer, uses, choices.iter().rev());
        off_minor = plan.off_minor.max(off_minor);
        keep_better(&mut best, plan);
        off_minor
    };
    if most <= MAX_USES_TRIED {
        for uses in 1..=most {
            with(uses);
        }
        return best;
    }
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if with(middle + 1) > with(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    with(most);
    best
}

/// Gets units of the choices in this order while enough is left to be bought for so many uses, then of these and those
/// that can only be got the dearest.
fn fill<'a>(
    runs: &[Run],
    bought: &Bought,
    offer: &Offer,
    uses: i64,
    order: impl Iterator<Item = &'a usize>,
) -> Plan {
    let most = got_with(uses, offer);
    let mut room = bought.both - (uses * bought.amount - bought.only).max(0);
    let mut left = most;
    let mut chosen = vec![0_i64; runs.len()];
    for place in order {
        if let (Some(run), Some(chosen)) = (runs.get(*place), chosen.get_mut(*place)) {
            let fits = room.checked_div(run.unit_minor).unwrap_or(run.units);
            *chosen = run.units.min(left).min(fits);
            room -= *chosen * run.unit_minor;
            left -= *chosen;
        }
    }
    Plan::dearest(runs, most, |place, run, _| match run.role {
        Role::Get => run.units,
        Role::Both => chosen.get(place).copied().unwrap_or(0),
        Role::Buy => 0,
    })
}
