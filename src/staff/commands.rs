//! Taking staff on.

use entity::id::StaffId;
use entity::staff::{self, StaffState};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::customer::Email;
use crate::error::{Fault, violates};

/// Characters of a password at least.
pub const MIN_PASSWORD_LENGTH: usize = 12;
/// Characters of a password at most: hashing takes time.
const MAX_PASSWORD_LENGTH: usize = 128;

/// Somebody who is taken on.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// By which they sign in.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// With which they sign in.
    pub password: SecretString,
}

/// Why somebody is not taken on.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// Somebody has this address already.
    #[error("somebody with this e-mail address works here already")]
    EmailTaken,
    /// The password is too short or too long.
    #[error("a password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters")]
    PasswordLength,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Takes somebody on.
///
/// # Errors
/// [`StaffError`] for an address that is taken and a password that is too short or too long.
pub async fn create_staff(app: &App, new: NewStaff) -> Result<StaffId, StaffError> {
    let length = new.password.expose_secret().chars().count();
    if !(MIN_PASSWORD_LENGTH..=MAX_PASSWORD_LENGTH).contains(&length) {
        return Err(StaffError::PasswordLength);
    }
    let hash = app.passwords.hash(new.password.clone()).await.map_err(Fault::new)?;
    let now = app.clock.now();
    let row = staff::ActiveModel {
        id: NotSet,
        email: Set(new.email.normalized()),
        name: Set(new.name),
        password_hash: Set(hash),
        state: Set(StaffState::Active),
        created_at: Set(now),
        updated_at: Set(now),
    };
    match row.insert(app.db.writer()).await {
        Ok(row) => Ok(row.id),
        Err(error) if violates(&error, "staff_email_unique", "staff.email") => Err(StaffError::EmailTaken),
        Err(error) => Err(Fault::from(error).into()),
    }
}
