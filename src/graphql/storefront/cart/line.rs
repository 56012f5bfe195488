//! A line of a cart.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, SimpleObject, Union};
use entity::id::CartLineId;

use super::discount::{self, CartDiscountAllocation};
use super::trace::{PriceTraceStep, trace_of};
use super::types::{Attribute, money};
use crate::cart::{CartLineView, CartView, Part};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::money::MoneyV2;
use crate::graphql::storefront::selling_plan::SellingPlanAllocation;
use crate::graphql::storefront::variant::ProductVariant;

/// What all kinds of cart line have in common.
#[derive(Clone, Interface)]
#[graphql(
    field(
        name = "attribute",
        ty = "Option<Attribute>",
        arg(name = "key", ty = "String", desc = "Which one."),
        desc = "The word of the front end with this key."
    ),
    field(name = "attributes", ty = "Vec<Attribute>", desc = "The words of the front end."),
    field(name = "cost", ty = "CartLineCost", desc = "What it costs."),
    field(
        name = "discount_allocations",
        ty = "Vec<CartDiscountAllocation>",
        desc = "What discounts take off it."
    ),
    field(
        name = "estimated_cost",
        ty = "CartLineEstimatedCost",
        deprecation = "Use `cost`.",
        desc = "What it is expected to cost."
    ),
    field(name = "id", ty = "ID", desc = "Its global id."),
    field(name = "merchandise", ty = "Merchandise", desc = "What is bought."),
    field(name = "quantity", ty = "i32", desc = "How many units."),
    field(
        name = "selling_plan_allocation",
        ty = "Option<SellingPlanAllocation>",
        desc = "The subscription under which it is bought."
    )
)]
pub enum BaseCartLine {
    /// A line of its own, or one that belongs to another.
    CartLine(CartLine),
    /// A bundle.
    ComponentizableCartLine(ComponentizableCartLine),
}

/// A line of a cart, or a component of one.
#[derive(Clone)]
struct LineAt {
    cart: Arc<CartView>,
    /// Its place among the cart's lines.
    place: usize,
    /// The place of a component among those of the line.
    part: Option<usize>,
}

/// A line of a cart.
#[derive(Clone)]
pub struct CartLine(LineAt);

/// A line of a cart that is a bundle.
#[derive(Clone)]
pub struct ComponentizableCartLine(LineAt);

/// What can be bought.
#[derive(Union)]
pub enum Merchandise {
    /// A variant of a product.
    ProductVariant(ProductVariant),
}

/// What the buyer may do with a line.
#[derive(SimpleObject)]
pub struct CartLineInstructions {
    /// Whether it can be taken out.
    pub can_remove: bool,
    /// Whether its quantity can be changed.
    pub can_update_quantity: bool,
}

/// The line that a line belongs to.
#[derive(SimpleObject)]
pub struct CartLineParentRelationship {
    /// That line.
    pub parent: CartLine,
}

impl BaseCartLine {
    /// The line at a place of a cart that has one there.
    pub(super) fn at(cart: &Arc<CartView>, place: usize) -> Self {
        let line = LineAt { cart: Arc::clone(cart), place, part: None };
        let is_bundle = cart.lines.get(place).is_some_and(|line| line.merchandise.is_bundle());
        if is_bundle {
            Self::ComponentizableCartLine(ComponentizableCartLine(line))
        } else {
            Self::CartLine(CartLine(line))
        }
    }

    pub(super) fn key(&self) -> Option<CartLineId> {
        let (Self::CartLine(CartLine(line)) | Self::ComponentizableCartLine(ComponentizableCartLine(line))) =
            self;
        line.cart.lines.get(line.place).map(|line| line.row.id)
    }

    /// The component with this key, of a bundle.
    pub(in crate::graphql::storefront) fn component(&self, variant: i64) -> Option<CartLine> {
        let Self::ComponentizableCartLine(ComponentizableCartLine(line)) = self else { return None };
        let parts = &line.cart.lines.get(line.place)?.merchandise.parts;
        let part = parts.iter().position(|part| part.merchandise.variant.id.0 == variant)?;
        Some(CartLine(LineAt { part: Some(part), ..line.clone() }))
    }
}

impl LineAt {
    fn view(&self) -> Result<&CartLineView, ApiError> {
        self.cart.lines.get(self.place).ok_or_else(|| Fault::new("a cart line has no place").into())
    }

    fn part(&self) -> Result<Option<&Part>, ApiError> {
        let Some(place) = self.part else { return Ok(None) };
        let part = self.view()?.merchandise.parts.get(place);
        part.map(Some).ok_or_else(|| Fault::new("a component has no place").into())
    }

    fn attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        let of_line = self.part.is_none().then(|| self.view()).transpose()?;
        Ok(of_line.iter().flat_map(|line| &line.attributes).map(Attribute::from).collect())
    }

    fn id(&self) -> Result<ID, ApiError> {
        let name = format!("{}?cart={}", self.view()?.row.id, self.cart.token);
        Ok(match self.part()? {
            Some(part) => id::encode("CartLine", format!("{name}&component={}", part.merchandise.variant.id)),
            None => id::encode("CartLine", name),
        })
    }

    /// A component costs nothing of its own: the bundle's line holds the price.
    fn cost(&self) -> Result<CartLineCost, ApiError> {
        let priced = (self.part.is_none()).then(|| self.view()).transpose()?.map(|line| &line.priced);
        let amount = |minor: Option<i64>| money(&self.cart, minor.unwrap_or(0));
        let compare_at = priced.and_then(|priced| priced.compare_at_minor);
        Ok(CartLineCost {
            amount_per_quantity: amount(priced.map(|priced| priced.unit_minor))?,
            compare_at_amount_per_quantity: compare_at.map(|minor| money(&self.cart, minor)).transpose()?,
            subtotal_amount: amount(priced.map(|priced| priced.subtotal_minor))?,
            total_amount: amount(priced.map(|priced| discount::line_total_minor(&self.cart, priced)))?,
        })
    }

    /// Discounts are on the bundle's line, never on a component.
    fn discount_allocations(&self) -> Result<Vec<CartDiscountAllocation>, ApiError> {
        if self.part.is_some() {
            return Ok(Vec::new());
        }
        discount::of_line(&self.cart, &self.view()?.priced)
    }

    fn estimated_cost(&self) -> Result<CartLineEstimatedCost, ApiError> {
        let cost = self.cost()?;
        Ok(CartLineEstimatedCost {
            amount: cost.amount_per_quantity,
            compare_at_amount: cost.compare_at_amount_per_quantity,
            subtotal_amount: cost.subtotal_amount,
            total_amount: cost.total_amount,
        })
    }

    async fn variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>, ApiError> {
        let own = &self.view()?.merchandise;
        let variant = &self.part()?.map_or(own, |part| &part.merchandise).variant;
        ProductVariant::of_product(ctx, variant.product_id, variant.id).await
    }

    async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise, ApiError> {
        let found = self.variant(ctx).await?;
        found.map(Merchandise::ProductVariant).ok_or_else(|| Fault::new("a cart line has no variant").into())
    }

    /// A component has no price of its own that could be told.
    fn price_trace(&self) -> Result<Vec<PriceTraceStep>, ApiError> {
        if self.part.is_some() { Ok(Vec::new()) } else { trace_of(&self.cart, self.place) }
    }

    fn quantity(&self) -> Result<i32, ApiError> {
        let quantity = self.view()?.row.quantity;
        Ok(self.part()?.map_or(quantity, |part| quantity.saturating_mul(part.quantity)))
    }
}

/// A variant in a cart, and how many units of it.
#[Object]
impl CartLine {
    /// The word of the front end with this key.
    pub async fn attribute(
        &self,
        #[graphql(desc = "Which one.")] key: String,
    ) -> Result<Option<Attribute>, ApiError> {
        Ok(self.0.attributes()?.into_iter().find(|attribute| attribute.key == key))
    }

    /// The words of the front end.
    pub async fn attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        self.0.attributes()
    }

    /// What it costs.
    pub async fn cost(&self) -> Result<CartLineCost, ApiError> {
        self.0.cost()
    }

    /// What discounts take off it.
    pub async fn discount_allocations(&self) -> Result<Vec<CartDiscountAllocation>, ApiError> {
        self.0.discount_allocations()
    }

    /// What it costs.
    #[graphql(deprecation = "Use `cost`.")]
    pub async fn estimated_cost(&self) -> Result<CartLineEstimatedCost, ApiError> {
        self.0.estimated_cost()
    }

    /// Its global id.
    pub async fn id(&self) -> Result<ID, ApiError> {
        self.0.id()
    }

    /// What the buyer may do with it: a component is changed with its bundle.
    async fn instructions(&self) -> CartLineInstructions {
        let is_own = self.0.part.is_none();
        CartLineInstructions { can_remove: is_own, can_update_quantity: is_own }
    }

    /// What is bought.
    pub async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise, ApiError> {
        self.0.merchandise(ctx).await
    }

    /// The line that it belongs to.
    async fn parent_relationship(&self) -> Result<Option<CartLineParentRelationship>, ApiError> {
        let Some(parent) = self.0.view()?.row.parent_id.filter(|_| self.0.part.is_none()) else {
            return Ok(None);
        };
        let place = self.0.cart.place_of(parent);
        let parent = place.map(|place| CartLine(LineAt { place, ..self.0.clone() }));
        Ok(parent.map(|parent| CartLineParentRelationship { parent }))
    }

    /// Why it costs what it costs: each rule that was tried, in order. An addition of this server.
    async fn price_trace(&self) -> Result<Vec<PriceTraceStep>, ApiError> {
        self.0.price_trace()
    }

    /// How many units.
    pub async fn quantity(&self) -> Result<i32, ApiError> {
        self.0.quantity()
    }

    /// The subscription under which it is bought.
    pub async fn selling_plan_allocation(&self) -> Option<SellingPlanAllocation> {
        None
    }
}

/// A bundle in a cart: a variant that is sold as others together.
#[Object]
impl ComponentizableCartLine {
    /// The word of the front end with this key.
    pub async fn attribute(
        &self,
        #[graphql(desc = "Which one.")] key: String,
    ) -> Result<Option<Attribute>, ApiError> {
        Ok(self.0.attributes()?.into_iter().find(|attribute| attribute.key == key))
    }

    /// The words of the front end.
    pub async fn attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        self.0.attributes()
    }

    /// What it costs.
    pub async fn cost(&self) -> Result<CartLineCost, ApiError> {
        self.0.cost()
    }

    /// What discounts take off it.
    pub async fn discount_allocations(&self) -> Result<Vec<CartDiscountAllocation>, ApiError> {
        self.0.discount_allocations()
    }

    /// What it costs.
    #[graphql(deprecation = "Use `cost`.")]
    pub async fn estimated_cost(&self) -> Result<CartLineEstimatedCost, ApiError> {
        self.0.estimated_cost()
    }

    /// Its global id.
    pub async fn id(&self) -> Result<ID, ApiError> {
        self.0.id()
    }

    /// What is in it, as far as it is shown: as many units as all its bundles hold. They cost nothing of their own.
    async fn line_components(&self, ctx: &Context<'_>) -> Result<Vec<CartLine>, ApiError> {
        let parts = 0..self.0.view()?.merchandise.parts.len();
        let lines = parts.map(|part| LineAt { part: Some(part), ..self.0.clone() });
        let shown = lines
            .map(|line| async move { Ok::<_, ApiError>(line.variant(ctx).await?.map(|_| CartLine(line))) });
        Ok(futures_util::future::try_join_all(shown).await?.into_iter().flatten().collect())
    }

    /// What is bought.
    pub async fn merchandise(&self, ctx: &Context<'_>) -> Result<Merchandise, ApiError> {
        self.0.merchandise(ctx).await
    }

    /// Why it costs what it costs: each rule that was tried, in order. An addition of this server.
    async fn price_trace(&self) -> Result<Vec<PriceTraceStep>, ApiError> {
        self.0.price_trace()
    }

    /// How many units.
    pub async fn quantity(&self) -> Result<i32, ApiError> {
        self.0.quantity()
    }

    /// The subscription under which it is bought.
    pub async fn selling_plan_allocation(&self) -> Option<SellingPlanAllocation> {
        None
    }
}

/// What a line costs.
#[derive(SimpleObject)]
pub struct CartLineCost {
    /// One unit.
    pub amount_per_quantity: MoneyV2,
    /// What a unit is compared with while on sale.
    pub compare_at_amount_per_quantity: Option<MoneyV2>,
    /// All units before discounts.
    pub subtotal_amount: MoneyV2,
    /// All units after the discounts that chose the line; those on the cart as a whole are told with the cart.
    pub total_amount: MoneyV2,
}

/// What a line costs, in the form of earlier versions.
#[derive(SimpleObject)]
pub struct CartLineEstimatedCost {
    /// One unit.
    pub amount: MoneyV2,
    /// What a unit is compared with while on sale.
    pub compare_at_amount: Option<MoneyV2>,
    /// All units before discounts.
    pub subtotal_amount: MoneyV2,
    /// All units after the discounts that chose the line; those on the cart as a whole are told with the cart.
    pub total_amount: MoneyV2,
}
