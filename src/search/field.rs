//! The fields that searches can name: `title:`, `vendor:`, `price:>` and others.

use super::bits::Bits;
use super::finder::Finder;
use super::found::Found;
use super::index::Part;
use super::points;
use super::shelf::Entry;
use super::thing::Kind;
use super::vocabulary::FieldName;
use super::words::code_of;
use crate::error::Fault;
use crate::query::{Comparator, Scaled, Value, key_of, moment_range, scaled};

impl Finder<'_> {
    /// The words of a value in one part.
    fn in_part(&self, value: &Value, part: Part) -> Result<Option<Found>, Fault> {
        match value {
            Value::Phrase(text) => self.phrase(text, &[part]),
            Value::Word(text) | Value::Prefix(text) => {
                let tokens = self.analysis.words_of(text);
                if tokens.is_empty() {
                    return Ok(Some(Found::nothing(self.lookup.places)));
                }
                self.tokens(&tokens, matches!(value, Value::Prefix(_)), &[part]).map(Some)
            }
            Value::Any => Ok(Some(Found::of(self.everything()))),
        }
    }

    /// A field that searches can name; nothing at all for others.
    pub(super) fn field(
        &self,
        name: &str,
        comparator: Comparator,
        value: &Value,
    ) -> Result<Option<Found>, Fault> {
        let text = value.text();
        let bits = match name {
            "title" => return self.in_part(value, Part::Title),
            "body" => return self.in_part(value, Part::Body),
            "author" => return self.in_part(value, Part::Author),
            "variants.title" => return self.in_part(value, Part::Variant),
            "sku" | "variants.sku" => return self.code_field(value, self.fields.sku).map(Some),
            "barcode" | "variants.barcode" => return self.code_field(value, self.fields.barcode).map(Some),
            "vendor" => self.with_value(&FieldName::Vendor, value),
            "product_type" => self.with_value(&FieldName::ProductType, value),
            "tag" => {
                let mut bits = self.with_value(&FieldName::Tag, value);
                // Articles have tags as well, which only the index knows.
                if let Some(found) = self.in_part(value, Part::Tag)? {
                    let mut others = self.where_(|entry| entry.key.kind != Kind::Product);
                    others.and(&found.bits);
                    bits.or(&others);
                }
                bits
            }
            "tag_not" => {
                let mut others = self.everything();
                others.and_not(&self.with_value(&FieldName::Tag, value));
                others
            }
            "handle" => self.products_where(|_, product| text_holds(&product.handle, value)),
            "id" => match (key_of(text), value) {
                (_, Value::Any) => self.everything(),
                (Some(key), _) => self.where_(|entry| comparator.accepts(entry.key.id.cmp(&key))),
                (None, _) => Bits::new(self.lookup.places),
            },
            "available_for_sale" => match text.to_lowercase().as_str() {
                "true" => self.products_where(|_, product| product.is_available),
                "false" => self.products_where(|_, product| !product.is_available),
                _ => Bits::new(self.lookup.places),
            },
            "created_at" => self.at(comparator, value, |entry| entry.created),
            "updated_at" => self.at(comparator, value, |entry| entry.updated),
            "price" | "variants.price" => self.with_price(comparator, value),
            _ => match name.strip_prefix("metafields.").and_then(|rest| rest.rsplit_once('.')) {
                Some((namespace, key)) => {
                    self.with_value(&FieldName::Metafield(namespace.to_owned(), key.to_owned()), value)
                }
                None => return Ok(None),
            },
        };
        Ok(Some(Found::of(bits)))
    }

    fn code_field(&self, value: &Value, field: tantivy::schema::Field) -> Result<Found, Fault> {
        let mut found = Found::nothing(self.lookup.places);
        let code = code_of(value.text());
        match value {
            Value::Any => self.lookup.beginning(&mut found, field, "", points::CODE)?,
            Value::Prefix(_) => self.lookup.beginning(&mut found, field, &code, points::CODE)?,
            Value::Word(_) | Value::Phrase(_) => self.lookup.word(&mut found, field, &code, points::CODE)?,
        }
        Ok(found)
    }

    /// Products with such a value, in any case.
    fn with_value(&self, field: &FieldName, value: &Value) -> Bits {
        let mut bits = Bits::new(self.lookup.places);
        let vocabulary = &self.shelf.vocabulary;
        for term in vocabulary.terms_of(field) {
            if text_holds(vocabulary.value(*term), value) {
                self.shelf.holders(*term).iter().for_each(|place| bits.insert(*place));
            }
        }
        bits
    }

    fn at(&self, comparator: Comparator, value: &Value, moment: impl Fn(&Entry) -> i64) -> Bits {
        if *value == Value::Any {
            return self.everything();
        }
        let Some((start, end)) = moment_range(value.text()) else {
            return Bits::new(self.lookup.places);
        };
        let (start, end) = (start.timestamp_micros(), end.timestamp_micros());
        self.where_(|entry| {
            let moment = moment(entry);
            match comparator {
                Comparator::Is => (start..end).contains(&moment),
                Comparator::Less => moment < start,
                Comparator::AtMost => moment < end,
                Comparator::Greater => moment >= end,
                Comparator::AtLeast => moment >= start,
            }
        })
    }

    fn with_price(&self, comparator: Comparator, value: &Value) -> Bits {
        if *value == Value::Any {
            return self.products_where(|_, product| !product.variants.is_empty());
        }
        let Some(wanted) = scaled(value.text(), self.exponent) else {
            return Bits::new(self.lookup.places);
        };
        self.products_where(|_, product| {
            product.variants.iter().any(|variant| amount_holds(variant.price, comparator, wanted))
        })
    }
}

/// Whether an amount lies so to a wanted one that may lie between two units.
fn amount_holds(amount: i64, comparator: Comparator, wanted: Scaled) -> bool {
    if wanted.is_exact {
        return comparator.accepts(amount.cmp(&wanted.floor));
    }
    match comparator {
        Comparator::Is => false,
        Comparator::Less | Comparator::AtMost => amount <= wanted.floor,
        Comparator::Greater | Comparator::AtLeast => amount > wanted.floor,
    }
}

/// Whether a text is the value, or begins with it, in any case.
fn text_holds(text: &str, value: &Value) -> bool {
    let lowered = |text: &str| text.to_lowercase();
    match value {
        Value::Any => !text.is_empty(),
        Value::Word(wanted) | Value::Phrase(wanted) => {
            text == wanted || text.len() <= wanted.len().saturating_mul(2) && lowered(text) == lowered(wanted)
        }
        Value::Prefix(start) => lowered(text).starts_with(&lowered(start)),
    }
}
