//! All discounts as rules of the engine, kept in memory until one changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use entity::discount::{DiscountMethod as Method, DiscountStatus};
use entity::discount_target::DiscountTargetKind;
use entity::id::{CollectionId, DiscountId};
use entity::{discount, discount_context, discount_target};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::rule::rule_of;
use crate::error::Fault;
use crate::pricing::engine::{DiscountMethod, DiscountRule};

/// The discounts that are not deleted, whether their time has come or not; automatic ones that are switched off are left
/// out. Codes are not in it: there may be hundreds of thousands.
#[derive(Clone, Debug, Default)]
pub struct Book {
    rules: HashMap<DiscountId, Arc<DiscountRule>>,
    automatic: Vec<Arc<DiscountRule>>,
    collections: BTreeSet<CollectionId>,
}

impl Book {
    /// Puts rules together; `collections` are those that any of them names.
    #[must_use]
    pub fn new(rules: Vec<DiscountRule>, collections: BTreeSet<CollectionId>) -> Self {
        let rules: HashMap<DiscountId, Arc<DiscountRule>> =
            rules.into_iter().map(|rule| (rule.id, Arc::new(rule))).collect();
        let mut automatic: Vec<Arc<DiscountRule>> =
            rules.values().filter(|rule| rule.method == DiscountMethod::Automatic).cloned().collect();
        automatic.sort_by_key(|rule| rule.id);
        Self { rules, automatic, collections }
    }

    /// Those that apply by themselves, in the order of their keys.
    #[must_use]
    pub fn automatic(&self) -> &[Arc<DiscountRule>] {
        &self.automatic
    }

    /// The discount with this key.
    #[must_use]
    pub fn find(&self, id: DiscountId) -> Option<&Arc<DiscountRule>> {
        self.rules.get(&id)
    }

    /// The collections that any discount names: of others a cart need not know what is in them.
    #[must_use]
    pub fn named_collections(&self) -> &BTreeSet<CollectionId> {
        &self.collections
    }

    /// Whether there is no discount at all: neither codes nor uses need to be looked up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Reads all discounts that are not deleted, in three statements. Of those that are switched off only the ones with codes
/// are read: whoever types one in is told that it is not active.
///
/// # Errors
/// The database's own, and a fault where a row holds what no command writes.
pub async fn load_book<C: ConnectionTrait>(db: &C) -> Result<Book, Fault> {
    let kept = || {
        let on = Condition::any()
            .add(discount::Column::Status.eq(DiscountStatus::Active))
            .add(discount::Column::Method.eq(Method::Code));
        discount::Entity::find().filter(discount::Column::DeletedAt.is_null()).filter(on)
    };
    let rows = kept().all(db).await?;
    if rows.is_empty() {
        return Ok(Book::default());
    }
    let ids = || kept().select_only().column(discount::Column::Id).into_query();
    let named = discount_target::Entity::find()
        .filter(discount_target::Column::DiscountId.in_subquery(ids()))
        .all(db)
        .await?;
    let told = discount_context::Entity::find()
        .filter(discount_context::Column::DiscountId.in_subquery(ids()))
        .all(db)
        .await?;
    let is_collection = |row: &&discount_target::Model| row.kind == DiscountTargetKind::Collection;
    let collections = named.iter().filter(is_collection).map(|row| CollectionId(row.target_id)).collect();
    let mut targets: BTreeMap<DiscountId, Vec<discount_target::Model>> = BTreeMap::new();
    for row in named {
        targets.entry(row.discount_id).or_default().push(row);
    }
    let mut contexts: BTreeMap<DiscountId, Vec<discount_context::Model>> = BTreeMap::new();
    for row in told {
        contexts.entry(row.discount_id).or_default().push(row);
    }
    let rules = rows
        .iter()
        .map(|row| {
            let (targets, context) = (targets.get(&row.id), contexts.get(&row.id));
            rule_of(row, targets.map_or(&[], Vec::as_slice), context.map_or(&[], Vec::as_slice))
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(Book::new(rules, collections))
}
