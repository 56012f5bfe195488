//! What an order comes to after what was given back of it: a pure rule.

use entity::id::RefundId;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use entity::refund;
use entity::refund_line::Restock;

use super::capture::{is_promise, left_minor};
use super::ledger::taken_minor;
use super::queries::OrderView;
use super::refund::RefundLineInput;
use super::suggest::{is_refundable, refunded_quantity};

/// How the money of an order stands, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Taken.
    pub received_minor: i64,
    /// Given back.
    pub refunded_minor: i64,
    /// Promised, and neither taken nor let go.
    pub capturable_minor: i64,
    /// Taken, and not given back nor about to be.
    pub refundable_minor: i64,
    /// What the order costs after what was given back of it; nothing once it is cancelled.
    pub current_total_minor: i64,
    /// What the buyer still owes; below zero where the shop does.
    pub outstanding_minor: i64,
}

/// What of an order was not given back, in minor units, by what it is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remainder {
    /// Of the lines after discounts.
    pub subtotal_minor: i64,
    /// Of the deliveries after discounts.
    pub shipping_minor: i64,
    /// Of all taxes.
    pub tax_minor: i64,
}

impl OrderView {
    /// How its money stands.
    #[must_use]
    pub fn balance(&self) -> Balance {
        let (received_minor, refunded_minor) = (taken_minor(&self.transactions), self.refunded_minor());
        let promises = self.transactions.iter().filter(|row| is_promise(row));
        let refundable = self.transactions.iter().filter(|row| is_refundable(row));
        let current_total_minor = if self.row.cancelled_at.is_some() { 0 } else { self.due_total_minor() };
        Balance {
            received_minor,
            refunded_minor,
            capturable_minor: promises.map(left_minor).sum(),
            refundable_minor: refundable.map(left_minor).sum(),
            current_total_minor,
            outstanding_minor: current_total_minor - (received_minor - refunded_minor),
        }
    }

    /// What its lines, deliveries and taxes come to without what was given back.
    #[must_use]
    pub fn remainder(&self) -> Remainder {
        let shipping_net = self.discounted_shipping_minor();
        let shipping_tax: i64 = self.shipping.iter().map(|line| line.tax_minor).sum();
        let added = if self.row.taxes_included { 0 } else { shipping_tax };
        let back: i64 = self.refunds.iter().map(|refund| refund.shipping_minor).sum();
        // What goes back of deliveries holds its share of their taxes.
        let back_net = part(back, shipping_net, shipping_net + added);
        let back_tax = part(back, shipping_tax, shipping_net + added);
        let lines =
            |of: fn(&entity::refund_line::Model) -> i64| self.refund_lines.iter().map(of).sum::<i64>();
        Remainder {
            subtotal_minor: self.discounted_subtotal_minor() - lines(|line| line.subtotal_minor),
            shipping_minor: shipping_net - back_net,
            tax_minor: self.row.tax_minor - lines(|line| line.tax_minor) - back_tax,
        }
    }

    /// What its buyer is to pay for it, in minor units: all that did not go back of it, as it stood before it was cancelled.
    pub(super) fn due_total_minor(&self) -> i64 {
        (self.row.total_minor - self.taken_off_minor()).max(0)
    }

    /// Whether all of it was paid at some time. What lost all its units before a payment was not.
    #[must_use]
    pub fn is_fully_paid(&self) -> bool {
        let taken_minor = taken_minor(&self.transactions);
        taken_minor >= self.due_total_minor() && (taken_minor > 0 || self.row.total_minor == 0)
    }

    /// Whether no provider is to be asked about any of its money.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_asked = |row: &Model| row.status == TransactionStatus::Pending && row.ask_at.is_some();
        !self.transactions.iter().any(is_asked)
    }

    /// All units that were not given back, line by line.
    #[must_use]
    pub fn units_left(&self, restock: Restock) -> Vec<RefundLineInput> {
        let left = self.lines.iter().map(|line| RefundLineInput {
            line: line.id,
            quantity: line.quantity - refunded_quantity(self, line.id),
            restock,
            location: None,
        });
        left.filter(|line| line.quantity > 0).collect()
    }

    /// What of a refund is with its buyer, in minor units.
    #[must_use]
    pub fn refunded_of_minor(&self, id: RefundId) -> i64 {
        let rows = self.transactions.iter().filter(|row| {
            row.kind == TransactionKind::Refund
                && row.refund_id == Some(id)
                && row.status == TransactionStatus::Success
        });
        rows.map(|row| row.amount_minor).sum()
    }

    /// Whether it has units that could be put back on their shelves.
    #[must_use]
    pub fn is_restockable(&self) -> bool {
        self.lines.iter().any(|line| line.quantity > refunded_quantity(self, line.id))
    }

    /// What its refunds took off what it costs: of each the worth of what came back, or the money where that is more, as
    /// where it is given for nothing in particular. Money that follows later for worth that the shop had kept, as where a
    /// provider refused it at first, is of that worth and takes off nothing more.
    fn taken_off_minor(&self) -> i64 {
        let cancelled_at = self.row.cancelled_at;
        // What a cancellation takes back was to be paid until then.
        let refunds =
            self.refunds.iter().filter(|refund| cancelled_at.is_none_or(|at| refund.created_at < at));
        let (mut all_worth, mut covered, mut taken_off) = (0_i64, 0_i64, 0_i64);
        let (mut short, mut followed) = (0_i64, 0_i64);
        for refund in refunds {
            let (worth, money) = (self.worth_minor(refund), self.money_minor(refund.id));
            let follows = (money - worth).max(0).min(short);
            short += (worth - money).max(0) - follows;
            followed += follows;
            all_worth += worth;
            covered += worth.min(money);
            taken_off += worth.max(money);
        }
        // What an order that was not paid lost was never the buyer's money.
        let costs_minor = self.row.total_minor - all_worth;
        let kept_minor = (taken_minor(&self.transactions) - covered - costs_minor).max(0);
        taken_off - followed.min(kept_minor)
    }

    /// What came back by a refund is worth, with the taxes that were added.
    fn worth_minor(&self, refund: &refund::Model) -> i64 {
        let lines = self.refund_lines.iter().filter(|line| line.refund_id == refund.id);
        let worth = lines.map(|line| {
            let tax_minor = if self.row.taxes_included { 0 } else { line.tax_minor };
            line.subtotal_minor + tax_minor
        });
        refund.shipping_minor + worth.sum::<i64>()
    }

    /// The money of a refund, also while it is under way.
    fn money_minor(&self, id: RefundId) -> i64 {
        let rows = self.transactions.iter().filter(|row| {
            row.kind == TransactionKind::Refund
                && row.refund_id == Some(id)
                && row.status != TransactionStatus::Failure
        });
        rows.map(|row| row.amount_minor).sum()
    }
}

/// The share of an amount that `numerator` of `denominator` is, rounded down; nothing of nothing.
fn part(amount: i64, numerator: i64, denominator: i64) -> i64 {
    if denominator <= 0 {
        return 0;
    }
    let share = i128::from(amount) * i128::from(numerator) / i128::from(denominator);
    i64::try_from(share).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use entity::id::{OrderId, OrderLineId, OrderTransactionId, RefundLineId};
    use entity::refund_line;

    use super::*;
    use crate::order::sample::{line, transaction, view};

    fn money(id: i64, kind: TransactionKind, amount_minor: i64, used_minor: i64) -> Model {
        Model { used_minor, ..transaction(id, kind, TransactionStatus::Success, "stripe", amount_minor) }
    }

    /// Two units for 10.00 and 1.90 of taxes, delivered for 5.00 and 0.95: 17.85.
    fn order(transactions: Vec<Model>) -> OrderView {
        view(vec![line(1, 2, 1_000, 190)], 500, 95, transactions)
    }

    fn refunded(mut view: OrderView, id: i64, shipping_minor: i64, money_minor: i64) -> OrderView {
        view.refunds.push(refund::Model {
            id: RefundId(id),
            order_id: OrderId(1),
            note: None,
            currency: "EUR".to_owned(),
            shipping_minor,
            notify: false,
            created_at: DateTime::UNIX_EPOCH,
            waits: false,
            credit_expires_at: None,
        });
        if money_minor > 0 {
            let row = money(100 + id, TransactionKind::Refund, money_minor, 0);
            view.transactions[0].used_minor += money_minor;
            let parent_id = Some(OrderTransactionId(1));
            view.transactions.push(Model { refund_id: Some(RefundId(id)), parent_id, ..row });
        }
        view
    }

    fn with_unit_back(mut view: OrderView, refund: i64) -> OrderView {
        view.refund_lines.push(refund_line::Model {
            id: RefundLineId(refund),
            refund_id: RefundId(refund),
            order_line_id: OrderLineId(1),
            quantity: 1,
            subtotal_minor: 500,
            tax_minor: 95,
            restock: Restock::Cancel,
            location_id: None,
        });
        view
    }

    fn paid() -> OrderView {
        order(vec![money(1, TransactionKind::Sale, 1_785, 0)])
    }

    #[test]
    fn what_is_paid_is_not_owed() {
        let (all, none) = (1_785, 0);
        let balance = Balance {
            received_minor: all,
            refundable_minor: all,
            current_total_minor: all,
            ..Balance::default()
        };
        assert_eq!(paid().balance(), balance);
        let remainder = Remainder { subtotal_minor: 1_000, shipping_minor: 500, tax_minor: 285 };
        assert_eq!(paid().remainder(), remainder);
        let awaited = order(Vec::new()).balance();
        assert_eq!((awaited.received_minor, awaited.outstanding_minor), (none, all));
        assert!(paid().is_fully_paid() && !order(Vec::new()).is_fully_paid());
    }

    #[test]
    fn what_comes_back_and_its_money_are_counted_once() {
        let view = with_unit_back(refunded(paid(), 1, 0, 595), 1);
        let balance = Balance {
            received_minor: 1_785,
            refunded_minor: 595,
            capturable_minor: 0,
            refundable_minor: 1_190,
            current_total_minor: 1_190,
            outstanding_minor: 0,
        };
        assert_eq!(view.balance(), balance);
        assert_eq!(view.remainder(), Remainder { subtotal_minor: 500, shipping_minor: 500, tax_minor: 190 });
        assert_eq!(view.units_left(Restock::NoRestock)[0].quantity, 1);
        assert_eq!((view.refunded_of_minor(RefundId(1)), view.refunded_of_minor(RefundId(2))), (595, 0));
        // And a sum for nothing in particular: nothing is owed for it.
        let kind = refunded(view, 2, 0, 100).balance();
        assert_eq!((kind.current_total_minor, kind.outstanding_minor), (1_090, 0));
    }

    #[test]
    fn deliveries_come_back_with_their_share_of_taxes() {
        let whole = refunded(paid(), 1, 595, 595);
        assert_eq!(whole.remainder(), Remainder { subtotal_minor: 1_000, shipping_minor: 0, tax_minor: 190 });
        let half = refunded(paid(), 1, 297, 297);
        assert_eq!(
            half.remainder(),
            Remainder { subtotal_minor: 1_000, shipping_minor: 251, tax_minor: 238 }
        );
    }

    #[test]
    fn of_a_promise_the_rest_can_be_taken_and_is_owed() {
        let (kind, capture) = (TransactionKind::Authorization, TransactionKind::Capture);
        let view = order(vec![money(1, kind, 1_785, 785), money(2, capture, 785, 0)]);
        let balance = view.balance();
        assert_eq!((balance.capturable_minor, balance.outstanding_minor), (1_000, 1_000));
        assert_eq!((balance.received_minor, balance.refundable_minor), (785, 785));
    }

    #[test]
    fn money_that_follows_later_for_what_came_back_is_counted_once() {
        // Its provider refused the money of the unit at first.
        let mut refused = with_unit_back(refunded(paid(), 1, 0, 595), 1);
        refused.transactions[0].used_minor = 0;
        refused.transactions[1].status = TransactionStatus::Failure;
        let kept = refused.balance();
        assert_eq!((kept.current_total_minor, kept.outstanding_minor), (1_190, -595));
        let repeated = refunded(refused, 2, 0, 595).balance();
        assert_eq!((repeated.current_total_minor, repeated.outstanding_minor), (1_190, 0));
        // A sum for nothing in particular before the unit came back is no money of it.
        let before = with_unit_back(refunded(refunded(paid(), 1, 0, 100), 2, 0, 0), 2).balance();
        assert_eq!((before.current_total_minor, before.outstanding_minor), (1_090, -595));
        // Nor is one after it, where the buyer had not paid the unit.
        let unpaid = with_unit_back(refunded(order(Vec::new()), 1, 0, 0), 1);
        assert_eq!((unpaid.due_total_minor(), unpaid.is_fully_paid()), (1_190, false));
        let mut paid_less = unpaid;
        paid_less.transactions.push(money(1, TransactionKind::Sale, 1_190, 0));
        assert!(paid_less.is_fully_paid());
        let kind = refunded(paid_less, 2, 0, 100).balance();
        assert_eq!((kind.current_total_minor, kind.outstanding_minor), (1_090, 0));
    }

    #[test]
    fn what_a_cancellation_takes_back_was_to_be_paid() {
        let mut view = with_unit_back(refunded(order(Vec::new()), 1, 0, 0), 1);
        view.refunds[0].created_at = DateTime::UNIX_EPOCH - TimeDelta::minutes(1);
        view = with_unit_back(refunded(view, 2, 595, 0), 2);
        view.row.cancelled_at = Some(DateTime::UNIX_EPOCH);
        assert_eq!((view.due_total_minor(), view.balance().current_total_minor), (1_190, 0));
        assert!(!view.is_fully_paid());
    }

    #[test]
    fn what_a_provider_is_to_be_asked_about_is_not_settled() {
        let mut view =
            order(vec![transaction(1, TransactionKind::Sale, TransactionStatus::Pending, "manual", 9)]);
        assert!(view.is_settled(), "staff say when it comes");
        view.transactions[0].ask_at = Some(DateTime::UNIX_EPOCH);
        assert!(!view.is_settled());
        view.transactions[0].status = TransactionStatus::Success;
        assert!(view.is_settled());
    }

    #[test]
    fn the_shop_owes_what_it_keeps_of_a_cancelled_order() {
        let mut view = with_unit_back(refunded(paid(), 1, 0, 0), 1);
        assert_eq!(view.balance().outstanding_minor, -595);
        view.row.cancelled_at = Some(DateTime::UNIX_EPOCH);
        assert_eq!((view.balance().current_total_minor, view.balance().outstanding_minor), (0, -1_785));
        assert!(view.is_restockable());
    }
}
