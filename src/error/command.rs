//! Refusals of commands. The domains differ in their reasons and in the scope that they need; the rest is told here.

use std::borrow::Cow;
use std::fmt;

use sea_orm::DbErr;

use super::{Fault, Transient};
use crate::actor::Actor;

/// The reasons of one domain by name, and the scope that its commands need.
pub trait CommandCode: Copy + fmt::Debug {
    /// The scope.
    const SCOPE: &'static str;

    /// What an actor without the scope is told.
    fn forbidden() -> String;
}

/// Why a command was refused. Nothing was changed, where the domain does not say otherwise.
#[derive(Debug, thiserror::Error)]
pub enum CommandError<C: CommandCode> {
    /// The actor lacks the scope.
    #[error("{}", C::forbidden())]
    Forbidden,
    /// The input makes no sense, or what it is about does not stand so that it could be done.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: C,
        /// Which part of the input, such as `groups.0.zones.2.name`.
        field: Cow<'static, str>,
        /// For people.
        message: String,
    },
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl<C: CommandCode> CommandError<C> {
    /// Refuses a part of the input.
    pub(crate) fn refused(code: C, field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::Refused { code, field: field.into(), message: message.into() }
    }

    /// Refuses who lacks the scope.
    pub(crate) fn check_scope(actor: &Actor) -> Result<(), Self> {
        if actor.has_scope(C::SCOPE) { Ok(()) } else { Err(Self::Forbidden) }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<C> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }

    /// The same as a fault, for who gave nothing that could be refused.
    #[must_use]
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            refused @ (Self::Forbidden | Self::Refused { .. }) => Fault::new(refused),
        }
    }
}

impl<C: CommandCode> From<DbErr> for CommandError<C> {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl<C: CommandCode> From<serde_json::Error> for CommandError<C> {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl<C: CommandCode> Transient for CommandError<C> {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

#[cfg(test)]
mod tests {
    use entity::id::AccessTokenId;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum ShelfCode {
        Full,
    }

    impl CommandCode for ShelfCode {
        const SCOPE: &'static str = "write_shelves";

        fn forbidden() -> String {
            format!("changing shelves needs the scope {}", Self::SCOPE)
        }
    }

    type ShelfError = CommandError<ShelfCode>;

    fn admin(scope: &str) -> Actor {
        Actor::Admin { token: AccessTokenId(1), scopes: vec![scope.to_owned()] }
    }

    #[test]
    fn who_lacks_the_scope_is_told_which_one_it_is() {
        for actor in [Actor::stranger(), admin("write_products")] {
            let error = ShelfError::check_scope(&actor).unwrap_err();
            assert!(matches!(error, ShelfError::Forbidden), "{error:?}");
            assert_eq!(error.to_string(), "changing shelves needs the scope write_shelves");
        }
        for actor in [Actor::System, admin("write_shelves")] {
            assert!(ShelfError::check_scope(&actor).is_ok(), "{actor:?}");
        }
    }

    #[test]
    fn a_refusal_tells_its_code_its_field_and_its_message() {
        let error = ShelfError::refused(ShelfCode::Full, format!("shelves.{}", 2), "The shelf is full");
        assert_eq!(error.code(), Some(ShelfCode::Full));
        assert_eq!(error.to_string(), "The shelf is full");
        let ShelfError::Refused { field, .. } = error else { panic!("{error:?}") };
        assert_eq!(field, "shelves.2");
    }

    #[test]
    fn only_a_refusal_has_a_code() {
        assert_eq!(ShelfError::Forbidden.code(), None);
        let gone = ShelfError::from(DbErr::RecordNotFound("shelf".to_owned()));
        assert!(matches!(gone, ShelfError::Fault(_)), "{gone:?}");
        assert_eq!(gone.code(), None);
        assert!(!gone.is_transient());
    }
}
