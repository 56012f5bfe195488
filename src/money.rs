//! Money in minor units, and the currencies of ISO 4217 with their exponents.
//!
//! No amount is ever a float: an amount is an `i64` of the currency's smallest unit (cents of EUR, yen of JPY, fils of
//! KWD), and the decimal text of the API is made from it and parsed into it exactly.

mod iso4217;

use std::fmt;

pub use iso4217::{CURRENCIES, CurrencyInfo};

/// A currency of ISO 4217.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Currency(&'static CurrencyInfo);

impl Currency {
    /// The currency with this three-letter code, in either case.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        let code = code.to_ascii_uppercase();
        let index = CURRENCIES.binary_search_by(|info| info.code.cmp(code.as_str())).ok()?;
        CURRENCIES.get(index).map(Self)
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code
    }

    /// How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent)
    }

    /// The English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The sign written before an amount.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        self.0.symbol
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point.
    #[error("is not a number")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("has more decimals than the currency")]
    TooPrecise,
    /// Below zero where only amounts from zero on make sense.
    #[error("is negative")]
    Negative,
    /// Too large to count with.
    #[error("is too large")]
    TooLarge,
}

/// The largest amount that is accepted from outside, in minor units: far above any price, far below overflow.
pub const MAX_MINOR: i64 = 100_000_000_000;

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// Which currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of so many minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount as people read it, with all decimals of its currency: `12.50 EUR`, `1000 JPY`, `1.250 KWD`.
    #[must_use]
    pub fn for_people(self) -> String {
        let unit = 10_u64.pow(self.currency.exponent());
        let (minor, sign) = (self.minor.unsigned_abs(), if self.minor < 0 { "-" } else { "" });
        let places = usize::try_from(self.currency.exponent()).unwrap_or(0);
        match places {
            0 => format!("{sign}{minor} {}", self.currency),
            _ => format!("{sign}{}.{:0places$} {}", minor / unit, minor % unit, self.currency),
        }
    }

    /// Parses a decimal such as `12.5`, exactly.
    ///
    /// # Errors
    /// [`MoneyError`] for anything that is not a number from zero to [`MAX_MINOR`] with at most the currency's decimals
    /// (further zeros are allowed).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('-') {
            return match Self::parse(rest, currency)?.minor {
                0 => Ok(Self::new(0, currency)),
                _ => Err(MoneyError::Negative),
            };
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(MoneyError::NotANumber);
        }
        let places = usize::try_from(currency.exponent()).unwrap_or(usize::MAX);
        let (kept, beyond) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
        if beyond.bytes().any(|byte| byte != b'0') {
            return Err(MoneyError::TooPrecise);
        }
        let minor = whole
            .bytes()
            .chain(kept.bytes())
            .chain(std::iter::repeat_n(b'0', places - kept.len()))
            .try_fold(0_i64, |sum, byte| sum.checked_mul(10)?.checked_add(i64::from(byte - b'0')))
            .filter(|minor| *minor <= MAX_MINOR)
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(minor, currency))
    }
}

/// The decimal form of the API: at least one decimal, no further trailing zeros (`10.0`, `12.5`, `12.34`, `0.125`).
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.currency.exponent());
        let minor = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let places = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let fraction = format!("{:0places$}", minor % unit);
        let fraction = if places == 0 { "0" } else { fraction.trim_end_matches('0') };
        let fraction = if fraction.is_empty() { "0" } else { fraction };
        write!(f, "{sign}{}.{fraction}", minor / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, code: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::find(code).unwrap()).map(|money| money.minor)
    }

    #[test]
    fn amounts_are_parsed_exactly_in_currencies_of_0_2_and_3_decimals() {
        for (text, code, expected) in [
            ("12.34", "EUR", Ok(1234)),
            ("12.3", "EUR", Ok(1230)),
            ("12", "EUR", Ok(1200)),
            (".5", "EUR", Ok(50)),
            ("12.340", "EUR", Ok(1234)),
            ("12.345", "EUR", Err(MoneyError::TooPrecise)),
            ("1000", "JPY", Ok(1000)),
            ("1000.0", "JPY", Ok(1000)),
            ("1000.5", "JPY", Err(MoneyError::TooPrecise)),
            ("1.234", "KWD", Ok(1234)),
            ("-1", "EUR", Err(MoneyError::Negative)),
            ("-0", "EUR", Ok(0)),
            ("", "EUR", Err(MoneyError::NotANumber)),
            (".", "EUR", Err(MoneyError::NotANumber)),
            ("1,50", "EUR", Err(MoneyError::NotANumber)),
            ("1e3", "EUR", Err(MoneyError::NotANumber)),
            ("9999999999999999999999", "EUR", Err(MoneyError::TooLarge)),
        ] {
            assert_eq!(parse(text, code), expected, "{text} {code}");
        }
    }

    #[test]
    fn amounts_are_written_as_the_api_writes_them() {
        for (minor, code, expected) in [
            (1000, "EUR", "10.0"),
            (1250, "EUR", "12.5"),
            (1234, "EUR", "12.34"),
            (5, "EUR", "0.05"),
            (0, "EUR", "0.0"),
            (-150, "EUR", "-1.5"),
            (1000, "JPY", "1000.0"),
            (1234, "KWD", "1.234"),
        ] {
            assert_eq!(Money::new(minor, Currency::find(code).unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn people_read_all_decimals() {
        for (minor, code, expected) in [
            (1_250, "EUR", "12.50 EUR"),
            (5, "EUR", "0.05 EUR"),
            (-150, "EUR", "-1.50 EUR"),
            (1_000, "JPY", "1000 JPY"),
            (1_250, "KWD", "1.250 KWD"),
        ] {
            assert_eq!(Money::new(minor, Currency::find(code).unwrap()).for_people(), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_amount_survives_the_round_trip(minor in 0..=MAX_MINOR, index in 0..CURRENCIES.len()) {
            let currency = Currency(&CURRENCIES[index]);
            let money = Money::new(minor, currency);
            proptest::prop_assert_eq!(Money::parse(&money.to_string(), currency), Ok(money));
        }
    }
}
