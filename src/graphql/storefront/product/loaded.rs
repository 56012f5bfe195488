//! A product with what is known of it, as far as shoppers reach it.

use std::sync::{Arc, OnceLock};

use async_graphql::Context;
use entity::id::{OptionValueId, ProductId, VariantId};
use entity::product;
use entity::translation::ResourceType;
use futures_util::future::try_join_all;

use crate::catalog::{self, Assortment, ProductRecord};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::context::{self, RequestContext};
use crate::graphql::storefront::media::is_shown_picture;
use crate::graphql::storefront::translation;
use crate::graphql::storefront::variant::ProductVariant;
use crate::inventory::{self, Availability, ProductStock, StockOfProduct};
use crate::pricing::{self, PriceRanges, Tier};

/// Something the shop sells, in one or more variants, with what is left of it.
#[derive(Clone, Debug)]
pub struct Product(Arc<Held>);

#[derive(Debug)]
struct Held {
    record: Arc<ProductRecord>,
    stock: StockOfProduct,
    assortment: OnceLock<Assortment>,
    /// What one unit of each variant costs: the same for the whole request.
    unit_prices: OnceLock<Vec<Option<Tier>>>,
}

impl Product {
    pub(in crate::graphql::storefront) fn new(record: Arc<ProductRecord>, stock: StockOfProduct) -> Self {
        Self(Arc::new(Held { record, stock, assortment: OnceLock::new(), unit_prices: OnceLock::new() }))
    }

    /// The product with this key, as far as shoppers reach it.
    pub(in crate::graphql::storefront) async fn find(
        ctx: &Context<'_>,
        id: ProductId,
    ) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let product = request.loaders.product(&request.app, id).await?;
        Ok(product.filter(|product| catalog::is_reachable(product.row(), request.now)))
    }

    /// The products with these keys in the same order; those that shoppers do not reach are left out.
    pub(in crate::graphql::storefront) async fn find_all(
        ctx: &Context<'_>,
        ids: Vec<ProductId>,
    ) -> Result<Vec<Self>, ApiError> {
        let found = try_join_all(ids.into_iter().map(|id| Self::find(ctx, id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// The product with this handle, as far as shoppers reach it.
    pub(in crate::graphql::storefront) async fn find_by_handle(
        ctx: &Context<'_>,
        handle: String,
    ) -> Result<Option<Self>, ApiError> {
        match context::of(ctx)?.loaders.product_ids.load(handle).await? {
            Some(id) => Self::find(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Its row.
    pub(in crate::graphql::storefront) fn row(&self) -> &product::Model {
        &self.0.record.product
    }

    /// All that is known of it but its stock.
    pub(in crate::graphql::storefront) fn record(&self) -> &ProductRecord {
        &self.0.record
    }

    /// How much is left of one of its variants.
    pub(in crate::graphql::storefront) fn left_of(&self, variant: &entity::variant::Model) -> Availability {
        self.0.stock.get(&variant.inventory_item_id).copied().unwrap_or(Availability::NONE)
    }

    /// What one unit of each variant costs for the buyer, in the order of the variants.
    pub(in crate::graphql::storefront) fn unit_prices(&self, request: &RequestContext) -> &[Option<Tier>] {
        self.0.unit_prices.get_or_init(|| {
            let rows = self.record().variants.iter().map(|held| &held.prices);
            rows.map(|rows| pricing::unit_price(rows, &request.prices)).collect()
        })
    }

    /// Between which prices its variants lie for the buyer; none where none has a price.
    pub(super) fn price_ranges(&self, request: &RequestContext) -> Option<PriceRanges> {
        pricing::ranges(self.unit_prices(request).iter().copied().flatten(), request.currency)
    }

    pub(super) fn assortment(&self) -> &Assortment {
        self.0.assortment.get_or_init(|| {
            let record = self.record();
            let offers = record.variants.iter().map(|held| {
                let is_for_sale = inventory::is_for_sale(&held.variant, &self.left_of(&held.variant));
                (Arc::clone(&held.variant), held.choices.as_slice(), is_for_sale)
            });
            Assortment::new(record.options.clone(), offers)
        })
    }

    /// The variant with this key, if it has it.
    pub(in crate::graphql::storefront) fn variant(&self, id: VariantId) -> Option<ProductVariant> {
        self.record().place_of(id).map(|place| ProductVariant::new(self.clone(), place))
    }

    /// The first variant with this value.
    pub(in crate::graphql::storefront) fn first_with(&self, value: OptionValueId) -> Option<ProductVariant> {
        self.assortment().first_with(value).and_then(|variant| self.variant(variant.id))
    }

    pub(super) fn variants_in_order(&self) -> Vec<ProductVariant> {
        (0..self.record().variants.len()).map(|place| ProductVariant::new(self.clone(), place)).collect()
    }

    pub(super) fn pictures(&self) -> impl Iterator<Item = &Arc<entity::media::Model>> {
        self.record().media.iter().filter(|medium| is_shown_picture(medium))
    }

    pub(super) fn stock(&self) -> ProductStock {
        let variants = self.record().variants.iter().map(|held| held.variant.as_ref());
        ProductStock::of(variants, &self.0.stock)
    }

    pub(super) async fn translated(
        &self,
        ctx: &Context<'_>,
        key: &str,
        original: &str,
    ) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Product, self.row().id.0, key, original).await
    }
}
