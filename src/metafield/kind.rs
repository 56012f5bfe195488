//! The types that a metafield's value can have.

use super::reference::RefKind;

/// What a single value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A text without line breaks.
    SingleLineText,
    /// A text.
    MultiLineText,
    /// A text with headings, lists and links, as a tree in JSON.
    RichText,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Decimal,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// Any JSON.
    Json,
    /// A colour as #rrggbb.
    Color,
    /// An address on the web, or of mail, text message or telephone.
    Url,
    /// An amount and its currency.
    Money,
    /// A number on a scale.
    Rating,
    /// A measure with its unit.
    Measure(Measure),
    /// A word that names the owner elsewhere.
    Id,
    /// An address and the words for it.
    Link,
    /// Another thing of the shop.
    Reference(RefKind),
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// How heavy.
    Weight,
    /// How long.
    Dimension,
    /// How much room.
    Volume,
}

/// The type of a metafield: a kind of value, or a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// What a value is.
    pub kind: ValueKind,
    /// Whether it is a list of such values.
    pub is_list: bool,
}

/// All kinds by name, and whether there are lists of them.
const KINDS: [(&str, ValueKind, bool); 26] = [
    ("article_reference", ValueKind::Reference(RefKind::Article), true),
    ("boolean", ValueKind::Boolean, false),
    ("collection_reference", ValueKind::Reference(RefKind::Collection), true),
    ("color", ValueKind::Color, true),
    ("date", ValueKind::Date, true),
    ("date_time", ValueKind::DateTime, true),
    ("dimension", ValueKind::Measure(Measure::Dimension), true),
    ("file_reference", ValueKind::Reference(RefKind::File), true),
    ("id", ValueKind::Id, false),
    ("json", ValueKind::Json, false),
    ("link", ValueKind::Link, true),
    ("metaobject_reference", ValueKind::Reference(RefKind::Metaobject), true),
    ("mixed_reference", ValueKind::Reference(RefKind::Mixed), true),
    ("money", ValueKind::Money, false),
    ("multi_line_text_field", ValueKind::MultiLineText, false),
    ("number_decimal", ValueKind::Decimal, true),
    ("number_integer", ValueKind::Integer, true),
    ("page_reference", ValueKind::Reference(RefKind::Page), true),
    ("product_reference", ValueKind::Reference(RefKind::Product), true),
    ("rating", ValueKind::Rating, true),
    ("rich_text_field", ValueKind::RichText, false),
    ("single_line_text_field", ValueKind::SingleLineText, true),
    ("url", ValueKind::Url, true),
    ("variant_reference", ValueKind::Reference(RefKind::Variant), true),
    ("volume", ValueKind::Measure(Measure::Volume), true),
    ("weight", ValueKind::Measure(Measure::Weight), true),
];

impl FieldType {
    /// The type with this name, such as `number_integer` or `list.color`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (single, is_list) = name.strip_prefix("list.").map_or((name, false), |single| (single, true));
        let (_, kind, has_lists) = KINDS.iter().find(|(known, ..)| *known == single)?;
        (!is_list || *has_lists).then_some(Self { kind: *kind, is_list })
    }

    /// Which things the value names, where it names things.
    #[must_use]
    pub fn reference(self) -> Option<RefKind> {
        match self.kind {
            ValueKind::Reference(kind) => Some(kind),
            ValueKind::SingleLineText
            | ValueKind::MultiLineText
            | ValueKind::RichText
            | ValueKind::Integer
            | ValueKind::Decimal
            | ValueKind::Boolean
            | ValueKind::Date
            | ValueKind::DateTime
            | ValueKind::Json
            | ValueKind::Color
            | ValueKind::Url
            | ValueKind::Money
            | ValueKind::Rating
            | ValueKind::Measure(_)
            | ValueKind::Id
            | ValueKind::Link => None,
        }
    }
}

impl Measure {
    /// The unit's name as it is stored, from any of the names that it goes by.
    #[must_use]
    pub fn unit(self, name: &str) -> Option<&'static str> {
        let units: &[(&str, &str)] = match self {
            Self::Weight => &[("g", "grams"), ("kg", "kilograms"), ("lb", "pounds"), ("oz", "ounces")],
            Self::Dimension => &[
                ("mm", "millimeters"),
                ("cm", "centimeters"),
                ("m", "meters"),
                ("in", "inches"),
                ("ft", "feet"),
                ("yd", "yards"),
            ],
            Self::Volume => &[
                ("ml", "milliliters"),
                ("cl", "centiliters"),
                ("l", "liters"),
                ("m3", "cubic_meters"),
                ("us_fl_oz", "fluid_ounces"),
                ("us_pt", "pints"),
                ("us_qt", "quarts"),
                ("us_gal", "gallons"),
                ("imp_fl_oz", "imperial_fluid_ounces"),
                ("imp_pt", "imperial_pints"),
                ("imp_qt", "imperial_quarts"),
                ("imp_gal", "imperial_gallons"),
            ],
        };
        let name = name.to_ascii_lowercase();
        units.iter().find(|(short, long)| *short == name || *long == name).map(|(short, _)| *short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_by_name() {
        assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0));
        for (name, kind, has_lists) in KINDS {
            assert_eq!(FieldType::parse(name), Some(FieldType { kind, is_list: false }), "{name}");
            let list = FieldType::parse(&format!("list.{name}"));
            assert_eq!(list.is_some(), has_lists, "{name}");
        }
        for name in ["", "text", "string", "list.", "list.list.color", "list.money", "NUMBER_INTEGER"] {
            assert_eq!(FieldType::parse(name), None, "{name}");
        }
    }

    #[test]
    fn units_have_a_short_and_a_long_name() {
        assert_eq!(Measure::Weight.unit("KILOGRAMS"), Some("kg"));
        assert_eq!(Measure::Weight.unit("oz"), Some("oz"));
        assert_eq!(Measure::Weight.unit("cm"), None);
        assert_eq!(Measure::Dimension.unit("Centimeters"), Some("cm"));
        assert_eq!(Measure::Volume.unit("m3"), Some("m3"));
    }
}
