//! How long pricing takes, and whether everything holds of many random carts.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::cart::{self, Size};
use super::house::pricing::engine::{
    CartToPrice, CombinesWith, DiscountMethod, Effect, ForCustomers, Trace, Usage, Value, price,
};
use super::invariant;

/// How the discounts of a large cart get on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flags {
    /// Some allow some classes.
    Mixed,
    /// All allow all, and values are small, so that many apply.
    All,
}

/// A large cart with many discounts that are all active and apply by themselves.
pub(super) fn large_cart(seed: u64, lines: u64, discounts: u64, flags: Flags) -> CartToPrice {
    let mut cart = cart::cart(seed, Size { lines, quantity: 12, price: 10_000, discounts });
    cart.usage = Usage::default();
    for rule in &mut cart.discounts {
        let mut active = rule.as_ref().clone();
        active.starts_at = cart.now;
        active.ends_at = None;
        active.markets = None;
        active.customers = ForCustomers::All;
        active.method = DiscountMethod::Automatic;
        if flags == Flags::All {
            active.combines_with = CombinesWith { product: true, order: true, shipping: true };
            if let Effect::Basic { value, .. } = &mut active.effect {
                *value = Value::Percentage(50 + i32::try_from(active.id.0).unwrap());
            }
        }
        *rule = active.into();
    }
    cart
}

/// Times of pricing large carts once each and again, told in words.
pub(super) fn times(carts: u64, rounds: u64, lines: u64, discounts: u64, flags: Flags) -> (String, Duration) {
    let mut all = Vec::new();
    let mut applied = 0;
    for seed in 0..carts {
        let cart = large_cart(seed, lines, discounts, flags);
        for _ in 0..rounds {
            let started = Instant::now();
            let priced = price(&cart, &mut Trace::off()).unwrap();
            all.push(started.elapsed());
            applied += priced.applications.len();
        }
    }
    all.sort();
    let at = |hundredths: usize| all[(all.len() - 1) * hundredths / 100];
    let mut text = String::new();
    let _ = write!(
        text,
        "{lines} lines x {discounts} discounts ({flags:?} combine), {} times over {carts} carts: min {:?}, \
         median {:?}, p99 {:?}, max {:?} ({} discounts applied in each on average)",
        all.len(),
        at(0),
        at(50),
        at(99),
        at(100),
        applied / all.len()
    );
    (text, at(99))
}

/// The size of the cart of a seed: mostly small, where oddities are, with some large prices and quantities.
pub(super) fn size(seed: u64) -> Size {
    Size {
        lines: seed % 9,
        quantity: [1, 3, 5, 40][usize::try_from(seed / 9 % 4).unwrap()],
        price: [9, 100, 2_000, 2_000, 1_000_000][usize::try_from(seed / 36 % 5).unwrap()],
        discounts: seed / 180 % 11,
    }
}

/// What is wrong with the carts of some seeds.
pub(super) fn broken(seeds: impl Iterator<Item = u64>) -> Vec<String> {
    seeds.filter_map(|seed| invariant::broken(&cart::cart(seed, size(seed)), seed)).collect()
}
