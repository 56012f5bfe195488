//! What the content refuses.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient, violates};

/// The scope for pages, blogs, articles and comments.
pub(super) const CONTENT: &str = "write_content";
/// The scope for menus and redirects.
pub(super) const NAVIGATION: &str = "write_online_store_navigation";
/// The scope for policies.
pub(super) const POLICIES: &str = "write_legal_policies";

/// Why a change of the content was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The actor may not do this.
    #[error("this needs the scope {scope}")]
    Forbidden {
        /// Which one is missing.
        scope: &'static str,
    },
    /// A text that must be there is empty.
    #[error("{field} must not be empty")]
    Blank {
        /// Of the input.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} has more than {most} characters")]
    TooLong {
        /// Of the input.
        field: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// A list is too long.
    #[error("{field} has more than {most} entries")]
    TooMany {
        /// Of the input.
        field: &'static str,
        /// How many it may have.
        most: usize,
    },
    /// A value makes no sense.
    #[error("{field} {reason}")]
    Invalid {
        /// Of the input.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Something else has this name already.
    #[error("{field} is taken")]
    Taken {
        /// Of the input.
        field: &'static str,
    },
    /// What the input names is not there.
    #[error("the {what} does not exist")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
    },
    /// Something else needs it.
    #[error("the {what} is in use")]
    InUse {
        /// What kind of thing.
        what: &'static str,
    },
    /// A menu has too many levels.
    #[error("a menu has at most 3 levels")]
    TooDeep,
    /// A redirect would lead back to itself.
    #[error("the redirect would lead in a circle")]
    Circle,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ContentError {
    /// A stable word for programs; `None` for what is no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Forbidden { .. } => "ACCESS_DENIED",
            Self::Blank { .. } => "BLANK",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooMany { .. } => "TOO_MANY",
            Self::Invalid { .. } => "INVALID",
            Self::Taken { .. } => "TAKEN",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::InUse { .. } => "IN_USE",
            Self::TooDeep => "NESTING_TOO_DEEP",
            Self::Circle => "REDIRECT_LOOP",
            Self::Fault(_) => return None,
        })
    }

    /// Which part of the input it is about, where it is about one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Blank { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::Invalid { field, .. }
            | Self::Taken { field } => Some(field),
            Self::TooDeep => Some("items"),
            Self::Circle => Some("target"),
            Self::Forbidden { .. } | Self::NotFound { .. } | Self::InUse { .. } | Self::Fault(_) => None,
        }
    }

    /// What the database refused to save: a name that is taken, a row that is gone, or a fault.
    pub(super) fn of_save(error: DbErr, what: &'static str, unique: Unique) -> Self {
        if matches!(error, DbErr::RecordNotUpdated) {
            Self::NotFound { what }
        } else if violates(&error, unique.constraint, unique.columns) {
            Self::Taken { field: unique.field }
        } else {
            Self::Fault(error.into())
        }
    }
}

/// A constraint that keeps names apart.
#[derive(Clone, Copy)]
pub(super) struct Unique {
    /// Its name, as PostgreSQL tells it.
    pub(super) constraint: &'static str,
    /// Its columns, as SQLite tells them.
    pub(super) columns: &'static str,
    /// The field of the input that holds the name.
    pub(super) field: &'static str,
}

/// Refuses who lacks a scope.
pub(super) fn require(actor: &Actor, scope: &'static str) -> Result<(), ContentError> {
    if actor.has_scope(scope) { Ok(()) } else { Err(ContentError::Forbidden { scope }) }
}

impl From<DbErr> for ContentError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for ContentError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}
