//! How amounts are written in a language. Pure rules; the forms are those of Unicode's CLDR.

use super::Tongue;
use crate::money::{CURRENCIES, Currency, Money};

/// Between an amount and its currency: no line ends there.
const FIXED_SPACE: char = '\u{a0}';
/// Between groups of digits in French.
const NARROW_SPACE: char = '\u{202f}';
/// Digits in a group.
const GROUP: usize = 3;

impl Tongue {
    /// An amount as people read it, with all decimals of its currency: `€1,234.50`, `1.234,50 €`.
    #[must_use]
    pub fn amount(self, money: Money) -> String {
        let places = usize::try_from(money.currency.exponent()).unwrap_or(0);
        let unit = 10_u64.pow(money.currency.exponent());
        let minor = money.minor.unsigned_abs();
        let mut number = self.grouped(&(minor / unit).to_string());
        if places > 0 {
            number.push(self.decimal_mark());
            number.push_str(&format!("{:0places$}", minor % unit));
        }
        let sign = if money.minor < 0 { "-" } else { "" };
        let currency = self.sign_of(money.currency);
        match self {
            // A sign stands close to the number, a code does not.
            Self::En if currency.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
                format!("{sign}{currency}{FIXED_SPACE}{number}")
            }
            Self::En => format!("{sign}{currency}{number}"),
            Self::De | Self::Fr | Self::Es => format!("{sign}{number}{FIXED_SPACE}{currency}"),
        }
    }

    fn decimal_mark(self) -> char {
        match self {
            Self::En => '.',
            Self::De | Self::Fr | Self::Es => ',',
        }
    }

    fn grouped(self, digits: &str) -> String {
        let (mark, from) = match self {
            Self::En => (',', GROUP + 1),
            Self::De => ('.', GROUP + 1),
            Self::Fr => (NARROW_SPACE, GROUP + 1),
            // Four digits stand together in Spanish.
            Self::Es => ('.', GROUP + 2),
        };
        if digits.len() < from {
            return digits.to_owned();
        }
        let mut grouped = String::with_capacity(digits.len() * 2);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(GROUP) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// The sign of a currency where it means this one alone, else its code.
    fn sign_of(self, currency: Currency) -> &'static str {
        match (currency.code(), self) {
            ("USD", Self::En | Self::De) => "$",
            ("USD", Self::Fr) => "$US",
            ("USD", Self::Es) => "US$",
            ("GBP", Self::En | Self::De | Self::Fr | Self::Es) => "£",
            ("JPY", Self::En | Self::De) => "¥",
            (code, Self::En | Self::De | Self::Fr | Self::Es) => {
                let sign = currency.symbol();
                // Of the block of currency signs, as letters differ from one language to the next.
                let is_sign = sign.chars().all(|letter| ('\u{20a0}'..='\u{20cf}').contains(&letter));
                let is_alone = CURRENCIES.iter().filter(|other| other.symbol == sign).count() == 1;
                if is_sign && is_alone { sign } else { code }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_of_the_language_do() {
        for (tongue, minor, code, expected) in [
            (Tongue::En, 123_456_750, "EUR", "€1,234,567.50"),
            (Tongue::En, -123_450, "EUR", "-€1,234.50"),
            (Tongue::En, 5, "USD", "$0.05"),
            (Tongue::En, 123_450, "CHF", "CHF\u{a0}1,234.50"),
            (Tongue::En, 1_235, "JPY", "¥1,235"),
            (Tongue::En, 12_500, "KWD", "KWD\u{a0}12.500"),
            (Tongue::En, 1_250, "CAD", "CAD\u{a0}12.50"),
            (Tongue::De, 123_456_750, "EUR", "1.234.567,50\u{a0}€"),
            (Tongue::De, -1_250, "USD", "-12,50\u{a0}$"),
            (Tongue::De, 0, "JPY", "0\u{a0}¥"),
            (Tongue::Fr, 123_450, "EUR", "1\u{202f}234,50\u{a0}€"),
            (Tongue::Fr, 1_250, "USD", "12,50\u{a0}$US"),
            (Tongue::Fr, 1_250, "GBP", "12,50\u{a0}£"),
            (Tongue::Es, 123_450, "EUR", "1234,50\u{a0}€"),
            (Tongue::Es, 1_234_500, "EUR", "12.345,00\u{a0}€"),
            (Tongue::Es, 1_250, "PLN", "12,50\u{a0}PLN"),
            (Tongue::Es, i64::MIN, "EUR", "-92.233.720.368.547.758,08\u{a0}€"),
        ] {
            let money = Money::new(minor, Currency::find(code).unwrap());
            assert_eq!(tongue.amount(money), expected);
        }
    }
}
