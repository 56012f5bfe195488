//! Which pictures shoppers may see by their key: those of products, collections and articles that they
//! reach, and those of the brand.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::error::Fault;

/// The pictures among these that a product that shoppers reach, one of its variants, a published collection or article, or
/// the brand shows: one statement.
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
         UNION SELECT ov.swatch_media_id FROM option_value ov JOIN product_option po ON po.id = ov.option_id \
           JOIN product p ON p.id = po.product_id WHERE ov.swatch_media_id IN ({ids}) AND {reached} \
         UNION SELECT c.media_id FROM collection c WHERE c.media_id IN ({ids}) AND c.published_at <= $1 \
         UNION SELECT a.media_id FROM article a WHERE a.media_id IN ({ids}) AND a.published_at <= $1 \
         UNION SELECT m.id FROM brand b \
           JOIN media m ON m.id IN (b.logo_media_id, b.square_logo_media_id, b.cover_media_id) WHERE m.id IN ({ids})"
    );
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
