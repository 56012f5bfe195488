//! Who is acting: found once from the request's token, then passed to every command.

use std::net::IpAddr;

use entity::id::AccessTokenId;

/// Who is acting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody in front of the shop; the front end may have shown a token of its own.
    Shopper {
        /// The front end's token, if it showed a valid one.
        token: Option<AccessTokenId>,
        /// Where the request comes from.
        origin: Origin,
    },
    /// A back-office program or person with an admin token.
    Admin {
        /// The token shown.
        token: AccessTokenId,
        /// What the token may do.
        scopes: Vec<String>,
    },
    /// The server itself: jobs, imports, the command line.
    System,
}

/// Where a shopper's request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Who called us, seen past the proxies that are trusted.
    pub address: Option<IpAddr>,
    /// The buyer whom a front end's server names, and the hash of the private token with which it vouches. Whether the
    /// token is valid is looked up only where the address matters.
    pub vouched: Option<(IpAddr, Vec<u8>)>,
}

impl Actor {
    /// Somebody in front of the shop of whom nothing is known.
    #[must_use]
    pub fn stranger() -> Self {
        Self::Shopper { token: None, origin: Origin::default() }
    }

    /// Whether the actor may do what the scope names. The server itself may do everything, a shopper nothing that
    /// needs a scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        match self {
            Self::Shopper { .. } => false,
            Self::Admin { scopes, .. } => scopes.iter().any(|held| held == scope),
            Self::System => true,
        }
    }
}
