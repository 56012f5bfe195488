//! The loop that works on jobs.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::{self, JoinSet};

use super::queue::{self, JobFailed, Leased};
use crate::app::App;
use crate::error::Fault;

/// How long an idle runner sleeps before it looks again.
const IDLE_PAUSE: Duration = Duration::from_millis(500);
/// A job that takes longer has its lease prolonged this often.
const BEAT: Duration = Duration::from_secs(4);
/// Jobs at work at the same time that ask nobody outside.
const SIDE_BY_SIDE: usize = 4;
/// Jobs of one kind at work at the same time that ask somebody outside, beside the others: whoever is silent there keeps
/// waiting only what is of this kind.
const OF_A_KIND: usize = 1;

/// A kind of job and what it does.
pub struct JobKind {
    /// The name in the table.
    pub name: &'static str,
    /// How long after a run it runs again; `None` for work that is done once.
    pub every: Option<TimeDelta>,
    /// Whether it asks somebody outside, who may be silent for long.
    pub calls_out: bool,
    /// What it does.
    pub run: for<'a> fn(&'a App, &'a serde_json::Value) -> Running<'a>,
}

/// A job at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// The kinds of the jobs at work, by their tasks.
type Working = HashMap<task::Id, String>;

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
                leased.fail(&self.app.db, now, kind.every, &failure).await
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

    /// Takes a job for which there is a hand beside those at work.
    async fn lease(&self, at_work: &Working) -> Option<Leased> {
        let names = self.free_kinds(at_work);
        if names.is_empty() {
            return None;
        }
        match queue::lease(&self.app.db, self.app.clock.now(), &names).await {
            Ok(leased) => leased,
            Err(fault) => {
                tracing::error!(cause = ?fault, "The queue of jobs cannot be read");
                None
            }
        }
    }

    /// The kinds of which one more job can be worked on.
    fn free_kinds(&self, at_work: &Working) -> Vec<&'static str> {
        let of = |kind: &JobKind| at_work.values().filter(|name| name.as_str() == kind.name).count();
        let quiet: usize = self.kinds.iter().filter(|kind| !kind.calls_out).map(of).sum();
        let is_free = |kind: &&JobKind| {
            if kind.calls_out { of(kind) < OF_A_KIND } else { quiet < SIDE_BY_SIDE }
        };
        self.kinds.iter().filter(is_free).map(|kind| kind.name).collect()
    }

    /// Works until `stop` turns true, on several jobs side by side; those at hand are finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if let Err(fault) = self.schedule().await {
            tracing::error!(cause = ?fault, "The recurring jobs could not be scheduled");
        }
        let runner = Arc::new(self);
        let (mut working, mut at_work) = (JoinSet::new(), Working::new());
        while !*stop.borrow() {
            while let Some(ended) = working.try_join_next_with_id() {
                at_work.remove(&ended.map_or_else(|panicked| panicked.id(), |(id, ())| id));
            }
            if let Some(leased) = runner.lease(&at_work).await {
                let (runner, kind) = (Arc::clone(&runner), leased.job.kind.clone());
                let task = working.spawn(async move {
                    if let Err(fault) = runner.work(leased).await {
                        tracing::error!(cause = ?fault, "What came of a job could not be noted");
                    }
                });
                at_work.insert(task.id(), kind);
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
