//! Taxes on what is left after discounts.
//!
//! A simple rate is taken of the net, a compound one of the net and the simple taxes. Where prices hold the tax, the net
//! is what makes the price with all of it. Each amount is counted exactly and rounded once, half up: by line and rate, or
//! by rate over the order and then spread by largest remainder. A tax never takes more than the price that holds it.

mod fraction;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use entity::id::{TaxClassId, TaxRateId};

use self::fraction::{Fraction, rounded_sum, share};
use super::answer::{PriceError, TaxLine};
use super::model::{AnsweredTax, TaxRate, TaxRounding, TaxRules, TaxSource};

/// A whole, in millionths.
const WHOLE_E6: i128 = 1_000_000;

/// A line or a delivery to be taxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taxed {
    /// Tells equal ones apart where a remainder must go to one of them; unique among its kind.
    pub(super) key: i64,
    /// What the buyer pays for it after discounts: with the tax where prices hold it.
    pub(super) amount_minor: i64,
    /// Whether it is taxed.
    pub(super) taxable: bool,
    /// How it is taxed; none for the shop's standard.
    pub(super) class: Option<TaxClassId>,
}

/// The taxes of a line or a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TaxedLine {
    /// One for each rate.
    pub(super) tax_lines: Vec<TaxLine>,
    /// The sum of them.
    pub(super) tax_minor: i64,
    /// Without the tax.
    pub(super) net_minor: i64,
    /// With the tax.
    pub(super) gross_minor: i64,
}

/// The taxes of a cart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taxation {
    /// One for each line, in their order.
    pub(super) lines: Vec<TaxedLine>,
    /// One for each delivery, in their order.
    pub(super) deliveries: Vec<TaxedLine>,
    /// Of all together by rate.
    pub(super) tax_lines: Vec<TaxLine>,
    /// The sum of them.
    pub(super) tax_minor: i64,
}

/// Taxes lines and deliveries. Who is exempt pays the prices as they are, with what taxes they hold.
///
/// # Errors
/// [`PriceError`] where a sum passes what an `i64` holds, or a provider's answer is about other lines.
pub(super) fn apply(rules: &TaxRules, lines: &[Taxed], deliveries: &[Taxed]) -> Result<Taxation, PriceError> {
    let count = lines.len() + deliveries.len();
    let taxes = match &rules.source {
        _ if rules.exempt => vec![Vec::new(); count],
        TaxSource::Unknown => vec![Vec::new(); count],
        TaxSource::Rates(rates) => {
            let rates: Vec<&TaxRate> = rates.iter().map(AsRef::as_ref).collect();
            by_rates(rules, &rates, lines, deliveries)?
        }
        TaxSource::Answered { lines: of_lines, deliveries: of_deliveries } => {
            if of_lines.len() != lines.len() || of_deliveries.len() != deliveries.len() {
                return Err(PriceError::OtherTaxes);
            }
            of_lines.iter().chain(of_deliveries).map(|taxes| answered(taxes)).collect::<Result<_, _>>()?
        }
    };
    let mut taxed = Vec::with_capacity(count);
    for (thing, tax_lines) in lines.iter().chain(deliveries).zip(taxes) {
        taxed.push(taxed_line(rules, thing, tax_lines)?);
    }
    let tax_lines = sums_by_rate(&rules.source, &taxed)?;
    let tax_minor = sum(tax_lines.iter())?;
    let deliveries = taxed.split_off(lines.len());
    Ok(Taxation { lines: taxed, deliveries, tax_lines, tax_minor })
}

/// A rate on a line or a delivery: whole minor units first, which rounding may add one to.
struct Due<'a> {
    /// Which line or delivery; lines come first.
    place: usize,
    /// Of equal remainders the one that is first here gets the unit.
    rank: (bool, i64),
    rate: &'a TaxRate,
    minor: i64,
    part: Fraction,
}

fn by_rates(
    rules: &TaxRules,
    rates: &[&TaxRate],
    lines: &[Taxed],
    deliveries: &[Taxed],
) -> Result<Vec<Vec<TaxLine>>, PriceError> {
    let things = || {
        let lines = lines.iter().map(|line| (line, false));
        lines.chain(deliveries.iter().map(|delivery| (delivery, true))).enumerate()
    };
    let mut dues = Vec::new();
    for (place, (thing, is_delivery)) in things() {
        let due = rates
            .iter()
            .copied()
            .filter(|rate| thing.taxable && rate.class == thing.class && (rate.on_shipping || !is_delivery));
        let sum_of = |compound: bool| -> i128 {
            let rates = due.clone().filter(|rate| rate.compound == compound);
            rates.map(|rate| i128::from(rate.rate_e6)).sum()
        };
        let with_simple = WHOLE_E6 + sum_of(false);
        let whole = if rules.included {
            with_simple.checked_mul(WHOLE_E6 + sum_of(true)).ok_or(PriceError::Overflow)?
        } else {
            WHOLE_E6 * WHOLE_E6
        };
        for rate in due {
            let weight = i128::from(rate.rate_e6) * if rate.compound { with_simple } else { WHOLE_E6 };
            let (minor, part) = share(thing.amount_minor, weight, whole)?;
            dues.push(Due { place, rank: (is_delivery, thing.key), rate, minor, part });
        }
    }
    round(rules, things().map(|(_, (thing, _))| thing.amount_minor).collect(), &mut dues);
    let mut taxes = vec![Vec::new(); lines.len() + deliveries.len()];
    for due in dues {
        if let Some(taxes) = taxes.get_mut(due.place) {
            taxes.push(TaxLine {
                rate: Some(due.rate.id),
                title: due.rate.title.clone(),
                jurisdiction: due.rate.jurisdiction.clone(),
                rate_e6: due.rate.rate_e6,
                amount_minor: due.minor,
            });
        }
    }
    Ok(taxes)
}

/// Adds the units that rounding brings. `room` holds what each line and delivery costs.
fn round(rules: &TaxRules, mut room: Vec<i64>, dues: &mut [Due<'_>]) {
    if rules.included {
        for due in dues.iter() {
            if let Some(room) = room.get_mut(due.place) {
                *room = room.saturating_sub(due.minor);
            }
        }
    } else {
        room.fill(i64::MAX);
    }
    let mut groups: BTreeMap<(usize, TaxRateId), Vec<&mut Due<'_>>> = BTreeMap::new();
    for due in dues {
        let order_or_line = match rules.rounding {
            TaxRounding::Line => due.place,
            TaxRounding::Order => 0,
        };
        groups.entry((order_or_line, due.rate.id)).or_default().push(due);
    }
    for mut dues in groups.into_values() {
        let mut units = rounded_sum(dues.iter().map(|due| due.part));
        dues.sort_by_key(|due| (Reverse(due.part), due.rank));
        for due in dues.into_iter().filter(|due| due.part.is_some()) {
            let room = room.get_mut(due.place).filter(|room| **room > 0);
            if let Some(room) = room
                && units > 0
            {
                units -= 1;
                *room -= 1;
                due.minor = due.minor.saturating_add(1);
            }
        }
    }
}

fn answered(taxes: &[AnsweredTax]) -> Result<Vec<TaxLine>, PriceError> {
    let line = |tax: &AnsweredTax| TaxLine {
        rate: None,
        title: tax.title.clone(),
        jurisdiction: tax.jurisdiction.clone(),
        rate_e6: tax.rate_e6,
        amount_minor: tax.amount_minor,
    };
    if taxes.iter().any(|tax| tax.amount_minor < 0) {
        return Err(PriceError::OtherTaxes);
    }
    Ok(taxes.iter().map(line).collect())
}

fn taxed_line(rules: &TaxRules, thing: &Taxed, tax_lines: Vec<TaxLine>) -> Result<TaxedLine, PriceError> {
    let tax_minor = sum(tax_lines.iter())?;
    let amount = thing.amount_minor;
    let (net_minor, gross_minor) = if rules.included {
        let net = amount.checked_sub(tax_minor).filter(|net| *net >= 0 || tax_minor == 0);
        (net.ok_or(PriceError::OtherTaxes)?, amount)
    } else {
        (amount, amount.checked_add(tax_minor).ok_or(PriceError::Overflow)?)
    };
    Ok(TaxedLine { tax_lines, tax_minor, net_minor, gross_minor })
}

fn sum<'a>(mut tax_lines: impl Iterator<Item = &'a TaxLine>) -> Result<i64, PriceError> {
    tax_lines.try_fold(0_i64, |sum, line| sum.checked_add(line.amount_minor)).ok_or(PriceError::Overflow)
}

/// The sums of the rates in the order of the rules; those of a provider by who takes them.
fn sums_by_rate(source: &TaxSource, taxed: &[TaxedLine]) -> Result<Vec<TaxLine>, PriceError> {
    let mut places = BTreeMap::new();
    if let TaxSource::Rates(rates) = source {
        for (place, rate) in rates.iter().enumerate() {
            places.entry(rate.id).or_insert(place);
        }
    }
    let mut sums: BTreeMap<_, TaxLine> = BTreeMap::new();
    for line in taxed.iter().flat_map(|taxed| &taxed.tax_lines) {
        let key = match line.rate {
            Some(rate) => (places.get(&rate).copied(), "", "", 0),
            None => (None, line.jurisdiction.as_str(), line.title.as_str(), line.rate_e6),
        };
        match sums.get_mut(&key) {
            Some(sum) => {
                let amount = sum.amount_minor.checked_add(line.amount_minor);
                sum.amount_minor = amount.ok_or(PriceError::Overflow)?;
            }
            None => {
                sums.insert(key, line.clone());
            }
        }
    }
    Ok(sums.into_values().collect())
}
