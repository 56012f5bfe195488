//! Vouchers and gift cards that many reach for.

use std::sync::Arc;

use entity::discount_redemption::RedemptionState;
use entity::{gift_card, gift_card_txn, order_transaction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tradepost::discount::NewDiscount;
use tradepost::payment::TestState;
use tradepost::pricing::engine::Value;

use super::{Books, bought, figure, reconciled, tell};
use crate::payment::attempt::gateway;
use crate::payment::shop::mugs;
use crate::support::discount::{coded, off_order};
use crate::support::{ProductSpec, TestShop, VariantSpec, at_once};

/// Case 5: what the losers of a voucher go through does nothing to the winner, whose money was taken. That of 64 who
/// reach for one use one has it is `sixty_four_buyers_of_one_use_make_one_order`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_05_the_losers_of_a_voucher_leave_the_winners_money_and_order_alone() {
    let buyers = figure(16, 64);
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(1_000)]).await;
    let mug = shop.variant_id("mug").await;
    let once = NewDiscount { usage_limit: Some(1), ..off_order(Value::Percentage(5_000)) };
    let id = shop.discount(&coded("ONE", once)).await;
    let mut carts = Vec::new();
    for buyer in 0..buyers {
        carts.push(shop.ready_cart_with_codes(&mug, &format!("buyer{buyer}@example.com"), &["ONE"]).await);
    }
    let carts = Arc::new(carts);
    let outcomes = at_once(buyers, |buyer| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        async move { bought(&shop, &carts[buyer]).await }
    })
    .await;
    let won: Vec<usize> =
        (0..buyers).filter(|buyer| outcomes[*buyer]["__typename"] == "CartCompletionSuccess").collect();
    assert_eq!(won.len(), 1, "{outcomes:#?}");
    let order = shop.orders().await.remove(0);
    assert_eq!(order.email, Some(format!("buyer{}@example.com", won[0])));

    // The losers try again: with the voucher, which is gone, and with a card that is declined.
    for buyer in (0..buyers).filter(|buyer| *buyer != won[0]) {
        let again = shop.submit(&carts[buyer], "again").await;
        assert_ne!(again["result"]["__typename"], "SubmitAlreadyAccepted", "{again:#}");
        let without = shop.type_codes(&carts[buyer], &[]).await;
        let total = without["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap();
        shop.pay(&carts[buyer], total, "decline").await;
        let declined = shop.submit(&carts[buyer], "declined").await;
        let failed = shop.attempt(declined["result"]["attemptId"].as_str().unwrap()).await;
        assert_eq!(failed["errors"][0]["code"], "PAYMENT_CARD_DECLINED", "{failed:#}");
    }
    assert_eq!(shop.orders().await, std::slice::from_ref(&order), "the winner's order is as it was");
    let books = reconciled(&shop).await;
    assert_eq!(books, Books { orders: 1, taken: 1, given_back: 0 });
    let payment = gateway(&shop).payments().remove(0);
    assert_eq!((payment.amount.minor, payment.refunded_minor), (order.total_minor, 0));
    assert_eq!(shop.discount_row(id).await.usage_count, 1);
    let uses = shop.redemptions().await;
    let live: Vec<_> = uses.iter().filter(|used| used.state != RedemptionState::Released).collect();
    assert_eq!(live.len(), 1);
    assert_eq!((live[0].state, live[0].order_id), (RedemptionState::Redeemed, Some(order.id)));
    assert_eq!(mugs(&shop).await, (999, 0, 1));
    tell(&format!("case 5: {buyers} buyers of one use: {books:?}"));
}

/// Case 6: a card of 100 pays a part of many carts whose other part is paid or declined, so that its money is taken and
/// given back all the time. That 70 orders never spend more than a card has is
/// `a_card_that_many_spend_at_once_never_gives_more_than_it_has`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_06_a_card_that_is_debited_and_given_back_at_once_gives_what_it_has_and_no_more() {
    let buyers = figure(24, 70);
    let shop = Arc::new(TestShop::open().await);
    let course = VariantSpec { requires_shipping: false, stock: None, ..VariantSpec::default() };
    shop.have(&[ProductSpec { variants: vec![course], ..ProductSpec::new("course") }.price("130.00")]).await;
    let card = shop.gift_card(10_000).await;
    let lines = json!([{ "merchandiseId": shop.variant_id("course").await, "quantity": 1 }]);
    let mut carts = Vec::new();
    for buyer in 0..=buyers {
        let input = json!({ "lines": lines, "giftCardCodes": [card.code],
            "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" } });
        let cart = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
        shop.pay(&cart, "30.00", if buyer % 3 == 0 { "approve" } else { "decline" }).await;
        carts.push(cart);
    }
    let carts = Arc::new(carts);
    at_once(buyers, |buyer| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        // The first one is kept for later.
        async move { bought(&shop, &carts[buyer + 1]).await }
    })
    .await;
    let left = async || {
        let row = gift_card::Entity::find_by_id(card.id).one(shop.app.db.fresh()).await.unwrap().unwrap();
        let entries = gift_card_txn::Entity::find()
            .filter(gift_card_txn::Column::GiftCardId.eq(card.id))
            .all(shop.app.db.fresh())
            .await
            .unwrap();
        let sum: i64 = entries.iter().map(|entry| entry.delta_minor).sum();
        assert_eq!(row.balance_minor, sum, "the balance is the sum of the ledger");
        row.balance_minor
    };
    let spent = i64::try_from(shop.orders().await.len()).unwrap() * 10_000;
    assert!(spent <= 10_000, "{spent}");
    assert_eq!(left().await, 10_000 - spent, "what was not spent was given back");
    if spent == 0 {
        // Whoever could have paid came while somebody else's card was being declined.
        shop.buy(&carts[0]).await;
        assert_eq!(left().await, 0);
    }
    let books = reconciled(&shop).await;
    assert_eq!(books, Books { orders: 1, taken: 1, given_back: 0 });
    let taken = order_transaction::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let of = |gateway: &str| {
        let own = taken.iter().filter(|row| row.gateway == gateway);
        own.map(|row| row.amount_minor).sum::<i64>()
    };
    assert_eq!((of("gift_card"), of("test")), (10_000, 3_000));
    assert!(gateway(&shop).payments().iter().all(|payment| payment.state == TestState::Taken));
    tell(&format!("case 6: {buyers} buyers with one card of 100: {books:?}"));
}
