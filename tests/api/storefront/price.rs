//! Prices that begin and end by themselves, prices of segments, and the lowest price before a reduction.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::event;
use entity::id::{CustomerId, SegmentId};
use entity::market::RoundingMode;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::customer;
use tradepost::market::{
    NewMarket, NewPriceList, NewQuantityRule, resolve, resolve_for, save_quantity_rules,
};
use tradepost::money::Money;
use tradepost::pricing::{
    FixedPrice, ScheduledPrice, pass_boundaries, save_base_prices, save_fixed_prices, schedule_prices,
};
use tradepost::store::{BASE_PRICE_LIST, set_time_zone};

use crate::support::market::{currency, market, price_list, rounding};
use crate::support::{ProductSpec, TestShop};

/// A second before Black Friday begins in Berlin.
pub(super) fn eve() -> DateTime<Utc> {
    "2027-11-25T22:59:59Z".parse().unwrap()
}

/// A shop in Berlin with a mug for 12.50, a plate for 10.00 and tea for 4.00.
pub(super) async fn shop_on_the_eve() -> TestShop {
    let shop = TestShop::open_at(eve()).await;
    set_time_zone(&shop.app, &Actor::System, "Europe/Berlin").await.unwrap();
    let products = [("mug", "12.50"), ("plate", "10.00"), ("tea", "4.00")];
    shop.have(&products.map(|(handle, price)| ProductSpec::new(handle).price(price))).await;
    pass_boundaries(&shop.app).await.unwrap();
    shop
}

/// A price in euros by the clocks of the shop.
pub(super) async fn scheduled(
    shop: &TestShop,
    handle: &str,
    minor: i64,
    from: &str,
    to: Option<&str>,
) -> ScheduledPrice {
    ScheduledPrice {
        variant_id: shop.first_variant(handle).await,
        min_quantity: 1,
        amount: Money::new(minor, currency("EUR")),
        compare_at: None,
        from: from.parse().unwrap(),
        to: to.map(|to| to.parse().unwrap()),
    }
}

async fn page_price(shop: &TestShop, handle: &str) -> String {
    let query =
        "query($handle: String) { product(handle: $handle) { priceRange { minVariantPrice { amount } } } }";
    let answer = shop.ask(query, json!({ "handle": handle })).await;
    answer["product"]["priceRange"]["minVariantPrice"]["amount"].as_str().unwrap().to_owned()
}

fn handles(nodes: &Value) -> Vec<&str> {
    nodes.as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap()).collect()
}

async fn by_price(shop: &TestShop) -> Vec<String> {
    let answer = shop.ask("{ products(first: 9, sortKey: PRICE) { nodes { handle } } }", json!({})).await;
    handles(&answer["products"]["nodes"]).into_iter().map(str::to_owned).collect()
}

/// What a search finds up to ten euros, the cheapest first.
async fn found_up_to_ten(shop: &TestShop) -> Vec<String> {
    let query = "{ search(query: \"title:*\", first: 9, types: PRODUCT, sortKey: PRICE,
        productFilters: [{ price: { max: 10.0 } }]) { nodes { ... on Product { handle } } } }";
    let answer = shop.ask(query, json!({})).await;
    handles(&answer["search"]["nodes"]).into_iter().map(str::to_owned).collect()
}

async fn told_of(shop: &TestShop, handle: &str) -> u64 {
    let product = shop.product_row(handle).await.id;
    event::Entity::find()
        .filter(event::Column::Entity.eq("product"))
        .filter(event::Column::EntityId.eq(product.0))
        .filter(event::Column::Kind.eq("product.prices_changed"))
        .count(shop.app.db.fresh())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn black_friday_begins_and_ends_by_itself_where_the_shop_is() {
    let shop = shop_on_the_eve().await;
    let sale = scheduled(&shop, "mug", 800, "2027-11-26T00:00:00", Some("2027-11-30T00:00:00")).await;
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[sale]).await.unwrap();
    let cart = shop.make_cart(json!({ "lines": [{ "merchandiseId": shop.variant_id("mug").await }] })).await;
    let id = cart["id"].as_str().unwrap();
    let in_cart = async || {
        let cart = shop.cart(id).await;
        cart["lines"]["nodes"][0]["cost"]["amountPerQuantity"]["amount"].as_str().unwrap().to_owned()
    };
    let all = async || (page_price(&shop, "mug").await, in_cart().await);
    let told = told_of(&shop, "mug").await;
    assert_eq!(all().await, ("12.5".to_owned(), "12.5".to_owned()));
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 0);
    assert_eq!(by_price(&shop).await, ["tea", "plate", "mug"]);
    assert_eq!(found_up_to_ten(&shop).await, ["tea", "plate"]);

    shop.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(all().await, ("8.0".to_owned(), "8.0".to_owned()), "at midnight in Berlin");
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 1);
    assert_eq!(by_price(&shop).await, ["tea", "mug", "plate"]);
    assert_eq!(found_up_to_ten(&shop).await, ["tea", "mug", "plate"]);
    assert_eq!(told_of(&shop, "mug").await, told + 1);
    assert_eq!(told_of(&shop, "tea").await, 0, "only of what changed");
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 0, "once");

    shop.app.clock.advance(TimeDelta::days(4) - TimeDelta::seconds(1));
    assert_eq!(all().await.0, "8.0");
    shop.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(all().await, ("12.5".to_owned(), "12.5".to_owned()), "and back by itself");
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 1);
    assert_eq!(by_price(&shop).await, ["tea", "plate", "mug"]);
    assert_eq!(shop.product_row("mug").await.min_price_minor, 1_250);
    assert_eq!(told_of(&shop, "mug").await, told + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_base_price_counts_at_once_and_sorts_lists_also_after_the_product_is_imported_again() {
    let shop = shop_on_the_eve().await;
    let mug = shop.first_variant("mug").await;
    let price = FixedPrice::of(mug, Money::new(300, currency("EUR")));
    save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
    assert_eq!(
        (page_price(&shop, "mug").await, by_price(&shop).await.remove(0)),
        ("3.0".to_owned(), "mug".to_owned())
    );
    let now = shop.app.clock.now();
    let sale = FixedPrice { valid_from: Some(now), valid_to: Some(now + TimeDelta::hours(1)), ..price };
    let sale = FixedPrice { amount: Money::new(200, currency("EUR")), ..sale };
    save_base_prices(&shop.app, &Actor::System, &[sale]).await.unwrap();
    let mut spec = ProductSpec::new("mug").price("12.50");
    spec.vendor = "Another".to_owned();
    shop.have(&[spec]).await;
    assert_eq!(page_price(&shop, "mug").await, "2.0", "the file sets the lasting price");
    assert_eq!(shop.product_row("mug").await.min_price_minor, 200);
    shop.app.clock.advance(TimeDelta::hours(1));
    pass_boundaries(&shop.app).await.unwrap();
    assert_eq!(
        (page_price(&shop, "mug").await, by_price(&shop).await.pop()),
        ("12.5".to_owned(), Some("mug".to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_of_a_list_are_told_of_when_its_time_comes() {
    let shop = shop_on_the_eve().await;
    let (us, _) = shop.sell_abroad().await;
    let starts_at = Some(eve() + TimeDelta::hours(2));
    let list = shop.list_prices(&NewPriceList { starts_at, ..price_list(us, "USD") }).await;
    shop.fix_price(list, "mug", "USD", 500).await;
    pass_boundaries(&shop.app).await.unwrap();
    let told = told_of(&shop, "mug").await;
    shop.app.clock.advance(TimeDelta::hours(3));
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 1);
    assert_eq!(told_of(&shop, "mug").await, told + 1);
    let passed = event::Entity::find().filter(event::Column::Kind.eq("price_list.window_passed"));
    assert_eq!(passed.count(shop.app.db.fresh()).await.unwrap(), 1);
    assert_eq!(pass_boundaries(&shop.app).await.unwrap(), 0);
}

/// An account that is signed in: its key and token.
pub(super) async fn signed_in(shop: &TestShop, email: &str) -> (CustomerId, String) {
    let input = json!({ "email": email, "password": "a lovely sentence" });
    let query = "mutation($input: CustomerCreateInput!, $login: CustomerAccessTokenCreateInput!) {
        customerCreate(input: $input) { customer { id } customerUserErrors { code } }
        customerAccessTokenCreate(input: $login) { customerAccessToken { accessToken } } }";
    let answer = shop.ask(query, json!({ "input": input, "login": input })).await;
    let id = answer["customerCreate"]["customer"]["id"].as_str().unwrap().rsplit('/').next().unwrap();
    let token = answer["customerAccessTokenCreate"]["customerAccessToken"]["accessToken"].as_str().unwrap();
    (CustomerId(id.parse().unwrap()), token.to_owned())
}

/// A segment with these members.
pub(super) async fn segment_of(shop: &TestShop, name: &str, members: &[CustomerId]) -> SegmentId {
    let id = customer::create_segment(&shop.app, &Actor::System, name).await.unwrap();
    customer::add_to_segment(&shop.app, &Actor::System, id, members).await.unwrap();
    id
}

/// What the mug costs for a buyer, its breaks and rule, and whether anybody may keep the answer.
async fn seen_by(shop: &TestShop, country: &str, token: Option<&str>) -> (Value, bool) {
    let buyer = token.map(|token| json!({ "customerAccessToken": token }));
    let query =
        "query($country: CountryCode, $buyer: BuyerInput) @inContext(country: $country, buyer: $buyer) {
        product(handle: \"mug\") { variants(first: 1) { nodes { price { amount currencyCode }
          quantityRule { minimum maximum increment }
          quantityPriceBreaks(first: 5) { nodes { minimumQuantity price { amount } } } } } } }";
    let body = json!({ "query": query, "variables": { "country": country, "buyer": buyer } });
    let response =
        shop.client.post(format!("{}/api/2026-04/graphql.json", shop.url)).json(&body).send().await.unwrap();
    let caching = response.headers()["cache-control"].to_str().unwrap().to_owned();
    assert!(caching.starts_with("public") || caching == "private, no-store", "{caching}");
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{answer:#}");
    (answer["data"]["product"]["variants"]["nodes"][0].clone(), caching.starts_with("public"))
}

async fn price_for(shop: &TestShop, country: &str, token: Option<&str>) -> String {
    let (variant, is_public) = seen_by(shop, country, token).await;
    assert_eq!(is_public, token.is_none(), "prices of a buyer are nobody else's");
    let text = |name: &str| variant["price"][name].as_str().unwrap().to_owned();
    format!("{} {}", text("amount"), text("currencyCode"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_of_a_segment_are_for_its_members_and_for_nobody_else_to_keep() {
    let shop = shop_on_the_eve().await;
    let (us, _) = shop.sell_abroad().await;
    let (ada, adas) = signed_in(&shop, "ada@example.com").await;
    let (_, bobs) = signed_in(&shop, "bob@example.com").await;
    let segment = segment_of(&shop, "Friends", &[ada]).await;
    let home = shop.app.markets().await.unwrap().primary().id;
    let friends = |currency: &str, market| NewPriceList {
        segment: Some(segment),
        market,
        ..price_list(home, currency)
    };
    let everywhere = NewPriceList { adjust_bp: Some(-2_000), ..friends("EUR", None) };
    let everywhere = shop.list_prices(&everywhere).await;
    for (country, token, expected) in [
        ("DE", Some(&adas), "10.0 EUR"),
        ("DE", Some(&bobs), "12.5 EUR"),
        ("DE", None, "12.5 EUR"),
        ("US", Some(&adas), "10.99 USD"),
        ("US", None, "13.99 USD"),
    ] {
        assert_eq!(price_for(&shop, country, token.map(String::as_str)).await, expected, "{country}");
    }
    let lines = json!([{ "merchandiseId": shop.variant_id("mug").await }]);
    for (identity, expected) in [
        (json!({ "customerAccessToken": adas }), "10.0"),
        (json!({ "customerAccessToken": bobs }), "12.5"),
        (json!({ "email": "ada@example.com" }), "12.5"),
    ] {
        let cart = shop.make_cart(json!({ "lines": lines, "buyerIdentity": identity })).await;
        assert_eq!(cart["lines"]["nodes"][0]["cost"]["amountPerQuantity"]["amount"], expected, "{identity}");
        let again = shop.cart(cart["id"].as_str().unwrap()).await;
        assert_eq!(again["cost"]["totalAmount"]["amount"], expected, "{identity}");
    }
    // Its own prices hold where the currency is theirs, from a quantity on, and by their priority.
    let mug = shop.first_variant("mug").await;
    let euros = |minor| Money::new(minor, currency("EUR"));
    let breaks =
        [FixedPrice::of(mug, euros(900)), FixedPrice { min_quantity: 10, ..FixedPrice::of(mug, euros(700)) }];
    save_fixed_prices(&shop.app, &Actor::System, everywhere, &breaks).await.unwrap();
    let rule = NewQuantityRule { variant_id: mug, minimum: 2, maximum: Some(20), increment: 2 };
    save_quantity_rules(&shop.app, &Actor::System, everywhere, &[rule]).await.unwrap();
    let (variant, _) = seen_by(&shop, "DE", Some(&adas)).await;
    assert_eq!(
        variant,
        json!({
            "price": { "amount": "9.0", "currencyCode": "EUR" },
            "quantityRule": { "minimum": 2, "maximum": 20, "increment": 2 },
            "quantityPriceBreaks": { "nodes": [{ "minimumQuantity": 10, "price": { "amount": "7.0" } }] },
        })
    );
    let (variant, _) = seen_by(&shop, "DE", None).await;
    assert_eq!(variant["quantityRule"], json!({ "minimum": 1, "maximum": null, "increment": 1 }));
    assert_eq!(price_for(&shop, "US", Some(&adas)).await, "10.99 USD");
    let american = NewPriceList { priority: 1, ..friends("USD", Some(us)) };
    let american = shop.list_prices(&american).await;
    shop.fix_price(american, "mug", "USD", 555).await;
    assert_eq!(price_for(&shop, "US", Some(&adas)).await, "5.55 USD");
    assert_eq!(price_for(&shop, "DE", Some(&adas)).await, "9.0 EUR");

    customer::remove_from_segment(&shop.app, &Actor::System, segment, &[ada]).await.unwrap();
    assert_eq!(price_for(&shop, "US", Some(&adas)).await, "13.99 USD");
    assert_eq!(price_for(&shop, "DE", Some("no token")).await, "12.5 EUR");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn segments_are_looked_up_only_where_a_list_is_for_one() {
    let shop = shop_on_the_eve().await;
    let (ada, token) = signed_in(&shop, "ada@example.com").await;
    let query = "query($buyer: BuyerInput) @inContext(buyer: $buyer) { product(handle: \"mug\") { title } }";
    let buyer = json!({ "buyer": { "customerAccessToken": token } });
    assert_eq!(shop.statements_of(query, buyer.clone()).await, 0);
    let segment = segment_of(&shop, "Friends", &[ada]).await;
    let home = shop.app.markets().await.unwrap().primary().id;
    let list = NewPriceList { segment: Some(segment), adjust_bp: Some(-100), ..price_list(home, "EUR") };
    shop.list_prices(&list).await;
    assert_eq!(shop.statements_of(query, buyer).await, 1);
    assert_eq!(shop.statements_of(query, json!({})).await, 0);
    let markets = shop.app.markets().await.unwrap();
    let now = shop.app.clock.now();
    let of = customer::segments_of(shop.app.db.fresh(), ada).await.unwrap();
    assert_eq!(of, BTreeSet::from([segment]));
    assert_eq!(resolve_for(&markets, "DE", now, &of).prices.lists.len(), 1);
    assert_eq!(resolve(&markets, "DE", now).prices.lists.len(), 0);
}

/// The price and the lowest prior price of the mug.
async fn prior(shop: &TestShop, country: &str) -> (String, String) {
    let query = "query($country: CountryCode) @inContext(country: $country) {
        product(handle: \"mug\") { variants(first: 1) { nodes { price { amount } lowestPriorPrice { amount } } } } }";
    let answer = shop.ask(query, json!({ "country": country })).await;
    let variant = &answer["product"]["variants"]["nodes"][0];
    let text = |value: &Value| value["amount"].as_str().unwrap_or("none").to_owned();
    (text(&variant["price"]), text(&variant["lowestPriorPrice"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lowest_price_before_a_reduction_is_told_in_every_market() {
    let shop = shop_on_the_eve().await;
    let (us, _) = shop.sell_abroad().await;
    shop.app.clock.advance(TimeDelta::days(60));
    let told = async |country| {
        let (price, prior) = prior(&shop, country).await;
        format!("{price} {prior}")
    };
    assert_eq!((told("DE").await, told("US").await), ("12.5 none".to_owned(), "13.99 none".to_owned()));
    let mug = shop.first_variant("mug").await;
    let euros = |minor| FixedPrice::of(mug, Money::new(minor, currency("EUR")));
    // Dearer for a week, then reduced: the price before that week counts.
    save_base_prices(&shop.app, &Actor::System, &[euros(2_000)]).await.unwrap();
    assert_eq!(told("DE").await, "20.0 none");
    shop.app.clock.advance(TimeDelta::days(7));
    let sale = FixedPrice { compare_at: Some(Money::new(2_000, currency("EUR"))), ..euros(1_000) };
    save_base_prices(&shop.app, &Actor::System, &[sale]).await.unwrap();
    assert_eq!((told("DE").await, told("US").await), ("10.0 12.5".to_owned(), "10.99 13.99".to_owned()));
    // A list that reduces once more, in its own market only, and only while it is there.
    shop.app.clock.advance(TimeDelta::hours(1));
    let list = NewPriceList { adjust_bp: Some(-5_000), priority: 3, ..price_list(us, "USD") };
    let list = shop.list_prices(&list).await;
    assert_eq!((told("DE").await, told("US").await), ("10.0 12.5".to_owned(), "4.99 10.99".to_owned()));
    shop.app.clock.advance(TimeDelta::days(1));
    tradepost::market::delete_price_list(&shop.app, &Actor::System, list).await.unwrap();
    shop.app.clock.advance(TimeDelta::days(1));
    let again = FixedPrice { compare_at: Some(Money::new(2_000, currency("EUR"))), ..euros(900) };
    save_base_prices(&shop.app, &Actor::System, &[again]).await.unwrap();
    assert_eq!(told("DE").await, "9.0 10.0");
    assert_eq!(told("US").await, "9.99 4.99", "what a list that is no more said within thirty days");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_prior_price_costs_one_statement_for_a_list_and_none_where_nobody_asks() {
    let shop = shop_on_the_eve().await;
    let query = |fields: &str| {
        format!(
            "{{ products(first: 9) {{ nodes {{ variants(first: 9) {{ nodes {{ price {{ amount }} {fields} }} }} }} }} }}"
        )
    };
    let without = shop.statements_of(&query(""), json!({})).await;
    let with = shop.statements_of(&query("lowestPriorPrice { amount }"), json!({})).await;
    assert_eq!(with, without + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_market_rounds_in_its_own_way_in_currencies_of_0_2_and_3_decimals() {
    let shop = shop_on_the_eve().await;
    for (code, rate) in
        [("JPY", 163_500_000_000), ("KWD", 331_000_000), ("CHF", 930_000_000), ("SEK", 11_000_000_000)]
    {
        shop.rate(code, rate).await;
    }
    for (handle, code, country, mode, step, ending) in [
        ("jp", "JPY", "JP", RoundingMode::Up, 100, 80),
        ("kw", "KWD", "KW", RoundingMode::Nearest, 250, 0),
        ("ch", "CHF", "CH", RoundingMode::Down, 5, 0),
        ("se", "SEK", "SE", RoundingMode::Nearest, 100, 0),
    ] {
        shop.sell_in(&NewMarket {
            rounding: rounding(mode, step, ending),
            ..market(handle, code, &[country])
        })
        .await;
    }
    // Of 12.50 EUR: 2043.75 JPY, 4.1375 KWD, 11.625 CHF and 137.5 SEK.
    for (country, expected) in [
        ("JP", "2080.0 JPY"),
        ("KW", "4.25 KWD"),
        ("CH", "11.6 CHF"),
        ("SE", "138.0 SEK"),
        ("DE", "12.5 EUR"),
    ] {
        assert_eq!(price_for(&shop, country, None).await, expected);
    }
}
