//! Looking after the search.

use std::process::ExitCode;

use tradepost::app::App;
use tradepost::search::{self, Rebuilt};

/// Builds the search index anew, or asks the servers that have it open to.
pub async fn rebuild(app: &App) -> anyhow::Result<ExitCode> {
    let told = match search::rebuild(app).await? {
        Rebuilt::Done => "the search index was built anew",
        Rebuilt::Asked => "a server has the search index open: each server builds its own anew now",
    };
    super::say(told)?;
    Ok(ExitCode::SUCCESS)
}
