//! A customer.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::customer as row;
use entity::metafield::OwnerType;

use super::store_credit::StoreCreditAccount;
use crate::customer;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::DateTime;
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::OrderSortKeys;
use crate::graphql::storefront::context;
use crate::graphql::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::order::{Order, OrderConnection};
use crate::graphql::storefront::paging::{UnsignedInt64, page_request, search_query};
use crate::order::{self, OrderSort};
use crate::query::Query;
use crate::store_credit;

/// A customer.
#[derive(Clone)]
pub struct Customer(Arc<row::Model>);

impl Customer {
    /// From a row that was loaded for its owner.
    #[must_use]
    pub fn new(row: row::Model) -> Self {
        Self(Arc::new(row))
    }
}

/// A network through which somebody signs in.
#[derive(SimpleObject)]
pub struct SocialLoginProvider {
    /// Its name for programs.
    pub handle: String,
}

/// Somebody with an account. Only who shows their access token reads it.
#[Object]
impl Customer {
    /// Whether they agreed to be written to.
    async fn accepts_marketing(&self) -> bool {
        self.0.accepts_marketing
    }

    /// Their addresses.
    async fn addresses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Turned round.", default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<MailingAddress>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let book = context::of(ctx)?.loaders.customers.books.load(self.0.id).await?.unwrap_or_default();
        Ok(Connection(page.page_of_list(book.iter().map(MailingAddress::in_book).collect())))
    }

    /// Their picture; the shop keeps none.
    async fn avatar_url(&self) -> Option<String> {
        None
    }

    /// When they signed up or first bought.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// The address that is used where nothing else is said.
    async fn default_address(&self, ctx: &Context<'_>) -> Result<Option<MailingAddress>, ApiError> {
        let book = context::of(ctx)?.loaders.customers.books.load(self.0.id).await?.unwrap_or_default();
        Ok(book.iter().find(|address| address.is_default).map(MailingAddress::in_book))
    }

    /// What to call them: their name, or else how they can be reached.
    async fn display_name(&self) -> String {
        customer::display_name(&self.0)
    }

    /// Their e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Given name.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// Their global id.
    async fn id(&self) -> ID {
        id::encode("Customer", self.0.id)
    }

    /// Family name.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// A value of their own.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The value's key.")] key: String,
        #[graphql(desc = "The value's namespace.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        let found = metafield::find(ctx, OwnerType::Customer, self.0.id, namespace, key).await?;
        Ok(found.map(|metafield| metafield.of(self.clone())))
    }

    /// Values of their own, in the order in which they were asked for.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        let found = metafield::find_all(ctx, OwnerType::Customer, self.0.id, &identifiers).await?;
        Ok(found.into_iter().map(|found| found.map(|metafield| metafield.of(self.clone()))).collect())
    }

    /// How many orders they placed.
    async fn number_of_orders(&self, ctx: &Context<'_>) -> Result<UnsignedInt64, ApiError> {
        let db = context::of(ctx)?.app.db.fresh();
        let everything = Query::parse("");
        Ok(UnsignedInt64(order::count_customer_orders(db, self.0.id, &everything).await?))
    }

    /// Their orders.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(
            desc = "What to find: a name, or `processed_at:`, `created_at:`, `updated_at:`, `order_number:` or `id:` \
            before a value, joined by `AND`, `OR`, `NOT` or `-` and parentheses."
        )]
        query: Option<String>,
        #[graphql(desc = "Turned round.", default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(OrderSortKeys::Id)")]
        sort_key: Option<OrderSortKeys>,
    ) -> Result<OrderConnection, ApiError> {
        let sort = match sort_key.unwrap_or(OrderSortKeys::Id) {
            OrderSortKeys::Id | OrderSortKeys::Relevance => OrderSort::Id,
            OrderSortKeys::ProcessedAt => OrderSort::ProcessedAt,
            OrderSortKeys::TotalPrice => OrderSort::TotalPrice,
        };
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(sort.kind())?;
        let search = search_query(query.as_deref())?;
        let db = context::of(ctx)?.app.db.fresh();
        let found = order::list_customer_orders(db, self.0.id, sort, &search, &page).await?;
        Ok(OrderConnection { page: found.map(Order::new), customer: self.0.id, search })
    }

    /// Their telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The network through which they sign in; the shop knows none.
    async fn social_login_provider(&self) -> Option<SocialLoginProvider> {
        None
    }

    /// What the shop owes them, by currency.
    async fn store_credit_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Turned round.", default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<StoreCreditAccount>, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let request = context::of(ctx)?;
        let accounts = store_credit::accounts_of(request.app.db.fresh(), request.now, self.0.id).await?;
        Ok(Connection(page.page_of_list(accounts.into_iter().map(StoreCreditAccount::from).collect())))
    }

    /// The words by which the merchant groups them.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>, ApiError> {
        Ok(customer::list_tags(context::of(ctx)?.app.db.fresh(), self.0.id).await?)
    }

    /// When they last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}
