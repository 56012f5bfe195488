//! What a cart costs.

use async_graphql::Object;

use super::discount;
use super::types::Cart;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::money::MoneyV2;

/// What a cart costs. The amounts are final unless they say that they are estimated.
pub struct CartCost(pub(super) Cart);

impl Cart {
    /// What is taken in taxes, once that is known.
    fn tax(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.0.tax_minor().map(|minor| self.money(minor)).transpose()
    }

    fn subtotal(&self) -> Result<MoneyV2, ApiError> {
        self.money(discount::subtotal_minor(&self.0))
    }
}

/// What a cart costs.
#[Object]
impl CartCost {
    /// What is paid at the checkout: the total without what gift cards and store credit pay.
    async fn checkout_charge_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.due_minor())
    }

    /// All lines after the discounts that chose them and before those on the cart as a whole, without delivery, and without
    /// the taxes that are added to prices.
    async fn subtotal_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.subtotal()
    }

    /// Whether the subtotal may still change.
    async fn subtotal_amount_estimated(&self) -> bool {
        false
    }

    /// What the buyer pays: all lines, the deliveries and the added taxes, as far as they are known.
    async fn total_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// Whether the total may still change: it does while a delivery or an added tax is not known for sure.
    async fn total_amount_estimated(&self) -> bool {
        self.0.0.is_total_estimated()
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

    /// All taxes, whether prices hold them or they are added; none while they are not known.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.0.tax()
    }

    /// Whether the taxes may still change.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount_estimated(&self) -> bool {
        self.0.0.are_taxes_estimated()
    }
}

/// What a cart costs, in the form of earlier versions.
pub struct CartEstimatedCost(pub(super) Cart);

/// What a cart costs, in the form of earlier versions.
#[Object]
impl CartEstimatedCost {
    /// What is paid at the checkout: the total without what gift cards and store credit pay.
    async fn checkout_charge_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.due_minor())
    }

    /// All lines after the discounts that chose them and before those on the cart as a whole, without delivery, and without
    /// the taxes that are added to prices.
    async fn subtotal_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.subtotal()
    }

    /// What the buyer pays: all lines, the deliveries and the added taxes, as far as they are known.
    async fn total_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// Duties; the shop collects none.
    async fn total_duty_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// All taxes, whether prices hold them or they are added; none while they are not known.
    async fn total_tax_amount(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.0.tax()
    }
}
