//! Documents as the clients of several years send them, in the versions that they name: each must be valid and answer.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

/// Sends a document to the address that a client of this version uses; nothing of it may be refused.
pub(super) async fn send(shop: &TestShop, path: &str, query: &str, variables: Value) -> Value {
    let url = format!("{}/api/{path}", shop.url);
    let body = json!({ "query": query, "variables": variables });
    let response = shop.client.post(url).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert!(answer.get("errors").is_none(), "{path}\n{query}\n{answer:#}");
    answer["data"].clone()
}

pub(super) async fn shop_with_mug() -> (TestShop, String) {
    let shop = TestShop::open().await;
    let mut mug = ProductSpec::new("mug").price("12.50");
    mug.images = 1;
    shop.have(&[mug]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_next_js_shop_of_2023_fills_its_cart() {
    let (shop, mug) = shop_with_mug().await;
    let path = "2023-01/graphql.json";
    let fragment = "fragment basket on Cart { id checkoutUrl
        cost { subtotalAmount { amount currencyCode } totalAmount { amount currencyCode }
            totalTaxAmount { amount currencyCode } }
        lines(first: 100) { edges { node { id quantity cost { totalAmount { amount currencyCode } }
            merchandise { ... on ProductVariant { id title selectedOptions { name value }
                product { id handle title featuredImage { url altText width height } seo { title description }
                    tags updatedAt priceRange { maxVariantPrice { amount currencyCode } } } } } } } }
        totalQuantity }";
    let create = format!(
        "mutation make($lineItems: [CartLineInput!]) {{
        cartCreate(input: {{ lines: $lineItems }}) {{ cart {{ ...basket }} }} }} {fragment}"
    );
    let empty = send(&shop, path, &create, json!({})).await;
    let id = empty["cartCreate"]["cart"]["id"].clone();
    let add = format!(
        "mutation put($cartId: ID!, $lines: [CartLineInput!]!) {{
        cartLinesAdd(cartId: $cartId, lines: $lines) {{ cart {{ ...basket }} }} }} {fragment}"
    );
    let lines = json!([{ "merchandiseId": mug, "quantity": 2 }]);
    let filled = send(&shop, path, &add, json!({ "cartId": id, "lines": lines })).await;
    let cart = &filled["cartLinesAdd"]["cart"];
    assert_eq!(
        (&cart["totalQuantity"], &cart["cost"]["subtotalAmount"]["amount"]),
        (&json!(2), &json!("25.0"))
    );
    assert_eq!(cart["cost"]["totalTaxAmount"], Value::Null);
    let line = cart["lines"]["edges"][0]["node"]["id"].clone();
    let edit = format!(
        "mutation change($cartId: ID!, $lines: [CartLineUpdateInput!]!) {{
        cartLinesUpdate(cartId: $cartId, lines: $lines) {{ cart {{ ...basket }} }} }} {fragment}"
    );
    let change = json!([{ "id": line, "merchandiseId": mug, "quantity": 3 }]);
    let changed = send(&shop, path, &edit, json!({ "cartId": id, "lines": change })).await;
    assert_eq!(changed["cartLinesUpdate"]["cart"]["totalQuantity"], 3);
    let remove = format!(
        "mutation drop($cartId: ID!, $lineIds: [ID!]!) {{
        cartLinesRemove(cartId: $cartId, lineIds: $lineIds) {{ cart {{ ...basket }} }} }} {fragment}"
    );
    let removed = send(&shop, path, &remove, json!({ "cartId": id, "lineIds": [line] })).await;
    assert_eq!(removed["cartLinesRemove"]["cart"]["lines"]["edges"], json!([]));
    let read = format!("query basketOf($cartId: ID!) {{ cart(id: $cartId) {{ ...basket }} }} {fragment}");
    assert_eq!(send(&shop, path, &read, json!({ "cartId": id })).await["cart"]["id"], id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buy_button_of_2025_fills_its_cart() {
    let (shop, mug) = shop_with_mug().await;
    let path = "2025-01/graphql";
    let fragment = "fragment Line on CartLine { id merchandise { ... on ProductVariant { id title sku
            image { id src: url altText width height } price { amount currencyCode }
            compareAtPrice { amount currencyCode } weight availableForSale: availableForSale
            product { id handle title } selectedOptions { name value } unitPrice { amount currencyCode } } }
            quantity attributes { key value }
            cost { totalAmount { amount currencyCode } subtotalAmount { amount currencyCode }
                amountPerQuantity { amount currencyCode } compareAtAmountPerQuantity { amount currencyCode } }
            discountAllocations { discountedAmount { amount currencyCode } discountApplication { targetType
                allocationMethod targetSelection value { ... on PricingPercentageValue { percentage }
                    ... on MoneyV2 { amount currencyCode } } } }
            sellingPlanAllocation { sellingPlan { id name description recurringDeliveries } } }
        fragment Basket on Cart { id createdAt updatedAt
            lines(first: 10) { pageInfo { hasNextPage hasPreviousPage } edges { cursor node { ...Line } } }
            attributes { key value }
            cost { totalAmount { amount currencyCode } subtotalAmount { amount currencyCode }
                totalTaxAmount { amount currencyCode } totalDutyAmount { amount currencyCode }
                checkoutChargeAmount { amount currencyCode } }
            checkoutUrl discountCodes { applicable code }
            discountAllocations { discountedAmount { amount currencyCode }
                ... on CartCodeDiscountAllocation { code } ... on CartAutomaticDiscountAllocation { title } }
            buyerIdentity { countryCode preferences { delivery { coordinates { latitude longitude countryCode }
                deliveryMethod pickupHandle } wallet } email phone customer { email } }
            deliveryGroups(first: 10) { edges { node { id deliveryAddress { address2 address1 city countryCodeV2
                firstName lastName phone zip } deliveryOptions { code deliveryMethodType description
                estimatedCost { amount currencyCode } handle title } selectedDeliveryOption { handle }
                cartLines(first: 10) { edges { node { id } } } } } }
            appliedGiftCards { amountUsed { amount currencyCode } balance { amount currencyCode }
                presentmentAmountUsed { amount currencyCode } id lastCharacters }
            note }
        fragment Refusal on CartUserError { field message code }
        fragment Remark on CartWarning { code message target }";
    let create = format!(
        "mutation ($input: CartInput!) {{ cartCreate(input: $input) {{ userErrors {{ ...Refusal }}
        warnings {{ ...Remark }} cart {{ ...Basket }} }} }} {fragment}"
    );
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 1, "attributes": [] }], "note": "",
        "buyerIdentity": { "countryCode": "DE" }, "discountCodes": [], "attributes": [] });
    let made = send(&shop, path, &create, json!({ "input": input })).await["cartCreate"].clone();
    let id = made["cart"]["id"].clone();
    assert_eq!(made["cart"]["cost"]["totalAmount"]["amount"], "12.5");
    let changes = [
        ("cartAttributesUpdate", "$attributes: [AttributeInput!]!", "attributes: $attributes", json!([])),
        ("cartNoteUpdate", "$note: String", "note: $note", json!("a note")),
        (
            "cartDiscountCodesUpdate",
            "$discountCodes: [String!]",
            "discountCodes: $discountCodes",
            json!(["SUMMER"]),
        ),
        ("cartGiftCardCodesUpdate", "$giftCardCodes: [String!]!", "giftCardCodes: $giftCardCodes", json!([])),
        (
            "cartBuyerIdentityUpdate",
            "$buyerIdentity: CartBuyerIdentityInput!",
            "buyerIdentity: $buyerIdentity",
            json!({ "email": "ada@example.com" }),
        ),
        ("cartLinesAdd", "$lines: [CartLineInput!]", "lines: $lines", Value::Null),
        ("cartLinesUpdate", "$lines: [CartLineUpdateInput!]", "lines: $lines", Value::Null),
        ("cartLinesRemove", "$lineIds: [ID!]", "lineIds: $lineIds", Value::Null),
    ];
    for (mutation, declared, passed, value) in changes {
        let query = format!(
            "mutation ($cartId: ID!, {declared}) {{ {mutation}(cartId: $cartId, {passed}) {{
            userErrors {{ ...Refusal }} warnings {{ ...Remark }} cart {{ ...Basket }} }} }} {fragment}"
        );
        let name = passed.split(':').next().unwrap();
        let payload = send(&shop, path, &query, json!({ "cartId": id, name: value })).await[mutation].clone();
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        assert_eq!(payload["cart"]["lines"]["edges"].as_array().unwrap().len(), 1, "{mutation}");
    }
    let cart = shop.cart(id.as_str().unwrap()).await;
    assert_eq!((&cart["note"], &cart["discountCodes"][0]["code"]), (&json!("a note"), &json!("SUMMER")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hydrogen_shop_of_2026_fills_its_cart() {
    let (shop, mug) = shop_with_mug().await;
    let path = "2026-04/graphql.json";
    let fragment = "fragment Sum on MoneyV2 { currencyCode amount }
        fragment Held on CartLine { id quantity attributes { key value }
            cost { totalAmount { ...Sum } amountPerQuantity { ...Sum } compareAtAmountPerQuantity { ...Sum } }
            merchandise { ... on ProductVariant { id availableForSale compareAtPrice { ...Sum } price { ...Sum }
                requiresShipping title image { id url altText width height } product { handle title id vendor }
                selectedOptions { name value } } }
            parentRelationship { parent { id } } }
        fragment Parts on ComponentizableCartLine { id quantity attributes { key value }
            cost { totalAmount { ...Sum } amountPerQuantity { ...Sum } compareAtAmountPerQuantity { ...Sum } }
            merchandise { ... on ProductVariant { id title product { handle } } } lineComponents { ...Held } }
        fragment Basket on Cart { updatedAt id appliedGiftCards { id lastCharacters amountUsed { ...Sum } }
            checkoutUrl totalQuantity
            buyerIdentity { countryCode customer { id email firstName lastName displayName } email phone }
            lines(first: $numCartLines) { nodes { ...Held } nodes { ...Parts } }
            cost { subtotalAmount { ...Sum } totalAmount { ...Sum } totalDutyAmount { ...Sum } totalTaxAmount { ...Sum } }
            note attributes { key value } discountCodes { code applicable } }";
    let errors = "userErrors { code field message } warnings { code message target }";
    let create = format!(
        "mutation ($input: CartInput!, $country: CountryCode = DE, $language: LanguageCode,
        $numCartLines: Int = 100) @inContext(country: $country, language: $language) {{
        cartCreate(input: $input) {{ cart {{ ...Basket checkoutUrl }} {errors} }} }} {fragment}"
    );
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }] });
    let variables = json!({ "input": input, "country": "DE", "language": "EN" });
    let made = send(&shop, path, &create, variables).await["cartCreate"].clone();
    assert_eq!(made["userErrors"], json!([]));
    let id = made["cart"]["id"].clone();
    let read = format!(
        "query ($cartId: ID!, $numCartLines: Int = 100, $country: CountryCode,
        $language: LanguageCode) @inContext(country: $country, language: $language) {{
        cart(id: $cartId) {{ ...Basket }} }} {fragment}"
    );
    let cart = send(&shop, path, &read, json!({ "cartId": id })).await["cart"].clone();
    assert_eq!(
        (&cart["totalQuantity"], &cart["lines"]["nodes"][0]["parentRelationship"]),
        (&json!(1), &Value::Null)
    );
    let gift = format!(
        "mutation ($cartId: ID!, $giftCardCodes: [String!]!, $numCartLines: Int = 100) {{
        cartGiftCardCodesAdd(cartId: $cartId, giftCardCodes: $giftCardCodes) {{
            cart {{ ...Basket }} {errors} }} }} {fragment}"
    );
    let refused = send(&shop, path, &gift, json!({ "cartId": id, "giftCardCodes": ["NOSUCHCARD"] })).await;
    assert_eq!(refused["cartGiftCardCodesAdd"]["userErrors"][0]["code"], "INVALID");
    let delivery = format!(
        "mutation ($cartId: ID!, $addresses: [CartSelectableAddressInput!]!,
        $numCartLines: Int = 100) {{ cartDeliveryAddressesAdd(addresses: $addresses, cartId: $cartId) {{
            cart {{ ...Basket }} {errors} }} }} {fragment}"
    );
    let addresses = json!([{ "address": { "deliveryAddress": { "countryCode": "DE", "city": "Berlin" } } }]);
    let added = send(&shop, path, &delivery, json!({ "cartId": id, "addresses": addresses })).await;
    assert_eq!(added["cartDeliveryAddressesAdd"]["userErrors"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_page_asks_for_plans_parts_and_places() {
    let (shop, _) = shop_with_mug().await;
    let query = "query ($handle: String!) { shop { shopPayInstallmentsPricing { minPrice { amount } } }
        product(handle: $handle) { category { id name ancestors { name } }
            sellingPlanGroups(first: 10) { edges { node { name appName options { name values }
                sellingPlans(first: 10) { edges { node { id name description recurringDeliveries
                    options { name value } billingPolicy { ... on SellingPlanRecurringBillingPolicy { interval intervalCount } }
                    checkoutCharge { type value { ... on MoneyV2 { amount }
                        ... on SellingPlanCheckoutChargePercentageValue { percentage } } }
                    priceAdjustments { orderCount adjustmentValue {
                        ... on SellingPlanFixedAmountPriceAdjustment { adjustmentAmount { amount } }
                        ... on SellingPlanFixedPriceAdjustment { price { amount } }
                        ... on SellingPlanPercentagePriceAdjustment { adjustmentPercentage } } } } } } } } }
            variants(first: 1) { nodes { sellingPlanAllocations(first: 5) { nodes { sellingPlan { id }
                priceAdjustments { price { amount } compareAtPrice { amount } perDeliveryPrice { amount } } } }
                components(first: 5) { nodes { quantity productVariant { id } } } groupedBy(first: 5) { nodes { id } }
                shopPayInstallmentsPricing { eligible } storeAvailability(first: 5) { edges { node { available } } } } } } }";
    let answer = send(&shop, "2025-07/graphql.json", query, json!({ "handle": "mug" })).await;
    assert_eq!(
        answer,
        json!({ "shop": { "shopPayInstallmentsPricing": null }, "product": { "category": null,
            "sellingPlanGroups": { "edges": [] }, "variants": { "nodes": [{
                "sellingPlanAllocations": { "nodes": [] }, "components": { "nodes": [] },
                "groupedBy": { "nodes": [] }, "shopPayInstallmentsPricing": null,
                "storeAvailability": { "edges": [] } }] } } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_with_shopifys_wallet_are_refused_truthfully() {
    let (shop, _) = shop_with_mug().await;
    let money = json!({ "amount": "10.00", "currencyCode": "EUR" });
    let request = json!({ "locale": "en", "presentmentCurrency": "EUR", "subtotal": money, "total": money,
        "lineItems": [{ "quantity": 1, "label": "Mug", "finalItemPrice": money }],
        "deliveryMethods": [{ "code": "x", "minDeliveryDate": "2026-01-01T10:00:00+01:00" }] });
    let create = "mutation ($r: ShopPayPaymentRequestInput!, $s: String!) {
        shopPayPaymentRequestSessionCreate(paymentRequest: $r, sourceIdentifier: $s) {
            shopPayPaymentRequestSession { token checkoutUrl paymentRequest { total { amount } } }
            userErrors { code field message } } }";
    let message = "The shop does not take payments with Shop Pay";
    let answer = send(&shop, "2026-04/graphql.json", create, json!({ "r": request, "s": "x" })).await;
    assert_eq!(
        answer["shopPayPaymentRequestSessionCreate"],
        json!({ "shopPayPaymentRequestSession": null, "userErrors": [{
            "code": "PAYMENT_REQUEST_INVALID_INPUT", "field": ["paymentRequest"], "message": message }] })
    );
    let submit =
        "mutation ($r: ShopPayPaymentRequestInput!) { shopPayPaymentRequestSessionSubmit(token: \"t\",
        idempotencyKey: \"k\", paymentRequest: $r) { paymentRequestReceipt { token processingStatusType }
            userErrors { code field message } } }";
    let answer = send(&shop, "2026-04/graphql.json", submit, json!({ "r": request })).await;
    assert_eq!(
        answer["shopPayPaymentRequestSessionSubmit"],
        json!({ "paymentRequestReceipt": null, "userErrors": [{
            "code": "PAYMENT_REQUEST_NOT_FOUND", "field": ["token"], "message": message }] })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn companies_do_not_buy_here() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.cart_with(&mug, 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let identity = json!({ "companyLocationId": "gid://shopify/CompanyLocation/1" });
    let argument = ("buyerIdentity", "CartBuyerIdentityInput!", identity);
    let expected = [("INVALID_COMPANY_LOCATION", "buyerIdentity.companyLocationId")];
    shop.refuses(&cart, "cartBuyerIdentityUpdate", argument, &expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_category_of_an_import_is_a_place_in_a_tree() {
    let shop = TestShop::open().await;
    let file = "Handle,Title,Product Category,Variant Price\n\
        cup,Cup,Home & Garden > Kitchen > Cups,5.00\n\
        pot,Pot,Home & Garden>Kitchen,9.00\n\
        soap,Soap,,3.00\n\
        code,Code,4711,3.00\n";
    let report = shop.import(file).await;
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    let query =
        "query($handle: String!) { product(handle: $handle) { category { id name ancestors { id name } } } }";
    let category = |handle: &'static str| {
        let shop = &shop;
        async move {
            send(shop, "2026-04/graphql.json", query, json!({ "handle": handle })).await["product"]["category"].clone()
        }
    };
    let (cup, pot) = (category("cup").await, category("pot").await);
    let names = |category: &Value| {
        let above = category["ancestors"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap());
        (category["name"].as_str().unwrap().to_owned(), above.collect::<Vec<_>>().join(" < "))
    };
    assert_eq!(names(&cup), ("Cups".to_owned(), "Kitchen < Home & Garden".to_owned()));
    assert_eq!(names(&pot), ("Kitchen".to_owned(), "Home & Garden".to_owned()));
    assert_eq!(cup["ancestors"][0]["id"], pot["id"], "one node for one kind");
    assert_eq!((category("soap").await, category("code").await), (Value::Null, Value::Null));
    let node = "query($id: ID!) { node(id: $id) { ... on TaxonomyCategory { name } } }";
    assert_eq!(shop.ask(node, json!({ "id": cup["id"] })).await["node"]["name"], "Cups");
    shop.import(&file.replace("Home & Garden > Kitchen > Cups", "")).await;
    assert_eq!(category("cup").await, Value::Null, "an empty cell takes it out");
}
