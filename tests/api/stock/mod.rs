//! Stock: how far it may be promised, from where it is taken, who holds it and for how long.

mod backorder;
mod own_attempt;
mod reservation;
mod route;
mod silent_attempt;

use entity::id::{InventoryItemId, LocationId};
use entity::inventory_level;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::inventory::{Backorder, BackorderError, set_backorder};

use crate::support::{ReadyCart, TestShop};

/// The item of a product's first variant.
async fn item_of(shop: &TestShop, handle: &str) -> InventoryItemId {
    shop.variant_rows(handle).await[0].inventory_item_id
}

/// The location that was made with the first product.
async fn first_location(shop: &TestShop) -> LocationId {
    let first = entity::location::Entity::find().order_by_asc(entity::location::Column::Id);
    first.one(shop.app.db.fresh()).await.unwrap().unwrap().id
}

/// Sets the policy of a product's first variant at the first location.
async fn allow(shop: &TestShop, handle: &str, backorder: Backorder) -> Result<(), BackorderError> {
    let (item, location) = (item_of(shop, handle).await, first_location(shop).await);
    set_backorder(&shop.app, &Actor::System, item, location, backorder).await
}

/// Puts units of a product on a shelf that was never filled.
async fn stock_at(shop: &TestShop, handle: &str, location: LocationId, units: i64) {
    let level = inventory_level::ActiveModel {
        item_id: Set(item_of(shop, handle).await),
        location_id: Set(location),
        on_hand: Set(units),
        available: Set(units),
        updated_at: Set(shop.app.clock.now()),
        ..Default::default()
    };
    level.insert(shop.app.db.writer()).await.unwrap();
}

/// Available, reserved and committed units of a product at the first location.
async fn levels(shop: &TestShop, handle: &str) -> (i64, i64, i64) {
    let item = item_of(shop, handle).await;
    let level = inventory_level::Entity::find()
        .filter(inventory_level::Column::ItemId.eq(item))
        .order_by_asc(inventory_level::Column::LocationId)
        .one(shop.app.db.fresh())
        .await
        .unwrap()
        .unwrap();
    (level.available, level.reserved, level.committed)
}

/// Adds a line to a cart that is ready to be ordered, and has it paid the same way.
async fn with_more(shop: &TestShop, cart: ReadyCart, line: Value, payment: &str) -> ReadyCart {
    let lines = ("lines", "[CartLineInput!]", json!([line]));
    let added = shop.change_cart("cartLinesAdd", &[("cartId", "ID!", json!(cart.id)), lines]).await;
    assert_eq!((&added["userErrors"], &added["warnings"]), (&json!([]), &json!([])), "{added:#}");
    let total = added["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
    shop.pay(&cart.id, &total, payment).await;
    ReadyCart { id: cart.id, total }
}

/// A customer with an account; returns their token.
async fn customer(shop: &TestShop, email: &str) -> String {
    shop.customer_with_credit(email, 0).await.1
}

/// A cart of a signed-in customer with units of a variant, ready to be ordered.
async fn ready_as(shop: &TestShop, token: &str, variant: &str, quantity: i64, payment: &str) -> ReadyCart {
    let input = json!({
        "lines": [{ "merchandiseId": variant, "quantity": quantity }],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE", "customerAccessToken": token },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "countryCode": "DE" } } }] },
    });
    let created = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!((&created["userErrors"], &created["warnings"]), (&json!([]), &json!([])), "{created:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cart = &created["cart"];
    let (id, total) = (text(&cart["id"]), text(&cart["cost"]["totalAmount"]["amount"]));
    shop.pay(&id, &total, payment).await;
    ReadyCart { id, total }
}

/// The secret in a cart's id.
fn token_of(cart: &str) -> &str {
    cart.rsplit('/').next().unwrap()
}

/// The codes of what a submission was refused for.
fn refused_for(submitted: &Value) -> Vec<&str> {
    let errors = submitted["result"]["errors"].as_array().unwrap_or_else(|| panic!("{submitted:#}"));
    errors.iter().map(|error| error["code"].as_str().unwrap()).collect()
}
