//! Pages of many lists by one statement: a limited subselect for each list, put together with UNION ALL.

use std::collections::HashMap;

use sea_orm::sea_query::{Asterisk, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// How many subselects one statement holds. SQLite takes 500, and 32,766 values in all.
const MAX_SUBSELECTS: usize = 100;
/// The column that tells which subselect a row came from.
pub(super) const SUBSELECT: &str = "subselect";

/// Reads the pages of lists, in the order of the lists. `subselect` gives a list's statement, with its number as the
/// column [`SUBSELECT`]; `read` makes an item and its place of a row.
pub(super) async fn pages<C, L, T>(
    db: &C,
    lists: &[L],
    page_of: impl Fn(&L) -> &PageRequest,
    subselect: impl Fn(&L, i64) -> SelectStatement,
    read: impl Fn(&L, &QueryResult) -> Result<(Cursor, T), DbErr>,
) -> Result<Vec<Page<T>>, Fault>
where
    C: ConnectionTrait,
{
    let mut pages = Vec::with_capacity(lists.len());
    for lists in lists.chunks(MAX_SUBSELECTS) {
        // Wrapped once more: SQLite takes no ORDER BY and LIMIT directly in a part of a UNION.
        let mut subselects = (0..).zip(lists).map(|(number, list)| {
            Query::select().column(Asterisk).from_subquery(subselect(list, number), "part").take()
        });
        let Some(mut statement) = subselects.next() else {
            continue;
        };
        statement.unions(subselects.map(|subselect| (UnionType::All, subselect)));
        let mut found: HashMap<i64, Vec<(Cursor, T)>> = HashMap::with_capacity(lists.len());
        for row in db.query_all(&statement).await? {
            let number: i64 = row.try_get("", SUBSELECT)?;
            if let Some(list) = usize::try_from(number).ok().and_then(|number| lists.get(number)) {
                found.entry(number).or_default().push(read(list, &row)?);
            }
        }
        for (number, list) in (0..).zip(lists) {
            pages.push(in_order(page_of(list), found.remove(&number).unwrap_or_default()));
        }
    }
    Ok(pages)
}

/// The rows come back in no promised order, so they are put in the order in which the subselect read them.
fn in_order<T>(page: &PageRequest, mut rows: Vec<(Cursor, T)>) -> Page<T> {
    rows.sort_by(|(a, _), (b, _)| if page.reverse == page.from_end { a.cmp(b) } else { b.cmp(a) });
    page.page_of(rows, |(cursor, _)| cursor.clone()).map(|(_, item)| item)
}
