//! HTML: text and addresses as they stand in it.

/// A text as it stands between tags and in attributes: none of its signs is read as markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Whether an address that somebody else gave is one that a browser goes to, and nothing else.
#[must_use]
pub fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        && !url.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_web_address("https://carrier.example/9405?x=1"));
        for wrong in ["javascript:alert(1)", "data:text/html,x", "https://a.example/\nx", "/9405", "9405", ""]
        {
            assert!(!is_web_address(wrong), "{wrong}");
        }
    }
}
