//! The loaders of one request: fields ask for one thing, the database is asked once for all that a level needs.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, InventoryItemId, MediaId, OptionId, OptionValueId, ProductId, VariantId};
use entity::{collection, inventory_item, media, product, variant};

use super::media::can_be_shown;
use crate::app::App;
use crate::catalog::{self, Assortment, MemberRequest, OptionWithValues, PriceBasis, SelectedOption};
use crate::db::Database;
use crate::error::Fault;
use crate::graphql::loader::{Batch, Pulse};
use crate::inventory::{self, Availability};
use crate::money::Currency;
use crate::page::Page;
use crate::pricing::{self, PriceRanges, Tier};
use crate::store::BASE_PRICE_LIST;

type Found<K, V> = Result<HashMap<K, V>, Fault>;
/// Rows of one kind that belong to one thing.
type Rows<T> = Arc<Vec<Arc<T>>>;

/// The loaders of one request. A key without a value has none; lists of such a key are empty.
pub struct Loaders {
    /// The pulse that they share: the request is run with it.
    pub pulse: Pulse,
    /// Products, whatever their status.
    pub products: Batch<ProductId, Arc<product::Model>>,
    /// Products by handle, whatever their status.
    pub products_by_handle: Batch<String, Arc<product::Model>>,
    /// Variants, deleted ones too.
    pub variants: Batch<VariantId, Arc<variant::Model>>,
    /// The variants of a product in their order.
    pub variants_of: Batch<ProductId, Rows<variant::Model>>,
    /// The options of a product in their order.
    pub options_of: Batch<ProductId, Rows<OptionWithValues>>,
    /// All that choosing among a product's variants needs; four statements.
    pub assortments: Batch<ProductId, Arc<Assortment>>,
    /// Names and values of a variant's options.
    pub selected_options: Batch<VariantId, Arc<Vec<SelectedOption>>>,
    /// The product of an option.
    pub option_owners: Batch<OptionId, ProductId>,
    /// The product of an option's value.
    pub value_owners: Batch<OptionValueId, ProductId>,
    /// The tags of a product.
    pub tags_of: Batch<ProductId, Arc<Vec<String>>>,
    /// Pictures that can be shown.
    pub media: Batch<MediaId, Arc<media::Model>>,
    /// Whether shoppers may see a picture by its key alone.
    pub is_shown: Batch<MediaId, ()>,
    /// The pictures of a product that can be shown, in their order.
    pub media_of: Batch<ProductId, Rows<media::Model>>,
    /// The unit prices of a variant.
    pub prices: Batch<VariantId, Arc<Vec<Tier>>>,
    /// Between which prices a product's variants lie.
    pub price_ranges: Batch<ProductId, PriceRanges>,
    /// What is left of an item.
    pub availability: Batch<InventoryItemId, Availability>,
    /// What is left of each item of a product.
    pub availability_of: Batch<ProductId, Arc<HashMap<InventoryItemId, Availability>>>,
    /// The stock side of variants.
    pub inventory_items: Batch<InventoryItemId, Arc<inventory_item::Model>>,
    /// Collections, published or not.
    pub collections: Batch<CollectionId, Arc<collection::Model>>,
    /// Collections by handle, published or not.
    pub collections_by_handle: Batch<String, Arc<collection::Model>>,
    /// The published collections of a product.
    pub collections_of: Batch<ProductId, Rows<collection::Model>>,
    /// A page of the products of a collection.
    pub collection_products: Batch<MemberRequest, Page<Arc<product::Model>>>,
}

impl Loaders {
    /// Fresh loaders, for prices in this currency at this moment.
    #[must_use]
    pub fn new(app: &App, currency: Currency, now: DateTime<Utc>) -> Self {
        let (db, pulse) = (&app.db, Pulse::default());
        let list = BASE_PRICE_LIST;
        let basis = PriceBasis { list, currency, now };
        Self {
            pulse: pulse.clone(),
            products: on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::products_by_ids(db.reader(), &ids).await?))
            }),
            products_by_handle: on(db, &pulse, move |db, handles| async move {
                Ok(shared(catalog::products_by_handles(db.reader(), &handles).await?))
            }),
            variants: on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::variants_by_ids(db.reader(), &ids).await?))
            }),
            variants_of: on(db, &pulse, move |db, ids| async move {
                Ok(rows(catalog::variants_by_product_ids(db.reader(), &ids).await?))
            }),
            options_of: on(db, &pulse, move |db, ids| async move {
                Ok(rows(catalog::options_by_product_ids(db.reader(), &ids).await?))
            }),
            assortments: on(db, &pulse, assortments),
            selected_options: on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::selected_options_by_variant_ids(db.reader(), &ids).await?))
            }),
            option_owners: on(db, &pulse, move |db, ids| async move {
                catalog::product_ids_by_option_ids(db.reader(), &ids).await
            }),
            value_owners: on(db, &pulse, move |db, ids| async move {
                catalog::product_ids_by_value_ids(db.reader(), &ids).await
            }),
            tags_of: on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::tags_by_product_ids(db.reader(), &ids).await?))
            }),
            media: on(db, &pulse, pictures),
            is_shown: on(db, &pulse, move |db, ids| async move {
                let shown = catalog::shown_media(db.reader(), now, &ids).await?;
                Ok(shown.into_iter().map(|id| (id, ())).collect())
            }),
            media_of: on(db, &pulse, pictures_of),
            prices: on(db, &pulse, move |db, ids| async move {
                Ok(shared(pricing::prices_by_variant_ids(db.reader(), list, currency, now, &ids).await?))
            }),
            price_ranges: on(db, &pulse, move |db, ids| async move {
                pricing::price_ranges_by_product_ids(db.reader(), list, currency, now, &ids).await
            }),
            availability: on(db, &pulse, move |db, ids| async move {
                inventory::availability_by_item_ids(db.reader(), &ids).await
            }),
            availability_of: on(db, &pulse, move |db, ids| async move {
                Ok(shared(inventory::availability_by_product_ids(db.reader(), &ids).await?))
            }),
            inventory_items: on(db, &pulse, move |db, ids| async move {
                Ok(shared(inventory::items_by_ids(db.reader(), &ids).await?))
            }),
            collections: on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::collections_by_ids(db.reader(), &ids).await?))
            }),
            collections_by_handle: on(db, &pulse, move |db, handles| async move {
                Ok(shared(catalog::collections_by_handles(db.reader(), &handles).await?))
            }),
            collections_of: on(db, &pulse, move |db, ids| async move {
                Ok(rows(catalog::collections_by_product_ids(db.reader(), now, &ids).await?))
            }),
            collection_products: on(db, &pulse, move |db, requests| async move {
                let pages = catalog::list_members(db.reader(), &basis, &requests).await?;
                Ok(pages.into_iter().map(|(request, page)| (request, page.map(Arc::new))).collect())
            }),
        }
    }
}

/// A loader whose statement runs on this database.
fn on<K, V, F>(
    db: &Database,
    pulse: &Pulse,
    fetch: impl Fn(Database, Vec<K>) -> F + Send + Sync + 'static,
) -> Batch<K, V>
where
    K: Eq + Hash + Clone + std::fmt::Debug + Send + Sync + 'static,
    V: Clone + Send + 'static,
    F: Future<Output = Found<K, V>> + Send + 'static,
{
    let db = db.clone();
    Batch::new(pulse, move |keys| fetch(db.clone(), keys))
}

fn shared<K: Eq + Hash, V>(found: HashMap<K, V>) -> HashMap<K, Arc<V>> {
    found.into_iter().map(|(key, value)| (key, Arc::new(value))).collect()
}

fn rows<K: Eq + Hash, V>(found: HashMap<K, Vec<V>>) -> HashMap<K, Rows<V>> {
    found.into_iter().map(|(key, rows)| (key, Arc::new(rows.into_iter().map(Arc::new).collect()))).collect()
}

async fn pictures(db: Database, ids: Vec<MediaId>) -> Found<MediaId, Arc<media::Model>> {
    let mut found = crate::media::media_by_ids(db.reader(), &ids).await?;
    found.retain(|_, medium| can_be_shown(medium));
    Ok(shared(found))
}

async fn pictures_of(db: Database, ids: Vec<ProductId>) -> Found<ProductId, Rows<media::Model>> {
    let mut found = crate::media::product_media_by_product_ids(db.reader(), &ids).await?;
    found.values_mut().for_each(|media| media.retain(can_be_shown));
    Ok(rows(found))
}

async fn assortments(db: Database, ids: Vec<ProductId>) -> Found<ProductId, Arc<Assortment>> {
    let db = db.reader();
    let (mut variants, mut options, mut choices, mut availability) = futures_util::try_join!(
        catalog::variants_by_product_ids(db, &ids),
        catalog::options_by_product_ids(db, &ids),
        catalog::choices_by_product_ids(db, &ids),
        inventory::availability_by_product_ids(db, &ids),
    )?;
    let assortment = |id: ProductId| {
        let left = availability.remove(&id).unwrap_or_default();
        let offers = variants.remove(&id).unwrap_or_default().into_iter().map(|variant| {
            let is_for_sale = left
                .get(&variant.inventory_item_id)
                .is_some_and(|left| inventory::is_for_sale(&variant, left));
            (Arc::new(variant), is_for_sale)
        });
        let choices = choices.remove(&id).unwrap_or_default();
        (id, Arc::new(Assortment::new(options.remove(&id).unwrap_or_default(), offers, &choices)))
    };
    Ok(ids.iter().copied().map(assortment).collect())
}
