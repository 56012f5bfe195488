//! What an order costs and how it is paid, row by row, as pages and mails tell it. Pure rules.

use chrono::{DateTime, Utc};
use entity::id::{GiftCardId, RefundId};
use entity::order_line;
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};

use super::queries::OrderView;
use super::refund::{GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY};
use crate::cart::Attributes;
use crate::error::Fault;
use crate::payment::Registry;

/// The title of the only variant of a product without options, which says nothing.
const DEFAULT_TITLE: &str = "Default Title";
/// Words of the front end that begin so are not for buyers.
const HIDDEN: char = '_';

/// What an order costs and how it is paid. Amounts in minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// What makes up the total, with signs.
    pub rows: Vec<(BillRow, i64)>,
    /// The total.
    pub total_minor: i64,
    /// The taxes in it, where prices hold them.
    pub taxes_included_minor: Option<i64>,
    /// What was paid or promised, by tender.
    pub tenders: Vec<(Tender, i64)>,
    /// What the buyer still owes.
    pub due_minor: i64,
    /// The gateways of money that is awaited.
    pub awaited: Vec<String>,
    /// What went back or is on its way back, oldest first.
    pub given_back: Vec<GivenBack>,
}

/// A part of a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BillRow {
    /// All lines before discounts.
    Subtotal,
    /// A discount by its code or title; without a name where it is not known any more.
    Discount(Option<String>),
    /// A delivery by its title.
    Delivery(String),
    /// A tax that was added, by its title; without a name where it is not known any more.
    Tax(Option<String>),
}

/// What was paid with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tender {
    /// A gift card, where its number is known.
    GiftCard(Option<GiftCardId>),
    /// The customer's credit.
    StoreCredit,
    /// A payment provider, or money outside.
    Payment,
}

/// Money that went back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// The refund that it is of.
    pub refund: Option<RefundId>,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// How much.
    pub minor: i64,
    /// Whether some of it is still under way.
    pub is_pending: bool,
    /// Whether all of it became store credit.
    pub is_credit: bool,
    /// What staff say about it.
    pub note: Option<String>,
}

impl Bill {
    /// The gift cards that paid for it.
    #[must_use]
    pub fn gift_cards(&self) -> Vec<GiftCardId> {
        let card = |(tender, _): &(Tender, i64)| match tender {
            Tender::GiftCard(id) => *id,
            Tender::StoreCredit | Tender::Payment => None,
        };
        self.tenders.iter().filter_map(card).collect()
    }

    /// How the money is to be sent that is awaited, line by line; nothing where none is, or nobody said how.
    #[must_use]
    pub fn instructions(&self, providers: &Registry) -> Vec<String> {
        let found = self.awaited.iter().filter_map(|gateway| providers.find(gateway)?.info().instructions);
        found.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }
}

/// What tells a line from others of its product: its variant, and the words of the front end that are for buyers.
///
/// # Errors
/// A fault where the words cannot be read.
pub fn line_details(line: &order_line::Model) -> Result<Vec<String>, Fault> {
    let variant =
        Some(line.variant_title.clone()).filter(|title| !title.is_empty() && title != DEFAULT_TITLE);
    let words: Attributes = serde_json::from_value(line.attributes.clone())?;
    let words = words.iter().filter(|word| !word.key.starts_with(HIDDEN));
    let words = words.map(|word| format!("{}: {}", word.key, word.value));
    Ok(variant.into_iter().chain(words).collect())
}

/// The bill of an order.
#[must_use]
pub fn bill(order: &OrderView) -> Bill {
    let row = &order.row;
    let included = (row.taxes_included && row.tax_minor > 0).then_some(row.tax_minor);
    let balance = order.balance();
    // What is promised need not be paid again.
    let due_minor = balance.outstanding_minor.saturating_sub(balance.capturable_minor).max(0);
    let is_awaited = |row: &&Model| {
        row.status == TransactionStatus::Pending && row.kind == TransactionKind::Sale && due_minor > 0
    };
    let mut awaited: Vec<String> =
        order.transactions.iter().filter(is_awaited).map(|row| row.gateway.clone()).collect();
    awaited.dedup();
    Bill {
        rows: rows_of(order),
        total_minor: row.total_minor,
        taxes_included_minor: included,
        tenders: tenders_of(order),
        due_minor,
        awaited,
        given_back: given_back(order),
    }
}

fn rows_of(order: &OrderView) -> Vec<(BillRow, i64)> {
    let row = &order.row;
    let mut rows = vec![(BillRow::Subtotal, row.subtotal_minor)];
    let mut unnamed = row.discount_minor;
    for applied in &order.applications {
        let name = applied.code.clone().unwrap_or_else(|| applied.title.clone());
        rows.push((BillRow::Discount(Some(name)), applied.amount_minor.saturating_neg()));
        unnamed = unnamed.saturating_sub(applied.amount_minor);
    }
    if unnamed > 0 {
        rows.push((BillRow::Discount(None), unnamed.saturating_neg()));
    }
    for delivery in &order.shipping {
        rows.push((BillRow::Delivery(delivery.title.clone()), delivery.amount_minor));
    }
    if !row.taxes_included {
        rows.extend(added_taxes(order));
    }
    rows
}

/// The added taxes, those of the same name together.
fn added_taxes(order: &OrderView) -> Vec<(BillRow, i64)> {
    let mut sums: Vec<(&str, i64)> = Vec::new();
    for tax in &order.taxes {
        match sums.iter_mut().find(|(title, _)| *title == tax.title) {
            Some((_, sum)) => *sum = sum.saturating_add(tax.amount_minor),
            None => sums.push((&tax.title, tax.amount_minor)),
        }
    }
    let named = sums.iter().fold(0_i64, |all, (_, sum)| all.saturating_add(*sum));
    let rest = order.row.tax_minor.saturating_sub(named);
    let rows = sums.iter().map(|(title, sum)| (BillRow::Tax(Some((*title).to_owned())), *sum));
    let rest = (rest > 0).then_some((BillRow::Tax(None), rest));
    rows.filter(|(_, sum)| *sum > 0).chain(rest).collect()
}

/// What was paid or promised.
fn tenders_of(order: &OrderView) -> Vec<(Tender, i64)> {
    let mut tenders: Vec<(Tender, i64)> = Vec::new();
    for row in order.transactions.iter().filter(|row| row.status == TransactionStatus::Success) {
        let minor = match row.kind {
            TransactionKind::Sale | TransactionKind::Authorization => row.amount_minor,
            TransactionKind::Void => row.amount_minor.saturating_neg(),
            // Taken of what was promised, which is counted; going back is told elsewhere.
            TransactionKind::Capture | TransactionKind::Refund => continue,
        };
        let tender = match row.gateway.as_str() {
            GIFT_CARD_GATEWAY => {
                let id = row.provider_reference.as_deref().and_then(|id| id.parse().ok());
                Tender::GiftCard(id.map(GiftCardId))
            }
            STORE_CREDIT_GATEWAY => Tender::StoreCredit,
            _ => Tender::Payment,
        };
        match tenders.iter_mut().find(|(known, _)| *known == tender) {
            Some((_, sum)) => *sum = sum.saturating_add(minor),
            None => tenders.push((tender, minor)),
        }
    }
    tenders.retain(|(_, sum)| *sum > 0);
    tenders
}

fn given_back(order: &OrderView) -> Vec<GivenBack> {
    let money = order.transactions.iter().filter(|row| {
        row.kind == TransactionKind::Refund
            && row.status != TransactionStatus::Failure
            && row.amount_minor > 0
    });
    let mut found: Vec<GivenBack> = Vec::new();
    for row in money {
        let is_pending = row.status == TransactionStatus::Pending;
        let is_credit = row.gateway == STORE_CREDIT_GATEWAY;
        let same = |known: &&mut GivenBack| row.refund_id.is_some() && known.refund == row.refund_id;
        if let Some(known) = found.iter_mut().find(same) {
            known.minor = known.minor.saturating_add(row.amount_minor);
            known.is_pending |= is_pending;
            known.is_credit &= is_credit;
            continue;
        }
        let refund = order.refunds.iter().find(|refund| Some(refund.id) == row.refund_id);
        found.push(GivenBack {
            refund: row.refund_id,
            at: refund.map_or(row.created_at, |refund| refund.created_at),
            minor: row.amount_minor,
            is_pending,
            is_credit,
            note: refund.and_then(|refund| refund.note.clone()).filter(|note| !note.trim().is_empty()),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use TransactionKind::{Authorization, Capture, Refund, Sale, Void};
    use TransactionStatus::{Failure, Pending, Success};

    use super::*;
    use crate::order::sample::{line, transaction, view};

    #[test]
    fn a_bill_adds_up_and_tells_what_is_due() {
        let mut order = view(vec![line(1, 2, 2_500, 475)], 490, 93, Vec::new());
        order.row.discount_minor = 100;
        order.row.total_minor -= 100;
        let told = bill(&order);
        assert_eq!(told.rows.iter().map(|(_, minor)| minor).sum::<i64>(), told.total_minor);
        assert_eq!(
            told.rows,
            [
                (BillRow::Subtotal, 2_500),
                (BillRow::Discount(None), -100),
                (BillRow::Delivery(String::new()), 490),
                (BillRow::Tax(None), 568),
            ]
        );
        assert_eq!((told.due_minor, told.taxes_included_minor), (3_458, None));
        order.row.cancelled_at = Some(DateTime::UNIX_EPOCH);
        assert_eq!(bill(&order).due_minor, 0, "nobody owes anything for a cancelled order");
    }

    #[test]
    fn what_was_promised_is_counted_once_and_what_was_dropped_not_at_all() {
        for (rows, due, awaited) in [
            (vec![(Sale, Pending, "manual", 1_000)], 1_000, vec!["manual"]),
            (vec![(Sale, Success, "gift_card", 300), (Sale, Pending, "manual", 700)], 700, vec!["manual"]),
            (vec![(Authorization, Success, "test", 1_000), (Capture, Success, "test", 1_000)], 0, vec![]),
            (vec![(Authorization, Success, "test", 1_000), (Void, Success, "test", 1_000)], 1_000, vec![]),
            (vec![(Sale, Failure, "manual", 1_000)], 1_000, vec![]),
        ] {
            let is_used = rows.len() > 1;
            let rows = rows.into_iter().zip(1..).map(|((kind, status, gateway, minor), id)| {
                let used_minor = if is_used && kind == Authorization { minor } else { 0 };
                Model { used_minor, ..transaction(id, kind, status, gateway, minor) }
            });
            let told = bill(&view(vec![line(1, 1, 1_000, 0)], 0, 0, rows.collect()));
            let awaited: Vec<String> = awaited.into_iter().map(str::to_owned).collect();
            assert_eq!((told.due_minor, told.awaited), (due, awaited));
        }
    }

    #[test]
    fn money_of_one_refund_is_told_together() {
        let mut rows: Vec<Model> = (1..=3).map(|id| transaction(id, Refund, Success, "test", 100)).collect();
        for row in rows.iter_mut().take(2) {
            row.refund_id = Some(RefundId(7));
        }
        rows.push(transaction(4, Refund, Failure, "test", 100));
        rows[1].status = Pending;
        let told = bill(&view(vec![line(1, 1, 1_000, 0)], 0, 0, rows)).given_back;
        let told: Vec<_> = told.iter().map(|back| (back.refund, back.minor, back.is_pending)).collect();
        assert_eq!(told, [(Some(RefundId(7)), 200, true), (None, 100, false)]);
    }
}
