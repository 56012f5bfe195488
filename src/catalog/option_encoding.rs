//! `encodedVariantExistence` and `encodedVariantAvailability`: which combinations of option values there are, packed
//! into a short text that the public storefront clients take apart.
//!
//! The text is `v1_` and a trie over the places of the values in their options: `:` goes down to the next option, `,`
//! ends a beginning, and in the last option a space leaves places out and `-` stands for a run of them. The example is
//! from the decoder of the npm package `@shopify/hydrogen-react`, whose reading is the measure.

/// Packs combinations; each has one place for each option, in the order of the options.
#[must_use]
pub(super) fn encode(mut combinations: Vec<Vec<usize>>) -> String {
    combinations.sort();
    combinations.dedup();
    let rows: Vec<&[usize]> = combinations.iter().map(Vec::as_slice).collect();
    let mut text = "v1_".to_owned();
    write_level(&mut text, &rows);
    text
}

fn write_level(text: &mut String, rows: &[&[usize]]) {
    if rows.iter().all(|row| row.len() <= 1) {
        let places: Vec<usize> = rows.iter().filter_map(|row| row.first().copied()).collect();
        return write_runs(text, &places);
    }
    for group in rows.chunk_by(|a, b| a.first() == b.first()) {
        let Some(first) = group.first().and_then(|row| row.first()) else {
            continue;
        };
        text.push_str(&format!("{first}:"));
        let below: Vec<&[usize]> = group.iter().filter_map(|row| row.get(1..)).collect();
        write_level(text, &below);
        text.push(',');
    }
}

fn write_runs(text: &mut String, places: &[usize]) {
    let runs = places.chunk_by(|a, b| a + 1 == *b).filter_map(|run| match run {
        [] => None,
        [only] => Some(only.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
    });
    text.push_str(&runs.collect::<Vec<_>>().join(" "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_packed_as_the_clients_read_them() {
        let three = [[0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 1], [2, 0, 1], [2, 1, 0]];
        assert_eq!(encode(three.map(Vec::from).into()), "v1_0:0:0,1:0-1,,1:0:0-1,1:1,,2:0:1,1:0,,");
        assert_eq!(encode([[0], [1], [2]].map(Vec::from).into()), "v1_0-2");
        assert_eq!(encode([[0]].map(Vec::from).into()), "v1_0");
        assert_eq!(encode([[0], [2], [3], [7]].map(Vec::from).into()), "v1_0 2-3 7");
        assert_eq!(encode([[1, 3], [1, 0]].map(Vec::from).into()), "v1_1:0 3,");
        assert_eq!(encode([[10, 11], [10, 12], [2, 0]].map(Vec::from).into()), "v1_2:0,10:11-12,");
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        let packed = encode([[1, 0], [0, 1], [0, 0], [0, 1]].map(Vec::from).into());
        assert_eq!(packed, "v1_0:0-1,1:0,");
    }

    #[test]
    fn nothing_is_an_empty_trie() {
        assert_eq!(encode(Vec::new()), "v1_");
    }

    /// Takes a text apart the slow way, level by level.
    fn decode(text: &str, options: usize) -> Vec<Vec<usize>> {
        fn level(
            signs: &mut std::iter::Peekable<std::str::Chars<'_>>,
            left: usize,
            path: &[usize],
            found: &mut Vec<Vec<usize>>,
        ) {
            let number = |signs: &mut std::iter::Peekable<std::str::Chars<'_>>| {
                let mut digits = String::new();
                while let Some(digit) = signs.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                digits.parse::<usize>().unwrap()
            };
            while signs.peek().is_some_and(char::is_ascii_digit) {
                let first = number(signs);
                if left > 1 {
                    assert_eq!(signs.next(), Some(':'));
                    level(signs, left - 1, &[path, &[first]].concat(), found);
                    assert_eq!(signs.next(), Some(','));
                    continue;
                }
                let last = if signs.next_if_eq(&'-').is_some() { number(signs) } else { first };
                found.extend((first..=last).map(|place| [path, &[place]].concat()));
                signs.next_if_eq(&' ');
            }
        }
        let mut found = Vec::new();
        let mut signs = text.strip_prefix("v1_").unwrap().chars().peekable();
        level(&mut signs, options, &[], &mut found);
        assert_eq!(signs.next(), None);
        found
    }

    proptest::proptest! {
        #[test]
        fn what_is_packed_can_be_taken_apart(
            mut combinations in (1_usize..4).prop_flat_map(|options| {
                proptest::collection::vec(proptest::collection::vec(0_usize..13, options), 1..40)
            })
        ) {
            let options = combinations[0].len();
            let packed = encode(combinations.clone());
            combinations.sort();
            combinations.dedup();
            proptest::prop_assert_eq!(decode(&packed, options), combinations);
        }
    }

    use proptest::strategy::Strategy;
}
