//! Selling plans: subscriptions and other ways to buy repeatedly or later. No plan can be made yet, so most of these
//! types have no value; they say how plans would be told.

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Union};

use super::metafield::{HasMetafieldsIdentifier, Metafield};
use super::money::MoneyV2;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::never::Never;

/// Plans that are offered together.
#[derive(Clone)]
pub struct SellingPlanGroup(Never);

/// Plans that are offered together.
#[Object]
impl SellingPlanGroup {
    /// Which program made them.
    async fn app_name(&self) -> Option<String> {
        self.0.tell()
    }

    /// Their name for buyers.
    async fn name(&self) -> String {
        self.0.tell()
    }

    /// How they differ.
    async fn options(&self) -> Vec<SellingPlanGroupOption> {
        self.0.tell()
    }

    /// The plans.
    async fn selling_plans(
        &self,
        #[graphql(name = "after", desc = "After this place.")] _after: Option<String>,
        #[graphql(name = "before", desc = "Before this place.")] _before: Option<String>,
        #[graphql(name = "first", desc = "So many from the start.")] _first: Option<i32>,
        #[graphql(name = "last", desc = "So many from the end.")] _last: Option<i32>,
        #[graphql(name = "reverse", default = false, desc = "Turned round.")] _reverse: bool,
    ) -> Connection<SellingPlan> {
        self.0.tell()
    }
}

/// A way in which the plans of a group differ.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanGroupOption {
    /// Its name.
    pub name: String,
    /// Its values among the plans.
    pub values: Vec<String>,
}

/// A way to buy something repeatedly or later.
#[derive(Clone)]
pub struct SellingPlan(Never);

/// A way to buy something repeatedly or later.
#[Object]
impl SellingPlan {
    /// When it is paid.
    async fn billing_policy(&self) -> Option<SellingPlanBillingPolicy> {
        self.0.tell()
    }

    /// What is paid at the checkout.
    async fn checkout_charge(&self) -> SellingPlanCheckoutCharge {
        self.0.tell()
    }

    /// When it is delivered.
    async fn delivery_policy(&self) -> Option<SellingPlanDeliveryPolicy> {
        self.0.tell()
    }

    /// What buyers should know.
    async fn description(&self) -> Option<String> {
        self.0.tell()
    }

    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.tell()
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Result<Option<Metafield>, ApiError> {
        self.0.tell()
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "identifiers", desc = "Which ones.")] _identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        self.0.tell()
    }

    /// Its name for buyers.
    async fn name(&self) -> String {
        self.0.tell()
    }

    /// Its value for each option of its group.
    async fn options(&self) -> Vec<SellingPlanOption> {
        self.0.tell()
    }

    /// How it changes the price.
    async fn price_adjustments(&self) -> Vec<SellingPlanPriceAdjustment> {
        self.0.tell()
    }

    /// Whether it is delivered more than once.
    async fn recurring_deliveries(&self) -> bool {
        self.0.tell()
    }
}

/// The value of a plan for an option of its group.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanOption {
    /// The option's name.
    pub name: Option<String>,
    /// The plan's value.
    pub value: Option<String>,
}

/// When a plan is paid.
#[derive(Clone, Union)]
pub enum SellingPlanBillingPolicy {
    /// Again and again.
    SellingPlanRecurringBillingPolicy(SellingPlanRecurringBillingPolicy),
}

/// Payment again and again.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanRecurringBillingPolicy {
    /// In which unit the pause is counted.
    pub interval: SellingPlanInterval,
    /// How many of them lie between two payments.
    pub interval_count: i32,
}

/// When a plan is delivered.
#[derive(Clone, Union)]
pub enum SellingPlanDeliveryPolicy {
    /// Again and again.
    SellingPlanRecurringDeliveryPolicy(SellingPlanRecurringDeliveryPolicy),
}

/// Delivery again and again.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanRecurringDeliveryPolicy {
    /// In which unit the pause is counted.
    pub interval: SellingPlanInterval,
    /// How many of them lie between two deliveries.
    pub interval_count: i32,
}

/// Units in which pauses are counted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SellingPlanInterval {
    /// Days.
    Day,
    /// Months.
    Month,
    /// Weeks.
    Week,
    /// Years.
    Year,
}

/// What is paid at the checkout under a plan.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanCheckoutCharge {
    /// Whether a part or an amount.
    #[graphql(name = "type")]
    pub kind: SellingPlanCheckoutChargeType,
    /// How much.
    pub value: SellingPlanCheckoutChargeValue,
}

/// How the charge at the checkout is told.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SellingPlanCheckoutChargeType {
    /// As a part of the price.
    Percentage,
    /// As an amount.
    Price,
}

/// How much is paid at the checkout.
#[derive(Clone, Union)]
pub enum SellingPlanCheckoutChargeValue {
    /// An amount.
    MoneyV2(MoneyV2),
    /// A part of the price.
    SellingPlanCheckoutChargePercentageValue(SellingPlanCheckoutChargePercentageValue),
}

/// A part of the price that is paid at the checkout.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanCheckoutChargePercentageValue {
    /// In hundredths.
    pub percentage: f64,
}

/// How a plan changes the price.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanPriceAdjustment {
    /// By how much.
    pub adjustment_value: SellingPlanPriceAdjustmentValue,
    /// For how many orders; empty for all.
    pub order_count: Option<i32>,
}

/// By how much a plan changes the price.
#[derive(Clone, Union)]
pub enum SellingPlanPriceAdjustmentValue {
    /// By an amount.
    SellingPlanFixedAmountPriceAdjustment(SellingPlanFixedAmountPriceAdjustment),
    /// To an amount.
    SellingPlanFixedPriceAdjustment(SellingPlanFixedPriceAdjustment),
    /// By a part.
    SellingPlanPercentagePriceAdjustment(SellingPlanPercentagePriceAdjustment),
}

/// An amount that a plan takes off.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanFixedAmountPriceAdjustment {
    /// The amount.
    pub adjustment_amount: MoneyV2,
}

/// The price under a plan.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanFixedPriceAdjustment {
    /// The price.
    pub price: MoneyV2,
}

/// A part that a plan takes off.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanPercentagePriceAdjustment {
    /// In hundredths.
    pub adjustment_percentage: f64,
}

/// What a variant costs under a plan.
#[derive(Clone)]
pub struct SellingPlanAllocation(Never);

/// What a variant costs under a plan.
#[Object]
impl SellingPlanAllocation {
    /// What is paid at the checkout.
    async fn checkout_charge_amount(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// The prices, one for each change of the price.
    async fn price_adjustments(&self) -> Vec<SellingPlanAllocationPriceAdjustment> {
        self.0.tell()
    }

    /// What is paid later.
    async fn remaining_balance_charge_amount(&self) -> MoneyV2 {
        self.0.tell()
    }

    /// The plan.
    async fn selling_plan(&self) -> SellingPlan {
        self.0.tell()
    }
}

/// A price under a plan.
#[derive(Clone, SimpleObject)]
pub struct SellingPlanAllocationPriceAdjustment {
    /// What it is compared with.
    pub compare_at_price: MoneyV2,
    /// What one delivery costs.
    pub per_delivery_price: MoneyV2,
    /// What is paid.
    pub price: MoneyV2,
    /// What a unit of measure costs.
    pub unit_price: Option<MoneyV2>,
}
