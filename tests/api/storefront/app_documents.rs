//! Documents in the manner of the kits for apps on telephones: customers and carts. Each must answer without an error.

use serde_json::{Value, json};

use super::documents::{send, shop_with_mug};

/// A field that must be there and no refusal beside it.
pub(super) fn done(payload: &Value, field: &str) -> Value {
    for errors in ["customerUserErrors", "userErrors"] {
        assert!(payload.get(errors).is_none_or(|errors| *errors == json!([])), "{payload:#}");
    }
    assert!(!payload[field].is_null(), "{payload:#}");
    payload[field].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_of_an_app_signs_up_and_keeps_addresses() {
    let (shop, _) = shop_with_mug().await;
    let ask = async |query: &str, variables: Value| {
        let data = send(&shop, "2026-04/graphql", query, variables).await;
        data.as_object().unwrap().values().next().unwrap().clone()
    };
    let refused = "customerUserErrors { __typename code field message }";
    let create = format!(
        "mutation($input: CustomerCreateInput!) {{ customerCreate(input: $input) {{
        customer {{ __typename id email firstName lastName phone acceptsMarketing }} {refused} }} }}"
    );
    let input = json!({ "email": "ada@example.com", "password": "a lovely sentence", "firstName": "Ada",
        "lastName": "Byron", "acceptsMarketing": true });
    done(&ask(&create, json!({ "input": input })).await, "customer");
    let sign_in = format!(
        "mutation($input: CustomerAccessTokenCreateInput!) {{ customerAccessTokenCreate(input: $input) {{
        customerAccessToken {{ __typename accessToken expiresAt }} {refused} }} }}"
    );
    let input = json!({ "email": "ada@example.com", "password": "a lovely sentence" });
    let token =
        done(&ask(&sign_in, json!({ "input": input })).await, "customerAccessToken")["accessToken"].clone();
    let renew = "mutation($token: String!) { customerAccessTokenRenew(customerAccessToken: $token) {
        customerAccessToken { accessToken expiresAt } userErrors { field message } } }";
    let token = match done(&ask(renew, json!({ "token": token })).await, "customerAccessToken")["accessToken"]
        .clone()
    {
        Value::Null => token,
        renewed => renewed,
    };
    let update = format!(
        "mutation($token: String!, $customer: CustomerUpdateInput!) {{
        customerUpdate(customerAccessToken: $token, customer: $customer) {{ customer {{ id firstName }}
        customerAccessToken {{ accessToken expiresAt }} {refused} }} }}"
    );
    let customer = json!({ "firstName": "Augusta" });
    let changed = ask(&update, json!({ "token": token, "customer": customer })).await;
    assert_eq!(done(&changed, "customer")["firstName"], "Augusta");
    let address = json!({ "address1": "Street 1", "city": "Berlin", "country": "Germany", "zip": "10115",
        "firstName": "Ada", "lastName": "Byron" });
    let add = format!(
        "mutation($token: String!, $address: MailingAddressInput!) {{
        customerAddressCreate(customerAccessToken: $token, address: $address) {{
        customerAddress {{ __typename id address1 formatted(withName: true) countryCodeV2 }} {refused} }} }}"
    );
    let first = ask(&add, json!({ "token": token, "address": address })).await;
    let first = done(&first, "customerAddress")["id"].clone();
    let other = json!({ "address1": "Street 9", "city": "Berlin", "country": "Germany", "zip": "10115" });
    let second = ask(&add, json!({ "token": token, "address": other })).await;
    let second = done(&second, "customerAddress")["id"].clone();
    let choose = format!("mutation($token: String!, $id: ID!) {{
        customerDefaultAddressUpdate(customerAccessToken: $token, addressId: $id) {{ customer {{ id }} {refused} }} }}");
    done(&ask(&choose, json!({ "token": token, "id": second })).await, "customer");
    let change = format!("mutation($token: String!, $id: ID!, $address: MailingAddressInput!) {{
        customerAddressUpdate(customerAccessToken: $token, id: $id, address: $address) {{ customerAddress {{ id city }} {refused} }} }}");
    let moved = json!({ "address1": "Street 2", "city": "Bonn", "country": "Germany", "zip": "53111" });
    let moved = ask(&change, json!({ "token": token, "id": second, "address": moved })).await;
    let second = done(&moved, "customerAddress")["id"].clone();
    let remove = format!("mutation($token: String!, $id: ID!) {{ customerAddressDelete(customerAccessToken: $token, id: $id) {{
        deletedCustomerAddressId {refused} }} }}");
    done(&ask(&remove, json!({ "token": token, "id": first })).await, "deletedCustomerAddressId");
    let read = "query($token: String!) { customer(customerAccessToken: $token) { __typename id email displayName
        defaultAddress { id city } addresses(first: 25) { edges { cursor node { id } } pageInfo { hasNextPage } }
        orders(first: 25, sortKey: PROCESSED_AT, reverse: true) { pageInfo { hasNextPage } edges { cursor node { id orderNumber
          processedAt financialStatus fulfillmentStatus statusUrl email totalPriceV2 { amount currencyCode }
          currentTotalPrice { amount currencyCode } shippingAddress { city } successfulFulfillments(first: 3) { trackingCompany
          trackingInfo(first: 3) { number url } } lineItems(first: 25) { edges { node { title quantity
          originalTotalPrice { amount } variant { id image { url } product { handle } } } } } } } } } }";
    let customer = ask(read, json!({ "token": token })).await;
    assert_eq!(customer["defaultAddress"], json!({ "id": second, "city": "Bonn" }));
    assert_eq!(customer["addresses"]["edges"].as_array().unwrap().len(), 1);
    let recover = format!("mutation($email: String!) {{ customerRecover(email: $email) {{ {refused} }} }}");
    ask(&recover, json!({ "email": "nobody@example.com" })).await;
    let sign_out = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) {
        deletedAccessToken deletedCustomerAccessTokenId userErrors { field message } } }";
    done(&ask(sign_out, json!({ "token": token })).await, "deletedAccessToken");
    assert_eq!(ask(read, json!({ "token": token })).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_of_an_app_is_filled_and_sent_on_its_way() {
    let (shop, mug) = shop_with_mug().await;
    let path = "2026-04/graphql";
    let cart = "__typename id checkoutUrl totalQuantity note
        cost { __typename subtotalAmount { __typename amount currencyCode } totalAmount { __typename amount currencyCode } }
        lines(first: 250) { __typename pageInfo { hasNextPage } edges { cursor node { __typename id quantity
          merchandise { __typename ... on ProductVariant { id title product { title handle } image { url(transform: { maxWidth: 300 }) } } }
          cost { amountPerQuantity { amount currencyCode } totalAmount { amount currencyCode } } } } }
        buyerIdentity { email phone countryCode customer { id } }
        deliveryGroups(first: 10) { nodes { id groupType deliveryOptions { handle title estimatedCost { amount } }
          selectedDeliveryOption { handle } } } delivery { addresses { id selected address { ... on CartDeliveryAddress { city } } } }";
    let ask = async |name: &str, head: &str, passed: &str, variables: Value| {
        let query = format!(
            "mutation ({head}) {{ {name}({passed}) {{ cart {{ {cart} }} \
             userErrors {{ __typename code field message }} }} }}"
        );
        let payload = send(&shop, path, &query, variables).await[name].clone();
        done(&payload, "cart")
    };
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }], "buyerIdentity": { "countryCode": "DE" } });
    let made = ask("cartCreate", "$input: CartInput!", "input: $input", json!({ "input": input })).await;
    let id = made["id"].clone();
    let with = |name: &str, value: Value| json!({ "id": id, name: value });
    let lines =
        json!([{ "merchandiseId": mug, "quantity": 2, "attributes": [{ "key": "gift", "value": "yes" }] }]);
    let added =
        ask("cartLinesAdd", "$id: ID!, $l: [CartLineInput!]!", "cartId: $id, lines: $l", with("l", lines))
            .await;
    assert_eq!(added["totalQuantity"], 3);
    let line = added["lines"]["edges"][0]["node"]["id"].clone();
    let lines = json!([{ "id": line, "quantity": 1 }]);
    ask(
        "cartLinesUpdate",
        "$id: ID!, $l: [CartLineUpdateInput!]!",
        "cartId: $id, lines: $l",
        with("l", lines),
    )
    .await;
    ask("cartLinesRemove", "$id: ID!, $l: [ID!]!", "cartId: $id, lineIds: $l", with("l", json!([line])))
        .await;
    let buyer = json!({ "email": "ada@example.com", "countryCode": "DE" });
    let head = "$id: ID!, $b: CartBuyerIdentityInput!";
    ask("cartBuyerIdentityUpdate", head, "cartId: $id, buyerIdentity: $b", with("b", buyer)).await;
    let address = json!([{ "selected": true, "address": { "deliveryAddress": { "countryCode": "DE", "city": "Berlin",
        "address1": "Street 1", "zip": "10115", "firstName": "Ada", "lastName": "Byron" } } }]);
    let head = "$id: ID!, $a: [CartSelectableAddressInput!]!";
    let placed =
        ask("cartDeliveryAddressesAdd", head, "cartId: $id, addresses: $a", with("a", address)).await;
    let group = placed["deliveryGroups"]["nodes"][0].clone();
    let option = json!([{ "deliveryGroupId": group["id"], "deliveryOptionHandle": group["deliveryOptions"][0]["handle"] }]);
    let head = "$id: ID!, $o: [CartSelectedDeliveryOptionInput!]!";
    let chosen = ask(
        "cartSelectedDeliveryOptionsUpdate",
        head,
        "cartId: $id, selectedDeliveryOptions: $o",
        with("o", option),
    )
    .await;
    let selected = &chosen["deliveryGroups"]["nodes"][0]["selectedDeliveryOption"];
    assert_eq!(selected["handle"], group["deliveryOptions"][0]["handle"]);
    let note = "cartId: $id, note: $n";
    ask("cartNoteUpdate", "$id: ID!, $n: String!", note, with("n", json!("Ring twice"))).await;
    let query = format!("query($id: ID!) {{ cart(id: $id) {{ {cart} }} }}");
    assert_eq!(send(&shop, path, &query, json!({ "id": id })).await["cart"]["note"], "Ring twice");
}
