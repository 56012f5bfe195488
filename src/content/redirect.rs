//! What redirects may hold.

use super::check;
use super::error::ContentError;

/// The longest path or target.
const MAX_ADDRESS_CHARS: usize = 2_048;

/// A path that may lead elsewhere: it begins with one slash.
pub(super) fn checked_path(path: &str) -> Result<String, ContentError> {
    const FIELD: &str = "path";
    let path = check::required(FIELD, path, MAX_ADDRESS_CHARS)?;
    let reason = if !is_path(&path) {
        "is not a path that begins with a slash"
    } else if path == "/" {
        "is the shop's first page"
    } else if path.contains('#') {
        "has a fragment, which no server ever sees"
    } else {
        return Ok(path);
    };
    Err(ContentError::Invalid { field: FIELD, reason })
}

/// Where a redirect leads: a path of the shop or a web address. An address of the shop itself is kept as its path.
pub(super) fn checked_target(target: &str, shop: &str) -> Result<String, ContentError> {
    const FIELD: &str = "target";
    let target = check::required(FIELD, target, MAX_ADDRESS_CHARS)?;
    if !is_target(&target) {
        let reason = "is neither a path that begins with a slash nor a web address";
        return Err(ContentError::Invalid { field: FIELD, reason });
    }
    Ok(match target.strip_prefix(shop) {
        Some("") => "/".to_owned(),
        Some(path) if is_path(path) => path.to_owned(),
        _ => target,
    })
}

/// Whether a text is a path of the shop or an address on the web.
pub(super) fn is_target(text: &str) -> bool {
    let elsewhere = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    match elsewhere {
        Some(rest) => !rest.is_empty() && !rest.starts_with('/') && is_one_word(rest),
        None => is_path(text),
    }
}

/// Two slashes, or one and a backslash, would lead to another host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.starts_with("/\\") && is_one_word(text)
}

fn is_one_word(text: &str) -> bool {
    !text.contains(|sign: char| sign.is_whitespace() || sign.is_control())
}

/// The path of a target that is one of the shop, without what follows it.
pub(super) fn path_of(target: &str) -> Option<&str> {
    target.starts_with('/').then(|| target.split('#').next().unwrap_or(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_one_slash() {
        assert_eq!(checked_path(" /old?x=1 ").unwrap(), "/old?x=1");
        for bad in ["old", "//old", "/\\old", "https://a.example/old", "/", "/a b", "/a#b", "/a\nb", ""] {
            assert!(checked_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_target_is_a_path_or_a_web_address() {
        let target = |text| checked_target(text, "https://shop.example").ok();
        assert_eq!(target("/new#part").as_deref(), Some("/new#part"));
        assert_eq!(target("https://other.example/x").as_deref(), Some("https://other.example/x"));
        assert_eq!(target("https://shop.example/x").as_deref(), Some("/x"));
        assert_eq!(target("https://shop.example").as_deref(), Some("/"));
        assert_eq!(target("https://shop.example.evil/x").as_deref(), Some("https://shop.example.evil/x"));
        for bad in ["", "new", "//evil.example", "javascript:x", "https://", "https:///x", "/a b", "ftp://a"]
        {
            assert_eq!(target(bad), None, "{bad}");
        }
    }
}
