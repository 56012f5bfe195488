//! Buy X get Y against all legal assignments.

use entity::id::ProductId;
use proptest::prelude::*;

use super::cases;
use super::dice::Dice;
use super::fixture;
use crate::pricing::engine::basic::{Part, off_each};
use crate::pricing::engine::buy_amount;
use crate::pricing::engine::buy_x_get_y::{Offer, assign, runs, units_got};
use crate::pricing::engine::lines::{self, Line};
use crate::pricing::engine::{Buy, CartToPrice, Inapplicable, Value};

/// A cart and an offer on it.
struct Case {
    cart: CartToPrice,
    buys: Vec<ProductId>,
    gets: Vec<ProductId>,
    offer: Offer,
}

impl Case {
    /// Of a seed, with so many lines.
    fn of(seed: u64, lines: usize, quantity: i32) -> Self {
        let mut dice = Dice::of(seed, 9, 0);
        let of_lines: Vec<(i64, i64, i32)> = (0..lines)
            .map(|_| {
                let unit = dice.range(0, 12) * dice.pick(&[1, 5, 10]);
                (dice.range(1, 5), unit, dice.small(1, quantity))
            })
            .collect();
        let ids = |dice: &mut Dice| (1..=5).filter(|_| dice.happens(55)).map(ProductId).collect();
        let (buys, gets) = (ids(&mut dice), ids(&mut dice));
        let offer = Offer {
            buy: if dice.happens(40) {
                Buy::Quantity(dice.small(1, 3))
            } else {
                Buy::Amount(dice.range(1, 120))
            },
            get_quantity: dice.range(1, 3),
            uses: dice.happens(50).then(|| dice.range(1, 3)),
            value: match dice.range(0, 3) {
                0 => Value::Percentage(10_000),
                1 => Value::Percentage(dice.pick(&[1_000, 3_333, 5_000])),
                2 => Value::Amount(dice.range(1, 40)),
                _ => Value::Price(dice.range(0, 40)),
            },
        };
        Self { cart: fixture::cart(&of_lines), buys, gets, offer }
    }

    fn lines(&self) -> Vec<Line<'_>> {
        lines::measure(&self.cart).unwrap()
    }

    fn meant(lines: &[Line<'_>], products: &[ProductId]) -> Vec<usize> {
        (0..lines.len()).filter(|place| products.contains(&lines[*place].source.product)).collect()
    }

    fn assign(&self) -> Result<Vec<Part>, Inapplicable> {
        let lines = self.lines();
        assign(&lines, &Self::meant(&lines, &self.buys), &Self::meant(&lines, &self.gets), &self.offer)
    }

    /// Whether so many units may be got with units that are bought.
    fn is_legal(&self, bought: i64, bought_minor: i64, got: i64) -> bool {
        let uses = match self.offer.buy {
            Buy::Quantity(quantity) => bought / i64::from(quantity),
            Buy::Amount(minor) => bought_minor / minor,
        };
        got <= uses.min(self.offer.uses.unwrap_or(i64::MAX)) * self.offer.get_quantity
    }

    /// The most that can be saved, by trying for each unit whether it is bought, got or neither.
    fn most(&self) -> i64 {
        let lines = self.lines();
        let units: Vec<(i64, bool, bool)> = lines
            .iter()
            .flat_map(|line| {
                let product = &line.source.product;
                let unit = (line.unit_minor(), self.buys.contains(product), self.gets.contains(product));
                std::iter::repeat_n(unit, usize::try_from(line.units).unwrap())
            })
            .collect();
        self.most_of(&units, 0, 0, 0, 0)
    }

    fn most_of(
        &self,
        units: &[(i64, bool, bool)],
        bought: i64,
        bought_minor: i64,
        got: i64,
        off: i64,
    ) -> i64 {
        let Some(((minor, can_buy, can_get), rest)) = units.split_first() else {
            return if self.is_legal(bought, bought_minor, got) { off } else { 0 };
        };
        let mut most = self.most_of(rest, bought, bought_minor, got, off);
        if *can_buy {
            most = most.max(self.most_of(rest, bought + 1, bought_minor + minor, got, off));
        }
        if *can_get {
            let saved = off_each(self.offer.value, *minor, 1);
            most = most.max(self.most_of(rest, bought, bought_minor, got + 1, off + saved));
        }
        most
    }

    /// Checks that parts come from a legal assignment.
    fn check(&self, parts: &[Part]) -> Result<(), TestCaseError> {
        let lines = self.lines();
        let gets = Self::meant(&lines, &self.gets);
        let mut got = vec![0; lines.len()];
        for part in parts {
            let line = &lines[part.place];
            prop_assert!(gets.contains(&part.place));
            got[part.place] = units_got(line, self.offer.value, part.amount_minor);
            let one = off_each(self.offer.value, line.unit_minor(), 1);
            prop_assert_eq!(got[part.place] * one, part.amount_minor);
            prop_assert!(got[part.place] <= line.units);
        }
        let buys = Self::meant(&lines, &self.buys);
        let kept = |place: &usize| lines[*place].units - got[*place];
        let bought = buys.iter().map(kept).sum();
        let bought_minor = buys.iter().map(|place| kept(place) * lines[*place].unit_minor()).sum();
        prop_assert!(self.is_legal(bought, bought_minor, got.iter().sum()));
        Ok(())
    }
}

fn sum(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.amount_minor).sum()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_best_assignment_of_a_small_cart_is_that_of_trying_all(seed: u64, lines in 1_usize..5) {
        let case = Case::of(seed, lines, 2);
        let parts = case.assign().unwrap_or_default();
        prop_assert_eq!(sum(&parts), case.most());
        case.check(&parts)?;
    }

    #[test]
    fn the_assignment_of_a_large_cart_is_legal(seed: u64, lines in 5_usize..60, quantity in 1_i32..2_000) {
        let case = Case::of(seed, lines, quantity);
        case.check(&case.assign().unwrap_or_default())?;
    }

    #[test]
    fn filling_finds_a_part_of_what_all_ways_of_buying_find(seed: u64, lines in 1_usize..6) {
        let case = Case::of(seed, lines, 3);
        if let Buy::Amount(minor) = case.offer.buy {
            let lines = case.lines();
            let (buys, gets) = (Case::meant(&lines, &case.buys), Case::meant(&lines, &case.gets));
            let runs = runs(&lines, &buys, &gets, case.offer.value);
            let exact = buy_amount::plan(&runs, minor, &case.offer, u64::MAX);
            let filled = buy_amount::plan(&runs, minor, &case.offer, 0);
            match (exact, filled) {
                (Ok(exact), Ok(filled)) => {
                    prop_assert!(filled.off_minor <= exact.off_minor);
                    prop_assert_eq!(filled.off_minor > 0, exact.off_minor > 0);
                }
                (exact, filled) => prop_assert_eq!(exact, filled),
            }
        }
    }
}

#[test]
fn units_are_not_walked_one_by_one() {
    let lines: Vec<_> = (1..=500).map(|product| (product, 1_000 + product, 100_000)).collect();
    let cart = fixture::cart(&lines);
    let lines = lines::measure(&cart).unwrap();
    let all: Vec<usize> = (0..lines.len()).collect();
    let free = |buy| Offer { buy, get_quantity: 1, uses: None, value: Value::Percentage(10_000) };
    // Every second unit is free: the dearer half of all.
    let parts = assign(&lines, &all, &all, &free(Buy::Quantity(1))).unwrap();
    assert_eq!(sum(&parts), (251..=500).map(|product| (1_000 + product) * 100_000).sum::<i64>());
    let parts = assign(&lines, &all, &all, &free(Buy::Amount(1_000))).unwrap();
    assert!(sum(&parts) > (251..=500).map(|product| (1_000 + product) * 100_000).sum::<i64>() / 100 * 99);
}

#[test]
fn why_nothing_is_got_is_told() {
    let cart = fixture::cart(&[(1, 1_000, 2), (2, 500, 1), (3, 0, 1)]);
    let lines = lines::measure(&cart).unwrap();
    let offer = |buy| Offer { buy, get_quantity: 1, uses: None, value: Value::Percentage(5_000) };
    let with = |buys: &[usize], gets: &[usize], buy| assign(&lines, buys, gets, &offer(buy)).unwrap_err();
    assert_eq!(with(&[], &[0], Buy::Quantity(1)), Inapplicable::NoEntitledLines);
    assert_eq!(with(&[0], &[], Buy::Quantity(1)), Inapplicable::NoEntitledLines);
    assert_eq!(with(&[0], &[1], Buy::Quantity(3)), Inapplicable::QuantityTooSmall);
    assert_eq!(with(&[0], &[1], Buy::Amount(2_001)), Inapplicable::SubtotalTooSmall);
    // Both units must be bought, so that none is left to be got.
    assert_eq!(with(&[0], &[0], Buy::Quantity(2)), Inapplicable::QuantityTooSmall);
    assert_eq!(with(&[0], &[0], Buy::Amount(1_001)), Inapplicable::QuantityTooSmall);
    assert_eq!(with(&[0], &[2], Buy::Quantity(2)), Inapplicable::NothingLeft);
    assert_eq!(with(&[0], &[2], Buy::Amount(2_000)), Inapplicable::NothingLeft);
}
