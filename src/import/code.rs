//! The stable codes of [`RowError`](super::RowError), for programs that read a report.

/// A text that is longer than it may be.
pub(super) const TOO_LONG: &str = "TOO_LONG";
/// More than 2,048 variants.
pub(super) const TOO_MANY_VARIANTS: &str = "TOO_MANY_VARIANTS";
/// More tags than a product may have.
pub(super) const TOO_MANY_TAGS: &str = "TOO_MANY_TAGS";
/// More pictures than a product may have.
pub(super) const TOO_MANY_IMAGES: &str = "TOO_MANY_IMAGES";

/// A quote stands where none may, or one is missing.
pub(super) const BROKEN_QUOTES: &str = "BROKEN_QUOTES";
/// The row has fewer or more fields than the header.
pub(super) const FIELD_COUNT: &str = "FIELD_COUNT";
/// The bytes are no UTF-8.
pub(super) const INVALID_UTF8: &str = "INVALID_UTF8";
/// A character that no text may hold.
pub(super) const INVALID_CHARACTER: &str = "INVALID_CHARACTER";
/// The record is larger than the reader takes.
pub(super) const RECORD_TOO_LARGE: &str = "RECORD_TOO_LARGE";

/// The row names no product.
pub(super) const MISSING_HANDLE: &str = "MISSING_HANDLE";
/// A handle that does not fit into an address.
pub(super) const INVALID_HANDLE: &str = "INVALID_HANDLE";
/// Rows of another product stand between the rows of this one.
pub(super) const DUPLICATE_HANDLE: &str = "DUPLICATE_HANDLE";
/// None of the words that the column takes.
pub(super) const UNKNOWN_WORD: &str = "UNKNOWN_WORD";

/// An option has a value but no name.
pub(super) const MISSING_OPTION_NAME: &str = "MISSING_OPTION_NAME";
/// An option has a name but the variant no value.
pub(super) const MISSING_OPTION_VALUE: &str = "MISSING_OPTION_VALUE";
/// Two options have the same name.
pub(super) const DUPLICATE_OPTION: &str = "DUPLICATE_OPTION";
/// A later row names an option differently.
pub(super) const CHANGED_OPTION_NAME: &str = "CHANGED_OPTION_NAME";
/// Two variants have the same values.
pub(super) const DUPLICATE_VARIANT: &str = "DUPLICATE_VARIANT";

/// A variant without a price.
pub(super) const MISSING_PRICE: &str = "MISSING_PRICE";
/// Two units that measure different things.
pub(super) const UNIT_MISMATCH: &str = "UNIT_MISMATCH";
/// Not a number, or not written as one.
pub(super) const NOT_A_NUMBER: &str = "NOT_A_NUMBER";
/// A number with a part behind the point where only whole ones make sense.
pub(super) const NOT_WHOLE: &str = "NOT_WHOLE";
/// More decimals than the currency has.
pub(super) const TOO_PRECISE: &str = "TOO_PRECISE";
/// Below zero where that makes no sense.
pub(super) const NEGATIVE: &str = "NEGATIVE";
/// Beyond what is counted with.
pub(super) const OUT_OF_RANGE: &str = "OUT_OF_RANGE";
/// An amount that names a currency.
pub(super) const CURRENCY_IN_AMOUNT: &str = "CURRENCY_IN_AMOUNT";

/// A picture's address that is neither a web address nor a path.
pub(super) const INVALID_IMAGE_ADDRESS: &str = "INVALID_IMAGE_ADDRESS";
/// A picture's path that leads out of the folder.
pub(super) const IMAGE_OUTSIDE_FOLDER: &str = "IMAGE_OUTSIDE_FOLDER";
/// There is no such picture.
pub(super) const IMAGE_NOT_FOUND: &str = "IMAGE_NOT_FOUND";
/// The file is no picture, or not one that is taken.
pub(super) const IMAGE_REFUSED: &str = "IMAGE_REFUSED";
