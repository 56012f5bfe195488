//! What one request knows: who asks, where from, in which currency and language, and its loaders.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Context, Value, Variables};
use chrono::{DateTime, Utc};
use entity::id::SegmentId;
use entity::shop;

use super::loaders::Loaders;
use crate::actor::Actor;
use crate::app::App;
use crate::catalog::PriceBasis;
use crate::customer;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::market::{
    self, CountryInfo, LANGUAGES, LanguageInfo, Market, Settings, find_country, find_language,
};
use crate::money::Currency;
use crate::pricing::{self, Era};
use crate::translation;

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
    /// All markets of the shop.
    pub markets: Arc<Settings>,
    /// The market of the buyer's country, or the primary one.
    pub market: Arc<Market>,
    /// The buyer's country, from `@inContext` where that is served, else the shop's own.
    pub country: &'static CountryInfo,
    /// The buyer's language, from `@inContext` where the shop speaks it there, else the shop's own.
    pub language: &'static LanguageInfo,
    /// The currency of all prices in the answer.
    pub currency: Currency,
    /// Whose prices the answer has.
    pub prices: PriceBasis,
    /// The segments of the buyer that `@inContext` names; empty where no price list is for a segment.
    pub segments: BTreeSet<SegmentId>,
    /// The buyer's access token, from `@inContext`; whether it is valid is looked up where it matters.
    pub customer_access_token: Option<String>,
    /// The loaders of this request.
    pub loaders: Loaders,
    /// What prices were made of in the past; made when it is asked for.
    eras: OnceLock<Vec<Era>>,
}

/// What `@inContext` says of the buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
    country: Option<&'static CountryInfo>,
    language: Option<&'static LanguageInfo>,
    customer_access_token: Option<String>,
}

impl Buyer {
    /// The token of the signed-in customer for whom is asked.
    #[must_use]
    pub fn customer_access_token(&self) -> Option<&str> {
        self.customer_access_token.as_deref()
    }
}

impl RequestContext {
    /// The context of a request.
    ///
    /// # Errors
    /// The database's own, and a fault where the shop's own settings make no sense.
    pub async fn new(app: &App, actor: Actor, buyer: &Buyer) -> Result<Self, Fault> {
        app.fresh().await?;
        let shop = app.shop().await?;
        let now = app.clock.now();
        let markets = app.markets().await?;
        let country = buyer.country.map_or(shop.country.as_str(), |country| country.code);
        let segments = segments_of(app, &markets, now, buyer).await?;
        let resolved = market::resolve_for(&markets, country, now, &segments);
        let own = find_language(&shop.language).or(LANGUAGES.first());
        let own = own.ok_or_else(|| Fault::new("there are no languages"))?;
        let asked = resolved.market.language_for(own, buyer.language);
        let language = translation::language_for(app, own, Some(asked)).await?;
        let prices = PriceBasis::new(&resolved, now);
        let loaders = Loaders::new(app, prices.clone());
        Ok(Self {
            app: app.clone(),
            actor,
            now,
            shop,
            markets,
            market: resolved.market,
            country: resolved.country,
            language,
            currency: resolved.currency,
            prices,
            segments,
            customer_access_token: buyer.customer_access_token.clone(),
            loaders,
            eras: OnceLock::new(),
        })
    }

    /// What prices were made of in the buyer's market up to now.
    pub fn eras(&self) -> &[Era] {
        self.eras.get_or_init(|| pricing::eras(&self.markets, &self.market, &self.segments, self.now))
    }
}

/// The segments of the buyer, as far as prices differ by them: a statement only then.
async fn segments_of(
    app: &App,
    markets: &Settings,
    now: DateTime<Utc>,
    buyer: &Buyer,
) -> Result<BTreeSet<SegmentId>, Fault> {
    match &buyer.customer_access_token {
        Some(token) if markets.asks_for_segments() => {
            customer::segments_of_token(app.db.fresh(), now, token).await
        }
        _ => Ok(BTreeSet::new()),
    }
}

/// Reads `@inContext` of the operation that will be run. Whether its arguments are right, validation says.
#[must_use]
pub fn buyer_of(operation: &OperationDefinition, variables: &Variables) -> Buyer {
    let argument = |name: &str| {
        let directive = operation.directives.iter().find(|known| known.node.name.node == "inContext")?;
        let value = directive.node.get_argument(name)?.node.clone();
        value
            .into_const_with(|variable| {
                let defined =
                    operation.variable_definitions.iter().find(|known| known.node.name.node == variable);
                let default = defined.and_then(|known| known.node.default_value()).cloned();
                Ok::<_, std::convert::Infallible>(
                    variables.get(&variable).cloned().or(default).unwrap_or_default(),
                )
            })
            .ok()
    };
    let word = |value: Value| match value {
        Value::Enum(word) => Some(word.to_string()),
        Value::String(word) => Some(word),
        _ => None,
    };
    let token = |value: Value| match value {
        Value::Object(mut fields) => fields.swap_remove("customerAccessToken").and_then(word),
        _ => None,
    };
    Buyer {
        country: argument("country").and_then(word).and_then(|code| find_country(&code)),
        language: argument("language").and_then(word).and_then(|code| find_language(&code)),
        customer_access_token: argument("buyer").and_then(token),
    }
}

/// The request's own context.
///
/// # Errors
/// A fault where the server forgot to put it there.
pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a RequestContext, ApiError> {
    ctx.data::<RequestContext>().map_err(|_| Fault::new("the request has no context").into())
}
