//! Following labels and parcels: asking providers by and by, and taking the messages that they send.

use chrono::{DateTime, TimeDelta, Utc};
use entity::shipping_label::{self, LabelState};
use entity::webhook_receipt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::label_error::LabelError;
use super::label_settle::{lock, settle};
use super::provider::label::{LabelFault, LabelProvider, MessageFault, ParcelNews};
use super::tracking::record_in;
use crate::actor::Actor;
use crate::app::App;
use crate::error::{Fault, Transient};
use crate::inbound::Inbound;

/// How long after a label was bought, or its parcel moved, the provider is asked again; the pause doubles while there
/// is no news.
pub(super) const FIRST_LOOK: TimeDelta = TimeDelta::minutes(60);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(12);
/// How long after it was bought a label is followed at most.
pub(super) const LAST_LOOK: TimeDelta = TimeDelta::days(60);
/// Labels that are asked for in one run at most: the run has the job for two minutes.
const PER_RUN: u64 = 8;
/// How long it is known which messages came. Older ones are refused by their time.
const RECEIPTS_LAST: TimeDelta = TimeDelta::days(2);
/// Where the messages come in, behind the provider's name.
const PATH: &str = "/webhooks";

/// Asks for the labels that are due: what became of a purchase, or how far a parcel is. Returns how many there were.
///
/// # Errors
/// The database's own; a provider that gives no answer is asked again later.
pub async fn follow_due(app: &App) -> Result<usize, Fault> {
    if app.carriers.labels().is_none() {
        return Ok(0);
    }
    let now = app.clock.now();
    webhook_receipt::Entity::delete_many()
        .filter(webhook_receipt::Column::ReceivedAt.lt(now - RECEIPTS_LAST))
        .exec(app.db.writer())
        .await?;
    let due = shipping_label::Entity::find()
        .filter(shipping_label::Column::AskAt.lte(now))
        .order_by_asc(shipping_label::Column::AskAt)
        .limit(PER_RUN)
        .all(app.db.fresh())
        .await?;
    for (count, label) in due.iter().enumerate() {
        let goes_on = match label.state {
            LabelState::Requested | LabelState::Unknown => settled(app, label.clone()).await?,
            LabelState::Bought => look(app, label).await?,
            LabelState::Failed | LabelState::Voided => true,
        };
        if !goes_on {
            return Ok(count);
        }
    }
    Ok(due.len())
}

async fn settled(app: &App, label: shipping_label::Model) -> Result<bool, Fault> {
    let id = label.id;
    match settle(app, label).await {
        Ok(_) => Ok(true),
        Err(LabelError::Fault(fault)) => Err(fault),
        Err(error @ (LabelError::Forbidden | LabelError::Refused { .. })) => {
            tracing::warn!(label = id.0, cause = %error, "A label cannot be settled");
            later(app, id, None).await?;
            Ok(true)
        }
    }
}

/// Asks how far a parcel is. False where the provider is not to be asked for anything more now.
async fn look(app: &App, label: &shipping_label::Model) -> Result<bool, Fault> {
    let provider = app.carriers.labels_of(&label.provider);
    let (Some(provider), Some(reference)) = (provider, label.provider_label_id.as_deref()) else {
        later(app, label.id, None).await?;
        return Ok(true);
    };
    let news = match provider.track(reference).await {
        Ok(news) => news,
        Err(fault) => {
            tracing::warn!(label = label.id.0, cause = %fault, "A parcel cannot be asked for");
            let (pause, goes_on) = match fault {
                LabelFault::Busy { pause } => (pause, false),
                LabelFault::KeyRefused => (None, false),
                LabelFault::Refused(_)
                | LabelFault::NotFound
                | LabelFault::NotSent
                | LabelFault::Unknown(_) => (None, true),
            };
            let pause = pause.and_then(|pause| TimeDelta::from_std(pause).ok());
            later(app, label.id, pause).await?;
            return Ok(goes_on);
        }
    };
    if !take(app, label.id, &news).await? {
        later(app, label.id, None).await?;
    }
    Ok(true)
}

async fn take(app: &App, id: entity::id::ShippingLabelId, news: &ParcelNews) -> Result<bool, Fault> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let label = lock(&tx, id).await?;
            if label.state != LabelState::Bought {
                return Ok(false);
            }
            let moved = record_in(&tx, app.clock.now(), label, news).await?;
            tx.commit().await?;
            Ok(moved)
        })
        .await
}

/// Puts the next question off: by so long, or twice as long as the last time.
async fn later(app: &App, id: entity::id::ShippingLabelId, wanted: Option<TimeDelta>) -> Result<(), Fault> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let label = lock(&tx, id).await?;
            let doublings = u32::try_from(label.asks.clamp(0, 8)).unwrap_or(0);
            let pause = FIRST_LOOK.checked_mul(1 << doublings).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
            let pause = wanted.map_or(pause, |wanted| wanted.clamp(TimeDelta::seconds(1), LONGEST_PAUSE));
            let gives_up = now > label.bought_at.unwrap_or(label.created_at) + LAST_LOOK;
            let ask_at: Option<DateTime<Utc>> = (!gives_up).then_some(now + pause);
            shipping_label::Entity::update_many()
                .col_expr(shipping_label::Column::AskAt, Expr::val(ask_at))
                .col_expr(shipping_label::Column::Asks, Expr::val(label.asks.saturating_add(1)))
                .filter(shipping_label::Column::Id.eq(id))
                .filter(shipping_label::Column::AskAt.is_not_null())
                .exec(&tx)
                .await?;
            tx.commit().await?;
            Ok::<_, Fault>(())
        })
        .await
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It told something new of a parcel.
    Moved,
    /// It told nothing new, or of no parcel of ours.
    NoNews,
    /// It came before.
    Duplicate,
}

/// Why a message is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The provider is off.
    #[error("the provider is off")]
    Off,
    /// It is not believed, or cannot be read.
    #[error(transparent)]
    Message(#[from] MessageFault),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sea_orm::DbErr> for ReceiveError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for ReceiveError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Takes a message that a provider sent by itself. The same message twice has its effect once.
///
/// # Errors
/// [`ReceiveError`] where the provider is off, the sender is not proven or the message makes no sense.
pub async fn receive_message(
    app: &App,
    provider: &str,
    inbound: &Inbound<'_>,
) -> Result<Receipt, ReceiveError> {
    let sender = app.carriers.labels_of(provider).ok_or(ReceiveError::Off)?;
    let message = sender.read_message(inbound).await?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let key = (provider.to_owned(), message.key.clone());
            if webhook_receipt::Entity::find_by_id(key.clone()).one(&tx).await?.is_some() {
                return Ok(Receipt::Duplicate);
            }
            let receipt = webhook_receipt::ActiveModel {
                provider: Set(key.0),
                event_key: Set(key.1),
                received_at: Set(now),
            };
            let columns = [webhook_receipt::Column::Provider, webhook_receipt::Column::EventKey];
            webhook_receipt::Entity::insert(receipt)
                .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
                .exec_without_returning(&tx)
                .await?;
            let mut moved = false;
            if let Some(news) = &message.news
                && let Some(label) = label_of(&tx, provider, news).await?
            {
                moved = record_in(&tx, now, label, news).await?;
            }
            tx.commit().await?;
            Ok(if moved { Receipt::Moved } else { Receipt::NoNews })
        })
        .await
}

/// The newest label with the parcel's number, locked. Carriers use their numbers again after some years.
async fn label_of(
    tx: &crate::db::Tx,
    provider: &str,
    news: &ParcelNews,
) -> Result<Option<shipping_label::Model>, Fault> {
    let label = shipping_label::Entity::find()
        .filter(shipping_label::Column::TrackingNumber.eq(&news.tracking_number))
        .filter(shipping_label::Column::Provider.eq(provider))
        .filter(shipping_label::Column::State.eq(LabelState::Bought))
        .order_by_desc(shipping_label::Column::Id)
        .lock_exclusive()
        .one(tx)
        .await?;
    let same = |label: &shipping_label::Model| match (&label.carrier_code, &news.carrier_code) {
        (Some(own), Some(told)) => own == told,
        _ => true,
    };
    Ok(label.filter(same))
}

/// Asks the provider to send its messages about parcels to this server, unless it does already.
///
/// # Errors
/// [`LabelError`] for who may not, and a provider that is off, says no or gives no answer.
pub async fn subscribe_to_parcels(app: &App, actor: &Actor) -> Result<(), LabelError> {
    LabelError::check_scope(actor)?;
    let Some(provider) = app.carriers.labels() else {
        let message = "Nobody who follows parcels is configured";
        return Err(LabelError::refused(
            super::label_error::LabelErrorCode::ProviderOff,
            "provider",
            message,
        ));
    };
    provider.subscribe(&address_of(app, provider.as_ref())).await?;
    Ok(())
}

fn address_of(app: &App, provider: &dyn LabelProvider) -> String {
    app.config.url_of(&format!("{PATH}/{}", provider.name()))
}
