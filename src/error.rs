//! Faults: what went wrong inside, never shown to a client; and the refusals that the domains' commands share.
//!
//! A domain's error has one variant for each thing a client can be told, and one that holds a [`Fault`]. The edge turns
//! a fault into one neutral message with the request's id and logs its cause.

mod command;
mod name;

use sea_orm::{DbErr, RuntimeErr};

pub use command::{CommandCode, CommandError};
pub(crate) use name::{MAX_NAME, NameFault, check_name, name_fault};

/// Something unexpected: a database or a file that failed, data that should not be.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Fault(#[from] anyhow::Error);

impl Fault {
    /// A fault with a message for the log.
    #[must_use]
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self(anyhow::anyhow!("{message}"))
    }

    /// A fault that passes by itself, because something is still being prepared; clients are told the code.
    #[must_use]
    pub fn not_ready(code: &'static str) -> Self {
        Self(NotReady { code }.into())
    }

    /// What is still being prepared, where that is all.
    #[must_use]
    pub fn as_not_ready(&self) -> Option<NotReady> {
        self.0.chain().find_map(|cause| cause.downcast_ref()).copied()
    }

    fn database(&self) -> Option<&DbErr> {
        self.0.chain().find_map(|cause| cause.downcast_ref())
    }
}

/// Something that will be there soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not ready yet ({code}): ask again in a moment")]
pub struct NotReady {
    /// Stable, for clients.
    pub code: &'static str,
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        Self(error.into())
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self(error.into())
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}

/// Errors that may be gone when the same transaction is tried again.
pub trait Transient {
    /// Whether another try makes sense: the database was busy, or chose this transaction to end a deadlock.
    fn is_transient(&self) -> bool;
}

impl Transient for Fault {
    fn is_transient(&self) -> bool {
        self.database().is_some_and(Transient::is_transient)
    }
}

impl Transient for DbErr {
    fn is_transient(&self) -> bool {
        /// SQLite: busy, locked, busy while recovering, snapshot gone. PostgreSQL: serialization failure, deadlock.
        const CODES: [&str; 6] = ["5", "6", "261", "517", "40001", "40P01"];
        driver_error(self).and_then(|error| error.code()).is_some_and(|code| CODES.contains(&code.as_ref()))
    }
}

/// Whether the database refused a statement because of this constraint.
///
/// PostgreSQL names the constraint. SQLite names a CHECK, but for a UNIQUE it lists the columns, so both are given.
#[must_use]
pub fn violates(error: &DbErr, constraint: &str, unique_columns: &str) -> bool {
    driver_error(error).is_some_and(|error| {
        error.constraint() == Some(constraint) || {
            let message = error.message();
            message == format!("CHECK constraint failed: {constraint}")
                || message == format!("UNIQUE constraint failed: {unique_columns}")
        }
    })
}

fn driver_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    let (DbErr::Exec(cause) | DbErr::Query(cause) | DbErr::Conn(cause)) = error else {
        return None;
    };
    match cause {
        RuntimeErr::SqlxError(error) => error.as_database_error(),
        RuntimeErr::Internal(_) => None,
    }
}
