//! What finding a word is worth: by where it stands first, by how it was found second, by its rarity last.

use super::index::Part;

/// What a word in a part is worth. The frequency of a word adds less than the distance between two of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worth {
    /// As it is written.
    pub(super) word: u32,
    /// In another form.
    pub(super) stem: u32,
    /// As the beginning of another.
    pub(super) beginning: u32,
    /// With typos: less than anything that was written.
    pub(super) typo: u32,
}

/// Of a SKU or barcode.
pub(super) const CODE: u32 = 10_000;
/// Of the beginning of one.
pub(super) const CODE_BEGINNING: u32 = 4_500;
/// Of an inner part of one.
pub(super) const CODE_PART: u32 = 4_000;
/// Added where the words are the whole title: more than all words of a search together are worth.
pub(super) const WHOLE_TITLE: u32 = 2_000_000;
/// Added where the title begins with the words.
pub(super) const TITLE_START: u32 = 1_000_000;

pub(super) fn of(part: Part) -> Worth {
    match part {
        Part::Title => Worth { word: 9_000, stem: 8_000, beginning: 7_500, typo: 900 },
        Part::ProductType | Part::Tag | Part::Vendor | Part::Variant => {
            Worth { word: 6_000, stem: 5_000, beginning: 4_900, typo: 600 }
        }
        Part::Author => Worth { word: 4_500, stem: 3_500, beginning: 3_400, typo: 300 },
        Part::Body => Worth { word: 2_900, stem: 1_900, beginning: 1_000, typo: 300 },
    }
}
