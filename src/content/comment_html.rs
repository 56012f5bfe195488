//! Comments as markup.

/// A comment as paragraphs: what its reader wrote is text, whatever it looks like.
#[must_use]
pub fn comment_html(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", escaped(paragraph).replace('\n', "<br>"))).collect()
}

fn escaped(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_a_reader_is_text() {
        assert_eq!(
            comment_html("a <b onclick='x'>&\"\nb\r\n\r\n c"),
            "<p>a &lt;b onclick=&#39;x&#39;&gt;&amp;&quot;<br>b</p><p>c</p>"
        );
        assert_eq!(comment_html("\n\n"), "");
    }
}
