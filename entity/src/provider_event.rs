//! Table `provider_event`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::ProviderEventId;

/// The words of `provider_event`.`meaning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ProviderEventMeaning {
    #[sea_orm(string_value = "payment")]
    Payment,
    #[sea_orm(string_value = "refund")]
    Refund,
    #[sea_orm(string_value = "dispute")]
    Dispute,
    #[sea_orm(string_value = "other")]
    Other,
}

/// What a payment provider told by a webhook, without its content.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ProviderEventId,
    /// The provider's name.
    pub gateway: String,
    /// The provider's name for the event.
    pub event_id: String,
    /// In the provider's words.
    pub kind: String,
    pub meaning: ProviderEventMeaning,
    /// The provider's name for the payment that it is about.
    pub reference: Option<String>,
    /// Our key, where the provider carries it along.
    pub attempt_key: Option<String>,
    pub received_at: DateTimeUtc,
    /// When the provider had been asked about it.
    pub handled_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
