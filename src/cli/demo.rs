//! `tradepost demo`: the sample shop that travels inside the binary.

use std::collections::HashMap;

use anyhow::{Context, bail, ensure};
use entity::collection::CollectionSortOrder;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::catalog::{self, NewCollection};
use tradepost::import::{self, ImageFolder, ImportOptions};
use tradepost::media;
use tradepost::money::Currency;
use tradepost::store::{self, NewShop};

use super::{demo_content, demo_delivery, demo_metafield, demo_translation};

/// The pictures; the scripts that drew them stay in the repository.
static IMAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/demo/images");
/// The texts.
const TEXTS: [(&str, &str); 12] = [
    ("products.csv", include_str!("../../demo/products.csv")),
    ("collections.json", include_str!("../../demo/collections.json")),
    ("swatches.json", include_str!("../../demo/swatches.json")),
    ("shop.json", include_str!("../../demo/shop.json")),
    ("markets.json", include_str!("../../demo/markets.json")),
    ("prices.json", include_str!("../../demo/prices.json")),
    ("delivery.json", include_str!("../../demo/delivery.json")),
    ("discounts.json", include_str!("../../demo/discounts.json")),
    ("taxes.json", include_str!("../../demo/taxes.json")),
    ("content.json", include_str!("../../demo/content.json")),
    ("metafields.json", include_str!("../../demo/metafields.json")),
    ("translations.json", include_str!("../../demo/translations.json")),
];

/// `shop.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleShop {
    name: String,
    description: String,
    slogan: String,
    currency: String,
    country: String,
    language: String,
    email: String,
    delivery_zones: Vec<demo_delivery::SampleZone>,
}

/// One of `collections.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SampleCollection {
    handle: String,
    title: String,
    description_html: String,
    image: Option<String>,
    image_alt: Option<String>,
    sort_order: SampleSortOrder,
    products: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SampleSortOrder {
    Manual,
    BestSelling,
    Title,
    Price,
    Created,
}

/// Loads the sample shop into a database without products. Does nothing when it is there already; a load that was cut
/// short is brought to its end.
///
/// # Errors
/// When the database holds another shop's products, and the database's own.
pub async fn load_sample_shop(app: &App) -> anyhow::Result<()> {
    let sample: SampleShop = json("shop.json")?;
    let collections: Vec<SampleCollection> = json("collections.json")?;
    let found = store::find_shop(app.db.writer()).await?;
    if found.as_ref().is_some_and(|shop| shop.is_demo) {
        // The translations are the last thing that is written.
        if demo_content::is_laid(app).await? && demo_translation::is_laid(app).await? {
            return Ok(());
        }
    } else if found.is_some() && import::has_products(app.db.writer()).await? {
        bail!(
            "the database holds a shop of its own: the sample shop is only laid where there are no products yet. \
             Set DATA_DIR or DATABASE_URL to an empty place."
        );
    }
    lay_shop(app, &sample).await?;
    let file = bytes("products.csv")?;
    let options = ImportOptions {
        dry_run: false,
        images: ImageFolder::Embedded(find),
        swatches: json::<HashMap<String, String>>("swatches.json")?
            .into_iter()
            .map(|(name, color)| (name.to_lowercase(), color))
            .collect(),
    };
    let report = import::import_products(app, &Actor::System, file, options, &|_| {}).await?;
    if let Some(error) = report.errors.first() {
        bail!("the sample products are wrong: {error}");
    }
    super::demo_markets::load(app, &json("markets.json")?).await?;
    super::demo_taxes::load(app, &json("taxes.json")?).await?;
    super::demo_prices::load(app, &json("prices.json")?).await?;
    demo_delivery::load(app, &json("delivery.json")?).await?;
    for collection in collections {
        save_collection(app, collection).await?;
    }
    super::demo_discounts::load(app, &json::<Vec<_>>("discounts.json")?).await?;
    super::demo_pricing_rules::load(app).await?;
    demo_metafield::load(app).await?;
    demo_content::load(app).await?;
    demo_translation::load(app).await
}

async fn lay_shop(app: &App, sample: &SampleShop) -> anyhow::Result<()> {
    let currency = Currency::find(&sample.currency)
        .with_context(|| format!("the sample shop's currency is unknown: {}", sample.currency))?;
    let shop = NewShop {
        name: sample.name.clone(),
        description: sample.description.clone(),
        slogan: sample.slogan.clone(),
        currency,
        country: sample.country.clone(),
        language: sample.language.clone(),
        email: sample.email.clone(),
        is_demo: true,
    };
    store::replace_shop(app, &shop).await?;
    demo_delivery::lay_zones(app, currency, &sample.delivery_zones).await
}

async fn save_collection(app: &App, sample: SampleCollection) -> anyhow::Result<()> {
    let image = match &sample.image {
        Some(path) => Some(media::save_picture(app, bytes(path)?, sample.image_alt).await?),
        None => None,
    };
    let new = NewCollection {
        handle: sample.handle.clone(),
        title: sample.title,
        description_html: sample.description_html,
        sort_order: match sample.sort_order {
            SampleSortOrder::Manual => CollectionSortOrder::Manual,
            SampleSortOrder::BestSelling => CollectionSortOrder::BestSelling,
            SampleSortOrder::Title => CollectionSortOrder::Title,
            SampleSortOrder::Price => CollectionSortOrder::Price,
            SampleSortOrder::Created => CollectionSortOrder::Created,
        },
        image,
        product_handles: sample.products,
    };
    let saved = catalog::save_collection(app, &Actor::System, new).await?;
    ensure!(
        saved.unknown_handles.is_empty(),
        "the sample collection {} names products that are not there: {}",
        sample.handle,
        saved.unknown_handles.join(", ")
    );
    Ok(())
}

fn find(path: &str) -> Option<&'static [u8]> {
    let text = TEXTS.iter().find(|(name, _)| *name == path).map(|(_, text)| text.as_bytes());
    let picture = || path.strip_prefix("images/").and_then(|name| IMAGES.get_file(name));
    text.or_else(|| picture().map(include_dir::File::contents))
}

pub(super) fn bytes(path: &str) -> anyhow::Result<&'static [u8]> {
    find(path).with_context(|| format!("the sample shop lacks the file {path}"))
}

pub(super) fn json<T: DeserializeOwned>(path: &str) -> anyhow::Result<T> {
    serde_json::from_slice(bytes(path)?).with_context(|| format!("the sample shop's {path} cannot be read"))
}
