//! The loaders of what belongs to customers.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::CustomerId;

use crate::app::App;
use crate::customer::{self, BookAddress};
use crate::error::Fault;
use crate::graphql::loader::{Batch, Pulse};

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
    pub fn new(app: &App, pulse: &Pulse, now: DateTime<Utc>) -> Self {
        let (db, tokens) = (app.db.clone(), app.db.clone());
        Self {
            books: Batch::new(pulse, move |ids: Vec<CustomerId>| {
                let db = db.clone();
                async move {
                    let books = customer::addresses_by_customer_ids(db.fresh(), &ids).await?;
                    Ok(books.into_iter().map(|(id, book)| (id, Arc::new(book))).collect())
                }
            }),
            // An operation has one buyer, so this is one statement.
            sessions: Batch::new(pulse, move |keys: Vec<String>| {
                let db = tokens.clone();
                async move {
                    let mut found = HashMap::new();
                    for token in keys {
                        if let Some(session) = customer::find_session(db.fresh(), now, &token).await? {
                            found.insert(token, session.customer.id);
                        }
                    }
                    Ok::<_, Fault>(found)
                }
            }),
        }
    }
}
