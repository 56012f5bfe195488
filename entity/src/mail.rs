//! Table `mail`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{MailId, OneTimeTokenId, OrderId, RefundId, ShippingLabelId};

/// The words of `mail`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    #[sea_orm(string_value = "activation")]
    Activation,
    #[sea_orm(string_value = "recovery")]
    Recovery,
    #[sea_orm(string_value = "order_confirmation")]
    OrderConfirmation,
    #[sea_orm(string_value = "order_refund")]
    OrderRefund,
    #[sea_orm(string_value = "order_cancellation")]
    OrderCancellation,
    #[sea_orm(string_value = "parcel_announced")]
    ParcelAnnounced,
    #[sea_orm(string_value = "parcel_delivered")]
    ParcelDelivered,
}

/// The words of `mail`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    #[sea_orm(string_value = "waiting")]
    Waiting,
    #[sea_orm(string_value = "sent")]
    Sent,
    #[sea_orm(string_value = "kept")]
    Kept,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "dropped")]
    Dropped,
}

/// A mail to be made and sent. Its words are made when it is sent or shown.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MailId,
    pub kind: MailKind,
    /// What its link opens.
    pub token_id: Option<OneTimeTokenId>,
    /// What it tells of.
    pub order_id: Option<OrderId>,
    /// Which refund of it.
    pub refund_id: Option<RefundId>,
    /// Which parcel of it.
    pub label_id: Option<ShippingLabelId>,
    pub state: MailState,
    pub attempts: i32,
    /// When it is tried next.
    pub run_at: DateTimeUtc,
    /// Until when one node has it for itself.
    pub lease_until: Option<DateTimeUtc>,
    /// The mail server's code, never its words.
    pub last_error: Option<String>,
    pub sent_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
