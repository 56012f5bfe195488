//! The search syntax of lists, in a first, modest form.
//!
//! Words and quoted phrases, `field:value`, `-` or `NOT` before a term, `AND` between terms (also where nothing stands
//! between them), `*` at the end for a beginning, and a backslash before a sign that is meant as such. Everything else
//! is refused rather than misread.

use std::iter::Peekable;
use std::str::Chars;

/// The longest search text.
const MAX_CHARS: usize = 1_000;
/// The most terms in one.
const MAX_TERMS: usize = 25;

/// A property that a term can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// `title`.
    Title,
    /// `vendor`.
    Vendor,
    /// `product_type`.
    ProductType,
    /// `tag`.
    Tag,
    /// `handle`.
    Handle,
    /// `id`, a number.
    Id,
}

impl SearchField {
    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Vendor => "vendor",
            Self::ProductType => "product_type",
            Self::Tag => "tag",
            Self::Handle => "handle",
            Self::Id => "id",
        }
    }
}

/// What a search for products can name.
pub const PRODUCT_FIELDS: &[SearchField] = &[
    SearchField::Title,
    SearchField::Vendor,
    SearchField::ProductType,
    SearchField::Tag,
    SearchField::Handle,
    SearchField::Id,
];

/// What a search for collections can name.
pub const COLLECTION_FIELDS: &[SearchField] = &[SearchField::Title, SearchField::Handle, SearchField::Id];

/// What a term is looked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A text as it was written.
    Text(String),
    /// The beginning of one.
    Prefix(String),
    /// A key.
    Number(i64),
}

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) is_negated: bool,
    /// Empty for words that may stand anywhere.
    pub(super) field: Option<SearchField>,
    pub(super) pattern: Pattern,
}

/// A search that was understood: every term must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    pub(super) terms: Vec<Term>,
}

/// Why a search is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the search cannot be understood: {0}")]
pub struct UnsupportedSearch(String);

fn refuse<T>(why: impl Into<String>) -> Result<T, UnsupportedSearch> {
    Err(UnsupportedSearch(why.into()))
}

impl SearchQuery {
    /// Reads a search; an empty text matches everything.
    ///
    /// # Errors
    /// [`UnsupportedSearch`] for whatever is not understood in full.
    pub fn parse(text: &str, fields: &[SearchField]) -> Result<Self, UnsupportedSearch> {
        if text.chars().count() > MAX_CHARS {
            return refuse(format!("it is longer than {MAX_CHARS} characters"));
        }
        let mut parser = Parser { rest: text.chars().peekable(), fields };
        let mut terms = Vec::new();
        let mut expects_term = false;
        loop {
            let mut is_negated = false;
            let term = match parser.item()? {
                Some(Item::And) if terms.is_empty() || expects_term => {
                    return refuse("AND stands between terms");
                }
                Some(Item::And) => {
                    expects_term = true;
                    continue;
                }
                Some(Item::Not) => {
                    is_negated = true;
                    parser.item()?
                }
                item => item,
            };
            match term {
                Some(Item::Term(term)) if is_negated && term.is_negated => {
                    return refuse("a term is negated twice");
                }
                Some(Item::Term(term)) => {
                    terms.push(Term { is_negated: is_negated || term.is_negated, ..term })
                }
                None if !is_negated && !expects_term => return Ok(Self { terms }),
                None | Some(Item::And | Item::Not) => return refuse("a term is missing after AND or NOT"),
            }
            expects_term = false;
            if terms.len() > MAX_TERMS {
                return refuse(format!("it has more than {MAX_TERMS} terms"));
            }
        }
    }
}

enum Item {
    And,
    Not,
    Term(Term),
}

/// A run of characters, and what stopped it.
struct Word {
    text: String,
    /// Whether it was quoted or held an escaped sign, so that it cannot be a keyword.
    is_literal: bool,
    has_star: bool,
    ends_with_colon: bool,
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    fields: &'a [SearchField],
}

impl Parser<'_> {
    fn item(&mut self) -> Result<Option<Item>, UnsupportedSearch> {
        while self.rest.next_if(|sign| sign.is_whitespace()).is_some() {}
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let is_negated = self.rest.next_if_eq(&'-').is_some();
        let word = self.word(true)?;
        if !is_negated && !word.is_literal && !word.has_star && !word.ends_with_colon {
            match word.text.as_str() {
                "AND" => return Ok(Some(Item::And)),
                "NOT" => return Ok(Some(Item::Not)),
                "OR" => return refuse("OR is not supported"),
                _ => {}
            }
        }
        if !word.ends_with_colon {
            return Ok(Some(Item::Term(Term { is_negated, field: None, pattern: pattern(word)? })));
        }
        let Some(field) = self.fields.iter().copied().find(|field| field.name() == word.text) else {
            return refuse(format!("there is no field '{}' to search in", word.text));
        };
        if let Some(sign @ ('<' | '>' | '=')) = self.rest.peek() {
            return refuse(format!("{sign} is not supported"));
        }
        let value = self.word(false)?;
        let pattern = match (field, pattern(value)?) {
            (SearchField::Id, Pattern::Text(text)) => match text.parse() {
                Ok(number) => Pattern::Number(number),
                Err(_) => return refuse("an id is a number"),
            },
            (SearchField::Id, _) => return refuse("an id is a number"),
            (_, pattern) => pattern,
        };
        Ok(Some(Item::Term(Term { is_negated, field: Some(field), pattern })))
    }

    /// Reads up to the next space, or up to a colon where one may follow.
    fn word(&mut self, may_be_field: bool) -> Result<Word, UnsupportedSearch> {
        if let Some(quote) = self.rest.next_if(|sign| matches!(sign, '"' | '\'')) {
            return self.quoted(quote);
        }
        let mut word =
            Word { text: String::new(), is_literal: false, has_star: false, ends_with_colon: false };
        while let Some(sign) = self.rest.next_if(|sign| !sign.is_whitespace()) {
            if word.has_star {
                return refuse("* stands at the end of a word");
            }
            match sign {
                ':' if may_be_field && !word.text.is_empty() => {
                    word.ends_with_colon = true;
                    return Ok(word);
                }
                ':' | '(' | ')' | '"' => return refuse(format!("{sign} is not expected here")),
                '*' => word.has_star = true,
                '\\' => {
                    word.is_literal = true;
                    match self.rest.next() {
                        Some(sign) => word.text.push(sign),
                        None => return refuse("nothing follows the backslash"),
                    }
                }
                _ => word.text.push(sign),
            }
        }
        Ok(word)
    }

    fn quoted(&mut self, quote: char) -> Result<Word, UnsupportedSearch> {
        let mut text = String::new();
        loop {
            match self.rest.next() {
                Some('\\') => text.extend(self.rest.next()),
                Some(sign) if sign == quote => break,
                Some(sign) => text.push(sign),
                None => return refuse("a quotation mark is missing"),
            }
        }
        match self.rest.peek() {
            Some(sign) if !sign.is_whitespace() => refuse("a space must follow the quotation mark"),
            _ => Ok(Word { text, is_literal: true, has_star: false, ends_with_colon: false }),
        }
    }
}

fn pattern(word: Word) -> Result<Pattern, UnsupportedSearch> {
    if word.text.trim().is_empty() {
        return refuse("a term is empty");
    }
    Ok(if word.has_star { Pattern::Prefix(word.text) } else { Pattern::Text(word.text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A search in a short form: `!` negated, `field=`, `…` for a beginning.
    fn read(text: &str) -> String {
        let terms = match SearchQuery::parse(text, PRODUCT_FIELDS) {
            Ok(query) => query.terms,
            Err(UnsupportedSearch(why)) => return format!("refused: {why}"),
        };
        let show = |term: Term| {
            let not = if term.is_negated { "!" } else { "" };
            let field = term.field.map(|field| format!("{}=", field.name())).unwrap_or_default();
            match term.pattern {
                Pattern::Text(text) => format!("{not}{field}{text}"),
                Pattern::Prefix(text) => format!("{not}{field}{text}…"),
                Pattern::Number(number) => format!("{not}{field}#{number}"),
            }
        };
        terms.into_iter().map(show).collect::<Vec<_>>().join(" & ")
    }

    #[test]
    fn terms_are_joined_by_and() {
        assert_eq!(read(""), "");
        assert_eq!(read("  red   Shoe "), "red & Shoe");
        assert_eq!(read("red AND shoe"), "red & shoe");
        assert_eq!(read("\"red shoe\" men's"), "red shoe & men's");
        assert_eq!(read("and or not"), "and & or & not");
        assert_eq!(read("\"OR\" \\AND"), "OR & AND");
        assert_eq!(read("t-shirt 100% a_b"), "t-shirt & 100% & a_b");
    }

    #[test]
    fn fields_prefixes_and_negation_are_read() {
        assert_eq!(read("tag:sale"), "tag=sale");
        assert_eq!(read("title:'Blue hoodie' vendor:\"A: B\""), "title=Blue hoodie & vendor=A: B");
        assert_eq!(read("product_type:sho*"), "product_type=sho…");
        assert_eq!(read("-tag:old NOT vendor:Acme -blue"), "!tag=old & !vendor=Acme & !blue");
        assert_eq!(read("red AND NOT tag:x"), "red & !tag=x");
        assert_eq!(read("id:12 AND handle:a-b"), "id=#12 & handle=a-b");
        assert_eq!(read("snow*"), "snow…");
        assert_eq!(read("5\\\" a\\:b \\*"), "5\" & a:b & *");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "a OR b",
            "(a b)",
            "a)",
            "price:>10",
            "variants.price:>=10",
            "title:",
            "title: x",
            "tag:a:b",
            ":a",
            "created_at:2024",
            "id:abc",
            "id:1*",
            "*",
            "title:*",
            "a*b",
            "\"open",
            "'open",
            "\"a\"b",
            "AND a",
            "a AND",
            "a AND AND b",
            "NOT",
            "a NOT",
            "NOT NOT a",
            "NOT -a",
            "-",
            "a -",
            "\"\"",
            "tag:\"\"",
            "a\\",
            "id:>5",
            "5\"",
        ] {
            assert!(read(text).starts_with("refused"), "{text}: {}", read(text));
        }
    }

    #[test]
    fn a_field_of_something_else_is_refused() {
        assert!(SearchQuery::parse("tag:a", COLLECTION_FIELDS).is_err());
        assert!(SearchQuery::parse("title:a", COLLECTION_FIELDS).is_ok());
    }

    #[test]
    fn a_search_that_is_too_long_is_refused() {
        assert!(read(&"a".repeat(MAX_CHARS + 1)).starts_with("refused"));
        assert!(read(&"a ".repeat(MAX_TERMS + 1)).starts_with("refused"));
        assert!(!read(&"a ".repeat(MAX_TERMS)).starts_with("refused"));
    }
}
