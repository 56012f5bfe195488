//! Decimal numbers without floats.

/// Digits before the point at most.
const MAX_WHOLE: usize = 13;
/// Digits behind the point at most.
const MAX_FRACTION: usize = 9;
/// Digits behind the point that a filter tells apart.
const FILTER_DIGITS: u32 = 6;

/// A decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decimal {
    /// In units of the ninth digit behind the point.
    nano: i128,
}

impl Decimal {
    /// Reads digits with at most one point and perhaps a minus sign.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let whole = if whole.len() > 1 { whole.trim_start_matches('0') } else { whole };
        let whole = if whole.is_empty() && digits.starts_with('0') { "0" } else { whole };
        let fraction = if fraction.len() > 1 { fraction.trim_end_matches('0') } else { fraction };
        let fraction = if fraction.is_empty() && digits.ends_with('0') { "0" } else { fraction };
        if !is_digits(whole)
            || !is_digits(fraction)
            || whole.len() > MAX_WHOLE
            || fraction.len() > MAX_FRACTION
        {
            return None;
        }
        let nano: i128 = format!("{whole}{fraction:0<MAX_FRACTION$}").parse().ok()?;
        Some(Self { nano: if negative { -nano } else { nano } })
    }

    /// In millionths, for filters; what is finer is cut off, what is beyond has none.
    pub(super) fn millionths(self) -> Option<i64> {
        let places = u32::try_from(MAX_FRACTION).unwrap_or(FILTER_DIGITS);
        i64::try_from(self.nano / 10_i128.pow(places - FILTER_DIGITS)).ok()
    }
}

/// At least one digit behind the point, no further zeros, as the API writes decimals.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = 10_u128.pow(u32::try_from(MAX_FRACTION).unwrap_or(FILTER_DIGITS));
        let (sign, nano) = (if self.nano < 0 { "-" } else { "" }, self.nano.unsigned_abs());
        let fraction = format!("{:0MAX_FRACTION$}", nano % unit);
        let fraction = match fraction.trim_end_matches('0') {
            "" => "0",
            digits => digits,
        };
        write!(f, "{sign}{}.{fraction}", nano / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_form() {
        for (text, form, millionths) in [
            ("0", "0.0", 0),
            ("-0", "0.0", 0),
            ("10", "10.0", 10_000_000),
            ("007.50", "7.5", 7_500_000),
            ("0.000000001", "0.000000001", 0),
            ("-3.25", "-3.25", -3_250_000),
            (" 1.10 ", "1.1", 1_100_000),
            ("00", "0.0", 0),
            ("9999999999999.999999999", "9999999999999.999999999", 0),
        ] {
            let decimal = Decimal::parse(text).unwrap();
            assert_eq!(decimal.to_string(), form, "{text}");
            if form.len() < 20 {
                assert_eq!(decimal.millionths(), Some(millionths), "{text}");
            }
        }
        assert!(Decimal::parse("2") < Decimal::parse("10"));
        assert!(Decimal::parse("-2") < Decimal::parse("1"));
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1e3",
            "1,5",
            "1.2.3",
            "+1",
            "--1",
            "NaN",
            "12345678901234",
            "1.0000000001",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
