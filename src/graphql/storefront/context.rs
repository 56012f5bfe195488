//! What one request knows: who asks, where from, in which currency and language, and its loaders.

use std::sync::Arc;

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Context, Value, Variables};
use chrono::{DateTime, Utc};
use entity::shop;

use super::loaders::Loaders;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::market::{COUNTRIES, CountryInfo, LANGUAGES, LanguageInfo, find_country, find_language};
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

/// What `@inContext` says of the buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
    country: Option<&'static CountryInfo>,
    language: Option<&'static LanguageInfo>,
}

impl RequestContext {
    /// The context of a request.
    ///
    /// # Errors
    /// The database's own, and a fault where the shop's own settings make no sense.
    pub async fn new(app: &App, actor: Actor, buyer: &Buyer) -> Result<Self, Fault> {
        let shop = app.shop().await?;
        let now = app.clock.now();
        let currency =
            Currency::find(&shop.currency).ok_or_else(|| Fault::new("the shop has an unknown currency"))?;
        let country = buyer.country.or_else(|| find_country(&shop.country)).or(COUNTRIES.first());
        let language = buyer.language.or_else(|| find_language(&shop.language)).or(LANGUAGES.first());
        let (Some(country), Some(language)) = (country, language) else {
            return Err(Fault::new("the shop has no country or language"));
        };
        let loaders = Loaders::new(app, currency, now);
        Ok(Self { app: app.clone(), actor, now, shop, country, language, currency, loaders })
    }
}

/// Reads `@inContext` of the operation that will be run. Whether its arguments are right, validation says.
#[must_use]
pub fn buyer_of(operation: &OperationDefinition, variables: &Variables) -> Buyer {
    let argument = |name: &str| {
        let directive = operation.directives.iter().find(|known| known.node.name.node == "inContext")?;
        let value = directive.node.get_argument(name)?.node.clone();
        let value = value
            .into_const_with(|variable| {
                let defined =
                    operation.variable_definitions.iter().find(|known| known.node.name.node == variable);
                let default = defined.and_then(|known| known.node.default_value()).cloned();
                Ok::<_, std::convert::Infallible>(
                    variables.get(&variable).cloned().or(default).unwrap_or_default(),
                )
            })
            .ok()?;
        match value {
            Value::Enum(word) => Some(word.to_string()),
            Value::String(word) => Some(word),
            _ => None,
        }
    };
    Buyer {
        country: argument("country").and_then(|code| find_country(&code)),
        language: argument("language").and_then(|code| find_language(&code)),
    }
}

/// The request's own context.
///
/// # Errors
/// A fault where the server forgot to put it there.
pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a RequestContext, ApiError> {
    ctx.data::<RequestContext>().map_err(|_| Fault::new("the request has no context").into())
}
