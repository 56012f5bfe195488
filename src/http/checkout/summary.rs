//! The order summary: what is bought and what it costs, as every step shows it.

use super::frame::Frame;
use super::told;
use super::visit::Visit;
use crate::app::App;
use crate::cart::{CartLineView, CartView};
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::pricing::engine::{Application, CodeOutcome};
use crate::wording::fill;

/// The title of the only variant of a product without options, which says nothing.
const DEFAULT_TITLE: &str = "Default Title";
/// Words of the front end that begin so are not for buyers.
const HIDDEN: char = '_';

/// The sides of a picture in pixels: twice those of the page, for sharp screens.
const PICTURE_SIDE: u32 = 128;

/// What is bought and what it costs.
pub(super) struct Summary {
    /// The lines.
    pub(super) lines: Vec<SummaryLine>,
    /// What is between the lines and the total.
    pub(super) rows: Vec<Row>,
    /// What all of it costs.
    pub(super) total: String,
    /// The taxes in it, where prices hold them.
    pub(super) taxes_included: Option<String>,
    /// What gift cards and credit pay, and what is left.
    pub(super) tenders: Vec<Row>,
    /// The discount codes that were typed in.
    pub(super) codes: Vec<Code>,
    /// The gift cards.
    pub(super) cards: Vec<Card>,
}

/// A line.
pub(super) struct SummaryLine {
    /// The product.
    pub(super) title: String,
    /// The variant and the words of the front end.
    pub(super) details: Vec<String>,
    /// How many.
    pub(super) quantity: i32,
    /// What they cost before discounts, which have rows of their own.
    pub(super) price: String,
    /// Where its picture is.
    pub(super) image: Option<String>,
}

/// An amount with its name.
pub(super) struct Row {
    /// Its name.
    pub(super) label: String,
    /// The amount.
    pub(super) amount: String,
}

/// A discount code.
pub(super) struct Code {
    /// As typed in.
    pub(super) code: String,
    /// What it does, or why it does nothing.
    pub(super) says: String,
    /// Whether it takes something off.
    pub(super) applies: bool,
}

/// A gift card.
pub(super) struct Card {
    /// Its key.
    pub(super) id: i64,
    /// Its name.
    pub(super) label: String,
    /// What it pays.
    pub(super) says: String,
}

/// An amount of a cart as its buyer reads it.
///
/// # Errors
/// A fault where the cart is in a currency that nobody knows.
pub(super) fn amount(frame: &Frame, cart: &CartView, minor: i64) -> Result<String, Fault> {
    let currency = Currency::find(&cart.row.currency);
    let currency = currency.ok_or_else(|| Fault::new("a cart has an unknown currency"))?;
    Ok(frame.tongue.amount(Money::new(minor, currency)))
}

/// The summary of the cart of a visit.
///
/// # Errors
/// As [`amount`].
pub(super) fn summary_of(visit: &Visit<'_>) -> Result<Summary, Fault> {
    let (frame, cart) = (&visit.frame, &visit.cart);
    let shows = |minor| amount(frame, cart, minor);
    let lines = cart.lines.iter().map(|line| line_of(visit, line)).collect::<Result<_, Fault>>()?;
    let included = cart.tax_minor().filter(|minor| cart.priced.taxes_included && *minor > 0);
    let included = included.map(shows).transpose()?;
    Ok(Summary {
        lines,
        rows: rows_of(frame, cart)?,
        total: shows(cart.priced.total_minor)?,
        taxes_included: included.map(|tax| fill(&frame.words.taxes_included, &[("amount", &tax)])),
        tenders: tenders_of(frame, cart)?,
        codes: codes_of(frame, cart)?,
        cards: cards_of(frame, cart)?,
    })
}

fn line_of(visit: &Visit<'_>, line: &CartLineView) -> Result<SummaryLine, Fault> {
    let (frame, cart) = (&visit.frame, &visit.cart);
    let merchandise = &line.merchandise;
    let variant = Some(merchandise.variant.title.clone()).filter(|title| title != DEFAULT_TITLE);
    let words = line.attributes.iter().filter(|attribute| !attribute.key.starts_with(HIDDEN));
    let words = words.map(|attribute| format!("{}: {}", attribute.key, attribute.value));
    Ok(SummaryLine {
        title: merchandise.product.title.clone(),
        details: variant.into_iter().chain(words).collect(),
        quantity: line.row.quantity,
        price: amount(frame, cart, line.priced.subtotal_minor)?,
        image: merchandise.copies.image.as_deref().map(|image| picture(visit.app, image)),
    })
}

/// Where a picture is, as small as it is shown where it lies with us.
pub(super) fn picture(app: &App, image: &str) -> String {
    let address = app.media_url(image);
    if image.contains("://") {
        address
    } else {
        format!("{address}?width={PICTURE_SIDE}&height={PICTURE_SIDE}")
    }
}

/// Subtotal, discounts, deliveries, added taxes.
fn rows_of(frame: &Frame, cart: &CartView) -> Result<Vec<Row>, Fault> {
    let (words, priced) = (frame.words, &cart.priced);
    let row = |label: &str, minor| {
        Ok::<_, Fault>(Row { label: label.to_owned(), amount: amount(frame, cart, minor)? })
    };
    let mut rows = vec![row(&words.subtotal, priced.subtotal_minor)?];
    for applied in &priced.applications {
        let label = fill(&words.discount, &[("name", name_of(applied))]);
        rows.push(row(&label, applied.amount_minor.saturating_neg())?);
    }
    if cart.needs_delivery() {
        let label = words.delivery_cost.clone();
        let amount = match priced.shipping_minor {
            None => words.delivery_open.clone(),
            Some(0) => words.free.clone(),
            Some(minor) => amount(frame, cart, minor)?,
        };
        rows.push(Row { label, amount });
    }
    if let Some(tax) = cart.tax_minor().filter(|_| !priced.taxes_included) {
        rows.push(row(&words.taxes, tax)?);
    }
    Ok(rows)
}

/// What gift cards and credit pay, and what is left; nothing where they pay nothing.
fn tenders_of(frame: &Frame, cart: &CartView) -> Result<Vec<Row>, Fault> {
    let words = frame.words;
    let row = |label: String, minor| Ok::<_, Fault>(Row { label, amount: amount(frame, cart, minor)? });
    let mut rows = Vec::new();
    for card in cart.gift_cards.iter().filter(|card| card.used_minor > 0) {
        let label = fill(&words.gift_card, &[("last", &card.last_characters)]);
        rows.push(row(label, card.used_minor.saturating_neg())?);
    }
    if let Some(credit) = cart.store_credit.filter(|credit| credit.used_minor > 0) {
        rows.push(row(words.store_credit.clone(), credit.used_minor.saturating_neg())?);
    }
    if !rows.is_empty() {
        rows.push(row(words.due.clone(), cart.due_minor())?);
    }
    Ok(rows)
}

fn codes_of(frame: &Frame, cart: &CartView) -> Result<Vec<Code>, Fault> {
    let code = |outcome: &CodeOutcome| {
        let says = match outcome.refusal {
            Some(reason) => told::inapplicable(frame, &outcome.code, reason),
            None => {
                let applied = cart.priced.applications.iter();
                let applied = applied.filter(|applied| Some(applied.discount) == outcome.discount);
                let taken = applied.fold(0_i64, |sum, applied| sum.saturating_add(applied.amount_minor));
                fill(&frame.words.code_takes, &[("amount", &amount(frame, cart, taken)?)])
            }
        };
        Ok(Code { code: outcome.code.clone(), says, applies: outcome.refusal.is_none() })
    };
    cart.priced.codes.iter().map(code).collect()
}

fn cards_of(frame: &Frame, cart: &CartView) -> Result<Vec<Card>, Fault> {
    let words = frame.words;
    let cards = cart.gift_cards.iter().map(|card| {
        Ok(Card {
            id: card.id.0,
            label: fill(&words.gift_card, &[("last", &card.last_characters)]),
            says: fill(&words.card_pays, &[("amount", &amount(frame, cart, card.used_minor)?)]),
        })
    });
    cards.collect()
}

/// The code by which a discount came, or its title.
fn name_of(applied: &Application) -> &str {
    applied.code.as_deref().unwrap_or(&applied.title)
}
