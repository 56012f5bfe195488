//! The last step: one transaction that makes the order.

use entity::completion_attempt::{self, AttemptState};
use entity::metafield::OwnerType;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::quote::{Quote, reference_of, stock_is_gone};
use crate::app::App;
use crate::customer::{self, Email};
use crate::db::Tx;
use crate::discount;
use crate::error::Fault;
use crate::gift_card::GiftCardUse;
use crate::inventory::{self, Demand, Held, Take};
use crate::metafield;
use crate::order::{self, Paid};
use crate::payment::FREE;
use crate::store_credit::StoreCreditUse;

/// What an order calls the gateway of the money that was on a gift card.
const GIFT_CARD_GATEWAY: &str = "gift_card";
/// What an order calls the gateway of the money that was store credit.
const STORE_CREDIT_GATEWAY: &str = "store_credit";

/// `committing -> done`: the order, its stock, its cart, in one transaction. Where the stock ran out of its time and is
/// gone, `committing -> returning`.
///
/// # Errors
/// The database's own; nothing is done then, and the step can be taken again.
pub(super) async fn commit(
    app: &App,
    attempt: completion_attempt::Model,
) -> Result<completion_attempt::Model, Fault> {
    let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if claim(&tx, app, &attempt, &quote).await? {
                let done = place(&tx, app, &attempt, &quote).await?;
                tx.commit().await?;
                return Ok(done);
            }
            tx.rollback().await?;
            let moved = completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Returning))
                .col_expr(
                    completion_attempt::Column::Errors,
                    Expr::val(serde_json::to_value([stock_is_gone()])?),
                )
                .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
                .filter(completion_attempt::Column::Id.eq(attempt.id))
                .filter(completion_attempt::Column::State.eq(AttemptState::Committing))
                .exec_with_returning(app.db.writer())
                .await?;
            moved.into_iter().next().ok_or_else(moved_meanwhile)
        })
        .await
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

async fn place(
    tx: &Tx,
    app: &App,
    attempt: &completion_attempt::Model,
    quote: &Quote,
) -> Result<completion_attempt::Model, Fault> {
    let now = app.clock.now();
    let address = quote.order.shipping_address.as_ref().or(quote.order.billing_address.as_ref());
    let names =
        address.map(|address| (address.first_name.clone(), address.last_name.clone())).unwrap_or_default();
    let customer_id = match (quote.customer, Email::parse(&quote.order.email)) {
        (Some(customer), _) => Some(customer),
        (None, Some(email)) => customer::save_guest_in(tx, now, &email, names).await?,
        (None, None) => None,
    };
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
    let paid: Vec<Paid> = quote.gift_cards.iter().map(by_card).chain(credit).chain(by_provider).collect();
    let order_id = order::place_in(tx, now, attempt.cart_id, customer_id, &quote.order, &paid).await?;
    if !quote.discounts.is_empty() {
        discount::redeem_in(tx, now, &reference_of(attempt.id), order_id).await?;
    }
    if quote.has_metafields {
        let (cart, order) = ((OwnerType::Cart, attempt.cart_id.0), (OwnerType::Order, order_id.0));
        metafield::copy_in(tx, now, cart, order).await?;
    }
    crate::cart::complete_in(tx, now, attempt.cart_id).await?;
    let done = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Done))
        .col_expr(completion_attempt::Column::OrderId, Expr::val(order_id))
        .col_expr(
            completion_attempt::Column::LeaseUntil,
            Expr::val(Option::<chrono::DateTime<chrono::Utc>>::None),
        )
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(AttemptState::Committing))
        .exec_with_returning(tx)
        .await?;
    done.into_iter().next().ok_or_else(moved_meanwhile)
}

fn moved_meanwhile() -> Fault {
    Fault::new("an attempt moved while it was committing")
}
