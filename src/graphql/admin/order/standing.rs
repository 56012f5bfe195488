//! How an order stands.

use async_graphql::{Enum, Object};

use super::Shared;
use super::refund::Refund;
use super::transaction::OrderTransaction;
use crate::graphql::scalar::DateTime;
use crate::order::{self, CancelReason, FinancialStatus};

/// How the money of an order stands.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderDisplayFinancialStatus {
    /// Promised, not taken.
    Authorized,
    /// Taken in full.
    Paid,
    /// Taken in part.
    PartiallyPaid,
    /// Given back in part.
    PartiallyRefunded,
    /// Awaited.
    Pending,
    /// Given back in full.
    Refunded,
    /// The promise was dropped, or the order was cancelled before anything was paid.
    Voided,
}

impl From<FinancialStatus> for OrderDisplayFinancialStatus {
    fn from(status: FinancialStatus) -> Self {
        match status {
            FinancialStatus::Authorized => Self::Authorized,
            FinancialStatus::Paid => Self::Paid,
            FinancialStatus::PartiallyPaid => Self::PartiallyPaid,
            FinancialStatus::PartiallyRefunded => Self::PartiallyRefunded,
            FinancialStatus::Pending => Self::Pending,
            FinancialStatus::Refunded => Self::Refunded,
            FinancialStatus::Voided => Self::Voided,
        }
    }
}

/// How the goods of an order stand.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderDisplayFulfillmentStatus {
    /// All of them were sent or handed over.
    Fulfilled,
    /// Some of them were.
    PartiallyFulfilled,
    /// None of them was.
    Unfulfilled,
}

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderCancelReason {
    /// The buyer wished it.
    Customer,
    /// The payment was declined.
    Declined,
    /// Somebody seemed to cheat.
    Fraud,
    /// The goods ran out.
    Inventory,
    /// Something else.
    Other,
    /// The shop made a mistake.
    Staff,
}

impl From<CancelReason> for OrderCancelReason {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Customer => Self::Customer,
            CancelReason::Declined => Self::Declined,
            CancelReason::Fraud => Self::Fraud,
            CancelReason::Inventory => Self::Inventory,
            CancelReason::Other => Self::Other,
            CancelReason::Staff => Self::Staff,
        }
    }
}

impl From<OrderCancelReason> for CancelReason {
    fn from(reason: OrderCancelReason) -> Self {
        match reason {
            OrderCancelReason::Customer => Self::Customer,
            OrderCancelReason::Declined => Self::Declined,
            OrderCancelReason::Fraud => Self::Fraud,
            OrderCancelReason::Inventory => Self::Inventory,
            OrderCancelReason::Other => Self::Other,
            OrderCancelReason::Staff => Self::Staff,
        }
    }
}

/// How an order stands.
#[derive(Clone)]
pub struct OrderStanding(pub(super) Shared);

/// How an order stands.
#[Object]
impl OrderStanding {
    /// How its money stands.
    async fn display_financial_status(&self) -> Option<OrderDisplayFinancialStatus> {
        Some(order::financial_status(&self.0.view).into())
    }

    /// How its goods stand. The shop does not note yet what was sent.
    async fn display_fulfillment_status(&self) -> OrderDisplayFulfillmentStatus {
        OrderDisplayFulfillmentStatus::Unfulfilled
    }

    /// When it was cancelled.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.view.row.cancelled_at.map(DateTime)
    }

    /// Why it was cancelled.
    async fn cancel_reason(&self) -> Option<OrderCancelReason> {
        self.0.view.row.cancel_reason.map(OrderCancelReason::from)
    }

    /// Why it was cancelled, in the words of the staff.
    async fn cancel_staff_note(&self) -> Option<&str> {
        self.0.view.row.staff_note.as_deref()
    }

    /// Whether there is nothing left to do for it, as staff noted.
    async fn closed(&self) -> bool {
        self.0.view.row.closed_at.is_some()
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.view.row.closed_at.map(DateTime)
    }

    /// When it became known that its buyer disputes a payment, at a bank or at the payment provider.
    async fn disputed_at(&self) -> Option<DateTime> {
        self.0.view.row.disputed_at.map(DateTime)
    }

    /// Whether money is promised that can be taken.
    async fn capturable(&self) -> bool {
        self.0.view.balance().capturable_minor > 0
    }

    /// Whether all of it was paid at some time.
    async fn fully_paid(&self) -> bool {
        self.0.view.is_fully_paid()
    }

    /// Whether nothing of it was ever paid.
    async fn unpaid(&self) -> bool {
        !self.0.view.is_fully_paid() && self.0.view.balance().received_minor == 0
    }

    /// Whether money was taken that can be given back.
    async fn refundable(&self) -> bool {
        self.0.view.balance().refundable_minor > 0
    }

    /// Whether it has units that can be put back on their shelves.
    async fn restockable(&self) -> bool {
        self.0.view.is_restockable()
    }

    /// Money that moved, or was promised, for it, in the order in which that was written down.
    async fn transactions(
        &self,
        #[graphql(desc = "How many at most; all where it is not given.")] first: Option<i32>,
    ) -> Vec<OrderTransaction> {
        let rows = self.0.view.transactions.iter().take(most(first));
        rows.map(|row| OrderTransaction::new(&self.0, row)).collect()
    }

    /// What was given back of it, the oldest first.
    async fn refunds(
        &self,
        #[graphql(desc = "How many at most; all where it is not given.")] first: Option<i32>,
    ) -> Vec<Refund> {
        self.0.view.refunds.iter().take(most(first)).map(|row| Refund::new(&self.0, row)).collect()
    }
}

/// So many of a list that comes whole.
fn most(first: Option<i32>) -> usize {
    first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0))
}
