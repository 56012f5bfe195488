//! Handing events to consumers.

use std::pin::Pin;

use entity::{event, event_consumer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::feed::{Place, horizon};
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
    // Looking first spares an idle node the write lock.
    let place = event_consumer::Entity::find_by_id(consumer.name).one(db.fresh()).await?;
    if behind(db, place.as_ref()).one(db.fresh()).await?.is_none() {
        return Ok(0);
    }
    db.retry(|| async {
        let tx = db.begin().await?;
        let place = event_consumer::Entity::find_by_id(consumer.name);
        let place = match db.backend() {
            DbBackend::Postgres => place.lock_exclusive().one(&tx).await?,
            _ => place.one(&tx).await?,
        };
        let events = behind(db, place.as_ref()).limit(BATCH).all(&tx).await?;
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
        // A second node that also begins with the first event fails here, and begins again behind this one.
        match place {
            Some(_) => {
                event_consumer::Entity::update(moved).exec(&tx).await?;
            }
            None => {
                event_consumer::Entity::insert(moved).exec_without_returning(&tx).await?;
            }
        }
        tx.commit().await?;
        Ok(events.len())
    })
    .await
}

/// The events behind a place, in their order.
fn behind(db: &Database, place: Option<&event_consumer::Model>) -> Select<event::Entity> {
    let place = place.map_or(Place::default(), |place| Place { tx_id: place.tx_id, seq: place.seq });
    let query = event::Entity::find().filter(place.events_behind());
    let query = match db.backend() {
        DbBackend::Postgres => {
            query.filter(Expr::col(event::Column::TxId).lt(Expr::cust(horizon(DbBackend::Postgres))))
        }
        _ => query,
    };
    query.order_by_asc(event::Column::TxId).order_by_asc(event::Column::Seq)
}
