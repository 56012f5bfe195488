//! Plain English for amounts, promises and refusals.

use crate::money::{Currency, Money};
use crate::pricing::engine::answer::Inapplicable;
use crate::pricing::engine::model::{Spread, Value};
use crate::pricing::engine::trace::{Step, StepKind, Subject};

/// An amount, such as `12.50 EUR`.
pub(super) fn amount(minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).for_people()
}

/// Hundredths of a percent as a percentage, such as `12.5 %`.
pub(in crate::pricing) fn percent(bp: i32) -> String {
    let sign = if bp < 0 { "-" } else { "" };
    let digits = format!("{sign}{}.{:02}", bp.unsigned_abs() / 100, bp.unsigned_abs() % 100);
    format!("{} %", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// What a discount promises.
pub(super) fn promise(value: Value, spread: Spread, currency: Currency) -> String {
    let how = match spread {
        Spread::Each => "each",
        Spread::Across => "in all",
    };
    match value {
        Value::Percentage(bp) => format!("{} off", percent(bp)),
        Value::Amount(minor) => format!("{} off {how}", amount(minor, currency)),
        Value::Price(minor) => format!("a price of {} {how}", amount(minor, currency)),
    }
}

/// Why a discount takes nothing off.
pub(super) fn reason(refusal: Inapplicable) -> &'static str {
    match refusal {
        Inapplicable::NotFound => "no discount has this code",
        Inapplicable::Inactive => "its time has not come or is over",
        Inapplicable::OtherMarket => "it is not for this market",
        Inapplicable::UsageLimitReached => "it was used as often as it may be",
        Inapplicable::CustomerUsageLimitReached => "this customer has used it, and may do so once",
        Inapplicable::CustomerMissing => "it is for some customers only, and nobody is signed in",
        Inapplicable::CustomerNotEligible => "it is not for this customer",
        Inapplicable::NoEntitledLines => "the cart holds nothing that it means",
        Inapplicable::NoEntitledDeliveries => "no delivery with a known cost is one that it means",
        Inapplicable::SubtotalTooSmall => "what it means is worth too little",
        Inapplicable::QuantityTooSmall => "the cart holds too few of what it means",
        Inapplicable::NotCombined => "it may not stand beside those that together take the most off",
        Inapplicable::NothingLeft => "there is nothing that it would take off beyond what others do",
    }
}

/// A step about the cart as a whole, without amounts.
pub(super) fn of_cart(
    kind: StepKind,
    applied: bool,
    rule: &str,
    message: String,
    data: serde_json::Value,
) -> Step {
    let rule = rule.to_owned();
    Step { subject: Subject::Cart, kind, applied, rule, message, before_minor: None, after_minor: None, data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_promises_read_well() {
        let euro = Currency::find("EUR").unwrap();
        let yen = Currency::find("JPY").unwrap();
        assert_eq!(amount(1250, euro), "12.50 EUR");
        assert_eq!(amount(1250, yen), "1250 JPY");
        assert_eq!(percent(1250), "12.5 %");
        assert_eq!(percent(10_000), "100 %");
        assert_eq!(percent(5), "0.05 %");
        assert_eq!((percent(-2_050), percent(0)), ("-20.5 %".to_owned(), "0 %".to_owned()));
        assert_eq!(promise(Value::Amount(500), Spread::Across, euro), "5.00 EUR off in all");
        assert_eq!(promise(Value::Price(500), Spread::Each, euro), "a price of 5.00 EUR each");
    }
}
