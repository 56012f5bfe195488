//! Values in the form in which the API writes them.

use crate::catalog;

/// A description without its markup, of at most so many characters where a limit is given.
pub(super) fn description(html: &str, truncate_at: Option<i32>) -> String {
    let text = catalog::plain_text(html);
    match truncate_at {
        Some(most) => catalog::truncated(&text, usize::try_from(most).unwrap_or(0)),
        None => text,
    }
}

/// A number as a GraphQL integer, which has 32 bits; what is beyond is the nearest there is.
pub(super) fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX })
}

/// Grams as kilograms.
pub(super) fn kilograms(grams: i64) -> Option<f64> {
    // By way of the decimal text, which is exact; dividing floats is not.
    format!("{}.{:03}", grams / 1000, grams % 1000).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_written_in_kilograms() {
        assert_eq!(kilograms(0), Some(0.0));
        assert_eq!(kilograms(250), Some(0.25));
        assert_eq!(kilograms(1005), Some(1.005));
        assert_eq!(kilograms(70_000), Some(70.0));
    }

    #[test]
    fn numbers_beyond_32_bits_are_the_nearest_there_is() {
        assert_eq!(whole(7), 7);
        assert_eq!(whole(-7), -7);
        assert_eq!(whole(i64::MAX), i32::MAX);
        assert_eq!(whole(i64::MIN), i32::MIN);
    }
}
