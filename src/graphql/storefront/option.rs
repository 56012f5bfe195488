//! Options of products, their values, and what shoppers choose of them.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::id::{OptionId, OptionValueId};
use entity::translation::ResourceType;
use entity::{option_value, product_option};
use futures_util::future::try_join_all;
use futures_util::try_join;

use super::context;
use super::media::{Media, MediaImage, is_shown_picture};
use super::product::Product;
use super::translation;
use super::variant::ProductVariant;
use crate::catalog::{
    self, NameMatch, OptionNames, OptionWithValues, ProductRecord, Selection, UnknownOptions, VariantRecord,
};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::Color;
use crate::graphql::{id, limit};

/// The key of the translatable text of options and of their values.
const NAME: &str = "name";

/// An option and the value that is chosen.
#[derive(Clone, Debug, InputObject)]
pub struct SelectedOptionInput {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

/// Reads the arguments by which a variant of a product with these options is chosen.
///
/// # Errors
/// `LIST_TOO_LONG`, and the database's own.
pub(super) async fn selection(
    ctx: &Context<'_>,
    options: &[Arc<OptionWithValues>],
    chosen: Option<Vec<SelectedOptionInput>>,
    ignore_unknown_options: Option<bool>,
    case_insensitive_match: Option<bool>,
) -> Result<Selection, ApiError> {
    let chosen = chosen.unwrap_or_default();
    limit::check_list("selectedOptions", &chosen)?;
    let selection = Selection {
        chosen: chosen.into_iter().map(|option| (option.name, option.value)).collect(),
        unknown: match ignore_unknown_options {
            Some(true) => UnknownOptions::Ignored,
            Some(false) | None => UnknownOptions::Refused,
        },
        names: match case_insensitive_match {
            Some(true) => NameMatch::AnyCase,
            Some(false) | None => NameMatch::Exact,
        },
    };
    if selection.chosen.is_empty() || translation::is_original(ctx)? {
        return Ok(selection);
    }
    Ok(selection.by_original_names(options, &names(ctx, options).await?))
}

/// What options and their values are called in the request's language, where they were translated.
async fn names(ctx: &Context<'_>, options: &[Arc<OptionWithValues>]) -> Result<OptionNames, ApiError> {
    let of_options = options.iter().map(|held| async move {
        let id = held.option.id;
        let name = translation::translated(ctx, ResourceType::ProductOption, id, NAME).await?;
        Ok::<_, ApiError>(name.map(|name| (id, name)))
    });
    let of_values = options.iter().flat_map(|held| &held.values).map(|value| async move {
        let name = translation::translated(ctx, ResourceType::OptionValue, value.id, NAME).await?;
        Ok::<_, ApiError>(name.map(|name| (value.id, name)))
    });
    let (options, values) = try_join!(try_join_all(of_options), try_join_all(of_values))?;
    Ok(OptionNames {
        options: options.into_iter().flatten().collect(),
        values: values.into_iter().flatten().collect(),
    })
}

async fn option_name(ctx: &Context<'_>, option: &product_option::Model) -> Result<String, ApiError> {
    translation::text(ctx, ResourceType::ProductOption, option.id, NAME, &option.name).await
}

async fn value_name(ctx: &Context<'_>, value: &option_value::Model) -> Result<String, ApiError> {
    translation::text(ctx, ResourceType::OptionValue, value.id, NAME, &value.name).await
}

/// A variant's value for each of the product's options, in the request's language.
///
/// # Errors
/// The database's own.
pub(super) async fn selected(
    ctx: &Context<'_>,
    product: &ProductRecord,
    variant: &VariantRecord,
) -> Result<Vec<SelectedOption>, ApiError> {
    if translation::is_original(ctx)? {
        return Ok(product.selected_options(variant).iter().map(SelectedOption::from).collect());
    }
    let choices = product.choices_of(variant).into_iter();
    try_join_all(choices.map(|(option, value)| async move {
        let (name, value) = try_join!(option_name(ctx, option), value_name(ctx, value))?;
        Ok(SelectedOption { name, value })
    }))
    .await
}

/// What a variant is called in the request's language.
///
/// # Errors
/// The database's own.
pub(super) async fn variant_title(
    ctx: &Context<'_>,
    product: &ProductRecord,
    variant: &VariantRecord,
) -> Result<String, ApiError> {
    if translation::is_original(ctx)? {
        return Ok(variant.variant.title.clone());
    }
    let selected = selected(ctx, product, variant).await?;
    let values: Vec<&str> = selected.iter().map(|option| option.value.as_str()).collect();
    Ok(product.title_of(variant, &values))
}

/// An option of a variant and its value.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
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
#[Object(serial)]
impl ProductOption {
    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("ProductOption", self.held.option.id)
    }

    /// Its name.
    async fn name(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        option_name(ctx, &self.held.option).await
    }

    /// The values it offers.
    async fn option_values(&self) -> Vec<ProductOptionValue> {
        let value =
            |value: &Arc<_>| ProductOptionValue { product: self.product.clone(), value: Arc::clone(value) };
        self.held.values.iter().map(value).collect()
    }

    /// The names of the values it offers.
    #[graphql(deprecation = "Use `optionValues`.")]
    async fn values(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        try_join_all(self.held.values.iter().map(|value| value_name(ctx, value))).await
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
#[Object(serial)]
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
    async fn name(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        value_name(ctx, &self.value).await
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
#[graphql(serial)]
pub struct ProductOptionValueSwatch {
    /// Its colour.
    pub color: Option<Color>,
    /// Its picture.
    pub image: Option<Media>,
}
