//! Reading metaobjects as shoppers see them. Two statements, however many keys are given.

use std::collections::HashMap;
use std::sync::Arc;

use entity::id::{MetaobjectDefinitionId, MetaobjectId};
use entity::metafield_definition::StorefrontAccess;
use entity::metaobject::MetaobjectStatus;
use entity::{metaobject, metaobject_definition, metaobject_field};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, Select,
};

use super::definition::FieldDefinition;
use crate::error::Fault;

/// A metaobject that shoppers may read, with all that it has.
#[derive(Clone, Debug, PartialEq)]
pub struct VisibleMetaobject {
    /// The row.
    pub row: metaobject::Model,
    /// Its kind.
    pub definition: Arc<metaobject_definition::Model>,
    /// The fields of its kind in their order, and its values; none where it has none.
    pub fields: Vec<(FieldDefinition, Option<metaobject_field::Model>)>,
}

/// The kind of metaobject with this name, whether shoppers read it or not.
///
/// # Errors
/// The database's own.
pub async fn find_metaobject_definition<C: ConnectionTrait>(
    db: &C,
    kind: &str,
) -> Result<Option<metaobject_definition::Model>, Fault> {
    Ok(metaobject_definition::Entity::find()
        .filter(metaobject_definition::Column::Kind.eq(kind))
        .one(db)
        .await?)
}

/// Metaobjects by key, as far as shoppers may read them.
///
/// # Errors
/// The database's own.
pub async fn metaobjects_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[MetaobjectId],
) -> Result<HashMap<MetaobjectId, Arc<VisibleMetaobject>>, Fault> {
    let wanted = visible().filter(metaobject::Column::Id.is_in(ids.iter().copied()));
    let found = with_fields(db, read(db, wanted).await?).await?;
    Ok(found.into_iter().map(|found| (found.row.id, Arc::new(found))).collect())
}

/// Metaobjects by the names of their kind and of their own, as far as shoppers may read them.
///
/// # Errors
/// The database's own.
pub async fn metaobjects_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[(String, String)],
) -> Result<HashMap<(String, String), Arc<VisibleMetaobject>>, Fault> {
    let wanted = handles.iter().fold(Condition::any(), |any, (kind, handle)| {
        any.add(
            Condition::all()
                .add(metaobject_definition::Column::Kind.eq(kind.as_str()))
                .add(metaobject::Column::Handle.eq(handle.as_str())),
        )
    });
    let found = with_fields(db, read(db, visible().filter(wanted)).await?).await?;
    let name = |found: &VisibleMetaobject| (found.definition.kind.clone(), found.row.handle.clone());
    Ok(found.into_iter().map(|found| (name(&found), Arc::new(found))).collect())
}

/// What is active and of a kind that its definition opens to shoppers.
pub(super) fn visible() -> Select<metaobject::Entity> {
    let definition = metaobject::Entity::belongs_to(metaobject_definition::Entity)
        .from(metaobject::Column::DefinitionId)
        .to(metaobject_definition::Column::Id)
        .into();
    metaobject::Entity::find()
        .join(JoinType::InnerJoin, definition)
        .filter(metaobject_definition::Column::StorefrontAccess.eq(StorefrontAccess::PublicRead))
        .filter(metaobject::Column::Status.eq(MetaobjectStatus::Active))
}

pub(super) type Row = (metaobject::Model, Option<metaobject_definition::Model>);

pub(super) async fn read<C: ConnectionTrait>(
    db: &C,
    select: Select<metaobject::Entity>,
) -> Result<Vec<Row>, Fault> {
    Ok(select.select_also(metaobject_definition::Entity).all(db).await?)
}

/// The metaobjects with their values, in the order of the rows. One statement where there are any.
pub(super) async fn with_fields<C: ConnectionTrait>(
    db: &C,
    rows: Vec<Row>,
) -> Result<Vec<VisibleMetaobject>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of_rows = metaobject_field::Column::MetaobjectId.is_in(rows.iter().map(|(row, _)| row.id));
    let mut values: HashMap<(MetaobjectId, String), metaobject_field::Model> = HashMap::new();
    for value in metaobject_field::Entity::find().filter(of_rows).all(db).await? {
        values.insert((value.metaobject_id, value.key.clone()), value);
    }
    let mut kinds: HashMap<MetaobjectDefinitionId, Arc<metaobject_definition::Model>> = HashMap::new();
    let mut found = Vec::with_capacity(rows.len());
    for (row, definition) in rows {
        let Some(definition) = definition else { continue };
        let definition = Arc::clone(kinds.entry(definition.id).or_insert_with(|| Arc::new(definition)));
        let fields: Vec<FieldDefinition> = serde_json::from_value(definition.fields.clone())?;
        let fields = fields
            .into_iter()
            .map(|field| {
                let value = values.remove(&(row.id, field.key.clone()));
                (field, value)
            })
            .collect();
        found.push(VisibleMetaobject { row, definition, fields });
    }
    Ok(found)
}
