//! What front ends send to Shopify's wallet.

use async_graphql::InputObject;

use super::session::ShopPayPaymentRequestDeliveryMethodType;
use crate::graphql::scalar::{CurrencyCode, Iso8601DateTime};
use crate::graphql::storefront::cart::MoneyInput;

/// What is to be paid.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestInput {
    /// How it may be delivered.
    pub delivery_methods: Option<Vec<ShopPayPaymentRequestDeliveryMethodInput>>,
    /// Codes that were typed in.
    pub discount_codes: Option<Vec<String>>,
    /// What is taken off.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// What is bought.
    pub line_items: Option<Vec<ShopPayPaymentRequestLineItemInput>>,
    /// The buyer's language.
    pub locale: String,
    /// How it is paid.
    pub payment_method: Option<String>,
    /// In which currency.
    pub presentment_currency: CurrencyCode,
    /// Sent or fetched.
    pub selected_delivery_method_type: Option<ShopPayPaymentRequestDeliveryMethodType>,
    /// What the delivery costs.
    pub shipping_lines: Option<Vec<ShopPayPaymentRequestShippingLineInput>>,
    /// All lines.
    pub subtotal: MoneyInput,
    /// Everything.
    pub total: MoneyInput,
    /// What the delivery costs in all.
    pub total_shipping_price: Option<ShopPayPaymentRequestTotalShippingPriceInput>,
    /// The tax.
    pub total_tax: Option<MoneyInput>,
}

/// A way to deliver.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestDeliveryMethodInput {
    /// What it costs.
    pub amount: Option<MoneyInput>,
    /// Its name for programs.
    pub code: Option<String>,
    /// When it arrives, in words.
    pub delivery_expectation_label: Option<String>,
    /// What buyers should know.
    pub detail: Option<String>,
    /// Its name for buyers.
    pub label: Option<String>,
    /// When it arrives at the latest.
    pub max_delivery_date: Option<Iso8601DateTime>,
    /// When it arrives at the earliest.
    pub min_delivery_date: Option<Iso8601DateTime>,
}

/// Something that is taken off.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestDiscountInput {
    /// How much.
    pub amount: Option<MoneyInput>,
    /// Its name for buyers.
    pub label: Option<String>,
}

/// A picture.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestImageInput {
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// Its address.
    pub url: String,
}

/// Something that is bought.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestLineItemInput {
    /// One unit after discounts.
    pub final_item_price: Option<MoneyInput>,
    /// All units after discounts.
    pub final_line_price: Option<MoneyInput>,
    /// Its picture.
    pub image: Option<ShopPayPaymentRequestImageInput>,
    /// What is taken off a unit.
    pub item_discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// Its name for buyers.
    pub label: Option<String>,
    /// What is taken off all units.
    pub line_discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// One unit before discounts.
    pub original_item_price: Option<MoneyInput>,
    /// All units before discounts.
    pub original_line_price: Option<MoneyInput>,
    /// How many units.
    pub quantity: i32,
    /// Whether it is delivered.
    pub requires_shipping: Option<bool>,
    /// The shop's own number for it.
    pub sku: Option<String>,
}

/// A delivery.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestShippingLineInput {
    /// What it costs.
    pub amount: Option<MoneyInput>,
    /// Its name for programs.
    pub code: Option<String>,
    /// Its name for buyers.
    pub label: Option<String>,
}

/// What the delivery costs in all.
#[derive(InputObject)]
pub struct ShopPayPaymentRequestTotalShippingPriceInput {
    /// What is taken off.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscountInput>>,
    /// After discounts.
    pub final_total: Option<MoneyInput>,
    /// Before discounts.
    pub original_total: Option<MoneyInput>,
}
