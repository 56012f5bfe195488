//! Countries, currencies and languages that the shop serves.

use async_graphql::{Context, Object};

use super::code::UnitSystem;
use super::context::{self, RequestContext};
use super::market::Market;
use crate::graphql::error::ApiError;
use crate::graphql::scalar::{CountryCode, CurrencyCode, LanguageCode};
use crate::market::{self, CountryInfo, LanguageInfo, ResolvedMarket, find_country};
use crate::{money, translation};

/// Where the shop sells and in which languages.
#[derive(Clone, Copy, Debug)]
pub struct Localization;

/// Where the shop sells and in which languages.
#[Object]
impl Localization {
    /// The countries of the shop's markets; while it has only one, those that it delivers to, and its own.
    async fn available_countries(&self, ctx: &Context<'_>) -> Result<Vec<Country>, ApiError> {
        let request = context::of(ctx)?;
        if request.markets.is_divided() {
            return Ok(request.markets.countries().into_iter().map(Country).collect());
        }
        let mut codes = request.app.delivery().await?.served_countries();
        codes.push(request.shop.country.clone());
        codes.sort();
        codes.dedup();
        Ok(codes.iter().filter_map(|code| find_country(code)).map(Country).collect())
    }

    /// The languages that the shop speaks in the country that the answer is for.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>, ApiError> {
        let request = context::of(ctx)?;
        languages_in(request, &request.market).await
    }

    /// The country that the answer is for.
    async fn country(&self, ctx: &Context<'_>) -> Result<Country, ApiError> {
        Ok(Country(context::of(ctx)?.country))
    }

    /// The language that the answer is in.
    async fn language(&self, ctx: &Context<'_>) -> Result<Language, ApiError> {
        Ok(Language(context::of(ctx)?.language))
    }

    /// The market whose prices the answer has.
    #[graphql(deprecation = "A later version of this API has no markets.")]
    async fn market(&self, ctx: &Context<'_>) -> Result<Market, ApiError> {
        Ok(Market(context::of(ctx)?.market.clone()))
    }
}

/// The languages that the shop speaks in a market, its own first; its own alone where it speaks none of the market's.
async fn languages_in(request: &RequestContext, market: &market::Market) -> Result<Vec<Language>, ApiError> {
    let published = translation::published_languages(&request.app).await?;
    let spoken = published.iter().filter(|language| market.speaks(language.code)).copied();
    let spoken: Vec<Language> = spoken.map(Language).collect();
    if spoken.is_empty() {
        return Ok(published.first().copied().map(Language).into_iter().collect());
    }
    Ok(spoken)
}

/// A country.
#[derive(Clone, Copy, Debug)]
pub struct Country(pub &'static CountryInfo);

impl Country {
    fn resolved(self, request: &RequestContext) -> ResolvedMarket {
        market::resolve(&request.markets, self.0.code, request.now)
    }
}

/// A country.
#[Object]
impl Country {
    /// The languages that the shop speaks there.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>, ApiError> {
        let request = context::of(ctx)?;
        languages_in(request, &self.resolved(request).market).await
    }

    /// The currency that shoppers there pay in.
    async fn currency(&self, ctx: &Context<'_>) -> Result<Currency, ApiError> {
        Ok(Currency(self.resolved(context::of(ctx)?).currency))
    }

    /// The language that the shop speaks there unless another is asked for.
    async fn default_language(&self, ctx: &Context<'_>) -> Result<Language, ApiError> {
        let request = context::of(ctx)?;
        let spoken = languages_in(request, &self.resolved(request).market).await?;
        Ok(spoken.into_iter().next().unwrap_or(Language(request.language)))
    }

    /// The market that it is in.
    #[graphql(deprecation = "A later version of this API has no markets.")]
    async fn market(&self, ctx: &Context<'_>) -> Result<Option<Market>, ApiError> {
        Ok(Some(Market(self.resolved(context::of(ctx)?).market)))
    }

    /// Its two-letter code.
    async fn iso_code(&self) -> CountryCode {
        CountryCode(self.0)
    }

    /// Its name in English.
    async fn name(&self) -> &'static str {
        self.0.name
    }

    /// The measures that people there are used to.
    async fn unit_system(&self) -> UnitSystem {
        if self.0.imperial { UnitSystem::ImperialSystem } else { UnitSystem::MetricSystem }
    }
}

/// A currency.
#[derive(Clone, Copy, Debug)]
pub struct Currency(pub money::Currency);

/// A currency.
#[Object]
impl Currency {
    /// Its three-letter code.
    async fn iso_code(&self) -> CurrencyCode {
        CurrencyCode(self.0)
    }

    /// Its name in English.
    async fn name(&self) -> &'static str {
        self.0.name()
    }

    /// The sign written before an amount.
    async fn symbol(&self) -> &'static str {
        self.0.symbol()
    }
}

/// A language.
#[derive(Clone, Copy, Debug)]
pub struct Language(pub &'static LanguageInfo);

/// A language.
#[Object]
impl Language {
    /// Its name for itself.
    async fn endonym_name(&self) -> &'static str {
        self.0.endonym
    }

    /// Its code.
    async fn iso_code(&self) -> LanguageCode {
        LanguageCode(self.0)
    }

    /// Its name in English.
    async fn name(&self) -> &'static str {
        self.0.name
    }
}
