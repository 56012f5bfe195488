//! The database: SQLite in one file, or PostgreSQL.
//!
//! Owns the connections. A reader serves what may be a moment old, the writer serves transactions and whatever must see
//! its own write. On SQLite there is one writer connection and a pool of readers (write-ahead log); on PostgreSQL the
//! writer is the primary and the reader a replica, where there is one.
//!
//! Invariants: every write transaction is begun by [`Database::begin`]; no network call happens inside one.

mod claim;
mod connect;
mod inline_table;
mod retry;
mod tx;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

pub use claim::{Claim, Known, aside, note_passing_refusal, purge_claims};
pub use connect::ConnectError;
pub use inline_table::inline_table;
pub use tx::Tx;

tokio::task_local! {
    static IN_BACKGROUND: ();
}

/// Does what no request asked for: its statements are not among those that [`Database::statement_count`] tells.
pub async fn in_background<F: Future>(work: F) -> F::Output {
    IN_BACKGROUND.scope((), work).await
}

/// The connections of one process.
#[derive(Clone, Debug)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
    written: Arc<tx::Written>,
}

impl Database {
    /// For reads that may be a moment old.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For reads that must see what was just written.
    #[must_use]
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For reads that must see what was just written, but change nothing: the writer, except on SQLite, whose readers
    /// see every commit at once and leave the one writer free.
    #[must_use]
    pub fn fresh(&self) -> &DatabaseConnection {
        match self.backend() {
            DbBackend::Sqlite => &self.reader,
            _ => &self.writer,
        }
    }

    /// Which kind of database it is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Whether it is the embedded one, in a file of this process's own.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.backend() == DbBackend::Sqlite
    }

    /// Begins a write transaction: `BEGIN IMMEDIATE` on SQLite, so that it waits its turn at once and never fails to
    /// upgrade; READ COMMITTED on PostgreSQL, where commands lock rows or update on a condition. The first one of a
    /// request with a key lays its [`Claim`].
    ///
    /// # Errors
    /// The database's own, among them a time-out while waiting for a connection, and a refusal where the key of the
    /// request is another request's.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let transaction = self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        claim::enter(Tx::new(transaction, Arc::clone(&self.written))).await
    }

    /// How many statements were run so far, without BEGIN, COMMIT and ROLLBACK and without those in the background. Tests hold operations to a budget by it.
    #[must_use]
    pub fn statement_count(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many transactions with events this process committed so far: a cache that saw this number has nothing new to
    /// read of this process's own.
    #[must_use]
    pub fn recorded(&self) -> u64 {
        self.written.events.load(Ordering::Acquire)
    }

    /// How many transactions that moved stock this process committed so far.
    #[must_use]
    pub fn stock_moves(&self) -> u64 {
        self.written.stock.load(Ordering::Acquire)
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// The database's own.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        use sea_orm_migration::MigratorTrait;
        migration::Migrator::up(&self.writer, None).await
    }

    /// How many migrations have not been applied yet.
    ///
    /// # Errors
    /// The database's own.
    pub async fn pending_migrations(&self) -> Result<usize, DbErr> {
        use sea_orm_migration::MigratorTrait;
        Ok(migration::Migrator::get_pending_migrations(&self.writer).await?.len())
    }

    /// Asks the writer whether it accepts writes.
    ///
    /// # Errors
    /// The database's own; also when the server has become a read-only standby.
    pub async fn check_writer(&self) -> Result<(), DbErr> {
        let tx = self.begin().await?;
        if self.backend() == DbBackend::Postgres {
            let row = tx
                .query_one_raw(sea_orm::Statement::from_string(
                    DbBackend::Postgres,
                    "SELECT pg_is_in_recovery()",
                ))
                .await?;
            let standby = row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(true);
            if standby {
                return Err(DbErr::Custom("the writer is a read-only standby".into()));
            }
        }
        tx.rollback().await
    }

    /// Lets the planner look at the tables again, after much was written.
    ///
    /// # Errors
    /// The database's own.
    pub async fn refresh_statistics(&self) -> Result<(), DbErr> {
        if self.is_embedded() {
            self.writer.execute_unprepared("PRAGMA analysis_limit = 1000").await?;
            self.writer.execute_unprepared("PRAGMA optimize = 0x10002").await?;
        } else {
            self.writer.execute_unprepared("ANALYZE").await?;
        }
        Ok(())
    }

    /// Closes the connections after what is running has finished.
    ///
    /// # Errors
    /// The database's own.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }
}
