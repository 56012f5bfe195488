//! What holds of every priced cart.

use super::cart;
use super::house::pricing::engine::{
    Allocation, CartToPrice, Inapplicable, PricedCart, TaxLine, TaxSource, Trace, price,
};

/// What is wrong with what the engine makes of a cart; none where everything holds.
pub(super) fn broken(cart: &CartToPrice, seed: u64) -> Option<String> {
    match check(cart, seed) {
        Ok(()) => None,
        Err(what) => Some(format!("seed {seed}: {what}")),
    }
}

fn holds(what: &str, left: i64, right: i64) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{what}: {left} is not {right}")) }
}

fn ensure(what: &str, holds: bool) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

fn check(cart: &CartToPrice, seed: u64) -> Result<(), String> {
    let priced = price(cart, &mut Trace::off()).map_err(|error| error.to_string())?;
    lines(cart, &priced)?;
    deliveries(cart, &priced)?;
    sums(cart, &priced)?;
    applications(&priced)?;
    codes(cart, &priced)?;
    order_of_lines(cart, &priced, seed)?;
    let mut trace = Trace::on();
    ensure("telling why changes nothing", price(cart, &mut trace).as_ref() == Ok(&priced))?;
    ensure("every line has a step", trace.into_steps().len() >= cart.lines.len())
}

fn allocated(allocations: &[Allocation]) -> i64 {
    allocations.iter().map(|allocation| allocation.amount_minor).sum()
}

fn taxed(lines: &[TaxLine]) -> i64 {
    lines.iter().map(|line| line.amount_minor).sum()
}

fn lines(cart: &CartToPrice, priced: &PricedCart) -> Result<(), String> {
    ensure("one for each line", cart.lines.len() == priced.lines.len())?;
    for (source, line) in cart.lines.iter().zip(&priced.lines) {
        holds("subtotal of a line", line.subtotal_minor, line.unit_minor * i64::from(source.quantity))?;
        holds("allocations of a line", allocated(&line.allocations), line.discount_minor)?;
        holds("total of a line", line.total_minor, line.subtotal_minor - line.discount_minor)?;
        ensure("no line below zero", line.total_minor >= 0 && line.net_minor >= 0 && line.tax_minor >= 0)?;
        ensure("no allocation of nothing", line.allocations.iter().all(|part| part.amount_minor > 0))?;
        holds("taxes of a line", taxed(&line.tax_lines), line.tax_minor)?;
        holds("net and tax of a line", line.net_minor + line.tax_minor, line.gross_minor)?;
        let of_total = if priced.taxes_included { line.gross_minor } else { line.net_minor };
        holds("what the buyer pays for a line", of_total, line.total_minor)?;
        if source.is_gift_card {
            holds("a gift card is money", line.total_minor, line.subtotal_minor)?;
            let is_ours = !matches!(cart.taxes.source, TaxSource::Answered { .. });
            ensure("a gift card is not taxed", !is_ours || line.tax_lines.is_empty())?;
        }
    }
    Ok(())
}

fn deliveries(cart: &CartToPrice, priced: &PricedCart) -> Result<(), String> {
    ensure("one for each delivery", cart.deliveries.len() == priced.deliveries.len())?;
    for delivery in &priced.deliveries {
        let cost = delivery.cost_minor.unwrap_or(0);
        holds("allocations of a delivery", allocated(&delivery.allocations), delivery.discount_minor)?;
        holds("total of a delivery", delivery.total_minor, cost - delivery.discount_minor)?;
        ensure("no delivery below zero", delivery.total_minor >= 0 && delivery.tax_minor >= 0)?;
        ensure("one discount on a delivery", delivery.allocations.len() <= 1)?;
        holds("taxes of a delivery", taxed(&delivery.tax_lines), delivery.tax_minor)?;
    }
    Ok(())
}

fn sums(cart: &CartToPrice, priced: &PricedCart) -> Result<(), String> {
    let of_lines = |amount: fn(&super::house::pricing::engine::PricedLine) -> i64| -> i64 {
        priced.lines.iter().map(amount).sum()
    };
    let of_deliveries = |amount: fn(&super::house::pricing::engine::PricedDelivery) -> i64| -> i64 {
        priced.deliveries.iter().map(amount).sum()
    };
    holds("subtotal", of_lines(|line| line.subtotal_minor), priced.subtotal_minor)?;
    holds("discount", of_lines(|line| line.discount_minor), priced.discount_minor)?;
    let shipping = of_deliveries(|delivery| delivery.cost_minor.unwrap_or(0));
    let is_known = !priced.deliveries.is_empty()
        && priced.deliveries.iter().all(|delivery| delivery.cost_minor.is_some());
    ensure("shipping", priced.shipping_minor == is_known.then_some(shipping))?;
    let shipping_discount = of_deliveries(|delivery| delivery.discount_minor);
    holds("shipping discount", shipping_discount, priced.shipping_discount_minor)?;
    let tax = of_lines(|line| line.tax_minor) + of_deliveries(|delivery| delivery.tax_minor);
    holds("tax", tax, priced.tax_minor)?;
    holds("taxes of the order", taxed(&priced.tax_lines), priced.tax_minor)?;
    let added = if priced.taxes_included { 0 } else { priced.tax_minor };
    let total = priced.subtotal_minor - priced.discount_minor + shipping - shipping_discount + added;
    holds("total", total, priced.total_minor)?;
    ensure("no total below zero", priced.total_minor >= 0 && priced.due_minor >= 0)?;
    let paid: i64 = priced.tenders.iter().sum();
    holds("due", priced.total_minor - paid, priced.due_minor)?;
    ensure("one for each tender", priced.tenders.len() == cart.tenders.len())?;
    let mut due = priced.total_minor;
    for (available, paid) in cart.tenders.iter().zip(&priced.tenders) {
        holds("the first tender pays first", due.min(*available), *paid)?;
        due -= paid;
    }
    Ok(())
}

fn applications(priced: &PricedCart) -> Result<(), String> {
    let all = || {
        let of_lines = priced.lines.iter().flat_map(|line| &line.allocations);
        of_lines.chain(priced.deliveries.iter().flat_map(|delivery| &delivery.allocations))
    };
    for (place, application) in priced.applications.iter().enumerate() {
        let amount: i64 = all().filter(|part| part.application == place).map(|part| part.amount_minor).sum();
        holds("allocations of a discount", amount, application.amount_minor)?;
        ensure("no discount of nothing", amount > 0)?;
    }
    ensure("allocations of known discounts", all().all(|part| part.application < priced.applications.len()))?;
    ensure(
        "discounts in the order of their keys",
        priced.applications.is_sorted_by(|left, right| left.discount < right.discount),
    )?;
    for line in &priced.lines {
        let products = line.allocations.iter().filter(|part| {
            let class = priced.applications[part.application].class;
            class == super::house::pricing::engine::DiscountClass::Product
        });
        ensure("one discount on a line", products.count() <= 1)?;
    }
    Ok(())
}

fn codes(cart: &CartToPrice, priced: &PricedCart) -> Result<(), String> {
    ensure("an outcome for each code", cart.codes.len() == priced.codes.len())?;
    for (typed, outcome) in cart.codes.iter().zip(&priced.codes) {
        ensure("codes as typed in", typed.code == outcome.code && typed.discount == outcome.discount)?;
        let applies =
            priced.applications.iter().any(|application| application.code.as_ref() == Some(&typed.code));
        ensure("a code applies or is refused", applies == outcome.refusal.is_none())?;
        if typed.discount.is_none() {
            ensure("an unknown code", outcome.refusal == Some(Inapplicable::NotFound))?;
        }
    }
    Ok(())
}

fn order_of_lines(cart: &CartToPrice, priced: &PricedCart, seed: u64) -> Result<(), String> {
    let (turned, places) = cart::shuffled(cart, seed);
    let mut expected = priced.clone();
    expected.lines = places.iter().map(|place| priced.lines[*place].clone()).collect();
    let again = price(&turned, &mut Trace::off()).map_err(|error| error.to_string())?;
    ensure("the order of lines and discounts changes nothing", again == expected)
}
