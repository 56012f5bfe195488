//! What payment providers tell by webhooks: proven, kept once, handled later.

use chrono::TimeDelta;
use entity::id::ProviderEventId;
use entity::provider_event::{self, ProviderEventMeaning};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::provider::contract::{EventMeaning, Inbound, WebhookFault};
use crate::app::App;
use crate::error::Fault;

/// Events that are handled at once.
const HANDLED_AT_ONCE: u64 = 100;
/// How long an event is kept: longer than any provider repeats it.
const EVENTS_LAST: TimeDelta = TimeDelta::days(60);
/// An event that was not handled at once is taken up after this long.
const TAKEN_UP_AFTER: TimeDelta = TimeDelta::seconds(3);

/// What came of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It was kept, and is to be handled.
    New(ProviderEventId),
    /// It was kept, and there is nothing to do about it.
    Noted,
    /// It had been kept before.
    Known,
}

/// Why an event was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The provider is off.
    #[error("the provider is off")]
    Off,
    /// It is not believed.
    #[error(transparent)]
    Webhook(#[from] WebhookFault),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Keeps an event that is the provider's beyond doubt; its content is dropped.
///
/// # Errors
/// [`ReceiveError`] where the provider is off, the event is not proven, or it cannot be kept now.
pub async fn receive_event(
    app: &App,
    provider: &str,
    inbound: &Inbound<'_>,
) -> Result<Receipt, ReceiveError> {
    let provider = app.payments.find(provider).ok_or(ReceiveError::Off)?;
    let event = provider.read_event(inbound).await?;
    let now = app.clock.now();
    let meaning = match event.meaning {
        EventMeaning::Payment => ProviderEventMeaning::Payment,
        EventMeaning::Refund => ProviderEventMeaning::Refund,
        EventMeaning::Dispute => ProviderEventMeaning::Dispute,
        EventMeaning::Other => ProviderEventMeaning::Other,
    };
    let row = provider_event::ActiveModel {
        id: NotSet,
        gateway: Set(provider.info().name.to_owned()),
        event_id: Set(event.id),
        kind: Set(event.kind),
        meaning: Set(meaning),
        reference: Set(event.reference),
        attempt_key: Set(event.key),
        received_at: Set(now),
        handled_at: Set((meaning == ProviderEventMeaning::Other).then_some(now)),
    };
    let columns = [provider_event::Column::Gateway, provider_event::Column::EventId];
    let inserted = provider_event::Entity::insert(row)
        .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
        .exec_with_returning(app.db.writer())
        .await;
    match inserted {
        Ok(row) if row.handled_at.is_some() => Ok(Receipt::Noted),
        Ok(row) => Ok(Receipt::New(row.id)),
        Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) => Ok(Receipt::Known),
        Err(error) => Err(Fault::from(error).into()),
    }
}

/// The next events that wait to be handled, in the order in which they were kept; none where there are no more.
///
/// # Errors
/// The database's own.
pub async fn open_events(
    app: &App,
    after: Option<&provider_event::Model>,
) -> Result<Vec<provider_event::Model>, Fault> {
    let mut open = provider_event::Entity::find()
        .filter(provider_event::Column::HandledAt.is_null())
        .filter(provider_event::Column::ReceivedAt.lt(app.clock.now() - TAKEN_UP_AFTER))
        .order_by_asc(provider_event::Column::ReceivedAt)
        .order_by_asc(provider_event::Column::Id)
        .limit(HANDLED_AT_ONCE);
    if let Some(after) = after {
        let same_moment = Condition::all()
            .add(provider_event::Column::ReceivedAt.eq(after.received_at))
            .add(provider_event::Column::Id.gt(after.id));
        let later = Condition::any().add(provider_event::Column::ReceivedAt.gt(after.received_at));
        open = open.filter(later.add(same_moment));
    }
    Ok(open.all(app.db.fresh()).await?)
}

/// Notes that the provider was asked about what it told.
///
/// # Errors
/// The database's own.
pub async fn mark_handled(app: &App, id: ProviderEventId) -> Result<(), Fault> {
    provider_event::Entity::update_many()
        .col_expr(provider_event::Column::HandledAt, Expr::val(app.clock.now()))
        .filter(provider_event::Column::Id.eq(id))
        .filter(provider_event::Column::HandledAt.is_null())
        .exec(app.db.writer())
        .await?;
    Ok(())
}

/// Drops events that no provider repeats any more.
///
/// # Errors
/// The database's own.
pub async fn purge_events(app: &App) -> Result<(), Fault> {
    provider_event::Entity::delete_many()
        .filter(provider_event::Column::ReceivedAt.lt(app.clock.now() - EVENTS_LAST))
        .filter(provider_event::Column::HandledAt.is_not_null())
        .exec(app.db.writer())
        .await?;
    Ok(())
}
