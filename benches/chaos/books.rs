//! What the shop wrote down, read past it: plain SQL on the same database, so that the judge shares no code with the
//! judged.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement,
};

/// How often a look is tried again: the file of a server that is just being started may be shut.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// An order.
#[derive(Clone, Debug)]
pub struct Order {
    pub id: i64,
    pub number: i64,
    pub name: String,
    pub total: i64,
    pub email: String,
}

/// A movement of an order's money.
#[derive(Clone, Debug)]
pub struct Movement {
    pub id: i64,
    pub order: i64,
    pub kind: String,
    pub status: String,
    pub gateway: String,
    pub amount: i64,
    pub reference: Option<String>,
}

/// An attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub id: i64,
    pub state: String,
    pub key: String,
    pub order: Option<i64>,
}

/// How many units of an item there are.
#[derive(Clone, Debug)]
pub struct Level {
    pub item: i64,
    pub on_hand: i64,
    pub available: i64,
    pub committed: i64,
    pub reserved: i64,
}

/// Where the shop's books are.
#[derive(Clone, Debug)]
pub struct Books {
    url: String,
}

/// The books, opened for one look or a few.
pub struct Open {
    connection: DatabaseConnection,
    backend: DbBackend,
}

impl Books {
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// Opens the books for reading. On SQLite by a connection that writes nothing, not even into the journal.
    pub async fn open(&self) -> Open {
        let (backend, url) = if self.is_postgres() {
            (DbBackend::Postgres, self.url.clone())
        } else {
            (DbBackend::Sqlite, format!("{}?mode=ro", self.url))
        };
        let mut tries = 0;
        loop {
            let mut options = ConnectOptions::new(url.clone());
            options.max_connections(1).min_connections(1).sqlx_logging(false);
            match Database::connect(options).await {
                Ok(connection) => return Open { connection, backend },
                Err(error) => {
                    tries += 1;
                    assert!(tries < TRIES, "the books cannot be opened: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Reads one number.
    pub async fn number(&self, sql: &str) -> i64 {
        let books = self.open().await;
        let number = books.number(sql).await;
        books.close().await;
        number
    }
}

impl Open {
    pub async fn close(self) {
        let _ = self.connection.close().await;
    }

    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let mut tries = 0;
        loop {
            match self.connection.query_all_raw(Statement::from_string(self.backend, sql)).await {
                Ok(rows) => return rows,
                Err(error) => {
                    tries += 1;
                    assert!(tries < TRIES, "{sql}: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// The first column of the first row.
    pub async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    /// The first column.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        self.read(sql, |row| row.try_get_by_index(0)).await
    }

    async fn read<T>(&self, sql: &str, read: impl Fn(&QueryResult) -> Result<T, DbErr>) -> Vec<T> {
        let rows = self.rows(sql).await;
        rows.iter().map(|row| read(row).unwrap_or_else(|error| panic!("{sql}: {error}"))).collect()
    }

    pub async fn orders(&self) -> Vec<Order> {
        let sql = "SELECT id, number, name, total_minor, COALESCE(email, '') FROM orders ORDER BY id";
        self.read(sql, |row| {
            Ok(Order {
                id: row.try_get_by_index(0)?,
                number: row.try_get_by_index(1)?,
                name: row.try_get_by_index(2)?,
                total: row.try_get_by_index(3)?,
                email: row.try_get_by_index(4)?,
            })
        })
        .await
    }

    pub async fn movements(&self) -> Vec<Movement> {
        let sql = "SELECT id, order_id, kind, status, gateway, amount_minor, provider_reference \
            FROM order_transaction ORDER BY id";
        self.read(sql, |row| {
            Ok(Movement {
                id: row.try_get_by_index(0)?,
                order: row.try_get_by_index(1)?,
                kind: row.try_get_by_index(2)?,
                status: row.try_get_by_index(3)?,
                gateway: row.try_get_by_index(4)?,
                amount: row.try_get_by_index(5)?,
                reference: row.try_get_by_index(6)?,
            })
        })
        .await
    }

    pub async fn attempts(&self) -> Vec<Attempt> {
        let sql = "SELECT id, state, idempotency_key, order_id FROM completion_attempt ORDER BY id";
        self.read(sql, |row| {
            Ok(Attempt {
                id: row.try_get_by_index(0)?,
                state: row.try_get_by_index(1)?,
                key: row.try_get_by_index(2)?,
                order: row.try_get_by_index(3)?,
            })
        })
        .await
    }

    pub async fn levels(&self) -> Vec<Level> {
        let sql = "SELECT item_id, on_hand, available, committed, reserved FROM inventory_level";
        self.read(sql, |row| {
            Ok(Level {
                item: row.try_get_by_index(0)?,
                on_hand: row.try_get_by_index(1)?,
                available: row.try_get_by_index(2)?,
                committed: row.try_get_by_index(3)?,
                reserved: row.try_get_by_index(4)?,
            })
        })
        .await
    }

    /// Units of each item that were ordered.
    pub async fn ordered(&self) -> BTreeMap<i64, i64> {
        let sql = "SELECT v.inventory_item_id, CAST(SUM(l.quantity) AS BIGINT) FROM order_line l \
            JOIN variant v ON v.id = l.variant_id GROUP BY v.inventory_item_id";
        let read = |row: &QueryResult| -> Result<(i64, i64), DbErr> {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
        };
        self.read(sql, read).await.into_iter().collect()
    }

    /// Attempts that have not ended.
    pub async fn open_attempts(&self) -> Vec<i64> {
        self.numbers("SELECT id FROM completion_attempt WHERE state NOT IN ('done', 'failed')").await
    }

    /// Events about payments of ours that have not been handled.
    pub async fn open_events(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM provider_event e WHERE e.handled_at IS NULL AND EXISTS (SELECT 1 \
            FROM completion_attempt a WHERE a.idempotency_key = e.attempt_key \
            OR a.provider_reference = e.reference)";
        self.number(sql).await
    }
}
