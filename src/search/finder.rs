//! Searches as sets of places: words from the text index, everything else from the shelf.

use super::bits::Bits;
use super::found::Found;
use super::index::{Fields, Part};
use super::lookup::Lookup;
use super::points;
use super::request::SearchableField;
use super::shelf::{Entry, Product, Shelf};
use super::synonym::Synonyms;
use super::words::{Analysis, RUN, code_of, runs_of};
use crate::error::Fault;
use crate::query::{Query, Term, Value};

/// Letters from which a word may have one typo.
const ONE_TYPO: usize = 4;
/// Letters from which a word may have two.
const TWO_TYPOS: usize = 8;
/// Letters from which a beginning is looked for in bodies.
const BODY_BEGINNING: usize = 3;

/// How a search is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a program wrote it.
    Exact,
    /// As a shopper wrote it: with synonyms and parts of SKUs; words before a colon that are no field are words.
    Shopper {
        /// Also with typos.
        typos: bool,
    },
}

/// Finds things in the state of one moment.
pub(super) struct Finder<'a> {
    pub(super) shelf: &'a Shelf,
    pub(super) lookup: Lookup<'a>,
    pub(super) fields: &'a Fields,
    pub(super) analysis: &'a Analysis,
    pub(super) synonyms: &'a Synonyms,
    pub(super) manner: Manner,
    /// Where words may stand; anywhere where it is empty.
    pub(super) only: &'a [SearchableField],
    /// Decimal places of prices.
    pub(super) exponent: u32,
}

/// A word of a shopper, cut.
struct Word {
    text: String,
    tokens: Vec<String>,
    is_unfinished: bool,
}

impl Finder<'_> {
    /// What a search finds; nothing at all where nothing is left of it to be found.
    pub(super) fn find(&self, query: &Query) -> Result<Option<Found>, Fault> {
        match query {
            Query::And(parts) => self.all_of(parts),
            Query::Or(parts) => {
                let mut any: Option<Found> = None;
                for part in parts {
                    if let Some(found) = self.find(part)? {
                        any = Some(match any {
                            Some(any) => any.or(&found),
                            None => found,
                        });
                    }
                }
                Ok(any)
            }
            Query::Not(inner) => {
                // What is left out is left out for what it is, not for what it resembles.
                let exact = Finder { manner: Manner::Exact, ..*self };
                Ok(exact.find(inner)?.map(|found| {
                    let mut others = self.everything();
                    others.and_not(&found.bits);
                    Found::of(others)
                }))
            }
            Query::Term(_) => self.all_of(std::slice::from_ref(query)),
        }
    }

    pub(super) fn everything(&self) -> Bits {
        self.where_(|_| true)
    }

    pub(super) fn where_(&self, holds: impl Fn(&Entry) -> bool) -> Bits {
        let mut bits = Bits::new(self.lookup.places);
        let places = 0..u32::try_from(self.lookup.places).unwrap_or(u32::MAX);
        places
            .filter(|place| self.shelf.entry(*place).is_some_and(&holds))
            .for_each(|place| bits.insert(place));
        bits
    }

    pub(super) fn products_where(&self, holds: impl Fn(&Entry, &Product) -> bool) -> Bits {
        self.where_(|entry| entry.product.as_ref().is_some_and(|product| holds(entry, product)))
    }

    fn all_of(&self, parts: &[Query]) -> Result<Option<Found>, Fault> {
        let mut all: Option<Found> = None;
        let mut add = |found: Option<Found>| {
            if let Some(found) = found {
                all = Some(match all.take() {
                    Some(all) => all.and(&found),
                    None => found,
                });
            }
        };
        let mut words: Vec<Word> = Vec::new();
        for part in parts {
            match part {
                Query::Term(Term { field: None, value, .. }) if self.is_plain(value) => {
                    words.push(self.cut(value.text(), matches!(value, Value::Prefix(_))));
                }
                Query::Term(term) => {
                    add(self.words(&std::mem::take(&mut words))?);
                    add(self.term(term)?);
                }
                Query::And(_) | Query::Or(_) | Query::Not(_) => {
                    add(self.words(&std::mem::take(&mut words))?);
                    add(self.find(part)?);
                }
            }
        }
        add(self.words(&words)?);
        Ok(all)
    }

    fn is_plain(&self, value: &Value) -> bool {
        match value {
            Value::Word(_) | Value::Prefix(_) => true,
            Value::Phrase(_) | Value::Any => false,
        }
    }

    fn cut(&self, text: &str, is_unfinished: bool) -> Word {
        Word { text: text.to_owned(), tokens: self.analysis.words_of(text), is_unfinished }
    }

    /// Words that must all be found, by themselves or by their synonyms.
    fn words(&self, words: &[Word]) -> Result<Option<Found>, Fault> {
        let mut all: Option<Found> = None;
        let mut rest = words;
        while let Some((first, others)) = rest.split_first() {
            let (mut found, behind) = match self.synonym_at(rest) {
                Some((count, alternatives)) => {
                    let (these, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    (Some(self.with_synonyms(these, alternatives)?), behind)
                }
                None => (self.word(first)?, others),
            };
            rest = behind;
            if let Some(found) = found.take() {
                all = Some(match all {
                    Some(all) => all.and(&found),
                    None => found,
                });
            }
        }
        Ok(all)
    }

    /// The longest run of words from the first on that has synonyms.
    fn synonym_at(&self, words: &[Word]) -> Option<(usize, &[Vec<String>])> {
        if self.manner == Manner::Exact {
            return None;
        }
        (1..=words.len().min(self.synonyms.longest())).rev().find_map(|count| {
            let tokens: Vec<&str> =
                words.iter().take(count).flat_map(|word| &word.tokens).map(String::as_str).collect();
            Some((count, self.synonyms.of(&tokens)?))
        })
    }

    fn with_synonyms(&self, words: &[Word], alternatives: &[Vec<String>]) -> Result<Found, Fault> {
        let mut own: Option<Found> = None;
        for word in words {
            if let Some(found) = self.word(word)? {
                own = Some(match own {
                    Some(own) => own.and(&found),
                    None => found,
                });
            }
        }
        let mut any = own.unwrap_or_else(|| Found::nothing(self.lookup.places));
        for tokens in alternatives {
            let found = self.tokens(tokens, false, &Part::ALL)?;
            any = any.or(&found.halved());
        }
        Ok(any)
    }

    /// A word anywhere; nothing at all where it has neither letters nor digits.
    fn word(&self, word: &Word) -> Result<Option<Found>, Fault> {
        if word.tokens.is_empty() {
            // What is too long to be a word of a text is found nowhere.
            let is_word = word.text.chars().any(char::is_alphanumeric);
            return Ok(is_word.then(|| Found::nothing(self.lookup.places)));
        }
        let mut found = self.tokens(&word.tokens, word.is_unfinished, &Part::ALL)?;
        if self.reaches(SearchableField::VariantsSku) || self.reaches(SearchableField::VariantsBarcode) {
            found = found.or(&self.code(&word.text, word.is_unfinished)?);
        }
        Ok(Some(found))
    }

    fn reaches(&self, field: SearchableField) -> bool {
        self.only.is_empty() || self.only.contains(&field)
    }

    /// Words in some parts of the texts, all of them, the last one maybe unfinished.
    pub(super) fn tokens(
        &self,
        tokens: &[String],
        is_unfinished: bool,
        parts: &[Part],
    ) -> Result<Found, Fault> {
        let mut all: Option<Found> = None;
        for (place, token) in tokens.iter().enumerate() {
            let found = self.token(token, is_unfinished && place + 1 == tokens.len(), parts)?;
            all = Some(match all {
                Some(all) => all.and(&found),
                None => found,
            });
        }
        Ok(all.unwrap_or_else(|| Found::nothing(self.lookup.places)))
    }

    fn token(&self, token: &str, is_unfinished: bool, parts: &[Part]) -> Result<Found, Fault> {
        let mut found = Found::nothing(self.lookup.places);
        let stem = self.analysis.stems_of(token).into_iter().next().unwrap_or_default();
        let letters = token.chars().count();
        for fields in &self.fields.parts {
            if !parts.contains(&fields.part)
                || !self.only.is_empty() && !self.only.contains(&field_of(fields.part))
            {
                continue;
            }
            let worth = points::of(fields.part);
            self.lookup.word(&mut found, fields.words, token, worth.word)?;
            if !stem.is_empty() {
                self.lookup.word(&mut found, fields.stems, &stem, worth.stem)?;
            }
            if is_unfinished && (fields.part != Part::Body || letters >= BODY_BEGINNING) {
                self.lookup.beginning(&mut found, fields.words, token, worth.beginning)?;
            }
            if self.manner == (Manner::Shopper { typos: true })
                && fields.part != Part::Body
                && letters >= ONE_TYPO
            {
                let distance = if letters >= TWO_TYPOS { 2 } else { 1 };
                self.lookup.typos(&mut found, fields.words, token, distance, is_unfinished, worth.typo)?;
            }
        }
        Ok(found)
    }

    /// A SKU or barcode; for shoppers also a beginning or an inner part of one.
    fn code(&self, text: &str, is_unfinished: bool) -> Result<Found, Fault> {
        let code = code_of(text);
        let mut found = Found::nothing(self.lookup.places);
        if code.is_empty() {
            return Ok(found);
        }
        let has_digit = code.chars().any(|sign| sign.is_ascii_digit());
        let is_part = has_digit && code.chars().count() >= RUN && self.manner != Manner::Exact;
        let codes = [
            (SearchableField::VariantsSku, self.fields.sku),
            (SearchableField::VariantsBarcode, self.fields.barcode),
        ];
        for (name, field) in codes {
            if self.reaches(name) {
                self.lookup.phrase(&mut found, field, std::slice::from_ref(&code), points::CODE)?;
                if is_part || is_unfinished && has_digit {
                    self.lookup.beginning(&mut found, field, &code, points::CODE_BEGINNING)?;
                }
            }
        }
        if is_part && self.only.is_empty() {
            self.lookup.phrase(&mut found, self.fields.runs, &runs_of(&code), points::CODE_PART)?;
        }
        Ok(found)
    }

    fn term(&self, term: &Term) -> Result<Option<Found>, Fault> {
        let Term { field, comparator, value } = term;
        let Some(field) = field else {
            return match value {
                Value::Any => Ok(None),
                Value::Phrase(text) => self.phrase(text, &Part::ALL),
                Value::Word(text) | Value::Prefix(text) => self.word(&self.cut(text, false)),
            };
        };
        if let Some(found) = self.field(field, *comparator, value)? {
            return Ok(Some(found));
        }
        match self.manner {
            Manner::Exact => Ok(None),
            Manner::Shopper { .. } => {
                let words =
                    [self.cut(field, false), self.cut(value.text(), matches!(value, Value::Prefix(_)))];
                self.words(&words)
            }
        }
    }

    /// Words one behind the other.
    pub(super) fn phrase(&self, text: &str, parts: &[Part]) -> Result<Option<Found>, Fault> {
        let tokens = self.analysis.words_of(text);
        let mut found = match tokens.as_slice() {
            [] => return Ok(None),
            [token] => self.token(token, false, parts)?,
            _ => Found::nothing(self.lookup.places),
        };
        if tokens.len() > 1 {
            for fields in self.fields.parts.iter().filter(|fields| parts.contains(&fields.part)) {
                if self.reaches(field_of(fields.part)) {
                    self.lookup.phrase(&mut found, fields.words, &tokens, points::of(fields.part).word)?;
                }
            }
        }
        if parts.len() == Part::ALL.len() {
            found = found.or(&self.code(text, false)?);
        }
        Ok(Some(found))
    }
}

fn field_of(part: Part) -> SearchableField {
    match part {
        Part::Title => SearchableField::Title,
        Part::ProductType => SearchableField::ProductType,
        Part::Tag => SearchableField::Tag,
        Part::Vendor => SearchableField::Vendor,
        Part::Variant => SearchableField::VariantsTitle,
        Part::Author => SearchableField::Author,
        Part::Body => SearchableField::Body,
    }
}
