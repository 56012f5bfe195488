//! Reading gift cards.

use entity::gift_card;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::code::{digest, normal};
use crate::error::Fault;
use crate::secret::SecretKey;

/// The cards with these codes, in their order, `None` for each that no card has: one statement.
///
/// Whoever passes on what shoppers typed in must limit how often they may be wrong.
///
/// # Errors
/// The database's own.
pub async fn find_by_codes<C: ConnectionTrait>(
    db: &C,
    key: &SecretKey,
    codes: &[String],
) -> Result<Vec<Option<gift_card::Model>>, Fault> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let digests = codes.iter().map(|code| digest(key, &normal(code))).collect::<Result<Vec<_>, _>>()?;
    let with_code = gift_card::Column::CodeHash.is_in(digests.iter().cloned());
    let found = gift_card::Entity::find().filter(with_code).all(db).await?;
    let card = |digest| found.iter().find(|card| card.code_hash == digest).cloned();
    Ok(digests.into_iter().map(card).collect())
}
