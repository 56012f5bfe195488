//! The shop itself.

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::metafield::OwnerType;
use entity::shop_policy::PolicyKind;
use entity::translation::ResourceType;

use super::code::{CardBrand, DigitalWallet};
use super::content::brand::Brand;
use super::content::policy::{ShopPolicy, ShopPolicyWithDefault};
use super::customer::SocialLoginProvider;
use super::installment::ShopPayInstallmentsPricing;
use super::localization::Localization;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::{context, translation};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CountryCode, CurrencyCode, UrlText};
use crate::market::find_country;
use crate::money::Currency;

/// The shop.
#[derive(Clone, Copy, Debug)]
pub struct Shop;

/// The shop.
#[Object]
impl Shop {
    /// How it presents itself.
    async fn brand(&self, ctx: &Context<'_>) -> Result<Option<Brand>, ApiError> {
        Brand::find(ctx).await
    }

    /// How shoppers reach the people behind it, as a policy.
    async fn contact_information(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::ContactInformation).await
    }

    /// Words of account pages that Shopify hosts; there are none.
    async fn customer_account_translations(&self) -> Option<Vec<Translation>> {
        None
    }

    /// A page where customers sign in; there is none: storefronts sign them in with mutations.
    async fn customer_account_url(&self) -> Option<String> {
        None
    }

    /// A few sentences about the shop.
    async fn description(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        let shop = &context::of(ctx)?.shop;
        let written = Some(shop.description.as_str()).filter(|description| !description.is_empty());
        translation::optional_text(ctx, ResourceType::Shop, shop.id, "description", written).await
    }

    /// Its global id.
    pub(super) async fn id(&self, ctx: &Context<'_>) -> Result<ID, ApiError> {
        Ok(id::encode("Shop", context::of(ctx)?.shop.id))
    }

    /// Who is behind the shop, where the law asks for it.
    async fn legal_notice(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::LegalNotice).await
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Shop, context::of(ctx)?.shop.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Shop, context::of(ctx)?.shop.id, &identifiers).await
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

    /// What it does with personal data.
    async fn privacy_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::Privacy).await
    }

    /// How goods are returned and money is given back.
    async fn refund_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::Refund).await
    }

    /// How it delivers.
    async fn shipping_policy(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::Shipping).await
    }

    /// Payment in instalments through Shop Pay; this shop has none.
    async fn shop_pay_installments_pricing(&self) -> Option<ShopPayInstallmentsPricing> {
        None
    }

    /// Other sites whose accounts customers can sign in with; there are none.
    async fn social_login_providers(&self) -> Vec<SocialLoginProvider> {
        Vec::new()
    }

    /// How subscriptions work; in general words while the shop has not written it.
    async fn subscription_policy(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<ShopPolicyWithDefault>, ApiError> {
        ShopPolicyWithDefault::find(ctx, PolicyKind::Subscription).await
    }

    /// What holds for every purchase.
    async fn terms_of_sale(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::TermsOfSale).await
    }

    /// What holds for using the shop.
    async fn terms_of_service(&self, ctx: &Context<'_>) -> Result<Option<ShopPolicy>, ApiError> {
        ShopPolicy::find_by_kind(ctx, PolicyKind::TermsOfService).await
    }

    /// The countries it delivers to.
    async fn ships_to_countries(&self, ctx: &Context<'_>) -> Result<Vec<CountryCode>, ApiError> {
        let countries = context::of(ctx)?.app.delivery().await?.served_countries();
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

/// A word of an account page that Shopify hosts.
#[derive(Clone, Debug, SimpleObject)]
pub struct Translation {
    /// Which word.
    pub key: String,
    /// In the language of the request.
    pub value: String,
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
        Ok(CurrencyCode(context::of(ctx)?.markets.currency()))
    }

    /// The currencies that shoppers can pay in.
    async fn enabled_presentment_currencies(&self, ctx: &Context<'_>) -> Result<Vec<CurrencyCode>, ApiError> {
        let request = context::of(ctx)?;
        Ok(request.markets.currencies(request.now).into_iter().map(CurrencyCode).collect())
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
