//! Companies that buy. The shop sells to none yet, so these types have no value; they say how companies would be told.

use async_graphql::{Context, ID, Object};

use super::metafield::{HasMetafieldsIdentifier, Metafield};
use crate::graphql::error::ApiError;
use crate::graphql::never::Never;
use crate::graphql::scalar::DateTime;

/// The company for which a buyer buys.
#[derive(Clone)]
pub struct PurchasingCompany(Never);

/// The company for which a buyer buys.
#[Object]
impl PurchasingCompany {
    /// The company.
    async fn company(&self) -> Company {
        self.0.tell()
    }

    /// Who buys for it.
    async fn contact(&self) -> Option<CompanyContact> {
        self.0.tell()
    }

    /// For which of its places.
    async fn location(&self) -> CompanyLocation {
        self.0.tell()
    }
}

/// A company that buys.
#[derive(Clone)]
pub struct Company(Never);

/// A company that buys.
#[Object]
impl Company {
    /// When it was added.
    async fn created_at(&self) -> DateTime {
        self.0.tell()
    }

    /// Its name in another system.
    async fn external_id(&self) -> Option<String> {
        self.0.tell()
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        self.0.tell()
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Result<Option<Metafield>, ApiError> {
        self.0.tell()
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "identifiers", desc = "Which ones.")] _identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        self.0.tell()
    }

    /// Its name.
    async fn name(&self) -> String {
        self.0.tell()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.tell()
    }
}

/// A person who buys for a company.
#[derive(Clone)]
pub struct CompanyContact(Never);

/// A person who buys for a company.
#[Object]
impl CompanyContact {
    /// When it was added.
    async fn created_at(&self) -> DateTime {
        self.0.tell()
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        self.0.tell()
    }

    /// The person's language.
    async fn locale(&self) -> Option<String> {
        self.0.tell()
    }

    /// What the person is in the company.
    async fn title(&self) -> Option<String> {
        self.0.tell()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.tell()
    }
}

/// A place of a company.
#[derive(Clone)]
pub struct CompanyLocation(Never);

/// A place of a company.
#[Object]
impl CompanyLocation {
    /// When it was added.
    async fn created_at(&self) -> DateTime {
        self.0.tell()
    }

    /// Its name in another system.
    async fn external_id(&self) -> Option<String> {
        self.0.tell()
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        self.0.tell()
    }

    /// The language in which it is written to.
    async fn locale(&self) -> Option<String> {
        self.0.tell()
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Result<Option<Metafield>, ApiError> {
        self.0.tell()
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        _ctx: &Context<'_>,
        #[graphql(name = "identifiers", desc = "Which ones.")] _identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        self.0.tell()
    }

    /// Its name.
    async fn name(&self) -> String {
        self.0.tell()
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.tell()
    }
}
