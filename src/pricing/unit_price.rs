//! The price of a litre, a kilogram, a metre: pure rules.
//!
//! The lengths, weights and volumes behind the units are those of the International System of Units; an inch is 25.4 mm,
//! a pound 453.59237 g and a US gallon 231 cubic inches, all exactly.

use entity::variant_unit_price::{self, MeasuredType, MeasuredUnit};

use crate::market::Rounding;
use crate::money::{MAX_MINOR, Money};

/// How much a variant holds, for how much of it its price is told besides, and that price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// How much of what.
    pub measure: variant_unit_price::Model,
    /// What the reference quantity costs.
    pub price: Money,
}

impl UnitPrice {
    /// The unit price of a variant that costs so much; `None` where its measures cannot be compared.
    #[must_use]
    pub fn of(measure: &variant_unit_price::Model, price: Money) -> Option<Self> {
        let (quantity, reference) = (size_of(measure.quantity_unit), size_of(measure.reference_unit));
        if quantity.measures != measure.measured_type || reference.measures != measure.measured_type {
            return None;
        }
        // A price for `quantity_milli` thousandths of a unit, so that the reference costs a thousand times as much.
        let numerator = i128::from(price.minor)
            .checked_mul(i128::from(measure.reference_value))?
            .checked_mul(1_000)?
            .checked_mul(reference.size)?;
        let denominator = i128::from(measure.quantity_milli).checked_mul(quantity.size)?;
        let minor = Rounding::MINOR_UNIT.round(numerator, denominator).filter(|minor| *minor <= MAX_MINOR)?;
        Some(Self { measure: measure.clone(), price: Money::new(minor, price.currency) })
    }
}

/// What a unit measures, and its size in the smallest part that all units of its kind are whole numbers of.
struct Size {
    measures: MeasuredType,
    size: i128,
}

/// Lengths in tenths of a millimetre, areas in 0.01 mm², volumes in 10⁻¹⁰ ml, weights in 10⁻⁸ g.
fn size_of(unit: MeasuredUnit) -> Size {
    let (measures, size) = match unit {
        MeasuredUnit::Mm => (MeasuredType::Length, 10),
        MeasuredUnit::Cm => (MeasuredType::Length, 100),
        MeasuredUnit::M => (MeasuredType::Length, 10_000),
        MeasuredUnit::In => (MeasuredType::Length, 254),
        MeasuredUnit::Ft => (MeasuredType::Length, 3_048),
        MeasuredUnit::Yd => (MeasuredType::Length, 9_144),
        MeasuredUnit::M2 => (MeasuredType::Area, 100_000_000),
        MeasuredUnit::Ft2 => (MeasuredType::Area, 9_290_304),
        MeasuredUnit::Ml => (MeasuredType::Volume, 10_000_000_000),
        MeasuredUnit::Cl => (MeasuredType::Volume, 100_000_000_000),
        MeasuredUnit::L => (MeasuredType::Volume, 10_000_000_000_000),
        MeasuredUnit::M3 => (MeasuredType::Volume, 10_000_000_000_000_000),
        MeasuredUnit::FlOz => (MeasuredType::Volume, 295_735_295_625),
        MeasuredUnit::Pt => (MeasuredType::Volume, 4_731_764_730_000),
        MeasuredUnit::Qt => (MeasuredType::Volume, 9_463_529_460_000),
        MeasuredUnit::Gal => (MeasuredType::Volume, 37_854_117_840_000),
        MeasuredUnit::Mg => (MeasuredType::Weight, 1_000_000),
        MeasuredUnit::G => (MeasuredType::Weight, 1_000_000_000),
        MeasuredUnit::Kg => (MeasuredType::Weight, 1_000_000_000_000),
        MeasuredUnit::Oz => (MeasuredType::Weight, 28_349_523_125),
        MeasuredUnit::Lb => (MeasuredType::Weight, 453_592_370_000),
        MeasuredUnit::Item => (MeasuredType::Count, 1),
    };
    Size { measures, size }
}

/// What a unit measures.
#[must_use]
pub fn measured_type(unit: MeasuredUnit) -> MeasuredType {
    size_of(unit).measures
}

#[cfg(test)]
mod tests {
    use entity::id::VariantId;
    use sea_orm::Iterable;

    use super::*;
    use crate::money::Currency;

    fn measure(
        quantity_milli: i64,
        quantity_unit: MeasuredUnit,
        reference_value: i32,
        reference_unit: MeasuredUnit,
    ) -> variant_unit_price::Model {
        variant_unit_price::Model {
            variant_id: VariantId(1),
            measured_type: measured_type(quantity_unit),
            quantity_milli,
            quantity_unit,
            reference_value,
            reference_unit,
        }
    }

    fn price(measure: &variant_unit_price::Model, minor: i64, code: &str) -> Option<i64> {
        UnitPrice::of(measure, Money::new(minor, Currency::find(code).unwrap())).map(|unit| unit.price.minor)
    }

    #[test]
    fn the_reference_quantity_costs_its_share() {
        use MeasuredUnit::{Cl, Cm, FlOz, Ft2, G, Gal, In, Item, Kg, L, Lb, M, M2, Ml, Oz, Yd};
        for (milli, unit, value, reference, minor, expected) in [
            (750_000, Ml, 1, L, 1_090, 1_453),
            (75_000, Cl, 1, L, 1_090, 1_453),
            (750, L, 100, Ml, 1_090, 145),
            (250_000, G, 1, Kg, 890, 3_560),
            (250_000, G, 100, G, 890, 356),
            (1_500, Kg, 1, Kg, 999, 666),
            (12_000, Item, 1, Item, 600, 50),
            (2_500, M, 1, M, 1_000, 400),
            (50_000, Cm, 1, M, 1_000, 2_000),
            (12_000, In, 1, Yd, 1_000, 3_000),
            (16_000, Oz, 1, Lb, 799, 799),
            (128_000, FlOz, 1, Gal, 1_299, 1_299),
            (1_000, M2, 1, Ft2, 10_000, 929),
        ] {
            let measure = measure(milli, unit, value, reference);
            assert_eq!(
                price(&measure, minor, "EUR"),
                Some(expected),
                "{milli} {unit:?} {value} {reference:?}"
            );
        }
        assert_eq!(price(&measure(250_000, G, 100, G), 1_400, "JPY"), Some(560));
    }

    #[test]
    fn what_cannot_be_compared_has_no_unit_price() {
        assert_eq!(price(&measure(1_000, MeasuredUnit::L, 1, MeasuredUnit::Kg), 1_000, "EUR"), None);
        let wrong = variant_unit_price::Model {
            measured_type: MeasuredType::Area,
            ..measure(1_000, MeasuredUnit::L, 1, MeasuredUnit::L)
        };
        assert_eq!(price(&wrong, 1_000, "EUR"), None);
        let tiny = measure(1, MeasuredUnit::Mg, i32::MAX, MeasuredUnit::Kg);
        assert_eq!(price(&tiny, MAX_MINOR, "EUR"), None);
    }

    #[test]
    fn a_unit_of_itself_costs_the_price() {
        for unit in MeasuredUnit::iter() {
            assert_eq!(price(&measure(1_000, unit, 1, unit), 1_234, "EUR"), Some(1_234), "{unit:?}");
        }
    }
}
