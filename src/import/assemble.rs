//! Putting a product together from the rows of its handle.

use std::collections::{HashMap, HashSet};

use super::cell::{Cells, quoted};
use super::code;
use super::draft::{
    ImageDraft, MAX_ALT_CHARS, MAX_IMAGE_POSITION, MAX_IMAGES, MAX_VARIANTS, ONLY_OPTION, OptionDraft,
    ProductDraft, ValueDraft, VariantDraft,
};
use super::error::{RowError, RowErrors};
use super::fields::{read_image, read_product, read_variant};
use super::options::{OptionValues, read_option_values, read_options};
use super::row::{Column, Row};
use crate::catalog::{fold, option_signature};
use crate::money::Currency;

/// What the rows of every product are read by.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Of every amount.
    pub(super) currency: Currency,
    /// #RRGGBB by lower-case name, for the values of options named color or colour.
    pub(super) swatches: HashMap<String, String>,
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
    /// Rows of variants, with those that are wrong.
    variant_rows: usize,
    images: Vec<ImageDraft>,
    /// Pictures that variants name.
    variant_images: Vec<ImageDraft>,
    image_sources: HashSet<String>,
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
            variant_rows: 0,
            images: Vec::new(),
            variant_images: Vec::new(),
            image_sources: HashSet::new(),
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
        if self.variant_rows == MAX_VARIANTS {
            let message =
                format!("is the product's variant number {}: {MAX_VARIANTS} is the most", MAX_VARIANTS + 1);
            self.errors.push(row.error(Column::Option1Value, code::TOO_MANY_VARIANTS, message));
            self.given_up = true;
            return;
        }
        self.variant_rows += 1;
        let mut cells = Cells { row, errors: &mut self.errors };
        let image = read_image(&mut cells, Column::VariantImage);
        let values = match self.options.as_mut_slice() {
            [] => None,
            options => read_option_values(&mut cells, options, self.options_are_implied),
        };
        let mut variant = read_variant(&mut cells, rules.currency);
        variant.image = image.as_ref().map(|image| image.source.clone());
        self.variant_images.extend(image);
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
        let Some(mut image) = read_image(&mut cells, Column::ImageSource) else {
            return;
        };
        let position = cells.whole(Column::ImagePosition, 1, MAX_IMAGE_POSITION.into());
        image.position = position.and_then(|position| position.try_into().ok()).unwrap_or(MAX_IMAGE_POSITION);
        image.alt = cells.optional_text(Column::ImageAlt, MAX_ALT_CHARS);
        if !self.image_sources.insert(image.source.clone()) {
            return;
        }
        if self.images.len() == MAX_IMAGES {
            self.errors.push(too_many_images(&image));
            self.given_up = true;
            return;
        }
        self.images.push(image);
    }
}

/// Brings the pictures in their order; those that only variants name come last.
fn place_images(
    mut images: Vec<ImageDraft>,
    mut sources: HashSet<String>,
    variant_images: Vec<ImageDraft>,
) -> Result<Vec<ImageDraft>, RowError> {
    images.sort_by_key(|image| image.position);
    images.extend(variant_images.into_iter().filter(|image| sources.insert(image.source.clone())));
    if let Some(image) = images.get(MAX_IMAGES) {
        return Err(too_many_images(image));
    }
    for (position, image) in (1..).zip(&mut images) {
        image.position = position;
    }
    Ok(images)
}

fn too_many_images(image: &ImageDraft) -> RowError {
    let message = format!("is picture number {}: {MAX_IMAGES} is the most", MAX_IMAGES + 1);
    image.error(code::TOO_MANY_IMAGES, message)
}
