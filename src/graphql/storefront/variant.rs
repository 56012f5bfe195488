//! Variants of products: what can be put in a cart.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::VariantId;
use entity::{inventory_item, variant};

use super::code::{ProductVariantSortKeys, WeightUnit};
use super::image::Image;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::money::MoneyV2;
use super::option::SelectedOption;
use super::product::Product;
use super::{context, text};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::inventory::{self, Availability};
use crate::money::Money;
use crate::pricing::{self, Tier};

/// One form in which a product is sold, such as the red one in size M.
#[derive(Clone, Debug)]
pub struct ProductVariant(pub Arc<variant::Model>);

/// How many units can be bought at once.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuantityRule {
    /// The step between two quantities.
    pub increment: i32,
    /// The most, where there is a limit.
    pub maximum: Option<i32>,
    /// The least.
    pub minimum: i32,
}

impl ProductVariant {
    /// The variant with this key, as far as shoppers reach it.
    pub(super) async fn find(ctx: &Context<'_>, id: VariantId) -> Result<Option<Self>, ApiError> {
        let variant = context::of(ctx)?.loaders.variants.load(id).await?;
        match variant.filter(|variant| variant.deleted_at.is_none()) {
            Some(variant) => Ok(Product::find(ctx, variant.product_id).await?.map(|_| Self(variant))),
            None => Ok(None),
        }
    }

    async fn availability(&self, ctx: &Context<'_>) -> Result<Availability, ApiError> {
        context::of(ctx)?.loaders.availability.get(self.0.inventory_item_id).await
    }

    async fn item(&self, ctx: &Context<'_>) -> Result<Arc<inventory_item::Model>, ApiError> {
        context::of(ctx)?.loaders.inventory_items.get(self.0.inventory_item_id).await
    }

    /// What one unit costs.
    async fn tier(&self, ctx: &Context<'_>) -> Result<Tier, ApiError> {
        let tiers = context::of(ctx)?.loaders.prices.load(self.0.id).await?.unwrap_or_default();
        pricing::tier_for(&tiers, 1)
            .ok_or_else(|| Fault::new(format!("variant {} has no price", self.0.id)).into())
    }

    async fn unit_price(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        Ok(Money::new(self.tier(ctx).await?.amount_minor, context::of(ctx)?.currency).into())
    }

    async fn unit_compare_at(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        let currency = context::of(ctx)?.currency;
        Ok(self.tier(ctx).await?.compare_at_minor.map(|minor| Money::new(minor, currency).into()))
    }
}

/// One form in which a product is sold, such as the red one in size M.
#[Object]
impl ProductVariant {
    /// Whether it can be bought.
    async fn available_for_sale(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        Ok(inventory::is_for_sale(&self.0, &self.availability(ctx).await?))
    }

    /// The number under its bars.
    async fn barcode(&self) -> Option<&str> {
        self.0.barcode.as_deref()
    }

    /// The price it is compared with while on sale.
    async fn compare_at_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        self.unit_compare_at(ctx).await
    }

    /// The price it is compared with while on sale.
    #[graphql(name = "compareAtPriceV2", deprecation = "Use `compareAtPrice`.")]
    async fn compare_at_price_v2(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        self.unit_compare_at(ctx).await
    }

    /// Whether none is left although it can be bought.
    async fn currently_not_in_stock(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        Ok(inventory::is_sold_past_zero(&self.0, &self.availability(ctx).await?))
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("ProductVariant", self.0.id)
    }

    /// Its own picture, or the first of its product.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        let loaders = &context::of(ctx)?.loaders;
        if let Some(own) = self.0.media_id
            && let Some(picture) = loaders.media.load(own).await?
        {
            return Ok(Some(Image(picture)));
        }
        let pictures = loaders.media_of.load(self.0.product_id).await?.unwrap_or_default();
        Ok(pictures.first().cloned().map(Image))
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Option<Metafield> {
        None
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::none_of(&identifiers)
    }

    /// What one unit costs.
    async fn price(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        self.unit_price(ctx).await
    }

    /// What one unit costs.
    #[graphql(name = "priceV2", deprecation = "Use `price`.")]
    async fn price_v2(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        self.unit_price(ctx).await
    }

    /// The product it is a form of.
    async fn product(&self, ctx: &Context<'_>) -> Result<Product, ApiError> {
        Ok(Product(context::of(ctx)?.loaders.products.get(self.0.product_id).await?))
    }

    /// Units left; null where the shop does not count them.
    async fn quantity_available(&self, ctx: &Context<'_>) -> Result<Option<i32>, ApiError> {
        Ok(self.availability(ctx).await?.counted().map(text::whole))
    }

    /// How many units can be bought at once.
    async fn quantity_rule(&self) -> QuantityRule {
        QuantityRule { increment: 1, maximum: None, minimum: 1 }
    }

    /// Whether it is sold only together with parts; nothing is yet.
    async fn requires_components(&self) -> bool {
        false
    }

    /// Whether it is delivered to an address.
    async fn requires_shipping(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        Ok(self.item(ctx).await?.requires_shipping)
    }

    /// Its value for each of the product's options.
    async fn selected_options(&self, ctx: &Context<'_>) -> Result<Vec<SelectedOption>, ApiError> {
        let options = context::of(ctx)?.loaders.selected_options.load(self.0.id).await?.unwrap_or_default();
        Ok(options.iter().map(SelectedOption::from).collect())
    }

    /// The shop's own number for it.
    async fn sku(&self) -> Option<&str> {
        self.0.sku.as_deref()
    }

    /// Whether tax is due on it.
    async fn taxable(&self) -> bool {
        self.0.taxable
    }

    /// Its option values, joined.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it weighs, in `weightUnit`.
    async fn weight(&self, ctx: &Context<'_>) -> Result<Option<f64>, ApiError> {
        Ok(text::kilograms(self.item(ctx).await?.weight_grams))
    }

    /// What its weight is given in.
    async fn weight_unit(&self) -> WeightUnit {
        WeightUnit::Kilograms
    }
}

/// A product's variants, which come in their places, in the order asked for.
pub(super) fn sorted(
    mut variants: Vec<Arc<variant::Model>>,
    key: ProductVariantSortKeys,
) -> Vec<Arc<variant::Model>> {
    match key {
        ProductVariantSortKeys::Position | ProductVariantSortKeys::Relevance => {}
        ProductVariantSortKeys::Id => variants.sort_by_key(|variant| variant.id),
        ProductVariantSortKeys::Sku => variants.sort_by(|a, b| (&a.sku, a.id).cmp(&(&b.sku, b.id))),
        ProductVariantSortKeys::Title => variants.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id))),
    }
    variants
}
