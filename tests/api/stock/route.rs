//! From where the stock of an order is taken, over several locations.

use entity::id::LocationId;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::inventory::{Backorder, NewLocation, save_location, set_backorder};
use tradepost::market::Address;

use super::{first_location, item_of, levels, stock_at, with_more};
use crate::support::{ProductSpec, TestShop};

async fn warehouse(shop: &TestShop, name: &str) -> LocationId {
    let new = NewLocation {
        id: None,
        name: name.to_owned(),
        address: Address { country_code: Some("DE".to_owned()), ..Address::default() },
        coordinates: None,
        active: true,
        fulfills_online: true,
        offers_pickup: false,
        pickup_time: String::new(),
    };
    save_location(&shop.app, &Actor::System, &new).await.unwrap()
}

/// Where the units of the last order were taken, in the order of the items.
async fn taken(shop: &TestShop) -> Vec<(LocationId, i64)> {
    let mut held = shop.reservations().await;
    let last = held.iter().map(|held| held.attempt_id).max().unwrap();
    held.retain(|held| held.attempt_id == last);
    held.sort_by_key(|held| (held.item_id, held.location_id));
    held.iter().map(|held| (held.location_id, held.quantity)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_leaves_from_the_one_location_that_has_all_of_it() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("cup").stock(5), ProductSpec::new("pot").stock(0)]).await;
    let (home, south) = (first_location(&shop).await, warehouse(&shop, "South").await);
    stock_at(&shop, "cup", south, 5).await;
    stock_at(&shop, "pot", south, 5).await;
    let cup = shop.variant_id("cup").await;

    let alone = shop.ready_cart(&cup, 2, "manual").await;
    shop.buy(&alone.id).await;
    assert_eq!(taken(&shop).await, [(home, 2)], "by itself it leaves from the first location");

    let both = shop.ready_cart(&cup, 2, "manual").await;
    let pot = json!({ "merchandiseId": shop.variant_id("pot").await, "quantity": 1 });
    let both = with_more(&shop, both, pot, "manual").await;
    shop.buy(&both.id).await;
    assert_eq!(taken(&shop).await, [(south, 2), (south, 1)], "one parcel");

    let many = shop.ready_cart(&cup, 6, "manual").await;
    shop.buy(&many.id).await;
    assert_eq!(taken(&shop).await, [(home, 3), (south, 3)], "no location has six");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_are_promised_only_where_no_location_has_them() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("cup").stock(1)]).await;
    let (home, south) = (first_location(&shop).await, warehouse(&shop, "South").await);
    stock_at(&shop, "cup", south, 2).await;
    let item = item_of(&shop, "cup").await;
    set_backorder(&shop.app, &Actor::System, item, home, Backorder::UpTo(3)).await.unwrap();
    let cup = shop.variant_id("cup").await;

    let two = shop.ready_cart(&cup, 2, "manual").await;
    shop.buy(&two.id).await;
    assert_eq!(taken(&shop).await, [(south, 2)]);
    let three = shop.ready_cart(&cup, 3, "manual").await;
    shop.buy(&three.id).await;
    assert_eq!(taken(&shop).await, [(home, 3)]);
    assert_eq!(levels(&shop, "cup").await.0, -2);
    let last = shop.cart_with(&cup, 2).await;
    assert_eq!(last["cart"]["totalQuantity"], 1, "{last:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shelf_that_was_never_filled_can_be_sold_from() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("cup").stock(0)]).await;
    let south = warehouse(&shop, "South").await;
    let item = item_of(&shop, "cup").await;
    set_backorder(&shop.app, &Actor::System, item, south, Backorder::UpTo(1)).await.unwrap();
    let cart = shop.ready_cart(&shop.variant_id("cup").await, 1, "manual").await;
    shop.buy(&cart.id).await;
    assert_eq!(taken(&shop).await, [(south, 1)]);
    let more = shop.cart_with(&shop.variant_id("cup").await, 1).await;
    assert_eq!(more["cart"]["totalQuantity"], 0, "{more:#}");
}
