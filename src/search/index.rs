//! The text index: which fields a document has, and how documents get into it.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

use super::shelf::Shelf;
use super::thing::Key;
use super::words::{Analysis, RUNS, RunCutter, STEMS, WORDS, code_of};
use crate::error::Fault;
use crate::event::Place;

/// Grows when documents are written in another way: an index of another version is built anew.
const VERSION: u32 = 1;
/// How much memory documents may take before they are written to a segment.
const WRITER_BYTES: usize = 50_000_000;
/// Of a body, so many bytes are indexed.
const MAX_BODY: usize = 200_000;
/// The code of an index that another process has open.
const LOCKED: &str = "SEARCH_INDEX_LOCKED";
/// The place of a document that the shelf does not have.
pub(super) const NOWHERE: u32 = u32::MAX;

/// Where a word can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    ProductType,
    Tag,
    Vendor,
    Variant,
    Author,
    Body,
}

impl Part {
    /// All parts, the weightiest first.
    pub(super) const ALL: [Self; 7] =
        [Self::Title, Self::ProductType, Self::Tag, Self::Vendor, Self::Variant, Self::Author, Self::Body];

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::ProductType => "product_type",
            Self::Tag => "tag",
            Self::Vendor => "vendor",
            Self::Variant => "variant",
            Self::Author => "author",
            Self::Body => "body",
        }
    }
}

/// A part's fields.
#[derive(Clone, Copy)]
pub(super) struct PartFields {
    pub(super) part: Part,
    /// The words as they are.
    pub(super) words: Field,
    /// What the words share with their other forms.
    pub(super) stems: Field,
}

/// The fields of a document.
#[derive(Clone)]
pub(super) struct Fields {
    key: Field,
    kind: Field,
    id: Field,
    pub(super) parts: [PartFields; 7],
    pub(super) sku: Field,
    pub(super) barcode: Field,
    /// The runs of signs in SKUs and barcodes.
    pub(super) runs: Field,
    /// What a shopper could mean: without accents, then as it is written.
    pub(super) suggestion: Field,
}

/// Between the two spellings of a suggestion.
pub(super) const SPELLINGS: char = '\u{0}';

fn schema() -> (Schema, Fields) {
    let mut schema = SchemaBuilder::new();
    let text = |schema: &mut SchemaBuilder, name: &str, analysis: &str, record| {
        let indexing = TextFieldIndexing::default().set_tokenizer(analysis).set_index_option(record);
        schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
    };
    let parts = Part::ALL.map(|part| PartFields {
        part,
        words: text(&mut schema, part.name(), WORDS, IndexRecordOption::WithFreqsAndPositions),
        stems: text(&mut schema, &format!("{}_stem", part.name()), STEMS, IndexRecordOption::WithFreqs),
    });
    let runs = text(&mut schema, "runs", RUNS, IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        key: schema.add_text_field("key", STRING),
        kind: schema.add_u64_field("kind", FAST),
        id: schema.add_i64_field("id", FAST | INDEXED),
        parts,
        sku: schema.add_text_field("sku", STRING),
        barcode: schema.add_text_field("barcode", STRING),
        runs,
        suggestion: schema.add_text_field("suggestion", STRING),
    };
    (schema.build(), fields)
}

/// What an index says of itself with each commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    version: u32,
    /// Whose forms of words it knows.
    pub(super) language: String,
    /// Which database it was made from.
    pub(super) database: i64,
    /// Behind which all events are in it; missing until it is complete.
    pub(super) place: Option<Place>,
}

impl About {
    pub(super) fn new(language: String, database: i64) -> Self {
        Self { version: VERSION, language, database, place: None }
    }

    /// Whether an index can go on to be used for the shop that this one was just made for.
    pub(super) fn fits(&self, wanted: &Self) -> bool {
        Self { place: None, ..self.clone() } == *wanted && self.place.is_some()
    }
}

/// The texts of a thing, by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Texts {
    pub(super) title: String,
    pub(super) vendor: String,
    pub(super) product_type: String,
    pub(super) tags: Vec<String>,
    /// Titles of variants and their option values.
    pub(super) variants: Vec<String>,
    pub(super) author: String,
    /// Without markup.
    pub(super) body: String,
    pub(super) skus: Vec<String>,
    pub(super) barcodes: Vec<String>,
}

/// The index in its folder, open for writing: one process at a time.
pub(super) struct TextIndex {
    pub(super) fields: Fields,
    pub(super) analysis: Analysis,
    writer: IndexWriter,
    reader: IndexReader,
}

fn unusable(error: TantivyError) -> Fault {
    match error {
        TantivyError::LockFailure(error, _) => {
            Fault::new(format!("{LOCKED}: another process uses the search index: {error}"))
        }
        error => Fault::new(format!("SEARCH_INDEX_UNUSABLE: {error}")),
    }
}

impl TextIndex {
    /// What the index in a folder says of itself; nothing where there is none that can be read.
    pub(super) fn about(folder: &Path) -> Option<About> {
        let metas = Index::open_in_dir(folder).ok()?.load_metas().ok()?;
        serde_json::from_str(&metas.payload?).ok()
    }

    /// Whether another process has the index in a folder open.
    pub(super) fn is_locked(folder: &Path, language: &str) -> bool {
        Self::open(folder, language).is_err_and(|fault| fault.to_string().starts_with(LOCKED))
    }

    /// Opens the index in a folder, or makes an empty one there.
    pub(super) fn open(folder: &Path, language: &str) -> Result<Self, Fault> {
        std::fs::create_dir_all(folder)?;
        let (schema, fields) = schema();
        let directory =
            tantivy::directory::MmapDirectory::open(folder).map_err(|error| unusable(error.into()))?;
        let index = Index::open_or_create(directory, schema).map_err(unusable)?;
        let analysis = Analysis::of(language);
        index.tokenizers().register(WORDS, analysis.words.clone());
        index.tokenizers().register(STEMS, analysis.stems.clone());
        index.tokenizers().register(RUNS, RunCutter);
        let writer = index.writer_with_num_threads(1, WRITER_BYTES).map_err(unusable)?;
        let reader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(unusable)?;
        Ok(Self { fields, analysis, writer, reader })
    }

    /// Removes a thing's document.
    pub(super) fn remove(&self, key: Key) {
        self.writer.delete_term(Term::from_field_text(self.fields.key, &key.to_string()));
    }

    /// Puts a thing's document in the place of the one before.
    pub(super) fn put(&self, key: Key, texts: &Texts, suggests: bool) -> Result<(), Fault> {
        self.remove(key);
        self.writer.add_document(self.document(key, texts, suggests)).map_err(unusable)?;
        Ok(())
    }

    fn document(&self, key: Key, texts: &Texts, suggests: bool) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::new();
        document.add_text(fields.key, key.to_string());
        document.add_u64(fields.kind, key.kind.number());
        document.add_i64(fields.id, key.id);
        for part in &fields.parts {
            let mut add = |text: &str| {
                if !text.is_empty() {
                    document.add_text(part.words, text);
                    document.add_text(part.stems, text);
                }
            };
            match part.part {
                Part::Title => add(&texts.title),
                Part::ProductType => add(&texts.product_type),
                Part::Vendor => add(&texts.vendor),
                Part::Author => add(&texts.author),
                Part::Body => add(kept(&texts.body)),
                Part::Tag => texts.tags.iter().for_each(|tag| add(tag)),
                Part::Variant => texts.variants.iter().for_each(|variant| add(variant)),
            }
        }
        for (codes, field) in [(&texts.skus, fields.sku), (&texts.barcodes, fields.barcode)] {
            for code in codes.iter().map(|code| code_of(code)).filter(|code| !code.is_empty()) {
                document.add_text(field, &code);
                document.add_text(fields.runs, &code);
            }
        }
        if suggests {
            for suggestion in self.suggestions(texts) {
                document.add_text(fields.suggestion, suggestion);
            }
        }
        document
    }

    /// Names as a whole, and the words and pairs of words of the title.
    fn suggestions(&self, texts: &Texts) -> Vec<String> {
        let lowered = texts.title.to_lowercase();
        let words: Vec<&str> = lowered
            .split(|sign: char| !sign.is_alphanumeric() && !"'’-".contains(sign))
            .filter(|word| !word.is_empty())
            .collect();
        let names = [&texts.vendor, &texts.product_type].into_iter().chain(&texts.tags);
        let mut suggestions: Vec<String> = names
            .map(|name| name.to_lowercase())
            .chain(words.iter().map(|word| (*word).to_owned()))
            .chain(words.windows(2).map(|pair| pair.join(" ")))
            .map(|written| format!("{}{SPELLINGS}{written}", self.analysis.words_of(&written).join(" ")))
            .filter(|suggestion| !suggestion.starts_with(SPELLINGS))
            .collect();
        suggestions.sort();
        suggestions.dedup();
        suggestions
    }

    /// Makes what was written last, and says how far it goes.
    pub(super) fn commit(&mut self, about: &About) -> Result<(), Fault> {
        let payload = serde_json::to_string(about)?;
        let mut commit = self.writer.prepare_commit().map_err(unusable)?;
        commit.set_payload(&payload);
        commit.commit().map_err(unusable)?;
        self.reader.reload().map_err(unusable)
    }

    /// The documents as last committed, with their places in the shelf.
    pub(super) fn snapshot(&self, shelf: &Shelf, before: Option<&Snapshot>) -> Result<Snapshot, Fault> {
        let searcher = self.reader.searcher();
        let mut places = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let known = before.and_then(|before| before.places_of(segment.segment_id()));
            places.push(match known {
                Some(known) => known,
                None => {
                    let kinds = segment.fast_fields().u64("kind").map_err(unusable)?.first_or_default_col(0);
                    let ids = segment.fast_fields().i64("id").map_err(unusable)?.first_or_default_col(0);
                    (0..segment.max_doc())
                        .map(|doc| {
                            shelf.place_of_number(kinds.get_val(doc), ids.get_val(doc)).unwrap_or(NOWHERE)
                        })
                        .collect()
                }
            });
        }
        Ok(Snapshot { searcher, places })
    }
}

/// The documents at one moment.
pub(super) struct Snapshot {
    pub(super) searcher: Searcher,
    /// For each segment: the place of each document.
    pub(super) places: Vec<Arc<[u32]>>,
}

impl Snapshot {
    fn places_of(&self, segment: tantivy::index::SegmentId) -> Option<Arc<[u32]>> {
        let readers = self.searcher.segment_readers().iter().zip(&self.places);
        readers
            .into_iter()
            .find(|(reader, _)| reader.segment_id() == segment)
            .map(|(_, places)| Arc::clone(places))
    }
}

fn kept(body: &str) -> &str {
    let end = (0..=MAX_BODY.min(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
    body.get(..end).unwrap_or_default()
}
