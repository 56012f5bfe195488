//! Reading gift cards.

use std::collections::HashMap;

use entity::gift_card;
use entity::id::GiftCardId;
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

/// The ends of the codes of cards: one statement, none for no cards.
///
/// # Errors
/// The database's own.
pub async fn last_characters_of<C: ConnectionTrait>(
    db: &C,
    ids: &[GiftCardId],
) -> Result<HashMap<GiftCardId, String>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let cards = gift_card::Entity::find().filter(gift_card::Column::Id.is_in(ids.iter().copied()));
    Ok(cards.all(db).await?.into_iter().map(|card| (card.id, card.last_characters)).collect())
}
