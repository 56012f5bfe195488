//! What many do with the money of an order at once.

use chrono::Utc;
use entity::id::OrderId;
use entity::order::CancelReason;
use entity::order_transaction::{self, TransactionKind, TransactionStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tradepost::app::App;
use tradepost::order::{
    self, CancelInput, CancelRefund, OrderErrorCode, OrderView, RefundInput, RefundLineInput, Restock,
};
use tradepost::payment::TestPayment;

use super::{
    STAFF, assert_told_in_order, assert_within, capture_of, code_of, last_order, only, refund_of, settled,
    told, view,
};
use crate::failure::figure;
use crate::payment::attempt::gateway;
use crate::payment::shop::mugs;
use crate::support::{ProductSpec, TestShop, at_once};

/// A shop whose clock stands still, with mugs for 100.00 and nothing to pay for their delivery.
async fn shop_with_mugs() -> TestShop {
    let shop = TestShop::open_at(Utc::now()).await;
    let mut mug = ProductSpec::new("mug").price("100.00").stock(1_000);
    mug.variants.iter_mut().for_each(|variant| variant.requires_shipping = false);
    shop.have(&[mug]).await;
    shop
}

async fn ordered(shop: &TestShop, quantity: i64, payment: &str) -> OrderId {
    let mug = shop.variant_id("mug").await;
    let cart = shop.ready_cart(&mug, quantity, payment).await;
    shop.buy(&cart.id).await;
    last_order(shop).await
}

pub(super) fn cancel_of(order: OrderId) -> CancelInput {
    CancelInput {
        order,
        restock: true,
        refund: CancelRefund::OriginalTenders,
        reason: CancelReason::Customer,
        notify: false,
        staff_note: None,
    }
}

/// The payment of an order in the book of the test gateway.
fn payment_of(shop: &TestShop, view: &OrderView) -> TestPayment {
    let first = view.transactions.iter().find(|row| row.parent_id.is_none()).unwrap();
    gateway(shop).payment(first.provider_reference.as_deref().unwrap()).unwrap()
}

/// Compares the ledger of an order with the book of the test gateway: what was taken and what went back, and never more
/// than there was.
fn assert_books_agree(shop: &TestShop, view: &OrderView) {
    let payment = payment_of(shop, view);
    let balance = view.balance();
    assert_eq!(
        (balance.received_minor, balance.refunded_minor),
        (payment.taken_minor(), payment.refunded_minor)
    );
    assert!(payment.refunded_minor <= payment.taken_minor(), "{payment:?}");
    assert!(payment.taken_minor() <= view.row.total_minor, "{payment:?}");
    assert!(view.transactions.iter().all(|row| row.status != TransactionStatus::Pending), "{view:#?}");
    assert_within(view);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_that_ten_cancel_at_once_is_cancelled_once() {
    let shop = shop_with_mugs().await;
    for _ in 0..figure(4, 50) {
        let order = ordered(&shop, 2, "approve").await;
        let outcomes = at_once(10, |_| {
            let app = shop.app.clone();
            async move { order::cancel(&app, STAFF, &cancel_of(order)).await.map(|_| ()) }
        })
        .await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1);
        assert!(refused.into_iter().all(|refused| code_of(refused) == OrderErrorCode::AlreadyCancelled));
        let view = view(&shop.app, order).await;
        assert_eq!((view.refunds.len(), view.refunded_minor()), (1, 20_000));
        assert_books_agree(&shop, &view);
        for kind in ["order.cancelled", "order.refunded"] {
            assert_eq!(told(&shop.app, order, kind).await, 1, "{kind}");
        }
        assert_told_in_order(&shop.app, order).await;
    }
    assert_eq!(mugs(&shop).await, (1_000, 0, 0), "the goods are back once");
}

/// A refund of units that lie on their shelf again, with all that they cost.
async fn refund_units(app: &App, order: OrderId, quantity: i32) -> RefundInput {
    let view = view(app, order).await;
    let line = RefundLineInput { line: view.lines[0].id, quantity, restock: Restock::Cancel, location: None };
    let suggested = order::suggest_refund(&view, std::slice::from_ref(&line), None);
    let nothing = refund_of(order, view.transactions[0].id, 1);
    RefundInput { lines: vec![line], transactions: suggested.transactions, ..nothing }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn units_that_many_give_back_at_once_go_back_once() {
    let shop = shop_with_mugs().await;
    for _ in 0..figure(4, 50) {
        let order = ordered(&shop, 3, "approve").await;
        let input = refund_units(&shop.app, order, 2).await;
        let outcomes = at_once(8, |_| {
            let (app, input) = (shop.app.clone(), input.clone());
            async move { order::refund(&app, STAFF, &input).await.map(|_| ()) }
        })
        .await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(done.len(), 1, "of three units two go back once");
        assert!(refused.into_iter().all(|refused| code_of(refused) == OrderErrorCode::LineQuantity));
        let partly = view(&shop.app, order).await;
        assert_eq!(order::refunded_quantity(&partly, partly.lines[0].id), 2);
        assert_eq!((partly.refund_lines.len(), partly.refunded_minor()), (1, 20_000));
        assert_books_agree(&shop, &partly);
        let rest = refund_units(&shop.app, order, 1).await;
        order::refund(&shop.app, STAFF, &rest).await.unwrap();
        assert_books_agree(&shop, &view(&shop.app, order).await);
    }
    assert_eq!(mugs(&shop).await, (1_000, 0, 0), "and lie on their shelf once");
}

/// What somebody does with an order of 100.00 of which 60.00 were taken.
async fn act(app: &App, order: OrderId, who: usize) -> &'static str {
    let before = view(app, order).await;
    let promise = only(&before, TransactionKind::Authorization);
    let taken = before.transactions.iter().find(|row| row.kind == TransactionKind::Capture).unwrap().id;
    let outcome = match who {
        0 | 1 => order::capture(app, STAFF, &capture_of(&promise, 3_000, who == 0)).await.map(|_| ()),
        2 => order::void(app, STAFF, promise.id).await.map(|_| ()),
        3 | 4 => order::refund(app, STAFF, &refund_of(order, taken, 4_000)).await.map(|_| ()),
        _ => order::cancel(app, STAFF, &cancel_of(order)).await.map(|_| ()),
    };
    match outcome {
        Ok(()) => "done",
        refused => code_of(refused).as_str(),
    }
}

/// Captures, a void, refunds and a cancellation at the same moment, in whatever order they come: nobody meets a failure,
/// and the books agree in the end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_is_done_at_once_never_moves_more_than_there_is() {
    let shop = shop_with_mugs().await;
    for _ in 0..figure(10, 200) {
        let order = ordered(&shop, 1, "authorize").await;
        let promise = only(&view(&shop.app, order).await, TransactionKind::Authorization);
        order::capture(&shop.app, STAFF, &capture_of(&promise, 6_000, false)).await.unwrap();
        let came = at_once(6, |who| {
            let app = shop.app.clone();
            async move { act(&app, order, who).await }
        })
        .await;
        settled(&shop.app).await;
        let view = view(&shop.app, order).await;
        assert_books_agree(&shop, &view);
        assert_told_in_order(&shop.app, order).await;
        if view.row.cancelled_at.is_some() {
            let balance = view.balance();
            let payment = payment_of(&shop, &view);
            assert_eq!((balance.capturable_minor, balance.refundable_minor), (0, 0), "{came:?} {payment:?}");
        } else {
            assert_eq!(came[5], "NOT_CANCELLABLE", "money was being taken: {came:?}");
        }
    }
}

/// The rule stands in the database as well, where no mistake of ours passes it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_that_a_payment_gives_more_than_it_has() {
    let shop = shop_with_mugs().await;
    let order = ordered(&shop, 1, "approve").await;
    let sale = only(&view(&shop.app, order).await, TransactionKind::Sale);
    for used in [10_001_i64, -1] {
        let refused = order_transaction::Entity::update_many()
            .col_expr(order_transaction::Column::UsedMinor, Expr::value(used))
            .filter(order_transaction::Column::Id.eq(sale.id))
            .exec(shop.app.db.writer())
            .await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("order_transaction_used_within"), "{words}");
    }
    assert_eq!(only(&view(&shop.app, order).await, TransactionKind::Sale), sale);
}
