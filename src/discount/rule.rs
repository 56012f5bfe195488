//! Discounts as the database keeps them and as the engine takes them. Pure.

use std::collections::BTreeSet;

use entity::discount::{
    self, DiscountCustomers, DiscountKind, DiscountSpread, DiscountStatus, DiscountValueKind,
};
use entity::discount_context::{self, DiscountContextKind};
use entity::discount_target::{self, DiscountRole, DiscountTargetKind};
use entity::id::{CollectionId, CustomerId, MarketId, ProductId, SegmentId, VariantId};

use crate::error::Fault;
use crate::pricing::engine::{
    Buy, CombinesWith, DiscountClass, DiscountMethod, DiscountRule, Effect, ForCustomers, Requirement,
    Spread, Targets, Value,
};

/// The rule of a discount with what it names.
///
/// A discount that is switched off is one whose time is over: its codes are told to be so.
///
/// # Errors
/// A fault where the row holds what no command writes.
pub(super) fn rule_of(
    row: &discount::Model,
    targets: &[discount_target::Model],
    context: &[discount_context::Model],
) -> Result<DiscountRule, Fault> {
    Ok(DiscountRule {
        id: row.id,
        title: row.title.clone(),
        method: match row.method {
            discount::DiscountMethod::Automatic => DiscountMethod::Automatic,
            discount::DiscountMethod::Code => DiscountMethod::Code,
        },
        class: match row.class {
            discount::DiscountClass::Product => DiscountClass::Product,
            discount::DiscountClass::Order => DiscountClass::Order,
            discount::DiscountClass::Shipping => DiscountClass::Shipping,
        },
        effect: effect_of(row, targets)?,
        requirement: match (row.required_minor, row.required_quantity) {
            (Some(minor), _) => Requirement::Subtotal(minor),
            (None, Some(units)) => Requirement::Quantity(units),
            (None, None) => Requirement::None,
        },
        combines_with: CombinesWith {
            product: row.combines_with_product,
            order: row.combines_with_order,
            shipping: row.combines_with_shipping,
        },
        customers: match row.customers {
            DiscountCustomers::All => ForCustomers::All,
            DiscountCustomers::Named => {
                ForCustomers::Named(named(context, DiscountContextKind::Customer, CustomerId))
            }
            DiscountCustomers::Segments => {
                ForCustomers::Segments(named(context, DiscountContextKind::Segment, SegmentId))
            }
        },
        markets: (!row.in_all_markets).then(|| named(context, DiscountContextKind::Market, MarketId)),
        starts_at: row.starts_at,
        ends_at: match row.status {
            DiscountStatus::Active => row.ends_at,
            DiscountStatus::Disabled => Some(row.starts_at),
        },
        once_per_customer: row.once_per_customer,
    })
}

fn named<T: Ord>(
    context: &[discount_context::Model],
    kind: DiscountContextKind,
    key: impl Fn(i64) -> T,
) -> BTreeSet<T> {
    context.iter().filter(|row| row.kind == kind).map(|row| key(row.target_id)).collect()
}

fn effect_of(row: &discount::Model, targets: &[discount_target::Model]) -> Result<Effect, Fault> {
    let there = |what: &str| Fault::new(format!("discount {} lacks its {what}", row.id));
    Ok(match row.kind {
        DiscountKind::Basic => Effect::Basic {
            value: value_of(row)?,
            spread: match row.spread.ok_or_else(|| there("spread"))? {
                DiscountSpread::Each => Spread::Each,
                DiscountSpread::Across => Spread::Across,
            },
            targets: targets_of(row, targets, DiscountRole::Entitled),
        },
        DiscountKind::BuyXGetY => Effect::BuyXGetY {
            buys: targets_of(row, targets, DiscountRole::Buys),
            buy: match (row.buy_quantity, row.buy_minor) {
                (Some(units), _) => Buy::Quantity(units),
                (None, Some(minor)) => Buy::Amount(minor),
                (None, None) => return Err(there("condition")),
            },
            gets: targets_of(row, targets, DiscountRole::Gets),
            get_quantity: row.get_quantity.ok_or_else(|| there("quantity"))?,
            value: value_of(row)?,
            uses_per_order: row.uses_per_order,
        },
        DiscountKind::FreeShipping => Effect::FreeShipping {
            countries: row.countries.clone().map(serde_json::from_value).transpose()?,
            max_cost_minor: row.max_cost_minor,
        },
    })
}

fn value_of(row: &discount::Model) -> Result<Value, Fault> {
    match (row.value_kind, row.value_bp, row.value_minor) {
        (Some(DiscountValueKind::Percentage), Some(bp), _) => Ok(Value::Percentage(bp)),
        (Some(DiscountValueKind::Amount), _, Some(minor)) => Ok(Value::Amount(minor)),
        (Some(DiscountValueKind::Price), _, Some(minor)) => Ok(Value::Price(minor)),
        _ => Err(Fault::new(format!("discount {} lacks its value", row.id))),
    }
}

fn targets_of(row: &discount::Model, targets: &[discount_target::Model], role: DiscountRole) -> Targets {
    let is_for_all = match role {
        DiscountRole::Entitled => row.entitles_all,
        DiscountRole::Buys => row.buys_all,
        DiscountRole::Gets => row.gets_all,
    };
    if is_for_all {
        return Targets::All;
    }
    let of_kind = |kind: DiscountTargetKind| {
        targets.iter().filter(move |row| row.role == role && row.kind == kind).map(|row| row.target_id)
    };
    Targets::Named {
        products: of_kind(DiscountTargetKind::Product).map(ProductId).collect(),
        variants: of_kind(DiscountTargetKind::Variant).map(VariantId).collect(),
        collections: of_kind(DiscountTargetKind::Collection).map(CollectionId).collect(),
    }
}

/// What an effect names: in which role, of which kind, which thing.
pub(super) fn named_by(effect: &Effect) -> Vec<(DiscountRole, DiscountTargetKind, i64)> {
    let roles: Vec<(DiscountRole, &Targets)> = match effect {
        Effect::Basic { targets, .. } => vec![(DiscountRole::Entitled, targets)],
        Effect::BuyXGetY { buys, gets, .. } => vec![(DiscountRole::Buys, buys), (DiscountRole::Gets, gets)],
        Effect::FreeShipping { .. } => Vec::new(),
    };
    let mut named = Vec::new();
    for (role, targets) in roles {
        let Targets::Named { products, variants, collections } = targets else { continue };
        named.extend(products.iter().map(|id| (role, DiscountTargetKind::Product, id.0)));
        named.extend(variants.iter().map(|id| (role, DiscountTargetKind::Variant, id.0)));
        named.extend(collections.iter().map(|id| (role, DiscountTargetKind::Collection, id.0)));
    }
    named
}

/// The customers or segments, and the markets that a discount is for.
pub(super) fn context_of(
    customers: &ForCustomers,
    markets: Option<&BTreeSet<MarketId>>,
) -> Vec<(DiscountContextKind, i64)> {
    let mut context: Vec<(DiscountContextKind, i64)> = match customers {
        ForCustomers::All => Vec::new(),
        ForCustomers::Named(ids) => ids.iter().map(|id| (DiscountContextKind::Customer, id.0)).collect(),
        ForCustomers::Segments(ids) => ids.iter().map(|id| (DiscountContextKind::Segment, id.0)).collect(),
    };
    context.extend(markets.into_iter().flatten().map(|id| (DiscountContextKind::Market, id.0)));
    context
}
