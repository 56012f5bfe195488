//! The mutations of Shopify's wallet, which this shop refuses.

use async_graphql::Object;

use super::input::ShopPayPaymentRequestInput;
use super::session::{
    ShopPayPaymentRequestSessionCreatePayload, ShopPayPaymentRequestSessionSubmitPayload,
    UserErrorsShopPayPaymentRequestSessionUserErrors as SessionError,
    UserErrorsShopPayPaymentRequestSessionUserErrorsCode as Code,
};

/// The mutations of Shopify's wallet.
#[derive(Default)]
pub struct ShopPayMutation;

/// The mutations of Shopify's wallet.
#[Object]
impl ShopPayMutation {
    /// Begins a payment with Shopify's wallet; refused, for the shop does not take it.
    async fn shop_pay_payment_request_session_create(
        &self,
        #[graphql(name = "paymentRequest", desc = "What is to be paid.")]
        _payment_request: ShopPayPaymentRequestInput,
        #[graphql(name = "sourceIdentifier", desc = "The payment's name in the front end.")]
        _source_identifier: String,
    ) -> Option<ShopPayPaymentRequestSessionCreatePayload> {
        let refusal = SessionError::new(Code::PaymentRequestInvalidInput, "paymentRequest");
        Some(ShopPayPaymentRequestSessionCreatePayload {
            shop_pay_payment_request_session: None,
            user_errors: vec![refusal],
        })
    }

    /// Ends a payment with Shopify's wallet; refused, for the shop has begun none.
    async fn shop_pay_payment_request_session_submit(
        &self,
        #[graphql(name = "idempotencyKey", desc = "The same for the same payment.")] _idempotency_key: String,
        #[graphql(name = "orderName", desc = "The order's name.")] _order_name: Option<String>,
        #[graphql(name = "paymentRequest", desc = "What is to be paid.")]
        _payment_request: ShopPayPaymentRequestInput,
        #[graphql(name = "token", desc = "The session's name.")] _token: String,
    ) -> Option<ShopPayPaymentRequestSessionSubmitPayload> {
        let refusal = SessionError::new(Code::PaymentRequestNotFound, "token");
        Some(ShopPayPaymentRequestSessionSubmitPayload {
            payment_request_receipt: None,
            user_errors: vec![refusal],
        })
    }
}
