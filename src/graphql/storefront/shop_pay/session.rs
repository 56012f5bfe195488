//! What Shopify's wallet answers.

use async_graphql::{Enum, SimpleObject};

use crate::graphql::scalar::{CurrencyCode, Iso8601DateTime, UrlText};
use crate::graphql::storefront::money::MoneyV2;

/// What came of `shopPayPaymentRequestSessionCreate`.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSessionCreatePayload {
    /// The session; none where it was refused.
    pub shop_pay_payment_request_session: Option<ShopPayPaymentRequestSession>,
    /// Why it was refused.
    pub user_errors: Vec<UserErrorsShopPayPaymentRequestSessionUserErrors>,
}

/// What came of `shopPayPaymentRequestSessionSubmit`.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSessionSubmitPayload {
    /// The receipt; none where it was refused.
    pub payment_request_receipt: Option<ShopPayPaymentRequestReceipt>,
    /// Why it was refused.
    pub user_errors: Vec<UserErrorsShopPayPaymentRequestSessionUserErrors>,
}

/// Why a payment with Shopify's wallet was refused.
#[derive(Clone, SimpleObject)]
pub struct UserErrorsShopPayPaymentRequestSessionUserErrors {
    /// For programs.
    pub code: Option<UserErrorsShopPayPaymentRequestSessionUserErrorsCode>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// For people.
    #[graphql(owned)]
    pub message: String,
}

impl UserErrorsShopPayPaymentRequestSessionUserErrors {
    /// The refusal of a payment method that the shop does not have.
    pub(super) fn new(code: UserErrorsShopPayPaymentRequestSessionUserErrorsCode, field: &str) -> Self {
        Self {
            code: Some(code),
            field: Some(vec![field.to_owned()]),
            message: "The shop does not take payments with Shop Pay".to_owned(),
        }
    }
}

/// The reasons by name.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserErrorsShopPayPaymentRequestSessionUserErrorsCode {
    /// The key belongs to another payment.
    IdempotencyKeyAlreadyUsed,
    /// The payment cannot be made so.
    PaymentRequestInvalidInput,
    /// There is no such payment.
    PaymentRequestNotFound,
}

/// A payment that was begun.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestSession {
    /// Where the buyer pays.
    pub checkout_url: UrlText,
    /// What is to be paid.
    pub payment_request: ShopPayPaymentRequest,
    /// The payment's name in the front end.
    pub source_identifier: String,
    /// The session's name.
    pub token: String,
}

/// The receipt of a payment.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestReceipt {
    /// What is paid.
    pub payment_request: ShopPayPaymentRequest,
    /// How the payment stands.
    pub processing_status_type: String,
    /// The session's name.
    pub token: String,
}

/// What is to be paid.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequest {
    /// How it may be delivered.
    pub delivery_methods: Vec<ShopPayPaymentRequestDeliveryMethod>,
    /// Codes that were typed in.
    pub discount_codes: Vec<String>,
    /// What is taken off.
    pub discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// What is bought.
    pub line_items: Vec<ShopPayPaymentRequestLineItem>,
    /// The buyer's language.
    pub locale: String,
    /// In which currency.
    pub presentment_currency: CurrencyCode,
    /// Sent or fetched.
    pub selected_delivery_method_type: ShopPayPaymentRequestDeliveryMethodType,
    /// Where it goes.
    pub shipping_address: Option<ShopPayPaymentRequestContactField>,
    /// What the delivery costs.
    pub shipping_lines: Vec<ShopPayPaymentRequestShippingLine>,
    /// All lines.
    pub subtotal: MoneyV2,
    /// Everything.
    pub total: MoneyV2,
    /// What the delivery costs in all.
    pub total_shipping_price: Option<ShopPayPaymentRequestTotalShippingPrice>,
    /// The tax.
    pub total_tax: Option<MoneyV2>,
}

/// Sent or fetched.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShopPayPaymentRequestDeliveryMethodType {
    /// Fetched.
    Pickup,
    /// Sent.
    Shipping,
}

/// A person and an address.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestContactField {
    /// Street and number.
    pub address1: String,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: String,
    /// Company.
    pub company_name: Option<String>,
    /// The country's two-letter code.
    pub country_code: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Code of the state or province.
    pub province_code: Option<String>,
}

/// A way to deliver.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestDeliveryMethod {
    /// What it costs.
    pub amount: MoneyV2,
    /// Its name for programs.
    pub code: String,
    /// When it arrives, in words.
    pub delivery_expectation_label: Option<String>,
    /// What buyers should know.
    pub detail: Option<String>,
    /// Its name for buyers.
    pub label: String,
    /// When it arrives at the latest.
    pub max_delivery_date: Option<Iso8601DateTime>,
    /// When it arrives at the earliest.
    pub min_delivery_date: Option<Iso8601DateTime>,
}

/// Something that is taken off.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestDiscount {
    /// How much.
    pub amount: MoneyV2,
    /// Its name for buyers.
    pub label: String,
}

/// A picture.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestImage {
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// Its address.
    pub url: String,
}

/// Something that is bought.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestLineItem {
    /// One unit after discounts.
    pub final_item_price: MoneyV2,
    /// All units after discounts.
    pub final_line_price: MoneyV2,
    /// Its picture.
    pub image: Option<ShopPayPaymentRequestImage>,
    /// What is taken off a unit.
    pub item_discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// Its name for buyers.
    pub label: String,
    /// What is taken off all units.
    pub line_discounts: Option<Vec<ShopPayPaymentRequestDiscount>>,
    /// One unit before discounts.
    pub original_item_price: Option<MoneyV2>,
    /// All units before discounts.
    pub original_line_price: Option<MoneyV2>,
    /// How many units.
    pub quantity: i32,
    /// Whether it is delivered.
    pub requires_shipping: Option<bool>,
    /// The shop's own number for it.
    pub sku: Option<String>,
}

/// A delivery.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestShippingLine {
    /// What it costs.
    pub amount: MoneyV2,
    /// Its name for programs.
    pub code: String,
    /// Its name for buyers.
    pub label: String,
}

/// What the delivery costs in all.
#[derive(SimpleObject)]
pub struct ShopPayPaymentRequestTotalShippingPrice {
    /// What is taken off.
    pub discounts: Vec<ShopPayPaymentRequestDiscount>,
    /// After discounts.
    pub final_total: MoneyV2,
    /// Before discounts.
    pub original_total: Option<MoneyV2>,
}
