//! What is done about a provider's events: none is believed, each makes the shop ask.

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::id::ProviderEventId;
use entity::provider_event::{self, ProviderEventMeaning};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::ask::undone;
use super::drive::{Driven, Wish, drive_to};
use super::hands::side_by_side;
use crate::app::App;
use crate::error::Fault;
use crate::order;
use crate::payment::{mark_handled, open_events};

/// An event may come before the answer that names its payment; after this long the payment is nobody's.
const EARLY: TimeDelta = TimeDelta::minutes(2);

/// Handles an event that was just kept, in a task of its own. Where that is lost, [`handle_events`] does it.
pub fn handle_soon(app: &App, id: ProviderEventId) {
    let app = app.clone();
    tokio::spawn(async move {
        let event = provider_event::Entity::find_by_id(id).one(app.db.writer()).await;
        let handled = match event {
            Ok(Some(event)) if event.handled_at.is_none() => handle(&app, event).await,
            Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(fault) = handled {
            tracing::error!(event = id.0, cause = ?fault, "A provider's event will be handled later");
        }
    });
}

/// Handles the events that wait, each once, several of each provider side by side. Those that cannot be handled now keep
/// no others waiting. Returns how many there were.
///
/// # Errors
/// The database's own. An event that cannot be handled is logged and does not stop the others.
pub async fn handle_events(app: &App) -> Result<usize, Fault> {
    let (mut count, mut last) = (0, None);
    loop {
        let events = open_events(app, last.as_ref()).await?;
        let Some(event) = events.last().cloned() else { return Ok(count) };
        (count, last) = (count + events.len(), Some(event));
        side_by_side(events.into_iter().map(|event| (event.gateway.clone(), take_up(app.clone(), event))))
            .await;
    }
}

async fn take_up(app: App, event: provider_event::Model) {
    let id = event.id;
    if let Err(fault) = Box::pin(handle(&app, event)).await {
        tracing::error!(event = id.0, cause = ?fault, "A provider's event could not be handled");
    }
}

async fn handle(app: &App, event: provider_event::Model) -> Result<(), Fault> {
    let is_handled = match find(app, &event).await? {
        Some(attempt) => ask_for(app, &attempt, event.meaning).await?,
        None if app.clock.now() < event.received_at + EARLY => false,
        None => {
            tracing::info!(
                event = event.id.0,
                kind = event.kind,
                "An event is about a payment that is not ours"
            );
            true
        }
    };
    if is_handled { mark_handled(app, event.id).await } else { Ok(()) }
}

/// The attempt that an event is about: by our key, or by the provider's name for its payment or for what was moved later.
async fn find(app: &App, event: &provider_event::Model) -> Result<Option<completion_attempt::Model>, Fault> {
    let of_gateway =
        || completion_attempt::Entity::find().filter(completion_attempt::Column::Provider.eq(&event.gateway));
    if let Some(key) = &event.attempt_key {
        let by_key = of_gateway().filter(completion_attempt::Column::IdempotencyKey.eq(key));
        if let Some(attempt) = by_key.one(app.db.writer()).await? {
            return Ok(Some(attempt));
        }
    }
    if let Some(reference) = &event.reference {
        // A payment of a session may have been tried by several attempts, of which the last has it.
        let by_reference = of_gateway()
            .filter(completion_attempt::Column::ProviderReference.eq(reference))
            .order_by_desc(completion_attempt::Column::Id);
        if let Some(attempt) = by_reference.one(app.db.writer()).await? {
            return Ok(Some(attempt));
        }
    }
    let (reference, key) = (event.reference.as_deref(), event.attempt_key.as_deref());
    let moved = order::order_of_movement(app, &event.gateway, reference, key).await?;
    let Some(order) = moved else { return Ok(None) };
    let by_order = of_gateway().filter(completion_attempt::Column::OrderId.eq(order));
    Ok(by_order.one(app.db.writer()).await?)
}

/// Asks the provider how the payment of an attempt stands; tells whether that could be done.
async fn ask_for(
    app: &App,
    attempt: &completion_attempt::Model,
    meaning: ProviderEventMeaning,
) -> Result<bool, Fault> {
    match attempt.state {
        // Money that was taken later, let go or given back: what staff have asked for, then what others have done.
        AttemptState::Done => match attempt.order_id {
            Some(order) => Ok(order::settle_money(app, order).await?
                && order::note_outside(app, order, Some(meaning)).await?),
            None => Ok(true),
        },
        // What was paid for an attempt that had ended goes back.
        AttemptState::Failed => undone(app, attempt).await,
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Paying
        | AttemptState::ActionRequired
        | AttemptState::Committing
        | AttemptState::Returning => Ok(drive_to(app, attempt.id, Wish::GoOn).await? == Driven::Driven),
    }
}
