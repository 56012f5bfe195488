//! What is not there may be promised, as far as the shop allows it.

use std::sync::Arc;

use entity::inventory_ledger::{self, StockState};
use entity::inventory_level;
use entity::variant::InventoryPolicy;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::catalog::{Component, save_components};
use tradepost::inventory::{Backorder, BackorderError, set_backorder};

use super::{allow, first_location, item_of, levels, refused_for};
use crate::support::{ProductSpec, TestShop, at_once};

/// What the storefront tells of a product's first variant: for sale, how many are left, not in stock.
async fn told(shop: &TestShop, handle: &str) -> (bool, Option<i64>, bool) {
    let query = "query($handle: String!) { product(handle: $handle) { availableForSale
        variants(first: 1) { nodes { availableForSale quantityAvailable currentlyNotInStock } } } }";
    let product = shop.ask(query, json!({ "handle": handle })).await["product"].clone();
    let variant = &product["variants"]["nodes"][0];
    assert_eq!(product["availableForSale"], variant["availableForSale"], "{product:#}");
    let flag = |name: &str| variant[name].as_bool().unwrap();
    (flag("availableForSale"), variant["quantityAvailable"].as_i64(), flag("currentlyNotInStock"))
}

/// Puts units into a new cart; returns how many are in it and the codes of the warnings.
async fn put_in(shop: &TestShop, handle: &str, quantity: i64) -> (i64, Vec<String>) {
    let lines = json!([{ "merchandiseId": shop.variant_id(handle).await, "quantity": quantity }]);
    let created = shop.change_cart("cartCreate", &[("input", "CartInput", json!({ "lines": lines }))]).await;
    let warnings = created["warnings"].as_array().unwrap().iter();
    let codes = warnings.map(|warning| warning["code"].as_str().unwrap().to_owned()).collect();
    (created["cart"]["totalQuantity"].as_i64().unwrap(), codes)
}

async fn buy(shop: &TestShop, handle: &str, quantity: i64) {
    let cart = shop.ready_cart(&shop.variant_id(handle).await, quantity, "approve").await;
    shop.buy(&cart.id).await;
}

async fn shop_with_mugs(stock: i64) -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").stock(stock)]).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_capped_backorder_is_sold_to_its_cap_and_no_further() {
    let shop = shop_with_mugs(2).await;
    assert_eq!(put_in(&shop, "mug", 10).await, (2, vec!["MERCHANDISE_NOT_ENOUGH_STOCK".to_owned()]));
    allow(&shop, "mug", Backorder::UpTo(3)).await.unwrap();
    assert_eq!(told(&shop, "mug").await, (true, Some(2), false));
    assert_eq!(put_in(&shop, "mug", 5).await, (5, vec![]));
    assert_eq!(put_in(&shop, "mug", 6).await, (5, vec!["MERCHANDISE_NOT_ENOUGH_STOCK".to_owned()]));

    buy(&shop, "mug", 4).await;
    assert_eq!(levels(&shop, "mug").await, (-2, 0, 4));
    assert_eq!(told(&shop, "mug").await, (true, Some(-2), true));
    let mug = shop.variant_id("mug").await;
    let last = shop.ready_cart(&mug, 1, "approve").await;
    buy(&shop, "mug", 1).await;
    assert_eq!(levels(&shop, "mug").await, (-3, 0, 5));
    assert_eq!(told(&shop, "mug").await, (false, Some(-3), false));
    assert_eq!(put_in(&shop, "mug", 1).await, (0, vec!["MERCHANDISE_OUT_OF_STOCK".to_owned()]));
    assert_eq!(refused_for(&shop.submit(&last.id, "late").await), ["MERCHANDISE_OUT_OF_STOCK"]);
    assert_eq!(levels(&shop, "mug").await, (-3, 0, 5));
    assert_eq!(shop.orders().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_at_once_are_promised_as_many_as_the_cap_allows() {
    let shop = Arc::new(shop_with_mugs(3).await);
    allow(&shop, "mug", Backorder::UpTo(5)).await.unwrap();
    let mug = shop.variant_id("mug").await;
    let mut carts = Vec::new();
    for _ in 0..50 {
        carts.push(shop.ready_cart(&mug, 1, "approve").await.id);
    }
    let carts = Arc::new(carts);
    at_once(50, |index| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        async move { shop.submit(&carts[index], "token").await }
    })
    .await;
    assert_eq!(shop.orders().await.len(), 8);
    assert_eq!(levels(&shop, "mug").await, (-5, 0, 8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_cap_any_number_is_promised() {
    let shop = shop_with_mugs(1).await;
    allow(&shop, "mug", Backorder::Unlimited).await.unwrap();
    assert_eq!(put_in(&shop, "mug", 500).await, (500, vec![]));
    buy(&shop, "mug", 50).await;
    assert_eq!(levels(&shop, "mug").await, (-49, 0, 50));
    assert_eq!(shop.variant_rows("mug").await[0].inventory_policy, InventoryPolicy::Continue);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_makes_no_sense_is_refused_and_nothing_changes() {
    let shop = shop_with_mugs(0).await;
    allow(&shop, "mug", Backorder::UpTo(5)).await.unwrap();
    buy(&shop, "mug", 2).await;
    let (item, location) = (item_of(&shop, "mug").await, first_location(&shop).await);
    let rows = async || {
        let levels = inventory_level::Entity::find().all(shop.app.db.fresh()).await.unwrap();
        let ledger = inventory_ledger::Entity::find().all(shop.app.db.fresh()).await.unwrap();
        (levels, ledger.len(), shop.variant_rows("mug").await)
    };
    let before = rows().await;
    for too_little in [Backorder::Never, Backorder::UpTo(1)] {
        let refused = allow(&shop, "mug", too_little).await;
        assert!(matches!(refused, Err(BackorderError::PromisedAlready(2))), "{refused:?}");
    }
    for senseless in [Backorder::UpTo(-1), Backorder::UpTo(i64::MAX)] {
        let refused = allow(&shop, "mug", senseless).await;
        assert!(matches!(refused, Err(BackorderError::InvalidLimit)), "{refused:?}");
    }
    let nowhere = entity::id::LocationId(99_999);
    let nothing = entity::id::InventoryItemId(99_999);
    for (item, location) in [(item, nowhere), (nothing, location)] {
        let refused = set_backorder(&shop.app, &Actor::System, item, location, Backorder::Unlimited).await;
        assert!(matches!(refused, Err(BackorderError::NotFound)), "{refused:?}");
    }
    let shopper = Actor::stranger();
    let refused = set_backorder(&shop.app, &shopper, item, location, Backorder::Unlimited).await;
    assert!(matches!(refused, Err(BackorderError::Fault(_))), "{refused:?}");
    assert_eq!(rows().await, before);
    allow(&shop, "mug", Backorder::UpTo(2)).await.unwrap();
    assert_eq!(told(&shop, "mug").await, (false, Some(-2), false), "what was promised stays promised");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_itself_keeps_levels_above_their_caps() {
    let shop = shop_with_mugs(0).await;
    let item = item_of(&shop, "mug").await;
    let lower_to = |available: i64| {
        inventory_level::Entity::update_many()
            .col_expr(inventory_level::Column::Available, Expr::val(available))
            .col_expr(inventory_level::Column::OnHand, Expr::val(available))
            .filter(inventory_level::Column::ItemId.eq(item))
            .exec(shop.app.db.writer())
    };
    assert!(lower_to(-1).await.is_err(), "not without a policy");
    allow(&shop, "mug", Backorder::UpTo(3)).await.unwrap();
    assert!(lower_to(-4).await.is_err());
    assert_eq!(levels(&shop, "mug").await.0, 0);
    lower_to(-3).await.unwrap();
    let below_zero = inventory_level::Entity::update_many()
        .col_expr(inventory_level::Column::BackorderLimit, Expr::val(Some(-1_i64)))
        .exec(shop.app.db.writer());
    assert!(below_zero.await.is_err());
    assert_eq!(levels(&shop, "mug").await.0, -3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_is_promised_as_far_as_its_components_are() {
    let shop = TestShop::open().await;
    shop.have(&[
        ProductSpec::new("set").price("35.00").stock(0),
        ProductSpec::new("cup").stock(1),
        ProductSpec::new("pot").stock(10),
    ])
    .await;
    let key = async |handle: &str| shop.variant_rows(handle).await[0].id;
    let components = [
        Component { variant_id: key("cup").await, quantity: 2 },
        Component { variant_id: key("pot").await, quantity: 1 },
    ];
    save_components(&shop.app, &Actor::System, key("set").await, &components).await.unwrap();
    assert_eq!(told(&shop, "set").await, (false, Some(0), false), "1 cup is no set");
    allow(&shop, "cup", Backorder::UpTo(4)).await.unwrap();
    assert_eq!(told(&shop, "set").await, (true, Some(0), true));
    assert_eq!(put_in(&shop, "set", 3).await, (2, vec!["MERCHANDISE_NOT_ENOUGH_STOCK".to_owned()]));
    buy(&shop, "set", 2).await;
    assert_eq!(levels(&shop, "cup").await, (-3, 0, 4));
    assert_eq!(levels(&shop, "pot").await, (8, 0, 2));
    assert_eq!(put_in(&shop, "set", 1).await, (0, vec!["MERCHANDISE_OUT_OF_STOCK".to_owned()]));
    allow(&shop, "cup", Backorder::Unlimited).await.unwrap();
    assert_eq!(told(&shop, "set").await, (true, Some(8), false), "as many as there are pots");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_promised_is_found_and_recommended_as_what_is_in_stock() {
    let shop = TestShop::open().await;
    shop.have(&[
        ProductSpec::new("mug"),
        ProductSpec::new("jug-gone").stock(0),
        ProductSpec::new("jug-promised").stock(0),
    ])
    .await;
    let found = async || {
        let query = "{ search(query: \"jug\", first: 5, unavailableProducts: HIDE) { nodes { ... on Product { handle } } } }";
        shop.ask(query, json!({})).await["search"]["nodes"].clone()
    };
    let recommended = async || {
        let query = "{ productRecommendations(productHandle: \"mug\") { handle } }";
        shop.ask(query, json!({})).await["productRecommendations"].clone()
    };
    let handles =
        |handles: &[&str]| -> Value { handles.iter().map(|handle| json!({ "handle": handle })).collect() };
    assert_eq!(found().await, handles(&[]));
    assert_eq!(recommended().await, handles(&["jug-gone", "jug-promised"]));
    allow(&shop, "jug-promised", Backorder::UpTo(1)).await.unwrap();
    assert_eq!(found().await, handles(&["jug-promised"]));
    assert_eq!(recommended().await, handles(&["jug-promised", "jug-gone"]), "what can be bought comes first");
    buy(&shop, "jug-promised", 1).await;
    assert_eq!(found().await, handles(&[]));
    assert_eq!(recommended().await.as_array().map(Vec::len), Some(2));
    assert_eq!(told(&shop, "jug-promised").await, (false, Some(-1), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_file_names_the_cap_and_leaves_one_that_it_does_not_name() {
    let shop = TestShop::open().await;
    let file = |title: &str, quantity: &str, policy: &str, limit: &str| {
        format!(
            "Handle,Title,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
             Variant Backorder Limit,Variant Price\nmug,{title},shopify,{quantity},{policy},{limit},10\n"
        )
    };
    let policy = async || {
        let level = shop.level("mug").await;
        (level.available, level.backorder, level.backorder_limit)
    };
    let report = shop.import(&file("Mug", "2", "continue", "3")).await;
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    assert_eq!(policy().await, (2, true, Some(3)));
    shop.import(&file("A mug", "2", "continue", "")).await;
    assert_eq!(policy().await, (2, true, Some(3)));
    for (quantity, limit, column) in [
        ("-4", "3", "Variant Inventory Qty"),
        ("2", "-1", "Variant Backorder Limit"),
        ("2", "few", "Variant Backorder Limit"),
    ] {
        let report = shop.import(&file("Another mug", quantity, "continue", limit)).await;
        let columns: Vec<&str> = report.errors.iter().map(|error| error.column.as_str()).collect();
        assert_eq!(columns, [column], "{:?}", report.errors);
        assert_eq!(policy().await, (2, true, Some(3)));
    }
    shop.import(&file("Mug", "2", "deny", "3")).await;
    assert_eq!(policy().await, (2, false, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_policy_moves_no_units() {
    let shop = shop_with_mugs(4).await;
    allow(&shop, "mug", Backorder::UpTo(2)).await.unwrap();
    let entries = async || {
        let ledger = inventory_ledger::Entity::find()
            .filter(inventory_ledger::Column::State.eq(StockState::Available))
            .order_by_asc(inventory_ledger::Column::Id)
            .all(shop.app.db.fresh())
            .await
            .unwrap();
        ledger.iter().map(|entry| entry.delta).collect::<Vec<_>>()
    };
    assert_eq!(entries().await, [4, 0]);
    allow(&shop, "mug", Backorder::UpTo(2)).await.unwrap();
    assert_eq!(entries().await, [4, 0], "nothing was changed");
    allow(&shop, "mug", Backorder::Never).await.unwrap();
    assert_eq!(entries().await, [4, 0, 0]);
    assert_eq!(levels(&shop, "mug").await, (4, 0, 0));
    assert_eq!(shop.variant_rows("mug").await[0].inventory_policy, InventoryPolicy::Deny);
}
