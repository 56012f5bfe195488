//! Following the stock ledger within a process: which products' stock was moved. Stock writes no events, it is written
//! too often; the ledger numbers its rows by transactions as the events do.

use std::collections::{BTreeMap, HashSet};

use entity::id::ProductId;
use sea_orm::{ConnectionTrait, Statement};

use crate::db::Database;
use crate::error::Fault;
use crate::event::{Place, Tail, horizon};

/// How many entries of the ledger are read at once.
const BATCH: usize = 1_000;

/// The ledger as one part of one node reads it.
#[derive(Debug)]
pub struct LedgerFeed(Tail);

/// What was read at once.
#[derive(Debug)]
pub struct Moved {
    /// The products whose stock was moved, and the bundles that these are in.
    pub products: HashSet<ProductId>,
    /// Whether nothing was left to read.
    pub is_all: bool,
}

impl LedgerFeed {
    /// A feed behind everything that is there.
    ///
    /// # Errors
    /// The database's own.
    pub async fn at_end(db: &Database) -> Result<Self, Fault> {
        let sql = format!(
            "SELECT tx_id, id FROM inventory_ledger WHERE tx_id < {} ORDER BY tx_id DESC, id DESC LIMIT 1",
            horizon(db.backend())
        );
        let row = db.fresh().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
        let place = row.map(|row| row.try_get_many_by_index::<(i64, i64)>()).transpose()?;
        let place = place.map_or_else(Place::default, |(tx_id, seq)| Place { tx_id, seq });
        Ok(Self(Tail::new(place)))
    }

    /// What was moved since the last time. One statement.
    ///
    /// # Errors
    /// The database's own; the place stays where it was.
    pub async fn next(&mut self, db: &Database) -> Result<Moved, Fault> {
        let before = self.0.place();
        let Behind { entries, horizon } = behind(db, before).await?;
        let is_full = entries.len() >= BATCH;
        let fresh = self.0.take(entries.keys().copied().collect::<Vec<_>>(), horizon);
        let moved = entries.into_values().zip(fresh).filter(|(_, fresh)| *fresh);
        Ok(Moved {
            products: moved.flat_map(|(products, _)| products).collect(),
            is_all: !is_full || self.0.place() == before,
        })
    }
}

/// Entries of the ledger behind a place, each with the products whose stock it changed.
struct Behind {
    entries: BTreeMap<Place, Vec<ProductId>>,
    horizon: i64,
}

/// An entry's place, its product, a bundle's product that it is part of, and the horizon.
type Entry = (i64, i64, Option<ProductId>, Option<ProductId>, i64);

/// A bundle's stock changes with that of its components.
async fn behind(db: &Database, place: Place) -> Result<Behind, Fault> {
    let sql = format!(
        "SELECT l.tx_id, l.id, v.product_id, b.product_id AS bundle, {} AS horizon \
         FROM (SELECT tx_id, id, item_id FROM inventory_ledger \
           WHERE tx_id > $1 OR (tx_id = $1 AND id > $2) ORDER BY tx_id, id LIMIT {BATCH}) l \
         LEFT JOIN variant v ON v.inventory_item_id = l.item_id \
         LEFT JOIN variant_component c ON c.component_id = v.id LEFT JOIN variant b ON b.id = c.parent_id",
        horizon(db.backend())
    );
    let values = [place.tx_id.into(), place.seq.into()];
    let rows = db.fresh().query_all_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await?;
    let mut behind = Behind { entries: BTreeMap::new(), horizon: 0 };
    for row in &rows {
        let (tx_id, seq, product, bundle, horizon): Entry = row.try_get_many_by_index()?;
        behind.horizon = horizon;
        let products = behind.entries.entry(Place { tx_id, seq }).or_default();
        products.extend(product.into_iter().chain(bundle));
    }
    Ok(behind)
}
