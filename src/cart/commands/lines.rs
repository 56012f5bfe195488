//! Putting lines into a cart, changing them, taking them out.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::cart_line;
use entity::id::{CartLineId, VariantId};

use super::nesting::{Candidates, find_parent, follow_parents, mixed};
use super::stock::{lower_to_stock, target_lines};
use super::write_lines::write_lines;
use crate::app::App;
use crate::cart::error::{CartError, Refusal, RefusalCode};
use crate::cart::line::{
    Attributes, Line, MAX_LINES, attributes_fit, drop_orphans, merge_into, merge_signature,
};
use crate::cart::load::{assemble, lines_in};
use crate::cart::lock::lock_cart;
use crate::cart::merchandise::{Extent, Merchandise, merchandise_by_ids};
use crate::cart::own_stock::add_own_stock;
use crate::cart::rules::enter_market;
use crate::cart::settle::settled;
use crate::cart::view::Outcome;
use crate::error::Fault;
use crate::pricing::{MAX_LINE_QUANTITY, QuantityFault, QuantityRule, tier_for};

/// A line to be put in.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// What; `None` where the caller's id is not that of a variant.
    pub variant_id: Option<VariantId>,
    /// How many.
    pub quantity: i32,
    /// What the front end says about it.
    pub attributes: Attributes,
    /// The line that it belongs to.
    pub parent: Option<ParentReference>,
}

/// How a new line names the line that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParentReference {
    /// A line of the cart; `None` where the caller's id is not that of a line.
    Line(Option<CartLineId>),
    /// A line that is put in together with it, by its variant; `None` where the caller's id is not that of a variant.
    New(Option<VariantId>),
    /// In both ways, which is one too many.
    Both,
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

/// Puts lines into a cart. Equal lines under the same parent become one; units beyond the stock are left out with a warning.
///
/// # Errors
/// [`CartError`] for an unknown cart, unknown variants and quantities that make no sense.
pub async fn add_lines(app: &App, token: &str, new: &[NewLine]) -> Result<Outcome, CartError> {
    check_new(new)?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let before = lines_in(&tx, cart.row.id).await?;
            let mut lines = lines_of(&before)?;
            let ids = variants_of(&lines, new.iter().filter_map(|line| line.variant_id));
            let terms = enter_market(&mut cart.row, &rules, &cart.segments, now);
            let mut merchandise = merchandise_by_ids(&tx, &terms, &ids, Extent::Priced).await?;
            let changed = merge_new(now, &mut lines, new, &merchandise)?;
            add_own_stock(&tx, now, &cart.row, wanted_of(&lines), &mut merchandise).await?;
            let warnings = lower_to_stock(&mut lines, &changed, &merchandise);
            let after = write_lines(&tx, cart.row.id, before, lines).await?;
            cart.save(&tx, app).await?;
            let cart = assemble(&tx, &terms, cart.row, token, after, merchandise).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { warnings: target_lines(warnings, &cart.lines), cart })
        })
        .await?;
    settled(app, outcome).await
}

/// Changes lines of a cart.
///
/// # Errors
/// [`CartError`] for an unknown cart, lines that are not in it, unknown variants and quantities that make no sense.
pub async fn update_lines(app: &App, token: &str, changes: &[LineChange]) -> Result<Outcome, CartError> {
    check_changes(changes)?;
    let outcome = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let rules = app.rules().await?;
            let tx = app.begin().await?;
            let mut cart = lock_cart(&tx, now, &rules, token).await?;
            let before = lines_in(&tx, cart.row.id).await?;
            let mut lines = lines_of(&before)?;
            let ids = variants_of(&lines, changes.iter().filter_map(|change| change.variant_id.flatten()));
            let terms = enter_market(&mut cart.row, &rules, &cart.segments, now);
            let mut merchandise = merchandise_by_ids(&tx, &terms, &ids, Extent::Priced).await?;
            let changed = apply_changes(&mut lines, changes, now, &merchandise)?;
            add_own_stock(&tx, now, &cart.row, wanted_of(&lines), &mut merchandise).await?;
            let warnings = lower_to_stock(&mut lines, &changed, &merchandise);
            let after = write_lines(&tx, cart.row.id, before, lines).await?;
            cart.save(&tx, app).await?;
            let cart = assemble(&tx, &terms, cart.row, token, after, merchandise).await?;
            tx.commit().await?;
            Ok::<_, CartError>(Outcome { warnings: target_lines(warnings, &cart.lines), cart })
        })
        .await?;
    settled(app, outcome).await
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

/// What is wrong with the quantity of a line where it is sold.
fn rule_fault(line: &Line, merchandise: &HashMap<VariantId, Merchandise>) -> Option<(RefusalCode, String)> {
    let rule = merchandise.get(&line.variant_id).map_or(QuantityRule::ANY, |known| known.quantity_rule);
    Some(match rule.fault(line.quantity)? {
        QuantityFault::BelowMinimum(least) => {
            (RefusalCode::MinimumNotMet, format!("The quantity must be at least {least}"))
        }
        QuantityFault::AboveMaximum(most) => {
            (RefusalCode::MaximumExceeded, format!("The quantity must be at most {most}"))
        }
        QuantityFault::BetweenSteps(step) => {
            (RefusalCode::InvalidIncrement, format!("The quantity must be a multiple of {step}"))
        }
    })
}

fn too_many_words() -> String {
    "The attributes are too many or too long".to_owned()
}

fn no_variant() -> String {
    "The merchandise does not exist".to_owned()
}

/// The lines as they are changed, from their rows.
pub(super) fn lines_of(rows: &[cart_line::Model]) -> Result<Vec<Line>, Fault> {
    let signature =
        |id: CartLineId| rows.iter().find(|row| row.id == id).map(|row| row.merge_signature.clone());
    let line = |row: &cart_line::Model| {
        Ok(Line {
            id: Some(row.id),
            variant_id: row.variant_id,
            quantity: row.quantity,
            attributes: serde_json::from_value(row.attributes.clone())?,
            signature: row.merge_signature.clone(),
            parent: row.parent_id.and_then(signature),
            created_at: row.created_at,
        })
    };
    rows.iter().map(line).collect()
}

fn variants_of(lines: &[Line], more: impl Iterator<Item = VariantId>) -> Vec<VariantId> {
    let ids: HashSet<VariantId> = lines.iter().map(|line| line.variant_id).chain(more).collect();
    let mut ids: Vec<VariantId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}

/// How many units of which variant the lines are of.
pub(super) fn wanted_of(lines: &[Line]) -> impl Iterator<Item = (VariantId, i32)> {
    lines.iter().map(|line| (line.variant_id, line.quantity))
}

/// Merges new lines into those of a cart, those that belong to others last; returns the places that changed.
pub(super) fn merge_new(
    now: DateTime<Utc>,
    lines: &mut Vec<Line>,
    new: &[NewLine],
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Result<Vec<usize>, CartError> {
    let (mut refusals, mut changed) = (Vec::new(), Vec::new());
    let mut asked_by: HashMap<usize, usize> = HashMap::new();
    let before = lines.len();
    let (nested, own): (Vec<_>, Vec<_>) = new.iter().enumerate().partition(|(_, line)| line.parent.is_some());
    let mut put_in: Vec<(VariantId, String)> = Vec::new();
    for (index, line) in own.into_iter().chain(nested) {
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
        let parent = match line.parent {
            Some(reference) => {
                let candidates =
                    Candidates { cart: lines.get(..before).unwrap_or_default(), new, put_in: &put_in };
                match find_parent(reference, variant_id, &candidates, merchandise) {
                    Ok(parent) => Some(parent),
                    Err((code, message)) => {
                        refusals.push(Refusal { code, field: field("parent"), message: message.to_owned() });
                        continue;
                    }
                }
            }
            None => None,
        };
        let signature = merge_signature(variant_id, &line.attributes, parent.as_deref());
        if parent.is_none() {
            put_in.push((variant_id, signature.clone()));
        }
        let attributes = line.attributes.clone();
        let quantity = line.quantity;
        let place = merge_into(
            lines,
            Line { id: None, variant_id, quantity, attributes, signature, parent, created_at: now },
        );
        if !changed.contains(&place) {
            changed.push(place);
        }
        asked_by.insert(place, index);
    }
    // Asked for twice, a line has its quantity only now.
    for place in &changed {
        let fault = lines.get(*place).and_then(|line| rule_fault(line, merchandise));
        if let Some(((code, message), index)) = fault.zip(asked_by.get(place)) {
            refusals.push(Refusal::new(code, &["lines", &index.to_string(), "quantity"], message));
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
    let mut touched_ids = HashSet::new();
    let before: Vec<String> = lines.iter().map(|line| line.signature.clone()).collect();
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
        line.signature = merge_signature(line.variant_id, &line.attributes, line.parent.as_deref());
        if line.quantity > 0 && !is_sold(merchandise.get(&line.variant_id), line.quantity, now) {
            refusals.push(Refusal {
                code: RefusalCode::Invalid,
                field: field("merchandiseId"),
                message: no_variant(),
            });
        }
        touched_ids.insert(line.id);
    }
    let moved = before.into_iter().zip(lines.iter().map(|line| line.signature.clone())).collect();
    follow_parents(lines, &moved);
    let touched: HashSet<String> = lines
        .iter()
        .filter(|line| touched_ids.contains(&line.id))
        .map(|line| line.signature.clone())
        .collect();
    refusals.extend(mixed(lines, changes, merchandise));
    if !refusals.is_empty() {
        return Err(CartError::Refused(refusals));
    }
    let mut merged = Vec::with_capacity(lines.len());
    for line in lines.drain(..).filter(|line| line.quantity > 0) {
        merge_into(&mut merged, line);
    }
    drop_orphans(&mut merged);
    let mut changed = merged.iter().filter(|line| touched.contains(&line.signature));
    if let Some((code, message)) = changed.find_map(|line| rule_fault(line, merchandise)) {
        return Err(CartError::refused(code, &["lines"], message));
    }
    *lines = merged;
    Ok((0..lines.len())
        .filter(|place| lines.get(*place).is_some_and(|line| touched.contains(&line.signature)))
        .collect())
}
