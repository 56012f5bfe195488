//! Saving and deleting metafields.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::metafield::{self, OwnerType};
use entity::metafield_definition;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;

use super::error::{FaultCode, FieldRefusal, MetafieldError, ValueFault};
use super::existence::{existing_owners, existing_references, metaobjects_of_types};
use super::kind::FieldType;
use super::label::DefinitionKey;
use super::queries::{Owner, definitions_by_keys};
use super::reference::{Reference, Target};
use super::validation::Validations;
use super::value::{NormalValue, normalise};
use super::{MAX_METAFIELDS_PER_CALL, MAX_METAFIELDS_PER_OWNER, name};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::secret;

/// What an actor needs for metafields.
const SCOPE: &str = "write_metafields";
/// Characters that the metafields of a cart hold at most in all: anybody can write them.
const MAX_CART_CHARACTERS: i64 = 500_000;

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
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<DefinitionKey> = new.iter().map(|new| new.identifier().definition_key()).collect();
    let definitions = definitions_by_keys(tx, &keys).await?;
    let values = normal_values(new, &definitions)?;
    check_references(tx, new, &values, &definitions).await?;
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

/// Copies all metafields of one thing to another that has none yet, in one statement: an order keeps those of its cart.
///
/// # Errors
/// The database's own.
pub async fn copy_in(tx: &Tx, now: DateTime<Utc>, from: Owner, to: Owner) -> Result<(), Fault> {
    let sql = "INSERT INTO metafield (owner_type, owner_id, namespace, key, type, value_text, value_num, value_time, \
                                      ref_id, digest, created_at, updated_at) \
               SELECT $3, $4, namespace, key, type, value_text, value_num, value_time, ref_id, digest, $5, $5 \
                 FROM metafield WHERE owner_type = $1 AND owner_id = $2";
    let values = [from.0.into(), from.1.into(), to.0.into(), to.1.into(), now.into()];
    tx.execute_raw(sea_orm::Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

fn may(actor: &Actor) -> Result<(), MetafieldError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(MetafieldError::Forbidden(SCOPE)) }
}

fn check_count(count: usize) -> Result<(), MetafieldError> {
    if count <= MAX_METAFIELDS_PER_CALL {
        return Ok(());
    }
    let message = format!("At most {MAX_METAFIELDS_PER_CALL} metafields are taken at once");
    Err(MetafieldError::refused(FaultCode::LessThanOrEqualTo, None, "metafields", message))
}

fn check_names(new: &[NewMetafield]) -> Result<(), MetafieldError> {
    check_count(new.len())?;
    let mut seen = HashSet::new();
    let mut refusals = Vec::new();
    for (index, new) in new.iter().enumerate() {
        if let Err(wrong) = name::check(Some(index), &new.namespace, &new.key) {
            refusals.extend(wrong);
        } else if !seen.insert(new.identifier()) {
            let fault = ValueFault::new(FaultCode::InvalidValue, "The metafield is named twice");
            refusals.push(fault.at(Some(index), "key"));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(MetafieldError::Refused(refusals)) }
}

type Definitions = HashMap<DefinitionKey, metafield_definition::Model>;

fn definition_of<'a>(definitions: &'a Definitions, new: &NewMetafield) -> Option<&'a metafield_definition::Model> {
    definitions.get(&new.identifier().definition_key())
}

/// The types and the values in their normal form.
fn normal_values(
    new: &[NewMetafield],
    definitions: &Definitions,
) -> Result<Vec<(String, NormalValue)>, MetafieldError> {
    let (mut values, mut refusals) = (Vec::with_capacity(new.len()), Vec::new());
    for (index, new) in new.iter().enumerate() {
        match normal_value(new, definition_of(definitions, new)) {
            Ok(Ok(value)) => values.push(value),
            Ok(Err((fault, field))) => refusals.push(fault.at(Some(index), field)),
            Err(fault) => return Err(fault.into()),
        }
    }
    if refusals.is_empty() { Ok(values) } else { Err(MetafieldError::Refused(refusals)) }
}

type Refused = (ValueFault, &'static str);

fn normal_value(
    new: &NewMetafield,
    definition: Option<&metafield_definition::Model>,
) -> Result<Result<(String, NormalValue), Refused>, Fault> {
    let given = new.kind.as_deref().map(str::trim).filter(|kind| !kind.is_empty());
    let wrong_type = |message: String| Ok(Err((ValueFault::new(FaultCode::InvalidType, message), "type")));
    let name = match (given, definition) {
        (Some(given), Some(definition)) if given != definition.kind => {
            return wrong_type(format!("The definition says the type {}", definition.kind));
        }
        (_, Some(definition)) => definition.kind.as_str(),
        (Some(given), None) => given,
        (None, None) => {
            return Ok(Err((ValueFault::new(FaultCode::Blank, "The type is missing"), "type")));
        }
    };
    let Some(kind) = FieldType::parse(name) else {
        return wrong_type(format!("There is no type {}", name.chars().take(64).collect::<String>()));
    };
    let rules = match definition {
        Some(definition) => serde_json::from_value(definition.validations.clone())?,
        None => Validations::default(),
    };
    Ok(normalise(kind, &rules, &new.value)
        .map(|value| (name.to_owned(), value))
        .map_err(|fault| (fault, "value")))
}

/// Whether the things that the values name exist, and are of the kinds that the definitions say.
async fn check_references<C: ConnectionTrait>(
    db: &C,
    new: &[NewMetafield],
    values: &[(String, NormalValue)],
    definitions: &Definitions,
) -> Result<(), MetafieldError> {
    let all: BTreeSet<Reference> = values.iter().flat_map(|(_, value)| value.references.clone()).collect();
    if all.is_empty() {
        return Ok(());
    }
    let existing = existing_references(db, all).await?;
    let mut refusals = Vec::new();
    for (index, (new, (_, value))) in new.iter().zip(values).enumerate() {
        let mut is_right = value.references.iter().all(|reference| existing.contains(reference));
        let rules = definition_of(definitions, new)
            .map(|definition| serde_json::from_value::<Validations>(definition.validations.clone()))
            .transpose()
            .map_err(Fault::from)?;
        if let Some(types) = rules.and_then(|rules| rules.metaobject_types) {
            is_right &= are_of_types(db, &value.references, &types).await?;
        }
        if !is_right {
            let message = "The value names a thing that does not exist or is of another kind";
            refusals.push(ValueFault::new(FaultCode::InvalidValue, message).at(Some(index), "value"));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(MetafieldError::Refused(refusals)) }
}

/// Whether all metaobjects among these things are of one of these kinds. One statement where there are any.
pub(super) async fn are_of_types<C: ConnectionTrait>(
    db: &C,
    references: &[Reference],
    types: &[String],
) -> Result<bool, Fault> {
    let is_metaobject = |reference: &&Reference| reference.target == Target::Metaobject;
    let ids: BTreeSet<i64> = references.iter().filter(is_metaobject).map(|reference| reference.id).collect();
    if ids.is_empty() {
        return Ok(true);
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    Ok(metaobjects_of_types(db, &ids, types).await?.len() == ids.len())
}

/// Whether the owners will have no more metafields than they may. The owners are locked by who calls, or the rows that
/// two callers add at once are a few too many, which does no harm.
async fn check_room<C: ConnectionTrait>(
    db: &C,
    new: &[NewMetafield],
    values: &[(String, NormalValue)],
) -> Result<(), MetafieldError> {
    let owners: HashSet<Owner> = new.iter().map(|new| new.owner).collect();
    let wanted = owners.iter().fold(Condition::any(), |any, (kind, id)| {
        any.add(
            Condition::all()
                .add(metafield::Column::OwnerType.eq(*kind))
                .add(metafield::Column::OwnerId.eq(*id)),
        )
    });
    let rows: Vec<(OwnerType, i64, String, String, i64)> = metafield::Entity::find()
        .select_only()
        .columns([
            metafield::Column::OwnerType,
            metafield::Column::OwnerId,
            metafield::Column::Namespace,
            metafield::Column::Key,
        ])
        .column_as(Expr::cust("CAST(length(value_text) AS bigint)"), "size")
        .filter(wanted)
        .into_tuple()
        .all(db)
        .await?;
    let mut sizes: HashMap<MetafieldIdentifier, i64> = rows
        .into_iter()
        .map(|(kind, id, namespace, key, size)| {
            (MetafieldIdentifier { owner: (kind, id), namespace, key }, size)
        })
        .collect();
    for (new, (_, value)) in new.iter().zip(values) {
        let size = i64::try_from(value.text.chars().count()).unwrap_or(i64::MAX);
        sizes.insert(new.identifier(), size);
    }
    for owner in owners {
        let of_owner = || sizes.iter().filter(|(identifier, _)| identifier.owner == owner);
        let size: i64 = of_owner().map(|(_, size)| *size).fold(0, i64::saturating_add);
        let is_too_large = owner.0 == OwnerType::Cart && size > MAX_CART_CHARACTERS;
        if of_owner().count() > MAX_METAFIELDS_PER_OWNER || is_too_large {
            let message = format!(
                "An owner has at most {MAX_METAFIELDS_PER_OWNER} metafields, and a cart {MAX_CART_CHARACTERS} \
                 characters in them"
            );
            return Err(MetafieldError::refused(FaultCode::LessThanOrEqualTo, None, "metafields", message));
        }
    }
    Ok(())
}

/// The key of the thing that a value names, where it names one.
pub(super) fn single_reference(kind: &str, value: &NormalValue) -> Option<i64> {
    let is_list = FieldType::parse(kind).is_some_and(|kind| kind.is_list);
    value.references.first().filter(|_| !is_list).map(|reference| reference.id)
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
