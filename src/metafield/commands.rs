//! Saving and deleting metafields.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::metafield::{self, OwnerType};
use entity::metafield_definition::{self, StorefrontAccess};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::check::{
    Definitions, check_count, check_names, check_references, check_room, definition_of, definitions_of,
    normal_values, single_reference,
};
use super::error::{FaultCode, FieldRefusal, MetafieldError, ValueFault};
use super::existence::existing_owners;
use super::label::DefinitionKey;
use super::queries::{Owner, VisibleMetafield, definitions_by_keys};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::secret;

/// What an actor needs for metafields.
const SCOPE: &str = "write_metafields";

/// A metafield as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMetafield {
    /// What it belongs to.
    pub owner: Owner,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its name within the group.
    pub key: String,
    /// Name of its type; where it is left out, the definition says it.
    pub kind: Option<String>,
    /// The value as text.
    pub value: String,
}

/// Which metafield is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetafieldIdentifier {
    /// What it belongs to.
    pub owner: Owner,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its name within the group.
    pub key: String,
}

impl MetafieldIdentifier {
    /// What a definition of it is found by.
    pub(super) fn definition_key(&self) -> DefinitionKey {
        (self.owner.0, self.namespace.clone(), self.key.clone())
    }
}

impl NewMetafield {
    /// Which metafield it is.
    #[must_use]
    pub fn identifier(&self) -> MetafieldIdentifier {
        let (namespace, key) = (self.namespace.clone(), self.key.clone());
        MetafieldIdentifier { owner: self.owner, namespace, key }
    }
}

/// Saves metafields, all or none: those that are there already are replaced. Answers the rows in the order of the input.
///
/// # Errors
/// [`MetafieldError::Refused`] with a reason for each element that is wrong.
pub async fn save_metafields(
    app: &App,
    actor: &Actor,
    new: Vec<NewMetafield>,
) -> Result<Vec<metafield::Model>, MetafieldError> {
    may(actor)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let owners = existing_owners(&tx, new.iter().map(|new| new.owner)).await?;
            let refusals: Vec<FieldRefusal> = (0..)
                .zip(&new)
                .filter(|(_, new)| !owners.contains(&new.owner))
                .map(|(index, _)| {
                    let fault = ValueFault::new(FaultCode::InvalidOwner, "The owner does not exist");
                    fault.at(Some(index), "ownerId")
                })
                .collect();
            if !refusals.is_empty() {
                return Err(MetafieldError::Refused(refusals));
            }
            let saved = save_in(&tx, app.clock.now(), &new).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// As [`save_metafields`], within a transaction of another domain that knows the owners to exist. At most seven
/// statements and an event for each kind of owner; changes of carts have no event.
///
/// # Errors
/// [`MetafieldError::Refused`] with a reason for each element that is wrong.
pub async fn save_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &[NewMetafield],
) -> Result<Vec<metafield::Model>, MetafieldError> {
    check_names(new)?;
    let definitions = definitions_of(tx, new).await?;
    write(tx, now, new, &definitions).await
}

/// As [`save_in`], for shoppers, who must not write what a definition closes to them. Answers the metafields as they read
/// them.
///
/// # Errors
/// As [`save_in`], and [`FaultCode::AppNotAuthorized`].
pub async fn save_by_shopper_in(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &[NewMetafield],
) -> Result<Vec<VisibleMetafield>, MetafieldError> {
    check_names(new)?;
    let definitions = definitions_of(tx, new).await?;
    let refusals: Vec<FieldRefusal> = new
        .iter()
        .enumerate()
        .filter(|(_, new)| definition_of(&definitions, new).is_some_and(is_closed))
        .map(|(index, _)| closed().at(Some(index), "key"))
        .collect();
    if !refusals.is_empty() {
        return Err(MetafieldError::Refused(refusals));
    }
    let rows = write(tx, now, new, &definitions).await?;
    let description =
        |new| definition_of(&definitions, new).and_then(|definition| definition.description.clone());
    let written = rows.into_iter().zip(new);
    Ok(written.map(|(row, new)| VisibleMetafield { row, description: description(new) }).collect())
}

/// Deletes a metafield within a transaction of another domain, for a shopper, who must not delete what a definition closes
/// to them. Answers the row as it was.
///
/// # Errors
/// [`FaultCode::AppNotAuthorized`], and the database's own.
pub async fn delete_by_shopper_in(
    tx: &Tx,
    now: DateTime<Utc>,
    identifier: &MetafieldIdentifier,
) -> Result<Option<metafield::Model>, MetafieldError> {
    let key = identifier.definition_key();
    let definitions = definitions_by_keys(tx, std::slice::from_ref(&key)).await?;
    if definitions.get(&key).is_some_and(is_closed) {
        return Err(MetafieldError::Refused(vec![closed().at(None, "key")]));
    }
    Ok(delete_in(tx, now, std::slice::from_ref(identifier)).await?.pop())
}

fn is_closed(definition: &metafield_definition::Model) -> bool {
    definition.storefront_access == StorefrontAccess::None
}

fn closed() -> ValueFault {
    ValueFault::new(FaultCode::AppNotAuthorized, "The shop keeps this metafield for itself")
}

async fn write(
    tx: &Tx,
    now: DateTime<Utc>,
    new: &[NewMetafield],
    definitions: &Definitions,
) -> Result<Vec<metafield::Model>, MetafieldError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let values = normal_values(new, definitions)?;
    check_references(tx, new, &values, definitions).await?;
    check_room(tx, new, &values).await?;
    let rows = new.iter().zip(&values).map(|(new, (kind, value))| metafield::ActiveModel {
        id: NotSet,
        owner_type: Set(new.owner.0),
        owner_id: Set(new.owner.1),
        namespace: Set(new.namespace.clone()),
        key: Set(new.key.clone()),
        kind: Set(kind.clone()),
        value_text: Set(value.text.clone()),
        value_num: Set(value.number),
        value_time: Set(value.time),
        ref_id: Set(single_reference(kind, value)),
        digest: Set(secret::hex_digest(value.text.as_bytes())),
        created_at: Set(now),
        updated_at: Set(now),
    });
    let update = OnConflict::columns([
        metafield::Column::OwnerType,
        metafield::Column::OwnerId,
        metafield::Column::Namespace,
        metafield::Column::Key,
    ])
    .update_columns([
        metafield::Column::Kind,
        metafield::Column::ValueText,
        metafield::Column::ValueNum,
        metafield::Column::ValueTime,
        metafield::Column::RefId,
        metafield::Column::Digest,
        metafield::Column::UpdatedAt,
    ])
    .to_owned();
    metafield::Entity::insert_many(rows).on_conflict(update).exec_without_returning(tx).await?;
    record(tx, now, "metafield.updated", new.iter().map(|new| new.owner)).await?;
    let identifiers: Vec<MetafieldIdentifier> = new.iter().map(NewMetafield::identifier).collect();
    let rows = metafield::Entity::find().filter(any_of(&identifiers)).all(tx).await?;
    let mut found: HashMap<MetafieldIdentifier, metafield::Model> =
        rows.into_iter().map(|row| (identifier_of(&row), row)).collect();
    let missing = || Fault::new("a metafield was not written");
    identifiers.iter().map(|wanted| Ok(found.remove(wanted).ok_or_else(missing)?)).collect()
}

/// Deletes metafields. Answers for each whether it was there.
///
/// # Errors
/// [`MetafieldError::Forbidden`], a refusal of too many, and the database's own.
pub async fn delete(
    app: &App,
    actor: &Actor,
    identifiers: Vec<MetafieldIdentifier>,
) -> Result<Vec<bool>, MetafieldError> {
    may(actor)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let deleted = delete_in(&tx, app.clock.now(), &identifiers).await?;
            tx.commit().await?;
            let deleted: HashSet<MetafieldIdentifier> = deleted.iter().map(identifier_of).collect();
            Ok(identifiers.iter().map(|identifier| deleted.contains(identifier)).collect())
        })
        .await
}

/// As [`delete`], within a transaction of another domain. Answers the rows as they were.
///
/// # Errors
/// A refusal of too many, and the database's own.
pub async fn delete_in(
    tx: &Tx,
    now: DateTime<Utc>,
    identifiers: &[MetafieldIdentifier],
) -> Result<Vec<metafield::Model>, MetafieldError> {
    check_count(identifiers.len())?;
    if identifiers.is_empty() {
        return Ok(Vec::new());
    }
    let rows = metafield::Entity::find().filter(any_of(identifiers)).all(tx).await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    metafield::Entity::delete_many()
        .filter(metafield::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(tx)
        .await?;
    record(tx, now, "metafield.removed", rows.iter().map(|row| (row.owner_type, row.owner_id))).await?;
    Ok(rows)
}

/// Copies the metafields of one thing, which shoppers wrote, to another that has none yet, in one statement: an order
/// keeps those of its cart. Those stay behind that a definition for the other thing closes to shoppers, as it does when
/// they write them, or gives another type.
///
/// # Errors
/// The database's own.
pub async fn copy_in(tx: &Tx, now: DateTime<Utc>, from: Owner, to: Owner) -> Result<(), Fault> {
    let sql = "INSERT INTO metafield (owner_type, owner_id, namespace, key, type, value_text, value_num, value_time, \
                                      ref_id, digest, created_at, updated_at) \
               SELECT $3, $4, namespace, key, type, value_text, value_num, value_time, ref_id, digest, $5, $5 \
                 FROM metafield m WHERE owner_type = $1 AND owner_id = $2 AND NOT EXISTS \
                   (SELECT 1 FROM metafield_definition d WHERE d.owner_type = $6 AND d.namespace = m.namespace \
                      AND d.key = m.key AND (d.storefront_access = 'none' OR d.type <> m.type)) ORDER BY id";
    let values = [from.0.into(), from.1.into(), to.0.into(), to.1.into(), now.into(), to.0.into()];
    tx.execute_raw(sea_orm::Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

fn may(actor: &Actor) -> Result<(), MetafieldError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(MetafieldError::Forbidden(SCOPE)) }
}

fn any_of(identifiers: &[MetafieldIdentifier]) -> Condition {
    identifiers.iter().fold(Condition::any(), |any, wanted| {
        any.add(
            Condition::all()
                .add(metafield::Column::OwnerType.eq(wanted.owner.0))
                .add(metafield::Column::OwnerId.eq(wanted.owner.1))
                .add(metafield::Column::Namespace.eq(wanted.namespace.as_str()))
                .add(metafield::Column::Key.eq(wanted.key.as_str())),
        )
    })
}

fn identifier_of(row: &metafield::Model) -> MetafieldIdentifier {
    let (namespace, key) = (row.namespace.clone(), row.key.clone());
    MetafieldIdentifier { owner: (row.owner_type, row.owner_id), namespace, key }
}

/// Events by kind of owner: keys of different kinds may be the same. Carts have none: no one else reads them.
async fn record(
    tx: &Tx,
    now: DateTime<Utc>,
    what: &'static str,
    owners: impl IntoIterator<Item = Owner>,
) -> Result<(), Fault> {
    let mut groups: HashMap<OwnerType, BTreeSet<i64>> = HashMap::new();
    for (kind, id) in owners {
        if kind != OwnerType::Cart {
            groups.entry(kind).or_default().insert(id);
        }
    }
    for (kind, ids) in groups {
        let event = |id| NewEvent { entity_id: id, payload: json!({ "ownerType": kind }) };
        event::record(tx, now, "metafield", what, ids.into_iter().map(event).collect()).await?;
    }
    Ok(())
}
