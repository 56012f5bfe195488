//! Putting lines into a cart, changing them, taking them out.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::cart_line;
use entity::id::{CartId, CartLineId, VariantId};
use sea_orm::sea_query::{CaseStatement, Expr};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use crate::app::App;
use crate::cart::error::{CartError, CartWarning, Refusal, RefusalCode, WarningCode, WarningTarget};
use crate::cart::line::{
    Attributes, Line, MAX_LINES, StockLimit, attributes_fit, fit_to_stock, merge_into, merge_signature,
};
use crate::cart::load::{assemble, lines_in};
use crate::cart::lock::lock_cart;
use crate::cart::merchandise::{Extent, Merchandise, merchandise_by_ids};
use crate::cart::view::Outcome;
use crate::db::Tx;
use crate::error::Fault;
use crate::pricing::{MAX_LINE_QUANTITY, tier_for};

/// A line to be put in.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// What; `None` where the caller's id is not that of a variant.
    pub variant_id: Option<VariantId>,
    /// How many.
    pub quantity: i32,
    /// What the front end says about it.
    pub attributes: Attributes,
}

/// A change of a line; what is `None` stays.
#[derive(Clone, Debug)]
pub struct LineChange {
    /// Which line; `None` where the caller's id is not that of a line.
    pub id: Option<CartLineId>,
    /// Another variant; `Some(None)` where the caller's id is not that of a variant.
    pub variant_id: Option<Option<VariantId>>,
    /// Another quantity; 0 takes the line out.
    pub quantity: Option<i32>,
    /// Other words.
    pub attributes: Option<Attributes>,
}

/// Puts lines into a cart. Equal lines become one; units beyond the stock are left out with a warning.
///
/// # Errors
/// [`CartError`] for an unknown cart, unknown variants and quantities that make no sense.
pub async fn add_lines(app: &App, token: &str, new: &[NewLine]) -> Result<Outcome, CartError> {
    check_new(new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, token).await?;
            let before = lines_in(&tx, cart.row.id).await?;
            let mut lines = before.iter().map(line_of).collect::<Result<Vec<_>, _>>()?;
            let ids = variants_of(&lines, new.iter().filter_map(|line| line.variant_id));
            let merchandise = merchandise_by_ids(&tx, now, &cart.row.currency, &ids, Extent::Priced).await?;
            let changed = merge_new(now, &mut lines, new, &merchandise)?;
            let warnings = lower_to_stock(&mut lines, &changed, &merchandise);
            let after = write_lines(&tx, cart.row.id, before, lines).await?;
            cart.save(&tx, app).await?;
            let cart = assemble(&tx, now, cart.row, token, after, merchandise).await?;
            tx.commit().await?;
            Ok(Outcome { warnings: target_lines(warnings, &cart.lines), cart })
        })
        .await
}

/// Changes lines of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart, lines that are not in it, unknown variants and quantities that make no sense.
pub async fn update_lines(app: &App, token: &str, changes: &[LineChange]) -> Result<Outcome, CartError> {
    check_changes(changes)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, token).await?;
            let before = lines_in(&tx, cart.row.id).await?;
            let mut lines = before.iter().map(line_of).collect::<Result<Vec<_>, _>>()?;
            let ids = variants_of(&lines, changes.iter().filter_map(|change| change.variant_id.flatten()));
            let merchandise = merchandise_by_ids(&tx, now, &cart.row.currency, &ids, Extent::Priced).await?;
            let changed = apply_changes(&mut lines, changes, now, &merchandise)?;
            let warnings = lower_to_stock(&mut lines, &changed, &merchandise);
            let after = write_lines(&tx, cart.row.id, before, lines).await?;
            cart.save(&tx, app).await?;
            let cart = assemble(&tx, now, cart.row, token, after, merchandise).await?;
            tx.commit().await?;
            Ok(Outcome { warnings: target_lines(warnings, &cart.lines), cart })
        })
        .await
}

/// Takes lines out of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart and lines that are not in it.
pub async fn remove_lines(app: &App, token: &str, ids: &[Option<CartLineId>]) -> Result<Outcome, CartError> {
    let changes: Vec<LineChange> = ids
        .iter()
        .map(|id| LineChange { id: *id, variant_id: None, quantity: Some(0), attributes: None })
        .collect();
    update_lines(app, token, &changes).await.map_err(|error| match error {
        CartError::Refused(refusals) => CartError::Refused(refusals.into_iter().map(as_line_id).collect()),
        other => other,
    })
}

/// `lines.2.id` of an update is `lineIds.2` of a removal.
fn as_line_id(refusal: Refusal) -> Refusal {
    let place = refusal.field.into_iter().nth(1).unwrap_or_default();
    Refusal { field: vec!["lineIds".to_owned(), place], ..refusal }
}

pub(super) fn check_new(lines: &[NewLine]) -> Result<(), CartError> {
    let mut refusals = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let field = |name: &'static str| ["lines".to_owned(), place.to_string(), name.to_owned()].to_vec();
        if let Some((code, message)) = quantity_fault(line.quantity, 1) {
            refusals.push(Refusal { code, field: field("quantity"), message });
        }
        if !attributes_fit(&line.attributes) {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("attributes"),
                message: too_many_words(),
            });
        }
        if line.variant_id.is_none() {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("merchandiseId"),
                message: no_variant(),
            });
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(CartError::Refused(refusals)) }
}

fn check_changes(changes: &[LineChange]) -> Result<(), CartError> {
    let mut refusals = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let field = |name: &'static str| ["lines".to_owned(), place.to_string(), name.to_owned()].to_vec();
        if let Some((code, message)) = change.quantity.and_then(|quantity| quantity_fault(quantity, 0)) {
            refusals.push(Refusal { code, field: field("quantity"), message });
        }
        if change.attributes.as_ref().is_some_and(|attributes| !attributes_fit(attributes)) {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("attributes"),
                message: too_many_words(),
            });
        }
        if change.variant_id == Some(None) {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("merchandiseId"),
                message: no_variant(),
            });
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(CartError::Refused(refusals)) }
}

fn quantity_fault(quantity: i32, least: i32) -> Option<(RefusalCode, String)> {
    if quantity < least {
        Some((RefusalCode::MinimumNotMet, format!("The quantity must be at least {least}")))
    } else if quantity > MAX_LINE_QUANTITY {
        Some((RefusalCode::MaximumExceeded, format!("The quantity must be at most {MAX_LINE_QUANTITY}")))
    } else {
        None
    }
}

fn too_many_words() -> String {
    "The attributes are too many or too long".to_owned()
}

fn no_variant() -> String {
    "The merchandise does not exist".to_owned()
}

fn line_of(row: &cart_line::Model) -> Result<Line, Fault> {
    Ok(Line {
        id: Some(row.id),
        variant_id: row.variant_id,
        quantity: row.quantity,
        attributes: serde_json::from_value(row.attributes.clone())?,
        signature: row.merge_signature.clone(),
        created_at: row.created_at,
    })
}

fn variants_of(lines: &[Line], more: impl Iterator<Item = VariantId>) -> Vec<VariantId> {
    let ids: HashSet<VariantId> = lines.iter().map(|line| line.variant_id).chain(more).collect();
    let mut ids: Vec<VariantId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

/// Merges new lines into those of a cart; returns the places that changed.
pub(super) fn merge_new(
    now: DateTime<Utc>,
    lines: &mut Vec<Line>,
    new: &[NewLine],
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Result<Vec<usize>, CartError> {
    let (mut refusals, mut changed) = (Vec::new(), Vec::new());
    for (index, line) in new.iter().enumerate() {
        let field = |name: &'static str| ["lines".to_owned(), index.to_string(), name.to_owned()].to_vec();
        let sold = line.variant_id.filter(|id| is_sold(merchandise.get(id), line.quantity, now));
        let Some(variant_id) = sold else {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("merchandiseId"),
                message: no_variant(),
            });
            continue;
        };
        let signature = merge_signature(variant_id, &line.attributes);
        let attributes = line.attributes.clone();
        let quantity = line.quantity;
        let place = merge_into(
            lines,
            Line { id: None, variant_id, quantity, attributes, signature, created_at: now },
        );
        if let Some((code, message)) = lines.get(place).and_then(|line| quantity_fault(line.quantity, 1)) {
            refusals.push(Refusal { code, field: field("quantity"), message });
        }
        if !changed.contains(&place) {
            changed.push(place);
        }
    }
    if lines.len() > MAX_LINES {
        let message = format!("A cart has at most {MAX_LINES} lines");
        refusals.push(Refusal::new(RefusalCode::CartTooLarge, &["lines"], message));
    }
    if refusals.is_empty() { Ok(changed) } else { Err(CartError::Refused(refusals)) }
}

fn is_sold(merchandise: Option<&Merchandise>, quantity: i32, now: DateTime<Utc>) -> bool {
    merchandise.is_some_and(|known| known.is_sold(now) && tier_for(&known.tiers, quantity).is_some())
}

/// Applies changes to the lines of a cart; lines that became equal are merged. Returns the places that changed.
fn apply_changes(
    lines: &mut Vec<Line>,
    changes: &[LineChange],
    now: DateTime<Utc>,
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Result<Vec<usize>, CartError> {
    let mut refusals = Vec::new();
    let mut touched = HashSet::new();
    for (index, change) in changes.iter().enumerate() {
        let field = |name: &'static str| ["lines".to_owned(), index.to_string(), name.to_owned()].to_vec();
        let Some(line) = lines.iter_mut().find(|line| line.id.is_some() && line.id == change.id) else {
            let message = "The line is not in the cart".to_owned();
            refusals.push(Refusal { code: RefusalCode::InvalidMerchandiseLine, field: field("id"), message });
            continue;
        };
        line.quantity = change.quantity.unwrap_or(line.quantity);
        line.variant_id = change.variant_id.flatten().unwrap_or(line.variant_id);
        if let Some(attributes) = &change.attributes {
            line.attributes.clone_from(attributes);
        }
        line.signature = merge_signature(line.variant_id, &line.attributes);
        if line.quantity > 0 && !is_sold(merchandise.get(&line.variant_id), line.quantity, now) {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("merchandiseId"),
                message: no_variant(),
            });
        }
        touched.insert(line.signature.clone());
    }
    if !refusals.is_empty() {
        return Err(CartError::Refused(refusals));
    }
    let mut merged = Vec::with_capacity(lines.len());
    for line in lines.drain(..).filter(|line| line.quantity > 0) {
        merge_into(&mut merged, line);
    }
    if let Some((code, message)) = merged.iter().find_map(|line: &Line| quantity_fault(line.quantity, 1)) {
        return Err(CartError::refused(code, &["lines"], message));
    }
    *lines = merged;
    Ok((0..lines.len())
        .filter(|place| lines.get(*place).is_some_and(|line| touched.contains(&line.signature)))
        .collect())
}

/// A warning whose line has no key yet: it is named by the line's signature.
pub(super) struct StockWarning {
    signature: String,
    variant_id: VariantId,
    title: String,
    left: i32,
}

/// Lowers changed lines to what the stock allows and drops those of which nothing is left.
pub(super) fn lower_to_stock(
    lines: &mut Vec<Line>,
    changed: &[usize],
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Vec<StockWarning> {
    let limits: HashMap<VariantId, StockLimit> =
        merchandise.iter().map(|(id, merchandise)| (*id, merchandise.stock_limit())).collect();
    let mut warnings = Vec::new();
    for lowered in fit_to_stock(lines, changed, &limits) {
        if let Some(line) = lines.get_mut(lowered.place) {
            line.quantity = lowered.quantity;
            warnings.push(StockWarning {
                signature: line.signature.clone(),
                variant_id: line.variant_id,
                title: merchandise
                    .get(&line.variant_id)
                    .map(|known| known.product.title.clone())
                    .unwrap_or_default(),
                left: lowered.quantity,
            });
        }
    }
    lines.retain(|line| line.quantity > 0);
    warnings
}

/// Names the lines that warnings are about, now that they have keys.
pub(super) fn target_lines(
    warnings: Vec<StockWarning>,
    lines: &[crate::cart::view::CartLineView],
) -> Vec<CartWarning> {
    let target = |warning: &StockWarning| {
        lines
            .iter()
            .find(|line| line.row.merge_signature == warning.signature)
            .map_or(WarningTarget::Variant(warning.variant_id), |line| WarningTarget::Line(line.row.id))
    };
    warnings
        .into_iter()
        .map(|warning| {
            let (code, message) = if warning.left == 0 {
                (WarningCode::MerchandiseOutOfStock, format!("{} is sold out", warning.title))
            } else {
                let message = format!("Only {} of {} can be had", warning.left, warning.title);
                (WarningCode::MerchandiseNotEnoughStock, message)
            };
            CartWarning { code, target: target(&warning), message }
        })
        .collect()
}

/// Writes what differs. Where only the quantity is another, it is updated; where the line itself is another, its row is
/// deleted and put back under its key, so that two lines may swap what they are. Returns all lines in their order.
pub(super) async fn write_lines(
    tx: &Tx,
    cart_id: CartId,
    before: Vec<cart_line::Model>,
    lines: Vec<Line>,
) -> Result<Vec<cart_line::Model>, Fault> {
    let is_line = |row: &cart_line::Model, line: &Line| {
        line.id == Some(row.id) && line.signature == row.merge_signature
    };
    let (mut rows, gone): (Vec<_>, Vec<_>) =
        before.into_iter().partition(|row| lines.iter().any(|line| is_line(row, line)));
    if !gone.is_empty() {
        let keys = gone.iter().map(|row| row.id);
        cart_line::Entity::delete_many().filter(cart_line::Column::Id.is_in(keys)).exec(tx).await?;
    }
    requantify(tx, &mut rows, &lines).await?;
    let to_write: Vec<Line> =
        lines.into_iter().filter(|line| !rows.iter().any(|row| is_line(row, line))).collect();
    let (known, new): (Vec<Line>, Vec<Line>) = to_write.into_iter().partition(|line| line.id.is_some());
    for group in [known, new] {
        if group.is_empty() {
            continue;
        }
        let models =
            group.into_iter().map(|line| active(cart_id, line)).collect::<Result<Vec<_>, Fault>>()?;
        rows.extend(cart_line::Entity::insert_many(models).exec_with_returning(tx).await?);
    }
    rows.sort_by_key(|row| row.id);
    Ok(rows)
}

/// Gives rows the quantities of their lines, all in one statement.
async fn requantify(tx: &Tx, rows: &mut [cart_line::Model], lines: &[Line]) -> Result<(), Fault> {
    let mut changed = Vec::new();
    let mut quantity = CaseStatement::new();
    for row in rows {
        let line = lines.iter().find(|line| line.id == Some(row.id));
        if let Some(line) = line.filter(|line| line.quantity != row.quantity) {
            row.quantity = line.quantity;
            changed.push(row.id);
            quantity = quantity.case(cart_line::Column::Id.eq(row.id), Expr::val(line.quantity));
        }
    }
    if !changed.is_empty() {
        cart_line::Entity::update_many()
            .col_expr(cart_line::Column::Quantity, quantity.into())
            .filter(cart_line::Column::Id.is_in(changed))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn active(cart_id: CartId, line: Line) -> Result<cart_line::ActiveModel, Fault> {
    Ok(cart_line::ActiveModel {
        id: line.id.map_or(NotSet, Set),
        cart_id: Set(cart_id),
        variant_id: Set(line.variant_id),
        quantity: Set(line.quantity),
        attributes: Set(serde_json::to_value(&line.attributes)?),
        merge_signature: Set(line.signature),
        created_at: Set(line.created_at),
    })
}
