//! The loop that works on jobs.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::queue::{self, JobFailed, Leased};
use crate::app::App;
use crate::error::Fault;

/// How long an idle runner sleeps before it looks again.
const IDLE_PAUSE: Duration = Duration::from_millis(500);
/// A job that takes longer has its lease prolonged this often.
const BEAT: Duration = Duration::from_secs(4);
/// Jobs at work at the same time: one that waits for somebody outside does not keep the others waiting.
const SIDE_BY_SIDE: usize = 4;

/// A kind of job and what it does.
pub struct JobKind {
    /// The name in the table.
    pub name: &'static str,
    /// How long after a run it runs again; `None` for work that is done once.
    pub every: Option<TimeDelta>,
    /// What it does.
    pub run: for<'a> fn(&'a App, &'a serde_json::Value) -> Running<'a>,
}

/// A job at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// Works on jobs until it is told to stop.
pub struct Runner {
    app: App,
    kinds: Vec<JobKind>,
}

impl Runner {
    /// A runner for these kinds of jobs.
    #[must_use]
    pub fn new(app: App, kinds: Vec<JobKind>) -> Self {
        Self { app, kinds }
    }

    /// Puts the recurring jobs in the queue where they are not yet.
    ///
    /// # Errors
    /// The database's own.
    pub async fn schedule(&self) -> Result<(), Fault> {
        let now = self.app.clock.now();
        for kind in self.kinds.iter().filter(|kind| kind.every.is_some()) {
            let key = Some(format!("recurring/{}", kind.name));
            queue::enqueue(self.app.db.writer(), now, kind.name, key, serde_json::json!({}), now).await?;
        }
        Ok(())
    }

    /// Works on what is due now, one job after the other; returns how many there were.
    ///
    /// # Errors
    /// The database's own; a job that fails is noted and is no error here.
    pub async fn run_due(&self) -> Result<usize, Fault> {
        let names: Vec<&'static str> = self.kinds.iter().map(|kind| kind.name).collect();
        let mut count = 0;
        while let Some(leased) = queue::lease(&self.app.db, self.app.clock.now(), &names).await? {
            self.work(leased).await?;
            count += 1;
        }
        Ok(count)
    }

    /// Does one job and notes what came of it.
    async fn work(&self, leased: Leased) -> Result<(), Fault> {
        let Some(kind) = self.kinds.iter().find(|kind| kind.name == leased.job.kind) else {
            return Ok(());
        };
        let outcome = tokio::select! {
            biased;
            outcome = (kind.run)(&self.app, &leased.job.payload) => outcome,
            never = self.beat(&leased) => match never {},
        };
        let now = self.app.clock.now();
        match outcome {
            Ok(()) => leased.finish(&self.app.db, kind.every.map(|pause| now + pause)).await,
            Err(fault) => {
                tracing::error!(job = leased.job.id, kind = kind.name, cause = ?fault, "A job failed");
                let failure = JobFailed(fault.to_string());
                leased.fail(&self.app.db, now, kind.every.is_some(), &failure).await
            }
        }
    }

    async fn beat(&self, leased: &Leased) -> Infallible {
        loop {
            tokio::time::sleep(BEAT).await;
            if let Err(error) = leased.prolong(&self.app.db, self.app.clock.now()).await {
                tracing::warn!(job = leased.job.id, cause = %error, "The lease of a job was not prolonged");
            }
        }
    }

    async fn lease(&self) -> Option<Leased> {
        let names: Vec<&'static str> = self.kinds.iter().map(|kind| kind.name).collect();
        match queue::lease(&self.app.db, self.app.clock.now(), &names).await {
            Ok(leased) => leased,
            Err(fault) => {
                tracing::error!(cause = ?fault, "The queue of jobs cannot be read");
                None
            }
        }
    }

    /// Works until `stop` turns true, on several jobs side by side; those at hand are finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if let Err(fault) = self.schedule().await {
            tracing::error!(cause = ?fault, "The recurring jobs could not be scheduled");
        }
        let runner = Arc::new(self);
        let mut working = JoinSet::new();
        while !*stop.borrow() {
            while working.try_join_next().is_some() {}
            let leased = if working.len() < SIDE_BY_SIDE { runner.lease().await } else { None };
            if let Some(leased) = leased {
                let runner = Arc::clone(&runner);
                working.spawn(async move {
                    if let Err(fault) = runner.work(leased).await {
                        tracing::error!(cause = ?fault, "What came of a job could not be noted");
                    }
                });
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE_PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
        while working.join_next().await.is_some() {}
    }
}
