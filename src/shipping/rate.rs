//! What a delivery costs: pure rules over the methods of a zone.

use entity::id::{CarrierServiceId, DeliveryMethodId, LocationId};

use super::model::{Conditions, Markup, Method, MethodRate, Settings, Tier};
use super::provider::CarrierRate;
use super::quote::CarrierAnswer;
use crate::market::{Conversion, WHOLE_BP};
use crate::money::MAX_MINOR;

/// What is to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parcel {
    /// What its lines cost, in minor units of the cart's currency.
    pub(super) subtotal_minor: i64,
    /// What it weighs, in grams.
    pub(super) weight_grams: i64,
}

/// A way in which lines may go, and its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryOption {
    /// Its name for programs.
    pub handle: String,
    /// Its name for buyers.
    pub title: String,
    /// What buyers should know.
    pub description: String,
    /// In minor units of the cart's currency.
    pub cost_minor: i64,
    /// What kind of way.
    pub via: Via,
}

/// What kind of way lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By a method of the shop's, at its rate.
    Table(DeliveryMethodId),
    /// By a carrier, at the rate that it told.
    Carrier {
        /// By which method.
        method: DeliveryMethodId,
        /// Whose rate.
        service: CarrierServiceId,
    },
    /// By a carrier that did not answer, or was not asked yet, at the rate that the shop declared for that.
    Fallback {
        /// By which method.
        method: DeliveryMethodId,
        /// Who did not answer.
        service: CarrierServiceId,
    },
    /// The buyer fetches them here.
    Pickup(LocationId),
}

impl DeliveryOption {
    /// Where the buyer fetches the lines, where that is the way.
    #[must_use]
    pub fn pickup_at(&self) -> Option<LocationId> {
        match self.via {
            Via::Pickup(location) => Some(location),
            Via::Table(_) | Via::Carrier { .. } | Via::Fallback { .. } => None,
        }
    }

    /// Whether it costs what the shop declared for a carrier that does not answer.
    #[must_use]
    pub fn is_fallback(&self) -> bool {
        match self.via {
            Via::Fallback { .. } => true,
            Via::Table(_) | Via::Carrier { .. } | Via::Pickup(_) => false,
        }
    }
}

/// How a method's amounts become the cart's: those in the shop's currency as base prices do, by the same rate and rounding
/// but by no percentage; those in the cart's stay. None for any other currency.
pub(super) fn conversion_of(method: &Method, conversion: &Conversion) -> Option<Conversion> {
    if method.currency == conversion.to {
        return Some(Conversion::none(conversion.to));
    }
    (method.currency == conversion.from).then_some(*conversion)
}

/// Whether a parcel is what it must be. Limits on the subtotal are converted to the nearest minor unit.
pub(super) fn fits(parcel: Parcel, conversion: &Conversion, conditions: &Conditions) -> bool {
    let limit = |minor: Option<i64>| minor.map(|minor| conversion.worth(minor).unwrap_or(i64::MAX));
    limit(conditions.min_subtotal_minor).is_none_or(|least| parcel.subtotal_minor >= least)
        && limit(conditions.max_subtotal_minor).is_none_or(|most| parcel.subtotal_minor <= most)
        && conditions.min_weight_grams.is_none_or(|least| parcel.weight_grams >= least)
        && conditions.max_weight_grams.is_none_or(|most| parcel.weight_grams <= most)
}

/// The ways in which a method delivers a parcel: one at the shop's rate, or those of its carrier. `answer` is what the
/// carrier said, where it was asked.
pub(super) fn options_of(
    settings: &Settings,
    parcel: Parcel,
    conversion: &Conversion,
    method: &Method,
    answer: Option<&CarrierAnswer>,
) -> Vec<DeliveryOption> {
    let shop_conversion = conversion;
    let Some(conversion) = conversion_of(method, conversion) else { return Vec::new() };
    if !fits(parcel, &conversion, &method.conditions) {
        return Vec::new();
    }
    let free_from = Conditions { min_subtotal_minor: method.free_from_minor, ..Conditions::default() };
    let is_free = method.free_from_minor.is_some() && fits(parcel, &conversion, &free_from);
    let cost = |minor: i64| if is_free { 0 } else { minor };
    let own = |minor: i64, via: Via| DeliveryOption {
        handle: method.handle.clone(),
        title: method.title.clone(),
        description: method.description.clone(),
        cost_minor: cost(minor),
        via,
    };
    match &method.rate {
        MethodRate::Table { rate_minor, tiers } => {
            let rate = table_rate(parcel, &conversion, *rate_minor, tiers);
            let price = rate.and_then(|minor| conversion.price(minor, 0));
            price.map(|minor| own(minor, Via::Table(method.id))).into_iter().collect()
        }
        MethodRate::Carrier { service, markup, fallback_minor } => {
            let Some(carrier) = settings.carrier(*service) else { return Vec::new() };
            let (method_id, service) = (method.id, *service);
            if let Some(CarrierAnswer::Rates(rates)) = answer {
                let offer = |rate: &CarrierRate| {
                    let minor = marked_up(rate.total_minor, *markup, &conversion)?;
                    Some(DeliveryOption {
                        handle: format!("{}:{}", method.handle, rate.service_code),
                        title: rate.service_name.clone(),
                        description: rate.description.clone(),
                        cost_minor: cost(minor),
                        via: Via::Carrier { method: method_id, service },
                    })
                };
                return rates.iter().filter_map(offer).collect();
            }
            let declared = fallback_minor.and_then(|minor| conversion.price(minor, 0));
            let by_carrier = || carrier.fallback_minor.and_then(|minor| shop_conversion.price(minor, 0));
            let minor = declared.or_else(by_carrier);
            minor.map(|minor| own(minor, Via::Fallback { method: method_id, service })).into_iter().collect()
        }
    }
}

fn table_rate(parcel: Parcel, conversion: &Conversion, rate_minor: i64, tiers: &[Tier]) -> Option<i64> {
    if tiers.is_empty() {
        return Some(rate_minor);
    }
    tiers.iter().find(|tier| fits(parcel, conversion, &tier.conditions)).map(|tier| tier.rate_minor)
}

/// A carrier's rate with what the shop adds: the percentage is rounded half up once.
fn marked_up(total_minor: i64, markup: Markup, conversion: &Conversion) -> Option<i64> {
    let whole = i128::from(WHOLE_BP);
    let scaled = (i128::from(total_minor) * (whole + i128::from(markup.bp)) + whole / 2) / whole;
    let sum = i64::try_from(scaled).ok()?.checked_add(conversion.worth(markup.minor)?)?;
    (0..=MAX_MINOR).contains(&sum).then_some(sum)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use entity::market::RoundingMode;

    use super::*;
    use crate::market::{RATE_ONE_E9, Rounding};
    use crate::money::Currency;
    use crate::shipping::provider::{CarrierService, Endpoint};

    fn currency(code: &str) -> Currency {
        Currency::find(code).unwrap()
    }

    fn method(handle: &str, code: &str, rate: MethodRate) -> Method {
        Method {
            id: DeliveryMethodId(1),
            handle: handle.into(),
            title: handle.into(),
            description: String::new(),
            currency: currency(code),
            conditions: Conditions::default(),
            free_from_minor: None,
            rate,
        }
    }

    fn table(handle: &str, code: &str, rate_minor: i64) -> Method {
        method(handle, code, MethodRate::Table { rate_minor, tiers: Vec::new() })
    }

    fn to_dollars() -> Conversion {
        Conversion {
            from: currency("EUR"),
            to: currency("USD"),
            rate_e9: 2 * RATE_ONE_E9,
            rounding: Rounding::new(RoundingMode::Up, 100, 99).unwrap(),
        }
    }

    fn cost(parcel: Parcel, conversion: &Conversion, method: &Method) -> Option<i64> {
        let options = options_of(&Settings::default(), parcel, conversion, method, None);
        options.first().map(|option| option.cost_minor)
    }

    fn parcel(subtotal_minor: i64, weight_grams: i64) -> Parcel {
        Parcel { subtotal_minor, weight_grams }
    }

    #[test]
    fn conditions_are_kept_at_both_ends_and_it_is_free_from_a_subtotal() {
        let euro = Conversion::none(currency("EUR"));
        let conditions = Conditions {
            min_subtotal_minor: Some(1_000),
            max_subtotal_minor: Some(9_000),
            min_weight_grams: Some(100),
            max_weight_grams: Some(500),
        };
        let limited = Method { conditions, free_from_minor: Some(5_000), ..table("letter", "EUR", 150) };
        let cost = |subtotal, weight| cost(parcel(subtotal, weight), &euro, &limited);
        assert_eq!((cost(1_000, 100), cost(4_999, 500)), (Some(150), Some(150)));
        assert_eq!((cost(5_000, 100), cost(9_000, 100)), (Some(0), Some(0)));
        assert_eq!([cost(999, 100), cost(9_001, 100), cost(1_000, 99), cost(1_000, 501)], [None; 4]);
    }

    #[test]
    fn the_first_tier_that_a_parcel_fits_says_the_rate() {
        let euro = Conversion::none(currency("EUR"));
        let up_to = |grams: Option<i64>, rate_minor| Tier {
            conditions: Conditions { max_weight_grams: grams, ..Conditions::default() },
            rate_minor,
        };
        let tiers = vec![up_to(Some(1_000), 390), up_to(Some(5_000), 690)];
        let parcels = method("parcel", "EUR", MethodRate::Table { rate_minor: 1, tiers });
        let cost = |weight| cost(parcel(100, weight), &euro, &parcels);
        assert_eq!((cost(1_000), cost(1_001), cost(5_001)), (Some(390), Some(690), None));
    }

    #[test]
    fn rates_and_limits_are_converted_into_the_currency_of_the_market() {
        let dollars = to_dollars();
        let conditions = Conditions { max_subtotal_minor: Some(1_000), ..Conditions::default() };
        let limited = Method { conditions, ..table("small", "EUR", 100) };
        assert_eq!(cost(parcel(2_000, 1), &dollars, &limited), Some(299));
        assert_eq!(cost(parcel(2_001, 1), &dollars, &limited), None);
        let free = Method { free_from_minor: Some(5_000), ..table("standard", "EUR", 490) };
        assert_eq!(cost(parcel(9_999, 1), &dollars, &free), Some(999));
        assert_eq!(cost(parcel(10_000, 1), &dollars, &free), Some(0));
        assert_eq!(cost(parcel(1, 1), &dollars, &table("own", "USD", 700)), Some(700));
        assert_eq!(cost(parcel(1, 1), &dollars, &table("other", "JPY", 1)), None);
    }

    fn with_carrier(fallback_minor: Option<i64>) -> Settings {
        let service = CarrierService {
            id: CarrierServiceId(7),
            name: "Rates".into(),
            endpoint: Endpoint::ShipEngine,
            key_version: 1,
            timeout: Duration::from_secs(3),
            fallback_minor,
        };
        Settings { carriers: [(service.id, service)].into(), ..Settings::default() }
    }

    fn by_carrier(fallback_minor: Option<i64>) -> Method {
        let markup = Markup { bp: 1_000, minor: 50 };
        let service = CarrierServiceId(7);
        method("live", "EUR", MethodRate::Carrier { service, markup, fallback_minor })
    }

    fn rate(code: &str, total_minor: i64) -> CarrierRate {
        CarrierRate {
            service_code: code.into(),
            service_name: format!("Service {code}"),
            description: String::new(),
            total_minor,
            min_delivery_date: None,
            max_delivery_date: None,
        }
    }

    #[test]
    fn a_carriers_rates_are_marked_up_in_the_currency_of_the_cart() {
        let answer = CarrierAnswer::Rates(vec![rate("A", 1_005), rate("B", 0)]);
        let settings = with_carrier(None);
        let offered = |conversion: &Conversion| {
            let options = options_of(&settings, parcel(1, 1), conversion, &by_carrier(None), Some(&answer));
            options.into_iter().map(|option| (option.handle, option.cost_minor)).collect::<Vec<_>>()
        };
        let euro = Conversion::none(currency("EUR"));
        assert_eq!(offered(&euro), [("live:A".to_owned(), 1_156), ("live:B".to_owned(), 50)]);
        assert_eq!(offered(&to_dollars()), [("live:A".to_owned(), 1_206), ("live:B".to_owned(), 100)]);
        let none = CarrierAnswer::Rates(Vec::new());
        assert_eq!(options_of(&settings, parcel(1, 1), &euro, &by_carrier(Some(1)), Some(&none)), []);
    }

    #[test]
    fn without_an_answer_the_declared_rate_holds_and_is_flagged() {
        let euro = Conversion::none(currency("EUR"));
        let offered = |settings: &Settings, method: &Method| {
            let options = options_of(settings, parcel(1, 1), &euro, method, Some(&CarrierAnswer::Failed));
            options.into_iter().map(|option| (option.is_fallback(), option.cost_minor)).collect::<Vec<_>>()
        };
        assert_eq!(offered(&with_carrier(Some(900)), &by_carrier(Some(700))), [(true, 700)]);
        assert_eq!(offered(&with_carrier(Some(900)), &by_carrier(None)), [(true, 900)]);
        assert_eq!(offered(&with_carrier(None), &by_carrier(None)), []);
        assert_eq!(offered(&Settings::default(), &by_carrier(Some(700))), [], "a carrier that is off");
    }
}
