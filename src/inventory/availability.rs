//! The rule of what is for sale.

use std::collections::HashMap;
use std::sync::Arc;

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
}

impl Availability {
    /// The units left, for an item that is counted.
    #[must_use]
    pub fn counted(&self) -> Option<i64> {
        self.tracked.then_some(self.available)
    }
}

/// Whether a variant can be bought: it is not counted, or some are left, or the shop sells on past zero. A variant that
/// was deleted never can.
///
/// `catalog::ProductFilters` says the same in SQL.
#[must_use]
pub fn is_for_sale(variant: &variant::Model, availability: &Availability) -> bool {
    let sells_on = match variant.inventory_policy {
        InventoryPolicy::Deny => false,
        InventoryPolicy::Continue => true,
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
    pub fn of(variants: &[Arc<variant::Model>], left: &HashMap<InventoryItemId, Availability>) -> Self {
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
            let availability = Availability { tracked, available, continue_selling: false };
            let variant = variant(policy);
            assert_eq!(is_for_sale(&variant, &availability), for_sale, "{availability:?} {policy:?}");
            assert_eq!(is_sold_past_zero(&variant, &availability), past_zero, "{availability:?} {policy:?}");
        }
    }

    #[test]
    fn a_deleted_variant_is_not_for_sale() {
        let deleted =
            variant::Model { deleted_at: Some(DateTime::UNIX_EPOCH), ..variant(InventoryPolicy::Continue) };
        let plenty = Availability { tracked: true, available: 9, continue_selling: true };
        assert!(!is_for_sale(&deleted, &plenty));
    }

    #[test]
    fn a_products_stock_is_that_of_its_variants() {
        let left = |tracked, available| Availability { tracked, available, continue_selling: false };
        let item = |id| {
            Arc::new(variant::Model {
                inventory_item_id: InventoryItemId(id),
                ..variant(InventoryPolicy::Deny)
            })
        };
        let sum = |left: [Availability; 2]| {
            let stock = ProductStock::of(
                &[item(0), item(1), item(7)],
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
