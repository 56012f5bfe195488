//! What staff send about orders.

use async_graphql::{Enum, ID, InputObject, OneofObject};

use super::refund::RefundLineItemRestockType;
use super::transaction::OrderTransactionKind;
use crate::graphql::admin::money::MoneyInput;
use crate::graphql::scalar::{CurrencyCode, DateTime, ShopMoney};

/// How much of a promise is taken.
#[derive(InputObject)]
pub struct OrderCaptureInput {
    /// The order's global id.
    pub id: ID,
    /// The promise: the global id of the transaction of the kind `AUTHORIZATION`.
    pub parent_transaction_id: ID,
    /// How much, in the currency that the buyer pays in.
    pub amount: ShopMoney,
    /// Which currency the amount is in: that which the buyer pays in.
    pub currency: Option<CurrencyCode>,
    /// Whether nothing more is taken of the promise: what is left of it is let go.
    pub final_capture: Option<bool>,
}

/// Which order was paid.
#[derive(InputObject)]
pub struct OrderMarkAsPaidInput {
    /// Its global id.
    pub id: ID,
}

/// Which order is put aside.
#[derive(InputObject)]
pub struct OrderCloseInput {
    /// Its global id.
    pub id: ID,
}

/// Which order is taken up again.
#[derive(InputObject)]
pub struct OrderOpenInput {
    /// Its global id.
    pub id: ID,
}

/// What is given back of an order.
#[derive(InputObject)]
pub struct RefundInput {
    /// The order's global id.
    pub order_id: ID,
    /// The units that are given back. Without a transaction or another way they give back no money.
    pub refund_line_items: Option<Vec<RefundLineItemInput>>,
    /// What is given back of the deliveries.
    pub shipping: Option<ShippingRefundInput>,
    /// The payments to which money goes back, and how much.
    pub transactions: Option<Vec<OrderTransactionInput>>,
    /// Other ways on which money goes back.
    pub refund_methods: Option<Vec<RefundMethodInput>>,
    /// Why, for the staff.
    pub note: Option<String>,
    /// Whether the buyer is told by mail.
    pub notify: Option<bool>,
    /// Which currency the amounts are in: that which the buyer pays in.
    pub currency: Option<CurrencyCode>,
    /// Whether more may go back than was paid. It is taken no notice of: nothing goes back that was not taken.
    pub allow_over_refunding: Option<bool>,
    /// When it was made, where that was before; now where it is not given.
    pub processed_at: Option<DateTime>,
    /// Why another sum goes back than what comes back is worth. It is not kept: `note` is.
    pub discrepancy_reason: Option<OrderAdjustmentInputDiscrepancyReason>,
}

/// Why another sum goes back than what comes back is worth.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderAdjustmentInputDiscrepancyReason {
    /// The buyer.
    Customer,
    /// Something broke.
    Damage,
    /// Something else.
    Other,
    /// What it costs to put it back on the shelf.
    Restock,
}

/// Units of a line that are given back.
#[derive(InputObject)]
pub struct RefundLineItemInput {
    /// The line's global id.
    pub line_item_id: ID,
    /// How many units.
    pub quantity: i32,
    /// Whether they go back on the shelf; they do not where nothing is said.
    pub restock_type: Option<RefundLineItemRestockType>,
    /// Where they go back on the shelf; where they were to be sent from, unless it is said.
    pub location_id: Option<ID>,
}

/// What is given back of the deliveries.
#[derive(InputObject)]
pub struct ShippingRefundInput {
    /// So much; nothing where it is zero.
    pub amount: Option<ShopMoney>,
    /// All that was not given back yet.
    pub full_refund: Option<bool>,
}

/// A payment to which money goes back.
#[derive(InputObject)]
pub struct OrderTransactionInput {
    /// The order's global id.
    pub order_id: ID,
    /// The global id of the transaction that took the money. Where it is not given, the gateway's only payment is meant.
    pub parent_id: Option<ID>,
    /// Who took the money, as the transaction that took it says. `manual` stands for all that was paid outside.
    pub gateway: String,
    /// What is done: `REFUND`.
    pub kind: OrderTransactionKind,
    /// How much, in the currency that the buyer pays in.
    pub amount: ShopMoney,
}

/// A way on which money goes back that is no payment of the order.
#[derive(InputObject)]
pub struct RefundMethodInput {
    /// Store credit of the order's customer.
    pub store_credit_refund: Option<StoreCreditRefundInput>,
}

/// How much is given as store credit.
#[derive(InputObject)]
pub struct StoreCreditRefundInput {
    /// How much, in the currency that the buyer pays in.
    pub amount: MoneyInput,
    /// Until when it can be spent; without an end where it is not given.
    pub expires_at: Option<DateTime>,
}

/// On which way the money of a cancelled order goes back.
#[derive(OneofObject)]
pub enum OrderCancelRefundMethodInput {
    /// Whether it goes back to where it came from.
    OriginalPaymentMethodsRefund(bool),
    /// It becomes store credit of the order's customer.
    StoreCreditRefund(OrderCancelStoreCreditRefundInput),
}

/// How the money of a cancelled order becomes store credit.
#[derive(InputObject)]
pub struct OrderCancelStoreCreditRefundInput {
    /// Until when it can be spent; without an end where it is not given.
    pub expires_at: Option<DateTime>,
}
