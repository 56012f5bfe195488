//! Prices in other markets: lists, pages and carts, the order that comes of them, and what staff may set.

use chrono::TimeDelta;
use entity::market::{MarketStatus, RoundingMode};
use entity::price_list::CompareAtMode;
use entity::{
    event, fx_rate, market, market_locale, market_region, order_transaction, price, price_list, quantity_rule,
    variant_unit_price,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::market::{
    self as commands, FixedPrice, MAX_ADJUST_BP, MarketError, NewMarket, NewPriceList, NewQuantityRule,
    NewRate, Region, find_country, find_language,
};
use tradepost::money::Money;

use crate::support::market::{currency, market, price_list, rounding};
use crate::support::{ProductSpec, TestShop, at_once, refusals};

/// A mug for 12.50 that was 20.00.
async fn shop_with_mug() -> (TestShop, String) {
    let shop = TestShop::open().await;
    let mut mug = ProductSpec::new("mug").price("12.50");
    mug.variants[0].compare_at = "20.00".to_owned();
    shop.have(&[mug, ProductSpec::new("tea").price("4.00")]).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant)
}

/// What the mug costs in a country: its price and what that is compared with, on its page and in a list.
async fn price_in(shop: &TestShop, country: &str) -> (String, String, String) {
    let money = "{ amount currencyCode }";
    let fields = format!(
        "priceRange {{ minVariantPrice {money} maxVariantPrice {money} }} \
         compareAtPriceRange {{ minVariantPrice {money} }} \
         variants(first: 1) {{ nodes {{ price {money} compareAtPrice {money} }} }}"
    );
    let query = format!(
        "query($country: CountryCode) @inContext(country: $country) {{ \
           product(handle: \"mug\") {{ {fields} }} \
           products(first: 10, sortKey: PRICE, reverse: true) {{ nodes {{ handle {fields} }} }} }}"
    );
    let answer = shop.ask(&query, json!({ "country": country })).await;
    let page = answer["product"].clone();
    let listed = &answer["products"]["nodes"][0];
    assert_eq!(listed["handle"], "mug");
    assert_eq!(page["priceRange"], listed["priceRange"]);
    let variant = &page["variants"]["nodes"][0];
    assert_eq!(variant["price"], page["priceRange"]["minVariantPrice"]);
    assert_eq!(variant["price"], page["priceRange"]["maxVariantPrice"]);
    let compared = &page["compareAtPriceRange"]["minVariantPrice"];
    assert!(variant["compareAtPrice"].is_null() || variant["compareAtPrice"] == *compared);
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    (
        text(&variant["price"]["amount"]),
        text(&variant["compareAtPrice"]["amount"]),
        text(&variant["price"]["currencyCode"]),
    )
}

async fn assert_price(shop: &TestShop, country: &str, expected: (&str, &str, &str)) {
    let found = price_in(shop, country).await;
    assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), expected, "{country}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_are_converted_and_rounded_as_the_market_says() {
    let (shop, _) = shop_with_mug().await;
    for country in ["DE", "US", "JP"] {
        assert_price(&shop, country, ("12.5", "20.0", "EUR")).await;
    }
    shop.sell_abroad().await;
    shop.rate("KWD", 331_000_000).await;
    shop.sell_in(&market("kw", "KWD", &["KW"])).await;
    let swiss = NewMarket {
        rounding: rounding(RoundingMode::Down, 5, 0),
        adjust_bp: -333,
        ..market("ch", "CHF", &["CH"])
    };
    shop.rate("CHF", 930_000_000).await;
    shop.sell_in(&swiss).await;
    assert_price(&shop, "DE", ("12.5", "20.0", "EUR")).await;
    // 13.50 and 21.60
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    // 2043.75 and 3270
    assert_price(&shop, "JP", ("2050.0", "3270.0", "JPY")).await;
    // 4.1375 and 6.62
    assert_price(&shop, "KW", ("4.138", "6.62", "KWD")).await;
    // 12.08375 x 0.93 = 11.2379 and 19.334 x 0.93 = 17.9806
    assert_price(&shop, "CH", ("11.2", "17.95", "CHF")).await;
    // No market has it: it is served at home.
    assert_price(&shop, "BR", ("12.5", "20.0", "EUR")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_of_a_list_come_before_its_percentage_and_that_before_the_market() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let now = shop.app.clock.now();
    let fixed = shop.list_prices(&price_list(us, "USD")).await;
    shop.fix_price(fixed, "tea", "USD", 333).await;
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    shop.fix_price(fixed, "mug", "USD", 1_111).await;
    // A price of the list's own is not rounded, and compared with what the list says only.
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;
    assert_price(&shop, "DE", ("12.5", "20.0", "EUR")).await;

    // A list with a higher priority and a percentage: nothing behind it counts. 12.50 - 20 % = 10.00, 10.80 in dollars.
    let sale = NewPriceList { adjust_bp: Some(-2_000), priority: 5, ..price_list(us, "USD") };
    let id = shop.list_prices(&sale).await;
    assert_price(&shop, "US", ("10.99", "16.99", "USD")).await;
    let hidden = NewPriceList { id: Some(id), compare_at: CompareAtMode::Hidden, ..sale.clone() };
    shop.list_prices(&hidden).await;
    assert_price(&shop, "US", ("10.99", "none", "USD")).await;
    let over = NewPriceList { id: Some(id), ends_at: Some(now), ..sale.clone() };
    shop.list_prices(&over).await;
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;
    let coming = NewPriceList { id: Some(id), starts_at: Some(now + TimeDelta::hours(1)), ..sale };
    shop.list_prices(&coming).await;
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;

    let mug = shop.first_variant("mug").await;
    commands::delete_fixed_prices(&shop.app, &Actor::System, fixed, &[mug]).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    shop.fix_price(fixed, "mug", "USD", 1).await;
    commands::delete_price_list(&shop.app, &Actor::System, fixed).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let left = price::Entity::find().filter(price::Column::PriceListId.eq(fixed)).all(shop.app.db.fresh());
    assert_eq!(left.await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_rate_counts_from_its_moment_and_a_deleted_market_is_served_at_home() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let now = shop.app.clock.now();
    let rate = |rate_e9, effective_at| NewRate {
        from: currency("EUR"),
        to: currency("USD"),
        rate_e9,
        effective_at: Some(effective_at),
    };
    let tomorrow = rate(3_000_000_000, now + TimeDelta::days(1));
    commands::save_rate(&shop.app, &Actor::System, tomorrow).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let other = shop.second_node().await;
    other.markets().await.unwrap();
    commands::save_rate(&shop.app, &Actor::System, rate(2_000_000_000, now)).await.unwrap();
    assert_price(&shop, "US", ("24.99", "39.99", "USD")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let seen = commands::resolve(&other.markets().await.unwrap(), "US", shop.app.clock.now());
    assert_eq!(seen.prices.conversion.rate_e9, 2_000_000_000, "another node sees it within a second");

    commands::delete_market(&shop.app, &Actor::System, us).await.unwrap();
    assert_price(&shop, "US", ("12.5", "20.0", "EUR")).await;
    let regions = market_region::Entity::find().filter(market_region::Column::MarketId.eq(us));
    assert_eq!(regions.all(shop.app.db.fresh()).await.unwrap(), []);
}

/// The amounts of a cart as the API tells them.
fn costs(cart: &Value) -> (&str, &str, &str) {
    let total = &cart["cost"]["totalAmount"];
    let line = &cart["lines"]["nodes"][0]["cost"];
    (
        line["amountPerQuantity"]["amount"].as_str().unwrap(),
        total["amount"].as_str().unwrap(),
        total["currencyCode"].as_str().unwrap(),
    )
}

async fn move_to(shop: &TestShop, cart: &str, country: &str) -> Value {
    let identity = json!({ "countryCode": country });
    let arguments = [
        ("cartId", "ID!", json!(cart)),
        ("buyerIdentity", "CartBuyerIdentityInput!", identity),
    ];
    let payload = shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["cart"].clone()
}

async fn stored_currencies(shop: &TestShop) -> Vec<(String, String)> {
    let carts = entity::cart::Entity::find().order_by_asc(entity::cart::Column::Id).all(shop.app.db.fresh());
    carts.await.unwrap().into_iter().map(|cart| (cart.country, cart.currency)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_goes_to_the_market_of_its_buyer() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let lines = json!([{ "merchandiseId": mug, "quantity": 2 }]);
    let cart = shop.make_cart(json!({ "lines": lines })).await;
    assert_eq!(costs(&cart), ("12.5", "25.0", "EUR"));
    let id = cart["id"].as_str().unwrap();
    assert_eq!(costs(&move_to(&shop, id, "US").await), ("13.99", "27.98", "USD"));
    assert_eq!(costs(&shop.cart(id).await), ("13.99", "27.98", "USD"));
    assert_eq!(stored_currencies(&shop).await, [("US".to_owned(), "USD".to_owned())]);
    assert_eq!(costs(&move_to(&shop, id, "JP").await), ("2050.0", "4100.0", "JPY"));
    assert_eq!(costs(&move_to(&shop, id, "BR").await), ("12.5", "25.0", "EUR"));
    assert_eq!(stored_currencies(&shop).await, [("BR".to_owned(), "EUR".to_owned())]);

    // By the context of the request, by the input, and the input before the context.
    let create = "mutation($input: CartInput) @inContext(country: JP) { cartCreate(input: $input) {
        cart { cost { totalAmount { amount currencyCode } } buyerIdentity { countryCode } } } }";
    for (identity, country, amount, code) in
        [(Value::Null, "JP", "2050.0", "JPY"), (json!({ "countryCode": "US" }), "US", "13.99", "USD")]
    {
        let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }], "buyerIdentity": identity });
        let made = shop.ask(create, json!({ "input": input })).await["cartCreate"]["cart"].clone();
        assert_eq!(made["cost"]["totalAmount"], json!({ "amount": amount, "currencyCode": code }));
        assert_eq!(made["buyerIdentity"]["countryCode"], country);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_follows_its_market_and_its_next_change_stores_the_currency() {
    let (shop, mug) = shop_with_mug().await;
    let lines = json!([{ "merchandiseId": mug, "quantity": 1 }]);
    let cart = shop.make_cart(json!({ "lines": lines, "buyerIdentity": { "countryCode": "US" } })).await;
    assert_eq!(costs(&cart), ("12.5", "12.5", "EUR"));
    shop.sell_abroad().await;
    let id = cart["id"].as_str().unwrap();
    assert_eq!(costs(&shop.cart(id).await), ("13.99", "13.99", "USD"));
    assert_eq!(stored_currencies(&shop).await, [("US".to_owned(), "EUR".to_owned())], "a look changes nothing");
    let add = [("cartId", "ID!", json!(id)), ("lines", "[CartLineInput!]!", lines)];
    let added = shop.change_cart("cartLinesAdd", &add).await;
    assert_eq!(costs(&added["cart"]), ("13.99", "27.98", "USD"));
    assert_eq!(stored_currencies(&shop).await, [("US".to_owned(), "USD".to_owned())]);
}

const ADDRESS: &str = "cartDeliveryAddressesAdd(cartId: $id, addresses: [{ selected: true, address: { deliveryAddress: {
    firstName: \"Grace\", lastName: \"Hopper\", address1: \"1 Main St\", city: \"Ithaca\", zip: \"14850\",
    provinceCode: \"NY\", countryCode: US } } }])";

/// Makes a cart of two mugs for a buyer in the United States.
async fn american_cart(shop: &TestShop, mug: &str) -> Value {
    let input = json!({
        "lines": [{ "merchandiseId": mug, "quantity": 2 }],
        "buyerIdentity": { "email": "grace@example.com", "countryCode": "US" },
    });
    let id = shop.make_cart(input).await["id"].clone();
    let query = format!("mutation($id: ID!) {{ {ADDRESS} {{ userErrors {{ code }} }} }}");
    let added = shop.ask(&query, json!({ "id": id })).await;
    assert_eq!(added["cartDeliveryAddressesAdd"]["userErrors"], json!([]));
    shop.cart(id.as_str().unwrap()).await
}

async fn agree(shop: &TestShop, cart: &str, amount: &str, code: &str) -> Vec<(String, String)> {
    let query = "mutation($id: ID!, $payment: CartPaymentInput!) {
        cartPaymentUpdate(cartId: $id, payment: $payment) { userErrors { code field message } } }";
    let payment = json!({ "amount": { "amount": amount, "currencyCode": code },
        "providerPaymentMethod": { "provider": "test", "token": "approve" } });
    let answer = shop.ask(query, json!({ "id": cart, "payment": payment })).await["cartPaymentUpdate"].clone();
    refusals(&answer).into_iter().map(|(code, field)| (code.to_owned(), field)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_abroad_is_paid_in_its_own_currency_to_the_cent() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let cart = american_cart(&shop, &mug).await;
    // Two at 13.99, and air for 25.00 euros: 27.00 dollars, ending on .99.
    assert_eq!(costs(&cart), ("13.99", "54.97", "USD"));
    let options = &cart["deliveryGroups"]["nodes"][0]["deliveryOptions"];
    assert_eq!(options, &json!([{ "handle": "air", "title": "air", "estimatedCost": { "amount": "26.99" } }]));
    let id = cart["id"].as_str().unwrap();
    let field = "payment.amount.currencyCode".to_owned();
    assert_eq!(agree(&shop, id, "54.97", "EUR").await, [("INVALID_PAYMENT".to_owned(), field)]);
    assert_eq!(agree(&shop, id, "54.97", "USD").await, []);
    let outcome = shop.buy(id).await;
    let orders = shop.orders().await;
    assert_eq!((orders[0].currency.as_str(), orders[0].total_minor), ("USD", 5_497));
    assert_eq!((orders[0].subtotal_minor, orders[0].shipping_minor), (2_798, 2_699));
    let paid = order_transaction::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(paid.len(), 1);
    assert_eq!((paid[0].currency.as_str(), paid[0].amount_minor), ("USD", orders[0].total_minor));

    // Whatever becomes of the market, the order stays what it was.
    shop.rate("USD", 5_000_000_000).await;
    let (number, key) = outcome["orderId"].as_str().unwrap().split_once("?key=").unwrap();
    let query = "query($id: ID!, $key: String!) { order(id: $id, key: $key) { currencyCode
        totalPrice { amount currencyCode } totalShippingPrice { amount }
        lineItems(first: 1) { nodes { originalTotalPrice { amount currencyCode } } } } }";
    let order = shop.ask(query, json!({ "id": format!("{number}?key={key}"), "key": key })).await["order"].clone();
    let expected = json!({
        "currencyCode": "USD",
        "totalPrice": { "amount": "54.97", "currencyCode": "USD" },
        "totalShippingPrice": { "amount": "26.99" },
        "lineItems": { "nodes": [{ "originalTotalPrice": { "amount": "27.98", "currencyCode": "USD" } }] },
    });
    assert_eq!(order, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_agreed_at_another_rate_buys_nothing() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let cart = american_cart(&shop, &mug).await;
    let id = cart["id"].as_str().unwrap();
    assert_eq!(agree(&shop, id, "54.97", "USD").await, []);
    shop.rate("USD", 2_000_000_000).await;
    let submitted = shop.submit(id, "late").await["result"].clone();
    assert_eq!(submitted["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", "{submitted:#}");
    assert_eq!(costs(&shop.cart(id).await), ("24.99", "99.97", "USD"));
    move_to(&shop, id, "DE").await;
    let submitted = shop.submit(id, "elsewhere").await["result"].clone();
    assert_eq!(submitted["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", "{submitted:#}");
    assert_eq!(shop.orders().await, []);
    assert_eq!(shop.level("mug").await.available, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaks_and_quantity_rules_hold_where_they_were_set() {
    let (shop, mug) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    let id = shop.first_variant("mug").await;
    let dollars = |minor| Money::new(minor, currency("USD"));
    let breaks = [
        FixedPrice { min_quantity: 6, ..FixedPrice::of(id, dollars(1_200)) },
        FixedPrice { min_quantity: 12, ..FixedPrice::of(id, dollars(1_000)) },
    ];
    commands::save_fixed_prices(&shop.app, &Actor::System, list, &breaks).await.unwrap();
    let rule = NewQuantityRule { variant_id: id, minimum: 3, maximum: Some(24), increment: 3 };
    commands::save_quantity_rules(&shop.app, &Actor::System, list, &[rule]).await.unwrap();

    let home = shop.make_cart(json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }] })).await;
    assert_eq!(costs(&home), ("12.5", "12.5", "EUR"));
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 3 }], "buyerIdentity": { "countryCode": "US" } });
    let cart = shop.make_cart(input).await;
    assert_eq!(costs(&cart), ("13.99", "41.97", "USD"));
    let cart_id = cart["id"].as_str().unwrap();
    let line = cart["lines"]["nodes"][0]["id"].clone();
    for (quantity, code) in [(1, "MINIMUM_NOT_MET"), (4, "INVALID_INCREMENT"), (27, "MAXIMUM_EXCEEDED")] {
        let change = json!([{ "id": line, "quantity": quantity }]);
        let argument = ("lines", "[CartLineUpdateInput!]!", change);
        shop.refuses(cart_id, "cartLinesUpdate", argument, &[(code, "lines")]).await;
    }
    for (quantity, code) in [(1, "INVALID_INCREMENT"), (24, "MAXIMUM_EXCEEDED")] {
        let new = json!([{ "merchandiseId": mug, "quantity": quantity }]);
        let argument = ("lines", "[CartLineInput!]!", new);
        shop.refuses(cart_id, "cartLinesAdd", argument, &[(code, "lines.0.quantity")]).await;
    }
    // Two parts of the input that are right together.
    let two = json!([{ "merchandiseId": mug, "quantity": 1 }, { "merchandiseId": mug, "quantity": 2 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineInput!]!", two)];
    assert_eq!(costs(&shop.change_cart("cartLinesAdd", &arguments).await["cart"]), ("12.0", "72.0", "USD"));
    let change = json!([{ "id": line, "quantity": 12 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineUpdateInput!]!", change)];
    assert_eq!(costs(&shop.change_cart("cartLinesUpdate", &arguments).await["cart"]), ("10.0", "120.0", "USD"));

    commands::delete_quantity_rules(&shop.app, &Actor::System, list, &[id]).await.unwrap();
    let change = json!([{ "id": line, "quantity": 1 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineUpdateInput!]!", change)];
    assert_eq!(costs(&shop.change_cart("cartLinesUpdate", &arguments).await["cart"]), ("13.99", "13.99", "USD"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_markets_take_no_further_statements() {
    let (shop, mug) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    shop.fix_price(list, "tea", "USD", 333).await;
    let query = |country: &str| {
        format!(
            "query @inContext(country: {country}) {{ products(first: 10) {{ nodes {{ id
               priceRange {{ minVariantPrice {{ amount }} }} variants(first: 5) {{ nodes {{ price {{ amount }} }} }} }} }} }}"
        )
    };
    let home = shop.statements_of(&query("DE"), json!({})).await;
    assert_eq!(shop.statements_of(&query("US"), json!({})).await, home);
    let cart = american_cart(&shop, &mug).await;
    let add = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
        cart { id lines(first: 10) { nodes { id cost { totalAmount { amount } } } } } userErrors { code } } }";
    let lines = json!([{ "merchandiseId": shop.variant_id("tea").await, "quantity": 1 }]);
    let count = shop.statements_of_first(add, json!({ "id": cart["id"], "lines": lines })).await;
    assert!(count <= 8, "{count}");
}

/// Everything that markets are made of.
async fn everything(shop: &TestShop) -> String {
    let db = shop.app.db.fresh();
    let rows = (
        market::Entity::find().order_by_asc(market::Column::Id).all(db).await.unwrap(),
        market_region::Entity::find().order_by_asc(market_region::Column::Country).all(db).await.unwrap(),
        market_locale::Entity::find().all(db).await.unwrap(),
        price_list::Entity::find().order_by_asc(price_list::Column::Id).all(db).await.unwrap(),
        price::Entity::find().order_by_asc(price::Column::VariantId).all(db).await.unwrap(),
        quantity_rule::Entity::find().all(db).await.unwrap(),
        fx_rate::Entity::find().order_by_asc(fx_rate::Column::ToCurrency).all(db).await.unwrap(),
        event::Entity::find().all(db).await.unwrap().len(),
        shop.app.shop().await.unwrap().market_version,
    );
    format!("{rows:#?}")
}

/// Runs commands that must be refused with a code each, and looks whether anything has changed.
macro_rules! refused {
    ($shop:expr, $($expected:literal: $command:expr),+ $(,)?) => {
        let before = everything(&$shop).await;
        $(
            let error: MarketError = $command.await.unwrap_err();
            assert_eq!(error.code().map(|code| code.as_str()), Some($expected), "{error}");
            $shop.app.forget_shop();
            assert_eq!(everything(&$shop).await, before, "{}", $expected);
        )+
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markets_without_sense_are_refused() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    shop.list_prices(&price_list(us, "USD")).await;
    let us_again = market("us", "USD", &["US"]);
    let eu = market("eu", "EUR", &["FR"]);
    let draft = NewMarket { status: MarketStatus::Draft, ..eu.clone() };
    let quebec = |province: &str| {
        let region = Region { country: find_country("CA").unwrap(), province: Some(province.to_owned()) };
        NewMarket { regions: vec![region], ..market("quebec", "EUR", &[]) }
    };
    shop.sell_in(&market("ca", "EUR", &["CA"])).await;
    let french = find_language("FR").unwrap();
    let save = |new: NewMarket| {
        let app = shop.app.clone();
        async move { commands::save_market(&app, &Actor::System, &new).await }
    };
    refused!(shop,
        "INVALID": save(NewMarket { handle: "E U".to_owned(), ..eu.clone() }),
        "INVALID": save(NewMarket { handle: String::new(), ..eu.clone() }),
        "INVALID": save(NewMarket { name: "x".repeat(256), ..eu.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewMarket { adjust_bp: -10_001, ..eu.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewMarket { adjust_bp: MAX_ADJUST_BP + 1, ..eu.clone() }),
        "NO_REGION": save(market("nowhere", "EUR", &[])),
        "DUPLICATE": save(market("eu", "EUR", &["FR", "FR"])),
        "DUPLICATE": save(NewMarket { languages: vec![french, french], ..eu.clone() }),
        "REGION_TAKEN": save(market("eu", "EUR", &["FR", "US"])),
        "REGION_TAKEN": save(market("eu", "EUR", &["FR", "DE"])),
        "REGION_TAKEN": save(quebec("QC")),
        "UNKNOWN_PROVINCE": save(quebec("XX")),
        "NO_RATE": save(market("eu", "SEK", &["SE"])),
        "CURRENCY_MISMATCH": save(NewMarket { currency: currency("EUR"), ..us_again }),
        "PRIMARY_MARKET": save(NewMarket { status: MarketStatus::Draft, ..market("de", "EUR", &["DE"]) }),
        "UNKNOWN_MARKET": commands::delete_market(&shop.app, &Actor::System, entity::id::MarketId(99)),
        "PRIMARY_MARKET": commands::delete_market(
            &shop.app, &Actor::System, shop.app.markets().await.unwrap().primary().id
        ),
    );
    // A draft may lie where another market is, and takes no part.
    shop.sell_in(&NewMarket { regions: vec![Region::whole(find_country("US").unwrap())], ..draft }).await;
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let shopper = Actor::Shopper { token: None, origin: tradepost::actor::Origin::default() };
    let forbidden = commands::save_market(&shop.app, &shopper, &eu).await;
    assert!(matches!(forbidden, Err(MarketError::Forbidden)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_prices_rules_and_rates_without_sense_are_refused() {
    let (shop, _) = shop_with_mug().await;
    let (us, jp) = shop.sell_abroad().await;
    let good = price_list(us, "USD");
    let list = shop.list_prices(&good).await;
    let now = shop.app.clock.now();
    let mug = shop.first_variant("mug").await;
    let save = |new: NewPriceList| {
        let app = shop.app.clone();
        async move { commands::save_price_list(&app, &Actor::System, &new).await }
    };
    let fix = |list: i64, prices: Vec<FixedPrice>| {
        let app = shop.app.clone();
        let list = entity::id::PriceListId(list);
        async move { commands::save_fixed_prices(&app, &Actor::System, list, &prices).await }
    };
    let rule = |minimum, maximum, increment| {
        let app = shop.app.clone();
        let rule = NewQuantityRule { variant_id: mug, minimum, maximum, increment };
        async move { commands::save_quantity_rules(&app, &Actor::System, list, &[rule]).await }
    };
    let rate = |code: &str, rate_e9| {
        let app = shop.app.clone();
        let new = NewRate { from: currency("EUR"), to: currency(code), rate_e9, effective_at: None };
        async move { commands::save_rate(&app, &Actor::System, new).await }
    };
    let dollars = |minor| FixedPrice::of(mug, Money::new(minor, currency("USD")));
    let unknown = FixedPrice { variant_id: entity::id::VariantId(9_999), ..dollars(100) };
    let rates = fx_rate::Entity::find().filter(fx_rate::Column::ToCurrency.eq("USD"));
    let since = rates.one(shop.app.db.fresh()).await.unwrap().unwrap().effective_at;
    refused!(shop,
        "INVALID": save(NewPriceList { name: " ".to_owned(), ..good.clone() }),
        "PERCENTAGE_OUT_OF_RANGE": save(NewPriceList { adjust_bp: Some(-10_001), ..good.clone() }),
        "WINDOW_BACKWARDS": save(NewPriceList { starts_at: Some(now), ends_at: Some(now), ..good.clone() }),
        "CURRENCY_MISMATCH": save(price_list(us, "EUR")),
        "CURRENCY_MISMATCH": save(NewPriceList { id: Some(list), ..price_list(jp, "JPY") }),
        "UNKNOWN_MARKET": save(price_list(entity::id::MarketId(99), "USD")),
        "UNKNOWN_PRICE_LIST": save(NewPriceList { id: Some(entity::id::PriceListId(99)), ..good.clone() }),
        "UNKNOWN_PRICE_LIST": save(NewPriceList { id: Some(entity::id::PriceListId(0)), ..good.clone() }),
        "UNKNOWN_PRICE_LIST": commands::delete_price_list(&shop.app, &Actor::System, entity::id::PriceListId(0)),
        "UNKNOWN_PRICE_LIST": fix(0, vec![dollars(100)]),
        "CURRENCY_MISMATCH": fix(list.0, vec![dollars(100), FixedPrice::of(mug, Money::new(1, currency("EUR")))
            ].into_iter().enumerate().map(|(index, price)| FixedPrice { min_quantity: 1 + index as i32, ..price }).collect()),
        "UNKNOWN_VARIANT": fix(list.0, vec![dollars(100), unknown]),
        "DUPLICATE": fix(list.0, vec![dollars(100), dollars(200)]),
        "OUT_OF_RANGE": fix(list.0, vec![dollars(-1)]),
        "OUT_OF_RANGE": fix(list.0, vec![dollars(i64::MAX)]),
        "OUT_OF_RANGE": fix(list.0, vec![FixedPrice { min_quantity: 0, ..dollars(100) }]),
        "WINDOW_BACKWARDS": fix(list.0, vec![FixedPrice { valid_from: Some(now), valid_to: Some(now), ..dollars(1) }]),
        "TOO_MANY": fix(list.0, Vec::new()),
        "OUT_OF_RANGE": rule(0, None, 1),
        "OUT_OF_RANGE": rule(1, None, 0),
        "OUT_OF_RANGE": rule(4, None, 3),
        "OUT_OF_RANGE": rule(4, Some(2), 2),
        "OUT_OF_RANGE": rate("USD", 0),
        "OUT_OF_RANGE": rate("USD", -5),
        "OUT_OF_RANGE": rate("USD", i64::MAX),
        "INVALID": rate("EUR", 1_000_000_000),
        "UNKNOWN_RATE": commands::delete_rate(&shop.app, &Actor::System, currency("EUR"), currency("SEK"), now),
        "RATE_IN_USE": commands::delete_rate(&shop.app, &Actor::System, currency("EUR"), currency("USD"), since),
    );
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_markets_saved_at_once_one_gets_the_country() {
    let shop = TestShop::open().await;
    let outcomes = at_once(8, |index| {
        let (app, new) = (shop.app.clone(), market(&format!("market-{index}"), "EUR", &["FR", "ES"]));
        async move { commands::save_market(&app, &Actor::System, &new).await }
    })
    .await;
    let taken = |outcome: &&Result<_, MarketError>| {
        outcome.as_ref().err().and_then(MarketError::code).is_some_and(|code| code.as_str() == "REGION_TAKEN")
    };
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(taken).count(), 7, "{outcomes:?}");
    let rows = market_region::Entity::find().filter(market_region::Column::Country.eq("FR"));
    assert_eq!(rows.all(shop.app.db.fresh()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measures_are_imported_and_forgotten_with_the_file() {
    let shop = TestShop::open().await;
    let head = "Handle,Variant Price,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,\
                Unit Price Base Measure Unit\n";
    let report = shop.import(&format!("{head}oil,10.90,0.75,l,100,ml\nsoap,3.00,,,,\nsalt,1.00,1,kg,1,l\n")).await;
    assert_eq!(report.errors.len(), 1);
    assert_eq!(report.errors[0].code, "UNIT_MISMATCH");
    let measures = || async { variant_unit_price::Entity::find().all(shop.app.db.fresh()).await.unwrap() };
    let found = measures().await;
    assert_eq!(found.len(), 1);
    let price = Money::new(1_090, currency("EUR"));
    let unit = tradepost::pricing::UnitPrice::of(&found[0], price).unwrap();
    assert_eq!((found[0].quantity_milli, found[0].reference_value, unit.price.minor), (750, 100, 145));
    shop.import(&format!("{head}oil,10.90,500,ml,1,l\n")).await;
    let found = measures().await;
    assert_eq!((found.len(), found[0].quantity_milli, found[0].reference_value), (1, 500_000, 1));
    shop.import("Handle,Variant Price\noil,10.90\n").await;
    assert_eq!(measures().await, []);
}
