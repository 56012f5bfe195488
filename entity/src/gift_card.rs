//! Table `gift_card`.

use sea_orm::entity::prelude::*;

use crate::id::GiftCardId;

/// Money that the shop owes to whoever knows the code.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gift_card")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: GiftCardId,
    /// HMAC of the normalised code under the server's key; the code itself is never stored.
    pub code_hash: Vec<u8>,
    /// The end of the code, by which its owner tells it from others.
    pub last_characters: String,
    pub currency: String,
    /// What it was issued with.
    pub initial_minor: i64,
    /// What is left: the sum of its ledger.
    pub balance_minor: i64,
    /// The last day on which it is taken, as YYYY-MM-DD; empty for no end.
    pub expires_on: Option<String>,
    /// Since when it is not taken any more.
    pub disabled_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
