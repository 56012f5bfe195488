//! What events mean for the index.

use std::collections::BTreeSet;

use entity::event;
use serde::Deserialize;

use super::{EVENT_ENTITY, REBUILD_REQUESTED, SYNONYMS_UPDATED};
use crate::error::Fault;
use crate::event::Place;

/// An order was placed.
pub(super) const ORDER_PLACED: &str = "order.placed";

/// What has to be read again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) products: BTreeSet<i64>,
    /// Products of which the stock moved.
    pub(super) moved: BTreeSet<i64>,
    /// Variants of which the products have to be read.
    pub(super) variants: BTreeSet<i64>,
    pub(super) collections: BTreeSet<i64>,
    pub(super) pages: BTreeSet<i64>,
    pub(super) articles: BTreeSet<i64>,
    /// All products: something changed that concerns many.
    pub(super) all_products: bool,
    pub(super) synonyms: bool,
    /// The shop itself: its language or currency may be another.
    pub(super) shop: bool,
    pub(super) rebuild: bool,
    /// Orders whose products sold more, which another projection counts first.
    pub(super) sold: Vec<(Place, Vec<i64>)>,
}

#[derive(Deserialize)]
struct OfOwner {
    #[serde(rename = "ownerType")]
    owner_type: String,
}

#[derive(Deserialize)]
struct Placed {
    sold: Vec<(i64, i64)>,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what events say.
    pub(super) fn add(&mut self, events: &[event::Model]) -> Result<(), Fault> {
        for event in events {
            let id = event.entity_id;
            match event.entity.as_str() {
                "product" => {
                    self.products.insert(id);
                }
                "collection" => {
                    self.collections.insert(id);
                }
                "page" => {
                    self.pages.insert(id);
                }
                "article" => {
                    self.articles.insert(id);
                }
                "metafield" => match owner_of(event)?.as_str() {
                    "product" => {
                        self.products.insert(id);
                    }
                    "variant" => {
                        self.variants.insert(id);
                    }
                    _ => {}
                },
                "metafield_definition" => {
                    let owner = owner_of(event)?;
                    self.all_products |= matches!(owner.as_str(), "product" | "variant");
                }
                "order" if event.kind == ORDER_PLACED => {
                    let sold = serde_json::from_value::<Placed>(event.payload.clone())?.sold;
                    let place = Place { tx_id: event.tx_id, seq: event.seq };
                    self.sold.push((place, sold.into_iter().map(|(product, _)| product).collect()));
                }
                "location" | "price_list" => self.all_products = true,
                "shop" => self.shop = true,
                EVENT_ENTITY if event.kind == SYNONYMS_UPDATED => self.synonyms = true,
                EVENT_ENTITY if event.kind == REBUILD_REQUESTED => self.rebuild = true,
                _ => {}
            }
        }
        Ok(())
    }
}

fn owner_of(event: &event::Model) -> Result<String, Fault> {
    Ok(serde_json::from_value::<OfOwner>(event.payload.clone())?.owner_type)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn event(entity: &str, kind: &str, entity_id: i64, payload: serde_json::Value) -> event::Model {
        event::Model {
            seq: 7,
            tx_id: 3,
            entity: entity.to_owned(),
            entity_id,
            entity_seq: 1,
            kind: kind.to_owned(),
            payload,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn events_say_what_to_read_again() {
        let mut changes = Changes::default();
        let events = [
            event("product", "product.updated", 1, json!({})),
            event("metafield", "metafield.updated", 2, json!({ "ownerType": "variant" })),
            event("metafield", "metafield.updated", 3, json!({ "ownerType": "page" })),
            event("order", "order.placed", 4, json!({ "sold": [[5, 1], [6, 2]] })),
            event("customer", "customer.updated", 8, json!({})),
        ];
        changes.add(&events).unwrap();
        let expected = Changes {
            products: BTreeSet::from([1]),
            variants: BTreeSet::from([2]),
            sold: vec![(Place { tx_id: 3, seq: 7 }, vec![5, 6])],
            ..Changes::default()
        };
        assert_eq!(changes, expected);
        assert!(!changes.is_empty());
    }
}
