//! How an order stands.

use async_graphql::{Enum, Object};

use super::Shared;
use super::transaction::OrderTransaction;
use crate::graphql::scalar::DateTime;
use crate::order::{self, FinancialStatus};

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
    /// The promise was dropped.
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

/// How an order stands.
#[derive(Clone)]
pub struct OrderStanding(pub(super) Shared);

/// How an order stands.
#[Object]
impl OrderStanding {
    /// How its money stands.
    async fn display_financial_status(&self) -> Option<OrderDisplayFinancialStatus> {
        let view = &self.0.view;
        Some(order::financial_status(view.row.total_minor, &view.transactions).into())
    }

    /// When it was cancelled.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.view.row.cancelled_at.map(DateTime)
    }

    /// Whether there is nothing left to do for it, as staff noted.
    async fn closed(&self) -> bool {
        self.0.view.row.closed_at.is_some()
    }

    /// When it was closed.
    async fn closed_at(&self) -> Option<DateTime> {
        self.0.view.row.closed_at.map(DateTime)
    }

    /// Money that moved, or was promised, for it, in the order in which that happened.
    async fn transactions(
        &self,
        #[graphql(desc = "How many at most; all where it is not given.")] first: Option<i32>,
    ) -> Vec<OrderTransaction> {
        let most = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        let rows = self.0.view.transactions.iter().take(most);
        rows.map(|row| OrderTransaction::new(&self.0, row)).collect()
    }
}
