//! Categories: the tree of kinds of products.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::id::ProductCategoryId;
use entity::product_category;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::db::Tx;
use crate::error::Fault;

/// Between the names of a path.
const SEPARATOR: &str = ">";
/// Names from the top of the tree down to a category at most.
pub const MAX_CATEGORY_DEPTH: usize = 10;

/// The names of a path from the top down, without the space around them: `Home > Kitchen` has two.
#[must_use]
pub fn category_names(path: &str) -> Vec<&str> {
    path.split(SEPARATOR).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// A path as it is kept.
fn joined(names: &[&str]) -> String {
    names.join(" > ")
}

/// The keys of categories by their paths, made where they are not there yet, with all above them. Two or three
/// statements for each depth of the tree.
///
/// # Errors
/// The database's own.
pub async fn ensure_categories_in(
    tx: &Tx,
    now: DateTime<Utc>,
    paths: &HashSet<String>,
) -> Result<HashMap<String, ProductCategoryId>, Fault> {
    let names: HashMap<&String, Vec<&str>> = paths
        .iter()
        .map(|path| (path, category_names(path)))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    let mut known: HashMap<String, ProductCategoryId> = HashMap::new();
    let depth = names.values().map(Vec::len).max().unwrap_or(0);
    for level in 1..=depth {
        let mut wanted: Vec<(String, &str)> = names
            .values()
            .filter_map(|names| Some((joined(names.get(..level)?), *names.get(level - 1)?)))
            .collect();
        wanted.sort();
        wanted.dedup();
        let rows: Vec<product_category::ActiveModel> = wanted
            .iter()
            .map(|(path, name)| {
                let above = path.rsplit_once(" > ").and_then(|(above, _)| known.get(above));
                product_category::ActiveModel {
                    id: NotSet,
                    parent_id: Set(above.copied()),
                    name: Set((*name).to_owned()),
                    path: Set(path.clone()),
                    created_at: Set(now),
                }
            })
            .collect();
        let as_it_is = OnConflict::column(product_category::Column::Path).do_nothing().to_owned();
        product_category::Entity::insert_many(rows).on_conflict(as_it_is).exec_without_returning(tx).await?;
        let these = product_category::Column::Path.is_in(wanted.into_iter().map(|(path, _)| path));
        let rows = product_category::Entity::find().filter(these).all(tx).await?;
        known.extend(rows.into_iter().map(|row| (row.path, row.id)));
    }
    let key = |(path, names): (&String, Vec<&str>)| Some((path.clone(), *known.get(&joined(&names))?));
    Ok(names.into_iter().filter_map(key).collect())
}

/// Categories by key, each with those above it, itself last and the top first. One statement for each depth of the tree.
///
/// # Errors
/// The database's own.
pub async fn categories_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductCategoryId],
) -> Result<HashMap<ProductCategoryId, Vec<product_category::Model>>, Fault> {
    let mut known: HashMap<ProductCategoryId, product_category::Model> = HashMap::new();
    let mut wanted: Vec<ProductCategoryId> = ids.to_vec();
    for _ in 0..MAX_CATEGORY_DEPTH {
        if wanted.is_empty() {
            break;
        }
        let these = product_category::Column::Id.is_in(wanted.drain(..));
        for row in product_category::Entity::find().filter(these).all(db).await? {
            known.insert(row.id, row);
        }
        wanted =
            known.values().filter_map(|row| row.parent_id).filter(|id| !known.contains_key(id)).collect();
    }
    let line = |id: &ProductCategoryId| {
        let mut line = Vec::new();
        let mut next = Some(*id);
        while let Some(row) = next.and_then(|id| known.get(&id)).filter(|_| line.len() < MAX_CATEGORY_DEPTH) {
            next = row.parent_id;
            line.push(row.clone());
        }
        line.reverse();
        (!line.is_empty()).then_some((*id, line))
    };
    Ok(ids.iter().filter_map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cut_at_their_arrows() {
        assert_eq!(category_names("Home &  Garden > Kitchen>Cups"), ["Home &  Garden", "Kitchen", "Cups"]);
        assert_eq!(category_names(" > Kitchen > "), ["Kitchen"]);
        assert_eq!(category_names(" "), Vec::<&str>::new());
    }
}
