//! Searches that a shopper could mean, from the words and names of what is on the storefront.

use super::found::Found;
use super::index::SPELLINGS;
use super::lookup::Lookup;
use super::request::Suggestion;
use super::view::View;
use super::words::Analysis;
use crate::error::Fault;
use crate::html::escaped;

/// How many terms that begin so are looked at, in the order of the alphabet.
const MAX_TERMS: usize = 400;
/// So many where little was typed, which many begin with.
const MAX_SHORT_TERMS: usize = 2_000;
/// From how many letters on it is no longer little.
const FEW_LETTERS: usize = 3;
/// The longest text that is completed.
const MAX_TYPED: usize = 100;

/// The most frequent ones that begin with what was typed.
pub(super) fn suggestions(view: &View<'_>, typed: &str, most: usize) -> Result<Vec<Suggestion>, Fault> {
    let folded = view.analysis.words_of(typed).join(" ");
    if folded.is_empty() || folded.len() > MAX_TYPED {
        return Ok(Vec::new());
    }
    let lookup = Lookup { snapshot: view.snapshot, places: view.shelf.len() };
    let most_terms = if folded.chars().count() < FEW_LETTERS { MAX_SHORT_TERMS } else { MAX_TERMS };
    let mut terms = lookup.terms(view.fields.suggestion, &folded, most_terms)?;
    terms.sort_by(|(a, a_count), (b, b_count)| {
        b_count.cmp(a_count).then_with(|| a.len().cmp(&b.len())).then_with(|| a.cmp(b))
    });
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (term, _) in terms {
        if suggestions.len() >= most {
            break;
        }
        let Some((_, text)) = term.split_once(SPELLINGS) else { continue };
        let mut found = Found::nothing(view.shelf.len());
        lookup.phrase(&mut found, view.fields.suggestion, std::slice::from_ref(&term), 0)?;
        if suggestions.iter().all(|held| held.text != text)
            && found.bits.iter().any(|place| view.is_shown(place))
        {
            let styled_text = styled(view.analysis, text, &folded);
            suggestions.push(Suggestion { text: text.to_owned(), styled_text });
        }
    }
    Ok(suggestions)
}

/// A text as HTML, with the part that was typed marked.
fn styled(analysis: &Analysis, text: &str, folded: &str) -> String {
    let ends = text.char_indices().map(|(at, sign)| at + sign.len_utf8());
    let typed = |end: &usize| {
        text.get(..*end).is_some_and(|start| analysis.words_of(start).join(" ").starts_with(folded))
    };
    let (typed, rest) =
        text.split_at_checked(ends.into_iter().find(typed).unwrap_or(0)).unwrap_or(("", text));
    let part = |name: &str, text: &str| {
        if text.is_empty() { String::new() } else { format!("<{name}>{}</{name}>", escaped(text)) }
    };
    part("mark", typed) + &part("span", rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked() {
        let styled = |text, folded| styled(&Analysis::of("EN"), text, folded);
        assert_eq!(styled("snowboard", "snow"), "<mark>snow</mark><span>board</span>");
        assert_eq!(styled("café crème", "cafe c"), "<mark>café c</mark><span>rème</span>");
        assert_eq!(styled("red", "red"), "<mark>red</mark>");
        assert_eq!(styled("men's tee", "men"), "<mark>men</mark><span>&#39;s tee</span>");
        assert_eq!(styled("a&b <x>", "a b"), "<mark>a&amp;b</mark><span> &lt;x&gt;</span>");
    }
}
