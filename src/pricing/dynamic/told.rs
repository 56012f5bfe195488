//! Telling what a rule did, step by step, where somebody asked.

use serde_json::Value as Json;

use crate::pricing::engine::{Step, StepKind, Subject, Trace};

/// Where the steps of one rule go.
pub(super) struct Told<'a> {
    rule: &'a str,
    trace: &'a mut Trace,
}

/// What is told of a step.
pub(super) struct Telling {
    pub(super) applied: bool,
    pub(super) message: String,
    pub(super) before_minor: Option<i64>,
    pub(super) after_minor: Option<i64>,
    pub(super) data: Json,
}

impl<'a> Told<'a> {
    pub(super) fn of(rule: &'a str, trace: &'a mut Trace) -> Self {
        Self { rule, trace }
    }

    /// Tells a step, which is only made where somebody asked.
    pub(super) fn step(&mut self, kind: StepKind, make: impl FnOnce() -> Telling) {
        let rule = self.rule;
        self.trace.step(|| {
            let Telling { applied, message, before_minor, after_minor, data } = make();
            // A price of a list is the only line that there is.
            let subject = Subject::Line(0);
            Step { subject, kind, applied, rule: rule.to_owned(), message, before_minor, after_minor, data }
        });
    }
}
