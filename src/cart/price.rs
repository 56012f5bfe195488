//! A cart as the engine is given it. Pure rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::{cart, cart_line};

use super::delivery::DeliveryGroup;
use super::details::Details;
use super::merchandise::Merchandise;
use super::pricing::Unpriced;
use super::rules::Terms;
use crate::pricing::engine::{
    Buyer, CartToPrice, DeliveryToPrice, DiscountRule, LineToPrice, TaxRounding, TaxRules, TaxSource,
};

/// A cart for the engine: its lines and all that decides about their discounts. Deliveries and taxes are not known yet.
pub(super) fn to_price(cart: &Unpriced<'_>) -> CartToPrice {
    let (terms, row, details) = (cart.terms, cart.row, cart.details);
    CartToPrice {
        conversion: terms.basis.rules.conversion,
        now: terms.basis.now,
        buyer: Buyer { customer: row.customer_id, segments: terms.segments.clone(), market: terms.market.id },
        lines: cart.lines.iter().map(|(line, merchandise)| line_to_price(line, merchandise)).collect(),
        codes: details.codes.clone(),
        discounts: discounts_of(terms, details),
        usage: details.usage.clone(),
        deliveries: Vec::new(),
        taxes: TaxRules {
            included: terms.market.tax_inclusive,
            rounding: TaxRounding::Line,
            exempt: false,
            source: TaxSource::Unknown,
        },
        tenders: tenders_of(row, details),
    }
}

/// What gift cards could pay, and then store credit: no more than the customer wishes.
fn tenders_of(row: &cart::Model, details: &Details) -> Vec<i64> {
    let wish = row.store_credit_minor.unwrap_or(0);
    let cards = details.gift_cards.iter().map(|(_, _, balance)| *balance);
    let credit = details.store_credit.iter().map(|(_, balance)| Ord::min(*balance, wish));
    cards.chain(credit).collect()
}

fn line_to_price(line: &cart_line::Model, merchandise: &Merchandise) -> LineToPrice {
    LineToPrice {
        key: line.id.0,
        product: merchandise.product.id,
        variant: merchandise.variant.id,
        collections: merchandise.collections.clone(),
        tiers: merchandise.tiers.clone(),
        quantity: line.quantity,
        taxable: merchandise.variant.taxable,
        tax_class: merchandise.variant.tax_class_id,
        is_gift_card: merchandise.product.is_gift_card,
    }
}

/// The discounts that apply by themselves, and those of the codes that were typed in.
fn discounts_of(terms: &Terms, details: &Details) -> Vec<Arc<DiscountRule>> {
    let book = &terms.rules.discounts;
    let mut seen = BTreeSet::new();
    let typed = details.codes.iter().filter_map(|code| book.find(code.discount?));
    book.automatic().iter().chain(typed).filter(|rule| seen.insert(rule.id)).cloned().collect()
}

/// The deliveries of a cart for the engine.
pub(super) fn deliveries_to_price(groups: &[DeliveryGroup]) -> Vec<DeliveryToPrice> {
    let delivery = |group: &DeliveryGroup| DeliveryToPrice {
        key: group.key.clone(),
        country: group.address.country_code.clone(),
        cost_minor: group.selected.as_ref().map(|option| option.cost_minor),
        taxable: true,
    };
    groups.iter().map(delivery).collect()
}
