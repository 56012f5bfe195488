//! What is left of each credit of an account, and how much of it has ended: pure rules.
//!
//! The ledger tells amounts, not which credit was spent. Read from its beginning it does: a debit takes from the credits
//! that end first, those without an end last; what is given back goes back to where it came from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::StoreCreditTxnId;
use entity::store_credit_txn::{self, StoreCreditTxnKind};

/// A credit and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lot {
    id: StoreCreditTxnId,
    expires_at: Option<DateTime<Utc>>,
    rest_minor: i64,
}

impl Lot {
    fn is_over_at(&self, time: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= time)
    }
}

/// What an account holds at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holdings {
    /// The credits that have ended with something left, and how much.
    pub(super) over: Vec<(StoreCreditTxnId, i64)>,
    /// When the next credit ends.
    pub(super) next_expiry_at: Option<DateTime<Utc>>,
}

impl Holdings {
    /// Reads a ledger, whose entries are in the order of their keys.
    pub(super) fn at(entries: &[store_credit_txn::Model], now: DateTime<Utc>) -> Self {
        let lots = lots(entries);
        let left = || lots.iter().filter(|lot| lot.rest_minor > 0);
        Self {
            over: left().filter(|lot| lot.is_over_at(now)).map(|lot| (lot.id, lot.rest_minor)).collect(),
            next_expiry_at: left().filter(|lot| !lot.is_over_at(now)).filter_map(|lot| lot.expires_at).min(),
        }
    }

    /// How much has ended in all, in minor units.
    pub(super) fn over_minor(&self) -> i64 {
        self.over.iter().map(|(_, minor)| *minor).sum()
    }
}

fn lots(entries: &[store_credit_txn::Model]) -> Vec<Lot> {
    let mut lots: Vec<Lot> = Vec::new();
    let mut taken: HashMap<&str, Vec<(StoreCreditTxnId, i64)>> = HashMap::new();
    for entry in entries {
        match entry.kind {
            StoreCreditTxnKind::Credit => {
                lots.push(Lot { id: entry.id, expires_at: entry.expires_at, rest_minor: entry.delta_minor })
            }
            StoreCreditTxnKind::Debit => {
                taken.insert(&entry.reference, take(&mut lots, -entry.delta_minor, entry.created_at));
            }
            StoreCreditTxnKind::GiveBack => {
                for (id, minor) in taken.remove(entry.reference.as_str()).unwrap_or_default() {
                    change(&mut lots, id, minor);
                }
            }
            StoreCreditTxnKind::Expire => {
                if let Some(id) = entry.credit_id {
                    change(&mut lots, id, entry.delta_minor);
                }
            }
        }
    }
    lots
}

/// Takes an amount from the lots that can be spent at that time, the one that ends first first; tells from which.
fn take(lots: &mut [Lot], mut minor: i64, time: DateTime<Utc>) -> Vec<(StoreCreditTxnId, i64)> {
    let mut open: Vec<&mut Lot> = lots.iter_mut().filter(|lot| !lot.is_over_at(time)).collect();
    open.sort_by_key(|lot| (lot.expires_at.is_none(), lot.expires_at, lot.id));
    let mut from = Vec::new();
    for lot in open {
        let part = Ord::min(minor, lot.rest_minor);
        if part > 0 {
            lot.rest_minor -= part;
            minor -= part;
            from.push((lot.id, part));
        }
    }
    from
}

fn change(lots: &mut [Lot], id: StoreCreditTxnId, minor: i64) {
    if let Some(lot) = lots.iter_mut().find(|lot| lot.id == id) {
        lot.rest_minor += minor;
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use entity::id::StoreCreditAccountId;
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(number)
    }

    /// Entries told as (kind, delta, reference, day on which it ends, day on which it was written).
    fn ledger(told: &[(StoreCreditTxnKind, i64, &str, Option<i64>, i64)]) -> Vec<store_credit_txn::Model> {
        let entry = |(id, (kind, delta_minor, reference, end, at)): (
            i64,
            &(StoreCreditTxnKind, i64, &str, Option<i64>, i64),
        )| {
            let is_expiry = *kind == StoreCreditTxnKind::Expire;
            store_credit_txn::Model {
                id: StoreCreditTxnId(id),
                account_id: StoreCreditAccountId(1),
                kind: *kind,
                delta_minor: *delta_minor,
                reference: (*reference).to_owned(),
                expires_at: end.filter(|_| !is_expiry).map(day),
                credit_id: end.filter(|_| is_expiry).map(StoreCreditTxnId),
                created_at: day(*at),
            }
        };
        (1..).zip(told).map(entry).collect()
    }

    fn over(
        told: &[(StoreCreditTxnKind, i64, &str, Option<i64>, i64)],
        at: i64,
    ) -> (Vec<(i64, i64)>, Option<i64>) {
        let holdings = Holdings::at(&ledger(told), day(at));
        let over = holdings.over.into_iter().map(|(id, minor)| (id.0, minor)).collect();
        (over, holdings.next_expiry_at.map(|time| (time - DateTime::UNIX_EPOCH).num_days()))
    }

    #[test]
    fn the_credit_that_ends_first_is_spent_first() {
        use StoreCreditTxnKind::{Credit, Debit, Expire, GiveBack};
        let credits =
            [(Credit, 500, "a", None, 0), (Credit, 300, "b", Some(20), 0), (Credit, 200, "c", Some(10), 0)];
        let with = |more: &[(StoreCreditTxnKind, i64, &'static str, Option<i64>, i64)]| {
            [credits.as_slice(), more].concat()
        };
        for (case, more, at, expected) in [
            ("nothing has ended", vec![], 9, (vec![], Some(10))),
            ("at its end it is over", vec![], 10, (vec![(3, 200)], Some(20))),
            ("both have ended", vec![], 20, (vec![(2, 300), (3, 200)], None)),
            ("a part was spent", vec![(Debit, -150, "x", None, 1)], 10, (vec![(3, 50)], Some(20))),
            ("more than the first was spent", vec![(Debit, -250, "x", None, 1)], 20, (vec![(2, 250)], None)),
            (
                "what was given back ends with its credit",
                vec![(Debit, -250, "x", None, 1), (GiveBack, 250, "x", None, 2)],
                10,
                (vec![(3, 200)], Some(20)),
            ),
            (
                "what ended is not spent afterwards",
                vec![(Expire, -200, "e", Some(3), 10), (Debit, -350, "x", None, 11)],
                20,
                (vec![], None),
            ),
            (
                "what was held over its end ends when it comes back",
                vec![
                    (Debit, -200, "x", None, 9),
                    (Expire, -300, "e", Some(2), 20),
                    (GiveBack, 200, "x", None, 21),
                ],
                21,
                (vec![(3, 200)], None),
            ),
        ] {
            assert_eq!(over(&with(&more), at), expected, "{case}");
        }
    }

    proptest! {
        #[test]
        fn never_more_ends_than_the_account_holds(
            credits in proptest::collection::vec((1_i64..1_000, proptest::option::of(1_i64..30)), 1..8),
            debits in proptest::collection::vec((1_i64..500, 0_i64..30), 0..12),
        ) {
            let mut entries = ledger(
                &credits.iter().map(|(minor, end)| (StoreCreditTxnKind::Credit, *minor, "c", *end, 0)).collect::<Vec<_>>(),
            );
            let mut debits = debits;
            debits.sort_by_key(|(_, at)| *at);
            for (place, (minor, at)) in debits.into_iter().enumerate() {
                let held: i64 = entries.iter().map(|entry| entry.delta_minor).sum();
                let usable = held - Holdings::at(&entries, day(at)).over_minor();
                prop_assert!(usable >= 0);
                let minor = minor.min(usable);
                if minor > 0 {
                    let mut entry = ledger(&[(StoreCreditTxnKind::Debit, -minor, "", None, at)]).remove(0);
                    entry.id = StoreCreditTxnId(100 + i64::try_from(place).unwrap());
                    entry.reference = format!("debit {place}");
                    entries.push(entry);
                }
            }
            let held: i64 = entries.iter().map(|entry| entry.delta_minor).sum();
            let lots = lots(&entries);
            prop_assert!(lots.iter().all(|lot| lot.rest_minor >= 0));
            prop_assert_eq!(lots.iter().map(|lot| lot.rest_minor).sum::<i64>(), held);
        }
    }
}
