//! Passwords in the database, and what setting one ends.

use chrono::{DateTime, Utc};
use entity::customer::{self, CustomerState};
use entity::customer_credential;
use entity::id::CustomerId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, QuerySelect};

use super::{one_time, session};
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};

/// The customer with this key, locked until the transaction ends.
pub(super) async fn lock(tx: &Tx, id: CustomerId) -> Result<Option<customer::Model>, Fault> {
    Ok(customer::Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// Sets the password of a customer whose row is locked, and ends every session and every unused link.
pub(super) async fn set_password_in(
    tx: &Tx,
    now: DateTime<Utc>,
    id: CustomerId,
    password_hash: &str,
) -> Result<(), Fault> {
    let row = customer_credential::ActiveModel {
        customer_id: Set(id),
        password_hash: Set(password_hash.to_owned()),
        changed_at: Set(now),
        updated_at: Set(now),
    };
    let replace = OnConflict::column(customer_credential::Column::CustomerId)
        .update_columns([
            customer_credential::Column::PasswordHash,
            customer_credential::Column::ChangedAt,
            customer_credential::Column::UpdatedAt,
        ])
        .to_owned();
    customer_credential::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    session::revoke_all_in(tx, now, id).await?;
    one_time::revoke_all_in(tx, now, id).await
}

/// Records that something happened to a customer whose row is locked.
pub(super) async fn record_in(
    tx: &Tx,
    now: DateTime<Utc>,
    kind: &'static str,
    row: &customer::Model,
) -> Result<(), Fault> {
    let verified = row.email_verified_at.is_some();
    let event = NewEvent { entity_id: row.id.0, payload: serde_json::json!({ "verified": verified }) };
    Ok(event::record(tx, now, "customer", kind, vec![event]).await?)
}

/// Whether somebody can become the owner of this row by a mailed link.
pub(super) fn awaits_activation(state: CustomerState) -> bool {
    match state {
        CustomerState::Guest | CustomerState::Invited => true,
        CustomerState::Enabled | CustomerState::Disabled | CustomerState::Erased => false,
    }
}
