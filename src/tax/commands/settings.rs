//! What the shop does about taxes.

use std::collections::HashSet;

use entity::id::MarketId;
use entity::{market, market_tax};
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::lock_in;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::record_one;
use crate::tax::error::{TaxError, TaxErrorCode};
use crate::tax::{Fallback, TaxProviderKind, TaxRoundingMode, TaxUnmatched};

/// Markets that are named at most.
const MAX_MARKETS: usize = 250;

/// The settings as they shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTaxSettings {
    /// What of a tax is rounded.
    pub rounding: TaxRoundingMode,
    /// The same in markets that do otherwise.
    pub market_roundings: Vec<(MarketId, TaxRoundingMode)>,
    /// Who says what the taxes are.
    pub provider: TaxProviderKind,
    /// What holds while the provider does not answer.
    pub fallback: Fallback,
    /// What holds where a country has rates of which none is for the address.
    pub unmatched: TaxUnmatched,
}

impl Default for NewTaxSettings {
    fn default() -> Self {
        Self {
            rounding: TaxRoundingMode::Line,
            market_roundings: Vec::new(),
            provider: TaxProviderKind::None,
            fallback: Fallback::Refuse,
            unmatched: TaxUnmatched::Untaxed,
        }
    }
}

/// Sets what the shop does about taxes.
///
/// # Errors
/// [`TaxError`] for a provider whose secret is not set, and markets that are unknown or named twice.
pub async fn save_tax_settings(app: &App, actor: &Actor, new: &NewTaxSettings) -> Result<(), TaxError> {
    TaxError::check_scope(actor)?;
    check(app, new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let shop = lock_in(&tx).await?;
            check_markets_in(&tx, new).await?;
            let row = entity::shop::ActiveModel {
                id: Unchanged(shop.id),
                tax_rounding: Set(new.rounding),
                tax_provider: Set(new.provider),
                tax_fallback: Set(new.fallback),
                tax_unmatched: Set(new.unmatched),
                updated_at: Set(now),
                ..Default::default()
            };
            row.update(&tx).await?;
            market_tax::Entity::delete_many().exec(&tx).await?;
            if !new.market_roundings.is_empty() {
                let rows = new.market_roundings.iter().map(|(market, rounding)| market_tax::ActiveModel {
                    market_id: Set(*market),
                    rounding: Set(*rounding),
                });
                market_tax::Entity::insert_many(rows).exec_without_returning(&tx).await?;
            }
            record_one(&tx, now, "shop", "shop.updated", shop.id).await?;
            tx.commit().await?;
            Ok::<_, TaxError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

fn check(app: &App, new: &NewTaxSettings) -> Result<(), TaxError> {
    let is_on = match new.provider {
        TaxProviderKind::None => true,
        TaxProviderKind::StripeTax => app.tax_provider.is_some(),
    };
    if !is_on {
        let message = "The tax provider has no secret: STRIPE_TAX_SECRET_KEY or STRIPE_SECRET_KEY";
        return Err(TaxError::refused(TaxErrorCode::ProviderOff, "provider", message));
    }
    if new.market_roundings.len() > MAX_MARKETS {
        let message = format!("At most {MAX_MARKETS} markets can be given");
        return Err(TaxError::refused(TaxErrorCode::TooMany, "marketRoundings", message));
    }
    let mut seen = HashSet::new();
    match new.market_roundings.iter().find(|(market, _)| !seen.insert(*market)) {
        None => Ok(()),
        Some((market, _)) => {
            let message = format!("Market {market} is named twice");
            Err(TaxError::refused(TaxErrorCode::Duplicate, "marketRoundings", message))
        }
    }
}

async fn check_markets_in(tx: &Tx, new: &NewTaxSettings) -> Result<(), TaxError> {
    let named: Vec<MarketId> = new.market_roundings.iter().map(|(market, _)| *market).collect();
    let count = u64::try_from(named.len()).unwrap_or(u64::MAX);
    if market::Entity::find().filter(market::Column::Id.is_in(named)).count(tx).await? == count {
        return Ok(());
    }
    let message = "A market does not exist";
    Err(TaxError::refused(TaxErrorCode::UnknownMarket, "marketRoundings", message))
}
