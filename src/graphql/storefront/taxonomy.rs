//! Categories: the tree of kinds of products.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::ProductCategoryId;
use entity::product_category;

use super::context;
use crate::app::App;
use crate::catalog;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::loader::{Batch, Pulse, shared};

/// Categories from the top of the tree down to one of them.
pub type CategoryLine = Arc<Vec<product_category::Model>>;

/// A kind of products.
#[derive(Clone)]
pub struct TaxonomyCategory {
    line: CategoryLine,
    /// Its own place in the line.
    place: usize,
}

/// The categories with these keys, with those above them.
pub(super) fn loader(app: &App, pulse: &Pulse) -> Batch<ProductCategoryId, CategoryLine> {
    Batch::on(&app.db, pulse, |db, ids| async move {
        Ok(shared(catalog::categories_by_ids(db.reader(), &ids).await?))
    })
}

impl TaxonomyCategory {
    /// The category with this key.
    pub(super) async fn find(ctx: &Context<'_>, id: ProductCategoryId) -> Result<Option<Self>, ApiError> {
        let line = context::of(ctx)?.loaders.categories.load(id).await?;
        Ok(line.and_then(|line| Some(Self { place: line.len().checked_sub(1)?, line })))
    }

    fn row(&self) -> Option<&product_category::Model> {
        self.line.get(self.place)
    }
}

/// A kind of products.
#[Object]
impl TaxonomyCategory {
    /// The kinds that it is a part of, the narrowest first.
    async fn ancestors(&self) -> Vec<TaxonomyCategory> {
        (0..self.place).rev().map(|place| Self { line: Arc::clone(&self.line), place }).collect()
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("TaxonomyCategory", self.row().map_or(0, |row| row.id.0))
    }

    /// Its name.
    async fn name(&self) -> &str {
        self.row().map_or("", |row| &row.name)
    }
}
