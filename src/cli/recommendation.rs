//! Looking after recommendations.

use std::process::ExitCode;

use tradepost::app::App;
use tradepost::recommendation;

/// Counts anew what is bought together.
pub async fn rebuild(app: &App) -> anyhow::Result<ExitCode> {
    let pairs = recommendation::rebuild(app).await?;
    super::say(&format!("{} pairs of products are bought together", pairs / 2))?;
    Ok(ExitCode::SUCCESS)
}
