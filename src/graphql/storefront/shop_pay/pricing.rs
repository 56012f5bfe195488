//! Payment by instalments with Shopify's wallet.

use async_graphql::{ID, Object};

use crate::graphql::never::Never;
use crate::graphql::storefront::money::MoneyV2;
use crate::graphql::storefront::product::Count;

/// What a variant costs by instalments.
#[derive(Clone)]
pub struct ShopPayInstallmentsProductVariantPricing(Never);

/// What a variant costs by instalments.
#[Object]
impl ShopPayInstallmentsProductVariantPricing {
    /// Whether the shop offers it.
    async fn available(&self) -> bool {
        self.0.tell()
    }

    /// Whether the variant may be paid so.
    async fn eligible(&self) -> bool {
        self.0.tell()
    }

    /// What it costs in all.
    async fn full_price(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.tell()
    }

    /// How many instalments there are.
    async fn installments_count(&self) -> Option<Count> {
        self.0.tell()
    }

    /// What one of them is.
    async fn price_per_term(&self) -> MoneyV2 {
        self.0.tell()
    }
}
