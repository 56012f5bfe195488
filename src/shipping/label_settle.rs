//! What becomes of a label: noting the provider's answer, asking for one that was lost, giving a label back.

use chrono::TimeDelta;
use entity::id::ShippingLabelId;
use entity::shipping_label::{self, LabelState};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

use super::label::can_become;
use super::label_error::{LabelError, LabelErrorCode as Code};
use super::provider::label::{LabelFault, SoldLabel, SoldState};
use super::tracking_follow::FIRST_LOOK;
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};

/// The name of labels among the events.
pub(super) const ENTITY: &str = "shipping_label";
/// After so long a purchase has no caller any more who waits for it.
pub(super) const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(120);
/// How long a provider that knows of no label is asked again before it is believed: a purchase may be on its way yet.
const BELIEVED_AFTER: TimeDelta = TimeDelta::minutes(15);
/// The first pause between two such questions; it doubles up to the longest.
const FIRST_PAUSE_SECONDS: i64 = 30;
const LONGEST_PAUSE_SECONDS: i64 = 600;
/// Why there is no label where nobody said so.
const NEVER_BOUGHT: &str = "never_bought";
const CARRIER_FAILED: &str = "carrier_failed";

/// A label that is locked until the transaction ends.
///
/// # Errors
/// A fault where there is none.
pub(super) async fn lock(tx: &Tx, id: ShippingLabelId) -> Result<shipping_label::Model, Fault> {
    let row = shipping_label::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    row.ok_or_else(|| Fault::new("a label that was recorded is gone"))
}

/// Notes what the provider said of a purchase. A label that was settled before stays as it is.
///
/// # Errors
/// The database's own.
pub(super) async fn note(
    app: &App,
    id: ShippingLabelId,
    answer: Result<SoldLabel, LabelFault>,
) -> Result<shipping_label::Model, Fault> {
    let answer = &answer;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = lock(&tx, id).await?;
            let (to, failure) = outcome(answer);
            let is_asked_again = row.state == to && to == LabelState::Unknown;
            if !can_become(row.state, to) && !is_asked_again {
                return Ok(row);
            }
            let (asks, order_id) = (row.asks, row.order_id);
            let mut change = row.into_active_model();
            if let Ok(label) = answer {
                take_over(&mut change, label);
            }
            change.state = Set(to);
            change.failure = Set(failure);
            change.updated_at = Set(now);
            change.ask_at = Set(match to {
                LabelState::Requested | LabelState::Unknown => Some(now + pause(asks)),
                LabelState::Bought => Some(now + FIRST_LOOK),
                LabelState::Failed | LabelState::Voided => None,
            });
            let kind = match to {
                LabelState::Requested | LabelState::Unknown => {
                    change.asks = Set(asks.saturating_add(1));
                    None
                }
                LabelState::Bought => {
                    change.asks = Set(0);
                    change.bought_at = Set(Some(now));
                    Some("label.bought")
                }
                LabelState::Voided => {
                    change.bought_at = Set(Some(now));
                    change.voided_at = Set(Some(now));
                    Some("label.voided")
                }
                LabelState::Failed => Some("label.failed"),
            };
            let row = change.update(&tx).await?;
            if let Some(kind) = kind {
                let payload = serde_json::json!({ "orderId": order_id });
                event::record(&tx, now, ENTITY, kind, vec![NewEvent { entity_id: id.0, payload }]).await?;
            }
            tx.commit().await?;
            Ok(row)
        })
        .await
}

fn outcome(answer: &Result<SoldLabel, LabelFault>) -> (LabelState, Option<String>) {
    match answer {
        Ok(label) => match label.state {
            SoldState::Ready => (LabelState::Bought, None),
            SoldState::Processing => (LabelState::Unknown, None),
            SoldState::Failed => (LabelState::Failed, Some(CARRIER_FAILED.to_owned())),
            SoldState::Voided => (LabelState::Voided, None),
        },
        Err(LabelFault::Refused(codes)) if codes.is_empty() => {
            (LabelState::Failed, Some("unspecified".to_owned()))
        }
        Err(LabelFault::Refused(codes)) => (LabelState::Failed, Some(codes.join(", "))),
        Err(LabelFault::NotFound) => (LabelState::Failed, Some("not_found".to_owned())),
        Err(LabelFault::KeyRefused) => (LabelState::Failed, Some("unauthorized".to_owned())),
        Err(LabelFault::Busy { .. }) => (LabelState::Failed, Some("rate_limit_exceeded".to_owned())),
        Err(LabelFault::NotSent) => (LabelState::Failed, Some("no_connection".to_owned())),
        Err(LabelFault::Unknown(_)) => (LabelState::Unknown, None),
    }
}

fn take_over(change: &mut shipping_label::ActiveModel, label: &SoldLabel) {
    change.provider_label_id = Set(Some(label.reference.clone()));
    change.tracking_number = Set(label.tracking_number.clone());
    change.tracking_url = Set(label.tracking_url.clone());
    change.label_url = Set(label.label_url.clone());
    change.cost_minor = Set(label.cost.map(|cost| cost.minor));
    change.currency = Set(label.cost.map(|cost| cost.currency.code().to_owned()));
    if label.carrier_code.is_some() {
        change.carrier_code = Set(label.carrier_code.clone());
    }
    if label.service_code.is_some() {
        change.service_code = Set(label.service_code.clone());
    }
}

fn pause(asks: i32) -> TimeDelta {
    let doublings = u32::try_from(asks.clamp(0, 10)).unwrap_or(0);
    TimeDelta::seconds(Ord::min(FIRST_PAUSE_SECONDS << doublings, LONGEST_PAUSE_SECONDS))
}

/// Asks the provider what became of a label whose answer was lost, and notes it. One that is settled stays as it is.
///
/// # Errors
/// [`LabelError`] for who may not buy labels, an unknown label and a provider that is off.
pub async fn settle_label(
    app: &App,
    actor: &Actor,
    id: ShippingLabelId,
) -> Result<shipping_label::Model, LabelError> {
    LabelError::check_scope(actor)?;
    let row = shipping_label::Entity::find_by_id(id).one(app.db.writer()).await?;
    let unknown = || LabelError::refused(Code::UnknownLabel, "id", "There is no such label");
    settle(app, row.ok_or_else(unknown)?).await
}

pub(super) async fn settle(
    app: &App,
    row: shipping_label::Model,
) -> Result<shipping_label::Model, LabelError> {
    match row.state {
        LabelState::Requested | LabelState::Unknown => {}
        LabelState::Bought | LabelState::Failed | LabelState::Voided => return Ok(row),
    }
    let off = || LabelError::refused(Code::ProviderOff, "provider", "Who sold the label is not configured");
    let provider = app.carriers.labels_of(&row.provider).ok_or_else(off)?;
    let answer = match provider.find(&row.external_key, row.rate_reference.as_deref()).await {
        Ok(Some(label)) => Ok(label),
        Ok(None) if app.clock.now() > row.created_at + BELIEVED_AFTER => {
            Err(LabelFault::Refused(vec![NEVER_BOUGHT.to_owned()]))
        }
        Ok(None) => Err(LabelFault::Unknown("the provider knows of no label yet")),
        Err(fault) => {
            tracing::warn!(label = row.id.0, cause = %fault, "A label cannot be asked for");
            Err(LabelFault::Unknown("the provider cannot be asked"))
        }
    };
    Ok(note(app, row.id, answer).await?)
}

/// Gives a label back, so that the shop need not pay for it. Doing it twice does it once.
///
/// # Errors
/// [`LabelError`] for who may not, an unknown label, one that was not bought, and a provider that is off, says no or
/// gives no answer: then it may be tried again.
pub async fn void_label(
    app: &App,
    actor: &Actor,
    id: ShippingLabelId,
) -> Result<shipping_label::Model, LabelError> {
    LabelError::check_scope(actor)?;
    let row = shipping_label::Entity::find_by_id(id).one(app.db.writer()).await?;
    let unknown = || LabelError::refused(Code::UnknownLabel, "id", "There is no such label");
    let row = row.ok_or_else(unknown)?;
    match row.state {
        LabelState::Voided => return Ok(row),
        LabelState::Bought => {}
        LabelState::Requested | LabelState::Unknown | LabelState::Failed => {
            let message = "Only a label that was bought can be given back";
            return Err(LabelError::refused(Code::NotBought, "id", message));
        }
    }
    let off = || LabelError::refused(Code::ProviderOff, "provider", "Who sold the label is not configured");
    let provider = app.carriers.labels_of(&row.provider).ok_or_else(off)?;
    let reference = row.provider_label_id.as_deref();
    let reference = reference.ok_or_else(|| Fault::new("a bought label has no name at its provider"))?;
    provider.void(reference).await?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = lock(&tx, id).await?;
            if !can_become(row.state, LabelState::Voided) {
                return Ok(row);
            }
            let payload = serde_json::json!({ "orderId": row.order_id });
            let mut change = row.into_active_model();
            change.state = Set(LabelState::Voided);
            change.voided_at = Set(Some(now));
            change.updated_at = Set(now);
            change.ask_at = Set(None);
            let row = change.update(&tx).await?;
            event::record(&tx, now, ENTITY, "label.voided", vec![NewEvent { entity_id: id.0, payload }])
                .await?;
            tx.commit().await?;
            Ok(row)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_was_lost_leaves_a_label_open() {
        let of = |fault: LabelFault| outcome(&Err(fault));
        assert_eq!(of(LabelFault::Unknown("x")), (LabelState::Unknown, None));
        for (fault, code) in [
            (LabelFault::Refused(vec!["a".to_owned(), "b".to_owned()]), "a, b"),
            (LabelFault::Refused(Vec::new()), "unspecified"),
            (LabelFault::NotFound, "not_found"),
            (LabelFault::KeyRefused, "unauthorized"),
            (LabelFault::Busy { pause: None }, "rate_limit_exceeded"),
            (LabelFault::NotSent, "no_connection"),
        ] {
            assert_eq!(of(fault), (LabelState::Failed, Some(code.to_owned())));
        }
    }

    #[test]
    fn questions_come_more_and_more_rarely() {
        let seconds: Vec<i64> = [0, 1, 4, 5, 99].map(|asks| pause(asks).num_seconds()).to_vec();
        assert_eq!(seconds, [30, 60, 480, 600, 600]);
    }
}
