//! Reading the grammar.

use std::iter::Peekable;
use std::str::Chars;

use super::ast::{Comparator, Query, Term, Value};

/// The longest search text, in characters.
pub const MAX_CHARS: usize = 1_000;
/// The most terms in one search.
pub const MAX_TERMS: usize = 60;
/// How deep parentheses and negations nest.
pub const MAX_DEPTH: usize = 20;

/// Why a search is refused; the code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// More than [`MAX_CHARS`] characters or [`MAX_TERMS`] terms.
    #[error("a search has at most {MAX_CHARS} characters and {MAX_TERMS} terms")]
    TooLong,
}

impl QueryError {
    /// The code that clients see.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "SEARCH_QUERY_TOO_LONG",
        }
    }
}

impl Query {
    /// Reads a search; an empty one matches everything. See the module for what becomes of broken ones.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = kept(text);
        let mut tokens = tokens(text);
        if let Some(tokens) = &mut tokens {
            drop_terms_beyond(tokens, MAX_TERMS);
        }
        tokens.and_then(|tokens| Parser { tokens: &tokens, at: 0 }.whole()).unwrap_or_else(|| plain(text))
    }

    /// Whether a text keeps to the limits, so that nothing of it is left out by [`Self::parse`].
    ///
    /// # Errors
    /// [`QueryError::TooLong`].
    pub fn check(text: &str) -> Result<(), QueryError> {
        let terms = match tokens(text) {
            Some(tokens) => tokens.iter().filter(|token| matches!(token, Token::Term(_))).count(),
            None => plain_words(text).count(),
        };
        if text.chars().nth(MAX_CHARS).is_some() || terms > MAX_TERMS {
            return Err(QueryError::TooLong);
        }
        Ok(())
    }
}

/// The part of a text that is read.
fn kept(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

/// Leaves the text's words only, all of which must be found.
fn plain(text: &str) -> Query {
    let word = |word: &str| {
        Query::Term(Term { field: None, comparator: Comparator::Is, value: Value::Word(word.to_owned()) })
    };
    joined(plain_words(text).take(MAX_TERMS).map(word).collect(), Query::And)
}

fn plain_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| sign.is_whitespace() || "()\"*:<>=\\".contains(sign))
        .map(|word| word.trim_start_matches('-').trim_matches('\''))
        .filter(|word| !word.is_empty() && !["AND", "OR", "NOT"].contains(word))
}

/// One part is itself, others stand in a list.
fn joined(mut parts: Vec<Query>, of: fn(Vec<Query>) -> Query) -> Query {
    match (parts.len(), parts.pop()) {
        (1, Some(part)) => part,
        (_, Some(part)) => {
            parts.push(part);
            of(parts)
        }
        (_, None) => Query::default(),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    And,
    Or,
    Not,
    Open,
    Close,
    Term(Term),
}

/// Turns the terms beyond a number into nothing that must hold.
fn drop_terms_beyond(tokens: &mut Vec<Token>, most: usize) {
    let mut terms = 0;
    let cut = tokens.iter().position(|token| {
        terms += usize::from(matches!(token, Token::Term(_)));
        terms > most
    });
    if let Some(cut) = cut {
        tokens.truncate(cut);
        while matches!(tokens.last(), Some(Token::And | Token::Or | Token::Not | Token::Open)) {
            tokens.pop();
        }
        let depth = tokens.iter().fold(0_usize, |depth, token| match token {
            Token::Open => depth + 1,
            Token::Close => depth.saturating_sub(1),
            Token::And | Token::Or | Token::Not | Token::Term(_) => depth,
        });
        tokens.extend(std::iter::repeat_n(Token::Close, depth));
    }
}

/// The parts of a text; nothing where a quotation mark is not closed or a backslash stands last.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut lexer = Lexer { rest: text.chars().peekable() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Some(tokens)
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
}

/// A run of characters.
#[derive(Default)]
struct Run {
    text: String,
    /// Whether a sign was escaped, so that it cannot be a keyword.
    is_literal: bool,
    has_star: bool,
}

impl Lexer<'_> {
    /// The next part; an inner nothing at the end, an outer one where the text is broken.
    fn token(&mut self) -> Option<Option<Token>> {
        let sign = loop {
            while self.rest.next_if(|sign| sign.is_whitespace()).is_some() {}
            let Some(sign) = self.rest.peek().copied() else {
                return Some(None);
            };
            if sign != '-' {
                break sign;
            }
            self.rest.next();
            // A dash between spaces is no sign of the grammar.
            if self.rest.peek().is_some_and(|next| !next.is_whitespace()) {
                return Some(Some(Token::Not));
            }
        };
        Some(Some(match sign {
            '(' | ')' => {
                self.rest.next();
                if sign == '(' { Token::Open } else { Token::Close }
            }
            '"' | '\'' => Token::Term(bare(Value::Phrase(self.quoted()?))),
            _ => self.word()?,
        }))
    }

    fn word(&mut self) -> Option<Token> {
        let run = self.run(true)?;
        if self.rest.next_if_eq(&':').is_some() {
            return self.behind_field(run).map(Token::Term);
        }
        if !run.is_literal && !run.has_star {
            match run.text.as_str() {
                "AND" => return Some(Token::And),
                "OR" => return Some(Token::Or),
                "NOT" => return Some(Token::Not),
                _ => {}
            }
        }
        Some(Token::Term(bare(value(run))))
    }

    fn behind_field(&mut self, name: Run) -> Option<Term> {
        let comparator = self.comparator();
        let value = match self.rest.peek() {
            Some('"' | '\'') => Value::Phrase(self.quoted()?),
            Some(sign) if !sign.is_whitespace() && !matches!(sign, '(' | ')') => value(self.run(false)?),
            _ => return None,
        };
        // A field without a name is no field.
        (!name.text.is_empty() && !name.has_star).then_some(Term {
            field: Some(name.text),
            comparator,
            value,
        })
    }

    fn comparator(&mut self) -> Comparator {
        let first = self.rest.next_if(|sign| matches!(sign, '<' | '>' | '='));
        let or_equal = matches!(first, Some('<' | '>')) && self.rest.next_if_eq(&'=').is_some();
        match (first, or_equal) {
            (Some('<'), false) => Comparator::Less,
            (Some('<'), true) => Comparator::AtMost,
            (Some('>'), false) => Comparator::Greater,
            (Some('>'), true) => Comparator::AtLeast,
            _ => Comparator::Is,
        }
    }

    /// Up to the next space or parenthesis, or up to a colon where one may follow. A quotation mark within is a letter.
    fn run(&mut self, may_be_field: bool) -> Option<Run> {
        let mut run = Run::default();
        while let Some(sign) = self.rest.next_if(|sign| {
            !sign.is_whitespace() && !matches!(sign, '(' | ')') && (!may_be_field || *sign != ':')
        }) {
            match sign {
                '\\' => {
                    run.is_literal = true;
                    run.text.push(self.rest.next()?);
                }
                '*' if self.ends_here() => run.has_star = true,
                _ => run.text.push(sign),
            }
        }
        Some(run)
    }

    fn ends_here(&mut self) -> bool {
        self.rest.peek().is_none_or(|sign| sign.is_whitespace() || matches!(sign, '(' | ')'))
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self.rest.next()?;
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                '\\' => text.push(self.rest.next()?),
                sign if sign == quote => return Some(text),
                sign => text.push(sign),
            }
        }
    }
}

fn bare(value: Value) -> Term {
    Term { field: None, comparator: Comparator::Is, value }
}

fn value(run: Run) -> Value {
    match (run.has_star, run.text.is_empty()) {
        (true, true) => Value::Any,
        (true, false) => Value::Prefix(run.text),
        (false, _) => Value::Word(run.text),
    }
}

/// Reads the parts; nothing where they make no search.
struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn whole(mut self) -> Option<Query> {
        if self.tokens.is_empty() {
            return Some(Query::default());
        }
        let query = self.any_of(0)?;
        (self.at == self.tokens.len()).then_some(query)
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let is_next = self.peek() == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    fn any_of(&mut self, depth: usize) -> Option<Query> {
        let mut parts = vec![self.all_of(depth)?];
        while self.takes(&Token::Or) {
            parts.push(self.all_of(depth)?);
        }
        Some(joined(parts, Query::Or))
    }

    fn all_of(&mut self, depth: usize) -> Option<Query> {
        let mut parts = vec![self.one(depth)?];
        loop {
            match self.peek() {
                Some(Token::And) => {
                    self.at += 1;
                    parts.push(self.one(depth)?);
                }
                Some(Token::Not | Token::Open | Token::Term(_)) => parts.push(self.one(depth)?),
                Some(Token::Or | Token::Close) | None => return Some(joined(parts, Query::And)),
            }
        }
    }

    fn one(&mut self, depth: usize) -> Option<Query> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let token = self.peek()?.clone();
        self.at += 1;
        match token {
            Token::Not => Some(Query::Not(Box::new(self.one(depth + 1)?))),
            Token::Open => {
                let inner = self.any_of(depth + 1)?;
                self.takes(&Token::Close).then_some(inner)
            }
            Token::Term(term) => Some(Query::Term(term)),
            Token::And | Token::Or | Token::Close => None,
        }
    }
}
