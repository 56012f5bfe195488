//! Changing where and how the shop delivers. Each command locks the shop's row first, so that two of them never decide on
//! what the other is changing.

pub(super) mod assign;
pub(super) mod carrier;
mod check;
pub(super) mod pickup;
pub(super) mod profile;
mod write;

use entity::shop;

use super::error::{DeliveryError, DeliveryErrorCode};
use crate::db::Tx;
use crate::error::{Fault, MAX_NAME, name_fault};
use crate::money::MAX_MINOR;
use crate::store::lock_version_in;

/// Characters of a description or of instructions at most.
const MAX_TEXT_LENGTH: usize = 255;

/// Locks the shop and notes that its deliveries change: what every process remembers of them is old from the commit on.
async fn lock_in(tx: &Tx) -> Result<shop::Model, Fault> {
    lock_version_in(tx, shop::Column::DeliveryVersion).await
}

fn check_name(field: &str, name: &str) -> Result<(), DeliveryError> {
    if name_fault(name).is_none() {
        return Ok(());
    }
    let message = format!("A name must have from 1 to {MAX_NAME} characters");
    Err(DeliveryError::refused(DeliveryErrorCode::Invalid, field.to_owned(), message))
}

fn check_text(field: &str, text: &str) -> Result<(), DeliveryError> {
    if text.chars().count() <= MAX_TEXT_LENGTH && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("A text must have at most {MAX_TEXT_LENGTH} characters");
    Err(DeliveryError::refused(DeliveryErrorCode::Invalid, field.to_owned(), message))
}

fn check_amount(field: &str, minor: i64) -> Result<(), DeliveryError> {
    if (0..=MAX_MINOR).contains(&minor) {
        return Ok(());
    }
    let message = "An amount must not be negative or larger than any price";
    Err(DeliveryError::refused(DeliveryErrorCode::OutOfRange, field.to_owned(), message))
}

fn check_count(field: &str, count: usize, most: usize) -> Result<(), DeliveryError> {
    if count <= most {
        return Ok(());
    }
    let message = format!("There may be at most {most}");
    Err(DeliveryError::refused(DeliveryErrorCode::TooMany, field.to_owned(), message))
}
