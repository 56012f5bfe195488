//! The colours and pictures of option values, by their words: filters show them for values of many products at once.

use std::collections::HashMap;

use entity::id::MediaId;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::db::inline_table;
use crate::error::Fault;

/// Values that one statement looks for: SQLite puts at most 500 selects together.
const VALUES_PER_STATEMENT: usize = 250;

/// How an option's value looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionSwatch {
    /// As `#RRGGBB`.
    pub color: Option<String>,
    /// A picture of it.
    pub picture: Option<MediaId>,
}

/// The swatches of option values by name and value; of several products with such a value, the oldest's. Values without
/// one are left out.
///
/// # Errors
/// The database's own.
pub async fn swatches_by_values<C: ConnectionTrait>(
    db: &C,
    wanted: &[(String, String)],
) -> Result<HashMap<(String, String), OptionSwatch>, Fault> {
    let backend = db.get_database_backend();
    let mut found = HashMap::new();
    for wanted in wanted.chunks(VALUES_PER_STATEMENT) {
        let mut values: Vec<Value> = Vec::with_capacity(wanted.len() * 2);
        let rows = wanted.iter().map(|(option, value)| vec![option.as_str().into(), value.as_str().into()]);
        let columns = [("option_name", "text"), ("value_name", "text")];
        let wanted = inline_table(backend, "m", &columns, rows, &mut values);
        let sql = format!(
            "SELECT m.option_name, m.value_name, shown.swatch_color, shown.swatch_media_id \
             FROM {wanted} JOIN option_value shown ON shown.id = ( \
               SELECT v.id FROM option_value v JOIN product_option o ON o.id = v.option_id \
               WHERE v.name = m.value_name AND o.name = m.option_name \
                 AND (v.swatch_color IS NOT NULL OR v.swatch_media_id IS NOT NULL) \
               ORDER BY v.id LIMIT 1)"
        );
        for row in db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await? {
            let option = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let swatch = OptionSwatch { color: row.try_get_by_index(2)?, picture: row.try_get_by_index(3)? };
            found.insert(option, swatch);
        }
    }
    Ok(found)
}
