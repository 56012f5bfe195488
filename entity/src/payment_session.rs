//! Table `payment_session`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::completion_attempt::CaptureMode;
use crate::id::{CartId, PaymentSessionId};

/// The words of `payment_session`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum PaymentSessionState {
    #[sea_orm(string_value = "open")]
    Open,
    #[sea_orm(string_value = "claimed")]
    Claimed,
    #[sea_orm(string_value = "closed")]
    Closed,
}

/// A payment that a provider's own front end was given before the cart was submitted.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_session")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PaymentSessionId,
    pub cart_id: Option<CartId>,
    /// The provider's name.
    pub provider: String,
    /// Sent with the call that opened it.
    pub session_key: String,
    /// The provider's name for the payment.
    pub reference: String,
    pub amount_minor: i64,
    pub currency: String,
    pub capture: CaptureMode,
    pub state: PaymentSessionState,
    pub opened_at: DateTimeUtc,
    /// From when on it is closed unless an attempt has claimed it.
    pub look_at: DateTimeUtc,
    /// When it was claimed or closed.
    pub ended_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
