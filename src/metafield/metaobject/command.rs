//! Saving and deleting metaobjects.

use std::collections::{BTreeSet, HashMap};

use entity::id::{MetaobjectDefinitionId, MetaobjectId};
use entity::metaobject::MetaobjectStatus;
use entity::{metaobject, metaobject_definition, metaobject_field};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::definition::FieldDefinition;
use super::query::find_metaobject_definition;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::metafield::check::{are_of_types, single_reference};
use crate::metafield::definition::{MAX_NAME_LENGTH, check_kind};
use crate::metafield::error::{FaultCode, FieldRefusal, MetafieldError, ValueFault};
use crate::metafield::existence::existing_references;
use crate::metafield::name;
use crate::metafield::reference::Reference;
use crate::metafield::value::{NormalValue, normalise};
use crate::secret;

/// What an actor needs for metaobjects.
const SCOPE: &str = "write_metaobjects";

/// A metaobject as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMetaobject {
    /// Name of its kind.
    pub kind: String,
    /// Its name among those of its kind, by which it is found when it exists.
    pub handle: String,
    /// Whether shoppers read it; one of a kind that knows no drafts is always active.
    pub status: MetaobjectStatus,
    /// All its values, by the fields' keys; an empty one is none.
    pub fields: Vec<(String, String)>,
}

/// Saves a metaobject: makes it, or changes the one with its handle, whose values are all replaced.
///
/// # Errors
/// [`MetafieldError::Refused`] for an unknown kind or field, a missing value, and values that do not fit.
pub async fn save_metaobject(
    app: &App,
    actor: &Actor,
    new: NewMetaobject,
) -> Result<metaobject::Model, MetafieldError> {
    if !actor.has_scope(SCOPE) {
        return Err(MetafieldError::Forbidden(SCOPE));
    }
    name::check_name(&new.handle).map_err(|fault| MetafieldError::Refused(vec![fault.at(None, "handle")]))?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let definition = find_metaobject_definition(&tx, &new.kind).await?.ok_or_else(|| {
                MetafieldError::refused(
                    FaultCode::InvalidType,
                    None,
                    "type",
                    "There is no such kind of metaobject",
                )
            })?;
            let fields: Vec<FieldDefinition> =
                serde_json::from_value(definition.fields.clone()).map_err(Fault::from)?;
            let values = values_of(&tx, &fields, &new.fields).await?;
            let row = metaobject::ActiveModel {
                id: NotSet,
                definition_id: Set(definition.id),
                handle: Set(new.handle.clone()),
                status: Set(if definition.publishable { new.status } else { MetaobjectStatus::Active }),
                display_name: Set(display_name(&definition, &values, &new.handle)),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::columns([metaobject::Column::DefinitionId, metaobject::Column::Handle])
                .update_columns([
                    metaobject::Column::Status,
                    metaobject::Column::DisplayName,
                    metaobject::Column::UpdatedAt,
                ])
                .to_owned();
            metaobject::Entity::insert(row).on_conflict(update).exec_without_returning(&tx).await?;
            let saved = find_by_handle(&tx, definition.id, &new.handle).await?;
            write_values(&tx, saved.id, values).await?;
            let event = NewEvent { entity_id: saved.id.0, payload: json!({ "type": new.kind }) };
            event::record(&tx, now, "metaobject", "metaobject.updated", vec![event]).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a metaobject. Answers whether it was there. Values that name it stay and show nothing.
///
/// # Errors
/// [`MetafieldError::Forbidden`] and the database's own.
pub async fn delete_metaobject(app: &App, actor: &Actor, id: MetaobjectId) -> Result<bool, MetafieldError> {
    if !actor.has_scope(SCOPE) {
        return Err(MetafieldError::Forbidden(SCOPE));
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let deleted = metaobject::Entity::delete_by_id(id).exec(&tx).await?.rows_affected > 0;
            if deleted {
                event::record_one(&tx, now, "metaobject", "metaobject.removed", id).await?;
            }
            tx.commit().await?;
            Ok(deleted)
        })
        .await
}

/// A field and its value in its normal form.
type FieldValue<'a> = (&'a FieldDefinition, NormalValue);

async fn values_of<'a>(
    tx: &Tx,
    fields: &'a [FieldDefinition],
    given: &[(String, String)],
) -> Result<Vec<FieldValue<'a>>, MetafieldError> {
    let mut refusals: Vec<FieldRefusal> = Vec::new();
    let mut by_key: HashMap<&str, &str> = HashMap::new();
    for (index, (key, value)) in given.iter().enumerate() {
        let refusal = if !fields.iter().any(|field| field.key == *key) {
            Some("There is no such field")
        } else if by_key.insert(key, value).is_some() {
            Some("The field is named twice")
        } else {
            None
        };
        if let Some(message) = refusal {
            refusals.push(ValueFault::new(FaultCode::InvalidValue, message).at(Some(index), key));
        }
    }
    let mut values = Vec::new();
    for field in fields {
        match by_key.get(field.key.as_str()).filter(|value| !value.trim().is_empty()) {
            Some(value) => {
                match check_kind(&field.kind).and_then(|kind| normalise(kind, &field.validations, value)) {
                    Ok(value) => values.push((field, value)),
                    Err(fault) => refusals.push(fault.at(None, &field.key)),
                }
            }
            None if field.required => {
                refusals.push(ValueFault::new(FaultCode::Blank, "The value is missing").at(None, &field.key));
            }
            None => {}
        }
    }
    if refusals.is_empty() {
        refusals = wrong_references(tx, &values).await?;
    }
    if refusals.is_empty() { Ok(values) } else { Err(MetafieldError::Refused(refusals)) }
}

async fn wrong_references(tx: &Tx, values: &[FieldValue<'_>]) -> Result<Vec<FieldRefusal>, Fault> {
    let all: BTreeSet<Reference> = values.iter().flat_map(|(_, value)| value.references.clone()).collect();
    let existing = existing_references(tx, all).await?;
    let mut refusals = Vec::new();
    for (field, value) in values {
        let mut is_right = value.references.iter().all(|reference| existing.contains(reference));
        if let Some(types) = &field.validations.metaobject_types {
            is_right &= are_of_types(tx, &value.references, types).await?;
        }
        if !is_right {
            let message = "The value names a thing that does not exist or is of another kind";
            refusals.push(ValueFault::new(FaultCode::InvalidValue, message).at(None, &field.key));
        }
    }
    Ok(refusals)
}

/// What the shop calls a metaobject: its display field where that has a value, its handle otherwise.
fn display_name(
    definition: &metaobject_definition::Model,
    values: &[FieldValue<'_>],
    handle: &str,
) -> String {
    let key = definition.display_key.as_deref();
    let shown = values.iter().find(|(field, _)| Some(field.key.as_str()) == key);
    shown.map_or(handle, |(_, value)| value.text.as_str()).chars().take(MAX_NAME_LENGTH).collect()
}

async fn find_by_handle(
    tx: &Tx,
    definition: MetaobjectDefinitionId,
    handle: &str,
) -> Result<metaobject::Model, Fault> {
    metaobject::Entity::find()
        .filter(metaobject::Column::DefinitionId.eq(definition))
        .filter(metaobject::Column::Handle.eq(handle))
        .one(tx)
        .await?
        .ok_or_else(|| Fault::new("the metaobject was not written"))
}

async fn write_values(tx: &Tx, id: MetaobjectId, values: Vec<FieldValue<'_>>) -> Result<(), Fault> {
    metaobject_field::Entity::delete_many()
        .filter(metaobject_field::Column::MetaobjectId.eq(id))
        .exec(tx)
        .await?;
    let rows: Vec<_> = values
        .into_iter()
        .map(|(field, value)| metaobject_field::ActiveModel {
            metaobject_id: Set(id),
            key: Set(field.key.clone()),
            kind: Set(field.kind.clone()),
            value_num: Set(value.number),
            value_time: Set(value.time),
            ref_id: Set(single_reference(&field.kind, &value)),
            digest: Set(secret::hex_digest(value.text.as_bytes())),
            value_text: Set(value.text),
        })
        .collect();
    if !rows.is_empty() {
        metaobject_field::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
