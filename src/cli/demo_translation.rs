//! The sample shop in another language: `translations.json`.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use entity::translation::ResourceType;
use serde::Deserialize;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::translation::{self, NewLocale, NewText};
use tradepost::{catalog, content, store};

use super::demo::json;

/// Texts by their keys.
type Texts = BTreeMap<String, String>;

/// `translations.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleTranslations {
    locale: String,
    shop: Texts,
    /// By handle.
    collections: HashMap<String, Texts>,
    products: HashMap<String, Texts>,
    pages: HashMap<String, Texts>,
    /// By handle; then by the original titles of the items.
    menus: HashMap<String, Texts>,
}

/// Whether the translations were laid to their end: that shoppers can ask for the language is the last thing written.
pub(super) async fn is_laid(app: &App) -> anyhow::Result<bool> {
    Ok(translation::published_languages(app).await?.len() > 1)
}

/// Lays the translations, behind all that they translate.
pub(super) async fn load(app: &App) -> anyhow::Result<()> {
    let sample: SampleTranslations = json("translations.json")?;
    speak(app, &sample.locale, false).await?;
    let mut things: Vec<(ResourceType, i64, Texts)> = Vec::new();
    things.push((ResourceType::Shop, store::get_shop(app.db.writer()).await?.id, sample.shop));
    let handles: Vec<String> = sample.collections.keys().cloned().collect();
    let found = catalog::collections_by_handles(app.db.writer(), &handles).await?;
    let ids = found.into_iter().map(|(handle, row)| (handle, row.id.0)).collect();
    things.extend(named(ResourceType::Collection, sample.collections, &ids)?);
    let handles: Vec<String> = sample.products.keys().cloned().collect();
    let found = catalog::products_by_handles(app.db.writer(), &handles).await?;
    let ids = found.into_iter().map(|(handle, row)| (handle, row.id.0)).collect();
    things.extend(named(ResourceType::Product, sample.products, &ids)?);
    let handles: Vec<String> = sample.pages.keys().cloned().collect();
    let found = content::pages_by_handles(app.db.writer(), &handles).await?;
    let ids = found.into_iter().map(|(handle, row)| (handle, row.id.0)).collect();
    things.extend(named(ResourceType::Page, sample.pages, &ids)?);
    things.extend(menu_items(app, sample.menus).await?);
    for (resource, id, texts) in things {
        let texts = texts.into_iter().map(NewText::from).collect();
        translation::register(app, &Actor::System, resource, id, &sample.locale, texts).await?;
    }
    speak(app, &sample.locale, true).await
}

async fn speak(app: &App, locale: &str, published: bool) -> anyhow::Result<()> {
    let locales = vec![NewLocale { locale: locale.to_owned(), published }];
    Ok(translation::save_locales(app, &Actor::System, locales).await?)
}

fn named(
    resource: ResourceType,
    samples: HashMap<String, Texts>,
    ids: &HashMap<String, i64>,
) -> anyhow::Result<Vec<(ResourceType, i64, Texts)>> {
    let id = |handle: &str| ids.get(handle).copied().with_context(|| format!("nothing is called {handle}"));
    samples.into_iter().map(|(handle, texts)| Ok((resource, id(&handle)?, texts))).collect()
}

async fn menu_items(
    app: &App,
    samples: HashMap<String, Texts>,
) -> anyhow::Result<Vec<(ResourceType, i64, Texts)>> {
    let handles: Vec<String> = samples.keys().cloned().collect();
    let menus = content::menus_by_handles(app.db.writer(), &handles).await?;
    let mut things = Vec::new();
    for (handle, titles) in samples {
        let menu = menus.get(&handle).with_context(|| format!("no menu is called {handle}"))?;
        for item in &menu.items {
            if let Some(title) = titles.get(&item.title) {
                let texts = BTreeMap::from([("title".to_owned(), title.clone())]);
                things.push((ResourceType::MenuItem, item.id.0, texts));
            }
        }
    }
    Ok(things)
}
