//! What can be put in a cart: a variant with its product, stock and prices, read in one statement.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::VariantId;
use entity::variant::InventoryPolicy;
use entity::{inventory_item, product, variant};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Iden, Iterable, Statement, Value};
use serde::{Deserialize, Serialize};

use super::line::StockLimit;
use crate::catalog;
use crate::error::Fault;
use crate::pricing::Tier;

/// A variant and all that decides whether and for how much it is sold.
#[derive(Clone, Debug)]
pub struct Merchandise {
    /// The variant.
    pub variant: Arc<variant::Model>,
    /// Its product.
    pub product: Arc<product::Model>,
    /// Its stock side.
    pub item: inventory_item::Model,
    /// Its prices in the cart's currency.
    pub tiers: Vec<Tier>,
    /// Units that online orders may take, over all locations.
    pub available: i64,
    /// What an order copies besides; empty unless it was asked for.
    pub copies: Copies,
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
    /// Whether the shop sells it at this moment: the product is published, the variant was not removed.
    #[must_use]
    pub fn is_sold(&self, now: DateTime<Utc>) -> bool {
        self.variant.deleted_at.is_none() && catalog::is_reachable(&self.product, now)
    }

    /// How many units may be sold.
    #[must_use]
    pub fn stock_limit(&self) -> StockLimit {
        let unlimited = !self.item.tracked
            || match self.variant.inventory_policy {
                InventoryPolicy::Continue => true,
                InventoryPolicy::Deny => false,
            };
        StockLimit { item_id: self.item.id, units: (!unlimited).then_some(self.available) }
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
               (SELECT pm.media_id FROM product_media pm WHERE pm.product_id = p.id ORDER BY pm.position LIMIT 1))) \
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

/// What the variants are and cost now in a currency: one statement whatever their number. Unknown keys are left out.
///
/// # Errors
/// The database's own.
pub async fn merchandise_by_ids<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    currency: &str,
    ids: &[VariantId],
    extent: Extent,
) -> Result<HashMap<VariantId, Merchandise>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut values: Vec<Value> = vec![now.into(), currency.into()];
    values.extend(ids.iter().map(|id| Value::from(id.0)));
    let places: Vec<String> = (3..values.len() + 1).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT {}, {}, {}, {}, t.min_quantity AS t_min, t.amount_minor AS t_amount, t.compare_at_minor AS t_compare, \
           CAST(COALESCE((SELECT SUM(l.available) FROM inventory_level l JOIN location lo ON lo.id = l.location_id \
             WHERE l.item_id = i.id AND lo.active AND lo.fulfills_online), 0) AS bigint) AS available \
         FROM variant v JOIN product p ON p.id = v.product_id JOIN inventory_item i ON i.id = v.inventory_item_id \
         LEFT JOIN price t ON t.variant_id = v.id AND t.price_list_id = 0 AND t.currency = $2 \
           AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1) \
         WHERE v.id IN ({}) ORDER BY v.id, t.min_quantity, t.valid_from",
        columns::<variant::Column>("v", "v_"),
        columns::<product::Column>("p", "p_"),
        columns::<inventory_item::Column>("i", "i_"),
        copy_columns(db.get_database_backend(), extent),
        places.join(", "),
    );
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let mut found: HashMap<VariantId, Merchandise> = HashMap::with_capacity(ids.len());
    for row in &rows {
        let variant = variant::Model::from_query_result(row, "v_")?;
        let tier = match row.try_get::<Option<i32>>("t_", "min")? {
            Some(min_quantity) => Some(Tier {
                min_quantity,
                amount_minor: row.try_get("t_", "amount")?,
                compare_at_minor: row.try_get("t_", "compare")?,
            }),
            None => None,
        };
        let entry = match found.entry(variant.id) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(Merchandise {
                product: Arc::new(product::Model::from_query_result(row, "p_")?),
                item: inventory_item::Model::from_query_result(row, "i_")?,
                available: row.try_get("", "available")?,
                copies: copies_of(row)?,
                variant: Arc::new(variant),
                tiers: Vec::new(),
            }),
        };
        // Ordered by the moment from which they hold: the newest of equal quantity stays.
        entry.tiers.retain(|known| tier.is_none_or(|tier| known.min_quantity != tier.min_quantity));
        entry.tiers.extend(tier);
    }
    Ok(found)
}
