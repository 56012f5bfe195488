//! What a cart says besides its lines: note, words of the front end, buyer, bill, codes.

use entity::cart;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::secret;

use crate::support::TestShop;

async fn change(shop: &TestShop, mutation: &str, cart: &str, argument: (&str, &str, Value)) -> Value {
    let payload = shop.change_cart(mutation, &[("cartId", "ID!", json!(cart)), argument]).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    assert_eq!(shop.cart(cart).await, payload["cart"]);
    payload["cart"].clone()
}

async fn new_cart(shop: &TestShop) -> String {
    shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned()
}

/// The row of a cart.
async fn row(shop: &TestShop, id: &str) -> cart::Model {
    let hash = secret::hash_token(id.trim_start_matches("gid://shopify/Cart/"));
    let row = cart::Entity::find().filter(cart::Column::TokenHash.eq(hash));
    row.one(shop.app.db.fresh()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_is_set_and_taken_out() {
    let shop = TestShop::open().await;
    let cart = new_cart(&shop).await;
    let longest = "ß".repeat(5_000);
    for (note, expected) in [
        (json!("Ring twice\n<b>& knock</b>"), json!("Ring twice\n<b>& knock</b>")),
        (json!(longest), json!(longest)),
        (json!(""), Value::Null),
        (json!("again"), json!("again")),
        (Value::Null, Value::Null),
    ] {
        assert_eq!(change(&shop, "cartNoteUpdate", &cart, ("note", "String", note)).await["note"], expected);
    }
    change(&shop, "cartNoteUpdate", &cart, ("note", "String", json!("kept"))).await;
    let too_long = ("note", "String", json!("x".repeat(5_001)));
    shop.refuses(&cart, "cartNoteUpdate", too_long, &[("NOTE_TOO_LONG", "note")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zero_byte_in_a_text_is_no_internal_error() {
    let shop = TestShop::open().await;
    let id = new_cart(&shop).await;
    let before = shop.cart(&id).await;
    // PostgreSQL keeps none: it must be the caller's mistake, not ours.
    for query in [
        "mutation($id: ID!, $text: String!) { cartNoteUpdate(cartId: $id, note: $text) { userErrors { code } } }",
        "mutation($id: ID!, $text: String!) { cartAttributesUpdate(cartId: $id, attributes: [{ key: \"a\", value: $text }]) {
            userErrors { code } } }",
        "mutation($id: ID!, $text: String!) { cartDeliveryAddressesAdd(cartId: $id, addresses: [{ address: {
            deliveryAddress: { city: $text, countryCode: DE } } }]) { userErrors { code } } }",
        "mutation($id: ID!, $text: String!) { cartSubmitForCompletion(cartId: $id, attemptToken: $text) { userErrors { code } } }",
        "query($id: ID!, $text: String!) { cart(id: $id) { id } product(handle: $text) { id } }",
        "query($id: ID!, $text: String!) { cart(id: $id) { id } products(first: 1, query: $text) { nodes { id } } }",
    ] {
        let answer = shop.send(query, json!({ "id": id, "text": "a\u{0}b" })).await;
        assert_ne!(answer["errors"][0]["extensions"]["code"], "INTERNAL_ERROR", "{query}");
    }
    let literal =
        "mutation($id: ID!) { cartNoteUpdate(cartId: $id, note: \"a\\u0000b\") { userErrors { code } } }";
    let answer = shop.send(literal, json!({ "id": id })).await;
    assert_ne!(answer["errors"][0]["extensions"]["code"], "INTERNAL_ERROR");
    assert_eq!(shop.cart(&id).await["lines"], before["lines"], "the cart can still be read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attributes_are_replaced_as_a_whole() {
    let shop = TestShop::open().await;
    let cart = new_cart(&shop).await;
    let kind = "[AttributeInput!]!";
    for attributes in [
        json!([{ "key": "b", "value": "2" }, { "key": "a", "value": "" }]),
        json!([{ "key": "k".repeat(255), "value": "v".repeat(5_000) }]),
        json!([]),
    ] {
        let changed =
            change(&shop, "cartAttributesUpdate", &cart, ("attributes", kind, attributes.clone())).await;
        assert_eq!(changed["attributes"], attributes);
    }
    let kept = json!([{ "key": "a", "value": "1" }]);
    change(&shop, "cartAttributesUpdate", &cart, ("attributes", kind, kept)).await;
    let many: Vec<Value> = (0..101).map(|key| json!({ "key": key.to_string(), "value": "x" })).collect();
    for attributes in [
        json!([{ "key": "", "value": "x" }]),
        json!([{ "key": "k".repeat(256), "value": "x" }]),
        json!([{ "key": "k", "value": "v".repeat(5_001) }]),
        json!(many),
    ] {
        let argument = ("attributes", kind, attributes);
        shop.refuses(&cart, "cartAttributesUpdate", argument, &[("INVALID", "attributes")]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_buyers_identity_keeps_what_is_left_out() {
    let shop = TestShop::open().await;
    let cart = new_cart(&shop).await;
    let kind = "CartBuyerIdentityInput!";
    let set =
        |identity: Value| change(&shop, "cartBuyerIdentityUpdate", &cart, ("buyerIdentity", kind, identity));
    let first =
        set(json!({ "email": " ada@example.com ", "phone": "+49 (30) 123-45", "countryCode": "US" })).await;
    let expected = json!({ "email": "ada@example.com", "phone": "+49 (30) 123-45", "countryCode": "US", "preferences": null });
    assert_eq!(first["buyerIdentity"], expected);
    let second =
        set(json!({ "preferences": { "delivery": { "deliveryMethod": ["PICK_UP", "SHIPPING"] } } })).await;
    let mut expected = expected;
    expected["preferences"] = json!({ "wallet": null, "delivery": { "deliveryMethod": ["PICK_UP", "SHIPPING"], "pickupHandle": [] } });
    assert_eq!(second["buyerIdentity"], expected);
    let third = set(json!({ "email": "", "countryCode": "DE" })).await;
    (expected["email"], expected["countryCode"]) = (Value::Null, json!("DE"));
    assert_eq!(third["buyerIdentity"], expected);
    assert_eq!(set(json!({})).await["buyerIdentity"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_that_makes_no_sense_is_refused() {
    let shop = TestShop::open().await;
    let cart = new_cart(&shop).await;
    let kind = "CartBuyerIdentityInput!";
    let kept = json!({ "email": "ada@example.com", "phone": "123" });
    change(&shop, "cartBuyerIdentityUpdate", &cart, ("buyerIdentity", kind, kept)).await;
    let long = format!("{}@example.com", "a".repeat(250));
    for email in
        ["ada", "@example.com", "ada@example", "a b@example.com", "ada@example.com\r\nBcc: x@y.z", &long]
    {
        let argument = ("buyerIdentity", kind, json!({ "email": email, "countryCode": "US" }));
        shop.refuses(&cart, "cartBuyerIdentityUpdate", argument, &[("INVALID", "buyerIdentity.email")]).await;
    }
    for (identity, code, field) in [
        (json!({ "phone": "call me" }), "INVALID", "buyerIdentity.phone"),
        (json!({ "phone": "1".repeat(41) }), "INVALID", "buyerIdentity.phone"),
        (json!({ "customerAccessToken": "x" }), "INVALID", "buyerIdentity.customerAccessToken"),
        (
            json!({ "companyLocationId": "gid://shopify/CompanyLocation/1" }),
            "INVALID_COMPANY_LOCATION",
            "buyerIdentity.companyLocationId",
        ),
    ] {
        let argument = ("buyerIdentity", kind, identity);
        shop.refuses(&cart, "cartBuyerIdentityUpdate", argument, &[(code, field)]).await;
    }
    let both = ("buyerIdentity", kind, json!({ "email": "ada", "phone": "?" }));
    let expected = [("INVALID", "buyerIdentity.email"), ("INVALID", "buyerIdentity.phone")];
    shop.refuses(&cart, "cartBuyerIdentityUpdate", both, &expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_billing_address_is_set_and_taken_out() {
    let shop = TestShop::open().await;
    let cart = new_cart(&shop).await;
    let kind = "MailingAddressInput";
    let berlin = json!({ "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
        "zip": "10115", "country": "Germany" });
    change(&shop, "cartBillingAddressUpdate", &cart, ("billingAddress", kind, berlin)).await;
    let kept = row(&shop, &cart).await.billing_address.unwrap();
    assert_eq!((&kept["city"], &kept["country_code"]), (&json!("Berlin"), &json!("DE")));
    for (address, field) in [
        (json!({ "city": "Berlin" }), "countryCode"),
        (json!({ "city": "<b>x</b>", "country": "DE" }), "city"),
        (json!({ "country": "Atlantis" }), "countryCode"),
    ] {
        let argument = ("billingAddress", kind, address);
        let field = format!("billingAddress.{field}");
        shop.refuses(&cart, "cartBillingAddressUpdate", argument, &[("INVALID", &field)]).await;
        assert_eq!(row(&shop, &cart).await.billing_address, Some(kept.clone()));
    }
    change(&shop, "cartBillingAddressUpdate", &cart, ("billingAddress", kind, Value::Null)).await;
    assert_eq!(row(&shop, &cart).await.billing_address, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_were_typed_in_are_kept_and_apply_to_nothing() {
    let shop = TestShop::open().await;
    let input = json!({ "discountCodes": ["NOPE", "100%"] });
    let payload = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    let expected = json!([{ "code": "NOPE", "applicable": false }, { "code": "100%", "applicable": false }]);
    assert_eq!(payload["cart"]["discountCodes"], expected);
    let codes: Vec<&Value> =
        payload["warnings"].as_array().unwrap().iter().map(|warning| &warning["code"]).collect();
    assert_eq!(codes, [&json!("DISCOUNT_NOT_FOUND"), &json!("DISCOUNT_NOT_FOUND")]);
    assert_eq!(payload["warnings"][0]["target"], payload["cart"]["id"]);
    assert_eq!(shop.cart(payload["cart"]["id"].as_str().unwrap()).await["discountCodes"], expected);
}
