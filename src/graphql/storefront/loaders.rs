//! The loaders of one request: fields ask for one thing, the database is asked once for all that a level needs.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use entity::id::{
    CollectionId, InventoryItemId, MediaId, MetafieldId, MetaobjectId, OptionId, OptionValueId, OrderId,
    ProductCategoryId, ProductId, VariantId,
};
use entity::{collection, media, price_history};

use super::bundle::BundleLoaders;
use super::content::loaders::ContentLoaders;
use super::customer::loader::CustomerLoaders;
use super::location::{self, ItemAtLocations};
use super::media::can_be_shown;
use super::metafield::{self, Metafields};
use super::metaobject::{self, MetaobjectName};
use super::order::{self, Parcels};
use super::product::Product;
use super::taxonomy::{self, CategoryLine};
use super::translation;
use crate::app::App;
use crate::catalog::{self, MemberRequest, PriceBasis, ProductRecord};
use crate::db::Database;
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::loader::{Batch, Pulse, shared};
use crate::metafield::{Owner, VisibleMetafield, VisibleMetaobject};
use crate::page::Page;
use crate::pricing;
use crate::translation::{TextKey, Texts};

type Found<K, V> = Result<HashMap<K, V>, Fault>;

/// Loaders that most requests never ask, made when one does.
type AtFirstUse<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send>>;

/// The loaders of one request. A key without a value has none; lists of such a key are empty.
pub struct Loaders {
    /// The pulse that they share: the request is run with it.
    pub pulse: Pulse,
    /// Products with what is left of them, whatever their status.
    pub products: Batch<ProductId, Product>,
    /// Products by handle, whatever their status.
    pub product_ids: Batch<String, ProductId>,
    /// The products of variants, deleted variants too.
    pub product_of_variant: Batch<VariantId, ProductId>,
    /// The product of an option.
    pub option_owners: Batch<OptionId, ProductId>,
    /// The product of an option's value.
    pub value_owners: Batch<OptionValueId, ProductId>,
    /// Pictures that can be shown.
    pub media: Batch<MediaId, Arc<media::Model>>,
    /// Whether shoppers may see a picture by its key alone.
    pub is_shown: Batch<MediaId, ()>,
    /// Collections, published or not.
    pub collections: Batch<CollectionId, Arc<collection::Model>>,
    /// Collections by handle, published or not.
    pub collections_by_handle: Batch<String, Arc<collection::Model>>,
    /// The shop's own content.
    pub content: AtFirstUse<ContentLoaders>,
    /// What belongs to customers.
    pub customers: AtFirstUse<CustomerLoaders>,
    /// The metafields of a thing that shoppers may read.
    pub metafields_of: Batch<Owner, Metafields>,
    /// Metafields that shoppers may read, whatever they belong to.
    pub metafields: Batch<MetafieldId, Arc<VisibleMetafield>>,
    /// Metaobjects that shoppers may read.
    pub metaobjects: Batch<MetaobjectId, Arc<VisibleMetaobject>>,
    /// Metaobjects that shoppers may read, by the names of their kind and of their own.
    pub metaobjects_by_name: Batch<MetaobjectName, Arc<VisibleMetaobject>>,
    /// The translated texts of a thing in a language.
    pub translations: Batch<TextKey, Texts>,
    /// Bundles and what is in them.
    pub bundles: BundleLoaders,
    /// What is left of items at the places where they may be fetched.
    pub store_availability: Batch<InventoryItemId, ItemAtLocations>,
    /// Categories with those above them.
    pub categories: Batch<ProductCategoryId, CategoryLine>,
    /// The parcels of orders.
    pub parcels: Batch<OrderId, Parcels>,
    /// The changes of a variant's prices, in their order.
    pub price_history: Batch<VariantId, Arc<Vec<price_history::Model>>>,
    /// A page of the products of a collection.
    pub collection_products: Batch<MemberRequest, Page<Product>>,
}

impl Loaders {
    /// Fresh loaders, for these prices at their moment.
    #[must_use]
    pub fn new(app: &App, basis: PriceBasis) -> Self {
        let (db, pulse, now) = (&app.db, Pulse::default(), basis.now);
        let (its_db, its_pulse) = (db.clone(), pulse.clone());
        let content = move || ContentLoaders::new(&its_db, &its_pulse, now);
        let (its_db, its_pulse) = (db.clone(), pulse.clone());
        let customers = move || CustomerLoaders::new(&its_db, &its_pulse, now);
        Self {
            pulse: pulse.clone(),
            products: Batch::on(app, &pulse, products),
            product_ids: Batch::on(app, &pulse, move |app, handles| async move {
                app.products.ids_by_handles(&app.db, &handles).await
            }),
            product_of_variant: Batch::on(app, &pulse, move |app, variants| async move {
                app.products.ids_by_variants(&app.db, &variants).await
            }),
            option_owners: Batch::on(db, &pulse, move |db, ids| async move {
                catalog::product_ids_by_option_ids(db.reader(), &ids).await
            }),
            value_owners: Batch::on(db, &pulse, move |db, ids| async move {
                catalog::product_ids_by_value_ids(db.reader(), &ids).await
            }),
            media: Batch::on(db, &pulse, pictures),
            is_shown: Batch::on(db, &pulse, move |db, ids| async move {
                let shown = catalog::shown_media(db.reader(), now, &ids).await?;
                Ok(shown.into_iter().map(|id| (id, ())).collect())
            }),
            collections: Batch::on(db, &pulse, move |db, ids| async move {
                Ok(shared(catalog::collections_by_ids(db.reader(), &ids).await?))
            }),
            collections_by_handle: Batch::on(db, &pulse, move |db, handles| async move {
                Ok(shared(catalog::collections_by_handles(db.reader(), &handles).await?))
            }),
            content: LazyLock::new(Box::new(content)),
            customers: LazyLock::new(Box::new(customers)),
            metafields_of: metafield::loader_of_owners(app, &pulse),
            metafields: metafield::loader_by_id(app, &pulse),
            metaobjects: metaobject::loader_by_id(app, &pulse),
            metaobjects_by_name: metaobject::loader_by_name(app, &pulse),
            translations: translation::loader(app, &pulse),
            bundles: BundleLoaders::new(app, &pulse),
            store_availability: location::loader(app, &pulse),
            categories: taxonomy::loader(app, &pulse),
            parcels: order::parcel_loader(db, &pulse),
            price_history: Batch::on(db, &pulse, move |db, ids| async move {
                Ok(shared(pricing::price_history_by_variant_ids(db.fresh(), &ids).await?))
            }),
            collection_products: Batch::on(app, &pulse, move |app, requests| {
                members(app, basis.clone(), requests)
            }),
        }
    }
}

async fn pictures(db: Database, ids: Vec<MediaId>) -> Found<MediaId, Arc<media::Model>> {
    let mut found = crate::media::media_by_ids(db.reader(), &ids).await?;
    found.retain(|_, medium| can_be_shown(medium));
    Ok(shared(found))
}

async fn products(app: App, ids: Vec<ProductId>) -> Found<ProductId, Product> {
    let records = app.products.by_ids(&app.db, &ids).await?;
    stocked(&app, records).await
}

/// Products with what is left of them.
async fn stocked(
    app: &App,
    records: HashMap<ProductId, Arc<ProductRecord>>,
) -> Result<HashMap<ProductId, Product>, Fault> {
    let ids: Vec<ProductId> = records.keys().copied().collect();
    let mut stock = app.stock.get(&app.db, &ids).await?;
    let product = |(id, record)| (id, Product::new(record, stock.remove(&id).unwrap_or_default()));
    Ok(records.into_iter().map(product).collect())
}

async fn members(
    app: App,
    basis: PriceBasis,
    requests: Vec<MemberRequest>,
) -> Found<MemberRequest, Page<Product>> {
    let pages = catalog::list_members(&app, basis.now, &requests).await?;
    let records = pages.values().flat_map(|page| &page.items);
    let records = records.map(|(_, record)| (record.product.id, Arc::clone(record))).collect();
    let products = stocked(&app, records).await?;
    let product = |record: Arc<ProductRecord>| {
        let held = products.get(&record.product.id).cloned();
        held.unwrap_or_else(|| Product::new(record, Arc::default()))
    };
    Ok(pages.into_iter().map(|(request, page)| (request, page.map(product))).collect())
}

impl Loaders {
    /// A product with what is left of it, whatever its status: at once where both are remembered.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn product(&self, app: &App, id: ProductId) -> Result<Option<Product>, ApiError> {
        match app.products.remembered(id).zip(app.stock.remembered(id)) {
            Some((record, stock)) => Ok(Some(Product::new(record, stock))),
            None => self.products.load(id).await,
        }
    }

    /// The products of records that are at hand, with what is left of them.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn products_of(
        &self,
        app: &App,
        page: Page<Arc<ProductRecord>>,
    ) -> Result<Page<Product>, ApiError> {
        let ids: Vec<ProductId> = page.items.iter().map(|(_, record)| record.product.id).collect();
        let mut stock = app.stock.get(&app.db, &ids).await?;
        Ok(page.map(|record| {
            let left = stock.remove(&record.product.id).unwrap_or_default();
            Product::new(record, left)
        }))
    }
}
