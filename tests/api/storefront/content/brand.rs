//! The brand, and what this shop does not have.

use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::store::{self, Brand, BrandColors, ColorPair};

use super::nobody;
use crate::support::TestShop;

const PICTURE: &[u8] = include_bytes!("../../../../demo/images/logo.png");
const BRAND: &str =
    "{ shop { brand { slogan shortDescription logo { id alt image { width height url } } squareLogo { id }
    coverImage { id } colors { primary { background foreground } secondary { background } } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_brand_shows_its_signs_and_colors() {
    let shop = TestShop::open().await;
    assert_eq!(shop.ask(BRAND, json!({})).await["shop"]["brand"], Value::Null);
    let logo = tradepost::media::save_picture(&shop.app, PICTURE, Some("Our sign".to_owned())).await.unwrap();
    let brand = Brand {
        slogan: Some("Slowly".to_owned()),
        short_description: Some("A shop.".to_owned()),
        logo: Some(logo),
        colors: BrandColors {
            primary: vec![ColorPair { background: Some("#112233".to_owned()), foreground: None }],
            secondary: Vec::new(),
        },
        ..Brand::default()
    };
    store::save_brand(&shop.app, &Actor::System, &brand).await.unwrap();
    let found = shop.ask(BRAND, json!({})).await["shop"]["brand"].clone();
    assert_eq!((&found["slogan"], &found["shortDescription"]), (&json!("Slowly"), &json!("A shop.")));
    assert_eq!(
        found["colors"],
        json!({ "primary": [{ "background": "#112233", "foreground": null }], "secondary": [] })
    );
    assert_eq!((&found["logo"]["alt"], &found["logo"]["image"]["width"]), (&json!("Our sign"), &json!(900)));
    assert_eq!((&found["squareLogo"], &found["coverImage"]), (&Value::Null, &Value::Null));
    // The sign is public, so its id is too.
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let id = &found["logo"]["id"];
    assert_eq!(shop.ask(node, json!({ "id": id })).await["node"]["id"], *id);

    let bad = ColorPair { background: Some("red".to_owned()), foreground: None };
    let bad = Brand { colors: BrandColors { primary: vec![bad], secondary: Vec::new() }, ..brand.clone() };
    assert_eq!(store::save_brand(&shop.app, &Actor::System, &bad).await.unwrap_err().code(), Some("INVALID"));
    let missing = Brand { cover: Some(entity::id::MediaId(99_999)), ..brand.clone() };
    assert_eq!(
        store::save_brand(&shop.app, &Actor::System, &missing).await.unwrap_err().code(),
        Some("NOT_FOUND")
    );
    assert_eq!(
        store::save_brand(&shop.app, &nobody(), &brand).await.unwrap_err().code(),
        Some("ACCESS_DENIED")
    );
    assert_eq!(shop.ask(BRAND, json!({})).await["shop"]["brand"], found);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_shop_does_not_have_is_null_or_empty() {
    let shop = TestShop::open().await;
    let query = "{ shop { shopPayInstallmentsPricing { minPrice { amount } maxPrice { amount }
          financingPlans { id terms { id apr frequency loanType installmentsCount { count } } } }
        socialLoginProviders { handle } customerAccountTranslations { key value } }
      publicApiVersions { handle displayName supported } }";
    let found = shop.ask(query, json!({})).await;
    assert_eq!(
        found,
        json!({
            "shop": { "shopPayInstallmentsPricing": null, "socialLoginProviders": [], "customerAccountTranslations": null },
            "publicApiVersions": [
                { "handle": "2026-04", "displayName": "2026-04", "supported": true },
                { "handle": "unstable", "displayName": "unstable", "supported": false },
            ],
        })
    );
}
