//! What the buyer was told that a cart costs, and what of it has changed since: a price that changes between the look and
//! the order is never charged unseen.

use entity::cart;
use entity::id::CartLineId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::view::CartView;
use crate::app::App;
use crate::error::Fault;
use crate::money::Money;

/// What the buyer was told. Amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Agreed {
    /// Of which revision of the cart.
    revision: i64,
    currency: String,
    lines: Vec<AgreedLine>,
    /// The deliveries after discounts.
    shipping_minor: Option<i64>,
    /// The taxes, where they are added to prices.
    added_tax_minor: i64,
    total_minor: i64,
    /// Whether all of it was known for sure.
    is_final: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AgreedLine {
    id: CartLineId,
    quantity: i32,
    unit_minor: i64,
    total_minor: i64,
}

/// An amount that is another than the buyer was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceChange {
    /// Of which part of the cart.
    pub part: ChangedPart,
    /// What the buyer was told.
    pub was: Money,
    /// What it is now.
    pub is: Money,
}

/// A part of a cart whose amount can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedPart {
    /// A unit of a line, which has this title.
    Unit(CartLineId, String),
    /// All units of a line after discounts, where that of one did not change.
    Line(CartLineId, String),
    /// The deliveries.
    Delivery,
    /// The taxes that are added.
    Tax,
    /// The whole.
    Total,
}

impl Agreed {
    /// What a cart costs now.
    pub(super) fn of(cart: &CartView, revision: i64) -> Self {
        let priced = &cart.priced;
        let lines = cart.lines.iter().map(|line| AgreedLine {
            id: line.row.id,
            quantity: line.row.quantity,
            unit_minor: line.priced.unit_minor,
            total_minor: line.priced.total_minor,
        });
        Self {
            revision,
            currency: cart.row.currency.clone(),
            lines: lines.collect(),
            shipping_minor: shipping_of(cart),
            added_tax_minor: added_tax_of(cart),
            total_minor: priced.total_minor,
            is_final: !cart.is_unsettled(),
        }
    }
}

fn shipping_of(cart: &CartView) -> Option<i64> {
    Some(cart.priced.shipping_minor? - cart.priced.shipping_discount_minor)
}

fn added_tax_of(cart: &CartView) -> i64 {
    if cart.priced.taxes_included { 0 } else { cart.priced.tax_minor }
}

/// The amounts of a cart that are others than the buyer was told: each line and part that is the same otherwise, and the
/// total at last. Nothing where the buyer was told nothing, or in another currency.
///
/// # Errors
/// A fault where what was kept cannot be read.
pub fn price_changes(cart: &CartView) -> Result<Vec<PriceChange>, Fault> {
    let Some(agreed) = agreed_of(cart)? else { return Ok(Vec::new()) };
    let currency = cart.terms.basis.currency();
    let mut changes = Vec::new();
    let mut add = |part: ChangedPart, was: i64, is: i64| {
        if was != is {
            changes.push(PriceChange { part, was: Money::new(was, currency), is: Money::new(is, currency) });
        }
    };
    for line in &cart.lines {
        let known = |agreed: &&AgreedLine| agreed.id == line.row.id && agreed.quantity == line.row.quantity;
        let Some(was) = agreed.lines.iter().find(known) else { continue };
        let title = line.merchandise.product.title.clone();
        if was.unit_minor == line.priced.unit_minor {
            add(ChangedPart::Line(line.row.id, title), was.total_minor, line.priced.total_minor);
        } else {
            add(ChangedPart::Unit(line.row.id, title), was.unit_minor, line.priced.unit_minor);
        }
    }
    if let Some((was, is)) = agreed.shipping_minor.zip(shipping_of(cart)) {
        add(ChangedPart::Delivery, was, is);
    }
    add(ChangedPart::Tax, agreed.added_tax_minor, added_tax_of(cart));
    add(ChangedPart::Total, agreed.total_minor, cart.priced.total_minor);
    Ok(changes)
}

/// Whether the buyer, who has not changed the cart since, was told another total. Where gift cards and credit pay all of
/// it no payment says an amount: then what the buyer was told last counts, whatever they changed since.
///
/// # Errors
/// A fault where what was kept cannot be read.
pub fn is_stale(cart: &CartView) -> Result<bool, Fault> {
    let is_paid_by_tenders = cart.due_minor() == 0 && cart.priced.total_minor > 0;
    let counts =
        |agreed: &Agreed| is_paid_by_tenders || agreed.is_final && agreed.revision == cart.row.revision;
    let agreed = agreed_of(cart)?.filter(counts);
    Ok(agreed.is_some_and(|agreed| agreed.total_minor != cart.priced.total_minor))
}

fn agreed_of(cart: &CartView) -> Result<Option<Agreed>, Fault> {
    let agreed: Option<Agreed> = cart.row.agreed.clone().map(serde_json::from_value).transpose()?;
    Ok(agreed.filter(|agreed| agreed.currency == cart.row.currency))
}

/// Writes into a row, before it is saved, that the buyer was told what the cart costs now.
///
/// # Errors
/// Never in practice.
pub(super) fn give(row: &mut cart::Model, cart: &CartView) -> Result<(), Fault> {
    row.agreed = Some(serde_json::to_value(Agreed::of(cart, row.revision + 1))?);
    Ok(())
}

/// Lets what the buyer was told hold on for the next revision of a row: for changes that change no price.
///
/// # Errors
/// A fault where what was kept cannot be read.
pub(super) fn carry_on(row: &mut cart::Model) -> Result<(), Fault> {
    let agreed: Option<Agreed> = row.agreed.clone().map(serde_json::from_value).transpose()?;
    if let Some(agreed) = agreed.filter(|agreed| agreed.revision == row.revision) {
        row.agreed = Some(serde_json::to_value(Agreed { revision: row.revision + 1, ..agreed })?);
    }
    Ok(())
}

/// Keeps what a cart costs as what the buyer was told: one statement, and none where that is known already. A cart that
/// was changed meanwhile keeps nothing.
///
/// # Errors
/// The database's own.
pub async fn agree(app: &App, cart: &CartView) -> Result<(), Fault> {
    let agreed = Agreed::of(cart, cart.row.revision);
    if agreed_of(cart)?.as_ref() == Some(&agreed) {
        return Ok(());
    }
    let agreed = serde_json::to_value(agreed)?;
    cart::Entity::update_many()
        .col_expr(cart::Column::Agreed, Expr::val(agreed))
        .filter(cart::Column::Id.eq(cart.row.id))
        .filter(cart::Column::Revision.eq(cart.row.revision))
        .exec(app.db.writer())
        .await?;
    Ok(())
}
