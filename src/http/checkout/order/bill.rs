//! What an order costs, as its page tells it.

use super::words::OrderPageWords;
use crate::app::App;
use crate::error::Fault;
use crate::gift_card;
use crate::http::checkout::frame::Frame;
use crate::http::checkout::summary::{Row, SummaryLine, picture};
use crate::money::{Currency, Money};
use crate::order::{self, Bill, BillRow, OrderView, Tender};
use crate::wording::{Tongue, fill};

/// Writes the amounts of an order.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    tongue: Tongue,
    currency: Currency,
}

impl Pen {
    /// For an order, in a language.
    ///
    /// # Errors
    /// A fault where its currency is unknown.
    pub(super) fn of(order: &OrderView, tongue: Tongue) -> Result<Self, Fault> {
        let currency = Currency::find(&order.row.currency);
        Ok(Self { tongue, currency: currency.ok_or_else(|| Fault::new("an order has an unknown currency"))? })
    }

    /// An amount as people read it.
    pub(super) fn amount(self, minor: i64) -> String {
        self.tongue.amount(Money::new(minor, self.currency))
    }
}

/// What was bought and what it costs.
pub(super) struct BillView {
    /// The lines.
    pub(super) lines: Vec<SummaryLine>,
    /// What is between the lines and the total.
    pub(super) rows: Vec<Row>,
    /// What all of it costs.
    pub(super) total: String,
    /// The taxes in it, where prices hold them.
    pub(super) taxes_included: Option<String>,
    /// What was paid with, what went back, what is left.
    pub(super) tenders: Vec<Row>,
}

/// The bill of an order: one statement at most.
///
/// # Errors
/// The database's own, and a fault where the words of a line cannot be read.
pub(super) async fn view(
    app: &App,
    frame: &Frame,
    own: &OrderPageWords,
    pen: Pen,
    order: &OrderView,
    bill: &Bill,
) -> Result<BillView, Fault> {
    let lines = order.lines.iter().map(|line| {
        Ok(SummaryLine {
            title: line.title.clone(),
            details: order::line_details(line)?,
            quantity: line.quantity,
            price: pen.amount(line.subtotal_minor),
            image: line.image_url.as_deref().map(|image| picture(app, image)),
        })
    });
    let rows = bill.rows.iter().map(|(what, minor)| Row {
        label: label_of(what, frame, own),
        amount: if *minor == 0 && matches!(what, BillRow::Delivery(_)) {
            frame.words.free.clone()
        } else {
            pen.amount(*minor)
        },
    });
    let included = bill.taxes_included_minor.map(|minor| pen.amount(minor));
    Ok(BillView {
        lines: lines.collect::<Result<_, Fault>>()?,
        rows: rows.collect(),
        total: pen.amount(bill.total_minor),
        taxes_included: included.map(|tax| fill(&frame.words.taxes_included, &[("amount", &tax)])),
        tenders: tenders_of(app, frame, own, pen, bill).await?,
    })
}

/// What was paid with where that is more than one thing, what went back, and what is left to pay.
async fn tenders_of(
    app: &App,
    frame: &Frame,
    own: &OrderPageWords,
    pen: Pen,
    bill: &Bill,
) -> Result<Vec<Row>, Fault> {
    let ends = gift_card::last_characters_of(app.db.fresh(), &bill.gift_cards()).await?;
    let row = |label: String, minor| Row { label, amount: pen.amount(minor) };
    let mut rows = Vec::new();
    for (tender, minor) in &bill.tenders {
        let label = match tender {
            Tender::GiftCard(id) => {
                let last = id.and_then(|id| ends.get(&id)).map_or("", String::as_str);
                fill(&frame.words.gift_card, &[("last", last)])
            }
            Tender::StoreCredit => frame.words.store_credit.clone(),
            Tender::Payment => own.payments.clone(),
        };
        rows.push(row(label, minor.saturating_neg()));
    }
    if bill.due_minor > 0 {
        rows.push(row(frame.words.due.clone(), bill.due_minor));
    }
    Ok(rows)
}

fn label_of(row: &BillRow, frame: &Frame, own: &OrderPageWords) -> String {
    let words = frame.words;
    match row {
        BillRow::Subtotal => words.subtotal.clone(),
        BillRow::Discount(Some(name)) => fill(&words.discount, &[("name", name)]),
        BillRow::Discount(None) => own.discounts.clone(),
        BillRow::Delivery(title) => format!("{} ({title})", words.delivery_cost),
        BillRow::Tax(Some(title)) => title.clone(),
        BillRow::Tax(None) => words.taxes.clone(),
    }
}
