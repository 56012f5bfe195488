//! Saving definitions of metaobjects.

use std::collections::HashSet;

use entity::metafield_definition::StorefrontAccess;
use entity::{metaobject, metaobject_definition, metaobject_field};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::query::find_metaobject_definition;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::metafield::definition::{check_kind, check_words};
use crate::metafield::error::{FaultCode, FieldRefusal, MetafieldError, ValueFault};
use crate::metafield::name;
use crate::metafield::validation::Validations;

/// What an actor needs for definitions.
const SCOPE: &str = "write_metaobject_definitions";
/// Fields of a kind of metaobject at most.
pub const MAX_FIELDS: usize = 40;

/// A field of a kind of metaobject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDefinition {
    /// Its name within the kind.
    pub key: String,
    /// What the shop calls it.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Name of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether each metaobject must have a value.
    #[serde(default)]
    pub required: bool,
    /// What its values keep to.
    #[serde(default)]
    pub validations: Validations,
}

/// A kind of metaobject as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMetaobjectDefinition {
    /// Name of the kind, by which it is found when it exists.
    pub kind: String,
    /// What the shop calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its fields in their order.
    pub fields: Vec<FieldDefinition>,
    /// The field that a metaobject is called by.
    pub display_key: Option<String>,
    /// Whether shoppers read them.
    pub storefront_access: StorefrontAccess,
    /// Whether one may be a draft.
    pub publishable: bool,
    /// Name of their pages in addresses, where they have a page.
    pub url_handle: Option<String>,
    /// The field that search engines take for the title.
    pub seo_title_key: Option<String>,
    /// The field that search engines take for the description.
    pub seo_description_key: Option<String>,
}

/// Saves a kind of metaobject: makes it, or changes the one of this name. Values of fields that are left out are deleted.
///
/// # Errors
/// [`MetafieldError::Refused`], with [`FaultCode::InvalidType`] also where values of another type exist.
pub async fn save_metaobject_definition(
    app: &App,
    actor: &Actor,
    new: NewMetaobjectDefinition,
) -> Result<metaobject_definition::Model, MetafieldError> {
    if !actor.has_scope(SCOPE) {
        return Err(MetafieldError::Forbidden(SCOPE));
    }
    check(&new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = metaobject_definition::ActiveModel {
                id: NotSet,
                kind: Set(new.kind.clone()),
                name: Set(new.name.clone()),
                description: Set(new.description.clone()),
                fields: Set(serde_json::to_value(&new.fields).map_err(Fault::from)?),
                display_key: Set(new.display_key.clone()),
                storefront_access: Set(new.storefront_access),
                publishable: Set(new.publishable),
                url_handle: Set(new.url_handle.clone()),
                seo_title_key: Set(new.seo_title_key.clone()),
                seo_description_key: Set(new.seo_description_key.clone()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::column(metaobject_definition::Column::Kind)
                .update_columns([
                    metaobject_definition::Column::Name,
                    metaobject_definition::Column::Description,
                    metaobject_definition::Column::Fields,
                    metaobject_definition::Column::DisplayKey,
                    metaobject_definition::Column::StorefrontAccess,
                    metaobject_definition::Column::Publishable,
                    metaobject_definition::Column::UrlHandle,
                    metaobject_definition::Column::SeoTitleKey,
                    metaobject_definition::Column::SeoDescriptionKey,
                    metaobject_definition::Column::UpdatedAt,
                ])
                .to_owned();
            metaobject_definition::Entity::insert(row)
                .on_conflict(update)
                .exec_without_returning(&tx)
                .await?;
            let saved = find_metaobject_definition(&tx, &new.kind)
                .await?
                .ok_or_else(|| Fault::new("the definition was not written"))?;
            reconcile_values(&tx, &saved, &new.fields).await?;
            let event = NewEvent { entity_id: saved.id.0, payload: json!({ "type": new.kind }) };
            let (entity, what) = ("metaobject_definition", "metaobject_definition.updated");
            event::record(&tx, now, entity, what, vec![event]).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes the values of fields that are no more; refuses a field whose values have another type.
async fn reconcile_values(
    tx: &Tx,
    definition: &metaobject_definition::Model,
    fields: &[FieldDefinition],
) -> Result<(), MetafieldError> {
    let of_kind = || {
        let ids = Query::select()
            .column(metaobject::Column::Id)
            .from(metaobject::Entity)
            .and_where(metaobject::Column::DefinitionId.eq(definition.id))
            .to_owned();
        Condition::all().add(metaobject_field::Column::MetaobjectId.in_subquery(ids))
    };
    metaobject_field::Entity::delete_many()
        .filter(of_kind())
        .filter(metaobject_field::Column::Key.is_not_in(fields.iter().map(|field| field.key.as_str())))
        .exec(tx)
        .await?;
    let fits = fields.iter().fold(Condition::any(), |any, field| {
        any.add(
            Condition::all()
                .add(metaobject_field::Column::Key.eq(field.key.as_str()))
                .add(metaobject_field::Column::Kind.eq(field.kind.as_str())),
        )
    });
    let others = metaobject_field::Entity::find().filter(of_kind()).filter(fits.not()).count(tx).await?;
    if others == 0 {
        return Ok(());
    }
    let message = format!("{others} metaobjects have a value of another type");
    Err(MetafieldError::refused(FaultCode::InvalidType, None, "fields", message))
}

fn check(new: &NewMetaobjectDefinition) -> Result<(), MetafieldError> {
    let refuse = |fault: ValueFault, field: &str| MetafieldError::Refused(vec![fault.at(None, field)]);
    name::check_name(&new.kind).map_err(|fault| refuse(fault, "type"))?;
    check_words(&new.name, new.description.as_deref())?;
    if let Some(handle) = &new.url_handle {
        name::check_name(handle).map_err(|fault| refuse(fault, "urlHandle"))?;
    }
    if new.fields.is_empty() || new.fields.len() > MAX_FIELDS {
        let message = format!("There are from 1 to {MAX_FIELDS} fields");
        return Err(MetafieldError::refused(FaultCode::LessThanOrEqualTo, None, "fields", message));
    }
    let mut seen = HashSet::new();
    let mut refusals: Vec<FieldRefusal> = Vec::new();
    for (index, field) in new.fields.iter().enumerate() {
        let mut refuse = |fault: ValueFault, part: &str| refusals.push(fault.at(Some(index), part));
        if let Err(fault) = name::check_name(&field.key) {
            refuse(fault, "key");
        } else if !seen.insert(field.key.as_str()) {
            refuse(ValueFault::new(FaultCode::InvalidValue, "The field is named twice"), "key");
        }
        if let Err(fault) = check_kind(&field.kind) {
            refuse(fault, "type");
        }
        if let Err(fault) = field.validations.check() {
            refuse(fault, "validations");
        }
    }
    for (key, part) in [
        (&new.display_key, "displayNameKey"),
        (&new.seo_title_key, "seoTitleKey"),
        (&new.seo_description_key, "seoDescriptionKey"),
    ] {
        if key.as_ref().is_some_and(|key| !seen.contains(key.as_str())) {
            let fault = ValueFault::new(FaultCode::InvalidValue, "There is no such field");
            refusals.push(fault.at(None, part));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(MetafieldError::Refused(refusals)) }
}
