//! Choosing among a product's variants by their options: pure rules over data that was loaded up front.

use std::sync::Arc;

use entity::id::OptionValueId;
use entity::variant;

use super::option_encoding;
use super::option_queries::{Choice, OptionWithValues};

/// What to do with names of options that the product does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownOptions {
    /// Choose by the others.
    Ignored,
    /// Choose nothing.
    Refused,
}

/// How names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMatch {
    /// Letter by letter.
    Exact,
    /// Small and capital letters are the same.
    AnyCase,
}

/// The options that a shopper chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Names of options and of their values.
    pub chosen: Vec<(String, String)>,
    /// What to do with options that the product does not have.
    pub unknown: UnknownOptions,
    /// How names are compared.
    pub names: NameMatch,
}

impl Selection {
    pub(super) fn is_same(&self, a: &str, b: &str) -> bool {
        match self.names {
            NameMatch::Exact => a == b,
            NameMatch::AnyCase => a.to_lowercase() == b.to_lowercase(),
        }
    }
}

/// A variant, the place of its value in each option, and whether it can be bought.
#[derive(Clone, Debug)]
struct Offer {
    variant: Arc<variant::Model>,
    places: Vec<Option<usize>>,
    is_for_sale: bool,
}

/// A product's variants as a grid over its options.
#[derive(Clone, Debug, Default)]
pub struct Assortment {
    options: Vec<Arc<OptionWithValues>>,
    /// In the order of the variants.
    offers: Vec<Offer>,
}

impl Assortment {
    /// Puts the parts of a product together; each variant comes with its values and whether it can be bought.
    #[must_use]
    pub fn new<'a>(
        options: Vec<Arc<OptionWithValues>>,
        variants: impl IntoIterator<Item = (Arc<variant::Model>, &'a [Choice], bool)>,
    ) -> Self {
        let place = |option: &OptionWithValues, choices: &[Choice]| {
            let (_, chosen) = choices.iter().find(|(id, _)| *id == option.option.id)?;
            option.values.iter().position(|value| value.id == *chosen)
        };
        let offer = |(variant, choices, is_for_sale): (Arc<variant::Model>, &[Choice], bool)| {
            let places = options.iter().map(|option| place(option, choices)).collect();
            Offer { variant, places, is_for_sale }
        };
        let offers = variants.into_iter().map(offer).collect();
        Self { options, offers }
    }

    /// The variant with exactly these options; none unless every option is chosen.
    #[must_use]
    pub fn find(&self, selection: &Selection) -> Option<&Arc<variant::Model>> {
        let wanted = self.places_of(selection)?;
        self.offers
            .iter()
            .find(|offer| wanted.iter().all(Option::is_some) && offer.places == wanted)
            .map(|offer| &offer.variant)
    }

    /// The variant with these options. Where several have them, the first that can be bought; where none has, or no
    /// option is chosen, the first of all that can be bought, and where none can, the first.
    #[must_use]
    pub fn find_or_first(&self, selection: &Selection) -> Option<&Arc<variant::Model>> {
        self.offer_or_first(selection).map(|offer| &offer.variant)
    }

    fn offer_or_first(&self, selection: &Selection) -> Option<&Offer> {
        let wanted = self.places_of(selection).filter(|wanted| wanted.iter().any(Option::is_some));
        let fits = |offer: &&Offer| {
            let pairs = |wanted: &Vec<Option<usize>>| {
                wanted.iter().zip(&offer.places).all(|(wanted, place)| wanted.is_none() || wanted == place)
            };
            wanted.as_ref().is_some_and(pairs)
        };
        let fitting = || self.offers.iter().filter(fits);
        fitting()
            .find(|offer| offer.is_for_sale)
            .or_else(|| fitting().next())
            .or_else(|| self.offers.iter().find(|offer| offer.is_for_sale))
            .or_else(|| self.offers.first())
    }

    /// The variants that differ from the chosen options in exactly one, by their keys. Where not every option is
    /// chosen, those that differ from the variant of [`Self::find_or_first`].
    #[must_use]
    pub fn adjacent(&self, selection: &Selection) -> Vec<&Arc<variant::Model>> {
        let chosen = self.places_of(selection).filter(|wanted| wanted.iter().all(Option::is_some));
        let Some(center) =
            chosen.or_else(|| self.offer_or_first(selection).map(|offer| offer.places.clone()))
        else {
            return Vec::new();
        };
        let differences = |offer: &Offer| {
            center.iter().zip(&offer.places).filter(|(center, place)| center != place).count()
        };
        let mut adjacent: Vec<&Arc<variant::Model>> =
            self.offers.iter().filter(|offer| differences(offer) == 1).map(|offer| &offer.variant).collect();
        adjacent.sort_by_key(|variant| variant.id);
        adjacent
    }

    /// The variant that has this value and, for the other options, values as far to the front as there are.
    #[must_use]
    pub fn first_with(&self, value: OptionValueId) -> Option<&Arc<variant::Model>> {
        let (option, place) = self.options.iter().enumerate().find_map(|(option, with_values)| {
            with_values.values.iter().position(|held| held.id == value).map(|place| (option, place))
        })?;
        self.offers
            .iter()
            .filter(|offer| offer.places.get(option) == Some(&Some(place)))
            .min_by_key(|offer| &offer.places)
            .map(|offer| &offer.variant)
    }

    /// The combinations of option values that there are, packed; none for a product without options.
    #[must_use]
    pub fn encoded_existence(&self) -> Option<String> {
        self.encoded(|_| true)
    }

    /// The combinations of option values that can be bought, packed; none for a product without options.
    #[must_use]
    pub fn encoded_availability(&self) -> Option<String> {
        self.encoded(|offer| offer.is_for_sale)
    }

    fn encoded(&self, counts: impl Fn(&Offer) -> bool) -> Option<String> {
        if self.options.is_empty() {
            return None;
        }
        let combinations = self.offers.iter().filter(|offer| counts(offer));
        Some(option_encoding::encode(
            combinations.filter_map(|offer| offer.places.iter().copied().collect()).collect(),
        ))
    }

    /// The place of the chosen value in each option, `None` where the option is not chosen. None at all where a value
    /// is unknown, or an option is and that is refused.
    fn places_of(&self, selection: &Selection) -> Option<Vec<Option<usize>>> {
        let mut places = vec![None; self.options.len()];
        for (name, value) in &selection.chosen {
            let mut known = self.options.iter().zip(&mut places);
            match known.find(|(option, _)| selection.is_same(&option.option.name, name)) {
                Some((option, place)) => {
                    *place =
                        Some(option.values.iter().position(|held| selection.is_same(&held.name, value))?);
                }
                None if selection.unknown == UnknownOptions::Refused => return None,
                None => {}
            }
        }
        Some(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use entity::id::{InventoryItemId, OptionId, ProductId, VariantId};
    use entity::variant::InventoryPolicy;
    use entity::{option_value, product_option};

    fn option(id: i64, name: &str, values: &[&str]) -> OptionWithValues {
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
        let option = product_option::Model {
            id: OptionId(id),
            product_id: ProductId(1),
            name: name.to_owned(),
            position: 1,
        };
        OptionWithValues { option, values: (0..).zip(values).map(value).collect() }
    }

    fn variant(id: i64) -> Arc<variant::Model> {
        Arc::new(variant::Model {
            id: VariantId(id),
            product_id: ProductId(1),
            inventory_item_id: InventoryItemId(id),
            position: 1,
            title: String::new(),
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
        })
    }

    /// Colour Red, Green, Blue and size S, M. There is no blue M; of red S and green M none is left.
    fn shirts() -> Assortment {
        let rows = [(1, 0, 0, false), (2, 0, 1, true), (3, 1, 0, true), (4, 1, 1, false), (5, 2, 0, true)];
        let choices = rows.map(|(_, colour, size, _)| {
            [(OptionId(2), OptionValueId(20 + size)), (OptionId(1), OptionValueId(10 + colour))]
        });
        let options = vec![option(1, "Colour", &["Red", "Green", "Blue"]), option(2, "Size", &["S", "M"])];
        let offers = rows.iter().zip(&choices);
        let offers =
            offers.map(|((id, _, _, for_sale), choices)| (variant(*id), choices.as_slice(), *for_sale));
        Assortment::new(options.into_iter().map(Arc::new).collect(), offers)
    }

    fn chosen(options: &[(&str, &str)]) -> Selection {
        let chosen = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Selection { chosen, unknown: UnknownOptions::Ignored, names: NameMatch::Exact }
    }

    fn find(selection: &Selection) -> Option<i64> {
        shirts().find(selection).map(|variant| variant.id.0)
    }

    fn find_or_first(selection: &Selection) -> Option<i64> {
        shirts().find_or_first(selection).map(|variant| variant.id.0)
    }

    fn adjacent(selection: &Selection) -> Vec<i64> {
        shirts().adjacent(selection).iter().map(|variant| variant.id.0).collect()
    }

    #[test]
    fn a_variant_is_found_by_all_its_options() {
        assert_eq!(find(&chosen(&[("Colour", "Green"), ("Size", "M")])), Some(4));
        assert_eq!(find(&chosen(&[("Size", "S"), ("Colour", "Red")])), Some(1));
        assert_eq!(find(&chosen(&[("Colour", "Blue"), ("Size", "M")])), None);
        assert_eq!(find(&chosen(&[("Colour", "Green")])), None);
        assert_eq!(find(&chosen(&[])), None);
        assert_eq!(find(&chosen(&[("Colour", "Pink"), ("Size", "M")])), None);
    }

    #[test]
    fn unknown_options_are_ignored_or_refused() {
        let mut selection = chosen(&[("Colour", "Green"), ("Size", "M"), ("utm", "x")]);
        assert_eq!(find(&selection), Some(4));
        assert_eq!(find_or_first(&selection), Some(4));
        selection.unknown = UnknownOptions::Refused;
        assert_eq!(find(&selection), None);
        assert_eq!(find_or_first(&selection), Some(2));
    }

    #[test]
    fn case_matters_only_when_it_should() {
        let mut selection = chosen(&[("colour", "GREEN"), ("SIZE", "m")]);
        assert_eq!(find(&selection), None);
        selection.names = NameMatch::AnyCase;
        assert_eq!(find(&selection), Some(4));
    }

    #[test]
    fn without_a_fitting_variant_the_first_that_can_be_bought_is_taken() {
        assert_eq!(find_or_first(&chosen(&[])), Some(2));
        assert_eq!(find_or_first(&chosen(&[("Colour", "Blue"), ("Size", "M")])), Some(2));
        assert_eq!(find_or_first(&chosen(&[("Colour", "Pink")])), Some(2));
    }

    #[test]
    fn a_fitting_variant_is_taken_even_when_none_is_left() {
        assert_eq!(find_or_first(&chosen(&[("Colour", "Red"), ("Size", "S")])), Some(1));
    }

    #[test]
    fn of_several_fitting_variants_the_first_that_can_be_bought_is_taken() {
        assert_eq!(find_or_first(&chosen(&[("Colour", "Red")])), Some(2));
        assert_eq!(find_or_first(&chosen(&[("Size", "M")])), Some(2));
        assert_eq!(find_or_first(&chosen(&[("Colour", "Green")])), Some(3));
    }

    #[test]
    fn when_nothing_can_be_bought_the_first_variant_is_taken() {
        let none: &[Choice] = &[];
        let sold_out = Assortment::new(Vec::new(), [(variant(7), none, false), (variant(8), none, false)]);
        assert_eq!(sold_out.find_or_first(&chosen(&[])).map(|variant| variant.id.0), Some(7));
        assert!(Assortment::default().find_or_first(&chosen(&[])).is_none());
    }

    #[test]
    fn adjacent_variants_differ_in_one_option() {
        assert_eq!(adjacent(&chosen(&[("Colour", "Green"), ("Size", "M")])), [2, 3]);
        assert_eq!(adjacent(&chosen(&[("Colour", "Red"), ("Size", "S")])), [2, 3, 5]);
        assert_eq!(adjacent(&chosen(&[("Colour", "Blue"), ("Size", "M")])), [2, 4, 5]);
        assert_eq!(adjacent(&chosen(&[])), [1, 4]);
        assert_eq!(adjacent(&chosen(&[("Colour", "Green")])), [1, 4, 5]);
        assert!(Assortment::default().adjacent(&chosen(&[])).is_empty());
    }

    #[test]
    fn the_first_variant_of_a_value_is_as_far_to_the_front_as_there_is() {
        let first = |value| shirts().first_with(OptionValueId(value)).map(|variant| variant.id.0);
        assert_eq!(first(10), Some(1));
        assert_eq!(first(12), Some(5));
        assert_eq!(first(21), Some(2));
        assert_eq!(first(99), None);
    }

    #[test]
    fn existence_and_availability_are_packed() {
        assert_eq!(shirts().encoded_existence().unwrap(), "v1_0:0-1,1:0-1,2:0,");
        assert_eq!(shirts().encoded_availability().unwrap(), "v1_0:1,1:0,2:0,");
        assert_eq!(Assortment::default().encoded_existence(), None);
    }
}
