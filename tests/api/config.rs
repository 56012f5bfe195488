//! The settings and the file that documents them.

use tradepost::config::VARIABLES;

const EXAMPLE: &str = include_str!("../../.env.example");

/// The variable that a line sets, commented out or not.
fn variable(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start_matches("# ").split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    (is_name && !name.is_empty()).then_some(name)
}

#[test]
fn the_example_documents_every_setting_in_order_and_no_other() {
    let documented: Vec<&str> = EXAMPLE.lines().filter_map(variable).collect();
    assert_eq!(documented, VARIABLES);
}

#[test]
fn every_setting_is_explained_above_its_line_and_none_is_set() {
    let lines: Vec<&str> = EXAMPLE.lines().collect();
    for (place, line) in lines.iter().enumerate() {
        assert!(line.is_empty() || line.starts_with("# "), "a copy of the example changes nothing: {line}");
        if variable(line).is_some() {
            let above = lines[place - 1];
            assert!(above.starts_with("# ") && variable(above).is_none(), "{line} is not explained");
        }
    }
}
