//! Opening the connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr};
use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use super::Database;

/// How long a SQLite connection waits for the file's lock, for other processes on the same file.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many SQLite connections read at the same time.
const SQLITE_READERS: u32 = 4;
/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// A statement that takes longer is told in the log.
const SLOW: Duration = Duration::from_millis(500);
/// How much of its text is told: a list of keys may be long.
const LOGGED_CHARS: usize = 500;
/// Statements kept prepared on each connection.
const PREPARED_STATEMENTS: usize = 512;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address names neither SQLite nor PostgreSQL.
    #[error("the database URL must start with sqlite: or postgres:")]
    UnknownKind,
    /// The database refused.
    #[error("cannot open the database: {0}")]
    Refused(#[from] DbErr),
}

impl Database {
    /// Opens the database at `url` and, where given, the replica at `reader_url` (PostgreSQL only).
    ///
    /// # Errors
    /// [`ConnectError`] when the address is of no known kind or the database does not answer.
    pub async fn connect(
        url: &SecretString,
        reader_url: Option<&SecretString>,
        max_connections: u32,
    ) -> Result<Self, ConnectError> {
        let url = url.expose_secret();
        let (mut reader, mut writer) = if url.starts_with("sqlite:") {
            // The writer first: it lays the file and switches the journal on, which a reader may not.
            let writer = open_sqlite(url, false).await?;
            (open_sqlite(url, true).await?, writer)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let writer = open_postgres(url, max_connections).await?;
            let reader = match reader_url {
                Some(url) => open_postgres(url.expose_secret(), max_connections).await?,
                None => writer.clone(),
            };
            (reader, writer)
        } else {
            return Err(ConnectError::UnknownKind);
        };
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut reader, &mut writer] {
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |info| {
                if super::IN_BACKGROUND.try_with(|()| ()).is_err() {
                    statements.fetch_add(1, Ordering::Relaxed);
                }
                let micros = u64::try_from(info.elapsed.as_micros()).unwrap_or(u64::MAX);
                // The text only: the values may be anybody's.
                if info.elapsed >= SLOW {
                    let sql: String = info.statement.sql.chars().take(LOGGED_CHARS).collect();
                    tracing::warn!(micros, sql, "A statement was slow");
                } else {
                    tracing::trace!(micros, sql = info.statement.sql, "Ran a statement");
                }
            });
        }
        Ok(Self { reader, writer, statements, written: Arc::default() })
    }
}

async fn open_sqlite(url: &str, readonly: bool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if readonly { SQLITE_READERS } else { 1 })
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .create_if_missing(!readonly)
                .read_only(readonly)
                .foreign_keys(true)
                .busy_timeout(SQLITE_BUSY_TIMEOUT)
                .journal_mode(SqliteJournalMode::Wal)
                // FULL: an order that a shopper was told of survives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .statement_cache_capacity(PREPARED_STATEMENTS)
        });
    sea_orm::Database::connect(options).await
}

async fn open_postgres(url: &str, max_connections: u32) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(|options| {
            options.application_name("tradepost").statement_cache_capacity(PREPARED_STATEMENTS)
        });
    sea_orm::Database::connect(options).await
}
