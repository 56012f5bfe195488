//! What the engine is given. Everything was loaded before: nothing here reads a database, a clock or a network.
//!
//! Amounts of a [`CartToPrice`] are minor units of the cart's currency, those of a [`DiscountRule`] minor units of the
//! shop's currency.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{
    CollectionId, CustomerId, DiscountCodeId, DiscountId, MarketId, ProductId, SegmentId, TaxClassId,
    TaxRateId, VariantId,
};

use crate::market::Conversion;
use crate::pricing::Tier;

/// A cart to be priced.
#[derive(Clone, Debug)]
pub struct CartToPrice {
    /// From the shop's currency, in which rules are written, to the cart's.
    pub conversion: Conversion,
    /// The moment.
    pub now: DateTime<Utc>,
    /// Who buys.
    pub buyer: Buyer,
    /// What. The answer keeps their order; the order changes no amount.
    pub lines: Vec<LineToPrice>,
    /// The codes that were typed in, in their order, without repetitions.
    pub codes: Vec<TypedCode>,
    /// The discounts that apply by themselves and those of the codes, whether their time has come or not.
    pub discounts: Vec<Arc<DiscountRule>>,
    /// Which of them were used up.
    pub usage: Usage,
    /// How it goes to the buyer.
    pub deliveries: Vec<DeliveryToPrice>,
    /// What the state takes.
    pub taxes: TaxRules,
    /// What gift cards and store credit could pay, in the order in which they do.
    pub tenders: Vec<i64>,
}

/// Who buys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// The customer, where one is signed in.
    pub customer: Option<CustomerId>,
    /// The segments that they are in.
    pub segments: BTreeSet<SegmentId>,
    /// The market of the cart.
    pub market: MarketId,
}

/// A line to be priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineToPrice {
    /// Tells lines of equal merchandise apart where a remainder must go to one of them; unique in the cart.
    pub key: i64,
    /// Of which product.
    pub product: ProductId,
    /// Which variant.
    pub variant: VariantId,
    /// The collections of the product that a discount could name, sorted.
    pub collections: Vec<CollectionId>,
    /// The unit prices; the tier with the highest quantity that the line reaches holds.
    pub tiers: Vec<Tier>,
    /// How many units, more than zero.
    pub quantity: i32,
    /// Whether it is taxed.
    pub taxable: bool,
    /// How it is taxed; none for the shop's standard.
    pub tax_class: Option<TaxClassId>,
    /// Whether it is a gift card: those are money, neither discounted nor taxed.
    pub is_gift_card: bool,
}

/// A code that was typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCode {
    /// As typed in.
    pub code: String,
    /// Which of the discounts it is for; none for an unknown code.
    pub discount: Option<DiscountId>,
    /// Its key.
    pub code_id: Option<DiscountCodeId>,
}

/// Which discounts were used up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// By all buyers together.
    pub exhausted: BTreeSet<DiscountId>,
    /// By this buyer, for discounts that each buyer may use once.
    pub used_by_buyer: BTreeSet<DiscountId>,
}

/// A discount as a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountRule {
    /// Its key; of equally good ones the smaller wins.
    pub id: DiscountId,
    /// For buyers; of a code discount the code is shown instead.
    pub title: String,
    /// Whether it applies by itself.
    pub method: DiscountMethod,
    /// What kind of thing it takes from, by which it is combined with others.
    pub class: DiscountClass,
    /// What it takes off.
    pub effect: Effect,
    /// What the cart must hold of the entitled things.
    pub requirement: Requirement,
    /// Which other discounts may stand beside it. Two stand together only where both allow it.
    pub combines_with: CombinesWith,
    /// For whom.
    pub customers: ForCustomers,
    /// In which markets; none for all.
    pub markets: Option<BTreeSet<MarketId>>,
    /// From when on.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether each buyer may use it once: it needs a known buyer then.
    pub once_per_customer: bool,
}

/// How a discount comes to a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountMethod {
    /// By itself.
    Automatic,
    /// By a code.
    Code,
}

/// What kind of thing a discount takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiscountClass {
    /// From lines of its own choice. A line takes the best one only.
    Product,
    /// From what is left of all entitled lines together.
    Order,
    /// From deliveries.
    Shipping,
}

/// What a discount takes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A value off the entitled lines.
    Basic {
        /// How much.
        value: Value,
        /// Off each unit, or once over all of them.
        spread: Spread,
        /// Off which lines.
        targets: Targets,
    },
    /// Whoever buys some gets others for less.
    BuyXGetY {
        /// What must be bought.
        buys: Targets,
        /// How much of it for one use.
        buy: Buy,
        /// What is got.
        gets: Targets,
        /// Units that are got with one use, at most.
        get_quantity: i32,
        /// How much off each unit that is got.
        value: Value,
        /// Uses in one cart at most.
        uses_per_order: Option<i32>,
    },
    /// Deliveries for nothing.
    FreeShipping {
        /// To these countries only, by ISO 3166-1 code.
        countries: Option<BTreeSet<String>>,
        /// Only those that cost so much at most, in minor units of the shop's currency.
        max_cost_minor: Option<i64>,
    },
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A part, in hundredths of a percent: from 1 to 10,000.
    Percentage(i32),
    /// An amount.
    Amount(i64),
    /// Whatever is more than this price: each unit, or all units together, cost it then.
    Price(i64),
}

/// Off what an amount is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Off each unit.
    Each,
    /// Once, over all entitled lines by their worth.
    Across,
}

/// What must be bought for one use of a discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buy {
    /// So many units.
    Quantity(i32),
    /// Units that together cost so much.
    Amount(i64),
}

/// Which merchandise is meant: any of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// All of it.
    All,
    /// What is named.
    Named {
        /// All variants of these.
        products: BTreeSet<ProductId>,
        /// These.
        variants: BTreeSet<VariantId>,
        /// The products in these.
        collections: BTreeSet<CollectionId>,
    },
}

/// What a cart must hold of a discount's entitled lines, before any discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing.
    None,
    /// So much worth.
    Subtotal(i64),
    /// So many units.
    Quantity(i64),
}

/// Classes of discounts that may stand beside one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CombinesWith {
    /// [`DiscountClass::Product`].
    pub product: bool,
    /// [`DiscountClass::Order`].
    pub order: bool,
    /// [`DiscountClass::Shipping`].
    pub shipping: bool,
}

/// Whom a discount is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForCustomers {
    /// Everybody.
    All,
    /// These customers.
    Named(BTreeSet<CustomerId>),
    /// Customers in any of these segments.
    Segments(BTreeSet<SegmentId>),
}

/// A delivery to be priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryToPrice {
    /// Its name, unique in the cart.
    pub key: String,
    /// Where to, by ISO 3166-1 code; none while it is not known.
    pub country: Option<String>,
    /// What it costs; none while that is not known.
    pub cost_minor: Option<i64>,
    /// Whether it is taxed where rates say so; pickup at no cost never matters.
    pub taxable: bool,
}

/// What the state takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRules {
    /// Whether prices hold the tax; else it is added to them.
    pub included: bool,
    /// What is rounded.
    pub rounding: TaxRounding,
    /// Whether the buyer pays none.
    pub exempt: bool,
    /// Where the amounts come from.
    pub source: TaxSource,
}

/// What of a tax is rounded to minor units, half up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxRounding {
    /// The tax of each line and delivery.
    Line,
    /// The sum of each rate over the order, which is spread over the lines by largest remainder.
    Order,
}

/// Where the amounts of taxes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxSource {
    /// The rates of the place are not known yet: no tax is told.
    Unknown,
    /// The rates of the place, the simple ones before the compound ones.
    Rates(Vec<Arc<TaxRate>>),
    /// A provider has said the amounts; one list for each line and each delivery, in their order.
    Answered {
        /// Of each line.
        lines: Vec<Vec<AnsweredTax>>,
        /// Of each delivery.
        deliveries: Vec<Vec<AnsweredTax>>,
    },
}

/// A rate of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxRate {
    /// Its key.
    pub id: TaxRateId,
    /// For buyers, such as VAT.
    pub title: String,
    /// Who takes it, such as DE or US-NY.
    pub jurisdiction: String,
    /// In millionths: 190000 is 19 %.
    pub rate_e6: i64,
    /// Whether it is taken of the price and the simple taxes together.
    pub compound: bool,
    /// Goods of which class; none for goods without one.
    pub class: Option<TaxClassId>,
    /// Whether it is taken of deliveries too.
    pub on_shipping: bool,
}

/// A tax of a line as a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredTax {
    /// For buyers.
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths.
    pub rate_e6: i64,
    /// How much.
    pub amount_minor: i64,
}
