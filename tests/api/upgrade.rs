//! A database that an earlier release filled is brought up to date and served.

use migration::Migrator;
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use serde_json::json;

use crate::support::{TestDatabase, TestShop};

/// The migrations of release 0.1.0.
const FIRST_RELEASE: u32 = 1;

/// A shop with a product in two variants, a cart and an order, as release 0.1.0 wrote them. `{T}` is a moment.
const ROWS: [&str; 21] = [
    "INSERT INTO shop (id, name, currency, country, language, taxes_included, is_demo, created_at, updated_at) \
     VALUES (1, 'Old shop', 'EUR', 'DE', 'EN', TRUE, FALSE, {T}, {T})",
    "INSERT INTO price_list (id, name, currency, created_at, updated_at) VALUES (0, 'Base', 'EUR', {T}, {T})",
    "INSERT INTO product (id, handle, title, title_sort, status, published_at, min_price_minor, created_at, updated_at) \
     VALUES (7, 'jug', 'Jug', 'jug', 'active', {T}, 1000, {T}, {T})",
    "INSERT INTO product_option (id, product_id, name, position) VALUES (1, 7, 'Size', 1)",
    "INSERT INTO option_value (id, option_id, name, position) VALUES (1, 1, 'Small', 1), (2, 1, 'Large', 2)",
    "INSERT INTO inventory_item (id, tracked, requires_shipping, created_at, updated_at) \
     VALUES (1, TRUE, TRUE, {T}, {T}), (2, TRUE, TRUE, {T}, {T})",
    "INSERT INTO variant (id, product_id, inventory_item_id, position, title, inventory_policy, option_signature, \
     created_at, updated_at) VALUES (11, 7, 1, 1, 'Small', 'deny', 'a', {T}, {T}), (12, 7, 2, 2, 'Large', 'deny', 'b', {T}, {T})",
    "INSERT INTO variant_option (variant_id, option_id, value_id) VALUES (11, 1, 1), (12, 1, 2)",
    "INSERT INTO price (variant_id, price_list_id, currency, min_quantity, valid_from, amount_minor) \
     VALUES (11, 0, 'EUR', 1, {T}, 1000), (12, 0, 'EUR', 1, {T}, 1500)",
    "INSERT INTO location (id, name, country, active, fulfills_online, position, created_at, updated_at) \
     VALUES (1, 'Store', 'DE', TRUE, TRUE, 1, {T}, {T})",
    "INSERT INTO inventory_level (item_id, location_id, on_hand, available, updated_at) VALUES (1, 1, 3, 3, {T}), (2, 1, 0, 0, {T})",
    "INSERT INTO inventory_ledger (item_id, location_id, state, delta, reason, created_at) VALUES (1, 1, 'available', 3, 'import', {T})",
    "INSERT INTO customer (id, email_norm, email, state, created_at, updated_at) \
     VALUES (5, 'ada@example.com', 'Ada@example.com', 'guest', {T}, {T})",
    "INSERT INTO cart (id, token_hash, state, currency, country, language, customer_id, attributes, expires_at, created_at, updated_at) \
     VALUES (3, {B}, 'open', 'EUR', 'DE', 'EN', 5, '[]', {T}, {T}, {T})",
    "INSERT INTO cart_line (cart_id, variant_id, quantity, attributes, merge_signature, created_at) VALUES (3, 11, 2, '[]', 'x', {T})",
    "INSERT INTO orders (id, number, name, customer_id, email, currency, country, language, subtotal_minor, discount_minor, \
     shipping_minor, tax_minor, total_minor, taxes_included, attributes, test, processed_at, created_at, updated_at) \
     VALUES (9, 1001, '#1001', 5, 'Ada@example.com', 'EUR', 'DE', 'EN', 1000, 0, 490, 0, 1490, TRUE, '[]', TRUE, {T}, {T}, {T})",
    "INSERT INTO delivery_profile (id, name, is_default) VALUES (4, 'General', TRUE)",
    "INSERT INTO delivery_zone (id, profile_id, name, position) VALUES (6, 4, 'Home', 1)",
    "INSERT INTO delivery_zone_country (zone_id, country, province) VALUES (6, 'DE', '')",
    "INSERT INTO delivery_method (zone_id, handle, title, currency, rate_minor, position) \
     VALUES (6, 'parcel', 'Parcel', 'EUR', 490, 1)",
    "INSERT INTO event (entity, entity_id, entity_seq, kind, payload, created_at) \
     VALUES ('product', 7, 1, 'product.created', '{\"version\": 1}', {T})",
];

async fn filled_by_the_first_release() -> TestDatabase {
    let database = TestDatabase::blank().await;
    let connection = Database::connect(database.url()).await.unwrap();
    Migrator::up(&connection, Some(FIRST_RELEASE)).await.unwrap();
    let bytes = if database.url().starts_with("sqlite") { "X'00'" } else { "'\\x00'" };
    for row in ROWS {
        let row = row.replace("{T}", "'2026-11-01T10:00:00+00:00'").replace("{B}", bytes);
        connection.execute_unprepared(&row).await.unwrap_or_else(|error| panic!("{row}: {error}"));
    }
    connection.close().await.unwrap();
    database
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_of_the_first_release_goes_on() {
    let shop = TestShop::serve(filled_by_the_first_release().await, |_| {}).await;
    assert!(shop.app.db.pending_migrations().await.unwrap() > 0);
    shop.app.db.migrate().await.unwrap();
    assert_eq!(shop.app.db.pending_migrations().await.unwrap(), 0);
    let page = "{ shop { name } localization { country { isoCode } market { handle } }
        product(handle: \"jug\") { title totalInventory priceRange { minVariantPrice { amount currencyCode } }
          variants(first: 5) { nodes { title availableForSale price { amount } selectedOptions { name value } } } } }";
    let data = shop.ask(page, json!({})).await;
    assert_eq!(data["shop"]["name"], "Old shop");
    assert_eq!(data["localization"]["country"]["isoCode"], "DE");
    assert_eq!(
        data["product"],
        json!({
            "title": "Jug", "totalInventory": 3,
            "priceRange": { "minVariantPrice": { "amount": "10.0", "currencyCode": "EUR" } },
            "variants": { "nodes": [
                { "title": "Small", "availableForSale": true, "price": { "amount": "10.0" },
                  "selectedOptions": [{ "name": "Size", "value": "Small" }] },
                { "title": "Large", "availableForSale": false, "price": { "amount": "15.0" },
                  "selectedOptions": [{ "name": "Size", "value": "Large" }] },
            ] },
        })
    );
    let found = shop.ask(
        "{ search(query: \"jug\", first: 5) { totalCount nodes { ... on Product { handle } } } }",
        json!({}),
    );
    assert_eq!(found.await["search"], json!({ "totalCount": 1, "nodes": [{ "handle": "jug" }] }));
    let cart = shop.cart_with("gid://shopify/ProductVariant/11", 2).await;
    assert_eq!(cart["userErrors"], json!([]));
    assert_eq!(cart["cart"]["totalQuantity"], 2);
    let order = shop.orders().await.remove(0);
    assert_eq!((order.total_minor, order.shipping_discount_minor, order.market_id), (1_490, 0, None));
    let cart = shop.ready_cart("gid://shopify/ProductVariant/11", 1, "manual").await;
    let group = shop.cart(&cart.id).await["deliveryGroups"]["nodes"][0].clone();
    assert_eq!(group["selectedDeliveryOption"]["handle"], "parcel", "it delivers as it did");
    assert_eq!(group["deliveryOptions"][0]["estimatedCost"]["amount"], "4.9");
}
