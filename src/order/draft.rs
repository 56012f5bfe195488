//! What an order will be: the priced cart that the buyer agreed to, kept by the attempt until it is paid.

use entity::id::{ProductId, VariantId};
use serde::{Deserialize, Serialize};

use crate::cart::{Attributes, OptionCopy};
use crate::market::Address;

/// An order before it is placed. Amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDraft {
    /// The buyer's e-mail address.
    pub email: String,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// The buyer's country.
    pub country: String,
    /// The buyer's language.
    pub language: String,
    /// What is bought.
    pub lines: Vec<DraftLine>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Where the bill goes.
    pub billing_address: Option<Address>,
    /// How it goes there.
    pub shipping: Option<DraftShipping>,
    /// All lines before discounts.
    pub subtotal_minor: i64,
    /// All that is taken off.
    pub discount_minor: i64,
    /// The delivery.
    pub shipping_minor: i64,
    /// The tax.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
    /// Whether the prices hold the tax.
    pub taxes_included: bool,
    /// A note of the buyer.
    pub note: Option<String>,
    /// The words of the front end.
    pub attributes: Attributes,
    /// The order's name in the system that sends it.
    pub source_identifier: Option<String>,
}

/// A line of an order before it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftLine {
    /// Of which product.
    pub product_id: ProductId,
    /// Which variant.
    pub variant_id: VariantId,
    /// The product's title.
    pub title: String,
    /// The variant's title.
    pub variant_title: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// Who makes it.
    pub vendor: String,
    /// Its picture.
    pub image_url: Option<String>,
    /// Its options.
    pub options: Vec<OptionCopy>,
    /// The words of the front end.
    pub attributes: Attributes,
    /// Whether it is shipped.
    pub requires_shipping: bool,
    /// Whether it is taxed.
    pub taxable: bool,
    /// How many.
    pub quantity: i32,
    /// What one costs.
    pub unit_minor: i64,
    /// What all cost.
    pub subtotal_minor: i64,
    /// What is taken off.
    pub discount_minor: i64,
    /// What is left to pay.
    pub total_minor: i64,
}

/// The delivery of an order before it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftShipping {
    /// For buyers.
    pub title: String,
    /// For programs.
    pub handle: String,
    /// What it costs.
    pub amount_minor: i64,
}
