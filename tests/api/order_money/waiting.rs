//! Refunds of which a provider has a part: the rest waits until that has not refused.

use entity::gift_card;
use entity::id::{GiftCardId, OrderId};
use entity::order_transaction::{Model, TransactionErrorCode, TransactionKind, TransactionStatus};
use sea_orm::EntityTrait;
use serde_json::json;
use tradepost::order::{
    self, CancelInput, CancelReason, CancelRefund, OrderErrorCode, RefundInput, RefundLineInput,
    RefundTransactionInput, Restock,
};

use super::{STAFF, assert_within, code_of, last_order, open, refund_of, settled, told, view};
use crate::payment::shop::{StripeShop, mugs, pay_by};
use crate::payment::stripe::book::Fault;

/// What the gift card holds before it pays.
const ON_CARD: i64 = 1_000;
/// What Stripe takes beside it: two mugs and their delivery are 29.90.
const BY_STRIPE: i64 = 1_990;

/// An order of two mugs that a gift card and Stripe pay together, and the card.
async fn ordered(at: &StripeShop) -> (OrderId, GiftCardId) {
    let card = at.shop.gift_card(ON_CARD).await;
    let cart = at.shop.ready_cart(&at.mug, 2, "manual").await;
    let add = [("cartId", "ID!", json!(cart.id)), ("giftCardCodes", "[String!]!", json!([card.code]))];
    assert_eq!(at.shop.change_cart("cartGiftCardCodesAdd", &add).await["userErrors"], json!([]));
    let paid = pay_by(&at.shop, &cart.id, ("19.90", "EUR"), "stripe", super::CARD).await;
    assert_eq!(paid["userErrors"], json!([]));
    at.shop.buy(&cart.id).await;
    (last_order(&at.shop).await, card.id)
}

/// A refund of a mug of which the card gets 5.00 and Stripe gives the rest.
async fn refund_of_one(at: &StripeShop, order: OrderId) -> RefundInput {
    let view = view(&at.shop.app, order).await;
    let of = |gateway: &str, amount_minor| {
        let sale = view.transactions.iter().find(|row| row.gateway == gateway).unwrap();
        RefundTransactionInput { parent: Some(sale.id), gateway: None, amount_minor }
    };
    let line =
        RefundLineInput { line: view.lines[0].id, quantity: 1, restock: Restock::Cancel, location: None };
    RefundInput {
        lines: vec![line],
        transactions: vec![of("gift_card", 500), of("stripe", 750)],
        ..refund_of(order, view.transactions[0].id, 1)
    }
}

async fn on_card(at: &StripeShop, card: GiftCardId) -> i64 {
    gift_card::Entity::find_by_id(card).one(at.shop.app.db.fresh()).await.unwrap().unwrap().balance_minor
}

/// How the money of all refunds of an order stands, that of the card first.
async fn states(at: &StripeShop, order: OrderId) -> Vec<TransactionStatus> {
    let view = view(&at.shop.app, order).await;
    let mut rows: Vec<&Model> =
        view.transactions.iter().filter(|row| row.kind == TransactionKind::Refund).collect();
    rows.sort_by_key(|row| row.gateway.clone());
    rows.into_iter().map(|row| row.status).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shop_gives_back_itself_waits_for_a_provider_that_is_silent() {
    let at = StripeShop::open().await;
    let app = &at.shop.app;
    let (order, card) = ordered(&at).await;
    let input = refund_of_one(&at, order).await;
    at.stand.fail("POST /v1/refunds", Fault::Status(502));
    let refund = order::refund(app, STAFF, &input).await.unwrap();
    assert!(refund.row.waits && !refund.is_refused());
    assert_eq!(states(&at, order).await, [TransactionStatus::Pending; 2]);
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (0, (8, 0, 2)));
    // What waits is there for nobody else.
    let two = RefundLineInput { quantity: 2, ..input.lines[0].clone() };
    let again = RefundInput { lines: vec![two], transactions: Vec::new(), ..input.clone() };
    assert_eq!(code_of(order::refund(app, STAFF, &again).await), OrderErrorCode::LineQuantity);
    let card_sale = input.transactions[0].parent.unwrap();
    let again = order::refund(app, STAFF, &refund_of(order, card_sale, ON_CARD)).await;
    assert_eq!(code_of(again), OrderErrorCode::AmountTooLarge);
    settled(app).await;
    assert_eq!(states(&at, order).await, [TransactionStatus::Success; 2]);
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (500, (9, 0, 1)));
    let given = view(app, order).await;
    assert_eq!((given.refunded_minor(), given.balance().outstanding_minor), (1_250, 0));
    assert!(given.refund_lines[0].location_id.is_some() && !given.refunds[0].waits);
    assert_eq!(told(app, order, "order.refunded").await, 1);
    assert_within(&given);
    assert_eq!(at.stand.book().taken(), BY_STRIPE - 750);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_provider_comes_to_nothing_where_that_refuses_in_the_end() {
    let at = StripeShop::open().await;
    let app = &at.shop.app;
    let (order, card) = ordered(&at).await;
    let input = refund_of_one(&at, order).await;
    at.stand.fail("POST /v1/refunds", Fault::Status(502));
    order::refund(app, STAFF, &input).await.unwrap();
    at.stand.change(|book| book.refund_status = Some("failed"));
    settled(app).await;
    assert_eq!(states(&at, order).await, [TransactionStatus::Failure; 2]);
    let undone = view(app, order).await;
    let by_stripe = undone.transactions.iter().find(|row| row.gateway == "stripe" && row.refund_id.is_some());
    assert_eq!(by_stripe.unwrap().error_code, Some(TransactionErrorCode::CardDeclined));
    assert_eq!((undone.refund_lines.len(), undone.balance().outstanding_minor), (0, 0));
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (0, (8, 0, 2)));
    assert_eq!(told(app, order, "order.refunded").await, 0);
    assert_within(&undone);
    // It can be asked for again, and is given once.
    at.stand.change(|book| book.refund_status = None);
    let given = order::refund(app, STAFF, &input).await.unwrap();
    assert!(given.transactions.iter().all(|row| row.status == TransactionStatus::Success));
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (500, (9, 0, 1)));
    assert_within(&view(app, order).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_waits_for_a_bank_that_works_on_its_part() {
    let at = StripeShop::open().await;
    let app = &at.shop.app;
    let (order, card) = ordered(&at).await;
    at.stand.change(|book| book.refund_status = Some("pending"));
    order::refund(app, STAFF, &refund_of_one(&at, order).await).await.unwrap();
    assert_eq!(states(&at, order).await, [TransactionStatus::Success, TransactionStatus::Pending]);
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (500, (9, 0, 1)));
    assert_eq!(open(app).await.len(), 1);
    assert_eq!(told(app, order, "order.refunded").await, 0, "the bank has not decided");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_waits_for_no_provider() {
    let at = StripeShop::open().await;
    let app = &at.shop.app;
    let (order, card) = ordered(&at).await;
    // Its keys were changed.
    at.stand.fail("POST /v1/refunds", Fault::Status(401));
    let input = CancelInput {
        order,
        restock: true,
        refund: CancelRefund::OriginalTenders,
        reason: CancelReason::Customer,
        notify: false,
        staff_note: None,
    };
    let cancelled = order::cancel(app, STAFF, &input).await.unwrap();
    assert!(!cancelled.is_refused && !cancelled.order.is_settled());
    assert_eq!(states(&at, order).await, [TransactionStatus::Success, TransactionStatus::Pending]);
    assert_eq!((on_card(&at, card).await, mugs(&at.shop).await), (ON_CARD, (10, 0, 0)));
    settled(app).await;
    assert_eq!((view(app, order).await.refunded_minor(), at.stand.book().taken()), (ON_CARD + BY_STRIPE, 0));
    assert_eq!(told(app, order, "order.refunded").await, 1);
    assert_within(&view(app, order).await);
}
