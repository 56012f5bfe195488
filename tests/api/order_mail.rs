//! Mails about orders: one for each occasion, in the buyer's language, with nothing in them that runs.

use entity::id::OrderId;
use entity::mail::{self, MailKind, MailState};
use entity::order;
use entity::order_transaction::TransactionKind;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryOrder};
use tradepost::actor::Actor;
use tradepost::notification::{self, Letter};
use tradepost::order::{
    CancelInput, CancelReason, CancelRefund, RefundInput, RefundTransactionInput, cancel, find_order, refund,
    status_url,
};
use tradepost::pricing::engine::Value;

use crate::support::discount::{coded, off_order};
use crate::support::mail::{MailServer, readable, write_mails_down};
use crate::support::{ProductSpec, TestShop};

const NASTY: &str = "<script>alert('1')</script> & \"co\"";

async fn rows(shop: &TestShop) -> Vec<mail::Model> {
    mail::Entity::find().order_by_asc(mail::Column::Id).all(shop.app.db.fresh()).await.unwrap()
}

async fn kinds(shop: &TestShop) -> Vec<MailKind> {
    rows(shop).await.iter().map(|row| row.kind).collect()
}

/// Orders two mugs for 12.50 each.
async fn ordered(shop: &TestShop, payment: &str) -> OrderId {
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, payment).await;
    shop.buy(&cart.id).await;
    shop.orders().await.last().unwrap().id
}

/// The newest mail.
async fn letter(shop: &TestShop) -> Letter {
    let mail = notification::list_mails(&shop.app, 1).await.unwrap().remove(0);
    mail.letter.unwrap_or_else(|| panic!("{:?}", mail.row))
}

async fn change(shop: &TestShop, column: order::Column, value: Option<&str>) {
    let value = Expr::val(value.map(str::to_owned));
    order::Entity::update_many().col_expr(column, value).exec(shop.app.db.writer()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_confirmed_by_one_mail_however_often_its_event_comes() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    let id = ordered(&shop, "approve").await;
    let other = shop.second_node().await;
    for _ in 0..19 {
        let tx = shop.app.begin().await.unwrap();
        tradepost::event::record_one(&tx, shop.app.clock.now(), "order", "order.placed", id).await.unwrap();
        tx.commit().await.unwrap();
    }
    tokio::join!(write_mails_down(&shop.app), write_mails_down(&other));
    let (one, two) = tokio::join!(notification::send_due(&shop.app), notification::send_due(&other));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(notification::send_due(&shop.app).await.unwrap(), 0);
    let rows = rows(&shop).await;
    let told: Vec<_> = rows.iter().map(|row| (row.kind, row.state, row.order_id, row.token_id)).collect();
    assert_eq!(told, [(MailKind::OrderConfirmation, MailState::Sent, Some(id), None)]);
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{taken:#?}");
    let mail = readable(&taken[0]);
    for part in [
        "<ada@example.com>",
        "Subject: Your order #1001 at My shop",
        "Message-ID: <",
        "multipart/alternative",
    ] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_tells_what_was_ordered_and_how_it_is_paid() {
    let pay_to = "Our bank: DE00 1234\nSay the order's number";
    let shop =
        TestShop::open_with(|config| config.payment.manual_instructions = Some(pay_to.to_owned())).await;
    shop.discount(&coded("FIVE", off_order(Value::Amount(500)))).await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "manual").await;
    shop.type_codes(&cart.id, &["FIVE"]).await;
    shop.pay(&cart.id, "24.90", "manual").await;
    shop.buy(&cart.id).await;
    let id = shop.orders().await[0].id;
    write_mails_down(&shop.app).await;
    let mail = letter(&shop).await;
    assert_eq!(mail.to, "ada@example.com");
    let link = status_url(&shop.app, id).unwrap();
    for part in [
        "Hello Ada Lovelace,",
        "2 × mug",
        "€25.00",
        "Discount (FIVE)",
        "-€5.00",
        "Delivery (standard)",
        "€4.90",
        "€24.90",
        "How to pay €24.90",
        "Our bank: DE00 1234",
        "Delivery address",
        "Invalidenstr. 1",
        "10115 Berlin",
        &link,
    ] {
        for body in [&mail.text, &mail.html] {
            assert!(body.contains(part), "{part}: {body}");
        }
    }
    let page = shop.client.get(mail.text.lines().find(|line| line.starts_with("http")).unwrap());
    assert_eq!(page.send().await.unwrap().status(), 200, "the mailed link opens the order");
    notification::send_due(&shop.app).await.unwrap();
    assert_eq!(rows(&shop).await[0].state, MailState::Kept, "there is no mail server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_about_an_order_is_in_the_language_of_the_order() {
    let shop = TestShop::open().await;
    ordered(&shop, "approve").await;
    write_mails_down(&shop.app).await;
    for (language, subject, parts) in [
        (
            "DE",
            "Ihre Bestellung #1001 bei My shop",
            ["vielen Dank", "25,00\u{a0}€", "Deutschland", "lang=\"de\""],
        ),
        (
            "FR",
            "Votre commande #1001 chez My shop",
            ["merci pour", "25,00\u{a0}€", "Allemagne", "lang=\"fr\""],
        ),
        ("ES", "Su pedido #1001 en My shop", ["Gracias por", "25,00\u{a0}€", "Alemania", "lang=\"es\""]),
        ("PT_BR", "Your order #1001 at My shop", ["thank you", "€25.00", "Germany", "lang=\"en\""]),
    ] {
        change(&shop, order::Column::Language, Some(language)).await;
        let mail = letter(&shop).await;
        assert_eq!(mail.subject, subject);
        for part in parts {
            assert!(mail.html.contains(part), "{part}: {}", mail.html);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_merchants_and_buyers_wrote_is_no_markup_in_a_mail() {
    let shop = TestShop::open().await;
    let mut product = ProductSpec::new("nasty");
    NASTY.clone_into(&mut product.title);
    shop.have(&[product]).await;
    let cart = shop.ready_cart(&shop.variant_id("nasty").await, 1, "approve").await;
    shop.buy(&cart.id).await;
    write_mails_down(&shop.app).await;
    let mail = letter(&shop).await;
    assert!(mail.text.contains(NASTY), "{}", mail.text);
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    assert!(mail.html.contains("&#60;script&#62;"), "{}", mail.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_and_a_cancellation_are_told_once_where_staff_wish() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    let id = ordered(&shop, "approve").await;
    let order = find_order(shop.app.db.fresh(), id).await.unwrap().unwrap();
    let sale = order.transactions.iter().find(|row| row.kind == TransactionKind::Sale).unwrap().id;
    let part = |amount_minor| RefundTransactionInput { parent: Some(sale), gateway: None, amount_minor };
    let wish = |amount_minor, notify| RefundInput {
        order: id,
        lines: Vec::new(),
        shipping: None,
        transactions: vec![part(amount_minor)],
        to_store_credit: None,
        note: Some("The handle broke".to_owned()),
        notify,
        currency: None,
        processed_at: None,
    };
    refund(&shop.app, &Actor::System, &wish(100, false)).await.unwrap();
    write_mails_down(&shop.app).await;
    assert_eq!(kinds(&shop).await, [MailKind::OrderConfirmation], "nobody wished it to be told");
    refund(&shop.app, &Actor::System, &wish(250, true)).await.unwrap();
    write_mails_down(&shop.app).await;
    let mail = letter(&shop).await;
    assert_eq!(mail.subject, "Money back for your order #1001 at My shop");
    for part in ["€2.50", "The handle broke", "/orders/"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
    }
    refund(&shop.app, &Actor::System, &wish(300, true)).await.unwrap();
    let input = CancelInput {
        order: id,
        restock: true,
        refund: CancelRefund::OriginalTenders,
        reason: CancelReason::Customer,
        notify: true,
        staff_note: Some("They called".to_owned()),
    };
    cancel(&shop.app, &Actor::System, &input).await.unwrap();
    write_mails_down(&shop.app).await;
    use MailKind::{OrderCancellation, OrderConfirmation, OrderRefund};
    assert_eq!(kinds(&shop).await, [OrderConfirmation, OrderRefund, OrderRefund, OrderCancellation]);
    let mail = letter(&shop).await;
    assert_eq!(mail.subject, "Your order #1001 at My shop was cancelled");
    for part in ["was cancelled", "€29.90", "mug"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}: {}", mail.text);
    }
    assert!(!mail.text.contains("They called") && !mail.html.contains("They called"), "that is for staff");
    notification::send_due(&shop.app).await.unwrap();
    assert_eq!(server.taken().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_without_an_address_of_its_buyer_is_told_to_nobody() {
    let server = MailServer::start().await;
    let shop = server.shop().await;
    ordered(&shop, "approve").await;
    change(&shop, order::Column::Email, None).await;
    write_mails_down(&shop.app).await;
    assert!(kinds(&shop).await.is_empty());
    // An address that is taken out before the mail is sent gets none.
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "approve").await;
    shop.buy(&cart.id).await;
    write_mails_down(&shop.app).await;
    change(&shop, order::Column::Email, None).await;
    notification::send_due(&shop.app).await.unwrap();
    assert_eq!(rows(&shop).await[0].state, MailState::Dropped);
    assert_eq!(server.taken().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_takes_no_mail_about_nothing_and_none_twice() {
    let shop = TestShop::open().await;
    let id = ordered(&shop, "approve").await;
    let now = shop.app.clock.now();
    let mail = |order_id| mail::ActiveModel {
        kind: Set(MailKind::OrderConfirmation),
        token_id: Set(None),
        order_id: Set(order_id),
        refund_id: Set(None),
        state: Set(MailState::Waiting),
        attempts: Set(0),
        run_at: Set(now),
        created_at: Set(now),
        ..Default::default()
    };
    let insert = |order_id| mail::Entity::insert(mail(order_id)).exec_without_returning(shop.app.db.writer());
    assert!(insert(None).await.is_err());
    assert!(insert(Some(id)).await.is_ok());
    assert!(insert(Some(id)).await.is_err());
    assert_eq!(rows(&shop).await.len(), 1);
}
