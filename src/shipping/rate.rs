//! What a delivery costs: pure rules over the methods of a zone.

use entity::delivery_method;

use crate::market::Conversion;

/// What is to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// What its lines cost, in minor units.
    pub subtotal_minor: i64,
    /// What it weighs, in grams.
    pub weight_grams: i64,
}

/// A method that serves a parcel, and its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    /// The method's name for programs.
    pub handle: String,
    /// Its name for buyers.
    pub title: String,
    /// What buyers should know.
    pub description: String,
    /// In minor units of the cart's currency.
    pub cost_minor: i64,
}

/// The methods whose conditions a parcel meets, the cheapest first; equal ones stay in the shop's order.
///
/// Rates in the shop's currency become prices of the cart's market as base prices do: by the same rate, rounded by the
/// same rule, but by no percentage. Limits on the subtotal are converted to the nearest minor unit. Methods in any other
/// currency than these two are not offered.
#[must_use]
pub fn options_for(
    parcel: Parcel,
    conversion: &Conversion,
    methods: &[delivery_method::Model],
) -> Vec<DeliveryOption> {
    let mut options: Vec<DeliveryOption> =
        methods.iter().filter_map(|method| option_of(parcel, conversion, method)).collect();
    options.sort_by_key(|option| option.cost_minor);
    options
}

fn option_of(
    parcel: Parcel,
    conversion: &Conversion,
    method: &delivery_method::Model,
) -> Option<DeliveryOption> {
    let conversion = match method.currency.as_str() {
        code if code == conversion.to.code() => Conversion::none(conversion.to),
        code if code == conversion.from.code() => *conversion,
        _ => return None,
    };
    let reaches = |least: Option<i64>| {
        least.is_none_or(|least| conversion.worth(least).is_some_and(|least| parcel.subtotal_minor >= least))
    };
    let passes = |most: Option<i64>| {
        most.is_some_and(|most| conversion.worth(most).is_some_and(|most| parcel.subtotal_minor > most))
    };
    let is_light = method.max_weight_grams.is_none_or(|most| parcel.weight_grams <= most);
    let is_heavy = method.min_weight_grams.is_none_or(|least| parcel.weight_grams >= least);
    if !reaches(method.min_subtotal_minor) || passes(method.max_subtotal_minor) || !is_light || !is_heavy {
        return None;
    }
    let is_free = method.free_from_minor.is_some() && reaches(method.free_from_minor);
    Some(DeliveryOption {
        handle: method.handle.clone(),
        title: method.title.clone(),
        description: method.description.clone(),
        cost_minor: if is_free { 0 } else { conversion.price(method.rate_minor, 0)? },
    })
}

#[cfg(test)]
mod tests {
    use entity::market::RoundingMode;

    use super::*;
    use crate::market::{RATE_ONE_E9, Rounding};
    use crate::money::Currency;

    fn method(handle: &str, rate_minor: i64) -> delivery_method::Model {
        delivery_method::Model {
            id: 1,
            zone_id: entity::id::DeliveryZoneId(1),
            handle: handle.into(),
            title: handle.into(),
            description: String::new(),
            currency: "EUR".into(),
            rate_minor,
            free_from_minor: None,
            min_subtotal_minor: None,
            max_subtotal_minor: None,
            min_weight_grams: None,
            max_weight_grams: None,
            position: 1,
            active: true,
        }
    }

    fn offered(parcel: Parcel, methods: &[delivery_method::Model]) -> Vec<(String, i64)> {
        options_for(parcel, &Conversion::none(Currency::find("EUR").unwrap()), methods)
            .into_iter()
            .map(|option| (option.handle, option.cost_minor))
            .collect()
    }

    #[test]
    fn options_are_sorted_by_cost_and_free_from_a_subtotal() {
        let free = delivery_method::Model { free_from_minor: Some(5000), ..method("standard", 490) };
        let methods = [method("express", 1290), free];
        let small = Parcel { subtotal_minor: 4999, weight_grams: 100 };
        assert_eq!(offered(small, &methods), [("standard".into(), 490), ("express".into(), 1290)]);
        let large = Parcel { subtotal_minor: 5000, weight_grams: 100 };
        assert_eq!(offered(large, &methods), [("standard".into(), 0), ("express".into(), 1290)]);
    }

    #[test]
    fn conditions_on_weight_and_subtotal_and_the_currency_are_kept() {
        let letter = delivery_method::Model { max_weight_grams: Some(500), ..method("letter", 150) };
        let pallet = delivery_method::Model { min_subtotal_minor: Some(100_000), ..method("pallet", 9900) };
        let dollars = delivery_method::Model { currency: "USD".into(), ..method("dollars", 1) };
        let methods = [letter, pallet, dollars];
        assert_eq!(
            offered(Parcel { subtotal_minor: 1000, weight_grams: 500 }, &methods),
            [("letter".into(), 150)]
        );
        assert_eq!(offered(Parcel { subtotal_minor: 1000, weight_grams: 501 }, &methods), []);
    }

    #[test]
    fn rates_and_limits_are_converted_into_the_currency_of_the_market() {
        let dollars = Conversion {
            from: Currency::find("EUR").unwrap(),
            to: Currency::find("USD").unwrap(),
            rate_e9: 2 * RATE_ONE_E9,
            rounding: Rounding::new(RoundingMode::Up, 100, 99).unwrap(),
        };
        let limited = delivery_method::Model { max_subtotal_minor: Some(1_000), ..method("small", 100) };
        let free = delivery_method::Model { free_from_minor: Some(5_000), ..method("standard", 490) };
        let own = delivery_method::Model { currency: "USD".into(), ..method("own", 700) };
        let other = delivery_method::Model { currency: "JPY".into(), ..method("other", 1) };
        let methods = [limited, free, own, other];
        let offered = |subtotal_minor| {
            options_for(Parcel { subtotal_minor, weight_grams: 1 }, &dollars, &methods)
                .into_iter()
                .map(|option| (option.handle, option.cost_minor))
                .collect::<Vec<_>>()
        };
        let (small, standard, own) = ("small".to_owned(), "standard".to_owned(), "own".to_owned());
        assert_eq!(offered(2_000), [(small, 299), (own.clone(), 700), (standard.clone(), 999)]);
        assert_eq!(offered(2_001), [(own.clone(), 700), (standard.clone(), 999)]);
        assert_eq!(offered(10_000), [(standard, 0), (own, 700)]);
    }
}
