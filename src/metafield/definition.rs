//! Saving definitions of metafields.

use entity::metafield::{self, OwnerType};
use entity::metafield_definition::{self, StorefrontAccess};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::error::{FaultCode, MetafieldError, ValueFault};
use super::kind::FieldType;
use super::name;
use super::validation::Validations;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::event::{self, NewEvent};

/// What an actor needs for definitions.
const SCOPE: &str = "write_metafield_definitions";
/// Characters of a definition's name at most.
pub(super) const MAX_NAME_LENGTH: usize = 255;
/// Characters of a description at most.
pub(super) const MAX_DESCRIPTION_LENGTH: usize = 1_000;

/// A definition as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDefinition {
    /// What has such metafields.
    pub owner_type: OwnerType,
    /// The group of fields they belong to.
    pub namespace: String,
    /// Their name within the group.
    pub key: String,
    /// What the shop calls them.
    pub name: String,
    /// What they are for.
    pub description: Option<String>,
    /// Name of their type.
    pub kind: String,
    /// What their values keep to.
    pub validations: Validations,
    /// Whether shoppers read them.
    pub storefront_access: StorefrontAccess,
}

/// Saves a definition: makes it, or changes the one of the same owners, namespace and key. Values that are there already
/// are not asked whether they keep to new validations, but they must have the type.
///
/// # Errors
/// [`MetafieldError::Refused`], with [`FaultCode::InvalidType`] also where values of another type exist.
pub async fn save_definition(
    app: &App,
    actor: &Actor,
    new: NewDefinition,
) -> Result<metafield_definition::Model, MetafieldError> {
    if !actor.has_scope(SCOPE) {
        return Err(MetafieldError::Forbidden(SCOPE));
    }
    check(&new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let others = metafield::Entity::find()
                .filter(metafield::Column::OwnerType.eq(new.owner_type))
                .filter(metafield::Column::Namespace.eq(new.namespace.as_str()))
                .filter(metafield::Column::Key.eq(new.key.as_str()))
                .filter(metafield::Column::Kind.ne(new.kind.as_str()))
                .count(&tx)
                .await?;
            if others > 0 {
                let message = format!("{others} metafields with this key have another type");
                return Err(MetafieldError::refused(FaultCode::InvalidType, None, "type", message));
            }
            let row = metafield_definition::ActiveModel {
                id: NotSet,
                owner_type: Set(new.owner_type),
                namespace: Set(new.namespace.clone()),
                key: Set(new.key.clone()),
                name: Set(new.name.clone()),
                description: Set(new.description.clone()),
                kind: Set(new.kind.clone()),
                validations: Set(serde_json::to_value(&new.validations).map_err(Fault::from)?),
                storefront_access: Set(new.storefront_access),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::columns([
                metafield_definition::Column::OwnerType,
                metafield_definition::Column::Namespace,
                metafield_definition::Column::Key,
            ])
            .update_columns([
                metafield_definition::Column::Name,
                metafield_definition::Column::Description,
                metafield_definition::Column::Kind,
                metafield_definition::Column::Validations,
                metafield_definition::Column::StorefrontAccess,
                metafield_definition::Column::UpdatedAt,
            ])
            .to_owned();
            metafield_definition::Entity::insert(row).on_conflict(update).exec_without_returning(&tx).await?;
            let saved = metafield_definition::Entity::find()
                .filter(metafield_definition::Column::OwnerType.eq(new.owner_type))
                .filter(metafield_definition::Column::Namespace.eq(new.namespace.as_str()))
                .filter(metafield_definition::Column::Key.eq(new.key.as_str()))
                .one(&tx)
                .await?
                .ok_or_else(|| Fault::new("the definition was not written"))?;
            let payload = json!({ "ownerType": new.owner_type });
            let event = NewEvent { entity_id: saved.id.0, payload };
            event::record(&tx, now, "metafield_definition", "metafield_definition.updated", vec![event])
                .await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

fn check(new: &NewDefinition) -> Result<(), MetafieldError> {
    name::check(None, &new.namespace, &new.key).map_err(MetafieldError::Refused)?;
    check_words(&new.name, new.description.as_deref())?;
    check_kind(&new.kind).map_err(|fault| MetafieldError::Refused(vec![fault.at(None, "type")]))?;
    new.validations.check().map_err(|fault| MetafieldError::Refused(vec![fault.at(None, "validations")]))
}

/// Whether there is such a type.
pub(super) fn check_kind(kind: &str) -> Result<FieldType, ValueFault> {
    FieldType::parse(kind).ok_or_else(|| {
        let kind: String = kind.chars().take(64).collect();
        ValueFault::new(FaultCode::InvalidType, format!("There is no type {kind}"))
    })
}

/// Whether a definition's words fit.
pub(super) fn check_words(name: &str, description: Option<&str>) -> Result<(), MetafieldError> {
    if name.trim().is_empty() {
        return Err(MetafieldError::refused(FaultCode::Blank, None, "name", "The name is missing"));
    }
    if name.chars().count() > MAX_NAME_LENGTH {
        return Err(MetafieldError::refused(FaultCode::TooLong, None, "name", "The name is too long"));
    }
    if description.is_some_and(|text| text.chars().count() > MAX_DESCRIPTION_LENGTH) {
        let message = "The description is too long";
        return Err(MetafieldError::refused(FaultCode::TooLong, None, "description", message));
    }
    Ok(())
}
