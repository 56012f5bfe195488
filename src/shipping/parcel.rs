//! What is to be delivered, and where its units lie. Pure rules.

use std::collections::BTreeMap;

use entity::id::{CartLineId, InventoryItemId, LocationId, ProductId, VariantId};

use super::rate::Parcel;
use crate::market::{Address, Conversion};

/// A line of a cart that is shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelLine {
    /// Which line.
    pub line: CartLineId,
    /// Which variant.
    pub variant: VariantId,
    /// Of which product.
    pub product: ProductId,
    /// The product's name, for carriers.
    pub name: String,
    /// The merchant's name for it.
    pub sku: Option<String>,
    /// How many units.
    pub quantity: i32,
    /// What a unit weighs.
    pub weight_grams: i64,
    /// What a unit costs before discounts, in minor units of the cart's currency.
    pub unit_minor: i64,
    /// What all of them cost before discounts.
    pub subtotal_minor: i64,
    /// From where its units can be taken.
    pub stock: Vec<StockTake>,
}

/// Units of an item that a line takes, and where they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockTake {
    /// Of which item.
    pub item: InventoryItemId,
    /// Units that one unit of the line takes.
    pub per_unit: i64,
    /// Units that may be taken at each location; none where the shop does not count them.
    pub at: Option<Vec<(LocationId, i64)>>,
}

/// What is delivered to where.
#[derive(Clone, Copy, Debug)]
pub struct Shipment<'a> {
    /// What, in the order of the cart; only lines that are shipped.
    pub lines: &'a [ParcelLine],
    /// Where to; none while it is not known.
    pub address: Option<&'a Address>,
    /// From the shop's currency to the cart's.
    pub conversion: &'a Conversion,
    /// The language of the buyer, as in LanguageCode.
    pub language: &'a str,
}

/// What lines cost and weigh together.
pub(super) fn parcel_of(lines: &[&ParcelLine]) -> Parcel {
    let weight = |line: &&ParcelLine| i64::from(line.quantity).saturating_mul(line.weight_grams);
    Parcel {
        subtotal_minor: lines.iter().map(|line| line.subtotal_minor).fold(0, i64::saturating_add),
        weight_grams: lines.iter().map(weight).fold(0, i64::saturating_add),
    }
}

/// Whether the locations hold all units that the lines take together.
pub(super) fn are_there(lines: &[&ParcelLine], is_meant: impl Fn(LocationId) -> bool) -> bool {
    let mut taken = Taken::default();
    lines.iter().all(|line| taken.take(line, &is_meant))
}

/// What lines take from some locations, one after another.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken(BTreeMap<InventoryItemId, i64>);

impl Taken {
    /// Takes the units of a line where the locations hold them beside what was taken before; whether they do.
    pub(super) fn take(&mut self, line: &ParcelLine, is_meant: impl Fn(LocationId) -> bool) -> bool {
        let mut wanted: BTreeMap<InventoryItemId, i64> = BTreeMap::new();
        for take in &line.stock {
            let Some(at) = &take.at else { continue };
            let before = self.0.get(&take.item).copied().unwrap_or(0);
            let sum = wanted.entry(take.item).or_insert(before);
            *sum = sum.saturating_add(take.per_unit.saturating_mul(i64::from(line.quantity)));
            let left =
                at.iter().filter(|(location, _)| is_meant(*location)).map(|(_, units)| (*units).max(0));
            if left.fold(0, i64::saturating_add) < *sum {
                return false;
            }
        }
        self.0.extend(wanted);
        true
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::shipping) fn line(id: i64, quantity: i32, at: &[(i64, i64)]) -> ParcelLine {
        let at = at.iter().map(|(location, units)| (LocationId(*location), *units)).collect();
        ParcelLine {
            line: CartLineId(id),
            variant: VariantId(id),
            product: ProductId(id),
            name: format!("Product {id}"),
            sku: None,
            quantity,
            weight_grams: 100,
            unit_minor: 1_000,
            subtotal_minor: 1_000 * i64::from(quantity),
            stock: vec![StockTake { item: InventoryItemId(id), per_unit: 1, at: Some(at) }],
        }
    }

    #[test]
    fn lines_that_share_an_item_share_its_units() {
        let (one, mut other) = (line(1, 2, &[(1, 2), (2, 1)]), line(2, 1, &[]));
        let anywhere = |_| true;
        let first = |location| location == LocationId(1);
        assert!(are_there(&[&one], first) && are_there(&[&one], anywhere) && !are_there(&[&other], anywhere));
        other.stock = one.stock.clone();
        assert!(are_there(&[&one, &other], anywhere) && !are_there(&[&one, &other], first));
        other.stock.iter_mut().for_each(|take| take.per_unit = 2);
        assert!(!are_there(&[&one, &other], anywhere));
        other.stock.iter_mut().for_each(|take| take.at = None);
        assert!(are_there(&[&one, &other], first), "what is not counted is everywhere");
    }
}
