//! Gift cards that pay for carts.

use std::sync::Arc;

use chrono::NaiveDate;
use entity::id::GiftCardId;
use entity::{attempt_counter, gift_card, gift_card_txn, order_transaction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::gift_card::{IssuedGiftCard, NewGiftCard, disable, issue};
use tradepost::money::{Currency, Money};

use crate::support::{ProductSpec, TestShop, VariantSpec, at_once};

const CARDS: &str = "query($id: ID!) { cart(id: $id) {
    cost { totalAmount { amount } checkoutChargeAmount { amount } }
    appliedGiftCards { id lastCharacters balance { amount currencyCode } amountUsed { amount }
        presentmentAmountUsed { amount } balanceV2 { amount } amountUsedV2 { amount } } } }";

async fn card_in(shop: &TestShop, minor: i64, currency: &str, expires_on: Option<&str>) -> IssuedGiftCard {
    let new = NewGiftCard {
        code: None,
        amount: Money::new(minor, Currency::find(currency).unwrap()),
        expires_on: expires_on.map(|date| date.parse::<NaiveDate>().unwrap()),
    };
    issue(&shop.app, &Actor::System, &new).await.unwrap()
}

async fn card(shop: &TestShop, minor: i64) -> IssuedGiftCard {
    card_in(shop, minor, "EUR", None).await
}

/// Goods that need no delivery.
fn voucher(handle: &str, price: &str) -> ProductSpec {
    let variant = VariantSpec { price: price.to_owned(), requires_shipping: false, ..VariantSpec::default() };
    ProductSpec { variants: vec![variant], ..ProductSpec::new(handle) }
}

async fn shop_with_voucher(price: &str) -> (TestShop, String) {
    let shop = TestShop::open().await;
    shop.have(&[voucher("voucher", price)]).await;
    let variant = shop.variant_id("voucher").await;
    (shop, variant)
}

async fn cart_of(shop: &TestShop, variant: &str, codes: &[&str]) -> String {
    let input = json!({ "lines": [{ "merchandiseId": variant }], "giftCardCodes": codes,
        "buyerIdentity": { "email": "ada@example.com" } });
    shop.make_cart(input).await["id"].as_str().unwrap().to_owned()
}

async fn change(shop: &TestShop, mutation: &str, cart: &str, codes: Value) -> Value {
    let name = if mutation == "cartGiftCardCodesRemove" { "appliedGiftCardIds" } else { "giftCardCodes" };
    let kind = if mutation == "cartGiftCardCodesRemove" { "[ID!]!" } else { "[String!]!" };
    shop.change_cart(mutation, &[("cartId", "ID!", json!(cart)), (name, kind, codes)]).await
}

/// What each card pays, in its order, and what is left to pay.
async fn paid(shop: &TestShop, cart: &str) -> (Vec<String>, String) {
    let cart = shop.ask(CARDS, json!({ "id": cart })).await["cart"].clone();
    let cards = cart["appliedGiftCards"].as_array().unwrap().iter();
    let used = cards.map(|card| card["amountUsed"]["amount"].as_str().unwrap().to_owned());
    (used.collect(), cart["cost"]["checkoutChargeAmount"]["amount"].as_str().unwrap().to_owned())
}

async fn balance(shop: &TestShop, id: GiftCardId) -> i64 {
    gift_card::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap().balance_minor
}

/// The changes of a card's balance in their order.
async fn ledger(shop: &TestShop, id: GiftCardId) -> Vec<i64> {
    let rows = gift_card_txn::Entity::find()
        .filter(gift_card_txn::Column::GiftCardId.eq(id))
        .order_by_asc(gift_card_txn::Column::Id)
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.delta_minor).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cards_pay_in_their_order_and_never_more_than_is_due() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let (small, large) = (card(&shop, 3_000).await, card(&shop, 10_000).await);
    let cart = cart_of(&shop, &voucher, &[]).await;

    let typed = small.code.to_lowercase().replace(' ', "-");
    let added = change(&shop, "cartGiftCardCodesAdd", &cart, json!([format!(" {typed} ")])).await;
    assert_eq!((&added["userErrors"], &added["warnings"]), (&json!([]), &json!([])));
    assert_eq!(paid(&shop, &cart).await, (vec!["30.0".to_owned()], "20.0".to_owned()));
    change(&shop, "cartGiftCardCodesAdd", &cart, json!([large.code, small.code, ""])).await;
    let token = cart.rsplit('/').next().unwrap();
    let told = |card: &IssuedGiftCard, balance: &str, used: &str| {
        let last = card.code.replace(' ', "").to_lowercase();
        json!({ "id": format!("gid://shopify/AppliedGiftCard/{}?cart={token}", card.id),
            "lastCharacters": last[last.len() - 4..], "balance": { "amount": balance, "currencyCode": "EUR" },
            "amountUsed": { "amount": used }, "presentmentAmountUsed": { "amount": used },
            "balanceV2": { "amount": balance }, "amountUsedV2": { "amount": used } })
    };
    let cards = [told(&small, "30.0", "30.0"), told(&large, "100.0", "20.0")];
    assert_eq!(
        shop.ask(CARDS, json!({ "id": cart })).await["cart"],
        json!({ "cost": { "totalAmount": { "amount": "50.0" }, "checkoutChargeAmount": { "amount": "0.0" } },
            "appliedGiftCards": cards })
    );

    let node = "query($id: ID!) { node(id: $id) { ... on AppliedGiftCard { lastCharacters } } }";
    let id = cards[1]["id"].as_str().unwrap();
    assert_eq!(
        shop.ask(node, json!({ "id": id })).await["node"]["lastCharacters"],
        cards[1]["lastCharacters"]
    );
    let bare = id.split_once('?').unwrap().0;
    assert_eq!(
        shop.ask(node, json!({ "id": bare })).await["node"],
        Value::Null,
        "the cart's secret is needed"
    );

    let removed = change(&shop, "cartGiftCardCodesRemove", &cart, json!([cards[0]["id"]])).await;
    assert_eq!(removed["userErrors"], json!([]));
    assert_eq!(paid(&shop, &cart).await, (vec!["50.0".to_owned()], "0.0".to_owned()));
    change(&shop, "cartGiftCardCodesUpdate", &cart, json!([small.code])).await;
    assert_eq!(
        paid(&shop, &cart).await,
        (vec!["30.0".to_owned()], "20.0".to_owned()),
        "it takes their place"
    );
    change(&shop, "cartGiftCardCodesUpdate", &cart, json!([])).await;
    assert_eq!(paid(&shop, &cart).await, (vec![], "50.0".to_owned()));
    assert_eq!((balance(&shop, small.id).await, balance(&shop, large.id).await), (3_000, 10_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_cannot_pay_are_refused_without_saying_more_than_needed() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let good = card(&shop, 1_000).await;
    let expired = card_in(&shop, 1_000, "EUR", Some("2020-02-29")).await;
    let lasting = card_in(&shop, 1_000, "EUR", Some("2999-12-31")).await;
    let foreign = card_in(&shop, 1_000, "USD", None).await;
    let off = card(&shop, 1_000).await;
    disable(&shop.app, &Actor::System, off.id).await.unwrap();
    let cart = cart_of(&shop, &voucher, &[&good.code, &lasting.code]).await;
    assert_eq!(paid(&shop, &cart).await.0, ["10.0", "10.0"]);

    let mut told = Vec::new();
    for (code, place) in [("ABCD EFGH", "0"), (&expired.code, "0"), (&off.code, "0"), (&foreign.code, "1")] {
        let codes = if place == "0" { json!([code]) } else { json!([good.code, code]) };
        for mutation in ["cartGiftCardCodesAdd", "cartGiftCardCodesUpdate"] {
            let argument = ("giftCardCodes", "[String!]!", codes.clone());
            let field = format!("giftCardCodes.{place}");
            shop.refuses(&cart, mutation, argument, &[("INVALID", field.as_str())]).await;
        }
        let payload = change(&shop, "cartGiftCardCodesAdd", &cart, codes).await;
        told.push(payload["userErrors"][0]["message"].as_str().unwrap().to_owned());
    }
    assert_eq!(paid(&shop, &cart).await.0, ["10.0", "10.0"], "what was applied stays");
    assert!(
        told[0] == told[1] && told[1] == told[2],
        "unknown, expired and disabled are told alike: {told:?}"
    );
    assert_eq!(told[3], "The gift card is in another currency than the cart");

    for wrong in ["gid://shopify/AppliedGiftCard/99999", "gid://shopify/CartLine/1", "x"] {
        let argument = ("appliedGiftCardIds", "[ID!]!", json!([wrong]));
        let expected = [("INVALID", "appliedGiftCardIds.0")];
        shop.refuses(&cart, "cartGiftCardCodesRemove", argument, &expected).await;
    }
    let many: Vec<String> = (0..11).map(|number| format!("ABCDEFGH{number}")).collect();
    let argument = ("giftCardCodes", "[String!]!", json!(many));
    shop.refuses(&cart, "cartGiftCardCodesUpdate", argument, &[("INVALID", "giftCardCodes")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_a_card_by_trying() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let good = card(&shop, 1_000).await;
    let cart = cart_of(&shop, &voucher, &[]).await;
    for number in 0..20 {
        let codes = json!([format!("ABCDEFGH{number}")]);
        let payload = change(&shop, "cartGiftCardCodesAdd", &cart, codes).await;
        assert_eq!(payload["userErrors"][0]["field"], json!(["giftCardCodes", "0"]), "{number}");
    }
    let payload = change(&shop, "cartGiftCardCodesAdd", &cart, json!([good.code])).await;
    assert_eq!(
        payload["userErrors"][0]["field"],
        json!(["giftCardCodes"]),
        "even the right one comes too late"
    );
    assert_eq!(payload["userErrors"][0]["code"], "INVALID");
    assert_eq!(paid(&shop, &cart).await.0, Vec::<String>::new());
    let none = change(&shop, "cartGiftCardCodesUpdate", &cart, json!([])).await;
    assert_eq!(none["userErrors"], json!([]), "taking cards out is no guess");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_carts_and_aliases_do_not_help_to_find_a_card() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let good = card(&shop, 1_000).await;
    let cart = cart_of(&shop, &voucher, &[&good.code]).await;
    let counted = || async {
        let rows = attempt_counter::Entity::find().all(shop.app.db.fresh()).await.unwrap();
        rows.iter().map(|row| row.count).sum::<i64>()
    };
    assert_eq!(counted().await, 0, "the right code is no guess");
    change(&shop, "cartGiftCardCodesAdd", &cart, json!([good.code, ""])).await;
    assert_eq!(counted().await, 0);

    // A hundred codes: five new carts in each of two documents, ten codes in each.
    let codes: Vec<String> = (0..10).map(|number| format!("ABCDEFGH{number}")).collect();
    let makes: String = (0..5)
        .map(|number| {
            format!("a{number}: cartCreate(input: {{ giftCardCodes: $codes }}) {{ userErrors {{ code }} }} ")
        })
        .collect();
    let query = format!("mutation($codes: [String!]!) {{ {makes} }}");
    for _ in 0..2 {
        for (name, payload) in shop.ask(&query, json!({ "codes": codes })).await.as_object().unwrap() {
            assert_eq!(payload["userErrors"], json!([]), "{name}");
        }
    }
    assert_eq!(counted().await, 100);
    let input = json!({ "giftCardCodes": [good.code] });
    let refused = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!(refused["userErrors"][0]["code"], "INVALID");
    assert_eq!(refused["userErrors"][0]["field"], json!(["input", "giftCardCodes"]));
    assert_eq!(refused["cart"], Value::Null, "even the right one comes too late");
    let refused = change(&shop, "cartGiftCardCodesUpdate", &cart, json!([good.code])).await;
    assert_eq!(refused["userErrors"][0]["field"], json!(["giftCardCodes"]));
    assert_eq!(paid(&shop, &cart).await.0, ["10.0"], "what was applied stays");
    let without = cart_of(&shop, &voucher, &[]).await;
    let none = change(&shop, "cartGiftCardCodesUpdate", &without, json!([])).await;
    assert_eq!(none["userErrors"], json!([]), "whoever has no card buys as ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_cart_is_made_even_where_a_code_is_wrong() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let good = card(&shop, 1_000).await;
    let input = json!({ "lines": [{ "merchandiseId": voucher }], "giftCardCodes": ["nonsense", good.code] });
    let payload = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!(payload["userErrors"], json!([]));
    let id = payload["cart"]["id"].as_str().unwrap();
    assert_eq!(payload["warnings"][0]["code"], "PAYMENTS_GIFT_CARDS_UNAVAILABLE");
    assert_eq!(payload["warnings"][0]["target"], id);
    assert_eq!(paid(&shop, id).await.0, ["10.0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_pays_a_part_and_the_provider_only_the_rest() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let card = card(&shop, 3_000).await;
    let cart = cart_of(&shop, &voucher, &[&card.code]).await;

    shop.pay(&cart, "50.0", "approve").await;
    let whole = shop.submit(&cart, "whole").await;
    assert_eq!(whole["result"]["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", "{whole:#}");
    assert_eq!(balance(&shop, card.id).await, 3_000);

    shop.pay(&cart, "20.0", "approve").await;
    shop.buy(&cart).await;
    assert_eq!((balance(&shop, card.id).await, ledger(&shop, card.id).await), (0, vec![3_000, -3_000]));
    let order = shop.orders().await.remove(0);
    assert_eq!(order.total_minor, 5_000);
    let money = order_transaction::Entity::find()
        .filter(order_transaction::Column::OrderId.eq(order.id))
        .order_by_asc(order_transaction::Column::Id)
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    let money: Vec<(&str, i64)> = money.iter().map(|row| (row.gateway.as_str(), row.amount_minor)).collect();
    assert_eq!(money, [("gift_card", 3_000), ("test", 2_000)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_card_pays_in_full_needs_no_other_payment() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let card = card(&shop, 8_000).await;
    let cart = cart_of(&shop, &voucher, &[&card.code]).await;
    let outcome = shop.buy(&cart).await;
    assert_eq!(ledger(&shop, card.id).await, [8_000, -5_000]);
    let (id, key) = outcome["orderId"].as_str().unwrap().split_once("?key=").unwrap();
    let order = "query($id: ID!, $key: String!) { order(id: $id, key: $key) { financialStatus totalPrice { amount } } }";
    assert_eq!(
        shop.ask(order, json!({ "id": id, "key": key })).await["order"],
        json!({ "financialStatus": "PAID", "totalPrice": { "amount": "50.0" } })
    );
    let rest = cart_of(&shop, &voucher, &[&card.code]).await;
    assert_eq!(
        paid(&shop, &rest).await,
        (vec!["30.0".to_owned()], "20.0".to_owned()),
        "what is left pays on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_declined_gives_the_card_its_money_back() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let card = card(&shop, 3_000).await;
    let cart = cart_of(&shop, &voucher, &[&card.code]).await;
    shop.pay(&cart, "20.0", "decline").await;
    let submitted = shop.submit(&cart, "token").await;
    let outcome = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(outcome["errors"][0]["code"], "PAYMENT_CARD_DECLINED", "{outcome:#}");
    assert_eq!(ledger(&shop, card.id).await, [3_000, -3_000, 3_000]);
    assert_eq!(balance(&shop, card.id).await, 3_000);
    assert_eq!(paid(&shop, &cart).await, (vec!["30.0".to_owned()], "20.0".to_owned()));
    shop.pay(&cart, "20.0", "approve").await;
    shop.buy(&cart).await;
    assert_eq!(ledger(&shop, card.id).await, [3_000, -3_000, 3_000, -3_000]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_was_spent_meanwhile_ends_the_attempt_before_anything_is_held() {
    let (shop, voucher) = shop_with_voucher("50.00").await;
    let card = card(&shop, 5_000).await;
    let (first, second) =
        (cart_of(&shop, &voucher, &[&card.code]).await, cart_of(&shop, &voucher, &[&card.code]).await);
    let accepted =
        tradepost::checkout::submit(&shop.app, first.rsplit('/').next().unwrap(), "token").await.unwrap();
    let tradepost::checkout::Submission::Accepted(id) = accepted else { panic!("{accepted:?}") };
    shop.buy(&second).await;
    tradepost::checkout::drive(&shop.app, id).await.unwrap();
    let known = shop.submit(&first, "token").await;
    let outcome =
        shop.attempt(known["result"]["attemptId"].as_str().unwrap_or_else(|| panic!("{known:#}"))).await;
    assert_eq!(outcome["errors"][0]["code"], "PAYMENT_INSUFFICIENT_FUNDS", "{outcome:#}");
    assert_eq!(ledger(&shop, card.id).await, [5_000, -5_000]);
    let level = shop.level("voucher").await;
    assert_eq!((level.available, level.reserved, level.committed), (99, 0, 1));
    assert_eq!(paid(&shop, &first).await, (vec!["0.0".to_owned()], "50.0".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_many_spend_at_once_never_gives_more_than_it_has() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[voucher("ten", "10.00"), voucher("thirty", "30.00")]).await;
    let card = card(&shop, 10_000).await;
    let (ten, thirty) = (shop.variant_id("ten").await, shop.variant_id("thirty").await);
    let mut carts = Vec::new();
    for index in 0..70 {
        let variant = if index % 7 < 5 { &ten } else { &thirty };
        carts.push(cart_of(&shop, variant, &[&card.code]).await);
    }
    let carts = Arc::new(carts);
    at_once(70, |index| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        async move { shop.submit(&carts[index], "token").await }
    })
    .await;
    let orders = shop.orders().await;
    let sold: i64 = orders.iter().map(|order| order.total_minor).sum();
    let entries = ledger(&shop, card.id).await;
    let debits: i64 = entries.iter().filter(|delta| **delta < 0).sum();
    assert!(-debits <= 10_000 && !orders.is_empty(), "{entries:?}");
    assert_eq!(-debits, sold, "every order was paid from the card, and nothing else was");
    assert_eq!(entries.iter().sum::<i64>(), balance(&shop, card.id).await);
    assert!(balance(&shop, card.id).await < 1_000, "a cart of 10 was left although it could be paid");
    let levels = (shop.level("ten").await, shop.level("thirty").await);
    assert_eq!((levels.0.reserved, levels.1.reserved), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_kept_only_as_a_digest_and_given_once() {
    let shop = TestShop::open().await;
    let amount = Money::new(1_000, Currency::find("EUR").unwrap());
    let new = |code: &str| NewGiftCard { code: Some(code.to_owned()), amount, expires_on: None };
    let issued = issue(&shop.app, &Actor::System, &new("summer-2026")).await.unwrap();
    assert_eq!(issued.code, "SUMM ER20 26");
    let row = gift_card::Entity::find_by_id(issued.id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!((row.last_characters.as_str(), row.code_hash.len()), ("2026", 32));
    assert!(!format!("{row:?}").to_uppercase().contains("SUMMER"));
    for (wrong, code) in [
        (new("SUMMER 2026"), "the code is taken"),
        (new("short"), "a code has 8 to 20 letters and digits"),
        (
            NewGiftCard { amount: Money::new(0, amount.currency), ..new("OTHER2026") },
            "the amount must be above zero",
        ),
    ] {
        assert_eq!(issue(&shop.app, &Actor::System, &wrong).await.unwrap_err().to_string(), code);
    }
    let shopper = Actor::stranger();
    assert!(issue(&shop.app, &shopper, &new("OTHER2026")).await.is_err());
    assert_eq!(gift_card::Entity::find().all(shop.app.db.fresh()).await.unwrap().len(), 1);
}
