//! How much a variant holds, and for how much of it its price is told besides: four cells that belong together.

use entity::variant_unit_price::{MeasuredType, MeasuredUnit};
use serde::Serialize;

use super::cell::{Cells, quoted};
use super::code;
use super::row::Column;
use crate::pricing::measured_type;

/// The largest measure, in whole units.
const MAX_UNITS: i64 = 1_000_000;

/// How much a variant holds, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct MeasureDraft {
    pub(super) measured_type: MeasuredType,
    /// Thousandths of the unit.
    pub(super) quantity_milli: i64,
    pub(super) quantity_unit: MeasuredUnit,
    /// Whole units.
    pub(super) reference_value: i32,
    pub(super) reference_unit: MeasuredUnit,
}

/// The units as files write them.
const UNITS: [(&str, MeasuredUnit); 24] = [
    ("mg", MeasuredUnit::Mg),
    ("g", MeasuredUnit::G),
    ("kg", MeasuredUnit::Kg),
    ("oz", MeasuredUnit::Oz),
    ("lb", MeasuredUnit::Lb),
    ("ml", MeasuredUnit::Ml),
    ("cl", MeasuredUnit::Cl),
    ("l", MeasuredUnit::L),
    ("m3", MeasuredUnit::M3),
    ("floz", MeasuredUnit::FlOz),
    ("fl oz", MeasuredUnit::FlOz),
    ("pt", MeasuredUnit::Pt),
    ("qt", MeasuredUnit::Qt),
    ("gal", MeasuredUnit::Gal),
    ("mm", MeasuredUnit::Mm),
    ("cm", MeasuredUnit::Cm),
    ("m", MeasuredUnit::M),
    ("in", MeasuredUnit::In),
    ("ft", MeasuredUnit::Ft),
    ("yd", MeasuredUnit::Yd),
    ("m2", MeasuredUnit::M2),
    ("ft2", MeasuredUnit::Ft2),
    ("item", MeasuredUnit::Item),
    ("items", MeasuredUnit::Item),
];

/// Reads the four cells: all empty for a variant without a unit price. Without a base measure the price is told for one
/// unit.
pub(super) fn read_measure(cells: &mut Cells<'_>) -> Option<MeasureDraft> {
    let columns =
        [Column::TotalMeasure, Column::TotalMeasureUnit, Column::BaseMeasure, Column::BaseMeasureUnit];
    if columns.iter().all(|column| cells.row.get(*column).is_empty()) {
        return None;
    }
    let quantity_milli = quantity(cells);
    let quantity_unit = unit(cells, Column::TotalMeasureUnit)?;
    let reference_unit = match cells.row.get(Column::BaseMeasureUnit) {
        "" => quantity_unit,
        _ => unit(cells, Column::BaseMeasureUnit)?,
    };
    let reference = cells.whole(Column::BaseMeasure, 1, MAX_UNITS).unwrap_or(1);
    if measured_type(quantity_unit) != measured_type(reference_unit) {
        let message = "measures something else than the unit of the total measure";
        cells.refuse(Column::BaseMeasureUnit, code::UNIT_MISMATCH, message);
        return None;
    }
    Some(MeasureDraft {
        measured_type: measured_type(quantity_unit),
        quantity_milli: quantity_milli?,
        quantity_unit,
        reference_value: i32::try_from(reference).ok()?,
        reference_unit,
    })
}

/// How much the variant holds, with up to three decimals.
fn quantity(cells: &mut Cells<'_>) -> Option<i64> {
    const COLUMN: Column = Column::TotalMeasure;
    let text = cells.row.get(COLUMN);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        let message = format!("{} is not a number such as 0.75", quoted(text));
        cells.refuse(COLUMN, code::NOT_A_NUMBER, message);
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 3 {
        cells.refuse(COLUMN, code::TOO_PRECISE, format!("{} has more than 3 decimals", quoted(text)));
        return None;
    }
    let milli = format!("{whole}{fraction:0<3}").parse().ok();
    let in_range = milli.filter(|milli| (1..=MAX_UNITS.saturating_mul(1_000)).contains(milli));
    if in_range.is_none() {
        let message = format!("{} is not above 0 and up to {MAX_UNITS}", quoted(text));
        cells.refuse(COLUMN, code::OUT_OF_RANGE, message);
    }
    in_range
}

fn unit(cells: &mut Cells<'_>, column: Column) -> Option<MeasuredUnit> {
    let text = cells.row.get(column);
    let known = UNITS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, unit)| *unit);
    if known.is_none() {
        let message = format!("{} is no unit such as ml, kg or item", quoted(text));
        cells.refuse(column, code::UNKNOWN_WORD, message);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::super::error::RowErrors;
    use super::super::row::{Line, tests::lines};
    use super::*;

    fn read(cells: &str) -> (Option<MeasureDraft>, Vec<(String, &'static str)>) {
        let file = format!(
            "Handle,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,\
             Unit Price Base Measure Unit\nshirt,{cells}\n"
        );
        let Some(Line::Row(row)) = lines(file.as_bytes()).pop() else {
            panic!("no row in {file}");
        };
        let mut errors = RowErrors::default();
        let measure = read_measure(&mut Cells { row: &row, errors: &mut errors });
        let (errors, _) = errors.into_parts();
        (measure, errors.into_iter().map(|error| (error.column, error.code)).collect())
    }

    #[test]
    fn the_four_cells_are_read_together() {
        let measure = |measured_type, quantity_milli, quantity_unit, reference_value, reference_unit| {
            (
                Some(MeasureDraft {
                    measured_type,
                    quantity_milli,
                    quantity_unit,
                    reference_value,
                    reference_unit,
                }),
                vec![],
            )
        };
        assert_eq!(
            read("0.75,L,100,ml"),
            measure(MeasuredType::Volume, 750, MeasuredUnit::L, 100, MeasuredUnit::Ml)
        );
        assert_eq!(
            read("250,g,1,kg"),
            measure(MeasuredType::Weight, 250_000, MeasuredUnit::G, 1, MeasuredUnit::Kg)
        );
        assert_eq!(
            read("12.500,ITEM,,"),
            measure(MeasuredType::Count, 12_500, MeasuredUnit::Item, 1, MeasuredUnit::Item)
        );
        assert_eq!(read(",,,"), (None, vec![]));
    }

    #[test]
    fn cells_without_sense_are_refused() {
        for (cells, column, code) in [
            ("a lot,ml,1,l", "Unit Price Total Measure", code::NOT_A_NUMBER),
            (",ml,1,l", "Unit Price Total Measure", code::NOT_A_NUMBER),
            ("-1,ml,1,l", "Unit Price Total Measure", code::NOT_A_NUMBER),
            ("0,ml,1,l", "Unit Price Total Measure", code::OUT_OF_RANGE),
            ("1.2345,ml,1,l", "Unit Price Total Measure", code::TOO_PRECISE),
            ("1,bucket,1,l", "Unit Price Total Measure Unit", code::UNKNOWN_WORD),
            ("1,,1,l", "Unit Price Total Measure Unit", code::UNKNOWN_WORD),
            ("1,ml,0,l", "Unit Price Base Measure", code::OUT_OF_RANGE),
            ("1,ml,1.5,l", "Unit Price Base Measure", code::NOT_WHOLE),
            ("1,ml,1,kg", "Unit Price Base Measure Unit", code::UNIT_MISMATCH),
        ] {
            let (_, errors) = read(cells);
            assert_eq!(errors, [(column.to_owned(), code)], "{cells}");
        }
    }
}
