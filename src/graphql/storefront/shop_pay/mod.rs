//! Shopify's own wallet, and its payment by instalments. This shop has neither: the fields answer null and the mutations
//! refuse, but documents that name them are valid.

mod input;
mod mutation;
mod pricing;
mod session;

pub use mutation::ShopPayMutation;
pub use pricing::ShopPayInstallmentsProductVariantPricing;
pub use session::UserErrorsShopPayPaymentRequestSessionUserErrors;
