//! An order's money after it was placed, at the doors of the domain: what is asked for again where a provider was silent,
//! what is noted in whatever order it is told, what many do at once. What staff see of it is told by `admin`.

mod outside;
mod parts;
mod race;
mod told;
mod unanswered;
mod waiting;

use chrono::TimeDelta;
use entity::completion_attempt::CaptureMode;
use entity::id::{OrderId, OrderTransactionId};
use entity::order_transaction::{self, Model, TransactionKind, TransactionStatus};
use entity::{event, refund, refund_line};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::order::{
    self, CaptureInput, FinancialStatus, OrderError, OrderErrorCode, OrderView, RefundInput,
    RefundTransactionInput,
};

use crate::payment::shop::StripeShop;
use crate::payment::stripe::book::Stand;
use crate::support::TestShop;

/// The server itself may do everything.
const STAFF: &Actor = &Actor::System;
/// A mug and its delivery.
const TOTAL: i64 = 1_740;
const CARD: Option<&str> = Some("pm_card_visa");

/// A shop with many mugs whose Stripe only promises until staff take.
async fn promising(stand: Stand) -> StripeShop {
    StripeShop::at(stand, 5_000, |config| config.payment.capture = CaptureMode::Manual).await
}

/// An order of a mug that Stripe has promised, and the promise.
async fn promised(at: &StripeShop) -> (OrderId, Model) {
    let cart = at.cart(1, CARD).await;
    at.shop.buy(&cart.id).await;
    let order = last_order(&at.shop).await;
    let promise = only(&view(&at.shop.app, order).await, TransactionKind::Authorization);
    (order, promise)
}

async fn last_order(shop: &TestShop) -> OrderId {
    shop.orders().await.last().unwrap().id
}

async fn view(app: &App, order: OrderId) -> OrderView {
    order::find_order(app.db.fresh(), order).await.unwrap().unwrap()
}

async fn status(app: &App, order: OrderId) -> FinancialStatus {
    order::financial_status(&view(app, order).await)
}

/// The only movement of a kind.
fn only(view: &OrderView, kind: TransactionKind) -> Model {
    let found: Vec<&Model> = view.transactions.iter().filter(|row| row.kind == kind).collect();
    assert_eq!(found.len(), 1, "{:#?}", view.transactions);
    found[0].clone()
}

/// A capture of a promise, all of it or the last that is taken of it.
fn capture_of(promise: &Model, amount_minor: i64, is_final: bool) -> CaptureInput {
    CaptureInput { order: promise.order_id, parent: promise.id, amount_minor, currency: None, is_final }
}

/// A refund by one payment, for nothing in particular.
fn refund_of(order: OrderId, parent: OrderTransactionId, amount_minor: i64) -> RefundInput {
    let part = RefundTransactionInput { parent: Some(parent), gateway: None, amount_minor };
    RefundInput {
        order,
        lines: Vec::new(),
        shipping: None,
        transactions: vec![part],
        to_store_credit: None,
        note: None,
        notify: false,
        currency: None,
        processed_at: None,
    }
}

/// Why something was refused.
fn code_of<T: std::fmt::Debug>(outcome: Result<T, OrderError>) -> OrderErrorCode {
    match outcome {
        Err(OrderError::Refused { code, message, .. }) => {
            assert!(!message.is_empty());
            code
        }
        other => panic!("{other:?}"),
    }
}

/// Movements that no provider has answered for.
async fn open(app: &App) -> Vec<Model> {
    let open = order_transaction::Entity::find()
        .filter(order_transaction::Column::Status.eq(TransactionStatus::Pending));
    open.all(app.db.fresh()).await.unwrap()
}

/// Lets time pass until nothing is open; the clock of the shop stands still but for that.
async fn settled(app: &App) {
    let began = app.clock.now();
    while !open(app).await.is_empty() {
        app.clock.advance(TimeDelta::seconds(5));
        order::settle_due(app).await.unwrap();
        assert!(app.clock.now() - began <= TimeDelta::minutes(2), "{:#?}", open(app).await);
    }
}

/// How often something was told of an order.
async fn told(app: &App, order: OrderId, kind: &str) -> u64 {
    let of_kind = event::Entity::find()
        .filter(event::Column::Entity.eq("order"))
        .filter(event::Column::EntityId.eq(order.0))
        .filter(event::Column::Kind.eq(kind));
    of_kind.count(app.db.fresh()).await.unwrap()
}

/// What is told of an order is numbered without a gap.
async fn assert_told_in_order(app: &App, order: OrderId) {
    let numbers: Vec<i64> = event::Entity::find()
        .filter(event::Column::Entity.eq("order"))
        .filter(event::Column::EntityId.eq(order.0))
        .order_by_asc(event::Column::EntitySeq)
        .all(app.db.fresh())
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.entity_seq)
        .collect();
    let count = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
}

/// Asserts that nothing of an order's money moved beyond what it came from: each row has used what its children took and
/// are taking, and never more than it has.
fn assert_within(view: &OrderView) {
    for row in &view.transactions {
        let children = view.transactions.iter().filter(|other| other.parent_id == Some(row.id));
        let taken: i64 = children
            .filter(|child| child.status != TransactionStatus::Failure)
            .map(|child| child.amount_minor)
            .sum();
        assert_eq!(row.used_minor, taken, "{:#?}", view.transactions);
        assert!((0..=row.amount_minor).contains(&row.used_minor), "{row:#?}");
    }
}

/// All that a command on an order's money could change in the database.
async fn everything(app: &App) -> String {
    let db = app.db.fresh();
    let rows = (
        entity::order::Entity::find().all(db).await.unwrap(),
        order_transaction::Entity::find().order_by_asc(order_transaction::Column::Id).all(db).await.unwrap(),
        refund::Entity::find().all(db).await.unwrap(),
        refund_line::Entity::find().all(db).await.unwrap(),
        event::Entity::find().count(db).await.unwrap(),
    );
    format!("{rows:#?}")
}
