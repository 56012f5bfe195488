//! A line of a cart.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, SimpleObject, Union};
use entity::id::CartLineId;

use super::types::{Attribute, money};
use crate::cart::{CartLineView, CartView};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::money::MoneyV2;
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
    field(name = "id", ty = "ID", desc = "Its global id."),
    field(name = "merchandise", ty = "Merchandise", desc = "What is bought."),
    field(name = "quantity", ty = "i32", desc = "How many units.")
)]
pub enum BaseCartLine {
    /// A line of its own.
    CartLine(CartLine),
}

/// A line of a cart.
#[derive(Clone)]
pub struct CartLine {
    /// The cart it is in.
    pub(super) cart: Arc<CartView>,
    /// Its place among the cart's lines.
    pub(super) place: usize,
}

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

impl CartLine {
    fn view(&self) -> Result<&CartLineView, ApiError> {
        self.cart.lines.get(self.place).ok_or_else(|| Fault::new("a cart line has no place").into())
    }

    pub(super) fn key(&self) -> Option<CartLineId> {
        self.cart.lines.get(self.place).map(|line| line.row.id)
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
        let attributes = &self.view()?.attributes;
        Ok(attributes.iter().find(|attribute| attribute.key == key).map(Attribute::from))
    }

    /// The words of the front end.
    pub async fn attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        Ok(self.view()?.attributes.iter().map(Attribute::from).collect())
    }

    /// What it costs.
    pub async fn cost(&self) -> Result<CartLineCost, ApiError> {
        let priced = &self.view()?.priced;
        let compare_at = priced.compare_at_minor.map(|minor| money(&self.cart, minor));
        Ok(CartLineCost {
            amount_per_quantity: money(&self.cart, priced.unit_minor)?,
            compare_at_amount_per_quantity: compare_at.transpose()?,
            subtotal_amount: money(&self.cart, priced.subtotal_minor)?,
            total_amount: money(&self.cart, priced.total_minor)?,
        })
    }

    /// Its global id.
    pub async fn id(&self) -> Result<ID, ApiError> {
        let name = format!("{}?cart={}", self.view()?.row.id, self.cart.token);
        Ok(id::encode("CartLine", name))
    }

    /// What the buyer may do with it.
    async fn instructions(&self) -> CartLineInstructions {
        CartLineInstructions { can_remove: true, can_update_quantity: true }
    }

    /// What is bought.
    pub async fn merchandise(&self, _ctx: &Context<'_>) -> Result<Merchandise, ApiError> {
        let variant = Arc::clone(&self.view()?.merchandise.variant);
        Ok(Merchandise::ProductVariant(ProductVariant(variant)))
    }

    /// The line that it belongs to.
    async fn parent_relationship(&self) -> Option<CartLineParentRelationship> {
        None
    }

    /// How many units.
    pub async fn quantity(&self) -> Result<i32, ApiError> {
        Ok(self.view()?.row.quantity)
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
    /// All units after discounts.
    pub total_amount: MoneyV2,
}
