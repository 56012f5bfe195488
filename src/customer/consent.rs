//! Customers' word on being written to.

use chrono::{DateTime, Utc};
use entity::consent_event::{self, ConsentSource, ConsentTopic};
use entity::id::CustomerId;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};

use crate::db::Tx;
use crate::error::Fault;

/// Notes a customer's word on marketing by e-mail. The row of the customer holds the last one.
pub(super) async fn note_in(
    tx: &Tx,
    now: DateTime<Utc>,
    id: CustomerId,
    granted: bool,
    source: ConsentSource,
) -> Result<(), Fault> {
    let row = consent_event::ActiveModel {
        id: NotSet,
        customer_id: Set(id),
        topic: Set(ConsentTopic::EmailMarketing),
        granted: Set(granted),
        source: Set(source),
        created_at: Set(now),
    };
    consent_event::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
