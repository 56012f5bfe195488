//! Reading one cell: what it may hold, and what is said when it holds something else.

use super::code;
use super::error::RowErrors;
use super::row::{Column, Row};
use crate::money::{CURRENCIES, Currency, MAX_MINOR, Money, MoneyError};

/// How many characters of a cell are repeated in a message.
const MAX_QUOTED_CHARS: usize = 40;

/// The cells of a row. A cell that is wrong is told to `errors` and reads as empty.
pub(super) struct Cells<'a> {
    pub(super) row: &'a Row,
    pub(super) errors: &'a mut RowErrors,
}

impl Cells<'_> {
    pub(super) fn refuse(&mut self, column: Column, code: &'static str, message: impl Into<String>) {
        self.errors.push(self.row.error(column, code, message));
    }

    /// A text of so many characters at most.
    pub(super) fn text(&mut self, column: Column, most: usize) -> String {
        let text = self.row.get(column);
        if text.chars().nth(most).is_some() {
            self.refuse(column, code::TOO_LONG, format!("is longer than {most} characters"));
        }
        text.to_owned()
    }

    /// A text, or nothing.
    pub(super) fn optional_text(&mut self, column: Column, most: usize) -> Option<String> {
        Some(self.text(column, most)).filter(|text| !text.is_empty())
    }

    /// `true` or `false` in any case; empty is the default.
    pub(super) fn flag(&mut self, column: Column, default: bool) -> bool {
        self.word(column, default, &[("true", true), ("false", false)])
    }

    /// One of some words in any case; empty is the default.
    pub(super) fn word<T: Copy>(&mut self, column: Column, default: T, words: &[(&str, T)]) -> T {
        let text = self.row.get(column);
        if text.is_empty() {
            return default;
        }
        if let Some((_, meaning)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            return *meaning;
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.refuse(column, code::UNKNOWN_WORD, format!("{} is none of {}", quoted(text), words.join(", ")));
        default
    }

    /// A whole number from `least` to `most`; `200.0` is one.
    pub(super) fn whole(&mut self, column: Column, least: i64, most: i64) -> Option<i64> {
        let text = self.row.get(column);
        if text.is_empty() {
            return None;
        }
        let (code, message) = match whole_number(text) {
            Ok(number) if (least..=most).contains(&number) => return Some(number),
            Ok(number) if number < 0 && least >= 0 => (code::NEGATIVE, "is negative".to_owned()),
            Ok(_) | Err(code::OUT_OF_RANGE) => {
                (code::OUT_OF_RANGE, format!("{} is not from {least} to {most}", quoted(text)))
            }
            Err(code::NOT_WHOLE) => (code::NOT_WHOLE, format!("{} is not a whole number", quoted(text))),
            Err(code) => (code, format!("{} is not a number", quoted(text))),
        };
        self.refuse(column, code, message);
        None
    }

    /// An amount from zero on as a plain decimal text; in minor units.
    pub(super) fn amount(&mut self, column: Column, currency: Currency) -> Option<i64> {
        let text = self.row.get(column);
        if text.is_empty() {
            return None;
        }
        let error = match Money::parse(text, currency) {
            Ok(money) => return Some(money.minor),
            Err(error) => error,
        };
        let text = quoted(text);
        let (code, message) = match error {
            MoneyError::NotANumber if names_a_currency(self.row.get(column)) => (
                code::CURRENCY_IN_AMOUNT,
                format!("{text} names a currency: amounts are plain numbers, in {currency}"),
            ),
            MoneyError::NotANumber => (code::NOT_A_NUMBER, format!("{text} is not a number such as 1299.00")),
            MoneyError::TooPrecise => (
                code::TOO_PRECISE,
                format!("{text} has more than the {} decimals of {currency}", currency.exponent()),
            ),
            MoneyError::Negative => (code::NEGATIVE, format!("{text} is negative")),
            MoneyError::TooLarge => {
                (code::OUT_OF_RANGE, format!("{text} is more than {}", Money::new(MAX_MINOR, currency)))
            }
        };
        self.refuse(column, code, message);
        None
    }
}

/// The beginning of a cell in quotes, for a message.
pub(super) fn quoted(text: &str) -> String {
    let beginning: String = text.chars().take(MAX_QUOTED_CHARS).collect();
    let more = if beginning.len() < text.len() { "..." } else { "" };
    format!("\"{beginning}{more}\"")
}

/// A number without a part behind its point, or the code of what is wrong with it.
fn whole_number(text: &str) -> Result<i64, &'static str> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole.strip_prefix('-').unwrap_or(whole)) || !digits(fraction) {
        return Err(code::NOT_A_NUMBER);
    }
    if fraction.bytes().any(|byte| byte != b'0') {
        return Err(code::NOT_WHOLE);
    }
    whole.parse().map_err(|_| code::OUT_OF_RANGE)
}

/// Whether what stands around the digits is the code or the sign of a currency.
fn names_a_currency(text: &str) -> bool {
    let around: String = text
        .chars()
        .filter(|letter| {
            !letter.is_ascii_digit() && !letter.is_whitespace() && !".,-'\u{2019}".contains(*letter)
        })
        .collect();
    text.chars().any(|letter| letter.is_ascii_digit())
        && (Currency::find(&around).is_some() || CURRENCIES.iter().any(|info| info.symbol == around))
}

#[cfg(test)]
mod tests {
    use super::super::error::RowError;
    use super::super::row::{Line, tests::lines};
    use super::*;

    /// Reads one cell of a row and what was said about it.
    fn read<T>(column: Column, cell: &str, read: impl Fn(&mut Cells<'_>) -> T) -> (T, Option<RowError>) {
        let file = format!("Handle,{}\nshirt,\"{cell}\"\n", column.header());
        let Some(Line::Row(row)) = lines(file.as_bytes()).pop() else {
            panic!("no row in {file}");
        };
        let mut errors = RowErrors::default();
        let value = read(&mut Cells { row: &row, errors: &mut errors });
        let (mut errors, _) = errors.into_parts();
        (value, errors.pop())
    }

    #[track_caller]
    fn refused<T>(column: Column, cell: &str, reader: impl Fn(&mut Cells<'_>) -> T, code: &str) {
        let (_, error) = read(column, cell, reader);
        let error = error.unwrap_or_else(|| panic!("{cell} was taken"));
        assert_eq!((error.line, error.column.as_str(), error.code), (2, column.header(), code), "{cell}");
    }

    #[test]
    fn amounts_are_plain_decimals_of_the_shops_currency() {
        for (cell, code, expected) in
            [("12.5", "EUR", 1250), (" 12 ", "EUR", 1200), ("1200", "JPY", 1200), ("1.250", "KWD", 1250)]
        {
            let currency = Currency::find(code).unwrap();
            assert_eq!(
                read(Column::Price, cell, |cells| cells.amount(Column::Price, currency)),
                (Some(expected), None)
            );
        }
        for (cell, currency, code) in [
            ("abc", "EUR", code::NOT_A_NUMBER),
            ("1,50", "EUR", code::NOT_A_NUMBER),
            ("1,299.00", "EUR", code::NOT_A_NUMBER),
            ("12 apples", "EUR", code::NOT_A_NUMBER),
            ("EUR", "EUR", code::NOT_A_NUMBER),
            ("12.345", "EUR", code::TOO_PRECISE),
            ("12.5", "JPY", code::TOO_PRECISE),
            ("-0.01", "EUR", code::NEGATIVE),
            ("$12.00", "EUR", code::CURRENCY_IN_AMOUNT),
            ("12.00 \u{20ac}", "EUR", code::CURRENCY_IN_AMOUNT),
            ("12.00 USD", "EUR", code::CURRENCY_IN_AMOUNT),
            ("12.00 EUR", "EUR", code::CURRENCY_IN_AMOUNT),
            ("99999999999999999999", "EUR", code::OUT_OF_RANGE),
        ] {
            let currency = Currency::find(currency).unwrap();
            refused(Column::Price, cell, |cells| cells.amount(Column::Price, currency), code);
        }
    }

    #[test]
    fn messages_name_the_currency_and_its_decimals() {
        let yen = Currency::find("JPY").unwrap();
        let (_, error) = read(Column::Price, "12.5", |cells| cells.amount(Column::Price, yen));
        assert_eq!(
            error.unwrap().to_string(),
            "line 2, column Variant Price: \"12.5\" has more than the 0 decimals of JPY"
        );
    }

    #[test]
    fn whole_numbers_may_be_written_with_a_point_and_zeros() {
        for (cell, expected) in [("0", 0), ("200", 200), ("200.0", 200), ("-5", -5), ("-1000", -1000)] {
            let (number, error) =
                read(Column::Quantity, cell, |cells| cells.whole(Column::Quantity, -1000, 1000));
            assert_eq!((number, error), (Some(expected), None));
        }
        for (cell, code) in [
            ("12.5", code::NOT_WHOLE),
            ("1e3", code::NOT_A_NUMBER),
            ("1,000", code::NOT_A_NUMBER),
            ("ten", code::NOT_A_NUMBER),
            ("5.", code::NOT_A_NUMBER),
            ("--5", code::NOT_A_NUMBER),
            ("+5", code::NOT_A_NUMBER),
            ("1001", code::OUT_OF_RANGE),
            ("-1001", code::OUT_OF_RANGE),
            ("99999999999999999999", code::OUT_OF_RANGE),
        ] {
            refused(Column::Quantity, cell, |cells| cells.whole(Column::Quantity, -1000, 1000), code);
        }
        refused(Column::Grams, "-1", |cells| cells.whole(Column::Grams, 0, 1000), code::NEGATIVE);
    }

    #[test]
    fn flags_are_true_false_or_the_default() {
        for (cell, expected) in [("true", true), ("TRUE", true), ("False", false), ("", true), (" ", true)] {
            assert_eq!(
                read(Column::Taxable, cell, |cells| cells.flag(Column::Taxable, true)),
                (expected, None)
            );
        }
        for cell in ["yes", "1", "truee"] {
            refused(Column::Taxable, cell, |cells| cells.flag(Column::Taxable, true), code::UNKNOWN_WORD);
        }
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let fits = "\u{e9}".repeat(255);
        let (text, error) = read(Column::Title, &fits, |cells| cells.text(Column::Title, 255));
        assert_eq!((text, error), (fits.clone(), None));
        refused(Column::Title, &format!("{fits}x"), |cells| cells.text(Column::Title, 255), code::TOO_LONG);
    }
}
