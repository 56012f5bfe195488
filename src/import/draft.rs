//! What a file says of a product, before anything is known of the database.

use entity::product::ProductStatus;
use entity::variant::InventoryPolicy;
use serde::Serialize;

use super::error::RowError;
use super::measure::MeasureDraft;
use crate::catalog::TITLE_SEPARATOR;
use crate::secret;

/// Title, vendor, type, search title, barcode, names of options and their values: characters.
pub(super) const MAX_TEXT_CHARS: usize = 255;
/// Handle: characters.
pub(super) const MAX_HANDLE_CHARS: usize = 255;
/// Stock-keeping unit: characters.
pub(super) const MAX_SKU_CHARS: usize = 255;
/// Path of a category: characters.
pub(super) const MAX_CATEGORY_CHARS: usize = 1_000;
/// One tag: characters.
pub(super) const MAX_TAG_CHARS: usize = 255;
/// Tags of a product.
pub(super) const MAX_TAGS: usize = 250;
/// Description: bytes.
pub(super) const MAX_DESCRIPTION_BYTES: usize = 512 * 1024;
/// Description for search engines: characters.
pub(super) const MAX_SEO_DESCRIPTION_CHARS: usize = 5_000;
/// Variants of a product.
pub(super) const MAX_VARIANTS: usize = 2_048;
/// Pictures of a product.
pub(super) const MAX_IMAGES: usize = 250;
/// Place of a picture as the file may number it; one without a number comes last.
pub(super) const MAX_IMAGE_POSITION: i32 = 1_000_000;
/// Address of a picture: characters.
pub(super) const MAX_IMAGE_ADDRESS_CHARS: usize = 2_048;
/// Words for those who cannot see a picture: characters.
pub(super) const MAX_ALT_CHARS: usize = 512;
/// Units on a shelf, above or below zero.
pub(super) const MAX_QUANTITY: i64 = 1_000_000_000;
/// Weight of a unit.
pub(super) const MAX_GRAMS: i64 = 1_000_000_000;

/// The option of a product that comes in one kind only, and its value: the words that clients know to hide.
pub(super) const ONLY_OPTION: &str = "Title";
pub(super) const ONLY_VALUE: &str = "Default Title";

/// Counts the ways in which a draft is read and written; a new one makes every product of a file count as changed.
const DIGEST_VERSION: u32 = 1;

/// A product as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ProductDraft {
    /// The line of its first row.
    #[serde(skip)]
    pub(super) line: u64,
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) description_html: String,
    pub(super) vendor: String,
    pub(super) product_type: String,
    /// Its place in the tree of categories, as the names from the top down joined by " > "; empty for none.
    pub(super) category: String,
    pub(super) tags: Vec<String>,
    pub(super) status: ProductStatus,
    pub(super) published: bool,
    pub(super) is_gift_card: bool,
    pub(super) seo_title: Option<String>,
    pub(super) seo_description: Option<String>,
    pub(super) options: Vec<OptionDraft>,
    pub(super) variants: Vec<VariantDraft>,
    /// In their order, each address once.
    pub(super) images: Vec<ImageDraft>,
}

/// A way in which the variants differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct OptionDraft {
    pub(super) name: String,
    /// In the order of their first variant.
    pub(super) values: Vec<ValueDraft>,
}

/// One choice of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ValueDraft {
    pub(super) name: String,
    /// #RRGGBB.
    pub(super) swatch: Option<String>,
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct VariantDraft {
    /// One for each option, in the spelling of the option's values.
    pub(super) option_values: Vec<String>,
    pub(super) signature: String,
    pub(super) sku: Option<String>,
    pub(super) barcode: Option<String>,
    pub(super) weight_grams: i64,
    pub(super) tracked: bool,
    /// Units on the shelf; empty leaves a shelf as it is and a new one bare. Always empty for what is not tracked.
    pub(super) quantity: Option<i64>,
    pub(super) policy: InventoryPolicy,
    /// Units below zero that may be promised where that is allowed; empty leaves a shelf as it is, and a new one without a
    /// cap. Left out of the digest where the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backorder_limit: Option<i64>,
    /// Minor units, as are the two below.
    pub(super) price_minor: i64,
    pub(super) compare_at_minor: Option<i64>,
    pub(super) cost_minor: Option<i64>,
    pub(super) requires_shipping: bool,
    pub(super) taxable: bool,
    /// How much it holds. Left out of the digest where the file does not say, so that files without it count as unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) measure: Option<MeasureDraft>,
    /// The address of one of the product's pictures.
    pub(super) image: Option<String>,
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ImageDraft {
    /// The line that names it.
    #[serde(skip)]
    pub(super) line: u64,
    /// The column that names it.
    #[serde(skip)]
    pub(super) column: &'static str,
    /// A web address, or a path below the folder of the pictures.
    pub(super) source: String,
    /// From 1, without gaps.
    pub(super) position: i32,
    pub(super) alt: Option<String>,
}

impl ProductDraft {
    /// A digest that is equal while the file says the same of the product, wherever its rows stand.
    pub(super) fn digest(&self, currency: &str) -> Result<String, serde_json::Error> {
        Ok(secret::hex_digest(&serde_json::to_vec(&(DIGEST_VERSION, currency, self))?))
    }

    /// The lowest price of a variant.
    pub(super) fn min_price_minor(&self) -> i64 {
        self.variants.iter().map(|variant| variant.price_minor).min().unwrap_or(0)
    }

    /// How much work and memory it takes, in rows of a middling size.
    pub(super) fn weight(&self) -> usize {
        const BYTES_OF_A_ROW: usize = 4_096;
        self.variants.len() + self.images.len() + self.description_html.len() / BYTES_OF_A_ROW
    }
}

impl ImageDraft {
    /// An error in the cell that names the picture.
    pub(super) fn error(&self, code: &'static str, message: String) -> RowError {
        RowError { line: self.line, column: self.column.to_owned(), message, code }
    }
}

impl VariantDraft {
    /// Its option values, joined.
    pub(super) fn title(&self) -> String {
        self.option_values.join(TITLE_SEPARATOR)
    }
}
