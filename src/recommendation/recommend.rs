//! Finding products that go with a product: a constant number of statements, each bounded whatever the shop's size.

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, ProductId};
use entity::{collection, collection_member, product, product_tag};
use futures_util::try_join;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    Statement, Value,
};

use super::rank::{Candidate, Intent, best};
use crate::app::App;
use crate::error::Fault;

/// Of a product in more collections or with more tags, the first ones count.
const MAX_COLLECTIONS: u64 = 10;
const MAX_TAGS: u64 = 10;
/// How many products are looked at on either side of the product, in each thing that it shares with others.
const NEIGHBOURS: usize = 15;
/// How many of the products are looked at that it is bought together with.
const COMPANIONS: usize = 50;

/// The products that go with a product, best first; only listed ones, never the product itself.
///
/// # Errors
/// The database's own.
pub async fn recommend(
    app: &App,
    now: DateTime<Utc>,
    id: ProductId,
    intent: Intent,
) -> Result<Vec<ProductId>, Fault> {
    let db = app.db.reader();
    let (product, collections, tags) =
        try_join!(product_of(db, id), collections_of(db, now, id), tags_of(db, id))?;
    let Some((vendor, product_type)) = product else {
        return Ok(Vec::new());
    };
    let traits = Traits { id, vendor, product_type, collections, tags };
    let rows = db.query_all_raw(traits.candidates(db.get_database_backend(), now)).await?;
    let candidates = rows.iter().map(|row| traits.candidate(row)).collect::<Result<Vec<_>, Fault>>()?;
    Ok(best(intent, candidates))
}

async fn product_of<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Option<(String, String)>, Fault> {
    let product = product::Entity::find_by_id(id)
        .select_only()
        .columns([product::Column::Vendor, product::Column::ProductType]);
    Ok(product.into_tuple().one(db).await?)
}

/// The product's published collections and its place in each.
async fn collections_of<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    id: ProductId,
) -> Result<Vec<(CollectionId, i64)>, Fault> {
    let published = collection_member::Entity::belongs_to(collection::Entity)
        .from(collection_member::Column::CollectionId)
        .to(collection::Column::Id)
        .into();
    let members = collection_member::Entity::find()
        .join(JoinType::InnerJoin, published)
        .filter(collection_member::Column::ProductId.eq(id))
        .filter(collection::Column::PublishedAt.lte(now))
        .order_by_asc(collection_member::Column::CollectionId)
        .limit(MAX_COLLECTIONS)
        .select_only()
        .columns([collection_member::Column::CollectionId, collection_member::Column::Position]);
    Ok(members.into_tuple().all(db).await?)
}

async fn tags_of<C: ConnectionTrait>(db: &C, id: ProductId) -> Result<Vec<String>, Fault> {
    let tags = product_tag::Entity::find()
        .filter(product_tag::Column::ProductId.eq(id))
        .order_by_asc(product_tag::Column::TagNorm)
        .limit(MAX_TAGS)
        .select_only()
        .column(product_tag::Column::TagNorm);
    Ok(tags.into_tuple().all(db).await?)
}

/// What a product may have in common with others.
struct Traits {
    id: ProductId,
    vendor: String,
    product_type: String,
    collections: Vec<(CollectionId, i64)>,
    tags: Vec<String>,
}

/// The values of a statement, numbered as they are added.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
}

impl Traits {
    /// Reads the neighbours of the product and what they have in common with it.
    ///
    /// Neighbours are those next to it in its collections, and those next to it by age with its tags, type or maker: a
    /// few steps along an index, however many there are.
    fn candidates(&self, backend: sea_orm::DbBackend, now: DateTime<Utc>) -> Statement {
        let mut values = Values::default();
        let (id, now) = (values.add(self.id), values.add(now));
        let listed = format!("p.status = 'active' AND p.published_at <= {now}");
        let mut parts = vec![format!(
            "SELECT other_id AS id FROM co_purchase WHERE product_id = {id} \
             ORDER BY order_count DESC, other_id LIMIT {COMPANIONS}"
        )];
        let mut both_ways = |from: &str, key: &str, place: &str| {
            for (sign, order) in [(">", "ASC"), ("<", "DESC")] {
                parts.push(format!(
                    "SELECT p.id FROM {from} AND {listed} AND {key} {sign} {place} \
                     ORDER BY {key} {order} LIMIT {NEIGHBOURS}"
                ));
            }
        };
        let mut collections = Vec::with_capacity(self.collections.len());
        for (collection, place) in &self.collections {
            let (collection, place) = (values.add(*collection), values.add(*place));
            let members = format!(
                "collection_member m JOIN product p ON p.id = m.product_id WHERE m.collection_id = {collection}"
            );
            both_ways(&members, "m.position", &place);
            collections.push(collection);
        }
        let mut tags = Vec::with_capacity(self.tags.len());
        for tag in &self.tags {
            let tag = values.add(tag.as_str());
            let tagged =
                format!("product_tag t JOIN product p ON p.id = t.product_id WHERE t.tag_norm = {tag}");
            both_ways(&tagged, "t.product_id", &id);
            tags.push(tag);
        }
        for (column, value) in [("vendor", &self.vendor), ("product_type", &self.product_type)] {
            if !value.is_empty() {
                let value = values.add(value.as_str());
                both_ways(&format!("product p WHERE p.{column} = {value}"), "p.id", &id);
            }
        }
        let shared = |table: &str, column: &str, keys: &[String]| {
            if keys.is_empty() {
                return "CAST(0 AS BIGINT)".to_owned();
            }
            let keys = keys.join(", ");
            format!("(SELECT COUNT(*) FROM {table} s WHERE s.product_id = p.id AND s.{column} IN ({keys}))")
        };
        // Wrapped once more: SQLite takes no ORDER BY and LIMIT directly in a part of a UNION.
        let wrapped = |(number, part): (usize, &String)| format!("SELECT id FROM ({part}) AS part_{number}");
        let parts: Vec<String> = parts.iter().enumerate().map(wrapped).collect();
        let sql = format!(
            "SELECT p.id, p.vendor, p.product_type, p.sold_quantity, {collections}, {tags}, \
               COALESCE((SELECT c.order_count FROM co_purchase c \
                         WHERE c.product_id = {id} AND c.other_id = p.id), 0), \
               CAST(CASE WHEN EXISTS ({FOR_SALE}) THEN 1 ELSE 0 END AS BIGINT) \
             FROM product p WHERE {listed} AND p.id <> {id} AND p.id IN ({neighbours})",
            collections = shared("collection_member", "collection_id", &collections),
            tags = shared("product_tag", "tag_norm", &tags),
            neighbours = parts.join(" UNION ALL "),
        );
        Statement::from_sql_and_values(backend, sql, values.0)
    }

    fn candidate(&self, row: &QueryResult) -> Result<Candidate, Fault> {
        let (id, vendor, product_type): (ProductId, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        Ok(Candidate {
            id,
            is_for_sale: row.try_get_by_index::<i64>(7)? > 0,
            is_same_type: !product_type.is_empty() && product_type == self.product_type,
            is_same_vendor: !vendor.is_empty() && vendor == self.vendor,
            shared_collections: row.try_get_by_index(4)?,
            shared_tags: row.try_get_by_index(5)?,
            bought_together: row.try_get_by_index(6)?,
            sold: row.try_get_by_index(3)?,
        })
    }
}

/// What `inventory::is_for_sale` decides, for some variant of the product `p`.
const FOR_SALE: &str = "SELECT 1 FROM variant v JOIN inventory_item i ON i.id = v.inventory_item_id \
    WHERE v.product_id = p.id AND v.deleted_at IS NULL \
      AND (NOT i.tracked \
           OR EXISTS (SELECT 1 FROM inventory_level l JOIN location o ON o.id = l.location_id \
                      WHERE l.item_id = i.id AND o.active AND o.fulfills_online AND (l.available > 0 \
                        OR (l.backorder AND (l.backorder_limit IS NULL OR l.available > -l.backorder_limit)))))";
