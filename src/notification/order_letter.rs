//! Mails about orders: what was ordered, what went back, that it was cancelled, where its parcels are.

use askama::Template;
use entity::id::RefundId;
use entity::mail;
use sea_orm::ConnectionTrait;

use super::compose::{Letter, one_line};
use super::parcel_news::{ParcelNews, find_news};
use super::words::{OrderMailWords, WORDS};
use crate::app::App;
use crate::error::Fault;
use crate::gift_card;
use crate::money::{Currency, Money};
use crate::order::{self, Bill, BillRow, OrderView, Tender};
use crate::store::TimeZone;
use crate::wording::{Tongue, fill};

/// Why the buyer is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// The order was placed.
    Placed,
    /// Money went back.
    Refunded,
    /// The order was cancelled.
    Cancelled,
    /// A parcel is about to be sent.
    ParcelAnnounced,
    /// A parcel has arrived.
    ParcelDelivered,
}

/// What the templates say.
struct Told {
    tongue: Tongue,
    words: &'static OrderMailWords,
    shop: String,
    hello: String,
    intro: Vec<String>,
    parcel: Option<ParcelNews>,
    lines: Vec<Line>,
    rows: Vec<Row>,
    /// The heading above the instructions.
    how_to_pay: Option<String>,
    instructions: Vec<String>,
    addresses: Vec<Place>,
    link: String,
}

struct Line {
    quantity: i32,
    title: String,
    details: Vec<String>,
    amount: String,
}

struct Row {
    label: String,
    amount: String,
    is_strong: bool,
}

struct Place {
    title: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "order_mail.txt")]
struct OrderText<'a> {
    told: &'a Told,
}

#[derive(Template)]
#[template(path = "order_mail.html")]
struct OrderHtml<'a> {
    told: &'a Told,
}

/// Writes amounts of an order.
#[derive(Clone, Copy)]
struct Pen {
    tongue: Tongue,
    currency: Currency,
}

impl Pen {
    fn amount(self, minor: i64) -> String {
        self.tongue.amount(Money::new(minor, self.currency))
    }
}

/// The words of a mail about an order, in the language of the order; none where nobody is left to read it, or the refund
/// came to nothing.
///
/// # Errors
/// The database's own.
pub(super) async fn about_order<C: ConnectionTrait>(
    app: &App,
    db: &C,
    mail: &mail::Model,
    occasion: Occasion,
) -> Result<Option<Letter>, Fault> {
    let order = match mail.order_id {
        Some(id) => order::find_order(db, id).await?,
        None => None,
    };
    let Some(order) = order else { return Ok(None) };
    let Some(to) = order.row.email.clone().filter(|email| !email.is_empty()) else { return Ok(None) };
    let bill = order::bill(&order);
    let currency = Currency::find(&order.row.currency);
    let currency = currency.ok_or_else(|| Fault::new("an order has an unknown currency"))?;
    let pen = Pen { tongue: Tongue::of(&order.row.language), currency };
    let Some(intro) = intro_of(app, &order, &bill, pen, occasion, mail.refund_id).await? else {
        return Ok(None);
    };
    let words = WORDS.of(pen.tongue)?;
    let shop = one_line(&app.shop().await?.name);
    let parcel = match occasion {
        Occasion::ParcelAnnounced | Occasion::ParcelDelivered => {
            let Some(parcel) = find_news(db, mail, occasion, words).await? else { return Ok(None) };
            Some(parcel)
        }
        Occasion::Placed | Occasion::Refunded | Occasion::Cancelled => None,
    };
    let told = Told {
        tongue: pen.tongue,
        words,
        hello: hello_of(&order, words)?,
        intro,
        parcel,
        lines: lines_of(&order, pen, occasion, mail.refund_id)?,
        rows: match occasion {
            Occasion::Placed => rows_of(db, &bill, pen, words).await?,
            Occasion::Refunded
            | Occasion::Cancelled
            | Occasion::ParcelAnnounced
            | Occasion::ParcelDelivered => Vec::new(),
        },
        how_to_pay: None,
        instructions: Vec::new(),
        addresses: Vec::new(),
        link: order::status_url(app, order.row.id)?,
        shop,
    };
    let told =
        if occasion == Occasion::Placed { with_what_to_do(app, &order, &bill, pen, told)? } else { told };
    let subject = match occasion {
        Occasion::Placed => &words.subject_placed,
        Occasion::Refunded => &words.subject_refunded,
        Occasion::Cancelled => &words.subject_cancelled,
        Occasion::ParcelAnnounced => &words.subject_parcel_announced,
        Occasion::ParcelDelivered => &words.subject_parcel_delivered,
    };
    Ok(Some(Letter {
        to,
        subject: one_line(&fill(subject, &[("order", &order.row.name), ("shop", &told.shop)])),
        text: OrderText { told: &told }.render().map_err(Fault::new)?,
        html: OrderHtml { told: &told }.render().map_err(Fault::new)?,
    }))
}

/// How to pay what is awaited, and where it goes.
fn with_what_to_do(app: &App, order: &OrderView, bill: &Bill, pen: Pen, told: Told) -> Result<Told, Fault> {
    let words = told.words;
    let instructions: Vec<String> =
        bill.instructions(&app.payments).iter().map(|line| one_line(line)).collect();
    let title = || fill(&words.how_to_pay, &[("amount", &pen.amount(bill.due_minor))]);
    let place = |title: &str, address: Option<crate::market::Address>| {
        let lines = address?.lines_in(pen.tongue, true, true);
        Some(Place { title: title.to_owned(), lines: lines.iter().map(|line| one_line(line)).collect() })
    };
    let delivery = place(&words.delivery_address, order.shipping_address()?);
    let billing = place(&words.billing_address, order.billing_address()?);
    Ok(Told {
        how_to_pay: (!instructions.is_empty()).then(title),
        instructions,
        addresses: delivery.into_iter().chain(billing).collect(),
        ..told
    })
}

/// What it is about; none where there is nothing to tell.
async fn intro_of(
    app: &App,
    order: &OrderView,
    bill: &Bill,
    pen: Pen,
    occasion: Occasion,
    refund: Option<RefundId>,
) -> Result<Option<Vec<String>>, Fault> {
    let words = WORDS.of(pen.tongue)?;
    let zone = TimeZone::of(app.shop().await?.as_ref())?;
    let day = pen.tongue.day(zone.shown_at(order.row.processed_at).date());
    let about = [("order", order.row.name.as_str()), ("day", day.as_str())];
    Ok(match occasion {
        Occasion::Placed => Some(vec![fill(&words.placed, &about)]),
        Occasion::Refunded => bill.given_back.iter().find(|back| back.refund == refund).map(|back| {
            let amount = pen.amount(back.minor);
            let first = fill(&words.refunded, &[&about[..], &[("amount", amount.as_str())]].concat());
            let way = if back.is_credit { &words.goes_to_credit } else { &words.goes_back };
            let note = back.note.as_deref().map(one_line);
            [Some(first), Some(way.clone()), note].into_iter().flatten().collect()
        }),
        Occasion::Cancelled => {
            let minor = bill.given_back.iter().fold(0_i64, |sum, back| sum.saturating_add(back.minor));
            let money = (minor > 0).then(|| fill(&words.money_back, &[("amount", &pen.amount(minor))]));
            Some([Some(fill(&words.cancelled, &about)), money].into_iter().flatten().collect())
        }
        Occasion::ParcelAnnounced => Some(vec![fill(&words.parcel_announced, &about)]),
        Occasion::ParcelDelivered => Some(vec![fill(&words.parcel_delivered, &about)]),
    })
}

fn hello_of(order: &OrderView, words: &OrderMailWords) -> Result<String, Fault> {
    let address = order.shipping_address()?.or(order.billing_address()?);
    let name = address.and_then(|address| address.name()).map(|name| one_line(&name));
    Ok(match name {
        Some(name) => fill(&words.hello, &[("name", &name)]),
        None => words.hello_nameless.clone(),
    })
}

/// The lines of the order, or those that came back.
fn lines_of(
    order: &OrderView,
    pen: Pen,
    occasion: Occasion,
    refund: Option<RefundId>,
) -> Result<Vec<Line>, Fault> {
    let mut lines = Vec::new();
    for line in &order.lines {
        let (quantity, minor) = match occasion {
            Occasion::Placed | Occasion::Cancelled => (line.quantity, line.subtotal_minor),
            // The shop does not note which lines are in which parcel.
            Occasion::ParcelAnnounced | Occasion::ParcelDelivered => (0, 0),
            Occasion::Refunded => {
                let back = order.refund_lines.iter();
                let back =
                    back.filter(|back| Some(back.refund_id) == refund && back.order_line_id == line.id);
                back.fold((0, 0), |(quantity, minor): (i32, i64), back| {
                    let tax = if order.row.taxes_included { 0 } else { back.tax_minor };
                    let worth = back.subtotal_minor.saturating_add(tax);
                    (quantity.saturating_add(back.quantity), minor.saturating_add(worth))
                })
            }
        };
        if quantity > 0 {
            lines.push(Line {
                quantity,
                title: one_line(&line.title),
                details: order::line_details(line)?.iter().map(|detail| one_line(detail)).collect(),
                amount: pen.amount(minor),
            });
        }
    }
    Ok(lines)
}

/// What it costs and how it is paid.
async fn rows_of<C: ConnectionTrait>(
    db: &C,
    bill: &Bill,
    pen: Pen,
    words: &OrderMailWords,
) -> Result<Vec<Row>, Fault> {
    let row =
        |label: String, minor| Row { label: one_line(&label), amount: pen.amount(minor), is_strong: false };
    let mut rows: Vec<Row> =
        bill.rows.iter().map(|(what, minor)| row(label_of(what, words), *minor)).collect();
    for (told, (what, minor)) in rows.iter_mut().zip(&bill.rows) {
        if matches!(what, BillRow::Delivery(_)) && *minor == 0 {
            told.amount.clone_from(&words.free);
        }
    }
    let total = row(words.total.clone(), bill.total_minor);
    rows.push(Row { is_strong: true, ..total });
    if let Some(minor) = bill.taxes_included_minor {
        rows.push(row(words.taxes_included.clone(), minor));
    }
    let ends = gift_card::last_characters_of(db, &bill.gift_cards()).await?;
    for (tender, minor) in &bill.tenders {
        let label = match tender {
            Tender::GiftCard(id) => {
                let last = id.and_then(|id| ends.get(&id)).map_or("", String::as_str);
                fill(&words.gift_card, &[("last", last)])
            }
            Tender::StoreCredit => words.store_credit.clone(),
            Tender::Payment => words.paid.clone(),
        };
        rows.push(row(label, minor.saturating_neg()));
    }
    if bill.due_minor > 0 {
        rows.push(Row { is_strong: true, ..row(words.due.clone(), bill.due_minor) });
    }
    Ok(rows)
}

fn label_of(row: &BillRow, words: &OrderMailWords) -> String {
    match row {
        BillRow::Subtotal => words.subtotal.clone(),
        BillRow::Discount(Some(name)) => fill(&words.discount, &[("name", name)]),
        BillRow::Discount(None) => words.discounts.clone(),
        BillRow::Delivery(title) => fill(&words.delivery, &[("title", title)]),
        BillRow::Tax(Some(title)) => title.clone(),
        BillRow::Tax(None) => words.taxes.clone(),
    }
}
