//! The loop that works on jobs.

use std::pin::Pin;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::queue::{self, JobFailed};
use crate::app::App;
use crate::error::Fault;

/// How long an idle runner sleeps before it looks again.
const IDLE_PAUSE: Duration = Duration::from_millis(500);

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
        self.run_while(|| true).await
    }

    async fn run_while(&self, go_on: impl Fn() -> bool) -> Result<usize, Fault> {
        let names: Vec<&'static str> = self.kinds.iter().map(|kind| kind.name).collect();
        let mut count = 0;
        while go_on()
            && let Some(leased) = queue::lease(&self.app.db, self.app.clock.now(), &names).await?
        {
            let Some(kind) = self.kinds.iter().find(|kind| kind.name == leased.job.kind) else {
                continue;
            };
            let outcome = (kind.run)(&self.app, &leased.job.payload).await;
            let now = self.app.clock.now();
            match outcome {
                Ok(()) => leased.finish(&self.app.db, kind.every.map(|pause| now + pause)).await?,
                Err(fault) => {
                    tracing::error!(job = leased.job.id, kind = kind.name, cause = ?fault, "A job failed");
                    let failure = JobFailed(fault.to_string());
                    leased.fail(&self.app.db, now, kind.every.is_some(), &failure).await?;
                }
            }
            count += 1;
        }
        Ok(count)
    }

    /// Works until `stop` turns true; the job at hand is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        if let Err(fault) = self.schedule().await {
            tracing::error!(cause = ?fault, "The recurring jobs could not be scheduled");
        }
        while !*stop.borrow() {
            if let Err(fault) = self.run_while(|| !*stop.borrow()).await {
                tracing::error!(cause = ?fault, "The queue of jobs cannot be read");
            }
            tokio::select! {
                () = tokio::time::sleep(IDLE_PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
