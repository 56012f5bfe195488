//! Small carts that are easy to count by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::id::{CollectionId, DiscountCodeId, DiscountId, MarketId, ProductId, VariantId};

use super::cart::now;
use crate::market::Conversion;
use crate::money::Currency;
use crate::pricing::Tier;
use crate::pricing::engine::{
    Buyer, CartToPrice, CombinesWith, DeliveryToPrice, DiscountClass, DiscountMethod, DiscountRule, Effect,
    ForCustomers, Inapplicable, LineToPrice, PricedCart, Requirement, Spread, Targets, TaxRounding, TaxRules,
    TaxSource, Trace, TypedCode, Usage, Value, price,
};

/// A cart in euros with these lines: product, price of a unit, quantity.
pub(super) fn cart(lines: &[(i64, i64, i32)]) -> CartToPrice {
    CartToPrice {
        conversion: Conversion::none(Currency::find("EUR").unwrap()),
        now: now(),
        buyer: Buyer { customer: None, segments: BTreeSet::new(), market: MarketId(1) },
        lines: (1..)
            .zip(lines)
            .map(|(key, (product, unit, quantity))| line(key, *product, *unit, *quantity))
            .collect(),
        codes: Vec::new(),
        discounts: Vec::new(),
        usage: Usage::default(),
        deliveries: Vec::new(),
        taxes: TaxRules {
            included: true,
            rounding: TaxRounding::Line,
            exempt: false,
            source: TaxSource::Unknown,
        },
        tenders: Vec::new(),
    }
}

/// A line; its variant has the number of the product, as has its collection.
pub(super) fn line(key: i64, product: i64, unit: i64, quantity: i32) -> LineToPrice {
    LineToPrice {
        key,
        product: ProductId(product),
        variant: VariantId(product),
        collections: vec![CollectionId(product)],
        tiers: vec![Tier { min_quantity: 1, amount_minor: unit, compare_at_minor: None }],
        quantity,
        taxable: true,
        tax_class: None,
        is_gift_card: false,
    }
}

/// A delivery to Germany.
pub(super) fn delivery(key: &str, cost_minor: i64) -> DeliveryToPrice {
    let country = Some("DE".to_owned());
    DeliveryToPrice { key: key.to_owned(), country, cost_minor: Some(cost_minor), taxable: true }
}

/// All classes.
pub(super) const WITH_ALL: CombinesWith = CombinesWith { product: true, order: true, shipping: true };

/// A discount that applies by itself and combines with all.
pub(super) fn rule(id: i64, class: DiscountClass, effect: Effect) -> DiscountRule {
    DiscountRule {
        id: DiscountId(id),
        title: format!("Discount {id}"),
        method: DiscountMethod::Automatic,
        class,
        effect,
        requirement: Requirement::None,
        combines_with: WITH_ALL,
        customers: ForCustomers::All,
        markets: None,
        starts_at: now(),
        ends_at: None,
        once_per_customer: false,
    }
}

/// A value off lines.
pub(super) fn product(id: i64, value: Value, spread: Spread, targets: Targets) -> DiscountRule {
    rule(id, DiscountClass::Product, Effect::Basic { value, spread, targets })
}

/// A value off the order.
pub(super) fn order(id: i64, value: Value) -> DiscountRule {
    let effect = Effect::Basic { value, spread: Spread::Across, targets: Targets::All };
    rule(id, DiscountClass::Order, effect)
}

/// Free shipping.
pub(super) fn shipping(id: i64) -> DiscountRule {
    rule(id, DiscountClass::Shipping, Effect::FreeShipping { countries: None, max_cost_minor: None })
}

/// These products.
pub(super) fn products(ids: &[i64]) -> Targets {
    Targets::Named {
        products: ids.iter().copied().map(ProductId).collect(),
        variants: BTreeSet::new(),
        collections: BTreeSet::new(),
    }
}

/// Adds discounts that apply by themselves.
pub(super) fn with(mut cart: CartToPrice, rules: Vec<DiscountRule>) -> CartToPrice {
    cart.discounts.extend(rules.into_iter().map(Arc::new));
    cart
}

/// Adds a discount by a code, which is typed in.
pub(super) fn with_code(mut cart: CartToPrice, code: &str, mut rule: DiscountRule) -> CartToPrice {
    rule.method = DiscountMethod::Code;
    cart.codes.push(TypedCode {
        code: code.to_owned(),
        discount: Some(rule.id),
        code_id: Some(DiscountCodeId(rule.id.0)),
    });
    cart.discounts.push(Arc::new(rule));
    cart
}

/// The price of a cart.
pub(super) fn priced(cart: &CartToPrice) -> PricedCart {
    price(cart, &mut Trace::off()).unwrap()
}

/// What is taken off each line.
pub(super) fn off_lines(priced: &PricedCart) -> Vec<i64> {
    priced.lines.iter().map(|line| line.discount_minor).collect()
}

/// Why the codes were refused.
pub(super) fn refusals(priced: &PricedCart) -> Vec<Option<Inapplicable>> {
    priced.codes.iter().map(|code| code.refusal).collect()
}
