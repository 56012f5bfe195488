//! Looking words up in the text index, in every segment of it.

use tantivy::postings::{Postings, TermInfo};
use tantivy::query::{Bm25Weight, EnableScoring, FuzzyTermQuery, PhraseQuery, Query as _};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use super::found::Found;
use super::index::{NOWHERE, Snapshot};
use crate::error::Fault;

/// Words that a beginning or a typo can stand for, in each field and segment.
const MAX_EXPANSIONS: usize = 300;
/// What the frequency of a word may add to its points.
const MAX_FREQUENCY_POINTS: u32 = 900;
/// How many points one unit of BM25 is.
const POINTS_PER_UNIT: f32 = 60.0;

fn unreadable(error: impl std::fmt::Display) -> Fault {
    Fault::new(format!("SEARCH_INDEX_UNUSABLE: {error}"))
}

/// Looks words up in the documents of one moment.
#[derive(Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// How many places there are.
    pub(super) places: usize,
}

impl Lookup<'_> {
    fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &[u32])> {
        self.snapshot.searcher.segment_readers().iter().zip(self.snapshot.places.iter().map(AsRef::as_ref))
    }

    /// Adds the documents with a word, better ones for more and rarer words.
    pub(super) fn word(&self, found: &mut Found, field: Field, word: &str, points: u32) -> Result<(), Fault> {
        let mut hits = Vec::new();
        let (mut documents, mut tokens) = (0_u64, 0_u64);
        for (segment, places) in self.segments() {
            let inverted = segment.inverted_index(field).map_err(unreadable)?;
            tokens += inverted.total_num_tokens();
            if let Some(info) = inverted.terms().get(word.as_bytes())? {
                documents += u64::from(info.doc_freq);
                hits.push((segment, places, inverted, info));
            }
        }
        if hits.is_empty() {
            return Ok(());
        }
        let total = self.snapshot.searcher.num_docs().max(documents);
        let weight = Bm25Weight::for_one_term_without_explain(documents, total, average(tokens, total));
        for (segment, places, inverted, info) in hits {
            let norms = segment.get_fieldnorms_reader(field).map_err(unreadable)?;
            let mut postings = inverted.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs)?;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if let Some(place) = place_of(segment, places, doc) {
                    let more = frequency_points(weight.score(norms.fieldnorm_id(doc), postings.term_freq()));
                    found.add(self.places, place, points + more);
                }
                doc = postings.advance();
            }
        }
        Ok(())
    }

    /// Adds the documents with a word that begins so.
    pub(super) fn beginning(
        &self,
        found: &mut Found,
        field: Field,
        start: &str,
        points: u32,
    ) -> Result<(), Fault> {
        for (segment, places) in self.segments() {
            let inverted = segment.inverted_index(field).map_err(unreadable)?;
            let mut range = inverted.terms().range().ge(start.as_bytes());
            if let Some(end) = after(start) {
                range = range.lt(end);
            }
            let mut stream = range.into_stream()?;
            let infos = some(|| stream.advance().then(|| stream.value().clone()));
            self.add_all(found, (segment, places), &inverted, &infos, points)?;
        }
        Ok(())
    }

    /// Adds the documents with a word that is so many letters away.
    pub(super) fn typos(
        &self,
        found: &mut Found,
        field: Field,
        word: &str,
        distance: u8,
        is_unfinished: bool,
        points: u32,
    ) -> Result<(), Fault> {
        let term = Term::from_field_text(field, word);
        let fuzzy = if is_unfinished {
            FuzzyTermQuery::new_prefix(term, distance, true)
        } else {
            FuzzyTermQuery::new(term, distance, true)
        };
        for (segment, places) in self.segments() {
            let inverted = segment.inverted_index(field).map_err(unreadable)?;
            let automaton = fuzzy.automaton().map_err(unreadable)?;
            let mut stream = inverted.terms().search(automaton).into_stream()?;
            let infos = some(|| stream.advance().then(|| stream.value().clone()));
            self.add_all(found, (segment, places), &inverted, &infos, points)?;
        }
        Ok(())
    }

    /// Adds the documents with these words one behind the other.
    pub(super) fn phrase(
        &self,
        found: &mut Found,
        field: Field,
        words: &[String],
        points: u32,
    ) -> Result<(), Fault> {
        let [first, _, ..] = words else {
            return words.first().map_or(Ok(()), |word| self.word(found, field, word, points));
        };
        if self.snapshot.searcher.doc_freq(&Term::from_field_text(field, first)).map_err(unreadable)? == 0 {
            return Ok(());
        }
        let terms = words.iter().map(|word| Term::from_field_text(field, word)).collect();
        let scoring = EnableScoring::disabled_from_searcher(&self.snapshot.searcher);
        let weight = PhraseQuery::new(terms).weight(scoring).map_err(unreadable)?;
        for (segment, places) in self.segments() {
            let mut documents = weight.scorer(segment, 1.0).map_err(unreadable)?;
            let mut doc = documents.doc();
            while doc != TERMINATED {
                if let Some(place) = place_of(segment, places, doc) {
                    found.add(self.places, place, points);
                }
                doc = documents.advance();
            }
        }
        Ok(())
    }

    /// The terms of a field that begin so, each with the number of its documents.
    pub(super) fn terms(&self, field: Field, start: &str, most: usize) -> Result<Vec<(String, u64)>, Fault> {
        let mut found = std::collections::BTreeMap::<String, u64>::new();
        for (segment, _) in self.segments() {
            let inverted = segment.inverted_index(field).map_err(unreadable)?;
            let mut range = inverted.terms().range().ge(start.as_bytes());
            if let Some(end) = after(start) {
                range = range.lt(end);
            }
            let mut stream = range.into_stream()?;
            let mut left = most;
            while left > 0 && stream.advance() {
                left -= 1;
                if let Ok(term) = std::str::from_utf8(stream.key()) {
                    *found.entry(term.to_owned()).or_default() += u64::from(stream.value().doc_freq);
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    fn add_all(
        &self,
        found: &mut Found,
        (segment, places): (&SegmentReader, &[u32]),
        inverted: &InvertedIndexReader,
        infos: &[TermInfo],
        points: u32,
    ) -> Result<(), Fault> {
        for info in infos {
            let mut postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if let Some(place) = place_of(segment, places, doc) {
                    found.add(self.places, place, points);
                }
                doc = postings.advance();
            }
        }
        Ok(())
    }
}

/// As many as a beginning or a typo can stand for.
fn some(next: impl FnMut() -> Option<TermInfo>) -> Vec<TermInfo> {
    std::iter::from_fn(next).take(MAX_EXPANSIONS).collect()
}

fn place_of(segment: &SegmentReader, places: &[u32], doc: u32) -> Option<u32> {
    let place = *places.get(usize::try_from(doc).ok()?)?;
    (place != NOWHERE && !segment.is_deleted(doc)).then_some(place)
}

/// The first text behind all that begin so.
fn after(start: &str) -> Option<Vec<u8>> {
    let mut bytes = start.as_bytes().to_vec();
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}

#[expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "BM25 is defined over averages, and ranks only"
)]
fn average(tokens: u64, documents: u64) -> f32 {
    tokens as f32 / documents.max(1) as f32
}

#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "BM25 is never negative, and its whole points only rank"
)]
fn frequency_points(score: f32) -> u32 {
    ((score * POINTS_PER_UNIT) as u32).min(MAX_FREQUENCY_POINTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_so_ends_before() {
        assert_eq!(after("ab"), Some(b"ac".to_vec()));
        assert_eq!(after(""), None);
    }
}
