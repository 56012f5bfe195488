//! Options of products, their values, and what shoppers choose of them.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::id::{OptionId, OptionValueId};
use entity::option_value;

use super::context;
use super::media::{Media, MediaImage, is_shown_picture};
use super::product::Product;
use super::variant::ProductVariant;
use crate::catalog::{self, NameMatch, OptionWithValues, Selection, UnknownOptions};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::Color;
use crate::graphql::{id, limit};

/// An option and the value that is chosen.
#[derive(Clone, Debug, InputObject)]
pub struct SelectedOptionInput {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

/// Reads the arguments by which a variant is chosen.
///
/// # Errors
/// `LIST_TOO_LONG`.
pub(super) fn selection(
    chosen: Option<Vec<SelectedOptionInput>>,
    ignore_unknown_options: Option<bool>,
    case_insensitive_match: Option<bool>,
) -> Result<Selection, ApiError> {
    let chosen = chosen.unwrap_or_default();
    limit::check_list("selectedOptions", &chosen)?;
    Ok(Selection {
        chosen: chosen.into_iter().map(|option| (option.name, option.value)).collect(),
        unknown: match ignore_unknown_options {
            Some(true) => UnknownOptions::Ignored,
            Some(false) | None => UnknownOptions::Refused,
        },
        names: match case_insensitive_match {
            Some(true) => NameMatch::AnyCase,
            Some(false) | None => NameMatch::Exact,
        },
    })
}

/// An option of a variant and its value.
#[derive(Clone, Debug, SimpleObject)]
pub struct SelectedOption {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

impl From<&catalog::SelectedOption> for SelectedOption {
    fn from(option: &catalog::SelectedOption) -> Self {
        Self { name: option.name.clone(), value: option.value.clone() }
    }
}

/// A way in which a product's variants differ, such as size.
#[derive(Clone, Debug)]
pub struct ProductOption {
    product: Product,
    held: Arc<OptionWithValues>,
}

impl ProductOption {
    pub(super) fn new(product: Product, held: Arc<OptionWithValues>) -> Self {
        Self { product, held }
    }

    /// The option with this key, of a product that shoppers reach.
    pub(super) async fn find(ctx: &Context<'_>, id: OptionId) -> Result<Option<Self>, ApiError> {
        let Some(owner) = context::of(ctx)?.loaders.option_owners.load(id).await? else {
            return Ok(None);
        };
        Ok(Product::find(ctx, owner).await?.and_then(|product| {
            let held = product.record().options.iter().find(|held| held.option.id == id).cloned();
            held.map(|held| Self { product, held })
        }))
    }
}

/// A way in which a product's variants differ, such as size.
#[Object]
impl ProductOption {
    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("ProductOption", self.held.option.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.held.option.name
    }

    /// The values it offers.
    async fn option_values(&self) -> Vec<ProductOptionValue> {
        let value =
            |value: &Arc<_>| ProductOptionValue { product: self.product.clone(), value: Arc::clone(value) };
        self.held.values.iter().map(value).collect()
    }

    /// The names of the values it offers.
    #[graphql(deprecation = "Use `optionValues`.")]
    async fn values(&self) -> Vec<&str> {
        self.held.values.iter().map(|value| value.name.as_str()).collect()
    }
}

/// One choice of an option, such as Large.
#[derive(Clone, Debug)]
pub struct ProductOptionValue {
    product: Product,
    value: Arc<option_value::Model>,
}

impl ProductOptionValue {
    /// The value with this key, of a product that shoppers reach.
    pub(super) async fn find(ctx: &Context<'_>, id: OptionValueId) -> Result<Option<Self>, ApiError> {
        let Some(owner) = context::of(ctx)?.loaders.value_owners.load(id).await? else {
            return Ok(None);
        };
        Ok(Product::find(ctx, owner).await?.and_then(|product| {
            let mut values = product.record().options.iter().flat_map(|option| &option.values);
            let value = values.find(|value| value.id == id).cloned();
            value.map(|value| Self { product, value })
        }))
    }
}

/// One choice of an option, such as Large.
#[Object]
impl ProductOptionValue {
    /// The variant that has this value and, for the other options, values as far to the front as there are.
    async fn first_selectable_variant(&self) -> Option<ProductVariant> {
        self.product.first_with(self.value.id)
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("ProductOptionValue", self.value.id)
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.value.name
    }

    /// The colour or picture to show it with.
    async fn swatch(&self) -> Option<ProductOptionValueSwatch> {
        let picture = self.value.swatch_media_id.and_then(|id| self.product.record().swatches.get(&id));
        let image = picture
            .filter(|picture| is_shown_picture(picture))
            .cloned()
            .map(|picture| Media::from(MediaImage(picture)));
        let color = self.value.swatch_color.clone().map(Color);
        (color.is_some() || image.is_some()).then_some(ProductOptionValueSwatch { color, image })
    }
}

/// What an option's value looks like.
#[derive(Clone, SimpleObject)]
pub struct ProductOptionValueSwatch {
    /// Its colour.
    pub color: Option<Color>,
    /// Its picture.
    pub image: Option<Media>,
}
