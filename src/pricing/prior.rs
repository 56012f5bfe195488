//! The lowest price before a reduction, which shoppers in the European Union must be told: article 6a of Directive
//! 98/6/EC, as Directive (EU) 2019/2161 brought it in. A pure rule over the history of prices.
//!
//! It is the lowest price that was asked for one unit in the thirty days before the present reduction took effect. A
//! reduction took effect when the price last fell, or when a higher price to compare it with was first shown beside it,
//! whichever came later: who raises a price for a day, or shows an invented one, is found out. Of a price that falls in
//! steps the last step counts. Of goods that are sold for less than thirty days, the time since they were is looked at;
//! goods that were never sold for another price than the reduced one have no prior price.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::SegmentId;
use entity::{price, price_history};

use super::choose::unit_price;
use super::tier::Tier;
use crate::catalog::PriceBasis;
use crate::market::{Market, PriceRules, Settings};

/// How long before a reduction prices are looked at, and for how long a reduction counts that shows no higher price.
const PERIOD: TimeDelta = TimeDelta::days(30);

/// What prices were made of from a moment on.
#[derive(Clone, Debug)]
pub struct Era {
    /// From when on.
    pub since: DateTime<Utc>,
    /// Of what; `None` where nothing could be sold.
    pub rules: Option<Arc<PriceRules>>,
}

/// What prices were made of in a market up to a moment, for a buyer in these segments.
#[must_use]
pub fn eras(
    settings: &Settings,
    market: &Market,
    segments: &BTreeSet<SegmentId>,
    until: DateTime<Utc>,
) -> Vec<Era> {
    let turns = settings.turns(market, until);
    let moments = std::iter::once(DateTime::UNIX_EPOCH).chain(turns);
    moments.map(|since| Era { since, rules: settings.rules_then(market, since, segments) }).collect()
}

/// The price of one unit from a moment on.
type Spell = (DateTime<Utc>, Option<Tier>);

/// The lowest price before the present reduction, in minor units of the market's currency; none where the variant is not
/// on sale, or was not sold before.
///
/// `history` holds the changes of one variant in their order, `eras` what prices were made of in the buyer's market, in
/// their order.
#[must_use]
pub fn lowest_prior_price(history: &[price_history::Model], eras: &[Era], now: DateTime<Utc>) -> Option<i64> {
    let spells = spells(history, eras, now);
    let since = reduced_since(&spells, now)?;
    let ends = spells.iter().skip(1).map(|(end, _)| *end).chain([DateTime::<Utc>::MAX_UTC]);
    let was_asked = spells
        .iter()
        .zip(ends)
        .filter(|((begin, _), end)| *begin < since && *end > since - PERIOD)
        .filter_map(|((_, tier), _)| tier.map(|tier| tier.amount_minor));
    was_asked.min()
}

/// What one unit cost, from the first change up to now; two in a row differ.
fn spells(history: &[price_history::Model], eras: &[Era], now: DateTime<Utc>) -> Vec<Spell> {
    let Some(first) = history.first() else {
        return Vec::new();
    };
    let of_rows = history
        .iter()
        .flat_map(|row| [Some(row.recorded_at), Some(row.valid_from), row.valid_to].into_iter().flatten());
    let moments: BTreeSet<DateTime<Utc>> = of_rows
        .chain(eras.iter().map(|era| era.since))
        .filter(|moment| (first.recorded_at..=now).contains(moment))
        .collect();
    let mut rows: Vec<price::Model> = Vec::new();
    let mut coming = history.iter().peekable();
    let mut spells: Vec<Spell> = Vec::with_capacity(moments.len());
    for moment in moments {
        while let Some(change) = coming.next_if(|change| change.recorded_at <= moment) {
            apply(&mut rows, change);
        }
        let era = eras.iter().rev().find(|era| era.since <= moment);
        let rules = era.and_then(|era| era.rules.as_ref());
        let tier =
            rules.and_then(|rules| unit_price(&rows, &PriceBasis { rules: Arc::clone(rules), now: moment }));
        if spells.last().is_none_or(|(_, last)| *last != tier) {
            spells.push((moment, tier));
        }
    }
    spells
}

/// Brings the rows of the table `price` to what they were after a change.
fn apply(rows: &mut Vec<price::Model>, change: &price_history::Model) {
    let is_same = |row: &price::Model| {
        row.price_list_id == change.price_list_id
            && row.currency == change.currency
            && row.min_quantity == change.min_quantity
            && row.valid_from == change.valid_from
    };
    rows.retain(|row| !is_same(row));
    rows.extend(change.amount_minor.map(|amount_minor| price::Model {
        variant_id: change.variant_id,
        price_list_id: change.price_list_id,
        currency: change.currency.clone(),
        min_quantity: change.min_quantity,
        valid_from: change.valid_from,
        valid_to: change.valid_to,
        amount_minor,
        compare_at_minor: change.compare_at_minor,
    }));
}

/// When the present reduction took effect; none where there is none.
fn reduced_since(spells: &[Spell], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let asked: Vec<(DateTime<Utc>, Tier)> =
        spells.iter().filter_map(|(since, tier)| tier.map(|tier| (*since, tier))).collect();
    let (_, current) = *asked.last()?;
    spells.last()?.1?;
    let fell = |pair: &&[(DateTime<Utc>, Tier)]| match pair {
        [(_, before), (_, after)] => after.amount_minor < before.amount_minor,
        _ => false,
    };
    let last_fall = asked.windows(2).rev().find(fell);
    let last_fall = last_fall.and_then(|pair| match pair {
        [(_, before), (since, _)] => Some((*since, before.amount_minor)),
        _ => None,
    });
    let is_compared =
        |tier: &Tier| tier.compare_at_minor.is_some_and(|compared| compared > tier.amount_minor);
    if is_compared(&current) {
        let shown = asked.iter().rev().take_while(|(_, tier)| is_compared(tier)).last();
        let shown_since = shown.map(|(since, _)| *since)?;
        return Some(last_fall.map_or(shown_since, |(since, _)| since.max(shown_since)));
    }
    let (since, before) = last_fall?;
    (since > now - PERIOD && current.amount_minor < before).then_some(since)
}

#[cfg(test)]
mod tests {
    use entity::id::{PriceHistoryId, PriceListId, VariantId};
    use entity::price_history::PriceReason;
    use entity::price_list::CompareAtMode;
    use proptest::prelude::*;

    use super::*;
    use crate::market::ListRule;
    use crate::money::Currency;

    fn at(day: i64) -> DateTime<Utc> {
        "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(day)
    }

    fn change(day: i64, amount: impl Into<Option<i64>>, compare_at: Option<i64>) -> price_history::Model {
        price_history::Model {
            id: PriceHistoryId(1),
            variant_id: VariantId(1),
            price_list_id: PriceListId(0),
            currency: "EUR".to_owned(),
            min_quantity: 1,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
            amount_minor: amount.into(),
            compare_at_minor: compare_at,
            reason: PriceReason::Set,
            pricing_run_id: None,
            actor: "system".to_owned(),
            recorded_at: at(day),
        }
    }

    fn eras(lists: &[(i64, Vec<ListRule>)]) -> Vec<Era> {
        let rules = |lists: &[ListRule]| PriceRules {
            lists: lists.to_vec(),
            ..PriceRules::base(Currency::find("EUR").unwrap())
        };
        let first = Era { since: DateTime::UNIX_EPOCH, rules: Some(Arc::new(rules(&[]))) };
        let later =
            lists.iter().map(|(day, lists)| Era { since: at(*day), rules: Some(Arc::new(rules(lists))) });
        std::iter::once(first).chain(later).collect()
    }

    fn prior(history: &[price_history::Model], day: i64) -> Option<i64> {
        lowest_prior_price(history, &eras(&[]), at(day))
    }

    #[test]
    fn a_reduction_is_told_with_the_price_before_it_for_thirty_days() {
        let history = [change(0, 10_000, None), change(100, 8_000, None)];
        assert_eq!(prior(&history, 99), None);
        assert_eq!(prior(&history, 100), Some(10_000));
        assert_eq!(prior(&history, 129), Some(10_000));
        assert_eq!(prior(&history, 130), None, "it is the price now");
        let shown = [change(0, 10_000, None), change(100, 8_000, Some(10_000))];
        assert_eq!(prior(&shown, 300), Some(10_000), "as long as it is shown as a reduction");
        assert_eq!(prior(&[], 1), None);
    }

    #[test]
    fn who_raises_a_price_before_reducing_it_is_found_out() {
        let history = [change(0, 8_000, None), change(95, 12_000, None), change(100, 9_000, Some(12_000))];
        assert_eq!(prior(&history, 101), Some(8_000), "rising then falling");
        let long_ago = [change(0, 8_000, None), change(60, 12_000, None), change(100, 9_000, Some(12_000))];
        assert_eq!(prior(&long_ago, 101), Some(12_000));
        let invented = [change(0, 8_000, None), change(100, 8_000, Some(20_000))];
        assert_eq!(prior(&invented, 101), Some(8_000));
        let back = [change(0, 10_000, None), change(100, 8_000, None), change(110, 10_000, None)];
        assert_eq!(prior(&back, 111), None, "it rose to what it was");
        let in_part = [change(0, 10_000, None), change(100, 8_000, None), change(110, 9_000, None)];
        assert_eq!(prior(&in_part, 111), Some(10_000));
    }

    #[test]
    fn of_a_sale_that_is_repeated_within_thirty_days_the_lower_price_counts() {
        let history = [
            change(0, 10_000, None),
            change(100, 7_000, Some(10_000)),
            change(105, 10_000, None),
            change(120, 8_000, Some(10_000)),
        ];
        assert_eq!(prior(&history, 104), Some(10_000));
        assert_eq!(prior(&history, 121), Some(7_000));
        let later = [&history[..3], &[change(136, 8_000, Some(10_000))]].concat();
        assert_eq!(prior(&later, 137), Some(10_000));
        let in_steps =
            [change(0, 10_000, None), change(100, 9_000, Some(10_000)), change(110, 8_000, Some(10_000))];
        assert_eq!(prior(&in_steps, 111), Some(9_000), "of steps the last one counts");
    }

    #[test]
    fn of_a_new_product_the_time_since_it_is_sold_is_looked_at() {
        let history = [change(90, 6_000, None), change(100, 5_000, Some(6_000))];
        assert_eq!(prior(&history, 101), Some(6_000));
        assert_eq!(prior(&[change(100, 5_000, Some(6_000))], 101), None, "it was never sold for more");
        let taken_away = [change(0, 6_000, None), change(50, None, None), change(100, 5_000, Some(6_000))];
        assert_eq!(prior(&taken_away, 101), None, "and not within thirty days");
        assert_eq!(prior(&[change(0, 6_000, None), change(50, None, None)], 60), None, "it is not sold now");
    }

    #[test]
    fn windows_count_from_when_they_hold() {
        let sale = |recorded, from, to, amount| price_history::Model {
            valid_from: at(from),
            valid_to: Some(at(to)),
            ..change(recorded, amount, Some(10_000))
        };
        let history = [change(0, 10_000, None), sale(10, 100, 105, 7_000), sale(10, 120, 125, 8_000)];
        assert_eq!(prior(&history, 99), None);
        assert_eq!(prior(&history, 100), Some(10_000));
        assert_eq!(prior(&history, 105), None);
        assert_eq!(prior(&history, 121), Some(7_000));
        // Recorded when it already held: from then on it was asked.
        let late = [change(0, 10_000, None), sale(103, 100, 105, 7_000)];
        assert_eq!((prior(&late, 102), prior(&late, 104)), (None, Some(10_000)));
        let cancelled =
            [&history[..2], &[price_history::Model { amount_minor: None, ..sale(50, 100, 105, 0) }]];
        assert_eq!(prior(&cancelled.concat(), 101), None);
    }

    #[test]
    fn lists_count_while_they_hold_in_the_market() {
        let list = |id, adjust_bp| ListRule {
            id: PriceListId(id),
            name: "sale".into(),
            adjust_bp,
            compare_at: CompareAtMode::Adjusted,
        };
        let on_list = |id, day, amount| price_history::Model {
            price_list_id: PriceListId(id),
            ..change(day, amount, None)
        };
        let history = [change(0, 10_000, None), on_list(7, 50, 9_000), on_list(8, 50, 1)];
        let eras = eras(&[(100, vec![list(7, None)]), (110, vec![]), (120, vec![list(9, Some(-500))])]);
        let prior = |day| lowest_prior_price(&history, &eras, at(day));
        assert_eq!(prior(99), None);
        assert_eq!(prior(101), Some(10_000), "the list's own price");
        assert_eq!(prior(111), None);
        assert_eq!(prior(121), Some(9_000), "a percentage, and the list within thirty days before");
    }

    proptest! {
        #[test]
        fn it_is_a_price_that_was_asked_and_the_lowest_of_a_day_by_day_look(
            steps in proptest::collection::vec((0_i64..40, 1_i64..20, proptest::option::of(1_i64..25)), 1..12),
            after in 0_i64..60,
        ) {
            let mut day = 0;
            let mut history = Vec::new();
            for (days, amount, compare_at) in steps {
                day += days;
                history.push(change(day, amount, compare_at));
            }
            let today = day + after;
            let on = |day: i64| history.iter().rev().find(|row| row.recorded_at <= at(day));
            let amount = |day| on(day).and_then(|row| row.amount_minor);
            let sale = |day| on(day).is_some_and(|row| row.compare_at_minor > row.amount_minor);
            // The slow, obvious way: day by day.
            let fell = (1..=today).rev().find(|day| amount(*day).zip(amount(day - 1)).is_some_and(|(now, then)| now < then));
            let shown = sale(today).then(|| (0..=today).rev().take_while(|day| sale(*day)).last()).flatten();
            let since = match (shown, fell) {
                (Some(shown), fell) => Some(fell.map_or(shown, |fell| fell.max(shown))),
                (None, Some(fell)) => (fell > today - 30 && amount(today) < amount(fell - 1)).then_some(fell),
                (None, None) => None,
            };
            let lowest = since.and_then(|since| (since - 30..since).filter_map(amount).min());
            prop_assert_eq!(prior(&history, today), lowest);
        }
    }
}
