//! The discount codes that are typed into a cart.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

async fn update(shop: &TestShop, cart: &str, codes: Value) -> Value {
    let arguments = [("cartId", "ID!", json!(cart)), ("discountCodes", "[String!]", codes)];
    shop.change_cart("cartDiscountCodesUpdate", &arguments).await
}

fn codes(cart: &Value) -> Value {
    cart["discountCodes"].clone()
}

fn not_applicable(codes: &[&str]) -> Value {
    codes.iter().map(|code| json!({ "code": code, "applicable": false })).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_kept_in_their_order_and_each_is_told_to_be_unknown() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.cart_with(&mug, 1).await["cart"]["id"].as_str().unwrap().to_owned();

    let payload = update(&shop, &cart, json!(["SUMMER", " vip ", "summer", "", "Vip"])).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(codes(&payload["cart"]), not_applicable(&["SUMMER", "vip"]));
    let warning = |code: &str| json!({ "code": "DISCOUNT_NOT_FOUND", "target": cart, "message": format!("No discount has the code {code}") });
    assert_eq!(payload["warnings"], json!([warning("SUMMER"), warning("vip")]));
    assert_eq!(payload["cart"]["cost"]["totalAmount"]["amount"], "10.0", "nothing is taken off");

    let replaced = update(&shop, &cart, json!(["OTHER"])).await;
    assert_eq!(codes(&replaced["cart"]), not_applicable(&["OTHER"]), "codes take the place of those before");
    assert_eq!(codes(&shop.cart(&cart).await), not_applicable(&["OTHER"]));
    assert_eq!(codes(&update(&shop, &cart, Value::Null).await["cart"]), json!([]), "none takes them out");

    update(&shop, &cart, json!(["OTHER"])).await;
    let query =
        "mutation($id: ID!) { cartDiscountCodesUpdate(cartId: $id) { cart { discountCodes { code } } } }";
    let left_out = shop.ask(query, json!({ "id": cart })).await;
    assert_eq!(left_out["cartDiscountCodesUpdate"]["cart"]["discountCodes"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_are_too_many_or_too_long_are_refused() {
    let shop = TestShop::open().await;
    let cart = shop.make_cart(json!({ "discountCodes": ["KEPT"] })).await["id"].as_str().unwrap().to_owned();
    let many: Vec<String> = (0..101).map(|number| format!("CODE{number}")).collect();
    let long = "x".repeat(256);
    for wrong in [json!(many), json!([long])] {
        let argument = ("discountCodes", "[String!]", wrong);
        shop.refuses(&cart, "cartDiscountCodesUpdate", argument, &[("INVALID", "discountCodes")]).await;
    }
    let most = update(&shop, &cart, json!(many[..100])).await;
    assert_eq!(most["cart"]["discountCodes"].as_array().unwrap().len(), 100);
    assert_eq!(most["warnings"].as_array().unwrap().len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_and_its_lines_tell_discounts_and_costs_in_every_form() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50")]).await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.cart_with(&mug, 2).await["cart"]["id"].as_str().unwrap().to_owned();
    let allocation =
        "discountedAmount { amount } targetType discountApplication { allocationMethod targetSelection
        targetType value { ... on MoneyV2 { amount } ... on PricingPercentageValue { percentage } } }
        ... on CartAutomaticDiscountAllocation { title } ... on CartCodeDiscountAllocation { code }
        ... on CartCustomDiscountAllocation { title }";
    let query = format!(
        "query($id: ID!) {{ cart(id: $id) {{
            discountAllocations {{ {allocation} }} appliedGiftCards {{ id }}
            estimatedCost {{ checkoutChargeAmount {{ amount }} subtotalAmount {{ amount }} totalAmount {{ amount }}
                totalDutyAmount {{ amount }} totalTaxAmount {{ amount }} }}
            buyerIdentity {{ purchasingCompany {{ company {{ name }} location {{ name }} contact {{ title }} }}
                deliveryAddressPreferences {{ ... on MailingAddress {{ city }} }} }}
            lines(first: 5) {{ nodes {{
                discountAllocations {{ {allocation} }} sellingPlanAllocation {{ sellingPlan {{ name }} }}
                estimatedCost {{ amount {{ amount }} compareAtAmount {{ amount }} subtotalAmount {{ amount }}
                    totalAmount {{ amount }} }}
                ... on CartLine {{ parentRelationship {{ parent {{ id }} }} instructions {{ canRemove }} }} }} }} }} }}"
    );
    let amount = |amount: &str| json!({ "amount": amount });
    assert_eq!(
        shop.ask(&query, json!({ "id": cart })).await["cart"],
        json!({
            "discountAllocations": [], "appliedGiftCards": [],
            "estimatedCost": { "checkoutChargeAmount": amount("25.0"), "subtotalAmount": amount("25.0"),
                "totalAmount": amount("25.0"), "totalDutyAmount": null, "totalTaxAmount": null },
            "buyerIdentity": { "purchasingCompany": null, "deliveryAddressPreferences": [] },
            "lines": { "nodes": [{
                "discountAllocations": [], "sellingPlanAllocation": null,
                "estimatedCost": { "amount": amount("12.5"), "compareAtAmount": null,
                    "subtotalAmount": amount("25.0"), "totalAmount": amount("25.0") },
                "parentRelationship": null, "instructions": { "canRemove": true } }] } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_told_in_the_form_of_earlier_versions_too() {
    let shop = TestShop::open().await;
    let address = |city: &str, selected: bool| json!({ "selected": selected, "address": { "deliveryAddress": { "city": city, "countryCode": "DE" } } });
    let input = json!({ "delivery": { "addresses": [address("Berlin", false), address("Bonn", true)] } });
    let cart = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
    let query = "query($id: ID!) { cart(id: $id) { buyerIdentity { deliveryAddressPreferences {
        __typename ... on MailingAddress { city countryCodeV2 } } } } }";
    let told = |city: &str| json!({ "__typename": "MailingAddress", "city": city, "countryCodeV2": "DE" });
    assert_eq!(
        shop.ask(query, json!({ "id": cart })).await["cart"]["buyerIdentity"]["deliveryAddressPreferences"],
        json!([told("Bonn"), told("Berlin")])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_taken_within_the_identity_too() {
    let shop = TestShop::open().await;
    let address =
        |city: &str| json!({ "deliveryAddress": { "city": city, "country": "Germany", "zip": "10115" } });
    let cities = |cart: &Value| {
        let addresses = cart["delivery"]["addresses"].as_array().unwrap().iter();
        let city =
            |row: &Value| (row["address"]["city"].as_str().unwrap().to_owned(), row["selected"] == true);
        addresses.map(city).collect::<Vec<_>>()
    };
    let identity = json!({ "email": "ada@example.com", "deliveryAddressPreferences": [address("Bonn"), {}] });
    let cart = shop.make_cart(json!({ "buyerIdentity": identity })).await;
    assert_eq!(cities(&cart), [("Bonn".to_owned(), true)]);
    let id = cart["id"].as_str().unwrap();
    let identity = json!({ "deliveryAddressPreferences": [address("Berlin"), address("Ulm")] });
    let arguments = [("cartId", "ID!", json!(id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
    let payload = shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(cities(&payload["cart"]), [("Berlin".to_owned(), true), ("Ulm".to_owned(), false)]);
    assert_eq!(payload["cart"]["buyerIdentity"]["email"], "ada@example.com");

    let wrong = json!({ "deliveryAddressPreferences": [address("Berlin"), address("<b>")] });
    let argument = ("buyerIdentity", "CartBuyerIdentityInput!", wrong);
    let field = "buyerIdentity.deliveryAddressPreferences.1.deliveryAddress.city";
    let expected = [("ADDRESS_FIELD_CONTAINS_HTML_TAGS", field)];
    shop.refuses(id, "cartBuyerIdentityUpdate", argument, &expected).await;
}
