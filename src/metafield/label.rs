//! What the shop calls its metafields.

use std::collections::HashMap;

use entity::metafield::OwnerType;
use sea_orm::ConnectionTrait;

use super::queries::definitions_by_keys;
use crate::error::Fault;

/// A kind of owner, a namespace and a key.
pub type DefinitionKey = (OwnerType, String, String);

/// The names of definitions by what they define. No statement where none is asked for.
///
/// # Errors
/// The database's own.
pub async fn definition_names<C: ConnectionTrait>(
    db: &C,
    keys: &[DefinitionKey],
) -> Result<HashMap<DefinitionKey, String>, Fault> {
    let found = definitions_by_keys(db, keys).await?;
    Ok(found.into_iter().map(|(key, definition)| (key, definition.name)).collect())
}
