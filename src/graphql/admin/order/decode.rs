//! From what staff send to what the shop does.

use entity::id::{LocationId, OrderId, OrderLineId, OrderTransactionId};

use super::input::{
    OrderCancelRefundMethodInput, OrderCaptureInput, OrderTransactionInput, RefundInput, RefundLineItemInput,
    RefundMethodInput, ShippingRefundInput,
};
use super::payload::{Failure, refused};
use super::transaction::OrderTransactionKind;
use crate::app::App;
use crate::graphql::admin::money::{Currencies, MoneyInput};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::limit::check_list;
use crate::graphql::scalar::ShopMoney;
use crate::money::{Currency, Money, MoneyError};
use crate::order::{
    self, CancelRefund, CaptureInput, OrderError, OrderErrorCode, RefundLineInput, RefundTransactionInput,
    Restock, ShippingRefund, StoreCreditRefund,
};

/// The order that an id names.
pub(super) fn order_id(id: &str) -> Result<OrderId, ApiError> {
    Ok(OrderId(id::decode("Order", id)?))
}

/// The transaction that an id names.
pub(super) fn transaction_id(id: &str) -> Result<OrderTransactionId, ApiError> {
    Ok(OrderTransactionId(id::decode("OrderTransaction", id)?))
}

/// An amount above zero, in minor units.
fn amount(text: &str, currency: Currency, field: &[&str]) -> Result<i64, Failure> {
    match Money::parse(text, currency) {
        Ok(money) if money.minor > 0 => Ok(money.minor),
        Ok(_) | Err(MoneyError::Negative) => {
            Err(refused(OrderErrorCode::AmountNotPositive, field, "The amount must be above zero"))
        }
        Err(error) => Err(refused(OrderErrorCode::Invalid, field, format!("The amount {error}"))),
    }
}

/// The same with its currency, which must be the order's.
pub(super) fn amount_in(money: &MoneyInput, currency: Currency, field: &[&str]) -> Result<i64, Failure> {
    if money.currency_code.0 != currency {
        return Err(refused(OrderErrorCode::Invalid, field, "The order is in another currency"));
    }
    amount(&money.amount.0, currency, field)
}

/// The currency that an order is in.
pub(super) async fn currency_of(app: &App, order: OrderId) -> Result<Currency, Failure> {
    let found = order::find_currency(app.db.fresh(), order).await.map_err(OrderError::from)?;
    found.ok_or(Failure::Refused(OrderError::NotFound))
}

/// What is to be taken of a promise.
pub(super) async fn capture(app: &App, input: OrderCaptureInput) -> Result<CaptureInput, Failure> {
    let (order, parent) = (order_id(&input.id)?, transaction_id(&input.parent_transaction_id)?);
    let currency = match input.currency {
        Some(named) => named.0,
        None => currency_of(app, order).await?,
    };
    Ok(CaptureInput {
        order,
        parent,
        amount_minor: amount(&input.amount.0, currency, &["amount"])?,
        currency: Some(currency.code().to_owned()),
        is_final: input.final_capture.unwrap_or(false),
    })
}

/// What is to be given back.
pub(super) async fn refund(app: &App, input: RefundInput) -> Result<order::RefundInput, Failure> {
    let order = order_id(&input.order_id)?;
    let currency = match input.currency {
        Some(named) => named.0,
        None => currency_of(app, order).await?,
    };
    let methods = input.refund_methods.unwrap_or_default();
    Ok(order::RefundInput {
        order,
        lines: refund_lines(input.refund_line_items.unwrap_or_default())?,
        shipping: shipping(input.shipping, currency)?,
        transactions: transactions(input.transactions.unwrap_or_default(), order, currency)?,
        to_store_credit: store_credit(&methods, currency)?,
        note: input.note,
        notify: input.notify.unwrap_or(false),
        currency: Some(currency.code().to_owned()),
        processed_at: input.processed_at.map(|at| at.0),
    })
}

/// Units of lines.
pub(super) fn refund_lines(lines: Vec<RefundLineItemInput>) -> Result<Vec<RefundLineInput>, ApiError> {
    check_list("refundLineItems", &lines)?;
    let line = |line: RefundLineItemInput| {
        let location = line.location_id.map(|location| id::decode("Location", &location)).transpose()?;
        Ok(RefundLineInput {
            line: OrderLineId(id::decode("LineItem", &line.line_item_id)?),
            quantity: line.quantity,
            restock: line.restock_type.map_or(Restock::NoRestock, Restock::from),
            location: location.map(LocationId),
        })
    };
    lines.into_iter().map(line).collect()
}

fn shipping(
    input: Option<ShippingRefundInput>,
    currency: Currency,
) -> Result<Option<ShippingRefund>, Failure> {
    let Some(input) = input else { return Ok(None) };
    if input.full_refund == Some(true) {
        return Ok(Some(ShippingRefund::Full));
    }
    let text = input.amount.map(|text| text.0);
    // Forms of programs send a zero for a field that was left as it is.
    let text = text.filter(|text| !Money::parse(text, currency).is_ok_and(|money| money.minor == 0));
    let minor = text.map(|text| amount(&text, currency, &["shipping", "amount"])).transpose()?;
    Ok(minor.map(ShippingRefund::Amount))
}

/// What of the deliveries a suggestion is about.
pub(super) fn suggested_shipping(
    part: Option<ShopMoney>,
    all: Option<bool>,
    currencies: Currencies,
) -> Result<Option<ShippingRefund>, ApiError> {
    let Some(part) = part else { return Ok((all == Some(true)).then_some(ShippingRefund::Full)) };
    let parsed = Money::parse(&part.0, currencies.presentment());
    let message = |error: MoneyError| ApiError::bad_input("INVALID", format!("The amount {error}"));
    Ok(Some(ShippingRefund::Amount(parsed.map_err(message)?.minor)))
}

fn transactions(
    parts: Vec<OrderTransactionInput>,
    order: OrderId,
    currency: Currency,
) -> Result<Vec<RefundTransactionInput>, Failure> {
    check_list("transactions", &parts)?;
    let part = |(place, part): (usize, OrderTransactionInput)| {
        let place = place.to_string();
        let field = |name| ["transactions", place.as_str(), name];
        if order_id(&part.order_id)? != order {
            let message = "It is of another order";
            return Err(refused(OrderErrorCode::Invalid, &field("orderId"), message));
        }
        if part.kind != OrderTransactionKind::Refund {
            let message = "Only transactions of the kind REFUND give money back";
            return Err(refused(OrderErrorCode::Invalid, &field("kind"), message));
        }
        Ok(RefundTransactionInput {
            parent: part.parent_id.map(|id| transaction_id(&id)).transpose()?,
            gateway: Some(part.gateway),
            amount_minor: amount(&part.amount.0, currency, &field("amount"))?,
        })
    };
    parts.into_iter().enumerate().map(part).collect()
}

fn store_credit(
    methods: &[RefundMethodInput],
    currency: Currency,
) -> Result<Option<StoreCreditRefund>, Failure> {
    let field = ["refundMethods"];
    match methods {
        [] => Ok(None),
        [RefundMethodInput { store_credit_refund: Some(credit) }] => Ok(Some(StoreCreditRefund {
            amount_minor: amount_in(&credit.amount, currency, &field)?,
            expires_at: credit.expires_at.map(|end| end.0),
        })),
        _ => Err(refused(OrderErrorCode::Invalid, &field, "Name store credit once, or nothing")),
    }
}

/// Where the money of a cancelled order goes: as the method says, else as programs said it before there was one.
pub(super) fn cancel_refund(
    method: Option<OrderCancelRefundMethodInput>,
    older: Option<bool>,
) -> CancelRefund {
    match (method, older) {
        (Some(OrderCancelRefundMethodInput::StoreCreditRefund(credit)), _) => {
            CancelRefund::StoreCredit { expires_at: credit.expires_at.map(|end| end.0) }
        }
        (Some(OrderCancelRefundMethodInput::OriginalPaymentMethodsRefund(true)), _) | (None, Some(true)) => {
            CancelRefund::OriginalTenders
        }
        (Some(OrderCancelRefundMethodInput::OriginalPaymentMethodsRefund(false)), _)
        | (None, Some(false) | None) => CancelRefund::None,
    }
}
