//! Which pictures shoppers may see by their key: those of products and collections that they reach.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::error::Fault;

/// The pictures among these that a product that shoppers reach, one of its variants or a published collection shows: one
/// statement.
///
/// # Errors
/// The database's own.
pub async fn shown_media<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    ids: &[MediaId],
) -> Result<HashSet<MediaId>, Fault> {
    let mut values: Vec<Value> = vec![now.into()];
    values.extend(ids.iter().map(|id| Value::from(id.0)));
    let places: Vec<String> = (2..=values.len()).map(|place| format!("${place}")).collect();
    let ids = places.join(", ");
    let reached = "p.status IN ('active', 'unlisted') AND p.published_at <= $1";
    let sql = format!(
        "SELECT pm.media_id AS id FROM product_media pm JOIN product p ON p.id = pm.product_id \
           WHERE pm.media_id IN ({ids}) AND {reached} \
         UNION SELECT v.media_id FROM variant v JOIN product p ON p.id = v.product_id \
           WHERE v.media_id IN ({ids}) AND v.deleted_at IS NULL AND {reached} \
         UNION SELECT c.media_id FROM collection c WHERE c.media_id IN ({ids}) AND c.published_at <= $1"
    );
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
