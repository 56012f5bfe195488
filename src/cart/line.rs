//! Lines: when two are one, and how many units the stock allows. Pure rules.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::id::{CartLineId, InventoryItemId, VariantId};
use serde::{Deserialize, Serialize};

use crate::secret;

/// Lines of a cart at most.
pub const MAX_LINES: usize = 500;
/// Attributes of a line or a cart at most.
pub const MAX_ATTRIBUTES: usize = 100;
/// Characters of an attribute's key at most.
pub const MAX_KEY_LENGTH: usize = 255;
/// Characters of an attribute's value at most.
pub const MAX_VALUE_LENGTH: usize = 5_000;

/// A word of the front end about a line or a cart, such as an engraving.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attribute {
    /// What it is about.
    pub key: String,
    /// What it says.
    pub value: String,
}

/// The words of the front end about a line or a cart.
pub type Attributes = Vec<Attribute>;

/// Whether attributes are few and short enough to be kept.
#[must_use]
pub fn attributes_fit(attributes: &[Attribute]) -> bool {
    attributes.len() <= MAX_ATTRIBUTES
        && attributes.iter().all(|attribute| {
            !attribute.key.is_empty()
                && attribute.key.chars().count() <= MAX_KEY_LENGTH
                && attribute.value.chars().count() <= MAX_VALUE_LENGTH
        })
}

/// Equal for lines that are one line: the same variant with the same attributes in any order, under the same parent.
#[must_use]
pub fn merge_signature(variant_id: VariantId, attributes: &[Attribute], parent: Option<&str>) -> String {
    let mut sorted = attributes.to_vec();
    sorted.sort();
    // JSON, because it escapes: no value can pretend to be a further attribute.
    let words = match parent {
        Some(parent) => serde_json::json!([variant_id, sorted, parent]),
        None => serde_json::json!([variant_id, sorted]),
    };
    secret::hex_digest(words.to_string().as_bytes())
}

/// A line as it is being changed; it has no key until it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its key.
    pub id: Option<CartLineId>,
    /// What is bought.
    pub variant_id: VariantId,
    /// How many units.
    pub quantity: i32,
    /// What the front end says about it.
    pub attributes: Attributes,
    /// See [`merge_signature`].
    pub signature: String,
    /// The signature of the line that it belongs to.
    pub parent: Option<String>,
    /// When it was put in.
    pub created_at: DateTime<Utc>,
}

/// Puts a line among others: adds its units to an equal one, or stands behind the last. Returns its place.
pub fn merge_into(lines: &mut Vec<Line>, line: Line) -> usize {
    match lines.iter().position(|other| other.signature == line.signature) {
        Some(place) => {
            if let Some(other) = lines.get_mut(place) {
                other.quantity = other.quantity.saturating_add(line.quantity);
            }
            place
        }
        None => {
            lines.push(line);
            lines.len() - 1
        }
    }
}

/// Drops the lines whose parent is not there.
pub fn drop_orphans(lines: &mut Vec<Line>) {
    let parents: HashSet<String> =
        lines.iter().filter(|line| line.parent.is_none()).map(|line| line.signature.clone()).collect();
    lines.retain(|line| line.parent.as_ref().is_none_or(|parent| parents.contains(parent)));
}

/// Units that may be sold of an item, as one variant takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockLimit {
    /// Of which item.
    pub item_id: InventoryItemId,
    /// Units that one unit of the variant takes; more than zero.
    pub per_unit: i64,
    /// Whether the shop counts the item.
    pub tracked: bool,
    /// `None` for no limit: it is not tracked, or sold past zero.
    pub units: Option<i64>,
}

/// A line whose quantity the stock does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// Which line, by its place.
    pub place: usize,
    /// Units that are left to it; 0 where there is no stock at all.
    pub quantity: i32,
}

/// Lowers the lines whose items have fewer units than all lines together want. The lines in front are served first.
///
/// Only the lines at `changed` places are lowered: a line that nobody touches is left to be told at the checkout.
#[must_use]
pub fn fit_to_stock(
    lines: &[Line],
    changed: &[usize],
    limits: &HashMap<VariantId, Vec<StockLimit>>,
) -> Vec<Lowered> {
    let mut left: HashMap<InventoryItemId, i64> = HashMap::new();
    for limit in limits.values().flatten() {
        if let Some(units) = limit.units {
            left.insert(limit.item_id, units.max(0));
        }
    }
    let mut lowered = Vec::new();
    let untouched = |place: &usize| !changed.contains(place);
    let places =
        (0..lines.len()).filter(untouched).chain((0..lines.len()).filter(|place| changed.contains(place)));
    for place in places {
        let Some(line) = lines.get(place) else { continue };
        let takes = limits.get(&line.variant_id).map(Vec::as_slice).unwrap_or_default();
        let takes: Vec<&StockLimit> = takes.iter().filter(|take| take.units.is_some()).collect();
        let wanted = i64::from(line.quantity);
        let most = |take: &&StockLimit| left.get(&take.item_id).map(|units| units / take.per_unit);
        let allowed = takes.iter().filter_map(most).fold(wanted, Ord::min);
        for take in takes {
            if let Some(units) = left.get_mut(&take.item_id) {
                *units -= allowed.saturating_mul(take.per_unit);
            }
        }
        if allowed < wanted && changed.contains(&place) {
            lowered.push(Lowered { place, quantity: i32::try_from(allowed).unwrap_or(0) });
        }
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(key: &str, value: &str) -> Attribute {
        Attribute { key: key.into(), value: value.into() }
    }

    fn line(variant: i64, quantity: i32) -> Line {
        Line {
            id: None,
            variant_id: VariantId(variant),
            quantity,
            attributes: Vec::new(),
            signature: merge_signature(VariantId(variant), &[], None),
            parent: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn limit(item: i64, per_unit: i64, units: Option<i64>) -> StockLimit {
        StockLimit { item_id: InventoryItemId(item), per_unit, tracked: true, units }
    }

    fn limits(units: &[(i64, i64, Option<i64>)]) -> HashMap<VariantId, Vec<StockLimit>> {
        units
            .iter()
            .map(|(variant, item, units)| (VariantId(*variant), vec![limit(*item, 1, *units)]))
            .collect()
    }

    #[test]
    fn equal_lines_have_equal_signatures() {
        let signature =
            |variant, attributes: &[Attribute]| merge_signature(VariantId(variant), attributes, None);
        let both = [attribute("a", "1"), attribute("b", "2")];
        let one = signature(1, &both);
        assert_eq!(one, signature(1, &[attribute("b", "2"), attribute("a", "1")]));
        assert_ne!(one, signature(2, &both));
        assert_ne!(one, signature(1, &[attribute("a", "1\n1:b=2")]));
        let under = |parent| merge_signature(VariantId(1), &both, Some(parent));
        assert_eq!(under("x"), under("x"));
        assert!(under("x") != under("y") && under("x") != one);
    }

    #[test]
    fn lines_go_with_their_parent() {
        let parent = line(1, 1);
        let under = |parent: &Line| Line { parent: Some(parent.signature.clone()), ..line(2, 1) };
        let mut lines = vec![under(&line(9, 1)), parent.clone(), under(&parent)];
        drop_orphans(&mut lines);
        assert_eq!(lines, [parent.clone(), under(&parent)]);
    }

    #[test]
    fn a_bundle_is_lowered_to_what_its_scarcest_component_allows() {
        let mut limits = limits(&[(1, 7, Some(5))]);
        limits.insert(VariantId(2), vec![limit(7, 2, Some(5)), limit(8, 1, Some(9)), limit(9, 3, None)]);
        let lines = [line(1, 1), line(2, 3)];
        assert_eq!(fit_to_stock(&lines, &[0, 1], &limits), [Lowered { place: 1, quantity: 2 }]);
        let lines = [line(1, 2), line(2, 3)];
        assert_eq!(fit_to_stock(&lines, &[0], &limits), [Lowered { place: 0, quantity: 1 }], "5 - 2 x 2 = 1");
    }

    #[test]
    fn units_of_equal_lines_add_up() {
        let mut lines = vec![line(1, 2)];
        assert_eq!(merge_into(&mut lines, line(2, 1)), 1);
        assert_eq!(merge_into(&mut lines, line(1, 3)), 0);
        assert_eq!(lines.iter().map(|line| line.quantity).collect::<Vec<_>>(), [5, 1]);
    }

    #[test]
    fn lines_that_share_an_item_share_its_stock() {
        let lines = [line(1, 2), line(2, 2)];
        let limits = limits(&[(1, 9, Some(3)), (2, 9, Some(3))]);
        assert_eq!(fit_to_stock(&lines, &[0, 1], &limits), [Lowered { place: 1, quantity: 1 }]);
        assert_eq!(fit_to_stock(&lines, &[0], &limits), [Lowered { place: 0, quantity: 1 }]);
    }

    #[test]
    fn what_is_not_limited_is_left_alone() {
        assert_eq!(fit_to_stock(&[line(1, 1_000_000)], &[0], &limits(&[(1, 1, None)])), []);
        assert_eq!(
            fit_to_stock(&[line(1, 1)], &[0], &limits(&[(1, 1, Some(-5))])),
            [Lowered { place: 0, quantity: 0 }]
        );
    }
}
