//! How an order stands: a function of its money.

use entity::order_transaction::{Model, TransactionKind, TransactionStatus};

/// How the money of an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinancialStatus {
    /// Promised, not taken.
    Authorized,
    /// Taken in full, or nothing was to be paid.
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

/// The financial status of an order of this total.
#[must_use]
pub fn financial_status(total_minor: i64, transactions: &[Model]) -> FinancialStatus {
    let (mut taken, mut given_back, mut authorized, mut voided, mut pending) =
        (0_i64, 0_i64, false, false, false);
    for transaction in transactions {
        match (transaction.status, transaction.kind) {
            (TransactionStatus::Success, TransactionKind::Sale | TransactionKind::Capture) => {
                taken = taken.saturating_add(transaction.amount_minor);
            }
            (TransactionStatus::Success, TransactionKind::Refund) => {
                given_back = given_back.saturating_add(transaction.amount_minor);
            }
            (TransactionStatus::Success, TransactionKind::Authorization) => authorized = true,
            (TransactionStatus::Success, TransactionKind::Void) => voided = true,
            (TransactionStatus::Pending, _) => pending = true,
            (TransactionStatus::Failure, _) => {}
        }
    }
    if given_back > 0 {
        return if given_back >= taken {
            FinancialStatus::Refunded
        } else {
            FinancialStatus::PartiallyRefunded
        };
    }
    if taken >= total_minor {
        return FinancialStatus::Paid;
    }
    match (taken > 0, voided, authorized, pending) {
        (true, ..) => FinancialStatus::PartiallyPaid,
        (false, true, ..) => FinancialStatus::Voided,
        (false, false, true, _) => FinancialStatus::Authorized,
        (false, false, false, _) => FinancialStatus::Pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::sample::transaction;

    #[test]
    fn the_status_follows_the_transactions() {
        use TransactionKind as Kind;
        use TransactionStatus as Status;
        for (rows, expected) in [
            (vec![], FinancialStatus::Pending),
            (vec![(Kind::Sale, Status::Pending, 100)], FinancialStatus::Pending),
            (vec![(Kind::Sale, Status::Failure, 100)], FinancialStatus::Pending),
            (vec![(Kind::Sale, Status::Success, 100)], FinancialStatus::Paid),
            (vec![(Kind::Authorization, Status::Success, 100)], FinancialStatus::Authorized),
            (vec![(Kind::Capture, Status::Success, 40)], FinancialStatus::PartiallyPaid),
            (
                vec![(Kind::Authorization, Status::Success, 100), (Kind::Void, Status::Success, 100)],
                FinancialStatus::Voided,
            ),
            (
                vec![(Kind::Sale, Status::Success, 100), (Kind::Refund, Status::Success, 40)],
                FinancialStatus::PartiallyRefunded,
            ),
            (
                vec![(Kind::Sale, Status::Success, 100), (Kind::Refund, Status::Success, 100)],
                FinancialStatus::Refunded,
            ),
            // Taken in part: whether the rest is still promised or was let go.
            (
                vec![(Kind::Authorization, Status::Success, 100), (Kind::Capture, Status::Success, 40)],
                FinancialStatus::PartiallyPaid,
            ),
            (
                vec![
                    (Kind::Authorization, Status::Success, 100),
                    (Kind::Capture, Status::Success, 40),
                    (Kind::Void, Status::Success, 60),
                ],
                FinancialStatus::PartiallyPaid,
            ),
            (
                vec![
                    (Kind::Authorization, Status::Success, 100),
                    (Kind::Capture, Status::Success, 40),
                    (Kind::Capture, Status::Success, 60),
                ],
                FinancialStatus::Paid,
            ),
            // What a provider has not answered, or refused, changes nothing.
            (
                vec![(Kind::Authorization, Status::Success, 100), (Kind::Capture, Status::Pending, 100)],
                FinancialStatus::Authorized,
            ),
            (
                vec![(Kind::Authorization, Status::Success, 100), (Kind::Void, Status::Pending, 100)],
                FinancialStatus::Authorized,
            ),
            (
                vec![(Kind::Sale, Status::Success, 100), (Kind::Refund, Status::Pending, 100)],
                FinancialStatus::Paid,
            ),
            (
                vec![(Kind::Sale, Status::Success, 100), (Kind::Refund, Status::Failure, 100)],
                FinancialStatus::Paid,
            ),
            // All that was taken went back, though less than the total was taken.
            (
                vec![
                    (Kind::Authorization, Status::Success, 100),
                    (Kind::Capture, Status::Success, 40),
                    (Kind::Refund, Status::Success, 40),
                ],
                FinancialStatus::Refunded,
            ),
        ] {
            let row = |((kind, status, amount), id)| transaction(id, kind, status, "manual", amount);
            let rows: Vec<Model> = rows.into_iter().zip(1..).map(row).collect();
            assert_eq!(financial_status(100, &rows), expected, "{rows:?}");
        }
        assert_eq!(financial_status(0, &[]), FinancialStatus::Paid);
    }
}
