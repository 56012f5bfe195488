//! The markets of the sample shop: `markets.json`.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use entity::id::VariantId;
use entity::market::{MarketStatus, RoundingMode};
use entity::price_list::CompareAtMode;
use entity::{price_list, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::market::{self, NewMarket, NewPriceList, NewRate, Region, Rounding, find_country};
use tradepost::money::{Currency, Money};
use tradepost::pricing::{self, FixedPrice};
use tradepost::store;

/// `markets.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleMarkets {
    rates: Vec<SampleRate>,
    markets: Vec<SampleMarket>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleRate {
    currency: String,
    rate_e9: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleMarket {
    handle: String,
    name: String,
    currency: String,
    countries: Vec<String>,
    tax_inclusive: bool,
    rounding: SampleRounding,
    adjust_bp: i32,
    price_lists: Vec<SamplePriceList>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleRounding {
    mode: RoundingMode,
    step_minor: i64,
    ending_minor: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SamplePriceList {
    name: String,
    adjust_bp: Option<i32>,
    prices: Vec<SamplePrice>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SamplePrice {
    sku: String,
    amount_minor: i64,
}

/// Lays rates, markets and price lists; what is there already is brought to the same state.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App, sample: &SampleMarkets) -> anyhow::Result<()> {
    let from = currency(&store::get_shop(app.db.writer()).await?.currency)?;
    for rate in &sample.rates {
        let effective_at = Some(chrono::DateTime::UNIX_EPOCH);
        let new = NewRate { from, to: currency(&rate.currency)?, rate_e9: rate.rate_e9, effective_at };
        market::save_rate(app, &Actor::System, new).await?;
    }
    for sample in &sample.markets {
        load_market(app, sample).await.with_context(|| format!("the sample market {}", sample.handle))?;
    }
    Ok(())
}

fn currency(code: &str) -> anyhow::Result<Currency> {
    Currency::find(code).with_context(|| format!("the sample shop's currency is unknown: {code}"))
}

async fn load_market(app: &App, sample: &SampleMarket) -> anyhow::Result<()> {
    let currency = currency(&sample.currency)?;
    let region = |code: &String| {
        find_country(code).map(Region::whole).with_context(|| format!("the country is unknown: {code}"))
    };
    let SampleRounding { mode, step_minor, ending_minor } = sample.rounding;
    let new = NewMarket {
        handle: sample.handle.clone(),
        name: sample.name.clone(),
        status: MarketStatus::Active,
        currency,
        regions: sample.countries.iter().map(region).collect::<anyhow::Result<_>>()?,
        languages: Vec::new(),
        tax_inclusive: sample.tax_inclusive,
        rounding: Rounding::new(mode, step_minor, ending_minor).context("the rounding makes no sense")?,
        adjust_bp: sample.adjust_bp,
    };
    let id = market::save_market(app, &Actor::System, &new).await?;
    for list in &sample.price_lists {
        let known = price_list::Entity::find()
            .filter(price_list::Column::MarketId.eq(id))
            .filter(price_list::Column::Name.eq(&list.name));
        let new = NewPriceList {
            id: known.one(app.db.writer()).await?.map(|known| known.id),
            name: list.name.clone(),
            market: Some(id),
            segment: None,
            currency,
            adjust_bp: list.adjust_bp,
            compare_at: CompareAtMode::Adjusted,
            priority: 0,
            starts_at: None,
            ends_at: None,
        };
        let id = market::save_price_list(app, &Actor::System, &new).await?;
        let prices = prices_of(app, currency, &list.prices).await?;
        pricing::save_fixed_prices(app, &Actor::System, id, &prices).await?;
    }
    Ok(())
}

async fn prices_of(app: &App, currency: Currency, sample: &[SamplePrice]) -> anyhow::Result<Vec<FixedPrice>> {
    let skus: HashSet<&str> = sample.iter().map(|price| price.sku.as_str()).collect();
    let variants: Vec<(Option<String>, VariantId)> = variant::Entity::find()
        .select_only()
        .columns([variant::Column::Sku, variant::Column::Id])
        .filter(variant::Column::Sku.is_in(skus))
        .filter(variant::Column::DeletedAt.is_null())
        .into_tuple()
        .all(app.db.writer())
        .await?;
    let by_sku: HashMap<String, VariantId> =
        variants.into_iter().filter_map(|(sku, id)| Some((sku?, id))).collect();
    let price = |sample: &SamplePrice| {
        let id = by_sku.get(&sample.sku);
        let id = id.with_context(|| format!("no sample product has the SKU {}", sample.sku))?;
        Ok(FixedPrice::of(*id, Money::new(sample.amount_minor, currency)))
    };
    sample.iter().map(price).collect()
}
