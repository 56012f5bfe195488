//! The records of a CSV file, read strictly as RFC 4180 has them.
//!
//! The csv crate is no help with broken files: it takes a stray quote as text, lets an unclosed one swallow the rest of
//! the file whatever its size, and miscounts the lines of files with CR LF. Here a broken record is told with its line
//! and reading goes on with the line after it. A test holds the reader against the csv crate on files that are sound.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

/// The largest record, in bytes.
pub(super) const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// What is wrong with a record as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breakage {
    /// A quote inside an unquoted field, or text behind a closing quote.
    StrayQuote,
    /// The file ends inside a quoted field.
    UnclosedQuote,
    /// Larger than [`MAX_RECORD_BYTES`].
    TooLarge,
}

/// One record; of a broken one the fields before the breakage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    pub(super) fields: Fields,
    pub(super) breakage: Option<Breakage>,
}

/// The fields of a record, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Fields {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(start..*self.ends.get(index)?)
    }

    /// Whether every field is empty.
    pub(super) fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

#[derive(Clone, Copy)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// Behind a quote that closes the field, or is the first of two.
    QuoteInQuoted,
}

enum Step {
    Done,
    /// A quoted field goes on in the next line.
    Open,
    Broken,
}

/// Splits a record that is fed line by line.
struct Splitter {
    fields: Fields,
    state: State,
}

impl Splitter {
    fn feed(&mut self, line: &[u8]) -> Step {
        for (index, byte) in line.iter().copied().enumerate() {
            match (self.state, byte) {
                (State::FieldStart, b'"') => self.state = State::Quoted,
                (State::FieldStart | State::Unquoted | State::QuoteInQuoted, b',') => {
                    self.end_field();
                    self.state = State::FieldStart;
                }
                (State::FieldStart | State::Unquoted | State::QuoteInQuoted, b'\r' | b'\n') => {
                    return match line.get(index..) {
                        Some(b"\n" | b"\r\n" | b"\r") => {
                            self.end_field();
                            Step::Done
                        }
                        _ => Step::Broken,
                    };
                }
                (State::Unquoted, b'"') => return Step::Broken,
                (State::FieldStart | State::Unquoted, _) => {
                    self.state = State::Unquoted;
                    self.fields.bytes.push(byte);
                }
                (State::Quoted, b'"') => self.state = State::QuoteInQuoted,
                (State::Quoted, _) => self.fields.bytes.push(byte),
                (State::QuoteInQuoted, b'"') => {
                    self.state = State::Quoted;
                    self.fields.bytes.push(byte);
                }
                (State::QuoteInQuoted, _) => return Step::Broken,
            }
        }
        match self.state {
            State::Quoted => Step::Open,
            // The file ends without the end of a line.
            State::FieldStart | State::Unquoted | State::QuoteInQuoted => {
                self.end_field();
                Step::Done
            }
        }
    }

    fn end_field(&mut self) {
        self.fields.ends.push(self.fields.bytes.len());
    }
}

struct Line {
    bytes: Vec<u8>,
    /// Whether the line is longer than a record may be, and was cut.
    cut: bool,
}

/// Reads records one by one; holds no more than about two of the largest.
pub(super) struct Records<R> {
    source: BufReader<R>,
    /// Lines behind the first of a broken record: they are records of their own.
    again: VecDeque<Line>,
    /// How many lines were read.
    line: u64,
    bytes: u64,
}

impl<R: Read> Records<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source: BufReader::new(source), again: VecDeque::new(), line: 0, bytes: 0 }
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next record; lines without any character are passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        let first = loop {
            match self.next_line()? {
                Some(line) if matches!(line.bytes.as_slice(), b"\n" | b"\r\n") => {}
                Some(line) => break line,
                None => return Ok(None),
            }
        };
        let line = self.line;
        let mut splitter = Splitter { fields: Fields::default(), state: State::FieldStart };
        let mut behind = VecDeque::new();
        let mut size = first.bytes.len();
        let mut step = if first.cut { None } else { Some(splitter.feed(&first.bytes)) };
        let breakage = loop {
            match step {
                Some(Step::Done) => break None,
                Some(Step::Broken) => break Some(Breakage::StrayQuote),
                None => break Some(Breakage::TooLarge),
                Some(Step::Open) => {
                    let Some(next) = self.next_line()? else {
                        break Some(Breakage::UnclosedQuote);
                    };
                    size += next.bytes.len();
                    let fits = !next.cut && size <= MAX_RECORD_BYTES;
                    step = fits.then(|| splitter.feed(&next.bytes));
                    behind.push_back(next);
                }
            }
        };
        if breakage.is_some() {
            self.line = line;
            behind.append(&mut self.again);
            self.again = behind;
        }
        Ok(Some(Record { line, fields: splitter.fields, breakage }))
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        if let Some(line) = self.again.pop_front() {
            self.line += 1;
            return Ok(Some(line));
        }
        let mut bytes = self.read_to_line_end()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let cut = bytes.len() > MAX_RECORD_BYTES;
        let mut rest_is_unread = cut && !bytes.ends_with(b"\n");
        while rest_is_unread {
            let more = self.read_to_line_end()?;
            rest_is_unread = !more.is_empty() && !more.ends_with(b"\n");
        }
        if cut {
            bytes = Vec::new();
        } else if self.line == 0 && bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        self.line += 1;
        Ok(Some(Line { bytes, cut }))
    }

    fn read_to_line_end(&mut self) -> io::Result<Vec<u8>> {
        const MOST: u64 = 4 * 1024 * 1024 + 1;
        let mut bytes = Vec::new();
        let read = (&mut self.source).take(MOST).read_until(b'\n', &mut bytes)?;
        self.bytes += u64::try_from(read).unwrap_or(u64::MAX);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, fields, breakage of each record.
    fn read(text: &str) -> Vec<(u64, Vec<String>, Option<Breakage>)> {
        let mut records = Records::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            let fields = (0..record.fields.len())
                .map(|index| String::from_utf8(record.fields.get(index).unwrap().to_vec()).unwrap())
                .collect();
            all.push((record.line, fields, record.breakage));
        }
        all
    }

    fn sound(line: u64, fields: &[&str]) -> (u64, Vec<String>, Option<Breakage>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect(), None)
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let expected = [sound(1, &["a", "b"]), sound(2, &["c\nd", ""]), sound(5, &["e", "f\"g"])];
        assert_eq!(read("a,b\n\"c\nd\",\n\ne,\"f\"\"g\"\n"), expected);
        assert_eq!(read("\u{feff}a,b\n\"c\nd\",\n\ne,\"f\"\"g\""), expected);
        let with_cr = read("a,b\r\n\"c\r\nd\",\r\n\r\ne,\"f\"\"g\"\r\n");
        assert_eq!(with_cr[1], sound(2, &["c\r\nd", ""]));
        assert_eq!(with_cr[2], expected[2]);
    }

    #[test]
    fn a_stray_quote_breaks_its_record_only() {
        let records = read("a,\"x \"big\" y\"\nb,27\" screen\nc,\"d\"\n");
        assert_eq!(records[0], (1, vec!["a".to_owned()], Some(Breakage::StrayQuote)));
        assert_eq!(records[1], (2, vec!["b".to_owned()], Some(Breakage::StrayQuote)));
        assert_eq!(records[2], sound(3, &["c", "d"]));
    }

    #[test]
    fn an_unclosed_quote_does_not_swallow_what_follows() {
        let records = read("a,\"b\nc,d\n\ne,f\n");
        assert_eq!(records[0], (1, vec!["a".to_owned()], Some(Breakage::UnclosedQuote)));
        assert_eq!(records[1..], [sound(2, &["c", "d"]), sound(4, &["e", "f"])]);

        let records = read("a,\"b\nc,d\ne,\"f\"\n");
        assert_eq!(records[0], (1, vec!["a".to_owned()], Some(Breakage::StrayQuote)));
        assert_eq!(records[1..], [sound(2, &["c", "d"]), sound(3, &["e", "f"])]);
    }

    #[test]
    fn a_record_beyond_the_limit_is_told_and_passed_over() {
        let long = "x".repeat(MAX_RECORD_BYTES + 10);
        let records = read(&format!("a,b\n{long}\nc,d\n"));
        assert_eq!(records[1], (2, Vec::new(), Some(Breakage::TooLarge)));
        assert_eq!(records[2], sound(3, &["c", "d"]));

        let lines = "y\n".repeat(MAX_RECORD_BYTES / 2);
        let records = read(&format!("a,\"b\n{lines}\"\nc,d\n"));
        assert_eq!(records[0], (1, vec!["a".to_owned()], Some(Breakage::TooLarge)));
        assert_eq!(records[1], sound(2, &["y"]));
        assert_eq!(
            records.last(),
            Some(&sound(u64::try_from(MAX_RECORD_BYTES).unwrap() / 2 + 3, &["c", "d"]))
        );
    }

    proptest::proptest! {
        #[test]
        fn sound_files_are_read_as_the_csv_crate_reads_them(
            rows in proptest::collection::vec(proptest::collection::vec("[a\u{e9}, \"\r\n]{0,6}", 2..5), 0..8),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let fields: Vec<Vec<String>> = read(&file).into_iter().map(|(_, fields, _)| fields).collect();
            proptest::prop_assert_eq!(fields, rows);
        }
    }
}
