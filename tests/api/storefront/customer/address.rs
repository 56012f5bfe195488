//! The address book.

use entity::customer_address;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::customer::MAX_ADDRESSES;

use super::is_refused;
use crate::support::TestShop;

const ADDRESS: &str =
    "id firstName lastName address1 address2 city province provinceCode country countryCodeV2 zip phone
    formatted name";

async fn create(shop: &TestShop, token: &str, address: Value) -> Value {
    let query = format!(
        "mutation($token: String!, $address: MailingAddressInput!) {{
         customerAddressCreate(customerAccessToken: $token, address: $address) {{ customerAddress {{ {ADDRESS} }}
         customerUserErrors {{ code field message }} userErrors {{ field }} }} }}"
    );
    shop.ask(&query, json!({ "token": token, "address": address })).await["customerAddressCreate"].clone()
}

async fn update(shop: &TestShop, token: &str, id: &str, address: Value) -> Value {
    let query = format!(
        "mutation($token: String!, $id: ID!, $address: MailingAddressInput!) {{
         customerAddressUpdate(customerAccessToken: $token, id: $id, address: $address) {{ customerAddress {{ {ADDRESS} }}
         customerUserErrors {{ code field message }} userErrors {{ field }} }} }}"
    );
    let variables = json!({ "token": token, "id": id, "address": address });
    shop.ask(&query, variables).await["customerAddressUpdate"].clone()
}

async fn delete(shop: &TestShop, token: &str, id: &str) -> Value {
    let query =
        "mutation($token: String!, $id: ID!) { customerAddressDelete(customerAccessToken: $token, id: $id) {
        deletedCustomerAddressId customerUserErrors { code field } userErrors { field } } }";
    shop.ask(query, json!({ "token": token, "id": id })).await["customerAddressDelete"].clone()
}

async fn make_default(shop: &TestShop, token: &str, id: &str) -> Value {
    let query = "mutation($token: String!, $id: ID!) {
        customerDefaultAddressUpdate(customerAccessToken: $token, addressId: $id) {
        customer { defaultAddress { id } } customerUserErrors { code field } userErrors { field } } }";
    shop.ask(query, json!({ "token": token, "id": id })).await["customerDefaultAddressUpdate"].clone()
}

fn id(payload: &Value) -> String {
    payload["customerAddress"]["id"].as_str().unwrap_or_else(|| panic!("{payload:#}")).to_owned()
}

fn toronto() -> Value {
    json!({ "firstName": "Ada", "lastName": "Lovelace", "address1": "1 King St", "address2": "Floor 2",
        "city": "Toronto", "province": "Ontario", "country": "canada", "zip": "M5H", "phone": "+1 416 555 0100" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_added_changed_chosen_and_taken_out() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let made = create(&shop, &token, toronto()).await;
    let first = id(&made);
    assert!(first.ends_with("?model_name=CustomerAddress"), "{first}");
    let expected = json!({ "id": first, "firstName": "Ada", "lastName": "Lovelace", "address1": "1 King St",
        "address2": "Floor 2", "city": "Toronto", "province": "Ontario", "provinceCode": "ON", "country": "Canada",
        "countryCodeV2": "CA", "zip": "M5H", "phone": "+1 416 555 0100", "name": "Ada Lovelace",
        "formatted": ["1 King St", "Floor 2", "Toronto ON M5H", "Canada"] });
    assert_eq!(made["customerAddress"], expected);
    let second = id(&create(&shop, &token, json!({ "city": "Berlin", "country": "DE" })).await);
    let me = shop.me(&token).await;
    assert_eq!(me["defaultAddress"]["id"], first, "the first one is the default");
    let nodes = json!([{ "id": first, "city": "Toronto" }, { "id": second, "city": "Berlin" }]);
    assert_eq!(me["addresses"]["nodes"], nodes);

    let changed = update(&shop, &token, &second, json!({ "city": "Bonn", "zip": "53111" })).await;
    assert_eq!(changed["customerAddress"]["city"], "Bonn");
    assert_eq!(changed["customerAddress"]["countryCodeV2"], "DE", "what is left out stays");
    let emptied = update(&shop, &token, &second, json!({ "zip": "" })).await;
    assert_eq!(emptied["customerAddress"]["zip"], Value::Null);
    let chosen = make_default(&shop, &token, &second).await;
    assert_eq!(chosen["customer"]["defaultAddress"]["id"], second);
    // Clients also send ids without what follows the question mark.
    let plain = second.split('?').next().unwrap();
    let gone = delete(&shop, &token, plain).await;
    assert_eq!(
        gone,
        json!({ "deletedCustomerAddressId": plain, "customerUserErrors": [], "userErrors": [] })
    );
    assert_eq!(shop.me(&token).await["defaultAddress"]["id"], first, "the oldest other one takes its place");
    delete(&shop, &token, &first).await;
    let me = shop.me(&token).await;
    assert_eq!((&me["defaultAddress"], &me["addresses"]["nodes"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faulty_addresses_are_refused_and_change_nothing() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let kept = id(&create(&shop, &token, toronto()).await);
    for (address, code, field) in [
        (json!({}), "BLANK", "address"),
        (json!({ "city": "  " }), "BLANK", "address"),
        (json!({ "city": "<b>x</b>" }), "CONTAINS_HTML_TAGS", "address.city"),
        (json!({ "company": "see http://x" }), "CONTAINS_URL", "address.company"),
        (json!({ "address1": "x".repeat(256) }), "TOO_LONG", "address.address1"),
        (json!({ "city": "X", "country": "Atlantis" }), "INVALID", "address.country"),
        (json!({ "city": "X", "country": "US", "province": "Atlantis" }), "INVALID", "address.province"),
        (toronto(), "TAKEN", "address"),
    ] {
        let refused = create(&shop, &token, address.clone()).await;
        is_refused(&refused, code, field);
        assert_eq!(refused["customerAddress"], Value::Null);
        assert_eq!(refused["userErrors"].as_array().unwrap().len(), 1);
    }
    let other = id(&create(&shop, &token, json!({ "city": "Berlin" })).await);
    is_refused(&update(&shop, &token, &other, toronto()).await, "TAKEN", "address");
    is_refused(
        &update(&shop, &token, &other, json!({ "country": "Atlantis" })).await,
        "INVALID",
        "address.country",
    );
    is_refused(&create(&shop, "wrong", toronto()).await, "TOKEN_INVALID", "customerAccessToken");
    for wrong in ["gid://shopify/MailingAddress/999", "rubbish", &kept.replace("CustomerAddress", "Address")]
    {
        is_refused(&update(&shop, &token, wrong, json!({ "city": "X" })).await, "NOT_FOUND", "id");
        is_refused(&delete(&shop, &token, wrong).await, "NOT_FOUND", "id");
        is_refused(&make_default(&shop, &token, wrong).await, "NOT_FOUND", "addressId");
    }
    let me = shop.me(&token).await;
    assert_eq!(me["defaultAddress"]["id"], kept);
    assert_eq!(me["addresses"]["nodes"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_book_holds_a_hundred_addresses_and_no_more() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    for number in 0..MAX_ADDRESSES {
        id(&create(&shop, &token, json!({ "address1": format!("Street {number}") })).await);
    }
    is_refused(&create(&shop, &token, json!({ "address1": "one more" })).await, "INVALID", "address");
    let count = customer_address::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    assert_eq!(count, u64::try_from(MAX_ADDRESSES).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_book_lead_on() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    for city in ["A", "B", "C"] {
        create(&shop, &token, json!({ "city": city })).await;
    }
    let query = "query($token: String!, $after: String) { customer(customerAccessToken: $token) {
        addresses(first: 2, after: $after) { edges { cursor node { city } } pageInfo { hasNextPage endCursor } } } }";
    let first = shop.ask(query, json!({ "token": token })).await["customer"]["addresses"].clone();
    assert_eq!(first["edges"][1]["node"]["city"], "B");
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let after = first["pageInfo"]["endCursor"].clone();
    let second =
        shop.ask(query, json!({ "token": token, "after": after })).await["customer"]["addresses"].clone();
    assert_eq!(second["edges"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&second["edges"][0]["node"]["city"], &second["pageInfo"]["hasNextPage"]),
        (&json!("C"), &json!(false))
    );
    let none =
        "query($token: String!) { customer(customerAccessToken: $token) { addresses { nodes { id } } } }";
    assert_eq!(shop.error_code(none, json!({ "token": token })).await, "BAD_PAGE");
}
