//! Prices, deliveries, taxes and tenders.

use serde_json::json;

use super::words::{amount, of_cart};
use crate::money::Currency;
use crate::pricing::engine::answer::{PricedCart, TaxLine};
use crate::pricing::engine::lines::Line;
use crate::pricing::engine::model::{CartToPrice, TaxSource};
use crate::pricing::engine::shipping;
use crate::pricing::engine::trace::{Step, StepKind, Subject, Trace};

/// The unit prices, as the lines stand in the cart.
pub(in crate::pricing::engine) fn prices(trace: &mut Trace, currency: Currency, lines: &[Line<'_>]) {
    if !trace.is_on() {
        return;
    }
    let mut ordered: Vec<&Line<'_>> = lines.iter().collect();
    ordered.sort_by_key(|line| line.place);
    for line in ordered {
        let from = line.tier.min_quantity;
        let unit = amount(line.unit_minor(), currency);
        let all = amount(line.subtotal_minor, currency);
        let (kind, message) = if from > 1 {
            let message = format!("From {from} units on one costs {unit}, and {} cost {all}.", line.units);
            (StepKind::QuantityBreak, message)
        } else {
            (StepKind::BasePrice, format!("One costs {unit}, and {} cost {all}.", line.units))
        };
        trace.step(|| Step {
            subject: Subject::Line(line.place),
            kind,
            applied: true,
            rule: String::new(),
            message,
            before_minor: Some(line.unit_minor()),
            after_minor: Some(line.subtotal_minor),
            data: json!({ "fromQuantity": from, "quantity": line.units, "currency": currency.code() }),
        });
    }
}

/// What the deliveries cost before discounts.
pub(in crate::pricing::engine) fn deliveries(trace: &mut Trace, cart: &CartToPrice) {
    let currency = cart.conversion.to;
    for (place, delivery) in cart.deliveries.iter().enumerate() {
        trace.step(|| {
            let cost = shipping::cost(delivery);
            let message = match cost {
                Some(cost) => format!("Costs {}.", amount(cost, currency)),
                None => "What it costs is not known yet.".to_owned(),
            };
            Step {
                subject: Subject::Delivery(place),
                kind: StepKind::Delivery,
                applied: cost.is_some(),
                rule: delivery.key.clone(),
                message,
                before_minor: None,
                after_minor: cost,
                data: json!({ "country": delivery.country }),
            }
        });
    }
}

/// The taxes.
pub(in crate::pricing::engine) fn taxes(trace: &mut Trace, cart: &CartToPrice, priced: &PricedCart) {
    if !trace.is_on() {
        return;
    }
    if cart.taxes.exempt {
        let message = "The buyer pays no taxes.".to_owned();
        trace.step(|| of_cart(StepKind::TaxExemption, true, "", message, json!({})));
    }
    if cart.taxes.source == TaxSource::Unknown {
        let message = "Which taxes there are is not known before the place is.".to_owned();
        trace.step(|| of_cart(StepKind::Tax, false, "", message, json!({})));
    }
    let currency = cart.conversion.to;
    for (place, line) in priced.lines.iter().enumerate() {
        for tax in &line.tax_lines {
            trace.step(|| self::tax(Subject::Line(place), tax, line.total_minor, currency, priced));
        }
    }
    for (place, delivery) in priced.deliveries.iter().enumerate() {
        for tax in &delivery.tax_lines {
            trace.step(|| self::tax(Subject::Delivery(place), tax, delivery.total_minor, currency, priced));
        }
    }
}

/// A tax of a line or a delivery.
fn tax(subject: Subject, tax: &TaxLine, of: i64, currency: Currency, priced: &PricedCart) -> Step {
    let how = if priced.taxes_included { "is held by" } else { "is added to" };
    Step {
        subject,
        kind: StepKind::Tax,
        applied: true,
        rule: tax.title.clone(),
        message: format!("{} {how} {}.", amount(tax.amount_minor, currency), amount(of, currency)),
        before_minor: Some(of),
        after_minor: Some(if priced.taxes_included { of } else { of.saturating_add(tax.amount_minor) }),
        data: json!({
            "rate": tax.rate,
            "rateE6": tax.rate_e6,
            "jurisdiction": tax.jurisdiction,
            "amountMinor": tax.amount_minor,
        }),
    }
}

/// What pays, and what is left.
pub(in crate::pricing::engine) fn tenders(trace: &mut Trace, cart: &CartToPrice, priced: &PricedCart) {
    let currency = cart.conversion.to;
    let mut left = priced.total_minor;
    for (place, (available, paid)) in cart.tenders.iter().zip(&priced.tenders).enumerate() {
        let before = left;
        left = left.saturating_sub(*paid);
        trace.step(|| Step {
            subject: Subject::Cart,
            kind: StepKind::Tender,
            applied: *paid > 0,
            rule: String::new(),
            message: format!(
                "Could pay {}, and pays {} of {}.",
                amount(*available, currency),
                amount(*paid, currency),
                amount(before, currency)
            ),
            before_minor: Some(before),
            after_minor: Some(left),
            data: json!({ "place": place, "availableMinor": available }),
        });
    }
}
