//! Lines that belong to other lines.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

const TREE: &str = "query($id: ID!) { cart(id: $id) { totalQuantity lines(first: 50) { nodes { id quantity
    attributes { value } merchandise { ... on ProductVariant { product { handle } } }
    ... on CartLine { parentRelationship { parent { id } } } } } } }";

async fn shop() -> (TestShop, Vec<String>) {
    let shop = TestShop::open().await;
    let handles = ["mug", "engraving", "wrapping"];
    shop.have(&handles.map(ProductSpec::new)).await;
    let mut variants = Vec::new();
    for handle in handles {
        variants.push(shop.variant_id(handle).await);
    }
    (shop, variants)
}

async fn add(shop: &TestShop, cart: &str, lines: Value) -> Value {
    let arguments = [("cartId", "ID!", json!(cart)), ("lines", "[CartLineInput!]", lines)];
    shop.change_cart("cartLinesAdd", &arguments).await
}

async fn update(shop: &TestShop, cart: &str, lines: Value) -> Value {
    let arguments = [("cartId", "ID!", json!(cart)), ("lines", "[CartLineUpdateInput!]", lines)];
    shop.change_cart("cartLinesUpdate", &arguments).await
}

/// Product, quantity and the product of the parent of each line.
async fn tree(shop: &TestShop, cart: &str) -> Vec<(String, i64, Option<String>)> {
    let cart = shop.ask(TREE, json!({ "id": cart })).await["cart"].clone();
    let lines = cart["lines"]["nodes"].as_array().unwrap();
    let handle = |line: &Value| line["merchandise"]["product"]["handle"].as_str().unwrap().to_owned();
    lines
        .iter()
        .map(|line| {
            let parent = line["parentRelationship"]["parent"]["id"].as_str();
            let parent = parent.map(|id| handle(lines.iter().find(|line| line["id"] == id).unwrap()));
            (handle(line), line["quantity"].as_i64().unwrap(), parent)
        })
        .collect()
}

fn line(handle: &str, quantity: i64, parent: Option<&str>) -> (String, i64, Option<String>) {
    (handle.to_owned(), quantity, parent.map(str::to_owned))
}

async fn line_id(shop: &TestShop, cart: &str, handle: &str) -> String {
    let cart = shop.ask(TREE, json!({ "id": cart })).await["cart"].clone();
    let lines = cart["lines"]["nodes"].as_array().unwrap();
    let line = lines.iter().find(|line| line["merchandise"]["product"]["handle"] == handle).unwrap();
    line["id"].as_str().unwrap().to_owned()
}

/// A mug with an engraving and a wrapping under it.
async fn family(shop: &TestShop, variants: &[String]) -> String {
    let under_mug = json!({ "merchandiseId": variants[0] });
    let input = json!({ "lines": [
        { "merchandiseId": variants[1], "parent": under_mug, "attributes": [{ "key": "text", "value": "Ada" }] },
        { "merchandiseId": variants[0], "quantity": 2 },
        { "merchandiseId": variants[2], "parent": under_mug, "quantity": 3 },
    ] });
    shop.make_cart(input).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_put_under_others_and_go_with_them() {
    let (shop, variants) = shop().await;
    let cart = family(&shop, &variants).await;
    let whole = [line("mug", 2, None), line("engraving", 1, Some("mug")), line("wrapping", 3, Some("mug"))];
    assert_eq!(tree(&shop, &cart).await, whole);

    let mug = line_id(&shop, &cart, "mug").await;
    add(&shop, &cart, json!([{ "merchandiseId": variants[2], "parent": { "lineId": mug } }])).await;
    add(&shop, &cart, json!([{ "merchandiseId": variants[2] }])).await;
    let grown =
        [whole[0].clone(), whole[1].clone(), line("wrapping", 4, Some("mug")), line("wrapping", 1, None)];
    assert_eq!(tree(&shop, &cart).await, grown, "equal lines are one under the same parent only");

    let removed = shop
        .change_cart("cartLinesRemove", &[("cartId", "ID!", json!(cart)), ("lineIds", "[ID!]", json!([mug]))])
        .await;
    assert_eq!(removed["userErrors"], json!([]));
    assert_eq!(tree(&shop, &cart).await, [line("wrapping", 1, None)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_stay_under_a_line_that_becomes_another() {
    let (shop, variants) = shop().await;
    let cart = family(&shop, &variants).await;
    let (mug, engraving) = (line_id(&shop, &cart, "mug").await, line_id(&shop, &cart, "engraving").await);
    let words = json!([{ "key": "glaze", "value": "blue" }]);
    let changed = update(&shop, &cart, json!([{ "id": mug, "attributes": words, "quantity": 5 }])).await;
    assert_eq!(changed["userErrors"], json!([]));
    let expected =
        [line("mug", 5, None), line("engraving", 1, Some("mug")), line("wrapping", 3, Some("mug"))];
    assert_eq!(tree(&shop, &cart).await, expected);
    assert_eq!(line_id(&shop, &cart, "mug").await, mug, "lines keep their ids");
    assert_eq!(line_id(&shop, &cart, "engraving").await, engraving);

    // A plain mug beside it, which becomes the same as the first: their lines come together.
    let plain = json!({ "merchandiseId": variants[0], "quantity": 1, "attributes": [] });
    let wrapped = json!({ "merchandiseId": variants[2], "parent": { "merchandiseId": variants[0] } });
    add(&shop, &cart, json!([plain, wrapped])).await;
    assert_eq!(tree(&shop, &cart).await.len(), 5);
    let all = shop.cart(&cart).await;
    let plain = all["lines"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["quantity"] == 1 && line["merchandise"]["id"] == variants[0].as_str())
        .unwrap();
    update(&shop, &cart, json!([{ "id": plain["id"], "attributes": words }])).await;
    let merged = [line("mug", 6, None), line("engraving", 1, Some("mug")), line("wrapping", 4, Some("mug"))];
    assert_eq!(tree(&shop, &cart).await, merged);

    // And the other way round: the first becomes the same as the second.
    add(&shop, &cart, json!([{ "merchandiseId": variants[0] }])).await;
    let first = line_id(&shop, &cart, "mug").await;
    update(&shop, &cart, json!([{ "id": first, "attributes": [] }])).await;
    let merged = [line("mug", 7, None), line("engraving", 1, Some("mug")), line("wrapping", 4, Some("mug"))];
    assert_eq!(tree(&shop, &cart).await, merged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parents_that_make_no_sense_are_refused() {
    let (shop, variants) = shop().await;
    let cart = family(&shop, &variants).await;
    let (mug, engraving) = (line_id(&shop, &cart, "mug").await, line_id(&shop, &cart, "engraving").await);
    let other = family(&shop, &variants).await;
    let elsewhere = line_id(&shop, &other, "mug").await;
    let under = |parent: Value| json!([{ "merchandiseId": variants[2], "parent": parent }]);
    for (lines, code) in [
        (under(json!({ "lineId": elsewhere })), "PARENT_LINE_NOT_FOUND"),
        (under(json!({ "lineId": "nonsense" })), "PARENT_LINE_NOT_FOUND"),
        (under(json!({ "lineId": engraving })), "PARENT_LINE_NESTING_TOO_DEEP"),
        (under(json!({ "merchandiseId": variants[0] })), "PARENT_LINE_INVALID_REFERENCE"),
        (under(json!({ "merchandiseId": "gid://shopify/ProductVariant/99999" })), "PARENT_LINE_NOT_FOUND"),
        (under(json!({ "merchandiseId": variants[2] })), "PARENT_LINE_NESTING_TOO_DEEP"),
        (under(json!({ "lineId": mug, "merchandiseId": variants[0] })), "PARENT_LINE_INVALID_REFERENCE"),
    ] {
        let argument = ("lines", "[CartLineInput!]", lines);
        shop.refuses(&cart, "cartLinesAdd", argument, &[(code, "lines.0.parent")]).await;
    }
    let chain = json!([
        { "merchandiseId": variants[2], "parent": { "merchandiseId": variants[1] } },
        { "merchandiseId": variants[1], "parent": { "merchandiseId": variants[2] } },
    ]);
    let too_deep = "PARENT_LINE_NESTING_TOO_DEEP";
    let expected = [(too_deep, "lines.0.parent"), (too_deep, "lines.1.parent")];
    shop.refuses(&cart, "cartLinesAdd", ("lines", "[CartLineInput!]", chain), &expected).await;
    let unnamed = add(&shop, &cart, json!([{ "merchandiseId": variants[2], "parent": {} }])).await;
    assert_eq!(unnamed["userErrors"], json!([]));
    assert_eq!(tree(&shop, &cart).await[3], line("wrapping", 1, None), "a parent without a name is none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_under_a_sold_out_line_is_left_out_too() {
    let (shop, variants) = shop().await;
    shop.have(&[ProductSpec::new("rare").stock(0)]).await;
    let rare = shop.variant_id("rare").await;
    let input = json!({ "lines": [{ "merchandiseId": rare },
        { "merchandiseId": variants[1], "parent": { "merchandiseId": rare } }, { "merchandiseId": variants[2] }] });
    let payload = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!(payload["warnings"][0]["code"], "MERCHANDISE_OUT_OF_STOCK");
    assert_eq!(payload["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(tree(&shop, payload["cart"]["id"].as_str().unwrap()).await, [line("wrapping", 1, None)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_are_refused_for_what_is_sold_without() {
    let (shop, variants) = shop().await;
    let cart = shop.make_cart(json!({ "lines": [{ "merchandiseId": variants[0] }] })).await;
    let (id, line) = (cart["id"].as_str().unwrap(), cart["lines"]["nodes"][0]["id"].clone());
    let plan = "gid://shopify/SellingPlan/1";
    let expected = [("SELLING_PLAN_NOT_APPLICABLE", "lines.0.sellingPlanId")];
    let new = json!([{ "merchandiseId": variants[0], "sellingPlanId": plan }]);
    shop.refuses(id, "cartLinesAdd", ("lines", "[CartLineInput!]", new), &expected).await;
    let change = json!([{ "id": line, "sellingPlanId": plan }]);
    shop.refuses(id, "cartLinesUpdate", ("lines", "[CartLineUpdateInput!]", change), &expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_of_lines_is_ordered_like_any_lines() {
    let (shop, variants) = shop().await;
    let cart = shop.ready_cart(&variants[0], 1, "manual").await;
    let mug = line_id(&shop, &cart.id, "mug").await;
    let payload =
        add(&shop, &cart.id, json!([{ "merchandiseId": variants[1], "parent": { "lineId": mug } }])).await;
    let total = payload["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap();
    shop.pay(&cart.id, total, "manual").await;
    shop.buy(&cart.id).await;
    assert_eq!((shop.level("mug").await.committed, shop.level("engraving").await.committed), (1, 1));
}
