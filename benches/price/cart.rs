//! Random carts with everything in them: quantity breaks, gift cards, discounts of all kinds that get in each other's way,
//! codes, several deliveries, taxes and tenders, in currencies of 0, 2 and 3 decimals.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entity::id::{CollectionId, CustomerId, MarketId, ProductId, SegmentId, TaxClassId, VariantId};

use super::dice::Dice;
use super::discount;
use super::house::market::{Conversion, RATE_ONE_E9, Rounding};
use super::house::money::Currency;
use super::house::pricing::Tier;
use super::house::pricing::engine::{
    Buyer, CartToPrice, DeliveryToPrice, LineToPrice, TaxRules, TypedCode, Usage,
};
use super::taxes;

/// How large a cart may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// How many lines.
    pub(super) lines: u64,
    /// Units of a line at most.
    pub(super) quantity: i32,
    /// What a unit costs at most, in minor units.
    pub(super) price: i64,
    /// How many discounts.
    pub(super) discounts: u64,
}

/// Kinds of things that are random each for itself.
const CART: u64 = 1;
const LINE: u64 = 2;
const DISCOUNT: u64 = 3;
const DELIVERY: u64 = 4;

/// The moment of all carts.
pub(super) fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000)
}

/// The cart of a seed.
pub(super) fn cart(seed: u64, size: Size) -> CartToPrice {
    let mut dice = Dice::of(seed, CART, 0);
    let conversion = conversion(&mut dice);
    let lines: Vec<LineToPrice> =
        (0..size.lines).map(|index| line(&mut Dice::of(seed, LINE, index), index, size)).collect();
    let discounts: Vec<_> = (0..size.discounts)
        .map(|index| Arc::new(discount::rule(&mut Dice::of(seed, DISCOUNT, index), index)))
        .collect();
    let deliveries: Vec<DeliveryToPrice> = (0..dice.pick(&[0, 1, 1, 2, 3]))
        .map(|index| delivery(&mut Dice::of(seed, DELIVERY, index), index))
        .collect();
    let mut codes: Vec<TypedCode> = discounts.iter().filter_map(|rule| discount::code(rule)).collect();
    if dice.happens(10) {
        codes.push(TypedCode { code: "UNKNOWN".to_owned(), discount: None, code_id: None });
    }
    let mut usage = Usage::default();
    for rule in &discounts {
        if dice.happens(3) {
            usage.exhausted.insert(rule.id);
        }
        if dice.happens(10) {
            usage.used_by_buyer.insert(rule.id);
        }
    }
    let taxes: TaxRules = taxes::rules(&mut dice, lines.len(), deliveries.len());
    let tenders = (0..dice.pick(&[0, 0, 1, 2, 3])).map(|_: i32| dice.range(0, 3 * size.price)).collect();
    let customer = dice.happens(60).then_some(CustomerId(1));
    let segments = if customer.is_some() && dice.happens(50) { vec![SegmentId(1)] } else { Vec::new() };
    CartToPrice {
        conversion,
        now: now(),
        buyer: Buyer { customer, segments: segments.into_iter().collect(), market: MarketId(1) },
        lines,
        codes,
        discounts,
        usage,
        deliveries,
        taxes,
        tenders,
    }
}

/// From euros to a currency of 0, 2 or 3 decimals.
fn conversion(dice: &mut Dice) -> Conversion {
    let euro = Currency::find("EUR").unwrap();
    let (to, rate_e9) = dice.pick(&[
        ("EUR", RATE_ONE_E9),
        ("EUR", RATE_ONE_E9),
        ("USD", 1_083_700_000),
        ("JPY", 162_340_000_000),
        ("KWD", 333_100_000),
    ]);
    let to = Currency::find(to).unwrap();
    Conversion { from: euro, to, rate_e9, rounding: Rounding::MINOR_UNIT }
}

fn line(dice: &mut Dice, index: u64, size: Size) -> LineToPrice {
    let product = dice.range(1, 6);
    // Few different prices, so that there are equal ones.
    let price = if dice.happens(50) { dice.range(0, size.price) } else { dice.range(1, 5) * size.price / 5 };
    let mut tiers = vec![tier(1, price)];
    if dice.happens(25) {
        tiers.push(tier(dice.small(2, 4), price * 9 / 10));
    }
    LineToPrice {
        key: i64::try_from(index).unwrap() * 7 % 1_000 + 1_000 * i64::try_from(index / 1_000).unwrap(),
        product: ProductId(product),
        variant: VariantId(product * 10 + dice.range(0, 1)),
        collections: (1..=3).filter(|_| dice.happens(30)).map(CollectionId).collect(),
        tiers,
        quantity: dice.small(1, size.quantity),
        taxable: dice.happens(85),
        tax_class: dice.happens(20).then_some(TaxClassId(1)),
        is_gift_card: dice.happens(7),
    }
}

fn tier(min_quantity: i32, amount_minor: i64) -> Tier {
    Tier { min_quantity, amount_minor, compare_at_minor: None }
}

fn delivery(dice: &mut Dice, index: u64) -> DeliveryToPrice {
    DeliveryToPrice {
        key: format!("group {}", (index * 5) % 7),
        country: dice.happens(85).then(|| dice.pick(&["DE", "FR", "US"]).to_owned()),
        cost_minor: dice.happens(85).then(|| dice.pick(&[0, 1, 499, 1000, 2000])),
        taxable: dice.happens(80),
    }
}

/// The same cart, filled in another order.
pub(super) fn shuffled(cart: &CartToPrice, seed: u64) -> (CartToPrice, Vec<usize>) {
    let mut dice = Dice::of(seed, CART, 1);
    let mut places: Vec<usize> = (0..cart.lines.len()).collect();
    places.sort_by_cached_key(|_| dice.next());
    let mut turned = cart.clone();
    turned.lines = places.iter().map(|place| cart.lines[*place].clone()).collect();
    turned.taxes = taxes::turned(&cart.taxes, &places);
    turned.discounts.sort_by_cached_key(|_| dice.next());
    (turned, places)
}

/// A set of one.
pub(super) fn only<T: Ord>(one: T) -> BTreeSet<T> {
    std::iter::once(one).collect()
}
