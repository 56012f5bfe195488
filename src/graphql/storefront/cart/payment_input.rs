//! How shoppers say that a cart is to be paid.

use async_graphql::InputObject;

use crate::graphql::scalar::{CurrencyCode, Decimal};
use crate::graphql::storefront::address::MailingAddressInput;
use crate::graphql::storefront::code::CartCardSource;

/// How a cart is to be paid. One of the methods is given.
#[derive(InputObject)]
pub struct CartPaymentInput {
    /// The amount that the buyer agreed to: the cart's total.
    pub amount: MoneyInput,
    /// By a card whose data the shop's card vault holds.
    pub direct_payment_method: Option<CartDirectPaymentMethodInput>,
    /// Not at all, where the cart costs nothing.
    pub free_payment_method: Option<CartFreePaymentMethodInput>,
    /// Through one of the shop's payment providers. An addition of this server.
    pub provider_payment_method: Option<CartProviderPaymentMethodInput>,
    /// The order's name in the system that sends it.
    pub source_identifier: Option<String>,
    /// By a wallet.
    pub wallet_payment_method: Option<CartWalletPaymentMethodInput>,
}

/// An amount of money.
#[derive(InputObject)]
pub struct MoneyInput {
    /// How much, as a decimal.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

/// Payment by a card whose data a card vault holds.
#[derive(InputObject)]
pub struct CartDirectPaymentMethodInput {
    /// Whether the buyer agreed to the terms of a subscription.
    #[graphql(default_with = "Some(false)")]
    pub accepted_subscription_terms: Option<bool>,
    /// Where the bill goes.
    pub billing_address: MailingAddressInput,
    /// Where the card's data come from.
    pub card_source: Option<CartCardSource>,
    /// The vault's name for the card's data.
    pub session_id: String,
}

/// No payment.
#[derive(InputObject)]
pub struct CartFreePaymentMethodInput {
    /// Where the bill goes.
    pub billing_address: MailingAddressInput,
}

/// Payment through one of the shop's providers.
#[derive(InputObject)]
pub struct CartProviderPaymentMethodInput {
    /// Where the bill goes; the delivery address where it is left out.
    pub billing_address: Option<MailingAddressInput>,
    /// The provider's name, as `paymentMethods` tells it.
    pub provider: String,
    /// Whether the provider makes a session for its own front end, whose payment becomes the token.
    #[graphql(default_with = "Some(false)")]
    pub session: Option<bool>,
    /// What the provider's own front end handed over, where it wants that.
    pub token: Option<String>,
}

/// Payment by a wallet.
#[derive(InputObject)]
pub struct CartWalletPaymentMethodInput {
    /// By Apple's.
    pub apple_pay_wallet_content: Option<ApplePayWalletContentInput>,
    /// By Shopify's.
    pub shop_pay_wallet_content: Option<ShopPayWalletContentInput>,
}

/// What Apple's wallet hands over.
#[derive(InputObject)]
pub struct ApplePayWalletContentInput {
    /// Where the bill goes.
    pub billing_address: MailingAddressInput,
    /// The encrypted payment.
    pub data: String,
    /// What is needed to decrypt it.
    pub header: ApplePayWalletHeaderInput,
    /// The card's last digits.
    pub last_digits: Option<String>,
    /// The wallet's signature.
    pub signature: String,
    /// The version of the form.
    pub version: String,
}

/// What is needed to decrypt a payment of Apple's wallet.
#[derive(InputObject)]
pub struct ApplePayWalletHeaderInput {
    /// Data of the application.
    pub application_data: Option<String>,
    /// The key of this one payment.
    pub ephemeral_public_key: String,
    /// The digest of the shop's key.
    pub public_key_hash: String,
    /// The payment's name.
    pub transaction_id: String,
}

/// What Shopify's wallet hands over.
#[derive(InputObject)]
pub struct ShopPayWalletContentInput {
    /// Where the bill goes.
    pub billing_address: MailingAddressInput,
    /// The wallet's name for the payment.
    pub session_token: String,
}
