//! Spreading an amount over parts so that they add up to it.

use super::answer::PriceError;

/// Spreads a total over parts by their weights, by the method of the largest remainder: each part gets its share rounded
/// down, and what is left goes, one minor unit each, to the parts whose shares lost most by that; of equal ones to the
/// earlier, so that callers pass parts in an order that does not depend on how a cart was filled.
///
/// Neither total nor weights are below zero. The parts add up to the total, none passes its weight where the total does
/// not pass the weights' sum, and a part without weight gets nothing. Where no part has weight nobody gets anything.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(crate) fn spread(total_minor: i64, weights: &[i64]) -> Result<Vec<i64>, PriceError> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum <= 0 || total_minor <= 0 {
        return Ok(vec![0; weights.len()]);
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total_minor;
    for (place, weight) in weights.iter().enumerate() {
        let (part, remainder) = share(total_minor, *weight, sum)?;
        left = left.checked_sub(part).ok_or(PriceError::Overflow)?;
        parts.push(part);
        if remainder > 0 {
            remainders.push((std::cmp::Reverse(remainder), place));
        }
    }
    let count = usize::try_from(left).map_err(|_| PriceError::Overflow)?;
    if count < remainders.len() {
        remainders.select_nth_unstable(count);
    }
    for (_, place) in remainders.iter().take(count) {
        if let Some(part) = parts.get_mut(*place) {
            *part += 1;
        }
    }
    Ok(parts)
}

/// `total * weight / sum`, rounded down, and the remainder of the division.
fn share(total_minor: i64, weight: i64, sum: i128) -> Result<(i64, i128), PriceError> {
    // Dividing 64 bits is many times faster than dividing 128, and suffices for almost all carts.
    if let (Some(product), Ok(sum)) = (total_minor.checked_mul(weight), i64::try_from(sum)) {
        return Ok((product / sum, i128::from(product % sum)));
    }
    let product = i128::from(total_minor) * i128::from(weight);
    Ok((i64::try_from(product / sum).map_err(|_| PriceError::Overflow)?, product % sum))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_remainders_get_the_rest_and_of_equal_ones_the_earlier() {
        for (total, weights, expected) in [
            (100, vec![1, 1, 1], vec![34, 33, 33]),
            (2, vec![1, 1, 1], vec![1, 1, 0]),
            (10, vec![1, 2, 4], vec![1, 3, 6]),
            (5, vec![0, 10, 0], vec![0, 5, 0]),
            (7, vec![0, 500, 200], vec![0, 5, 2]),
            (5, vec![0, 0], vec![0, 0]),
            (0, vec![3, 4], vec![0, 0]),
            (7, vec![], vec![]),
            (i64::MAX, vec![i64::MAX, i64::MAX], vec![i64::MAX / 2 + 1, i64::MAX / 2]),
        ] {
            assert_eq!(spread(total, &weights), Ok(expected), "{total} over {weights:?}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_add_up_and_each_is_its_exact_share_or_one_more(
            weights in proptest::collection::vec(0_i64..1_000_000_000_000, 1..40),
            part in 0_i64..=1_000_000,
        ) {
            let sum: i64 = weights.iter().sum();
            prop_assume!(sum > 0);
            let total = i64::try_from(i128::from(sum) * i128::from(part) / 1_000_000).unwrap();
            let parts = spread(total, &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, weight) in parts.iter().zip(&weights) {
                let floor = i128::from(total) * i128::from(*weight) / i128::from(sum);
                prop_assert!(i128::from(*part) == floor || i128::from(*part) == floor + 1);
                prop_assert!(part <= weight);
            }
        }
    }
}
