//! Reading metafields as shoppers see them. Each function is one statement, however many keys it is given.

use std::collections::HashMap;
use std::sync::Arc;

use entity::id::MetafieldId;
use entity::metafield::{self, OwnerType};
use entity::metafield_definition::{self, StorefrontAccess};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::label::DefinitionKey;
use crate::error::Fault;

/// Which thing has the metafields.
pub type Owner = (OwnerType, i64);

/// A metafield that shoppers may read, and what its definition says it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct VisibleMetafield {
    /// The row.
    pub row: metafield::Model,
    /// What it is for.
    pub description: Option<String>,
}

/// The metafields of owners of one kind that shoppers may read, each owner's in the order in which they were added;
/// owners without any are left out.
///
/// # Errors
/// The database's own.
pub async fn metafields_by_owners<C: ConnectionTrait>(
    db: &C,
    owner_type: OwnerType,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<Arc<VisibleMetafield>>>, Fault> {
    let wanted = of_owners(owner_type, ids.to_vec());
    let mut found: HashMap<i64, Vec<Arc<VisibleMetafield>>> = HashMap::new();
    for metafield in read(db, visible().filter(wanted)).await? {
        found.entry(metafield.row.owner_id).or_default().push(Arc::new(metafield));
    }
    Ok(found)
}

/// As [`metafields_by_owners`], for owners of any kind.
///
/// # Errors
/// The database's own.
pub async fn metafields_by_any_owners<C: ConnectionTrait>(
    db: &C,
    owners: &[Owner],
) -> Result<HashMap<Owner, Vec<Arc<VisibleMetafield>>>, Fault> {
    let mut groups: HashMap<OwnerType, Vec<i64>> = HashMap::new();
    for (kind, id) in owners {
        groups.entry(*kind).or_default().push(*id);
    }
    let wanted = groups.into_iter().fold(Condition::any(), |any, (kind, ids)| any.add(of_owners(kind, ids)));
    let mut found: HashMap<Owner, Vec<Arc<VisibleMetafield>>> = HashMap::new();
    for metafield in read(db, visible().filter(wanted)).await? {
        let owner = (metafield.row.owner_type, metafield.row.owner_id);
        found.entry(owner).or_default().push(Arc::new(metafield));
    }
    Ok(found)
}

/// Metafields by key, as far as shoppers may read them. Whether they reach the owner is for the caller to ask.
///
/// # Errors
/// The database's own.
pub async fn metafields_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[MetafieldId],
) -> Result<HashMap<MetafieldId, Arc<VisibleMetafield>>, Fault> {
    let wanted = metafield::Column::Id.is_in(ids.iter().copied());
    let rows = read(db, visible().filter(wanted)).await?;
    Ok(rows.into_iter().map(|metafield| (metafield.row.id, Arc::new(metafield))).collect())
}

/// Definitions by what they define. One statement where any are asked for.
pub(super) async fn definitions_by_keys<C: ConnectionTrait>(
    db: &C,
    keys: &[DefinitionKey],
) -> Result<HashMap<DefinitionKey, metafield_definition::Model>, Fault> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = keys.iter().fold(Condition::any(), |any, (owner_type, namespace, key)| {
        any.add(
            Condition::all()
                .add(metafield_definition::Column::OwnerType.eq(*owner_type))
                .add(metafield_definition::Column::Namespace.eq(namespace.as_str()))
                .add(metafield_definition::Column::Key.eq(key.as_str())),
        )
    });
    let rows = metafield_definition::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| ((row.owner_type, row.namespace.clone(), row.key.clone()), row)).collect())
}

fn of_owners(kind: OwnerType, ids: Vec<i64>) -> Condition {
    Condition::all().add(metafield::Column::OwnerType.eq(kind)).add(metafield::Column::OwnerId.is_in(ids))
}

/// Shoppers read what a definition opens to them, and of carts, whose metafields they write themselves, also what has
/// no definition.
fn visible() -> Select<metafield::Entity> {
    let definition = metafield::Entity::belongs_to(metafield_definition::Entity)
        .from((metafield::Column::OwnerType, metafield::Column::Namespace, metafield::Column::Key))
        .to((
            metafield_definition::Column::OwnerType,
            metafield_definition::Column::Namespace,
            metafield_definition::Column::Key,
        ))
        .into();
    let of_cart = Condition::all()
        .add(metafield::Column::OwnerType.eq(OwnerType::Cart))
        .add(metafield_definition::Column::Id.is_null());
    metafield::Entity::find()
        .join(JoinType::LeftJoin, definition)
        .filter(
            Condition::any()
                .add(metafield_definition::Column::StorefrontAccess.eq(StorefrontAccess::PublicRead))
                .add(of_cart),
        )
        .order_by_asc(metafield::Column::Id)
}

async fn read<C: ConnectionTrait>(
    db: &C,
    select: Select<metafield::Entity>,
) -> Result<Vec<VisibleMetafield>, Fault> {
    let rows = select.select_also(metafield_definition::Entity).all(db).await?;
    let described =
        |definition: Option<metafield_definition::Model>| definition.and_then(|row| row.description);
    Ok(rows
        .into_iter()
        .map(|(row, definition)| VisibleMetafield { row, description: described(definition) })
        .collect())
}
