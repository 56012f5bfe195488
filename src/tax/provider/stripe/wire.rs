//! The forms that Stripe takes and the answers that it gives, and what we make of them.

use std::collections::HashMap;

use serde::Deserialize;

use crate::outbound::Fields;
use crate::pricing::engine::spread;
use crate::tax::provider::ProviderError;
use crate::tax::{TaxAmount, TaxAnswer, TaxGoods, TaxRequest};

/// What Stripe calls goods that are never taxed.
const UNTAXED: &str = "txcd_00000000";
/// Lines of one page, as many as there may be.
const PAGE: &str = "100";
/// Where the rates of lines are in a calculation, and in a page of its lines.
const RATES_OF_CALCULATION: &str = "line_items.data.tax_breakdown";
const RATES_OF_PAGE: &str = "data.tax_breakdown";
/// Millionths in a percent.
const PERCENT_E6: i64 = 10_000;

/// `tax.calculation`.
#[derive(Deserialize)]
pub(super) struct Calculation {
    pub(super) id: Option<String>,
    currency: String,
    pub(super) line_items: Option<LineItems>,
    shipping_cost: Option<ShippingCost>,
    tax_amount_exclusive: i64,
    tax_amount_inclusive: i64,
}

/// A page of `tax.calculation_line_item`.
#[derive(Clone, Deserialize)]
pub(super) struct LineItems {
    pub(super) data: Vec<LineItem>,
    pub(super) has_more: bool,
}

/// `tax.calculation_line_item`.
#[derive(Clone, Deserialize)]
pub(super) struct LineItem {
    id: String,
    reference: Option<String>,
    amount: i64,
    amount_tax: i64,
    tax_behavior: Behavior,
    tax_breakdown: Option<Vec<Breakdown>>,
}

/// Whether an amount holds the tax.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Behavior {
    Exclusive,
    Inclusive,
}

#[derive(Clone, Deserialize)]
struct Breakdown {
    amount: i64,
    jurisdiction: Jurisdiction,
    tax_rate_details: Option<RateDetails>,
}

#[derive(Clone, Deserialize)]
struct Jurisdiction {
    country: String,
    display_name: String,
    level: Level,
    state: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Level {
    City,
    Country,
    County,
    District,
    State,
}

#[derive(Clone, Deserialize)]
struct RateDetails {
    display_name: String,
    percentage_decimal: String,
}

#[derive(Deserialize)]
struct ShippingCost {
    amount: i64,
    amount_tax: i64,
    tax_behavior: Behavior,
}

impl Behavior {
    fn of(request: &TaxRequest) -> Self {
        if request.included { Self::Inclusive } else { Self::Exclusive }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Exclusive => "exclusive",
            Self::Inclusive => "inclusive",
        }
    }
}

/// The form of `POST /v1/tax/calculations`.
pub(super) fn form(request: &TaxRequest) -> Fields {
    let mut fields = vec![
        ("currency".to_owned(), request.currency.code().to_lowercase()),
        ("customer_details[address][country]".to_owned(), request.address.country.clone()),
    ];
    for (name, value) in [
        ("state", &request.address.province),
        ("postal_code", &request.address.postcode),
        ("city", &request.address.city),
        ("line1", &request.address.street),
    ] {
        let given = value.as_ref().filter(|value| !value.is_empty());
        fields.extend(given.map(|value| (format!("customer_details[address][{name}]"), value.clone())));
    }
    fields.push(("customer_details[address_source]".to_owned(), "shipping".to_owned()));
    let behavior = Behavior::of(request).word();
    for (place, line) in request.lines.iter().enumerate() {
        let mut field =
            |name: &str, value: String| fields.push((format!("line_items[{place}][{name}]"), value));
        field("amount", line.amount_minor.to_string());
        field("quantity", line.quantity.to_string());
        field("reference", place.to_string());
        field("tax_behavior", behavior.to_owned());
        match &line.goods {
            TaxGoods::Standard => {}
            TaxGoods::Coded(code) => field("tax_code", code.clone()),
            TaxGoods::Untaxed => field("tax_code", UNTAXED.to_owned()),
        }
    }
    let shipping: i64 = request.deliveries.iter().sum();
    if shipping > 0 {
        fields.push(("shipping_cost[amount]".to_owned(), shipping.to_string()));
        fields.push(("shipping_cost[tax_behavior]".to_owned(), behavior.to_owned()));
    }
    fields.push(("expand[0]".to_owned(), RATES_OF_CALCULATION.to_owned()));
    fields
}

/// The query of `GET /v1/tax/calculations/{calculation}/line_items`.
pub(super) fn page_query(last: Option<&LineItem>) -> Fields {
    let mut query =
        vec![("limit".to_owned(), PAGE.to_owned()), ("expand[0]".to_owned(), RATES_OF_PAGE.to_owned())];
    query.extend(last.map(|last| ("starting_after".to_owned(), last.id.clone())));
    query
}

/// What a calculation says about a request. It must be about the same amounts, and its sums must hold.
pub(super) fn answer(
    request: &TaxRequest,
    calculation: &Calculation,
    lines: &[LineItem],
) -> Result<TaxAnswer, ProviderError> {
    if !calculation.currency.eq_ignore_ascii_case(request.currency.code()) {
        return Err(ProviderError::BadAnswer("it is in another currency"));
    }
    let by_reference: HashMap<&str, &LineItem> =
        lines.iter().filter_map(|line| Some((line.reference.as_deref()?, line))).collect();
    if lines.len() != request.lines.len() || by_reference.len() != lines.len() {
        return Err(ProviderError::BadAnswer("it is about other lines"));
    }
    let mut taxes = Vec::with_capacity(lines.len());
    for (place, asked) in request.lines.iter().enumerate() {
        let line = by_reference.get(place.to_string().as_str());
        let line = line
            .filter(|line| line.amount == asked.amount_minor && line.tax_behavior == Behavior::of(request));
        taxes.push(taxes_of(line.ok_or(ProviderError::BadAnswer("it is about other lines"))?)?);
    }
    let deliveries = deliveries_of(request, calculation.shipping_cost.as_ref())?;
    let all = taxes.iter().chain(&deliveries).flatten();
    let sum = all.map(|tax| i128::from(tax.amount_minor)).sum::<i128>();
    let told = match Behavior::of(request) {
        Behavior::Exclusive => (calculation.tax_amount_exclusive, calculation.tax_amount_inclusive),
        Behavior::Inclusive => (calculation.tax_amount_inclusive, calculation.tax_amount_exclusive),
    };
    if (i128::from(told.0), told.1) != (sum, 0) {
        return Err(ProviderError::BadAnswer("its sums do not hold"));
    }
    Ok(TaxAnswer { lines: taxes, deliveries })
}

fn taxes_of(line: &LineItem) -> Result<Vec<TaxAmount>, ProviderError> {
    let parts = line.tax_breakdown.as_ref().ok_or(ProviderError::BadAnswer("it does not tell the rates"))?;
    let sum = parts.iter().map(|part| i128::from(part.amount)).sum::<i128>();
    if sum != i128::from(line.amount_tax) || parts.iter().any(|part| part.amount < 0) {
        return Err(ProviderError::BadAnswer("its sums do not hold"));
    }
    // Where nothing is collected there is no rate, and nothing to show.
    let shown = parts.iter().filter(|part| part.tax_rate_details.is_some() || part.amount > 0);
    shown.map(tax_of).collect()
}

fn tax_of(part: &Breakdown) -> Result<TaxAmount, ProviderError> {
    let (title, rate_e6) = match &part.tax_rate_details {
        Some(details) => (details.display_name.clone(), e6_of(&details.percentage_decimal)),
        None => ("Tax".to_owned(), Some(0)),
    };
    Ok(TaxAmount {
        title,
        jurisdiction: name_of(&part.jurisdiction),
        rate_e6: rate_e6.ok_or(ProviderError::BadAnswer("a rate is not a number"))?,
        amount_minor: part.amount,
    })
}

/// Such as `DE`, `US-NY` or `US-NY New York City`.
fn name_of(jurisdiction: &Jurisdiction) -> String {
    let mut name = jurisdiction.country.clone();
    if let Some(state) = jurisdiction.state.as_deref().filter(|state| !state.is_empty()) {
        name = format!("{name}-{state}");
    }
    match jurisdiction.level {
        Level::Country | Level::State => name,
        Level::City | Level::County | Level::District => format!("{name} {}", jurisdiction.display_name),
    }
}

/// A percentage such as `8.875` in millionths; what is finer is cut off.
fn e6_of(percentage: &str) -> Option<i64> {
    let (whole, fraction) = percentage.split_once('.').unwrap_or((percentage, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: String = fraction.chars().chain("0000".chars()).take(4).collect();
    let whole: i64 = whole.parse().ok().filter(|whole| (0..=1_000).contains(whole))?;
    Some(whole * PERCENT_E6 + fraction.parse::<i64>().ok()?)
}

/// The tax on shipping is told in one sum without its rates: each delivery gets its part by what it costs.
fn deliveries_of(
    request: &TaxRequest,
    told: Option<&ShippingCost>,
) -> Result<Vec<Vec<TaxAmount>>, ProviderError> {
    let asked: i64 = request.deliveries.iter().sum();
    let Some(told) = told.filter(|_| asked > 0) else {
        let missing = ProviderError::BadAnswer("it lacks the tax on shipping");
        return if asked > 0 { Err(missing) } else { Ok(vec![Vec::new(); request.deliveries.len()]) };
    };
    let is_same = told.amount == asked && told.tax_behavior == Behavior::of(request);
    if !is_same || told.amount_tax < 0 {
        return Err(ProviderError::BadAnswer("it is about another delivery"));
    }
    let net = if request.included { asked.saturating_sub(told.amount_tax) } else { asked };
    // For buyers only: the amount is what holds.
    let rate_e6 = i128::from(told.amount_tax) * 1_000_000 / i128::from(net.max(1));
    let rate_e6 = i64::try_from(rate_e6).unwrap_or(0);
    let tax = |amount_minor: i64| TaxAmount {
        title: "Tax on shipping".to_owned(),
        jurisdiction: request.address.country.clone(),
        rate_e6,
        amount_minor,
    };
    let parts = spread(told.amount_tax, &request.deliveries)
        .map_err(|_| ProviderError::BadAnswer("the tax on shipping cannot be counted with"))?;
    let taxes = parts.into_iter().zip(&request.deliveries);
    Ok(taxes.map(|(part, cost)| if *cost > 0 { vec![tax(part)] } else { Vec::new() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_become_millionths() {
        for (text, expected) in [
            ("19.0", Some(190_000)),
            ("8.875", Some(88_750)),
            ("9.975", Some(99_750)),
            ("0.0", Some(0)),
            ("4", Some(40_000)),
            ("6.31255", Some(63_125)),
            ("-1.0", None),
            ("", None),
            ("4,5", None),
            ("4.5x", None),
            ("9999999999999999999", None),
        ] {
            assert_eq!(e6_of(text), expected, "{text}");
        }
    }
}
