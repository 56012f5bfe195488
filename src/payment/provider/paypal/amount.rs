//! Amounts in PayPal's form: a decimal text with as many places as PayPal gives the currency.

use serde_json::{Value, json};

use super::wire::Amount;
use crate::money::{Currency, Money};

/// The currencies in which PayPal takes payments. BRL, CNY and MYR are for accounts of those countries.
const TAKEN: [&str; 24] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR",
    "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD",
];

/// Whether exactly this much can be taken, or nothing in this currency.
pub(super) fn takes(amount: Money) -> bool {
    TAKEN.contains(&amount.currency.code()) && counted(amount).is_some()
}

/// How many decimals PayPal allows. Forint and new dollars of Taiwan have two by ISO 4217.
fn places(currency: Currency) -> u32 {
    match currency.code() {
        "HUF" | "JPY" | "TWD" => 0,
        _ => 2,
    }
}

/// The amount in the smallest unit that PayPal has; none where it is no whole number of those. No currency that is taken
/// has fewer decimals with us than with PayPal.
fn counted(money: Money) -> Option<i64> {
    let beyond = money.currency.exponent().checked_sub(places(money.currency))?;
    let unit = 10_i64.checked_pow(beyond)?;
    (money.minor % unit == 0).then_some(money.minor / unit)
}

/// The text to send; none where PayPal cannot take exactly this much.
fn text(money: Money) -> Option<String> {
    if money.minor <= 0 || !takes(money) {
        return None;
    }
    let theirs = places(money.currency);
    let (sent, unit) = (counted(money)?, 10_i64.checked_pow(theirs)?);
    Some(match usize::try_from(theirs).ok()? {
        0 => sent.to_string(),
        places => format!("{}.{:0places$}", sent / unit, sent % unit),
    })
}

/// The amount to send; none where PayPal cannot take exactly this much.
pub(super) fn to_wire(money: Money) -> Option<Value> {
    Some(json!({ "currency_code": money.currency.code(), "value": text(money)? }))
}

/// The amount that was told; none where it is in no currency that we know, or has decimals that the currency has not.
pub(super) fn from_wire(amount: &Amount) -> Option<Money> {
    Money::parse(&amount.value, Currency::find(&amount.currency_code)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::MAX_MINOR;

    fn parsed(text: &str, code: &str) -> Money {
        Money::parse(text, Currency::find(code).unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_sent_as_paypal_documents_them() {
        for (amount, code, sent) in [
            ("12.34", "EUR", Some("12.34")),
            ("12", "USD", Some("12.00")),
            ("0.05", "GBP", Some("0.05")),
            ("1000", "JPY", Some("1000")),
            ("990", "HUF", Some("990")),
            ("990.50", "HUF", None),
            ("300", "TWD", Some("300")),
            ("300.1", "TWD", None),
            ("0", "EUR", None),
            ("5.125", "KWD", None),
            ("500", "KRW", None),
        ] {
            assert_eq!(text(parsed(amount, code)).as_deref(), sent, "{amount} {code}");
        }
        assert_eq!(text(Money::new(-5, Currency::find("EUR").unwrap())), None);
    }

    #[test]
    fn what_cannot_be_told_exactly_is_not_told() {
        let read = |value: &str, code: &str| {
            from_wire(&Amount { currency_code: code.to_owned(), value: value.to_owned() })
        };
        assert_eq!(read("10.00", "EUR"), Some(parsed("10", "EUR")));
        assert_eq!(read("10.00", "JPY"), Some(parsed("10", "JPY")));
        for (value, code) in
            [("10.001", "EUR"), ("10.5", "JPY"), ("-1.00", "EUR"), ("ten", "EUR"), ("1", "ZZZ")]
        {
            assert_eq!(read(value, code), None, "{value} {code}");
        }
        assert!(TAKEN.iter().all(|code| Currency::find(code).is_some()), "each is a currency that we know");
        assert!(TAKEN.is_sorted());
        for (amount, code) in [("12.34", "EUR"), ("0", "EUR"), ("990", "HUF"), ("1000", "JPY"), ("30", "TWD")]
        {
            assert!(takes(parsed(amount, code)), "{amount} {code}");
        }
        for (amount, code) in [("990.5", "HUF"), ("30.01", "TWD"), ("5", "KWD"), ("500", "KRW")] {
            assert!(!takes(parsed(amount, code)), "{amount} {code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_sent_means_the_same_when_it_comes_back(minor in 1..=MAX_MINOR, place in 0..TAKEN.len()) {
            let money = Money::new(minor, Currency::find(TAKEN[place]).unwrap());
            if let Some(value) = text(money) {
                let amount = Amount { currency_code: TAKEN[place].to_owned(), value };
                proptest::prop_assert_eq!(from_wire(&amount), Some(money));
            }
        }
    }
}
