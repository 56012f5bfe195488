//! Payment in instalments through Shop Pay. This server does not offer it, and the types say so: they have no values.

use std::convert::Infallible;

use async_graphql::{Enum, ID, SimpleObject};

use super::money::MoneyV2;
use super::product::Count;

/// How often an instalment is due.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShopPayInstallmentsFinancingPlanFrequency {
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
}

/// What the credit behind instalments costs.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShopPayInstallmentsLoan {
    /// Interest.
    Interest,
    /// Nothing: a few equal parts.
    SplitPay,
    /// Nothing, although it takes longer.
    ZeroPercent,
}

/// Between which prices shoppers can pay in instalments.
#[derive(Clone, Debug, SimpleObject)]
pub struct ShopPayInstallmentsPricing {
    /// The plans to choose from.
    pub financing_plans: Vec<ShopPayInstallmentsFinancingPlan>,
    /// The highest price.
    pub max_price: MoneyV2,
    /// The lowest price.
    pub min_price: MoneyV2,
    /// What no value can be made of.
    #[graphql(skip)]
    pub never: Infallible,
}

/// A plan for paying in instalments.
#[derive(Clone, Debug, SimpleObject)]
pub struct ShopPayInstallmentsFinancingPlan {
    /// Its global id.
    #[graphql(owned)]
    pub id: ID,
    /// The highest price it is for.
    pub max_price: MoneyV2,
    /// The lowest price it is for.
    pub min_price: MoneyV2,
    /// The terms to choose from.
    pub terms: Vec<ShopPayInstallmentsFinancingPlanTerm>,
    /// What no value can be made of.
    #[graphql(skip)]
    pub never: Infallible,
}

/// How a plan is paid off.
#[derive(Clone, Debug, SimpleObject)]
pub struct ShopPayInstallmentsFinancingPlanTerm {
    /// The annual percentage rate.
    pub apr: i32,
    /// How often an instalment is due.
    pub frequency: ShopPayInstallmentsFinancingPlanFrequency,
    /// Its global id.
    #[graphql(owned)]
    pub id: ID,
    /// How many instalments there are.
    pub installments_count: Option<Count>,
    /// What the credit costs.
    pub loan_type: ShopPayInstallmentsLoan,
    /// What no value can be made of.
    #[graphql(skip)]
    pub never: Infallible,
}
