//! Making and finding carts, and the secret in their ids.

use chrono::{TimeDelta, Utc};
use entity::cart;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::secret;

use crate::support::{ProductSpec, TestShop, VariantSpec, refusals};

/// Every mutation of a cart with an argument that is in order.
fn mutations() -> [(&'static str, &'static str, &'static str, Value); 17] {
    let payment = json!({ "amount": { "amount": "1.00", "currencyCode": "EUR" }, "providerPaymentMethod": { "provider": "manual" } });
    let billing = json!({ "country": "DE" });
    [
        ("cartLinesAdd", "lines", "[CartLineInput!]!", json!([])),
        ("cartLinesUpdate", "lines", "[CartLineUpdateInput!]!", json!([])),
        ("cartLinesRemove", "lineIds", "[ID!]!", json!([])),
        ("cartNoteUpdate", "note", "String", json!("a note")),
        ("cartAttributesUpdate", "attributes", "[AttributeInput!]!", json!([])),
        ("cartBuyerIdentityUpdate", "buyerIdentity", "CartBuyerIdentityInput!", json!({})),
        ("cartDeliveryAddressesAdd", "addresses", "[CartSelectableAddressInput!]!", json!([])),
        ("cartDeliveryAddressesUpdate", "addresses", "[CartSelectableAddressUpdateInput!]!", json!([])),
        ("cartDeliveryAddressesRemove", "addressIds", "[ID!]!", json!([])),
        ("cartDeliveryAddressesReplace", "addresses", "[CartSelectableAddressInput!]!", json!([])),
        (
            "cartSelectedDeliveryOptionsUpdate",
            "selectedDeliveryOptions",
            "[CartSelectedDeliveryOptionInput!]!",
            json!([]),
        ),
        ("cartBillingAddressUpdate", "billingAddress", "MailingAddressInput", billing),
        ("cartPaymentUpdate", "payment", "CartPaymentInput!", payment),
        ("cartDiscountCodesUpdate", "discountCodes", "[String!]", json!([])),
        ("cartGiftCardCodesAdd", "giftCardCodes", "[String!]!", json!([])),
        ("cartGiftCardCodesUpdate", "giftCardCodes", "[String!]!", json!([])),
        ("cartGiftCardCodesRemove", "appliedGiftCardIds", "[ID!]!", json!([])),
    ]
}

async fn count_carts(shop: &TestShop) -> u64 {
    cart::Entity::find().count(shop.app.db.fresh()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_is_made_with_everything_at_once() {
    let shop = TestShop::open().await;
    let on_sale = VariantSpec { compare_at: "15.00".to_owned(), ..VariantSpec::default() };
    shop.have(&[
        ProductSpec { variants: vec![on_sale], ..ProductSpec::new("mug") },
        ProductSpec::new("cup").price("2.50"),
    ])
    .await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let engraved = json!([{ "key": "engraving", "value": "Ada" }]);
    let payload = shop
        .change_cart("cartCreate", &[("input", "CartInput", json!({
            "lines": [
                { "merchandiseId": mug },
                { "merchandiseId": cup, "quantity": 2, "attributes": engraved },
                { "merchandiseId": mug, "quantity": 3 },
            ],
            "note": "Ring twice",
            "attributes": [{ "key": "gift", "value": "yes" }],
            "buyerIdentity": { "email": " ada@example.com ", "phone": "+49 30 123", "countryCode": "US",
                "preferences": { "wallet": ["x"], "delivery": { "deliveryMethod": ["SHIPPING"], "pickupHandle": ["p"] } } },
            "delivery": { "addresses": [{ "selected": true, "oneTimeUse": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": " Berlin ",
                "zip": "10115", "countryCode": "DE" } } }] },
            "discountCodes": ["SUMMER", "summer", " ", "VIP"],
            "giftCardCodes": ["1234", "5678"],
        }))])
        .await;
    assert_eq!(payload["userErrors"], json!([]));
    let cart = &payload["cart"];
    let id = cart["id"].as_str().unwrap();
    let token = id.strip_prefix("gid://shopify/Cart/").unwrap();
    assert!(token.len() == 27 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
    let page = tradepost::cart::page_token(&shop.app, token).unwrap();
    let warning = |code: &str| json!({ "code": code, "target": id });
    let warnings: Vec<Value> = payload["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| json!({ "code": warning["code"], "target": warning["target"] }))
        .collect();
    let unknown = warning("DISCOUNT_NOT_FOUND");
    assert_eq!(warnings, [unknown.clone(), unknown, warning("PAYMENTS_GIFT_CARDS_UNAVAILABLE")]);

    let lines = cart["lines"]["nodes"].as_array().unwrap();
    let (first, second) = (lines[0]["id"].as_str().unwrap(), lines[1]["id"].as_str().unwrap());
    assert!(
        first.starts_with("gid://shopify/CartLine/") && first.ends_with(&format!("?cart={token}")),
        "{first}"
    );
    let group = cart["deliveryGroups"]["nodes"][0]["id"].clone();
    let address = cart["delivery"]["addresses"][0]["id"].clone();
    let euros = |amount: &str| json!({ "amount": amount, "currencyCode": "EUR" });
    let line = |id: &str,
                variant: &str,
                quantity,
                attributes: &Value,
                unit: &str,
                compare: Value,
                total: &str| {
        json!({ "id": id, "quantity": quantity, "attributes": attributes, "merchandise": { "id": variant },
            "cost": { "amountPerQuantity": { "amount": unit }, "compareAtAmountPerQuantity": compare,
                "totalAmount": { "amount": total } } })
    };
    let option = |handle: &str, cost: &str| json!({ "handle": handle, "title": handle, "estimatedCost": { "amount": cost } });
    let expected = json!({
        "id": id, "note": "Ring twice", "totalQuantity": 6,
        "checkoutUrl": format!("{}/checkout/{page}", shop.url), "updatedAt": cart["updatedAt"],
        "attributes": [{ "key": "gift", "value": "yes" }],
        "buyerIdentity": { "email": "ada@example.com", "phone": "+49 30 123", "countryCode": "US",
            "preferences": { "wallet": ["x"], "delivery": { "deliveryMethod": ["SHIPPING"], "pickupHandle": ["p"] } } },
        "discountCodes": [{ "code": "SUMMER", "applicable": false }, { "code": "VIP", "applicable": false }],
        "cost": { "subtotalAmount": euros("45.0"), "totalAmount": euros("49.9"), "totalAmountEstimated": false },
        "delivery": { "addresses": [{ "id": address, "selected": true, "oneTimeUse": true, "address": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "provinceCode": null, "countryCode": "DE" } }] },
        "deliveryGroups": { "nodes": [{ "id": group,
            "deliveryOptions": [option("standard", "4.9"), option("express", "9.9")],
            "selectedDeliveryOption": { "handle": "standard" },
            "cartLines": { "nodes": [{ "id": first }, { "id": second }] } }] },
        "lines": { "nodes": [
            line(first, &mug, 4, &json!([]), "10.0", json!({ "amount": "15.0" }), "40.0"),
            line(second, &cup, 2, &engraved, "2.5", Value::Null, "5.0")] },
    });
    assert_eq!(cart, &expected);
    assert_eq!(shop.cart(id).await, expected);
    assert_eq!(shop.cart(&format!("{id}?key=more")).await, expected, "clients add a key to a cart's id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_cart_is_made_of_nothing() {
    let shop = TestShop::open().await;
    let made = shop.ask("mutation { cartCreate { cart { id } userErrors { code } } }", json!({})).await;
    let id = made["cartCreate"]["cart"]["id"].as_str().unwrap();
    let cart = shop.cart(id).await;
    assert_eq!((&cart["totalQuantity"], &cart["lines"]["nodes"]), (&json!(0), &json!([])));
    assert_eq!(cart["deliveryGroups"]["nodes"], json!([]));
    assert_eq!(cart["cost"]["totalAmount"], json!({ "amount": "0.0", "currencyCode": "EUR" }));
    assert_eq!(cart["cost"]["totalAmountEstimated"], false);
    let other = shop.make_cart(Value::Null).await;
    assert_ne!(other["id"], id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_would_be_wrong_is_not_made() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let address = |address: Value| json!({ "delivery": { "addresses": [{ "address": address }] } });
    let twenty_one = vec![json!({ "address": { "deliveryAddress": { "countryCode": "DE" } } }); 21];
    for (input, code, field) in [
        (
            json!({ "lines": [{ "merchandiseId": mug, "quantity": 0 }] }),
            "MINIMUM_NOT_MET",
            "input.lines.0.quantity",
        ),
        (
            json!({ "lines": [{ "merchandiseId": mug }, { "merchandiseId": "x" }] }),
            "INVALID",
            "input.lines.1.merchandiseId",
        ),
        (
            json!({ "lines": [{ "merchandiseId": mug, "sellingPlanId": "gid://shopify/SellingPlan/1" }] }),
            "SELLING_PLAN_NOT_APPLICABLE",
            "input.lines.0.sellingPlanId",
        ),
        (json!({ "note": "x".repeat(5_001) }), "NOTE_TOO_LONG", "input.note"),
        (json!({ "attributes": [{ "key": "", "value": "x" }] }), "INVALID", "input.attributes"),
        (json!({ "buyerIdentity": { "email": "ada" } }), "INVALID", "input.buyerIdentity.email"),
        (json!({ "discountCodes": vec!["A"; 101] }), "INVALID", "input.discountCodes"),
        (json!({ "giftCardCodes": ["x".repeat(256)] }), "INVALID", "input.giftCardCodes"),
        (
            json!({ "metafields": [{ "key": "custom.size", "type": "number", "value": "1" }] }),
            "INVALID_METAFIELDS",
            "input.metafields.0.type",
        ),
        (
            address(json!({ "deliveryAddress": { "city": "Berlin" } })),
            "ADDRESS_FIELD_IS_REQUIRED",
            "input.delivery.addresses.0.address.deliveryAddress.countryCode",
        ),
        (
            address(json!({ "copyFromCustomerAddressId": "gid://shopify/MailingAddress/1" })),
            "INVALID_DELIVERY_ADDRESS_ID",
            "input.delivery.addresses.0.address.copyFromCustomerAddressId",
        ),
        (
            json!({ "delivery": { "addresses": twenty_one } }),
            "TOO_MANY_DELIVERY_ADDRESSES",
            "input.delivery.addresses",
        ),
    ] {
        let payload = shop.change_cart("cartCreate", &[("input", "CartInput", input)]).await;
        assert_eq!(refusals(&payload), [(code, field.to_owned())]);
        assert_eq!(payload["cart"], Value::Null);
    }
    let many = json!({ "input": { "lines": vec![json!({ "merchandiseId": mug }); 251] } });
    let query = "mutation($input: CartInput) { cartCreate(input: $input) { cart { id } } }";
    assert_eq!(shop.error_code(query, many).await, "LIST_TOO_LONG");
    assert_eq!(count_carts(&shop).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_finds_no_cart_and_changes_none() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let made = shop.cart_with(&shop.variant_id("mug").await, 1).await;
    let id = made["cart"]["id"].as_str().unwrap();
    let before = shop.cart(id).await;
    let number = cart::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap().id;
    let (shorter, longer) = (&id[..id.len() - 1], format!("{id}A"));
    let (by_number, other) =
        (format!("gid://shopify/Cart/{number}"), format!("gid://shopify/Cart/{}", "A".repeat(27)));
    for wrong in [&other, shorter, &longer, &by_number] {
        assert_eq!(shop.cart(wrong).await, Value::Null, "{wrong}");
        for (mutation, name, kind, value) in mutations() {
            let arguments = [("cartId", "ID!", json!(wrong)), (name, kind, value)];
            let payload = shop.change_cart(mutation, &arguments).await;
            assert_eq!(refusals(&payload), [("INVALID", "cartId".to_owned())], "{mutation}");
            assert_eq!(payload["cart"], Value::Null);
        }
    }
    assert_eq!(shop.cart(id).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_id_of_a_cart_is_refused() {
    let shop = TestShop::open().await;
    for id in ["", "rubbish", "gid://shopify/Cart/", "gid://shopify/Product/1", "gid://shopify/Cart/a/b"] {
        assert_eq!(
            shop.error_code("query($id: ID!) { cart(id: $id) { id } }", json!({ "id": id })).await,
            "INVALID_ID"
        );
        for (mutation, name, kind, value) in mutations() {
            let query = format!(
                "mutation($id: ID!, $value: {kind}) {{ {mutation}(cartId: $id, {name}: $value) {{ cart {{ id }} }} }}"
            );
            let code = shop.error_code(&query, json!({ "id": id, "value": value })).await;
            assert_eq!(code, "INVALID_ID", "{mutation} {id}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_expired_or_was_ordered_is_gone() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug = shop.variant_id("mug").await;
    let ordered = shop.ready_cart(&mug, 1, "approve").await.id;
    shop.buy(&ordered).await;
    let expired = shop.cart_with(&mug, 1).await["cart"]["id"].as_str().unwrap().to_owned();
    cart::Entity::update_many()
        .col_expr(cart::Column::ExpiresAt, Expr::value(Utc::now() - TimeDelta::seconds(1)))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    let rows = cart::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    for id in [ordered, expired] {
        assert_eq!(shop.cart(&id).await, Value::Null);
        for (mutation, name, kind, value) in mutations() {
            let payload =
                shop.change_cart(mutation, &[("cartId", "ID!", json!(id)), (name, kind, value)]).await;
            assert_eq!(refusals(&payload), [("INVALID", "cartId".to_owned())], "{mutation}");
        }
    }
    assert_eq!(cart::Entity::find().all(shop.app.db.fresh()).await.unwrap(), rows, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_secret_of_a_cart_is_stored_nowhere() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let ready = shop.ready_cart(&shop.variant_id("mug").await, 1, "approve").await;
    let token = ready.id.trim_start_matches("gid://shopify/Cart/").to_owned();
    let row = cart::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!(row.token_hash, secret::hash_token(&token));
    assert!(!format!("{row:?}").contains(&token));
    shop.buy(&ready.id).await;
    let mut files = 0;
    let mut folders = vec![shop.app.config.data_dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let holds_token = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!holds_token, "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 0 || !shop.app.db.is_embedded(), "the database's own file was looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_of_a_cart_are_paged() {
    let shop = TestShop::open().await;
    let sizes = ["XS", "S", "M", "L", "XL"];
    shop.have(&[ProductSpec::new("shirt").in_sizes_and_colors(&sizes, &["Red"])]).await;
    let lines: Vec<Value> =
        shop.variant_ids("shirt").await.iter().map(|id| json!({ "merchandiseId": id })).collect();
    let id =
        shop.make_cart(json!({ "lines": lines, "attributes": [{ "key": "a", "value": "1" }] })).await["id"]
            .clone();
    let query = "query($id: ID!, $first: Int, $after: String, $last: Int) { cart(id: $id) {
        attribute(key: \"a\") { value } lines(first: $first, after: $after, last: $last) {
          nodes { merchandise { ... on ProductVariant { title } } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let titles = |cart: &Value| {
        let nodes = cart["lines"]["nodes"].as_array().unwrap().iter();
        nodes.map(|line| line["merchandise"]["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = shop.ask(query, json!({ "id": id, "first": 3 })).await["cart"].clone();
    assert_eq!(titles(&first), ["XS / Red", "S / Red", "M / Red"]);
    assert_eq!(first["attribute"], json!({ "value": "1" }));
    let after = &first["lines"]["pageInfo"]["endCursor"];
    let second = shop.ask(query, json!({ "id": id, "first": 3, "after": after })).await["cart"].clone();
    assert_eq!(titles(&second), ["L / Red", "XL / Red"]);
    assert_eq!(second["lines"]["pageInfo"]["hasNextPage"], false);
    assert_eq!(second["lines"]["pageInfo"]["hasPreviousPage"], true);
    assert_eq!(titles(&shop.ask(query, json!({ "id": id, "last": 1 })).await["cart"]), ["XL / Red"]);
    for arguments in
        [json!({ "id": id }), json!({ "id": id, "first": 251 }), json!({ "id": id, "first": 1, "last": 1 })]
    {
        assert_eq!(shop.error_code(query, arguments).await, "BAD_PAGE");
    }
}
