//! What could be given back of an order.

use async_graphql::{Enum, Object, SimpleObject};

use super::decode;
use super::input::RefundLineItemInput;
use super::refund::RefundLineItem;
use super::transaction::OrderTransaction;
use super::{Shared, Told};
use crate::graphql::admin::money::MoneyBag;
use crate::graphql::error::ApiError;
use crate::graphql::scalar::ShopMoney;
use crate::order::{self, RefundLineInput, RefundTransactionInput, ShippingRefund as OfShipping};

/// What could be given back of an order.
#[derive(Clone)]
pub struct OrderSuggestion(pub(super) Shared);

/// What could be given back of an order.
#[Object]
impl OrderSuggestion {
    /// What giving these units and deliveries back comes to, and by which payments it could go. Nothing is changed.
    async fn suggested_refund(
        &self,
        #[graphql(desc = "The units.")] refund_line_items: Option<Vec<RefundLineItemInput>>,
        #[graphql(desc = "Whether all is given back that is left of the deliveries.")]
        refund_shipping: Option<bool>,
        #[graphql(
            desc = "How much is given back of the deliveries, in the currency that the buyer pays in. \
                          Where it is given, `refundShipping` says nothing."
        )]
        shipping_amount: Option<ShopMoney>,
        #[graphql(
            default_with = "Some(false)",
            desc = "Whether all is given back that is left of the order."
        )]
        suggest_full_refund: Option<bool>,
    ) -> Result<SuggestedRefund, ApiError> {
        if suggest_full_refund == Some(true) {
            let lines = self.0.view.units_left(order::Restock::NoRestock);
            return SuggestedRefund::of(&self.0, &lines, Some(OfShipping::Full));
        }
        let lines = decode::refund_lines(refund_line_items.unwrap_or_default())?;
        let shipping = decode::suggested_shipping(shipping_amount, refund_shipping, self.0.currencies)?;
        SuggestedRefund::of(&self.0, &lines, shipping)
    }
}

/// What a suggested movement of money does.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum SuggestedOrderTransactionKind {
    /// It could give money back.
    SuggestedRefund,
}

/// A movement of money that could be made.
#[derive(SimpleObject)]
pub struct SuggestedOrderTransaction {
    /// What it does.
    kind: SuggestedOrderTransactionKind,
    /// Who would move it.
    gateway: Option<String>,
    /// How much.
    amount_set: MoneyBag,
    /// How much could go by it at most.
    maximum_refundable_set: Option<MoneyBag>,
    /// What took the money.
    parent_transaction: Option<OrderTransaction>,
}

/// What could be given back of the deliveries.
#[derive(SimpleObject)]
pub struct ShippingRefund {
    /// What was asked for, as far as it is left.
    amount_set: MoneyBag,
    /// All that is left.
    maximum_refundable_set: MoneyBag,
}

/// What could be given back of an order, and by which payments.
#[derive(SimpleObject)]
pub struct SuggestedRefund {
    /// All of it, but no more than was taken and not given back.
    amount_set: MoneyBag,
    /// All that was taken and not given back.
    maximum_refundable_set: MoneyBag,
    /// What the units cost after discounts.
    subtotal_set: MoneyBag,
    /// What the units cost after discounts.
    discounted_subtotal_set: MoneyBag,
    /// Their taxes.
    total_tax_set: MoneyBag,
    /// What is given back of the deliveries.
    shipping: ShippingRefund,
    /// The units.
    refund_line_items: Vec<RefundLineItem>,
    /// The payments by which the money could go: providers first, then store credit, then gift cards.
    suggested_transactions: Vec<SuggestedOrderTransaction>,
}

impl SuggestedRefund {
    fn of(order: &Shared, lines: &[RefundLineInput], shipping: Option<OfShipping>) -> Result<Self, ApiError> {
        let Told { view, currencies } = order.as_ref();
        let suggested = order::suggest_refund(view, lines, shipping);
        let all_shipping = order::suggest_refund(view, &[], Some(OfShipping::Full)).shipping_minor;
        let line = |line: &RefundLineInput| {
            let alone = order::suggest_refund(view, std::slice::from_ref(line), None);
            RefundLineItem::suggested(order, line, (alone.subtotal_minor, alone.tax_minor))
        };
        let transactions = suggested.transactions.iter().map(|part| transaction(order, part));
        Ok(Self {
            amount_set: currencies.bag(suggested.total_minor)?,
            maximum_refundable_set: currencies.bag(view.balance().refundable_minor)?,
            subtotal_set: currencies.bag(suggested.subtotal_minor)?,
            discounted_subtotal_set: currencies.bag(suggested.subtotal_minor)?,
            total_tax_set: currencies.bag(suggested.tax_minor)?,
            shipping: ShippingRefund {
                amount_set: currencies.bag(suggested.shipping_minor)?,
                maximum_refundable_set: currencies.bag(all_shipping)?,
            },
            refund_line_items: lines.iter().map(line).collect(),
            suggested_transactions: transactions.collect::<Result<_, ApiError>>()?,
        })
    }
}

fn transaction(order: &Shared, part: &RefundTransactionInput) -> Result<SuggestedOrderTransaction, ApiError> {
    let parent = order.view.transactions.iter().find(|row| Some(row.id) == part.parent);
    let left = parent.map(|row| order.currencies.bag(order::left_minor(row))).transpose()?;
    Ok(SuggestedOrderTransaction {
        kind: SuggestedOrderTransactionKind::SuggestedRefund,
        gateway: part.gateway.clone(),
        amount_set: order.currencies.bag(part.amount_minor)?,
        maximum_refundable_set: left,
        parent_transaction: parent.map(|row| OrderTransaction::new(order, row)),
    })
}
