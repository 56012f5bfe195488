//! The taxes of the sample shop: `taxes.json`. The rates are those of the countries in 2026, as far as its goods need
//! them.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use entity::id::{MarketId, TaxClassId, VariantId};
use entity::{market, product, tax_class, tax_rate, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::tax::{self, NewTaxClass, NewTaxRate, NewTaxSettings, TaxRoundingMode};

/// `taxes.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SampleTaxes {
    rounding: TaxRoundingMode,
    /// By the handle of the market.
    market_roundings: HashMap<String, TaxRoundingMode>,
    classes: Vec<SampleClass>,
    rates: Vec<SampleRate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleClass {
    handle: String,
    name: String,
    /// By handle.
    products: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleRate {
    country: String,
    province: Option<String>,
    postcode: Option<String>,
    class: Option<String>,
    title: String,
    jurisdiction: Option<String>,
    #[serde(rename = "rateE6")]
    rate_e6: i64,
    #[serde(default = "yes")]
    on_shipping: bool,
    #[serde(default)]
    priority: i32,
    valid_from: Option<DateTime<Utc>>,
    valid_to: Option<DateTime<Utc>>,
}

fn yes() -> bool {
    true
}

/// Lays classes, rates and settings; what is there already is brought to the same state.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App, sample: &SampleTaxes) -> anyhow::Result<()> {
    let mut classes = HashMap::new();
    for class in &sample.classes {
        let id = load_class(app, class).await.with_context(|| format!("the tax class {}", class.handle))?;
        classes.insert(class.handle.as_str(), id);
    }
    let known = tax_rate::Entity::find().all(app.db.writer()).await?;
    for rate in &sample.rates {
        let saved = load_rate(app, &classes, &known, rate).await;
        saved.with_context(|| format!("the tax rate of {} {:?}", rate.country, rate.province))?;
    }
    let mut market_roundings = Vec::new();
    for (handle, rounding) in &sample.market_roundings {
        market_roundings.push((market_id(app, handle).await?, *rounding));
    }
    let settings =
        NewTaxSettings { rounding: sample.rounding, market_roundings, ..NewTaxSettings::default() };
    Ok(tax::save_tax_settings(app, &Actor::System, &settings).await?)
}

async fn load_class(app: &App, sample: &SampleClass) -> anyhow::Result<TaxClassId> {
    let known = tax_class::Entity::find().filter(tax_class::Column::Handle.eq(&sample.handle));
    let new = NewTaxClass {
        id: known.one(app.db.writer()).await?.map(|known| known.id),
        handle: sample.handle.clone(),
        name: sample.name.clone(),
        provider_code: None,
    };
    let id = tax::save_tax_class(app, &Actor::System, &new).await?;
    let products = product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::Column::Handle.is_in(&sample.products))
        .into_query();
    let variants: Vec<VariantId> = variant::Entity::find()
        .select_only()
        .column(variant::Column::Id)
        .filter(variant::Column::ProductId.in_subquery(products))
        .filter(variant::Column::DeletedAt.is_null())
        .into_tuple()
        .all(app.db.writer())
        .await?;
    tax::set_tax_class(app, &Actor::System, &variants, Some(id)).await?;
    Ok(id)
}

async fn load_rate(
    app: &App,
    classes: &HashMap<&str, TaxClassId>,
    known: &[tax_rate::Model],
    sample: &SampleRate,
) -> anyhow::Result<()> {
    let class = match &sample.class {
        Some(handle) => Some(*classes.get(handle.as_str()).with_context(|| format!("no class {handle}"))?),
        None => None,
    };
    let is_same = |row: &&tax_rate::Model| {
        row.country == sample.country
            && row.province == sample.province.as_deref().unwrap_or_default()
            && row.postcode == sample.postcode.as_deref().unwrap_or_default()
            && (row.tax_class_id, row.priority) == (class, sample.priority)
            && row.valid_from == sample.valid_from
    };
    let new = NewTaxRate {
        id: known.iter().find(is_same).map(|row| row.id),
        country: sample.country.clone(),
        province: sample.province.clone(),
        postcode: sample.postcode.clone(),
        class,
        title: sample.title.clone(),
        jurisdiction: sample.jurisdiction.clone(),
        rate_e6: sample.rate_e6,
        compound: false,
        on_shipping: sample.on_shipping,
        priority: sample.priority,
        valid_from: sample.valid_from,
        valid_to: sample.valid_to,
    };
    tax::save_tax_rate(app, &Actor::System, &new).await?;
    Ok(())
}

async fn market_id(app: &App, handle: &str) -> anyhow::Result<MarketId> {
    let market =
        market::Entity::find().filter(market::Column::Handle.eq(handle)).one(app.db.writer()).await?;
    Ok(market.with_context(|| format!("there is no market {handle}"))?.id)
}
