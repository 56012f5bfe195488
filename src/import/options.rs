//! The options that a product's rows name, and the values of its variants.

use std::collections::HashMap;

use super::cell::Cells;
use super::code;
use super::draft::{MAX_TEXT_CHARS, ONLY_VALUE};
use super::error::RowErrors;
use super::row::{Column, Row};
use crate::catalog::fold;

/// An option while its values are being found.
pub(super) struct OptionValues {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    /// Where in `values` each lower-case name is.
    places: HashMap<String, usize>,
}

impl OptionValues {
    pub(super) fn named(name: String) -> Self {
        Self { name, values: Vec::new(), places: HashMap::new() }
    }

    /// The value in the spelling of its first row.
    fn spell(&mut self, value: String) -> String {
        let next = self.values.len();
        let place = *self.places.entry(fold(&value)).or_insert(next);
        match self.values.get(place) {
            Some(first) => first.clone(),
            None => {
                self.values.push(value.clone());
                value
            }
        }
    }
}

/// The names of the options in the first row: none where it names none, nothing where they make no sense.
pub(super) fn read_options(row: &Row, errors: &mut RowErrors) -> Option<Vec<String>> {
    let mut cells = Cells { row, errors };
    let mut names: Vec<String> = Vec::new();
    let mut unnamed = None;
    for (name_column, value_column) in Column::OPTIONS {
        let name = cells.text(name_column, MAX_TEXT_CHARS);
        if name.is_empty() {
            let has_value = !row.get(value_column).is_empty();
            unnamed = unnamed.or(Some((name_column, has_value)));
            if has_value {
                cells.refuse(name_column, code::MISSING_OPTION_NAME, "is empty, but the option has a value");
                return None;
            }
            continue;
        }
        if let Some((before, _)) = unnamed {
            cells.refuse(before, code::MISSING_OPTION_NAME, "is empty, but an option behind it has a name");
            return None;
        }
        if names.iter().any(|known| fold(known) == fold(&name)) {
            cells.refuse(name_column, code::DUPLICATE_OPTION, "is the name of an option before it");
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// The values of a variant, one for each option, or nothing where they do not fit the options.
pub(super) fn read_option_values(
    cells: &mut Cells<'_>,
    options: &mut [OptionValues],
    options_are_implied: bool,
) -> Option<Vec<String>> {
    let mut values = Vec::with_capacity(options.len());
    let mut fits = true;
    let mut known = options.iter_mut();
    for (name_column, value_column) in Column::OPTIONS {
        let value = cells.text(value_column, MAX_TEXT_CHARS);
        let name = cells.row.get(name_column);
        let refusal = match known.next() {
            Some(_) if options_are_implied && !value.is_empty() => {
                Some((name_column, code::MISSING_OPTION_NAME, "is empty in the product's first row"))
            }
            Some(option) if options_are_implied => {
                values.push(option.spell(ONLY_VALUE.to_owned()));
                None
            }
            Some(option) if !name.is_empty() && fold(name) != fold(&option.name) => {
                Some((name_column, code::CHANGED_OPTION_NAME, "is not the name in the product's first row"))
            }
            Some(_) if value.is_empty() => {
                Some((value_column, code::MISSING_OPTION_VALUE, "is empty, but the option has a name"))
            }
            Some(option) => {
                values.push(option.spell(value));
                None
            }
            None if !value.is_empty() || !name.is_empty() => {
                Some((name_column, code::MISSING_OPTION_NAME, "is empty in the product's first row"))
            }
            None => None,
        };
        if let Some((column, code, message)) = refusal {
            cells.refuse(column, code, message);
            fits = false;
        }
    }
    fits.then_some(values)
}
