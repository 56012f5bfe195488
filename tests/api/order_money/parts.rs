//! Orders that go back in parts: what was paid, to the minor unit, and to where it came from.

use entity::gift_card;
use entity::id::{GiftCardId, OrderId, OrderLineId};
use sea_orm::EntityTrait;
use serde_json::json;
use tradepost::app::App;
use tradepost::discount::NewDiscount;
use tradepost::money::Money;
use tradepost::order::{
    self, FinancialStatus, RefundInput, RefundLineInput, Remainder, Restock, ShippingRefund, SuggestedRefund,
};
use tradepost::pricing::engine;

use super::{STAFF, assert_within, last_order, refund_of, status, view};
use crate::failure::figure;
use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, off_order};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

/// What the gift card holds before it pays.
const ON_CARD: i64 = 1_000;

/// A shop with prices that divide badly, taxes on top in the United States and a discount that leaves odd cents.
async fn shop_with_odd_prices() -> TestShop {
    let shop = TestShop::open().await;
    let product = |handle: &str, price: &str| ProductSpec::new(handle).price(price).stock(10_000);
    shop.have(&[product("pin", "3.33"), product("cup", "7.77")]).await;
    shop.sell_untaxed_prices_in(&["US"]).await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    shop.taxed(&tax_rate("US", Some("NY"), 88_750)).await;
    let seven = NewDiscount { combines_with: WITH_ALL, ..off_order(engine::Value::Amount(7)) };
    shop.discount(&seven).await;
    shop
}

/// An order of some pins and cups that a gift card and the test gateway pay together.
async fn ordered(shop: &TestShop, country: &str) -> (OrderId, GiftCardId) {
    let card = shop.gift_card(ON_CARD).await;
    let place = match country {
        "US" => json!({ "address1": "350 5th Ave", "city": "New York", "zip": "10118", "provinceCode": "NY",
            "firstName": "Ada", "lastName": "Lovelace", "countryCode": "US" }),
        _ => json!({ "address1": "Invalidenstr. 1", "city": "Berlin", "zip": "10115",
            "firstName": "Ada", "lastName": "Lovelace", "countryCode": "DE" }),
    };
    let line = |variant: String| json!({ "merchandiseId": variant, "quantity": rand::random_range(2..=6) });
    let input = json!({
        "lines": [line(shop.variant_id("pin").await), line(shop.variant_id("cup").await)],
        "giftCardCodes": [card.code],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": country },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": place } }] },
    });
    let cart = shop.make_cart(input).await;
    let id = cart["id"].as_str().unwrap();
    let total = cart["cost"]["totalAmount"]["amount"].as_str().unwrap();
    let total = Money::parse(total, currency("EUR")).unwrap();
    let rest = Money { minor: total.minor - ON_CARD, ..total };
    shop.pay(id, &rest.to_string(), "approve").await;
    shop.buy(id).await;
    (last_order(shop).await, card.id)
}

/// Gives units and deliveries back with what is suggested for them; the suggestion.
async fn give_back(
    app: &App,
    order: OrderId,
    lines: Vec<RefundLineInput>,
    shipping: Option<ShippingRefund>,
) -> SuggestedRefund {
    let before = view(app, order).await;
    let suggested = order::suggest_refund(&before, &lines, shipping);
    let nothing = refund_of(order, before.transactions[0].id, 1);
    let transactions = suggested.transactions.clone();
    order::refund(app, STAFF, &RefundInput { lines, shipping, transactions, ..nothing }).await.unwrap();
    assert_within(&view(app, order).await);
    suggested
}

fn unit(line: OrderLineId) -> RefundLineInput {
    RefundLineInput { line, quantity: 1, restock: Restock::NoRestock, location: None }
}

async fn on_card(app: &App, card: GiftCardId) -> i64 {
    gift_card::Entity::find_by_id(card).one(app.db.fresh()).await.unwrap().unwrap().balance_minor
}

/// Units one by one in a random order, the deliveries at some time between, and each to the cent: the parts add up to the
/// lines, to the taxes and to what was paid, and nothing is left for another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_goes_back_unit_by_unit_gives_exactly_what_was_paid() {
    let shop = shop_with_odd_prices().await;
    let app = &shop.app;
    for round in 0..figure(6, 100) {
        let (order, card) = ordered(&shop, if round.is_multiple_of(2) { "US" } else { "DE" }).await;
        let placed = view(app, order).await;
        let total = placed.row.total_minor;
        assert_eq!((status(app, order).await, on_card(app, card).await), (FinancialStatus::Paid, 0));
        let mut parts: Vec<Option<OrderLineId>> = vec![None];
        for line in &placed.lines {
            parts.extend((0..line.quantity).map(|_| Some(line.id)));
        }
        parts.sort_by_cached_key(|_| rand::random_range(0..1_000_000));
        let (mut subtotal, mut tax, mut given) = (0, 0, 0);
        let count = parts.len();
        for (place, part) in parts.into_iter().enumerate() {
            let suggested = match part {
                Some(line) => give_back(app, order, vec![unit(line)], None).await,
                None => give_back(app, order, Vec::new(), Some(ShippingRefund::Full)).await,
            };
            subtotal += suggested.subtotal_minor;
            tax += suggested.tax_minor;
            given += suggested.total_minor;
            let now = view(app, order).await;
            assert_eq!((now.refunded_minor(), now.balance().current_total_minor), (given, total - given));
            let is_last = place + 1 == count;
            let expected =
                if is_last { FinancialStatus::Refunded } else { FinancialStatus::PartiallyRefunded };
            assert_eq!(status(app, order).await, expected);
        }
        assert_eq!(given, total, "to the cent");
        assert_eq!(subtotal, placed.lines.iter().map(|line| line.total_minor).sum::<i64>());
        assert_eq!(tax, placed.lines.iter().map(|line| line.tax_minor).sum::<i64>());
        let back = view(app, order).await;
        assert_eq!(back.remainder(), Remainder::default());
        assert!(!back.is_restockable() && back.balance().refundable_minor == 0);
        let units: Vec<RefundLineInput> = placed.lines.iter().map(|line| unit(line.id)).collect();
        let more = order::suggest_refund(&back, &units, Some(ShippingRefund::Full));
        assert_eq!(more, SuggestedRefund::default());
        assert_eq!(on_card(app, card).await, ON_CARD, "the card has what it was issued with");
    }
}
