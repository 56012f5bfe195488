//! How far parcels are: what carriers told of them, in whatever order it came.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{OrderId, ShippingLabelId};
use entity::parcel_event;
use entity::shipping_label::{self, LabelState, ParcelStatus};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::label::carrier_name;
use super::label_settle::ENTITY;
use super::provider::label::ParcelNews;
use super::tracking_follow::{FIRST_LOOK, LAST_LOOK};
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};

/// What is dated further ahead than this is not believed.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// Events of a parcel that are kept at most.
const MAX_EVENTS: usize = 500;

/// A parcel as its buyer may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracking {
    /// Who carries it, for people.
    pub company: Option<String>,
    /// The carrier's number.
    pub number: Option<String>,
    /// The carrier's page about it.
    pub url: Option<String>,
    /// How far it is.
    pub status: ParcelStatus,
    /// When that came to be.
    pub moved_at: Option<DateTime<Utc>>,
    /// What happened, the newest first.
    pub events: Vec<parcel_event::Model>,
}

/// What a parcel is by all that was told of it: delivered once it was, otherwise what the newest event says; of two at
/// the same moment the one that is further on. The order in which they are told does not matter.
#[must_use]
pub fn status_of(
    told: impl IntoIterator<Item = (ParcelStatus, DateTime<Utc>)>,
) -> (ParcelStatus, Option<DateTime<Utc>>) {
    let known = told.into_iter().filter(|(status, _)| *status != ParcelStatus::Unknown);
    // The first delivery counts, of everything else the last.
    let weight = |(status, at): &(ParcelStatus, DateTime<Utc>)| match status {
        ParcelStatus::Delivered => (1, -at.timestamp_micros(), rank(*status)),
        _ => (0, at.timestamp_micros(), rank(*status)),
    };
    match known.max_by_key(weight) {
        Some((status, at)) => (status, Some(at)),
        None => (ParcelStatus::Unknown, None),
    }
}

fn rank(status: ParcelStatus) -> u8 {
    match status {
        ParcelStatus::Unknown => 0,
        ParcelStatus::Announced => 1,
        ParcelStatus::Accepted => 2,
        ParcelStatus::InTransit => 3,
        ParcelStatus::Exception => 4,
        ParcelStatus::Attempted => 5,
        ParcelStatus::AtPickupPoint => 6,
        ParcelStatus::Delivered => 7,
    }
}

/// Writes down what was told of the parcel of a label, whose row the transaction has locked. What was told before has
/// no effect; whatever is new is an event `parcel.moved`. Tells whether anything was new.
///
/// # Errors
/// The database's own.
pub(super) async fn record_in(
    tx: &Tx,
    now: DateTime<Utc>,
    label: shipping_label::Model,
    news: &ParcelNews,
) -> Result<bool, Fault> {
    let known =
        parcel_event::Entity::find().filter(parcel_event::Column::LabelId.eq(label.id)).all(tx).await?;
    let mut keys: HashSet<&str> = known.iter().map(|event| event.provider_event_key.as_str()).collect();
    let new: Vec<_> = news
        .events
        .iter()
        .filter(|event| event.occurred_at < now + AHEAD && keys.insert(event.key.as_str()))
        .take(MAX_EVENTS.saturating_sub(known.len()))
        .collect();
    if new.is_empty() {
        return Ok(false);
    }
    let rows = new.iter().map(|event| parcel_event::ActiveModel {
        id: NotSet,
        label_id: Set(label.id),
        provider_event_key: Set(event.key.clone()),
        status: Set(event.status),
        occurred_at: Set(event.occurred_at),
        description: Set(event.description.clone()),
        place: Set(event.place.clone()),
        created_at: Set(now),
    });
    parcel_event::Entity::insert_many(rows).exec_without_returning(tx).await?;
    let told = known.iter().map(|event| (event.status, event.occurred_at));
    let (status, moved_at) = status_of(told.chain(new.iter().map(|event| (event.status, event.occurred_at))));
    let payload =
        serde_json::json!({ "orderId": label.order_id, "status": status, "was": label.parcel_status });
    let (id, asks_until) = (label.id, label.bought_at.unwrap_or(label.created_at) + LAST_LOOK);
    let mut change = label.into_active_model();
    change.parcel_status = Set(status);
    change.parcel_moved_at = Set(moved_at);
    change.asks = Set(0);
    let goes_on = status != ParcelStatus::Delivered && now < asks_until;
    change.ask_at = Set(goes_on.then_some(now + FIRST_LOOK));
    change.updated_at = Set(now);
    change.update(tx).await?;
    event::record(tx, now, ENTITY, "parcel.moved", vec![NewEvent { entity_id: id.0, payload }]).await?;
    Ok(true)
}

/// The parcels of an order that are on their way or arrived, with what happened to each; two statements.
///
/// # Errors
/// The database's own.
pub async fn tracking_of_order<C: ConnectionTrait>(
    db: &C,
    order_id: OrderId,
) -> Result<Vec<Tracking>, Fault> {
    let labels = bought(db, &[order_id]).await?;
    let events = parcel_event::Entity::find()
        .filter(parcel_event::Column::LabelId.is_in(labels.iter().map(|label| label.id)))
        .order_by_desc(parcel_event::Column::OccurredAt)
        .order_by_desc(parcel_event::Column::Id)
        .all(db)
        .await?;
    let of = |label: shipping_label::Model| {
        let events = events.iter().filter(|event| event.label_id == label.id).cloned().collect();
        Tracking { events, ..Tracking::from(label) }
    };
    Ok(labels.into_iter().map(of).collect())
}

/// The parcel of a label that was bought and not given back, without what happened to it; one statement.
///
/// # Errors
/// The database's own.
pub async fn find_tracking<C: ConnectionTrait>(
    db: &C,
    label_id: ShippingLabelId,
) -> Result<Option<Tracking>, Fault> {
    let label = shipping_label::Entity::find_by_id(label_id)
        .filter(shipping_label::Column::State.eq(LabelState::Bought))
        .one(db)
        .await?;
    Ok(label.map(Tracking::from))
}

/// The parcels of orders, without what happened to each; one statement.
///
/// # Errors
/// The database's own.
pub async fn tracking_by_order_ids<C: ConnectionTrait>(
    db: &C,
    order_ids: &[OrderId],
) -> Result<HashMap<OrderId, Vec<Tracking>>, Fault> {
    let mut found: HashMap<OrderId, Vec<Tracking>> = HashMap::new();
    for label in bought(db, order_ids).await? {
        found.entry(label.order_id).or_default().push(Tracking::from(label));
    }
    Ok(found)
}

async fn bought<C: ConnectionTrait>(
    db: &C,
    order_ids: &[OrderId],
) -> Result<Vec<shipping_label::Model>, Fault> {
    let labels = shipping_label::Entity::find()
        .filter(shipping_label::Column::OrderId.is_in(order_ids.iter().copied()))
        .filter(shipping_label::Column::State.eq(LabelState::Bought))
        .order_by_asc(shipping_label::Column::Id)
        .all(db)
        .await?;
    Ok(labels)
}

impl From<shipping_label::Model> for Tracking {
    fn from(label: shipping_label::Model) -> Self {
        Self {
            company: label.carrier_code.as_deref().filter(|code| !code.is_empty()).map(carrier_name),
            number: label.tracking_number,
            url: label.tracking_url,
            status: label.parcel_status,
            moved_at: label.parcel_moved_at,
            events: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    #[test]
    fn the_newest_event_says_how_far_a_parcel_is_and_a_delivery_is_the_end() {
        use ParcelStatus::{Accepted, Attempted, Delivered, Exception, InTransit, Unknown};
        for (told, expected) in [
            (vec![], (Unknown, None)),
            (vec![(Unknown, 5)], (Unknown, None)),
            (vec![(Accepted, 1), (InTransit, 2)], (InTransit, Some(2))),
            (vec![(InTransit, 2), (Accepted, 1)], (InTransit, Some(2))),
            (vec![(InTransit, 2), (Unknown, 3)], (InTransit, Some(2))),
            (vec![(InTransit, 2), (Attempted, 2)], (Attempted, Some(2))),
            (vec![(Exception, 3), (InTransit, 4)], (InTransit, Some(4))),
            (vec![(Delivered, 5), (InTransit, 9), (Delivered, 7)], (Delivered, Some(5))),
        ] {
            let told: Vec<_> = told.into_iter().map(|(status, minute)| (status, at(minute))).collect();
            assert_eq!(status_of(told.clone()), (expected.0, expected.1.map(at)), "{told:?}");
        }
    }

    proptest! {
        #[test]
        fn the_order_in_which_it_is_told_never_matters(
            told in prop::collection::vec((0..8_usize, 0..6_i64), 0..12),
            turn in 0..12_usize,
        ) {
            let words: Vec<ParcelStatus> = ParcelStatus::iter().collect();
            let told: Vec<_> = told.into_iter().map(|(word, minute)| (words[word], at(minute))).collect();
            let mut turned = told.clone();
            turned.rotate_left(if told.is_empty() { 0 } else { turn % told.len() });
            let backwards: Vec<_> = told.iter().rev().copied().collect();
            prop_assert_eq!(status_of(told.clone()), status_of(turned));
            prop_assert_eq!(status_of(told), status_of(backwards));
        }
    }
}
