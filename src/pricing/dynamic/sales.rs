//! What was sold of variants lately, and how far rules have moved their prices within a day.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{PriceListId, VariantId};
use entity::pricing_run_change as change;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement, Value,
};

use crate::error::Fault;

/// The day over which the largest step is counted.
const DAY: TimeDelta = TimeDelta::hours(24);

/// The units of variants that were ordered over so many days, for each number of days: one statement. Cancelled orders
/// do not count.
///
/// # Errors
/// The database's own.
pub(super) async fn sold_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    windows: &BTreeSet<u16>,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, BTreeMap<u16, i64>>, Fault> {
    let Some(longest) = windows.last() else {
        return Ok(HashMap::new());
    };
    let since = |days: u16| now - TimeDelta::days(i64::from(days));
    let mut values: Vec<Value> = vec![now.into(), since(*longest).into()];
    let mut sums = Vec::with_capacity(windows.len());
    for days in windows {
        values.push(since(*days).into());
        let place = values.len();
        sums.push(format!(
            "CAST(SUM(CASE WHEN o.processed_at >= ${place} THEN l.quantity ELSE 0 END) AS bigint) AS sold_{days}"
        ));
    }
    let first = values.len().saturating_add(1);
    let places: Vec<String> =
        (first..first.saturating_add(ids.len())).map(|place| format!("${place}")).collect();
    values.extend(ids.iter().map(|id| Value::from(id.0)));
    let sql = format!(
        "SELECT l.variant_id, {} FROM order_line l JOIN orders o ON o.id = l.order_id \
         WHERE o.processed_at <= $1 AND o.processed_at >= $2 AND o.cancelled_at IS NULL AND l.variant_id IN ({}) \
         GROUP BY l.variant_id",
        sums.join(", "),
        places.join(", "),
    );
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let mut sold = BTreeMap::new();
        for days in windows {
            sold.insert(*days, row.try_get("", &format!("sold_{days}"))?);
        }
        found.insert(row.try_get("", "variant_id")?, sold);
    }
    Ok(found)
}

/// How far all rules together have moved the prices of variants on a list within a day, by quantity: one statement. What
/// was taken back does not count.
///
/// # Errors
/// The database's own.
pub(super) async fn moved_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    list: PriceListId,
    ids: &[VariantId],
) -> Result<HashMap<(VariantId, i32), i64>, Fault> {
    let stands = Condition::any()
        .add(change::Column::Outcome.is_null())
        .add(change::Column::Outcome.ne(change::PricingChangeOutcome::Reverted));
    let moved = Expr::col(change::Column::AfterMinor).sub(Expr::col(change::Column::BeforeMinor));
    let rows: Vec<(VariantId, i32, i64)> = change::Entity::find()
        .select_only()
        .columns([change::Column::VariantId, change::Column::MinQuantity])
        .expr_as(moved.sum().cast_as("bigint"), "moved")
        .filter(change::Column::VariantId.is_in(ids.iter().copied()))
        .filter(change::Column::PriceListId.eq(list))
        .filter(change::Column::ChangedAt.gt(now - DAY))
        .filter(stands)
        .group_by(change::Column::VariantId)
        .group_by(change::Column::MinQuantity)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(variant, quantity, moved)| ((variant, quantity), moved)).collect())
}
