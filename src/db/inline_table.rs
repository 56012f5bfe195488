//! Values in the place of a table, for statements that write many rows at once.

use sea_orm::{DbBackend, Value};

/// A column of an inline table: its name and its SQL type.
pub type InlineColumn = (&'static str, &'static str);

/// The text of an inline table, to stand behind FROM or JOIN, and its values behind those that the statement already has.
///
/// On PostgreSQL it is a VALUES list and nothing else: a union of selects is read wrongly when an UPDATE that joins it
/// has waited for another transaction.
#[must_use]
pub fn inline_table(
    backend: DbBackend,
    alias: &str,
    columns: &[InlineColumn],
    rows: impl IntoIterator<Item = Vec<Value>>,
    values: &mut Vec<Value>,
) -> String {
    let mut texts = Vec::new();
    for row in rows {
        let mut cells = Vec::with_capacity(columns.len());
        for ((name, kind), value) in columns.iter().zip(row) {
            values.push(value);
            let cell = format!("CAST(${} AS {kind})", values.len());
            cells.push(match backend {
                DbBackend::Postgres => cell,
                _ => format!("{cell} AS {name}"),
            });
        }
        texts.push(cells.join(", "));
    }
    match backend {
        DbBackend::Postgres => {
            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            format!("(VALUES ({})) AS {alias} ({})", texts.join("), ("), names.join(", "))
        }
        _ => format!("(SELECT {}) AS {alias}", texts.join(" UNION ALL SELECT ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_behind_those_that_are_there() {
        let columns = [("id", "bigint"), ("n", "bigint")];
        let rows =
            || [vec![Value::from(1_i64), Value::from(2_i64)], vec![Value::from(3_i64), Value::from(4_i64)]];
        let mut values = vec![Value::from("first")];
        assert_eq!(
            inline_table(DbBackend::Postgres, "m", &columns, rows(), &mut values),
            "(VALUES (CAST($2 AS bigint), CAST($3 AS bigint)), (CAST($4 AS bigint), CAST($5 AS bigint))) AS m (id, n)"
        );
        assert_eq!(values.len(), 5);
        assert_eq!(
            inline_table(DbBackend::Sqlite, "m", &columns, rows(), &mut Vec::new()),
            "(SELECT CAST($1 AS bigint) AS id, CAST($2 AS bigint) AS n UNION ALL SELECT CAST($3 AS bigint) AS id, \
             CAST($4 AS bigint) AS n) AS m"
        );
    }
}
