//! Whether metafields can be saved: their names, values, references and room.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::metafield::{self, OwnerType};
use entity::metafield_definition;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::commands::{MetafieldIdentifier, NewMetafield};
use super::error::{FaultCode, MetafieldError, ValueFault};
use super::existence::{existing_references, metaobjects_of_types};
use super::kind::FieldType;
use super::label::DefinitionKey;
use super::queries::{Owner, definitions_by_keys};
use super::reference::{Reference, Target};
use super::validation::Validations;
use super::value::{NormalValue, normalise};
use super::{MAX_METAFIELDS_PER_CALL, MAX_METAFIELDS_PER_OWNER, name};
use crate::db::Tx;
use crate::error::Fault;

/// Characters that the metafields of a cart hold at most in all: anybody can write them.
const MAX_CART_CHARACTERS: i64 = 500_000;

pub(super) fn check_count(count: usize) -> Result<(), MetafieldError> {
    if count <= MAX_METAFIELDS_PER_CALL {
        return Ok(());
    }
    let message = format!("At most {MAX_METAFIELDS_PER_CALL} metafields are taken at once");
    Err(MetafieldError::refused(FaultCode::LessThanOrEqualTo, None, "metafields", message))
}

pub(super) fn check_names(new: &[NewMetafield]) -> Result<(), MetafieldError> {
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

/// Definitions by what they define.
pub(super) type Definitions = HashMap<DefinitionKey, metafield_definition::Model>;

pub(super) async fn definitions_of(tx: &Tx, new: &[NewMetafield]) -> Result<Definitions, Fault> {
    let keys: Vec<DefinitionKey> = new.iter().map(|new| new.identifier().definition_key()).collect();
    definitions_by_keys(tx, &keys).await
}

pub(super) fn definition_of<'a>(
    definitions: &'a Definitions,
    new: &NewMetafield,
) -> Option<&'a metafield_definition::Model> {
    definitions.get(&new.identifier().definition_key())
}

/// The types and the values in their normal form.
pub(super) fn normal_values(
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
pub(super) async fn check_references<C: ConnectionTrait>(
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
pub(super) async fn check_room<C: ConnectionTrait>(
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
