//! Searching as shoppers do: what their words find among products, pages and articles.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content::{
    SaveArticle, SaveAuthor, SaveBlog, SavePage, save_article, save_author, save_blog, save_page,
};
use tradepost::search::save_synonyms;

use crate::support::{ProductSpec, TestShop, VariantSpec};

const SEARCH: &str = "query($query: String!, $first: Int, $after: String, $last: Int, $before: String,
    $prefix: SearchPrefixQueryType, $filters: [ProductFilter!], $reverse: Boolean, $key: SearchSortKeys,
    $types: [SearchType!], $unavailable: SearchUnavailableProductsType) {
    search(query: $query, first: $first, after: $after, last: $last, before: $before, prefix: $prefix,
      productFilters: $filters, reverse: $reverse, sortKey: $key, types: $types, unavailableProducts: $unavailable) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { __typename ... on Trackable { trackingParameters } } }
      nodes { __typename ... on Product { handle } ... on Page { handle } ... on Article { handle } } } }";

async fn search(shop: &TestShop, mut variables: Value) -> Value {
    if variables.get("first").is_none() && variables.get("last").is_none() {
        variables["first"] = json!(250);
    }
    shop.ask(SEARCH, variables).await["search"].clone()
}

fn handles(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap().to_owned()).collect()
}

/// What a query finds, in alphabetical order.
async fn found(shop: &TestShop, query: &str) -> String {
    let page = search(shop, json!({ "query": query })).await;
    let mut handles = handles(&page);
    assert_eq!(page["totalCount"], handles.len(), "{query}");
    handles.sort();
    handles.join(" ")
}

fn product(handle: &str, title: &str, tags: &str, price: &str) -> ProductSpec {
    let product = ProductSpec { title: title.to_owned(), tags: tags.to_owned(), ..ProductSpec::new(handle) };
    product.price(price)
}

async fn have_outfits(shop: &TestShop) {
    let mut jacket = product("jacket", "Waterproof Jacket", "outdoor, rain", "120.00");
    jacket.variants = vec![VariantSpec {
        sku: "WJ-2040-XL".to_owned(),
        price: "120.00".to_owned(),
        ..VariantSpec::default()
    }];
    shop.have(&[
        jacket,
        product("boots", "Hiking boots", "outdoor", "90.00"),
        product("umbrella", "Umbrella", "rain", "15.00").stock(0),
        product("kettle", "Kettle", "kitchen", "40.00"),
        ProductSpec { status: "draft", ..product("secret", "Secret jacket", "outdoor", "1.00") },
        ProductSpec { status: "unlisted", ..product("hidden", "Hidden jacket", "outdoor", "1.00") },
    ])
    .await;
    let past = Some(shop.app.clock.now() - TimeDelta::days(1));
    let page = |title: &str, body: &str, published_at| SavePage {
        title: title.to_owned(),
        body_html: body.to_owned(),
        published_at,
        ..SavePage::default()
    };
    let (app, actor) = (&shop.app, &Actor::System);
    save_page(app, actor, page("Size guide", "<p>How to measure for a <b>jacket</b></p>", past))
        .await
        .unwrap();
    save_page(app, actor, page("Jacket drafts", "not yet", None)).await.unwrap();
    let blog = SaveBlog { title: "News".to_owned(), ..SaveBlog::default() };
    let blog = save_blog(app, actor, blog).await.unwrap().id;
    let author = SaveAuthor { name: "Ada Lovelace".to_owned(), ..SaveAuthor::default() };
    let author = save_author(app, actor, author).await.unwrap().id;
    let article = |title: &str, published_at| SaveArticle {
        id: None,
        blog,
        author,
        handle: None,
        title: title.to_owned(),
        body_html: "<p>We walked in the mountains.</p>".to_owned(),
        summary_html: None,
        image: None,
        tags: vec!["outdoor".to_owned()],
        seo_title: None,
        seo_description: None,
        published_at,
    };
    save_article(app, actor, article("A jacket for autumn", past)).await.unwrap();
    save_article(app, actor, article("Unfinished jacket thoughts", None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_find_products_pages_and_articles_that_shoppers_reach() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    for (query, expected) in [
        ("jacket", "a-jacket-for-autumn jacket size-guide"),
        ("JACKETS", "a-jacket-for-autumn jacket size-guide"),
        ("outdoor", "a-jacket-for-autumn boots jacket"),
        ("mountains", "a-jacket-for-autumn"),
        ("measure", "size-guide"),
        ("waterproof jacket", "jacket"),
        ("jacket OR kettle", "a-jacket-for-autumn jacket kettle size-guide"),
        ("outdoor -jacket", "boots"),
        ("outdoor NOT tag:rain product_type:thing", "boots"),
        ("\"hiking boots\"", "boots"),
        ("nothingness", ""),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_kinds_of_things_can_be_chosen() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    for (types, expected) in [
        (json!(["PRODUCT"]), json!(["Product"])),
        (json!(["PAGE"]), json!(["Page"])),
        (json!(["ARTICLE"]), json!(["Article"])),
    ] {
        let page = search(&shop, json!({ "query": "jacket", "types": types })).await;
        let kinds: Vec<&Value> =
            page["nodes"].as_array().unwrap().iter().map(|node| &node["__typename"]).collect();
        assert_eq!(json!(kinds), expected, "{types}");
        assert_eq!(page["totalCount"], 1);
    }
    let two = search(&shop, json!({ "query": "jacket", "types": ["PRODUCT", "ARTICLE", "PRODUCT"] })).await;
    assert_eq!(two["totalCount"], 2);
    let all = search(&shop, json!({ "query": "jacket", "types": [] })).await;
    assert_eq!(all["totalCount"], 3);
    assert_eq!(all["nodes"][0], json!({ "__typename": "Product", "handle": "jacket" }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slips_of_the_pen_and_beginnings_of_words_find_what_was_meant() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    for (query, expected) in [
        // Long texts are not searched with slips: the guide only mentions a jacket.
        ("jackte", "a-jacket-for-autumn jacket"),
        ("umbrela", "umbrella"),
        ("ketle", "kettle"),
        ("hikin boot", "boots"),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
    let with_prefix = async |query: &str, prefix: Value| {
        let variables = json!({ "query": query, "prefix": prefix, "types": ["PRODUCT"] });
        handles(&search(&shop, variables).await).join(" ")
    };
    assert_eq!(with_prefix("umb", json!("LAST")).await, "umbrella");
    assert_eq!(with_prefix("waterproof ja", json!("LAST")).await, "jacket");
    assert_eq!(with_prefix("umb", json!("NONE")).await, "");
    assert_eq!(with_prefix("umb", Value::Null).await, "");
    assert_eq!(with_prefix("umb*", Value::Null).await, "umbrella");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn synonyms_find_what_is_called_otherwise() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    assert_eq!(found(&shop, "brolly").await, "");
    let sets = vec![
        vec!["umbrella".to_owned(), "brolly".to_owned()],
        vec!["tea maker".to_owned(), "kettle".to_owned()],
    ];
    save_synonyms(&shop.app, &Actor::System, sets).await.unwrap();
    assert_eq!(found(&shop, "brolly").await, "umbrella");
    assert_eq!(found(&shop, "tea maker").await, "kettle");
    save_synonyms(&shop.app, &Actor::System, Vec::new()).await.unwrap();
    assert_eq!(found(&shop, "brolly").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_find_their_products() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    shop.import(
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Barcode,Variant Price,Status,Published\n\
         tin,Tin,Title,Default Title,TN-77,4006381333931,2.00,active,true\n",
    )
    .await;
    for (query, expected) in [
        ("WJ-2040-XL", "jacket"),
        ("wj-2040-xl", "jacket"),
        ("sku:WJ-2040-XL", "jacket"),
        ("4006381333931", "tin"),
        ("barcode:4006381333931", "tin"),
        ("TN-77", "tin"),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_of_which_nothing_is_left_are_hidden_or_come_last() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    shop.have(&[product("rain-hat", "Rain rain rain hat", "rain", "5.00").stock(0)]).await;
    let with = async |unavailable: Value, key: &str| {
        let variables =
            json!({ "query": "rain", "types": ["PRODUCT"], "unavailable": unavailable, "key": key });
        let page = search(&shop, variables).await;
        let handles = handles(&page);
        assert_eq!(page["totalCount"], handles.len());
        handles
    };
    assert_eq!(with(json!("HIDE"), "RELEVANCE").await, ["jacket"]);
    let shown = with(json!("SHOW"), "RELEVANCE").await;
    assert_eq!((shown.len(), shown[0].as_str()), (3, "rain-hat"));
    let last = with(json!("LAST"), "RELEVANCE").await;
    assert_eq!((last.len(), last[0].as_str(), last[1].as_str()), (3, "jacket", "rain-hat"));
    assert_eq!(with(Value::Null, "RELEVANCE").await, last);
    assert_eq!(with(json!("SHOW"), "PRICE").await, ["rain-hat", "umbrella", "jacket"]);
    assert_eq!(with(json!("LAST"), "PRICE").await, ["jacket", "rain-hat", "umbrella"]);
    assert_eq!(with(json!("HIDE"), "PRICE").await, ["jacket"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chosen_filters_leave_products_only() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    let filtered = async |filters: Value| {
        let page = search(&shop, json!({ "query": "jacket OR boots", "filters": filters })).await;
        let mut handles = handles(&page);
        handles.sort();
        handles.join(" ")
    };
    assert_eq!(filtered(json!([])).await, "a-jacket-for-autumn boots jacket size-guide");
    assert_eq!(filtered(json!([{ "tag": "outdoor" }])).await, "boots jacket");
    assert_eq!(filtered(json!([{ "price": { "max": 100 } }])).await, "boots");
    assert_eq!(filtered(json!([{ "tag": "kitchen" }])).await, "");
    assert_eq!(filtered(json!([{ "category": { "id": "nonsense" } }])).await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_hit_says_where_it_was_found() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    let page = search(&shop, json!({ "query": "jacket & more OR jacket" })).await;
    let edges = page["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 3);
    for (place, edge) in (1..).zip(edges) {
        let expected = format!("_pos={place}&_sq=jacket+%26+more+OR+jacket&_ss=r&_v=1.0");
        assert_eq!(edge["node"]["trackingParameters"], expected);
    }
    let plain = shop.ask("{ product(handle: \"jacket\") { trackingParameters } }", json!({})).await;
    assert_eq!(plain["product"]["trackingParameters"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fragments_on_interfaces_and_types_see_the_thing_itself() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    let query = "{ search(query: \"waterproof\", first: 1) { edges { node { __typename
        ... on Node { id } ... on HasMetafields { metafield(key: \"k\") { value } }
        ... on Product { ...P } ... on Page { title } } } } }
        fragment P on Product { title again: trackingParameters variants(first: 1) { nodes { price { amount } } } }";
    let found = shop.ask(query, json!({})).await;
    let node = &found["search"]["edges"][0]["node"];
    assert_eq!(node["__typename"], "Product");
    assert_eq!(node["id"], shop.product_id("jacket").await);
    assert_eq!((&node["title"], &node["metafield"]), (&json!("Waterproof Jacket"), &Value::Null));
    assert_eq!(node["variants"]["nodes"][0]["price"]["amount"], "120.0");
    assert_eq!(node["again"], "_pos=1&_sq=waterproof&_ss=r&_v=1.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paging_visits_each_thing_once_in_every_order_and_both_directions() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    let products: Vec<ProductSpec> = (0..9)
        .map(|number| {
            let price = ["5.00", "7.00", "6.00"][number % 3];
            let stock = i64::from(number % 4 != 0);
            product(&format!("lamp-{number}"), "Jacket lamp", "", price).stock(stock)
        })
        .collect();
    shop.have(&products).await;
    for key in ["RELEVANCE", "PRICE"] {
        for (unavailable, total) in [("SHOW", 12), ("LAST", 12), ("HIDE", 9)] {
            for reverse in [false, true] {
                let with = |more: Value| {
                    let mut variables = json!({
                        "query": "jacket", "key": key, "reverse": reverse, "unavailable": unavailable });
                    for (name, value) in more.as_object().unwrap() {
                        variables[name] = value.clone();
                    }
                    variables
                };
                let whole = handles(&search(&shop, with(json!({ "first": 250 }))).await);
                assert_eq!(whole.len(), total, "{key} {unavailable}");
                let (mut forwards, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let page = search(&shop, with(json!({ "first": 4, "after": cursor }))).await;
                    assert_eq!(page["totalCount"], total);
                    forwards.extend(handles(&page));
                    cursor = page["pageInfo"]["endCursor"].clone();
                    if page["pageInfo"]["hasNextPage"] == false {
                        break;
                    }
                }
                assert_eq!(forwards, whole, "{key} {unavailable} {reverse}");
                let (mut backwards, mut cursor) = (Vec::new(), Value::Null);
                loop {
                    let page = search(&shop, with(json!({ "last": 5, "before": cursor }))).await;
                    backwards.splice(0..0, handles(&page));
                    cursor = page["pageInfo"]["startCursor"].clone();
                    if page["pageInfo"]["hasPreviousPage"] == false {
                        break;
                    }
                }
                assert_eq!(backwards, whole, "{key} {unavailable} {reverse} backwards");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_just_written_is_found() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    assert_eq!(found(&shop, "zeppelin").await, "");
    shop.have(&[product("zeppelin", "Zeppelin", "", "9.00")]).await;
    assert_eq!(found(&shop, "zeppelin").await, "zeppelin");
    let past = Some(shop.app.clock.now() - TimeDelta::days(1));
    let page = SavePage { title: "About zeppelins".to_owned(), published_at: past, ..SavePage::default() };
    let page = save_page(&shop.app, &Actor::System, page).await.unwrap();
    assert_eq!(found(&shop, "zeppelin").await, "about-zeppelins zeppelin");
    let renamed = SavePage {
        id: Some(page.id),
        handle: Some(page.handle),
        title: "About balloons".to_owned(),
        published_at: past,
        ..SavePage::default()
    };
    save_page(&shop.app, &Actor::System, renamed).await.unwrap();
    assert_eq!(found(&shop, "zeppelin").await, "zeppelin");
    assert_eq!(found(&shop, "balloon").await, "about-zeppelins");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_and_long_searches_are_read_as_words_or_refused() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    for (query, expected) in [
        ("(kettle", "kettle"),
        ("\"kettle", "kettle"),
        ("kettle AND", "kettle"),
        ("'; DROP TABLE product; --'", ""),
        ("\u{1f600}\u{202e}\u{ffff}", ""),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
    for query in ["a".repeat(3_000), "a ".repeat(61)] {
        let code = shop.error_code(SEARCH, json!({ "first": 10, "query": query })).await;
        assert_eq!(code, "SEARCH_QUERY_TOO_LONG");
    }
    assert_eq!(found(&shop, &"a".repeat(1_000)).await, "");
    for variables in [
        json!({ "query": "a" }),
        json!({ "query": "a", "first": 251 }),
        json!({ "query": "a", "first": 1, "after": "rubbish!" }),
    ] {
        assert_eq!(shop.error_code(SEARCH, variables.clone()).await, "BAD_PAGE", "{variables}");
    }
    let listed = shop.ask("{ products(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let cursor = listed["products"]["pageInfo"]["endCursor"].clone();
    let foreign = json!({ "query": "jacket", "first": 1, "after": cursor });
    assert_eq!(shop.error_code(SEARCH, foreign).await, "BAD_PAGE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_takes_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    have_outfits(&shop).await;
    let products: Vec<ProductSpec> = (0..50)
        .map(|number| {
            product(&format!("p{number:02}"), "Jacket", "x, y", "5.00")
                .in_sizes_and_colors(&["S", "M"], &["Red", "Blue"])
        })
        .collect();
    shop.have(&products).await;
    let query = "query($first: Int!) { search(query: \"jacket\", first: $first) { totalCount
        nodes { ... on Product { handle variants(first: 4) { nodes { price { amount } availableForSale } } }
          ... on Page { title } ... on Article { title blog { handle } } }
        productFilters { id label values { id count input swatch { color } } } } }";
    let few = shop.statements_of(query, json!({ "first": 5 })).await;
    let all = shop.statements_of(query, json!({ "first": 60 })).await;
    println!("search with facets: {few} statements for 5 things, {all} for 53");
    // Pages and articles come behind the products: a statement or two for each of these kinds.
    assert!(all <= few + 4, "{few} and {all}");
    assert!(all <= 12, "{all}");
}
