//! Random taxes.

use std::sync::Arc;

use entity::id::{TaxClassId, TaxRateId};

use super::dice::Dice;
use super::house::pricing::engine::{AnsweredTax, TaxRate, TaxRounding, TaxRules, TaxSource};

/// What the state takes of a cart with so many lines and deliveries.
pub(super) fn rules(dice: &mut Dice, lines: usize, deliveries: usize) -> TaxRules {
    let included = dice.happens(50);
    let source = match dice.range(0, 9) {
        0..=1 => TaxSource::Unknown,
        2..=7 => TaxSource::Rates(rates(dice)),
        _ => TaxSource::Answered {
            lines: (0..lines).map(|_| answer(dice, included)).collect(),
            deliveries: (0..deliveries).map(|_| answer(dice, included)).collect(),
        },
    };
    let rounding = dice.pick(&[TaxRounding::Line, TaxRounding::Order]);
    TaxRules { included, rounding, exempt: dice.happens(10), source }
}

/// The simple rates before the compound ones.
fn rates(dice: &mut Dice) -> Vec<Arc<TaxRate>> {
    let mut rates: Vec<TaxRate> = (1..=dice.range(1, 3))
        .map(|id| TaxRate {
            id: TaxRateId(id),
            title: format!("Tax {id}"),
            jurisdiction: "DE".to_owned(),
            rate_e6: dice.pick(&[0, 1, 50_000, 70_000, 99_750, 190_000, 1_000_000]),
            compound: dice.happens(25),
            class: dice.happens(25).then_some(TaxClassId(1)),
            on_shipping: dice.happens(70),
        })
        .collect();
    rates.sort_by_key(|rate| rate.compound);
    rates.into_iter().map(Arc::new).collect()
}

/// What a provider says; nothing where prices hold the tax, since only a price that is known can.
fn answer(dice: &mut Dice, included: bool) -> Vec<AnsweredTax> {
    let amounts: Vec<i64> = (0..dice.range(0, 2)).map(|_| dice.range(0, 300)).collect();
    amounts
        .into_iter()
        .filter(|_| !included)
        .map(|amount_minor| AnsweredTax {
            title: "Sales tax".to_owned(),
            jurisdiction: "US-NY".to_owned(),
            rate_e6: 40_000,
            amount_minor,
        })
        .collect()
}

/// The same taxes for lines in another order.
pub(super) fn turned(rules: &TaxRules, places: &[usize]) -> TaxRules {
    let mut turned = rules.clone();
    if let (TaxSource::Answered { lines, .. }, TaxSource::Answered { lines: before, .. }) =
        (&mut turned.source, &rules.source)
    {
        *lines = places.iter().map(|place| before[*place].clone()).collect();
    }
    turned
}
