//! Descriptions without their markup.

/// Elements within which words go on; every other tag stands between two words.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "em", "font", "i", "ins", "kbd", "mark",
    "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// Elements whose content is not text.
const HIDDEN: [&str; 3] = ["script", "style", "template"];

/// The longest name of an entity.
const MAX_ENTITY_BYTES: usize = 12;

/// The text of HTML: tags and comments are left out, entities decoded, white space is one space.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, markup) = rest.split_at(at);
        text.push_str(before);
        rest = if markup.starts_with('<') {
            after_tag(markup, &mut text)
        } else {
            after_entity(markup, &mut text)
        };
    }
    text.push_str(rest);
    // A no-break space stays: it is there to keep words together.
    let words = text.split(|sign: char| sign.is_whitespace() && sign != '\u{a0}');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text of at most so many characters, the last three of them dots where something is left out.
#[must_use]
pub fn truncated(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    let dots: String = std::iter::repeat_n('.', most.min(3)).collect();
    kept + &dots
}

/// Skips the tag at the start.
fn after_tag<'a>(markup: &'a str, text: &mut String) -> &'a str {
    if let Some(comment) = markup.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let inner = markup.get(1..).unwrap_or_default();
    let name = inner.strip_prefix('/').unwrap_or(inner);
    if !name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '!' || sign == '?') {
        text.push('<');
        return inner;
    }
    let name: String =
        name.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if !INLINE.contains(&name.as_str()) {
        text.push(' ');
    }
    let rest = after_bracket(inner);
    if !inner.starts_with('/') && HIDDEN.contains(&name.as_str()) {
        let end = format!("</{name}");
        let closes = |bytes: &[u8]| bytes.eq_ignore_ascii_case(end.as_bytes());
        let closing = rest.as_bytes().windows(end.len()).position(closes);
        return closing.and_then(|at| rest.get(at..)).unwrap_or_default();
    }
    rest
}

/// What follows the tag's closing bracket; one inside a quoted attribute does not close it.
fn after_bracket(tag: &str) -> &str {
    let mut quote = None;
    for (at, sign) in tag.char_indices() {
        match (sign, quote) {
            ('>', None) => return tag.get(at + 1..).unwrap_or_default(),
            ('"' | '\'', None) => quote = Some(sign),
            (sign, Some(open)) if sign == open => quote = None,
            _ => {}
        }
    }
    ""
}

/// Decodes the entity at the start; what is none is a plain ampersand.
fn after_entity<'a>(markup: &'a str, text: &mut String) -> &'a str {
    let inner = markup.get(1..).unwrap_or_default();
    let end = inner.bytes().take(MAX_ENTITY_BYTES).position(|byte| byte == b';');
    let entity = end.and_then(|end| inner.get(..end).zip(inner.get(end + 1..)));
    match entity.and_then(|(name, rest)| decoded(name).map(|sign| (sign, rest))) {
        Some((sign, rest)) => {
            text.push(sign);
            rest
        }
        None => {
            text.push('&');
            inner
        }
    }
}

fn decoded(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return code.ok().filter(|code| *code != 0).and_then(char::from_u32);
    }
    ENTITIES.split(' ').find_map(|entity| {
        let mut signs = entity.strip_prefix(name)?.chars();
        signs.next().filter(|_| signs.as_str().is_empty())
    })
}

/// The entities of HTML that editors write, each name with its sign behind it, the most frequent first.
const ENTITIES: &str = "\
    amp& lt< gt> quot\" apos' nbsp\u{a0} ndash– mdash— hellip… lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” \
    bdquo„ laquo« raquo» lsaquo‹ rsaquo› bull• middot· copy© reg® trade™ deg° times× euro€ pound£ \
    yen¥ cent¢ sect§ para¶ shy\u{ad} frac12½ frac14¼ frac34¾ sup1¹ sup2² sup3³ plusmn± divide÷ microµ \
    iexcl¡ iquest¿ ordfª ordmº larr← rarr→ ensp\u{2002} emsp\u{2003} thinsp\u{2009} dagger† AgraveÀ \
    AacuteÁ AcircÂ AtildeÃ AumlÄ AringÅ AEligÆ CcedilÇ EgraveÈ EacuteÉ EcircÊ EumlË IgraveÌ IacuteÍ \
    IcircÎ IumlÏ NtildeÑ OgraveÒ OacuteÓ OcircÔ OtildeÕ OumlÖ OslashØ UgraveÙ UacuteÚ UcircÛ UumlÜ \
    YacuteÝ szligß agraveà aacuteá acircâ atildeã aumlä aringå aeligæ ccedilç egraveè eacuteé ecircê \
    eumlë igraveì iacuteí icircî iumlï ntildeñ ograveò oacuteó ocircô otildeõ oumlö oslashø ugraveù \
    uacuteú ucircû uumlü yacuteý yumlÿ OEligŒ oeligœ ScaronŠ scaronš";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_words_stay_apart() {
        assert_eq!(plain_text("<p>One</p><p>Two <b>bo</b>ld<br>line</p>\n"), "One Two bold line");
        assert_eq!(plain_text("<ul><li>A</li><li>B</li></ul>"), "A B");
        assert_eq!(plain_text("plain"), "plain");
        assert_eq!(plain_text(""), "");
    }

    #[test]
    fn entities_are_decoded() {
        assert_eq!(
            plain_text("Salt &amp; pepper &lt;3 &#8364;5 &#x20AC;6 caf&eacute;"),
            "Salt & pepper <3 €5 €6 café"
        );
        assert_eq!(plain_text("AT&T &unknown; &; &#0; &#xFFFFFFFF;"), "AT&T &unknown; &; &#0; &#xFFFFFFFF;");
        assert_eq!(plain_text("&amp;lt;"), "&lt;");
        assert_eq!(plain_text("10&nbsp;kg"), "10\u{a0}kg");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(plain_text("a<script>if (1 < 2) { x() }</script>b"), "a b");
        assert_eq!(plain_text("a<STYLE>p > b {}</style >b<!-- <p>no</p> -->c"), "a bc");
        assert_eq!(plain_text("<img alt=\"a > b\" src='x'>after"), "after");
        assert_eq!(plain_text("<!DOCTYPE html>x"), "x");
    }

    #[test]
    fn broken_markup_is_survived() {
        assert_eq!(plain_text("1 < 2 and 3 > 2"), "1 < 2 and 3 > 2");
        assert_eq!(plain_text("cut <b"), "cut");
        assert_eq!(plain_text("cut <!-- off"), "cut");
        assert_eq!(plain_text("a<script>x"), "a");
        assert_eq!(plain_text("end &"), "end &");
        assert_eq!(plain_text("<"), "<");
    }

    #[test]
    fn a_long_text_ends_in_dots() {
        assert_eq!(truncated("Häagen", 6), "Häagen");
        assert_eq!(truncated("Häagen", 5), "Hä...");
        assert_eq!(truncated("Häagen", 2), "..");
        assert_eq!(truncated("Häagen", 0), "");
        assert_eq!(truncated("", 0), "");
    }
}
