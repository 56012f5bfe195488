//! Buy X get Y: which units are bought and which are got, so that the buyer saves the most.
//!
//! A legal assignment has a number of uses, each of which needs its units to be bought (so many, or together worth so
//! much before discounts) and allows so many units to be got; a unit is bought or got, not both. What a unit that is got
//! saves is rounded for each unit. Units of one price that may play the same part are one run, so that the work depends on
//! the number of lines, not of units.
//!
//! Where a number of units must be bought the answer is exact for every cart. What k uses save is then the greatest sum
//! of at most `k * get_quantity` units of which only so many may be taken from those that could be bought as well: taking
//! the dearest first is exact, and the sum is concave in k (both bounds are), so that halving finds the best k. Where
//! they must be worth an amount, see [`super::buy_amount`].

use super::answer::Inapplicable;
use super::basic::{self, Part};
use super::buy_amount;
use super::lines::Line;
use super::model::{Buy, Value};

/// What is offered, amounts in the cart's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// What must be bought for one use.
    pub(super) buy: Buy,
    /// How many units may be got with one use.
    pub(super) get_quantity: i64,
    /// The most uses.
    pub(super) uses: Option<i64>,
    /// How much less a unit costs that is got.
    pub(super) value: Value,
}

/// Which parts units may play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Only be got.
    Get,
    /// Either.
    Both,
    /// Only be bought.
    Buy,
}

/// Units of one price that may play the same part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// What a unit costs.
    pub(super) unit_minor: i64,
    /// What a unit saves that is got. A dearer one never saves less.
    pub(super) off_minor: i64,
    /// Their part.
    pub(super) role: Role,
    /// How many.
    pub(super) units: i64,
    /// Of which lines, in the order of the measured ones.
    pub(super) lines: Vec<usize>,
}

/// How many units of each run are got.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// What they save.
    pub(super) off_minor: i64,
    /// How many units of each run.
    pub(super) got: Vec<i64>,
}

impl Plan {
    /// The plan that gets the dearest units first: at most so many, and of each run no more than `free` says.
    pub(super) fn dearest(runs: &[Run], most: i64, mut free: impl FnMut(usize, &Run, i64) -> i64) -> Self {
        let mut plan = Self { off_minor: 0, got: Vec::with_capacity(runs.len()) };
        let mut left = most;
        for (place, run) in runs.iter().enumerate() {
            let taken = if left == 0 || run.role == Role::Buy { 0 } else { free(place, run, left).min(left) };
            left -= taken;
            // Never more than the lines cost, which is counted with already.
            plan.off_minor += taken * run.off_minor;
            plan.got.push(taken);
        }
        plan
    }
}

/// What the best assignment takes off each line; what nobody gets for less is left out.
///
/// # Errors
/// [`Inapplicable`] where nothing can be got.
pub(super) fn assign(
    lines: &[Line<'_>],
    buys: &[usize],
    gets: &[usize],
    offer: &Offer,
) -> Result<Vec<Part>, Inapplicable> {
    if buys.is_empty() || gets.is_empty() {
        return Err(Inapplicable::NoEntitledLines);
    }
    let runs = runs(lines, buys, gets, offer.value);
    let plan = match offer.buy {
        Buy::Quantity(quantity) => by_quantity(&runs, i64::from(quantity).max(1), offer)?,
        Buy::Amount(minor) => buy_amount::plan(&runs, minor.max(1), offer, buy_amount::MAX_ASSIGNMENTS)?,
    };
    if plan.off_minor == 0 {
        let got_any = plan.got.iter().any(|got| *got > 0);
        return Err(if got_any { Inapplicable::NothingLeft } else { Inapplicable::QuantityTooSmall });
    }
    Ok(spread(lines, &runs, &plan))
}

/// The runs of a cart, the dearest first.
pub(super) fn runs(lines: &[Line<'_>], buys: &[usize], gets: &[usize], value: Value) -> Vec<Run> {
    let mut roles = vec![None; lines.len()];
    for place in buys {
        if let Some(role) = roles.get_mut(*place) {
            *role = Some(Role::Buy);
        }
    }
    for place in gets {
        if let Some(role) = roles.get_mut(*place) {
            *role = Some(role.map_or(Role::Get, |_| Role::Both));
        }
    }
    let mut units: Vec<(i64, Role, usize, i64)> = lines
        .iter()
        .zip(roles)
        .enumerate()
        .filter_map(|(place, (line, role))| Some((line.unit_minor(), role?, place, line.units)))
        .collect();
    units.sort_unstable_by_key(|(unit, role, place, _)| (std::cmp::Reverse(*unit), *role, *place));
    let mut runs: Vec<Run> = Vec::new();
    for (unit_minor, role, place, count) in units {
        match runs.last_mut() {
            Some(run) if run.unit_minor == unit_minor && run.role == role => {
                run.units += count;
                run.lines.push(place);
            }
            _ => runs.push(Run {
                unit_minor,
                off_minor: basic::off_each(value, unit_minor, 1),
                role,
                units: count,
                lines: vec![place],
            }),
        }
    }
    runs
}

/// The units of a part.
fn count(runs: &[Run], role: Role) -> i64 {
    runs.iter().filter(|run| run.role == role).map(|run| run.units).sum()
}

/// The best plan where so many units must be bought for each use.
fn by_quantity(runs: &[Run], buy: i64, offer: &Offer) -> Result<Plan, Inapplicable> {
    let (only, both) = (count(runs, Role::Buy), count(runs, Role::Both));
    let most = ((only + both) / buy).min(offer.uses.unwrap_or(i64::MAX));
    if most < 1 {
        return Err(Inapplicable::QuantityTooSmall);
    }
    let plan = |uses: i64| {
        let mut spare = both - (uses * buy - only).max(0);
        Plan::dearest(runs, uses.saturating_mul(offer.get_quantity.max(0)), |_, run, left| match run.role {
            Role::Get => run.units,
            Role::Both => {
                let taken = run.units.min(spare).min(left);
                spare -= taken;
                taken
            }
            Role::Buy => 0,
        })
    };
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if plan(middle + 1).off_minor > plan(middle).off_minor {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(plan(low))
}

/// What the lines of each run save: its units are got from the earlier lines first.
fn spread(lines: &[Line<'_>], runs: &[Run], plan: &Plan) -> Vec<Part> {
    let mut parts = Vec::new();
    for (run, got) in runs.iter().zip(&plan.got) {
        let mut left = *got;
        for place in &run.lines {
            let taken = lines.get(*place).map_or(0, |line| line.units).min(left);
            left -= taken;
            let amount_minor = taken * run.off_minor;
            if amount_minor > 0 {
                parts.push(Part { place: *place, amount_minor });
            }
        }
    }
    parts.sort_unstable_by_key(|part| part.place);
    parts
}

/// How many units of a line are got when it saves so much by that.
pub(super) fn units_got(line: &Line<'_>, value: Value, amount_minor: i64) -> i64 {
    amount_minor.checked_div(basic::off_each(value, line.unit_minor(), 1)).unwrap_or(0)
}
