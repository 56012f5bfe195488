//! The shop and the program that asks.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::AdminContext;
use crate::actor::Actor;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CurrencyCode, UrlText};
use crate::money::Currency;

/// The shop.
#[derive(SimpleObject)]
pub struct Shop {
    /// Its global id.
    pub id: ID,
    /// What shoppers call it.
    pub name: String,
    /// Where shoppers reach it.
    pub email: String,
    /// The currency of its base prices.
    pub currency_code: CurrencyCode,
    /// Its address on the web.
    pub url: UrlText,
}

/// Something that a token may do.
#[derive(SimpleObject)]
pub struct AccessScope {
    /// Its name.
    pub handle: String,
}

/// The program that asks.
#[derive(SimpleObject)]
pub struct AppInstallation {
    /// What it may do.
    pub access_scopes: Vec<AccessScope>,
}

/// Queries about the shop.
#[derive(Default)]
pub struct ShopQuery;

/// Queries about the shop.
#[Object]
impl ShopQuery {
    /// The shop. Needs no scope.
    async fn shop(&self, ctx: &Context<'_>) -> Result<Shop, ApiError> {
        let app = &ctx.data_unchecked::<AdminContext>().app;
        let shop = app.shop().await?;
        let unknown = || crate::error::Fault::new("the shop has an unknown currency");
        Ok(Shop {
            id: id::encode("Shop", shop.id),
            name: shop.name.clone(),
            email: shop.email.clone(),
            currency_code: CurrencyCode(Currency::find(&shop.currency).ok_or_else(unknown)?),
            url: UrlText(app.config.url_of("")),
        })
    }

    /// The program that asks. Needs no scope.
    async fn current_app_installation(&self, ctx: &Context<'_>) -> Result<AppInstallation, ApiError> {
        let scopes = match &ctx.data_unchecked::<AdminContext>().actor {
            Actor::Admin { scopes, .. } => scopes.clone(),
            Actor::Shopper { .. } | Actor::System => Vec::new(),
        };
        Ok(AppInstallation {
            access_scopes: scopes.into_iter().map(|handle| AccessScope { handle }).collect(),
        })
    }
}
