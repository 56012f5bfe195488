//! What happened to an order's money outside the shop: at the desk of its provider, or at a bank.
//!
//! A provider's event, which is not believed, makes the shop look into the provider's books. What they have and the ledger
//! has not was moved by others, and is written down as done, under a key made from the provider's name for it: however many
//! nodes are told of it, and however often, it is there once. Nothing is written beyond what a payment has left; where its
//! provider tells of more, people must look at it.

use chrono::{DateTime, Utc};
use entity::id::OrderId;
use entity::order_transaction::{
    self, Column, Model, TransactionErrorCode, TransactionKind, TransactionStatus,
};
use entity::provider_event::ProviderEventMeaning;
use entity::{order, refund};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::asking::PROVIDER_TIMEOUT;
use super::capture::{is_promise, left_minor};
use super::discrepancy::{Missing, Payment, is_payment};
use super::error::OrderError;
use super::ledger::{Movement, Mover, lock_in, note_in, rows_of, touch_in, write_in};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::money::{Currency, Money};
use crate::payment::{Capture, Disputed, PaymentRef, PaymentStanding, ProviderFault};

/// How often the books are looked into while the ledger is written beside.
const MAX_LOOKS: usize = 3;

/// Which way money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Taken,
    Returned,
}

/// Notes what happened to an order's payments outside the shop, as their providers' books tell it, and that one is disputed,
/// as `told` or as the books tell it. What the shop has asked for itself is to be settled before. Whether that is done: a
/// provider may not answer now, and what is under way may have to give way first.
///
/// Locks the order where there is anything to note.
///
/// # Errors
/// The database's own.
pub async fn note_outside(
    app: &App,
    order: OrderId,
    told: Option<ProviderEventMeaning>,
) -> Result<bool, Fault> {
    let ledger = rows_of(app.db.writer(), order).await?;
    let mut is_done = true;
    // Of money that was taken at once, news of its payment tell nothing: what goes back has news of its own.
    let is_told_of = |row: &&Model| is_promise(row) || told != Some(ProviderEventMeaning::Payment);
    for root in ledger.iter().filter(|row| is_payment(row)).filter(is_told_of) {
        is_done &= note_payment(app, root, told).await?;
    }
    Ok(is_done)
}

async fn note_payment(app: &App, root: &Model, told: Option<ProviderEventMeaning>) -> Result<bool, Fault> {
    for _ in 0..MAX_LOOKS {
        let before = rows_of(app.db.writer(), root.order_id).await?;
        let standing = match look(app, root).await {
            Ok(standing) => standing,
            // It is in no books that can be looked into.
            Err(ProviderFault::Absent) => return Ok(true),
            Err(fault) => {
                tracing::warn!(transaction = root.id.0, cause = %fault, "A payment could not be looked up");
                return Ok(false);
            }
        };
        let is_disputed = match standing.disputed {
            Disputed::Yes => true,
            Disputed::No => false,
            Disputed::Untold => told == Some(ProviderEventMeaning::Dispute),
        };
        if is_disputed {
            note_dispute(app, root).await?;
        }
        if Payment::find(&before, root.id).is_some_and(|payment| payment.agrees(&standing)) {
            return Ok(true);
        }
        if let Some(is_done) = note(app, root, &before, &standing).await? {
            return Ok(is_done);
        }
    }
    Ok(false)
}

/// The order that a provider tells of by its name for what was taken or given back later, or by the key of that.
///
/// # Errors
/// The database's own.
pub async fn order_of_movement(
    app: &App,
    gateway: &str,
    reference: Option<&str>,
    key: Option<&str>,
) -> Result<Option<OrderId>, Fault> {
    let names = [
        reference.map(|reference| Column::ProviderReference.eq(reference)),
        key.map(|key| Column::IdempotencyKey.eq(key)),
    ];
    for is_named in names.into_iter().flatten() {
        let found = order_transaction::Entity::find().filter(Column::Gateway.eq(gateway)).filter(is_named);
        if let Some(row) = found.one(app.db.writer()).await? {
            return Ok(Some(row.order_id));
        }
    }
    Ok(None)
}

/// What the provider's books have of a payment.
async fn look(app: &App, root: &Model) -> Result<PaymentStanding, ProviderFault> {
    let Some(provider) = app.payments.find(&root.gateway) else {
        tracing::error!(transaction = root.id.0, provider = root.gateway, "A payment's provider is off");
        return Err(ProviderFault::Absent);
    };
    let currency = Currency::find(&root.currency).ok_or(ProviderFault::Absent)?;
    let payment = PaymentRef {
        key: root.idempotency_key.clone(),
        reference: root.provider_reference.clone(),
        token: None,
        begun_at: root.created_at,
        amount: Money::new(root.amount_minor, currency),
        capture: if is_promise(root) { Capture::Manual } else { Capture::Automatic },
    };
    let silence = |_| Err(ProviderFault::Unknown("no answer in time".to_owned()));
    tokio::time::timeout(PROVIDER_TIMEOUT, provider.standing(&payment)).await.unwrap_or_else(silence)
}

/// Notes what the ledger of an order lacks of a payment. Whether it has all of it then that it can have; none where it is not
/// any more as it was before the books were looked into, which may know nothing of that.
async fn note(
    app: &App,
    root: &Model,
    before: &[Model],
    standing: &PaymentStanding,
) -> Result<Option<bool>, Fault> {
    let noted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, root.order_id).await?;
        if rows_of(&tx, root.order_id).await? != before {
            return Ok(None);
        }
        let payment = Payment::find(before, root.id).ok_or(OrderError::NotFound)?;
        for row in payment.reversed(standing) {
            reverse_in(&tx, now, row).await?;
        }
        let mut is_done = note_missing_in(&tx, now, root, standing, Way::Taken).await?;
        is_done &= note_over_in(&tx, now, root, standing).await?;
        is_done &= note_missing_in(&tx, now, root, standing, Way::Returned).await?;
        tx.commit().await?;
        Ok::<_, OrderError>(Some(is_done))
    });
    plain(noted.await)
}

fn plain<T>(outcome: Result<T, OrderError>) -> Result<T, Fault> {
    outcome.map_err(|error| match error {
        OrderError::Fault(fault) => fault,
        error @ (OrderError::Refused { .. } | OrderError::NotFound | OrderError::AccessDenied(_)) => {
            Fault::new(error)
        }
    })
}

/// Notes that money which was noted as given back did not reach its buyer: it can be given back again.
async fn reverse_in(tx: &Tx, now: DateTime<Utc>, row: &Model) -> Result<(), OrderError> {
    let reversed = order_transaction::Entity::update_many()
        .col_expr(Column::Status, Expr::val(TransactionStatus::Failure))
        .col_expr(Column::ErrorCode, Expr::val(Some(TransactionErrorCode::ProcessingError)))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(TransactionStatus::Success))
        .exec(tx)
        .await?;
    if reversed.rows_affected != 1 {
        return Ok(());
    }
    if let Some(parent) = row.parent_id {
        order_transaction::Entity::update_many()
            .col_expr(Column::UsedMinor, Expr::col(Column::UsedMinor).sub(row.amount_minor))
            .filter(Column::Id.eq(parent))
            .exec(tx)
            .await?;
    }
    touch_in(tx, now, row.order_id).await?;
    let payload =
        serde_json::json!({ "transaction": row.id.0, "refund": row.refund_id.map(|refund| refund.0) });
    let event = NewEvent { entity_id: row.order_id.0, payload };
    event::record(tx, now, "order", "order.refund_failed", vec![event]).await?;
    tracing::error!(
        order = row.order_id.0,
        transaction = row.id.0,
        provider = row.gateway,
        "A refund that was done has failed: its buyer does not have the money"
    );
    Ok(())
}

/// Notes what was moved elsewhere. Whether all of it, or all that the payment has left.
async fn note_missing_in(
    tx: &Tx,
    now: DateTime<Utc>,
    root: &Model,
    standing: &PaymentStanding,
    way: Way,
) -> Result<bool, OrderError> {
    let ledger = rows_of(tx, root.order_id).await?;
    let payment = Payment::find(&ledger, root.id).ok_or(OrderError::NotFound)?;
    let missing = match way {
        Way::Taken => payment.missing_of_taken(standing),
        Way::Returned => payment.missing_of_returned(standing),
    };
    let mut is_done = true;
    for missing in missing {
        // What was written before has used up some of it.
        let ledger = rows_of(tx, root.order_id).await?;
        let payment = Payment::find(&ledger, root.id).ok_or(OrderError::NotFound)?;
        let (sources, is_moving) = match way {
            Way::Taken => (vec![payment.root], payment.is_being_taken),
            Way::Returned => {
                (payment.sources(missing.part), payment.is_being_taken || payment.is_being_returned)
            }
        };
        let left: i64 = sources.iter().map(|source| left_minor(source)).sum();
        if missing.minor > left && is_moving {
            is_done = false;
            continue;
        }
        if missing.minor > left {
            tracing::error!(
                order = root.order_id.0,
                provider = root.gateway,
                ?way,
                minor = missing.minor - left,
                "A provider has moved more than the ledger can have"
            );
        }
        write_missing_in(tx, now, &sources, &missing, way).await?;
    }
    Ok(is_done)
}

/// Writes a part down that was moved elsewhere, as far as the rows that it came from have something left.
async fn write_missing_in(
    tx: &Tx,
    now: DateTime<Utc>,
    sources: &[&Model],
    missing: &Missing<'_>,
    way: Way,
) -> Result<(), OrderError> {
    let (mut known, mut rest) = (missing.known_minor, missing.minor);
    let mut refund = None;
    let mut written = Vec::new();
    for source in sources {
        let amount_minor = Ord::min(rest, left_minor(source));
        if amount_minor <= 0 {
            continue;
        }
        (known, rest) = (known + amount_minor, rest - amount_minor);
        let (kind, refund) = match way {
            Way::Taken => (TransactionKind::Capture, None),
            Way::Returned => {
                let id = match refund {
                    Some(id) => id,
                    None => *refund.insert(new_refund_in(tx, now, source).await?.id),
                };
                (TransactionKind::Refund, Some(id))
            }
        };
        let key = key_of(source, &missing.part.reference, known);
        let movement = Movement::of(source, kind, amount_minor);
        let movement = Movement { mover: Mover::Shop, refund, key: Some(&key), ..movement };
        written.push(write_in(tx, now, &movement).await?);
    }
    // All of it is written before any of it is noted: a refund is told of when none of it is under way.
    for row in written {
        let reference = Some(missing.part.reference.clone());
        note_in(tx, now, &row, TransactionStatus::Success, reference).await?;
    }
    Ok(())
}

/// Money that went back for nothing that the shop knows of. Whoever gave it back tells the buyer.
async fn new_refund_in(tx: &Tx, now: DateTime<Utc>, source: &Model) -> Result<refund::Model, Fault> {
    let row = refund::ActiveModel {
        order_id: Set(source.order_id),
        currency: Set(source.currency.clone()),
        shipping_minor: Set(0),
        notify: Set(false),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(refund::Entity::insert(row).exec_with_returning(tx).await?)
}

/// Notes that a promise is over which the provider does not keep any more. Whether that is known for sure.
async fn note_over_in(
    tx: &Tx,
    now: DateTime<Utc>,
    root: &Model,
    standing: &PaymentStanding,
) -> Result<bool, OrderError> {
    let ledger = rows_of(tx, root.order_id).await?;
    let payment = Payment::find(&ledger, root.id).ok_or(OrderError::NotFound)?;
    let over_minor = payment.over_minor(standing);
    if over_minor <= 0 || payment.is_being_taken {
        return Ok(over_minor <= 0);
    }
    let name = payment.root.provider_reference.as_deref().unwrap_or_default();
    let key = key_of(payment.root, name, payment.root.amount_minor);
    let movement = Movement::of(payment.root, TransactionKind::Void, over_minor);
    let movement = Movement { mover: Mover::Shop, key: Some(&key), ..movement };
    let row = write_in(tx, now, &movement).await?;
    note_in(tx, now, &row, TransactionStatus::Success, None).await?;
    Ok(true)
}

/// The key of what was moved elsewhere: the same for everybody who is told of it, another when more was moved.
fn key_of(row: &Model, reference: &str, total_minor: i64) -> String {
    format!("outside/{}/{reference}/{total_minor}", row.gateway)
}

/// Notes once that the buyer of an order disputes a payment.
async fn note_dispute(app: &App, root: &Model) -> Result<(), Fault> {
    let noted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        let order = lock_in(&tx, root.order_id).await?;
        if order.disputed_at.is_some() {
            return Ok(false);
        }
        order::Entity::update_many()
            .col_expr(order::Column::DisputedAt, Expr::val(Some(now)))
            .filter(order::Column::Id.eq(order.id))
            .exec(&tx)
            .await?;
        touch_in(&tx, now, order.id).await?;
        event::record_one(&tx, now, "order", "order.disputed", order.id).await?;
        tx.commit().await?;
        Ok::<_, OrderError>(true)
    });
    if plain(noted.await)? {
        tracing::warn!(
            order = root.order_id.0,
            provider = root.gateway,
            "A buyer disputes a payment of an order"
        );
    }
    Ok(())
}
