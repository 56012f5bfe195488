//! The statements of every operation that the known front ends send first of all (tier 1), each against its budget.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

/// Root fields that read, and how many statements they may take once the process has seen what they ask for.
const QUERIES: [(&str, u64); 22] = [
    (
        "{ products(first: 24, sortKey: TITLE) { nodes { id title priceRange { minVariantPrice { amount } } } } }",
        1,
    ),
    (
        "{ products(first: 24, sortKey: BEST_SELLING, reverse: true) { nodes { id } pageInfo { endCursor } } }",
        1,
    ),
    (
        "{ products(first: 24, query: \"vendor:Maker\") { nodes { id title } filters { id values { count } } } }",
        2,
    ),
    (
        "{ product(handle: \"product-01\") { id title variants(first: 9) { nodes { id price { amount } } } } }",
        0,
    ),
    ("{ productByHandle(handle: \"product-01\") { id title } }", 0),
    ("{ shop { name description primaryDomain { url } paymentSettings { currencyCode } } }", 0),
    ("{ collection(handle: \"all\") { title products(first: 24) { nodes { id title } } } }", 2),
    (
        "{ collection(handle: \"all\") { products(first: 24, filters: [{ available: true }]) { nodes { id } filters { id } } } }",
        3,
    ),
    ("{ collectionByHandle(handle: \"all\") { title } }", 1),
    ("{ collections(first: 9) { nodes { id title products(first: 4) { nodes { id } } } } }", 2),
    ("{ productRecommendations(productHandle: \"product-01\") { id title } }", 4),
    (
        "{ predictiveSearch(query: \"prod\", limit: 5) { products { id } queries { text } collections { id } } }",
        2,
    ),
    ("{ search(query: \"product\", first: 9) { totalCount productFilters { id } nodes { __typename } } }", 3),
    ("{ localization { country { isoCode } language { isoCode } availableCountries { isoCode } } }", 2),
    ("{ menu(handle: \"main\") { items { title url } } }", 4),
    ("{ blog(handle: \"news\") { title } }", 1),
    ("{ blogs(first: 9) { nodes { title } } }", 1),
    ("{ page(handle: \"about\") { title body } }", 1),
    ("{ pageByHandle(handle: \"about\") { title } }", 1),
    ("{ pages(first: 9) { edges { node { title } } } }", 1),
    ("{ sitemap(type: PRODUCT) { pagesCount { count } resources(page: 1) { items { handle } } } }", 4),
    ("{ urlRedirects(first: 1, query: \"path:/old\") { edges { node { target } } } }", 1),
];

const CART: &str = "cart { id totalQuantity cost { totalAmount { amount } } lines(first: 9) { nodes { id quantity
    merchandise { ... on ProductVariant { id title product { title } } } } } } userErrors { code } warnings { code }";

/// Changes of a cart with a line, an address and an identity: the arguments beside `cartId`, and the budget.
fn mutations(
    line: &Value,
    variant: &str,
    address: &Value,
    group: &Value,
) -> Vec<(&'static str, String, u64)> {
    let place = "{ deliveryAddress: { address1: \"Weg 1\", city: \"Kiel\", zip: \"24103\", countryCode: DE, lastName: \"L\" } }";
    vec![
        ("cartLinesAdd", format!("lines: [{{ merchandiseId: \"{variant}\" }}]"), 8),
        ("cartLinesUpdate", format!("lines: [{{ id: {line}, quantity: 3 }}]"), 8),
        ("cartNoteUpdate", "note: \"with care\"".to_owned(), 8),
        ("cartAttributesUpdate", "attributes: [{ key: \"a\", value: \"b\" }]".to_owned(), 8),
        ("cartBuyerIdentityUpdate", "buyerIdentity: { email: \"b@example.com\" }".to_owned(), 8),
        ("cartDiscountCodesUpdate", "discountCodes: [\"NONE\"]".to_owned(), 9),
        ("cartGiftCardCodesUpdate", "giftCardCodes: []".to_owned(), 11),
        ("cartGiftCardCodesAdd", "giftCardCodes: [\"0000-0000-0000\"]".to_owned(), 11),
        ("cartGiftCardCodesRemove", "appliedGiftCardIds: []".to_owned(), 11),
        (
            "cartSelectedDeliveryOptionsUpdate",
            format!(
                "selectedDeliveryOptions: [{{ deliveryGroupId: {group}, deliveryOptionHandle: \"express\" }}]"
            ),
            11,
        ),
        ("cartDeliveryAddressesUpdate", format!("addresses: [{{ id: {address}, address: {place} }}]"), 9),
        ("cartDeliveryAddressesAdd", format!("addresses: [{{ address: {place} }}]"), 9),
        ("cartDeliveryAddressesReplace", format!("addresses: [{{ address: {place}, selected: true }}]"), 10),
        ("cartLinesRemove", format!("lineIds: [{line}]"), 8),
    ]
}

async fn furnished() -> TestShop {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> = (0..30)
        .map(|index| {
            ProductSpec::new(&format!("product-{index:02}")).in_sizes_and_colors(&["S", "M"], &["Red"])
        })
        .collect();
    shop.have(&products).await;
    let handles: Vec<&str> = products.iter().map(|product| product.handle.as_str()).collect();
    shop.collect("all", &handles).await;
    shop.furnish_content().await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_query_of_the_first_tier_keeps_to_its_budget() {
    let shop = furnished().await;
    let mut over = Vec::new();
    for (query, most) in QUERIES {
        let count = shop.statements_of(query, json!({})).await;
        println!("{count} of {most}: {query}");
        if count > most {
            over.push((count, query));
        }
    }
    assert!(over.is_empty(), "{over:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_of_a_cart_keeps_to_its_budget() {
    let shop = furnished().await;
    let (first, other) = (shop.variant_id("product-01").await, shop.variant_id("product-02").await);
    let cart = shop.ready_cart(&first, 1, "manual").await;
    // The first to show a product reads it.
    shop.ask("{ products(first: 30) { nodes { id } } }", json!({})).await;
    let read = "query($id: ID!) { cart(id: $id) { totalQuantity lines(first: 9) { nodes { id } }
        delivery { addresses { id } } deliveryGroups(first: 1) { nodes { id } } } }";
    let found = shop.ask(read, json!({ "id": cart.id })).await["cart"].clone();
    let count = shop.statements_of(read, json!({ "id": cart.id })).await;
    println!("cart: {count}");
    assert!(count <= 6, "{count}");
    let (line, address) = (&found["lines"]["nodes"][0]["id"], &found["delivery"]["addresses"][0]["id"]);
    let group = &found["deliveryGroups"]["nodes"][0]["id"];
    let mut over = Vec::new();
    for (mutation, arguments, most) in mutations(line, &other, address, group) {
        let document = format!("mutation($id: ID!) {{ {mutation}(cartId: $id, {arguments}) {{ {CART} }} }}");
        let count = shop.statements_of_first(&document, json!({ "id": cart.id })).await;
        println!("{count} of {most}: {mutation}");
        if count > most {
            over.push((count, mutation));
        }
    }
    let create = format!(
        "mutation {{ cartCreate(input: {{ lines: [{{ merchandiseId: \"{other}\" }}] }}) {{ {CART} }} }}"
    );
    let count = shop.statements_of_first(&create, json!({})).await;
    println!("{count} of 8: cartCreate");
    if count > 8 {
        over.push((count, "cartCreate"));
    }
    assert!(over.is_empty(), "{over:#?}");
}
