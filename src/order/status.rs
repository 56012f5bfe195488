//! How an order stands: a function of its money.

use entity::order_transaction::{TransactionKind, TransactionStatus};

use super::capture::{is_promise, left_minor};
use super::ledger::taken_minor;
use super::queries::OrderView;

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
    /// The promise was dropped, or what was awaited is awaited no longer.
    Voided,
}

/// The financial status of an order.
#[must_use]
pub fn financial_status(order: &OrderView) -> FinancialStatus {
    let (taken_minor, refunded_minor) = (taken_minor(&order.transactions), order.refunded_minor());
    if refunded_minor > 0 {
        return if refunded_minor >= taken_minor {
            FinancialStatus::Refunded
        } else {
            FinancialStatus::PartiallyRefunded
        };
    }
    if order.is_fully_paid() {
        return FinancialStatus::Paid;
    }
    if taken_minor > 0 { FinancialStatus::PartiallyPaid } else { before_payment(order) }
}

/// The status of an order that nothing was taken of.
fn before_payment(order: &OrderView) -> FinancialStatus {
    let is_done = |kind: TransactionKind| {
        order.transactions.iter().any(|row| row.kind == kind && row.status == TransactionStatus::Success)
    };
    // Nothing is awaited any more. A promise that stands all the same is told: it has to be let go.
    if order.row.cancelled_at.is_some() || order.due_total_minor() == 0 {
        let is_promised = order.transactions.iter().any(|row| is_promise(row) && left_minor(row) > 0);
        return if is_promised { FinancialStatus::Authorized } else { FinancialStatus::Voided };
    }
    if is_done(TransactionKind::Void) {
        FinancialStatus::Voided
    } else if is_done(TransactionKind::Authorization) {
        FinancialStatus::Authorized
    } else {
        FinancialStatus::Pending
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::id::{RefundId, RefundLineId};
    use entity::order_transaction::Model;
    use entity::refund_line::Restock;
    use entity::{refund, refund_line};

    use super::*;
    use crate::order::sample::{line, transaction, view};

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
            let order = view(vec![line(1, 1, 100, 0)], 0, 0, rows);
            assert_eq!(financial_status(&order), expected, "{:?}", order.transactions);
        }
        let free = view(vec![line(1, 1, 0, 0)], 0, 0, Vec::new());
        assert_eq!(financial_status(&free), FinancialStatus::Paid);
    }

    /// An order for 100 of which 40 were removed, and nothing given back for it.
    fn with_less(rows: Vec<Model>) -> OrderView {
        let mut order = view(vec![line(1, 5, 100, 0)], 0, 0, rows);
        order.refunds.push(refund::Model {
            id: RefundId(1),
            order_id: order.row.id,
            note: None,
            currency: "EUR".to_owned(),
            shipping_minor: 0,
            notify: false,
            created_at: DateTime::UNIX_EPOCH,
            waits: false,
            credit_expires_at: None,
        });
        order.refund_lines.push(refund_line::Model {
            id: RefundLineId(1),
            refund_id: RefundId(1),
            order_line_id: order.lines[0].id,
            quantity: 2,
            subtotal_minor: 40,
            tax_minor: 0,
            restock: Restock::NoRestock,
            location_id: None,
        });
        order
    }

    #[test]
    fn what_was_removed_need_not_be_paid() {
        use TransactionKind as Kind;
        let money = |id, kind, amount| transaction(id, kind, TransactionStatus::Success, "manual", amount);
        for (rows, expected) in [
            (vec![], FinancialStatus::Pending),
            (vec![money(1, Kind::Sale, 59)], FinancialStatus::PartiallyPaid),
            (vec![money(1, Kind::Sale, 60)], FinancialStatus::Paid),
            (vec![money(1, Kind::Authorization, 100), money(2, Kind::Capture, 60)], FinancialStatus::Paid),
        ] {
            assert_eq!(financial_status(&with_less(rows)), expected);
        }
        // All of it was removed before a payment.
        let mut nothing = with_less(Vec::new());
        nothing.refund_lines[0].subtotal_minor = 100;
        assert_eq!(financial_status(&nothing), FinancialStatus::Voided);
        nothing.transactions.push(money(1, Kind::Authorization, 100));
        assert_eq!(financial_status(&nothing), FinancialStatus::Authorized, "it has to be let go");
    }

    #[test]
    fn nothing_is_awaited_of_what_was_cancelled() {
        use TransactionKind as Kind;
        use TransactionStatus as Status;
        let promise = |used_minor| Model {
            used_minor,
            ..transaction(1, Kind::Authorization, Status::Success, "stripe", 100)
        };
        let money = |id, kind, status| transaction(id, kind, status, "stripe", 100);
        for (rows, expected) in [
            (vec![], FinancialStatus::Voided),
            (vec![money(1, Kind::Sale, Status::Failure)], FinancialStatus::Voided),
            // It is being let go, was let go, or was not, where the provider refused.
            (vec![promise(100), money(2, Kind::Void, Status::Pending)], FinancialStatus::Voided),
            (vec![promise(100), money(2, Kind::Void, Status::Success)], FinancialStatus::Voided),
            (vec![promise(0), money(2, Kind::Void, Status::Failure)], FinancialStatus::Authorized),
            (vec![money(1, Kind::Sale, Status::Success)], FinancialStatus::Paid),
        ] {
            let mut order = view(vec![line(1, 1, 100, 0)], 0, 0, rows);
            order.row.cancelled_at = Some(DateTime::UNIX_EPOCH);
            assert_eq!(financial_status(&order), expected, "{:?}", order.transactions);
        }
    }
}
