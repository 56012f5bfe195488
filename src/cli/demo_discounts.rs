//! The discounts of the sample shop: `discounts.json`.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use chrono::{DateTime, Utc};
use entity::id::{CollectionId, DiscountId, ProductId};
use entity::{collection, discount, product};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::discount::{self as discounts, NewDiscount, find_codes, fold_code};
use tradepost::money::Currency;
use tradepost::pricing::engine::{
    Buy, CombinesWith, DiscountClass, DiscountMethod, Effect, ForCustomers, Requirement, Spread, Targets,
    Value,
};
use tradepost::store;

/// One of `discounts.json`. Amounts are minor units of the shop's currency.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SampleDiscount {
    title: String,
    /// None for one that applies by itself.
    #[serde(default)]
    codes: Vec<String>,
    effect: SampleEffect,
    /// What the entitled things must cost at least.
    from_minor: Option<i64>,
    combines_with: Vec<SampleClass>,
    #[serde(default)]
    once_per_customer: bool,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum SampleClass {
    Product,
    Order,
    Shipping,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum SampleEffect {
    /// A percentage or an amount off the whole order.
    Order {
        percentage_bp: Option<i32>,
        amount_minor: Option<i64>,
    },
    /// A percentage off what is in some collections.
    Product {
        percentage_bp: i32,
        collections: Vec<String>,
    },
    /// Whoever buys some of some products gets others of them for less.
    BuyXGetY {
        products: Vec<String>,
        buy: i32,
        get: i32,
        percentage_bp: i32,
    },
    FreeShipping,
}

/// Makes the discounts; what is there already is brought to the same state.
///
/// # Errors
/// When the file makes no sense, and the database's own.
pub async fn load(app: &App, sample: &[SampleDiscount]) -> anyhow::Result<()> {
    let currency = store::get_shop(app.db.writer()).await?.currency;
    let currency = Currency::find(&currency).context("the sample shop's currency is unknown")?;
    for sample in sample {
        save(app, currency, sample).await.with_context(|| format!("the sample discount {}", sample.title))?;
    }
    Ok(())
}

async fn save(app: &App, currency: Currency, sample: &SampleDiscount) -> anyhow::Result<()> {
    let combines = |class| sample.combines_with.contains(&class);
    let (class, effect) = effect_of(app, &sample.effect).await?;
    let new = NewDiscount {
        title: sample.title.clone(),
        method: if sample.codes.is_empty() { DiscountMethod::Automatic } else { DiscountMethod::Code },
        codes: sample.codes.clone(),
        class,
        effect,
        currency,
        requirement: sample.from_minor.map_or(Requirement::None, Requirement::Subtotal),
        combines_with: CombinesWith {
            product: combines(SampleClass::Product),
            order: combines(SampleClass::Order),
            shipping: combines(SampleClass::Shipping),
        },
        customers: ForCustomers::All,
        markets: None,
        starts_at: DateTime::<Utc>::UNIX_EPOCH,
        ends_at: None,
        usage_limit: None,
        once_per_customer: sample.once_per_customer,
    };
    match find(app, sample).await? {
        Some(id) => discounts::update(app, &Actor::System, id, &new).await?,
        None => {
            discounts::create(app, &Actor::System, &new).await?;
        }
    }
    Ok(())
}

/// The discount that an earlier load has made.
async fn find(app: &App, sample: &SampleDiscount) -> anyhow::Result<Option<DiscountId>> {
    let codes: Vec<String> = sample.codes.iter().map(|code| fold_code(code)).collect();
    if !codes.is_empty() {
        let found = find_codes(app.db.writer(), &codes).await?;
        return Ok(found.into_values().next().map(|(discount, _)| discount));
    }
    let known = discount::Entity::find()
        .filter(discount::Column::Title.eq(&sample.title))
        .filter(discount::Column::Method.eq(discount::DiscountMethod::Automatic))
        .filter(discount::Column::DeletedAt.is_null())
        .order_by_asc(discount::Column::Id);
    Ok(known.one(app.db.writer()).await?.map(|row| row.id))
}

async fn effect_of(app: &App, sample: &SampleEffect) -> anyhow::Result<(DiscountClass, Effect)> {
    Ok(match sample {
        SampleEffect::Order { percentage_bp, amount_minor } => {
            let value = match (percentage_bp, amount_minor) {
                (Some(bp), None) => Value::Percentage(*bp),
                (None, Some(minor)) => Value::Amount(*minor),
                _ => anyhow::bail!("it takes off either a percentage or an amount"),
            };
            let effect = Effect::Basic { value, spread: Spread::Across, targets: Targets::All };
            (DiscountClass::Order, effect)
        }
        SampleEffect::Product { percentage_bp, collections } => {
            let targets = Targets::Named {
                products: BTreeSet::new(),
                variants: BTreeSet::new(),
                collections: collections_of(app, collections).await?,
            };
            let effect =
                Effect::Basic { value: Value::Percentage(*percentage_bp), spread: Spread::Across, targets };
            (DiscountClass::Product, effect)
        }
        SampleEffect::BuyXGetY { products, buy, get, percentage_bp } => {
            let targets = Targets::Named {
                products: products_of(app, products).await?,
                variants: BTreeSet::new(),
                collections: BTreeSet::new(),
            };
            let effect = Effect::BuyXGetY {
                buys: targets.clone(),
                buy: Buy::Quantity(*buy),
                gets: targets,
                get_quantity: *get,
                value: Value::Percentage(*percentage_bp),
                uses_per_order: None,
            };
            (DiscountClass::Product, effect)
        }
        SampleEffect::FreeShipping => {
            (DiscountClass::Shipping, Effect::FreeShipping { countries: None, max_cost_minor: None })
        }
    })
}

async fn products_of(app: &App, handles: &[String]) -> anyhow::Result<BTreeSet<ProductId>> {
    let named = product::Entity::find().filter(product::Column::Handle.is_in(handles));
    let found: BTreeSet<ProductId> =
        named.all(app.db.writer()).await?.into_iter().map(|row| row.id).collect();
    ensure!(found.len() == handles.len(), "it names products that are not there: {}", handles.join(", "));
    Ok(found)
}

async fn collections_of(app: &App, handles: &[String]) -> anyhow::Result<BTreeSet<CollectionId>> {
    let named = collection::Entity::find().filter(collection::Column::Handle.is_in(handles));
    let found: BTreeSet<CollectionId> =
        named.all(app.db.writer()).await?.into_iter().map(|row| row.id).collect();
    ensure!(found.len() == handles.len(), "it names collections that are not there: {}", handles.join(", "));
    Ok(found)
}
