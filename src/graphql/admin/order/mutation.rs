//! What staff do with orders.

use async_graphql::{Context, ID, Object};
use entity::id::{OrderId, OrderTransactionId};

use super::decode::{self, order_id, transaction_id};
use super::input::{
    OrderCancelRefundMethodInput, OrderCaptureInput, OrderCloseInput, OrderMarkAsPaidInput, OrderOpenInput,
    RefundInput,
};
use super::payload::{
    Failure, Job, OrderCancelPayload, OrderCapturePayload, OrderClosePayload,
    OrderCreateManualPaymentPayload, OrderMarkAsPaidPayload, OrderOpenPayload, RefundCreatePayload, Refusal,
    TransactionVoidPayload, split,
};
use super::refund::Refund;
use super::standing::OrderCancelReason;
use super::transaction::OrderTransaction;
use super::{Order, Shared, told};
use crate::app::App;
use crate::error::Fault;
use crate::graphql::admin::money::MoneyInput;
use crate::graphql::admin::{AdminContext, allowed};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::DateTime;
use crate::order::{self, CancelInput, OrderError, OrderView, WRITE_ORDERS};

/// What staff do with orders.
#[derive(Default)]
pub struct OrderMutation;

/// What staff do with orders.
#[Object]
impl OrderMutation {
    /// Takes promised money, all of it or a part. Needs the scope `write_orders`.
    async fn order_capture(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which promise, and how much.")] input: OrderCaptureInput,
    ) -> Result<Option<OrderCapturePayload>, ApiError> {
        let (transaction, user_errors) = split(Box::pin(captured(may_write(ctx)?, input)).await, "id")?;
        Ok(Some(OrderCapturePayload { transaction, user_errors }))
    }

    /// Lets what is left of a promise of money go. Needs the scope `write_orders`.
    async fn transaction_void(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The promise: the global id of a transaction of the kind `AUTHORIZATION`.")]
        parent_transaction_id: ID,
    ) -> Result<Option<TransactionVoidPayload>, ApiError> {
        let parent = transaction_id(&parent_transaction_id)?;
        let outcome = Box::pin(voided(may_write(ctx)?, parent)).await;
        let (transaction, user_errors) = split(outcome, "parentTransactionId")?;
        Ok(Some(TransactionVoidPayload { transaction, user_errors }))
    }

    /// Gives money back, and units to their shelves. Where a provider refuses, nothing is done; where one of several does, the
    /// rest stands and is answered beside the error. Needs the scope `write_orders`.
    async fn refund_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is given back, and how.")] input: RefundInput,
    ) -> Result<Option<RefundCreatePayload>, ApiError> {
        match Box::pin(refunded(may_write(ctx)?, input)).await {
            Ok(payload) => Ok(Some(payload)),
            Err(failure) => Ok(Some(failure.told("orderId")?.into())),
        }
    }

    /// Cancels an order, for good: what was promised is let go. Where a provider refuses that, or to give money back, the
    /// order is cancelled all the same and the error says so beside the job. A label that was bought for it and has not
    /// moved stays bought. Needs the scope `write_orders`.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn order_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id.")] order_id: ID,
        #[graphql(desc = "On which way what was paid goes back; it does not where nothing is said.")]
        refund_method: Option<OrderCancelRefundMethodInput>,
        #[graphql(
            desc = "Whether what was paid goes back to where it came from.",
            deprecation = "Say it with `refundMethod`."
        )]
        refund: Option<bool>,
        #[graphql(
            desc = "Whether its units are sold again. They are not once a parcel of it has left: `PARCEL_LEFT`."
        )]
        restock: bool,
        #[graphql(desc = "Why.")] reason: OrderCancelReason,
        #[graphql(default_with = "Some(false)", desc = "Whether the buyer is told by mail.")]
        notify_customer: Option<bool>,
        #[graphql(desc = "Why, for staff: 255 characters at most.")] staff_note: Option<String>,
    ) -> Result<Option<OrderCancelPayload>, ApiError> {
        let input = CancelInput {
            order: decode::order_id(&order_id)?,
            restock,
            refund: decode::cancel_refund(refund_method, refund),
            reason: reason.into(),
            notify: notify_customer.unwrap_or(false),
            staff_note,
        };
        cancelled(may_write(ctx)?, &input).await.map(Some)
    }

    /// Notes that the money which an order awaits has come. Needs the scope `write_orders`.
    async fn order_mark_as_paid(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: OrderMarkAsPaidInput,
    ) -> Result<Option<OrderMarkAsPaidPayload>, ApiError> {
        let (context, id) = (may_write(ctx)?, order_id(&input.id)?);
        let done = Box::pin(order::mark_as_paid(&context.app, &context.actor, id)).await;
        OrderMarkAsPaidPayload::of(shown(&context.app, done).await)
    }

    /// Writes down money that was paid outside. Needs the scope `write_orders`.
    async fn order_create_manual_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's global id.")] id: ID,
        #[graphql(desc = "How much; all that the buyer owes where it is not given.")] amount: Option<
            MoneyInput,
        >,
        #[graphql(desc = "How it was paid, in the words of the staff: 64 characters at most.")]
        payment_method_name: Option<String>,
        #[graphql(desc = "When it was paid; now where it is not given.")] processed_at: Option<DateTime>,
    ) -> Result<Option<OrderCreateManualPaymentPayload>, ApiError> {
        let (context, order) = (may_write(ctx)?, order_id(&id)?);
        let noted = paid_outside(context, order, amount, payment_method_name, processed_at);
        let (order, user_errors) = split(Box::pin(noted).await, "id")?;
        Ok(Some(OrderCreateManualPaymentPayload { order: order.as_ref().map(Order::from), user_errors }))
    }

    /// Notes that there is nothing left to do for an order. Needs the scope `write_orders`.
    async fn order_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: OrderCloseInput,
    ) -> Result<Option<OrderClosePayload>, ApiError> {
        let (context, id) = (may_write(ctx)?, order_id(&input.id)?);
        let done = Box::pin(order::close(&context.app, &context.actor, id)).await;
        OrderClosePayload::of(shown(&context.app, done).await)
    }

    /// Notes that there is something to do for an order again. Needs the scope `write_orders`.
    async fn order_open(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: OrderOpenInput,
    ) -> Result<Option<OrderOpenPayload>, ApiError> {
        let (context, id) = (may_write(ctx)?, order_id(&input.id)?);
        let done = Box::pin(order::reopen(&context.app, &context.actor, id)).await;
        OrderOpenPayload::of(shown(&context.app, done).await)
    }
}

/// The request of somebody who may change orders.
fn may_write<'a>(ctx: &Context<'a>) -> Result<&'a AdminContext, ApiError> {
    allowed(ctx, WRITE_ORDERS)?;
    Ok(ctx.data_unchecked::<AdminContext>())
}

/// What a command came to, to be told of.
async fn shown(app: &App, done: Result<OrderView, OrderError>) -> Result<Shared, Failure> {
    told(app, done?).await.map_err(|fault| Failure::Request(fault.into()))
}

/// An order as it is now.
async fn reloaded(app: &App, id: OrderId) -> Result<Shared, Failure> {
    let found = order::find_order(app.db.fresh(), id).await.map_err(OrderError::from)?;
    shown(app, found.ok_or(OrderError::NotFound)).await
}

async fn captured(context: &AdminContext, input: OrderCaptureInput) -> Result<OrderTransaction, Failure> {
    let input = decode::capture(&context.app, input).await?;
    let row = order::capture(&context.app, &context.actor, &input).await?;
    moved(&context.app, row.order_id, row.id).await
}

async fn voided(context: &AdminContext, parent: OrderTransactionId) -> Result<OrderTransaction, Failure> {
    let row = order::void(&context.app, &context.actor, parent).await?;
    moved(&context.app, row.order_id, row.id).await
}

/// A movement of an order as it is now.
async fn moved(app: &App, order: OrderId, id: OrderTransactionId) -> Result<OrderTransaction, Failure> {
    let order = reloaded(app, order).await?;
    let gone = || Fault::new("a movement of money is not in its order");
    Ok(OrderTransaction::find(&order, id).ok_or_else(gone).map_err(OrderError::from)?)
}

async fn refunded(context: &AdminContext, input: RefundInput) -> Result<RefundCreatePayload, Failure> {
    let input = decode::refund(&context.app, input).await?;
    let made = order::refund(&context.app, &context.actor, &input).await?;
    let order = reloaded(&context.app, input.order).await?;
    let mut payload = if made.is_refused() {
        RefundCreatePayload::from(Refusal::of_provider(
            "A payment provider refused its part; the rest went back",
        ))
    } else {
        RefundCreatePayload::default()
    };
    payload.order = Some(Order::from(&order));
    payload.refund = Some(Refund::new(&order, &made.row));
    Ok(payload)
}

async fn cancelled(context: &AdminContext, input: &CancelInput) -> Result<OrderCancelPayload, ApiError> {
    match Box::pin(order::cancel(&context.app, &context.actor, input)).await {
        Ok(cancelled) => {
            let mut payload = if cancelled.is_refused {
                OrderCancelPayload::from(Refusal::of_provider(
                    "The order is cancelled, but a payment provider refused to let its money go",
                ))
            } else {
                OrderCancelPayload::default()
            };
            payload.job = Some(Job::of(&cancelled.order));
            Ok(payload)
        }
        Err(error) => Ok(Failure::from(error).told("orderId")?.into()),
    }
}

async fn paid_outside(
    context: &AdminContext,
    order: OrderId,
    amount: Option<MoneyInput>,
    method: Option<String>,
    at: Option<DateTime>,
) -> Result<Shared, Failure> {
    let app = &context.app;
    let minor = match amount {
        Some(money) => Some(decode::amount_in(&money, decode::currency_of(app, order).await?, &["amount"])?),
        None => None,
    };
    let at = at.map(|at| at.0);
    let done = order::record_manual_payment(app, &context.actor, order, minor, method, at).await;
    shown(app, done).await
}
