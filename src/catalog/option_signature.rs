//! The signature of a variant's option values.

/// A text that is equal for two combinations of option values if and only if they are the same combination: the order
/// of the options and the case of the letters make no difference.
///
/// Takes the option's name and the value's name of each option.
#[must_use]
pub fn option_signature<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<[String; 2]> =
        values.into_iter().map(|(option, value)| [fold(option), fold(value)]).collect();
    pairs.sort();
    // JSON, because it escapes: no name can pretend to be two.
    serde_json::Value::from_iter(pairs).to_string()
}

/// A name in the form in which names are compared.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::option_signature;

    #[test]
    fn equal_combinations_have_one_signature_in_any_order_and_case() {
        let signature = option_signature([("Color", "Red"), ("Size", "M")]);
        assert_eq!(signature, r#"[["color","red"],["size","m"]]"#);
        assert_eq!(signature, option_signature([("size", "m"), ("COLOR", "RED")]));
    }

    #[test]
    fn different_combinations_differ() {
        let signature = option_signature([("Color", "Red"), ("Size", "M")]);
        assert_ne!(signature, option_signature([("Color", "Red")]));
        assert_ne!(signature, option_signature([("Color", "M"), ("Size", "Red")]));
        assert_ne!(option_signature([("a", "b\",\"c")]), option_signature([("a", "b"), ("c", "")]));
    }
}
