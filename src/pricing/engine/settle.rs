//! What the chosen discounts take off which lines and deliveries, and what came of each code.

use std::collections::BTreeSet;

use entity::id::DiscountId;

use super::answer::{Allocation, Application, CodeOutcome, Inapplicable, PriceError};
use super::basic::Part;
use super::candidate::{Candidate, Gathered};
use super::combine::{Choice, Contest};
use super::model::{CartToPrice, DiscountClass};
use super::order;

/// What one discount takes.
pub(super) struct Taken<'a> {
    /// The discount.
    pub(super) candidate: &'a Candidate<'a>,
    /// Off each of the measured lines, or of the deliveries.
    pub(super) parts: Vec<Part>,
}

impl Taken<'_> {
    /// What it takes in all.
    pub(super) fn amount_minor(&self) -> i64 {
        self.parts.iter().map(|part| part.amount_minor).sum()
    }
}

/// What each of the chosen discounts takes, in the order in which it happens: off lines, off the order, off deliveries.
/// One that takes nothing is left out.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn taken<'a>(contest: &Contest<'a>, choice: &Choice) -> Result<Vec<Taken<'a>>, PriceError> {
    let of_class = |class: DiscountClass| -> Vec<(usize, &'a Candidate<'a>)> {
        choice
            .members
            .iter()
            .filter_map(|member| Some((*member, contest.candidates.get(*member)?)))
            .filter(|(_, candidate)| candidate.class == class)
            .collect()
    };
    let places = |members: &[(usize, &Candidate<'_>)]| -> Vec<usize> {
        members.iter().map(|(place, _)| *place).collect()
    };
    let mut all = Vec::new();
    let products = of_class(DiscountClass::Product);
    let best = contest.best_of(DiscountClass::Product, &places(&products));
    all.extend(products.iter().map(|(place, candidate)| (*candidate, best.won_by(*place))));
    let orders = of_class(DiscountClass::Order);
    let takes = contest.orders(&places(&orders));
    let off = order::take(&takes, &contest.base.after(&best), contest.lines)?;
    all.extend(orders.iter().zip(off).map(|((_, candidate), parts)| (*candidate, parts)));
    let shipping = of_class(DiscountClass::Shipping);
    let free = contest.best_of(DiscountClass::Shipping, &places(&shipping));
    all.extend(shipping.iter().map(|(place, candidate)| (*candidate, free.won_by(*place))));
    Ok(all
        .into_iter()
        .map(|(candidate, parts)| Taken { candidate, parts })
        .filter(|taken| !taken.parts.is_empty())
        .collect())
}

/// The discounts that took something off, in the order of their keys.
pub(super) fn applications(taken: &[Taken<'_>]) -> Vec<Application> {
    let mut applications: Vec<Application> = taken
        .iter()
        .map(|taken| {
            let Candidate { rule, code, class, value, spread, selection, .. } = taken.candidate;
            Application {
                discount: rule.id,
                code: code.map(|code| code.code.clone()),
                code_id: code.and_then(|code| code.code_id),
                title: rule.title.clone(),
                method: rule.method,
                class: *class,
                value: *value,
                spread: *spread,
                selection: *selection,
                amount_minor: taken.amount_minor(),
            }
        })
        .collect();
    applications.sort_by_key(|application| application.discount);
    applications
}

/// What is taken off each of so many lines, or of deliveries, by discounts of these classes.
pub(super) fn allocations(
    places: usize,
    taken: &[Taken<'_>],
    classes: &[DiscountClass],
    applications: &[Application],
) -> Vec<Vec<Allocation>> {
    let mut all = vec![Vec::new(); places];
    for (application, found) in applications.iter().enumerate() {
        let parts = taken
            .iter()
            .filter(|taken| taken.candidate.rule.id == found.discount && classes.contains(&found.class))
            .flat_map(|taken| &taken.parts);
        for part in parts {
            if let Some(allocations) = all.get_mut(part.place) {
                allocations.push(Allocation { application, amount_minor: part.amount_minor });
            }
        }
    }
    all
}

/// What came of each code.
pub(super) fn codes(
    cart: &CartToPrice,
    gathered: &Gathered<'_>,
    applications: &[Application],
) -> Vec<CodeOutcome> {
    let mut seen = BTreeSet::new();
    let outcome = |discount: DiscountId, is_first: bool| {
        let candidate = gathered.candidates.iter().find(|candidate| candidate.rule.id == discount);
        match (candidate, gathered.refusals.get(&discount)) {
            (_, Some(refusal)) => Some(*refusal),
            (None, None) => Some(Inapplicable::NotFound),
            // A discount counts once: a second code for it cannot be combined with the first.
            (Some(_), None) if !is_first => Some(Inapplicable::NotCombined),
            (Some(candidate), None) => left_out(gathered, candidate, applications),
        }
    };
    cart.codes
        .iter()
        .map(|typed| CodeOutcome {
            code: typed.code.clone(),
            discount: typed.discount,
            refusal: match typed.discount {
                Some(discount) => outcome(discount, seen.insert(discount)),
                None => Some(Inapplicable::NotFound),
            },
        })
        .collect()
}

/// Why a discount that could take something off does not; none where it does.
pub(super) fn left_out(
    gathered: &Gathered<'_>,
    candidate: &Candidate<'_>,
    applications: &[Application],
) -> Option<Inapplicable> {
    let applies =
        |discount: DiscountId| applications.iter().any(|application| application.discount == discount);
    if applies(candidate.rule.id) {
        return None;
    }
    let stands_beside_all = gathered
        .candidates
        .iter()
        .filter(|other| applies(other.rule.id))
        .all(|other| other.stands_beside(candidate));
    Some(if stands_beside_all { Inapplicable::NothingLeft } else { Inapplicable::NotCombined })
}
