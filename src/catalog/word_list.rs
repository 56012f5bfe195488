//! The types and tags that listed products have. Read by stepping through an index from word to word, so that the cost
//! grows with the words that are shown and not with the products.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement};

use crate::error::Fault;
use crate::page::{Page, PageRequest, SortKind, SortValue};

/// The types of listed products, in the order of their letters; the first ones.
///
/// # Errors
/// The database's own.
pub async fn list_product_types<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<String>, Fault> {
    let next = |than: &str| {
        format!(
            "SELECT p.product_type FROM product p \
             WHERE p.product_type > {than} AND p.status = 'active' AND p.published_at <= $1 \
             ORDER BY p.product_type LIMIT 1"
        )
    };
    list_words(db, now, page, &next("''"), &next("found.word"), "found.word").await
}

/// The tags of listed products, in the order of their letters without regard to case; the first ones, as the oldest
/// product writes them.
///
/// # Errors
/// The database's own.
pub async fn list_product_tags<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<String>, Fault> {
    let next = |than: &str| {
        format!(
            "SELECT t.tag_norm FROM product_tag t JOIN product p ON p.id = t.product_id \
             WHERE t.tag_norm > {than} AND p.status = 'active' AND p.published_at <= $1 \
             ORDER BY t.tag_norm, t.product_id LIMIT 1"
        )
    };
    let shown = "(SELECT t.tag FROM product_tag t JOIN product p ON p.id = t.product_id \
        WHERE t.tag_norm = found.word AND p.status = 'active' AND p.published_at <= $1 \
        ORDER BY t.product_id LIMIT 1)";
    list_words(db, now, page, &next("''"), &next("found.word"), shown).await
}

/// Begins with the first word and goes on with the next one as long as there is one and the page is not full.
async fn list_words<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    page: &PageRequest,
    first: &str,
    next: &str,
    shown: &str,
) -> Result<Page<String>, Fault> {
    let most = page.size + 1;
    let sql = format!(
        "WITH RECURSIVE found (place, word) AS ( \
           SELECT CAST(1 AS BIGINT), ({first}) \
           UNION ALL \
           SELECT found.place + 1, ({next}) FROM found WHERE found.word IS NOT NULL AND found.place < {most}) \
         SELECT {shown} FROM found WHERE found.word IS NOT NULL ORDER BY found.place"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [now.into()]);
    let rows = db.query_all_raw(statement).await?;
    let words = rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<Vec<_>, _>>()?;
    Ok(page.page_of(words, |word| SortKind::Text("word").cursor(Some(SortValue::Text(word.clone())), 0)))
}
