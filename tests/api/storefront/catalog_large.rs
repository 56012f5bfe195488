//! A product with as many variants as there may be.

use std::collections::HashSet;

use serde_json::json;

use crate::support::{ProductSpec, TestShop};

/// Sizes and colours: 50 times 40 variants.
const SIZES: usize = 50;
const COLORS: usize = 40;

async fn carpet() -> TestShop {
    let shop = TestShop::open().await;
    let sizes: Vec<String> = (0..SIZES).map(|size| format!("Size {size}")).collect();
    let colors: Vec<String> = (0..COLORS).map(|color| format!("Color {color}")).collect();
    let names = |names: &[String]| names.iter().map(|name| &*name.clone().leak()).collect::<Vec<&str>>();
    let mut carpet = ProductSpec::new("carpet").in_sizes_and_colors(&names(&sizes), &names(&colors));
    // The first of all is sold out.
    carpet.variants[0].stock = Some(0);
    shop.have(&[carpet]).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_variants_are_told_whole_and_without_a_statement() {
    let shop = carpet().await;
    let page = "{ product(handle: \"carpet\") { variantsCount { count precision } totalInventory
        encodedVariantExistence encodedVariantAvailability
        options { optionValues { name firstSelectableVariant { title } } }
        selectedOrFirstAvailableVariant { title }
        chosen: selectedOrFirstAvailableVariant(selectedOptions: [
            { name: \"Size\", value: \"Size 49\" }, { name: \"Color\", value: \"Color 39\" }]) { title }
        adjacentVariants(selectedOptions: [
            { name: \"Size\", value: \"Size 49\" }, { name: \"Color\", value: \"Color 39\" }]) { id }
        priceRange { minVariantPrice { amount } } } }";
    let product = &shop.ask(page, json!({})).await["product"];
    assert_eq!(product["variantsCount"], json!({ "count": 2_000, "precision": "EXACT" }));
    assert_eq!(product["totalInventory"], 199_900);
    let rows = |first: &str| {
        let rows: Vec<String> = (1..SIZES).map(|size| format!("{size}:0-39,")).collect();
        format!("v1_0:{first},{}", rows.concat())
    };
    assert_eq!(product["encodedVariantExistence"], rows("0-39"));
    assert_eq!(product["encodedVariantAvailability"], rows("1-39"));
    assert_eq!(
        product["options"][0]["optionValues"][49]["firstSelectableVariant"]["title"],
        "Size 49 / Color 0"
    );
    assert_eq!(product["selectedOrFirstAvailableVariant"]["title"], "Size 0 / Color 1");
    assert_eq!(product["chosen"]["title"], "Size 49 / Color 39");
    assert_eq!(product["adjacentVariants"].as_array().unwrap().len(), SIZES - 1 + COLORS - 1);
    assert_eq!(shop.statements_of(page, json!({})).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_two_thousand_are_reached_page_by_page() {
    let shop = carpet().await;
    let page = "query($after: String) { product(handle: \"carpet\") { variants(first: 250, after: $after) {
        nodes { id availableForSale price { amount } selectedOptions { name value } }
        pageInfo { hasNextPage endCursor } } } }";
    let (mut seen, mut after, mut pages) = (HashSet::new(), json!(null), 0);
    loop {
        let data = shop.ask(page, json!({ "after": after })).await;
        let variants = &data["product"]["variants"];
        for variant in variants["nodes"].as_array().unwrap() {
            assert_eq!(variant["selectedOptions"].as_array().unwrap().len(), 2);
            assert!(seen.insert(variant["id"].as_str().unwrap().to_owned()), "{variant}");
        }
        pages += 1;
        after = variants["pageInfo"]["endCursor"].clone();
        if variants["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (SIZES * COLORS, 8));
}
