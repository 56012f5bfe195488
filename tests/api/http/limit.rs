//! Documents and bodies that are too much: refused before they are run, and the server lives on.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, ENDPOINT, post, send};
use crate::support::{ProductSpec, TestShop};

async fn refused(shop: &TestShop, document: &str) -> String {
    let answer = post(shop, &json!({ "query": document })).await;
    assert_eq!(answer.status, 200);
    answer.code()
}

async fn lives(shop: &TestShop) {
    assert_eq!(shop.ask("{ shop { name } }", json!({})).await["shop"]["name"], "My shop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_refused() {
    let shop = TestShop::open().await;
    for path in [ENDPOINT, ADMIN] {
        for bytes in [256 * 1024 + 1, 5 * 1024 * 1024] {
            let body =
                json!({ "query": "{ shop { name } }", "variables": { "x": "x".repeat(bytes) } }).to_string();
            let answer = send(&shop, Method::POST, path, &[("content-type", "application/json")], body).await;
            assert_eq!(answer.status, 413, "{path} {bytes}");
        }
    }
    let most = json!({ "query": "{ shop { name } }", "variables": { "x": "x".repeat(250_000) } });
    assert_eq!(post(&shop, &most).await.status, 200);
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_too_deep_is_refused() {
    let shop = TestShop::open().await;
    let nested =
        |open: &str, close: &str, levels: usize| format!("{}{}", open.repeat(levels), close.repeat(levels));
    for document in [
        nested("{a", "}", 10_000),
        format!("{{ a(x: {}) }}", nested("[", "]", 10_000)),
        format!("{{ a(x: {}1{}) }}", "{a:".repeat(10_000), "}".repeat(10_000)),
        format!("query($a: {}Int{}) {{ a }}", "[".repeat(10_000), "]".repeat(10_000)),
        "{".repeat(10_000),
        "(".repeat(10_000),
        nested("{a", "}", 41),
        nested("{a", "}", 21),
        format!("{{{}", nested("... {", "}", 10_000)),
    ] {
        assert_eq!(refused(&shop, &document).await, "DOCUMENT_TOO_DEEP", "{document:.60}");
    }
    // Text and comments are not levels.
    let harmless = format!(
        "{{ # {}\n shop {{ name }} product(handle: \"{}\") {{ id }} }}",
        "{".repeat(500),
        "{[(".repeat(50)
    );
    assert_eq!(
        shop.ask(&harmless, json!({})).await,
        json!({ "shop": { "name": "My shop" }, "product": null })
    );
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_string_cannot_hide_what_follows_it() {
    let shop = TestShop::open().await;
    // An odd number of quotes in a block string leaves a naive scanner within a text.
    for text in ["\"\"\" \" \"\"\"", "\"\"\"\\\"\"\" \" \"\"\"", "\"\"\" \\\\\" \"\"\"", "\"\"\"\" \"\"\""] {
        let deep = format!("{{ a(x: {text}) {}{} }}", "{a".repeat(41), "}".repeat(41));
        assert_eq!(refused(&shop, &deep).await, "DOCUMENT_TOO_DEEP", "{text}");
        let long = format!("{{ a(x: {text}) {} }}", "a ".repeat(5_001));
        assert_eq!(refused(&shop, &long).await, "DOCUMENT_TOO_LARGE", "{text}");
    }
    let harmless = "{ product(handle: \"\"\"an \"odd\" \" quote\"\"\") { id } shop { name } }";
    assert_eq!(shop.ask(harmless, json!({})).await["shop"]["name"], "My shop");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_the_end_of_a_line_nor_a_text_that_is_never_closed_hides_what_follows() {
    let shop = TestShop::open().await;
    let deep = format!("x(a: {}1{})", "[".repeat(41), "]".repeat(41));
    // A comment ends with its line, and lines end in three ways.
    for end in ["\n", "\r", "\r\n"] {
        assert_eq!(
            refused(&shop, &format!("{{ a # {{{end} {deep} }}")).await,
            "DOCUMENT_TOO_DEEP",
            "{end:?}"
        );
    }
    for text in ["\"\"\" \" ", "\"\"\"\" ", "\"\n", "\"\r", "\" \\\"", "\"\"\" \\\"\"\" "] {
        let code =
            refused(&shop, &format!("{{ a(x: [{text} {}1{} ]) }}", "[".repeat(41), "]".repeat(41))).await;
        assert!(["DOCUMENT_TOO_DEEP", "GRAPHQL_PARSE_FAILED"].contains(&code.as_str()), "{text:?} {code}");
    }
    let harmless = "{ shop { name } # a comment\r product(handle: \"\") { id } # another\r\n }";
    let expected = json!({ "shop": { "name": "My shop" }, "product": null });
    assert_eq!(shop.ask(harmless, json!({})).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_too_long_is_refused() {
    let shop = TestShop::open().await;
    let long = format!("{{ shop {{ {} }} }}", "name ".repeat(5_001));
    assert_eq!(refused(&shop, &long).await, "DOCUMENT_TOO_LARGE");
    let wide = format!("{{ shop {{ {} }} }}", "name ".repeat(1_501));
    assert_eq!(refused(&shop, &wide).await, "DOCUMENT_TOO_COMPLEX");
    let known = format!("{{ shop {{ {} }} }}", "name ".repeat(1_400));
    assert_eq!(shop.ask(&known, json!({})).await["shop"]["name"], "My shop");
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aliases_root_fields_and_directives_are_counted() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let fields = |count: usize| (0..count).map(|number| format!("a{number}: name ")).collect::<String>();
    let aliased = |count: usize| format!("{{ shop {{ {} }} }}", fields(count));
    assert_eq!(refused(&shop, &aliased(31)).await, "DOCUMENT_TOO_COMPLEX");
    assert_eq!(shop.ask(&aliased(30), json!({})).await["shop"].as_object().unwrap().len(), 30);
    let directives = |count: usize| format!("{{ shop {{ name {} }} }}", "@skip(if: false) ".repeat(count));
    assert_eq!(refused(&shop, &directives(51)).await, "DOCUMENT_TOO_COMPLEX");
    let queries = "shop { name } ".repeat(31);
    assert_eq!(refused(&shop, &format!("{{ {queries} }}")).await, "DOCUMENT_TOO_COMPLEX");

    let creations = |count: usize| {
        (0..count).map(|number| format!("a{number}: cartCreate {{ cart {{ id }} }} ")).collect::<String>()
    };
    for document in [
        format!("mutation {{ {} }}", creations(6)),
        format!("mutation {{ ... {{ {} }} }}", creations(6)),
        format!(
            "mutation {{ ... on Mutation {{ {} }} ... {{ {} }} }}",
            creations(3),
            creations(6).replace("a0", "b0")
        ),
        format!("mutation {{ ...Six }} fragment Six on Mutation {{ {} }}", creations(6)),
    ] {
        assert_eq!(refused(&shop, &document).await, "DOCUMENT_TOO_COMPLEX", "{document:.60}");
    }
    let within = (0..31).map(|_| "shop { name } ").collect::<String>();
    let document = format!("{{ ...Many }} fragment Many on QueryRoot {{ {within} }}");
    assert_eq!(refused(&shop, &document).await, "DOCUMENT_TOO_COMPLEX");
    let made = shop.ask(&format!("mutation {{ {} }}", creations(5)), json!({})).await;
    assert_eq!(made.as_object().unwrap().len(), 5);
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fragments_are_counted_where_they_are_spread_and_may_not_turn_in_circles() {
    let shop = TestShop::open().await;
    // Each fragment spreads the one before it ten times: a thousand million names.
    let mut bomb = "{ shop { ...F8 } } fragment F0 on Shop { name }".to_owned();
    for level in 1..9 {
        let spread = format!("...F{} ", level - 1).repeat(10);
        bomb.push_str(&format!(" fragment F{level} on Shop {{ {spread} }}"));
    }
    assert_eq!(refused(&shop, &bomb).await, "DOCUMENT_TOO_COMPLEX");
    let circle = "{ shop { ...A } } fragment A on Shop { ...B } fragment B on Shop { ...A }";
    assert_eq!(refused(&shop, circle).await, "DOCUMENT_TOO_DEEP");
    let nodes = "products(first: 250) { nodes { collections(first: 250) { nodes { ";
    let deep = format!("{{ {}id {} }}", nodes.repeat(6), "} } } } ".repeat(6));
    assert_eq!(refused(&shop, &deep).await, "DOCUMENT_TOO_DEEP");
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_within_pages_are_multiplied_before_they_are_read() {
    let shop = TestShop::open().await;
    let handles: Vec<String> = (0..20).map(|number| format!("p{number}")).collect();
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    shop.have(&handles.iter().map(|handle| ProductSpec::new(handle)).collect::<Vec<_>>()).await;
    shop.collect("all", &handles).await;
    // A product is in the collection that holds all products: each level multiplies the answer by the one above it.
    let within = |inner: &str, size: u32| {
        format!(
            "products(first: {size}) {{ nodes {{ collections(first: {size}) {{ nodes {{ {inner} }} }} }} }}"
        )
    };
    let modest = format!("{{ {} }}", within("products(first: 10) { nodes { id } }", 20));
    assert_eq!(shop.ask(&modest, json!({})).await["products"]["nodes"].as_array().unwrap().len(), 20);
    let deep =
        format!("{{ {} }}", within(&within(&within("products(first: 250) { nodes { id } }", 250), 250), 250));
    let answer = post(&shop, &json!({ "query": deep })).await;
    assert!(
        answer.body.len() < 1_000,
        "{} bytes were made of a document of {}",
        answer.body.len(),
        deep.len()
    );
    assert_eq!(answer.code(), "DOCUMENT_TOO_COMPLEX");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_come_whole_do_not_multiply_without_end() {
    let shop = TestShop::open().await;
    let sizes: Vec<String> = (0..20).map(|size| format!("S{size}")).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    shop.have(&[ProductSpec::new("shirt").in_sizes_and_colors(&sizes, &["Red", "Blue"])]).await;
    let around = |step: &str, times: usize| {
        let (open, close) = (step.repeat(times), "}".repeat(step.matches('{').count() * times));
        format!("{{ product(handle: \"shirt\") {{ {open} id {close} }} }}")
    };
    // Twenty-two values and twenty neighbours, time and again: each of these answers had thousands of millions of fields.
    let values = "options { optionValues { firstSelectableVariant { product { ";
    let neighbours = "adjacentVariants { product { ";
    assert!(shop.ask(&around(values, 1), json!({})).await["product"]["options"].is_array());
    assert!(shop.ask(&around(neighbours, 1), json!({})).await["product"]["adjacentVariants"].is_array());
    for (step, times) in [(values, 4), (neighbours, 8)] {
        let answer = post(&shop, &json!({ "query": around(step, times) })).await;
        assert!(answer.body.len() < 1_000, "{step}: {} bytes", answer.body.len());
        assert_eq!(answer.code(), "DOCUMENT_TOO_COMPLEX", "{step}");
    }
    let named = "query($i: [HasMetafieldsIdentifier!]!) { product(handle: \"shirt\") { ...A } }
        fragment A on Product { metafields(identifiers: $i) { parentResource { ... on Product { ...B } } } }
        fragment B on Product { metafields(identifiers: $i) { parentResource { ... on Product { ...C } } } }
        fragment C on Product { metafields(identifiers: $i) { parentResource { ... on Product { id } } } }";
    let identifiers = |count: usize| json!({ "i": vec![json!({ "key": "care" }); count] });
    assert!(shop.ask(named, identifiers(3)).await["product"]["metafields"].is_array());
    assert_eq!(shop.error_code(named, identifiers(250)).await, "DOCUMENT_TOO_COMPLEX");
    lives(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_that_are_too_long_are_refused() {
    let shop = TestShop::open().await;
    let many = |value: Value| json!({ "list": vec![value; 251] });
    let identifiers =
        "query($list: [HasMetafieldsIdentifier!]!) { shop { metafields(identifiers: $list) { value } } }";
    assert_eq!(shop.error_code(identifiers, many(json!({ "key": "a" }))).await, "LIST_TOO_LONG");
    let id = shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned();
    let of_cart = "query($id: ID!, $list: [HasMetafieldsIdentifier!]!) {
        cart(id: $id) { metafields(identifiers: $list) { value } } }";
    let many_of_cart = json!({ "id": id, "list": vec![json!({ "key": "a" }); 251] });
    assert_eq!(shop.error_code(of_cart, many_of_cart).await, "LIST_TOO_LONG");
    // Each cart takes statements of its own.
    let nodes = "query($list: [ID!]!) { nodes(ids: $list) { id } }";
    let carts = |count: usize| json!({ "list": vec![&id; count] });
    assert_eq!(shop.ask(nodes, carts(10)).await["nodes"][9]["id"], json!(id));
    assert_eq!(shop.error_code(nodes, carts(11)).await, "LIST_TOO_LONG");
    for (mutation, name, kind, value) in [
        ("cartLinesUpdate", "lines", "[CartLineUpdateInput!]!", json!({ "id": "x" })),
        ("cartLinesRemove", "lineIds", "[ID!]!", json!("x")),
        ("cartDeliveryAddressesAdd", "addresses", "[CartSelectableAddressInput!]!", json!({ "address": {} })),
        ("cartDeliveryAddressesRemove", "addressIds", "[ID!]!", json!("x")),
        (
            "cartDeliveryAddressesReplace",
            "addresses",
            "[CartSelectableAddressInput!]!",
            json!({ "address": {} }),
        ),
    ] {
        let query = format!(
            "mutation($list: {kind}) {{ {mutation}(cartId: \"{id}\", {name}: $list) {{ cart {{ id }} }} }}"
        );
        assert_eq!(shop.error_code(&query, many(value)).await, "LIST_TOO_LONG", "{mutation}");
    }
}
