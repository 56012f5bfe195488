//! The time zone, the segments and their price lists of the sample shop: `prices.json`.

use anyhow::Context;
use entity::id::SegmentId;
use entity::price_list::CompareAtMode;
use entity::{price_list, segment};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::customer;
use tradepost::market::{self, NewPriceList};
use tradepost::money::Currency;
use tradepost::store;

/// `prices.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SamplePrices {
    time_zone: String,
    price_lists: Vec<SampleSegmentList>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleSegmentList {
    segment: String,
    name: String,
    adjust_bp: i32,
}

/// Sets the time zone and lays segments with their price lists; what is there already is brought to the same state.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App, sample: &SamplePrices) -> anyhow::Result<()> {
    store::set_time_zone(app, &Actor::System, &sample.time_zone).await?;
    let currency = store::get_shop(app.db.writer()).await?.currency;
    let currency = Currency::find(&currency).context("the sample shop's currency is unknown")?;
    for list in &sample.price_lists {
        let segment = segment_named(app, &list.segment).await?;
        let known = price_list::Entity::find()
            .filter(price_list::Column::SegmentId.eq(segment))
            .filter(price_list::Column::Name.eq(&list.name));
        let new = NewPriceList {
            id: known.one(app.db.writer()).await?.map(|known| known.id),
            name: list.name.clone(),
            market: None,
            segment: Some(segment),
            currency,
            adjust_bp: Some(list.adjust_bp),
            compare_at: CompareAtMode::Adjusted,
            priority: 10,
            starts_at: None,
            ends_at: None,
        };
        market::save_price_list(app, &Actor::System, &new).await?;
    }
    Ok(())
}

async fn segment_named(app: &App, name: &str) -> anyhow::Result<SegmentId> {
    let known = segment::Entity::find().filter(segment::Column::Name.eq(name));
    match known.one(app.db.writer()).await? {
        Some(known) => Ok(known.id),
        None => Ok(customer::create_segment(app, &Actor::System, name).await?),
    }
}
