//! Write transactions, which tell the process what they changed once they are committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::claim::Claim;

/// How many transactions of this process wrote something that caches and projections follow.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Transactions with events.
    pub(super) events: AtomicU64,
    /// Transactions that moved stock.
    pub(super) stock: AtomicU64,
}

/// A write transaction; rolled back when it is dropped without a commit.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    has_events: AtomicBool,
    has_stock: AtomicBool,
    written: Arc<Written>,
    claim: Option<Arc<Claim>>,
}

impl Tx {
    pub(super) fn new(inner: DatabaseTransaction, written: Arc<Written>) -> Self {
        let (has_events, has_stock) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { inner, has_events, has_stock, written, claim: None }
    }

    /// The transaction with the claim of its request, which it holds among its changes.
    pub(super) fn with_claim(self, claim: Arc<Claim>) -> Self {
        Self { claim: Some(claim), ..self }
    }

    /// Notes that the transaction holds events.
    pub(crate) fn note_events(&self) {
        self.has_events.store(true, Ordering::Relaxed);
    }

    /// Notes that the transaction moves stock.
    pub(crate) fn note_stock(&self) {
        self.has_stock.store(true, Ordering::Relaxed);
    }

    /// Makes the changes last, and tells the process that there is something to follow.
    ///
    /// # Errors
    /// The database's own.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.inner.commit().await?;
        if let Some(claim) = self.claim {
            claim.note_held();
        }
        // After the commit: who sees the number has the rows to read.
        if self.has_events.load(Ordering::Relaxed) {
            self.written.events.fetch_add(1, Ordering::Release);
        }
        if self.has_stock.load(Ordering::Relaxed) {
            self.written.stock.fetch_add(1, Ordering::Release);
        }
        Ok(())
    }

    /// Takes the changes back.
    ///
    /// # Errors
    /// The database's own.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.inner.rollback().await
    }
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}
