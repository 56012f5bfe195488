//! The grammar against an obvious reading of it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Comparator, MAX_CHARS, MAX_DEPTH, MAX_TERMS, Query, Term, Value};

/// A thing with values by field; terms without a field look in the field `any`.
type Document = BTreeMap<&'static str, &'static str>;

const FIELDS: [&str; 3] = ["any", "tag", "price"];
const WORDS: [&str; 8] = ["red", "shirt", "10", "25", "new in", "a\"b", "x:y", "(z) -AND\\"];

fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    for (place, word) in WORDS.iter().enumerate() {
        let other = WORDS[(place + 3) % WORDS.len()];
        documents.push(BTreeMap::from([("any", *word), ("price", other)]));
        documents.push(BTreeMap::from([("any", other), ("tag", *word)]));
    }
    documents.push(BTreeMap::new());
    documents
}

/// What a search means, written down once more: over the tree, one document at a time.
fn holds(query: &Query, document: &Document) -> bool {
    match query {
        Query::And(parts) => parts.iter().all(|part| holds(part, document)),
        Query::Or(parts) => parts.iter().any(|part| holds(part, document)),
        Query::Not(part) => !holds(part, document),
        Query::Term(Term { field, comparator, value }) => {
            let Some(held) = document.get(field.as_deref().unwrap_or("any")) else {
                return false;
            };
            match value {
                Value::Any => true,
                Value::Prefix(start) => held.starts_with(start.as_str()),
                Value::Word(text) | Value::Phrase(text) => match comparator {
                    Comparator::Is => *held == text,
                    Comparator::Less => *held < text.as_str(),
                    Comparator::AtMost => *held <= text.as_str(),
                    Comparator::Greater => *held > text.as_str(),
                    Comparator::AtLeast => *held >= text.as_str(),
                },
            }
        }
    }
}

fn terms() -> impl Strategy<Value = Term> {
    let word = || prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned);
    let value = prop_oneof![
        word().prop_map(Value::Word),
        word().prop_map(Value::Phrase),
        word().prop_map(|word| Value::Prefix(word.chars().take(1).collect())),
        Just(Value::Any),
    ];
    let comparator = prop::sample::select(vec![
        Comparator::Is,
        Comparator::Less,
        Comparator::AtMost,
        Comparator::Greater,
        Comparator::AtLeast,
    ]);
    (prop::option::of(prop::sample::select(FIELDS.to_vec())), comparator, value).prop_map(
        |(field, comparator, value)| {
            let comparator = if field.is_some() { comparator } else { Comparator::Is };
            Term { field: field.map(str::to_owned), comparator, value }
        },
    )
}

fn queries() -> impl Strategy<Value = Query> {
    terms().prop_map(Query::Term).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Query::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Query::Or),
            inner.prop_map(|inner| Query::Not(Box::new(inner))),
        ]
    })
}

/// Chooses between equal ways to write the same thing.
struct Pen<'a>(std::iter::Cycle<std::slice::Iter<'a, u8>>);

impl Pen<'_> {
    fn chooses(&mut self, ways: u8) -> u8 {
        self.0.next().copied().unwrap_or(0) % ways
    }

    fn space(&mut self) -> &'static str {
        [" ", "  ", "\t", " \n "][usize::from(self.chooses(4))]
    }
}

fn quoted(text: &str, quote: char) -> String {
    let mut written = String::from(quote);
    for sign in text.chars() {
        if sign == quote || sign == '\\' {
            written.push('\\');
        }
        written.push(sign);
    }
    written.push(quote);
    written
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_alphanumeric() { sign.to_string() } else { format!("\\{sign}") })
        .collect()
}

fn written_term(term: &Term, pen: &mut Pen<'_>) -> String {
    let field = term.field.as_ref().map_or_else(String::new, |field| format!("{field}:"));
    let comparator = match term.comparator {
        Comparator::Is => ["", "="][usize::from(if term.field.is_some() { pen.chooses(2) } else { 0 })],
        Comparator::Less => "<",
        Comparator::AtMost => "<=",
        Comparator::Greater => ">",
        Comparator::AtLeast => ">=",
    };
    let value = match &term.value {
        Value::Word(text) => escaped(text),
        Value::Phrase(text) => quoted(text, if pen.chooses(2) == 0 { '"' } else { '\'' }),
        Value::Prefix(text) => format!("{}*", escaped(text)),
        Value::Any => "*".to_owned(),
    };
    format!("{field}{comparator}{value}")
}

/// How tightly a part is bound by what stands around it: 0 OR, 1 AND, 2 NOT.
fn written(query: &Query, around: u8, pen: &mut Pen<'_>) -> String {
    let (text, own) = match query {
        Query::Term(term) => (written_term(term, pen), 3),
        Query::Not(inner) => {
            let inner = written(inner, 2, pen);
            (if pen.chooses(2) == 0 { format!("-{inner}") } else { format!("NOT{}{inner}", pen.space()) }, 2)
        }
        Query::And(parts) => {
            let mut text = String::new();
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    text += pen.space();
                    if pen.chooses(2) == 0 {
                        text += "AND";
                        text += pen.space();
                    }
                }
                text += &written(part, 1, pen);
            }
            (text, 1)
        }
        Query::Or(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| written(part, 0, pen)).collect();
            (parts.join(&format!("{}OR{}", pen.space(), pen.space())), 0)
        }
    };
    // A list within the same list needs no parentheses to mean the same; sometimes there are some.
    if own < around || pen.chooses(4) == 0 {
        format!("({}{text})", ["", " "][usize::from(pen.chooses(2))])
    } else {
        text
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn what_is_written_is_read_with_the_same_meaning(query in queries(), choices in prop::collection::vec(any::<u8>(), 1..40)) {
        let text = written(&query, 0, &mut Pen(choices.iter().cycle()));
        let read = Query::parse(&text);
        for document in documents() {
            prop_assert_eq!(holds(&read, &document), holds(&query, &document), "{} in {:?}", text, document);
        }
    }

    #[test]
    fn whatever_is_written_is_read(text in "[ a-c()\\-:*\"'\\\\<>=]{0,60}") {
        let _ = Query::parse(&text);
        let _ = Query::check(&text);
    }
}

/// A search in a short form: `&` and `|` lists, `!` negated, `field:` and the comparator, `…` a beginning, `"` a phrase.
fn read(text: &str) -> String {
    fn short(query: &Query) -> String {
        let list = |parts: &[Query], sign: &str| {
            format!("({})", parts.iter().map(short).collect::<Vec<_>>().join(sign))
        };
        match query {
            Query::And(parts) => list(parts, " & "),
            Query::Or(parts) => list(parts, " | "),
            Query::Not(inner) => format!("!{}", short(inner)),
            Query::Term(term) => {
                let field = term.field.as_ref().map_or_else(String::new, |field| format!("{field}:"));
                let sign = match term.comparator {
                    Comparator::Is => "",
                    Comparator::Less => "<",
                    Comparator::AtMost => "<=",
                    Comparator::Greater => ">",
                    Comparator::AtLeast => ">=",
                };
                let value = match &term.value {
                    Value::Word(text) => text.clone(),
                    Value::Phrase(text) => format!("\"{text}\""),
                    Value::Prefix(text) => format!("{text}…"),
                    Value::Any => "*".to_owned(),
                };
                format!("{field}{sign}{value}")
            }
        }
    }
    short(&Query::parse(text))
}

#[test]
fn the_grammar_is_read() {
    for (text, expected) in [
        ("", "()"),
        ("   ", "()"),
        ("shirt", "shirt"),
        ("red shirt", "(red & shirt)"),
        ("red AND shirt", "(red & shirt)"),
        ("red OR blue shirt", "(red | (blue & shirt))"),
        ("red blue OR shirt", "((red & blue) | shirt)"),
        ("(red OR blue) shirt", "((red | blue) & shirt)"),
        ("NOT red shirt", "(!red & shirt)"),
        ("-red -(blue OR tag:x)", "(!red & !(blue | tag:x))"),
        ("NOT NOT red", "!!red"),
        ("tag:sale price:>10 price:<=20.50", "(tag:sale & price:>10 & price:<=20.50)"),
        ("price:=10 price:>=1 price:<2", "(price:10 & price:>=1 & price:<2)"),
        ("shir* tag:win*", "(shir… & tag:win…)"),
        ("* sku:*", "(* & sku:*)"),
        ("\"red shirt\" vendor:'Acme Inc'", "(\"red shirt\" & vendor:\"Acme Inc\")"),
        (r#""a \"b\" c" it\'s a\:b"#, "(\"a \"b\" c\" & it's & a:b)"),
        ("created_at:>2024-01-01T00:00:00Z", "created_at:>2024-01-01T00:00:00Z"),
        ("metafields.custom.color:red", "metafields.custom.color:red"),
        ("t-shirt O'Neill a*b 5\"", "(t-shirt & O'Neill & a*b & 5\")"),
        ("shirt - red", "(shirt & red)"),
        ("and or not", "(and & or & not)"),
        (r"\AND \OR", "(AND & OR)"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_is_broken_is_read_as_plain_words() {
    for (text, expected) in [
        ("\"red shirt", "(red & shirt)"),
        ("(red OR blue shirt", "(red & blue & shirt)"),
        ("red) shirt", "(red & shirt)"),
        ("AND red", "red"),
        ("red AND", "red"),
        ("red AND AND blue", "(red & blue)"),
        ("OR", "()"),
        ("NOT", "()"),
        ("()", "()"),
        ("red ()", "red"),
        ("title:", "title"),
        ("title: red", "(title & red)"),
        (":red -", "red"),
        ("price:>", "price"),
        ("red\\", "red"),
        ("'90s shirt", "(90s & shirt)"),
        ("tag:(red OR blue)", "(tag & red & blue)"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn depth_is_limited_and_the_rest_is_plain_words() {
    let nested = |depth: usize| format!("{}a OR b{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(read(&nested(MAX_DEPTH - 1)), "(a | b)");
    assert_eq!(read(&nested(MAX_DEPTH)), "(a & b)");
    assert_eq!(read(&format!("{}a", "-".repeat(900))), "a");
    assert_eq!(read(&"(".repeat(MAX_CHARS)), "()");
}

#[test]
fn length_and_terms_are_limited() {
    let many = |count: usize| "a ".repeat(count);
    assert!(Query::check(&many(MAX_TERMS)).is_ok());
    assert_eq!(Query::check(&many(MAX_TERMS + 1)).unwrap_err().code(), "SEARCH_QUERY_TOO_LONG");
    assert!(Query::check(&"ä".repeat(MAX_CHARS)).is_ok());
    assert!(Query::check(&"ä".repeat(MAX_CHARS + 1)).is_err());
    let Query::And(parts) = Query::parse(&many(MAX_TERMS + 9)) else { panic!("no list") };
    assert_eq!(parts.len(), MAX_TERMS);
    assert_eq!(read(&format!("({}b", "a OR ".repeat(MAX_TERMS))).matches('b').count(), 0);
    assert_eq!(Query::parse(&"x".repeat(3_000)), Query::parse(&"x".repeat(MAX_CHARS)));
}
