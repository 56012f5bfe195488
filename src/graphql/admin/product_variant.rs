//! Variants of products for staff, and why they cost what they cost.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::{CustomerId, ProductId, VariantId};

use super::allowed;
use super::price_trace::PriceTraceStep;
use crate::app::App;
use crate::catalog::{PriceBasis, ProductRecord, VariantRecord};
use crate::customer;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CountryCode, ShopMoney};
use crate::market::{self, PriceRules};
use crate::money::{Currency, Money};
use crate::pricing::{self, MAX_LINE_QUANTITY, Tier};

/// The scope that reading products needs.
const READ_PRODUCTS: &str = "read_products";
/// The scope that prices of a customer need besides.
const READ_CUSTOMERS: &str = "read_customers";

/// A product as far as its variants need it.
#[derive(SimpleObject)]
pub struct Product {
    /// Its global id.
    pub id: ID,
    /// Its title.
    pub title: String,
}

/// One form in which a product is sold.
pub struct ProductVariant {
    record: Arc<ProductRecord>,
    place: usize,
}

impl ProductVariant {
    async fn find(app: &App, id: VariantId) -> Result<Option<Self>, Fault> {
        app.fresh().await?;
        let Some(product) = app.products.ids_by_variants(&app.db, &[id]).await?.remove(&id) else {
            return Ok(None);
        };
        let record = app.products.by_ids(&app.db, &[product]).await?.remove(&product);
        Ok(record.and_then(|record| Some(Self { place: record.place_of(id)?, record })))
    }

    fn held(&self) -> Result<&VariantRecord, ApiError> {
        let held = self.record.variants.get(self.place);
        held.ok_or_else(|| Fault::new("a variant has no place in its product").into())
    }

    /// Its base price now, and the shop's currency.
    async fn base_price(&self, ctx: &Context<'_>) -> Result<(Option<Tier>, Currency), ApiError> {
        let app = allowed(ctx, READ_PRODUCTS)?;
        let currency = app.markets().await?.currency();
        let basis = PriceBasis { rules: Arc::new(PriceRules::base(currency)), now: app.clock.now() };
        Ok((pricing::unit_price(&self.held()?.prices, &basis), currency))
    }
}

/// One form in which a product is sold.
#[Object]
impl ProductVariant {
    /// Its global id.
    async fn id(&self) -> Result<ID, ApiError> {
        Ok(id::encode("ProductVariant", self.held()?.variant.id))
    }

    /// Its option values, joined.
    async fn title(&self) -> Result<&str, ApiError> {
        Ok(&self.held()?.variant.title)
    }

    /// Its stock keeping unit.
    async fn sku(&self) -> Result<Option<&str>, ApiError> {
        Ok(self.held()?.variant.sku.as_deref())
    }

    /// The base price of one unit now, in the shop's currency.
    async fn price(&self, ctx: &Context<'_>) -> Result<ShopMoney, ApiError> {
        let (tier, currency) = self.base_price(ctx).await?;
        let tier = tier.ok_or_else(|| Fault::new("a variant has no base price"))?;
        Ok(ShopMoney(Money::new(tier.amount_minor, currency).to_string()))
    }

    /// What the base price is compared with while on sale.
    async fn compare_at_price(&self, ctx: &Context<'_>) -> Result<Option<ShopMoney>, ApiError> {
        let (tier, currency) = self.base_price(ctx).await?;
        let minor = tier.and_then(|tier| tier.compare_at_minor);
        Ok(minor.map(|minor| ShopMoney(Money::new(minor, currency).to_string())))
    }

    /// The product it is a form of.
    async fn product(&self) -> Product {
        let ProductRecord { product, .. } = self.record.as_ref();
        Product { id: id::encode("Product", ProductId(product.id.0)), title: product.title.clone() }
    }

    /// Why it costs what it costs: each rule that was tried, in order, whether it applied and why.
    async fn price_trace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the buyer is; the shop's own country where it is not given.")]
        country: Option<CountryCode>,
        #[graphql(default_with = "Some(1)", desc = "How many are bought.")] quantity: Option<i32>,
        #[graphql(desc = "Who buys: the prices of their segments hold.")] customer_id: Option<ID>,
    ) -> Result<Vec<PriceTraceStep>, ApiError> {
        let (app, quantity) = (allowed(ctx, READ_PRODUCTS)?, quantity.unwrap_or(1));
        if !(1..=MAX_LINE_QUANTITY).contains(&quantity) {
            let message = format!("The quantity must lie between 1 and {MAX_LINE_QUANTITY}");
            return Err(ApiError::bad_input("INVALID", message));
        }
        if customer_id.is_some() {
            // The segments of a customer show in the answer.
            allowed(ctx, READ_CUSTOMERS)?;
        }
        let customer = customer_id.map(|id| id::decode("Customer", &id)).transpose()?.map(CustomerId);
        let basis = basis_of(app, country, customer).await?;
        let (_, steps) = pricing::explain(&self.held()?.prices, &basis, quantity);
        Ok(steps.into_iter().map(|step| PriceTraceStep::of(step, basis.currency())).collect())
    }
}

/// Whose prices are meant: those of a country's market, for a customer's segments.
async fn basis_of(
    app: &App,
    country: Option<CountryCode>,
    customer: Option<CustomerId>,
) -> Result<PriceBasis, Fault> {
    let (shop, markets, now) = (app.shop().await?, app.markets().await?, app.clock.now());
    let segments = match customer {
        Some(id) => customer::segments_of(app.db.fresh(), id).await?,
        None => BTreeSet::new(),
    };
    let country = country.map_or(shop.country.as_str(), |country| country.0.code);
    Ok(PriceBasis::new(&market::resolve_for(&markets, country, now, &segments), now))
}

/// Queries about variants.
#[derive(Default)]
pub struct ProductVariantQuery;

/// Queries about variants.
#[Object]
impl ProductVariantQuery {
    /// A variant of a product. Needs the scope `read_products`.
    async fn product_variant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<ProductVariant>, ApiError> {
        let app = allowed(ctx, READ_PRODUCTS)?;
        Ok(ProductVariant::find(app, VariantId(id::decode("ProductVariant", &id)?)).await?)
    }
}
