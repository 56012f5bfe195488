//! Changing markets, price lists and rates. Each command locks the shop's row first, so that two of them never decide on
//! what the other is changing.

pub(super) mod market;
pub(super) mod price_list;
pub(super) mod product;
pub(super) mod quantity_rule;
pub(super) mod rate;

use entity::shop;

use super::conversion::{MAX_ADJUST_BP, WHOLE_BP};
use super::error::{MarketError, MarketErrorCode};
use crate::db::Tx;
use crate::error::Fault;
use crate::store::lock_version_in;

/// Locks the shop and notes that its markets change: what every process remembers of them is old from the commit on.
///
/// # Errors
/// The database's own, and when the shop has not been set up.
pub(crate) async fn lock_in(tx: &Tx) -> Result<shop::Model, Fault> {
    lock_version_in(tx, shop::Column::MarketVersion).await
}

fn check_percentage(field: &'static str, bp: i32) -> Result<(), MarketError> {
    if (-WHOLE_BP..=MAX_ADJUST_BP).contains(&bp) {
        return Ok(());
    }
    let message = format!("The percentage must lie between -100 % and {} %", MAX_ADJUST_BP / 100);
    Err(MarketError::refused(MarketErrorCode::PercentageOutOfRange, field, message))
}
