//! Carts that many change at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::cart;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{figure, tell};
use crate::support::{ProductSpec, TestShop, at_once};

/// Case 9: the API has no carts that are merged when somebody signs in; a cart is signed in as it is. Ten who do that at
/// once, while ten products are put in, lose none of its lines.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_09_ten_sign_ins_at_once_lose_no_line_of_the_cart() {
    let shop = Arc::new(TestShop::open().await);
    let sizes: Vec<String> = (0..75).map(|size| format!("Size {size}")).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    shop.have(&[ProductSpec::new("shoe").in_sizes_and_colors(&sizes, &["Red"])]).await;
    let variants = Arc::new(shop.variant_ids("shoe").await);
    let (_, token) = shop.customer_with_credit("ada@example.com", 0).await;
    let lines: Vec<Value> =
        variants[..65].iter().map(|variant| json!({ "merchandiseId": variant })).collect();
    let cart = shop.make_cart(json!({ "lines": lines })).await;
    let id: Arc<str> = cart["id"].as_str().unwrap().into();
    let payloads = at_once(20, |index| {
        let (shop, id, token, variants) =
            (Arc::clone(&shop), Arc::clone(&id), token.clone(), Arc::clone(&variants));
        async move {
            let cart = ("cartId", "ID!", json!(&*id));
            if index % 2 == 0 {
                let identity = json!({ "customerAccessToken": token });
                let identity = ("buyerIdentity", "CartBuyerIdentityInput!", identity);
                return shop.change_cart("cartBuyerIdentityUpdate", &[cart, identity]).await;
            }
            let line = json!([{ "merchandiseId": variants[65 + index / 2] }]);
            shop.change_cart("cartLinesAdd", &[cart, ("lines", "[CartLineInput!]!", line)]).await
        }
    })
    .await;
    assert!(payloads.iter().all(|payload| payload["userErrors"] == json!([])), "{payloads:#?}");
    let after = shop.cart(&id).await;
    let lines = after["lines"]["nodes"].as_array().unwrap();
    let found: BTreeSet<&str> =
        lines.iter().map(|line| line["merchandise"]["id"].as_str().unwrap()).collect();
    let expected: BTreeSet<&str> = variants.iter().map(String::as_str).collect();
    assert_eq!(found, expected);
    assert_eq!((lines.len(), &after["totalQuantity"]), (75, &json!(75)));
    let signed_in = "query($id: ID!) { cart(id: $id) { buyerIdentity { customer { email } } } }";
    let signed_in = shop.ask(signed_in, json!({ "id": &*id })).await;
    assert_eq!(signed_in["cart"]["buyerIdentity"]["customer"]["email"], "ada@example.com");
}

/// Case 10: the API has no sessions; who may send the first request more than once sends it under a key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_10_fifty_first_requests_under_one_key_make_one_cart() {
    let shop = Arc::new(TestShop::open().await);
    let carts = async || cart::Entity::find().all(shop.app.db.fresh()).await.unwrap().len();
    for session in 0..figure(2, 20) {
        let key = format!("0192f0c5-7a8e-7000-8000-{session:012}");
        let answers = at_once(50, |_| {
            let (shop, key) = (Arc::clone(&shop), key.clone());
            async move {
                let body = json!({ "query": "mutation { cartCreate { cart { id } userErrors { code } } }" });
                let request = shop.client.post(format!("{}/api/2026-04/graphql.json", shop.url)).json(&body);
                let answer = request.header("idempotency-key", key).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), 200);
                answer.json::<Value>().await.unwrap()["data"]["cartCreate"]["cart"]["id"].clone()
            }
        })
        .await;
        assert!(answers[0].is_string() && answers.iter().all(|id| *id == answers[0]), "{answers:#?}");
        assert_eq!(carts().await, session + 1);
    }
    tell("case 10: one cart of 50 first requests");
}
