//! Comments as markup.

use crate::html::escaped;

/// A comment as paragraphs: what its reader wrote is text, whatever it looks like.
#[must_use]
pub fn comment_html(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let paragraphs = body.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs.map(|paragraph| format!("<p>{}</p>", escaped(paragraph).replace('\n', "<br>"))).collect()
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
