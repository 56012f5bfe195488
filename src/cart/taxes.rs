//! The taxes of a cart: by which rules, for which place, and how sure they are. Pure rules.

use super::answers::Answers;
use super::delivery::DeliveryGroup;
use super::pricing::{Unpriced, price};
use crate::error::Fault;
use crate::market::Address;
use crate::pricing::engine::{CartToPrice, TaxRules, TaxSource};
use crate::tax::{
    Fallback, Place, TAXES_UNAVAILABLE, TaxAnswerOrFallback, TaxProviderKind, TaxQuestion, TaxRequest,
    request_for,
};

/// How sure the taxes of a cart are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxStanding {
    /// They are what they are.
    Known,
    /// They are what is known so far: of a country where the address is not known, or by the shop's own rates before its
    /// provider has answered.
    Estimated,
    /// Too little is known of the place.
    Unknown,
    /// The provider does not answer, and the shop's own rates stand in.
    Fallback,
    /// The cart cannot be ordered: nobody can say what they are, for this reason.
    Refused(String),
}

/// The taxes of a cart.
#[derive(Clone, Debug)]
pub(super) struct Taxes {
    /// How sure they are.
    pub(super) standing: TaxStanding,
    /// What the provider has to be asked.
    pub(super) question: Option<TaxRequest>,
}

/// Gives a cart, whose deliveries are known, its tax rules.
///
/// # Errors
/// A fault where the cart cannot be priced.
pub(super) fn taxes_of(
    cart: &Unpriced<'_>,
    deliveries: &[DeliveryGroup],
    input: &mut CartToPrice,
    answers: &Answers,
) -> Result<Taxes, Fault> {
    let (terms, table) = (cart.terms, &cart.terms.rules.taxes);
    let address = address_of(cart, deliveries);
    let place = address.as_ref().and_then(Place::of).unwrap_or_else(|| Place::country(&cart.row.country));
    let question = TaxQuestion {
        market: terms.market.id,
        included: terms.market.tax_inclusive,
        place: Some(&place),
        exemption: &cart.details.exemption,
        now: terms.basis.now,
    };
    match table.rules(&question) {
        Ok(rules) => input.taxes = rules,
        Err(hole) => return Ok(Taxes { standing: TaxStanding::Refused(hole.to_string()), question: None }),
    }
    let standing = match (&input.taxes, &address) {
        (TaxRules { exempt: true, .. }, _) => TaxStanding::Known,
        _ if !table.is_set_up() => TaxStanding::Known,
        (TaxRules { source: TaxSource::Unknown, .. }, _) => TaxStanding::Unknown,
        (_, None) => TaxStanding::Estimated,
        (_, Some(_)) => TaxStanding::Known,
    };
    match (table.provider(), &address) {
        (TaxProviderKind::StripeTax, Some(address)) if !input.taxes.exempt && !input.lines.is_empty() => {
            ask_provider(cart, input, address, standing, answers)
        }
        // What goes nowhere can be ordered without an address.
        (TaxProviderKind::StripeTax, None)
            if !input.taxes.exempt && !input.lines.is_empty() && !is_shipped(cart) =>
        {
            Ok(Taxes { standing: unasked(table.fallback(), standing), question: None })
        }
        (TaxProviderKind::StripeTax | TaxProviderKind::None, _) => Ok(Taxes { standing, question: None }),
    }
}

/// Puts the provider's answer in the place of the shop's own rates, or tells what it has to be asked.
fn ask_provider(
    cart: &Unpriced<'_>,
    input: &mut CartToPrice,
    address: &Address,
    by_table: TaxStanding,
    answers: &Answers,
) -> Result<Taxes, Fault> {
    let estimate = || match by_table {
        TaxStanding::Known => TaxStanding::Estimated,
        TaxStanding::Estimated | TaxStanding::Unknown | TaxStanding::Fallback | TaxStanding::Refused(_) => {
            by_table.clone()
        }
    };
    let currency = input.conversion.to;
    let request = request_for(&cart.terms.rules.taxes, currency, input, &price(input)?, address);
    let Some(request) = request else {
        let standing = unasked(cart.terms.rules.taxes.fallback(), by_table);
        return Ok(Taxes { standing, question: None });
    };
    let standing = match answers.taxes.get(&request.key()) {
        None => return Ok(Taxes { standing: estimate(), question: Some(request) }),
        Some(TaxAnswerOrFallback::Answer(answer)) => {
            input.taxes.source = answer.clone().into_source();
            TaxStanding::Known
        }
        Some(TaxAnswerOrFallback::Fallback(Fallback::TableRates)) => match by_table {
            TaxStanding::Known | TaxStanding::Estimated => TaxStanding::Fallback,
            TaxStanding::Unknown | TaxStanding::Fallback | TaxStanding::Refused(_) => by_table,
        },
        Some(TaxAnswerOrFallback::Fallback(Fallback::Refuse)) => {
            TaxStanding::Refused(TAXES_UNAVAILABLE.to_owned())
        }
    };
    Ok(Taxes { standing, question: None })
}

/// How sure the taxes are where the provider cannot be asked, because the address says too little: what is declared for a
/// provider that does not answer holds, so that the shop's own rates never stand in unseen.
fn unasked(fallback: Fallback, by_table: TaxStanding) -> TaxStanding {
    match (by_table, fallback) {
        (TaxStanding::Known | TaxStanding::Estimated, Fallback::TableRates) => TaxStanding::Fallback,
        (TaxStanding::Known | TaxStanding::Estimated, Fallback::Refuse) => TaxStanding::Unknown,
        (other @ (TaxStanding::Unknown | TaxStanding::Fallback | TaxStanding::Refused(_)), _) => other,
    }
}

fn is_shipped(cart: &Unpriced<'_>) -> bool {
    cart.lines.iter().any(|(_, merchandise)| merchandise.item.requires_shipping)
}

/// The address that decides about taxes: where all of it is fetched, else where it goes, else, where nothing goes
/// anywhere, where the bill goes. None without a country.
fn address_of(cart: &Unpriced<'_>, deliveries: &[DeliveryGroup]) -> Option<Address> {
    let fetched: Option<Vec<_>> = deliveries
        .iter()
        .map(|group| group.selected.as_ref().and_then(crate::shipping::DeliveryOption::pickup_at))
        .collect();
    if let Some(location) = fetched.and_then(|locations| locations.first().copied()) {
        let site = cart.terms.rules.delivery.place_of(location);
        return site.map(|site| Address {
            country_code: Some(site.country.clone()),
            province_code: site.province.clone(),
            zip: site.postal_code.clone(),
            city: site.city.clone(),
            address1: site.address1.clone(),
            ..Address::default()
        });
    }
    let selected = cart.details.addresses.iter().find(|address| address.selected);
    let selected = selected.map(|address| address.address.clone()).filter(|to| to.country_code.is_some());
    if selected.is_some() || is_shipped(cart) {
        return selected;
    }
    let bill = cart.row.billing_address.clone()?;
    serde_json::from_value::<Address>(bill).ok().filter(|bill| bill.country_code.is_some())
}
