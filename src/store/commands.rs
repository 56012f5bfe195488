//! Setting up the shop and its tokens.

use chrono::{DateTime, Utc};
use entity::access_token::{self, AccessTokenKind};
use entity::id::PriceListId;
use entity::market::{MarketStatus, RoundingMode};
use entity::price_list::CompareAtMode;
use entity::{market, market_region, price_list, shop};
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use super::queries::{SHOP_ID, get_shop};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event;
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

/// What happens to a shop that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Existing {
    /// It stays as it is.
    Keep,
    /// It becomes the new one.
    Replace,
}

/// Sets up the shop, its list of base prices and its home market where there is none yet; an existing shop is left
/// alone.
///
/// # Errors
/// The database's own.
pub async fn save_shop(app: &App, new: &NewShop) -> Result<(), Fault> {
    write_shop(app, new, Existing::Keep).await
}

/// Sets up the shop also where there is one already, which it replaces, its home market with it. Only for a shop without
/// products: their prices would keep the currency that they have.
///
/// # Errors
/// The database's own.
pub async fn replace_shop(app: &App, new: &NewShop) -> Result<(), Fault> {
    write_shop(app, new, Existing::Replace).await
}

async fn write_shop(app: &App, new: &NewShop, existing: Existing) -> Result<(), Fault> {
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
                market_version: Set(0),
                discount_version: Set(0),
                tax_version: Set(0),
                delivery_version: Set(0),
                time_zone: Set("UTC".to_owned()),
                tax_rounding: Set(shop::TaxRoundingMode::Line),
                tax_provider: Set(shop::TaxProviderKind::None),
                tax_fallback: Set(shop::TaxFallback::Refuse),
                tax_unmatched: Set(shop::TaxUnmatched::Untaxed),
                created_at: Set(now),
                updated_at: Set(now),
            };
            shop::Entity::insert(row)
                .on_conflict(if_shop_exists(existing))
                .exec_without_returning(&tx)
                .await?;
            let base = price_list::ActiveModel {
                id: Set(BASE_PRICE_LIST),
                name: Set("Base prices".to_owned()),
                currency: Set(new.currency.code().to_owned()),
                market_id: Set(None),
                segment_id: Set(None),
                parent_adjust_bp: Set(None),
                compare_at_mode: Set(CompareAtMode::Adjusted),
                priority: Set(0),
                starts_at: Set(None),
                ends_at: Set(None),
                created_at: Set(now),
                updated_at: Set(now),
            };
            price_list::Entity::insert(base)
                .on_conflict(if_base_list_exists(existing))
                .exec_without_returning(&tx)
                .await?;
            if existing == Existing::Replace {
                let home = market::Column::IsPrimary.eq(true);
                market::Entity::delete_many().filter(home).exec(&tx).await?;
                event::record_one(&tx, now, "shop", "shop.updated", SHOP_ID).await?;
            }
            ensure_home_market_in(&tx, now).await?;
            tx.commit().await?;
            app.forget_shop();
            Ok(())
        })
        .await
}

fn if_shop_exists(existing: Existing) -> OnConflict {
    let mut conflict = OnConflict::column(shop::Column::Id);
    match existing {
        Existing::Keep => conflict.do_nothing().to_owned(),
        Existing::Replace => conflict
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
            .value(shop::Column::MarketVersion, shop::Column::MarketVersion.into_expr().add(1))
            .to_owned(),
    }
}

fn if_base_list_exists(existing: Existing) -> OnConflict {
    let mut conflict = OnConflict::column(price_list::Column::Id);
    match existing {
        Existing::Keep => conflict.do_nothing().to_owned(),
        Existing::Replace => {
            conflict.update_columns([price_list::Column::Currency, price_list::Column::UpdatedAt]).to_owned()
        }
    }
}

/// Makes the market of the shop's own country where there is no primary one.
async fn ensure_home_market_in(tx: &Tx, now: DateTime<Utc>) -> Result<(), Fault> {
    if market::Entity::find().filter(market::Column::IsPrimary.eq(true)).one(tx).await?.is_some() {
        return Ok(());
    }
    let shop = get_shop(tx).await?;
    let home = market::ActiveModel {
        id: NotSet,
        handle: Set(shop.country.to_lowercase()),
        name: Set("Home".to_owned()),
        status: Set(MarketStatus::Active),
        is_primary: Set(true),
        base_currency: Set(shop.currency),
        tax_inclusive: Set(shop.taxes_included),
        rounding_mode: Set(RoundingMode::Nearest),
        rounding_step_minor: Set(1),
        rounding_ending_minor: Set(0),
        price_adjust_bp: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let home = home.insert(tx).await?;
    let region = market_region::ActiveModel {
        market_id: Set(home.id),
        country: Set(shop.country),
        province: Set(String::new()),
        active: Set(true),
    };
    market_region::Entity::insert(region).exec_without_returning(tx).await?;
    Ok(())
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
        AccessTokenKind::StorefrontPrivate => "tpp",
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
