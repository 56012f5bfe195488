//! Lines: when two are one, and how many units the stock allows. Pure rules.

use std::collections::HashMap;

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

/// Equal for lines that are one line: the same variant with the same attributes in any order.
#[must_use]
pub fn merge_signature(variant_id: VariantId, attributes: &[Attribute]) -> String {
    let mut sorted = attributes.to_vec();
    sorted.sort();
    // JSON, because it escapes: no value can pretend to be a further attribute.
    let words = serde_json::json!([variant_id, sorted]);
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

/// Units that may be sold of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockLimit {
    /// Of which item.
    pub item_id: InventoryItemId,
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
    limits: &HashMap<VariantId, StockLimit>,
) -> Vec<Lowered> {
    let mut left: HashMap<InventoryItemId, i64> = HashMap::new();
    for limit in limits.values() {
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
        let Some(units) = limits.get(&line.variant_id).and_then(|limit| left.get_mut(&limit.item_id)) else {
            continue;
        };
        let wanted = i64::from(line.quantity);
        let allowed = Ord::min(wanted, *units);
        *units -= allowed;
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
            signature: merge_signature(VariantId(variant), &[]),
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn limits(units: &[(i64, i64, Option<i64>)]) -> HashMap<VariantId, StockLimit> {
        units
            .iter()
            .map(|(variant, item, units)| {
                (VariantId(*variant), StockLimit { item_id: InventoryItemId(*item), units: *units })
            })
            .collect()
    }

    #[test]
    fn equal_lines_have_equal_signatures() {
        let one = merge_signature(VariantId(1), &[attribute("a", "1"), attribute("b", "2")]);
        assert_eq!(one, merge_signature(VariantId(1), &[attribute("b", "2"), attribute("a", "1")]));
        assert_ne!(one, merge_signature(VariantId(2), &[attribute("a", "1"), attribute("b", "2")]));
        assert_ne!(one, merge_signature(VariantId(1), &[attribute("a", "1\n1:b=2")]));
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
