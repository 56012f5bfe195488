//! Whether owners, and things that values name, exist.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use entity::metafield::OwnerType;
use sea_orm::{ActiveEnum, ConnectionTrait, Statement, Value};

use super::queries::Owner;
use super::reference::Reference;
use crate::db::Tx;
use crate::error::Fault;

/// Keys asked for by one statement at most.
const KEYS_PER_STATEMENT: usize = 1_000;

/// The table of the owners of a kind; none for kinds that the shop does not have.
fn owner_table(kind: OwnerType) -> Option<&'static str> {
    match kind {
        OwnerType::Product => Some("product"),
        OwnerType::Variant => Some("variant"),
        OwnerType::Collection => Some("collection"),
        OwnerType::Page => Some("page"),
        OwnerType::Blog => Some("blog"),
        OwnerType::Article => Some("article"),
        OwnerType::Shop => Some("shop"),
        OwnerType::Cart => Some("cart"),
        OwnerType::Order => Some("orders"),
        OwnerType::Customer => Some("customer"),
        OwnerType::Location => Some("location"),
        OwnerType::Market => Some("market"),
        // The shop neither sells to companies nor by subscription: there is nothing that could own a metafield.
        OwnerType::Company | OwnerType::CompanyLocation | OwnerType::SellingPlan => None,
    }
}

/// Which of these owners exist. One statement for each kind.
pub(super) async fn existing_owners<C: ConnectionTrait>(
    db: &C,
    owners: impl IntoIterator<Item = Owner>,
) -> Result<HashSet<Owner>, Fault> {
    let mut groups: Vec<(OwnerType, BTreeSet<i64>)> = Vec::new();
    for (kind, id) in owners {
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, ids)) => {
                ids.insert(id);
            }
            None => groups.push((kind, BTreeSet::from([id]))),
        }
    }
    let mut found = HashSet::new();
    for (kind, ids) in groups {
        if let Some(table) = owner_table(kind) {
            let ids: Vec<i64> = ids.into_iter().collect();
            found.extend(existing(db, table, &ids, None).await?.into_iter().map(|id| (kind, id)));
        }
    }
    Ok(found)
}

/// Which of the things that values name exist. One statement for each kind of thing.
pub(super) async fn existing_references<C: ConnectionTrait>(
    db: &C,
    references: impl IntoIterator<Item = Reference>,
) -> Result<HashSet<Reference>, Fault> {
    let mut groups: BTreeMap<_, BTreeSet<i64>> = BTreeMap::new();
    for reference in references {
        groups.entry(reference.target).or_default().insert(reference.id);
    }
    let mut found = HashSet::new();
    for (target, ids) in groups {
        let ids: Vec<i64> = ids.into_iter().collect();
        let rows = existing(db, target.table(), &ids, None).await?;
        found.extend(rows.into_iter().map(|id| Reference { target, id }));
    }
    Ok(found)
}

/// Which of these metaobjects are of one of these kinds. One statement.
pub(super) async fn metaobjects_of_types<C: ConnectionTrait>(
    db: &C,
    ids: &[i64],
    types: &[String],
) -> Result<HashSet<i64>, Fault> {
    existing(db, "metaobject", ids, Some(types)).await
}

/// Deletes the metafields of those of these owners that are there no more. Statements by the thousand.
///
/// # Errors
/// The database's own.
pub async fn forget_in(tx: &Tx, kind: OwnerType, ids: &[i64]) -> Result<(), Fault> {
    let Some(table) = owner_table(kind) else {
        return Ok(());
    };
    for ids in ids.chunks(KEYS_PER_STATEMENT) {
        let mut values: Vec<Value> = vec![kind.to_value().into()];
        values.extend(ids.iter().map(|id| Value::from(*id)));
        let places: Vec<String> = (2..=values.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "DELETE FROM metafield WHERE owner_type = $1 AND owner_id IN ({}) \
               AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.id = metafield.owner_id)",
            places.join(", ")
        );
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    }
    Ok(())
}

async fn existing<C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    ids: &[i64],
    types: Option<&[String]>,
) -> Result<HashSet<i64>, Fault> {
    let mut found = HashSet::with_capacity(ids.len());
    for ids in ids.chunks(KEYS_PER_STATEMENT) {
        let mut values: Vec<Value> = ids.iter().map(|id| Value::from(*id)).collect();
        let places = |from: usize, to: usize| {
            (from..=to).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
        };
        let mut sql = format!("SELECT id FROM {table} WHERE id IN ({})", places(1, values.len()));
        if table == "variant" {
            sql += " AND deleted_at IS NULL";
        }
        if let Some(types) = types {
            let from = values.len() + 1;
            values.extend(types.iter().map(|name| Value::from(name.as_str())));
            sql += &format!(
                " AND definition_id IN (SELECT id FROM metaobject_definition WHERE type IN ({}))",
                places(from, values.len())
            );
        }
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        for row in db.query_all_raw(statement).await? {
            found.insert(row.try_get("", "id")?);
        }
    }
    Ok(found)
}
