//! The lines of a cart: when two are one, what is refused, what the stock allows.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop, VariantSpec};

pub(super) const ADD: (&str, &str) = ("cartLinesAdd", "[CartLineInput!]!");
pub(super) const UPDATE: (&str, &str) = ("cartLinesUpdate", "[CartLineUpdateInput!]!");

pub(super) async fn change(
    shop: &TestShop,
    (mutation, kind): (&str, &str),
    cart: &str,
    lines: Value,
) -> Value {
    shop.change_cart(mutation, &[("cartId", "ID!", json!(cart)), ("lines", kind, lines)]).await
}

async fn refuse(
    shop: &TestShop,
    (mutation, kind): (&str, &str),
    cart: &str,
    lines: Value,
    expected: &[(&str, &str)],
) {
    shop.refuses(cart, mutation, ("lines", kind, lines), expected).await;
}

/// Variant and quantity of each line of a cart.
pub(super) fn lines(cart: &Value) -> Vec<(String, i64)> {
    let nodes = cart["lines"]["nodes"].as_array().unwrap().iter();
    nodes
        .map(|line| {
            (line["merchandise"]["id"].as_str().unwrap().to_owned(), line["quantity"].as_i64().unwrap())
        })
        .collect()
}

pub(super) fn line_id(cart: &Value, place: usize) -> String {
    cart["lines"]["nodes"][place]["id"].as_str().unwrap().to_owned()
}

pub(super) async fn empty_cart(shop: &TestShop) -> String {
    shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_lines_become_one_and_lines_with_other_attributes_do_not() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let cart = empty_cart(&shop).await;
    let word = |key: &str, value: &str| json!({ "key": key, "value": value });
    let (a, b) = (word("a", "1"), word("b", "2"));
    let added = change(
        &shop,
        ADD,
        &cart,
        json!([
            { "merchandiseId": mug, "quantity": 1 },
            { "merchandiseId": cup },
            { "merchandiseId": mug, "quantity": 2 },
            { "merchandiseId": mug, "quantity": 4, "attributes": [a, b] },
        ]),
    )
    .await;
    assert_eq!(lines(&added["cart"]), [(mug.clone(), 3), (cup.clone(), 1), (mug.clone(), 4)]);
    let again = change(
        &shop,
        ADD,
        &cart,
        json!([
            { "merchandiseId": mug, "attributes": [b, a] },
            { "merchandiseId": cup, "quantity": 5, "attributes": [] },
            { "merchandiseId": mug, "attributes": [a] },
        ]),
    )
    .await;
    let expected = [(mug.clone(), 3), (cup, 6), (mug.clone(), 5), (mug, 1)];
    assert_eq!(lines(&again["cart"]), expected);
    assert_eq!(again["cart"]["totalQuantity"], 15);
    assert_eq!(again["cart"]["lines"]["nodes"][2]["attributes"], json!([a, b]), "as they were written first");
    for place in 0..3 {
        assert_eq!(line_id(&again["cart"], place), line_id(&added["cart"], place), "a line keeps its id");
    }
    assert_eq!(shop.cart(&cart).await, again["cart"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_make_no_sense_are_refused_and_nothing_is_added() {
    let shop = TestShop::open().await;
    let uncounted = vec![VariantSpec { stock: None, ..VariantSpec::default() }];
    shop.have(&[
        ProductSpec { variants: uncounted, ..ProductSpec::new("mug") },
        ProductSpec { status: "draft", ..ProductSpec::new("draft") },
        ProductSpec { published: false, ..ProductSpec::new("unpublished") },
    ])
    .await;
    let mug = shop.variant_id("mug").await;
    let (draft, unpublished) = (shop.variant_id("draft").await, shop.variant_id("unpublished").await);
    let product = shop.product_id("mug").await;
    let cart = shop.cart_with(&mug, 60_000).await["cart"]["id"].as_str().unwrap().to_owned();
    for quantity in [0, -1, i32::MIN] {
        let line = json!([{ "merchandiseId": mug, "quantity": quantity }]);
        refuse(&shop, ADD, &cart, line, &[("MINIMUM_NOT_MET", "lines.0.quantity")]).await;
    }
    for quantity in [100_001, 1_000_000_000, i32::MAX, 40_001] {
        let line = json!([{ "merchandiseId": mug, "quantity": quantity }]);
        refuse(&shop, ADD, &cart, line, &[("MAXIMUM_EXCEEDED", "lines.0.quantity")]).await;
    }
    for id in [
        "gid://shopify/ProductVariant/999999",
        "rubbish",
        "",
        "gid://shopify/ProductVariant/x",
        &product,
        &draft,
        &unpublished,
    ] {
        let line = json!([{ "merchandiseId": mug }, { "merchandiseId": id }]);
        refuse(&shop, ADD, &cart, line, &[("INVALID", "lines.1.merchandiseId")]).await;
    }
    let both = json!([{ "merchandiseId": "x", "quantity": 0 }, { "merchandiseId": mug }]);
    let expected = [("MINIMUM_NOT_MET", "lines.0.quantity"), ("INVALID", "lines.0.merchandiseId")];
    refuse(&shop, ADD, &cart, both, &expected).await;
    let many: Vec<Value> = (0..101).map(|key| json!({ "key": key.to_string(), "value": "" })).collect();
    for attributes in [
        json!([{ "key": "", "value": "x" }]),
        json!([{ "key": "k".repeat(256), "value": "x" }]),
        json!([{ "key": "k", "value": "v".repeat(5_001) }]),
        json!(many),
    ] {
        let line = json!([{ "merchandiseId": mug, "attributes": attributes }]);
        refuse(&shop, ADD, &cart, line, &[("INVALID", "lines.0.attributes")]).await;
    }
    let plan = json!([{ "merchandiseId": mug, "sellingPlanId": "gid://shopify/SellingPlan/1" }]);
    refuse(&shop, ADD, &cart, plan, &[("SELLING_PLAN_NOT_APPLICABLE", "lines.0.sellingPlanId")]).await;
    let below = json!([{ "merchandiseId": mug, "parent": { "merchandiseId": mug } }]);
    refuse(&shop, ADD, &cart, below, &[("PARENT_LINE_NESTING_TOO_DEEP", "lines.0.parent")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_changed_and_quantity_zero_takes_it_out() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup").price("2.00")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let made = shop.make_cart(json!({ "lines": [
        { "merchandiseId": mug, "attributes": [{ "key": "a", "value": "1" }] }, { "merchandiseId": cup, "quantity": 2 }] })).await;
    let cart = made["id"].as_str().unwrap();
    let (first, second) = (line_id(&made, 0), line_id(&made, 1));

    let changed = change(&shop, UPDATE, cart, json!([{ "id": first, "quantity": 7 }])).await["cart"].clone();
    assert_eq!(lines(&changed), [(mug.clone(), 7), (cup.clone(), 2)]);
    assert_eq!(changed["lines"]["nodes"][0]["attributes"], json!([{ "key": "a", "value": "1" }]));
    assert_eq!(changed["cost"]["totalAmount"]["amount"], "74.0");
    let changed =
        change(&shop, UPDATE, cart, json!([{ "id": first, "attributes": [] }])).await["cart"].clone();
    assert_eq!(changed["lines"]["nodes"][0]["attributes"], json!([]));
    assert_eq!(
        (line_id(&changed, 0), lines(&changed)),
        (first.clone(), vec![(mug.clone(), 7), (cup.clone(), 2)])
    );
    let same = change(&shop, UPDATE, cart, json!([{ "id": second }])).await["cart"].clone();
    assert_eq!(lines(&same), [(mug, 7), (cup.clone(), 2)]);
    let removed = change(&shop, UPDATE, cart, json!([{ "id": first, "quantity": 0 }])).await["cart"].clone();
    assert_eq!((line_id(&removed, 0), lines(&removed)), (second, vec![(cup, 2)]));
    assert_eq!(shop.cart(cart).await, removed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lines_may_swap_what_they_are_and_lines_that_become_equal_are_merged() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let made = shop
        .make_cart(json!({ "lines": [
        { "merchandiseId": mug, "quantity": 1 }, { "merchandiseId": cup, "quantity": 2 }] }))
        .await;
    let cart = made["id"].as_str().unwrap();
    let (first, second) = (line_id(&made, 0), line_id(&made, 1));
    let swap = json!([{ "id": first, "merchandiseId": cup }, { "id": second, "merchandiseId": mug }]);
    let swapped = change(&shop, UPDATE, cart, swap).await["cart"].clone();
    assert_eq!(lines(&swapped), [(cup.clone(), 1), (mug, 2)]);
    assert_eq!((line_id(&swapped, 0), line_id(&swapped, 1)), (first.clone(), second.clone()));
    let merged =
        change(&shop, UPDATE, cart, json!([{ "id": second, "merchandiseId": cup, "quantity": 5 }])).await;
    assert_eq!(lines(&merged["cart"]), [(cup, 6)]);
    assert_eq!(line_id(&merged["cart"], 0), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_lines_that_make_no_sense_are_refused() {
    let shop = TestShop::open().await;
    let uncounted = vec![VariantSpec { stock: None, ..VariantSpec::default() }];
    shop.have(&[ProductSpec { variants: uncounted, ..ProductSpec::new("mug") }, ProductSpec::new("cup")])
        .await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let made = shop
        .make_cart(json!({ "lines": [
        { "merchandiseId": mug, "quantity": 60_000 }, { "merchandiseId": cup }] }))
        .await;
    let cart = made["id"].as_str().unwrap();
    let (first, second) = (line_id(&made, 0), line_id(&made, 1));
    let others = line_id(&shop.cart_with(&mug, 1).await["cart"], 0);
    for id in [&others, "gid://shopify/CartLine/999999", "rubbish", "", &mug] {
        let lines = json!([{ "id": first, "quantity": 1 }, { "id": id, "quantity": 1 }]);
        refuse(&shop, UPDATE, cart, lines, &[("INVALID_MERCHANDISE_LINE", "lines.1.id")]).await;
    }
    for (change, code, field) in [
        (json!({ "quantity": -1 }), "MINIMUM_NOT_MET", "lines.0.quantity"),
        (json!({ "quantity": 1_000_000_000 }), "MAXIMUM_EXCEEDED", "lines.0.quantity"),
        (json!({ "merchandiseId": "rubbish" }), "INVALID", "lines.0.merchandiseId"),
        (
            json!({ "merchandiseId": "gid://shopify/ProductVariant/999999" }),
            "INVALID",
            "lines.0.merchandiseId",
        ),
        (json!({ "attributes": [{ "key": "", "value": "" }] }), "INVALID", "lines.0.attributes"),
        (
            json!({ "sellingPlanId": "gid://shopify/SellingPlan/1" }),
            "SELLING_PLAN_NOT_APPLICABLE",
            "lines.0.sellingPlanId",
        ),
        (json!({ "merchandiseId": mug, "quantity": 60_000 }), "MAXIMUM_EXCEEDED", "lines"),
    ] {
        let mut line = change;
        line["id"] = json!(second);
        refuse(&shop, UPDATE, cart, json!([line]), &[(code, field)]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_taken_out_all_or_none() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let made = shop.make_cart(json!({ "lines": [{ "merchandiseId": mug }, { "merchandiseId": cup }] })).await;
    let cart = made["id"].as_str().unwrap();
    let (first, second) = (line_id(&made, 0), line_id(&made, 1));
    for wrong in ["gid://shopify/CartLine/999999", "rubbish", &mug] {
        let ids = ("lineIds", "[ID!]!", json!([first, wrong]));
        shop.refuses(cart, "cartLinesRemove", ids, &[("INVALID_MERCHANDISE_LINE", "lineIds.1")]).await;
    }
    assert_eq!(lines(&remove(&shop, cart, json!([first])).await["cart"]), [(cup, 1)]);
    let gone = ("lineIds", "[ID!]!", json!([first]));
    shop.refuses(cart, "cartLinesRemove", gone, &[("INVALID_MERCHANDISE_LINE", "lineIds.0")]).await;
    let emptied = remove(&shop, cart, json!([second, second])).await["cart"].clone();
    assert_eq!((lines(&emptied), &emptied["totalQuantity"]), (vec![], &json!(0)));
}

async fn remove(shop: &TestShop, cart: &str, ids: Value) -> Value {
    shop.change_cart("cartLinesRemove", &[("cartId", "ID!", json!(cart)), ("lineIds", "[ID!]!", ids)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_lines_are_refused_in_one_call_and_in_several() {
    let shop = TestShop::open().await;
    let uncounted = vec![VariantSpec { stock: None, ..VariantSpec::default() }];
    shop.have(&[ProductSpec { variants: uncounted, ..ProductSpec::new("mug") }]).await;
    let mug = shop.variant_id("mug").await;
    let cart = empty_cart(&shop).await;
    let distinct = |from: usize, to: usize| {
        let line = |number: usize| json!({ "merchandiseId": mug, "attributes": [{ "key": "n", "value": number.to_string() }] });
        Value::Array((from..to).map(line).collect())
    };
    let query =
        "mutation($cartId: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $cartId, lines: $lines) {
        cart { totalQuantity } userErrors { code field } } }";
    let variables = |lines: Value| json!({ "cartId": cart, "lines": lines });
    assert_eq!(shop.error_code(query, variables(distinct(0, 251))).await, "LIST_TOO_LONG");
    let body = json!({ "query": query, "variables": variables(distinct(0, 10_000)) });
    let answer = shop.client.post(format!("{}/graphql", shop.url)).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 413, "the body is larger than any should be");
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 0);

    for (from, to) in [(0, 250), (250, 500)] {
        let added = shop.ask(query, variables(distinct(from, to))).await["cartLinesAdd"].clone();
        assert_eq!(added, json!({ "cart": { "totalQuantity": to }, "userErrors": [] }));
    }
    refuse(&shop, ADD, &cart, distinct(500, 501), &[("CART_TOO_LARGE", "lines")]).await;
    let known = shop.ask(query, variables(distinct(0, 2))).await["cartLinesAdd"].clone();
    assert_eq!(known["cart"]["totalQuantity"], 502, "lines that are there already can still grow");
}
