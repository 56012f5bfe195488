//! Lines that belong to other lines, such as an engraving to a cup: one level deep. Pure rules.

use std::collections::HashMap;

use entity::id::VariantId;

use super::lines::{LineChange, NewLine, ParentReference};
use crate::cart::error::{Refusal, RefusalCode};
use crate::cart::line::{Line, merge_signature};
use crate::cart::merchandise::Merchandise;

/// The lines among which a parent is looked for.
pub(super) struct Candidates<'a> {
    /// Those that were in the cart before.
    pub(super) cart: &'a [Line],
    /// Those that are put in.
    pub(super) new: &'a [NewLine],
    /// Those of them that belong to no other and are in already: variant and signature.
    pub(super) put_in: &'a [(VariantId, String)],
}

type Fault = (RefusalCode, &'static str);

const NOT_FOUND: Fault = (RefusalCode::ParentLineNotFound, "The parent line does not exist");
const TOO_DEEP: Fault =
    (RefusalCode::ParentLineNestingTooDeep, "A line that belongs to another cannot carry lines itself");
const BAD_REFERENCE: Fault = (
    RefusalCode::ParentLineInvalidReference,
    "A parent line is named by its id, or by its variant where it is put in at the same time",
);
const MIXED: Fault =
    (RefusalCode::BundlesAndAddonsCannotBeMixed, "A bundle neither carries lines nor belongs to one");

/// The signature of the line that a new line of this variant belongs to.
///
/// # Errors
/// Why it cannot belong to it.
pub(super) fn find_parent(
    reference: ParentReference,
    variant_id: VariantId,
    candidates: &Candidates<'_>,
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Result<String, Fault> {
    let (parent_variant, signature) = match reference {
        ParentReference::Both => return Err(BAD_REFERENCE),
        ParentReference::Line(id) => {
            let parent = candidates.cart.iter().find(|line| line.id.is_some() && line.id == id);
            let parent = parent.ok_or(NOT_FOUND)?;
            if parent.parent.is_some() {
                return Err(TOO_DEEP);
            }
            (parent.variant_id, parent.signature.clone())
        }
        ParentReference::New(id) => {
            let id = id.ok_or(NOT_FOUND)?;
            match candidates.put_in.iter().find(|(variant, _)| *variant == id) {
                Some(parent) => parent.clone(),
                None if candidates
                    .new
                    .iter()
                    .any(|line| line.variant_id == Some(id) && line.parent.is_some()) =>
                {
                    return Err(TOO_DEEP);
                }
                None if candidates.cart.iter().any(|line| line.variant_id == id) => {
                    return Err(BAD_REFERENCE);
                }
                None => return Err(NOT_FOUND),
            }
        }
    };
    let is_bundle = |id| merchandise.get(&id).is_some_and(Merchandise::is_bundle);
    if is_bundle(parent_variant) || is_bundle(variant_id) { Err(MIXED) } else { Ok(signature) }
}

/// Gives the lines under lines that became others their new parents.
pub(super) fn follow_parents(lines: &mut [Line], new_signatures: &HashMap<String, String>) {
    for line in lines {
        let moved = line.parent.as_ref().and_then(|parent| new_signatures.get(parent)).cloned();
        if let Some(parent) = moved {
            line.signature = merge_signature(line.variant_id, &line.attributes, Some(&parent));
            line.parent = Some(parent);
        }
    }
}

/// Refusals for lines that became bundles although they carry lines or belong to one.
pub(super) fn mixed(
    lines: &[Line],
    changes: &[LineChange],
    merchandise: &HashMap<VariantId, Merchandise>,
) -> Vec<Refusal> {
    let in_family = |line: &Line| {
        let is_under = |other: &Line| other.quantity > 0 && other.parent.as_ref() == Some(&line.signature);
        line.parent.is_some() || lines.iter().any(is_under)
    };
    let is_mixed = |change: &LineChange| {
        let line = lines.iter().find(|line| line.id.is_some() && line.id == change.id);
        line.filter(|_| change.variant_id.is_some()).is_some_and(|line| {
            merchandise.get(&line.variant_id).is_some_and(Merchandise::is_bundle) && in_family(line)
        })
    };
    let places = changes.iter().enumerate().filter(|(_, change)| is_mixed(change));
    places
        .map(|(place, _)| Refusal::new(MIXED.0, &["lines", &place.to_string(), "merchandiseId"], MIXED.1))
        .collect()
}
