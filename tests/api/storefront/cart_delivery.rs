//! Where a cart goes and how: addresses, delivery groups and options.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop, VariantSpec};

const ADD: (&str, &str, &str) = ("cartDeliveryAddressesAdd", "addresses", "[CartSelectableAddressInput!]!");
const UPDATE: (&str, &str, &str) =
    ("cartDeliveryAddressesUpdate", "addresses", "[CartSelectableAddressUpdateInput!]!");
const REPLACE: (&str, &str, &str) =
    ("cartDeliveryAddressesReplace", "addresses", "[CartSelectableAddressInput!]!");
const REMOVE: (&str, &str, &str) = ("cartDeliveryAddressesRemove", "addressIds", "[ID!]!");
const CHOOSE: (&str, &str, &str) =
    ("cartSelectedDeliveryOptionsUpdate", "selectedDeliveryOptions", "[CartSelectedDeliveryOptionInput!]!");

/// Changes a cart and returns it.
async fn change(
    shop: &TestShop,
    (mutation, name, kind): (&str, &str, &str),
    cart: &str,
    value: Value,
) -> Value {
    let payload = shop.change_cart(mutation, &[("cartId", "ID!", json!(cart)), (name, kind, value)]).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["cart"].clone()
}

async fn refuse(
    shop: &TestShop,
    (mutation, name, kind): (&str, &str, &str),
    cart: &str,
    value: Value,
    expected: &[(&str, &str)],
) {
    shop.refuses(cart, mutation, (name, kind, value), expected).await;
}

/// A full address in a city of Germany.
fn in_city(city: &str) -> Value {
    json!({ "firstName": "Ada", "lastName": "Lovelace", "address1": "Hauptstr. 1", "city": city, "zip": "10115",
        "countryCode": "DE" })
}

fn new(address: Value) -> Value {
    json!({ "address": { "deliveryAddress": address } })
}

fn chosen(address: Value) -> Value {
    json!({ "address": { "deliveryAddress": address }, "selected": true })
}

/// City and whether it is selected, of each address.
fn cities(cart: &Value) -> Vec<(String, bool)> {
    let addresses = cart["delivery"]["addresses"].as_array().unwrap().iter();
    let city = |entry: &Value| entry["address"]["city"].as_str().unwrap_or("-").to_owned();
    addresses.map(|entry| (city(entry), entry["selected"].as_bool().unwrap())).collect()
}

fn expected_cities(cities: &[(&str, bool)]) -> Vec<(String, bool)> {
    cities.iter().map(|(city, selected)| ((*city).to_owned(), *selected)).collect()
}

fn address_id(cart: &Value, place: usize) -> String {
    cart["delivery"]["addresses"][place]["id"].as_str().unwrap().to_owned()
}

/// A cart with some units of a mug for 10.00.
async fn cart_of_mugs(shop: &TestShop, quantity: i64) -> String {
    shop.have(&[ProductSpec::new("mug")]).await;
    let made = shop.cart_with(&shop.variant_id("mug").await, quantity).await;
    made["cart"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_address_is_selected_by_itself_and_another_when_told_so() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let first = change(&shop, ADD, &cart, json!([new(in_city("Bonn")), new(in_city("Kiel"))])).await;
    assert_eq!(cities(&first), expected_cities(&[("Bonn", true), ("Kiel", false)]));
    let second = change(&shop, ADD, &cart, json!([new(in_city("Ulm"))])).await;
    assert_eq!(cities(&second), expected_cities(&[("Bonn", true), ("Kiel", false), ("Ulm", false)]));
    let third = change(&shop, ADD, &cart, json!([chosen(in_city("Jena"))])).await;
    let expected = [("Bonn", false), ("Kiel", false), ("Ulm", false), ("Jena", true)];
    assert_eq!(cities(&third), expected_cities(&expected));
    let kiel = json!([{ "id": address_id(&third, 1), "selected": true }]);
    let fourth = change(&shop, UPDATE, &cart, kiel).await;
    let expected = [("Bonn", false), ("Kiel", true), ("Ulm", false), ("Jena", false)];
    assert_eq!(cities(&fourth), expected_cities(&expected));
    assert_eq!(shop.cart(&cart).await, fourth);
    let query = "query($id: ID!) { cart(id: $id) { delivery { addresses(selected: true) { address {
        ... on CartDeliveryAddress { city name formatted(withName: true) formattedArea } } } } } }";
    let selected = shop.ask(query, json!({ "id": cart })).await["cart"]["delivery"]["addresses"].clone();
    let lines = ["Ada Lovelace", "Hauptstr. 1", "10115 Kiel", "Germany"];
    let kiel = json!({ "city": "Kiel", "name": "Ada Lovelace", "formatted": lines, "formattedArea": "Kiel, Germany" });
    assert_eq!(selected, json!([{ "address": kiel }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_changed_removed_and_replaced() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let made =
        change(&shop, ADD, &cart, json!([new(in_city("Bonn")), new(in_city("Kiel")), new(in_city("Ulm"))]))
            .await;
    let changed = change(&shop, UPDATE, &cart, json!([
        { "id": address_id(&made, 0), "address": { "deliveryAddress": in_city("Köln") }, "oneTimeUse": true },
        { "id": address_id(&made, 2), "selected": true },
    ]))
    .await;
    assert_eq!(cities(&changed), expected_cities(&[("Köln", false), ("Kiel", false), ("Ulm", true)]));
    assert_eq!(changed["delivery"]["addresses"][0]["oneTimeUse"], true);
    assert_eq!(address_id(&changed, 0), address_id(&made, 0));
    let removed = change(&shop, REMOVE, &cart, json!([address_id(&made, 0)])).await;
    assert_eq!(cities(&removed), expected_cities(&[("Kiel", false), ("Ulm", true)]));
    let replaced =
        change(&shop, REPLACE, &cart, json!([new(in_city("Trier")), chosen(in_city("Mainz"))])).await;
    assert_eq!(cities(&replaced), expected_cities(&[("Trier", false), ("Mainz", true)]));
    let removed = change(&shop, REMOVE, &cart, json!([address_id(&replaced, 1)])).await;
    assert_eq!(
        (cities(&removed), &removed["deliveryGroups"]["nodes"]),
        (expected_cities(&[("Trier", false)]), &json!([]))
    );
    let emptied = change(&shop, REPLACE, &cart, json!([])).await;
    assert_eq!(emptied["delivery"]["addresses"], json!([]));
    assert_eq!(shop.cart(&cart).await, emptied);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_are_faulty_are_refused_with_their_place() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let made = change(&shop, ADD, &cart, json!([new(in_city("Bonn"))])).await;
    let with = |field: &str, value: &str| {
        let mut address = in_city("Bonn");
        address[field] = json!(value);
        address
    };
    let american = json!({ "lastName": "Hopper", "address1": "1 Main St", "city": "Ithaca", "zip": "1", "countryCode": "US" });
    let in_province = |province: &str| {
        let mut address = american.clone();
        address["provinceCode"] = json!(province);
        address
    };
    let place = |field: &str| format!("addresses.0.address.deliveryAddress.{field}");
    for (address, code, field) in [
        (json!({}), "ADDRESS_FIELD_IS_REQUIRED", "countryCode"),
        (json!({ "city": "Bonn", "countryCode": null }), "ADDRESS_FIELD_IS_REQUIRED", "countryCode"),
        (with("city", &"x".repeat(256)), "ADDRESS_FIELD_IS_TOO_LONG", "city"),
        (with("address1", "<script>x</script>"), "ADDRESS_FIELD_CONTAINS_HTML_TAGS", "address1"),
        (with("company", "https://spam.example"), "ADDRESS_FIELD_CONTAINS_URL", "company"),
        (in_province("XX"), "PROVINCE_NOT_FOUND", "provinceCode"),
    ] {
        let expected = [(code, &*place(field))];
        refuse(&shop, ADD, &cart, json!([new(address.clone())]), &expected).await;
        refuse(&shop, REPLACE, &cart, json!([new(address.clone())]), &expected).await;
        let changed = json!([{ "id": address_id(&made, 0), "address": { "deliveryAddress": address } }]);
        refuse(&shop, UPDATE, &cart, changed, &expected).await;
    }
    let strict = |address: Value| json!([{ "address": { "deliveryAddress": address }, "validationStrategy": "STRICT" }]);
    let missing = ["lastName", "address1", "city", "zip"].map(place);
    let expected: Vec<(&str, &str)> =
        missing.iter().map(|field| ("ADDRESS_FIELD_IS_REQUIRED", field.as_str())).collect();
    refuse(&shop, ADD, &cart, strict(json!({ "countryCode": "DE" })), &expected).await;
    refuse(
        &shop,
        ADD,
        &cart,
        strict(american.clone()),
        &[("ADDRESS_FIELD_IS_REQUIRED", &place("provinceCode"))],
    )
    .await;
    let neither = json!([{ "address": {} }]);
    refuse(
        &shop,
        ADD,
        &cart,
        neither,
        &[("ADDRESS_FIELD_IS_REQUIRED", "addresses.0.address.deliveryAddress")],
    )
    .await;
    let copied = json!([{ "address": { "copyFromCustomerAddressId": "gid://shopify/MailingAddress/1" } }]);
    let field = "addresses.0.address.copyFromCustomerAddressId";
    refuse(&shop, ADD, &cart, copied, &[("INVALID_DELIVERY_ADDRESS_ID", field)]).await;
    let both = json!([chosen(in_city("Bonn")), chosen(in_city("Kiel"))]);
    for mutation in [ADD, REPLACE] {
        let expected = [("ONLY_ONE_DELIVERY_ADDRESS_CAN_BE_SELECTED", "addresses")];
        refuse(&shop, mutation, &cart, both.clone(), &expected).await;
    }
    let twice = json!([{ "id": address_id(&made, 0), "selected": true }, { "id": address_id(&made, 0), "selected": true }]);
    refuse(&shop, UPDATE, &cart, twice, &[("ONLY_ONE_DELIVERY_ADDRESS_CAN_BE_SELECTED", "addresses")]).await;
    let (twenty, twenty_one) = (vec![new(in_city("Bonn")); 20], vec![new(in_city("Bonn")); 21]);
    refuse(&shop, ADD, &cart, json!(twenty), &[("TOO_MANY_DELIVERY_ADDRESSES", "addresses")]).await;
    refuse(&shop, REPLACE, &cart, json!(twenty_one), &[("TOO_MANY_DELIVERY_ADDRESSES", "addresses")]).await;
    let accepted = change(&shop, REPLACE, &cart, json!(twenty)).await;
    assert_eq!(accepted["delivery"]["addresses"].as_array().unwrap().len(), 20);
    // A country alone is enough unless the caller is strict.
    let half = change(&shop, REPLACE, &cart, json!([new(json!({ "countryCode": "DE" }))])).await;
    assert_eq!(cities(&half), expected_cities(&[("-", true)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_other_carts_cannot_be_changed_or_removed() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let mine = change(&shop, ADD, &cart, json!([new(in_city("Bonn"))])).await;
    let other = shop.make_cart(json!({ "delivery": { "addresses": [new(in_city("Kiel"))] } })).await;
    let others = address_id(&other, 0);
    for id in
        [&others, "gid://shopify/CartSelectableAddress/999999", "rubbish", "gid://shopify/MailingAddress/1"]
    {
        let changes =
            json!([{ "id": address_id(&mine, 0), "oneTimeUse": true }, { "id": id, "selected": true }]);
        refuse(&shop, UPDATE, &cart, changes, &[("INVALID_DELIVERY_ADDRESS_ID", "addresses.1.id")]).await;
        let ids = json!([address_id(&mine, 0), id]);
        refuse(&shop, REMOVE, &cart, ids, &[("INVALID_DELIVERY_ADDRESS_ID", "addressIds.1")]).await;
    }
    assert_eq!(shop.cart(other["id"].as_str().unwrap()).await, other);
}

fn total(cart: &Value) -> &str {
    cart["cost"]["totalAmount"]["amount"].as_str().unwrap()
}

/// Handle and cost of each option of the only group, and which one is selected.
fn options(cart: &Value) -> (Vec<(String, String)>, Value) {
    let groups = cart["deliveryGroups"]["nodes"].as_array().unwrap();
    assert_eq!(groups.len(), 1);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let options = groups[0]["deliveryOptions"].as_array().unwrap().iter();
    let options =
        options.map(|option| (text(&option["handle"]), text(&option["estimatedCost"]["amount"]))).collect();
    (options, groups[0]["selectedDeliveryOption"]["handle"].clone())
}

fn offered(options: &[(&str, &str)], selected: Value) -> (Vec<(String, String)>, Value) {
    (options.iter().map(|(handle, cost)| ((*handle).to_owned(), (*cost).to_owned())).collect(), selected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cheapest_option_is_selected_until_another_is_chosen() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let before = shop.cart(&cart).await;
    assert_eq!((&before["deliveryGroups"]["nodes"], total(&before)), (&json!([]), "10.0"));
    assert_eq!(before["cost"]["totalAmountEstimated"], true);
    let home = change(&shop, ADD, &cart, json!([new(in_city("Bonn"))])).await;
    let both = [("standard", "4.9"), ("express", "9.9")];
    assert_eq!((options(&home), total(&home)), (offered(&both, json!("standard")), "14.9"));
    assert_eq!(home["cost"]["totalAmountEstimated"], false);
    assert_eq!(home["cost"]["subtotalAmount"]["amount"], "10.0");
    let group = home["deliveryGroups"]["nodes"][0]["id"].clone();
    let express = json!([{ "deliveryGroupId": group, "deliveryOptionHandle": "express" }]);
    let faster = change(&shop, CHOOSE, &cart, express).await;
    assert_eq!((options(&faster), total(&faster)), (offered(&both, json!("express")), "19.9"));
    let mug = shop.variant_id("mug").await;
    let lines = ("cartLinesAdd", "lines", "[CartLineInput!]!");
    let more = change(&shop, lines, &cart, json!([{ "merchandiseId": mug }])).await;
    assert_eq!((options(&more).1, total(&more)), (json!("express"), "29.9"));
    assert_eq!(
        more["deliveryGroups"]["nodes"][0]["id"], group,
        "a group keeps its id while its address is the same"
    );

    // Where express is not offered, the cheapest counts again.
    let american = json!({ "city": "Ithaca", "countryCode": "US" });
    let change_address = json!([{ "id": address_id(&home, 0), "address": { "deliveryAddress": american } }]);
    let overseas = change(&shop, UPDATE, &cart, change_address).await;
    assert_eq!((options(&overseas), total(&overseas)), (offered(&[("air", "25.0")], json!("air")), "45.0"));
    let french =
        json!([{ "id": address_id(&home, 0), "address": { "deliveryAddress": { "countryCode": "FR" } } }]);
    let nowhere = change(&shop, UPDATE, &cart, french).await;
    assert_eq!((options(&nowhere), total(&nowhere)), (offered(&[], Value::Null), "20.0"));
    assert_eq!(nowhere["cost"]["totalAmountEstimated"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_and_options_that_there_are_not_are_refused() {
    let shop = TestShop::open().await;
    let cart = cart_of_mugs(&shop, 1).await;
    let choice =
        |group: &str, handle: &str| json!([{ "deliveryGroupId": group, "deliveryOptionHandle": handle }]);
    let unknown_group = [("INVALID_DELIVERY_GROUP", "selectedDeliveryOptions.0.deliveryGroupId")];
    refuse(&shop, CHOOSE, &cart, choice("gid://shopify/CartDeliveryGroup/a1", "standard"), &unknown_group)
        .await;
    let home = change(&shop, ADD, &cart, json!([new(in_city("Bonn"))])).await;
    let group = home["deliveryGroups"]["nodes"][0]["id"].as_str().unwrap();
    for wrong in ["gid://shopify/CartDeliveryGroup/a999999", "rubbish", "", "gid://shopify/Cart/a1"] {
        refuse(&shop, CHOOSE, &cart, choice(wrong, "standard"), &unknown_group).await;
    }
    for wrong in ["air", "", "EXPRESS", "rubbish"] {
        let expected = [("INVALID_DELIVERY_OPTION", "selectedDeliveryOptions.0.deliveryOptionHandle")];
        refuse(&shop, CHOOSE, &cart, choice(group, wrong), &expected).await;
    }
    let half = json!([
        { "deliveryGroupId": group, "deliveryOptionHandle": "express" },
        { "deliveryGroupId": group, "deliveryOptionHandle": "air" },
    ]);
    let expected = [("INVALID_DELIVERY_OPTION", "selectedDeliveryOptions.1.deliveryOptionHandle")];
    refuse(&shop, CHOOSE, &cart, half, &expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standard_delivery_is_free_from_a_subtotal_on() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("almost").price("99.99"), ProductSpec::new("enough").price("100.00")]).await;
    for (handle, cost, sum) in [("almost", "4.9", "104.89"), ("enough", "0.0", "100.0")] {
        let line = json!({ "merchandiseId": shop.variant_id(handle).await });
        let addresses = json!({ "addresses": [new(in_city("Bonn"))] });
        let cart = shop.make_cart(json!({ "lines": [line], "delivery": addresses })).await;
        let expected = offered(&[("standard", cost), ("express", "9.9")], json!("standard"));
        assert_eq!((options(&cart), total(&cart)), (expected, sum), "{handle}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_is_shipped_is_in_a_delivery_group() {
    let shop = TestShop::open().await;
    let voucher = vec![VariantSpec { requires_shipping: false, ..VariantSpec::default() }];
    shop.have(&[ProductSpec::new("mug"), ProductSpec { variants: voucher, ..ProductSpec::new("voucher") }])
        .await;
    let (mug, voucher) = (shop.variant_id("mug").await, shop.variant_id("voucher").await);
    let addresses = json!({ "addresses": [new(in_city("Bonn"))] });
    let cart =
        shop.make_cart(json!({ "lines": [{ "merchandiseId": voucher }], "delivery": addresses })).await;
    assert_eq!((&cart["deliveryGroups"]["nodes"], total(&cart)), (&json!([]), "10.0"));
    assert_eq!(cart["cost"]["totalAmountEstimated"], false);
    let lines = json!([{ "merchandiseId": voucher }, { "merchandiseId": mug }]);
    let cart = shop.make_cart(json!({ "lines": lines, "delivery": addresses })).await;
    let shipped = &cart["deliveryGroups"]["nodes"][0]["cartLines"]["nodes"];
    assert_eq!((shipped, total(&cart)), (&json!([{ "id": cart["lines"]["nodes"][1]["id"] }]), "24.9"));
}
