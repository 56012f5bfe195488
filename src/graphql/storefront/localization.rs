//! Countries, currencies and languages that the shop serves.

use async_graphql::{Context, Object};

use super::code::UnitSystem;
use super::context::{self, RequestContext};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::{CountryCode, CurrencyCode, LanguageCode};
use crate::market::{CountryInfo, LanguageInfo, find_country, find_language};
use crate::{money, shipping};

/// Where the shop sells and in which languages.
#[derive(Clone, Copy, Debug)]
pub struct Localization;

/// Where the shop sells and in which languages.
#[Object]
impl Localization {
    /// The countries that the shop delivers to, and its own.
    async fn available_countries(&self, ctx: &Context<'_>) -> Result<Vec<Country>, ApiError> {
        let request = context::of(ctx)?;
        let mut codes = shipping::list_served_countries(request.app.db.reader()).await?;
        codes.push(request.shop.country.clone());
        codes.sort();
        codes.dedup();
        Ok(codes.iter().filter_map(|code| find_country(code)).map(Country).collect())
    }

    /// The languages that the shop speaks.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>, ApiError> {
        Ok(vec![shop_language(context::of(ctx)?)])
    }

    /// The country that the answer is for.
    async fn country(&self, ctx: &Context<'_>) -> Result<Country, ApiError> {
        Ok(Country(context::of(ctx)?.country))
    }

    /// The language that the answer is in.
    async fn language(&self, ctx: &Context<'_>) -> Result<Language, ApiError> {
        Ok(Language(context::of(ctx)?.language))
    }
}

fn shop_language(request: &RequestContext) -> Language {
    Language(find_language(&request.shop.language).unwrap_or(request.language))
}

/// A country.
#[derive(Clone, Copy, Debug)]
pub struct Country(pub &'static CountryInfo);

/// A country.
#[Object]
impl Country {
    /// The languages that the shop speaks there.
    async fn available_languages(&self, ctx: &Context<'_>) -> Result<Vec<Language>, ApiError> {
        Ok(vec![shop_language(context::of(ctx)?)])
    }

    /// The currency that shoppers there pay in.
    async fn currency(&self, ctx: &Context<'_>) -> Result<Currency, ApiError> {
        Ok(Currency(context::of(ctx)?.currency))
    }

    /// The language that the shop speaks there unless another is asked for.
    async fn default_language(&self, ctx: &Context<'_>) -> Result<Language, ApiError> {
        Ok(shop_language(context::of(ctx)?))
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
