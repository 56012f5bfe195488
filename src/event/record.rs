//! Writing events.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::db::{Tx, inline_table};

/// Events written by one statement at most; further ones go into further statements.
const EVENTS_PER_STATEMENT: usize = 100;

/// Something that happened to a thing.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The thing's key.
    pub entity_id: i64,
    /// What a consumer needs to know besides: keys and numbers, never personal data.
    pub payload: serde_json::Value,
}

/// Records what happened to one thing, of which a consumer needs to know nothing besides.
///
/// # Errors
/// The database's own.
pub async fn record_one(
    tx: &Tx,
    now: DateTime<Utc>,
    entity: &'static str,
    kind: &'static str,
    entity_id: impl Into<i64>,
) -> Result<(), DbErr> {
    let event = NewEvent { entity_id: entity_id.into(), payload: serde_json::json!({}) };
    record(tx, now, entity, kind, vec![event]).await
}

/// The same for several things, which must differ.
///
/// # Errors
/// The database's own.
pub async fn record_each(
    tx: &Tx,
    now: DateTime<Utc>,
    entity: &'static str,
    kind: &'static str,
    ids: impl IntoIterator<Item = impl Into<i64>>,
) -> Result<(), DbErr> {
    let event = |id: i64| NewEvent { entity_id: id, payload: serde_json::json!({}) };
    record(tx, now, entity, kind, ids.into_iter().map(|id| event(id.into())).collect()).await
}

/// Records what happened to one thing at once, in this order, in one statement: kinds with what a consumer needs to know
/// besides.
///
/// The row of the thing should be locked by the transaction, so that the sequence numbers follow on.
///
/// # Errors
/// The database's own.
pub async fn record_in_turn(
    tx: &Tx,
    now: DateTime<Utc>,
    entity: &'static str,
    entity_id: impl Into<i64>,
    events: &[(&'static str, serde_json::Value)],
) -> Result<(), DbErr> {
    tx.note_events();
    let backend = tx.get_database_backend();
    let json = json_type(backend);
    let entity_id: i64 = entity_id.into();
    let mut values: Vec<Value> = vec![entity.into(), entity_id.into(), now.into()];
    let row = |((kind, payload), place): (&(&'static str, serde_json::Value), i64)| {
        vec![place.into(), (*kind).into(), payload.to_string().into()]
    };
    let columns = [("place", "bigint"), ("kind", "text"), ("payload", json)];
    let new = inline_table(backend, "new", &columns, events.iter().zip(1..).map(row), &mut values);
    let sql = format!(
        "INSERT INTO event (entity, entity_id, entity_seq, kind, payload, created_at) \
         SELECT $1, $2, \
                new.place + COALESCE((SELECT MAX(entity_seq) FROM event WHERE entity = $1 AND entity_id = $2), 0), \
                new.kind, new.payload, $3 \
         FROM {new} ORDER BY new.place"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// Records that the same kind of thing happened to one or more things, which must differ.
///
/// The rows of the things should be locked by the transaction, so that their sequence numbers follow on.
///
/// # Errors
/// The database's own.
pub async fn record(
    tx: &Tx,
    now: DateTime<Utc>,
    entity: &'static str,
    kind: &'static str,
    events: Vec<NewEvent>,
) -> Result<(), DbErr> {
    tx.note_events();
    let backend = tx.get_database_backend();
    let json = json_type(backend);
    for chunk in events.chunks(EVENTS_PER_STATEMENT) {
        let mut values: Vec<Value> = vec![entity.into(), kind.into(), now.into()];
        let rows = chunk.iter().map(|event| vec![event.entity_id.into(), event.payload.to_string().into()]);
        let new = inline_table(backend, "new", &[("id", "bigint"), ("payload", json)], rows, &mut values);
        let sql = format!(
            "INSERT INTO event (entity, entity_id, entity_seq, kind, payload, created_at) \
             SELECT $1, new.id, \
                    1 + COALESCE((SELECT MAX(entity_seq) FROM event WHERE entity = $1 AND entity_id = new.id), 0), \
                    $2, new.payload, $3 \
             FROM {new}"
        );
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

fn json_type(backend: DbBackend) -> &'static str {
    if backend == DbBackend::Postgres { "jsonb" } else { "text" }
}
