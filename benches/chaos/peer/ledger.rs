//! The provider's ledger: a file to which a line is added, and made to last, before anybody is told of it.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::book::{Intent, Refund, Saved};

/// What one request, or one decision of a buyer or a bank, changed: all of it or nothing, for it is one line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Milliseconds since 1970.
    pub at: i64,
    /// A payment as it stands now.
    pub intent: Option<Intent>,
    /// A new refund.
    pub refund: Option<Refund>,
    /// What was answered to a key.
    pub saved: Option<Saved>,
}

/// The open file.
pub struct Ledger(File);

impl Ledger {
    /// Opens the file and reads what it holds; a last line that was not written to its end is cut off.
    pub fn open(path: &Path) -> (Self, Vec<Entry>) {
        let (entries, length) = read(path);
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path).unwrap();
        file.set_len(length).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        (Self(file), entries)
    }

    /// Adds a line. When this returns it outlives a power cut.
    pub fn append(&mut self, entry: &Entry) {
        let mut line = serde_json::to_vec(entry).unwrap();
        line.push(b'\n');
        self.0.write_all(&line).unwrap();
        self.0.sync_data().unwrap();
    }
}

/// What a ledger holds.
pub fn replay(path: &Path) -> Vec<Entry> {
    read(path).0
}

/// The lines that are whole, and where they end.
fn read(path: &Path) -> (Vec<Entry>, u64) {
    let text = std::fs::read(path).unwrap_or_default();
    let (mut entries, mut length) = (Vec::new(), 0_u64);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let Some(whole) = line.strip_suffix(b"\n") else { break };
        let Ok(entry) = serde_json::from_slice(whole) else { break };
        entries.push(entry);
        length += u64::try_from(line.len()).unwrap();
    }
    (entries, length)
}
