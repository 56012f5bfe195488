//! What a provider's books have of a payment and the ledger has not: a pure rule.
//!
//! A part of the books is known where a row of the ledger has its name or its key. A key is stored before the provider is
//! asked, so that what the shop has asked for is known also while its answer is awaited: nothing is counted twice. What the
//! ledger has without a name counts as well: never more is missing than the books have beyond what was noted.

use entity::id::OrderTransactionId;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};

use super::capture::{is_promise, left_minor};
use super::refund::{GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY};
use crate::payment::{Part, PartState, PaymentStanding};

/// Whether a row begins a payment that a provider has in its books.
pub(super) fn is_payment(row: &Model) -> bool {
    let is_first = match row.kind {
        TransactionKind::Sale | TransactionKind::Authorization => row.parent_id.is_none(),
        TransactionKind::Capture | TransactionKind::Void | TransactionKind::Refund => false,
    };
    is_first
        && row.status == TransactionStatus::Success
        && row.provider_reference.is_some()
        && ![GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY].contains(&row.gateway.as_str())
}

/// The rows of one payment.
pub(super) struct Payment<'a> {
    /// The first.
    pub(super) root: &'a Model,
    /// What was taken: by captures of a promise, or at once.
    taken: Vec<&'a Model>,
    /// What went back by the provider.
    returned: Vec<&'a Model>,
    /// Whether something of its promise is being taken or let go.
    pub(super) is_being_taken: bool,
    /// Whether something of it is being given back, wherever to.
    pub(super) is_being_returned: bool,
}

/// A part of which the ledger has less than its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missing<'a> {
    pub(super) part: &'a Part,
    /// What the ledger has of it, in minor units.
    pub(super) known_minor: i64,
    /// What it has not.
    pub(super) minor: i64,
}

impl<'a> Payment<'a> {
    /// The payment that begins with a row of a ledger.
    pub(super) fn find(ledger: &'a [Model], root: OrderTransactionId) -> Option<Self> {
        let root = ledger.iter().find(|row| row.id == root)?;
        let children = || ledger.iter().filter(move |row| row.parent_id == Some(root.id));
        let of_kind = |kind: TransactionKind| move |row: &&Model| row.kind == kind;
        let is_pending = |row: &Model| row.status == TransactionStatus::Pending;
        let taken: Vec<&Model> = if is_promise(root) {
            children().filter(of_kind(TransactionKind::Capture)).collect()
        } else {
            vec![root]
        };
        let is_of_taken = |row: &&Model| taken.iter().any(|taken| row.parent_id == Some(taken.id));
        let back = || ledger.iter().filter(of_kind(TransactionKind::Refund)).filter(is_of_taken);
        Some(Self {
            is_being_taken: is_promise(root) && children().any(is_pending),
            is_being_returned: back().any(is_pending),
            // What became store credit is still at the provider.
            returned: back().filter(|row| row.gateway == root.gateway && !row.to_credit).collect(),
            taken,
            root,
        })
    }

    /// Whether the ledger has all that the books have.
    pub(super) fn agrees(&self, standing: &PaymentStanding) -> bool {
        self.reversed(standing).is_empty()
            && self.missing_of_taken(standing).is_empty()
            && self.missing_of_returned(standing).is_empty()
            && self.over_minor(standing) == 0
    }

    /// What was noted as given back and came to nothing since.
    pub(super) fn reversed(&self, standing: &PaymentStanding) -> Vec<&'a Model> {
        let failed = |row: &Model| {
            let is_it = |part: &Part| part.state == PartState::Failed && is_part(row, part);
            standing.returned.iter().any(is_it)
        };
        let is_reversed = |row: &&&Model| row.status == TransactionStatus::Success && failed(row);
        self.returned.iter().filter(is_reversed).copied().collect()
    }

    /// What was taken elsewhere.
    pub(super) fn missing_of_taken<'b>(&self, standing: &'b PaymentStanding) -> Vec<Missing<'b>> {
        // What was taken at once has the name of its payment, whatever the parts are called.
        if is_promise(self.root) { self.missing(&standing.taken, &self.taken) } else { Vec::new() }
    }

    /// What went back elsewhere.
    pub(super) fn missing_of_returned<'b>(&self, standing: &'b PaymentStanding) -> Vec<Missing<'b>> {
        self.missing(&standing.returned, &self.returned)
    }

    fn missing<'b>(&self, parts: &'b [Part], rows: &[&Model]) -> Vec<Missing<'b>> {
        let is_done =
            |part: &&Part| part.state == PartState::Done && part.amount.currency.code() == self.root.currency;
        let booked =
            parts.iter().filter(is_done).fold(0_i64, |sum, part| sum.saturating_add(part.amount.minor));
        let noted = rows.iter().filter(|row| row.status == TransactionStatus::Success);
        let mut beyond = booked.saturating_sub(noted.map(|row| row.amount_minor).sum()).max(0);
        let mut missing = Vec::new();
        for part in parts.iter().filter(is_done) {
            // Also what came to nothing: a look from before that was known says that it is done.
            let known = rows.iter().filter(|row| is_part(row, part));
            let known_minor = known.map(|row| row.amount_minor).sum();
            let minor = part.amount.minor.saturating_sub(known_minor).clamp(0, beyond);
            if minor > 0 {
                beyond -= minor;
                missing.push(Missing { part, known_minor, minor });
            }
        }
        missing
    }

    /// What the ledger has as promised and the provider does not promise any more, in minor units.
    pub(super) fn over_minor(&self, standing: &PaymentStanding) -> i64 {
        let is_being_taken = standing.taken.iter().any(|part| part.state == PartState::UnderWay);
        if standing.is_open || is_being_taken || !is_promise(self.root) { 0 } else { left_minor(self.root) }
    }

    /// The rows that money which went back came from, with something left: first what a part names.
    pub(super) fn sources(&self, part: &Part) -> Vec<&'a Model> {
        let has_some = |row: &&&Model| row.status == TransactionStatus::Success && left_minor(row) > 0;
        let mut rows: Vec<&Model> = self.taken.iter().filter(has_some).copied().collect();
        rows.sort_by_key(|row| part.of.is_none() || row.provider_reference != part.of);
        rows
    }
}

/// Whether a row is about a part.
fn is_part(row: &Model, part: &Part) -> bool {
    row.provider_reference.as_ref() == Some(&part.reference)
        || part.key.as_ref() == Some(&row.idempotency_key)
}

#[cfg(test)]
mod tests {
    use TransactionKind::{Authorization, Capture, Refund, Sale, Void};
    use TransactionStatus::{Failure, Pending, Success};

    use super::*;
    use crate::money::{Currency, Money};
    use crate::order::sample::transaction;
    use crate::payment::Disputed;

    /// A row by its place, kind and status, of a parent, with a name at the provider.
    fn row(
        (id, parent): (i64, i64),
        kind: TransactionKind,
        status: TransactionStatus,
        amount: i64,
        name: &str,
    ) -> Model {
        Model {
            parent_id: (parent > 0).then_some(OrderTransactionId(parent)),
            provider_reference: (!name.is_empty()).then(|| name.to_owned()),
            ..transaction(id, kind, status, "stripe", amount)
        }
    }

    fn used(row: Model, used_minor: i64) -> Model {
        Model { used_minor, ..row }
    }

    fn part(name: &str, key: Option<&str>, minor: i64, state: PartState) -> Part {
        let amount = Money::new(minor, Currency::find("EUR").unwrap());
        Part { reference: name.to_owned(), key: key.map(str::to_owned), of: None, amount, state }
    }

    fn done(name: &str, minor: i64) -> Part {
        part(name, None, minor, PartState::Done)
    }

    fn books(taken: Vec<Part>, returned: Vec<Part>, is_open: bool) -> PaymentStanding {
        PaymentStanding { taken, returned, is_open, disputed: Disputed::No }
    }

    /// Of a ledger that begins with a payment: what is missing of what was taken and of what went back, with what is known.
    fn missing(ledger: &[Model], books: &PaymentStanding) -> [Vec<(String, i64, i64)>; 2] {
        let payment = Payment::find(ledger, ledger[0].id).unwrap();
        let told =
            |missing: Missing<'_>| (missing.part.reference.clone(), missing.known_minor, missing.minor);
        let taken = payment.missing_of_taken(books).into_iter().map(told).collect();
        [taken, payment.missing_of_returned(books).into_iter().map(told).collect()]
    }

    fn named(name: &str, known: i64, minor: i64) -> Vec<(String, i64, i64)> {
        vec![(name.to_owned(), known, minor)]
    }

    #[test]
    fn what_was_taken_elsewhere_is_missing_once() {
        let promise = |used_minor| used(row((1, 0), Authorization, Success, 100, "pi"), used_minor);
        let elsewhere = books(vec![done("ch", 100)], vec![], false);
        assert_eq!(missing(&[promise(0)], &elsewhere), [named("ch", 0, 100), vec![]]);
        let noted = [promise(100), row((2, 1), Capture, Success, 100, "ch")];
        assert_eq!(missing(&noted, &elsewhere), [vec![], vec![]]);
        assert!(Payment::find(&noted, noted[0].id).unwrap().agrees(&elsewhere));
        // More was taken under the same name.
        let part = [promise(40), row((2, 1), Capture, Success, 40, "ch")];
        assert_eq!(missing(&part, &elsewhere), [named("ch", 40, 60), vec![]]);
        // What has no name counts.
        let nameless = [promise(100), row((2, 1), Capture, Success, 100, "")];
        assert_eq!(missing(&nameless, &elsewhere), [vec![], vec![]]);
    }

    #[test]
    fn what_the_shop_has_asked_for_is_known_before_it_is_noted() {
        let promise = used(row((1, 0), Authorization, Success, 100, "pi"), 70);
        let ledger = [promise, row((2, 1), Capture, Pending, 70, "")];
        let own = books(vec![part("A", Some("key2"), 70, PartState::Done)], vec![], true);
        assert_eq!(missing(&ledger, &own), [vec![], vec![]]);
        let both = books(vec![done("B", 30), part("A", Some("key2"), 70, PartState::Done)], vec![], false);
        assert_eq!(missing(&ledger, &both), [named("B", 0, 30), vec![]]);
        assert!(Payment::find(&ledger, ledger[0].id).unwrap().is_being_taken);
    }

    #[test]
    fn what_went_back_elsewhere_is_told_from_what_became_store_credit() {
        let sale = used(row((1, 0), Sale, Success, 100, "pi"), 50);
        let own = row((2, 1), Refund, Success, 20, "re_1");
        let credit =
            Model { gateway: STORE_CREDIT_GATEWAY.to_owned(), ..row((3, 1), Refund, Success, 30, "7") };
        let ledger = [sale, own, credit];
        let back = books(vec![done("ch", 100)], vec![done("re_2", 30), done("re_1", 20)], false);
        assert_eq!(missing(&ledger, &back), [vec![], named("re_2", 0, 30)]);
        let slow = books(vec![], vec![part("re_2", None, 30, PartState::UnderWay), done("re_1", 20)], false);
        assert_eq!(missing(&ledger, &slow), [vec![], vec![]]);
    }

    #[test]
    fn a_refund_that_failed_is_reversed_and_does_not_come_back() {
        let sale = used(row((1, 0), Sale, Success, 100, "pi"), 60);
        let ledger = [sale, row((2, 1), Refund, Success, 60, "re_1")];
        let failed = books(vec![], vec![part("re_1", None, 60, PartState::Failed)], false);
        let payment = Payment::find(&ledger, ledger[0].id).unwrap();
        assert_eq!(payment.reversed(&failed), [&ledger[1]]);
        assert!(!payment.agrees(&failed));
        // A look from before says that it was done.
        let noted = [row((1, 0), Sale, Success, 100, "pi"), row((2, 1), Refund, Failure, 60, "re_1")];
        let before = books(vec![], vec![done("re_1", 60)], false);
        assert_eq!(missing(&noted, &before), [vec![], vec![]]);
        assert!(Payment::find(&noted, noted[0].id).unwrap().agrees(&failed));
    }

    #[test]
    fn a_promise_is_over_once_its_provider_has_closed_it() {
        let ledger =
            [used(row((1, 0), Authorization, Success, 100, "pi"), 30), row((2, 1), Void, Success, 30, "")];
        let payment = Payment::find(&ledger, ledger[0].id).unwrap();
        assert_eq!(payment.over_minor(&books(vec![], vec![], true)), 0);
        assert_eq!(payment.over_minor(&books(vec![], vec![], false)), 70);
        let slow = books(vec![part("A", None, 70, PartState::UnderWay)], vec![], false);
        assert_eq!(payment.over_minor(&slow), 0, "it is being taken");
        let sale = [row((1, 0), Sale, Success, 100, "pi")];
        let payment = Payment::find(&sale, sale[0].id).unwrap();
        assert_eq!(payment.over_minor(&books(vec![], vec![], false)), 0);
    }

    #[test]
    fn money_goes_back_to_what_it_was_taken_by() {
        let ledger = [
            used(row((1, 0), Authorization, Success, 100, "P"), 100),
            used(row((2, 1), Capture, Success, 40, "A"), 40),
            row((3, 1), Capture, Success, 30, "B"),
            row((4, 1), Capture, Success, 30, "C"),
            row((5, 2), Refund, Success, 40, "R"),
        ];
        let payment = Payment::find(&ledger, ledger[0].id).unwrap();
        let names = |of: Option<&str>| -> Vec<i64> {
            let part = Part { of: of.map(str::to_owned), ..done("R2", 10) };
            payment.sources(&part).iter().map(|row| row.id.0).collect()
        };
        assert_eq!((names(Some("C")), names(Some("A")), names(None)), (vec![4, 3], vec![3, 4], vec![3, 4]));
    }
}
