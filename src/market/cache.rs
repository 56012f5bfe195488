//! The markets, kept until they change: every request needs them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use entity::id::MarketId;
use entity::market::MarketStatus;
use entity::{fx_rate, market, market_locale, market_region, price_list, price_list_history, shop};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::country::{CountryInfo, find_country};
use super::past::ListVersion;
use super::rounding::Rounding;
use super::settings::{Market, PriceList, Rate, Settings};
use crate::db::Database;
use crate::error::Fault;
use crate::money::Currency;

/// The markets as last read.
#[derive(Clone, Debug, Default)]
pub struct SettingsCache(Arc<RwLock<Option<Read>>>);

/// What was read, and of which state of the shop.
type Read = (State, Arc<Settings>);

/// Two states are the same while nothing that markets are made of has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    market_version: i64,
    updated_at: DateTime<Utc>,
}

impl SettingsCache {
    /// The markets of the shop in the state in which it was read.
    ///
    /// # Errors
    /// The database's own, and a fault where the settings make no sense.
    pub async fn get(&self, db: &Database, shop: &shop::Model) -> Result<Arc<Settings>, Fault> {
        let state = State { market_version: shop.market_version, updated_at: shop.updated_at };
        if let Some((known, settings)) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && *known == state
        {
            return Ok(Arc::clone(settings));
        }
        // Read after the shop: what changes meanwhile is read again with the next state.
        let settings = Arc::new(load(db.fresh(), shop).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((state, Arc::clone(&settings)));
        Ok(settings)
    }
}

/// Reads the active markets of the shop.
///
/// # Errors
/// The database's own, and a fault where the settings make no sense.
pub(super) async fn load<C: ConnectionTrait>(db: &C, shop: &shop::Model) -> Result<Settings, Fault> {
    let rows = market::Entity::find()
        .filter(market::Column::Status.eq(MarketStatus::Active))
        .order_by_asc(market::Column::Id)
        .all(db)
        .await?;
    let mut parts = Parts::load(db, &shop.currency).await?;
    let rates = std::mem::take(&mut parts.rates);
    let mut primary = None;
    let mut others = Vec::new();
    for row in rows {
        let is_primary = row.is_primary;
        let market = parts.market_of(row)?;
        if is_primary { primary = Some(market) } else { others.push(market) }
    }
    let primary = primary.ok_or_else(|| Fault::new("the shop has no primary market"))?;
    let country = find_country(&shop.country)
        .ok_or_else(|| Fault::new(format!("the shop's country is unknown: {}", shop.country)))?;
    let settings = Settings::new(currency(&shop.currency)?, country, primary, others, rates);
    Ok(settings.with_past(load_past(db).await?))
}

/// States of price lists that are remembered: the newest. Enough for what was an offer within the last months.
const MAX_VERSIONS: u64 = 5_000;

/// What the price lists were, in the order in which they became so.
async fn load_past<C: ConnectionTrait>(db: &C) -> Result<Vec<ListVersion>, Fault> {
    let rows = price_list_history::Entity::find()
        .order_by_desc(price_list_history::Column::Id)
        .limit(MAX_VERSIONS)
        .all(db)
        .await?;
    let version = |row: price_list_history::Model| ListVersion {
        id: row.price_list_id,
        since: row.recorded_at,
        market: row.market_id,
        priority: row.priority,
        list: (!row.removed).then(|| PriceList {
            id: row.price_list_id,
            name: "".into(),
            segment: row.segment_id,
            adjust_bp: row.parent_adjust_bp,
            compare_at: row.compare_at_mode,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        }),
    };
    let mut versions: Vec<ListVersion> = rows.into_iter().rev().map(version).collect();
    // Of a list that was moved, the clocks of two nodes, or a shop from before, the moments may not follow on.
    versions.sort_by_key(|version| version.since);
    Ok(versions)
}

fn currency(code: &str) -> Result<Currency, Fault> {
    Currency::find(code).ok_or_else(|| Fault::new(format!("the currency is unknown: {code}")))
}

/// What belongs to markets, by market.
struct Parts {
    countries: HashMap<MarketId, HashSet<&'static str>>,
    languages: HashMap<MarketId, Vec<String>>,
    /// In the order in which they are asked; those of segments alone are in every market.
    lists: Vec<(Option<MarketId>, PriceList)>,
    rates: Vec<Rate>,
}

impl Parts {
    async fn load<C: ConnectionTrait>(db: &C, shop_currency: &str) -> Result<Self, Fault> {
        let mut countries: HashMap<MarketId, HashSet<&'static str>> = HashMap::new();
        let regions = market_region::Entity::find().filter(market_region::Column::Active.eq(true));
        for region in regions.all(db).await? {
            countries.entry(region.market_id).or_default().extend(find_country(&region.country).map(code));
        }
        let mut languages: HashMap<MarketId, Vec<String>> = HashMap::new();
        let locales = market_locale::Entity::find().order_by_asc(market_locale::Column::Locale);
        for locale in locales.all(db).await? {
            languages.entry(locale.market_id).or_default().push(locale.locale);
        }
        let is_ours = Condition::any()
            .add(price_list::Column::MarketId.is_not_null())
            .add(price_list::Column::SegmentId.is_not_null());
        let rows = price_list::Entity::find()
            .filter(is_ours)
            .order_by_desc(price_list::Column::Priority)
            .order_by_asc(price_list::Column::Id);
        let list = |row: price_list::Model| {
            let list = PriceList {
                id: row.id,
                name: row.name.into(),
                segment: row.segment_id,
                adjust_bp: row.parent_adjust_bp,
                compare_at: row.compare_at_mode,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
            };
            (row.market_id, list)
        };
        let lists = rows.all(db).await?.into_iter().map(list).collect();
        let mut rates = Vec::new();
        let rows = fx_rate::Entity::find().filter(fx_rate::Column::FromCurrency.eq(shop_currency));
        for row in rows.all(db).await? {
            let to = Currency::find(&row.to_currency);
            rates.extend(to.map(|to| Rate { to, rate_e9: row.rate_e9, effective_at: row.effective_at }));
        }
        Ok(Self { countries, languages, lists, rates })
    }

    fn market_of(&mut self, row: market::Model) -> Result<Market, Fault> {
        let rounding =
            Rounding::new(row.rounding_mode, row.rounding_step_minor, row.rounding_ending_minor)
                .ok_or_else(|| Fault::new(format!("the rounding of market {} makes no sense", row.handle)))?;
        let countries = self.countries.remove(&row.id).unwrap_or_default();
        let mut countries: Vec<&'static CountryInfo> =
            countries.into_iter().filter_map(find_country).collect();
        countries.sort_by_key(|country| country.code);
        let holds_there = |(market, _): &&(Option<MarketId>, PriceList)| market.is_none_or(|id| id == row.id);
        let lists = self.lists.iter().filter(holds_there).map(|(_, list)| list.clone()).collect();
        Ok(Market {
            id: row.id,
            currency: currency(&row.base_currency)?,
            handle: row.handle,
            tax_inclusive: row.tax_inclusive,
            rounding,
            adjust_bp: row.price_adjust_bp,
            countries,
            languages: self.languages.remove(&row.id).unwrap_or_default(),
            lists,
        })
    }
}

fn code(country: &'static CountryInfo) -> &'static str {
    country.code
}
