//! What the shop calls its metafields.

use std::collections::HashMap;

use entity::metafield::OwnerType;
use entity::metafield_definition;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

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
    use metafield_definition::Column;
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted = keys.iter().fold(Condition::any(), |any, (owner, namespace, key)| {
        let this = Column::OwnerType.eq(*owner).and(Column::Namespace.eq(namespace)).and(Column::Key.eq(key));
        any.add(this)
    });
    let rows = metafield_definition::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| ((row.owner_type, row.namespace, row.key), row.name)).collect())
}
