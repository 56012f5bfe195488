//! The rule of what is for sale.

use std::collections::HashMap;

use entity::id::InventoryItemId;
use entity::variant;

/// How much of an item shoppers can still buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Whether the shop counts the item at all.
    pub tracked: bool,
    /// Units over all active locations that fulfil online orders; below zero where it was sold past zero.
    pub available: i64,
    /// Units that may be sold there, those that would only be promised among them; `None` for any number.
    pub room: Option<i64>,
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
    /// Units that may be sold of its shelves; `None` for any number.
    pub(super) room: Option<i64>,
    /// Whether its variant was deleted.
    pub(super) is_gone: bool,
}

/// How much is left of an item: what its shelves hold, or of a bundle as many as the scarcest of its components allows.
pub(super) fn available_together(sources: &[Source]) -> Availability {
    let components = || sources.iter().filter(|source| source.per_unit > 0);
    if components().next().is_none() {
        let own = sources.first();
        return Availability {
            tracked: own.is_some_and(|own| own.tracked),
            available: own.map_or(0, |own| own.available),
            room: own.map_or(Some(0), |own| own.room),
        };
    }
    // What any number is sold of is not scarce, and neither is what nobody counts.
    let limited = || components().filter(|part| part.is_gone || (part.tracked && part.room.is_some()));
    let least = |units: &dyn Fn(&Source) -> i64| {
        limited().map(|part| if part.is_gone { 0 } else { units(part).max(0) / part.per_unit }).min()
    };
    let room = least(&|part| part.room.unwrap_or(0));
    Availability {
        tracked: room.is_some(),
        available: least(&|part| part.available).unwrap_or(0),
        room: Some(room.unwrap_or(0)),
    }
}

impl Availability {
    /// Of an item of which nothing is known.
    pub const NONE: Self = Self { tracked: true, available: 0, room: Some(0) };

    /// The units left, for an item that is counted.
    #[must_use]
    pub fn counted(&self) -> Option<i64> {
        self.tracked.then_some(self.available)
    }
}

/// Whether a variant can be bought: it is not counted, or some are left, or some may be promised although none is. A
/// variant that was deleted never can.
///
/// `recommendation::recommend` says the same in SQL.
#[must_use]
pub fn is_for_sale(variant: &variant::Model, availability: &Availability) -> bool {
    let has_room = availability.room.is_none_or(|room| room > 0);
    variant.deleted_at.is_none() && (!availability.tracked || has_room)
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
    use entity::variant::InventoryPolicy;

    fn variant() -> variant::Model {
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
            inventory_policy: InventoryPolicy::Deny,
            option_signature: String::new(),
            media_id: None,
            deleted_at: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_variant_is_for_sale_when_uncounted_in_stock_or_sold_past_zero() {
        for (tracked, available, room, for_sale, past_zero) in [
            (true, 1, Some(1), true, false),
            (true, 0, Some(0), false, false),
            (true, -1, Some(0), false, false),
            (true, -1, Some(2), true, true),
            (true, 0, None, true, true),
            (true, 3, None, true, false),
            (false, 0, Some(0), true, false),
        ] {
            let availability = Availability { tracked, available, room };
            assert_eq!(is_for_sale(&variant(), &availability), for_sale, "{availability:?}");
            assert_eq!(is_sold_past_zero(&variant(), &availability), past_zero, "{availability:?}");
        }
    }

    #[test]
    fn a_bundle_is_as_scarce_as_its_scarcest_component() {
        let part = |per_unit, tracked, available, room| Source {
            per_unit,
            tracked,
            available,
            room,
            is_gone: false,
        };
        let own = part(0, true, 1_000, None);
        let together = |parts: &[Source]| {
            let all: Vec<Source> = [own].iter().chain(parts).copied().collect();
            available_together(&all)
        };
        let left = |parts: &[Source]| together(parts).counted();
        assert_eq!(left(&[part(2, true, 5, Some(5)), part(1, true, 3, Some(3))]), Some(2));
        assert_eq!(left(&[part(2, true, 5, Some(5)), part(1, true, -3, Some(0))]), Some(0));
        assert_eq!(left(&[part(2, true, 0, None), part(1, true, 3, Some(3))]), Some(3), "sold past zero");
        assert_eq!(left(&[part(2, false, 0, Some(0))]), None, "nothing is counted");
        let capped = together(&[part(2, true, 1, Some(5)), part(1, true, 3, Some(3))]);
        assert_eq!((capped.counted(), capped.room), (Some(0), Some(2)), "two are promised of the cups");
        assert!(is_for_sale(&variant(), &capped) && is_sold_past_zero(&variant(), &capped));
        let gone = Source { is_gone: true, ..part(1, false, 0, None) };
        assert_eq!(left(&[part(1, true, 3, Some(3)), gone]), Some(0));
        assert!(
            !is_for_sale(&variant(), &together(&[part(1, true, 0, Some(0))])),
            "its own shelf is no help"
        );
        assert!(is_for_sale(&variant(), &available_together(&[own])));
    }

    #[test]
    fn a_deleted_variant_is_not_for_sale() {
        let deleted = variant::Model { deleted_at: Some(DateTime::UNIX_EPOCH), ..variant() };
        assert!(!is_for_sale(&deleted, &Availability { tracked: true, available: 9, room: None }));
    }

    #[test]
    fn a_products_stock_is_that_of_its_variants() {
        let left = |tracked, available: i64| Availability { tracked, available, room: Some(available) };
        let item = |id| Arc::new(variant::Model { inventory_item_id: InventoryItemId(id), ..variant() });
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
