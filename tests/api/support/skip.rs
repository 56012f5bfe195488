//! Tests that cannot do their work here: they say so, and pass.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many tests of this process did nothing.
static SKIPPED: AtomicUsize = AtomicUsize::new(0);

/// Says loudly that a test does nothing, and what it lacks. `.ci/run` reads these lines.
pub fn skipped(lacks: &str) {
    let count = SKIPPED.fetch_add(1, Ordering::Relaxed) + 1;
    // Past the capture of the test runner, which would hide it, and in one piece, for others write to the same place.
    let line = format!("SKIPPED ({count} so far): {lacks}\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
