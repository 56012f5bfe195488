//! Addresses that have moved.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::RedirectId;
use entity::url_redirect;

use crate::content;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::context;
use crate::graphql::storefront::paging::{page_request, search_query};
use crate::page::SortKind;

/// An address that has moved.
#[derive(Clone, Debug)]
pub struct UrlRedirect(Arc<url_redirect::Model>);

impl UrlRedirect {
    /// The redirect with this key.
    pub(crate) async fn find(ctx: &Context<'_>, id: RedirectId) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.redirects.load(id).await?.map(Self))
    }
}

/// An address that has moved.
#[Object]
impl UrlRedirect {
    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("UrlRedirect", self.0.id)
    }

    /// The old path.
    async fn path(&self) -> &str {
        &self.0.path
    }

    /// The new path, or a whole address elsewhere.
    async fn target(&self) -> &str {
        &self.0.target
    }
}

/// The root fields about redirects.
#[derive(Clone, Copy, Debug, Default)]
pub struct RedirectQuery;

/// The root fields about redirects.
#[Object]
impl RedirectQuery {
    /// The addresses that have moved.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn url_redirects(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(desc = "A path or a target; fields: path, target, id, created_at.")] query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<UrlRedirect>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(SortKind::Key)?;
        let search = search_query(query.as_deref())?;
        let db = context::of(ctx)?.app.db.reader();
        Ok(Connection(content::list_redirects(db, &search, &page).await?.map(|row| UrlRedirect(row.into()))))
    }
}
