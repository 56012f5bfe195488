//! Amounts as Stripe writes them.
//!
//! Stripe counts in the smallest unit, as we do, but not always with the decimals of ISO 4217. Source: its page on
//! currencies, <https://docs.stripe.com/currencies>.

use crate::money::{Currency, Money};

/// The currencies in which Stripe takes payments.
const TAKEN: [&str; 138] = [
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP",
    "CRC", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GIP",
    "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "ISK", "JMD", "JOD", "JPY",
    "KES", "KGS", "KHR", "KMF", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL",
    "MGA", "MKD", "MMK", "MNT", "MOP", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK",
    "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF",
    "SAR", "SBD", "SCR", "SEK", "SGD", "SHP", "SOS", "SRD", "STD", "SZL", "THB", "TJS", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF",
    "YER", "ZAR", "ZMW",
];

/// Whether exactly this much can be taken, or nothing in this currency.
pub(super) fn takes(amount: Money) -> bool {
    TAKEN.contains(&amount.currency.code()) && to_wire(amount).is_some()
}

/// How many decimals Stripe counts with.
fn exponent(currency: Currency) -> u32 {
    match currency.code() {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
        // Among them ISK and UGX, which have no decimals and are sent with two zeros nevertheless. HUF and TWD are
        // without decimals in payouts only.
        _ => 2,
    }
}

/// What the last digits must be: amounts of three decimals are taken in tens.
fn step(currency: Currency) -> i64 {
    if exponent(currency) == 3 { 10 } else { 1 }
}

/// The amount to send; none where Stripe cannot take exactly this much.
pub(super) fn to_wire(money: Money) -> Option<i64> {
    let (ours, theirs) = (money.currency.exponent(), exponent(money.currency));
    let wire = if theirs >= ours {
        money.minor.checked_mul(10_i64.checked_pow(theirs - ours)?)?
    } else {
        exactly(money.minor, 10_i64.checked_pow(ours - theirs)?)?
    };
    (wire % step(money.currency) == 0).then_some(wire)
}

/// The amount that was told; none where it is in no currency that we know, or has decimals that the currency has not.
pub(super) fn from_wire(wire: i64, currency: &str) -> Option<Money> {
    let currency = Currency::find(currency)?;
    let (ours, theirs) = (currency.exponent(), exponent(currency));
    let minor = if theirs >= ours {
        exactly(wire, 10_i64.checked_pow(theirs - ours)?)?
    } else {
        wire.checked_mul(10_i64.checked_pow(ours - theirs)?)?
    };
    Some(Money::new(minor, currency))
}

fn exactly(amount: i64, unit: i64) -> Option<i64> {
    (amount % unit == 0).then_some(amount / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::MAX_MINOR;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::find(code).unwrap())
    }

    /// What a buyer reads, and what Stripe must be sent for it.
    #[test]
    fn amounts_are_sent_as_stripe_documents_them() {
        for (text, code, wire) in [
            ("12.34", "EUR", Some(1_234)),
            ("0.5", "USD", Some(50)),
            ("500", "JPY", Some(500)),
            ("500", "KRW", Some(500)),
            ("500", "VND", Some(500)),
            ("1.23", "KWD", Some(1_230)),
            ("5.12", "BHD", Some(5_120)),
            ("5.12", "JOD", Some(5_120)),
            ("5.12", "OMR", Some(5_120)),
            ("5.12", "TND", Some(5_120)),
            ("5.124", "BHD", None),
            ("5.124", "KWD", None),
            ("5", "ISK", Some(500)),
            ("5", "UGX", Some(500)),
            ("10.45", "HUF", Some(1_045)),
            ("800.45", "TWD", Some(80_045)),
            ("10", "MGA", Some(10)),
            ("10.5", "MGA", None),
        ] {
            let money = Money::parse(text, Currency::find(code).unwrap()).unwrap();
            assert_eq!(to_wire(money), wire, "{text} {code}");
            if let Some(wire) = wire {
                assert_eq!(from_wire(wire, &code.to_lowercase()), Some(money), "{text} {code}");
            }
        }
    }

    #[test]
    fn what_cannot_be_told_exactly_is_not_told() {
        assert_eq!(from_wire(550, "isk"), None, "half a krona");
        assert_eq!(from_wire(100, "zzz"), None);
        assert_eq!(to_wire(money(i64::MAX, "ISK")), None);
        assert_eq!(from_wire(i64::MAX, "mga"), None);
        assert!(takes(money(1, "EUR")) && takes(money(0, "EUR")) && !takes(money(100, "IRR")));
        assert!(takes(money(5_120, "BHD")) && !takes(money(5_124, "BHD")));
        assert!(TAKEN.iter().all(|code| Currency::find(code).is_some()), "each is a currency that we know");
    }

    proptest::proptest! {
        #[test]
        fn what_is_sent_means_the_same_when_it_comes_back(minor in 0..=MAX_MINOR, place in 0..TAKEN.len()) {
            let money = money(minor, TAKEN[place]);
            if let Some(wire) = to_wire(money) {
                proptest::prop_assert_eq!(from_wire(wire, TAKEN[place]), Some(money));
            }
        }
    }
}
