//! Importing a product file: what becomes of it in the API, and in the stock.

use std::collections::BTreeMap;

use entity::inventory_ledger::StockState;
use entity::{inventory_ledger, inventory_level, product};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::import::{ImportError, ImportOptions, ImportReport, import_products};

use crate::support::TestShop;

const HEADER: &str = "Handle,Title,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
    Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price\n";

const SHIRT: &str = "shirt,Shirt,\"new, soft\",Size,S,sh-s,shopify,5,deny,20.00,25.00\n\
    shirt,,,,M,sh-m,shopify,0,deny,20.00,\n\
    shirt,,,,L,sh-l,,,deny,22.00,\n";

const PRODUCT: &str =
    "{ product(handle: \"shirt\") { id title tags createdAt updatedAt options { name values }
    priceRange { minVariantPrice { amount } maxVariantPrice { amount } }
    variants(first: 9) { nodes { id title sku availableForSale quantityAvailable price { amount }
      compareAtPrice { amount } } } } }";

async fn product(shop: &TestShop) -> Value {
    shop.ask(PRODUCT, json!({})).await["product"].clone()
}

/// Products that were created, updated, left alone and refused.
fn counts(report: &ImportReport) -> [u64; 4] {
    [report.created, report.updated, report.unchanged, report.failed]
}

/// Asserts that every level is what its ledger adds up to.
async fn ledger_tells_the_levels(shop: &TestShop) {
    let mut sums: BTreeMap<(i64, i64, &str), i64> = BTreeMap::new();
    for entry in inventory_ledger::Entity::find().all(shop.app.db.fresh()).await.unwrap() {
        let state = match entry.state {
            StockState::Available => "available",
            StockState::Reserved => "reserved",
            StockState::Committed => "committed",
            other => panic!("{other:?}"),
        };
        *sums.entry((entry.item_id.0, entry.location_id.0, state)).or_default() += entry.delta;
    }
    let levels = inventory_level::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert!(!levels.is_empty());
    for level in levels {
        let sum = |state| sums.get(&(level.item_id.0, level.location_id.0, state)).copied().unwrap_or(0);
        let states = (sum("available"), sum("reserved"), sum("committed"));
        assert_eq!(states, (level.available, level.reserved, level.committed), "item {}", level.item_id);
        assert_eq!(
            level.on_hand,
            level.available + level.reserved + level.committed,
            "item {}",
            level.item_id
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn importing_a_file_twice_changes_nothing_the_second_time() {
    let shop = TestShop::open().await;
    let file = format!("{HEADER}{SHIRT}mug,Mug,,,,,,,,3,\n");
    let report = shop.import(&file).await;
    assert_eq!((counts(&report), report.variants, report.error_count), ([2, 0, 0, 0], 4, 0));
    let first = product(&shop).await;
    let titles: Vec<&Value> =
        first["variants"]["nodes"].as_array().unwrap().iter().map(|node| &node["title"]).collect();
    assert_eq!(titles, ["S", "M", "L"]);
    assert_eq!(first["variants"]["nodes"][0]["compareAtPrice"]["amount"], "25.0");
    let report = shop.import(&file).await;
    assert_eq!((counts(&report), report.variants), ([0, 0, 2, 0], 4));
    assert_eq!(product(&shop).await, first);
    ledger_tells_the_levels(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_price_is_shown_and_variants_keep_their_ids() {
    let shop = TestShop::open().await;
    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let before = product(&shop).await;
    let report =
        shop.import(&format!("{HEADER}{}", SHIRT.replace("20.00", "19.50").replace(",5,", ",8,"))).await;
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let after = product(&shop).await;
    for place in 0..3 {
        let id = |product: &Value| product["variants"]["nodes"][place]["id"].clone();
        assert_eq!(id(&after), id(&before));
    }
    assert_eq!((&after["id"], &after["createdAt"]), (&before["id"], &before["createdAt"]));
    let prices: Vec<&Value> =
        after["variants"]["nodes"].as_array().unwrap().iter().map(|node| &node["price"]["amount"]).collect();
    assert_eq!(prices, ["19.5", "19.5", "22.0"]);
    assert_eq!(
        after["priceRange"],
        json!({ "minVariantPrice": { "amount": "19.5" }, "maxVariantPrice": { "amount": "22.0" } })
    );
    assert_eq!(after["variants"]["nodes"][0]["quantityAvailable"], 8);
    let sorted = shop.ask("{ products(first: 9, sortKey: PRICE) { nodes { handle } } }", json!({})).await;
    assert_eq!(sorted["products"]["nodes"][0]["handle"], "shirt");
    ledger_tells_the_levels(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_that_the_file_has_no_more_is_gone_and_may_come_back_as_another() {
    let shop = TestShop::open().await;
    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let before = product(&shop).await;
    let ids: Vec<Value> =
        before["variants"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
    let cart = shop.cart_with(ids[0].as_str().unwrap(), 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let smaller: String =
        SHIRT.lines().filter(|line| !line.contains("sh-s")).map(|line| format!("{line}\n")).collect();
    let smaller = smaller.replace("shirt,,,,M", "shirt,Shirt,\"new, soft\",Size,M");
    assert_eq!(counts(&shop.import(&format!("{HEADER}{smaller}")).await), [0, 1, 0, 0]);

    let after = product(&shop).await;
    let left: Vec<&Value> =
        after["variants"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
    assert_eq!(left, [&ids[1], &ids[2]]);
    assert_eq!(after["options"], json!([{ "name": "Size", "values": ["M", "L"] }]));
    assert_eq!(after["priceRange"]["minVariantPrice"]["amount"], "20.0");
    let node = shop.ask("query($id: ID!) { node(id: $id) { id } }", json!({ "id": ids[0] })).await;
    assert_eq!(node, json!({ "node": null }));
    let shown = shop.cart(&cart).await;
    assert_eq!((&shown["lines"]["nodes"], &shown["totalQuantity"]), (&json!([]), &json!(0)));
    let line = ("lines", "[CartLineInput!]!", json!([{ "merchandiseId": ids[0] }]));
    shop.refuses(&cart, "cartLinesAdd", line, &[("INVALID", "lines.0.merchandiseId")]).await;
    ledger_tells_the_levels(&shop).await;

    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let again = product(&shop).await;
    assert_eq!(again["variants"]["nodes"][0]["title"], "S");
    assert_ne!(again["variants"]["nodes"][0]["id"], ids[0]);
    ledger_tells_the_levels(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_wrong_are_told_and_the_good_ones_kept() {
    let shop = TestShop::open().await;
    let rows = [
        "good-1,Good,,,,,shopify,5,deny,10.00,",
        "quotes,Br\"oken,,,,,,,,1.00,",
        "text,Text,,,,,,,,ten,",
        "dollars,Dollars,,,,,,,,$10.00,",
        "foreign,Foreign,,,,,,,,10.00 USD,",
        "minus,Minus,,,,,,,,-1.00,",
        ",No handle,,,,,,,,1.00,",
        "twice,Twice,,Size,S,,,,,1.00,",
        "twice,,,,s,,,,,2.00,",
        "precise,Precise,,,,,,,,1.001,",
        "free,No price,,,,,,,,,",
        "short,Short",
        "good-2,Good,,,,,shopify,7,deny,20.00,",
        "halves,Halves,,,,,shopify,1.5,deny,1.00,",
        "below,Below,,,,,shopify,-3,deny,1.00,",
        "compare,Compare,,,,,,,,1.00,dear",
        "policy,Policy,,,,,shopify,1,maybe,1.00,",
        "bad handle,Bad,,,,,,,,1.00,",
        "good-1,Again,,,,,,,,1.00,",
        "\"open,Open,,,,,,,,1.00,",
        "good-3,Good,,,,,,,,30.00,",
    ];
    let report = shop.import(&format!("{HEADER}{}\n", rows.join("\n"))).await;
    let errors: Vec<(u64, &str, &str)> =
        report.errors.iter().map(|error| (error.line, error.column.as_str(), error.code)).collect();
    let expected = [
        (3, "", "BROKEN_QUOTES"),
        (4, "Variant Price", "NOT_A_NUMBER"),
        (5, "Variant Price", "CURRENCY_IN_AMOUNT"),
        (6, "Variant Price", "CURRENCY_IN_AMOUNT"),
        (7, "Variant Price", "NEGATIVE"),
        (8, "Handle", "MISSING_HANDLE"),
        (10, "Option1 Value", "DUPLICATE_VARIANT"),
        (11, "Variant Price", "TOO_PRECISE"),
        (12, "Variant Price", "MISSING_PRICE"),
        (13, "", "FIELD_COUNT"),
        (15, "Variant Inventory Qty", "NOT_WHOLE"),
        (16, "Variant Inventory Qty", "NEGATIVE"),
        (17, "Variant Compare At Price", "NOT_A_NUMBER"),
        (18, "Variant Inventory Policy", "UNKNOWN_WORD"),
        (19, "Handle", "INVALID_HANDLE"),
        (20, "Handle", "DUPLICATE_HANDLE"),
        (21, "", "BROKEN_QUOTES"),
    ];
    assert_eq!(errors, expected);
    assert_eq!(counts(&report), [3, 0, 0, 17]);
    assert_eq!(
        report.errors[1].to_string(),
        "line 4, column Variant Price: \"ten\" is not a number such as 1299.00"
    );
    let listed = shop.ask("{ products(first: 250) { nodes { handle title } } }", json!({})).await;
    let good = |handle: &str| json!({ "handle": handle, "title": "Good" });
    assert_eq!(listed["products"]["nodes"], json!([good("good-1"), good("good-2"), good("good-3")]));
    ledger_tells_the_levels(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_is_wrong_now_stays_as_it_was() {
    let shop = TestShop::open().await;
    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let before = product(&shop).await;
    let report =
        shop.import(&format!("{HEADER}{}", SHIRT.replace("22.00", "x").replace("20.00", "1.00"))).await;
    assert_eq!(counts(&report), [0, 0, 0, 1]);
    assert_eq!(product(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_tells_everything_and_writes_nothing() {
    let shop = TestShop::open().await;
    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let before = product(&shop).await;
    let entries = inventory_ledger::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    let file = format!("{HEADER}{}mug,Mug,,,,,,,,3,\nbad,Bad,,,,,,,,x,\n", SHIRT.replace("20.00", "1.00"));
    let source = std::io::Cursor::new(file.clone().into_bytes());
    let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let dry = import_products(&shop.app, &Actor::System, source, options, &|_| {}).await.unwrap();
    assert_eq!((counts(&dry), dry.error_count), ([1, 1, 0, 1], 1));
    assert_eq!(product(&shop).await, before);
    assert_eq!(product::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 1);
    assert_eq!(inventory_ledger::Entity::find().count(shop.app.db.fresh()).await.unwrap(), entries);
    assert_eq!(shop.import(&file).await, dry, "the run itself comes to the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_none_is_refused_as_a_whole() {
    let shop = TestShop::open().await;
    for file in [
        &b""[..],
        b"Title,Variant Price\nMug,1\n",
        b"Handle;Title\nmug;Mug\n",
        b"\"Handle,Title\n",
        b"\xff\xfe,Handle\n",
    ] {
        let source = std::io::Cursor::new(file.to_vec());
        let refused =
            import_products(&shop.app, &Actor::System, source, ImportOptions::default(), &|_| {}).await;
        assert!(matches!(refused, Err(ImportError::Header(_))), "{refused:?}");
    }
    assert_eq!(product::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_tells_the_levels_through_imports_and_orders() {
    let shop = TestShop::open().await;
    shop.import(&format!("{HEADER}{SHIRT}")).await;
    let small = shop.variant_id("shirt").await;
    let cart = shop.ready_cart(&small, 2, "approve").await;
    shop.buy(&cart.id).await;
    let level = shop.level("shirt").await;
    assert_eq!((level.available, level.committed, level.on_hand), (3, 2, 5));
    ledger_tells_the_levels(&shop).await;
    for quantity in ["9", "0", "4"] {
        shop.import(&format!("{HEADER}{}", SHIRT.replace("shopify,5,", &format!("shopify,{quantity},"))))
            .await;
        let level = shop.level("shirt").await;
        assert_eq!(
            (level.available.to_string().as_str(), level.committed),
            (quantity, 2),
            "what orders hold stays held"
        );
        ledger_tells_the_levels(&shop).await;
    }
}
