//! A product with everything on it, read in a constant number of statements whatever the number of products.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use entity::id::{CollectionId, MediaId, ProductId, VariantId};
use entity::{
    collection_member, inventory_item, media, option_value, price, product, product_option, quantity_rule,
    variant, variant_unit_price,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use super::option_queries::{
    Choice, OptionWithValues, SelectedOption, choices_by_product_ids, options_by_product_ids,
};
use super::queries::{products_by_ids, tags_by_product_ids};
use crate::error::Fault;
use crate::media::{media_by_ids, product_media_by_product_ids};

/// Stands between the names of a variant's values in its title.
pub const TITLE_SEPARATOR: &str = " / ";

/// A product, its variants with their prices, options, media, tags and collections, as last read. It says nothing of
/// stock, which changes with every order.
#[derive(Clone, Debug)]
pub struct ProductRecord {
    /// The product itself.
    pub product: product::Model,
    /// Its variants that were not deleted, in their order.
    pub variants: Vec<VariantRecord>,
    /// Its options in their order.
    pub options: Vec<Arc<OptionWithValues>>,
    /// Its tags as written, in alphabetical order.
    pub tags: Vec<String>,
    /// Its media in their order, whatever their state.
    pub media: Vec<Arc<media::Model>>,
    /// Pictures of its option values.
    pub swatches: HashMap<MediaId, Arc<media::Model>>,
    /// The collections it is in, published or not, in the order of their keys.
    pub collections: Vec<CollectionId>,
}

/// A variant with what belongs to it alone.
#[derive(Clone, Debug)]
pub struct VariantRecord {
    /// The variant itself.
    pub variant: Arc<variant::Model>,
    /// Its stock side.
    pub item: inventory_item::Model,
    /// Its value for each option.
    pub choices: Vec<Choice>,
    /// Its prices of all lists, currencies, quantities and times.
    pub prices: Vec<price::Model>,
    /// How many units are sold at once, by price list.
    pub quantity_rules: Vec<quantity_rule::Model>,
    /// How much it holds, for prices of a litre or a kilogram.
    pub measure: Option<variant_unit_price::Model>,
    /// Its own picture.
    pub picture: Option<Arc<media::Model>>,
}

impl ProductRecord {
    /// The place of the variant with this key.
    #[must_use]
    pub fn place_of(&self, id: VariantId) -> Option<usize> {
        self.variants.iter().position(|held| held.variant.id == id)
    }

    /// The options and values of a variant by name, in the order of the product's options.
    #[must_use]
    pub fn selected_options(&self, variant: &VariantRecord) -> Vec<SelectedOption> {
        let named = |(option, value): (&product_option::Model, &option_value::Model)| SelectedOption {
            name: option.name.clone(),
            value: value.name.clone(),
        };
        self.choices_of(variant).into_iter().map(named).collect()
    }

    /// The options and values of a variant, in the order of the product's options.
    #[must_use]
    pub fn choices_of(&self, variant: &VariantRecord) -> Vec<(&product_option::Model, &option_value::Model)> {
        self.options
            .iter()
            .filter_map(|option| {
                let (_, value) = variant.choices.iter().find(|(id, _)| *id == option.option.id)?;
                let value = option.values.iter().find(|held| held.id == *value)?;
                Some((&option.option, value.as_ref()))
            })
            .collect()
    }

    /// What a variant is called where its values are called so: their names, joined, unless its own title is not made of
    /// its values' names.
    #[must_use]
    pub fn title_of(&self, variant: &VariantRecord, values: &[&str]) -> String {
        let originals = self.choices_of(variant);
        let originals: Vec<&str> = originals.iter().map(|(_, value)| value.name.as_str()).collect();
        let title = &variant.variant.title;
        let is_made_of_them = *title == originals.join(TITLE_SEPARATOR);
        if is_made_of_them { values.join(TITLE_SEPARATOR) } else { title.clone() }
    }

    /// About how many bytes it takes, for the limits of a cache.
    pub(super) fn weight(&self) -> usize {
        /// Of a row with its texts, beside what is counted.
        const ROW: usize = 400;
        let texts = self.product.description_html.len() + self.product.title.len() + 2 * ROW;
        let prices: usize = self.variants.iter().map(|held| held.prices.len()).sum();
        let values: usize = self.options.iter().map(|option| option.values.len() + 1).sum();
        let rows = self.variants.len() * 2 + prices / 2 + values / 2 + self.media.len() + self.swatches.len();
        texts + rows * ROW + self.tags.len() * 48
    }
}

/// Products with everything on them, whatever their status: eleven statements for any number of keys.
///
/// # Errors
/// The database's own.
pub async fn product_records_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, ProductRecord>, Fault> {
    let products = products_by_ids(db, ids).await?;
    let mut variants = variants_with_items(db, ids).await?;
    let mut prices = prices_of(db, ids).await?;
    let mut rules = quantity_rules_of(db, ids).await?;
    let mut measures = measures_of(db, ids).await?;
    let mut options = options_by_product_ids(db, ids).await?;
    let mut choices = choices_by_product_ids(db, ids).await?;
    let mut tags = tags_by_product_ids(db, ids).await?;
    let mut pictures = product_media_by_product_ids(db, ids).await?;
    let mut collections = collections_of(db, ids).await?;
    let others = other_media(db, &variants, &options).await?;
    Ok(products
        .into_iter()
        .map(|(id, product)| {
            let mut choices = choices.remove(&id).unwrap_or_default();
            let media: Vec<_> = pictures.remove(&id).unwrap_or_default().into_iter().map(Arc::new).collect();
            let picture = |wanted: MediaId| {
                let own = media.iter().find(|medium| medium.id == wanted);
                own.or_else(|| others.get(&wanted)).cloned()
            };
            let variants =
                variants.remove(&id).unwrap_or_default().into_iter().map(|(variant, item)| VariantRecord {
                    choices: choices.remove(&variant.id).unwrap_or_default(),
                    prices: prices.remove(&variant.id).unwrap_or_default(),
                    quantity_rules: rules.remove(&variant.id).unwrap_or_default(),
                    measure: measures.remove(&variant.id),
                    picture: variant.media_id.and_then(picture),
                    item,
                    variant: Arc::new(variant),
                });
            let variants = variants.collect();
            let options: Vec<_> = options.remove(&id).unwrap_or_default().into_iter().map(Arc::new).collect();
            let swatches = options
                .iter()
                .flat_map(|option| &option.values)
                .filter_map(|value| value.swatch_media_id)
                .filter_map(|wanted| picture(wanted).map(|medium| (wanted, medium)))
                .collect();
            let record = ProductRecord {
                product,
                variants,
                options,
                tags: tags.remove(&id).unwrap_or_default(),
                media,
                swatches,
                collections: collections.remove(&id).unwrap_or_default(),
            };
            (id, record)
        })
        .collect())
}

type VariantsWithItems = HashMap<ProductId, Vec<(variant::Model, inventory_item::Model)>>;

async fn variants_with_items<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<VariantsWithItems, Fault> {
    let item: RelationDef = variant::Entity::belongs_to(inventory_item::Entity)
        .from(variant::Column::InventoryItemId)
        .to(inventory_item::Column::Id)
        .into();
    let rows = variant::Entity::find()
        .join(JoinType::InnerJoin, item)
        .select_also(inventory_item::Entity)
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .filter(variant::Column::DeletedAt.is_null())
        .order_by_asc(variant::Column::ProductId)
        .order_by_asc(variant::Column::Position)
        .order_by_asc(variant::Column::Id)
        .all(db)
        .await?;
    let mut by_product = VariantsWithItems::new();
    for (variant, item) in rows {
        let product = variant.product_id;
        by_product.entry(product).or_default().extend(item.map(|item| (variant, item)));
    }
    Ok(by_product)
}

async fn prices_of<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<VariantId, Vec<price::Model>>, Fault> {
    let of_variant: RelationDef = price::Entity::belongs_to(variant::Entity)
        .from(price::Column::VariantId)
        .to(variant::Column::Id)
        .into();
    let rows = price::Entity::find()
        .join(JoinType::InnerJoin, of_variant)
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .filter(variant::Column::DeletedAt.is_null())
        .order_by_asc(price::Column::VariantId)
        .order_by_asc(price::Column::MinQuantity)
        .order_by_asc(price::Column::ValidFrom)
        .all(db)
        .await?;
    let mut by_variant: HashMap<VariantId, Vec<price::Model>> = HashMap::new();
    for row in rows {
        by_variant.entry(row.variant_id).or_default().push(row);
    }
    Ok(by_variant)
}

async fn quantity_rules_of<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<VariantId, Vec<quantity_rule::Model>>, Fault> {
    let of_variant: RelationDef = quantity_rule::Entity::belongs_to(variant::Entity)
        .from(quantity_rule::Column::VariantId)
        .to(variant::Column::Id)
        .into();
    let rows = quantity_rule::Entity::find()
        .join(JoinType::InnerJoin, of_variant)
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let mut by_variant: HashMap<VariantId, Vec<quantity_rule::Model>> = HashMap::new();
    for row in rows {
        by_variant.entry(row.variant_id).or_default().push(row);
    }
    Ok(by_variant)
}

async fn measures_of<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<VariantId, variant_unit_price::Model>, Fault> {
    let of_variant: RelationDef = variant_unit_price::Entity::belongs_to(variant::Entity)
        .from(variant_unit_price::Column::VariantId)
        .to(variant::Column::Id)
        .into();
    let rows = variant_unit_price::Entity::find()
        .join(JoinType::InnerJoin, of_variant)
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.variant_id, row)).collect())
}

async fn collections_of<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, Vec<CollectionId>>, Fault> {
    let rows: Vec<(ProductId, CollectionId)> = collection_member::Entity::find()
        .select_only()
        .column(collection_member::Column::ProductId)
        .column(collection_member::Column::CollectionId)
        .filter(collection_member::Column::ProductId.is_in(ids.iter().copied()))
        .order_by_asc(collection_member::Column::CollectionId)
        .into_tuple()
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, Vec<CollectionId>> = HashMap::new();
    for (product, collection) in rows {
        by_product.entry(product).or_default().push(collection);
    }
    Ok(by_product)
}

/// Pictures of variants and of option values; no statement where there are none.
async fn other_media<C: ConnectionTrait>(
    db: &C,
    variants: &VariantsWithItems,
    options: &HashMap<ProductId, Vec<OptionWithValues>>,
) -> Result<HashMap<MediaId, Arc<media::Model>>, Fault> {
    let of_variants = variants.values().flatten().filter_map(|(variant, _)| variant.media_id);
    let values = options.values().flatten().flat_map(|option| &option.values);
    let wanted: HashSet<MediaId> =
        of_variants.chain(values.filter_map(|value| value.swatch_media_id)).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let wanted: Vec<MediaId> = wanted.into_iter().collect();
    let found = media_by_ids(db, &wanted).await?;
    Ok(found.into_iter().map(|(id, medium)| (id, Arc::new(medium))).collect())
}
