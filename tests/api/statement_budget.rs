//! How many statements an operation may take.

use std::collections::BTreeSet;

use entity::id::CollectionId;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::customer::{add_to_segment, create_segment};
use tradepost::discount::NewDiscount;
use tradepost::gift_card::{NewGiftCard, issue};
use tradepost::money::{Currency, Money};
use tradepost::pricing::engine::{DiscountClass, Effect, ForCustomers, Spread, Targets, Value};

use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, by_itself, coded, free_shipping, off_order};
use crate::support::{ProductSpec, TestShop};

const LIST: &str = "query($first: Int!) { products(first: $first) { pageInfo { hasNextPage } nodes {
    id title handle vendor tags availableForSale totalInventory
    priceRange { minVariantPrice { amount } maxVariantPrice { amount } }
    compareAtPriceRange { minVariantPrice { amount } }
    featuredImage { url width height altText } images(first: 3) { nodes { url } }
    options { name optionValues { name swatch { color } firstSelectableVariant { id } } }
    variants(first: 10) { nodes { id title sku price { amount } compareAtPrice { amount } availableForSale
        quantityAvailable selectedOptions { name value } image { url } product { id } weight } }
    selectedOrFirstAvailableVariant { id price { amount } } adjacentVariants { id }
    encodedVariantExistence encodedVariantAvailability
    collections(first: 2) { nodes { id title } } } } }";

async fn furnished() -> TestShop {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> = (0..50)
        .map(|index| {
            let mut product = ProductSpec::new(&format!("product-{index:02}"))
                .in_sizes_and_colors(&["S", "M", "L"], &["Red", "Blue"]);
            product.images = 2;
            product.tags = "one, two".to_owned();
            product
        })
        .collect();
    shop.have(&products).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_fifty_products_takes_as_many_statements_as_a_list_of_one() {
    let shop = furnished().await;
    let one = shop.statements_of(LIST, json!({ "first": 1 })).await;
    let fifty = shop.statements_of(LIST, json!({ "first": 50 })).await;
    println!("product list: {one} statements for 1 product, {fifty} for 50");
    assert_eq!(one, fifty);
    assert!(fifty <= 3, "{fifty}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_in_lists_take_a_constant_number_of_statements() {
    let shop = furnished().await;
    let nested = "query($first: Int!) { products(first: $first) { nodes { collections(first: 3) { nodes {
        products(first: 4) { nodes { id variants(first: 2) { nodes { id price { amount } } } } } } } } } }";
    let one = shop.statements_of(nested, json!({ "first": 1 })).await;
    let fifty = shop.statements_of(nested, json!({ "first": 50 })).await;
    assert_eq!(one, fifty);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_nodes_take_as_many_statements_as_one() {
    let shop = furnished().await;
    let nodes =
        "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on ProductVariant { title price { amount } } } }";
    let mut ids = Vec::new();
    for index in 0..50 {
        ids.push(shop.variant_id(&format!("product-{index:02}")).await);
    }
    let one = shop.statements_of(nodes, json!({ "ids": ids[..1] })).await;
    let fifty = shop.statements_of(nodes, json!({ "ids": ids })).await;
    assert_eq!(one, fifty);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_page_takes_few_statements() {
    let shop = furnished().await;
    let page = LIST
        .replace(
            "query($first: Int!) { products(first: $first) { pageInfo { hasNextPage } nodes {",
            "{ product(handle: \"product-07\") {",
        )
        .replace(
            "collections(first: 2) { nodes { id title } } } } }",
            "collections(first: 2) { nodes { id title } } } }",
        );
    let count = shop.statements_of(&page, json!({})).await;
    println!("product page: {count} statements");
    assert!(count <= 3, "{count}");
}

const CART: &str = "cart { id totalQuantity note cost { totalAmount { amount } subtotalAmount { amount } }
    lines(first: 100) { nodes { id quantity cost { totalAmount { amount } }
        merchandise { ... on ProductVariant { id title product { title handle } } } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adding_to_a_cart_takes_at_most_seven_statements() {
    let shop = furnished().await;
    let variant = shop.variant_id("product-01").await;
    let other = shop.variant_id("product-02").await;
    let cart = shop.ready_cart(&variant, 1, "manual").await;
    // What products are is remembered by the process; the first to show one reads it.
    shop.ask(LIST, json!({ "first": 50 })).await;
    let add = format!(
        "mutation($id: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $id, lines: $lines) {{ {CART}
            userErrors {{ code }} warnings {{ code }} }} }}"
    );
    let lines = json!([{ "merchandiseId": other, "quantity": 1 }]);
    let new_line = shop.statements_of_first(&add, json!({ "id": cart.id, "lines": lines })).await;
    let same_line = shop.statements_of_first(&add, json!({ "id": cart.id, "lines": lines })).await;
    println!(
        "add to cart, with an address chosen: {new_line} statements for a new line, {same_line} for one more of it"
    );
    assert!(new_line <= 7, "{new_line}");
    assert!(same_line <= 7, "{same_line}");
}

/// A shop with taxes, discounts of every class that name collections and segments, and a customer in a segment; returns
/// the customer's token.
async fn furnished_with_rules() -> (TestShop, String) {
    let shop = furnished().await;
    let collection = shop.collect("named", &["product-01", "product-02"]).await;
    let collection = collection.rsplit('/').next().unwrap().parse().unwrap();
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    let (customer, token) = shop.customer_with_credit("ada@example.com", 1_000).await;
    let segment = create_segment(&shop.app, &Actor::System, "Friends").await.unwrap();
    add_to_segment(&shop.app, &Actor::System, segment, &[customer]).await.unwrap();
    let of_collection = Effect::Basic {
        value: Value::Percentage(1_000),
        spread: Spread::Each,
        targets: Targets::Named {
            products: BTreeSet::new(),
            variants: BTreeSet::new(),
            collections: BTreeSet::from([CollectionId(collection)]),
        },
    };
    let beside = |new: NewDiscount| NewDiscount { combines_with: WITH_ALL, ..new };
    shop.discount(&beside(by_itself(DiscountClass::Product, of_collection))).await;
    let for_friends = ForCustomers::Segments(BTreeSet::from([segment]));
    let friends = NewDiscount { customers: for_friends, ..off_order(Value::Amount(100)) };
    shop.discount(&beside(friends)).await;
    let once = NewDiscount { once_per_customer: true, usage_limit: Some(99), ..free_shipping() };
    shop.discount(&coded("POST", beside(once))).await;
    (shop, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discounts_segments_and_taxes_cost_no_statement_more() {
    let (shop, token) = furnished_with_rules().await;
    let (variant, other) = (shop.variant_id("product-01").await, shop.variant_id("product-02").await);
    let cart = shop.ready_cart_with_codes(&variant, "ada@example.com", &["POST"]).await;
    let sign_in = json!({ "customerAccessToken": token });
    let arguments = [("cartId", "ID!", json!(cart)), ("buyerIdentity", "CartBuyerIdentityInput!", sign_in)];
    shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
    shop.ask(LIST, json!({ "first": 50 })).await;
    let add = format!(
        "mutation($id: ID!, $lines: [CartLineInput!]!) {{ cartLinesAdd(cartId: $id, lines: $lines) {{ {CART}
            userErrors {{ code }} warnings {{ code }} }} }}"
    );
    let lines = json!([{ "merchandiseId": other, "quantity": 1 }]);
    let adding = shop.statements_of_first(&add, json!({ "id": cart, "lines": lines })).await;
    println!("add to cart with discounts, segments and taxes: {adding} statements");
    assert!(adding <= 7, "{adding}");
    let read = shop.cart(&cart).await;
    assert_eq!(read["discountCodes"], json!([{ "code": "POST", "applicable": true }]));
    let total = read["cost"]["totalAmount"]["amount"].as_str().unwrap();
    shop.pay(&cart, total, "approve").await;
    let submit = "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") {
        result { __typename ... on SubmitSuccess { attemptId } } } }";
    let completing = shop.statements_of_first(submit, json!({ "id": cart })).await;
    println!("complete with three discounts, one of them by a code, and taxes: {completing} statements");
    let order = shop.orders().await.remove(0);
    shop.order_adds_up(order.id).await;
    // Each budget has room for one statement: the shop is read anew after a second.
    // 24; a claim each for three discounts, one for the code, one for all; one to redeem them; three kinds of rows for
    // what they took off; one for taxes.
    assert!(completing <= 35, "{completing}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_takes_at_most_twenty_five_statements_from_preparing_to_done() {
    let shop = furnished().await;
    let variant = shop.variant_id("product-01").await;
    // The first one warms the connections.
    let first = shop.ready_cart(&variant, 1, "approve").await;
    shop.buy(&first.id).await;
    let cart = shop.ready_cart(&variant, 2, "approve").await;
    let prepare = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) { result { __typename } } }";
    let preparing = shop.statements_of_first(prepare, json!({ "id": cart.id })).await;
    let submit = "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") {
        result { __typename ... on SubmitSuccess { attemptId } } } }";
    let before = shop.app.db.statement_count();
    let submitted = shop.ask(submit, json!({ "id": cart.id })).await;
    let completing = shop.app.db.statement_count() - before;
    let attempt = &submitted["cartSubmitForCompletion"]["result"]["attemptId"];
    let poll = "query($id: String!) { cartCompletionAttempt(attemptId: $id) { __typename } }";
    // A node reads once what has changed, for all its requests and however many orders there were.
    shop.app.fresh().await.unwrap();
    let before = shop.app.db.statement_count();
    let told = shop.ask(poll, json!({ "id": attempt })).await;
    let polling = shop.app.db.statement_count() - before;
    assert_eq!(told["cartCompletionAttempt"]["__typename"], "CartCompletionSuccess");
    println!("prepare {preparing}, submit and complete {completing}, ask {polling} statements");
    assert!(preparing + completing + polling <= 25, "{preparing} + {completing} + {polling}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completing_takes_at_most_twenty_five_statements() {
    let shop = furnished().await;
    let variant = shop.variant_id("product-01").await;
    // The first one warms the connections.
    let first = shop.ready_cart(&variant, 1, "approve").await;
    shop.buy(&first.id).await;
    let cart = shop.ready_cart(&variant, 2, "approve").await;
    let submit = "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") {
        result { __typename ... on SubmitSuccess { attemptId } } } }";
    let count = shop.statements_of_first(submit, json!({ "id": cart.id })).await;
    println!("complete: {count} statements");
    assert_eq!(shop.orders().await.len(), 2);
    assert!(count <= 25, "{count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn completing_with_a_gift_card_takes_at_most_twenty_seven_statements() {
    let shop = furnished().await;
    let variant = shop.variant_id("product-01").await;
    let first = shop.ready_cart(&variant, 1, "approve").await;
    shop.buy(&first.id).await;
    let amount = Money::new(500, Currency::find("EUR").unwrap());
    let card = NewGiftCard { code: None, amount, expires_on: None };
    let card = issue(&shop.app, &Actor::System, &card).await.unwrap();
    let cart = shop.ready_cart(&variant, 2, "approve").await;
    let add =
        "mutation($id: ID!, $codes: [String!]!) { cartGiftCardCodesAdd(cartId: $id, giftCardCodes: $codes) {
        cart { cost { checkoutChargeAmount { amount } } } userErrors { code } } }";
    let before = shop.app.db.statement_count();
    let added = shop.ask(add, json!({ "id": cart.id, "codes": [card.code] })).await;
    let adding = shop.app.db.statement_count() - before;
    let due =
        added["cartGiftCardCodesAdd"]["cart"]["cost"]["checkoutChargeAmount"]["amount"].as_str().unwrap();
    shop.pay(&cart.id, due, "approve").await;
    let submit = "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") {
        result { __typename ... on SubmitSuccess { attemptId } } } }";
    let count = shop.statements_of_first(submit, json!({ "id": cart.id })).await;
    println!("apply a gift card: {adding} statements; complete with it: {count} statements");
    assert_eq!(shop.orders().await.len(), 2);
    assert!(adding <= 13 && count <= 27, "{adding} {count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_content_of_a_front_end_takes_few_statements() {
    let shop = TestShop::open().await;
    shop.furnish_content().await;
    for (query, most) in [
        ("{ menu(handle: \"main\") { items { title url items { title url resource { __typename } } } } }", 4),
        ("{ page(handle: \"about\") { id title body seo { title description } } }", 1),
        (
            "{ blog(handle: \"news\") { title articles(first: 9) { nodes { title image { url } authorV2 { name } } } } }",
            4,
        ),
        (
            "{ blog(handle: \"news\") { articleByHandle(handle: \"first\") { title contentHtml blog { handle } } } }",
            3,
        ),
        ("{ blogs(first: 9) { nodes { title handle seo { title } } } }", 1),
        ("{ articles(first: 9) { nodes { title tags blog { handle } } } }", 3),
        ("{ pages(first: 9) { nodes { title } } }", 1),
        ("{ urlRedirects(first: 1, query: \"path:/old\") { nodes { target } } }", 1),
        ("{ sitemap(type: PRODUCT) { pagesCount { count } resources(page: 1) { items { handle } } } }", 4),
        (
            "{ shop { name brand { logo { image { url } } } privacyPolicy { body } refundPolicy { body } } }",
            3,
        ),
    ] {
        let count = shop.statements_of(query, json!({})).await;
        println!("{count} statements: {query}");
        assert!(count <= most, "{count}: {query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metafields_of_a_cart_take_few_statements() {
    let shop = furnished().await;
    let variant = shop.variant_id("product-01").await;
    let cart = shop.ready_cart(&variant, 1, "manual").await;
    let set =
        "mutation($metafields: [CartMetafieldsSetInput!]!) { cartMetafieldsSet(metafields: $metafields) {
        metafields { key value } userErrors { code } } }";
    let input: Vec<_> = (0..25)
        .map(|index| json!({ "ownerId": cart.id, "key": format!("key{index}"), "type": "boolean", "value": "true" }))
        .collect();
    let count = shop.statements_of_first(set, json!({ "metafields": input })).await;
    println!("setting 25 metafields of a cart: {count} statements");
    assert!(count <= 8, "{count}");
    let delete =
        "mutation($id: ID!) { cartMetafieldDelete(input: { ownerId: $id, key: \"key7\" }) { deletedId } }";
    let count = shop.statements_of_first(delete, json!({ "id": cart.id })).await;
    println!("deleting a metafield of a cart: {count} statements");
    assert!(count <= 5, "{count}");
}
