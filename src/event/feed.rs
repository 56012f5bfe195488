//! Following events within a process: what caches and other projections of one node read.
//!
//! A [`Consumer`](super::Consumer) is handed each event once for all nodes, in a transaction. A [`Feed`] is a node's own:
//! it also hands over what its own transactions just committed while older ones still run, so that a shopper reads what
//! was written; such events may come again after a restart, and handling one twice must do no harm.

use std::collections::BTreeSet;

use entity::event;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::db::Database;
use crate::error::Fault;

/// How many events are read at once.
const BATCH: u64 = 500;

/// How far something that numbers its rows by transactions has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The transaction.
    pub tx_id: i64,
    /// The row.
    pub seq: i64,
}

impl Place {
    /// The condition of the events behind it.
    #[must_use]
    pub fn events_behind(self) -> Condition {
        Condition::any().add(event::Column::TxId.gt(self.tx_id)).add(
            Condition::all().add(event::Column::TxId.eq(self.tx_id)).add(event::Column::Seq.gt(self.seq)),
        )
    }
}

/// A place, and the rows beyond it that were read early.
#[derive(Debug, Default)]
pub struct Tail {
    place: Place,
    early: BTreeSet<Place>,
}

impl Tail {
    /// Behind this place.
    #[must_use]
    pub fn new(place: Place) -> Self {
        Self { place, early: BTreeSet::new() }
    }

    /// Behind which everything was read.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// Notes rows that were read, in their order: those of transactions before the horizon move the place, later ones are
    /// remembered. Returns which of them are new.
    pub fn take(&mut self, rows: impl IntoIterator<Item = Place>, horizon: i64) -> Vec<bool> {
        let mut fresh = Vec::new();
        for row in rows {
            let is_settled = row.tx_id < horizon;
            let is_new = if is_settled { !self.early.remove(&row) } else { self.early.insert(row) };
            if is_settled {
                self.place = self.place.max(row);
            }
            fresh.push(is_new);
        }
        let behind = self.place;
        self.early.retain(|row| *row > behind);
        fresh
    }
}

/// The SQL expression of the oldest transaction that still runs: rows of older ones are all there.
#[must_use]
pub fn horizon(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        _ => "9223372036854775807",
    }
}

/// The events as one node reads them.
#[derive(Debug)]
pub struct Feed(Mutex<Tail>);

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    event: event::Model,
    horizon: i64,
}

impl Feed {
    /// A feed behind this place.
    #[must_use]
    pub fn new(place: Place) -> Self {
        Self(Mutex::new(Tail::new(place)))
    }

    /// A feed behind everything that is there: for caches, which begin empty.
    ///
    /// # Errors
    /// The database's own.
    pub async fn at_end(db: &Database) -> Result<Self, Fault> {
        let last: Option<(i64, i64)> = event::Entity::find()
            .select_only()
            .column(event::Column::TxId)
            .column(event::Column::Seq)
            .filter(Expr::col(event::Column::TxId).lt(Expr::cust(horizon(db.backend()))))
            .order_by_desc(event::Column::TxId)
            .order_by_desc(event::Column::Seq)
            .into_tuple()
            .one(db.writer())
            .await?;
        Ok(Self::new(last.map_or(Place::default(), |(tx_id, seq)| Place { tx_id, seq })))
    }

    /// Behind which everything was handed over.
    pub async fn place(&self) -> Place {
        self.0.lock().await.place()
    }

    /// The next events that were not handed over yet, in their order; none when there is nothing new. One statement.
    ///
    /// # Errors
    /// The database's own; the place stays where it was.
    pub async fn next(&self, db: &Database) -> Result<Vec<event::Model>, Fault> {
        let mut tail = self.0.lock().await;
        loop {
            let before = tail.place();
            let rows: Vec<Row> = event::Entity::find()
                .expr_as(Expr::cust(horizon(db.backend())), "horizon")
                .filter(before.events_behind())
                .order_by_asc(event::Column::TxId)
                .order_by_asc(event::Column::Seq)
                .limit(BATCH)
                .into_model()
                .all(db.fresh())
                .await?;
            let horizon = rows.first().map_or(0, |row| row.horizon);
            let is_full = rows.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
            let places = rows.iter().map(|row| Place { tx_id: row.event.tx_id, seq: row.event.seq });
            let fresh = tail.take(places.collect::<Vec<_>>(), horizon);
            let events: Vec<event::Model> =
                rows.into_iter().zip(fresh).filter(|(_, fresh)| *fresh).map(|(row, _)| row.event).collect();
            // A full batch of what is known already hides what is behind it.
            if !events.is_empty() || !is_full || tail.place() == before {
                return Ok(events);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tx_id: i64, seq: i64) -> Place {
        Place { tx_id, seq }
    }

    #[test]
    fn rows_of_running_transactions_are_read_early_and_once() {
        let mut tail = Tail::new(at(3, 1));
        assert_eq!(tail.take([at(4, 2), at(6, 5)], 5), [true, true]);
        assert_eq!(tail.place(), at(4, 2));
        // Transaction 5 committed late, with a smaller number than was read already.
        assert_eq!(tail.take([at(5, 3), at(6, 5)], 5), [true, false]);
        assert_eq!(tail.take([at(5, 3), at(6, 5), at(6, 7)], 9), [false, false, true]);
        assert_eq!(tail.place(), at(6, 7));
        assert!(tail.early.is_empty());
    }
}
