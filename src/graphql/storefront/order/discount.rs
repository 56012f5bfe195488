//! What discounts took off an order. The shop has none yet, so nothing was ever taken off; the types say how it would be
//! told.

#![allow(
    unreachable_code,
    reason = "the types have no values: what the macro adds behind a field is never reached"
)]

use async_graphql::{Interface, Object};

use crate::graphql::storefront::cart::PricingValue;
use crate::graphql::storefront::code::{
    DiscountApplicationAllocationMethod, DiscountApplicationTargetSelection, DiscountApplicationTargetType,
};
use crate::graphql::storefront::money::MoneyV2;

/// The rule by which a discount took something off.
#[derive(Clone, Interface)]
#[graphql(
    field(
        name = "allocation_method",
        ty = "DiscountApplicationAllocationMethod",
        desc = "How the value was spread."
    ),
    field(name = "target_selection", ty = "DiscountApplicationTargetSelection", desc = "Over which lines."),
    field(name = "target_type", ty = "DiscountApplicationTargetType", desc = "Over lines or deliveries."),
    field(name = "value", ty = "PricingValue", desc = "How much.")
)]
pub enum DiscountApplication {
    /// Of a discount that applied by itself.
    AutomaticDiscountApplication(AutomaticDiscountApplication),
    /// Of a discount whose code was typed in.
    DiscountCodeApplication(DiscountCodeApplication),
    /// Given by a member of staff.
    ManualDiscountApplication(ManualDiscountApplication),
    /// Of a rule of the shop's own.
    ScriptDiscountApplication(ScriptDiscountApplication),
}

/// A discount that applied by itself.
#[derive(Clone)]
pub enum AutomaticDiscountApplication {}

/// A discount that applied by itself.
#[Object]
impl AutomaticDiscountApplication {
    /// How the value was spread.
    async fn allocation_method(&self) -> DiscountApplicationAllocationMethod {
        match *self {}
    }

    /// Over which lines.
    async fn target_selection(&self) -> DiscountApplicationTargetSelection {
        match *self {}
    }

    /// Over lines or deliveries.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        match *self {}
    }

    /// What the shop calls it.
    async fn title(&self) -> String {
        match *self {}
    }

    /// How much.
    async fn value(&self) -> PricingValue {
        match *self {}
    }
}

/// A discount whose code was typed in.
#[derive(Clone)]
pub enum DiscountCodeApplication {}

/// A discount whose code was typed in.
#[Object]
impl DiscountCodeApplication {
    /// How the value was spread.
    async fn allocation_method(&self) -> DiscountApplicationAllocationMethod {
        match *self {}
    }

    /// Whether it took anything off.
    async fn applicable(&self) -> bool {
        match *self {}
    }

    /// As it was typed in.
    async fn code(&self) -> String {
        match *self {}
    }

    /// Over which lines.
    async fn target_selection(&self) -> DiscountApplicationTargetSelection {
        match *self {}
    }

    /// Over lines or deliveries.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        match *self {}
    }

    /// How much.
    async fn value(&self) -> PricingValue {
        match *self {}
    }
}

/// A discount that a member of staff gave.
#[derive(Clone)]
pub enum ManualDiscountApplication {}

/// A discount that a member of staff gave.
#[Object]
impl ManualDiscountApplication {
    /// How the value was spread.
    async fn allocation_method(&self) -> DiscountApplicationAllocationMethod {
        match *self {}
    }

    /// Why it was given.
    async fn description(&self) -> Option<String> {
        match *self {}
    }

    /// Over which lines.
    async fn target_selection(&self) -> DiscountApplicationTargetSelection {
        match *self {}
    }

    /// Over lines or deliveries.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        match *self {}
    }

    /// What it is called.
    async fn title(&self) -> String {
        match *self {}
    }

    /// How much.
    async fn value(&self) -> PricingValue {
        match *self {}
    }
}

/// A discount of a rule of the shop's own.
#[derive(Clone)]
pub enum ScriptDiscountApplication {}

/// A discount of a rule of the shop's own.
#[Object]
impl ScriptDiscountApplication {
    /// How the value was spread.
    async fn allocation_method(&self) -> DiscountApplicationAllocationMethod {
        match *self {}
    }

    /// Over which lines.
    async fn target_selection(&self) -> DiscountApplicationTargetSelection {
        match *self {}
    }

    /// Over lines or deliveries.
    async fn target_type(&self) -> DiscountApplicationTargetType {
        match *self {}
    }

    /// What the rule calls it.
    async fn title(&self) -> String {
        match *self {}
    }

    /// How much.
    async fn value(&self) -> PricingValue {
        match *self {}
    }
}

/// A discount's share in a line or in a delivery.
#[derive(Clone)]
pub enum DiscountAllocation {}

/// A discount's share in a line or in a delivery.
#[Object]
impl DiscountAllocation {
    /// How much it took off there.
    async fn allocated_amount(&self) -> MoneyV2 {
        match *self {}
    }

    /// The discount.
    async fn discount_application(&self) -> DiscountApplication {
        match *self {}
    }
}
