//! The loaders of what belongs to customers.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::CustomerId;

use crate::customer::{self, BookAddress};
use crate::db::Database;
use crate::graphql::loader::{Batch, Pulse, shared};

/// The addresses of a customer, in the order in which they were added.
pub type Book = Arc<Vec<BookAddress>>;

/// The loaders of what belongs to customers.
pub struct CustomerLoaders {
    /// The addresses of a customer.
    pub books: Batch<CustomerId, Book>,
    /// The customer who is signed in with a token.
    pub sessions: Batch<String, CustomerId>,
}

impl CustomerLoaders {
    /// Fresh loaders.
    #[must_use]
    pub fn new(db: &Database, pulse: &Pulse, now: DateTime<Utc>) -> Self {
        Self {
            books: Batch::on(db, pulse, |db, ids: Vec<CustomerId>| async move {
                Ok(shared(customer::addresses_by_customer_ids(db.fresh(), &ids).await?))
            }),
            // An operation has one buyer, so this is one statement.
            sessions: Batch::on(db, pulse, move |db, keys: Vec<String>| async move {
                let mut found = HashMap::new();
                for token in keys {
                    if let Some(session) = customer::find_session(db.fresh(), now, &token).await? {
                        found.insert(token, session.customer.id);
                    }
                }
                Ok(found)
            }),
        }
    }
}
