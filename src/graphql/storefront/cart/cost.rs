//! What a cart costs.

use async_graphql::Object;

use super::types::Cart;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::money::MoneyV2;

/// What a cart costs. The amounts are final unless they say that they are estimated.
pub struct CartCost(pub(super) Cart);

/// What a cart costs.
#[Object]
impl CartCost {
    /// What is paid at the checkout: the total without what gift cards pay.
    async fn checkout_charge_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.due_minor())
    }

    /// All lines, without delivery.
    async fn subtotal_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.subtotal_minor - self.0.0.priced.discount_minor)
    }

    /// Whether the subtotal may still change.
    async fn subtotal_amount_estimated(&self) -> bool {
        false
    }

    /// All lines, and the delivery once it is known.
    async fn total_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// Whether the total may still change: it does while the delivery is not known.
    async fn total_amount_estimated(&self) -> bool {
        self.0.0.needs_delivery() && self.0.0.priced.shipping_minor.is_none()
    }

    /// Duties; the shop collects none.
    #[graphql(deprecation = "Carts no longer tell duties.")]
    async fn total_duty_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// Whether the duties may still change.
    #[graphql(deprecation = "Carts no longer tell duties.")]
    async fn total_duty_amount_estimated(&self) -> bool {
        false
    }

    /// The tax that is added to the prices; none where prices hold it.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// Whether the tax may still change.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount_estimated(&self) -> bool {
        false
    }
}

/// What a cart costs, in the form of earlier versions.
pub struct CartEstimatedCost(pub(super) Cart);

/// What a cart costs, in the form of earlier versions.
#[Object]
impl CartEstimatedCost {
    /// What is paid at the checkout: the total without what gift cards pay.
    async fn checkout_charge_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.due_minor())
    }

    /// All lines, without delivery.
    async fn subtotal_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.subtotal_minor - self.0.0.priced.discount_minor)
    }

    /// All lines, and the delivery once it is known.
    async fn total_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// Duties; the shop collects none.
    async fn total_duty_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// The tax that is added to the prices; none where prices hold it.
    async fn total_tax_amount(&self) -> Option<MoneyV2> {
        None
    }
}
