//! The shop itself.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::code::{CardBrand, DigitalWallet};
use super::context;
use super::localization::Localization;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CountryCode, CurrencyCode, UrlText};
use crate::market::find_country;
use crate::money::Currency;
use crate::shipping;

/// The shop.
#[derive(Clone, Copy, Debug)]
pub struct Shop;

/// The shop.
#[Object]
impl Shop {
    /// Where customers sign in to their account; there are no accounts yet.
    async fn customer_account_url(&self) -> Option<String> {
        None
    }

    /// A few sentences about the shop.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        Ok(Some(context::of(ctx)?.shop.description.clone()).filter(|description| !description.is_empty()))
    }

    /// Its global id.
    pub(super) async fn id(&self, ctx: &Context<'_>) -> Result<ID, ApiError> {
        Ok(id::encode("Shop", context::of(ctx)?.shop.id))
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        #[graphql(name = "key", desc = "Its key within the namespace.")] _key: String,
        #[graphql(name = "namespace", desc = "The group of fields it belongs to.")] _namespace: Option<
            String,
        >,
    ) -> Option<Metafield> {
        None
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::none_of(&identifiers)
    }

    /// How amounts are written; `{{amount}}` stands for the number.
    async fn money_format(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        Ok(money_format(context::of(ctx)?.currency))
    }

    /// What shoppers call it.
    async fn name(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        Ok(context::of(ctx)?.shop.name.clone())
    }

    /// How the shop is paid.
    async fn payment_settings(&self) -> PaymentSettings {
        PaymentSettings
    }

    /// Where shoppers reach it.
    async fn primary_domain(&self, ctx: &Context<'_>) -> Result<Domain, ApiError> {
        let config = &context::of(ctx)?.app.config;
        let host = config.public_url.host_str().unwrap_or_default();
        let host = config.public_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let ssl_enabled = config.public_url.scheme() == "https";
        Ok(Domain { host, ssl_enabled, url: UrlText(config.url_of("")) })
    }

    /// The countries it delivers to.
    async fn ships_to_countries(&self, ctx: &Context<'_>) -> Result<Vec<CountryCode>, ApiError> {
        let countries = shipping::list_served_countries(context::of(ctx)?.app.db.reader()).await?;
        Ok(countries.iter().filter_map(|code| find_country(code)).map(CountryCode).collect())
    }
}

/// An amount as the shop writes it: the sign before the number, or the code behind it.
fn money_format(currency: Currency) -> String {
    let amount = if currency.exponent() == 0 { "{{amount_no_decimals}}" } else { "{{amount}}" };
    match currency.symbol() {
        symbol if symbol == currency.code() => format!("{amount} {symbol}"),
        symbol => format!("{symbol}{amount}"),
    }
}

/// A web address of the shop.
#[derive(Clone, Debug, SimpleObject)]
pub struct Domain {
    /// The name of the host, with its port where that is not the usual one.
    pub host: String,
    /// Whether it speaks HTTPS.
    pub ssl_enabled: bool,
    /// The whole address.
    pub url: UrlText,
}

/// How the shop is paid.
#[derive(Clone, Copy, Debug)]
pub struct PaymentSettings;

/// How the shop is paid.
#[Object]
impl PaymentSettings {
    /// The kinds of card that front ends may collect themselves; cards are entered on the checkout page only.
    async fn accepted_card_brands(&self) -> Vec<CardBrand> {
        Vec::new()
    }

    /// Where front ends would send card numbers; this server takes none.
    async fn card_vault_url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        Ok(UrlText(context::of(ctx)?.app.config.url_of("/")))
    }

    /// The country of the shop's seat.
    async fn country_code(&self, ctx: &Context<'_>) -> Result<CountryCode, ApiError> {
        let request = context::of(ctx)?;
        Ok(CountryCode(find_country(&request.shop.country).unwrap_or(request.country)))
    }

    /// The currency of the shop.
    async fn currency_code(&self, ctx: &Context<'_>) -> Result<CurrencyCode, ApiError> {
        Ok(CurrencyCode(context::of(ctx)?.currency))
    }

    /// The currencies that shoppers can pay in.
    async fn enabled_presentment_currencies(&self, ctx: &Context<'_>) -> Result<Vec<CurrencyCode>, ApiError> {
        Ok(vec![CurrencyCode(context::of(ctx)?.currency)])
    }

    /// An account with Shopify's payment service; this shop has none.
    async fn shopify_payments_account_id(&self) -> Option<String> {
        None
    }

    /// The wallets that front ends may offer themselves; wallets are offered on the checkout page only.
    async fn supported_digital_wallets(&self) -> Vec<DigitalWallet> {
        Vec::new()
    }
}

/// The root fields about the shop.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShopQuery;

/// The root fields about the shop.
#[Object]
impl ShopQuery {
    /// Where the shop sells and in which languages.
    async fn localization(&self) -> Localization {
        Localization
    }

    /// How the shop is paid.
    async fn payment_settings(&self) -> PaymentSettings {
        PaymentSettings
    }

    /// The shop.
    async fn shop(&self) -> Shop {
        Shop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_a_sign_or_a_code() {
        let format = |code| money_format(Currency::find(code).unwrap());
        assert_eq!(format("EUR"), "€{{amount}}");
        assert_eq!(format("JPY"), "¥{{amount_no_decimals}}");
        assert_eq!(format("CHF"), "{{amount}} CHF");
    }
}
