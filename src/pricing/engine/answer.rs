//! What the engine answers. All amounts are minor units of the cart's currency.

use entity::id::{DiscountCodeId, DiscountId, TaxRateId};

use super::model::{DiscountClass, DiscountMethod, Spread, Value};

/// A priced cart.
///
/// `total = subtotal - discount + shipping - shipping discount + tax` where taxes are added, and without the tax where
/// prices hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedCart {
    /// One for each line, in their order.
    pub lines: Vec<PricedLine>,
    /// One for each delivery, in their order.
    pub deliveries: Vec<PricedDelivery>,
    /// The discounts that took something off, in the order of their keys.
    pub applications: Vec<Application>,
    /// What came of each code, in the order in which they were typed in.
    pub codes: Vec<CodeOutcome>,
    /// All lines before discounts.
    pub subtotal_minor: i64,
    /// All that is taken off lines.
    pub discount_minor: i64,
    /// The deliveries before discounts, once there are some and the costs of all are known. What is known counts in the
    /// total already.
    pub shipping_minor: Option<i64>,
    /// What is taken off deliveries.
    pub shipping_discount_minor: i64,
    /// All taxes, of lines and deliveries.
    pub tax_minor: i64,
    /// The taxes of the order by rate.
    pub tax_lines: Vec<TaxLine>,
    /// Whether prices hold the tax.
    pub taxes_included: bool,
    /// Whether the taxes are known: a place is.
    pub taxes_known: bool,
    /// What the buyer pays.
    pub total_minor: i64,
    /// What each tender pays of it, in their order.
    pub tenders: Vec<i64>,
    /// What is left to pay.
    pub due_minor: i64,
}

/// A priced line. `net + tax = gross`, and `gross` is `total` where prices hold the tax, else `net` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// What one unit costs.
    pub unit_minor: i64,
    /// What a unit is compared with.
    pub compare_at_minor: Option<i64>,
    /// All units.
    pub subtotal_minor: i64,
    /// What each discount takes off; its own and its part of those on the order.
    pub allocations: Vec<Allocation>,
    /// What is taken off: the sum of the allocations.
    pub discount_minor: i64,
    /// What is left.
    pub total_minor: i64,
    /// Its taxes.
    pub tax_lines: Vec<TaxLine>,
    /// The sum of them.
    pub tax_minor: i64,
    /// Without the tax.
    pub net_minor: i64,
    /// With the tax.
    pub gross_minor: i64,
}

/// A priced delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedDelivery {
    /// What it costs before discounts, once that is known.
    pub cost_minor: Option<i64>,
    /// What each discount takes off.
    pub allocations: Vec<Allocation>,
    /// What is taken off.
    pub discount_minor: i64,
    /// What is left.
    pub total_minor: i64,
    /// Its taxes.
    pub tax_lines: Vec<TaxLine>,
    /// The sum of them.
    pub tax_minor: i64,
}

/// What a discount takes off a line or a delivery; more than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Which one, by its place in [`PricedCart::applications`].
    pub application: usize,
    /// How much.
    pub amount_minor: i64,
}

/// A discount that takes something off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Which one.
    pub discount: DiscountId,
    /// By which code.
    pub code: Option<String>,
    /// The key of the code.
    pub code_id: Option<DiscountCodeId>,
    /// For buyers.
    pub title: String,
    /// Whether by itself.
    pub method: DiscountMethod,
    /// What kind of thing it takes from.
    pub class: DiscountClass,
    /// How much it promises; of free shipping the whole.
    pub value: Value,
    /// Off each, or once.
    pub spread: Spread,
    /// Off what.
    pub selection: TargetSelection,
    /// How much it takes in all.
    pub amount_minor: i64,
}

/// Off which of the lines or deliveries a discount takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSelection {
    /// All of them.
    All,
    /// Those that it names.
    Entitled,
    /// Those that were chosen as what is got.
    Explicit,
}

/// What came of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeOutcome {
    /// As typed in.
    pub code: String,
    /// Which discount it is for.
    pub discount: Option<DiscountId>,
    /// Why it takes nothing off; none where it does.
    pub refusal: Option<Inapplicable>,
}

/// Why a discount takes nothing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inapplicable {
    /// No discount has the code.
    NotFound,
    /// Its time has not come or is over.
    Inactive,
    /// It is not for this market.
    OtherMarket,
    /// It was used as often as it may be.
    UsageLimitReached,
    /// This buyer has used it.
    CustomerUsageLimitReached,
    /// It is for customers that are known.
    CustomerMissing,
    /// It is not for this customer.
    CustomerNotEligible,
    /// Nothing in the cart is meant.
    NoEntitledLines,
    /// No delivery is meant.
    NoEntitledDeliveries,
    /// The cart holds too little worth of what is meant.
    SubtotalTooSmall,
    /// The cart holds too few of what is meant.
    QuantityTooSmall,
    /// Others that it cannot be combined with take more off.
    NotCombined,
    /// Others take all that it would take, or there is nothing left to take.
    NothingLeft,
}

/// A tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxLine {
    /// By which of the shop's rates; none where a provider said so.
    pub rate: Option<TaxRateId>,
    /// For buyers.
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths.
    pub rate_e6: i64,
    /// How much.
    pub amount_minor: i64,
}

/// Why a cart has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The line at this place has no price in the cart's currency.
    #[error("line {0} has no price")]
    NoPrice(usize),
    /// A sum cannot be counted with.
    #[error("the cart is too dear to be counted")]
    Overflow,
    /// A tax provider's answer is not about these lines.
    #[error("the taxes are those of another cart")]
    OtherTaxes,
}
