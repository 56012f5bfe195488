//! A discount as it shall be, and what can be said against it without the database.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::id::MarketId;

use super::code::check_codes;
use super::commands::codes::MAX_CODES_AT_ONCE;
use super::error::{DiscountError, DiscountErrorCode};
use crate::error::{MAX_NAME, NameFault, name_fault};
use crate::market::{WHOLE_BP, find_country};
use crate::money::{Currency, MAX_MINOR};
use crate::pricing::MAX_LINE_QUANTITY;
use crate::pricing::engine::{
    Buy, CombinesWith, DiscountClass, DiscountMethod, Effect, ForCustomers, Requirement, Targets, Value,
};

/// Things of one kind that a discount names at most: products, variants, collections, customers, segments, markets.
pub const MAX_TARGETS: usize = 1_000;
/// Uses in one cart at most, where the number is limited.
pub const MAX_USES_PER_ORDER: i32 = 1_000;
/// Uses in all at most, where the number is limited.
const MAX_USAGE_LIMIT: i64 = 1_000_000_000;

/// A discount as it shall be.
#[derive(Clone, Debug)]
pub struct NewDiscount {
    /// For buyers; of a code discount the code is shown instead.
    pub title: String,
    /// Whether it applies by itself or by a code; it stays what it was made as.
    pub method: DiscountMethod,
    /// Codes to be added. A new code discount needs one.
    pub codes: Vec<String>,
    /// What it takes from: lines or the order for a basic one, lines for buy X get Y, deliveries for free shipping.
    pub class: DiscountClass,
    /// What it takes off.
    pub effect: Effect,
    /// Of all its amounts: the shop's.
    pub currency: Currency,
    /// What the cart must hold of what is entitled. Buy X get Y has none: it says what must be bought.
    pub requirement: Requirement,
    /// Which others may stand beside it.
    pub combines_with: CombinesWith,
    /// For whom.
    pub customers: ForCustomers,
    /// In which markets; none for all.
    pub markets: Option<BTreeSet<MarketId>>,
    /// From when on.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
    /// How often all buyers together may use it.
    pub usage_limit: Option<i64>,
    /// Whether each buyer may use it once.
    pub once_per_customer: bool,
}

impl NewDiscount {
    /// Refuses what makes no sense, whatever the database holds. Returns the codes as written and as compared.
    pub(super) fn check(&self) -> Result<Vec<(String, String)>, DiscountError> {
        check_title(&self.title)?;
        if self.codes.len() > MAX_CODES_AT_ONCE {
            let message = format!("At most {MAX_CODES_AT_ONCE} codes can be given at once");
            return refused(DiscountErrorCode::TooMany, "codes", message);
        }
        let codes = check_codes(&self.codes)?;
        self.check_kind(&codes)?;
        check_effect(&self.effect)?;
        self.check_requirement()?;
        self.check_context()?;
        if self.ends_at.is_some_and(|end| end <= self.starts_at) {
            return refused(DiscountErrorCode::WindowBackwards, "endsAt", "It would end before it starts");
        }
        if self.usage_limit.is_some_and(|limit| !(1..=MAX_USAGE_LIMIT).contains(&limit)) {
            let message = format!("It can be used from 1 to {MAX_USAGE_LIMIT} times");
            return refused(DiscountErrorCode::UsageLimitOutOfRange, "usageLimit", message);
        }
        Ok(codes)
    }

    /// Whether any amount of it is money.
    pub(super) fn has_amounts(&self) -> bool {
        let is_money = |value: &Value| match value {
            Value::Percentage(_) => false,
            Value::Amount(_) | Value::Price(_) => true,
        };
        let in_effect = match &self.effect {
            Effect::Basic { value, .. } => is_money(value),
            Effect::BuyXGetY { value, buy, .. } => is_money(value) || matches!(buy, Buy::Amount(_)),
            Effect::FreeShipping { max_cost_minor, .. } => max_cost_minor.is_some(),
        };
        in_effect || matches!(self.requirement, Requirement::Subtotal(_))
    }

    fn check_kind(&self, codes: &[(String, String)]) -> Result<(), DiscountError> {
        if self.method == DiscountMethod::Automatic && !codes.is_empty() {
            let message = "A discount that applies by itself has no codes";
            return refused(DiscountErrorCode::MethodMismatch, "codes", message);
        }
        let fits = match (&self.effect, self.class) {
            (Effect::Basic { .. }, DiscountClass::Product | DiscountClass::Order)
            | (Effect::BuyXGetY { .. }, DiscountClass::Product)
            | (Effect::FreeShipping { .. }, DiscountClass::Shipping) => true,
            (Effect::Basic { .. }, DiscountClass::Shipping)
            | (Effect::BuyXGetY { .. }, DiscountClass::Order | DiscountClass::Shipping)
            | (Effect::FreeShipping { .. }, DiscountClass::Product | DiscountClass::Order) => false,
        };
        if fits {
            return Ok(());
        }
        refused(DiscountErrorCode::ClassMismatch, "class", "It takes off something else than its class says")
    }

    fn check_requirement(&self) -> Result<(), DiscountError> {
        let is_bought = matches!(self.effect, Effect::BuyXGetY { .. });
        match self.requirement {
            Requirement::None => Ok(()),
            Requirement::Subtotal(_) | Requirement::Quantity(_) if is_bought => {
                let message = "What must be bought is all that such a discount asks for";
                refused(DiscountErrorCode::ConditionNotAllowed, "requirement", message)
            }
            Requirement::Subtotal(minor) => check_amount("requirement", minor, 1),
            Requirement::Quantity(units) => {
                if (1..=i64::from(MAX_LINE_QUANTITY)).contains(&units) {
                    return Ok(());
                }
                quantity_refused("requirement", MAX_LINE_QUANTITY)
            }
        }
    }

    fn check_context(&self) -> Result<(), DiscountError> {
        match &self.customers {
            ForCustomers::All => {}
            ForCustomers::Named(customers) => check_count("customers", customers.len())?,
            ForCustomers::Segments(segments) => check_count("segments", segments.len())?,
        }
        self.markets.as_ref().map_or(Ok(()), |markets| check_count("markets", markets.len()))
    }
}

fn check_title(title: &str) -> Result<(), DiscountError> {
    match name_fault(title.trim()) {
        None => Ok(()),
        Some(NameFault::Blank) => refused(DiscountErrorCode::Blank, "title", "A discount needs a title"),
        Some(NameFault::TooLong) => {
            let message = format!("A title has at most {MAX_NAME} characters");
            refused(DiscountErrorCode::TooLong, "title", message)
        }
        Some(NameFault::Control) => {
            let message = "A title must not contain control characters";
            refused(DiscountErrorCode::Invalid, "title", message)
        }
    }
}

fn check_effect(effect: &Effect) -> Result<(), DiscountError> {
    match effect {
        Effect::Basic { value, targets, spread: _ } => {
            check_value(*value)?;
            check_targets("targets", targets)
        }
        Effect::BuyXGetY { buys, buy, gets, get_quantity, value, uses_per_order } => {
            check_targets("buys", buys)?;
            match buy {
                Buy::Quantity(units) => check_quantity("buy", *units, MAX_LINE_QUANTITY)?,
                Buy::Amount(minor) => check_amount("buy", *minor, 1)?,
            }
            check_targets("gets", gets)?;
            check_quantity("getQuantity", *get_quantity, MAX_LINE_QUANTITY)?;
            check_value(*value)?;
            uses_per_order.map_or(Ok(()), |uses| check_quantity("usesPerOrder", uses, MAX_USES_PER_ORDER))
        }
        Effect::FreeShipping { countries, max_cost_minor } => {
            if let Some(countries) = countries {
                check_count("countries", countries.len())?;
                if let Some(unknown) = countries.iter().find(|code| find_country(code).is_none()) {
                    let message = format!("There is no country with the code {unknown}");
                    return refused(DiscountErrorCode::UnknownCountry, "countries", message);
                }
            }
            max_cost_minor.map_or(Ok(()), |most| check_amount("maxCost", most, 0))
        }
    }
}

fn check_value(value: Value) -> Result<(), DiscountError> {
    match value {
        Value::Percentage(bp) if (1..=WHOLE_BP).contains(&bp) => Ok(()),
        Value::Percentage(_) => {
            let message = "The percentage must lie above 0 % and not above 100 %";
            refused(DiscountErrorCode::PercentageOutOfRange, "value", message)
        }
        Value::Amount(minor) => check_amount("value", minor, 1),
        Value::Price(minor) => check_amount("value", minor, 0),
    }
}

fn check_amount(field: &'static str, minor: i64, least: i64) -> Result<(), DiscountError> {
    if (least..=MAX_MINOR).contains(&minor) {
        return Ok(());
    }
    let message = "The amount is too small or more than can be counted with";
    refused(DiscountErrorCode::AmountOutOfRange, field, message)
}

fn check_quantity(field: &'static str, units: i32, most: i32) -> Result<(), DiscountError> {
    if (1..=most).contains(&units) { Ok(()) } else { quantity_refused(field, most) }
}

fn quantity_refused(field: &'static str, most: i32) -> Result<(), DiscountError> {
    let message = format!("The quantity must lie between 1 and {most}");
    refused(DiscountErrorCode::QuantityOutOfRange, field, message)
}

fn check_targets(field: &'static str, targets: &Targets) -> Result<(), DiscountError> {
    match targets {
        Targets::All => Ok(()),
        Targets::Named { products, variants, collections } => {
            check_count(field, products.len() + variants.len() + collections.len())
        }
    }
}

/// Something must be named: a discount for nothing in particular is one for everything, which is said otherwise.
fn check_count(field: &'static str, count: usize) -> Result<(), DiscountError> {
    if count == 0 {
        return refused(DiscountErrorCode::NothingNamed, field, "Nothing is named");
    }
    if count > MAX_TARGETS {
        let message = format!("At most {MAX_TARGETS} can be named");
        return refused(DiscountErrorCode::TooMany, field, message);
    }
    Ok(())
}

fn refused<T>(
    code: DiscountErrorCode,
    field: &'static str,
    message: impl Into<String>,
) -> Result<T, DiscountError> {
    Err(DiscountError::refused(code, field, message))
}
