//! Variants of products: what can be put in a cart.

use async_graphql::{Context, ID, Object};
use entity::id::{ProductId, VariantId};
use entity::metafield::OwnerType;
use entity::variant;

use super::bundle::{self, ProductVariantComponent};
use super::code::{ProductVariantSortKeys, WeightUnit};
use super::context::{self, RequestContext};
use super::image::Image;
use super::location::{self, GeoCoordinateInput, StoreAvailability};
use super::media::is_shown_picture;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::money::MoneyV2;
use super::option::{self, SelectedOption};
use super::paging::page_request;
use super::product::Product;
use super::quantity::{self, QuantityPriceBreak, QuantityRule};
use super::selling_plan::SellingPlanAllocation;
use super::shop_pay::ShopPayInstallmentsProductVariantPricing;
use super::text;
use super::unit_price::UnitPriceMeasurement;
use crate::catalog::VariantRecord;
use crate::error::Fault;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::inventory::{self, Availability};
use crate::money::Money;
use crate::pricing::{self, Tier, UnitPrice};

/// One form in which a product is sold, such as the red one in size M.
#[derive(Clone, Debug)]
pub struct ProductVariant {
    product: Product,
    /// Its place among the product's variants.
    place: usize,
}

impl ProductVariant {
    pub(super) fn new(product: Product, place: usize) -> Self {
        Self { product, place }
    }

    /// The variant with this key, as far as shoppers reach it.
    pub(super) async fn find(ctx: &Context<'_>, id: VariantId) -> Result<Option<Self>, ApiError> {
        let product = context::of(ctx)?.loaders.product_of_variant.load(id).await?;
        match product {
            Some(product) => Self::of_product(ctx, product, id).await,
            None => Ok(None),
        }
    }

    /// The same where its product is known.
    pub(super) async fn of_product(
        ctx: &Context<'_>,
        product: ProductId,
        id: VariantId,
    ) -> Result<Option<Self>, ApiError> {
        Ok(Product::find(ctx, product).await?.and_then(|product| product.variant(id)))
    }

    fn held(&self) -> Result<&VariantRecord, ApiError> {
        let held = self.product.record().variants.get(self.place);
        held.ok_or_else(|| Fault::new("a variant has no place in its product").into())
    }

    fn row(&self) -> Result<&variant::Model, ApiError> {
        Ok(&self.held()?.variant)
    }

    fn availability(&self) -> Result<Availability, ApiError> {
        Ok(self.product.left_of(self.row()?))
    }

    /// What one unit costs.
    fn tier(&self, request: &RequestContext) -> Result<Tier, ApiError> {
        let price = self.product.unit_prices(request).get(self.place).copied().flatten();
        let missing = || Fault::new(format!("a variant of product {} has no price", self.product.row().id));
        price.ok_or_else(|| missing().into())
    }

    fn current_price(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        let request = context::of(ctx)?;
        Ok(Money::new(self.tier(request)?.amount_minor, request.currency).into())
    }

    fn unit_compare_at(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        let request = context::of(ctx)?;
        let minor = self.tier(request)?.compare_at_minor;
        Ok(minor.map(|minor| Money::new(minor, request.currency).into()))
    }
}

/// One form in which a product is sold, such as the red one in size M.
#[Object(serial)]
impl ProductVariant {
    /// Whether it can be bought.
    async fn available_for_sale(&self) -> Result<bool, ApiError> {
        Ok(inventory::is_for_sale(self.row()?, &self.availability()?))
    }

    /// The number under its bars.
    async fn barcode(&self) -> Result<Option<&str>, ApiError> {
        Ok(self.row()?.barcode.as_deref())
    }

    /// The price it is compared with while on sale.
    async fn compare_at_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        self.unit_compare_at(ctx)
    }

    /// The price it is compared with while on sale.
    #[graphql(name = "compareAtPriceV2", deprecation = "Use `compareAtPrice`.")]
    async fn compare_at_price_v2(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        self.unit_compare_at(ctx)
    }

    /// What is in it, where it is sold as others together.
    async fn components(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<ProductVariantComponent>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), None)?;
        bundle::components(ctx, self.row()?.id, &page).await
    }

    /// Whether none is left although it can be bought.
    async fn currently_not_in_stock(&self) -> Result<bool, ApiError> {
        Ok(inventory::is_sold_past_zero(self.row()?, &self.availability()?))
    }

    /// What it is sold in together with others.
    async fn grouped_by(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Self>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), None)?;
        bundle::grouped_by(ctx, self.row()?.id, &page).await
    }

    /// Its global id.
    pub(super) async fn id(&self) -> Result<ID, ApiError> {
        Ok(id::encode("ProductVariant", self.row()?.id))
    }

    /// Its own picture, or the first of its product.
    async fn image(&self) -> Result<Option<Image>, ApiError> {
        let own = self.held()?.picture.as_ref().filter(|picture| is_shown_picture(picture));
        let first = || self.product.record().media.iter().find(|medium| is_shown_picture(medium));
        Ok(own.or_else(first).cloned().map(Image))
    }

    /// The lowest price of the thirty days before the present reduction, as Directive 98/6/EC of the European Union wants it
    /// told; null where the variant is not on sale, or was never sold before.
    async fn lowest_prior_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        let request = context::of(ctx)?;
        let history = request.loaders.price_history.load(self.row()?.id).await?;
        let minor = history.and_then(|rows| pricing::lowest_prior_price(&rows, request.eras(), request.now));
        Ok(minor.map(|minor| Money::new(minor, request.currency).into()))
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Variant, self.row()?.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Variant, self.row()?.id, &identifiers).await
    }

    /// What one unit costs.
    async fn price(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        self.current_price(ctx)
    }

    /// What one unit costs.
    #[graphql(name = "priceV2", deprecation = "Use `price`.")]
    async fn price_v2(&self, ctx: &Context<'_>) -> Result<MoneyV2, ApiError> {
        self.current_price(ctx)
    }

    /// The product it is a form of.
    async fn product(&self) -> &Product {
        &self.product
    }

    /// Units left; null where the shop does not count them.
    async fn quantity_available(&self) -> Result<Option<i32>, ApiError> {
        Ok(self.availability()?.counted().map(text::whole))
    }

    /// What one unit costs from higher quantities on.
    async fn quantity_price_breaks(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<QuantityPriceBreak>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), None)?;
        let request = context::of(ctx)?;
        let tiers = pricing::tiers(&self.held()?.prices, &request.prices);
        Ok(quantity::price_breaks(&tiers, request.currency, &page))
    }

    /// How many units can be bought at once.
    async fn quantity_rule(&self, ctx: &Context<'_>) -> Result<QuantityRule, ApiError> {
        Ok(pricing::quantity_rule(&self.held()?.quantity_rules, &context::of(ctx)?.prices).into())
    }

    /// Whether it is sold only together with its parts.
    async fn requires_components(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        bundle::is_bundle(ctx, self.row()?.id).await
    }

    /// Whether it is delivered to an address.
    async fn requires_shipping(&self) -> Result<bool, ApiError> {
        Ok(self.held()?.item.requires_shipping)
    }

    /// Its value for each of the product's options.
    async fn selected_options(&self, ctx: &Context<'_>) -> Result<Vec<SelectedOption>, ApiError> {
        option::selected(ctx, self.product.record(), self.held()?).await
    }

    /// What it costs under plans; none can be made yet.
    async fn selling_plan_allocations(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<SellingPlanAllocation>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        Ok(Connection(page.page_of_list(Vec::new())))
    }

    /// What it costs by instalments with Shopify's wallet; this shop does not take it.
    async fn shop_pay_installments_pricing(&self) -> Option<ShopPayInstallmentsProductVariantPricing> {
        None
    }

    /// The shop's own number for it.
    async fn sku(&self) -> Result<Option<&str>, ApiError> {
        Ok(self.row()?.sku.as_deref())
    }

    /// Where it may be fetched.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn store_availability(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(desc = "From where the nearest place is looked for.")] near: Option<GeoCoordinateInput>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<StoreAvailability>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        location::store_availability(ctx, self.row()?, near, &page).await
    }

    /// Whether tax is due on it.
    async fn taxable(&self) -> Result<bool, ApiError> {
        Ok(self.row()?.taxable)
    }

    /// Its option values, joined.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        option::variant_title(ctx, self.product.record(), self.held()?).await
    }

    /// What a litre, a kilogram or another reference quantity of it costs.
    async fn unit_price(&self, ctx: &Context<'_>) -> Result<Option<MoneyV2>, ApiError> {
        let request = context::of(ctx)?;
        let price = Money::new(self.tier(request)?.amount_minor, request.currency);
        let measure = self.held()?.measure.as_ref();
        Ok(measure.and_then(|measure| UnitPrice::of(measure, price)).map(|unit| unit.price.into()))
    }

    /// How much it holds, and for how much of it the unit price is.
    async fn unit_price_measurement(&self) -> Result<Option<UnitPriceMeasurement>, ApiError> {
        Ok(self.held()?.measure.clone().map(UnitPriceMeasurement))
    }

    /// What it weighs, in `weightUnit`.
    async fn weight(&self) -> Result<Option<f64>, ApiError> {
        Ok(text::kilograms(self.held()?.item.weight_grams))
    }

    /// What its weight is given in.
    async fn weight_unit(&self) -> WeightUnit {
        WeightUnit::Kilograms
    }
}

/// A product's variants, which come in their places, in the order asked for.
pub(super) fn sorted(mut variants: Vec<ProductVariant>, key: ProductVariantSortKeys) -> Vec<ProductVariant> {
    let row = |variant: &ProductVariant| variant.row().ok().cloned();
    match key {
        ProductVariantSortKeys::Position | ProductVariantSortKeys::Relevance => {}
        ProductVariantSortKeys::Id => variants.sort_by_cached_key(|variant| row(variant).map(|row| row.id)),
        ProductVariantSortKeys::Sku => {
            variants.sort_by_cached_key(|variant| row(variant).map(|row| (row.sku, row.id)));
        }
        ProductVariantSortKeys::Title => {
            variants.sort_by_cached_key(|variant| row(variant).map(|row| (row.title, row.id)));
        }
    }
    variants
}
