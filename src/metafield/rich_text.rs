//! Rich texts: a tree of headings, paragraphs, lists and links in JSON.

use serde_json::Value;

use super::error::{FaultCode, ValueFault};

/// Whether a text is such a tree.
///
/// # Errors
/// [`FaultCode::InvalidValue`].
pub(super) fn check(text: &str) -> Result<(), ValueFault> {
    let wrong = || ValueFault::new(FaultCode::InvalidValue, "The value must be a rich text in JSON");
    let tree: Value = serde_json::from_str(text).map_err(|_| wrong())?;
    let is_root = tree.get("type").and_then(Value::as_str) == Some("root");
    if is_root && is_node(&tree) { Ok(()) } else { Err(wrong()) }
}

/// How deep a tree goes, the parser limits.
fn is_node(node: &Value) -> bool {
    let text_of = |name: &str| node.get(name).and_then(Value::as_str);
    let has_children = || {
        let children = node.get("children").and_then(Value::as_array);
        children.is_some_and(|children| children.iter().all(is_node))
    };
    match text_of("type") {
        Some("root" | "paragraph" | "list-item") => has_children(),
        Some("heading") => {
            let level = node.get("level").and_then(Value::as_u64);
            level.is_some_and(|level| (1..=6).contains(&level)) && has_children()
        }
        Some("list") => matches!(text_of("listType"), Some("ordered" | "unordered")) && has_children(),
        Some("link") => text_of("url").is_some_and(is_safe) && has_children(),
        Some("text") => text_of("value").is_some(),
        _ => false,
    }
}

/// Front ends put the address into a page: it must not be a program.
fn is_safe(url: &str) -> bool {
    let url = url.trim();
    let is_relative = url.starts_with(['/', '#', '?']) && !url.starts_with("//");
    is_relative
        || ["http://", "https://", "mailto:", "tel:", "sms:"].iter().any(|start| url.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(inner: &str) -> String {
        format!(r#"{{"type":"root","children":[{inner}]}}"#)
    }

    #[test]
    fn trees_of_known_nodes_pass() {
        let text = r#"{"type":"text","value":"hello","bold":true}"#;
        for inner in [
            String::new(),
            format!(r#"{{"type":"paragraph","children":[{text}]}}"#),
            format!(r#"{{"type":"heading","level":2,"children":[{text}]}}"#),
            format!(
                r#"{{"type":"list","listType":"ordered","children":[{{"type":"list-item","children":[{text}]}}]}}"#
            ),
            format!(r#"{{"type":"link","url":"https://example.com","children":[{text}]}}"#),
        ] {
            assert!(check(&node(&inner)).is_ok(), "{inner}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "hello".to_owned(),
            "[]".to_owned(),
            r#"{"type":"paragraph","children":[]}"#.to_owned(),
            r#"{"type":"root"}"#.to_owned(),
            node(r#"{"type":"text"}"#),
            node(r#"{"type":"heading","level":7,"children":[]}"#),
            node(r#"{"type":"list","children":[]}"#),
            node(r#"{"type":"script","children":[]}"#),
            node(r#"{"type":"link","url":"javascript:alert(1)","children":[]}"#),
            format!("{}{}", r#"{"type":"root","children":["#.repeat(200), "]}".repeat(200)),
        ] {
            assert!(check(&text).is_err(), "{text}");
        }
    }
}
