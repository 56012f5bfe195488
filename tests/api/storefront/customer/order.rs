//! A customer's orders.

use entity::order;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::PASSWORD;
use crate::support::{ProductSpec, TestShop, VariantSpec};

const ORDERS: &str = "query($token: String!, $first: Int, $after: String, $last: Int, $before: String, $query: String,
    $sortKey: OrderSortKeys, $reverse: Boolean) { customer(customerAccessToken: $token) {
      orders(first: $first, after: $after, last: $last, before: $before, query: $query, sortKey: $sortKey,
        reverse: $reverse) {
        totalCount edges { cursor node { name } } nodes { name } pageInfo { hasNextPage hasPreviousPage } } } }";

async fn list(shop: &TestShop, token: &str, arguments: Value) -> (Vec<String>, Value) {
    let mut variables = arguments;
    variables["token"] = json!(token);
    let orders = shop.ask(ORDERS, variables).await["customer"]["orders"].clone();
    let names = orders["nodes"].as_array().unwrap().iter();
    (names.map(|node| node["name"].as_str().unwrap().to_owned()).collect(), orders)
}

/// A customer with four orders of 30, 10, 20 and 10, placed in this order, and somebody else's order between them.
async fn with_orders() -> (TestShop, String) {
    let shop = TestShop::open().await;
    let specs = ["30.00", "10.00", "20.00"].map(|price| ProductSpec {
        variants: vec![VariantSpec {
            price: price.to_owned(),
            requires_shipping: false,
            ..VariantSpec::default()
        }],
        ..ProductSpec::new(&format!("p{}", &price[..2]))
    });
    shop.have(&specs).await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    for handle in ["p30", "p10", "p20", "p10"] {
        let variant = shop.variant_id(handle).await;
        shop.order_as(&variant, "ada@example.com", Some(&token)).await;
        if handle == "p30" {
            shop.order_as(&variant, "eve@example.com", None).await;
        }
    }
    (shop, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_sorted_and_paged_both_ways() {
    let (shop, token) = with_orders().await;
    let ids = ["#1001", "#1003", "#1004", "#1005"];
    for (sort, reverse, expected) in [
        ("ID", false, ids),
        ("RELEVANCE", false, ids),
        ("PROCESSED_AT", false, ids),
        ("PROCESSED_AT", true, ["#1005", "#1004", "#1003", "#1001"]),
        ("TOTAL_PRICE", false, ["#1003", "#1005", "#1004", "#1001"]),
        ("TOTAL_PRICE", true, ["#1001", "#1004", "#1005", "#1003"]),
    ] {
        let arguments = json!({ "first": 10, "sortKey": sort, "reverse": reverse });
        let (names, orders) = list(&shop, &token, arguments).await;
        assert_eq!(names, expected, "{sort} {reverse}");
        assert_eq!(orders["totalCount"], "4");
        // The same list, two by two, from both ends.
        let (mut walked, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = json!({ "first": 2, "after": after, "sortKey": sort, "reverse": reverse });
            let (names, orders) = list(&shop, &token, page).await;
            walked.extend(names);
            if orders["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = orders["edges"][1]["cursor"].clone();
        }
        assert_eq!(walked, expected, "{sort} {reverse}");
        let (names, orders) =
            list(&shop, &token, json!({ "last": 3, "sortKey": sort, "reverse": reverse })).await;
        assert_eq!(names, expected[1..], "{sort} {reverse}");
        assert_eq!(orders["pageInfo"]["hasPreviousPage"], true);
    }
    let (_, orders) = list(&shop, &token, json!({ "first": 1, "sortKey": "TOTAL_PRICE" })).await;
    let cursor = orders["edges"][0]["cursor"].clone();
    let other = json!({ "token": token, "first": 1, "after": cursor, "sortKey": "PROCESSED_AT" });
    assert_eq!(shop.error_code(ORDERS, other).await, "BAD_PAGE", "a cursor of another sort");
    assert_eq!(shop.error_code(ORDERS, json!({ "token": token })).await, "BAD_PAGE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_searched_by_name_and_time() {
    let (shop, token) = with_orders().await;
    order::Entity::update_many()
        .col_expr(
            order::Column::ProcessedAt,
            Expr::val("2020-05-05T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()),
        )
        .filter(order::Column::Name.eq("#1003"))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    for (query, expected) in [
        ("processed_at:<2021-01-01", vec!["#1003"]),
        ("processed_at:2020-05-05", vec!["#1003"]),
        ("NOT processed_at:<2021-01-01", vec!["#1001", "#1004", "#1005"]),
        ("order_number:>1003", vec!["#1004", "#1005"]),
        ("name:#1004 OR name:#1001", vec!["#1001", "#1004"]),
        ("name:#1002", vec![]),
        ("", vec!["#1001", "#1003", "#1004", "#1005"]),
    ] {
        let (names, orders) = list(&shop, &token, json!({ "first": 10, "query": query })).await;
        assert_eq!(names, expected, "{query}");
        assert_eq!(orders["totalCount"], expected.len().to_string(), "{query}");
    }
    let long = json!({ "token": token, "first": 1, "query": "x".repeat(3_000) });
    assert_eq!(shop.error_code(ORDERS, long).await, "SEARCH_QUERY_TOO_LONG");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_tells_its_customer_everything() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let mug = shop.variant_id("mug").await;
    let id = shop.order_as(&mug, "ada@example.com", Some(&token)).await;
    let query = "query($token: String!) { customer(customerAccessToken: $token) { numberOfOrders orders(first: 1) { nodes {
        id name orderNumber email phone edited canceledAt cancelReason currencyCode customerLocale customerUrl statusUrl
        financialStatus fulfillmentStatus
        subtotalPrice { amount } subtotalPriceV2 { amount } totalPrice { amount } totalPriceV2 { amount }
        totalTax { amount } totalTaxV2 { amount } totalRefunded { amount } totalRefundedV2 { amount }
        totalShippingPrice { amount } totalShippingPriceV2 { amount } originalTotalPrice { amount }
        currentSubtotalPrice { amount } currentTotalPrice { amount } currentTotalTax { amount }
        currentTotalShippingPrice { amount } currentTotalDuties { amount } originalTotalDuties { amount }
        shippingAddress { id city formatted(withName: true) } billingAddress { id city }
        customAttributes { key value } shippingDiscountAllocations { allocatedAmount { amount } }
        discountApplications(first: 5) { nodes { __typename targetType value { ... on MoneyV2 { amount }
          ... on PricingPercentageValue { percentage } } ... on DiscountCodeApplication { code applicable } } }
        successfulFulfillments(first: 5) { trackingCompany trackingInfo(first: 1) { number url }
          fulfillmentLineItems(first: 5) { nodes { quantity lineItem { title } } } }
        metafield(namespace: \"a\", key: \"b\") { value }
        lineItems(first: 5) { nodes { title quantity currentQuantity originalTotalPrice { amount }
          discountedTotalPrice { amount } discountAllocations { allocatedAmount { amount } }
          variant { id title product { handle } } } } } } } }";
    let customer = shop.ask(query, json!({ "token": token })).await["customer"].clone();
    assert_eq!(customer["numberOfOrders"], "1");
    let order = &customer["orders"]["nodes"][0];
    assert_eq!(
        (&order["id"], &order["name"], &order["orderNumber"]),
        (&json!(id), &json!("#1001"), &json!(1001))
    );
    for (field, amount) in [
        ("subtotalPrice", "10.0"),
        ("subtotalPriceV2", "10.0"),
        ("totalPrice", "14.9"),
        ("totalPriceV2", "14.9"),
        ("totalTax", "0.0"),
        ("totalTaxV2", "0.0"),
        ("totalRefunded", "0.0"),
        ("totalRefundedV2", "0.0"),
        ("totalShippingPrice", "4.9"),
        ("totalShippingPriceV2", "4.9"),
        ("originalTotalPrice", "14.9"),
        ("currentTotalPrice", "14.9"),
    ] {
        assert_eq!(order[field]["amount"], amount, "{field}");
    }
    for empty in ["currentTotalDuties", "originalTotalDuties", "cancelReason", "metafield"] {
        assert_eq!(order[empty], Value::Null, "{empty}");
    }
    assert_eq!(order["discountApplications"]["nodes"], json!([]));
    assert_eq!(
        (&order["successfulFulfillments"], &order["shippingDiscountAllocations"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(
        (&order["financialStatus"], &order["fulfillmentStatus"]),
        (&json!("PAID"), &json!("UNFULFILLED"))
    );
    assert_eq!(order["shippingAddress"]["city"], "Berlin");
    assert!(order["shippingAddress"]["id"].as_str().unwrap().ends_with("?model_name=Address"));
    let url = order["customerUrl"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/account/orders/", shop.url)), "{url}");
    let line = json!({ "title": "mug", "quantity": 1, "currentQuantity": 1, "originalTotalPrice": { "amount": "10.0" },
        "discountedTotalPrice": { "amount": "10.0" }, "discountAllocations": [],
        "variant": { "id": mug, "title": "Default Title", "product": { "handle": "mug" } } });
    assert_eq!(order["lineItems"]["nodes"], json!([line]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_a_cart_belong_to_its_customer_whatever_address_is_typed() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let (_, ada) = shop.signed_in("ada@example.com").await;
    let (_, bob) = shop.signed_in("bob@example.com").await;
    shop.order_as(&mug, "bob@example.com", Some(&ada)).await;
    assert_eq!(shop.order_names(&ada).await, ["#1001"]);
    assert_eq!(shop.order_names(&bob).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_orders_are_linked_once_the_address_is_verified_and_never_before() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    shop.order_as(&mug, "Ada@example.com", None).await;
    shop.order_as(&mug, "eve@example.com", None).await;
    assert_eq!(shop.order_names(&token).await, Vec::<String>::new(), "anybody can claim an address");
    // Taking the address of a guest is no proof either.
    let change = "mutation($token: String!) { customerUpdate(customerAccessToken: $token, customer: {
        email: \"free@example.com\" }) { customerUserErrors { code } } }";
    let (_, other) = shop.signed_in("other@example.com").await;
    shop.order_as(&mug, "free@example.com", None).await;
    let refused = shop.ask(change, json!({ "token": other })).await;
    assert_eq!(refused["customerUpdate"]["customerUserErrors"][0]["code"], "TAKEN");

    shop.recover("ada@example.com").await;
    let (_, link) = shop.newest_link().await;
    let opened = shop.open_link(&link, "another sentence").await;
    let token = opened["customerAccessToken"]["accessToken"].as_str().unwrap().to_owned();
    shop.follow_events().await;
    assert_eq!(shop.order_names(&token).await, ["#1001"], "the mail proves it");
    shop.order_as(&mug, "ADA@example.com", None).await;
    assert_eq!(shop.order_names(&token).await, ["#1001", "#1004"], "later ones too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_orders_takes_as_many_statements_as_one() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("jug")]).await;
    let (mug, jug) = (shop.variant_id("mug").await, shop.variant_id("jug").await);
    shop.have_customer("ada@example.com").await;
    let token = shop.sign_in("ada@example.com", PASSWORD).await;
    for index in 0..6 {
        let variant = if index % 2 == 0 { &mug } else { &jug };
        shop.order_as(variant, "ada@example.com", Some(&token)).await;
    }
    let query = "query($token: String!, $first: Int) { customer(customerAccessToken: $token) { id email tags numberOfOrders
        defaultAddress { city } addresses(first: 5) { nodes { city } }
        orders(first: $first) { totalCount nodes { id name financialStatus totalPrice { amount }
          shippingAddress { city } lineItems(first: 5) { nodes { title variant { id price { amount } image { url }
            product { handle title } } } } } } } }";
    // Now and then a request also looks whether the shop's settings changed: the least of several is its own cost.
    let (mut one, mut six) = (u64::MAX, u64::MAX);
    for _ in 0..4 {
        one = one.min(shop.statements_of(query, json!({ "token": token, "first": 1 })).await);
        six = six.min(shop.statements_of(query, json!({ "token": token, "first": 6 })).await);
    }
    println!("a customer's orders: {one} statements for 1 order, {six} for 6");
    assert_eq!(one, six);
    assert!(six <= 12, "{six}");
}
