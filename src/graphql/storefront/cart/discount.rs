//! What discounts take off a cart, its lines and its deliveries.

use async_graphql::{Interface, Object, SimpleObject, Union};

use super::types::{CartDiscountCode, money};
use crate::cart::CartView;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::never::Never;
use crate::graphql::storefront::code::{
    CartWarningCode, DiscountApplicationAllocationMethod, DiscountApplicationTargetSelection,
    DiscountApplicationTargetType,
};
use crate::graphql::storefront::money::MoneyV2;
use crate::pricing::engine::{
    Allocation, Application, CodeOutcome, DiscountClass, DiscountMethod, Inapplicable, PricedLine, Spread,
    TargetSelection, Value,
};

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

impl PricingPercentageValue {
    /// Of hundredths of a percent.
    pub(in crate::graphql::storefront) fn of(bp: i32) -> Result<Self, ApiError> {
        // By way of the decimal text, which is exact; dividing floats is not.
        let percentage = format!("{}.{:02}", bp / 100, bp % 100).parse();
        Ok(Self { percentage: percentage.map_err(Fault::new)? })
    }
}

/// What a discount takes off that applies by itself.
#[derive(Clone, SimpleObject)]
pub struct CartAutomaticDiscountAllocation {
    /// The discount's rule.
    #[graphql(owned)]
    discount_application: CartDiscountApplication,
    /// How much it takes off.
    #[graphql(owned)]
    discounted_amount: MoneyV2,
    /// What it takes it off.
    #[graphql(owned)]
    target_type: DiscountApplicationTargetType,
    /// The discount's name for buyers.
    title: String,
}

/// What a discount takes off whose code was typed in.
#[derive(Clone, SimpleObject)]
pub struct CartCodeDiscountAllocation {
    /// As typed in.
    code: String,
    /// The discount's rule.
    #[graphql(owned)]
    discount_application: CartDiscountApplication,
    /// How much it takes off.
    #[graphql(owned)]
    discounted_amount: MoneyV2,
    /// What it takes it off.
    #[graphql(owned)]
    target_type: DiscountApplicationTargetType,
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

/// What discounts take off the cart as a whole, and off its deliveries. What one takes off the order is told once for each
/// line, though it be nothing: front ends find the lines by that.
pub(super) fn of_cart(cart: &CartView) -> Result<Vec<CartDiscountAllocation>, ApiError> {
    let mut told = Vec::new();
    for (place, application) in cart.priced.applications.iter().enumerate() {
        let shares: Vec<i64> = match application.class {
            DiscountClass::Product => continue,
            DiscountClass::Order => {
                cart.priced.lines.iter().map(|line| share(&line.allocations, place).unwrap_or(0)).collect()
            }
            DiscountClass::Shipping => {
                cart.priced.deliveries.iter().filter_map(|group| share(&group.allocations, place)).collect()
            }
        };
        for minor in shares {
            told.push(allocation(cart, application, minor)?);
        }
    }
    Ok(told)
}

/// What discounts take off a line of their own choice.
pub(super) fn of_line(cart: &CartView, line: &PricedLine) -> Result<Vec<CartDiscountAllocation>, ApiError> {
    let own = of_products(cart, line);
    own.map(|(application, minor)| allocation(cart, application, minor)).collect()
}

/// What a line costs after the discounts that chose it; those on the order as a whole are told with the cart.
pub(super) fn line_total_minor(cart: &CartView, line: &PricedLine) -> i64 {
    of_products(cart, line).fold(line.subtotal_minor, |total, (_, minor)| total.saturating_sub(minor))
}

/// What all lines cost after the discounts that chose them, before those on the order as a whole.
pub(super) fn subtotal_minor(cart: &CartView) -> i64 {
    let lines = cart.priced.lines.iter();
    lines.fold(0, |sum: i64, line| sum.saturating_add(line_total_minor(cart, line)))
}

/// The codes that were typed in, and whether each takes something off.
pub(super) fn codes_of(cart: &CartView) -> Vec<CartDiscountCode> {
    let code = |outcome: &CodeOutcome| CartDiscountCode {
        applicable: outcome.refusal.is_none(),
        code: outcome.code.clone(),
    };
    cart.priced.codes.iter().map(code).collect()
}

fn of_products<'a>(
    cart: &'a CartView,
    line: &'a PricedLine,
) -> impl Iterator<Item = (&'a Application, i64)> + 'a {
    let known = line.allocations.iter().filter_map(|allocation| {
        Some((cart.priced.applications.get(allocation.application)?, allocation.amount_minor))
    });
    known.filter(|(application, _)| application.class == DiscountClass::Product)
}

fn share(allocations: &[Allocation], application: usize) -> Option<i64> {
    let share = allocations.iter().find(|allocation| allocation.application == application);
    share.map(|allocation| allocation.amount_minor)
}

fn allocation(
    cart: &CartView,
    application: &Application,
    minor: i64,
) -> Result<CartDiscountAllocation, ApiError> {
    let target_type = match application.class {
        DiscountClass::Product | DiscountClass::Order => DiscountApplicationTargetType::LineItem,
        DiscountClass::Shipping => DiscountApplicationTargetType::ShippingLine,
    };
    let (value, allocation_method) = match (application.value, application.spread) {
        // A price says what is left; told is what it takes, over all that it takes from.
        (Value::Price(_), _) => {
            let taken = PricingValue::MoneyV2(money(cart, application.amount_minor)?);
            (taken, DiscountApplicationAllocationMethod::Across)
        }
        (Value::Percentage(bp), spread) => {
            (PricingValue::PricingPercentageValue(PricingPercentageValue::of(bp)?), method_of(spread))
        }
        (Value::Amount(minor), spread) => (PricingValue::MoneyV2(money(cart, minor)?), method_of(spread)),
    };
    let discount_application = CartDiscountApplication {
        allocation_method,
        target_selection: match application.selection {
            TargetSelection::All => DiscountApplicationTargetSelection::All,
            TargetSelection::Entitled => DiscountApplicationTargetSelection::Entitled,
            TargetSelection::Explicit => DiscountApplicationTargetSelection::Explicit,
        },
        target_type,
        value,
    };
    let discounted_amount = money(cart, minor)?;
    Ok(match (application.method, &application.code) {
        (DiscountMethod::Code, Some(code)) => {
            CartDiscountAllocation::CartCodeDiscountAllocation(CartCodeDiscountAllocation {
                code: code.clone(),
                discount_application,
                discounted_amount,
                target_type,
            })
        }
        (DiscountMethod::Code, None) | (DiscountMethod::Automatic, _) => {
            CartDiscountAllocation::CartAutomaticDiscountAllocation(CartAutomaticDiscountAllocation {
                discount_application,
                discounted_amount,
                target_type,
                title: application.title.clone(),
            })
        }
    })
}

fn method_of(spread: Spread) -> DiscountApplicationAllocationMethod {
    match spread {
        Spread::Each => DiscountApplicationAllocationMethod::Each,
        Spread::Across => DiscountApplicationAllocationMethod::Across,
    }
}

/// How the API tells why a code takes nothing off.
pub(super) fn discount_warning(reason: Inapplicable) -> CartWarningCode {
    match reason {
        Inapplicable::NotFound => CartWarningCode::DiscountNotFound,
        Inapplicable::Inactive => CartWarningCode::DiscountCurrentlyInactive,
        Inapplicable::OtherMarket | Inapplicable::CustomerNotEligible => {
            CartWarningCode::DiscountCustomerNotEligible
        }
        Inapplicable::UsageLimitReached => CartWarningCode::DiscountUsageLimitReached,
        Inapplicable::CustomerUsageLimitReached => CartWarningCode::DiscountCustomerUsageLimitReached,
        Inapplicable::CustomerMissing => CartWarningCode::DiscountEligibleCustomerMissing,
        Inapplicable::NoEntitledLines => CartWarningCode::DiscountNoEntitledLineItems,
        Inapplicable::NoEntitledDeliveries => CartWarningCode::DiscountNoEntitledShippingLines,
        Inapplicable::SubtotalTooSmall => CartWarningCode::DiscountPurchaseNotInRange,
        Inapplicable::QuantityTooSmall => CartWarningCode::DiscountQuantityNotInRange,
        Inapplicable::NotCombined | Inapplicable::NothingLeft => CartWarningCode::DiscountCodeNotHonoured,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_warning() {
        use CartWarningCode as Code;
        for (reason, code) in [
            (Inapplicable::NotFound, Code::DiscountNotFound),
            (Inapplicable::Inactive, Code::DiscountCurrentlyInactive),
            (Inapplicable::OtherMarket, Code::DiscountCustomerNotEligible),
            (Inapplicable::UsageLimitReached, Code::DiscountUsageLimitReached),
            (Inapplicable::CustomerUsageLimitReached, Code::DiscountCustomerUsageLimitReached),
            (Inapplicable::CustomerMissing, Code::DiscountEligibleCustomerMissing),
            (Inapplicable::CustomerNotEligible, Code::DiscountCustomerNotEligible),
            (Inapplicable::NoEntitledLines, Code::DiscountNoEntitledLineItems),
            (Inapplicable::NoEntitledDeliveries, Code::DiscountNoEntitledShippingLines),
            (Inapplicable::SubtotalTooSmall, Code::DiscountPurchaseNotInRange),
            (Inapplicable::QuantityTooSmall, Code::DiscountQuantityNotInRange),
            (Inapplicable::NotCombined, Code::DiscountCodeNotHonoured),
            (Inapplicable::NothingLeft, Code::DiscountCodeNotHonoured),
        ] {
            assert_eq!(discount_warning(reason), code);
        }
    }

    #[test]
    fn percentages_are_told_exactly() {
        for (bp, percentage) in [(1, 0.01), (1000, 10.0), (1250, 12.5), (3333, 33.33), (10_000, 100.0)] {
            assert_eq!(
                PricingPercentageValue::of(bp).unwrap().percentage.to_bits(),
                f64::to_bits(percentage)
            );
        }
    }
}
