//! The cases, by the numbers under which they were reported against other shop systems.

mod busy;
mod change;
mod cross;
mod cut;
mod event;
mod kill;
mod late;
mod limit;
mod moment;
mod oversell;
mod refund;

use std::fmt::Debug;
use std::time::Duration;

use super::ground::Ground;
use super::reconcile::{Reconciled, reconcile};
use super::stage::Stage;

/// What all cases share.
pub struct Context {
    pub short: bool,
    pub seed: u64,
    pub ground: Ground,
}

impl Context {
    /// A figure: the short one, or that of the case.
    pub fn figure<T>(&self, short: T, full: T) -> T {
        if self.short { short } else { full }
    }

    pub async fn stage(&self, what: &str) -> Stage {
        Stage::open(&self.ground, what, self.seed).await
    }
}

/// What came of a case.
#[derive(Default)]
pub struct Outcome {
    /// What it did and what it reached.
    pub figures: Vec<String>,
    /// What the books say.
    pub books: Vec<String>,
    /// What must not be.
    pub breaches: Vec<String>,
    /// Why it was not run.
    pub skipped: Option<&'static str>,
    /// Orders whose numbers were compared.
    pub orders: usize,
}

impl Outcome {
    fn skipped(why: &'static str) -> Self {
        Self { skipped: Some(why), ..Self::default() }
    }

    fn tell(&mut self, figure: impl Into<String>) {
        self.figures.push(figure.into());
    }

    fn must(&mut self, holds: bool, what: impl Into<String>) {
        if !holds {
            self.breaches.push(what.into());
        }
    }

    fn same<T: PartialEq + Debug>(&mut self, what: &str, is: T, expected: T) {
        if is != expected {
            self.breaches.push(format!("{what}: {is:?} in the place of {expected:?}"));
        }
    }

    /// Waits until nothing is under way, and compares the books.
    async fn close(&mut self, stage: &Stage, patience: Duration) -> Reconciled {
        match stage.settle(patience).await {
            Ok(took) => self.tell(format!("settled after {:.1} s more", took.as_secs_f64())),
            Err(open) => self.breaches.push(open),
        }
        let mut found = reconcile(stage).await;
        self.books.push(found.line());
        self.orders += found.orders;
        self.breaches.append(&mut found.breaches);
        let tally = stage.peer.tally();
        self.books.push(format!(
            "provider: {} requests, {} cut, {} failed, {} replayed, {} keys in use; events: {} taken, {} refused, \
             {} answered with 5xx, {} unheard",
            tally.requests,
            tally.cut,
            tally.failed,
            tally.replayed,
            tally.conflicts,
            tally.told,
            tally.refused,
            tally.broken,
            tally.unheard
        ));
        self.must(tally.broken == 0, format!("{} events were answered with 5xx", tally.broken));
        self.must(tally.refused == 0, format!("{} events were refused", tally.refused));
        self.must(tally.given_up == 0, format!("{} events were never taken", tally.given_up));
        let log = stage.server.log();
        let failures: Vec<&str> = log.lines().filter(|line| line.contains(" ERROR ")).collect();
        if !failures.is_empty() {
            self.books.push(format!("server: {} failures logged", failures.len()));
            // Told where the case fails: they may say why.
            let first = failures.iter().take(3).map(|line| format!("the server logged: {line}"));
            if !self.breaches.is_empty() {
                self.breaches.extend(first);
            }
        }
        found
    }

    /// No client saw a failure, and no answer was lost.
    fn nobody_saw_a_failure(&mut self, stage: &Stage) {
        for (code, times) in stage.seen.faults() {
            self.breaches.push(format!("clients saw {code} {times} times"));
        }
        let lost = stage.seen.lost();
        self.must(lost == 0, format!("{lost} requests got no answer"));
    }
}

/// The cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Oversell,
    PaidLate,
    Discount,
    GiftCard,
    SameMoment,
    Premature,
    Repeated,
    Cut,
    Refund,
    Change,
    Kill,
    Cross,
    Busy,
}

impl Case {
    pub const ALL: [Self; 13] = [
        Self::Oversell,
        Self::PaidLate,
        Self::Discount,
        Self::GiftCard,
        Self::SameMoment,
        Self::Premature,
        Self::Repeated,
        Self::Cut,
        Self::Refund,
        Self::Change,
        Self::Kill,
        Self::Cross,
        Self::Busy,
    ];

    /// The numbers under which it is known.
    pub fn numbers(self) -> &'static [u8] {
        match self {
            Self::Oversell => &[1],
            Self::PaidLate => &[2],
            Self::Discount => &[5],
            Self::GiftCard => &[6],
            Self::SameMoment => &[11],
            Self::Premature => &[12],
            Self::Repeated => &[13],
            Self::Cut => &[15],
            Self::Refund => &[16],
            Self::Change => &[18],
            Self::Kill => &[20, 24],
            Self::Cross => &[21],
            Self::Busy => &[22],
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Oversell => "the last units",
            Self::PaidLate => "paid when the stock was gone",
            Self::Discount => "one use of a voucher",
            Self::GiftCard => "one gift card, many carts",
            Self::SameMoment => "webhook and buyer at once",
            Self::Premature => "events that come too early",
            Self::Repeated => "the same event 20 times",
            Self::Cut => "answers cut after the charge",
            Self::Refund => "more given back than taken",
            Self::Change => "a cart that changes while paid",
            Self::Kill => "kill -9, and mails",
            Self::Cross => "baskets that cross each other",
            Self::Busy => "50 writers on SQLite",
        }
    }

    pub async fn run(self, context: &Context) -> Outcome {
        match self {
            Self::Oversell => oversell::run(context).await,
            Self::PaidLate => late::run(context).await,
            Self::Discount => limit::run_discount(context).await,
            Self::GiftCard => limit::run_gift_card(context).await,
            Self::SameMoment => moment::run(context).await,
            Self::Premature => event::run_premature(context).await,
            Self::Repeated => event::run_repeated(context).await,
            Self::Cut => cut::run(context).await,
            Self::Refund => refund::run(context).await,
            Self::Change => change::run(context).await,
            Self::Kill => kill::run(context).await,
            Self::Cross => cross::run(context).await,
            Self::Busy => busy::run(context).await,
        }
    }
}

/// How often something came out in each way, for reading.
fn counted(outcomes: impl IntoIterator<Item = String>) -> String {
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for outcome in outcomes {
        *counts.entry(outcome).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(what, times)| format!("{times} {what}")).collect();
    counts.join(", ")
}

/// The last but so many hundredths of some times.
fn percentile(times: &mut [Duration], hundredths: usize) -> Duration {
    times.sort_unstable();
    let place = times.len().saturating_sub(1) * hundredths / 100;
    times.get(place).copied().unwrap_or_default()
}
