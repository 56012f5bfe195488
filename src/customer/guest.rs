//! People who buy without an account.

use chrono::{DateTime, Utc};
use entity::customer::{self, CustomerState};
use entity::id::CustomerId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};

use super::Email;
use crate::db::Tx;
use crate::error::Fault;

/// The customer to whom an order with this address belongs: a new guest, or whoever is known by it. One statement.
///
/// Nobody where the address has an account that never proved to own it: anybody could have made that, and would read the
/// order. It is theirs once the address is verified.
///
/// # Errors
/// The database's own.
pub async fn save_guest_in(
    tx: &Tx,
    now: DateTime<Utc>,
    email: &Email,
    names: (Option<String>, Option<String>),
) -> Result<Option<CustomerId>, Fault> {
    let guest = customer::ActiveModel {
        id: NotSet,
        email_norm: Set(Some(email.normalized())),
        email: Set(Some(email.as_str().to_owned())),
        phone: Set(None),
        first_name: Set(names.0),
        last_name: Set(names.1),
        state: Set(CustomerState::Guest),
        accepts_marketing: Set(false),
        email_verified_at: Set(None),
        language: Set(None),
        multipass_identifier: Set(None),
        tax_exempt: Set(false),
        created_at: Set(now),
        updated_at: Set(now),
    };
    // Updating the moment is what makes the statement return the row that was there.
    let known =
        OnConflict::column(customer::Column::EmailNorm).update_column(customer::Column::UpdatedAt).to_owned();
    let row = customer::Entity::insert(guest).on_conflict(known).exec_with_returning(tx).await?;
    let is_owner = match row.state {
        CustomerState::Guest | CustomerState::Invited => true,
        CustomerState::Enabled | CustomerState::Disabled | CustomerState::Erased => {
            row.email_verified_at.is_some()
        }
    };
    Ok(is_owner.then_some(row.id))
}
