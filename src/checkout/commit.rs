//! The last step: one transaction that makes the order.

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::OrderId;
use entity::metafield::OwnerType;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, UpdateMany};

use super::late::return_if_failed;
use super::quote::{CompletionFault, Quote, order_is_not_written, reference_of, stock_is_gone};
use crate::app::App;
use crate::customer::{self, Email};
use crate::db::Tx;
use crate::discount;
use crate::error::Fault;
use crate::gift_card::GiftCardUse;
use crate::inventory::{self, Demand, Held, Take};
use crate::metafield;
use crate::order::{self, GIFT_CARD_GATEWAY, Paid, STORE_CREDIT_GATEWAY};
use crate::payment::FREE;
use crate::store_credit::StoreCreditUse;

/// An order that cannot be written is tried for so long; then its money goes back.
const ORDER_PATIENCE: TimeDelta = TimeDelta::seconds(30);

/// What came of writing the order.
enum Written {
    Done(Box<completion_attempt::Model>),
    /// The stock ran out of its time and is gone.
    StockIsGone,
    /// Another driver has moved the attempt.
    Moved,
}

/// `-> done`: the order, its stock, its cart, in one transaction, with what the provider said of the money. Where the
/// stock is gone, or the order could not be written for half a minute, `-> returning`. `None` where another driver has
/// ended the attempt.
///
/// That the money is there is written down by itself only where the order could not be: until then the provider tells
/// it again for the same key.
///
/// # Errors
/// The database's own; the attempt stays at `committing` then, and the step can be taken again.
pub(super) async fn commit(
    app: &App,
    attempt: completion_attempt::Model,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
    let written = app.db.retry(|| async {
        let tx = app.begin().await?;
        // The levels are locked late: until the commit, whoever wants the same item waits for them.
        let order_id = place(&tx, app, &attempt, &quote).await?;
        if !claim(&tx, app, &attempt, &quote).await? {
            tx.rollback().await?;
            return Ok(Written::StockIsGone);
        }
        match finish(&tx, app, &attempt, &quote, order_id).await? {
            Some(done) => {
                tx.commit().await?;
                Ok(Written::Done(Box::new(done)))
            }
            None => {
                tx.rollback().await?;
                Ok(Written::Moved)
            }
        }
    });
    match written.await {
        Ok(Written::Done(done)) => Ok(Some(*done)),
        Ok(Written::StockIsGone) => returning(app, &attempt, stock_is_gone()).await,
        Ok(Written::Moved) => moved(app, &attempt).await,
        Err(fault) => {
            // Another driver may have been faster with the order: a cart has one at most.
            if let Some(done) = moved(app, &attempt).await? {
                return Ok(Some(done));
            }
            let noted = note_paid(app, &attempt).await?;
            // It was tried once more after the time was over, so that an outage of the database costs no order.
            if noted.and_then(|noted| noted.action_until).is_none_or(|until| app.clock.now() < until) {
                return Err(fault);
            }
            tracing::error!(
                attempt = attempt.id.0,
                cause = ?fault,
                "An order could not be written, and its money goes back"
            );
            returning(app, &attempt, order_is_not_written()).await
        }
    }
}

/// The attempt as another driver has left it, where that is its order. Money of one that failed goes back.
async fn moved(
    app: &App,
    attempt: &completion_attempt::Model,
) -> Result<Option<completion_attempt::Model>, Fault> {
    return_if_failed(app, attempt).await?;
    let now = completion_attempt::Entity::find_by_id(attempt.id).one(app.db.writer()).await?;
    Ok(now.filter(|now| now.state == AttemptState::Done))
}

/// An attempt that still waits for its order.
fn open(attempt: &completion_attempt::Model) -> UpdateMany<completion_attempt::Entity> {
    completion_attempt::Entity::update_many()
        .col_expr(
            completion_attempt::Column::ProviderReference,
            Expr::val(attempt.provider_reference.clone()),
        )
        .col_expr(completion_attempt::Column::Captured, Expr::val(attempt.captured))
        .col_expr(completion_attempt::Column::Action, Expr::val(Option::<serde_json::Value>::None))
        .col_expr(completion_attempt::Column::AskAt, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.is_in([
            AttemptState::Paying,
            AttemptState::ActionRequired,
            AttemptState::Committing,
        ]))
}

/// `-> committing`: the money is there, and the order could not be written. From the first time on it is tried until
/// `action_until`. The attempt as it stands now; `None` where another driver has moved it.
async fn note_paid(
    app: &App,
    attempt: &completion_attempt::Model,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let now = app.clock.now();
    let was_noted = Condition::all()
        .add(completion_attempt::Column::State.eq(AttemptState::Committing))
        .add(completion_attempt::Column::ActionUntil.is_not_null());
    let until = Expr::case(was_noted, Expr::col(completion_attempt::Column::ActionUntil))
        .finally(Expr::val(now + ORDER_PATIENCE));
    let noted = open(attempt)
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Committing))
        .col_expr(completion_attempt::Column::ActionUntil, until.into())
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(noted.into_iter().next())
}

/// `-> returning`, with the reason that the buyer is told in the end.
async fn returning(
    app: &App,
    attempt: &completion_attempt::Model,
    fault: CompletionFault,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let faults = serde_json::to_value([fault])?;
    let moved = open(attempt)
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Returning))
        .col_expr(completion_attempt::Column::Errors, Expr::val(faults))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
        .exec_with_returning(app.db.writer())
        .await?;
    let moved = moved.into_iter().next();
    if moved.is_none() {
        return_if_failed(app, attempt).await?;
    }
    Ok(moved)
}

/// Claims the stock that the attempt holds; what expired meanwhile is taken anew. Returns whether all of it was had.
async fn claim(
    tx: &Tx,
    app: &App,
    attempt: &completion_attempt::Model,
    quote: &Quote,
) -> Result<bool, Fault> {
    let now = app.clock.now();
    let claimed = inventory::claim_in(tx, now, attempt.id).await?;
    let missing: Demand = quote
        .demand
        .iter()
        .map(|(item, wanted)| (*item, wanted - claimed.get(item).copied().unwrap_or(0)))
        .filter(|(_, missing)| *missing > 0)
        .collect();
    if missing.is_empty() {
        return Ok(true);
    }
    let expires_at = now + app.config.reservation_time;
    // Of what was held in part it is not known which part: the rest is taken where it lies.
    let is_whole = |take: &&Take| missing.get(&take.item_id) == quote.demand.get(&take.item_id);
    let fetched: Vec<Take> = quote.fetched.iter().filter(is_whole).copied().collect();
    match inventory::reserve_in(tx, now, attempt.id, &missing, &fetched, expires_at).await? {
        Held::All => Ok(inventory::claim_in(tx, now, attempt.id).await? == missing),
        Held::Short(_) => Ok(false),
    }
}

/// Writes the order.
async fn place(
    tx: &Tx,
    app: &App,
    attempt: &completion_attempt::Model,
    quote: &Quote,
) -> Result<OrderId, Fault> {
    let now = app.clock.now();
    let address = quote.order.shipping_address.as_ref().or(quote.order.billing_address.as_ref());
    let names =
        address.map(|address| (address.first_name.clone(), address.last_name.clone())).unwrap_or_default();
    let customer_id = match (quote.customer, Email::parse(&quote.order.email)) {
        (Some(customer), _) => Some(customer),
        (None, Some(email)) => customer::save_guest_in(tx, now, &email, names).await?,
        (None, None) => None,
    };
    let paid = tenders(app, attempt, quote);
    order::place_in(tx, now, attempt.cart_id, customer_id, &quote.order, &paid).await
}

/// What the order is paid with.
fn tenders(app: &App, attempt: &completion_attempt::Model, quote: &Quote) -> Vec<Paid> {
    let by_provider = (attempt.provider != FREE).then(|| Paid {
        gateway: attempt.provider.clone(),
        amount_minor: attempt.amount_minor,
        reference: attempt.provider_reference.clone(),
        idempotency_key: attempt.idempotency_key.clone(),
        captured: attempt.captured,
        test: app.payments.find(&attempt.provider).is_some_and(|provider| provider.info().is_test),
    });
    // Cards and store credit were debited when the attempt took its stock.
    let by_card = |card: &GiftCardUse| Paid {
        gateway: GIFT_CARD_GATEWAY.to_owned(),
        amount_minor: card.amount_minor,
        reference: Some(card.gift_card_id.to_string()),
        idempotency_key: format!("{}/gift card/{}", attempt.idempotency_key, card.gift_card_id),
        captured: true,
        test: false,
    };
    let by_credit = |credit: &StoreCreditUse| Paid {
        gateway: STORE_CREDIT_GATEWAY.to_owned(),
        amount_minor: credit.amount_minor,
        reference: Some(credit.account.to_string()),
        idempotency_key: format!("{}/store credit/{}", attempt.idempotency_key, credit.account),
        captured: true,
        test: false,
    };
    let credit = quote.store_credit.iter().map(by_credit);
    quote.gift_cards.iter().map(by_card).chain(credit).chain(by_provider).collect()
}

/// Uses up what was claimed for the order, closes the cart, ends the attempt. `None` where another driver has moved it.
async fn finish(
    tx: &Tx,
    app: &App,
    attempt: &completion_attempt::Model,
    quote: &Quote,
    order_id: OrderId,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let now = app.clock.now();
    if !quote.discounts.is_empty() {
        discount::redeem_in(tx, now, &reference_of(attempt.id), order_id).await?;
    }
    if quote.has_metafields {
        let (cart, order) = ((OwnerType::Cart, attempt.cart_id.0), (OwnerType::Order, order_id.0));
        metafield::copy_in(tx, now, cart, order).await?;
    }
    crate::cart::complete_in(tx, now, attempt.cart_id).await?;
    let done = open(attempt)
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Done))
        .col_expr(completion_attempt::Column::OrderId, Expr::val(order_id))
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .exec_with_returning(tx)
        .await?;
    Ok(done.into_iter().next())
}
