//! The fields of a product and of a variant, read from the cells of a row.

use std::collections::HashSet;

use entity::product::ProductStatus;
use entity::variant::InventoryPolicy;

use super::cell::{Cells, quoted};
use super::code;
use super::draft::{
    ImageDraft, MAX_CATEGORY_CHARS, MAX_DESCRIPTION_BYTES, MAX_GRAMS, MAX_HANDLE_CHARS,
    MAX_IMAGE_ADDRESS_CHARS, MAX_IMAGE_POSITION, MAX_QUANTITY, MAX_SEO_DESCRIPTION_CHARS, MAX_SKU_CHARS,
    MAX_TAG_CHARS, MAX_TAGS, MAX_TEXT_CHARS, ProductDraft, VariantDraft,
};
use super::error::RowErrors;
use super::image;
use super::measure::read_measure;
use super::row::{Column, Row};
use crate::catalog::{MAX_CATEGORY_DEPTH, category_names, fold};
use crate::money::Currency;

/// The fields of a product's first row; its options, variants and pictures are for other rows to complete.
pub(super) fn read_product(handle: &str, row: &Row, errors: &mut RowErrors) -> ProductDraft {
    let mut cells = Cells { row, errors };
    if handle.chars().nth(MAX_HANDLE_CHARS).is_some() {
        cells.refuse(Column::Handle, code::TOO_LONG, format!("is longer than {MAX_HANDLE_CHARS} characters"));
    }
    if !handle.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter)) {
        cells.refuse(Column::Handle, code::INVALID_HANDLE, "may hold letters, digits, - _ and . only");
    }
    let body = row.get(Column::Body);
    if body.len() > MAX_DESCRIPTION_BYTES {
        cells.refuse(Column::Body, code::TOO_LONG, format!("is longer than {MAX_DESCRIPTION_BYTES} bytes"));
    }
    let title = cells.text(Column::Title, MAX_TEXT_CHARS);
    ProductDraft {
        line: row.line,
        handle: handle.to_owned(),
        title: if title.is_empty() { handle.to_owned() } else { title },
        description_html: body.to_owned(),
        vendor: cells.text(Column::Vendor, MAX_TEXT_CHARS),
        product_type: cells.text(Column::Type, MAX_TEXT_CHARS),
        category: read_category(&mut cells),
        tags: read_tags(&mut cells),
        status: cells.word(
            Column::Status,
            ProductStatus::Active,
            &[
                ("active", ProductStatus::Active),
                ("draft", ProductStatus::Draft),
                ("archived", ProductStatus::Archived),
                ("unlisted", ProductStatus::Unlisted),
            ],
        ),
        published: cells.flag(Column::Published, true),
        is_gift_card: cells.flag(Column::GiftCard, false),
        seo_title: cells.optional_text(Column::SeoTitle, MAX_TEXT_CHARS),
        seo_description: cells.optional_text(Column::SeoDescription, MAX_SEO_DESCRIPTION_CHARS),
        options: Vec::new(),
        variants: Vec::new(),
        images: Vec::new(),
    }
}

/// The path of a category, of the shop's own column or else of the one for search engines; a number is none.
fn read_category(cells: &mut Cells<'_>) -> String {
    let own = !cells.row.get(Column::Category).is_empty();
    let column = if own { Column::Category } else { Column::GoogleCategory };
    let text = cells.text(column, MAX_CATEGORY_CHARS);
    let names = category_names(&text);
    if names.len() > MAX_CATEGORY_DEPTH || names.iter().any(|name| name.chars().nth(MAX_TEXT_CHARS).is_some())
    {
        cells.refuse(
            column,
            code::TOO_LONG,
            format!("has more than {MAX_CATEGORY_DEPTH} names, or too long ones"),
        );
        return String::new();
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) { String::new() } else { names.join(" > ") }
}

/// Tags are separated by commas; the same one in another case is the same.
fn read_tags(cells: &mut Cells<'_>) -> Vec<String> {
    let mut seen = HashSet::new();
    let tags: Vec<String> = cells
        .row
        .get(Column::Tags)
        .split(',')
        .map(str::trim)
        .filter(|tag| !tag.is_empty() && seen.insert(fold(tag)))
        .map(str::to_owned)
        .collect();
    if tags.len() > MAX_TAGS {
        cells.refuse(
            Column::Tags,
            code::TOO_MANY_TAGS,
            format!("holds {} tags: {MAX_TAGS} is the most", tags.len()),
        );
    }
    if tags.iter().any(|tag| tag.chars().nth(MAX_TAG_CHARS).is_some()) {
        cells.refuse(
            Column::Tags,
            code::TOO_LONG,
            format!("holds a tag of more than {MAX_TAG_CHARS} characters"),
        );
    }
    tags
}

/// Everything of a variant but its option values and its picture.
pub(super) fn read_variant(cells: &mut Cells<'_>, currency: Currency) -> VariantDraft {
    let policy = cells.word(
        Column::Policy,
        InventoryPolicy::Deny,
        &[("deny", InventoryPolicy::Deny), ("continue", InventoryPolicy::Continue)],
    );
    let tracked = !cells.row.get(Column::Tracker).is_empty();
    let quantity = cells.whole(Column::Quantity, -MAX_QUANTITY, MAX_QUANTITY).filter(|_| tracked);
    let backorder_limit = cells.whole(Column::BackorderLimit, 0, MAX_QUANTITY);
    let backorder_limit = backorder_limit.filter(|_| tracked && policy == InventoryPolicy::Continue);
    if policy == InventoryPolicy::Deny && quantity.is_some_and(|quantity| quantity < 0) {
        let message = "is negative, but the variant may not be sold past zero";
        cells.refuse(Column::Quantity, code::NEGATIVE, message);
    }
    if quantity.zip(backorder_limit).is_some_and(|(quantity, limit)| quantity < -limit) {
        let message = "is further below zero than the variant may be sold";
        cells.refuse(Column::Quantity, code::OUT_OF_RANGE, message);
    }
    if cells.row.get(Column::Price).is_empty() {
        cells.refuse(Column::Price, code::MISSING_PRICE, "is empty: every variant needs a price");
    }
    VariantDraft {
        option_values: Vec::new(),
        signature: String::new(),
        sku: cells.optional_text(Column::Sku, MAX_SKU_CHARS),
        barcode: cells.optional_text(Column::Barcode, MAX_TEXT_CHARS),
        weight_grams: cells.whole(Column::Grams, 0, MAX_GRAMS).unwrap_or(0),
        tracked,
        quantity,
        policy,
        backorder_limit,
        price_minor: cells.amount(Column::Price, currency).unwrap_or(0),
        compare_at_minor: cells.amount(Column::CompareAtPrice, currency),
        cost_minor: cells.amount(Column::Cost, currency),
        requires_shipping: cells.flag(Column::RequiresShipping, true),
        taxable: cells.flag(Column::Taxable, true),
        measure: read_measure(cells),
        image: None,
    }
}

/// The picture that a cell names, if it names one; of its address only.
pub(super) fn read_image(cells: &mut Cells<'_>, column: Column) -> Option<ImageDraft> {
    let source = cells.optional_text(column, MAX_IMAGE_ADDRESS_CHARS)?;
    if let Err((code, message)) = image::check_address(&source) {
        cells.refuse(column, code, format!("{} {message}", quoted(&source)));
    }
    let line = cells.row.line;
    Some(ImageDraft { line, column: column.header(), source, position: MAX_IMAGE_POSITION, alt: None })
}
