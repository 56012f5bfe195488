//! What can be put in a cart: a variant with its product, stock and prices, read in one statement.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, LocationId, VariantId};
use entity::{inventory_item, price, product, quantity_rule, variant};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Iden, Iterable, Statement, Value};
use serde::{Deserialize, Serialize};

use super::line::StockLimit;
use super::rules::Terms;
use crate::catalog::{self, PriceBasis};
use crate::error::Fault;
use crate::pricing::{self, QuantityRule, Tier};
use crate::store::BASE_PRICE_LIST;

/// A variant and all that decides whether and for how much it is sold.
#[derive(Clone, Debug)]
pub struct Merchandise {
    /// The variant.
    pub variant: Arc<variant::Model>,
    /// Its product.
    pub product: Arc<product::Model>,
    /// Its stock side.
    pub item: inventory_item::Model,
    /// Its prices in the cart's market.
    pub tiers: Vec<Tier>,
    /// What these were made of.
    pub prices: Vec<price::Model>,
    /// The collections of its product that a discount names, sorted.
    pub collections: Vec<CollectionId>,
    /// How many units are sold at once there.
    pub quantity_rule: QuantityRule,
    /// What may be taken at each active location, in the order of their keys.
    pub levels: Vec<Level>,
    /// What is in it, where it is a bundle: its stock is theirs.
    pub parts: Vec<Part>,
    /// What an order copies besides; empty unless it was asked for.
    pub copies: Copies,
}

/// What may be taken of an item at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Where.
    pub location_id: LocationId,
    /// Whether it serves online orders; elsewhere buyers may fetch only.
    pub serves_online: bool,
    /// Units, those that would only be promised among them; `None` for any number.
    pub room: Option<i64>,
}

/// A component of a bundle.
#[derive(Clone, Debug)]
pub struct Part {
    /// What.
    pub merchandise: Merchandise,
    /// Units in one bundle.
    pub quantity: i32,
}

/// What an order copies of a variant besides its row and its product's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// Names and values of its options.
    pub options: Vec<OptionCopy>,
    /// Its picture, or its product's first: a name in the media store or an address elsewhere.
    pub image: Option<String>,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionCopy {
    /// Of the option.
    pub name: String,
    /// Of the value.
    pub value: String,
}

/// How much is read of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What a cart shows.
    Priced,
    /// And what an order copies.
    WithCopies,
}

impl Merchandise {
    /// Whether the shop sells it at this moment: the product is published, neither the variant nor a component of it was
    /// removed.
    #[must_use]
    pub fn is_sold(&self, now: DateTime<Utc>) -> bool {
        let complete = self.parts.iter().all(|part| part.merchandise.variant.deleted_at.is_none());
        complete && self.variant.deleted_at.is_none() && catalog::is_reachable(&self.product, now)
    }

    /// Whether it is sold as others together.
    #[must_use]
    pub fn is_bundle(&self) -> bool {
        !self.parts.is_empty()
    }

    /// From which items one unit takes how many, and how many of each may be sold: its own item, or its components'.
    #[must_use]
    pub fn stock_limits(&self) -> Vec<StockLimit> {
        if self.is_bundle() {
            return self.parts.iter().map(|part| part.merchandise.limit(part.quantity)).collect();
        }
        vec![self.limit(1)]
    }

    fn limit(&self, per_unit: i32) -> StockLimit {
        let mut online = self.levels.iter().filter(|level| level.serves_online);
        let units = online.try_fold(0_i64, |units, level| Some(units.saturating_add(level.room?)));
        StockLimit {
            item_id: self.item.id,
            per_unit: i64::from(per_unit),
            tracked: self.item.tracked,
            units: units.filter(|_| self.item.tracked),
        }
    }
}

/// The columns of an entity under names with a prefix, for statements that join several.
fn columns<C: Iterable + Iden>(table: &str, prefix: &str) -> String {
    let columns: Vec<String> = C::iter()
        .map(|column| {
            let column = Iden::unquoted(&column).to_string();
            format!("{table}.{column} AS {prefix}{column}")
        })
        .collect();
    columns.join(", ")
}

/// The columns of [`Copies`]: the options as a JSON list, the picture as a text.
fn copy_columns(backend: DbBackend, extent: Extent) -> String {
    let (list, object) = match backend {
        DbBackend::Postgres => ("json_agg", "json_build_object"),
        _ => ("json_group_array", "json_object"),
    };
    match extent {
        Extent::Priced => "NULL AS c_options, NULL AS c_image".to_owned(),
        Extent::WithCopies => format!(
            "(SELECT CAST({list}(c.pair) AS text) FROM (SELECT {object}('name', o.name, 'value', ov.name) AS pair \
               FROM variant_option vo JOIN product_option o ON o.id = vo.option_id \
               JOIN option_value ov ON ov.id = vo.value_id WHERE vo.variant_id = v.id ORDER BY o.position) AS c) \
               AS c_options, \
             (SELECT COALESCE(m.storage_key, m.source_url) FROM media m WHERE m.id = COALESCE(v.media_id, \
               (SELECT pm.media_id FROM product_media pm JOIN media pic ON pic.id = pm.media_id AND pic.kind = 'image' \
                WHERE pm.product_id = p.id ORDER BY pm.position LIMIT 1))) \
               AS c_image"
        ),
    }
}

fn copies_of(row: &sea_orm::QueryResult) -> Result<Copies, Fault> {
    let options: Option<String> = row.try_get("c_", "options")?;
    let options: Vec<serde_json::Value> = options.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
    let options = options
        .into_iter()
        .map(|pair| match pair {
            // SQLite hands over each pair as a text within the list.
            serde_json::Value::String(text) => Ok(serde_json::from_str(&text)?),
            pair => Ok(serde_json::from_value(pair)?),
        })
        .collect::<Result<_, Fault>>()?;
    Ok(Copies { options, image: row.try_get("c_", "image")? })
}

/// Variants that were read, and of each bundle what is in it.
type Found = (HashMap<VariantId, Merchandise>, HashMap<VariantId, Vec<(VariantId, i32)>>);

/// What the variants are and cost in a market: one statement whatever their number, and one more where there are
/// bundles among them. Unknown keys are left out.
///
/// # Errors
/// The database's own.
pub async fn merchandise_by_ids<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    ids: &[VariantId],
    extent: Extent,
) -> Result<HashMap<VariantId, Merchandise>, Fault> {
    let (mut found, bundles) = read(db, terms, ids, extent).await?;
    let inner: BTreeSet<VariantId> = bundles.values().flatten().map(|(id, _)| *id).collect();
    let inner: Vec<VariantId> = inner.into_iter().collect();
    let (inner, _) = read(db, terms, &inner, Extent::Priced).await?;
    for (bundle, components) in bundles {
        let parts = components
            .into_iter()
            .filter_map(|(id, quantity)| Some(Part { merchandise: inner.get(&id)?.clone(), quantity }));
        if let Some(bundle) = found.get_mut(&bundle) {
            bundle.parts = parts.collect();
        }
    }
    Ok(found)
}

async fn read<C: ConnectionTrait>(
    db: &C,
    terms: &Terms,
    ids: &[VariantId],
    extent: Extent,
) -> Result<Found, Fault> {
    if ids.is_empty() {
        return Ok(Found::default());
    }
    let rows = db.query_all_raw(statement(db.get_database_backend(), terms, ids, extent)).await?;
    let mut found: HashMap<VariantId, Merchandise> = HashMap::with_capacity(ids.len());
    let mut bundles = HashMap::new();
    let mut prices: HashMap<VariantId, Vec<price::Model>> = HashMap::with_capacity(ids.len());
    for row in &rows {
        let variant = variant::Model::from_query_result(row, "v_")?;
        if row.try_get::<Option<i64>>("t_", "variant_id")?.is_some() {
            let price = price::Model::from_query_result(row, "t_")?;
            prices.entry(variant.id).or_default().push(price);
        }
        if let Entry::Vacant(entry) = found.entry(variant.id) {
            if let Some(parts) = row.try_get::<Option<String>>("", "parts")? {
                bundles.insert(variant.id, components_of(&parts));
            }
            entry.insert(merchandise_of(row, variant)?);
        }
    }
    for (id, prices) in prices {
        if let Some(merchandise) = found.get_mut(&id) {
            merchandise.tiers = pricing::tiers(&prices, &terms.basis);
            merchandise.prices = prices;
        }
    }
    Ok((found, bundles))
}

/// What a row says besides prices and components.
fn merchandise_of(row: &sea_orm::QueryResult, variant: variant::Model) -> Result<Merchandise, Fault> {
    Ok(Merchandise {
        product: Arc::new(product::Model::from_query_result(row, "p_")?),
        item: inventory_item::Model::from_query_result(row, "i_")?,
        levels: levels_of(row)?,
        copies: copies_of(row)?,
        variant: Arc::new(variant),
        tiers: Vec::new(),
        prices: Vec::new(),
        collections: collections_of(row)?,
        quantity_rule: quantity_rule_of(row)?,
        parts: Vec::new(),
    })
}

/// A row for each price of a variant, and one for a variant that has none.
fn statement(backend: DbBackend, terms: &Terms, ids: &[VariantId], extent: Extent) -> Statement {
    let basis = &terms.basis;
    let conversion = &basis.rules.conversion;
    let mut values: Vec<Value> =
        vec![basis.now.into(), conversion.from.code().into(), conversion.to.code().into()];
    values.extend(ids.iter().map(|id| Value::from(id.0)));
    let places: Vec<String> = (4..values.len() + 1).map(|place| format!("${place}")).collect();
    let base = BASE_PRICE_LIST;
    let Asked { lists, priority } = Asked::of(basis);
    let join = joining(backend);
    let sql = format!(
        "SELECT {}, {}, {}, {}, {}, {}, {}, \
           (SELECT {join}(CAST(l.location_id AS text) || CASE WHEN lo.fulfills_online THEN '*1*' ELSE '*0*' END || \
               CASE WHEN l.backorder AND l.backorder_limit IS NULL THEN 'any' ELSE \
                 CAST(l.available + CASE WHEN l.backorder THEN l.backorder_limit ELSE 0 END AS text) END, ' ') \
             FROM inventory_level l JOIN location lo ON lo.id = l.location_id WHERE l.item_id = i.id AND lo.active) \
             AS levels, \
           (SELECT {join}(CAST(c.component_id AS text) || '*' || CAST(c.quantity AS text), ' ') FROM \
             (SELECT component_id, quantity FROM variant_component WHERE parent_id = v.id ORDER BY position) AS c) \
             AS parts \
         FROM variant v JOIN product p ON p.id = v.product_id JOIN inventory_item i ON i.id = v.inventory_item_id \
         LEFT JOIN price t ON t.variant_id = v.id AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1) \
           AND ((t.price_list_id = {base} AND t.currency = $2) OR (t.price_list_id IN ({lists}) AND t.currency = $3)) \
         LEFT JOIN quantity_rule q ON q.variant_id = v.id AND q.price_list_id = (SELECT r.price_list_id \
           FROM quantity_rule r WHERE r.variant_id = v.id AND r.price_list_id IN ({lists}, {base}) \
           ORDER BY {priority} LIMIT 1) \
         WHERE v.id IN ({}) ORDER BY v.id",
        columns::<variant::Column>("v", "v_"),
        columns::<product::Column>("p", "p_"),
        columns::<inventory_item::Column>("i", "i_"),
        columns::<price::Column>("t", "t_"),
        columns::<quantity_rule::Column>("q", "q_"),
        copy_columns(backend, extent),
        collections_column(backend, terms.rules.discounts.named_collections()),
        places.join(", "),
    );
    Statement::from_sql_and_values(backend, sql, values)
}

/// The price lists of a market as the statement names them: their keys, and what sorts them by their priority.
struct Asked {
    lists: String,
    priority: String,
}

impl Asked {
    fn of(basis: &PriceBasis) -> Self {
        let lists: Vec<String> = basis.rules.lists.iter().map(|list| list.id.to_string()).collect();
        let places: Vec<String> =
            lists.iter().zip(0..).map(|(list, place)| format!("WHEN {list} THEN {place}")).collect();
        if lists.is_empty() {
            return Self { lists: "NULL".to_owned(), priority: "r.price_list_id".to_owned() };
        }
        let priority = format!("CASE r.price_list_id {} ELSE {} END", places.join(" "), lists.len());
        Self { lists: lists.join(", "), priority }
    }
}

fn quantity_rule_of(row: &sea_orm::QueryResult) -> Result<QuantityRule, Fault> {
    let Some(minimum) = row.try_get::<Option<i32>>("q_", "minimum")? else {
        return Ok(QuantityRule::ANY);
    };
    let (maximum, increment) = (row.try_get("q_", "maximum")?, row.try_get("q_", "increment")?);
    Ok(QuantityRule { minimum, maximum, increment })
}

/// The collections of a product among those that discounts name, as a text of their keys.
fn collections_column(backend: DbBackend, named: &BTreeSet<CollectionId>) -> String {
    if named.is_empty() {
        return "NULL AS collections".to_owned();
    }
    let named: Vec<String> = named.iter().map(CollectionId::to_string).collect();
    format!(
        "(SELECT {}(CAST(m.collection_id AS text), ' ') FROM collection_member m WHERE m.product_id = p.id \
         AND m.collection_id IN ({})) AS collections",
        joining(backend),
        named.join(", ")
    )
}

fn collections_of(row: &sea_orm::QueryResult) -> Result<Vec<CollectionId>, Fault> {
    let keys: Option<String> = row.try_get("", "collections")?;
    let keys = keys.unwrap_or_default();
    let keys: BTreeSet<CollectionId> =
        keys.split(' ').filter_map(|key| key.parse().ok()).map(CollectionId).collect();
    Ok(keys.into_iter().collect())
}

/// The function that joins texts.
fn joining(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "string_agg",
        _ => "group_concat",
    }
}

/// The components of a bundle in their order, as the statement writes them: `12*1 13*2`.
fn components_of(text: &str) -> Vec<(VariantId, i32)> {
    let pair = |word: &str| {
        let (id, quantity) = word.split_once('*')?;
        Some((VariantId(id.parse().ok()?), quantity.parse().ok()?))
    };
    text.split(' ').filter_map(pair).collect()
}

/// What may be taken at each location, as the statement writes it: `12*1*7 13*0*any`.
fn levels_of(row: &sea_orm::QueryResult) -> Result<Vec<Level>, Fault> {
    let level = |word: &str| {
        let mut parts = word.split('*');
        let location_id = LocationId(parts.next()?.parse().ok()?);
        let serves_online = parts.next()? == "1";
        let room = match parts.next()? {
            "any" => None,
            units => Some(units.parse().ok()?),
        };
        Some(Level { location_id, serves_online, room })
    };
    let text: Option<String> = row.try_get("", "levels")?;
    let mut levels: Vec<Level> = text.unwrap_or_default().split(' ').filter_map(level).collect();
    levels.sort_unstable_by_key(|level| level.location_id);
    Ok(levels)
}
