//! How much a variant holds, for prices of a litre, a kilogram, a metre.

use async_graphql::Object;
use entity::variant_unit_price::{self, MeasuredType, MeasuredUnit};

use super::code::{UnitPriceMeasurementMeasuredType, UnitPriceMeasurementMeasuredUnit};

/// How much a variant holds, and for how much of it the unit price is.
#[derive(Clone, Debug)]
pub struct UnitPriceMeasurement(pub variant_unit_price::Model);

/// How much a variant holds, and for how much of it the unit price is.
#[Object]
impl UnitPriceMeasurement {
    /// What is measured.
    async fn measured_type(&self) -> Option<UnitPriceMeasurementMeasuredType> {
        Some(match self.0.measured_type {
            MeasuredType::Area => UnitPriceMeasurementMeasuredType::Area,
            MeasuredType::Count => UnitPriceMeasurementMeasuredType::Count,
            MeasuredType::Length => UnitPriceMeasurementMeasuredType::Length,
            MeasuredType::Volume => UnitPriceMeasurementMeasuredType::Volume,
            MeasuredType::Weight => UnitPriceMeasurementMeasuredType::Weight,
        })
    }

    /// The unit of what the variant holds.
    async fn quantity_unit(&self) -> Option<UnitPriceMeasurementMeasuredUnit> {
        Some(unit(self.0.quantity_unit))
    }

    /// How much the variant holds.
    async fn quantity_value(&self) -> f64 {
        thousandths(self.0.quantity_milli)
    }

    /// The unit of what the unit price is for.
    async fn reference_unit(&self) -> Option<UnitPriceMeasurementMeasuredUnit> {
        Some(unit(self.0.reference_unit))
    }

    /// For how much the unit price is.
    async fn reference_value(&self) -> i32 {
        self.0.reference_value
    }
}

/// A number of thousandths as the decimal that it is.
fn thousandths(milli: i64) -> f64 {
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.parse().unwrap_or(0.0)
}

fn unit(unit: MeasuredUnit) -> UnitPriceMeasurementMeasuredUnit {
    match unit {
        MeasuredUnit::Cl => UnitPriceMeasurementMeasuredUnit::Cl,
        MeasuredUnit::Cm => UnitPriceMeasurementMeasuredUnit::Cm,
        MeasuredUnit::FlOz => UnitPriceMeasurementMeasuredUnit::Floz,
        MeasuredUnit::Ft => UnitPriceMeasurementMeasuredUnit::Ft,
        MeasuredUnit::Ft2 => UnitPriceMeasurementMeasuredUnit::Ft2,
        MeasuredUnit::G => UnitPriceMeasurementMeasuredUnit::G,
        MeasuredUnit::Gal => UnitPriceMeasurementMeasuredUnit::Gal,
        MeasuredUnit::In => UnitPriceMeasurementMeasuredUnit::In,
        MeasuredUnit::Item => UnitPriceMeasurementMeasuredUnit::Item,
        MeasuredUnit::Kg => UnitPriceMeasurementMeasuredUnit::Kg,
        MeasuredUnit::L => UnitPriceMeasurementMeasuredUnit::L,
        MeasuredUnit::Lb => UnitPriceMeasurementMeasuredUnit::Lb,
        MeasuredUnit::M => UnitPriceMeasurementMeasuredUnit::M,
        MeasuredUnit::M2 => UnitPriceMeasurementMeasuredUnit::M2,
        MeasuredUnit::M3 => UnitPriceMeasurementMeasuredUnit::M3,
        MeasuredUnit::Mg => UnitPriceMeasurementMeasuredUnit::Mg,
        MeasuredUnit::Ml => UnitPriceMeasurementMeasuredUnit::Ml,
        MeasuredUnit::Mm => UnitPriceMeasurementMeasuredUnit::Mm,
        MeasuredUnit::Oz => UnitPriceMeasurementMeasuredUnit::Oz,
        MeasuredUnit::Pt => UnitPriceMeasurementMeasuredUnit::Pt,
        MeasuredUnit::Qt => UnitPriceMeasurementMeasuredUnit::Qt,
        MeasuredUnit::Yd => UnitPriceMeasurementMeasuredUnit::Yd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_told_as_decimals() {
        for (milli, expected) in [(750, 0.75), (1, 0.001), (2_500, 2.5), (12_000, 12.0), (100_010, 100.01)] {
            assert!((thousandths(milli) - expected).abs() < f64::EPSILON, "{milli}");
        }
    }
}
