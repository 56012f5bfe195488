//! Reading things from the tables, in a constant number of statements whatever their number.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{ArticleId, CollectionId, PageId, ProductCategoryId, ProductId};
use entity::metafield::OwnerType;
use entity::product::ProductStatus;
use entity::{
    article, article_author, article_tag, collection, collection_member, page, price, product, variant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::index::Texts;
use super::thing::{Key, Kind, NEVER, NewEntry, NewProduct, NewVariant};
use super::vocabulary::FieldName;
use super::words::Analysis;
use crate::catalog::{self, ProductRecord, VariantRecord};
use crate::error::Fault;
use crate::inventory::{self, Availability};
use crate::metafield::{VisibleMetafield, metafields_by_owners};
use crate::money::Currency;
use crate::store::BASE_PRICE_LIST;

/// The longest value of a metafield that can be filtered by, in bytes.
const MAX_METAFIELD: usize = 255;
/// The name and the value of the option of products that have none.
const NO_OPTION: (&str, &str) = ("Title", "Default Title");

/// A thing and its texts.
pub(super) type Loaded = (NewEntry, Texts);

/// Reads things for a shop.
pub(super) struct Loader<'a, C> {
    pub(super) db: &'a C,
    pub(super) now: DateTime<Utc>,
    pub(super) currency: Currency,
    pub(super) analysis: &'a Analysis,
}

/// What products have beside their records.
struct Beside {
    availability: HashMap<ProductId, HashMap<entity::id::InventoryItemId, Availability>>,
    metafields: HashMap<i64, Vec<std::sync::Arc<VisibleMetafield>>>,
    of_variants: HashMap<i64, Vec<std::sync::Arc<VisibleMetafield>>>,
    categories: HashMap<ProductCategoryId, Vec<entity::product_category::Model>>,
}

impl<C: ConnectionTrait> Loader<'_, C> {
    /// All products by key, this many from one on.
    pub(super) async fn product_ids(&self, after: i64, most: u64) -> Result<Vec<i64>, Fault> {
        let query = product::Entity::find().select_only().column(product::Column::Id);
        let query = query.filter(product::Column::Id.gt(after)).order_by_asc(product::Column::Id).limit(most);
        Ok(query.into_tuple().all(self.db).await?)
    }

    /// Products; those that are gone are left out.
    pub(super) async fn products(&self, ids: &[i64]) -> Result<Vec<Loaded>, Fault> {
        let ids: Vec<ProductId> = ids.iter().copied().map(ProductId).collect();
        let records = catalog::product_records_by_ids(self.db, &ids).await?;
        let keys: Vec<i64> = records.keys().map(|id| id.0).collect();
        let variants: Vec<i64> =
            records.values().flat_map(|record| &record.variants).map(|held| held.variant.id.0).collect();
        let mut categories: Vec<ProductCategoryId> =
            records.values().filter_map(|record| record.product.category_id).collect();
        categories.sort();
        categories.dedup();
        let mut of_variants = HashMap::new();
        for variants in variants.chunks(MAX_KEYS) {
            of_variants.extend(metafields_by_owners(self.db, OwnerType::Variant, variants).await?);
        }
        let beside = Beside {
            availability: inventory::availability_by_product_ids(self.db, &ids).await?,
            metafields: metafields_by_owners(self.db, OwnerType::Product, &keys).await?,
            of_variants,
            categories: catalog::categories_by_ids(self.db, &categories).await?,
        };
        // In a fixed order: of values that are equal in any case, the first one is shown.
        let mut records: Vec<ProductRecord> = records.into_values().collect();
        records.sort_by_key(|record| record.product.id);
        Ok(records.iter().map(|record| self.product(record, &beside)).collect())
    }

    /// Which variants of products can be bought, by product and variant.
    pub(super) async fn available(&self, ids: &[i64]) -> Result<HashMap<i64, HashMap<i64, bool>>, Fault> {
        let ids: Vec<ProductId> = ids.iter().copied().map(ProductId).collect();
        let variants = catalog::variants_by_product_ids(self.db, &ids).await?;
        let left = inventory::availability_by_product_ids(self.db, &ids).await?;
        let of_product = |(product, variants): (ProductId, Vec<variant::Model>)| {
            let left = left.get(&product);
            let is_available = |variant: variant::Model| {
                let left = left.and_then(|left| left.get(&variant.inventory_item_id));
                (variant.id.0, left.is_some_and(|left| inventory::is_for_sale(&variant, left)))
            };
            (product.0, variants.into_iter().map(is_available).collect())
        };
        Ok(variants.into_iter().map(of_product).collect())
    }

    fn product(&self, record: &ProductRecord, beside: &Beside) -> Loaded {
        let product = &record.product;
        let left = beside.availability.get(&product.id);
        let mut due: Option<i64> = None;
        let mut texts = Texts {
            title: product.title.clone(),
            vendor: product.vendor.clone(),
            product_type: product.product_type.clone(),
            tags: record.tags.clone(),
            body: catalog::plain_text(&product.description_html),
            ..Texts::default()
        };
        let mut variants = Vec::with_capacity(record.variants.len());
        for held in &record.variants {
            let options = chosen(record, held);
            texts.variants.extend(options.iter().map(|(_, value)| value.clone()));
            texts.skus.extend(held.variant.sku.clone());
            texts.barcodes.extend(held.variant.barcode.clone());
            let metafields = beside.of_variants.get(&held.variant.id.0);
            let terms = options
                .into_iter()
                .map(|(name, value)| (FieldName::Option(name), value))
                .chain(terms_of(metafields, FieldName::VariantMetafield))
                .collect();
            let available = left.and_then(|left| left.get(&held.item.id));
            let is_available = available.is_some_and(|left| inventory::is_for_sale(&held.variant, left));
            if let Some(price) = self.price(held, &mut due) {
                let id = held.variant.id.0;
                variants.push(NewVariant { id, price, is_available, terms });
            }
        }
        for list in [&mut texts.variants, &mut texts.skus, &mut texts.barcodes] {
            list.sort();
            list.dedup();
        }
        let categories = product.category_id.and_then(|id| beside.categories.get(&id)).into_iter().flatten();
        let terms = record
            .tags
            .iter()
            .map(|tag| (FieldName::Tag, tag.clone()))
            .chain(categories.map(|category| (FieldName::Category, category.id.0.to_string())))
            .chain(terms_of(beside.metafields.get(&product.id.0), FieldName::Metafield))
            .collect();
        let is_listed = match product.status {
            ProductStatus::Active => true,
            ProductStatus::Draft | ProductStatus::Archived | ProductStatus::Unlisted => false,
        };
        let entry = NewEntry {
            key: Key { kind: Kind::Product, id: product.id.0 },
            title: product.title_sort.clone(),
            title_words: self.analysis.words_of(&product.title).join(" "),
            published: product.published_at.filter(|_| is_listed).map_or(NEVER, |at| at.timestamp_micros()),
            created: product.created_at.timestamp_micros(),
            updated: product.updated_at.timestamp_micros(),
            product: Some(NewProduct {
                handle: product.handle.clone(),
                vendor: product.vendor.clone(),
                product_type: product.product_type.clone(),
                terms,
                sold: product.sold_quantity,
                variants,
                due,
            }),
        };
        (entry, texts)
    }

    /// The base price of a variant now; `due` is brought forward to when it ends or another begins.
    fn price(&self, held: &VariantRecord, due: &mut Option<i64>) -> Option<i64> {
        let is_base = |price: &&price::Model| {
            price.price_list_id == BASE_PRICE_LIST
                && price.currency == self.currency.code()
                && price.min_quantity == 1
        };
        let mut current: Option<&price::Model> = None;
        for price in held.prices.iter().filter(is_base) {
            for moment in [Some(price.valid_from), price.valid_to].into_iter().flatten() {
                if moment > self.now {
                    let moment = moment.timestamp_micros();
                    *due = Some(due.map_or(moment, |due| due.min(moment)));
                }
            }
            let holds = price.valid_from <= self.now && price.valid_to.is_none_or(|end| end > self.now);
            if holds && current.is_none_or(|current| price.valid_from > current.valid_from) {
                current = Some(price);
            }
        }
        current.map(|price| price.amount_minor)
    }

    /// Collections; those that are gone are left out.
    pub(super) async fn collections(&self, ids: Option<&[i64]>) -> Result<Vec<Loaded>, Fault> {
        let mut query = collection::Entity::find();
        if let Some(ids) = ids {
            query = query.filter(collection::Column::Id.is_in(ids.iter().copied().map(CollectionId)));
        }
        let rows = query.all(self.db).await?;
        let loaded = rows.into_iter().map(|row| {
            let key = Key { kind: Kind::Collection, id: row.id.0 };
            let texts = Texts {
                body: catalog::plain_text(&row.description_html),
                title: row.title,
                ..Texts::default()
            };
            self.loaded(key, row.title_sort, texts, row.published_at, [row.created_at, row.updated_at])
        });
        Ok(loaded.collect())
    }

    /// The products of collections with their positions.
    pub(super) async fn members(&self, ids: Option<&[i64]>) -> Result<HashMap<i64, Vec<(i64, i64)>>, Fault> {
        let mut query = collection_member::Entity::find()
            .select_only()
            .column(collection_member::Column::CollectionId)
            .column(collection_member::Column::ProductId)
            .column(collection_member::Column::Position);
        if let Some(ids) = ids {
            let these = collection_member::Column::CollectionId.is_in(ids.iter().copied().map(CollectionId));
            query = query.filter(these);
        }
        let rows: Vec<(i64, i64, i64)> = query.into_tuple().all(self.db).await?;
        let mut members: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
        for (collection, product, position) in rows {
            members.entry(collection).or_default().push((product, position));
        }
        Ok(members)
    }

    /// Pages; those that are gone are left out.
    pub(super) async fn pages(&self, ids: Option<&[i64]>) -> Result<Vec<Loaded>, Fault> {
        let mut query = page::Entity::find();
        if let Some(ids) = ids {
            query = query.filter(page::Column::Id.is_in(ids.iter().copied().map(PageId)));
        }
        let rows = query.all(self.db).await?;
        let loaded = rows.into_iter().map(|row| {
            let key = Key { kind: Kind::Page, id: row.id.0 };
            let texts =
                Texts { body: catalog::plain_text(&row.body_html), title: row.title, ..Texts::default() };
            self.loaded(key, row.title_sort, texts, row.published_at, [row.created_at, row.updated_at])
        });
        Ok(loaded.collect())
    }

    /// Articles; those that are gone are left out.
    pub(super) async fn articles(&self, ids: Option<&[i64]>) -> Result<Vec<Loaded>, Fault> {
        let (mut query, mut tags) = (article::Entity::find(), article_tag::Entity::find());
        if let Some(ids) = ids {
            let ids = || ids.iter().copied().map(ArticleId);
            query = query.filter(article::Column::Id.is_in(ids()));
            tags = tags.filter(article_tag::Column::ArticleId.is_in(ids()));
        }
        let mut by_article: HashMap<ArticleId, Vec<String>> = HashMap::new();
        for row in tags.order_by_asc(article_tag::Column::TagNorm).all(self.db).await? {
            by_article.entry(row.article_id).or_default().push(row.tag);
        }
        let authors = article_author::Entity::find().all(self.db).await?;
        let authors: HashMap<_, _> = authors.into_iter().map(|row| (row.id, row.name)).collect();
        let rows = query.all(self.db).await?;
        let loaded = rows.into_iter().map(|row| {
            let key = Key { kind: Kind::Article, id: row.id.0 };
            let summary = row.summary_html.as_deref().map(catalog::plain_text).unwrap_or_default();
            let texts = Texts {
                body: format!("{summary} {}", catalog::plain_text(&row.body_html)),
                author: authors.get(&row.author_id).cloned().unwrap_or_default(),
                tags: by_article.remove(&row.id).unwrap_or_default(),
                title: row.title,
                ..Texts::default()
            };
            self.loaded(key, row.title_sort, texts, row.published_at, [row.created_at, row.updated_at])
        });
        Ok(loaded.collect())
    }

    fn loaded(
        &self,
        key: Key,
        title: String,
        texts: Texts,
        published: Option<DateTime<Utc>>,
        [created, updated]: [DateTime<Utc>; 2],
    ) -> Loaded {
        let entry = NewEntry {
            key,
            title,
            title_words: self.analysis.words_of(&texts.title).join(" "),
            published: published.map_or(NEVER, |at| at.timestamp_micros()),
            created: created.timestamp_micros(),
            updated: updated.timestamp_micros(),
            product: None,
        };
        (entry, texts)
    }
}

/// The most keys that one statement takes.
const MAX_KEYS: usize = 10_000;

/// The options and values of a variant; none where the product has no options.
fn chosen(record: &ProductRecord, held: &VariantRecord) -> Vec<(String, String)> {
    record
        .selected_options(held)
        .into_iter()
        .map(|option| (option.name, option.value))
        .filter(|(name, value)| (name.as_str(), value.as_str()) != NO_OPTION)
        .collect()
}

/// The values of metafields that can be filtered by: of a list, each of its values.
fn terms_of(
    metafields: Option<&Vec<std::sync::Arc<VisibleMetafield>>>,
    name: fn(String, String) -> FieldName,
) -> Vec<(FieldName, String)> {
    let mut terms = Vec::new();
    for metafield in metafields.into_iter().flatten() {
        let row = &metafield.row;
        if matches!(row.kind.as_str(), "json" | "rich_text_field" | "multi_line_text_field") {
            continue;
        }
        let list: Option<Vec<serde_json::Value>> =
            row.kind.starts_with("list.").then(|| serde_json::from_str(&row.value_text).ok()).flatten();
        let values = match list {
            Some(list) => list
                .into_iter()
                .map(|value| match value {
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                })
                .collect(),
            None => vec![row.value_text.clone()],
        };
        let kept = values.into_iter().filter(|value| !value.is_empty() && value.len() <= MAX_METAFIELD);
        terms.extend(kept.map(|value| (name(row.namespace.clone(), row.key.clone()), value)));
    }
    terms
}
