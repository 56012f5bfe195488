//! The customer behind a cart.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop, refusals};

const IDENTITY: &str = "cart { id buyerIdentity { email phone countryCode customer { id email
    orders(first: 5) { nodes { name } } defaultAddress { city } } }
    delivery { addresses { selected address { ... on CartDeliveryAddress { city countryCode } } } } }
    userErrors { code field message }";

async fn identify(shop: &TestShop, cart: &str, identity: Value) -> Value {
    let query = format!(
        "mutation($cart: ID!, $identity: CartBuyerIdentityInput!) {{
         cartBuyerIdentityUpdate(cartId: $cart, buyerIdentity: $identity) {{ {IDENTITY} }} }}"
    );
    shop.ask(&query, json!({ "cart": cart, "identity": identity })).await["cartBuyerIdentityUpdate"].clone()
}

async fn customer_of(shop: &TestShop, cart: &str) -> Value {
    let query = "query($id: ID!) { cart(id: $id) { buyerIdentity { customer { id email } email } } }";
    shop.ask(query, json!({ "id": cart })).await["cart"]["buyerIdentity"].clone()
}

async fn new_cart(shop: &TestShop) -> String {
    shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned()
}

async fn sign_out(shop: &TestShop, token: &str) {
    let query = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) { deletedAccessToken } }";
    shop.ask(query, json!({ "token": token })).await;
}

async fn have_address(shop: &TestShop, token: &str, address: Value) -> String {
    let query = "mutation($token: String!, $address: MailingAddressInput!) {
        customerAddressCreate(customerAccessToken: $token, address: $address) { customerAddress { id } } }";
    let made = shop.ask(query, json!({ "token": token, "address": address })).await;
    made["customerAddressCreate"]["customerAddress"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_names_the_customer_and_null_takes_them_out() {
    let shop = TestShop::open().await;
    let (id, token) = shop.signed_in("ada@example.com").await;
    let cart = new_cart(&shop).await;
    let named = identify(&shop, &cart, json!({ "customerAccessToken": token })).await;
    assert_eq!(named["userErrors"], json!([]));
    let identity = &named["cart"]["buyerIdentity"];
    assert_eq!((&identity["customer"]["id"], &identity["email"]), (&json!(id), &json!("ada@example.com")));
    let kept = identify(&shop, &cart, json!({ "countryCode": "DE" })).await;
    assert_eq!(kept["cart"]["buyerIdentity"]["customer"]["id"], id, "what is left out stays");
    let other = identify(&shop, &cart, json!({ "email": "work@example.com" })).await;
    assert_eq!(other["cart"]["buyerIdentity"]["email"], "work@example.com");
    let out = identify(&shop, &cart, json!({ "customerAccessToken": null })).await;
    let identity = &out["cart"]["buyerIdentity"];
    assert_eq!((&identity["customer"], &identity["email"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_is_refused_and_changes_nothing() {
    let shop = TestShop::open().await;
    let (id, token) = shop.signed_in("ada@example.com").await;
    let cart = new_cart(&shop).await;
    identify(&shop, &cart, json!({ "customerAccessToken": token })).await;
    let old = shop.sign_in("ada@example.com", super::PASSWORD).await;
    sign_out(&shop, &old).await;
    for wrong in ["never was one", old.as_str()] {
        let refused =
            identify(&shop, &cart, json!({ "customerAccessToken": wrong, "email": "eve@example.com" })).await;
        assert_eq!(refusals(&refused), [("INVALID", "buyerIdentity.customerAccessToken".to_owned())]);
        assert_eq!(refused["cart"], Value::Null);
    }
    let kept = customer_of(&shop, &cart).await;
    assert_eq!((&kept["customer"]["id"], &kept["email"]), (&json!(id), &json!("ada@example.com")));
    let input = json!({ "buyerIdentity": { "customerAccessToken": "wrong" } });
    let created = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
    assert_eq!(refusals(&created), [("INVALID", "input.buyerIdentity.customerAccessToken".to_owned())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_closes_the_account_in_carts_too() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let address = have_address(&shop, &token, json!({ "city": "Berlin", "country": "DE" })).await;
    let cart = new_cart(&shop).await;
    identify(&shop, &cart, json!({ "customerAccessToken": token })).await;
    sign_out(&shop, &token).await;
    assert_eq!(customer_of(&shop, &cart).await["customer"], Value::Null);
    let copy = json!([{ "address": { "copyFromCustomerAddressId": address } }]);
    let arguments = [("cartId", "ID!", json!(cart)), ("addresses", "[CartSelectableAddressInput!]!", copy)];
    let refused = shop.change_cart("cartDeliveryAddressesAdd", &arguments).await;
    let field = "addresses.0.address.copyFromCustomerAddressId".to_owned();
    assert_eq!(refusals(&refused), [("INVALID_DELIVERY_ADDRESS_ID", field)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_copied_from_the_customers_own_book_only() {
    let shop = TestShop::open().await;
    let (_, token) = shop.signed_in("ada@example.com").await;
    let (_, eve) = shop.signed_in("eve@example.com").await;
    let address = have_address(&shop, &token, json!({ "city": "Berlin", "country": "DE" })).await;
    let abroad = have_address(&shop, &token, json!({ "city": "Nowhere" })).await;
    let add = |cart: String, address: String| {
        let copy = json!([{ "selected": true, "address": { "copyFromCustomerAddressId": address } }]);
        let shop = &shop;
        async move {
            let arguments =
                [("cartId", "ID!", json!(cart)), ("addresses", "[CartSelectableAddressInput!]!", copy)];
            shop.change_cart("cartDeliveryAddressesAdd", &arguments).await
        }
    };
    let field = "addresses.0.address.copyFromCustomerAddressId".to_owned();
    let refused = [("INVALID_DELIVERY_ADDRESS_ID", field)];
    let cart = new_cart(&shop).await;
    assert_eq!(refusals(&add(cart.clone(), address.clone()).await), refused, "nobody is signed in");
    identify(&shop, &cart, json!({ "customerAccessToken": eve })).await;
    assert_eq!(refusals(&add(cart.clone(), address.clone()).await), refused, "somebody else is");
    identify(&shop, &cart, json!({ "customerAccessToken": token })).await;
    let copied = add(cart.clone(), address.clone()).await;
    assert_eq!(copied["cart"]["delivery"]["addresses"][0]["address"]["city"], "Berlin", "{copied:#}");
    let faulty = add(cart.clone(), abroad).await;
    let field = "addresses.0.address.deliveryAddress.countryCode".to_owned();
    assert_eq!(refusals(&faulty), [("ADDRESS_FIELD_IS_REQUIRED", field)]);
    let input = json!({ "buyerIdentity": { "customerAccessToken": token },
        "delivery": { "addresses": [{ "address": { "copyFromCustomerAddressId": address } }] } });
    let made = shop.make_cart(input).await;
    assert_eq!(made["delivery"]["addresses"][0]["address"]["countryCode"], "DE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_buyer_in_context_is_the_buyer_of_a_new_cart() {
    let shop = TestShop::open().await;
    let (id, token) = shop.signed_in("ada@example.com").await;
    let query = format!(
        "mutation($token: String!) @inContext(buyer: {{ customerAccessToken: $token }}) {{ cartCreate {{ {IDENTITY} }} }}"
    );
    let made = shop.ask(&query, json!({ "token": token })).await["cartCreate"].clone();
    assert_eq!(made["cart"]["buyerIdentity"]["customer"]["id"], id, "{made:#}");
    let refused = shop.ask(&query, json!({ "token": "wrong" })).await["cartCreate"].clone();
    assert_eq!(refusals(&refused), [("INVALID", "input.buyerIdentity.customerAccessToken".to_owned())]);
    // Reading is not refused: the answer is a stranger's.
    let read = "query($token: String!) @inContext(buyer: { customerAccessToken: $token }) { shop { name } }";
    assert_eq!(shop.ask(read, json!({ "token": "wrong" })).await["shop"]["name"], "My shop");
}
