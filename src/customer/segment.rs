//! Segments: groups of customers that prices and discounts can be for.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use entity::id::{CustomerId, SegmentId};
use entity::{customer, segment, segment_member};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, RelationDef, SqlErr,
};

use super::segment_error::{SegmentError, SegmentErrorCode};
use super::session::live_sessions;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Fault, check_name, violates};
use crate::event::record_one;
use crate::secret;

/// Segments of a shop at most.
const MAX_SEGMENTS: u64 = 1_000;
/// Customers that are added or removed at once at most.
const MAX_MEMBERS: usize = 5_000;
/// Rows of one statement.
const ROWS_PER_STATEMENT: usize = 1_000;

/// The segments that a customer is in. One statement.
///
/// # Errors
/// The database's own.
pub async fn segments_of<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<BTreeSet<SegmentId>, Fault> {
    let found: Vec<SegmentId> = segment_member::Entity::find()
        .select_only()
        .column(segment_member::Column::SegmentId)
        .filter(segment_member::Column::CustomerId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// The segments of who is signed in with this access token; none where nobody is. One statement.
///
/// # Errors
/// The database's own.
pub async fn segments_of_token<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    token: &str,
) -> Result<BTreeSet<SegmentId>, Fault> {
    let members: RelationDef = customer::Entity::belongs_to(segment_member::Entity)
        .from(customer::Column::Id)
        .to(segment_member::Column::CustomerId)
        .into();
    let by_hash = entity::customer_access_token::Column::TokenHash.eq(secret::hash_token(token));
    let found: Vec<SegmentId> = live_sessions(now)
        .filter(by_hash)
        .join(JoinType::InnerJoin, members)
        .select_only()
        .column(segment_member::Column::SegmentId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Makes a segment without members.
///
/// # Errors
/// [`SegmentError`] for a name that is empty, too long, not in its form or taken.
pub async fn create_segment(app: &App, actor: &Actor, name: &str) -> Result<SegmentId, SegmentError> {
    SegmentError::check_scope(actor)?;
    let name = checked(name)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            if segment::Entity::find().count(&tx).await? >= MAX_SEGMENTS {
                let message = format!("A shop has at most {MAX_SEGMENTS} segments");
                return Err(SegmentError::refused(SegmentErrorCode::TooMany, "name", message));
            }
            let row = segment::ActiveModel {
                id: NotSet,
                name: Set(name.to_owned()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let saved = row.insert(&tx).await.map_err(taken_or_fault)?;
            record_one(&tx, now, "segment", "segment.created", saved.id).await?;
            tx.commit().await?;
            Ok(saved.id)
        })
        .await
}

/// Gives a segment another name.
///
/// # Errors
/// [`SegmentError`] for an unknown segment, and a name that is empty, too long, not in its form or taken.
pub async fn rename_segment(app: &App, actor: &Actor, id: SegmentId, name: &str) -> Result<(), SegmentError> {
    SegmentError::check_scope(actor)?;
    let name = checked(name)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, id).await?;
            let row = segment::ActiveModel {
                id: Set(id),
                name: Set(name.to_owned()),
                created_at: NotSet,
                updated_at: Set(now),
            };
            row.update(&tx).await.map_err(taken_or_fault)?;
            record_one(&tx, now, "segment", "segment.updated", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Deletes a segment; its members stay customers.
///
/// # Errors
/// [`SegmentError`] for an unknown segment, and one that a price list or a discount is for.
pub async fn delete_segment(app: &App, actor: &Actor, id: SegmentId) -> Result<(), SegmentError> {
    SegmentError::check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, id).await?;
            // Who uses a segment refers to it with a foreign key that does not cascade.
            segment::Entity::delete_by_id(id).exec(&tx).await.map_err(used_or_fault)?;
            record_one(&tx, now, "segment", "segment.deleted", id).await?;
            tx.commit().await.map_err(used_or_fault)?;
            Ok(())
        })
        .await
}

/// Adds customers to a segment; those that are in it stay.
///
/// # Errors
/// [`SegmentError`] for an unknown segment, unknown customers, none and too many at once.
pub async fn add_to_segment(
    app: &App,
    actor: &Actor,
    id: SegmentId,
    customers: &[CustomerId],
) -> Result<(), SegmentError> {
    SegmentError::check_scope(actor)?;
    check_count(customers)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, id).await?;
            check_customers_in(&tx, customers).await?;
            for customers in customers.chunks(ROWS_PER_STATEMENT) {
                let rows = customers.iter().collect::<BTreeSet<_>>().into_iter().map(|customer| {
                    segment_member::ActiveModel { segment_id: Set(id), customer_id: Set(*customer) }
                });
                let again = OnConflict::columns([
                    segment_member::Column::SegmentId,
                    segment_member::Column::CustomerId,
                ])
                .do_nothing()
                .to_owned();
                segment_member::Entity::insert_many(rows)
                    .on_conflict(again)
                    .exec_without_returning(&tx)
                    .await?;
            }
            record_one(&tx, now, "segment", "segment.members_changed", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Removes customers from a segment; those that are not in it stay outside.
///
/// # Errors
/// [`SegmentError`] for an unknown segment, none and too many at once.
pub async fn remove_from_segment(
    app: &App,
    actor: &Actor,
    id: SegmentId,
    customers: &[CustomerId],
) -> Result<(), SegmentError> {
    SegmentError::check_scope(actor)?;
    check_count(customers)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, id).await?;
            for customers in customers.chunks(ROWS_PER_STATEMENT) {
                segment_member::Entity::delete_many()
                    .filter(segment_member::Column::SegmentId.eq(id))
                    .filter(segment_member::Column::CustomerId.is_in(customers.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
            record_one(&tx, now, "segment", "segment.members_changed", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

fn checked(name: &str) -> Result<&str, SegmentError> {
    let name = name.trim();
    check_name(SegmentErrorCode::Invalid, "name", name)?;
    Ok(name)
}

fn check_count(customers: &[CustomerId]) -> Result<(), SegmentError> {
    if (1..=MAX_MEMBERS).contains(&customers.len()) {
        return Ok(());
    }
    let message = format!("From 1 to {MAX_MEMBERS} customers can be given at once");
    Err(SegmentError::refused(SegmentErrorCode::TooMany, "customers", message))
}

/// Locks a segment, which must be there.
async fn lock_in(tx: &Tx, id: SegmentId) -> Result<(), SegmentError> {
    let found = segment::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    let unknown =
        || SegmentError::refused(SegmentErrorCode::UnknownSegment, "segment", "The segment does not exist");
    found.map(|_| ()).ok_or_else(unknown)
}

async fn check_customers_in(tx: &Tx, customers: &[CustomerId]) -> Result<(), SegmentError> {
    let mut found: HashSet<CustomerId> = HashSet::with_capacity(customers.len());
    for ids in customers.chunks(ROWS_PER_STATEMENT) {
        let known: Vec<CustomerId> = customer::Entity::find()
            .select_only()
            .column(customer::Column::Id)
            .filter(customer::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(known);
    }
    match customers.iter().find(|id| !found.contains(*id)) {
        Some(unknown) => {
            let message = format!("Customer {unknown} does not exist");
            Err(SegmentError::refused(SegmentErrorCode::UnknownCustomer, "customers", message))
        }
        None => Ok(()),
    }
}

fn taken_or_fault(error: sea_orm::DbErr) -> SegmentError {
    if violates(&error, "segment_name_unique", "segment.name") {
        let message = "Another segment has this name";
        return SegmentError::refused(SegmentErrorCode::Taken, "name", message);
    }
    error.into()
}

fn used_or_fault(error: sea_orm::DbErr) -> SegmentError {
    match error.sql_err() {
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
            let message = "A price list or a discount is for this segment";
            SegmentError::refused(SegmentErrorCode::InUse, "segment", message)
        }
        _ => error.into(),
    }
}
