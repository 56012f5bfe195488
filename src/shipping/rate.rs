//! What a delivery costs: pure rules over the methods of a zone.

use entity::delivery_method;

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
#[must_use]
pub fn options_for(
    parcel: Parcel,
    currency: &str,
    methods: &[delivery_method::Model],
) -> Vec<DeliveryOption> {
    let within = |value: i64, least: Option<i64>, most: Option<i64>| {
        least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
    };
    let mut options: Vec<DeliveryOption> = methods
        .iter()
        .filter(|method| method.currency == currency)
        .filter(|method| within(parcel.subtotal_minor, method.min_subtotal_minor, method.max_subtotal_minor))
        .filter(|method| within(parcel.weight_grams, method.min_weight_grams, method.max_weight_grams))
        .map(|method| DeliveryOption {
            handle: method.handle.clone(),
            title: method.title.clone(),
            description: method.description.clone(),
            cost_minor: match method.free_from_minor {
                Some(free_from) if parcel.subtotal_minor >= free_from => 0,
                _ => method.rate_minor,
            },
        })
        .collect();
    options.sort_by_key(|option| option.cost_minor);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

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
        options_for(parcel, "EUR", methods)
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
}
