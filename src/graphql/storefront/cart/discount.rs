//! What discounts take off a cart and its lines. The shop has none yet, so nothing is ever taken off; the types say how
//! it would be told.

use async_graphql::{Interface, Object, SimpleObject, Union};

use crate::graphql::never::Never;
use crate::graphql::storefront::code::{
    DiscountApplicationAllocationMethod, DiscountApplicationTargetSelection, DiscountApplicationTargetType,
};
use crate::graphql::storefront::money::MoneyV2;

/// What a discount takes off.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "discount_application", ty = "CartDiscountApplication", desc = "The discount's rule."),
    field(name = "discounted_amount", ty = "MoneyV2", desc = "How much it takes off."),
    field(name = "target_type", ty = "DiscountApplicationTargetType", desc = "What it takes it off.")
)]
pub enum CartDiscountAllocation {
    /// By a discount that applies by itself.
    CartAutomaticDiscountAllocation(CartAutomaticDiscountAllocation),
    /// By a discount whose code was typed in.
    CartCodeDiscountAllocation(CartCodeDiscountAllocation),
    /// By a rule of the shop's own.
    CartCustomDiscountAllocation(CartCustomDiscountAllocation),
}

/// The rule by which a discount takes something off.
#[derive(Clone, SimpleObject)]
pub struct CartDiscountApplication {
    /// How the value is spread.
    pub allocation_method: DiscountApplicationAllocationMethod,
    /// Over which lines.
    pub target_selection: DiscountApplicationTargetSelection,
    /// Over lines or deliveries.
    pub target_type: DiscountApplicationTargetType,
    /// How much.
    pub value: PricingValue,
}

/// How much a discount takes off.
#[derive(Clone, Union)]
pub enum PricingValue {
    /// An amount.
    MoneyV2(MoneyV2),
    /// A part.
    PricingPercentageValue(PricingPercentageValue),
}

/// A part of a price.
#[derive(Clone, SimpleObject)]
pub struct PricingPercentageValue {
    /// In hundredths.
    pub percentage: f64,
}

/// What a discount takes off that applies by itself.
#[derive(Clone)]
pub struct CartAutomaticDiscountAllocation(Never);

/// What a discount takes off that applies by itself.
#[Object]
impl CartAutomaticDiscountAllocation {
    /// The discount's rule.
    async fn discount_application(&self) -> CartDiscountApplication {
        self.0.tell()
    }

    /// How much it takes off.
    async fn discounted_amount(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// What it takes it off.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        self.0.tell()
    }

    /// The discount's name for buyers.
    async fn title(&self) -> String {
        self.0.tell()
    }
}

/// What a discount takes off whose code was typed in.
#[derive(Clone)]
pub struct CartCodeDiscountAllocation(Never);

/// What a discount takes off whose code was typed in.
#[Object]
impl CartCodeDiscountAllocation {
    /// As typed in.
    async fn code(&self) -> String {
        self.0.tell()
    }

    /// The discount's rule.
    async fn discount_application(&self) -> CartDiscountApplication {
        self.0.tell()
    }

    /// How much it takes off.
    async fn discounted_amount(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// What it takes it off.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        self.0.tell()
    }
}

/// What a rule of the shop's own takes off.
#[derive(Clone)]
pub struct CartCustomDiscountAllocation(Never);

/// What a rule of the shop's own takes off.
#[Object]
impl CartCustomDiscountAllocation {
    /// The discount's rule.
    async fn discount_application(&self) -> CartDiscountApplication {
        self.0.tell()
    }

    /// How much it takes off.
    async fn discounted_amount(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// What it takes it off.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        self.0.tell()
    }

    /// The rule's name for buyers.
    async fn title(&self) -> String {
        self.0.tell()
    }
}
