//! Pricing a cart, from unit prices to what is left to pay.

use super::answer::{Allocation, PriceError, PricedCart, PricedDelivery, PricedLine};
use super::candidate;
use super::combine::{self, Contest};
use super::explain;
use super::lines::{self, Line};
use super::model::{CartToPrice, DiscountClass, TaxSource};
use super::order::Left;
use super::settle;
use super::shipping;
use super::tax::{self, Taxation, Taxed};
use super::trace::Trace;

/// Prices a cart.
///
/// # Errors
/// [`PriceError`] where a line has no price, a sum passes what an `i64` holds, or the taxes are those of another cart.
pub fn price(cart: &CartToPrice, trace: &mut Trace) -> Result<PricedCart, PriceError> {
    let lines = lines::measure(cart)?;
    shipping::sum(&cart.deliveries)?;
    explain::prices(trace, cart.conversion.to, &lines);
    let base = Left::of(&lines);
    explain::codes(trace, cart);
    let gathered = candidate::gather(cart, &lines, &base, trace)?;
    let contest = Contest {
        lines: &lines,
        base: &base,
        deliveries: cart.deliveries.len(),
        candidates: &gathered.candidates,
        subset_visits: combine::MAX_VISITS,
    };
    let choice = combine::choose(&contest)?;
    let taken = settle::taken(&contest, &choice)?;
    let applications = settle::applications(&taken);
    explain::combination(trace, cart.conversion.to, &gathered, &choice, &applications);
    explain::deliveries(trace, cart);
    explain::taken(trace, cart, &lines, &base, &taken);
    let on_lines = [DiscountClass::Product, DiscountClass::Order];
    let off_lines = settle::allocations(lines.len(), &taken, &on_lines, &applications);
    let off_deliveries =
        settle::allocations(cart.deliveries.len(), &taken, &[DiscountClass::Shipping], &applications);
    let mut priced = PricedCart {
        lines: priced_lines(&lines, off_lines)?,
        deliveries: priced_deliveries(cart, off_deliveries)?,
        codes: settle::codes(cart, &gathered, &applications),
        applications,
        subtotal_minor: 0,
        discount_minor: 0,
        shipping_minor: None,
        shipping_discount_minor: 0,
        tax_minor: 0,
        tax_lines: Vec::new(),
        taxes_included: cart.taxes.included,
        taxes_known: cart.taxes.source != TaxSource::Unknown,
        total_minor: 0,
        tenders: Vec::new(),
        due_minor: 0,
    };
    tax_all(cart, &mut priced)?;
    explain::taxes(trace, cart, &priced);
    add_up(&mut priced)?;
    pay(cart, &mut priced);
    explain::tenders(trace, cart, &priced);
    Ok(priced)
}

/// The lines before taxes, as they stand in the cart.
fn priced_lines(
    lines: &[Line<'_>],
    allocations: Vec<Vec<Allocation>>,
) -> Result<Vec<PricedLine>, PriceError> {
    let mut priced = Vec::with_capacity(lines.len());
    for (line, allocations) in lines.iter().zip(allocations) {
        let (discount_minor, total_minor) = taken_off(line.subtotal_minor, &allocations)?;
        priced.push((
            line.place,
            PricedLine {
                unit_minor: line.unit_minor(),
                compare_at_minor: line.tier.compare_at_minor,
                subtotal_minor: line.subtotal_minor,
                allocations,
                discount_minor,
                total_minor,
                tax_lines: Vec::new(),
                tax_minor: 0,
                net_minor: total_minor,
                gross_minor: total_minor,
            },
        ));
    }
    priced.sort_unstable_by_key(|(place, _)| *place);
    Ok(priced.into_iter().map(|(_, line)| line).collect())
}

/// The deliveries before taxes.
fn priced_deliveries(
    cart: &CartToPrice,
    allocations: Vec<Vec<Allocation>>,
) -> Result<Vec<PricedDelivery>, PriceError> {
    let mut priced = Vec::with_capacity(cart.deliveries.len());
    for (delivery, allocations) in cart.deliveries.iter().zip(allocations) {
        let cost_minor = shipping::cost(delivery);
        let (discount_minor, total_minor) = taken_off(cost_minor.unwrap_or(0), &allocations)?;
        priced.push(PricedDelivery {
            cost_minor,
            allocations,
            discount_minor,
            total_minor,
            tax_lines: Vec::new(),
            tax_minor: 0,
        });
    }
    Ok(priced)
}

/// What is taken off an amount, and what is left of it.
fn taken_off(minor: i64, allocations: &[Allocation]) -> Result<(i64, i64), PriceError> {
    let off = sum(allocations.iter().map(|allocation| allocation.amount_minor))?;
    Ok((off, minor.checked_sub(off).filter(|left| *left >= 0).ok_or(PriceError::Overflow)?))
}

/// A sum that an `i64` holds.
fn sum(mut amounts: impl Iterator<Item = i64>) -> Result<i64, PriceError> {
    amounts.try_fold(0_i64, i64::checked_add).ok_or(PriceError::Overflow)
}

/// Adds the taxes of what is left after discounts. Gift cards are money, not goods.
fn tax_all(cart: &CartToPrice, priced: &mut PricedCart) -> Result<(), PriceError> {
    let lines: Vec<Taxed> = cart
        .lines
        .iter()
        .zip(&priced.lines)
        .map(|(source, line)| Taxed {
            key: source.key,
            amount_minor: line.total_minor,
            taxable: source.taxable && !source.is_gift_card,
            class: source.tax_class,
        })
        .collect();
    let deliveries: Vec<Taxed> = cart
        .deliveries
        .iter()
        .zip(&priced.deliveries)
        .zip(ranks(cart))
        .map(|((source, delivery), key)| Taxed {
            key,
            amount_minor: delivery.total_minor,
            taxable: source.taxable,
            class: None,
        })
        .collect();
    let Taxation { lines, deliveries, tax_lines, tax_minor } = tax::apply(&cart.taxes, &lines, &deliveries)?;
    for (line, taxed) in priced.lines.iter_mut().zip(lines) {
        line.tax_lines = taxed.tax_lines;
        line.tax_minor = taxed.tax_minor;
        line.net_minor = taxed.net_minor;
        line.gross_minor = taxed.gross_minor;
    }
    for (delivery, taxed) in priced.deliveries.iter_mut().zip(deliveries) {
        delivery.tax_lines = taxed.tax_lines;
        delivery.tax_minor = taxed.tax_minor;
    }
    (priced.tax_lines, priced.tax_minor) = (tax_lines, tax_minor);
    Ok(())
}

/// The places that the deliveries would have in the order of their names.
fn ranks(cart: &CartToPrice) -> Vec<i64> {
    let rank = |key: &str| cart.deliveries.iter().filter(|other| other.key.as_str() < key).count();
    cart.deliveries.iter().map(|delivery| i64::try_from(rank(&delivery.key)).unwrap_or(i64::MAX)).collect()
}

/// Adds up lines, deliveries and taxes.
fn add_up(priced: &mut PricedCart) -> Result<(), PriceError> {
    let lines = || priced.lines.iter();
    let deliveries = || priced.deliveries.iter();
    let subtotal = sum(lines().map(|line| line.subtotal_minor))?;
    let discount = sum(lines().map(|line| line.discount_minor))?;
    let known = deliveries().all(|delivery| delivery.cost_minor.is_some()) && !priced.deliveries.is_empty();
    let shipping = sum(deliveries().map(|delivery| delivery.cost_minor.unwrap_or(0)))?;
    let shipping_discount = sum(deliveries().map(|delivery| delivery.discount_minor))?;
    let added = if priced.taxes_included { 0 } else { priced.tax_minor };
    let left = lines().map(|line| line.total_minor).chain(deliveries().map(|delivery| delivery.total_minor));
    let total = sum(left.chain([added]))?;
    priced.subtotal_minor = subtotal;
    priced.discount_minor = discount;
    priced.shipping_minor = known.then_some(shipping);
    priced.shipping_discount_minor = shipping_discount;
    priced.total_minor = total;
    Ok(())
}

/// Lets the tenders pay: the first as much as it can, the next what is left.
fn pay(cart: &CartToPrice, priced: &mut PricedCart) {
    let mut due = priced.total_minor.max(0);
    priced.tenders = cart
        .tenders
        .iter()
        .map(|available| {
            let paid = due.min((*available).max(0));
            due -= paid;
            paid
        })
        .collect();
    priced.due_minor = due;
}
