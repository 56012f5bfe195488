//! Which media shoppers may see by their key: those of products, collections and articles that they reach, those of the
//! brand, and those that values which they read name.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::error::Fault;
use crate::metafield::{RefKind, Reference};
use crate::secret;

/// The names under which a value can name a medium.
const FILE_TYPES: [&str; 4] = ["MediaImage", "GenericFile", "Video", "Model3d"];
/// A product `p` that shoppers reach at the moment `$1`.
const REACHED: &str = "p.status IN ('active', 'unlisted') AND p.published_at <= $1";

/// The media among these that a product that shoppers reach, one of its variants, a published collection or article, the
/// brand, or a metafield or metaobject that shoppers read shows: one statement. Lists of files are looked through one by
/// one, all others are found by indexes.
///
/// # Errors
/// The database's own.
pub async fn shown_media<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    ids: &[MediaId],
) -> Result<HashSet<MediaId>, Fault> {
    let backend = db.get_database_backend();
    let gids: Vec<String> =
        ids.iter().flat_map(|id| FILE_TYPES.map(|kind| format!("gid://shopify/{kind}/{id}"))).collect();
    let mut values: Vec<Value> = vec![now.into()];
    let keys = places(&mut values, ids.iter().map(|id| Value::from(id.0)));
    let digests = places(&mut values, gids.iter().map(|gid| secret::hex_digest(gid.as_bytes()).into()));
    let named = places(&mut values, gids.iter().map(|gid| gid.as_str().into()));
    let sql =
        format!("{} UNION {}", shown_directly(&keys), shown_by_values(backend, &keys, &digests, &named));
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let mut shown = HashSet::with_capacity(rows.len());
    for row in rows {
        let gid: Option<String> = row.try_get("", "gid")?;
        let named = gid.and_then(|gid| Reference::parse(RefKind::File, &gid));
        shown.extend(named.map(|(named, _)| MediaId(named.id)));
        shown.extend(row.try_get::<Option<MediaId>>("", "id")?);
    }
    Ok(shown)
}

/// Adds values to those of a statement and answers with their places, to stand behind IN.
fn places(values: &mut Vec<Value>, more: impl IntoIterator<Item = Value>) -> String {
    let first = values.len() + 1;
    values.extend(more);
    (first..=values.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The media with these keys that a row names in a column of its own.
fn shown_directly(keys: &str) -> String {
    format!(
        "SELECT pm.media_id AS id, CAST(NULL AS TEXT) AS gid FROM product_media pm \
           JOIN product p ON p.id = pm.product_id WHERE pm.media_id IN ({keys}) AND {REACHED} \
         UNION SELECT v.media_id, NULL FROM variant v JOIN product p ON p.id = v.product_id \
           WHERE v.media_id IN ({keys}) AND v.deleted_at IS NULL AND {REACHED} \
         UNION SELECT ov.swatch_media_id, NULL FROM option_value ov JOIN product_option po ON po.id = ov.option_id \
           JOIN product p ON p.id = po.product_id WHERE ov.swatch_media_id IN ({keys}) AND {REACHED} \
         UNION SELECT c.media_id, NULL FROM collection c WHERE c.media_id IN ({keys}) AND c.published_at <= $1 \
         UNION SELECT a.media_id, NULL FROM article a WHERE a.media_id IN ({keys}) AND a.published_at <= $1 \
         UNION SELECT m.id, NULL FROM brand b \
           JOIN media m ON m.id IN (b.logo_media_id, b.square_logo_media_id, b.cover_media_id) WHERE m.id IN ({keys})"
    )
}

/// The media with these keys, digests of their names or names that values which shoppers read name: those of metafields
/// of owners that they reach, and those of metaobjects.
fn shown_by_values(backend: DbBackend, keys: &str, digests: &str, named: &str) -> String {
    let (items, parts, part) = match backend {
        DbBackend::Postgres => (
            "CROSS JOIN LATERAL json_array_elements_text(CASE f.type WHEN 'list.file_reference' \
               THEN CAST(f.value_text AS json) ELSE '[]' END) AS item (value)",
            "jsonb_array_elements(d.fields) AS part (value)",
            "part.value ->> 'key'",
        ),
        _ => (
            "JOIN json_each(CASE f.type WHEN 'list.file_reference' THEN f.value_text ELSE '[]' END) AS item",
            "json_each(d.fields) AS part",
            "json_extract(part.value, '$.key')",
        ),
    };
    let metafields = "FROM metafield_definition d JOIN metafield f \
        ON f.owner_type = d.owner_type AND f.namespace = d.namespace AND f.key = d.key";
    let readable = format!("d.storefront_access = 'public_read' AND {}", owner_is_reached());
    let metaobjects = "FROM metaobject_definition d JOIN metaobject o ON o.definition_id = d.id \
        JOIN metaobject_field f ON f.metaobject_id = o.id";
    // A value whose field the kind no longer has is read by nobody.
    let told = format!(
        "d.storefront_access = 'public_read' AND o.status = 'active' \
         AND CAST(d.fields AS TEXT) LIKE '%file_reference%' \
         AND EXISTS (SELECT 1 FROM {parts} WHERE {part} = f.key)"
    );
    format!(
        "SELECT f.ref_id, NULL {metafields} \
           WHERE d.type = 'file_reference' AND f.digest IN ({digests}) AND {readable} \
         UNION SELECT NULL, item.value {metafields} {items} \
           WHERE d.type = 'list.file_reference' AND item.value IN ({named}) AND {readable} \
         UNION SELECT f.ref_id, NULL {metaobjects} \
           WHERE f.type = 'file_reference' AND f.ref_id IN ({keys}) AND {told} \
         UNION SELECT NULL, item.value {metaobjects} {items} \
           WHERE f.type = 'list.file_reference' AND item.value IN ({named}) AND {told}"
    )
}

/// Whether shoppers reach the owner of the metafield `f`.
fn owner_is_reached() -> String {
    format!(
        "CASE f.owner_type \
           WHEN 'product' THEN EXISTS (SELECT 1 FROM product p WHERE p.id = f.owner_id AND {REACHED}) \
           WHEN 'variant' THEN EXISTS (SELECT 1 FROM variant v JOIN product p ON p.id = v.product_id \
             WHERE v.id = f.owner_id AND v.deleted_at IS NULL AND {REACHED}) \
           WHEN 'collection' THEN EXISTS (SELECT 1 FROM collection t WHERE t.id = f.owner_id AND t.published_at <= $1) \
           WHEN 'page' THEN EXISTS (SELECT 1 FROM page t WHERE t.id = f.owner_id AND t.published_at <= $1) \
           WHEN 'article' THEN EXISTS (SELECT 1 FROM article t WHERE t.id = f.owner_id AND t.published_at <= $1) \
           WHEN 'blog' THEN EXISTS (SELECT 1 FROM blog t WHERE t.id = f.owner_id) \
           WHEN 'market' THEN EXISTS (SELECT 1 FROM market t WHERE t.id = f.owner_id AND t.status = 'active') \
           WHEN 'shop' THEN TRUE ELSE FALSE END"
    )
}
