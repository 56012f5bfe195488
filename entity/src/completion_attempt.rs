//! Table `completion_attempt`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{AttemptId, CartId, OrderId};

/// The words of `completion_attempt`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "holding")]
    Holding,
    #[sea_orm(string_value = "paying")]
    Paying,
    #[sea_orm(string_value = "action_required")]
    ActionRequired,
    #[sea_orm(string_value = "committing")]
    Committing,
    #[sea_orm(string_value = "returning")]
    Returning,
    #[sea_orm(string_value = "done")]
    Done,
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// The words of `completion_attempt`.`capture`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    #[sea_orm(string_value = "automatic")]
    Automatic,
    #[sea_orm(string_value = "manual")]
    Manual,
}

/// A try to turn a cart into an order, and how far it came.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "completion_attempt")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AttemptId,
    pub cart_id: CartId,
    /// The caller's name for the attempt: the same one gives the same order.
    pub token: String,
    pub state: AttemptState,
    /// The priced cart that the shopper agreed to.
    #[sea_orm(column_type = "JsonBinary")]
    pub quote: Json,
    /// What is to be paid.
    pub amount_minor: i64,
    pub currency: String,
    /// Which payment provider.
    pub provider: String,
    /// What the provider's own front end handed over.
    pub provider_token: Option<String>,
    /// Sent with the provider call; stored before the call.
    pub idempotency_key: String,
    /// The provider's name for the payment.
    pub provider_reference: Option<String>,
    /// Whether money was taken, not only promised.
    pub captured: bool,
    /// List of {code, message} once failed.
    #[sea_orm(column_type = "JsonBinary")]
    pub errors: Json,
    pub order_id: Option<OrderId>,
    /// Until when one driver has the attempt for itself.
    pub lease_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub capture: CaptureMode,
    /// What the buyer has to do: {url, client_secret}.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub action: Option<Json>,
    /// Until when that is waited for; once the money was taken, until when an order is tried that could not be written.
    pub action_until: Option<DateTimeUtc>,
    /// When the provider is asked next; empty: soon.
    pub ask_at: Option<DateTimeUtc>,
    /// How often a driver took it up.
    pub asks: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
