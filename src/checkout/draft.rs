//! The order that a priced cart would become: copies, amounts, discounts, taxes.

use entity::discount::{DiscountClass, DiscountMethod, DiscountSpread, DiscountValueKind};
use entity::order_discount_application::TargetSelection;

use crate::app::App;
use crate::cart::{CartLineView, CartView, DeliveryGroup};
use crate::order::{DraftAllocation, DraftApplication, DraftLine, DraftShipping, DraftTax, OrderDraft};
use crate::pricing::engine::{self, Allocation, Application, PricedDelivery, TaxLine, Value};

/// The order that a cart without obstacles becomes.
pub(super) fn draft(app: &App, cart: &CartView) -> OrderDraft {
    let priced = &cart.priced;
    let selected = cart.addresses.iter().find(|address| address.selected);
    let address = selected.map(|selected| selected.address.clone()).filter(|_| cart.needs_delivery());
    OrderDraft {
        email: cart.row.email.clone().unwrap_or_default(),
        phone: cart.row.phone.clone(),
        currency: cart.row.currency.clone(),
        country: cart.row.country.clone(),
        language: cart.row.language.clone(),
        market: Some(cart.market().id),
        fx_rate_e9: Some(cart.rate_e9()),
        lines: cart.lines.iter().map(|line| line_of(app, line)).collect(),
        billing_address: cart.billing_address.clone().or_else(|| address.clone()),
        // What is fetched goes nowhere.
        shipping_address: address.filter(|_| is_sent(cart)),
        shipping: cart
            .deliveries
            .iter()
            .zip(&priced.deliveries)
            .filter_map(|(group, priced)| delivery_of(group, priced))
            .collect(),
        applications: priced.applications.iter().map(application_of).collect(),
        subtotal_minor: priced.subtotal_minor,
        discount_minor: priced.discount_minor.saturating_add(priced.shipping_discount_minor),
        shipping_minor: priced.shipping_minor.unwrap_or(0),
        shipping_discount_minor: priced.shipping_discount_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        taxes_included: priced.taxes_included,
        tax_fallback: cart.fallback.taxes,
        delivery_fallback: cart.fallback.delivery,
        note: cart.row.note.clone(),
        attributes: cart.attributes.clone(),
        source_identifier: cart.payment.as_ref().and_then(|payment| payment.source_identifier.clone()),
    }
}

/// Whether anything of a cart is sent.
fn is_sent(cart: &CartView) -> bool {
    let is_fetched =
        |group: &DeliveryGroup| group.selected.as_ref().is_some_and(|option| option.pickup_at().is_some());
    !cart.deliveries.iter().all(is_fetched)
}

fn line_of(app: &App, line: &CartLineView) -> DraftLine {
    let merchandise = &line.merchandise;
    DraftLine {
        product_id: merchandise.product.id,
        variant_id: merchandise.variant.id,
        title: merchandise.product.title.clone(),
        variant_title: merchandise.variant.title.clone(),
        sku: merchandise.variant.sku.clone(),
        vendor: merchandise.product.vendor.clone(),
        image_url: merchandise.copies.image.as_deref().map(|image| app.media_url(image)),
        options: merchandise.copies.options.clone(),
        attributes: line.attributes.clone(),
        requires_shipping: merchandise.item.requires_shipping,
        taxable: merchandise.variant.taxable,
        quantity: line.row.quantity,
        unit_minor: line.priced.unit_minor,
        subtotal_minor: line.priced.subtotal_minor,
        discount_minor: line.priced.discount_minor,
        total_minor: line.priced.total_minor,
        allocations: allocations_of(&line.priced.allocations),
        taxes: taxes_of(&line.priced.tax_lines),
    }
}

fn delivery_of(group: &DeliveryGroup, priced: &PricedDelivery) -> Option<DraftShipping> {
    let option = group.selected.as_ref()?;
    Some(DraftShipping {
        title: option.title.clone(),
        handle: option.handle.clone(),
        amount_minor: priced.cost_minor?,
        allocations: allocations_of(&priced.allocations),
        taxes: taxes_of(&priced.tax_lines),
    })
}

fn allocations_of(allocations: &[Allocation]) -> Vec<DraftAllocation> {
    let allocation = |allocation: &Allocation| DraftAllocation {
        application: allocation.application,
        amount_minor: allocation.amount_minor,
    };
    allocations.iter().map(allocation).collect()
}

fn taxes_of(taxes: &[TaxLine]) -> Vec<DraftTax> {
    let tax = |tax: &TaxLine| DraftTax {
        title: tax.title.clone(),
        jurisdiction: tax.jurisdiction.clone(),
        rate_e6: tax.rate_e6,
        amount_minor: tax.amount_minor,
    };
    taxes.iter().map(tax).collect()
}

fn application_of(application: &Application) -> DraftApplication {
    let (value_kind, value_bp, value_minor) = match application.value {
        Value::Percentage(bp) => (DiscountValueKind::Percentage, Some(bp), None),
        Value::Amount(minor) => (DiscountValueKind::Amount, None, Some(minor)),
        Value::Price(minor) => (DiscountValueKind::Price, None, Some(minor)),
    };
    DraftApplication {
        discount: application.discount,
        code: application.code.clone(),
        title: application.title.clone(),
        method: match application.method {
            engine::DiscountMethod::Automatic => DiscountMethod::Automatic,
            engine::DiscountMethod::Code => DiscountMethod::Code,
        },
        class: match application.class {
            engine::DiscountClass::Product => DiscountClass::Product,
            engine::DiscountClass::Order => DiscountClass::Order,
            engine::DiscountClass::Shipping => DiscountClass::Shipping,
        },
        value_kind,
        value_bp,
        value_minor,
        spread: match application.spread {
            engine::Spread::Each => DiscountSpread::Each,
            engine::Spread::Across => DiscountSpread::Across,
        },
        selection: match application.selection {
            engine::TargetSelection::All => TargetSelection::All,
            engine::TargetSelection::Entitled => TargetSelection::Entitled,
            engine::TargetSelection::Explicit => TargetSelection::Explicit,
        },
        amount_minor: application.amount_minor,
    }
}
