//! A line takes the best of the discounts on lines only, and a delivery the best of those on deliveries.

use super::basic::Part;

/// The best of some discounts for each line, or for each delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Best {
    /// What is taken off each.
    pub(super) amounts: Vec<i64>,
    /// By which of the discounts.
    pub(super) winners: Vec<Option<usize>>,
    /// What is taken off all.
    pub(super) total_minor: i64,
}

impl Best {
    /// The best of the discounts; of equally good ones the first. Their amounts lie within what there is.
    pub(super) fn of<'a>(places: usize, discounts: impl Iterator<Item = (usize, &'a [Part])>) -> Self {
        let mut best = Self { amounts: vec![0; places], winners: vec![None; places], total_minor: 0 };
        for (discount, parts) in discounts {
            for part in parts {
                if let (Some(amount), Some(winner)) =
                    (best.amounts.get_mut(part.place), best.winners.get_mut(part.place))
                    && part.amount_minor > *amount
                {
                    best.total_minor += part.amount_minor - *amount;
                    *amount = part.amount_minor;
                    *winner = Some(discount);
                }
            }
        }
        best
    }

    /// What a discount takes where it is the best.
    pub(super) fn won_by(&self, discount: usize) -> Vec<Part> {
        self.winners
            .iter()
            .zip(&self.amounts)
            .enumerate()
            .filter(|(_, (winner, _))| **winner == Some(discount))
            .map(|(place, (_, amount_minor))| Part { place, amount_minor: *amount_minor })
            .collect()
    }
}

/// As few of the discounts as take the same off each place as all of them: those that bring nothing that another does not
/// bring are left out, the last first.
pub(super) fn lean<'a>(
    places: usize,
    discounts: &[usize],
    parts: impl Fn(usize) -> &'a [Part],
) -> Vec<usize> {
    let best = Best::of(places, discounts.iter().map(|discount| (*discount, parts(*discount))));
    let is_best = |part: &&Part| best.amounts.get(part.place) == Some(&part.amount_minor);
    let mut bringers = vec![0_usize; places];
    for discount in discounts {
        for part in parts(*discount).iter().filter(is_best) {
            if let Some(bringers) = bringers.get_mut(part.place) {
                *bringers += 1;
            }
        }
    }
    let mut kept = discounts.to_vec();
    for discount in discounts.iter().rev() {
        let wins = || parts(*discount).iter().filter(is_best);
        if wins().all(|part| bringers.get(part.place).is_some_and(|bringers| *bringers > 1)) {
            kept.retain(|other| other != discount);
            for part in wins() {
                if let Some(bringers) = bringers.get_mut(part.place) {
                    *bringers -= 1;
                }
            }
        }
    }
    kept
}
