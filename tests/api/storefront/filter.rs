//! Filters that are offered: what they count, that each of them finds what it counted, and what they look like.

use entity::market::MarketStatus;
use entity::metafield::OwnerType;
use entity::metafield_definition::StorefrontAccess;
use entity::{option_value, product_option};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::event::{self, NewEvent};
use tradepost::market::{NewMarket, NewRate, Region, Rounding, find_country, save_market, save_rate};
use tradepost::metafield::{NewDefinition, NewMetafield, Validations, save_definition, save_metafields};
use tradepost::money::Currency;

use crate::support::{ProductSpec, TestShop, VariantSpec};

const FILTERS: &str =
    "id label type presentation values { id label count input swatch { color } image { id } }";

/// A variant of a size and a colour, with a price and a stock.
fn variant(size: &str, color: &str, price: &str, stock: i64) -> VariantSpec {
    let values = vec![size.to_owned(), color.to_owned()];
    VariantSpec { values, price: price.to_owned(), stock: Some(stock), ..VariantSpec::default() }
}

async fn have_clothes(shop: &TestShop) {
    let product =
        |handle: &str, vendor: &str, kind: &str, tags: &str, variants: Vec<VariantSpec>| ProductSpec {
            vendor: vendor.to_owned(),
            kind: kind.to_owned(),
            tags: tags.to_owned(),
            options: vec!["Size", "Color"],
            variants,
            ..ProductSpec::new(handle)
        };
    let on_order = VariantSpec { policy: "continue", ..variant("L", "Deep Red", "40.00", 0) };
    shop.have(&[
        product(
            "shirt",
            "Weaver",
            "Tops",
            "cotton, new",
            vec![
                variant("S", "Red", "19.99", 5),
                variant("M", "Red", "19.99", 0),
                variant("M", "Blue", "25.00", 5),
            ],
        ),
        product("vest", "Weaver", "Tops", "wool", vec![variant("M", "Red", "15.00", 0)]),
        product("jeans", "Sewer", "Trousers", "cotton", vec![variant("M", "Blue", "60.00", 1)]),
        product("coat", "Sewer", "Coats", "wool, new", vec![on_order]),
        product("elsewhere", "Nobody", "Hats", "felt", vec![variant("S", "Green", "500.00", 1)]),
        ProductSpec {
            status: "draft",
            ..product("draft", "Nobody", "Drafts", "draft", vec![variant("XXL", "Black", "1.00", 1)])
        },
    ])
    .await;
    shop.collect("clothes", &["shirt", "vest", "jeans", "coat", "draft"]).await;
}

/// The collection's products and filters when these are chosen.
async fn clothes(shop: &TestShop, filters: &Value) -> Value {
    let query = format!(
        "query($filters: [ProductFilter!]) {{ collection(handle: \"clothes\") {{
            products(first: 250, filters: $filters) {{ nodes {{ handle }} filters {{ {FILTERS} }} }} }} }}"
    );
    shop.ask(&query, json!({ "filters": filters })).await["collection"]["products"].clone()
}

fn handles(page: &Value) -> Vec<&str> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap()).collect()
}

/// Filters in a short form, each with its values and counts in alphabetical order.
fn counts(filters: &Value) -> Vec<String> {
    let mut lines: Vec<String> = filters
        .as_array()
        .unwrap()
        .iter()
        .map(|filter| {
            let id = filter["id"].as_str().unwrap();
            let mut values: Vec<String> = filter["values"]
                .as_array()
                .unwrap()
                .iter()
                .map(|value| {
                    let part = value["id"].as_str().unwrap().strip_prefix(id).unwrap();
                    format!("{}={}", part.trim_start_matches('.'), value["count"])
                })
                .collect();
            values.sort();
            format!("{id}: {}", values.join(" "))
        })
        .collect();
    lines.sort();
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_offers_filters_with_the_number_of_products_for_each_value() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let page = clothes(&shop, &json!([])).await;
    assert_eq!(handles(&page), ["shirt", "vest", "jeans", "coat"]);
    assert_eq!(
        counts(&page["filters"]),
        [
            "filter.p.product_type: coats=1 tops=2 trousers=1",
            "filter.p.tag: cotton=2 new=2 wool=2",
            "filter.p.vendor: sewer=2 weaver=2",
            "filter.v.availability: 0=2 1=3",
            "filter.v.option.color: blue=2 deep-red=1 red=2",
            "filter.v.option.size: l=1 m=3 s=1",
            "filter.v.price: =4",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chosen_filter_narrows_the_others_and_leaves_its_own_alternatives() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let red = json!([{ "variantOption": { "name": "Color", "value": "Red" } }]);
    let page = clothes(&shop, &red).await;
    assert_eq!(handles(&page), ["shirt", "vest"]);
    let counted = counts(&page["filters"]);
    let of = |id: &str| counted.iter().find(|line| line.starts_with(&format!("{id}:"))).cloned().unwrap();
    assert_eq!(of("filter.v.option.color"), "filter.v.option.color: blue=2 deep-red=1 red=2");
    // A red shirt in S can be bought, one in M cannot, nor can the vest.
    assert_eq!(of("filter.v.availability"), "filter.v.availability: 0=2 1=1");
    assert_eq!(of("filter.v.option.size"), "filter.v.option.size: m=2 s=1");
    assert_eq!(of("filter.p.vendor"), "filter.p.vendor: weaver=2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_value_finds_as_many_products_as_it_says() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let mut tried = 0;
    for chosen in
        [json!([]), json!([{ "tag": "new" }]), json!([{ "available": true }, { "productVendor": "Sewer" }])]
    {
        for filter in clothes(&shop, &chosen).await["filters"].as_array().unwrap() {
            for value in filter["values"].as_array().unwrap() {
                let input: Value = serde_json::from_str(value["input"].as_str().unwrap()).unwrap();
                // A value stands in place of what was chosen of its own kind.
                let (kind, wanted) = input.as_object().unwrap().iter().next().unwrap();
                let mut filters: Vec<Value> = chosen
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|held| {
                        let held_kind = held.as_object().unwrap().keys().next().unwrap();
                        held_kind != kind || (kind == "variantOption" && held[kind]["name"] != wanted["name"])
                    })
                    .cloned()
                    .collect();
                filters.push(input.clone());
                let found = clothes(&shop, &json!(filters)).await;
                let count = handles(&found).len();
                assert_eq!(value["count"], count, "{chosen} and {input}: {found:#}");
                assert!(count > 0, "{input}");
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_say_what_they_are_called_and_what_to_send() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let page = clothes(&shop, &json!([])).await;
    let of = |id: &str| {
        let filters = page["filters"].as_array().unwrap();
        filters
            .iter()
            .find(|filter| filter["id"] == id)
            .unwrap_or_else(|| panic!("{id}: {filters:#?}"))
            .clone()
    };
    let price = of("filter.v.price");
    assert_eq!((&price["type"], &price["label"]), (&json!("PRICE_RANGE"), &json!("Price")));
    let input: Value = serde_json::from_str(price["values"][0]["input"].as_str().unwrap()).unwrap();
    assert_eq!(input, json!({ "price": { "min": 15.0, "max": 60.0 } }));
    let available = of("filter.v.availability");
    assert_eq!((&available["type"], &available["label"]), (&json!("LIST"), &json!("Availability")));
    let labels: Vec<&Value> =
        available["values"].as_array().unwrap().iter().map(|value| &value["label"]).collect();
    assert_eq!(labels, ["In stock", "Out of stock"]);
    let color = of("filter.v.option.color");
    assert_eq!((&color["label"], &color["presentation"]), (&json!("Color"), &json!("TEXT")));
    let deep = color["values"].as_array().unwrap().iter().find(|value| value["label"] == "Deep Red").unwrap();
    assert_eq!(deep["id"], "filter.v.option.color.deep-red");
    assert_eq!(deep["input"], r#"{"variantOption":{"name":"Color","value":"Deep Red"}}"#);
    assert_eq!((&deep["swatch"], &deep["image"]), (&Value::Null, &Value::Null));
    for (id, input) in [
        ("filter.p.vendor", r#"{"productVendor":"Sewer"}"#),
        ("filter.p.product_type", r#"{"productType":"Coats"}"#),
        ("filter.p.tag", r#"{"tag":"wool"}"#),
    ] {
        let values = of(id)["values"].clone();
        assert!(values.as_array().unwrap().iter().any(|value| value["input"] == input), "{id}: {values:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_with_a_colour_are_offered_as_swatches() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let option = product_option::Entity::find()
        .filter(product_option::Column::ProductId.eq(shop.product_row("jeans").await.id))
        .filter(product_option::Column::Name.eq("Color"));
    let option = option.one(shop.app.db.fresh()).await.unwrap().unwrap();
    let tx = shop.app.begin().await.unwrap();
    option_value::Entity::update_many()
        .col_expr(option_value::Column::SwatchColor, Expr::value("#0000FF"))
        .filter(option_value::Column::OptionId.eq(option.id))
        .exec(&tx)
        .await
        .unwrap();
    let changed = NewEvent { entity_id: option.product_id.0, payload: json!({}) };
    event::record(&tx, shop.app.clock.now(), "product", "product.updated", vec![changed]).await.unwrap();
    tx.commit().await.unwrap();
    let page = clothes(&shop, &json!([])).await;
    let color =
        page["filters"].as_array().unwrap().iter().find(|filter| filter["label"] == "Color").unwrap().clone();
    assert_eq!(color["presentation"], "SWATCH");
    let swatches: Vec<(&Value, &Value)> =
        color["values"].as_array().unwrap().iter().map(|value| (&value["label"], &value["swatch"])).collect();
    assert!(swatches.contains(&(&json!("Blue"), &json!({ "color": "#0000FF" }))), "{swatches:?}");
    assert!(swatches.contains(&(&json!("Red"), &Value::Null)), "{swatches:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_products_and_the_search_offer_the_same_filters() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let listed = shop
        .ask(
            &format!("{{ products(first: 9, query: \"vendor:weaver\") {{ filters {{ {FILTERS} }} }} }}"),
            json!({}),
        )
        .await["products"]["filters"]
        .clone();
    assert_eq!(
        counts(&listed),
        [
            "filter.p.product_type: tops=2",
            "filter.p.tag: cotton=1 new=1 wool=1",
            "filter.p.vendor: weaver=2",
            "filter.v.availability: 0=2 1=1",
            "filter.v.option.color: blue=1 red=2",
            "filter.v.option.size: m=2 s=1",
            "filter.v.price: =2",
        ]
    );
    let searched = shop
        .ask(
            &format!("{{ search(first: 9, query: \"weaver\", types: [PRODUCT]) {{ productFilters {{ {FILTERS} }} }} }}"),
            json!({}),
        )
        .await["search"]["productFilters"]
        .clone();
    assert_eq!(counts(&searched), counts(&listed));
    let everything =
        shop.ask(&format!("{{ products(first: 1) {{ filters {{ {FILTERS} }} }} }}"), json!({})).await;
    let vendors = counts(&everything["products"]["filters"]);
    assert!(vendors.contains(&"filter.p.vendor: nobody=1 sewer=2 weaver=2".to_owned()), "{vendors:#?}");
    let nothing = shop
        .ask(
            &format!("{{ products(first: 1, query: \"nothing\") {{ filters {{ {FILTERS} }} }} }}"),
            json!({}),
        )
        .await;
    assert!(counts(&nothing["products"]["filters"]).iter().all(|line| !line.contains("=")), "{nothing:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_collection_is_paged_in_every_order_and_both_directions() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let query = "query($first: Int, $after: String, $last: Int, $before: String, $key: ProductCollectionSortKeys,
        $reverse: Boolean) { collection(handle: \"clothes\") { products(first: $first, after: $after, last: $last,
          before: $before, sortKey: $key, reverse: $reverse, filters: [{ tag: \"cotton\" }, { tag: \"wool\" }]) {
            nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    for (key, expected) in [
        ("COLLECTION_DEFAULT", "shirt vest jeans coat"),
        ("MANUAL", "shirt vest jeans coat"),
        ("TITLE", "coat jeans shirt vest"),
        ("PRICE", "vest shirt coat jeans"),
        ("CREATED", "shirt vest jeans coat"),
        ("ID", "shirt vest jeans coat"),
        ("RELEVANCE", "shirt vest jeans coat"),
        ("BEST_SELLING", "coat jeans vest shirt"),
    ] {
        for reverse in [false, true] {
            let mut expected: Vec<&str> = expected.split(' ').collect();
            if reverse {
                expected.reverse();
            }
            for (size, from, place, more, next) in [
                ("first", "after", "endCursor", "hasNextPage", false),
                ("last", "before", "startCursor", "hasPreviousPage", true),
            ] {
                let (mut met, mut cursor): (Vec<Vec<String>>, Value) = (Vec::new(), Value::Null);
                for _ in 0..9 {
                    let mut variables = json!({ "key": key, "reverse": reverse });
                    variables[size] = json!(3);
                    variables[from] = cursor;
                    let page = shop.ask(query, variables).await["collection"]["products"].clone();
                    met.push(handles(&page).into_iter().map(str::to_owned).collect());
                    cursor = page["pageInfo"][place].clone();
                    if page["pageInfo"][more] == false {
                        break;
                    }
                }
                if next {
                    met.reverse();
                }
                assert_eq!(met.concat(), expected, "{key} {reverse} {size}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_with_nonsense_find_nothing_or_are_refused() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    for filters in [
        json!([{ "tag": "" }]),
        json!([{ "tag": "%" }]),
        json!([{ "productVendor": "'; DROP TABLE product; --" }]),
        json!([{ "category": { "id": "gid://shopify/Product/1" } }]),
        json!([{ "category": { "id": "" } }]),
        json!([{ "category": { "id": "99999999999999999999999" } }]),
        json!([{ "taxonomyMetafield": { "namespace": "a", "key": "b", "value": "c" } }]),
        json!([{ "productMetafield": { "namespace": "", "key": "", "value": "" } }]),
        json!([{ "variantMetafield": { "namespace": "x", "key": "y", "value": "\u{ffff}" } }]),
        json!([{ "variantOption": { "name": "", "value": "" } }]),
        json!([{ "variantOption": { "name": "Size", "value": "s".repeat(3_000) } }]),
        json!([{ "price": { "min": 1e300 } }]),
        json!([{ "price": { "min": 5, "max": 4 } }]),
        json!([{ "price": { "max": -1 } }]),
    ] {
        assert_eq!(clothes(&shop, &filters).await["nodes"], json!([]), "{filters}");
    }
    let query = "query($filters: [ProductFilter!]) { collection(handle: \"clothes\") {
        products(first: 1, filters: $filters) { filters { id } } } }";
    let many = json!({ "filters": vec![json!({ "tag": "new" }); 26] });
    assert_eq!(shop.error_code(query, many).await, "LIST_TOO_LONG");
    let wrong = json!({ "filters": [{ "price": { "min": "cheap" } }] });
    assert_eq!(shop.error_code(query, wrong).await, "GRAPHQL_VALIDATION_FAILED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_of_many_collections_take_as_many_statements_as_those_of_one() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    for number in 0..6 {
        shop.collect(&format!("more-{number}"), &["shirt", "vest", "jeans"]).await;
    }
    let query = "query($first: Int!) { collections(first: $first) { nodes { products(first: 3, filters: [{ tag: \"new\" }]) {
        nodes { handle } } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let all = shop.statements_of(query, json!({ "first": 7 })).await;
    assert!(all <= one + 2, "{one} statements for one collection, {all} for seven");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metafields_that_shoppers_may_read_are_offered_and_found() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let (app, actor) = (&shop.app, &Actor::System);
    for (owner_type, key, name, kind, storefront_access) in [
        (OwnerType::Product, "material", "Material", "single_line_text_field", StorefrontAccess::PublicRead),
        (OwnerType::Product, "secret", "Secret", "single_line_text_field", StorefrontAccess::None),
        (OwnerType::Variant, "washable", "Machine wash", "boolean", StorefrontAccess::PublicRead),
    ] {
        let definition = NewDefinition {
            owner_type,
            namespace: "custom".to_owned(),
            key: key.to_owned(),
            name: name.to_owned(),
            description: None,
            kind: kind.to_owned(),
            validations: Validations::default(),
            storefront_access,
        };
        save_definition(app, actor, definition).await.unwrap();
    }
    let (shirt, jeans) = (shop.product_row("shirt").await.id.0, shop.product_row("jeans").await.id.0);
    let washable = shop.variant_rows("shirt").await[0].id.0;
    let metafield = |owner, key: &str, value: &str| NewMetafield {
        owner,
        namespace: "custom".to_owned(),
        key: key.to_owned(),
        kind: None,
        value: value.to_owned(),
    };
    let new = vec![
        metafield((OwnerType::Product, shirt), "material", "Merino Wool"),
        metafield((OwnerType::Product, jeans), "material", "Denim"),
        metafield((OwnerType::Product, jeans), "secret", "Hidden"),
        metafield((OwnerType::Variant, washable), "washable", "true"),
    ];
    save_metafields(app, actor, new).await.unwrap();
    let page = clothes(&shop, &json!([])).await;
    let counted = counts(&page["filters"]);
    for expected in
        ["filter.p.m.custom.material: denim=1 merino-wool=1", "filter.v.m.custom.washable: true=1"]
    {
        assert!(counted.contains(&expected.to_owned()), "{counted:#?}");
    }
    assert!(!counted.iter().any(|line| line.contains("secret")), "{counted:#?}");
    let filters = page["filters"].as_array().unwrap();
    let of = |id: &str| filters.iter().find(|filter| filter["id"] == id).unwrap();
    let material = of("filter.p.m.custom.material");
    assert_eq!((&material["label"], &material["type"]), (&json!("Material"), &json!("LIST")));
    let washable = of("filter.v.m.custom.washable");
    assert_eq!((&washable["label"], &washable["type"]), (&json!("Machine wash"), &json!("BOOLEAN")));
    for (filter, expected) in [(material, &["jeans", "shirt"][..]), (washable, &["shirt"])] {
        let mut found = Vec::new();
        for value in filter["values"].as_array().unwrap() {
            let input: Value = serde_json::from_str(value["input"].as_str().unwrap()).unwrap();
            found.extend(handles(&clothes(&shop, &json!([input])).await).into_iter().map(str::to_owned));
        }
        found.sort();
        assert_eq!(found, expected);
    }
    let secret =
        json!([{ "productMetafield": { "namespace": "custom", "key": "secret", "value": "Hidden" } }]);
    assert_eq!(
        clothes(&shop, &secret).await["nodes"],
        json!([]),
        "what shoppers may not read, they cannot probe"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_of_a_market_are_filtered_in_its_currency() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let (euro, dollar) = (Currency::find("EUR").unwrap(), Currency::find("USD").unwrap());
    let rate = NewRate { from: euro, to: dollar, rate_e9: 2_000_000_000, effective_at: None };
    save_rate(&shop.app, &Actor::System, rate).await.unwrap();
    let market = NewMarket {
        handle: "america".to_owned(),
        name: "America".to_owned(),
        status: MarketStatus::Active,
        currency: dollar,
        regions: vec![Region::whole(find_country("US").unwrap())],
        languages: Vec::new(),
        tax_inclusive: false,
        rounding: Rounding::MINOR_UNIT,
        adjust_bp: 0,
    };
    save_market(&shop.app, &Actor::System, &market).await.unwrap();
    let query =
        "query($filters: [ProductFilter!]) @inContext(country: US) { collection(handle: \"clothes\") {
        products(first: 9, filters: $filters) { nodes { handle } filters { id values { input } } } } }";
    let within = async |min: f64, max: f64| {
        let filters = json!({ "filters": [{ "price": { "min": min, "max": max } }] });
        shop.ask(query, filters).await["collection"]["products"].clone()
    };
    // 15.00 to 60.00 at home.
    let all = within(0.0, 1000.0).await;
    let price =
        all["filters"].as_array().unwrap().iter().find(|filter| filter["id"] == "filter.v.price").unwrap();
    let input: Value = serde_json::from_str(price["values"][0]["input"].as_str().unwrap()).unwrap();
    assert_eq!(input, json!({ "price": { "min": 30.0, "max": 120.0 } }));
    assert_eq!(handles(&within(30.0, 120.0).await), ["shirt", "vest", "jeans", "coat"]);
    assert_eq!(handles(&within(39.98, 39.98).await), ["shirt"]);
    assert_eq!(handles(&within(30.01, 119.99).await), ["shirt", "coat"]);
}
