//! One product: what it shows, who reaches it, which of its variants is meant.

use chrono::{TimeDelta, Utc};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop, VariantSpec};

/// A shirt in four forms: small and red is dear, middle and blue is sold out.
fn shirt() -> ProductSpec {
    let mut shirt = ProductSpec::new("shirt").in_sizes_and_colors(&["S", "M"], &["Red", "Blue"]);
    "The Shirt".clone_into(&mut shirt.title);
    "Weaver".clone_into(&mut shirt.vendor);
    "Tops".clone_into(&mut shirt.kind);
    "cotton, New".clone_into(&mut shirt.tags);
    shirt.images = 2;
    shirt = shirt.price("19.90");
    "25.00".clone_into(&mut shirt.variants[0].price);
    "30.00".clone_into(&mut shirt.variants[0].compare_at);
    shirt.variants[3].stock = Some(0);
    shirt
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_is_found_by_its_handle_and_by_its_id() {
    let shop = TestShop::open().await;
    shop.have(&[shirt()]).await;
    let query = "query($handle: String, $id: ID) { product(handle: $handle, id: $id) {
        id handle title vendor productType tags description descriptionHtml availableForSale totalInventory
        onlineStoreUrl isGiftCard variantsCount { count precision }
        priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } }
        compareAtPriceRange { minVariantPrice { amount } maxVariantPrice { amount } }
        options { name values optionValues { name } }
        featuredImage { url } images(first: 9) { nodes { url } } media(first: 9) { nodes { mediaContentType } }
        variants(first: 2) { nodes { id title sku price { amount currencyCode } compareAtPrice { amount }
          availableForSale quantityAvailable requiresShipping weight weightUnit taxable
          selectedOptions { name value } image { url } product { handle } } } } }";
    let by_handle = shop.ask(query, json!({ "handle": "shirt" })).await["product"].clone();
    let ids = shop.variant_ids("shirt").await;
    let picture = |number: u32| json!({ "url": format!("https://pictures.example/shirt-{number}.png") });
    let variant = |place: usize, size: &str, color: &str, price: &str, compare_at: Value| {
        json!({
            "id": ids[place], "title": format!("{size} / {color}"), "sku": format!("shirt-{size}-{color}"),
            "price": { "amount": price, "currencyCode": "EUR" }, "compareAtPrice": compare_at,
            "availableForSale": true, "quantityAvailable": 100, "requiresShipping": true, "weight": 0.1,
            "weightUnit": "KILOGRAMS", "taxable": true, "image": picture(0), "product": { "handle": "shirt" },
            "selectedOptions": [{ "name": "Size", "value": size }, { "name": "Color", "value": color }],
        })
    };
    let option = |name: &str, values: [&str; 2]| json!({ "name": name, "values": values, "optionValues": values.map(|value| json!({ "name": value })) });
    let expected = json!({
        "id": shop.product_id("shirt").await, "handle": "shirt", "title": "The Shirt", "vendor": "Weaver",
        "productType": "Tops", "tags": ["cotton", "New"], "description": "A fine thing.",
        "descriptionHtml": "<p>A fine thing.</p>", "availableForSale": true, "totalInventory": 300,
        "onlineStoreUrl": format!("{}/products/shirt", shop.url), "isGiftCard": false,
        "variantsCount": { "count": 4, "precision": "EXACT" },
        "priceRange": {
            "minVariantPrice": { "amount": "19.9", "currencyCode": "EUR" },
            "maxVariantPrice": { "amount": "25.0", "currencyCode": "EUR" } },
        "compareAtPriceRange": { "minVariantPrice": { "amount": "30.0" }, "maxVariantPrice": { "amount": "30.0" } },
        "options": [option("Size", ["S", "M"]), option("Color", ["Red", "Blue"])],
        "featuredImage": picture(0), "images": { "nodes": [picture(0), picture(1)] },
        "media": { "nodes": [{ "mediaContentType": "IMAGE" }, { "mediaContentType": "IMAGE" }] },
        "variants": { "nodes": [
            variant(0, "S", "Red", "25.0", json!({ "amount": "30.0" })),
            variant(1, "S", "Blue", "19.9", Value::Null)] },
    });
    assert_eq!(by_handle, expected);
    assert_eq!(shop.ask(query, json!({ "id": expected["id"] })).await["product"], expected);
    let older = "{ productByHandle(handle: \"shirt\") { id } }";
    assert_eq!(shop.ask(older, json!({})).await["productByHandle"]["id"], expected["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_product_is_null() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    for selector in ["handle: \"cup\"", "handle: \"\"", "id: \"gid://shopify/Product/999999\"", ""] {
        let query = match selector {
            "" => "{ product { id } }".to_owned(),
            _ => format!("{{ product({selector}) {{ id }} }}"),
        };
        assert_eq!(shop.ask(&query, json!({})).await, json!({ "product": null }), "{query}");
    }
    let older = shop.ask("{ productByHandle(handle: \"cup\") { id } }", json!({})).await;
    assert_eq!(older, json!({ "productByHandle": null }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_id_of_a_product_is_refused() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let of_variant = shop.variant_id("mug").await;
    for id in [
        "",
        "1",
        "rubbish",
        "gid://shopify/Product",
        "gid://shopify/Product/",
        "gid://shopify/Product/mug",
        "gid://shopify/Product/-1",
        "gid://shopify/Product/0",
        "gid://shopify/Product/99999999999999999999",
        "gid://other/Product/1",
        "gid://shopify/Product/1/2",
        &of_variant,
    ] {
        let code = shop.error_code("query($id: ID) { product(id: $id) { id } }", json!({ "id": id })).await;
        assert_eq!(code, "INVALID_ID", "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_archived_and_unpublished_products_are_nowhere_and_unlisted_ones_in_no_list() {
    let shop = TestShop::open().await;
    let with_status = |handle: &str, status| ProductSpec { status, ..ProductSpec::new(handle) };
    shop.have(&[
        ProductSpec::new("active"),
        with_status("draft", "draft"),
        with_status("archived", "archived"),
        with_status("unlisted", "unlisted"),
        ProductSpec { published: false, ..ProductSpec::new("unpublished") },
        ProductSpec::new("tomorrow"),
    ])
    .await;
    product::Entity::update_many()
        .col_expr(product::Column::PublishedAt, Expr::value(Utc::now() + TimeDelta::days(1)))
        .filter(product::Column::Handle.eq("tomorrow"))
        .exec(shop.app.db.writer())
        .await
        .unwrap();

    let listed = shop.ask("{ products(first: 250) { nodes { handle } } }", json!({})).await;
    assert_eq!(listed["products"]["nodes"], json!([{ "handle": "active" }]));
    let query = "query($handle: String!, $id: ID!, $variant: ID!) {
        byHandle: product(handle: $handle) { handle } byId: product(id: $id) { handle }
        productByHandle(handle: $handle) { handle } node(id: $id) { id } nodes(ids: [$variant]) { id } }";
    for (handle, is_reached) in [
        ("active", true),
        ("unlisted", true),
        ("draft", false),
        ("archived", false),
        ("unpublished", false),
        ("tomorrow", false),
    ] {
        let (id, variant) = (shop.product_id(handle).await, shop.variant_id(handle).await);
        let found = shop.ask(query, json!({ "handle": handle, "id": id, "variant": variant })).await;
        let shown = |value: Value| if is_reached { value } else { Value::Null };
        let product = shown(json!({ "handle": handle }));
        assert_eq!(
            found,
            json!({
                "byHandle": product, "byId": product, "productByHandle": product,
                "node": shown(json!({ "id": id })), "nodes": [shown(json!({ "id": variant }))],
            }),
            "{handle}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sold_out_is_told_and_what_is_sold_past_zero_can_be_bought() {
    let shop = TestShop::open().await;
    let with = |handle: &str, stock, policy| {
        let variants = vec![VariantSpec { stock, policy, ..VariantSpec::default() }];
        ProductSpec { variants, ..ProductSpec::new(handle) }
    };
    shop.have(&[
        with("plenty", Some(3), "deny"),
        with("sold-out", Some(0), "deny"),
        with("on-order", Some(0), "continue"),
        with("promised", Some(-2), "continue"),
        with("uncounted", None, "deny"),
    ])
    .await;
    let query = "query($handle: String!) { product(handle: $handle) { availableForSale totalInventory
        variants(first: 1) { nodes { availableForSale quantityAvailable currentlyNotInStock } } } }";
    for (handle, for_sale, left, past_zero) in [
        ("plenty", true, json!(3), false),
        ("sold-out", false, json!(0), false),
        ("on-order", true, json!(0), true),
        ("promised", true, json!(-2), true),
        ("uncounted", true, Value::Null, false),
    ] {
        let variant = json!({ "availableForSale": for_sale, "quantityAvailable": left, "currentlyNotInStock": past_zero });
        let expected = json!({ "availableForSale": for_sale, "totalInventory": left, "variants": { "nodes": [variant] } });
        assert_eq!(shop.ask(query, json!({ "handle": handle })).await["product"], expected, "{handle}");
    }
}

/// Chooses options of the shirt in a field; returns the title of the variant.
async fn chosen(shop: &TestShop, field: &str, more: &str, options: &[(&str, &str)]) -> Value {
    let query = format!(
        "query($options: [SelectedOptionInput!]!) {{ product(handle: \"shirt\") {{ \
         {field}(selectedOptions: $options{more}) {{ title }} }} }}"
    );
    let options: Vec<Value> =
        options.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    shop.ask(&query, json!({ "options": options })).await["product"][field].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_is_found_by_all_of_its_options() {
    let shop = TestShop::open().await;
    shop.have(&[shirt()]).await;
    let field = "variantBySelectedOptions";
    let found = |title: &str| json!({ "title": title });
    let blue_m = [("Color", "Blue"), ("Size", "M")];
    assert_eq!(chosen(&shop, field, "", &blue_m).await, found("M / Blue"));
    assert_eq!(chosen(&shop, field, "", &[("Size", "M")]).await, Value::Null);
    assert_eq!(chosen(&shop, field, "", &[]).await, Value::Null);
    assert_eq!(chosen(&shop, field, "", &[("Size", "XL"), ("Color", "Red")]).await, Value::Null);
    let cased = [("size", "m"), ("COLOR", "blue")];
    assert_eq!(chosen(&shop, field, "", &cased).await, Value::Null);
    assert_eq!(chosen(&shop, field, ", caseInsensitiveMatch: true", &cased).await, found("M / Blue"));
    let unknown = [("Size", "M"), ("Color", "Blue"), ("Fit", "Slim")];
    assert_eq!(chosen(&shop, field, "", &unknown).await, Value::Null);
    assert_eq!(chosen(&shop, field, ", ignoreUnknownOptions: true", &unknown).await, found("M / Blue"));
    let many = vec![("Size", "M"); 251];
    let many: Vec<Value> = many.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let query = "query($options: [SelectedOptionInput!]!) { product(handle: \"shirt\") {
        variantBySelectedOptions(selectedOptions: $options) { id } } }";
    assert_eq!(shop.error_code(query, json!({ "options": many })).await, "LIST_TOO_LONG");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_selected_variant_is_shown_or_else_the_first_that_can_be_bought() {
    let shop = TestShop::open().await;
    let mut shirt = shirt();
    shirt.variants[0].stock = Some(0);
    shop.have(&[shirt]).await;
    let field = "selectedOrFirstAvailableVariant";
    for (options, title) in [
        (&[][..], "S / Blue"),
        (&[("Size", "S")], "S / Blue"),
        (&[("Color", "Red")], "M / Red"),
        (&[("Size", "S"), ("Color", "Red")], "S / Red"),
        (&[("Size", "XL")], "S / Blue"),
        (&[("Fit", "Slim"), ("Size", "M")], "M / Red"),
    ] {
        assert_eq!(chosen(&shop, field, "", options).await, json!({ "title": title }), "{options:?}");
    }
    let query = "{ product(handle: \"shirt\") { selectedOrFirstAvailableVariant { title } } }";
    let shown = shop.ask(query, json!({})).await;
    assert_eq!(shown["product"]["selectedOrFirstAvailableVariant"]["title"], "S / Blue");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_combinations_that_exist_and_those_for_sale_are_packed() {
    let shop = TestShop::open().await;
    let mut shirt = shirt();
    shirt.variants.remove(3);
    shirt.variants[0].stock = Some(0);
    shop.have(&[shirt, ProductSpec::new("mug")]).await;
    let query = "query($handle: String!) { product(handle: $handle) {
        encodedVariantExistence encodedVariantAvailability
        options { optionValues { firstSelectableVariant { title } } } adjacentVariants { title } } }";
    let shown = shop.ask(query, json!({ "handle": "shirt" })).await["product"].clone();
    assert_eq!(shown["encodedVariantExistence"], "v1_0:0-1,1:0,");
    assert_eq!(shown["encodedVariantAvailability"], "v1_0:1,1:0,");
    let first = |title: &str| json!({ "firstSelectableVariant": { "title": title } });
    assert_eq!(shown["options"][0]["optionValues"], json!([first("S / Red"), first("M / Red")]));
    assert_eq!(shown["options"][1]["optionValues"], json!([first("S / Red"), first("S / Blue")]));
    // Beside small and blue, the first that can be bought.
    assert_eq!(shown["adjacentVariants"], json!([{ "title": "S / Red" }]));
    let mug = shop.ask(query, json!({ "handle": "mug" })).await["product"].clone();
    assert_eq!(mug["encodedVariantExistence"], "v1_0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn variants_and_pictures_of_a_product_are_paged_in_every_order() {
    let shop = TestShop::open().await;
    let mut bag = ProductSpec::new("bag").in_sizes_and_colors(&["M", "S", "L"], &["Red"]);
    for (variant, sku) in bag.variants.iter_mut().zip(["c", "a", "b"]) {
        sku.clone_into(&mut variant.sku);
    }
    bag.images = 3;
    shop.have(&[bag]).await;
    for (arguments, expected) in [
        ("sortKey: POSITION", ["M / Red", "S / Red", "L / Red"]),
        ("reverse: true", ["L / Red", "S / Red", "M / Red"]),
        ("sortKey: TITLE", ["L / Red", "M / Red", "S / Red"]),
        ("sortKey: SKU", ["S / Red", "L / Red", "M / Red"]),
        ("sortKey: ID, reverse: true", ["L / Red", "S / Red", "M / Red"]),
    ] {
        let mut titles = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let query = format!(
                "query($after: String) {{ product(handle: \"bag\") {{ variants(first: 2, after: $after, {arguments}) \
                 {{ nodes {{ title }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }} }}"
            );
            let page = shop.ask(&query, json!({ "after": cursor })).await["product"]["variants"].clone();
            titles.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["title"].clone()));
            assert_eq!(page["pageInfo"]["hasPreviousPage"], !cursor.is_null());
            cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(titles, expected, "{arguments}");
    }
    let query = "{ product(handle: \"bag\") { images(last: 2) { nodes { url } pageInfo { hasNextPage hasPreviousPage } } } }";
    let images = shop.ask(query, json!({})).await["product"]["images"].clone();
    let picture = |number: u32| json!({ "url": format!("https://pictures.example/bag-{number}.png") });
    assert_eq!(images["nodes"], json!([picture(1), picture(2)]));
    assert_eq!(images["pageInfo"], json!({ "hasNextPage": false, "hasPreviousPage": true }));
}
