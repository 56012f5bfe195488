//! What options and their values are called in another language, and choosing by such names: pure rules.

use std::collections::HashMap;
use std::sync::Arc;

use entity::id::{OptionId, OptionValueId};
use entity::{option_value, product_option};

use super::option_queries::OptionWithValues;
use super::selection::Selection;

/// The names of options and values that were translated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionNames {
    /// Names of options.
    pub options: HashMap<OptionId, String>,
    /// Names of values.
    pub values: HashMap<OptionValueId, String>,
}

impl OptionNames {
    fn of_option<'a>(&'a self, option: &'a product_option::Model) -> &'a str {
        self.options.get(&option.id).unwrap_or(&option.name)
    }

    fn of_value<'a>(&'a self, value: &'a option_value::Model) -> &'a str {
        self.values.get(&value.id).unwrap_or(&value.name)
    }
}

impl Selection {
    /// The same selection by the original names of a product's options. What shoppers of the language read counts first,
    /// then the original: an address that was made in another language selects the same. Unknown names are left as they
    /// are.
    #[must_use]
    pub fn by_original_names(mut self, options: &[Arc<OptionWithValues>], names: &OptionNames) -> Self {
        let chosen = std::mem::take(&mut self.chosen);
        self.chosen = chosen.into_iter().map(|chosen| self.original_of(chosen, options, names)).collect();
        self
    }

    fn original_of(
        &self,
        (name, value): (String, String),
        options: &[Arc<OptionWithValues>],
        names: &OptionNames,
    ) -> (String, String) {
        let translated = options.iter().find(|held| self.is_same(names.of_option(&held.option), &name));
        let named = || options.iter().find(|held| self.is_same(&held.option.name, &name));
        let Some(option) = translated.or_else(named) else {
            return (name, value);
        };
        let translated = option.values.iter().find(|held| self.is_same(names.of_value(held), &value));
        let named = || option.values.iter().find(|held| self.is_same(&held.name, &value));
        let value = translated.or_else(named).map_or(value, |held| held.name.clone());
        (option.option.name.clone(), value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{NameMatch, UnknownOptions};
    use entity::id::ProductId;

    fn option(id: i64, name: &str, values: &[&str]) -> Arc<OptionWithValues> {
        let value = |(place, name): (i64, &&str)| {
            Arc::new(option_value::Model {
                id: OptionValueId(id * 10 + place),
                option_id: OptionId(id),
                name: (*name).to_owned(),
                position: 1,
                swatch_color: None,
                swatch_media_id: None,
            })
        };
        let (product_id, name) = (ProductId(1), name.to_owned());
        let option = product_option::Model { id: OptionId(id), product_id, name, position: 1 };
        Arc::new(OptionWithValues { option, values: (0..).zip(values).map(value).collect() })
    }

    /// Widths that are called in French as other widths are in the original.
    fn original(name: &str, value: &str, names: NameMatch) -> (String, String) {
        let options = [option(1, "Width", &["Large", "Wide", "Small"]), option(2, "Color", &["Red"])];
        let french = OptionNames {
            options: HashMap::from([(OptionId(1), "Largeur".to_owned())]),
            values: HashMap::from([
                (OptionValueId(10), "Grand".to_owned()),
                (OptionValueId(11), "Large".to_owned()),
                (OptionValueId(20), "Rouge".to_owned()),
            ]),
        };
        let chosen = vec![(name.to_owned(), value.to_owned())];
        let selection = Selection { chosen, unknown: UnknownOptions::Refused, names };
        selection.by_original_names(&options, &french).chosen.remove(0)
    }

    #[test]
    fn names_are_read_in_the_language_first_and_in_the_original_then() {
        let exact = |name, value| original(name, value, NameMatch::Exact);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(exact("Largeur", "Large"), pair("Width", "Wide"), "what the shopper reads");
        assert_eq!(exact("Largeur", "Grand"), pair("Width", "Large"));
        assert_eq!(exact("Width", "Small"), pair("Width", "Small"));
        assert_eq!(exact("Width", "Wide"), pair("Width", "Wide"));
        assert_eq!(exact("Color", "Rouge"), pair("Color", "Red"));
        assert_eq!(exact("Color", "rouge"), pair("Color", "rouge"), "unknown");
        assert_eq!(exact("Couleur", "Rouge"), pair("Couleur", "Rouge"), "unknown");
        assert_eq!(original("COLOR", "rouge", NameMatch::AnyCase), pair("Color", "Red"));
    }
}
