//! Reading translations and languages.

use std::collections::HashMap;

use entity::translation::ResourceType;
use entity::{shop_locale, translation};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::cache::TextKey;
use crate::error::Fault;

/// The codes of the languages that are published, in alphabetical order, besides the shop's own.
///
/// # Errors
/// The database's own.
pub(super) async fn published_locales<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, Fault> {
    let rows = shop_locale::Entity::find()
        .select_only()
        .column(shop_locale::Column::Locale)
        .filter(shop_locale::Column::Published.eq(true))
        .order_by_asc(shop_locale::Column::Locale);
    Ok(rows.into_tuple().all(db).await?)
}

/// The translated texts of things, each in the language asked for; things without any are left out. One statement.
///
/// # Errors
/// The database's own.
pub async fn translations_by_resources<C: ConnectionTrait>(
    db: &C,
    keys: &[TextKey],
) -> Result<HashMap<TextKey, HashMap<String, String>>, Fault> {
    let mut groups: HashMap<(ResourceType, &'static str), Vec<i64>> = HashMap::new();
    for (resource, id, locale) in keys {
        groups.entry((*resource, locale)).or_default().push(*id);
    }
    let locales: HashMap<&str, &'static str> = keys.iter().map(|(_, _, locale)| (*locale, *locale)).collect();
    let wanted = groups.into_iter().fold(Condition::any(), |any, ((resource, locale), ids)| {
        any.add(
            Condition::all()
                .add(translation::Column::ResourceType.eq(resource))
                .add(translation::Column::Locale.eq(locale))
                .add(translation::Column::ResourceId.is_in(ids)),
        )
    });
    let mut found: HashMap<TextKey, HashMap<String, String>> = HashMap::new();
    for row in translation::Entity::find().filter(wanted).all(db).await? {
        if let Some(locale) = locales.get(row.locale.as_str()) {
            found.entry((row.resource_type, row.resource_id, locale)).or_default().insert(row.key, row.value);
        }
    }
    Ok(found)
}
