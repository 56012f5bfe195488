//! Setting up the shop and its tokens.

use entity::access_token::{self, AccessTokenKind};
use entity::id::PriceListId;
use entity::{price_list, shop};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    EntityTrait,
};

use super::queries::SHOP_ID;
use crate::app::App;
use crate::error::Fault;
use crate::money::Currency;
use crate::secret;

/// What a shop is set up with.
#[derive(Clone, Debug)]
pub struct NewShop {
    /// What shoppers call it.
    pub name: String,
    /// A few sentences.
    pub description: String,
    /// One line under the name.
    pub slogan: String,
    /// Of the base prices.
    pub currency: Currency,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// As in LanguageCode.
    pub language: String,
    /// Where shoppers reach it.
    pub email: String,
    /// Whether it is the sample shop.
    pub is_demo: bool,
}

impl Default for NewShop {
    fn default() -> Self {
        Self {
            name: "My shop".to_owned(),
            description: String::new(),
            slogan: String::new(),
            #[expect(clippy::unwrap_used, reason = "the table of currencies holds it")]
            currency: Currency::find("EUR").unwrap(),
            country: "DE".to_owned(),
            language: "EN".to_owned(),
            email: String::new(),
            is_demo: false,
        }
    }
}

/// The list of base prices.
pub const BASE_PRICE_LIST: PriceListId = PriceListId(0);

/// Sets up the shop and its list of base prices where there is none yet; an existing shop is left alone.
///
/// # Errors
/// The database's own.
pub async fn save_shop(app: &App, new: &NewShop) -> Result<(), Fault> {
    let shop = OnConflict::column(shop::Column::Id).do_nothing().to_owned();
    let base = OnConflict::column(price_list::Column::Id).do_nothing().to_owned();
    write_shop(app, new, shop, base).await
}

/// Sets up the shop also where there is one already, which it replaces. Only for a shop without products: their prices
/// would keep the currency that they have.
///
/// # Errors
/// The database's own.
pub async fn replace_shop(app: &App, new: &NewShop) -> Result<(), Fault> {
    let shop = OnConflict::column(shop::Column::Id)
        .update_columns([
            shop::Column::Name,
            shop::Column::Description,
            shop::Column::Slogan,
            shop::Column::Currency,
            shop::Column::Country,
            shop::Column::Language,
            shop::Column::Email,
            shop::Column::IsDemo,
            shop::Column::UpdatedAt,
        ])
        .to_owned();
    let base = OnConflict::column(price_list::Column::Id)
        .update_columns([price_list::Column::Currency, price_list::Column::UpdatedAt])
        .to_owned();
    write_shop(app, new, shop, base).await
}

async fn write_shop(
    app: &App,
    new: &NewShop,
    if_shop: OnConflict,
    if_base_list: OnConflict,
) -> Result<(), Fault> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = shop::ActiveModel {
                id: Set(SHOP_ID),
                name: Set(new.name.clone()),
                description: Set(new.description.clone()),
                slogan: Set(new.slogan.clone()),
                currency: Set(new.currency.code().to_owned()),
                country: Set(new.country.clone()),
                language: Set(new.language.clone()),
                email: Set(new.email.clone()),
                taxes_included: Set(true),
                order_prefix: Set("#".to_owned()),
                is_demo: Set(new.is_demo),
                created_at: Set(now),
                updated_at: Set(now),
            };
            shop::Entity::insert(row).on_conflict(if_shop.clone()).exec_without_returning(&tx).await?;
            let base = price_list::ActiveModel {
                id: Set(BASE_PRICE_LIST),
                name: Set("Base prices".to_owned()),
                currency: Set(new.currency.code().to_owned()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            price_list::Entity::insert(base)
                .on_conflict(if_base_list.clone())
                .exec_without_returning(&tx)
                .await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Makes a token and returns its secret, which is told this once.
///
/// # Errors
/// The database's own.
pub async fn create_access_token(
    app: &App,
    kind: AccessTokenKind,
    name: &str,
    scopes: &[String],
) -> Result<String, Fault> {
    let prefix = match kind {
        AccessTokenKind::Storefront => "tps",
        AccessTokenKind::Admin => "tpa",
    };
    let token = format!("{prefix}_{}", secret::new_token());
    let row = access_token::ActiveModel {
        id: NotSet,
        kind: Set(kind),
        name: Set(name.to_owned()),
        token_hash: Set(secret::hash_token(&token)),
        scopes: Set(serde_json::to_value(scopes)?),
        expires_at: Set(None),
        revoked_at: Set(None),
        created_at: Set(app.clock.now()),
    };
    row.insert(app.db.writer()).await?;
    Ok(token)
}
