//! Carts and orders whose taxes a provider tells, or does not.

use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::tax::{self, Fallback, NewTaxSettings, TaxProviderKind};

use super::{calculating, configure, rate};
use crate::spec::peer::{Answer, Peer};
use crate::support::{ProductSpec, TestShop};

/// A shop that sells mugs in the United States with the taxes added, and asks the stand-in for them.
async fn selling(peer: &Peer, fallback: Fallback) -> (TestShop, String) {
    let shop = TestShop::open_with(|config| configure(config, peer)).await;
    shop.have(&[ProductSpec::new("mug").price("100.00").stock(10)]).await;
    shop.sell_untaxed_prices_in(&["US"]).await;
    shop.taxed(&rate("US", 100_000)).await;
    let settings =
        NewTaxSettings { provider: TaxProviderKind::StripeTax, fallback, ..NewTaxSettings::default() };
    tax::save_tax_settings(&shop.app, &Actor::System, &settings).await.unwrap();
    let input = json!({
        "lines": [{ "merchandiseId": shop.variant_id("mug").await, "quantity": 1 }],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": "US" },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "350 5th Ave", "city": "New York",
            "zip": "10118", "provinceCode": "NY", "countryCode": "US" } } }] },
    });
    let id = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
    (shop, id)
}

async fn cost(shop: &TestShop, id: &str) -> Value {
    let query = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount } totalAmountEstimated
        totalTaxAmount { amount } totalTaxAmountEstimated } } }";
    shop.ask(query, json!({ "id": id })).await["cart"]["cost"].clone()
}

fn costs(total: &str, tax: &str, estimated: bool) -> Value {
    json!({ "totalAmount": { "amount": total }, "totalAmountEstimated": estimated,
            "totalTaxAmount": { "amount": tax }, "totalTaxAmountEstimated": estimated })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_is_taxed_as_the_provider_says_and_asks_once() {
    let peer = Peer::start(calculating);
    let (shop, id) = selling(&peer, Fallback::Refuse).await;
    // 100.00 and 25.00 for the delivery: 8.875 %.
    assert_eq!(cost(&shop, &id).await, costs("136.08", "11.08", false));
    assert_eq!(cost(&shop, &id).await, costs("136.08", "11.08", false));
    assert_eq!(peer.asked().len(), 1);
    shop.pay(&id, "136.08", "manual").await;
    shop.buy(&id).await;
    assert_eq!(peer.asked().len(), 1, "the order is what was shown");
    let order = shop.orders().await.remove(0);
    shop.order_adds_up(order.id).await;
    assert_eq!((order.tax_minor, order.total_minor, order.tax_fallback), (1_108, 13_608, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_provider_is_down_the_shops_own_rates_stand_in_and_the_order_says_so() {
    let peer = Peer::start(|_| Answer::text(503, ""));
    let (shop, id) = selling(&peer, Fallback::TableRates).await;
    assert_eq!(cost(&shop, &id).await, costs("137.5", "12.5", true));
    shop.pay(&id, "137.50", "manual").await;
    shop.buy(&id).await;
    let order = shop.orders().await.remove(0);
    shop.order_adds_up(order.id).await;
    assert_eq!((order.tax_minor, order.tax_fallback), (1_250, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_may_stand_in_there_is_no_order_until_the_provider_answers() {
    let peer = Peer::start(|_| Answer::text(503, ""));
    let (shop, id) = selling(&peer, Fallback::Refuse).await;
    let shown = cost(&shop, &id).await;
    assert_eq!(shown["totalTaxAmountEstimated"], true);
    shop.pay(&id, "137.50", "manual").await;
    let refused = shop.submit(&id, "down").await["result"].clone();
    assert_eq!(refused["__typename"], "SubmitFailed");
    assert_eq!(refused["errors"][0]["code"], "TAXES_MUST_BE_DEFINED", "{refused}");
    assert!(shop.orders().await.is_empty() && shop.reservations().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn goods_that_go_nowhere_are_not_sold_at_the_shops_own_rates_unseen() {
    for (fallback, is_sold) in [(Fallback::Refuse, false), (Fallback::TableRates, true)] {
        let peer = Peer::start(calculating);
        let (shop, _) = selling(&peer, fallback).await;
        let mut song = ProductSpec::new("song").price("10.00");
        song.variants.iter_mut().for_each(|variant| variant.requires_shipping = false);
        shop.have(&[song]).await;
        let input = json!({
            "lines": [{ "merchandiseId": shop.variant_id("song").await, "quantity": 1 }],
            "buyerIdentity": { "email": "ada@example.com", "countryCode": "US" },
        });
        let asked = peer.asked().len();
        let id = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
        assert_eq!(cost(&shop, &id).await, costs("11.0", "1.0", true));
        shop.pay(&id, "11.00", "manual").await;
        let submitted = shop.submit(&id, "nowhere").await["result"].clone();
        assert_eq!(peer.asked().len(), asked, "the place says too little");
        if is_sold {
            assert!(shop.orders().await.remove(0).tax_fallback);
        } else {
            assert_eq!(submitted["errors"][0]["code"], "TAXES_MUST_BE_DEFINED", "{submitted}");
            assert!(shop.orders().await.is_empty());
        }
    }
}
