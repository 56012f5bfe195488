//! The rule of what is for sale.

use std::collections::HashMap;

use entity::id::InventoryItemId;
use entity::variant::{self, InventoryPolicy};

/// How much of an item shoppers can still buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Whether the shop counts the item at all.
    pub tracked: bool,
    /// Units over all active locations that fulfil online orders; below zero where it was sold past zero.
    pub available: i64,
    /// Whether one of those locations may sell past zero.
    pub continue_selling: bool,
    /// Whether it is a bundle's: as many as its components allow, whatever the bundle's own rule is.
    pub is_bundle: bool,
}

/// What an item's units are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Units of a component in one bundle; 0 for the item's own shelves.
    pub(super) per_unit: i64,
    /// Whether it is counted.
    pub(super) tracked: bool,
    /// Units on its shelves.
    pub(super) available: i64,
    /// Whether its variant is sold past zero.
    pub(super) sells_on: bool,
    /// Whether its variant was deleted.
    pub(super) is_gone: bool,
    /// Whether one of its shelves may go past zero.
    pub(super) backorder: bool,
}

/// How much is left of an item: what its shelves hold, or of a bundle as many as the scarcest of its components allows.
pub(super) fn available_together(sources: &[Source]) -> Availability {
    let components = || sources.iter().filter(|source| source.per_unit > 0);
    if components().next().is_none() {
        let own = sources.first();
        return Availability {
            tracked: own.is_some_and(|own| own.tracked),
            available: own.map_or(0, |own| own.available),
            continue_selling: own.is_some_and(|own| own.backorder),
            is_bundle: false,
        };
    }
    let limited = components().filter(|part| part.is_gone || (part.tracked && !part.sells_on));
    let least = limited.map(|part| part.available.max(0) / part.per_unit).min();
    Availability {
        tracked: least.is_some(),
        available: least.unwrap_or(0),
        continue_selling: false,
        is_bundle: true,
    }
}

impl Availability {
    /// Of an item of which nothing is known.
    pub const NONE: Self = Self { tracked: true, available: 0, continue_selling: false, is_bundle: false };

    /// The units left, for an item that is counted.
    #[must_use]
    pub fn counted(&self) -> Option<i64> {
        self.tracked.then_some(self.available)
    }
}

/// Whether a variant can be bought: it is not counted, or some are left, or the shop sells on past zero. A variant that
/// was deleted never can.
///
/// `recommendation::recommend` says the same in SQL.
#[must_use]
pub fn is_for_sale(variant: &variant::Model, availability: &Availability) -> bool {
    let sells_on = match variant.inventory_policy {
        InventoryPolicy::Deny => false,
        InventoryPolicy::Continue => !availability.is_bundle,
    };
    variant.deleted_at.is_none() && (!availability.tracked || availability.available > 0 || sells_on)
}

/// Whether a variant can be bought although none is left.
#[must_use]
pub fn is_sold_past_zero(variant: &variant::Model, availability: &Availability) -> bool {
    is_for_sale(variant, availability) && availability.counted().is_some_and(|left| left <= 0)
}

/// What is left of a product as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProductStock {
    /// Whether at least one variant can be bought.
    pub is_for_sale: bool,
    /// Units of all variants that are counted, where any is.
    pub units: Option<i64>,
}

impl ProductStock {
    /// Adds up a product's variants.
    #[must_use]
    pub fn of<'a>(
        variants: impl IntoIterator<Item = &'a variant::Model>,
        left: &HashMap<InventoryItemId, Availability>,
    ) -> Self {
        let mut stock = Self::default();
        for variant in variants {
            let Some(availability) = left.get(&variant.inventory_item_id) else {
                continue;
            };
            stock.is_for_sale |= is_for_sale(variant, availability);
            if let Some(units) = availability.counted() {
                stock.units = Some(stock.units.unwrap_or(0).saturating_add(units));
            }
        }
        stock
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use chrono::DateTime;
    use entity::id::{ProductId, VariantId};

    fn variant(inventory_policy: InventoryPolicy) -> variant::Model {
        variant::Model {
            id: VariantId(1),
            product_id: ProductId(1),
            inventory_item_id: InventoryItemId(1),
            position: 1,
            title: "Red".to_owned(),
            sku: None,
            barcode: None,
            taxable: true,
            tax_class_id: None,
            inventory_policy,
            option_signature: String::new(),
            media_id: None,
            deleted_at: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_variant_is_for_sale_when_uncounted_in_stock_or_sold_past_zero() {
        for (tracked, available, policy, for_sale, past_zero) in [
            (true, 1, InventoryPolicy::Deny, true, false),
            (true, 0, InventoryPolicy::Deny, false, false),
            (true, -1, InventoryPolicy::Deny, false, false),
            (true, 0, InventoryPolicy::Continue, true, true),
            (true, 3, InventoryPolicy::Continue, true, false),
            (false, 0, InventoryPolicy::Deny, true, false),
            (false, 0, InventoryPolicy::Continue, true, false),
        ] {
            let availability = Availability { tracked, available, continue_selling: false, is_bundle: false };
            let variant = variant(policy);
            assert_eq!(is_for_sale(&variant, &availability), for_sale, "{availability:?} {policy:?}");
            assert_eq!(is_sold_past_zero(&variant, &availability), past_zero, "{availability:?} {policy:?}");
        }
    }

    #[test]
    fn a_bundle_is_as_scarce_as_its_scarcest_component() {
        let part = |per_unit, tracked, available, sells_on| Source {
            per_unit,
            tracked,
            available,
            sells_on,
            is_gone: false,
            backorder: false,
        };
        let own = part(0, true, 1_000, true);
        let left = |parts: &[Source]| {
            let all: Vec<Source> = [own].iter().chain(parts).copied().collect();
            let together = available_together(&all);
            assert!(together.is_bundle);
            together.counted()
        };
        assert_eq!(left(&[part(2, true, 5, false), part(1, true, 3, false)]), Some(2));
        assert_eq!(left(&[part(2, true, 5, false), part(1, true, -3, false)]), Some(0));
        assert_eq!(left(&[part(2, true, 0, true), part(1, true, 3, false)]), Some(3), "sold past zero");
        assert_eq!(left(&[part(2, false, 0, false)]), None, "nothing is counted");
        let gone = Source { is_gone: true, ..part(1, false, 0, false) };
        assert_eq!(left(&[part(1, true, 3, false), gone]), Some(0));
        let sold_on = variant(InventoryPolicy::Continue);
        assert!(!is_for_sale(&sold_on, &available_together(&[own, part(1, true, 0, false)])));
        assert!(is_for_sale(&sold_on, &available_together(&[own])));
    }

    #[test]
    fn a_deleted_variant_is_not_for_sale() {
        let deleted =
            variant::Model { deleted_at: Some(DateTime::UNIX_EPOCH), ..variant(InventoryPolicy::Continue) };
        let plenty = Availability { tracked: true, available: 9, continue_selling: true, is_bundle: false };
        assert!(!is_for_sale(&deleted, &plenty));
    }

    #[test]
    fn a_products_stock_is_that_of_its_variants() {
        let left = |tracked, available| Availability {
            tracked,
            available,
            continue_selling: false,
            is_bundle: false,
        };
        let item = |id| {
            Arc::new(variant::Model {
                inventory_item_id: InventoryItemId(id),
                ..variant(InventoryPolicy::Deny)
            })
        };
        let sum = |left: [Availability; 2]| {
            let stock = ProductStock::of(
                [item(0), item(1), item(7)].iter().map(Arc::as_ref),
                &(0..).map(InventoryItemId).zip(left).collect(),
            );
            (stock.is_for_sale, stock.units)
        };
        assert_eq!(sum([left(true, 2), left(true, 0)]), (true, Some(2)));
        assert_eq!(sum([left(true, 0), left(true, 0)]), (false, Some(0)));
        assert_eq!(sum([left(true, 0), left(false, 9)]), (true, Some(0)));
        assert_eq!(sum([left(false, 0), left(false, 0)]), (true, None));
    }
}
