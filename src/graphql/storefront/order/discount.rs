//! What discounts took off an order.

#![expect(
    unreachable_code,
    reason = "some types have no values: what the macro adds behind a field is never reached"
)]

use async_graphql::{Interface, Object, SimpleObject};
use entity::discount::{DiscountClass, DiscountMethod, DiscountSpread, DiscountValueKind};
use entity::order_discount_application::{self, TargetSelection};

use super::Order;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::cart::{PricingPercentageValue, PricingValue};
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
#[derive(Clone, SimpleObject)]
pub struct AutomaticDiscountApplication {
    /// How the value was spread.
    #[graphql(owned)]
    allocation_method: DiscountApplicationAllocationMethod,
    /// Over which lines.
    #[graphql(owned)]
    target_selection: DiscountApplicationTargetSelection,
    /// Over lines or deliveries.
    #[graphql(owned)]
    target_type: DiscountApplicationTargetType,
    /// What the shop calls it.
    title: String,
    /// How much.
    #[graphql(owned)]
    value: PricingValue,
}

/// A discount whose code was typed in.
#[derive(Clone, SimpleObject)]
pub struct DiscountCodeApplication {
    /// How the value was spread.
    #[graphql(owned)]
    allocation_method: DiscountApplicationAllocationMethod,
    /// Whether it took anything off.
    applicable: bool,
    /// As it was typed in.
    code: String,
    /// Over which lines.
    #[graphql(owned)]
    target_selection: DiscountApplicationTargetSelection,
    /// Over lines or deliveries.
    #[graphql(owned)]
    target_type: DiscountApplicationTargetType,
    /// How much.
    #[graphql(owned)]
    value: PricingValue,
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
#[derive(Clone, SimpleObject)]
pub struct DiscountAllocation {
    /// How much it took off there.
    allocated_amount: MoneyV2,
    /// The discount.
    discount_application: DiscountApplication,
}

/// The discounts that took something off an order, in their order.
pub(super) fn applications_of(order: &Order) -> Result<Vec<DiscountApplication>, ApiError> {
    order.0.applications.iter().map(|row| application(order, row)).collect()
}

/// What discounts took off a line.
pub(super) fn of_line(
    order: &Order,
    line: entity::id::OrderLineId,
) -> Result<Vec<DiscountAllocation>, ApiError> {
    let of_line = order.0.line_discounts.iter().filter(|row| row.order_line_id == line);
    of_line.map(|row| allocation(order, row.application_id, row.amount_minor)).collect()
}

/// What discounts took off the deliveries.
pub(super) fn of_deliveries(order: &Order) -> Result<Vec<DiscountAllocation>, ApiError> {
    let rows = order.0.shipping_discounts.iter();
    rows.map(|row| allocation(order, row.application_id, row.amount_minor)).collect()
}

fn allocation(
    order: &Order,
    id: entity::id::OrderDiscountApplicationId,
    minor: i64,
) -> Result<DiscountAllocation, ApiError> {
    let row = order.0.applications.iter().find(|row| row.id == id);
    let row = row.ok_or_else(|| Fault::new("an order lacks a discount that was taken off"))?;
    Ok(DiscountAllocation {
        allocated_amount: order.money(minor)?,
        discount_application: application(order, row)?,
    })
}

fn application(
    order: &Order,
    row: &order_discount_application::Model,
) -> Result<DiscountApplication, ApiError> {
    let by_spread = match row.spread {
        DiscountSpread::Each => DiscountApplicationAllocationMethod::Each,
        DiscountSpread::Across => DiscountApplicationAllocationMethod::Across,
    };
    let (value, allocation_method) = match row.value_kind {
        DiscountValueKind::Percentage => {
            let percentage = PricingPercentageValue::of(row.value_bp.unwrap_or(0))?;
            (PricingValue::PricingPercentageValue(percentage), by_spread)
        }
        DiscountValueKind::Amount => {
            (PricingValue::MoneyV2(order.money(row.value_minor.unwrap_or(0))?), by_spread)
        }
        // A price says what was left; told is what it took, over all that it took from.
        DiscountValueKind::Price => {
            let taken = PricingValue::MoneyV2(order.money(row.amount_minor)?);
            (taken, DiscountApplicationAllocationMethod::Across)
        }
    };
    let target_selection = match row.selection {
        TargetSelection::All => DiscountApplicationTargetSelection::All,
        TargetSelection::Entitled => DiscountApplicationTargetSelection::Entitled,
        TargetSelection::Explicit => DiscountApplicationTargetSelection::Explicit,
    };
    let target_type = match row.class {
        DiscountClass::Product | DiscountClass::Order => DiscountApplicationTargetType::LineItem,
        DiscountClass::Shipping => DiscountApplicationTargetType::ShippingLine,
    };
    Ok(match (row.method, &row.code) {
        (DiscountMethod::Code, Some(code)) => {
            DiscountApplication::DiscountCodeApplication(DiscountCodeApplication {
                allocation_method,
                applicable: true,
                code: code.clone(),
                target_selection,
                target_type,
                value,
            })
        }
        (DiscountMethod::Code, None) | (DiscountMethod::Automatic, _) => {
            DiscountApplication::AutomaticDiscountApplication(AutomaticDiscountApplication {
                allocation_method,
                target_selection,
                target_type,
                title: row.title.clone(),
                value,
            })
        }
    })
}
