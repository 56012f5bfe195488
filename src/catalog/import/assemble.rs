//! Putting a product together from the rows of its handle.

use std::collections::{HashMap, HashSet};

use entity::product::ProductStatus;
use entity::variant::InventoryPolicy;

use super::super::option_signature::{fold, option_signature};
use super::cell::{Cells, quoted};
use super::code;
use super::draft::{
    ImageDraft, MAX_ALT_CHARS, MAX_DESCRIPTION_BYTES, MAX_GRAMS, MAX_HANDLE_CHARS, MAX_IMAGE_ADDRESS_CHARS,
    MAX_IMAGE_POSITION, MAX_IMAGES, MAX_QUANTITY, MAX_SEO_DESCRIPTION_CHARS, MAX_SKU_CHARS, MAX_TAG_CHARS,
    MAX_TAGS, MAX_TEXT_CHARS, MAX_VARIANTS, ONLY_OPTION, ONLY_VALUE, OptionDraft, ProductDraft, ValueDraft,
    VariantDraft,
};
use super::error::{RowError, RowErrors};
use super::image;
use super::row::{Column, Row};
use crate::money::Currency;

/// What the rows of every product are read by.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Of every amount.
    pub(super) currency: Currency,
    /// #RRGGBB by lower-case name, for the values of options named color or colour.
    pub(super) swatches: HashMap<String, String>,
}

/// An option while its values are being found.
struct OptionValues {
    name: String,
    values: Vec<String>,
    /// Where in `values` each lower-case name is.
    places: HashMap<String, usize>,
}

impl OptionValues {
    fn named(name: String) -> Self {
        Self { name, values: Vec::new(), places: HashMap::new() }
    }

    /// The value in the spelling of its first row.
    fn spell(&mut self, value: String) -> String {
        let next = self.values.len();
        let place = *self.places.entry(fold(&value)).or_insert(next);
        match self.values.get(place) {
            Some(first) => first.clone(),
            None => {
                self.values.push(value.clone());
                value
            }
        }
    }
}

/// A picture that may still have no place.
struct NewImage {
    line: u64,
    source: String,
    position: i64,
    alt: Option<String>,
}

/// A product of which not all rows were seen yet.
pub(super) struct Assembly {
    handle: String,
    /// The fields of the first row.
    product: Option<ProductDraft>,
    options: Vec<OptionValues>,
    /// Whether the options are not the file's: it names none.
    options_are_implied: bool,
    variants: Vec<VariantDraft>,
    signatures: HashSet<String>,
    images: Vec<NewImage>,
    image_sources: HashSet<String>,
    /// Pictures that variants name, with the line.
    variant_images: Vec<(u64, String)>,
    errors: RowErrors,
    /// Whether further rows would only repeat what is wrong.
    given_up: bool,
}

impl Assembly {
    /// A product without any row yet.
    pub(super) fn new(handle: String) -> Self {
        Self {
            handle,
            product: None,
            options: Vec::new(),
            options_are_implied: false,
            variants: Vec::new(),
            signatures: HashSet::new(),
            images: Vec::new(),
            image_sources: HashSet::new(),
            variant_images: Vec::new(),
            errors: RowErrors::default(),
            given_up: false,
        }
    }

    pub(super) fn handle(&self) -> &str {
        &self.handle
    }

    /// Refuses the product whatever its other rows say.
    pub(super) fn refuse(&mut self, error: RowError) {
        self.errors.push(error);
        // Without its first row, nothing sensible can be said about the others.
        self.given_up |= self.product.is_none();
    }

    /// Takes the next row.
    pub(super) fn add(&mut self, row: &Row, rules: &Rules) {
        if self.given_up {
            return;
        }
        if self.product.is_none() {
            self.product = Some(read_product(&self.handle, row, &mut self.errors));
            match read_options(row, &mut self.errors) {
                Some(options) if options.is_empty() => {
                    self.options = vec![OptionValues::named(ONLY_OPTION.to_owned())];
                    self.options_are_implied = true;
                }
                Some(options) => self.options = options.into_iter().map(OptionValues::named).collect(),
                None => self.given_up = true,
            }
            self.add_variant(row, rules);
        } else if Column::OPTIONS.iter().any(|(_, value)| !row.get(*value).is_empty()) {
            self.add_variant(row, rules);
        } else if row.get(Column::ImageSource).is_empty() {
            let message = "is empty, and the row has no picture either";
            self.errors.push(row.error(Column::Option1Value, code::MISSING_OPTION_VALUE, message));
        }
        self.add_image(row);
    }

    /// The product, or what is wrong with it.
    pub(super) fn finish(self, rules: &Rules) -> Result<ProductDraft, RowErrors> {
        let Some(mut draft) = self.product.filter(|_| self.errors.is_empty()) else {
            return Err(self.errors);
        };
        draft.options = self
            .options
            .into_iter()
            .map(|option| {
                let is_color = matches!(fold(&option.name).as_str(), "color" | "colour");
                let swatch = |value: &str| rules.swatches.get(&fold(value)).filter(|_| is_color).cloned();
                let values = option
                    .values
                    .into_iter()
                    .map(|name| ValueDraft { swatch: swatch(&name), name })
                    .collect();
                OptionDraft { name: option.name, values }
            })
            .collect();
        draft.variants = self.variants;
        draft.images = place_images(self.images, self.image_sources, self.variant_images)?;
        Ok(draft)
    }

    fn add_variant(&mut self, row: &Row, rules: &Rules) {
        if self.variants.len() == MAX_VARIANTS {
            let message =
                format!("is the product's variant number {}: {MAX_VARIANTS} is the most", MAX_VARIANTS + 1);
            self.errors.push(row.error(Column::Option1Value, code::TOO_MANY_VARIANTS, message));
            self.given_up = true;
            return;
        }
        let mut cells = Cells { row, errors: &mut self.errors };
        let image = read_image(&mut cells, Column::VariantImage);
        let values = match self.options.as_mut_slice() {
            [] => None,
            options => read_option_values(&mut cells, options, self.options_are_implied),
        };
        let mut variant = read_variant(&mut cells, rules.currency);
        self.variant_images.extend(image.clone().map(|source| (row.line, source)));
        variant.image = image;
        if let Some(values) = values {
            let names = self.options.iter().map(|option| option.name.as_str());
            variant.signature = option_signature(names.zip(values.iter().map(String::as_str)));
            variant.option_values = values;
            if !self.signatures.insert(variant.signature.clone()) {
                let message = format!("another variant is {} already", quoted(&variant.title()));
                self.errors.push(row.error(Column::Option1Value, code::DUPLICATE_VARIANT, message));
            }
            self.variants.push(variant);
        }
    }

    fn add_image(&mut self, row: &Row) {
        let mut cells = Cells { row, errors: &mut self.errors };
        let Some(source) = read_image(&mut cells, Column::ImageSource) else {
            return;
        };
        let position =
            cells.whole(Column::ImagePosition, 1, MAX_IMAGE_POSITION).unwrap_or(MAX_IMAGE_POSITION);
        let alt = cells.optional_text(Column::ImageAlt, MAX_ALT_CHARS);
        if self.image_sources.insert(source.clone()) {
            if self.images.len() == MAX_IMAGES {
                self.errors.push(too_many_images(row.line));
                self.given_up = true;
                return;
            }
            self.images.push(NewImage { line: row.line, source, position, alt });
        }
    }
}

/// Brings the pictures in their order; those that only variants name come last.
fn place_images(
    mut images: Vec<NewImage>,
    mut sources: HashSet<String>,
    variant_images: Vec<(u64, String)>,
) -> Result<Vec<ImageDraft>, RowError> {
    images.sort_by_key(|image| image.position);
    for (line, source) in variant_images {
        if sources.insert(source.clone()) {
            images.push(NewImage { line, source, position: MAX_IMAGE_POSITION, alt: None });
        }
    }
    if let Some(image) = images.get(MAX_IMAGES) {
        return Err(too_many_images(image.line));
    }
    let placed = (1..).zip(images);
    Ok(placed
        .map(|(position, image)| ImageDraft {
            line: image.line,
            source: image.source,
            position,
            alt: image.alt,
        })
        .collect())
}

fn too_many_images(line: u64) -> RowError {
    RowError {
        line,
        column: Column::ImageSource.header().to_owned(),
        message: format!("is picture number {}: {MAX_IMAGES} is the most", MAX_IMAGES + 1),
        code: code::TOO_MANY_IMAGES,
    }
}

fn read_product(handle: &str, row: &Row, errors: &mut RowErrors) -> ProductDraft {
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

/// The names of the options in the first row: none where it names none, nothing where they make no sense.
fn read_options(row: &Row, errors: &mut RowErrors) -> Option<Vec<String>> {
    let mut cells = Cells { row, errors };
    let mut names: Vec<String> = Vec::new();
    let mut unnamed = None;
    for (name_column, value_column) in Column::OPTIONS {
        let name = cells.text(name_column, MAX_TEXT_CHARS);
        if name.is_empty() {
            let has_value = !row.get(value_column).is_empty();
            unnamed = unnamed.or(Some((name_column, has_value)));
            if has_value {
                cells.refuse(name_column, code::MISSING_OPTION_NAME, "is empty, but the option has a value");
                return None;
            }
            continue;
        }
        if let Some((before, _)) = unnamed {
            cells.refuse(before, code::MISSING_OPTION_NAME, "is empty, but an option behind it has a name");
            return None;
        }
        if names.iter().any(|known| fold(known) == fold(&name)) {
            cells.refuse(name_column, code::DUPLICATE_OPTION, "is the name of an option before it");
            return None;
        }
        names.push(name);
    }
    Some(names)
}

/// The values of a variant, one for each option, or nothing where they do not fit the options.
fn read_option_values(
    cells: &mut Cells<'_>,
    options: &mut [OptionValues],
    options_are_implied: bool,
) -> Option<Vec<String>> {
    let mut values = Vec::with_capacity(options.len());
    let mut fits = true;
    let mut known = options.iter_mut();
    for (name_column, value_column) in Column::OPTIONS {
        let value = cells.text(value_column, MAX_TEXT_CHARS);
        let name = cells.row.get(name_column);
        let refusal = match known.next() {
            Some(_) if options_are_implied && !value.is_empty() => {
                Some((name_column, code::MISSING_OPTION_NAME, "is empty in the product's first row"))
            }
            Some(option) if options_are_implied => {
                values.push(option.spell(ONLY_VALUE.to_owned()));
                None
            }
            Some(option) if !name.is_empty() && fold(name) != fold(&option.name) => {
                Some((name_column, code::CHANGED_OPTION_NAME, "is not the name in the product's first row"))
            }
            Some(_) if value.is_empty() => {
                Some((value_column, code::MISSING_OPTION_VALUE, "is empty, but the option has a name"))
            }
            Some(option) => {
                values.push(option.spell(value));
                None
            }
            None if !value.is_empty() || !name.is_empty() => {
                Some((name_column, code::MISSING_OPTION_NAME, "is empty in the product's first row"))
            }
            None => None,
        };
        if let Some((column, code, message)) = refusal {
            cells.refuse(column, code, message);
            fits = false;
        }
    }
    fits.then_some(values)
}

/// Everything of a variant but its option values and its picture.
fn read_variant(cells: &mut Cells<'_>, currency: Currency) -> VariantDraft {
    let policy = cells.word(
        Column::Policy,
        InventoryPolicy::Deny,
        &[("deny", InventoryPolicy::Deny), ("continue", InventoryPolicy::Continue)],
    );
    let tracked = !cells.row.get(Column::Tracker).is_empty();
    let quantity = cells.whole(Column::Quantity, -MAX_QUANTITY, MAX_QUANTITY).filter(|_| tracked);
    if policy == InventoryPolicy::Deny && quantity.is_some_and(|quantity| quantity < 0) {
        let message = "is negative, but the variant may not be sold past zero";
        cells.refuse(Column::Quantity, code::NEGATIVE, message);
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
        price_minor: cells.amount(Column::Price, currency).unwrap_or(0),
        compare_at_minor: cells.amount(Column::CompareAtPrice, currency),
        cost_minor: cells.amount(Column::Cost, currency),
        requires_shipping: cells.flag(Column::RequiresShipping, true),
        taxable: cells.flag(Column::Taxable, true),
        image: None,
    }
}

fn read_image(cells: &mut Cells<'_>, column: Column) -> Option<String> {
    let source = cells.optional_text(column, MAX_IMAGE_ADDRESS_CHARS)?;
    if let Err((code, message)) = image::check_address(&source) {
        cells.refuse(column, code, format!("{} {message}", quoted(&source)));
    }
    Some(source)
}
