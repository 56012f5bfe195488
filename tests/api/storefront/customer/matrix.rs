//! Who reads what: every field of a customer, of an order and of a cart's identity, tried by a stranger, by its owner and
//! by another customer.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

/// A word of Bob's that nobody else may ever read.
const CANARY: &str = "canary";

struct People {
    shop: TestShop,
    ada: String,
    bob: String,
    bobs_order: String,
    bobs_address: String,
    bobs_cart: String,
    bobs_id: String,
}

/// Ada and Bob, each signed in; Bob has an address, an order and a cart.
async fn people() -> People {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let (_, ada) = shop.signed_in("ada@example.com").await;
    let made = shop
        .sign_up(json!({ "email": "canary@example.com", "password": super::PASSWORD,
            "firstName": "Canaryfirst", "lastName": "Canarylast", "phone": "+4930901820" }))
        .await;
    let bobs_id = made["customer"]["id"].as_str().unwrap().to_owned();
    let bob = shop.sign_in("canary@example.com", super::PASSWORD).await;
    let address = "mutation($token: String!) { customerAddressCreate(customerAccessToken: $token, address: {
        address1: \"Canary Street 7\", city: \"Canaryville\", country: \"DE\" }) { customerAddress { id } } }";
    let address = shop.ask(address, json!({ "token": bob })).await;
    let bobs_address = address["customerAddressCreate"]["customerAddress"]["id"].as_str().unwrap().to_owned();
    let bobs_order = shop.order_as(&shop.variant_id("mug").await, "canary@example.com", Some(&bob)).await;
    let cart = shop.make_cart(json!({ "buyerIdentity": { "customerAccessToken": bob } })).await;
    let bobs_cart = cart["id"].as_str().unwrap().to_owned();
    People { shop, ada, bob, bobs_order, bobs_address, bobs_cart, bobs_id }
}

fn shows_nothing(what: &str, answer: &Value) {
    let text = answer["data"].to_string().to_lowercase();
    assert!(!text.contains(CANARY) && !text.contains("901820"), "{what}: {answer:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_another_customer_by_a_token_or_an_id() {
    let people = people().await;
    let shop = &people.shop;
    let own = shop.me(&people.bob).await.to_string().to_lowercase();
    assert!(own.contains(CANARY) && own.contains("901820"), "the canary is there to be found: {own}");
    let customer_fields = "id email firstName lastName displayName phone acceptsMarketing tags createdAt updatedAt
        numberOfOrders avatarUrl defaultAddress { address1 } addresses(first: 5) { nodes { id address1 city } }
        orders(first: 5) { nodes { id name email statusUrl shippingAddress { lastName city } } }";
    let query =
        format!("query($token: String!) {{ customer(customerAccessToken: $token) {{ {customer_fields} }} }}");
    let almost = format!("{}x", people.bob);
    let upper = people.bob.to_uppercase();
    for token in
        ["", "wrong", people.bobs_id.as_str(), almost.as_str(), upper.as_str(), "' OR 1=1 --", &people.ada]
    {
        let answer = shop.send(&query, json!({ "token": token })).await;
        assert!(answer.get("errors").is_none(), "{answer:#}");
        shows_nothing(token, &answer);
        assert_eq!(answer["data"]["customer"].is_null(), token != people.ada.as_str());
    }
    let node = "query($id: ID!) { node(id: $id) { __typename ... on Order { name email phone shippingAddress { city }
        customerUrl lineItems(first: 5) { nodes { title } } } ... on MailingAddress { address1 city } } }";
    let with_buyer = node.replace(
        "($id: ID!)",
        "($id: ID!, $token: String!) @inContext(buyer: { customerAccessToken: $token })",
    );
    let order_number = people.bobs_order.split('?').next().unwrap().to_owned();
    let ids = [
        people.bobs_id.clone(),
        people.bobs_address.clone(),
        people.bobs_address.split('?').next().unwrap().to_owned(),
        people.bobs_address.replace("CustomerAddress", "Address"),
        order_number.clone(),
        format!("{order_number}?key="),
        format!("{order_number}?key=wrong"),
    ];
    for id in &ids {
        let answer = shop.send(node, json!({ "id": id })).await;
        shows_nothing(id, &answer);
        for token in [people.ada.as_str(), "wrong"] {
            let answer = shop.send(&with_buyer, json!({ "id": id, "token": token })).await;
            shows_nothing(id, &answer);
        }
    }
    // Bob reads his address by its id in his own context, and his order by its key.
    let own = shop.ask(&with_buyer, json!({ "id": people.bobs_address, "token": people.bob })).await;
    assert_eq!(own["node"]["address1"], "Canary Street 7");
    let own = shop.ask(node, json!({ "id": people.bobs_order })).await;
    assert_eq!(own["node"]["email"], "canary@example.com");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_changes_what_is_another_customers() {
    let people = people().await;
    let shop = &people.shop;
    let before = shop.me(&people.bob).await;
    for (mutation, is_address) in [
        ("customerAddressUpdate(customerAccessToken: $token, id: $id, address: { city: \"X\" })", true),
        ("customerAddressDelete(customerAccessToken: $token, id: $id)", true),
        ("customerDefaultAddressUpdate(customerAccessToken: $token, addressId: $id)", true),
        ("customerReset(id: $id, input: { resetToken: $token, password: \"a lovely sentence\" })", false),
        (
            "customerActivate(id: $id, input: { activationToken: $token, password: \"a lovely sentence\" })",
            false,
        ),
    ] {
        let query = format!(
            "mutation($token: String!, $id: ID!) {{ {mutation} {{ customerUserErrors {{ code }} }} }}"
        );
        let id = if is_address { &people.bobs_address } else { &people.bobs_id };
        for token in [people.ada.as_str(), "wrong"] {
            let answer = shop.send(&query, json!({ "token": token, "id": id })).await;
            let name = mutation.split('(').next().unwrap();
            let errors = answer["data"][name]["customerUserErrors"].as_array().unwrap();
            assert_eq!(errors.len(), 1, "{name}: {answer:#}");
            shows_nothing(name, &answer);
        }
    }
    assert_eq!(shop.me(&people.bob).await, before, "nothing has changed");
    assert!(shop.is_valid(&people.bob).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_shows_its_customer_to_who_knows_its_id_only() {
    let people = people().await;
    let shop = &people.shop;
    let query = "query($id: ID!) { cart(id: $id) { buyerIdentity { email phone customer { email firstName
        orders(first: 5) { nodes { name email } } addresses(first: 5) { nodes { city } } } } } }";
    let own = shop.ask(query, json!({ "id": people.bobs_cart })).await;
    assert_eq!(own["cart"]["buyerIdentity"]["customer"]["email"], "canary@example.com");
    let adas = shop.make_cart(json!({ "buyerIdentity": { "customerAccessToken": people.ada } })).await;
    let adas = adas["id"].as_str().unwrap().to_owned();
    let guess = format!("{}x", people.bobs_cart);
    for id in [adas.as_str(), guess.as_str(), "gid://shopify/Cart/1"] {
        shows_nothing(id, &shop.send(query, json!({ "id": id })).await);
    }
    // Copying Bob's address needs Bob: his token in a cart of Ada's makes it Bob's cart, hers in his makes it hers.
    let steal = json!([{ "address": { "copyFromCustomerAddressId": people.bobs_address } }]);
    let arguments = [("cartId", "ID!", json!(adas)), ("addresses", "[CartSelectableAddressInput!]!", steal)];
    let refused = shop.change_cart("cartDeliveryAddressesAdd", &arguments).await;
    assert_eq!(refused["userErrors"][0]["code"], "INVALID_DELIVERY_ADDRESS_ID");
    shows_nothing("copy", &json!({ "data": refused }));
    let clone = "mutation($id: ID!) { cartClone(cartId: $id) { cart { buyerIdentity { email customer { email } } } } }";
    let cloned = shop.send(clone, json!({ "id": people.bobs_cart })).await;
    shows_nothing("clone", &cloned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_about_accounts_are_the_same_for_known_and_unknown_addresses() {
    let people = people().await;
    let shop = &people.shop;
    shop.order_as(&shop.variant_id("mug").await, "guest@example.com", None).await;
    let mut answers = Vec::new();
    for email in ["canary@example.com", "guest@example.com", "nobody@example.com"] {
        answers.push(shop.try_sign_in(email, "a wrong sentence").await);
        shop.recover(email).await;
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}
