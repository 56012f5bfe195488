//! What one request knows: who asks, where from, in which currency and language, and its loaders.

use std::sync::Arc;

use async_graphql::Context;
use chrono::{DateTime, Utc};
use entity::shop;

use super::loaders::Loaders;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::market::{CountryInfo, LanguageInfo};
use crate::money::Currency;

/// What one request knows.
pub struct RequestContext {
    /// The running shop.
    pub app: App,
    /// Who asks.
    pub actor: Actor,
    /// The moment at which the request is answered.
    pub now: DateTime<Utc>,
    /// The shop's settings.
    pub shop: Arc<shop::Model>,
    /// The buyer's country, from `@inContext` or the shop's own.
    pub country: &'static CountryInfo,
    /// The buyer's language, from `@inContext` or the shop's own.
    pub language: &'static LanguageInfo,
    /// The currency of all prices in the answer.
    pub currency: Currency,
    /// The loaders of this request.
    pub loaders: Loaders,
}

/// The request's own context.
///
/// # Errors
/// A fault where the server forgot to put it there.
pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a RequestContext, ApiError> {
    ctx.data::<RequestContext>().map_err(|_| Fault::new("the request has no context").into())
}
