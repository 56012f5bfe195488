//! Handing events to consumers.

use std::pin::Pin;

use entity::{event, event_consumer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::clock::Clock;
use crate::db::{Database, Tx};
use crate::error::Fault;

/// How many events a consumer is handed at once.
const BATCH: u64 = 200;

/// A projection or a relay that follows the events.
pub struct Consumer {
    /// Its name, under which its place is kept. A new name starts from the first event.
    pub name: &'static str,
    /// What it does with some events, in the transaction that moves its place.
    pub handle: for<'a> fn(&'a Tx, &'a [event::Model]) -> Handling<'a>,
}

/// A consumer at work.
pub type Handling<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// Hands the next events to a consumer and moves its place, in one transaction. Returns how many there were.
///
/// Events of transactions that are still running on PostgreSQL, and those behind them, wait: a number drawn earlier may
/// become visible later, and would be passed over otherwise.
///
/// # Errors
/// The consumer's and the database's own; the place stays where it was.
pub async fn dispatch(db: &Database, clock: &Clock, consumer: &Consumer) -> Result<usize, Fault> {
    db.retry(|| async {
        let tx = db.begin().await?;
        let place = event_consumer::Entity::find_by_id(consumer.name);
        let place = match db.backend() {
            DbBackend::Postgres => place.lock_exclusive().one(&tx).await?,
            DbBackend::Sqlite | DbBackend::MySql | _ => place.one(&tx).await?,
        };
        let (tx_id, seq) = place.as_ref().map_or((0, 0), |place| (place.tx_id, place.seq));
        let mut query = event::Entity::find().filter(
            Condition::any()
                .add(event::Column::TxId.gt(tx_id))
                .add(Condition::all().add(event::Column::TxId.eq(tx_id)).add(event::Column::Seq.gt(seq))),
        );
        if db.backend() == DbBackend::Postgres {
            query = query.filter(
                Expr::col(event::Column::TxId)
                    .lt(Expr::cust("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")),
            );
        }
        let events = query
            .order_by_asc(event::Column::TxId)
            .order_by_asc(event::Column::Seq)
            .limit(BATCH)
            .all(&tx)
            .await?;
        let Some(last) = events.last() else {
            return Ok(0);
        };
        (consumer.handle)(&tx, &events).await?;
        let moved = event_consumer::ActiveModel {
            name: Set(consumer.name.to_owned()),
            tx_id: Set(last.tx_id),
            seq: Set(last.seq),
            updated_at: Set(clock.now()),
        };
        let statement = event_consumer::Entity::insert(moved);
        let statement = if place.is_some() {
            statement.on_conflict(
                sea_orm::sea_query::OnConflict::column(event_consumer::Column::Name)
                    .update_columns([
                        event_consumer::Column::TxId,
                        event_consumer::Column::Seq,
                        event_consumer::Column::UpdatedAt,
                    ])
                    .to_owned(),
            )
        } else {
            statement
        };
        statement.exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(events.len())
    })
    .await
}
