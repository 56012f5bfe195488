//! Trying a transaction again when the database chose it to end a conflict.

use std::time::Duration;

use super::Database;
use crate::error::Transient;

/// How often a transaction is tried in all.
const MAX_TRIES: u32 = 10;
/// The pause before the second try; it doubles with each further one, up to [`LONGEST_PAUSE`], and is spread at random.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

impl Database {
    /// Runs a command's transaction, and runs it again from its beginning when it failed for a passing reason (busy,
    /// deadlock, serialization failure). The function must do nothing outside its transaction.
    ///
    /// # Errors
    /// The function's own: at once when it will not pass, after [`MAX_TRIES`] otherwise.
    pub async fn retry<T, E, F>(&self, command: impl Fn() -> F) -> Result<T, E>
    where
        E: Transient,
        F: Future<Output = Result<T, E>>,
    {
        let mut pause = FIRST_PAUSE;
        for _ in 1..MAX_TRIES {
            match command().await {
                Err(error) if error.is_transient() => {
                    tokio::time::sleep(rand::random_range(pause / 2..=pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcome => return outcome,
            }
        }
        command().await
    }
}
