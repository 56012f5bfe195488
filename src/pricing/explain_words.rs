//! Prices and fractions in words.

use entity::price;
use serde_json::{Value as Json, json};

use crate::money::{Currency, Money};

/// Decimals of an amount before it is rounded.
const EXACT_PLACES: u32 = 6;

/// A price in words: `12.50 EUR`, `9.00 EUR from 10 units on`.
pub(super) fn words_of(row: &price::Model, currency: Currency) -> String {
    let amount = Money::new(row.amount_minor, currency).for_people();
    match row.min_quantity {
        1 => amount,
        units => format!("{amount} from {units} units on"),
    }
}

/// The numbers of a price.
pub(super) fn data_of(row: &price::Model) -> Json {
    json!({
        "priceListId": row.price_list_id,
        "minQuantity": row.min_quantity,
        "compareAtMinor": row.compare_at_minor,
        "validFrom": row.valid_from,
        "validTo": row.valid_to,
    })
}

/// Adds a number to others.
pub(super) fn put(data: &mut Json, name: &str, value: Json) {
    if let Json::Object(fields) = data {
        fields.insert(name.to_owned(), value);
    }
}

/// A fraction that is not below zero as a decimal number, cut after some places, without zeros at its end.
pub(super) fn decimal(numerator: i128, denominator: i128) -> String {
    let scale = 10_i128.pow(EXACT_PLACES);
    let scaled = numerator.checked_mul(scale).and_then(|scaled| scaled.checked_div(denominator));
    let Some(scaled) = scaled else {
        return "?".to_owned();
    };
    let places = usize::try_from(EXACT_PLACES).unwrap_or_default();
    let fraction = format!("{:0places$}", scaled % scale);
    let text = format!("{}.{fraction}", scaled / scale);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_told_as_decimal_numbers() {
        for (numerator, denominator, expected) in [
            (0, 1, "0"),
            (1, 1, "1"),
            (5, 100, "0.05"),
            (10, 3, "3.333333"),
            (1_080, 100, "10.8"),
            (1, 0, "?"),
        ] {
            assert_eq!(decimal(numerator, denominator), expected);
        }
    }
}
